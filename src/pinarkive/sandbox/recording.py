"""What arrived: each request with its answer's status, written down before the answer is whole."""

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
# Of all bodies together; those of the oldest requests are forgotten first, with the requests.
MOST_BYTES = 16 * 1024**2
SECRETS = frozenset({"authorization", "x-api-key", "cookie"})
BODILESS = (204, 304)


class Headers(Mapping[str, str]):
    """Headers by name, in any case; a repr does not show the credentials in them."""

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
    """A request that arrived.

    Attributes:
        method: Its method.
        path: Its path, as `Faults.add` has them: percent-encoded, below the API's base, or whole.
        query: The values in its query, by name.
        headers: Its headers, by name in any case.
        body: Its body; `None` where it is of more than 64 KiB, or was not read to its end.
        size: How many bytes of the body were read.
        status: The status of the answer; `None` where the connection was cut before.
        answer: The answer's body; `None` where it is of more than 64 KiB, or was cut.
        at: When it came, by the sandbox's clock.
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
    """The requests that arrived last. Any thread may read them."""

    def __init__(self) -> None:
        self._requests: deque[RecordedRequest] = deque()
        self._held = 0
        self._lock = threading.Lock()
        self.total: int = 0
        """How many have arrived, those that are forgotten counted in."""

    def add(self, request: RecordedRequest) -> None:
        """Write a request down."""
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
        """The requests, the oldest first."""
        with self._lock:
            return list(self._requests)


def held(request: RecordedRequest) -> int:
    """Return how many bytes a request holds."""
    return len(request.body or b"") + len(request.answer or b"")


class Piecewise:
    """Bytes that come piece by piece, kept as long as they are few."""

    def __init__(self) -> None:
        self.size: int = 0
        self._data = bytearray()

    def add(self, data: bytes) -> None:
        """Take the next piece."""
        self.size += len(data)
        if self.size <= LARGEST_BODY:
            self._data += data
        else:
            self._data.clear()

    @property
    def whole(self) -> bytes | None:
        """All of them, if they are few."""
        return bytes(self._data) if self.size <= LARGEST_BODY else None


class Recording:
    """Listens to one request and its answer.

    Args:
        recorder: Where it is written down.
        scope: What ASGI says of the request.
        path: Its path, as it is to be written down.
        at: When it came.
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
        """Return what receives, listened to."""

        async def listened() -> Message:
            message = await receive()
            if message["type"] == "http.request":
                self._body.add(message.get("body", b""))
                self._has_more = message.get("more_body", False)
            return message

        return listened

    def sending(self, send: Send) -> Send:
        """Return what sends, listened to: the request is written down before the last byte goes."""

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
        """Write the request down, if it is not yet."""
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
