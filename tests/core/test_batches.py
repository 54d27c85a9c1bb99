"""A body read ahead: in order, not too far, and closed when its reading has ended."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from pinarkive._core.multipart import Multipart, Part
from pinarkive._io.batches import SIZE, WAITING, Batches

MIB = bytes(SIZE)


@dataclass
class Counted:
    """Pieces of a batch each, which come when they may, and a count of those that were read."""

    size: int
    rewindable: bool = True
    may_read: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    read: int = 0
    came: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    closed: threading.Event = field(default_factory=threading.Event)

    def pieces(self) -> Iterator[bytes]:
        try:
            for _ in range(self.size // SIZE):
                self.read += 1
                self.came.release()
                self.may_read.acquire()
                yield MIB
        finally:
            self.closed.set()


def body(source: Counted) -> Multipart:
    return Multipart("b", (), [Part("file", "name", source)])


def test_no_more_is_read_than_may_wait() -> None:
    source = Counted(9 * SIZE)
    source.may_read = threading.Semaphore(100)
    batches = Batches(body(source))
    batches.next().result(5)
    for _ in range(1 + WAITING):
        assert source.came.acquire(timeout=5)
    assert not source.came.acquire(timeout=0.1)
    batches.next().result(5)
    assert source.came.acquire(timeout=5)
    batches.close().result(5)
    assert source.read == 2 + WAITING
    assert source.closed.is_set()


def test_a_read_that_has_begun_ends_before_the_file_is_closed() -> None:
    source = Counted(SIZE)
    batches = Batches(body(source))
    first = batches.next()
    assert source.came.acquire(timeout=5)
    ended = batches.close()
    assert not ended.done()
    assert not source.closed.is_set()
    source.may_read.release()
    ended.result(5)
    assert source.closed.is_set()
    assert first.done()


def test_all_comes_in_order_and_the_last_is_told() -> None:
    source = Counted(3 * SIZE)
    source.may_read = threading.Semaphore(100)
    batches = Batches(body(source))
    found: list[bytes] = []
    is_last = False
    while not is_last:
        batch = batches.next().result(5)
        found += [chunk.data for chunk in batch.chunks]
        is_last = batch.is_last
    assert b"".join(found).count(b"\0") == 3 * SIZE
    assert found[-1].endswith(b"--b--\r\n")
    batches.close().result(5)


def test_what_the_reading_fails_with_comes_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    source = Counted(SIZE)
    failure = OSError("the disk is gone")

    def fail() -> Iterator[bytes]:
        raise failure

    monkeypatch.setattr(source, "pieces", fail)
    batches = Batches(body(source))
    batch = batches.next().result(5)
    assert (batch.error, batch.is_last) == (failure, True)
    batches.close().result(5)
