"""`cid_of` takes what an upload takes, and gives what the upload's answer would say."""

import array
import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pinarkive.sources import AsyncBinaryFile
from pinarkive.unixfs import Profile, cid_of

HELLO: dict[Profile, str] = {
    "kubo-v0": "Qmf412jQZiuVUtdgnB36FXFX7xg5V6KEbSJ4dpQuhkLyfD",
    "kubo-v1": "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e",
}
# Of a folder of one file, hello.txt: `ipfs add -r`.
FOLDER = {"hello.txt": b"hello world"}

SOURCES: dict[str, Callable[[Path], Any]] = {
    "a path": lambda path: path,
    "a path as text": os.fspath,
    "bytes": lambda path: path.read_bytes(),
    "a bytearray": lambda path: bytearray(path.read_bytes()),
    "an array": lambda path: array.array("B", path.read_bytes()),
    "an open file": lambda path: io.BytesIO(path.read_bytes()),
    "a pipe's end": lambda path: OneWay(path.read_bytes()),
}


class OneWay:
    """A file that can only be read."""

    def __init__(self, data: bytes) -> None:
        self._file = io.BytesIO(data)

    def read(self, size: int = -1, /) -> bytes:
        return self._file.read(min(size, 3))


class AwaitedFile:
    async def read(self, size: int = -1, /) -> bytes:
        return b""


@pytest.fixture
def hello(tmp_path: Path) -> Path:
    path = tmp_path / "hello.txt"
    path.write_bytes(b"hello world")
    return path


@pytest.mark.parametrize("profile", HELLO)
@pytest.mark.parametrize("name", SOURCES)
def test_every_kind_of_file(name: str, profile: Profile, hello: Path) -> None:
    assert cid_of(SOURCES[name](hello), profile) == HELLO[profile]


def test_the_usual_profile_is_that_of_version_1() -> None:
    assert cid_of(b"hello world") == HELLO["kubo-v1"]


@pytest.mark.parametrize("profile", HELLO)
def test_a_folder_and_a_mapping_are_the_same(hello: Path, profile: Profile) -> None:
    folder = cid_of(hello.parent, profile)
    assert folder == cid_of(str(hello.parent), profile) == cid_of(FOLDER, profile)
    assert folder == cid_of({"hello.txt": hello}, profile)
    assert folder != HELLO[profile]


def test_what_is_ignored_counts_for_nothing(hello: Path) -> None:
    (hello.parent / ".git").mkdir()
    (hello.parent / ".git" / "HEAD").write_bytes(b"ref")
    assert cid_of(hello.parent) != cid_of(FOLDER)
    assert cid_of(hello.parent, ignore=[".git"]) == cid_of(FOLDER)


def test_an_open_file_is_read_from_where_it_stands_and_put_back() -> None:
    file = io.BytesIO(b"## hello world")
    file.seek(3)
    assert cid_of(file) == HELLO["kubo-v1"]
    assert file.tell() == 3


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        (iter([b"hello"]), "can be read only once"),
        (io.StringIO("hello"), "text mode"),
        (12, "not int"),
        ({"a.txt": "hello"}, "ambiguous"),
        ({"../a.txt": b""}, r"\.\."),
        ({}, "no file"),
    ],
)
def test_what_cannot_be_read_is_refused(source: Any, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        cid_of(source)


def test_a_file_that_is_awaited_is_refused() -> None:
    awaited: AsyncBinaryFile = AwaitedFile()
    with pytest.raises(ValueError, match="awaited"):
        cid_of(awaited)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  # the type says so too


def test_an_unknown_profile_is_refused() -> None:
    with pytest.raises(ValueError, match="'kubo-v1' or 'kubo-v0'"):
        cid_of(b"", "kubo-v2")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  # the type says so too


@pytest.mark.parametrize("source", [b"hello", {"a.txt": b"hello"}])
def test_files_are_ignored_in_folders_alone(source: Any) -> None:
    with pytest.raises(ValueError, match="only a folder"):
        cid_of(source, ignore=["*.tmp"])
