"""Requests as odd clients write them."""

import socket
import ssl
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import httpx

from pinarkive.sandbox import Sandbox

BOUNDARY = "frontier"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"
# One for all: each that httpx makes of its own reads a file of certificates.
TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
UNKNOWN_CID = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"


def api_client(sandbox: Sandbox, credential: str | None = None) -> httpx.Client:
    """Return a client with the sandbox's API key, or with another Bearer credential."""
    headers = {"X-API-Key": sandbox.api_key}
    if credential is not None:
        headers = {"Authorization": f"Bearer {credential}"}
    return bare_client(sandbox.base_url, headers)


def bare_client(base_url: str, headers: dict[str, str] | None = None) -> httpx.Client:
    """Return a client without credentials."""
    return httpx.Client(base_url=base_url, headers=headers, trust_env=False, verify=TLS)


def part(disposition: str | bytes, data: bytes = b"data", *, media_type: str = "") -> bytes:
    """Return one part of a body, its disposition written out."""
    line = disposition.encode() if isinstance(disposition, str) else disposition
    kind = f"Content-Type: {media_type}\r\n".encode() if media_type else b""
    head = b"Content-Disposition: form-data; " + line + b"\r\n" + kind + b"\r\n"
    return f"--{BOUNDARY}\r\n".encode() + head + data + b"\r\n"


def form(*parts: bytes) -> bytes:
    """Return a whole body."""
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def post_form(client: httpx.Client, path: str, *parts: bytes) -> httpx.Response:
    """Send a body whose parts are written out."""
    return client.post(path, content=form(*parts), headers={"Content-Type": MULTIPART})


def connect(sandbox: Sandbox) -> socket.socket:
    """Return a connection to the sandbox."""
    url = urlsplit(sandbox.gateway_url)
    assert url.hostname is not None
    assert url.port is not None
    return socket.create_connection((url.hostname, url.port), timeout=10)


def exchange(sandbox: Sandbox, request: bytes) -> bytes:
    """Send bytes as they are, and return all that comes back until the connection ends."""
    with connect(sandbox) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while data := connection.recv(65536):
            answer += data
        return answer


class MovableClock:
    """A clock that stands still until it is told otherwise."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC).replace(microsecond=0)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **span: float) -> None:
        self.now += timedelta(**span)

    def after(self, **span: float) -> str:
        return (self.now + timedelta(**span)).isoformat()
