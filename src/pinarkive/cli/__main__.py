"""Runs the command where its script is not on the path: `python -m pinarkive.cli`."""

import sys

from . import start

sys.exit(start())
