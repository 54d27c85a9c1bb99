"""Runs the command if its script is not on the path: `python -m pinarkive.cli`."""

import sys

from . import start

sys.exit(start())
