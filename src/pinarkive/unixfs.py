"""Computes the CIDs of files and directories locally.

There are two profiles. `kubo-v1` produces the CIDs of `ipfs add --cid-version=1`: version 1 with
raw leaves. `kubo-v0` produces those of `ipfs add`: version 0 with leaves in protobuf. In both,
chunks have 256 KiB, trees are balanced, and large directories are sharded. While a file is read,
at most one chunk of it is in memory.
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
"""The size of a chunk: the bytes of a file that one leaf block holds."""

MAX_LINKS = 174
"""The most links that one node of a file has."""

SHARDING_THRESHOLD = 262_144
"""The estimated size of a block above which its directory is sharded."""


class BinaryReader(Protocol):
    """A binary file object that can be read."""

    def read(self, size: int, /) -> bytes:
        """Return at most `size` bytes, and none at the end."""
        ...


@runtime_checkable
class Seekable(Protocol):
    """A file object whose position may be restored."""

    def seekable(self) -> bool:
        """Return whether the position can be changed."""
        ...

    def tell(self) -> int:
        """Return the position."""
        ...

    def seek(self, place: int, /) -> object:
        """Change the position."""
        ...


class FileBuilder:
    """Computes the node of a file from its bytes, which arrive in any number of pieces.

    Args:
        chunk_size: The bytes of a leaf block; only the default produces the usual CIDs.
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
            data: Any number of bytes.

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
                # A whole chunk is hashed without copying it.
                push(self._levels, 0, self._leaf([part], len(part)), self._profile)
                continue
            self._chunk.append(bytes(part))
            self._chunk_length += len(part)
            if self._chunk_length == self._chunk_size:
                push(self._levels, 0, self._last_leaf(), self._profile)
                self._chunk.clear()
                self._chunk_length = 0

    def finish(self) -> Node:
        """Return the node of the file that consists of all bytes so far.

        The builder does not change: more bytes may follow, for a longer file.

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
    """Compute the node of a file.

    Args:
        source: The path of a file, its content, or a binary file object, which is read from its
            current position to its end and left open.
        profile: `kubo-v1` or `kubo-v0`; see this module.

    Returns:
        The node of the file.

    Raises:
        OSError: The file cannot be read.
        TypeError: `source` is none of these; turn a path that is a `str` into a `Path` first.

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
    """Compute the CID of a file.

    Args:
        source: The file, as for `file_node`.
        profile: `kubo-v1` or `kubo-v0`; see this module.

    Returns:
        The CID as text.

    Raises:
        OSError: The file cannot be read.
        TypeError: `source` is neither a path, bytes nor a binary file object.

    Example:
        >>> file_cid(b"hello world")
        'bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e'
    """
    return str(file_node(source, profile=profile).cid)


def directory(entries: Mapping[str, Node], *, profile: Profile = "kubo-v1") -> Node:
    """Compute the node of a directory.

    Args:
        entries: The files and directories in it, by name, in any order.
        profile: `kubo-v1` or `kubo-v0`, the same as for the entries.

    Returns:
        The node of the directory, sharded if it is large.

    Raises:
        ValueError: A name is empty, `.`, `..`, contains `/` or is not Unicode text.

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
    """Compute the nodes of all directories that hold a set of files.

    Args:
        files: The files by relative path, with `/` between names, in any order.
        profile: `kubo-v1` or `kubo-v0`, the same as for the files.

    Returns:
        The node of every directory by relative path; the root is at `""`.

    Raises:
        ValueError: A path is not a plain relative path or not Unicode text, or is both a file
            and a directory.

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
    # The root goes last explicitly: it has as few slashes as the directories directly in it.
    for folder in [folder for folder in deepest_first if folder] + [""]:
        nodes[folder] = directory(contents[folder], profile=profile)
        if folder:
            parent, _, name = folder.rpartition("/")
            contents[parent][name] = nodes[folder]
    return nodes


def local_files(folder: os.PathLike[str], *, ignore: Ignore | None = None) -> dict[str, Path]:
    """List the files in a local folder, at any depth.

    Hidden files are included, empty folders are not. A symbolic link counts as its target, which
    must be inside the folder.

    Args:
        folder: The folder.
        ignore: What to leave out: a list of patterns like those of `shutil.ignore_patterns`,
            matched against names and relative paths, or a function of the relative path.

    Returns:
        The location of each file, by relative path with `/` between names, sorted by path.

    Raises:
        ValueError: A symbolic link is broken, leads out of the folder or to a folder that contains
            it, or an entry is neither a file nor a folder; or `ignore` is neither a list of
            patterns nor a function.
        OSError: The folder cannot be read.

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
    """Compute the CID of a local folder and all files in it.

    Args:
        folder: The folder; `local_files` says what counts.
        ignore: What to leave out, as for `local_files`.
        profile: `kubo-v1` or `kubo-v0`; see this module.

    Returns:
        The CID as text.

    Raises:
        ValueError: The folder contains something that `local_files` rejects, or a name that is
            not Unicode text.
        OSError: The folder or a file cannot be read.

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
    """Compute the CID of what `upload` or `upload_directory_dag` would send.

    Args:
        source: The path of a file or folder (`str` or `os.PathLike`), bytes or another buffer, a
            binary file object, or a mapping from relative POSIX path to such content, which is a
            directory. A file object is read from its current position, which is restored
            afterwards if the file can seek.
        profile: `kubo-v1` or `kubo-v0`; see this module.
        ignore: What to leave out of a folder, as for `upload_directory_dag`.

    Returns:
        The CID as text.

    Raises:
        ValueError: `source` cannot be read, a name cannot be sent, or there is no such profile.
        OSError: A file cannot be read.

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
    """Return the node of checked content; the position of an open file is restored."""
    if isinstance(content, bytes | Path):
        return file_node(content, profile=profile)
    if isinstance(content, Memory):
        with content.view() as view:
            return file_node(view, profile=profile)
    if not is_file(content):
        raise ValueError(
            "an iterator can be read only once, by the upload itself; pass a path, bytes or an "
            "open file"
        )
    place = content.tell() if isinstance(content, Seekable) and content.seekable() is True else None
    builder = FileBuilder(profile=profile)
    feed(builder, content)
    if place is not None and isinstance(content, Seekable):
        content.seek(place)
    return builder.finish()


def feed(builder: FileBuilder, reader: BinaryReader | AsyncBinaryFile) -> None:
    """Pass a file to a builder, up to its end."""
    while True:
        data = reader.read(CHUNK_SIZE)
        if isinstance(data, Awaitable):
            if isinstance(data, Coroutine):
                # Otherwise Python warns that it was never awaited.
                data.close()
            raise ValueError(
                "a file whose read() must be awaited cannot be read here; pass its bytes"
            )
        # Compared with b"" rather than tested for truth: "" or None must fail in `update`, and
        # not count as the end of the file.
        if data == b"":
            return
        builder.update(data)


def check_profile(profile: object) -> Profile:
    """Return a profile, or raise `ValueError`."""
    if profile == "kubo-v0":
        return "kubo-v0"
    if profile == "kubo-v1":
        return "kubo-v1"
    raise ValueError(f"there is no profile {profile!r}; use 'kubo-v1' or 'kubo-v0'")


def push(levels: list[list[Node]], level: int, node: Node, profile: Profile) -> None:
    """Add a node to a level; a full level first becomes one node of the level above."""
    if level == len(levels):
        levels.append([])
    if len(levels[level]) == MAX_LINKS:
        push(levels, level + 1, branch(levels[level], profile), profile)
        levels[level] = []
    levels[level].append(node)


def join(levels: list[list[Node]], profile: Profile) -> Node:
    """Return the root node above all levels."""
    level = 0
    while level < len(levels) - 1:
        push(levels, level + 1, branch(levels[level], profile), profile)
        level += 1
    top = levels[level]
    return top[0] if len(top) == 1 else branch(top, profile)


def name_bytes(name: str) -> bytes:
    """Return a name as blocks encode it, or raise `ValueError`."""
    if name in ("", ".", "..") or "/" in name:
        raise ValueError(f"{name!r} cannot name a file or directory: use one plain name")
    try:
        return name.encode()
    except UnicodeEncodeError:
        raise ValueError(f"{name!r} is not Unicode text: rename it") from None


def check_path(path: str) -> None:
    """Raise `ValueError` if a path is not a plain relative path."""
    if not {"", ".", ".."}.isdisjoint(path.split("/")):
        raise ValueError(
            f"{path!r} is not a plain relative path: use names joined by '/', "
            "without '.', '..', or '/' at either end"
        )


def with_parents(folder: str) -> Iterator[str]:
    """Yield a folder and each folder that contains it, except for the root."""
    while folder:
        yield folder
        folder = folder.rpartition("/")[0]
