"""Answers that are meant to fill the memory."""

import gzip
import tracemalloc

import pytest

from pinarkive import APIResponseError, GetMe

from .both import BOTH, Kind, send_all
from .server import FaultServer, Flood, Read, Send, Turn, answer

MIB = 1024 * 1024
BOMB = gzip.compress(bytes(100 * MIB))
BOMBS: dict[str, Turn] = {
    "inflated 1000 times": (Read(), Send(answer(200, BOMB, "Content-Encoding: gzip"))),
    "encoded and long": (
        Read(),
        Send(b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\n\r\n"),
        Flood(bytes(MIB), 500),
    ),
}


@pytest.mark.parametrize("turn", BOMBS.values(), ids=BOMBS)
@BOTH
def test_a_bomb_is_not_inflated(kind: Kind, turn: Turn) -> None:
    with FaultServer(turn) as server:
        tracemalloc.start()
        try:
            ((outcome,),) = send_all(kind, server.base_url, [GetMe()])
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert isinstance(outcome.value, APIResponseError)
    assert "which was not asked for" in str(outcome.value)
    assert peak < 16 * MIB
