"""The result and the progress of a download."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

__all__ = ["Download", "DownloadProgress", "OnDownloadProgress"]


@dataclass(frozen=True, slots=True)
class Download:
    """A finished download."""

    cid: str
    """The CID of the content; for a file at a path, that of the file."""
    size: int
    """The bytes of content; for a directory, of all its files."""
    path: Path | None
    """The file or folder that was written; `None` if the bytes are in `content`."""
    content: bytes | None = field(repr=False)
    """The bytes of the file; `None` if they were written to `path`."""
    verified: bool
    """Whether the bytes were verified against the CID."""


@dataclass(frozen=True, slots=True)
class DownloadProgress:
    """The progress of a download."""

    received: int
    """The bytes received so far. The number drops if a file has to start again."""
    total: int | None
    """The bytes in all; `None` for a directory, or if the size is not known."""
    file: str
    """The path of the current file in a directory, or the name of a single file."""
    files_done: int
    """How many files are complete."""


OnDownloadProgress: TypeAlias = Callable[[DownloadProgress], object]
"""A function that is called with a `DownloadProgress` after each piece of a download."""
