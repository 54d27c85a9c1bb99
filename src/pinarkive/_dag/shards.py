"""Shards large directories by the hashes of their names (a HAMT)."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from .blocks import (
    TYPE_SHARD,
    Link,
    Node,
    Profile,
    bytes_field,
    dag_block,
    node_of,
    varint_field,
)

__all__ = [
    "FANOUT",
    "MURMUR3_X64_64",
    "Hashed",
    "hashed",
    "murmur3",
    "shard",
    "shard_blocks",
]

FANOUT = 256
MURMUR3_X64_64 = 0x22
HASH_LENGTH = 8
MASK_64 = 2**64 - 1


class Hashed(NamedTuple):
    """An entry of a directory, with the hash of its name."""

    hash: bytes
    name: bytes
    node: Node


def hashed(links: Iterable[Link]) -> list[Hashed]:
    """Return the entries of a directory with the hashes of their names."""
    return [Hashed(murmur3(name), name, node) for name, node in links]


def shard(entries: Sequence[Hashed], profile: Profile, depth: int = 0) -> Node:
    """Return the node of the entries whose hashes agree in the first `depth` bytes."""
    *_, (root, _) = shard_blocks(entries, profile, depth)
    return root


def shard_blocks(
    entries: Sequence[Hashed], profile: Profile, depth: int = 0
) -> Iterator[tuple[Node, bytes]]:
    """Yield each node of a sharded directory with its block, the root last.

    Raises:
        ValueError: Two names have the same hash.
    """
    if depth == HASH_LENGTH:
        raise ValueError("two names in one directory have the same hash: rename one of them")
    slots: dict[int, list[Hashed]] = {}
    for entry in entries:
        slots.setdefault(entry.hash[depth], []).append(entry)
    links: list[Link] = []
    for slot in sorted(slots):
        prefix = b"%02X" % slot
        if len(slots[slot]) > 1:
            below = list(shard_blocks(slots[slot], profile, depth + 1))
            yield from below
            links.append((prefix, below[-1][0]))
        else:
            links.append((prefix + slots[slot][0].name, slots[slot][0].node))
    block = dag_block(links, shard_data(slots))
    yield node_of(links, block, profile), block


def shard_data(slots: Iterable[int]) -> bytes:
    """Return the UnixFS data of a shard, which says which of its slots are taken."""
    bitfield = sum(1 << slot for slot in slots)
    return (
        varint_field(1, TYPE_SHARD)
        + bytes_field(2, bitfield.to_bytes((bitfield.bit_length() + 7) // 8, "big"))
        + varint_field(5, MURMUR3_X64_64)
        + varint_field(6, FANOUT)
    )


def murmur3(data: bytes) -> bytes:
    """Return the first half of the MurmurHash3 x64 128 hash, highest byte first."""
    h1 = h2 = 0
    whole = len(data) - len(data) % 16
    for start in range(0, whole, 16):
        h1 ^= mix_low(int.from_bytes(data[start : start + 8], "little"))
        h1 = ((rotate(h1, 27) + h2) * 5 + 0x52DCE729) & MASK_64
        h2 ^= mix_high(int.from_bytes(data[start + 8 : start + 16], "little"))
        h2 = ((rotate(h2, 31) + h1) * 5 + 0x38495AB5) & MASK_64
    h1 ^= mix_low(int.from_bytes(data[whole : whole + 8], "little")) ^ len(data)
    h2 ^= len(data)
    if len(data) - whole > 8:
        # Without a second word this would be a no-op, as 0 mixes to 0.
        h2 ^= mix_high(int.from_bytes(data[whole + 8 :], "little"))
    h1 = (h1 + h2) & MASK_64
    h2 = (h2 + h1) & MASK_64
    return ((scatter(h1) + scatter(h2)) & MASK_64).to_bytes(HASH_LENGTH, "big")


def mix_low(word: int) -> int:
    """Mix a word into the first half."""
    word = word * 0x87C37B91114253D5 & MASK_64
    return (word << 31 | word >> 33) * 0x4CF5AD432745937F & MASK_64


def mix_high(word: int) -> int:
    """Mix a word into the second half."""
    word = word * 0x4CF5AD432745937F & MASK_64
    return (word << 33 | word >> 31) * 0x87C37B91114253D5 & MASK_64


def scatter(word: int) -> int:
    """Let every bit of a half affect all its bits (the finalizer of MurmurHash3)."""
    word = (word ^ word >> 33) * 0xFF51AFD7ED558CCD & MASK_64
    word = (word ^ word >> 33) * 0xC4CEB9FE1A85EC53 & MASK_64
    return word ^ word >> 33


def rotate(word: int, bits: int) -> int:
    """Rotate a word of 64 bits to the left."""
    return (word << bits | word >> (64 - bits)) & MASK_64
