"""Reads blocks: checks them against their CIDs and decodes the files and directories in them."""

import hashlib
from collections.abc import Callable, Iterator
from typing import Literal, NamedTuple, TypeAlias

from ..cid import CID, DAG_PB, IDENTITY, RAW, SHA2_256
from .shards import FANOUT, MURMUR3_X64_64, murmur3

__all__ = [
    "HASHES",
    "BadBlock",
    "Kind",
    "LinkTo",
    "UnixFs",
    "is_block_of",
    "read_block",
    "slot_of",
]

HASHES: dict[int, Callable[[bytes], bytes]] = {
    IDENTITY: lambda block: block,
    SHA2_256: lambda block: hashlib.sha256(block).digest(),
    0x13: lambda block: hashlib.sha512(block).digest(),
    0xB220: lambda block: hashlib.blake2b(block, digest_size=32).digest(),
}
"""The hash functions with which blocks can be verified, by their multihash codes."""

Kind: TypeAlias = Literal["file", "directory", "shard", "symlink"]

KINDS: dict[int, Kind] = {0: "file", 1: "directory", 2: "file", 4: "symlink", 5: "shard"}
MAX_VARINT_BITS = 63
# The first characters of a link's name in a shard are its slot.
SLOT_LENGTH = 2


class BadBlock(ValueError):
    """A block that is not part of a readable file or directory; the message says why."""


class LinkTo(NamedTuple):
    """A link in a block."""

    name: bytes
    cid: CID


class UnixFs(NamedTuple):
    """The decoded content of a block."""

    kind: Kind
    data: bytes
    """The bytes of a file that the block itself holds."""
    size: int
    """The size of the file in bytes, from here down."""
    links: list[LinkTo]
    sizes: list[int]
    """The bytes of a file below each of its links."""


def is_block_of(cid: CID, block: bytes) -> bool:
    """Return whether a block is the one that a CID names.

    Raises:
        BadBlock: The CID uses an unsupported hash function.
    """
    if cid.hash_code not in HASHES:
        raise BadBlock(f"its hash function 0x{cid.hash_code:x} is not supported")
    return HASHES[cid.hash_code](block) == cid.digest


def read_block(cid: CID, block: bytes) -> UnixFs:
    """Decode a block that has been checked against its CID.

    Raises:
        BadBlock: The block is not part of a file or directory.
    """
    if cid.codec == RAW:
        return UnixFs("file", block, len(block), [], [])
    if cid.codec != DAG_PB:
        raise BadBlock(f"its codec 0x{cid.codec:x} is not that of a file or directory")
    data = b""
    links: list[LinkTo] = []
    for number, value in fields(block):
        if number == 2 and isinstance(value, bytes):
            links.append(read_link(value))
        elif number == 1 and isinstance(value, bytes):
            data = value
    return read_unixfs(data, links)


def read_link(block: bytes) -> LinkTo:
    """Decode a link."""
    found = dict(fields(block))
    name, target = found.get(2, b""), found.get(1)
    if not isinstance(name, bytes) or not isinstance(target, bytes):
        raise BadBlock("a link in it is malformed")
    try:
        return LinkTo(name, CID.from_bytes(target))
    except ValueError as error:
        raise BadBlock(f"a link in it has no CID: {error}") from None


def read_unixfs(block: bytes, links: list[LinkTo]) -> UnixFs:
    """Decode the UnixFS data of a block."""
    data = b""
    numbers: dict[int, int] = {}
    sizes: list[int] = []
    for number, value in fields(block):
        if isinstance(value, bytes):
            if number == 2:
                data = value
            elif number == 4:
                sizes += varints(value)
        elif number == 4:
            sizes.append(value)
        else:
            numbers[number] = value
    kind = KINDS.get(numbers.get(1, -1))
    if kind is None:
        raise BadBlock("it is not a file or directory")
    if kind == "file" and len(sizes) != len(links):
        raise BadBlock("it does not give the size of each of its parts")
    if kind == "shard":
        data = b""
        if (numbers.get(5), numbers.get(6)) != (MURMUR3_X64_64, FANOUT):
            raise BadBlock("it is a directory that is sharded in an unsupported way")
        if any(len(link.name) < SLOT_LENGTH for link in links):
            raise BadBlock("it is a sharded directory with a link that names no slot")
    # The size is computed, as the block's own size field may be wrong.
    return UnixFs(kind, data, len(data) + sum(sizes), links, sizes)


def slot_of(name: bytes, depth: int) -> bytes:
    """Return the slot of a name in a shard at this depth.

    Raises:
        BadBlock: The depth exceeds the length of the hash.
    """
    hashed = murmur3(name)
    if depth >= len(hashed):
        raise BadBlock("it is a sharded directory that is too deep")
    return b"%02X" % hashed[depth]


def fields(block: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Yield the fields of a protobuf message, each a number or bytes."""
    place = 0
    while place < len(block):
        key, place = varint(block, place)
        if key & 7 == 0:
            value, place = varint(block, place)
            yield key >> 3, value
        elif key & 7 == 2:
            length, place = varint(block, place)
            if length > len(block) - place:
                raise BadBlock("it is truncated")
            yield key >> 3, block[place : place + length]
            place += length
        else:
            raise BadBlock("it has a protobuf field of an unsupported type")


def varints(block: bytes) -> Iterator[int]:
    """Yield the numbers of a packed field."""
    place = 0
    while place < len(block):
        value, place = varint(block, place)
        yield value


def varint(block: bytes, place: int) -> tuple[int, int]:
    """Return the number at a position, and the position after it."""
    number = shift = 0
    while place < len(block) and shift < MAX_VARINT_BITS:
        byte = block[place]
        place += 1
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            return number, place
        shift += 7
    raise BadBlock("it is truncated, or contains a number that is too large")
