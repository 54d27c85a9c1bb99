"""Builds the blocks of files and directories: dag-pb with UnixFS data, and raw leaves."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple, TypeAlias

from ..cid import CID, DAG_PB, RAW, SHA2_256, encode_varint

__all__ = [
    "TYPE_SHARD",
    "Link",
    "Node",
    "Profile",
    "branch",
    "branch_block",
    "bytes_field",
    "dag_block",
    "directory_block",
    "leaf",
    "leaf_frame",
    "node_of",
    "varint_field",
]

Profile: TypeAlias = Literal["kubo-v0", "kubo-v1"]
"""How files become blocks: `kubo-v0` is what `ipfs add` does (CIDs of version 0, leaves in
protobuf), `kubo-v1` what `ipfs add --cid-version=1` does (CIDs of version 1, raw leaves)."""

TYPE_DIRECTORY = 1
TYPE_FILE = 2
TYPE_SHARD = 5


class Node(NamedTuple):
    """What a directory needs to know about a file or directory to link to it."""

    cid: CID
    """The CID of the root block."""
    total_size: int
    """Bytes of the root block and all blocks below it, each counted once for every link to it (the
    `Tsize` of a link)."""
    size: int
    """Bytes of content; for a directory, the sum of its files."""


Link: TypeAlias = tuple[bytes, Node]
"""A named link from a block to a node."""


def leaf_frame(size: int) -> tuple[bytes, bytes]:
    """Return what precedes and follows `size` bytes of a file in a protobuf leaf."""
    before = varint_field(1, TYPE_FILE)
    if size:
        # An empty file has no data field.
        before += encode_varint(2 << 3 | 2) + encode_varint(size)
    after = varint_field(3, size)
    length = len(before) + size + len(after)
    return encode_varint(1 << 3 | 2) + encode_varint(length) + before, after


def leaf(digest: bytes, size: int, profile: Profile) -> Node:
    """Return the node of a leaf, from the digest of its block."""
    if profile == "kubo-v1":
        return Node(CID(1, RAW, SHA2_256, digest), size, size)
    before, after = leaf_frame(size)
    return Node(CID(0, DAG_PB, SHA2_256, digest), len(before) + size + len(after), size)


def branch(children: Sequence[Node], profile: Profile) -> Node:
    """Return the node of a file that links to its parts in order."""
    return node_of([(b"", node) for node in children], branch_block(children), profile)


def branch_block(children: Sequence[Node]) -> bytes:
    """Return the block of a file that links to its parts in order."""
    data = [varint_field(1, TYPE_FILE), varint_field(3, sum(node.size for node in children))]
    data += [varint_field(4, node.size) for node in children]
    return dag_block([(b"", node) for node in children], b"".join(data))


def directory_block(links: Iterable[Link]) -> bytes:
    """Return the block of an unsharded directory, whose links are already sorted."""
    return dag_block(links, varint_field(1, TYPE_DIRECTORY))


def dag_block(links: Iterable[Link], data: bytes) -> bytes:
    """Return a dag-pb block with its links in the order given."""
    encoded = [bytes_field(2, dag_link(name, node)) for name, node in links]
    return b"".join(encoded) + bytes_field(1, data)


def node_of(links: Iterable[Link], block: bytes, profile: Profile) -> Node:
    """Return the node of a block with these links."""
    version = 0 if profile == "kubo-v0" else 1
    nodes = [node for _, node in links]
    return Node(
        CID(version, DAG_PB, SHA2_256, hashlib.sha256(block).digest()),
        len(block) + sum(node.total_size for node in nodes),
        sum(node.size for node in nodes),
    )


def dag_link(name: bytes, node: Node) -> bytes:
    """Return a link in its encoded form."""
    cid = node.cid.bytes
    # Fields are encoded by hand for speed: the number and type, the length, the value.
    return b"".join(
        (
            *(b"\x0a", encode_varint(len(cid)), cid),
            *(b"\x12", encode_varint(len(name)), name),
            *(b"\x18", encode_varint(node.total_size)),
        )
    )


def varint_field(number: int, value: int) -> bytes:
    """Return a number as a protobuf field."""
    return encode_varint(number << 3) + encode_varint(value)


def bytes_field(number: int, value: bytes) -> bytes:
    """Return bytes as a protobuf field."""
    return encode_varint(number << 3 | 2) + encode_varint(len(value)) + value
