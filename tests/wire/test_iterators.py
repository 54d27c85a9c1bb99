"""Iterators of bytes: sent in chunks, once, closed when the call fails, and never cut."""

import asyncio
import gc
import io
import time
from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy
import pytest
from typing_extensions import Buffer

from pinarkive import (
    APIConnectionError,
    AsyncDagContent,
    AsyncPinarkiveClient,
    DagContent,
    DirectoryUpload,
    InvalidInputError,
    PinarkiveClient,
    Progress,
    ServiceUnavailableError,
    SourceChangedError,
    Upload,
    UploadDirectoryDag,
    UploadFile,
)
from pinarkive._io.measured import measure
from pinarkive.sandbox import Sandbox
from pinarkive.unixfs import file_cid, file_node, tree

from .both import BOTH, Kind, send_one
from .faults import UPLOADED, fails
from .server import FaultServer, Read, ReadHead, Reset

CONTENT = bytes(range(256)) * 4000
PIECES: list[bytes | bytearray | memoryview] = [
    CONTENT[:10],
    b"",
    bytearray(CONTENT[10:400_000]),
    memoryview(CONTENT)[400_000:],
]


class Told:
    """Generators that tell how far they came and how they ended."""

    def __init__(self, pieces: list[object], error: Exception | None = None) -> None:
        self.given = 0
        self.closed = False
        self._pieces = pieces
        self._error = error

    def pieces(self) -> Iterator[Buffer]:
        try:
            for piece in self._pieces:
                self.given += 1
                yield piece  # type: ignore[misc]  # not all of them are bytes
            if self._error is not None:
                raise self._error
        finally:
            self.closed = True

    async def async_pieces(self) -> AsyncIterator[Buffer]:
        try:
            for piece in self.pieces():
                await asyncio.sleep(0)
                yield piece
        finally:
            await asyncio.sleep(0)
            self.closed = True


# Each kind of client with each kind of generator that it takes.
EACH = pytest.mark.parametrize(
    ("kind", "is_async"), [("sync", False), ("async", False), ("async", True)]
)


def made(told: Told, is_async: bool) -> AsyncDagContent:
    return told.async_pieces() if is_async else told.pieces()


def iterators() -> list[Callable[[], DagContent]]:
    return [
        lambda: (piece for piece in PIECES),
        lambda: iter(PIECES),
        lambda: map(bytes, PIECES),
        lambda: iter(partial(io.BytesIO(CONTENT).read, 1000), b""),
        lambda: (numpy.frombuffer(CONTENT, "u2")[at : at + 999] for at in range(0, 512_000, 999)),
        lambda: (numpy.frombuffer(CONTENT, "u1").reshape(4000, 256)[at] for at in range(4000)),
    ]


@pytest.mark.parametrize("make", iterators())
@BOTH
def test_an_iterator(
    kind: Kind, make: Callable[[], DagContent], pinarkive_sandbox: Sandbox
) -> None:
    sandbox = pinarkive_sandbox
    seen: list[Progress] = []
    request = UploadFile(file=make(), filename="made.bin")
    outcome = send_one(kind, sandbox.base_url, request, seen.append, key=sandbox.api_key)
    assert isinstance(outcome.value, Upload), repr(outcome.value)
    assert outcome.value.cid == file_cid(CONTENT)
    assert outcome.value.name == "made.bin"
    assert (seen[-1].sent, {each.total for each in seen}) == (len(CONTENT), {None})


@EACH
def test_a_generator(kind: Kind, is_async: bool, pinarkive_sandbox: Sandbox) -> None:
    sandbox = pinarkive_sandbox
    told = [Told(list(PIECES)) for _ in range(3)]
    one = UploadFile(file=made(told[0], is_async))
    outcome = send_one(kind, sandbox.base_url, one, key=sandbox.api_key)
    assert isinstance(outcome.value, Upload), repr(outcome.value)
    assert (outcome.value.cid, outcome.value.name) == (file_cid(CONTENT), "file")
    contents = {"1": made(told[1], is_async), "2": b"2", "3": made(told[2], is_async)}
    many = send_one(
        kind, sandbox.base_url, UploadDirectoryDag(source=contents), key=sandbox.api_key
    )
    assert isinstance(many.value, DirectoryUpload), repr(many.value)
    whole = file_node(CONTENT)
    nodes = {"1": whole, "2": file_node(b"2"), "3": whole}
    assert many.value.cid == str(tree(nodes)[""].cid)
    assert all(each.closed for each in told)


@EACH
def test_none_is_an_empty_file(kind: Kind, is_async: bool, pinarkive_sandbox: Sandbox) -> None:
    sandbox = pinarkive_sandbox
    for pieces in ([], [b"", b""]):
        request = UploadFile(file=made(Told([*pieces]), is_async))
        outcome = send_one(kind, sandbox.base_url, request, key=sandbox.api_key)
        assert isinstance(outcome.value, Upload), repr(outcome.value)
        assert outcome.value.cid == file_cid(b"")


def fails_itself(kind: Kind, file: AsyncDagContent) -> object:
    with FaultServer(UPLOADED) as server:
        outcome = send_one(kind, server.base_url, UploadFile(file=file))
        assert not any(seen.whole for seen in server.seen)
        return outcome.value


@EACH
def test_what_it_raises_comes_unchanged(kind: Kind, is_async: bool) -> None:
    for error in (OSError("gone"), KeyError("x"), TimeoutError("late"), ValueError("bad")):
        for pieces in ([], list(PIECES)):
            told = Told(list(pieces), error)
            assert fails_itself(kind, made(told, is_async)) is error
            assert told.closed


@pytest.mark.parametrize("piece", ["text", 7, None, [b"x"], numpy.float64(7)], ids=repr)
@EACH
def test_a_piece_that_is_no_bytes(kind: Kind, is_async: bool, piece: object) -> None:
    told = Told([CONTENT, piece, CONTENT])
    error = fails_itself(kind, made(told, is_async))
    assert isinstance(error, TypeError)
    assert f"yielded {type(piece).__name__}, not bytes" in str(error)
    assert told.closed


@EACH
def test_one_that_was_begun_is_never_sent_again(kind: Kind, is_async: bool) -> None:
    for turn in (fails(503, b"{}", "Retry-After: 0"), (ReadHead(), Reset())):
        told = Told([CONTENT] * 20)
        with FaultServer(turn, UPLOADED) as server:
            outcome = send_one(kind, server.base_url, UploadFile(file=made(told, is_async)))
            assert isinstance(outcome.value, ServiceUnavailableError | APIConnectionError)
            assert outcome.value.attempts == 1
            assert len(server.seen) == 1
        until = time.monotonic() + 2
        while not told.closed and time.monotonic() < until:
            time.sleep(0.01)
        assert told.closed


@EACH
def test_one_whose_progress_stops_it(kind: Kind, is_async: bool) -> None:
    def stop(progress: Progress) -> None:
        raise KeyError("enough")

    told = Told([CONTENT] * 20)
    with FaultServer(UPLOADED) as server:
        outcome = send_one(kind, server.base_url, UploadFile(file=made(told, is_async)), stop)
        assert isinstance(outcome.value, KeyError)
        assert not any(seen.whole for seen in server.seen)
    until = time.monotonic() + 2
    while not told.closed and time.monotonic() < until:
        time.sleep(0.01)
    assert told.closed
    assert told.given < 20


@EACH
def test_one_whose_turn_never_comes(kind: Kind, is_async: bool) -> None:
    told = Told([b"x"])
    generator = made(told, is_async)
    # Nobody listens there, and nothing is read of it.
    outcome = send_one(kind, "http://127.0.0.1:1", UploadFile(file=generator), key="k")
    assert isinstance(outcome.value, APIConnectionError)
    assert outcome.value.attempts == 3
    assert told.given == 0
    assert getattr(generator, "ag_frame" if is_async else "gi_frame") is None
    gc.collect()


@EACH
def test_one_that_has_ended_is_refused(kind: Kind, is_async: bool) -> None:
    request = UploadFile(file=made(Told([b"x"]), is_async))
    with FaultServer(UPLOADED) as server:
        assert isinstance(send_one(kind, server.base_url, request).value, Upload)
        again = send_one(kind, server.base_url, request).value
        assert isinstance(again, InvalidInputError)
        assert "is exhausted" in str(again)
        assert again.field == "file"
        assert len(server.seen) == 1


def test_the_other_client_says_what_to_give_instead() -> None:
    with FaultServer(UPLOADED) as server:
        request = UploadFile(file=Told([b"x"]).async_pieces())
        outcome = send_one("sync", server.base_url, request)
        assert isinstance(outcome.value, InvalidInputError)
        assert "AsyncPinarkiveClient" in str(outcome.value)
        assert outcome.value.field == "file"
        assert server.connections == 0
    gc.collect()


@EACH
def test_small_pieces_are_sent_together_and_slow_ones_are_not_held_back(
    kind: Kind, is_async: bool
) -> None:
    seen: list[Progress] = []
    lines = [b"%06d\n" % number for number in range(100_000)]
    with FaultServer(UPLOADED) as server:
        request = UploadFile(file=made(Told([*lines]), is_async))
        outcome = send_one(kind, server.base_url, request, seen.append)
        assert isinstance(outcome.value, Upload), repr(outcome.value)
    assert seen[-1].sent == 700_000
    # Not 100,000; a busy machine takes longer, and more pieces then.
    assert len(seen) < 1_000

    def slow() -> Iterator[bytes]:
        for _ in range(3):
            time.sleep(0.1)
            yield b"x"

    async def async_slow() -> AsyncIterator[bytes]:
        for _ in range(3):
            await asyncio.sleep(0.1)
            yield b"x"

    seen.clear()
    with FaultServer(UPLOADED) as server:
        request = UploadFile(file=async_slow() if is_async else slow())
        assert isinstance(send_one(kind, server.base_url, request, seen.append).value, Upload)
    assert [each.sent for each in seen] == [1, 2, 3, 3]


@EACH
def test_a_large_piece_is_not_copied_as_a_whole(kind: Kind, is_async: bool) -> None:
    seen: list[Progress] = []
    with FaultServer(UPLOADED) as server:
        request = UploadFile(file=made(Told([bytes(10_000_000)]), is_async))
        assert isinstance(send_one(kind, server.base_url, request, seen.append).value, Upload)
    sent = [each.sent for each in seen]
    assert max(later - earlier for earlier, later in pairwise(sent)) < 300_000


@BOTH
def test_one_of_many(kind: Kind, pinarkive_sandbox: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "disk").write_bytes(b"disk")
    generator = (piece for piece in [b"of ", b"many"])
    sources: list[DagContent] = [tmp_path / "disk", generator, generator, iter([b"an iterator"])]
    sources = [*sources, map(bytes, [b"a map"])]
    key, base_url = pinarkive_sandbox.api_key, pinarkive_sandbox.base_url
    if kind == "sync":
        with PinarkiveClient(api_key=key, base_url=base_url) as client:
            outcomes = list(client.files.upload_many(sources))
    else:

        async def main() -> None:
            async with AsyncPinarkiveClient(api_key=key, base_url=base_url) as client:
                outcomes.extend([each async for each in client.files.upload_many(sources)])

        outcomes = []
        asyncio.run(main())
    cids = {each.upload.cid for each in outcomes if each.upload}
    expected = [b"disk", b"of many", b"an iterator", b"a map"]
    assert cids == {file_cid(content) for content in expected}
    (error,) = (each.error for each in outcomes if each.error)
    assert "passed twice" in str(error)


@BOTH
def test_one_of_a_form(kind: Kind, pinarkive_sandbox: Sandbox) -> None:
    key, base_url = pinarkive_sandbox.api_key, pinarkive_sandbox.base_url
    form = [("file", ("made.bin", iter([b"of a ", b"form"])))]
    if kind == "sync":
        with PinarkiveClient(api_key=key, base_url=base_url) as client:
            answer = client.request("POST", "/files/", files=form)
    else:

        async def main() -> Any:
            async with AsyncPinarkiveClient(api_key=key, base_url=base_url) as client:
                return await client.request("POST", "/files/", files=form)

        answer = asyncio.run(main())
    assert answer["cid"] == file_cid(b"of a form")


def test_a_stream_that_a_client_of_ones_own_reads_twice_is_not_cut() -> None:
    # Whoever stands between may send a request again; what is left of a stream is not all of it.
    for content in (iter([b"x"]), OnceOnly(io.BytesIO(b"x"))):
        source = measure(content, "once", "file")
        assert [*source.pieces()] == [b"x"]
        with pytest.raises(SourceChangedError, match="can be read only once"):
            list(source.pieces())


class OnceOnly:
    """A file that can only be read."""

    def __init__(self, file: io.BytesIO) -> None:
        self.read = file.read


@pytest.mark.parametrize("is_async", [False, True])
def test_it_ends_within_the_limit_of_an_asynchronous_call(is_async: bool) -> None:
    told = Told([])

    async def endless() -> AsyncIterator[bytes]:
        try:
            while True:
                await asyncio.sleep(0.05)
                yield b"x"
        finally:
            told.closed = True

    def endless_too() -> Iterator[bytes]:
        try:
            while True:
                time.sleep(0.05)
                yield b"x"
        finally:
            told.closed = True

    async def main(base_url: str) -> None:
        async with AsyncPinarkiveClient(api_key="k", base_url=base_url) as client:
            began = time.monotonic()
            with pytest.raises(APIConnectionError, match="limit"):
                await client.files.upload(endless() if is_async else endless_too(), timeout=0.4)
            assert time.monotonic() - began < 2

    with FaultServer((Read(),)) as server:
        asyncio.run(main(server.base_url))
    until = time.monotonic() + 2
    while not told.closed and time.monotonic() < until:
        time.sleep(0.01)
    assert told.closed
