"""Files whose `read` is awaited: one client sends them, the other says what to give instead."""

import asyncio
import gc
import io
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from contextvars import ContextVar
from pathlib import Path
from tempfile import SpooledTemporaryFile, TemporaryFile
from typing import Any, TypeAlias

import aiofiles
import anyio
import pytest
from starlette.datastructures import UploadFile as FormFile

from pinarkive import (
    APITimeoutError,
    AsyncDagContent,
    AsyncPinarkiveClient,
    ClientClosedError,
    DirectoryUpload,
    InvalidInputError,
    PinarkiveClient,
    Request,
    SourceChangedError,
    Upload,
    UploadDirectoryDag,
    UploadFile,
)
from pinarkive.sandbox import Sandbox
from pinarkive.unixfs import file_cid, file_node, tree

from .both import BOTH, Kind, send_one
from .faults import KEY, UPLOADED, fails
from .server import FaultServer, Read, Reset

CONTENT = bytes(range(256)) * 4000
SKIPPED = 1000


class Own:
    """A file of one's own, of which only `read` is sure."""

    def __init__(self, content: bytes) -> None:
        self._rest = io.BytesIO(content)
        self.filename = "own.bin"

    async def read(self, size: int = -1, /) -> bytes:
        await asyncio.sleep(0)
        return self._rest.read(min(size, 50_000))


class Sized(Own):
    """One that tells its size."""

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self.size = len(content)


class Late(Own):
    """One whose `read` looks like any other, and gives what has to be awaited."""

    def read(self, size: int = -1, /) -> Awaitable[bytes]:  # type: ignore[override]  # is the same
        return super().read(size)


Made: TypeAlias = tuple[AsyncDagContent, str, int | None]
Make: TypeAlias = Callable[[Path, AsyncExitStack], Awaitable[Made]]


async def starlette_in_memory(path: Path, stack: AsyncExitStack) -> Made:
    spooled = stack.enter_context(SpooledTemporaryFile(max_size=1 << 30))  # noqa: SIM115  # the stack's
    # As Starlette's own parser gives it.
    form_file = FormFile(spooled, size=0, filename="form.bin")  # type: ignore[arg-type]  # it can
    await form_file.write(CONTENT)
    await form_file.seek(SKIPPED)
    return form_file, "form.bin", len(CONTENT) - SKIPPED


async def starlette_on_disk(path: Path, stack: AsyncExitStack) -> Made:
    opened = stack.enter_context(TemporaryFile())  # noqa: SIM115  # the stack's
    form_file = FormFile(opened, filename="form.bin")
    await form_file.write(CONTENT)
    await form_file.seek(SKIPPED)
    return form_file, "form.bin", len(CONTENT) - SKIPPED


async def of_aiofiles(path: Path, stack: AsyncExitStack) -> Made:
    file = await stack.enter_async_context(aiofiles.open(path, "rb"))
    await file.seek(SKIPPED)
    return file, path.name, len(CONTENT) - SKIPPED


async def of_anyio(path: Path, stack: AsyncExitStack) -> Made:
    file = await stack.enter_async_context(await anyio.open_file(path, "rb"))
    await file.seek(SKIPPED)
    return file, path.name, len(CONTENT) - SKIPPED


async def reader_of_asyncio(path: Path, stack: AsyncExitStack) -> Made:
    reader = asyncio.StreamReader()
    reader.feed_data(CONTENT[SKIPPED:])
    reader.feed_eof()
    return reader, "file", None


async def own(path: Path, stack: AsyncExitStack) -> Made:
    return Own(CONTENT[SKIPPED:]), "own.bin", None


async def sized(path: Path, stack: AsyncExitStack) -> Made:
    return Sized(CONTENT[SKIPPED:]), "own.bin", len(CONTENT) - SKIPPED


async def late(path: Path, stack: AsyncExitStack) -> Made:
    return Late(CONTENT[SKIPPED:]), "own.bin", None


KNOWN = [starlette_in_memory, starlette_on_disk, of_aiofiles, of_anyio]
EACH = pytest.mark.parametrize(
    "make", [*KNOWN, reader_of_asyncio, own, sized, late], ids=lambda make: make.__name__
)


def reads(file: object) -> Callable[[int], Awaitable[bytes]]:
    assert isinstance(
        file, FormFile | aiofiles.threadpool.binary.AsyncBufferedReader | anyio.AsyncFile
    )
    return file.read


@pytest.fixture
def on_disk(tmp_path: Path) -> Path:
    path = tmp_path / "disk.bin"
    path.write_bytes(CONTENT)
    return path


@EACH
def test_it_is_sent_from_where_it_stands(
    make: Make, on_disk: Path, pinarkive_sandbox: Sandbox
) -> None:
    async def main() -> None:
        async with (
            AsyncExitStack() as stack,
            AsyncPinarkiveClient(
                api_key=pinarkive_sandbox.api_key, base_url=pinarkive_sandbox.base_url
            ) as client,
        ):
            file, name, size = await make(on_disk, stack)
            totals: set[int | None] = set()
            upload = await client.files.upload(
                file, on_progress=lambda progress: totals.add(progress.total)
            )
            assert upload.cid == file_cid(CONTENT[SKIPPED:])
            assert upload.name == name
            assert totals == {size}
            assert upload.meta.attempts == 1

    asyncio.run(main())


@EACH
def test_it_is_a_file_among_others(make: Make, on_disk: Path, pinarkive_sandbox: Sandbox) -> None:
    async def main() -> None:
        async with (
            AsyncExitStack() as stack,
            AsyncPinarkiveClient(
                api_key=pinarkive_sandbox.api_key, base_url=pinarkive_sandbox.base_url
            ) as client,
        ):
            file, _, _ = await make(on_disk, stack)
            contents: dict[str, AsyncDagContent] = {
                "1": on_disk,
                "2": file,
                "3": io.BytesIO(b"3"),
                "4": b"4",
            }
            upload = await client.files.upload_directory_dag(contents)
            nodes = {
                "1": file_node(CONTENT),
                "2": file_node(CONTENT[SKIPPED:]),
                "3": file_node(b"3"),
                "4": file_node(b"4"),
            }
            assert upload.cid == str(tree(nodes)[""].cid)
            again, _, _ = await make(on_disk, stack)
            form = [("file", ("again.bin", again))]
            answer = await client.request("POST", "/files/", files=form)
            assert answer["cid"] == file_cid(CONTENT[SKIPPED:])
            third, name, _ = await make(on_disk, stack)
            (outcome,) = [each async for each in client.files.upload_many([third])]
            assert outcome.upload is not None
            assert outcome.upload.name == name

    asyncio.run(main())


@pytest.mark.parametrize("make", KNOWN, ids=lambda make: make.__name__)
def test_it_is_sent_again_from_where_it_stood(make: Make, on_disk: Path) -> None:
    async def main(base_url: str) -> Upload:
        async with (
            AsyncExitStack() as stack,
            AsyncPinarkiveClient(api_key=KEY, base_url=base_url) as client,
        ):
            file, _, _ = await make(on_disk, stack)
            return await client.files.upload(file)

    with FaultServer(fails(503, b"{}", "Retry-After: 0"), UPLOADED) as server:
        assert asyncio.run(main(server.base_url)).meta.attempts == 2
        for seen in server.seen:
            assert CONTENT[SKIPPED:] in seen.body


@pytest.mark.parametrize("make", [own, late], ids=lambda make: make.__name__)
def test_one_that_cannot_seek_is_sent_once(make: Make, on_disk: Path) -> None:
    async def main(base_url: str) -> None:
        async with (
            AsyncExitStack() as stack,
            AsyncPinarkiveClient(api_key=KEY, base_url=base_url) as client,
        ):
            file, _, _ = await make(on_disk, stack)
            with pytest.raises(Exception, match="503"):
                await client.files.upload(file)

    with FaultServer(fails(503, b"{}", "Retry-After: 0")) as server:
        asyncio.run(main(server.base_url))
        assert len(server.seen) == 1


@EACH
def test_the_other_client_says_what_to_give_instead(make: Make, on_disk: Path) -> None:
    async def made() -> tuple[AsyncExitStack, AsyncDagContent]:
        stack = AsyncExitStack()
        file, _, _ = await make(on_disk, stack)
        return stack, file

    with FaultServer(UPLOADED) as server:
        loop = asyncio.new_event_loop()
        stack, file = loop.run_until_complete(made())
        with PinarkiveClient(api_key=KEY, base_url=server.base_url) as client:
            # One that cannot be told from others is found out when it is read.
            hint = r"\.file" if isinstance(file, FormFile) else r"open\("
            requests: list[Request[Any]] = [
                UploadFile(file=file),
                UploadDirectoryDag(source={"a": file}),
            ]
            for request in requests:
                with pytest.raises(InvalidInputError, match=f"AsyncPinarkiveClient.*{hint}"):
                    client.send(request)
            outcomes = list(client.files.upload_many([UploadFile(file=file)]))
            assert [type(each.error) for each in outcomes] == [InvalidInputError]
        loop.run_until_complete(stack.aclose())
        loop.close()
        assert not any(seen.whole for seen in server.seen)
    # A coroutine that nobody has awaited complains when it is thrown away.
    gc.collect()


def test_what_the_other_client_is_told_to_give_works(pinarkive_client: PinarkiveClient) -> None:
    form_file = FormFile(io.BytesIO(CONTENT), filename="form.bin")
    with pytest.raises(InvalidInputError, match=r"'form.bin'.* pass its \.file \(upload\.file\)"):
        pinarkive_client.send(UploadFile(file=form_file))
    assert pinarkive_client.files.upload(form_file.file).cid == file_cid(CONTENT)


@pytest.mark.parametrize("make", KNOWN, ids=lambda make: make.__name__)
def test_one_that_stands_at_its_end_is_refused(make: Make, on_disk: Path) -> None:
    async def main() -> None:
        async with AsyncExitStack() as stack, AsyncPinarkiveClient(api_key=KEY) as client:
            file, _, _ = await make(on_disk, stack)
            await reads(file)(len(CONTENT))
            with pytest.raises(InvalidInputError, match=r"is at its end.*seek\(0\)") as caught:
                await client.files.upload(file)
            assert caught.value.field == "file"

    asyncio.run(main())


def test_an_empty_one_is_an_empty_file(pinarkive_sandbox: Sandbox) -> None:
    file = FormFile(io.BytesIO(), filename="empty")
    request = UploadFile(file=file)
    outcome = send_one("async", pinarkive_sandbox.base_url, request, key=pinarkive_sandbox.api_key)
    assert isinstance(outcome.value, Upload)
    assert outcome.value.cid == file_cid(b"")


def test_one_that_is_closed_is_refused() -> None:
    # As a form's are, once the request that brought them is over.
    inner = io.BytesIO(b"x")
    file = FormFile(inner, filename="form.bin")
    inner.close()
    outcome = send_one("async", "http://127.0.0.1:1", UploadFile(file=file))
    assert isinstance(outcome.value, InvalidInputError)
    assert "closed" in str(outcome.value)


class Failing(Own):
    """One that fails."""

    def __init__(self, error: BaseException) -> None:
        super().__init__(bytes(400_000))
        self._error = error

    async def read(self, size: int = -1, /) -> bytes:
        data = await super().read(size)
        if data:
            return data
        raise self._error


@pytest.mark.parametrize("error", [OSError("gone"), KeyError("x"), TimeoutError("late")], ids=repr)
@pytest.mark.parametrize("alone", [True, False])
def test_what_it_raises_comes_unchanged(error: Exception, alone: bool, on_disk: Path) -> None:
    file = Failing(error)
    among = UploadDirectoryDag(source={"1": on_disk, "2": file})
    with FaultServer(UPLOADED) as server:
        outcome = send_one("async", server.base_url, UploadFile(file=file) if alone else among)
        assert outcome.value is error
        assert not any(seen.whole for seen in server.seen)


class Odd(Own):
    """One whose `read` does not give bytes."""

    def __init__(self, given: object) -> None:
        super().__init__(b"")
        self._given = given

    async def read(self, size: int = -1, /) -> bytes:
        return self._given  # type: ignore[return-value]  # as a wrong class of a caller's does


@pytest.mark.parametrize(
    ("given", "error", "text"),
    [
        ("text", TypeError, "returned str, not bytes; open it with 'rb'"),
        (None, ValueError, "non-blocking"),
        (bytes(10_000_000), ValueError, "returned 10000000 bytes"),
    ],
    ids=["text", "none", "too-much"],
)
def test_what_is_no_bytes(given: object, error: type[Exception], text: str) -> None:
    with FaultServer(UPLOADED) as server:
        outcome = send_one("async", server.base_url, UploadFile(file=Odd(given)))
        assert type(outcome.value) is error
        assert text in str(outcome.value)
        assert not any(seen.whole for seen in server.seen)


def test_one_that_tells_a_wrong_size_is_no_upload() -> None:
    file = Sized(b"x" * 100)
    file.size = 101
    with FaultServer(UPLOADED) as server:
        outcome = send_one("async", server.base_url, UploadFile(file=file))
        assert isinstance(outcome.value, SourceChangedError)
        assert not any(seen.whole for seen in server.seen)


class Stalling(Own):
    """One that never comes to its end."""

    def __init__(self) -> None:
        super().__init__(bytes(100_000))
        self.stalls = asyncio.Event()
        self.ended: BaseException | None = None

    async def read(self, size: int = -1, /) -> bytes:
        if data := await super().read(size):
            return data
        self.stalls.set()
        try:
            await asyncio.sleep(60)
        except BaseException as error:
            self.ended = error
            raise
        return b""


@pytest.mark.parametrize("alone", [True, False])
@pytest.mark.parametrize("how", ["cancel", "limit", "close"])
def test_one_that_stalls_is_left(how: str, alone: bool, on_disk: Path) -> None:
    async def main(base_url: str) -> None:
        async with AsyncPinarkiveClient(api_key=KEY, base_url=base_url) as client:
            file = Stalling()
            sources: dict[str, AsyncDagContent] = {"1": on_disk, "2": file}
            limit = 0.3 if how == "limit" else 1.5
            sending = asyncio.create_task(
                client.files.upload(file, timeout=limit)
                if alone
                else client.files.upload_directory_dag(sources, timeout=limit)
            )
            await file.stalls.wait()
            began = time.monotonic()
            if how == "cancel":
                sending.cancel()
            elif how == "close":
                await client.close()
            expected: dict[str, tuple[type[BaseException], ...]] = {
                "cancel": (asyncio.CancelledError,),
                "limit": (APITimeoutError,),
                # What waits for the caller's own file is not ended by a client that is closed.
                "close": (ClientClosedError, APITimeoutError),
            }
            with pytest.raises(expected[how]):
                await sending
            assert time.monotonic() - began < 2
            assert isinstance(file.ended, asyncio.CancelledError)

    with FaultServer((Read(), Reset())) as server:
        asyncio.run(main(server.base_url))
    gc.collect()


def test_the_event_loop_goes_on_meanwhile(on_disk: Path, pinarkive_sandbox: Sandbox) -> None:
    async def main() -> None:
        turns = 0

        async def count() -> None:
            nonlocal turns
            while True:
                turns += 1
                await asyncio.sleep(0)

        counting = asyncio.create_task(count())
        async with AsyncPinarkiveClient(
            api_key=pinarkive_sandbox.api_key, base_url=pinarkive_sandbox.base_url
        ) as client:
            await client.files.upload(Own(CONTENT))
        counting.cancel()
        assert turns > 20

    asyncio.run(main())


WHO: ContextVar[str] = ContextVar("who")


class Curious(Own):
    """One that looks at its context, and at the task that it is read in."""

    def __init__(self) -> None:
        super().__init__(b"x")
        self.seen: set[tuple[str, object]] = set()

    async def read(self, size: int = -1, /) -> bytes:
        self.seen.add((WHO.get(""), asyncio.current_task()))
        return await super().read(size)


def test_it_is_read_in_the_callers_task(on_disk: Path, pinarkive_sandbox: Sandbox) -> None:
    async def main() -> None:
        WHO.set("me")
        async with AsyncPinarkiveClient(
            api_key=pinarkive_sandbox.api_key, base_url=pinarkive_sandbox.base_url
        ) as client:
            file = Curious()
            contents: dict[str, AsyncDagContent] = {"1": on_disk, "2": file}
            await client.files.upload_directory_dag(contents)
            assert file.seen == {("me", asyncio.current_task())}

    asyncio.run(main())


class CuriousReader(io.BytesIO):
    """A plain one, which is read in a thread."""

    def __init__(self) -> None:
        super().__init__(b"x")
        self.seen: set[str] = set()

    def read(self, size: int | None = -1, /) -> bytes:
        self.seen.add(WHO.get(""))
        return super().read(size)


@BOTH
def test_a_plain_one_finds_the_callers_context(kind: Kind, pinarkive_sandbox: Sandbox) -> None:
    file = CuriousReader()
    token = WHO.set("me")
    try:
        request = UploadDirectoryDag(source={"1": file, "2": b""})
        outcome = send_one(kind, pinarkive_sandbox.base_url, request, key=pinarkive_sandbox.api_key)
    finally:
        WHO.reset(token)
    assert isinstance(outcome.value, DirectoryUpload)
    assert file.seen == {"me"}
