"""CIDs of files and directories, worked out locally.

The CIDs are those that `ipfs add --cid-version=1` gives: SHA2-256, raw leaves, chunks of 256 KiB,
balanced trees, and directories that are sharded once they grow large. Only hashes are kept while
a file is read, never its content.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pinarkive._values.ignored import Ignore, check_ignore, matcher
from pinarkive.cid import CID, DAG_PB, RAW, SHA2_256, encode_varint

CHUNK_SIZE = 262_144
"""Bytes of a file that one leaf block holds."""

MAX_LINKS = 174
"""Links that one node of a file holds at most."""

SHARDING_THRESHOLD = 262_144
"""Estimated size above which a directory is sharded."""

_FANOUT = 256
_MURMUR3_X64_64 = 0x22
_HASH_LENGTH = 8
_MASK_64 = 2**64 - 1

_TYPE_DIRECTORY = 1
_TYPE_FILE = 2
_TYPE_SHARD = 5


@dataclass(frozen=True, slots=True)
class Node:
    """A file or directory, as far as a directory that links to it must know it.

    Attributes:
        cid: the CID of the root block.
        total_size: bytes of all the blocks below and including the root block, counted once for
            each link to them (the `Tsize` of a link).
        size: bytes of content; for a directory, of all the files in it.
    """

    cid: CID
    total_size: int
    size: int


class BinaryReader(Protocol):
    """What is read from a binary file object."""

    def read(self, size: int, /) -> bytes:
        """Give at most `size` bytes, and none at the end."""
        ...


class FileBuilder:
    """Work out the node of a file from its bytes, handed over bit by bit.

    Args:
        chunk_size: bytes of a leaf block; only the default gives the usual CIDs.

    Raises:
        ValueError: `chunk_size` is less than 1.

    Example:
        >>> builder = FileBuilder()
        >>> builder.update(b"hello ")
        >>> builder.update(b"world")
        >>> str(builder.finish().cid)
        'bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e'
    """

    def __init__(self, *, chunk_size: int = CHUNK_SIZE) -> None:
        if chunk_size < 1:
            raise ValueError(f"chunk_size must be 1 or more, not {chunk_size}")
        self._chunk_size = chunk_size
        self._chunk = hashlib.sha256()
        self._chunk_length = 0
        self._levels: list[list[Node]] = [[]]

    def update(self, data: bytes | bytearray | memoryview) -> None:
        """Add the next bytes of the file.

        Args:
            data: any number of bytes.

        Raises:
            TypeError: `data` is not bytes.

        Example:
            >>> FileBuilder().update(b"hello")
        """
        rest = memoryview(data).cast("B")
        while rest:
            part = rest[: self._chunk_size - self._chunk_length]
            self._chunk.update(part)
            self._chunk_length += len(part)
            rest = rest[len(part) :]
            if self._chunk_length == self._chunk_size:
                _push(self._levels, 0, self._leaf())
                self._chunk = hashlib.sha256()
                self._chunk_length = 0

    def finish(self) -> Node:
        """Give the node of the file made of all bytes so far.

        The builder is left as it is: more bytes may follow, for a longer file.

        Returns:
            The node of the file.

        Example:
            >>> FileBuilder().finish().size
            0
        """
        levels = [list(level) for level in self._levels]
        if self._chunk_length or not levels[0]:
            _push(levels, 0, self._leaf())
        return _join(levels)

    def _leaf(self) -> Node:
        cid = CID(1, RAW, SHA2_256, self._chunk.digest())
        return Node(cid, self._chunk_length, self._chunk_length)


def file_node(source: os.PathLike[str] | bytes | bytearray | memoryview | BinaryReader) -> Node:
    """Work out the node of a file.

    Args:
        source: the path of a file, its content, or a binary file object, which is read from
            where it stands to its end and left open.

    Returns:
        The node of the file.

    Raises:
        OSError: the file cannot be read.
        TypeError: `source` is none of these; a path given as a str must become a `Path` first.

    Example:
        >>> file_node(b"hello world").size
        11
    """
    builder = FileBuilder()
    if isinstance(source, (bytes, bytearray, memoryview)):
        builder.update(source)
    elif isinstance(source, os.PathLike):
        with Path(source).open("rb") as file:
            _feed(builder, file)
    elif hasattr(source, "read"):
        _feed(builder, source)
    else:
        raise TypeError(
            "source must be a path (pathlib.Path), bytes or a binary file object, "
            f"not {type(source).__name__}"
        )
    return builder.finish()


def file_cid(source: os.PathLike[str] | bytes | bytearray | memoryview | BinaryReader) -> str:
    """Work out the CID of a file.

    Args:
        source: as for `file_node`.

    Returns:
        The CID as text.

    Raises:
        OSError: the file cannot be read.
        TypeError: `source` is neither a path, bytes nor a binary file object.

    Example:
        >>> file_cid(b"hello world")
        'bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e'
    """
    return str(file_node(source).cid)


def directory(entries: Mapping[str, Node]) -> Node:
    """Work out the node of a directory.

    Args:
        entries: what the directory holds, by name. The order does not matter.

    Returns:
        The node of the directory, sharded if it is large.

    Raises:
        ValueError: a name is empty, `.`, `..`, contains `/` or is not Unicode text.

    Example:
        >>> str(directory({}).cid)
        'bafybeiczsscdsbs7ffqz55asqdf3smv6klcw3gofszvwlyarci47bgf354'
    """
    named = [(_name_bytes(name), node) for name, node in entries.items()]
    if sum(len(name) + len(node.cid.bytes) for name, node in named) > SHARDING_THRESHOLD:
        return _shard([(_murmur3(name), name, node) for name, node in named], 0)
    return _dag_node(sorted(named, key=_link_name), _varint_field(1, _TYPE_DIRECTORY))


def tree(files: Mapping[str, Node]) -> dict[str, Node]:
    """Work out the nodes of all directories that hold a set of files.

    Args:
        files: the files by relative path, with `/` between names. The order does not matter.

    Returns:
        The node of every directory by relative path; the root is at `""`.

    Raises:
        ValueError: a path is not relative, not in plain form or not Unicode text, or one is
            both a file and a directory.

    Example:
        >>> sorted(tree({"docs/old/a.txt": file_node(b"a")}))
        ['', 'docs', 'docs/old']
    """
    contents: dict[str, dict[str, Node]] = {"": {}}
    for path, node in files.items():
        _check_path(path)
        parent, _, name = path.rpartition("/")
        for folder in _with_parents(parent):
            contents.setdefault(folder, {})
        contents[parent][name] = node
    for folder in contents:
        if folder in files:
            raise ValueError(f"{folder!r} is both a file and a directory: rename one of them")
    return _directories(contents)


def local_files(folder: os.PathLike[str], *, ignore: Ignore | None = None) -> dict[str, Path]:
    """List the files that a local folder holds, at any depth.

    Hidden files are listed; a folder without files leaves no trace. A symbolic link stands for
    what it points to, which must be within the folder.

    Args:
        folder: the folder.
        ignore: what to leave out: a list of patterns as `shutil.ignore_patterns` has them, matched
            against names and relative paths, or a function of the relative path.

    Returns:
        Where each file is, by relative path with `/` between names, in the order of the paths.

    Raises:
        ValueError: a symbolic link is broken, leaves the folder or leads back to a folder it is
            in, or there is something that is neither a file nor a folder; `ignore` is neither
            a list of patterns nor a function.
        OSError: the folder cannot be read.

    Example:
        >>> import tempfile
        >>> local_files(Path(tempfile.mkdtemp()))
        {}
    """
    is_ignored = None if ignore is None else matcher(check_ignore(ignore))
    found = walk_files(folder, is_ignored)
    return {path: Path(location) for path, location in found.items()}


def walk_files(
    folder: os.PathLike[str], is_ignored: Callable[[str], object] | None = None
) -> dict[str, str]:
    """List the files that a local folder holds as text, which is lighter; see `local_files`."""
    root = os.path.realpath(folder, strict=True)
    found: dict[str, str] = {}
    pending = [("", root, frozenset((root,)))]
    while pending:
        prefix, parent, ancestors = pending.pop()
        with os.scandir(parent) as entries:
            for entry in entries:
                path = prefix + entry.name
                # First of all: whatever is wrong with it, it is left out.
                if is_ignored is not None and is_ignored(path):
                    continue
                real = _follow(entry.path, root) if entry.is_symlink() else entry.path
                if entry.is_file():
                    found[path] = real
                elif not entry.is_dir():
                    raise ValueError(f"{path!r} is neither a file nor a folder: leave it out")
                elif real in ancestors:
                    raise ValueError(f"{path!r} is a symbolic link to a folder it is in: remove it")
                else:
                    pending.append((path + "/", real, ancestors | {real}))
    return dict(sorted(found.items()))


def directory_cid(folder: os.PathLike[str], *, ignore: Ignore | None = None) -> str:
    """Work out the CID of a local folder and all files in it.

    Args:
        folder: the folder; `local_files` says what counts.
        ignore: what to leave out, as for `local_files`.

    Returns:
        The CID as text.

    Raises:
        ValueError: the folder holds something that `local_files` refuses, or a name that is not
            Unicode text.
        OSError: the folder or a file cannot be read.

    Example:
        >>> import tempfile
        >>> directory_cid(Path(tempfile.mkdtemp()))
        'bafybeiczsscdsbs7ffqz55asqdf3smv6klcw3gofszvwlyarci47bgf354'
    """
    found = local_files(folder, ignore=ignore)
    nodes = {path: file_node(location) for path, location in found.items()}
    return str(tree(nodes)[""].cid)


def _feed(builder: FileBuilder, reader: BinaryReader) -> None:
    # Compared with b"" rather than tested for truth: "" or None must reach update and fail there,
    # not pass for the end of a binary file.
    while (data := reader.read(CHUNK_SIZE)) != b"":
        builder.update(data)


def _push(levels: list[list[Node]], level: int, node: Node) -> None:
    """Add a node at a level; one that is full first becomes one node of the level above."""
    if level == len(levels):
        levels.append([])
    if len(levels[level]) == MAX_LINKS:
        _push(levels, level + 1, _branch(levels[level]))
        levels[level] = []
    levels[level].append(node)


def _join(levels: list[list[Node]]) -> Node:
    level = 0
    while level < len(levels) - 1:
        _push(levels, level + 1, _branch(levels[level]))
        level += 1
    top = levels[level]
    return top[0] if len(top) == 1 else _branch(top)


def _branch(children: list[Node]) -> Node:
    data = [_varint_field(1, _TYPE_FILE), _varint_field(3, sum(node.size for node in children))]
    data += [_varint_field(4, node.size) for node in children]
    return _dag_node([(b"", node) for node in children], b"".join(data))


def _name_bytes(name: str) -> bytes:
    if name in ("", ".", "..") or "/" in name:
        raise ValueError(f"{name!r} cannot name a file or directory: use one plain name")
    try:
        return name.encode()
    except UnicodeEncodeError:
        raise ValueError(f"{name!r} is not Unicode text: rename it") from None


def _check_path(path: str) -> None:
    if any(name in ("", ".", "..") for name in path.split("/")):
        raise ValueError(
            f"{path!r} is not a plain relative path: use names joined by '/', "
            "without '.', '..', or '/' at either end"
        )


def _with_parents(folder: str) -> Iterator[str]:
    while folder:
        yield folder
        folder = folder.rpartition("/")[0]


def _directories(contents: dict[str, dict[str, Node]]) -> dict[str, Node]:
    nodes: dict[str, Node] = {}
    deepest_first = sorted(contents, key=lambda folder: folder.count("/"), reverse=True)
    # The root has no "/" either, so it would not sort after its own sub-directories.
    for folder in [folder for folder in deepest_first if folder] + [""]:
        nodes[folder] = directory(contents[folder])
        if folder:
            parent, _, name = folder.rpartition("/")
            contents[parent][name] = nodes[folder]
    return nodes


def _follow(link: str, root: str) -> str:
    try:
        real = os.path.realpath(link, strict=True)
    except OSError as error:
        raise ValueError(f"{link!r} is a symbolic link to nothing: remove it") from error
    if os.path.commonpath((real, root)) != root:
        raise ValueError(f"{link!r} is a symbolic link out of the folder: replace it by a copy")
    return real


def _link_name(link: tuple[bytes, Node]) -> bytes:
    return link[0]


def _shard(entries: list[tuple[bytes, bytes, Node]], depth: int) -> Node:
    """Make a shard of entries (hash, name, node) whose hashes agree in the first `depth` bytes."""
    if depth == _HASH_LENGTH:
        raise ValueError("two names in one directory have the same hash: rename one of them")
    slots: dict[int, list[tuple[bytes, bytes, Node]]] = {}
    for entry in entries:
        slots.setdefault(entry[0][depth], []).append(entry)
    links = [_shard_link(slot, slots[slot], depth) for slot in sorted(slots)]
    return _dag_node(links, _shard_data(slots))


def _shard_link(
    slot: int, entries: list[tuple[bytes, bytes, Node]], depth: int
) -> tuple[bytes, Node]:
    prefix = b"%02X" % slot
    if len(entries) > 1:
        return prefix, _shard(entries, depth + 1)
    _, name, node = entries[0]
    return prefix + name, node


def _shard_data(slots: Iterable[int]) -> bytes:
    bitfield = sum(1 << slot for slot in slots)
    return (
        _varint_field(1, _TYPE_SHARD)
        + _bytes_field(2, bitfield.to_bytes((bitfield.bit_length() + 7) // 8, "big"))
        + _varint_field(5, _MURMUR3_X64_64)
        + _varint_field(6, _FANOUT)
    )


def _dag_node(links: list[tuple[bytes, Node]], data: bytes) -> Node:
    """Encode a dag-pb block, its links in the order given."""
    encoded = [_bytes_field(2, _dag_link(name, node)) for name, node in links]
    block = b"".join(encoded) + _bytes_field(1, data)
    return Node(
        CID.of(DAG_PB, block),
        len(block) + sum(node.total_size for _, node in links),
        sum(node.size for _, node in links),
    )


def _dag_link(name: bytes, node: Node) -> bytes:
    return (
        _bytes_field(1, node.cid.bytes) + _bytes_field(2, name) + _varint_field(3, node.total_size)
    )


def _varint_field(number: int, value: int) -> bytes:
    return encode_varint(number << 3) + encode_varint(value)


def _bytes_field(number: int, value: bytes) -> bytes:
    return encode_varint(number << 3 | 2) + encode_varint(len(value)) + value


def _murmur3(data: bytes) -> bytes:
    """Hash with MurmurHash3 x64 128, of which the first half counts, highest byte first."""
    h1 = h2 = 0
    whole = len(data) - len(data) % 16
    for start in range(0, whole, 16):
        h1 ^= _mix_low(int.from_bytes(data[start : start + 8], "little"))
        h1 = ((_rotate(h1, 27) + h2) * 5 + 0x52DCE729) & _MASK_64
        h2 ^= _mix_high(int.from_bytes(data[start + 8 : start + 16], "little"))
        h2 = ((_rotate(h2, 31) + h1) * 5 + 0x38495AB5) & _MASK_64
    h1 ^= _mix_low(int.from_bytes(data[whole : whole + 8], "little")) ^ len(data)
    h2 ^= _mix_high(int.from_bytes(data[whole + 8 :], "little")) ^ len(data)
    h1 = (h1 + h2) & _MASK_64
    h2 = (h2 + h1) & _MASK_64
    return ((_scatter(h1) + _scatter(h2)) & _MASK_64).to_bytes(_HASH_LENGTH, "big")


def _mix_low(word: int) -> int:
    return _rotate(word * 0x87C37B91114253D5 & _MASK_64, 31) * 0x4CF5AD432745937F & _MASK_64


def _mix_high(word: int) -> int:
    return _rotate(word * 0x4CF5AD432745937F & _MASK_64, 33) * 0x87C37B91114253D5 & _MASK_64


def _scatter(word: int) -> int:
    word = (word ^ word >> 33) * 0xFF51AFD7ED558CCD & _MASK_64
    word = (word ^ word >> 33) * 0xC4CEB9FE1A85EC53 & _MASK_64
    return word ^ word >> 33


def _rotate(word: int, bits: int) -> int:
    return (word << bits | word >> (64 - bits)) & _MASK_64
