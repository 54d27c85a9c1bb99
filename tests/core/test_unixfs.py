from __future__ import annotations

import io
import json
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import TypedDict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinarkive import unixfs
from pinarkive._dag import shards
from pinarkive.cid import CID, DAG_PB, RAW
from pinarkive.unixfs import (
    FileBuilder,
    Node,
    cid_of,
    directory,
    directory_cid,
    file_cid,
    file_node,
    tree,
)


class FileVector(TypedDict):
    size: int
    chunk_size: int
    cid: str
    total_size: int


class Numbered(TypedDict):
    count: int
    name: str


class FolderVector(TypedDict):
    cid: str
    total_size: int
    sharded: bool


class _TreeVector(TypedDict):
    title: str
    paths: list[str]
    directories: dict[str, FolderVector]


class TreeVector(_TreeVector, total=False):
    numbered: list[Numbered]


class EmptyFolders(Numbered):
    cid: str
    total_size: int


class Vectors(TypedDict):
    files: list[FileVector]
    trees: list[TreeVector]
    empty_folders: EmptyFolders


VECTORS: Vectors = json.loads((Path(__file__).parent / "data" / "unixfs.json").read_text("utf-8"))

# 251 is prime, so that no two chunks of a file are alike.
PATTERN = bytes(range(251))

EMPTY_DIRECTORY = "bafybeiczsscdsbs7ffqz55asqdf3smv6klcw3gofszvwlyarci47bgf354"


def content(size: int) -> bytes:
    return (PATTERN * (size // len(PATTERN) + 1))[:size]


def names(numbered: Numbered) -> list[str]:
    return [
        numbered["name"].replace("{number}", f"{i:05}").replace("{stretch}", "é" * (i % 40))
        for i in range(numbered["count"])
    ]


def paths_of(vector: TreeVector) -> list[str]:
    listed = [name for numbered in vector.get("numbered", []) for name in names(numbered)]
    return listed + vector["paths"]


def named_after_content(paths: list[str]) -> dict[str, Node]:
    return {path: file_node(path.encode()) for path in paths}


def write_files(folder: Path, paths: list[str]) -> None:
    for path in paths:
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.encode())


@pytest.mark.parametrize("vector", VECTORS["files"], ids=lambda v: f"{v['size']}/{v['chunk_size']}")
def test_files_as_another_implementation(vector: FileVector) -> None:
    builder = FileBuilder(chunk_size=vector["chunk_size"])
    builder.update(content(vector["size"]))
    node = builder.finish()
    assert (str(node.cid), node.total_size) == (vector["cid"], vector["total_size"])
    assert node.size == vector["size"]


@pytest.mark.parametrize("vector", VECTORS["trees"], ids=lambda v: v["title"])
def test_trees_as_another_implementation(vector: TreeVector) -> None:
    paths = paths_of(vector)
    got = tree(named_after_content(paths))
    for folder, expected in vector["directories"].items():
        node = got[folder]
        assert (str(node.cid), node.total_size) == (expected["cid"], expected["total_size"]), folder
    assert got[""].size == sum(len(path.encode()) for path in paths)


def test_the_vectors_have_directories_on_both_sides_of_sharding() -> None:
    folders = [folder for vector in VECTORS["trees"] for folder in vector["directories"].values()]
    assert {folder["sharded"] for folder in folders} == {True, False}


def test_directories_count_towards_sharding() -> None:
    vector = VECTORS["empty_folders"]
    node = directory(dict.fromkeys(names(vector), directory({})))
    assert (str(node.cid), node.total_size) == (vector["cid"], vector["total_size"])


def test_short_cids_count_as_short() -> None:
    # 40 bytes of name and 24 of CID: right at the threshold, so still one block, in which each
    # link takes 72 bytes.
    short = Node(CID(1, RAW, 0x11, bytes(20)), 1, 1)
    entries = dict.fromkeys((f"{i:040}" for i in range(4096)), short)
    assert directory(entries).total_size == 4096 * 72 + len(b"\x0a\x02\x08\x01") + 4096


def test_the_empty_file_and_directory() -> None:
    assert file_cid(b"") == "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"
    assert str(directory({}).cid) == EMPTY_DIRECTORY
    assert {folder: str(node.cid) for folder, node in tree({}).items()} == {"": EMPTY_DIRECTORY}


@given(st.lists(st.binary(max_size=40), max_size=12), st.integers(1, 30))
@settings(max_examples=200)
def test_splits_do_not_matter(parts: list[bytes], chunk_size: int) -> None:
    whole = FileBuilder(chunk_size=chunk_size)
    whole.update(b"".join(parts))
    split = FileBuilder(chunk_size=chunk_size)
    for part in parts:
        split.update(part)
    assert split.finish() == whole.finish()


@pytest.mark.parametrize("step", [1000, 131_072, 262_143, 262_144, 262_145, 300_000])
def test_splits_do_not_matter_with_real_chunks(step: int) -> None:
    data = content(700_000)
    builder = FileBuilder()
    for start in range(0, len(data), step):
        builder.update(data[start : start + step])
    assert builder.finish() == file_node(data)


@pytest.mark.parametrize("size", [0, 5, 10, 174 * 10, 174 * 10 + 5, 174 * 174 * 10])
def test_finish_leaves_the_builder_as_it_is(size: int) -> None:
    builder = FileBuilder(chunk_size=10)
    builder.update(content(size))
    assert builder.finish() == builder.finish()
    builder.update(b"more")
    whole = FileBuilder(chunk_size=10)
    whole.update(content(size) + b"more")
    assert builder.finish() == whole.finish()


def test_a_leaf_is_raw_and_a_branch_is_not() -> None:
    assert file_node(content(262_144)).cid == CID.of(RAW, content(262_144))
    assert file_node(content(262_145)).cid.codec == DAG_PB


@pytest.mark.parametrize("wrap", [bytes, bytearray, memoryview, io.BytesIO])
def test_sources_in_memory(wrap: Callable[[bytes], bytes | io.BytesIO]) -> None:
    assert file_cid(wrap(content(300_000))) == file_cid(content(300_000))


def test_wider_items_of_a_memoryview_count_as_bytes() -> None:
    wide = memoryview(bytes(range(16))).cast("I")
    assert file_node(wide) == file_node(bytes(range(16)))


def test_a_path_is_read(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(content(600_000))
    assert file_cid(path) == file_cid(content(600_000))


def test_a_file_object_is_read_from_where_it_stands_and_left_open() -> None:
    file = io.BytesIO(b"skipped" + content(300_000))
    file.seek(len(b"skipped"))
    assert file_cid(file) == file_cid(content(300_000))
    assert not file.closed
    assert file.read() == b""


def test_a_file_object_may_give_less_than_asked_for() -> None:
    class Slow(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(min(size or 0, 1000))

    assert file_cid(Slow(content(600_000))) == file_cid(content(600_000))


def test_a_large_file_is_not_held_in_memory() -> None:
    asked: list[int] = []

    class Endless:
        def read(self, size: int, /) -> bytes:
            asked.append(size)
            return bytes(size) if len(asked) < 20 else b""

    file_cid(Endless())
    assert max(asked) <= 1024 * 1024


class NotReady:
    def read(self, size: int, /) -> None:
        return None


@pytest.mark.parametrize(
    "source", ["a/path", None, 3, io.StringIO("text"), io.StringIO(), NotReady()]
)
def test_other_sources_are_type_errors(source: bytes) -> None:
    with pytest.raises(TypeError):
        file_cid(source)


def test_a_missing_file_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        file_cid(tmp_path / "none")


def test_a_chunk_has_a_byte_or_more() -> None:
    with pytest.raises(ValueError, match="chunk_size must be 1 or more, not 0"):
        FileBuilder(chunk_size=0)


@pytest.mark.parametrize("count", [3, 6000])
def test_order_does_not_matter(count: int) -> None:
    entries = named_after_content([f"document-{i}.json" for i in range(count)])
    assert directory(entries) == directory(dict(reversed(entries.items())))


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "/", "\ud800"])
def test_bad_names_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="name") as caught:
        directory({name: file_node(b"")})
    assert type(caught.value) is ValueError


@pytest.mark.parametrize("path", ["", "/a", "a/", "a//b", "./a", "a/../b", ".", "..", "a/."])
def test_bad_paths_are_refused(path: str) -> None:
    with pytest.raises(ValueError, match="not a plain relative path"):
        tree({path: file_node(b"")})


@pytest.mark.parametrize("paths", [["a", "a/b"], ["a/b/c", "a/b"]])
def test_a_path_is_a_file_or_a_directory(paths: list[str]) -> None:
    with pytest.raises(ValueError, match="both a file and a directory"):
        tree(named_after_content(paths))


def test_a_tree_has_every_directory_and_no_file() -> None:
    got = tree(named_after_content(["a/b/c/1", "a/2", "d/3", "4"]))
    assert set(got) == {"", "a", "a/b", "a/b/c", "d"}
    assert got["a/b"] == directory({"c": got["a/b/c"]})
    assert got["a"] == directory({"b": got["a/b"], "2": file_node(b"a/2")})


def test_names_with_the_same_whole_hash_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def constant(data: bytes) -> bytes:
        return bytes(8)

    monkeypatch.setattr(shards, "murmur3", constant)
    with pytest.raises(ValueError, match="same hash"):
        directory(named_after_content([f"document-{i:05}.json" for i in range(5000)]))


def test_names_that_differ_in_the_last_byte_of_the_hash_are_kept_apart(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def last_byte(data: bytes) -> bytes:
        return bytes(7) + data[:1]

    monkeypatch.setattr(shards, "murmur3", last_byte)
    long = "x" * unixfs.SHARDING_THRESHOLD
    node = directory({"a" + long: file_node(b"1"), "b" + long: file_node(b"2")})
    assert node.size == 2


def test_a_folder_deeper_than_the_recursion_limit() -> None:
    path = "/".join(["d"] * 3000)
    assert len(tree({path: file_node(b"")})) == 3000


@pytest.mark.parametrize(
    "title", ["flat, not in order", "nested", "unicode", "odd names", "sharded within plain"]
)
def test_folders_as_another_implementation(title: str, tmp_path: Path) -> None:
    (vector,) = [vector for vector in VECTORS["trees"] if vector["title"] == title]
    write_files(tmp_path, paths_of(vector))
    assert directory_cid(tmp_path) == vector["directories"][""]["cid"]


def test_local_files_are_sorted_and_leave_out_empty_folders(tmp_path: Path) -> None:
    write_files(tmp_path, ["b", "a/z", ".hidden/x", "a.txt"])
    (tmp_path / "empty" / "inner").mkdir(parents=True)
    got = unixfs.local_files(tmp_path)
    assert list(got) == [".hidden/x", "a.txt", "a/z", "b"]
    assert {path: file.read_text() for path, file in got.items()} == {path: path for path in got}


def test_a_folder_without_files(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    assert directory_cid(tmp_path) == EMPTY_DIRECTORY


def test_links_within_the_folder_stand_for_what_they_point_to(tmp_path: Path) -> None:
    linked = tmp_path / "linked"
    write_files(linked, ["data/1", "data/in/2"])
    (linked / "again").symlink_to("data")
    (linked / "one").symlink_to(linked / "data" / "1")
    copied = tmp_path / "copied"
    write_files(copied, ["data/1", "data/in/2"])
    for path in ["again/1", "again/in/2", "one"]:
        (copied / path).parent.mkdir(parents=True, exist_ok=True)
        (copied / path).write_bytes((linked / path).read_bytes())
    assert directory_cid(linked) == directory_cid(copied)


def test_the_folder_itself_may_be_a_link(tmp_path: Path) -> None:
    write_files(tmp_path / "real", ["a", "b/c"])
    (tmp_path / "real" / "again").symlink_to("b")
    (tmp_path / "link").symlink_to("real")
    assert directory_cid(tmp_path / "link") == directory_cid(tmp_path / "real")


@pytest.mark.parametrize(
    ("link", "target", "reason"),
    [
        ("folder/out", "../outside", "outside the folder"),
        ("folder/out", "../outside/secret", "outside the folder"),
        ("folder/out", "../folder-2", "outside the folder"),
        ("folder/in/out", "../../outside", "outside the folder"),
        ("folder/loop", ".", "a folder that contains it"),
        ("folder/in/loop", "..", "a folder that contains it"),
        ("folder/in/loop", ".", "a folder that contains it"),
        ("folder/broken", "nowhere", "broken symbolic link"),
        ("folder/self", "self", "broken symbolic link"),
    ],
)
def test_links_that_cannot_be_followed(link: str, target: str, reason: str, tmp_path: Path) -> None:
    write_files(tmp_path, ["outside/secret", "folder-2/secret", "folder/in/file"])
    (tmp_path / link).symlink_to(target)
    with pytest.raises(ValueError, match=reason):
        directory_cid(tmp_path / "folder")


def test_a_special_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket")
        with pytest.raises(ValueError, match="'socket' is neither a file nor a folder"):
            directory_cid(tmp_path)


def test_a_name_that_is_not_unicode_is_refused(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"\xff")).write_bytes(b"")
    with pytest.raises(ValueError, match="not Unicode text"):
        directory_cid(tmp_path)


@pytest.mark.parametrize("name", ["none", "file"])
def test_what_is_not_a_folder_is_an_os_error(name: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OSError, match=name):
        directory_cid(tmp_path / name)


@pytest.mark.parametrize("path", ["/dev/zero", "pipe"])
def test_what_may_never_end_has_no_cid(path: str, tmp_path: Path) -> None:
    if path == "pipe":
        path = str(tmp_path / path)
        os.mkfifo(path)
    with pytest.raises(ValueError, match="pipe, socket or device"):
        cid_of(path)
