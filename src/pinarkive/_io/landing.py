"""Writes downloads next to their destination, and moves them there once they are complete."""

import errno
import os
import secrets
import shutil
import stat
import threading
from contextlib import suppress
from pathlib import Path
from typing import IO

from ..errors import InvalidInputError
from ..sources import check_path

__all__ = ["FileLanding", "FolderLanding", "place_of"]

# So that the temporary name is not too long if the destination's is not.
SHOWN = 40
SEPARATORS = tuple(filter(None, (os.sep, os.altsep)))


def place_of(to: str | os.PathLike[str], name: str) -> Path:
    """Return the destination of a download.

    Args:
        to: The file or folder to be; or a folder that is there, in which it is put.
        name: The name that it has in such a folder.

    Raises:
        OSError: The folder that it is to be in is not there.
        InvalidInputError: The destination is neither a file nor a folder.
    """
    try:
        named = check_path(os.fspath(to))
    except (TypeError, ValueError) as error:
        raise InvalidInputError(f"to: {error}", "to") from None
    # A link stays, and its target is replaced.
    place = Path(os.path.realpath(named))
    if str(to).endswith(SEPARATORS) and not place.is_dir():
        raise InvalidInputError(
            f"to: there is no folder {str(to)!r}: create it first, or leave out the "
            f"{str(to)[-1]!r} at the end",
            "to",
        )
    if place.is_dir():
        place /= name
    if not stat.S_ISDIR(place.parent.stat().st_mode):
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(place.parent))
    if place.exists() and not place.is_dir() and not place.is_file():
        raise InvalidInputError(f"to: {str(place)!r} is neither a file nor a folder", "to")
    return place


def beside(place: Path) -> Path:
    """Return an unused name next to a destination."""
    return place.with_name(f".{place.name[:SHOWN]}.{secrets.token_hex(8)}.part")


class Landing:
    """What is written next to its destination."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self._part = beside(place)
        # A cancelled download may still be creating something in a thread: that comes before the
        # removal, or not at all.
        self._lock = threading.Lock()
        self._is_removed = False
        self._file: IO[bytes] | None = None

    def remove(self) -> None:
        """Close its file, and remove all of it."""
        with self._lock:
            self._is_removed = True
            if self._file is not None:
                self._file.close()
        self._delete()

    def _delete(self) -> None:
        with suppress(OSError):
            self._part.unlink()

    def _make(self, path: Path) -> None:
        with self._lock:
            self._check()
            path.mkdir()

    def _open(self, path: Path) -> IO[bytes]:
        """Create a file, exclusively: two names may be the same on this disk."""
        with self._lock:
            self._check()
            self._file = path.open("x+b")
            return self._file

    def _check(self) -> None:
        if self._is_removed:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(self._part))


class FileLanding(Landing):
    """A temporary file next to its destination."""

    def create(self) -> IO[bytes]:
        """Create it.

        Raises:
            OSError: It cannot be created, or there is a folder in its place.
        """
        if self.place.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(self.place))
        return self._open(self._part)

    def land(self) -> None:
        """Move it to its destination, replacing what was there; the permissions stay."""
        with suppress(FileNotFoundError):
            shutil.copymode(self.place, self._part)
        self._part.replace(self.place)


class FolderLanding(Landing):
    """A temporary folder next to its destination."""

    def create(self) -> None:
        """Create it.

        Raises:
            OSError: It cannot be created, or there is something in its place.
        """
        if os.path.lexists(self.place):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(self.place))
        self._make(self._part)

    def make(self, path: str) -> None:
        """Make a folder in it."""
        self._make(self._part / path)

    def open(self, path: str) -> IO[bytes]:
        """Create a file in it."""
        return self._open(self._part / path)

    def land(self) -> None:
        """Move it to its destination.

        Raises:
            OSError: Something is there by now.
        """
        try:
            self._part.rename(self.place)
        except OSError as error:
            if not os.path.lexists(self.place):
                raise
            raise FileExistsError(
                errno.EEXIST, os.strerror(errno.EEXIST), str(self.place)
            ) from error

    def _delete(self) -> None:
        shutil.rmtree(self._part, ignore_errors=True)
