"""Calls, forks, and calls once more in the child, with the same client."""

import os
import sys
from collections.abc import Callable

import httpx

from pinarkive import PinarkiveClient


def call_in_both(call: Callable[[], object]) -> None:
    """Call in this process and then in a child."""
    call()
    child = os.fork()
    if child == 0:
        call()
        os._exit(0)
    os.waitpid(child, 0)


def main(which: str, base_url: str) -> None:
    """Do it with a plain httpx client, or with ours."""
    if which == "httpx":
        with httpx.Client() as plain:
            call_in_both(lambda: plain.get(base_url))
    else:
        with PinarkiveClient(api_key="key", base_url=base_url) as client:
            call_in_both(client.users.me)


if __name__ == "__main__":
    main(*sys.argv[1:])
