"""Blocks that a gateway may send: what is read of them, and what is refused."""

import hashlib

import pytest

from pinarkive._core.matching import check_known, matcher
from pinarkive._dag.reading import BadBlock, is_block_of, read_block, slot_of
from pinarkive.cid import CID, DAG_PB, IDENTITY, RAW, SHA2_256

NODE = CID.of(DAG_PB, b"")
LINK = b"\x0a\x24" + CID.of(RAW, b"part").bytes


def field(number: int, value: bytes | int) -> bytes:
    """Return one field of protobuf, short enough for lengths of one byte."""
    if isinstance(value, int):
        return bytes([number << 3, value])
    return bytes([number << 3 | 2, len(value)]) + value


def node(data: bytes, *links: bytes) -> bytes:
    return b"".join(field(2, link) for link in links) + field(1, data)


SHARD = field(1, 5) + field(5, 0x22) + b"\x30\x80\x02"


@pytest.mark.parametrize(
    ("block", "problem"),
    [
        (b"", "not a file or directory"),
        (node(field(1, 3)), "not a file or directory"),
        (b"\x0a\x09short", "truncated"),
        (b"\x0a", "truncated"),
        (b"\x08" + b"\xff" * 10, "a number that is too large"),
        (b"\x0d1234", "an unsupported type"),
        (node(field(1, 2), field(1, 7)), "a link in it is malformed"),
        (node(field(1, 2), field(2, 7) + LINK), "a link in it is malformed"),
        (node(field(1, 2), field(1, b"?")), "a link in it has no CID"),
        (node(field(1, 2), LINK), "the size of each of its parts"),
        (node(field(1, 5) + field(5, 1)), "sharded in an unsupported way"),
        (node(SHARD, LINK + field(2, b"A")), "names no slot"),
    ],
)
def test_a_block_that_cannot_be_read_is_refused(block: bytes, problem: str) -> None:
    with pytest.raises(BadBlock, match=problem):
        read_block(NODE, block)


@pytest.mark.parametrize("sizes", [field(4, 3) + field(4, 4), field(4, b"\x03\x04")])
def test_sizes_are_read_one_by_one_and_packed(sizes: bytes) -> None:
    found = read_block(NODE, node(field(1, 2) + field(2, b"ab") + sizes, LINK, LINK))
    assert (found.kind, found.data, found.size, found.sizes) == ("file", b"ab", 9, [3, 4])


def test_what_else_a_node_holds_is_passed_over() -> None:
    found = read_block(NODE, field(7, 1) + field(9, b"?") + node(field(1, 1) + field(9, b"?")))
    assert (found.kind, found.links) == ("directory", [])


def test_only_files_and_directories_are_read() -> None:
    with pytest.raises(BadBlock, match="codec 0x71"):
        read_block(CID.of(0x71, b"x"), b"x")
    with pytest.raises(ValueError, match="codec is 0x71"):
        check_known(CID.of(0x71, b"x"))
    strange = CID(1, RAW, 0x14, b"d" * 32)
    with pytest.raises(BadBlock, match="hash function 0x14"):
        is_block_of(strange, b"x")
    with pytest.raises(ValueError, match="hash function 0x14"):
        check_known(strange)


def test_a_shard_is_only_as_deep_as_its_hash() -> None:
    assert slot_of(b"name", 0) != b""
    with pytest.raises(BadBlock, match="too deep"):
        slot_of(b"name", 8)


@pytest.mark.parametrize(
    "cid",
    [
        CID(1, RAW, IDENTITY, b"whole"),
        CID(1, RAW, SHA2_256, hashlib.sha256(b"whole").digest()),
        CID(1, RAW, 0x13, hashlib.sha512(b"whole").digest()),
        CID(1, RAW, 0xB220, hashlib.blake2b(b"whole", digest_size=32).digest()),
    ],
    ids=str,
)
def test_every_known_hash_is_compared(cid: CID) -> None:
    check_known(cid)
    for content, fits in [(b"whole", True), (b"other", False)]:
        assert is_block_of(cid, content) is fits
        seen = matcher(cid)
        assert seen is not None
        seen.update(content[:2])
        seen.update(content[2:])
        assert seen.fits() is fits


def test_nothing_but_blocks_can_tell_of_a_tree_with_another_hash() -> None:
    assert matcher(CID(1, DAG_PB, 0x13, hashlib.sha512(b"").digest())) is None
