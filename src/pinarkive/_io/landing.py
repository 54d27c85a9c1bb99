"""Where downloads are written: beside their place, and there only once they are whole."""

import errno
import os
import secrets
import shutil
import stat
from contextlib import suppress
from pathlib import Path
from typing import IO

from ..errors import InvalidInputError

__all__ = ["FileLanding", "FolderLanding", "place_of"]

# So that what stands beside has a name that is not too long where the place's own is not.
SHOWN = 40


def place_of(to: str | os.PathLike[str], name: str) -> Path:
    """Return the place of a download.

    Args:
        to: The file or folder to be; or a folder that is there, in which it is put.
        name: The name that it has in such a folder.

    Raises:
        OSError: The folder that it is to be in is not there.
        InvalidInputError: Something else is there than a file or folder.
    """
    # A link stays, and what it leads to is replaced.
    place = Path(os.path.realpath(to))
    if place.is_dir():
        place /= name
    if not stat.S_ISDIR(place.parent.stat().st_mode):
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(place.parent))
    if place.exists() and not place.is_dir() and not place.is_file():
        raise InvalidInputError(f"to: {str(place)!r} is neither a file nor a folder", "to")
    return place


def beside(place: Path) -> Path:
    """Return a name beside a place that nobody else has."""
    return place.with_name(f".{place.name[:SHOWN]}.{secrets.token_hex(8)}.part")


class FileLanding:
    """A file beside its place.

    Raises:
        OSError: It cannot be made, or there is a folder in its place.
    """

    def __init__(self, place: Path) -> None:
        if place.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(place))
        self.place = place
        self._part = beside(place)
        self.file: IO[bytes] = self._part.open("x+b")

    def land(self) -> None:
        """Put it to its place, in place of what was there."""
        self._part.replace(self.place)

    def remove(self) -> None:
        """Remove it, closed before."""
        with suppress(OSError):
            self._part.unlink()


class FolderLanding:
    """A folder beside its place.

    Raises:
        OSError: It cannot be made, or there is something in its place.
    """

    def __init__(self, place: Path) -> None:
        if os.path.lexists(place):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(place))
        self.place = place
        self._part = beside(place)
        self._part.mkdir()

    def make(self, path: str) -> None:
        """Make a folder in it."""
        (self._part / path).mkdir()

    def open(self, path: str) -> IO[bytes]:
        """Make a file in it, which is not there yet: two names may be one on this disk."""
        return (self._part / path).open("x+b")

    def land(self) -> None:
        """Put it to its place.

        Raises:
            OSError: Something is there by now.
        """
        self._part.rename(self.place)

    def remove(self) -> None:
        """Remove it and all in it."""
        shutil.rmtree(self._part, ignore_errors=True)
