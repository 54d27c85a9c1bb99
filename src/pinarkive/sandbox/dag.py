"""The blocks of contents, as `ipfs add --cid-version=1` makes them."""

import hashlib
from collections.abc import Callable, Iterator, Mapping

from .._dag.blocks import Node, branch, branch_block, directory_block, leaf
from .._dag.shards import hashed, shard_blocks
from ..cid import CID, DAG_PB, RAW, SHA2_256, encode_varint
from ..unixfs import CHUNK_SIZE, MAX_LINKS

__all__ = [
    "FileHasher",
    "car",
    "directory_blocks",
    "file_blocks",
    "key_of",
    "leaves_of",
    "links_of",
]

DIGEST_SIZE = 32
LENGTH_DELIMITED = 2
HASH_FIELD = 1
LINK_FIELD = 2


def key_of(cid: CID) -> CID:
    """Return the CID under which content is stored: both versions name the same block."""
    return CID(1, cid.codec, cid.hash_code, cid.digest)


class FileHasher:
    """Calculates the digests of a file's leaves from its bytes, which are added piece by piece."""

    def __init__(self) -> None:
        self._leaf = hashlib.sha256()
        self._filled = 0
        self._digests = bytearray()

    def update(self, data: bytes) -> None:
        """Add the next bytes of the file."""
        rest = memoryview(data)
        while rest:
            part = rest[: CHUNK_SIZE - self._filled]
            rest = rest[len(part) :]
            self._leaf.update(part)
            self._filled += len(part)
            if self._filled == CHUNK_SIZE:
                self._end_leaf()

    def finish(self) -> bytes:
        """Return the concatenated digests."""
        if self._filled or not self._digests:
            self._end_leaf()
        return bytes(self._digests)

    def _end_leaf(self) -> None:
        self._digests += self._leaf.digest()
        self._leaf = hashlib.sha256()
        self._filled = 0


def leaves_of(digests: bytes, size: int) -> list[Node]:
    """Return the leaves of a file from its size and their concatenated digests."""
    starts = range(0, max(size, 1), CHUNK_SIZE)
    return [
        leaf(digests[n * DIGEST_SIZE :][:DIGEST_SIZE], min(CHUNK_SIZE, size - start), "kubo-v1")
        for n, start in enumerate(starts)
    ]


def file_blocks(leaves: list[Node]) -> tuple[Node, dict[CID, bytes]]:
    """Return the node of a file, and the blocks above its leaves."""
    blocks: dict[CID, bytes] = {}
    level = leaves
    while len(level) > 1:
        groups = [level[start : start + MAX_LINKS] for start in range(0, len(level), MAX_LINKS)]
        level = [branch(group, "kubo-v1") for group in groups]
        blocks.update(
            (node.cid, branch_block(group)) for node, group in zip(level, groups, strict=True)
        )
    return level[0], blocks


def directory_blocks(root: CID, entries: Mapping[str, Node]) -> dict[CID, bytes]:
    """Return the blocks of a directory with this root: one block, or the shards of a large one."""
    links = sorted((name.encode(), node) for name, node in entries.items())
    block = directory_block(links)
    if CID(1, DAG_PB, SHA2_256, hashlib.sha256(block).digest()) == root:
        return {root: block}
    return {node.cid: shard for node, shard in shard_blocks(hashed(links), "kubo-v1")}


def links_of(cid: CID, block: bytes) -> list[CID]:
    """Return the CIDs that a block links to, in order. A raw block has no links."""
    if cid.codec == RAW:
        return []
    links = [value for number, value in fields(block) if number == LINK_FIELD]
    hashes = [
        next(value for number, value in fields(link) if number == HASH_FIELD) for link in links
    ]
    return [CID.parse(f"f{each.hex()}") for each in hashes]


def fields(message: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the length-delimited fields of a protobuf message, with their numbers."""
    place = 0
    while place < len(message):
        tag, place = read_varint(message, place)
        value, place = read_varint(message, place)
        if tag & 7 == LENGTH_DELIMITED:
            yield tag >> 3, message[place : place + value]
            place += value


def read_varint(message: bytes, place: int) -> tuple[int, int]:
    """Return the number at a position, and the position after it."""
    number = shift = 0
    while True:
        byte = message[place]
        place += 1
        number |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return number, place


def car(root: CID, read: Callable[[CID], bytes]) -> Iterator[bytes]:
    """Yield a whole DAG as a CAR file of version 1: each block once, depth first.

    Args:
        root: The CID to start with.
        read: Returns the block with a CID.
    """
    # {"roots": [root], "version": 1} in DAG-CBOR, where a CID has tag 42 and starts with a zero.
    link = b"\xd8\x2a" + b"\x58" + bytes((len(root.bytes) + 1,)) + b"\0" + root.bytes
    header = b"\xa2\x65roots\x81" + link + b"\x67version\x01"
    yield encode_varint(len(header)) + header
    pending = [root]
    seen: set[CID] = set()
    while pending:
        cid = pending.pop()
        if key_of(cid) in seen:
            continue
        seen.add(key_of(cid))
        block = read(cid)
        yield encode_varint(len(cid.bytes) + len(block)) + cid.bytes + block
        pending += reversed(links_of(cid, block))
