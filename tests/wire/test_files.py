"""Files that are none, that change, or that break their word: no truncated success, and no hang."""

import asyncio
import errno
import io
import os
import shutil
import socket
import threading
import time
import unicodedata
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from pinarkive import (
    AsyncPinarkiveClient,
    DirectoryUpload,
    InvalidInputError,
    PinarkiveClient,
    Progress,
    SourceChangedError,
    Upload,
    UploadDirectoryDag,
    UploadFile,
)
from pinarkive.sandbox import Sandbox
from pinarkive.unixfs import directory_cid, file_cid

from .both import BOTH, Kind, send_all, send_one
from .descriptors import open_files
from .drain import Drain
from .faults import UPLOADED
from .server import FaultServer

MIB = 1024 * 1024


def missing(folder: Path) -> Path:
    return folder / "missing"


def directory(folder: Path) -> Path:
    return folder


def through_a_file(folder: Path) -> Path:
    (folder / "file").write_bytes(b"x")
    return folder / "file" / "below"


def fifo(folder: Path) -> Path:
    os.mkfifo(folder / "fifo")
    return folder / "fifo"


def unix_socket(folder: Path) -> Path:
    # A path of a socket may have 107 bytes, which a test's folder can exceed.
    with socket.socket(socket.AF_UNIX) as made:
        before = Path.cwd()
        os.chdir(folder)
        try:
            made.bind("socket")
        finally:
            os.chdir(before)
    return folder / "socket"


def device(folder: Path) -> Path:
    return Path("/dev/zero")


def link_loop(folder: Path) -> Path:
    (folder / "one").symlink_to(folder / "two")
    (folder / "two").symlink_to(folder / "one")
    return folder / "one"


NO_FILES: list[tuple[Callable[[Path], Path], type[Exception]]] = [
    (missing, FileNotFoundError),
    (directory, IsADirectoryError),
    (through_a_file, NotADirectoryError),
    (fifo, InvalidInputError),
    (unix_socket, InvalidInputError),
    (device, InvalidInputError),
    (link_loop, OSError),
]


@pytest.mark.parametrize(("make", "error"), NO_FILES, ids=[each.__name__ for each, _ in NO_FILES])
@BOTH
def test_what_is_no_file(
    kind: Kind, make: Callable[[Path], Path], error: type[Exception], tmp_path: Path
) -> None:
    path = make(tmp_path)
    with FaultServer(UPLOADED) as server:
        outcome = send_one(kind, server.base_url, UploadFile(file=path))
        assert isinstance(outcome.value, error), repr(outcome.value)
        assert str(path) in str(outcome.value)
        in_folder = UploadDirectoryDag(source={"a.txt": b"a", "b": path})
        assert isinstance(send_one(kind, server.base_url, in_folder).value, error)
        assert server.connections == 0


@BOTH
def test_an_unreadable_file(kind: Kind, tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_bytes(b"x")
    path.chmod(0)
    with FaultServer(UPLOADED) as server:
        outcome = send_one(kind, server.base_url, UploadFile(file=path))
        # Root reads what nobody may read.
        if os.geteuid() == 0:
            assert isinstance(outcome.value, Upload)
        else:
            assert isinstance(outcome.value, PermissionError)
            assert server.connections == 0


@BOTH
def test_a_file_of_proc(kind: Kind) -> None:
    # Its size is said to be 0, and it is not: sent as an empty file it would be a lie.
    with FaultServer(UPLOADED) as server:
        outcome = send_one(kind, server.base_url, UploadFile(file="/proc/self/status"))
        assert isinstance(outcome.value, Upload), repr(outcome.value)
        (seen,) = server.seen
        assert seen.whole
        assert seen.header("transfer-encoding") == "chunked"
        assert b"Name:\t" in seen.body


def grow(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"more")


def shrink(path: Path) -> None:
    os.truncate(path, path.stat().st_size - 1)


def empty(path: Path) -> None:
    os.truncate(path, 0)


def rewrite(path: Path) -> None:
    stat = path.stat()
    with path.open("r+b") as file:
        file.write(b"other")
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns + 1))


CHANGES = [grow, shrink, empty, rewrite]


@pytest.mark.parametrize("change", CHANGES)
@BOTH
def test_a_file_that_changes(kind: Kind, change: Callable[[Path], None], tmp_path: Path) -> None:
    path = tmp_path / "file"
    # Whatever has been read before the first piece leaves, most of it is still to be read.
    path.write_bytes(bytes(16 * MIB))
    changed: list[Progress] = []

    def change_once(progress: Progress) -> None:
        if not changed:
            change(path)
        changed.append(progress)

    with FaultServer(UPLOADED) as server:
        outcome = send_one(kind, server.base_url, UploadFile(file=path), change_once)
        assert isinstance(outcome.value, SourceChangedError), repr(outcome.value)
        assert outcome.value.attempts == 1
    assert not any(seen.whole for seen in server.seen)
    assert str(path) not in open_files()


@BOTH
def test_a_file_that_is_replaced_before_its_turn(kind: Kind, tmp_path: Path) -> None:
    first, second = tmp_path / "1", tmp_path / "2"
    # So large that nobody has read ahead as far as the second one.
    first.write_bytes(bytes(16 * MIB))
    second.write_bytes(bytes(MIB))

    def replace(progress: Progress) -> None:
        if second.exists():
            (tmp_path / "other").write_bytes(bytes(MIB))
            (tmp_path / "other").replace(second)

    with FaultServer(UPLOADED) as server:
        request = UploadDirectoryDag(source={"1": first, "2": second})
        outcome = send_one(kind, server.base_url, request, replace)
        assert isinstance(outcome.value, SourceChangedError), repr(outcome.value)
    assert not any(seen.whole for seen in server.seen)


class Odd:
    """A file whose first read is good, and whose second is not."""

    def __init__(self, second: object) -> None:
        self._answers: list[object] = [b"x" * 300_000, second]

    def read(self, size: int = -1, /) -> Any:
        answer = self._answers.pop(0) if self._answers else b""
        if isinstance(answer, Exception):
            raise answer
        return answer[:size] if isinstance(answer, bytes) else answer


class Piecemeal(io.BytesIO):
    """A file that gives fewer bytes than are asked for."""

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(min(size or 1000, 1000))


ODD_READS: list[tuple[object, type[Exception]]] = [
    (OSError(errno.EIO, "Input/output error"), OSError),
    ("text", TypeError),
    (None, ValueError),
    (7, TypeError),
    ([b"x"], TypeError),
]


@pytest.mark.parametrize(("second", "error"), ODD_READS)
@BOTH
def test_what_read_does(kind: Kind, second: object, error: type[Exception]) -> None:
    with FaultServer(UPLOADED) as server:
        outcome = send_one(kind, server.base_url, UploadFile(file=Odd(second)))
        assert type(outcome.value) is error, repr(outcome.value)
        if isinstance(second, Exception):
            assert outcome.value is second
    assert not any(seen.whole for seen in server.seen)


@BOTH
def test_reads_of_fewer_bytes_are_no_end(kind: Kind) -> None:
    content = bytes(range(256)) * 400
    with Sandbox() as sandbox:
        found: list[object] = []
        request = UploadFile(file=Piecemeal(content))
        if kind == "sync":
            with PinarkiveClient(api_key=sandbox.api_key, base_url=sandbox.base_url) as client:
                found.append(client.send(request).cid)
        else:

            async def main() -> str:
                async with AsyncPinarkiveClient(
                    api_key=sandbox.api_key, base_url=sandbox.base_url
                ) as client:
                    return (await client.send(request)).cid

            found.append(asyncio.run(main()))
    assert found == [file_cid(content)]


def outside(folder: Path) -> str:
    (folder / "link").symlink_to("/etc/hostname")
    return "link"


def folder_outside(folder: Path) -> str:
    (folder / "link").symlink_to("/etc")
    return "link"


def loop(folder: Path) -> str:
    (folder / "loop").symlink_to(folder)
    return "loop"


def pipe_inside(folder: Path) -> str:
    os.mkfifo(folder / "pipe")
    return "pipe"


def backslash(folder: Path) -> str:
    (folder / "a\\b").write_bytes(b"x")
    return "a"


ODD_FOLDERS = [outside, folder_outside, loop, pipe_inside, backslash]


@pytest.mark.parametrize("make", ODD_FOLDERS)
@BOTH
def test_a_folder_with_oddities(kind: Kind, make: Callable[[Path], str], tmp_path: Path) -> None:
    (tmp_path / "plain.txt").write_bytes(b"x")
    name = make(tmp_path)
    with FaultServer(UPLOADED) as server:
        outcome = send_one(kind, server.base_url, UploadDirectoryDag(source=tmp_path))
        assert isinstance(outcome.value, InvalidInputError), repr(outcome.value)
        assert name in str(outcome.value)
        assert server.connections == 0


@contextmanager
def as_nobody() -> Generator[None, None, None]:
    """Do without the rights of root, who may read everything."""
    was_root = os.geteuid() == 0
    if was_root:
        os.setresuid(65534, 65534, 0)
    try:
        yield
    finally:
        if was_root:
            os.setresuid(0, 0, 0)


@pytest.mark.parametrize("entry", ["file", "folder"])
@BOTH
def test_a_folder_with_an_unreadable_entry(kind: Kind, entry: str) -> None:
    # pytest's own folders are closed to others.
    with TemporaryDirectory() as name, FaultServer(UPLOADED) as server:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "a").write_bytes(b"x")
        if entry == "file":
            (folder / "hidden").write_bytes(b"x")
        else:
            (folder / "hidden").mkdir()
        (folder / "hidden").chmod(0)
        with as_nobody():
            outcome = send_one(kind, server.base_url, UploadDirectoryDag(source=folder))
        assert isinstance(outcome.value, PermissionError), repr(outcome.value)
        assert outcome.value.filename == str(folder / "hidden")
        assert server.connections == 0
        (folder / "hidden").chmod(0o700)


@BOTH
def test_a_folder_whose_files_come_and_go(kind: Kind, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    for index in range(50):
        (folder / f"kept-{index}").write_bytes(b"kept")
    # They come as a whole, so that none is seen half written.
    whole = tmp_path / "whole"
    whole.write_bytes(b"restless")
    restless = [folder / f"restless-{index}" for index in range(20)]
    ended = threading.Event()

    def come_and_go() -> None:
        while not ended.is_set():
            for path in restless:
                path.hardlink_to(whole)
            for path in restless:
                path.unlink()

    going = threading.Thread(target=come_and_go)
    going.start()
    try:
        with FaultServer(UPLOADED) as server:
            for _ in range(50):
                outcome = send_one(kind, server.base_url, UploadDirectoryDag(source=folder))
                if isinstance(outcome.value, Exception):
                    assert isinstance(outcome.value, FileNotFoundError | SourceChangedError)
                    assert "restless" in str(outcome.value)
    finally:
        ended.set()
        going.join()
    for seen in server.requests:
        # All that was there all the time, and nothing by halves.
        assert not seen.whole or seen.body.count(b"\r\n\r\nkept\r\n") == 50
        restless_heads = seen.body.count(b'filename="restless')
        assert not seen.whole or seen.body.count(b"\r\n\r\nrestless\r\n") == restless_heads


@BOTH
def test_a_folder_as_it_is(kind: Kind, tmp_path: Path) -> None:
    for name in ("z", "a", ".hidden/.deep", "b/c"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(name.encode())
    (tmp_path / "empty").mkdir()
    (tmp_path / "inner").symlink_to(tmp_path / "a")
    bodies: list[bytes] = []
    for _ in range(2):
        with FaultServer(UPLOADED) as server:
            outcome = send_one(kind, server.base_url, UploadDirectoryDag(source=tmp_path))
            assert not isinstance(outcome.value, Exception), repr(outcome.value)
            boundary = server.seen[0].header("content-type").partition("boundary=")[2]
            bodies.append(bytes(server.seen[0].body).replace(boundary.encode(), b"boundary"))
    # The same order each time, whatever the disk's.
    assert bodies[0] == bodies[1]
    assert b'filename=".hidden/.deep"' in bodies[0]
    with (
        Sandbox() as sandbox,
        PinarkiveClient(api_key=sandbox.api_key, base_url=sandbox.base_url) as client,
    ):
        assert client.files.upload_directory_dag(tmp_path).cid == directory_cid(tmp_path)


@BOTH
def test_twins_in_nfc_and_nfd_are_two_files(kind: Kind, tmp_path: Path) -> None:
    twins = [unicodedata.normalize(form, "ü.txt") for form in ("NFC", "NFD")]
    for name in twins:
        (tmp_path / name).write_bytes(name.encode())
    in_memory = {name: name.encode() for name in twins}
    with Sandbox() as sandbox:
        for source in (tmp_path, in_memory):
            request = UploadDirectoryDag(source=source, dir_name=twins[1])
            outcome = send_one(kind, sandbox.base_url, request, key=sandbox.api_key)
            assert isinstance(outcome.value, DirectoryUpload), repr(outcome.value)
            assert outcome.value.cid == directory_cid(tmp_path)
            assert outcome.value.name == twins[1]
            assert {entry.path for entry in outcome.value.files} == set(twins)


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give a folder of 50,000 files."""
    folder = tmp_path_factory.mktemp("crowd")
    # Names for one file are made in a tenth of the time that files take, and count as files.
    one = folder / "one"
    one.touch()
    for index in range(500):
        below = folder / f"{index:03}"
        below.mkdir()
        for number in range(100):
            os.link(one, below / f"{number:02}")
    one.unlink()
    yield folder
    # Pytest keeps the folders of its last runs, which is too much to ask here.
    shutil.rmtree(folder)


@BOTH
def test_fifty_thousand_files(kind: Kind, crowd: Path) -> None:
    done: list[Progress] = []
    with Drain() as drain:
        outcome = send_one(kind, drain.base_url, UploadDirectoryDag(source=crowd), done.append)
        assert not isinstance(outcome.value, Exception), repr(outcome.value)
    assert (done[-1].files_done, done[-1].files) == (50_000, 50_000)


GOOD: list[object] = [b"b", bytearray(b"b"), memoryview(b"b")]
BAD: list[object] = [None, {}, "text", 7, [b"b"], object(), io.StringIO("text")]


@BOTH
def test_what_can_be_a_content(kind: Kind, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"b")
    for content in (*GOOD, tmp_path / "file", io.BytesIO(b"b")):
        with FaultServer(UPLOADED) as server:
            request = UploadDirectoryDag.model_validate({"source": {"a": content}})
            outcome = send_one(kind, server.base_url, request)
            assert not isinstance(outcome.value, Exception), repr(outcome.value)
            assert b"\r\n\r\nb\r\n" in server.seen[0].body
    for content in BAD:
        with pytest.raises(InvalidInputError) as caught:
            UploadDirectoryDag.model_validate({"source": {"a": content}})
        assert caught.value.field == "source"


@BOTH
def test_what_a_progress_callback_raises(kind: Kind, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(bytes(8 * MIB))

    def stop(progress: Progress) -> None:
        raise KeyError("enough")

    with FaultServer(UPLOADED) as server:
        outcome = send_one(kind, server.base_url, UploadFile(file=path), stop)
        assert isinstance(outcome.value, KeyError)
        # On asyncio nobody waits for a read that has begun: the file is closed when it ends.
        until = time.monotonic() + (2 if kind == "async" else 0)
        while str(path) in open_files() and time.monotonic() < until:
            time.sleep(0.01)
        assert str(path) not in open_files()
        ((after,),) = send_all(kind, server.base_url, [UploadFile(file=b"x")])
        assert isinstance(after.value, Upload)
    assert [seen.whole for seen in server.seen] == [False, True]
