"""Bytes that were uploaded: small ones in memory, the others in files that go with the sandbox."""

import contextlib
import io
import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from .._dag.blocks import Node
from .dag import FileHasher, file_blocks, leaves_of

__all__ = ["Blob", "Sink", "Spool"]

LARGEST_IN_MEMORY = 1024**2
MEMORY_BUDGET = 64 * 1024**2


@dataclass(frozen=True, slots=True)
class Blob:
    """The bytes of one file, and the digests of its leaves, one after the other."""

    size: int
    place: bytes | Path
    digests: bytes

    def open(self) -> BinaryIO:
        """Return the bytes as a file to read."""
        return io.BytesIO(self.place) if isinstance(self.place, bytes) else self.place.open("rb")


class Spool:
    """Where bytes are kept.

    Args:
        folder: Where files may be made; left out, in the system's folder for temporary files.
            They are in a folder of their own there, which `close` removes.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._parent = folder
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._in_memory = 0

    def new_file(self) -> Path:
        """Return the path of a file that does not exist yet."""
        if self._folder is None:
            if self._parent is not None:
                self._parent.mkdir(parents=True, exist_ok=True)
            self._folder = tempfile.TemporaryDirectory(
                prefix="pinarkive-sandbox-", dir=self._parent
            )
        return Path(self._folder.name, secrets.token_hex(16))

    def has_memory_for(self, size: int) -> bool:
        """Tell whether so many bytes more may be kept in memory."""
        return size <= LARGEST_IN_MEMORY and self._in_memory + size <= MEMORY_BUDGET

    def keep(self, data: bytes) -> Blob:
        """Return a few bytes as a blob."""
        sink = Sink(self)
        sink.write(data)
        return sink.finish()[1]

    def keep_in_memory(self, data: bytes, digests: bytes) -> Blob:
        """Return the bytes as a blob in memory."""
        self._in_memory += len(data)
        return Blob(len(data), data, digests)

    def discard(self, blob: Blob) -> None:
        """Forget a blob."""
        if isinstance(blob.place, bytes):
            self._in_memory -= blob.size
        else:
            remove(blob.place)

    def close(self) -> None:
        """Remove all files."""
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None


class Sink:
    """Takes the bytes of one file as they come, and works out its CID."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool
        self._hasher = FileHasher()
        self._buffer = bytearray()
        self._file: BinaryIO | None = None
        self._path: Path | None = None
        self._size = 0

    def write(self, data: bytes) -> None:
        """Add the next bytes."""
        self._hasher.update(data)
        self._size += len(data)
        if self._file is None and self._spool.has_memory_for(self._size):
            self._buffer += data
            return
        if self._file is None:
            self._path = self._spool.new_file()
            self._file = self._path.open("wb")
            self._file.write(self._buffer)
            self._buffer.clear()
        self._file.write(data)

    def finish(self) -> tuple[Node, Blob]:
        """Return what the file is, and its bytes."""
        digests = self._hasher.finish()
        node, _ = file_blocks(leaves_of(digests, self._size))
        if self._file is None or self._path is None:
            return node, self._spool.keep_in_memory(bytes(self._buffer), digests)
        self._file.close()
        return node, Blob(self._size, self._path, digests)

    def discard(self) -> None:
        """Forget what came so far."""
        if self._file is not None:
            self._file.close()
        if self._path is not None:
            remove(self._path)


def remove(path: Path) -> None:
    """Remove a file, now or with its folder."""
    # Windows keeps a file that is being read.
    with contextlib.suppress(OSError):
        path.unlink()
