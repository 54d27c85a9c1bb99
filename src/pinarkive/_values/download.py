"""What a download brought, and how far it is."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

__all__ = ["Download", "DownloadProgress", "OnDownloadProgress"]


@dataclass(frozen=True, slots=True)
class Download:
    """What was downloaded, and where it is now."""

    cid: str
    """The CID of the content; of a file that was found by its path, the file's own."""
    size: int
    """Bytes of content; for a directory, of all files in it."""
    path: Path | None
    """The file or folder that was written; `None` where `content` holds it."""
    content: bytes | None = field(repr=False)
    """The file's bytes; `None` where they were written to `path`."""
    verified: bool
    """Whether the bytes were proved to be those that the CID names."""


@dataclass(frozen=True, slots=True)
class DownloadProgress:
    """How far a download is."""

    received: int
    """Bytes of content that have come. It falls back where a file has to be begun again."""
    total: int | None
    """Bytes of content in all; `None` for a directory, and where nobody has told."""
    file: str
    """The path of the file that is coming, within a directory; else its name."""
    files_done: int
    """How many files have come whole."""


OnDownloadProgress: TypeAlias = Callable[[DownloadProgress], object]
"""Called with a `DownloadProgress` after each piece of a download."""
