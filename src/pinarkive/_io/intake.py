"""Receives a file's bytes: writes them to the disk or keeps them in memory, and compares them."""

import os
import threading
from collections.abc import Callable
from io import BytesIO
from typing import IO, Protocol

__all__ = ["Intake", "Matching"]

READ = 1024 * 1024


class Matching(Protocol):
    """Sees the bytes as they arrive."""

    def update(self, data: bytes, /) -> None:
        """Take the next bytes."""
        ...

    def fits(self) -> bool:
        """Return whether all bytes are as they should be."""
        ...


class Intake:
    """Receives the bytes of one file, in any thread.

    Args:
        file: What they are written to.
        matching: Makes what compares them; it begins anew where the file does.
    """

    def __init__(
        self, file: IO[bytes] | None = None, matching: Callable[[], Matching | None] | None = None
    ) -> None:
        self._file: IO[bytes] = BytesIO() if file is None else file
        self._make = matching
        self._matching = matching() if matching is not None else None
        # A thread may still write while the call is abandoned.
        self._lock = threading.Lock()
        self.size = 0
        """How many bytes were taken."""

    def take(self, pieces: list[bytes]) -> None:
        """Take the next bytes.

        Raises:
            OSError: They cannot be written.
        """
        with self._lock:
            if self._file.closed:
                return
            for data in pieces:
                self._file.write(data)
                if self._matching is not None:
                    self._matching.update(data)
                self.size += len(data)

    def restart(self) -> None:
        """Discard all bytes."""
        with self._lock:
            self._file.seek(0)
            self._file.truncate()
            self._matching = self._make() if self._make is not None else None
            self.size = 0

    def read(self, start: int, length: int) -> bytes:
        """Return bytes that were taken."""
        with self._lock:
            self._file.seek(start)
            return self._file.read(length)

    def content(self) -> bytes:
        """Return all bytes if they are in memory, without a copy."""
        if isinstance(self._file, BytesIO):
            return self._file.getvalue()
        return self.read(0, self.size)

    def fits(self) -> bool:
        """Return whether the received bytes are as they should be."""
        return self._matching is not None and self._matching.fits()

    def fits_as(self, matching: Matching) -> bool:
        """Say the same by another method, which reads the bytes again."""
        for start in range(0, self.size, READ):
            matching.update(self.read(start, READ))
        return matching.fits()

    def finish(self) -> None:
        """Write the file to the disk and close it.

        Raises:
            OSError: It cannot be brought there.
        """
        with self._lock:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()

    def close(self) -> None:
        """Close the file, and accept nothing more."""
        with self._lock:
            self._file.close()
