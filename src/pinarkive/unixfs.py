"""CIDs of files and directories, worked out locally.

There are two profiles. `kubo-v1` gives the CIDs of `ipfs add --cid-version=1`: version 1 and raw
leaves. `kubo-v0` gives those of `ipfs add`: version 0, and leaves in protobuf. In both, chunks have
256 KiB, trees are balanced, and directories are sharded once they grow large. No more than one
chunk of a file is kept while it is read.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Awaitable, Coroutine, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Protocol, runtime_checkable

from ._dag.blocks import Node, Profile, branch, directory_block, leaf, leaf_frame, node_of
from ._dag.shards import hashed, shard
from ._values.folders import walk_files
from ._values.ignored import Ignore, check_ignore, matcher
from .sources import (
    AsyncBinaryFile,
    Content,
    DagContent,
    Memory,
    Piece,
    check_dag_files,
    check_file,
    is_file,
)

__all__ = [
    "CHUNK_SIZE",
    "MAX_LINKS",
    "SHARDING_THRESHOLD",
    "BinaryReader",
    "FileBuilder",
    "Node",
    "Profile",
    "cid_of",
    "directory",
    "directory_cid",
    "file_cid",
    "file_node",
    "local_files",
    "tree",
]

CHUNK_SIZE = 262_144
"""Bytes of a file that one leaf block holds."""

MAX_LINKS = 174
"""Links that one node of a file holds at most."""

SHARDING_THRESHOLD = 262_144
"""Estimated size above which a directory is sharded."""


class BinaryReader(Protocol):
    """What is read from a binary file object."""

    def read(self, size: int, /) -> bytes:
        """Give at most `size` bytes, and none at the end."""
        ...


@runtime_checkable
class Seekable(Protocol):
    """A file object that may be put back to where it stood."""

    def seekable(self) -> bool:
        """Tell whether it can be."""
        ...

    def tell(self) -> int:
        """Tell where it stands."""
        ...

    def seek(self, place: int, /) -> object:
        """Put it to a place."""
        ...


class FileBuilder:
    """Work out the node of a file from its bytes, handed over bit by bit.

    Args:
        chunk_size: bytes of a leaf block; only the default gives the usual CIDs.
        profile: `kubo-v1` or `kubo-v0`; see this module.

    Raises:
        ValueError: `chunk_size` is less than 1, or there is no such profile.

    Example:
        >>> builder = FileBuilder()
        >>> builder.update(b"hello ")
        >>> builder.update(b"world")
        >>> str(builder.finish().cid)
        'bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e'
    """

    def __init__(self, *, chunk_size: int = CHUNK_SIZE, profile: Profile = "kubo-v1") -> None:
        if chunk_size < 1:
            raise ValueError(f"chunk_size must be 1 or more, not {chunk_size}")
        self._chunk_size = chunk_size
        self._profile: Profile = check_profile(profile)
        self._chunk: list[bytes] = []
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
            rest = rest[len(part) :]
            if len(part) == self._chunk_size:
                # A whole chunk, of which nothing has to be kept.
                push(self._levels, 0, self._leaf([part], len(part)), self._profile)
                continue
            self._chunk.append(bytes(part))
            self._chunk_length += len(part)
            if self._chunk_length == self._chunk_size:
                push(self._levels, 0, self._last_leaf(), self._profile)
                self._chunk.clear()
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
            push(levels, 0, self._last_leaf(), self._profile)
        return join(levels, self._profile)

    def _last_leaf(self) -> Node:
        return self._leaf(self._chunk, self._chunk_length)

    def _leaf(self, parts: Iterable[bytes | memoryview], size: int) -> Node:
        before, after = (b"", b"") if self._profile == "kubo-v1" else leaf_frame(size)
        digest = hashlib.sha256(before)
        for part in parts:
            digest.update(part)
        digest.update(after)
        return leaf(digest.digest(), size, self._profile)


def file_node(
    source: os.PathLike[str] | bytes | bytearray | memoryview | BinaryReader,
    *,
    profile: Profile = "kubo-v1",
) -> Node:
    """Work out the node of a file.

    Args:
        source: the path of a file, its content, or a binary file object, which is read from
            where it stands to its end and left open.
        profile: `kubo-v1` or `kubo-v0`; see this module.

    Returns:
        The node of the file.

    Raises:
        OSError: the file cannot be read.
        TypeError: `source` is none of these; a path given as a str must become a `Path` first.

    Example:
        >>> file_node(b"hello world").size
        11
    """
    builder = FileBuilder(profile=profile)
    if isinstance(source, (bytes, bytearray, memoryview)):
        builder.update(source)
    elif isinstance(source, os.PathLike):
        with Path(source).open("rb") as file:
            feed(builder, file)
    elif hasattr(source, "read"):
        feed(builder, source)
    else:
        raise TypeError(
            "source must be a path (pathlib.Path), bytes or a binary file object, "
            f"not {type(source).__name__}"
        )
    return builder.finish()


def file_cid(
    source: os.PathLike[str] | bytes | bytearray | memoryview | BinaryReader,
    *,
    profile: Profile = "kubo-v1",
) -> str:
    """Work out the CID of a file.

    Args:
        source: as for `file_node`.
        profile: `kubo-v1` or `kubo-v0`; see this module.

    Returns:
        The CID as text.

    Raises:
        OSError: the file cannot be read.
        TypeError: `source` is neither a path, bytes nor a binary file object.

    Example:
        >>> file_cid(b"hello world")
        'bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e'
    """
    return str(file_node(source, profile=profile).cid)


def directory(entries: Mapping[str, Node], *, profile: Profile = "kubo-v1") -> Node:
    """Work out the node of a directory.

    Args:
        entries: what the directory holds, by name. The order does not matter.
        profile: `kubo-v1` or `kubo-v0`; that of the entries as well.

    Returns:
        The node of the directory, sharded if it is large.

    Raises:
        ValueError: a name is empty, `.`, `..`, contains `/` or is not Unicode text.

    Example:
        >>> str(directory({}).cid)
        'bafybeiczsscdsbs7ffqz55asqdf3smv6klcw3gofszvwlyarci47bgf354'
    """
    links = [(name_bytes(name), node) for name, node in entries.items()]
    if sum(len(name) + len(node.cid.bytes) for name, node in links) > SHARDING_THRESHOLD:
        return shard(hashed(links), profile)
    links.sort(key=lambda link: link[0])
    return node_of(links, directory_block(links), profile)


def tree(files: Mapping[str, Node], *, profile: Profile = "kubo-v1") -> dict[str, Node]:
    """Work out the nodes of all directories that hold a set of files.

    Args:
        files: the files by relative path, with `/` between names. The order does not matter.
        profile: `kubo-v1` or `kubo-v0`; that of the files as well.

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
        check_path(path)
        parent, _, name = path.rpartition("/")
        if parent not in contents:
            for folder in with_parents(parent):
                contents.setdefault(folder, {})
        contents[parent][name] = node
    for folder in contents:
        if folder in files:
            raise ValueError(f"{folder!r} is both a file and a directory: rename one of them")
    nodes: dict[str, Node] = {}
    deepest_first = sorted(contents, key=lambda folder: folder.count("/"), reverse=True)
    # The root has no "/" either, so it would not sort after its own sub-directories.
    for folder in [folder for folder in deepest_first if folder] + [""]:
        nodes[folder] = directory(contents[folder], profile=profile)
        if folder:
            parent, _, name = folder.rpartition("/")
            contents[parent][name] = nodes[folder]
    return nodes


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


def directory_cid(
    folder: os.PathLike[str], *, ignore: Ignore | None = None, profile: Profile = "kubo-v1"
) -> str:
    """Work out the CID of a local folder and all files in it.

    Args:
        folder: the folder; `local_files` says what counts.
        ignore: what to leave out, as for `local_files`.
        profile: `kubo-v1` or `kubo-v0`; see this module.

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
    nodes = {path: file_node(location, profile=profile) for path, location in found.items()}
    return str(tree(nodes, profile=profile)[""].cid)


def cid_of(
    source: str | os.PathLike[str] | Piece | BinaryReader | Mapping[str, DagContent],
    profile: Profile = "kubo-v1",
    *,
    ignore: Ignore | None = None,
) -> str:
    """Work out the CID of what `upload` or `upload_directory_dag` would send.

    Args:
        source: the path of a file or folder (`str` or `os.PathLike`), bytes or another buffer, a
            binary file object, which is read from where it stands and put back there if it can
            seek; or a mapping from relative POSIX path to such content, which is a directory.
        profile: `kubo-v1` or `kubo-v0`; see this module.
        ignore: what of a folder to leave out, as for `upload_directory_dag`.

    Returns:
        The CID as text.

    Raises:
        ValueError: `source` is nothing that can be read, a name cannot be sent, or there is no such
            profile.
        OSError: a file cannot be read.

    Example:
        >>> cid_of(b"hello world", "kubo-v0")
        'Qmf412jQZiuVUtdgnB36FXFX7xg5V6KEbSJ4dpQuhkLyfD'
    """
    if isinstance(source, Mapping):
        if ignore is not None:
            raise ValueError("only a folder can have files to ignore; leave ignore= out")
        files = check_dag_files(source)
        nodes = {path: content_node(content, profile) for path, content in files.items()}
        return str(tree(nodes, profile=profile)[""].cid)
    content = check_file(source)
    if isinstance(content, Path) and content.is_dir():
        return directory_cid(content, ignore=ignore, profile=profile)
    if ignore is not None:
        raise ValueError("only a folder can have files to ignore; leave ignore= out")
    if isinstance(content, Path) and content.exists() and not content.is_file():
        raise ValueError(
            f"{str(content)!r} is a pipe, socket or device, which may never end; open it, and pass "
            "the file object"
        )
    return str(content_node(content, profile).cid)


def content_node(content: Content, profile: Profile) -> Node:
    """Return the node of what has been checked; an open file is put back where it stood."""
    if isinstance(content, bytes | Path):
        return file_node(content, profile=profile)
    if isinstance(content, Memory):
        with content.view() as view:
            return file_node(view, profile=profile)
    if not is_file(content):
        raise ValueError(
            "an iterator can be read once, by the upload itself; give a path, bytes or an open file"
        )
    place = content.tell() if isinstance(content, Seekable) and content.seekable() is True else None
    builder = FileBuilder(profile=profile)
    feed(builder, content)
    if place is not None and isinstance(content, Seekable):
        content.seek(place)
    return builder.finish()


def feed(builder: FileBuilder, reader: BinaryReader | AsyncBinaryFile) -> None:
    """Hand a file over to its end."""
    while True:
        data = reader.read(CHUNK_SIZE)
        if isinstance(data, Awaitable):
            if isinstance(data, Coroutine):
                # Or Python complains that nobody has awaited it.
                data.close()
            raise ValueError("a file whose read() is awaited cannot be read here; give its bytes")
        # Compared with b"" rather than tested for truth: "" or None must reach update and fail
        # there, not pass for the end of a binary file.
        if data == b"":
            return
        builder.update(data)


def check_profile(profile: object) -> Profile:
    """Return a profile, else raise `ValueError`."""
    if profile == "kubo-v0":
        return "kubo-v0"
    if profile == "kubo-v1":
        return "kubo-v1"
    raise ValueError(f"there is no profile {profile!r}; there are 'kubo-v1' and 'kubo-v0'")


def push(levels: list[list[Node]], level: int, node: Node, profile: Profile) -> None:
    """Add a node at a level; one that is full first becomes one node of the level above."""
    if level == len(levels):
        levels.append([])
    if len(levels[level]) == MAX_LINKS:
        push(levels, level + 1, branch(levels[level], profile), profile)
        levels[level] = []
    levels[level].append(node)


def join(levels: list[list[Node]], profile: Profile) -> Node:
    """Return the one node above all of them."""
    level = 0
    while level < len(levels) - 1:
        push(levels, level + 1, branch(levels[level], profile), profile)
        level += 1
    top = levels[level]
    return top[0] if len(top) == 1 else branch(top, profile)


def name_bytes(name: str) -> bytes:
    """Return a name as it stands in a block, else raise `ValueError`."""
    if name in ("", ".", "..") or "/" in name:
        raise ValueError(f"{name!r} cannot name a file or directory: use one plain name")
    try:
        return name.encode()
    except UnicodeEncodeError:
        raise ValueError(f"{name!r} is not Unicode text: rename it") from None


def check_path(path: str) -> None:
    """Raise `ValueError` if a path is not relative, or not in plain form."""
    if not {"", ".", ".."}.isdisjoint(path.split("/")):
        raise ValueError(
            f"{path!r} is not a plain relative path: use names joined by '/', "
            "without '.', '..', or '/' at either end"
        )


def with_parents(folder: str) -> Iterator[str]:
    """Yield a folder and each that it is in, but for the root."""
    while folder:
        yield folder
        folder = folder.rpartition("/")[0]
