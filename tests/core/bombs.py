"""Answers that are made to take much memory; as a program it prints what decoding each takes.

In a process of its own, and by the system's count: what Pydantic's core allocates is not Python's.
"""

import gc
import os
import resource
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from pinarkive import (
    GenerateToken,
    GetAllocations,
    GetHealth,
    GetMe,
    GetStatus,
    ListPeers,
    ListPlans,
    ListTokens,
    ListUploads,
    Login,
    PinarkiveError,
    Request,
    RevokeToken,
    UploadDirectoryDag,
    UploadServerDirectory,
)
from pinarkive._core.decode import MAX_BODY, Answer, read_answer
from pinarkive._core.encode import encode
from pinarkive._core.read import read_body
from pinarkive.config import Config, Credential

CID = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"
CONFIG = Config(credential=Credential("api_key", "the-secret-key-of-this-test"))
SIZE = 128 * 1024
NOW = datetime(2030, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Bomb:
    """An answer; `refused` is one that is given up at its first bytes."""

    request: Request[Any]
    body: bytes
    status: int = 200
    encoding: str = "identity"
    refused: bool = False


def fill(start: bytes, item: bytes, end: bytes) -> bytes:
    """Return a body of one item again and again."""
    return start + b",".join([item] * (SIZE // (len(item) + 1))) + end


def names(value: bytes) -> bytes:
    """Return an object of short names, all of which differ."""
    pairs = (b'"%x":%b' % (number, value) for number in range(SIZE // (8 + len(value))))
    return b"{" + b",".join(pairs) + b"}"


def padded(item: bytes, length: int = 32) -> bytes:
    """Return an object with a text made so long that it may just be a real record."""
    return item.replace(b"~", b"x" * (length + 1 - len(item)))


LISTS: dict[bytes, Request[Any]] = {
    b'{"uploads":[': ListUploads(),
    b'{"tokens":[': ListTokens(),
    b'{"plans":[': ListPlans(),
    b'{"peers":[': ListPeers(),
    b'{"cid":"a","files":[': UploadDirectoryDag(source={"a": b""}),
    b'{"files":[': UploadServerDirectory(dir_path="/srv"),
    b'{"data":{"files":[': UploadServerDirectory(dir_path="/srv"),
    b'{"status":"","peers":[': GetStatus(cid=CID),
    b'{"allocations":[': GetStatus(cid=CID),
    b'{"cid":"a","peers":[': GetAllocations(cid=CID),
    b'{"nodes":[': GetAllocations(cid=CID),
}
ITEMS = {
    "empty objects": b"{}",
    "empty lists": b"[]",
    "numbers": b"1",
    "texts": b'"a"',
    "CIDs": b'{"cid":"a"}',
    "small records": padded(b'{"cid":"~"}'),
    "small named records": padded(b'{"id":"~"}'),
    "small tokens": padded(b'{"name":"~"}'),
    "small records of another name": padded(b'{"hash":"~"}'),
    "small named records of another name": padded(b'{"ID":"~"}'),
    "small records that do not fit": padded(b'{"cid":"~","size":"x"}'),
    "small named records that do not fit": padded(b'{"id":"~","name":1}'),
    "small records with more": padded(b'{"cid":"~","x":1,"y":1}'),
    "small named records with more": padded(b'{"id":"~","x":1,"y":1}'),
    "small records without identity": padded(b'{"x":"~"}'),
}
VALUES = {
    "lists": b"[" + b"[]," * (SIZE // 3) + b"1]",
    "lists of numbers": b"[" + b"[1e9]," * (SIZE // 6) + b"1]",
    "texts": b"[" + '"ā",'.encode() * (SIZE // 5) + b"1]",
    "objects": b"[" + b'{"":[]},' * (SIZE // 8) + b"1]",
    "names": names(b"0"),
    "nested": b"[" * 100 + b"]" * 100,
    "a text": b'"' + b"\\u0100" * (SIZE // 6) + b'"',
    "another text": b'"' + b"a" * SIZE + '\U0001f600"'.encode(),
    "fractions": b"[" + b"0.1," * (SIZE // 4) + b"1]",
    "a number": b"1" * 4_000,
}
OTHERS = {
    "clusters": Bomb(GetMe(), fill(b'{"clusters":[', b"0", b"]}")),
    "clusters of a session": Bomb(
        Login(email="a@b", password="code"),
        fill(b'{"token":"a","user":{"clusters":[', b"0", b"]}}"),
    ),
    "scopes": Bomb(GenerateToken(name="a"), fill(b'{"token":"a","scopes":[', b'"a"', b",1]}")),
    "descriptions": Bomb(ListPlans(), b'[{"descriptions":' + names(b"0") + b"}]"),
    "peer map": Bomb(GetStatus(cid=CID), b'{"peer_map":' + names(b"0") + b"}"),
    "allocated peers": Bomb(GetAllocations(cid=CID), b'{"peer_map":' + names(b"0") + b"}"),
    "lines": Bomb(ListPeers(), b'{"details":"' + b"{}\\n" * (SIZE // 4) + b'"}'),
    "lines of numbers": Bomb(ListPeers(), b'{"details":"' + b"1\\n" * (SIZE // 3) + b'"}'),
    "the same name": Bomb(GetHealth(), fill(b"{", b'"a":""', b"}")),
}


def refused() -> Iterator[tuple[str, Bomb]]:
    """Yield the bombs that are given up at their first bytes, one at a time: they are large."""
    yield "too deep", Bomb(GetHealth(), b"[" * MAX_BODY, refused=True)
    yield "too deep in objects", Bomb(GetHealth(), b'{"":' * (MAX_BODY // 4), refused=True)
    yield "too long a number", Bomb(GetHealth(), b"1" * MAX_BODY, refused=True)
    yield "a text without an end", Bomb(GetHealth(), b'"' + b"a" * (MAX_BODY - 1), refused=True)
    yield "tiny objects", Bomb(ListPlans(), b"[" + b"{}," * (MAX_BODY // 3) + b"1]", refused=True)
    yield "encoded", Bomb(GetHealth(), bytes(MAX_BODY), encoding="gzip", refused=True)
    yield "a web page", Bomb(GetHealth(), b"<" * MAX_BODY, refused=True)
    yield "too large", Bomb(GetHealth(), b" " * (MAX_BODY + 1), refused=True)
    yield "an error that is no JSON", Bomb(GetHealth(), b"<" * MAX_BODY, 500, refused=True)


def all_bombs() -> Iterator[tuple[str, Bomb]]:
    """Yield every bomb with its name."""
    for start, request in LISTS.items():
        for name, item in ITEMS.items():
            end = b"]" + b"}" * start.count(b"{")
            yield f"{start.decode()} {name}", Bomb(request, fill(start, item, end))
    for name, value in VALUES.items():
        yield f"beside: {name}", Bomb(GetMe(), b'{"id":"a","x":' + value + b"}")
        yield f"instead: {name}", Bomb(GetMe(), b'{"x":' + value + b"}")
        yield f"acknowledged: {name}", Bomb(RevokeToken(name="a"), value)
        for status in (403, 500):
            body = b'{"message":"m","x":' + value + b"}"
            yield f"{status}: {name}", Bomb(Login(email="a@b", password="code"), body, status)
            yield f"{status}, bare: {name}", Bomb(GetMe(), value, status)
    yield from OTHERS.items()
    yield from refused()


def decode(bomb: Bomb) -> None:
    """Decode a bomb as an answer to its request."""
    headers = {"content-encoding": bomb.encoding, "content-type": "application/json"}
    answer = Answer(bomb.status, headers, bomb.body, NOW)
    with suppress(PinarkiveError):
        read_answer(answer, encode(bomb.request, CONFIG), partial(read_body, bomb.request))


def peak() -> int:
    """Return the most memory that the process has had, in bytes."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def growth(bomb: Bomb) -> int:
    """Return by how many bytes a process grows that decodes a bomb."""
    reading, writing = os.pipe()
    if os.fork() == 0:
        before = peak()
        decode(bomb)
        os.write(writing, str(peak() - before).encode())
        os._exit(0)
    os.close(writing)
    with open(reading) as pipe:  # noqa: PTH123  # a pipe has no path
        found = pipe.read()
    os.wait()
    return int(found)


def warm_up() -> None:
    """Build the models, which is not what is measured."""
    for request in [*LISTS.values(), *(bomb.request for bomb in OTHERS.values())]:
        for body in (b"{}", b'{"cid":"a","id":"a","token":"a"}', b'{"data":[{}]}'):
            decode(Bomb(request, body))
            decode(Bomb(request, body, 400))


if __name__ == "__main__":
    warm_up()
    gc.freeze()
    # A forked process comes to own pages that it merely looks at.
    least = min(growth(Bomb(GetMe(), b'{"id":"a"}')) for _ in range(3))
    for label, each in all_bombs():
        print(max(0, growth(each) - least), len(each.body), int(each.refused), label, flush=True)
