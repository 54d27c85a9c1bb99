"""A server that gives back what it was sent, wherever an answer has room for it."""

import contextlib
import json
import socket
import struct
import threading
import urllib.parse
from collections.abc import Callable
from html import escape
from types import TracebackType
from typing import Self

from .leaks import SECRETS

__all__ = ["MIRRORS", "Breaker", "Mirror"]

FIELDS = ("message", "error", "code", "required", "retryAfter", "currentApiBase", "name", "cid")
# A shorter secret is not hidden as a name, since it could be any of those that are known.
MOST_OF_A_NAME = 11


def answer(status: int, body: bytes = b"", *headers: str, reason: str = "Reason") -> bytes:
    """Return an answer."""
    lines = [f"HTTP/1.1 {status} {reason}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def raw(heard: list[str]) -> str:
    """Return what was heard as the text that has its bytes."""
    return " ".join(heard).encode().decode("latin-1")


def as_json(status: int, value: object) -> bytes:
    """Return an answer in JSON."""
    return answer(status, json.dumps(value).encode(), "Content-Type: application/json")


def everywhere(status: int) -> Callable[[list[str]], bytes]:
    """Return what answers with JSON that holds what was heard in every place."""

    def respond(heard: list[str]) -> bytes:
        text = " ".join(heard)
        body: dict[str, object] = dict.fromkeys(
            ("message", "error", "code", "required", "retryAfter", "currentApiBase"), text
        )
        body |= {"list": heard, "nested": {"a": [{"b": heard}]}, "token": text, "success": False}
        names = [each for each in heard if len(each) > MOST_OF_A_NAME]
        body |= dict.fromkeys(names, text)
        body |= {"inner": dict.fromkeys(names, heard)}
        return as_json(status, body)

    return respond


def header(status: int, name: str) -> Callable[[list[str]], bytes]:
    """Return what answers with a header that holds what was heard."""
    return lambda heard: answer(status, b"{}", f"{name}: {raw(heard)}")


def plain(status: int, kind: str, change: Callable[[str], str]) -> Callable[[list[str]], bytes]:
    """Return what answers with text that holds what was heard in some form."""
    return lambda heard: answer(
        status, " ".join(map(change, heard)).encode(), f"Content-Type: {kind}"
    )


def location(heard: list[str]) -> bytes:
    """Redirect to a place that holds what was heard."""
    quoted = [urllib.parse.quote(each, safe="") for each in heard]
    place = f"https://u:{quoted[0]}@other.example/{'/'.join(quoted)}?q={quoted[0]}"
    return answer(307, b"", f"Location: {place}")


def cut(heard: list[str]) -> bytes:
    """Answer with JSON that ends in its middle."""
    return answer(200, json.dumps({"message": " ".join(heard), "a": 1}).encode()[:-3])


MIRRORS: dict[str, Callable[[list[str]], bytes]] = {
    **{
        f"{status}": everywhere(status)
        for status in (200, 201, 400, 401, 403, 404, 409, 410, 413, 418, 429, 500, 503)
    },
    "text": plain(400, "text/plain", str),
    "quoted text": plain(500, "text/plain", urllib.parse.quote),
    "escaped text": plain(502, "text/html", escape),
    "a JSON text": lambda heard: as_json(403, " ".join(heard)),
    "a JSON list": lambda heard: as_json(404, heard),
    "a page": plain(200, "text/html", escape),
    "a page of an error": plain(404, "text/html", escape),
    "no JSON": plain(200, "application/json", str),
    "no JSON, represented": plain(200, "application/json", repr),
    "cut JSON": cut,
    "wrong types": lambda heard: as_json(200, dict.fromkeys(("cid", "id", "token"), heard)),
    "names": lambda heard: as_json(200, {heard[0]: 1}),
    "content type": header(200, "Content-Type"),
    "content type of a page": lambda heard: answer(
        200, b"x", f"Content-Type: text/html; x={raw(heard)}"
    ),
    "content encoding": header(200, "Content-Encoding"),
    "request id": header(404, "X-Request-Id"),
    "request id of no JSON": lambda heard: answer(200, b"x", f"X-Request-Id: {raw(heard)}"),
    "correlation id": header(500, "X-Correlation-Id"),
    "wait": header(429, "Retry-After"),
    "limit": header(429, "X-RateLimit-Limit"),
    "cookie": header(401, "Set-Cookie"),
    "any header": header(401, "X-Echo"),
    "location": location,
    "odd location": header(302, "Location"),
    "reason": lambda heard: answer(400, b"", reason=raw(heard)),
    "no status line": lambda heard: " ".join(heard).encode() + b"\r\n\r\n",
    "no header": lambda heard: b"HTTP/1.1 200 OK\r\n" + " ".join(heard).encode() + b"\r\n\r\n",
    "odd length": header(200, "Content-Length"),
    "no chunk": lambda heard: (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + " ".join(heard).encode()
    ),
    "nothing": lambda heard: b"",
}


class Server:
    """A server on a free port of the loopback, while its `with` block lasts."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.origin = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._accept, name="mirror")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection, contextlib.suppress(OSError):
                connection.settimeout(5)
                self.serve(connection)

    def serve(self, connection: socket.socket) -> None:
        """Do with a connection what is to be done."""
        raise NotImplementedError


class Breaker(Server):
    """Resets each connection as soon as it is made."""

    def serve(self, connection: socket.socket) -> None:
        """Reset the connection."""
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


class Mirror(Server):
    """Answers each request once; the first step of its path names the mirror that does."""

    def url(self, mirror: str) -> str:
        """Return the base URL at which a mirror answers."""
        return f"{self.origin}/{urllib.parse.quote(mirror)}"

    def serve(self, connection: socket.socket) -> None:
        """Answer with the secrets that were sent."""
        data = receive(connection)
        name = urllib.parse.unquote(data.split(b" ")[1].split(b"/")[1].decode())
        found = [secret for secret in SECRETS.values() if is_in(secret, data)]
        connection.sendall(MIRRORS[name](found or ["nothing"]))
        # Closed in order, so that no reset takes the answer away.
        connection.shutdown(socket.SHUT_WR)
        connection.recv(1)


def is_in(secret: str, heard: bytes) -> bool:
    """Say whether a secret was sent, as it is or in JSON."""
    return secret.encode() in heard or json.dumps(secret)[1:-1].encode() in heard


def receive(connection: socket.socket) -> bytes:
    """Return a request with its body, or raise `OSError` if there is none."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += some(connection)
        if not data[:1].isalpha():
            raise ConnectionError("it is no HTTP")
    head, _, body = data.partition(b"\r\n\r\n")
    length = 0
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            length = int(line.partition(b":")[2])
    while len(body) < length:
        body += some(connection)
    return head + b"\r\n\r\n" + body


def some(connection: socket.socket) -> bytes:
    """Return some bytes, or raise `OSError` where no more come."""
    data = connection.recv(65536)
    if not data:
        raise ConnectionError("it was closed")
    return data
