"""Options that several commands share, and the client that they use."""

import math
import os
import re
import sys
from datetime import timedelta
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from pinarkive import InvalidInputError, PinarkiveClient, __version__

__all__ = [
    "AllOfThem",
    "AsJson",
    "CidAndPath",
    "Cluster",
    "Ignored",
    "KeyFile",
    "Limit",
    "Timelock",
    "Wait",
    "WaitSeconds",
    "connect",
    "existing",
    "split_path",
    "until",
]

STDIN = "-"
UNITS = {"h": "hours", "d": "days", "w": "weeks"}
DURATION = re.compile(rf"([0-9]+)([{''.join(UNITS)}])")


def existing(text: str) -> Path:
    """Return the path of something that exists."""
    if text == STDIN:
        raise typer.BadParameter("standard input is not taken here: save it to a file first")
    if not text or not os.path.lexists(text):
        raise typer.BadParameter(f"there is no file or folder {text!r}")
    return Path(text)


def positive(value: float) -> float:
    """Return a number of seconds that can be waited for."""
    if not 0 < value < math.inf:
        raise typer.BadParameter(f"it must be a positive number of seconds, not {value}")
    return value


AsJson: TypeAlias = Annotated[bool, typer.Option("--json", help="Print JSON, one object per line.")]
KeyFile: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--api-key-file",
        metavar="FILE",
        help="Read the API key from FILE ('-' for standard input) instead of from "
        "PINARKIVE_TOKEN or PINARKIVE_API_KEY.",
    ),
]
Cluster: TypeAlias = Annotated[
    str | None,
    typer.Option("--cluster", metavar="ID", help="Use this cluster instead of the default one."),
]
Timelock: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--timelock",
        metavar="WHEN",
        help="When the pin expires: after 12h, 30d or 8w, or at 2031-12-31T23:59:59Z.",
    ),
]
Ignored: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--ignore",
        metavar="PATTERN",
        help="Leave out files and folders that match, such as .git or '*.tmp'. Repeatable.",
    ),
]
Wait: TypeAlias = Annotated[
    bool, typer.Option("--wait", help="Wait until all peers have pinned it.")
]
WaitSeconds: TypeAlias = Annotated[
    float,
    typer.Option(
        "--wait-timeout", metavar="SECONDS", callback=positive, help="Wait no longer than this."
    ),
]
Limit: TypeAlias = Annotated[int, typer.Option("--limit", min=1, help="Show at most this many.")]
AllOfThem: TypeAlias = Annotated[bool, typer.Option("--all", help="Show all of them.")]
CidAndPath: TypeAlias = Annotated[
    str, typer.Argument(metavar="CID[/PATH]", help="A CID, or a path below the CID of a folder.")
]


def connect(key_file: str | None) -> PinarkiveClient:
    """Return a client with the key in the file, or else with the credential of the environment."""
    api_key = None if key_file is None else read_key(key_file)
    return PinarkiveClient(api_key=api_key, user_agent=f"pinarkive-cli/{__version__}")


def read_key(key_file: str) -> str:
    """Read an API key from a file."""
    try:
        text = sys.stdin.read() if key_file == STDIN else Path(key_file).read_text("utf-8")
    except UnicodeDecodeError:
        raise InvalidInputError(
            f"{key_file} is not text in UTF-8, so it holds no API key"
        ) from None
    if not text.strip():
        raise InvalidInputError(f"{key_file} contains no API key: it is empty")
    return text.strip()


def until(timelock: str | None) -> str | timedelta | None:
    """Convert a duration such as `30d`; leave an instant to the library."""
    if timelock is None or "T" in timelock.upper():
        return timelock
    match = DURATION.fullmatch(timelock)
    if match is None:
        raise InvalidInputError(
            f"--timelock {timelock!r} is neither a duration such as 12h, 30d or 8w, nor an instant "
            "such as 2031-12-31T23:59:59Z"
        )
    try:
        return timedelta(**{UNITS[match[2]]: int(match[1])})
    except (OverflowError, ValueError):
        raise InvalidInputError(f"--timelock {timelock} is later than the year 9999") from None


def split_path(cid_and_path: str) -> tuple[str, str | None]:
    """Split `CID/path` into the CID and the path, which may be missing.

    `ipfs://CID/path` and `/ipfs/CID/path` are the same.
    """
    bare = cid_and_path.removeprefix("ipfs://").removeprefix("/ipfs/")
    cid, _, path = bare.partition("/")
    return cid, path.rstrip("/") or None
