from __future__ import annotations

import array
import copy
import ctypes
import io
import json
import os
import pickle
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinarkive.errors import InvalidInputError
from pinarkive.models import UploadDirectoryDag, UploadFile
from pinarkive.sources import Memory


def file_of(value: object) -> object:
    return UploadFile.model_validate({"file": value}).file


def source_of(value: object) -> object:
    return UploadDirectoryDag.model_validate({"source": value}).source


def content_of(value: object) -> object:
    source = UploadDirectoryDag.model_validate({"source": {"a": value}}).source
    assert isinstance(source, dict)
    return source["a"]


class OwnPath:
    def __fspath__(self) -> str:
        return "here/a.txt"


class BytesPath:
    def __fspath__(self) -> bytes:
        return b"here/a.txt"


class NumberPath:
    def __fspath__(self) -> int:
        return 5


class BrokenPath:
    def __fspath__(self) -> str:
        raise OSError("not mounted")


class Twice(Mapping[str, bytes]):
    """A mapping that allows for a key to be there twice, as those of forms do."""

    def __getitem__(self, key: str) -> bytes:
        return b"x"

    def __iter__(self) -> Iterator[str]:
        return iter(["a", "a"])

    def __len__(self) -> int:
        return 2


class AsyncPieces:
    """What can be iterated over more than once, and so is no iterator."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield b"x"


class Later:
    """What a call gives that somebody has forgotten to await."""

    def __await__(self) -> Iterator[object]:
        return iter([])


class WrapsText:
    """As a named temporary file is one."""

    def __init__(self) -> None:
        self.file = io.StringIO("x")

    def read(self, size: int = -1, /) -> str:
        return self.file.read(size)


class OpensWhenAsked:
    """As a file in a database's record does: nothing is opened when a request is made."""

    @property
    def file(self) -> io.BytesIO:
        raise AssertionError("not yet")

    def read(self, size: int = -1, /) -> bytes:
        return self.file.read(size)


class AsyncReader:
    """As little as a stream that is awaited can be."""

    async def read(self, size: int = -1, /) -> bytes:
        return b""


class Reader:
    """As little as a stream can be."""

    def read(self, size: int = -1, /) -> bytes:
        return b""


@pytest.mark.parametrize("take", [file_of, content_of], ids=["file", "content"])
class TestContent:
    @pytest.mark.parametrize(
        ("value", "kept"),
        [
            pytest.param(Path("a.txt"), Path("a.txt"), id="path"),
            pytest.param(OwnPath(), Path("here/a.txt"), id="path-like"),
            pytest.param(b"x", b"x", id="bytes"),
            pytest.param(b"", b"", id="no-bytes"),
            pytest.param(bytearray(b"x"), b"x", id="bytearray"),
            pytest.param(memoryview(b"x"), b"x", id="memoryview"),
            pytest.param(memoryview(b"xyz")[::2], b"xz", id="memoryview-with-gaps"),
            pytest.param({"path": "a.txt"}, Path("a.txt"), id="json-path"),
            pytest.param({"base64": "eA=="}, b"x", id="json-bytes"),
        ],
    )
    def test_is_a_value(
        self, take: Callable[[object], object], value: object, kept: object
    ) -> None:
        found = take(value)
        assert found == kept
        assert isinstance(found, bytes | Path)

    @pytest.mark.parametrize(
        "stream",
        [
            io.BytesIO(b"x"),
            Reader(),
            io.BufferedReader(io.BytesIO()),
            AsyncReader(),
            OpensWhenAsked(),
            iter([b"x"]),
            map(bytes, [b"x"]),
            (piece for piece in [b"x"]),
            aiter(AsyncPieces()),
        ],
        ids=type,
    )
    def test_is_a_binary_stream_or_an_iterator(
        self, take: Callable[[object], object], stream: object
    ) -> None:
        assert take(stream) is stream

    def test_is_an_open_file(self, take: Callable[[object], object], tmp_path: Path) -> None:
        (tmp_path / "a").write_bytes(b"x")
        with (tmp_path / "a").open("rb") as buffered:
            assert take(buffered) is buffered
        with (tmp_path / "a").open("rb", buffering=0) as raw:
            assert take(raw) is raw

    @pytest.mark.parametrize(
        ("value", "hint"),
        [
            pytest.param(None, "path, bytes, a binary file object", id="none"),
            pytest.param(5, "path, bytes, a binary file object", id="number"),
            pytest.param([b"x"], "path, bytes, a binary file object", id="list"),
            pytest.param([b"x"], "b''.join(...)", id="list-to-join"),
            pytest.param((b"x",), "iter(...)", id="tuple"),
            pytest.param({b"x": 1}.keys(), "iter(...)", id="iterable"),
            pytest.param(AsyncPieces(), "aiter(...)", id="async-iterable"),
            pytest.param(file_of, "call it", id="function"),
            pytest.param(Later(), "await it", id="awaitable"),
            pytest.param(Iterator, "binary file object", id="class-of-iterators"),
            pytest.param(numpy.float64(5), "not float64", id="number-of-numpy"),
            pytest.param(numpy.arange(6)[::2], "numpy.ascontiguousarray", id="array-with-gaps"),
            pytest.param(numpy.eye(3, 2).T, ".tobytes()", id="array-in-fortran-order"),
            pytest.param(numpy.array([object()]), "Python objects", id="array-of-objects"),
            pytest.param(
                numpy.array([(object(),)], dtype=[("a", "O")]), "objects", id="array-of-records"
            ),
            pytest.param(numpy.array(["2030"], "M8[s]"), ".tobytes()", id="array-of-instants"),
            pytest.param({}, "path, bytes, a binary file object", id="empty-mapping"),
            pytest.param({"a": b"x"}, "path, bytes, a binary file object", id="mapping"),
            pytest.param(
                {"path": "a", "base64": "eA=="}, "path, bytes, a binary file object", id="two"
            ),
            pytest.param({"base64": "e"}, "base64", id="damaged-base64"),
            pytest.param({"base64": "eA==\n!"}, "base64", id="base64-with-noise"),
            pytest.param({"base64": "\u00e9"}, "ASCII", id="base64-beyond-ascii"),
            pytest.param({"path": ""}, "empty", id="empty-json-path"),
            pytest.param({"path": "a\0b"}, "NUL", id="nul-in-json-path"),
            pytest.param(io.StringIO("x"), "'rb'", id="text-stream"),
            pytest.param(WrapsText(), "'rb'", id="wrapper-of-a-text-stream"),
            pytest.param(io.BytesIO, "binary file object", id="class-of-streams"),
            pytest.param(BytesPath(), "os.fsdecode", id="path-of-bytes"),
            pytest.param(NumberPath(), "path", id="path-of-a-number"),
            pytest.param(Path("a\0b"), "NUL", id="path-with-nul"),
        ],
    )
    def test_is_nothing_else(
        self, take: Callable[[object], object], value: object, hint: str
    ) -> None:
        with pytest.raises(InvalidInputError) as caught:
            take(value)
        assert hint in caught.value.message
        assert caught.value.field == ("file" if take is file_of else "source")

    def test_is_no_file_in_text_mode(
        self, take: Callable[[object], object], tmp_path: Path
    ) -> None:
        with (
            (tmp_path / "a").open("w+", encoding="utf-8") as text,
            pytest.raises(InvalidInputError, match="'rb'"),
        ):
            take(text)

    def test_is_a_snapshot_of_what_may_change(self, take: Callable[[object], object]) -> None:
        buffer = bytearray(b"before")
        found = take(buffer)
        buffer[:] = b"after!"
        assert found == b"before"

    def test_errors_of_a_path_of_ones_own_come_through(
        self, take: Callable[[object], object]
    ) -> None:
        with pytest.raises(OSError, match="not mounted"):
            take(BrokenPath())


def test_a_str_is_the_path_of_a_single_file() -> None:
    assert file_of("here/a.txt") == Path("here/a.txt")


@pytest.mark.parametrize(("text", "hint"), [("", "empty"), ("a\0b", "NUL")], ids=["empty", "nul"])
def test_a_str_that_can_not_be_a_path_is_refused(text: str, hint: str) -> None:
    with pytest.raises(InvalidInputError, match=hint):
        file_of(text)


def test_bytes_are_content_and_never_a_path() -> None:
    assert file_of(b"here/a.txt") == b"here/a.txt"


# Directories


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        pytest.param(Path("site"), Path("site"), id="path"),
        pytest.param("site", Path("site"), id="text"),
        pytest.param(OwnPath(), Path("here/a.txt"), id="path-like"),
        pytest.param({"path": "site"}, Path("site"), id="json-path"),
        pytest.param({"path": b"x"}, {"path": b"x"}, id="file-that-is-named-path"),
        pytest.param({"base64": b"x"}, {"base64": b"x"}, id="file-that-is-named-base64"),
        pytest.param(
            {"b": b"1", "a/c": Path("c"), "a/b": bytearray(b"2")},
            {"b": b"1", "a/c": Path("c"), "a/b": b"2"},
            id="mapping",
        ),
        pytest.param(MappingProxyType({"a": b"1"}), {"a": b"1"}, id="other-mapping"),
        pytest.param({"a": b"", "a.txt": b"", "ab/c": b""}, None, id="common-beginnings"),
        pytest.param({"a": b"", "A": b""}, None, id="case-matters"),
        pytest.param({"e\u0301": b"1", "\u00e9": b"2"}, None, id="twins-in-nfd-and-nfc"),
        pytest.param({"e\u0301": b"", "\u00e9/b": b""}, None, id="file-and-folder-of-twins"),
    ],
)
def test_a_directory_is_a_folder_or_a_mapping(value: object, kept: object) -> None:
    found = source_of(value)
    assert found == (value if kept is None else kept)


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        pytest.param("", "empty", id="no-text"),
        pytest.param("si\0te", "NUL", id="text-with-nul"),
        pytest.param({}, "no file", id="empty"),
        pytest.param({"a": "text"}, "Path(...)", id="text-content"),
        pytest.param({"a": "text"}, ".encode()", id="text-content-encode"),
        pytest.param({"a": "text"}, "'a'", id="text-content-names-the-file"),
        pytest.param({"a": None}, "'a'", id="no-content"),
        pytest.param({"a": {"b": b"x"}}, "'a'", id="mapping-as-content"),
        pytest.param({1: b"x"}, "str", id="number-as-name"),
        pytest.param({b"a": b"x"}, "str", id="bytes-as-name"),
        pytest.param({Path("a"): b"x"}, "str", id="path-as-name"),
        pytest.param(Twice(), "two files have the path 'a'", id="key-that-is-there-twice"),
        pytest.param({"a": b"", "a/b": b""}, "'a' is both", id="file-and-folder"),
        pytest.param({"a/b/c/d": b"", "a/b": b""}, "'a/b' is both", id="folder-and-file"),
        pytest.param({"a-": b"", "a/b": b"", "a": b""}, "'a' is both", id="not-neighbours"),
        pytest.param([("a", b"x")], "mapping", id="pairs"),
        pytest.param(b"x", "mapping", id="bytes"),
        pytest.param(None, "mapping", id="none"),
        pytest.param(NumberPath(), "path", id="path-of-a-number"),
        pytest.param(BytesPath(), "os.fsdecode", id="path-of-bytes"),
    ],
)
def test_what_is_no_directory_is_refused(value: object, hint: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        source_of(value)
    assert hint in caught.value.message
    assert caught.value.field == "source"


def test_the_files_of_a_directory_keep_their_order() -> None:
    source = UploadDirectoryDag(source={"b": b"", "a/c": b"", "a/b": b""}).source
    assert isinstance(source, dict)
    assert list(source) == ["b", "a/c", "a/b"]


def test_a_directory_is_a_snapshot_of_the_mapping() -> None:
    files = {"a": b"1"}
    request = UploadDirectoryDag(source=files)
    files["b"] = b"2"
    assert request.source == {"a": b"1"}


SEGMENT = st.text("abcxyz-_.\u00e9\u65e5", min_size=1, max_size=6).filter(
    lambda name: name.strip(".") != ""
)
PATHS = st.lists(SEGMENT, min_size=1, max_size=4).map("/".join)


@given(st.dictionaries(PATHS, st.binary(max_size=8), min_size=1, max_size=6))
def test_a_directory_is_kept_if_and_only_if_no_file_is_a_folder(files: dict[str, bytes]) -> None:
    clash = any(other.startswith(f"{path}/") for path in files for other in files if other != path)
    if clash:
        with pytest.raises(InvalidInputError, match="both a file and the folder"):
            UploadDirectoryDag(source=files)
        return
    request = UploadDirectoryDag(source=files)
    assert request.source == files
    assert UploadDirectoryDag.model_validate_json(request.model_dump_json()) == request


# Values that can be queued


@pytest.mark.parametrize(
    ("file", "wire"),
    [
        pytest.param("a.txt", "a.txt", id="text"),
        pytest.param(Path("here/a.txt"), "here/a.txt", id="path"),
        pytest.param(b"\0\xff", {"base64": "AP8="}, id="bytes"),
    ],
)
def test_a_file_survives_json(file: object, wire: object) -> None:
    request = UploadFile.model_validate({"file": file})
    dumped = request.model_dump_json()
    assert json.loads(dumped)["file"] == wire
    assert UploadFile.model_validate_json(dumped) == request


def test_a_file_name_that_is_no_utf_8_is_a_path_like_any_other() -> None:
    name = Path(os.fsdecode(b"caf\xe9.txt"))
    request = UploadFile(file=name)
    assert request.file == name
    with pytest.raises(ValueError, match="surrogates not allowed"):
        request.model_dump_json()


@given(st.binary(max_size=200))
def test_bytes_survive_json_in_both_places(data: bytes) -> None:
    file = UploadFile(file=data)
    assert UploadFile.model_validate_json(file.model_dump_json()).file == data
    directory = UploadDirectoryDag(source={"path": data, "a/base64": data})
    assert UploadDirectoryDag.model_validate_json(directory.model_dump_json()) == directory


@pytest.mark.parametrize(
    "request_with_stream",
    [
        UploadFile(file=io.BytesIO(b"x")),
        UploadFile(file=AsyncReader()),
        UploadFile(file=iter([b"x"])),
        UploadDirectoryDag(source={"a": io.BytesIO(b"x")}),
        UploadDirectoryDag(source={"a": aiter(AsyncPieces())}),
    ],
    ids=["file", "async-file", "iterator", "directory", "directory-of-iterators"],
)
def test_what_is_read_once_cannot_be_queued(
    request_with_stream: UploadFile | UploadDirectoryDag,
) -> None:
    with pytest.raises(ValueError, match="its path or its bytes"):
        request_with_stream.model_dump_json()


def test_reprs_show_no_content() -> None:
    file = UploadFile(file=b"private")
    directory = UploadDirectoryDag(source={"a": b"private", "b": b"private"})
    for shown in (repr(file), str(file), f"{file}", repr(directory), f"{directory}"):
        assert "private" not in shown
    assert "7 bytes" in repr(file)
    assert "2 files" in repr(directory)
    assert "site" in repr(UploadDirectoryDag(source=Path("site")))


# Memory of the caller's own


def buffers() -> list[object]:
    return [
        array.array("d", [1.5, 2.5]),
        array.array("i"),
        numpy.arange(6).reshape(2, 3),
        numpy.zeros((0, 3)),
        numpy.array(5),
        numpy.array([1.5], dtype=">f4"),
        numpy.zeros(2, dtype=[("O", "i4"), ("b", "f8")]),
        (ctypes.c_int * 3)(1, 2, 3),
    ]


@pytest.mark.parametrize("buffer", buffers(), ids=lambda buffer: type(buffer).__name__)
@pytest.mark.parametrize("take", [file_of, content_of], ids=["file", "content"])
def test_memory_is_kept_and_not_copied(take: Callable[[object], object], buffer: object) -> None:
    kept = take(buffer)
    assert isinstance(kept, Memory)
    assert kept.view() == memoryview(buffer).tobytes()  # type: ignore[arg-type]  # all have bytes
    assert len(kept) == len(kept.view())


def test_memory_is_as_it_is_when_it_is_sent() -> None:
    numbers = array.array("h", [1, 2])
    kept = file_of(numbers)
    assert isinstance(kept, Memory)
    numbers[0] = 3
    # Nothing holds on to it meanwhile, which would keep it from growing.
    numbers.append(4)
    assert bytes(kept.view()) == numbers.tobytes()


def test_a_request_with_memory_compares_copies_and_shows_its_length() -> None:
    numbers = numpy.arange(1000)
    request = UploadFile(file=numbers)
    assert request == copy.copy(request)
    assert request != UploadFile(file=numbers)
    assert hash(request) == hash(copy.copy(request))
    assert "<8000 bytes>" in repr(request)
    assert UploadFile.model_validate_json(request.model_dump_json()).file == numbers.tobytes()
    assert pickle.loads(pickle.dumps(request)).filename is None  # noqa: S301  # our own


# What of a folder is left out


@pytest.mark.parametrize(
    ("ignore", "kept"),
    [
        pytest.param([".git", "*.pyc"], (".git", "*.pyc"), id="list"),
        pytest.param((".git",), (".git",), id="tuple"),
        pytest.param({"b", "a"}, ("a", "b"), id="set"),
        pytest.param([], (), id="nothing"),
        pytest.param(str.isupper, str.isupper, id="function"),
        pytest.param(None, None, id="none"),
    ],
)
def test_what_is_ignored_is_patterns_or_a_function(ignore: object, kept: object) -> None:
    request = UploadDirectoryDag.model_validate({"source": "site", "ignore": ignore})
    assert request.ignore == kept
    if kept is None or isinstance(kept, tuple):
        assert UploadDirectoryDag.model_validate_json(request.model_dump_json()) == request
        assert pickle.loads(pickle.dumps(request)) == request  # noqa: S301  # our own
    else:
        with pytest.raises(ValueError, match="a list of patterns"):
            request.model_dump_json()


async def is_ignored(path: str) -> bool:
    return True


@pytest.mark.parametrize(
    ("ignore", "hint"),
    [
        pytest.param(".git", "write ['.git']", id="text"),
        pytest.param([b".git"], "not bytes", id="bytes"),
        pytest.param([""], "cannot match anything", id="empty"),
        pytest.param(["build/"], "cannot match anything", id="slash-behind"),
        pytest.param(["/build"], "cannot match anything", id="slash-before"),
        pytest.param(["./build"], "cannot match anything", id="here"),
        pytest.param(5, "not int", id="number"),
        pytest.param(iter(["a"]), "not list_iterator", id="iterator"),
        pytest.param(is_ignored, "async function", id="async-function"),
    ],
)
def test_what_says_not_what_to_ignore_is_refused(ignore: object, hint: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        UploadDirectoryDag.model_validate({"source": "site", "ignore": ignore})
    assert hint in caught.value.message
    assert caught.value.field == "ignore"


@pytest.mark.parametrize("ignore", [["*.tmp"], [], str.isupper])
def test_nothing_of_a_mapping_is_ignored(ignore: object) -> None:
    with pytest.raises(InvalidInputError, match="a mapping names each of its files") as caught:
        UploadDirectoryDag.model_validate({"source": {"a": b""}, "ignore": ignore})
    assert caught.value.field == "ignore"
    request = UploadDirectoryDag.model_validate({"source": {"a": b""}, "ignore": None})
    assert request.ignore is None
