"""Uploaded bytes: in files that are kept, or in memory and temporary files."""

import asyncio
import contextlib
import io
import os
import secrets
import tempfile
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from .._dag.blocks import Node
from .dag import FileHasher, file_blocks, leaves_of

__all__ = ["Blob", "Sink", "Spool"]

LARGEST_IN_MEMORY = 1024**2
BLOBS = "blobs"
MEMORY_BUDGET = 64 * 1024**2


@dataclass(frozen=True, slots=True)
class Blob:
    """The bytes of one file, and the concatenated digests of its leaves."""

    size: int
    place: bytes | Path
    digests: bytes

    def open(self) -> BinaryIO:
        """Open the bytes as a file."""
        return io.BytesIO(self.place) if isinstance(self.place, bytes) else self.place.open("rb")


class Spool:
    """The place where bytes are stored.

    Args:
        folder: A folder that keeps them, in a file for each blob. Left out, small ones are stored
            in memory, and `close` removes all.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._kept = None if folder is None else folder / BLOBS
        self._temporary: tempfile.TemporaryDirectory[str] | None = None
        self._in_memory = 0
        self._discarded: list[Path] = []
        if self._kept is not None:
            self._kept.mkdir(parents=True, exist_ok=True)

    def new_file(self) -> Path:
        """Return the path of a file that does not exist yet."""
        return self.path(secrets.token_hex(16))

    def path(self, name: str) -> Path:
        """Return the path of a file."""
        if self._kept is not None:
            return self._kept / name
        if self._temporary is None:
            self._temporary = tempfile.TemporaryDirectory(prefix="pinarkive-sandbox-")
        return Path(self._temporary.name, name)

    def has_memory_for(self, size: int) -> bool:
        """Return whether this many more bytes may be stored in memory."""
        fits = size <= LARGEST_IN_MEMORY and self._in_memory + size <= MEMORY_BUDGET
        return fits and self._kept is None

    def keep(self, data: bytes) -> Blob:
        """Store a few bytes as a blob."""
        sink = Sink(self)
        sink.write(data)
        blob = sink.finish()[1]
        sync_all([blob.place] if isinstance(blob.place, Path) else [])
        return blob

    def keep_in_memory(self, data: bytes, digests: bytes) -> Blob:
        """Store bytes as a blob in memory."""
        self._in_memory += len(data)
        return Blob(len(data), data, digests)

    async def sync(self, blobs: Iterable[Blob]) -> None:
        """Wait until the bytes are on disk, if they are kept."""
        if self._kept is not None:
            paths = [blob.place for blob in blobs if isinstance(blob.place, Path)]
            await asyncio.to_thread(sync_all, [*paths, self._kept])

    def discard(self, blob: Blob) -> None:
        """Delete a blob; a kept file is deleted by the next `remove_discarded`."""
        if isinstance(blob.place, bytes):
            self._in_memory -= blob.size
        elif self._kept is not None:
            # References to it must be deleted first.
            self._discarded.append(blob.place)
        else:
            remove(blob.place)

    def remove_discarded(self) -> None:
        """Delete the discarded files, which are no longer referenced."""
        discarded, self._discarded = self._discarded, []
        for path in discarded:
            remove(path)

    def sweep(self, names: Collection[str]) -> None:
        """Delete all kept files except these: leftovers of a sandbox that was killed."""
        if self._kept is not None:
            for path in self._kept.iterdir():
                if path.name not in names:
                    remove(path)

    def close(self) -> None:
        """Delete what is not kept."""
        self.remove_discarded()
        if self._temporary is not None:
            self._temporary.cleanup()
            self._temporary = None


def sync_all(paths: Iterable[Path]) -> None:
    """Wait until files and folders are on disk."""
    for path in paths:
        # Windows cannot open folders, and writes their entries by itself.
        if os.name != "nt" or path.is_file():
            descriptor = os.open(path, os.O_RDWR if path.is_file() else os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)


class Sink:
    """Receives the bytes of one file, and calculates its CID."""

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
        file = self._file or self._open()
        file.write(data)

    def _open(self) -> BinaryIO:
        self._path = self._spool.new_file()
        self._file = self._path.open("wb")
        self._file.write(self._buffer)
        self._buffer.clear()
        return self._file

    def finish(self) -> tuple[Node, Blob]:
        """Return the file's node and its bytes."""
        digests = self._hasher.finish()
        node, _ = file_blocks(leaves_of(digests, self._size))
        if self._path is None and not self._spool.has_memory_for(0):
            self._open()
        if self._file is None or self._path is None:
            return node, self._spool.keep_in_memory(bytes(self._buffer), digests)
        self._file.close()
        return node, Blob(self._size, self._path, digests)

    def discard(self) -> None:
        """Delete the bytes received so far."""
        if self._file is not None:
            self._file.close()
        if self._path is not None:
            remove(self._path)


def remove(path: Path) -> None:
    """Delete a file, now or together with its folder."""
    # Windows cannot delete a file that is being read.
    with contextlib.suppress(OSError):
        path.unlink()
