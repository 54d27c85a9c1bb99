"""Run a sandbox until it is interrupted: `python -m pinarkive.sandbox`."""

import argparse
import json
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import get_args

from . import Sandbox
from .catalog import PlanCode
from .shapes import ProfileName

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


def main(
    arguments: Sequence[str] | None = None, program: str = "python -m pinarkive.sandbox"
) -> int:
    """Run a sandbox, and return the exit status."""
    options = argparse.ArgumentParser(
        prog=program,
        description="A local PinArkive. Without --data it forgets everything when it ends.",
    )
    options.add_argument("--host", default="127.0.0.1", help="the address to listen on")
    options.add_argument("--port", type=int, default=0, help="the port; 0 picks a free one")
    options.add_argument("--data", type=Path, help="a folder to keep everything in")
    options.add_argument("--plan", choices=get_args(PlanCode), default="premium")
    options.add_argument("--quota", type=int, help="how many bytes each account may store")
    options.add_argument("--max-file-size", type=int, help="how many bytes one upload may have")
    options.add_argument(
        "--rate-limit", type=int, help="how many calls each caller may make in the window"
    )
    options.add_argument(
        "--rate-window",
        type=float,
        default=60,
        help="the length of the window in seconds (%(default)s)",
    )
    options.add_argument(
        "--rate-limit-per-second", type=int, help="how many calls each caller may make in a second"
    )
    options.add_argument(
        "--login-limit", type=int, help="how many logins each address may make in 15 minutes"
    )
    options.add_argument(
        "--pin-seconds", type=float, default=0, help="how many seconds pinning takes"
    )
    options.add_argument("--payments", action="store_true", help="switch on payments")
    options.add_argument(
        "--profile",
        choices=get_args(ProfileName),
        default="docs",
        help="the shape of the answers: as in the documentation, the TypeScript types, version 2, "
        "or the cluster behind the service",
    )
    options.add_argument(
        "--allow-host",
        dest="hosts",
        action="append",
        default=[],
        metavar="NAME",
        help="an additional name at which the web page and /__sandbox/ answer",
    )
    options.add_argument("--json", action="store_true", help="print one line of JSON")
    chosen = vars(options.parse_args(arguments))
    as_json = chosen.pop("json")

    told_to_end = threading.Event()

    def tell_to_end(_number: int, _frame: FrameType | None) -> None:
        told_to_end.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, tell_to_end)
    try:
        with Sandbox(**chosen) as sandbox:
            values = {name: str(getattr(sandbox, name)) for name in ATTRIBUTES}
            announce(values, as_json=as_json)
            # In steps, because on Windows no signal ends a wait without a limit.
            while not told_to_end.wait(timeout=1):
                pass
    except (OSError, ValueError) as error:
        print(f"cannot run a sandbox: {error}", file=sys.stderr)
        return 1
    return 0


def announce(values: dict[str, str], *, as_json: bool) -> None:
    """Print the address and the credentials of the sandbox."""
    if as_json:
        print(json.dumps(values), flush=True)
        return
    width = max(map(len, values))
    lines = [f"{name:<{width}}  {value}" for name, value in values.items()]
    print("PinArkive sandbox, running until you press Ctrl+C\n", *lines, sep="\n", flush=True)


if __name__ == "__main__":
    sys.exit(main())
