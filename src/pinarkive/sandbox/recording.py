"""The recorded requests: each is added before its answer is completely sent."""

import threading
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import parse_qsl

from starlette.types import Message, Receive, Scope, Send

__all__ = ["Headers", "RecordedRequest", "Recorder", "Recording"]

MOST_REQUESTS = 1000
LARGEST_BODY = 64 * 1024
# The limit for all bodies together; the oldest requests are forgotten first.
MOST_BYTES = 16 * 1024**2
SECRETS = frozenset({"authorization", "x-api-key", "cookie"})
BODILESS = (204, 304)


class Headers(Mapping[str, str]):
    """Headers by name, in upper or lower case. The repr hides the credentials in them."""

    def __init__(self, pairs: Mapping[str, str]) -> None:
        self._values = {name.lower(): value for name, value in pairs.items()}

    def __getitem__(self, name: str) -> str:
        return self._values[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        shown = {name: "..." if name in SECRETS else self[name] for name in self}
        return f"Headers({shown})"


@dataclass(frozen=True, slots=True)
class RecordedRequest:
    """A recorded request.

    Attributes:
        method: The HTTP method.
        path: The percent-encoded path, below the API's base if it starts with that, as in
            `Faults.add`.
        query: The values of the query, by name.
        headers: The headers, by name in upper or lower case.
        body: The body; `None` if it has more than 64 KiB or was not read completely.
        size: How many bytes of the body were read.
        status: The status of the answer; `None` if the connection was cut before it.
        answer: The body of the answer; `None` if it has more than 64 KiB or was cut.
        at: When the request arrived, by the sandbox's clock.
    """

    method: str
    path: str
    query: Mapping[str, str]
    headers: Headers
    body: bytes | None = field(repr=False)
    size: int
    status: int | None
    answer: bytes | None = field(repr=False)
    at: datetime


class Recorder:
    """The most recent requests. Any thread may read them."""

    def __init__(self) -> None:
        self._requests: deque[RecordedRequest] = deque()
        self._held = 0
        self._lock = threading.Lock()
        self.total: int = 0
        """How many requests have arrived, including those that are forgotten."""

    def add(self, request: RecordedRequest) -> None:
        """Record a request."""
        with self._lock:
            self._requests.append(request)
            self.total += 1
            self._held += held(request)
            while len(self._requests) > MOST_REQUESTS or self._held > MOST_BYTES:
                self._held -= held(self._requests.popleft())

    def clear(self) -> None:
        """Forget all requests."""
        with self._lock:
            self._requests.clear()
            self._held = 0

    @property
    def requests(self) -> list[RecordedRequest]:
        """The requests, oldest first."""
        with self._lock:
            return list(self._requests)


def held(request: RecordedRequest) -> int:
    """Return how many bytes a recorded request takes."""
    return len(request.body or b"") + len(request.answer or b"")


class Piecewise:
    """Bytes that arrive piece by piece, kept unless there are too many."""

    def __init__(self) -> None:
        self.size: int = 0
        self._data = bytearray()

    def add(self, data: bytes) -> None:
        """Add the next piece."""
        self.size += len(data)
        if self.size <= LARGEST_BODY:
            self._data += data
        else:
            self._data.clear()

    @property
    def whole(self) -> bytes | None:
        """All bytes, unless there are too many."""
        return bytes(self._data) if self.size <= LARGEST_BODY else None


class Recording:
    """Records one request and its answer.

    Args:
        recorder: Where to record the request.
        scope: The ASGI scope of the request.
        path: The path to record.
        at: When the request arrived.
    """

    def __init__(self, recorder: Recorder, scope: Scope, path: str, at: datetime) -> None:
        self._recorder = recorder
        self._scope = scope
        self._path = path
        self._at = at
        self._body = Piecewise()
        names = {name for name, _ in scope["headers"]}
        self._has_more = bool(names & {b"content-length", b"transfer-encoding"})
        self._answer = Piecewise()
        self._status: int | None = None
        self._length: int | None = None
        self._is_done = False

    def receiving(self, receive: Receive) -> Receive:
        """Return a `receive` that records the body."""

        async def listened() -> Message:
            message = await receive()
            if message["type"] == "http.request":
                self._body.add(message.get("body", b""))
                self._has_more = message.get("more_body", False)
            return message

        return listened

    def sending(self, send: Send) -> Send:
        """Return a `send` that records the answer: the request is added before its last byte."""

        async def listened(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._begin(message)
            elif message["type"] == "http.response.body":
                self._answer.add(message.get("body", b""))
                is_whole = self._length is not None and self._answer.size >= self._length
                if is_whole or not message.get("more_body", False):
                    self.end(is_whole=True)
            await send(message)

        return listened

    def _begin(self, message: Message) -> None:
        self._status = message["status"]
        headers = dict(message.get("headers", []))
        length = headers.get(b"content-length")
        self._length = None if length is None else int(length)
        is_bodiless = self._scope["method"] == "HEAD" or self._status in BODILESS
        if is_bodiless or self._length == 0:
            self.end(is_whole=True)

    def end(self, *, is_whole: bool = False) -> None:
        """Record the request, unless that was done before."""
        if self._is_done:
            return
        self._is_done = True
        query = self._scope["query_string"].decode("latin-1")
        headers = {
            name.decode("latin-1"): value.decode("latin-1")
            for name, value in self._scope["headers"]
        }
        self._recorder.add(
            RecordedRequest(
                method=self._scope["method"],
                path=self._path,
                query=dict(parse_qsl(query, keep_blank_values=True, errors="replace")),
                headers=Headers(headers),
                body=None if self._has_more else self._body.whole,
                size=self._body.size,
                status=self._status,
                answer=self._answer.whole if is_whole else None,
                at=self._at,
            )
        )
