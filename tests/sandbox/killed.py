"""Sandboxes that are killed, each in a process that is forked so that it starts at once.

Run by its path: for each line on stdin, a folder, a sandbox runs on it until its process ends.
"""

import json
import os
import signal
import sys

from pinarkive.sandbox import Sandbox


def serve(data: str) -> None:
    """Run a sandbox, and tell where it is and what opens it."""
    with Sandbox(data=data) as sandbox:
        print(json.dumps([os.getpid(), sandbox.base_url, sandbox.api_key]), flush=True)
        signal.pause()


def main() -> None:
    """Run one after the other."""
    for line in iter(sys.stdin.readline, ""):
        process = os.fork()
        if process == 0:
            serve(line.rstrip("\n"))
        os.waitpid(process, 0)
        print("ended", flush=True)


if __name__ == "__main__":
    main()
