"""Files that stand at their end, grow, or lie about their size; memory; and parts of folders."""

import array
import gzip
import io
import mmap
import os
import re
import tempfile
import tracemalloc
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import numpy
import pytest

from pinarkive import (
    BinaryFile,
    DirectoryUpload,
    Ignore,
    InvalidInputError,
    OnProgress,
    PinarkiveClient,
    Progress,
    Request,
    SourceChangedError,
    Upload,
    UploadDirectoryDag,
    UploadFile,
)
from pinarkive.sandbox import Sandbox
from pinarkive.unixfs import directory_cid, file_cid, local_files

from .both import BOTH, Kind, send_one
from .faults import UPLOADED, fails
from .server import FaultServer

MIB = 1024 * 1024
WRITTEN = b"just written " * 1000


def uploaded(
    kind: Kind, sandbox: Sandbox, request: Request[Upload], on_progress: OnProgress | None = None
) -> Upload:
    outcome = send_one(kind, sandbox.base_url, request, on_progress, key=sandbox.api_key)
    assert isinstance(outcome.value, Upload), repr(outcome.value)
    return outcome.value


# Where a file stands


def memory_file(folder: Path, stack: ExitStack) -> BinaryFile:
    file = io.BytesIO()
    file.write(WRITTEN)
    return file


def named_file(folder: Path, stack: ExitStack) -> BinaryFile:
    file = stack.enter_context(tempfile.NamedTemporaryFile())  # noqa: SIM115  # the stack's
    file.write(WRITTEN)
    return file


def spooled_file(folder: Path, stack: ExitStack) -> BinaryFile:
    file = stack.enter_context(tempfile.SpooledTemporaryFile())  # noqa: SIM115  # the stack's
    file.write(WRITTEN)
    return file


def raw_file(folder: Path, stack: ExitStack) -> BinaryFile:
    file = stack.enter_context((folder / "raw").open("wb+", buffering=0))
    file.write(WRITTEN)
    return file


def mapped_file(folder: Path, stack: ExitStack) -> BinaryFile:
    memory = stack.enter_context(mmap.mmap(-1, len(WRITTEN)))
    memory.write(WRITTEN)
    return memory


def unpacked_file(folder: Path, stack: ExitStack) -> BinaryFile:
    (folder / "packed.gz").write_bytes(gzip.compress(WRITTEN))
    file = stack.enter_context(gzip.open(folder / "packed.gz"))  # noqa: SIM115  # the stack's
    file.read()
    return file


AT_ITS_END = [memory_file, named_file, spooled_file, raw_file, mapped_file, unpacked_file]


@pytest.mark.parametrize("make", AT_ITS_END)
@BOTH
def test_a_file_that_stands_at_its_end(
    kind: Kind,
    make: Callable[[Path, ExitStack], BinaryFile],
    tmp_path: Path,
    pinarkive_sandbox: Sandbox,
) -> None:
    with ExitStack() as stack, FaultServer(UPLOADED) as server:
        file = make(tmp_path, stack)
        for request, field in (
            (UploadFile(file=file), "file"),
            (UploadDirectoryDag(source={"a": file}), "source"),
        ):
            error = send_one(kind, server.base_url, request).value
            assert isinstance(error, InvalidInputError)
            assert re.search(rf"{len(WRITTEN)} bytes and is at its end.*seek\(0\)", str(error))
            assert error.field == field
        assert server.connections == 0
        # As it says.
        getattr(file, "seek")(0)  # noqa: B009  # not every file has it
        assert uploaded(kind, pinarkive_sandbox, UploadFile(file=file)).cid == file_cid(WRITTEN)


@BOTH
def test_an_empty_one_is_an_empty_file(
    kind: Kind, tmp_path: Path, pinarkive_sandbox: Sandbox
) -> None:
    (tmp_path / "empty").touch()
    with (tmp_path / "empty").open("rb") as opened:
        for content in (io.BytesIO(), opened, tmp_path / "empty", b"", array.array("b")):
            upload = uploaded(kind, pinarkive_sandbox, UploadFile(file=content))
            assert upload.cid == file_cid(b"")


@pytest.mark.parametrize("how", ["upload", "form", "many"])
def test_it_is_refused_wherever_it_is_given(how: str) -> None:
    file = io.BytesIO()
    file.write(WRITTEN)
    with FaultServer(UPLOADED) as server:
        with PinarkiveClient(api_key="k", base_url=server.base_url) as client:
            if how == "many":
                (outcome,) = client.files.upload_many([file])
                assert isinstance(outcome.error, InvalidInputError)
            elif how == "form":
                with pytest.raises(InvalidInputError, match="is at its end"):
                    client.request("POST", "/files/", files={"file": file})
            else:
                with pytest.raises(InvalidInputError, match="is at its end"):
                    client.files.upload(file)
        assert server.connections == 0


class Restless(io.BytesIO):
    """A file that cannot tell where it stands once it has been moved."""

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self._moved = False

    def seek(self, offset: int, whence: int = 0, /) -> int:
        self._moved = whence == os.SEEK_END
        return super().seek(offset, whence)

    def tell(self) -> int:
        if self._moved:
            raise OSError("lost")
        return super().tell()


class OneWay(io.BytesIO):
    """A file whose seek() knows places only."""

    def seek(self, offset: int) -> int:  # type: ignore[override]  # as a class of a caller's has it
        return super().seek(offset)


@pytest.mark.parametrize("file", [Restless, OneWay])
@BOTH
def test_a_file_that_cannot_be_measured_is_sent_whole(
    kind: Kind, file: type[io.BytesIO], pinarkive_sandbox: Sandbox
) -> None:
    upload = uploaded(kind, pinarkive_sandbox, UploadFile(file=file(WRITTEN)))
    assert upload.cid == file_cid(WRITTEN)


# What a file says of its size


@pytest.mark.parametrize("path", ["/proc/self/status", "/proc/version"])
@BOTH
def test_a_file_of_the_system(kind: Kind, path: str, pinarkive_sandbox: Sandbox) -> None:
    totals: list[int | None] = []
    with Path(path).open("rb") as opened:
        for content in (path, Path(path), opened):
            upload = uploaded(
                kind,
                pinarkive_sandbox,
                UploadFile(file=content),
                lambda progress: totals.append(progress.total),
            )
            assert upload.size
    assert set(totals) == {None}
    same = UploadFile(file="/proc/version")
    assert uploaded(kind, pinarkive_sandbox, same).cid == file_cid(Path("/proc/version"))


@BOTH
def test_a_file_of_the_system_is_sent_again(kind: Kind) -> None:
    with FaultServer(fails(503, b"{}", "Retry-After: 0"), UPLOADED) as server:
        outcome = send_one(kind, server.base_url, UploadFile(file="/proc/version"))
        assert isinstance(outcome.value, Upload)
        version = Path("/proc/version").read_bytes()
        assert [version in seen.body for seen in server.seen] == [True, True]


class Silent(io.BytesIO):
    """A file that says that it is empty, and is not."""

    def tell(self) -> int:
        return 0


class Short(io.BytesIO):
    """A file that says that it holds less than it does."""

    def tell(self) -> int:
        return min(100, super().tell())


@BOTH
def test_a_file_object_that_says_it_is_empty(kind: Kind, pinarkive_sandbox: Sandbox) -> None:
    upload = uploaded(kind, pinarkive_sandbox, UploadFile(file=Silent(WRITTEN)))
    assert upload.cid == file_cid(WRITTEN)


@BOTH
def test_a_file_object_that_says_it_is_short_is_not_cut(kind: Kind) -> None:
    with FaultServer(UPLOADED) as server:
        outcome = send_one(kind, server.base_url, UploadFile(file=Short(WRITTEN)))
        assert isinstance(outcome.value, SourceChangedError)
        assert not any(seen.whole for seen in server.seen)


@BOTH
def test_a_file_that_says_it_is_longer_than_it_is(kind: Kind) -> None:
    # Those of /sys have a page each, whatever they hold.
    path = next(
        path for path in Path("/sys/kernel/mm").rglob("*") if path.is_file() and is_readable(path)
    )
    assert path.stat().st_size > len(path.read_bytes())
    with FaultServer(UPLOADED) as server:
        outcome = send_one(kind, server.base_url, UploadFile(file=path))
        assert isinstance(outcome.value, SourceChangedError)
        assert f"Path('{path}').read_bytes()" in str(outcome.value)
        assert "changed" not in str(outcome.value)


def is_readable(path: Path) -> bool:
    try:
        return 0 < len(path.read_bytes()) < path.stat().st_size
    except OSError:
        return False


@BOTH
def test_a_file_that_grows_and_what_its_error_says(
    kind: Kind, tmp_path: Path, pinarkive_sandbox: Sandbox
) -> None:
    log = tmp_path / "service.log"
    log.write_bytes(b"line\n" * 3_000_000)
    held = file_cid(log)

    def write(progress: Progress) -> None:
        with log.open("ab") as file:
            file.write(b"more\n" * 100_000)

    request = UploadFile(file=log)
    base_url, key = pinarkive_sandbox.base_url, pinarkive_sandbox.api_key
    outcome = send_one(kind, base_url, request, write, key=key)
    assert isinstance(outcome.value, SourceChangedError)
    said = re.search(r"send a copy, or the open file \((open\(.+?, 'rb'\))\)", str(outcome.value))
    assert said is not None
    # As it says.
    log.write_bytes(b"line\n" * 3_000_000)
    with eval(said[1]) as opened:  # noqa: S307  # the text of our own error
        assert uploaded(kind, pinarkive_sandbox, UploadFile(file=opened), write).cid == held


# Memory of the caller's own


@pytest.mark.parametrize(
    "buffer",
    [
        numpy.arange(600_000, dtype="f8").reshape(2, 300, 1000),
        numpy.arange(5, dtype=">i4"),
        array.array("d", [1.5] * 100),
    ],
    ids=["large", "other-order", "array"],
)
@BOTH
def test_memory(
    kind: Kind, buffer: "numpy.ndarray | array.array[float]", pinarkive_sandbox: Sandbox
) -> None:
    upload = uploaded(kind, pinarkive_sandbox, UploadFile(file=buffer))
    assert (upload.cid, upload.name) == (file_cid(buffer.tobytes()), "file")
    source = {"a": buffer, "b/c": buffer}
    directory = send_one(
        kind,
        pinarkive_sandbox.base_url,
        UploadDirectoryDag(source=source),
        key=pinarkive_sandbox.api_key,
    )
    assert isinstance(directory.value, DirectoryUpload)
    assert directory.value.total_size == 2 * len(buffer.tobytes())


@BOTH
def test_memory_is_not_copied_as_a_whole(kind: Kind) -> None:
    buffer = numpy.ones(64 * MIB, dtype="u1")
    with FaultServer(UPLOADED) as server:
        tracemalloc.start()
        try:
            outcome = send_one(kind, server.base_url, UploadFile(file=buffer))
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert isinstance(outcome.value, Upload), repr(outcome.value)
    # The server keeps 1 MiB.
    assert peak < 16 * MIB


@BOTH
def test_memory_is_sent_again(kind: Kind) -> None:
    buffer = array.array("b", WRITTEN)
    with FaultServer(fails(503, b"{}", "Retry-After: 0"), UPLOADED) as server:
        outcome = send_one(kind, server.base_url, UploadFile(file=buffer))
        assert isinstance(outcome.value, Upload)
        assert [WRITTEN in seen.body for seen in server.seen] == [True, True]
    # Nothing holds on to it any more.
    buffer.append(1)


def test_memory_is_known_to_a_journal(pinarkive_client: PinarkiveClient, tmp_path: Path) -> None:
    numbers, seen = numpy.arange(7), list[Progress]()
    many = pinarkive_client.files.upload_many
    (first,) = many([numbers], resume=tmp_path / "journal")
    (second,) = many([numbers], resume=tmp_path / "journal", on_progress=seen.append)
    assert first.upload is not None
    assert second.upload is not None
    assert (second.attempts, second.upload.cid) == (0, first.upload.cid)
    # The same memory may well be sent twice.
    assert [each.error for each in many([numbers, numbers])] == [None, None]


@BOTH
def test_memory_that_grows(kind: Kind) -> None:
    buffer = array.array("b", WRITTEN)
    first = io.BytesIO(bytes(16 * MIB))

    def grow(progress: Progress) -> None:
        if progress.file == "1" and len(buffer) == len(WRITTEN):
            buffer.append(1)

    with FaultServer(UPLOADED) as server:
        request = UploadDirectoryDag(source={"1": first, "2": buffer})
        outcome = send_one(kind, server.base_url, request, grow)
        assert isinstance(outcome.value, SourceChangedError), repr(outcome.value)
        assert not any(seen.whole for seen in server.seen)


# Folders


@pytest.fixture
def site(tmp_path: Path) -> Path:
    site = tmp_path / "site"
    for name in (
        *("index.html", "docs/index.html", "docs/draft.tmp", ".git/HEAD", "docs/.git/HEAD"),
        *("docs/.DS_Store", "build/a.js", "docs/build/b.js", "Build/c.js"),
    ):
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text(name)
    # What is left out may be whatever it is.
    (site / ".git/link").symlink_to("/etc/hostname")
    os.mkfifo(site / "docs/pipe.tmp")
    return site


def is_of_no_use(path: str) -> bool:
    return path.endswith((".git", ".tmp", "Store", "uild"))


ALWAYS = {"index.html", "docs/index.html"}


@pytest.mark.parametrize(
    ("ignore", "more"),
    [
        ([".git", "*.tmp", ".DS_Store", "build"], {"Build/c.js"}),
        ((".git", "*.tmp", ".DS_Store", "[bB]uild"), set[str]()),
        ({".git", "*.tmp", ".DS*", "docs/build"}, {"build/a.js", "Build/c.js"}),
        ([".git", "docs/*.tmp", "*/.DS_Store", "build/*", "Build", "docs/b*"], set[str]()),
        (is_of_no_use, set[str]()),
        (re.compile(r"\.git|\.tmp|Store|[bB]uild").search, set[str]()),
    ],
    ids=["list", "tuple", "set", "paths", "function", "expression"],
)
@BOTH
def test_a_folder_of_which_something_is_ignored(
    kind: Kind, ignore: Ignore, more: set[str], site: Path, pinarkive_sandbox: Sandbox
) -> None:
    request = UploadDirectoryDag(source=str(site), ignore=ignore)
    base_url, key = pinarkive_sandbox.base_url, pinarkive_sandbox.api_key
    outcome = send_one(kind, base_url, request, key=key)
    assert isinstance(outcome.value, DirectoryUpload), repr(outcome.value)
    assert {entry.path for entry in outcome.value.files} == ALWAYS | more
    assert outcome.value.cid == directory_cid(site, ignore=ignore)
    assert set(local_files(site, ignore=ignore)) == ALWAYS | more


@BOTH
def test_a_function_is_asked_with_relative_paths_and_folders_first(kind: Kind, site: Path) -> None:
    asked: list[str] = []

    def ask(path: str) -> bool:
        asked.append(path)
        return path in {".git", "docs"}

    with FaultServer(UPLOADED) as server:
        request = UploadDirectoryDag(source=site, ignore=ask)
        assert isinstance(send_one(kind, server.base_url, request).value, DirectoryUpload)
        assert b"ignore" not in server.seen[0].body
    assert sorted(asked) == [
        *(".git", "Build", "Build/c.js", "build", "build/a.js", "docs", "index.html"),
    ]


@BOTH
def test_what_a_function_raises_comes_unchanged(kind: Kind, site: Path) -> None:
    for error in (ValueError("x"), OSError("y"), KeyError("z")):

        def fail(path: str, error: Exception = error) -> bool:
            raise error

        request = UploadDirectoryDag(source=site, ignore=fail)
        assert send_one(kind, "http://127.0.0.1:1", request).value is error


@BOTH
def test_a_folder_of_which_all_is_ignored(kind: Kind, site: Path) -> None:
    request = UploadDirectoryDag(source=site, ignore=["*"])
    outcome = send_one(kind, "http://127.0.0.1:1", request)
    assert isinstance(outcome.value, InvalidInputError)
    assert "no file" in str(outcome.value)
    assert "not ignored" in str(outcome.value)


@pytest.mark.parametrize("ignore", [".git", [""], 5])
def test_what_says_not_what_to_ignore(ignore: object, site: Path) -> None:
    for function in (local_files, directory_cid):
        with pytest.raises(ValueError, match="pattern"):
            function(site, ignore=ignore)  # type: ignore[arg-type]  # not all callers check types


@BOTH
def test_a_folder_by_its_path_as_text(
    kind: Kind, site: Path, pinarkive_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(site.parent)
    ignore = [".git", "*.tmp"]
    sandbox = pinarkive_sandbox
    request = UploadDirectoryDag(source="site", ignore=ignore)
    outcome = send_one(kind, sandbox.base_url, request, key=sandbox.api_key)
    assert isinstance(outcome.value, DirectoryUpload), repr(outcome.value)
    assert outcome.value.cid == directory_cid(site, ignore=ignore)
    missing = send_one(kind, sandbox.base_url, UploadDirectoryDag(source="none"))
    assert isinstance(missing.value, FileNotFoundError)
