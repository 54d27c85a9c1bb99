"""The stored blocks, and where the bytes of each are."""

from collections.abc import Mapping
from typing import NamedTuple

from ..cid import CID
from ..unixfs import CHUNK_SIZE
from .blobs import Blob

__all__ = ["Blocks", "Piece"]


class Piece(NamedTuple):
    """A leaf: one chunk of a blob."""

    blob: Blob
    number: int

    def read(self) -> bytes:
        """Return its bytes."""
        with self.blob.open() as file:
            file.seek(self.number * CHUNK_SIZE)
            return file.read(CHUNK_SIZE)


class Blocks:
    """The blocks of all contents; contents can share blocks."""

    def __init__(self) -> None:
        self._places: dict[CID, list[bytes | Piece]] = {}

    def add(self, blocks: Mapping[CID, bytes | Piece]) -> None:
        """Add the blocks of one content."""
        for cid, place in blocks.items():
            self._places.setdefault(cid, []).append(place)

    def remove(self, blocks: Mapping[CID, bytes | Piece]) -> None:
        """Remove the blocks of one content."""
        for cid, place in blocks.items():
            places = self._places[cid]
            places.remove(place)
            if not places:
                del self._places[cid]

    def read(self, cid: CID) -> bytes | None:
        """Return a block."""
        places = self._places.get(cid)
        if places is None:
            return None
        return places[0].read() if isinstance(places[0], Piece) else places[0]
