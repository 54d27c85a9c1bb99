"""Runs a sandbox until it is interrupted: `python -m pinarkive.sandbox`."""

import argparse
import json
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from . import Sandbox

__all__ = ["main"]

ATTRIBUTES = (
    "base_url",
    "gateway_url",
    "api_key",
    "email",
    "password",
    "totp_secret",
    "totp_email",
    "totp_password",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a sandbox, and return the exit status."""
    options = argparse.ArgumentParser(
        prog="python -m pinarkive.sandbox",
        description="A local PinArkive. It forgets everything when it ends.",
    )
    options.add_argument("--host", default="127.0.0.1", help="the address to listen on")
    options.add_argument("--port", type=int, default=0, help="the port; 0 stands for a free one")
    options.add_argument("--data", type=Path, help="a folder for large uploads while it runs")
    options.add_argument("--json", action="store_true", help="print one line of JSON")
    chosen = options.parse_args(arguments)

    told_to_end = threading.Event()

    def tell_to_end(_number: int, _frame: FrameType | None) -> None:
        told_to_end.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, tell_to_end)
    try:
        with Sandbox(host=chosen.host, port=chosen.port, data=chosen.data) as sandbox:
            values = {name: str(getattr(sandbox, name)) for name in ATTRIBUTES}
            announce(values, as_json=chosen.json)
            # Not for ever at once: on Windows no signal would end that.
            while not told_to_end.wait(timeout=1):
                pass
    except OSError as error:
        print(f"cannot run a sandbox: {error}", file=sys.stderr)
        return 1
    return 0


def announce(values: dict[str, str], *, as_json: bool) -> None:
    """Print where the sandbox is and what opens it."""
    if as_json:
        print(json.dumps(values), flush=True)
        return
    width = max(map(len, values))
    lines = [f"{name:<{width}}  {value}" for name, value in values.items()]
    print("PinArkive sandbox, until interrupted (Ctrl+C)\n", *lines, sep="\n", flush=True)


if __name__ == "__main__":
    sys.exit(main())
