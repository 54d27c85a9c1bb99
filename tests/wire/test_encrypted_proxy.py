"""TLS to a server behind a proxy that is reached by TLS itself."""

import asyncio
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
import trustme

from pinarkive import AsyncPinarkiveClient, PinarkiveClient
from pinarkive.unixfs import file_cid

ANSWER = b'{"cid": "%b"}'


def serve_tls(raw: socket.socket, context: ssl.SSLContext) -> None:
    """Answer uploads with the CID of the whole body, and end the connection after each."""
    with suppress(OSError), context.wrap_socket(raw, server_side=True) as server:
        received = b""
        while b"\r\n\r\n" not in received:
            received += server.recv(65536)
        head, _, body = received.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
        while len(body) < length:
            body += server.recv(65536)
        content = body.partition(b"\r\n\r\n")[2].rpartition(b"\r\n--")[0].rpartition(b"\r\n--")
        answer = ANSWER % file_cid(content[0] or content[2]).encode()
        server.sendall(b"HTTP/1.1 201 Created\r\nConnection: close\r\n")
        server.sendall(b"Content-Length: %d\r\n\r\n%b" % (len(answer), answer))


def copy(source: socket.socket, target: socket.socket) -> None:
    """Hand on what comes, and its end."""
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)


def serve_proxy(raw: socket.socket, context: ssl.SSLContext) -> None:
    """Take a CONNECT by TLS, and hand its bytes to a server of our own."""
    with suppress(OSError), context.wrap_socket(raw, server_side=True) as outer:
        head = b""
        while b"\r\n\r\n" not in head:
            head += outer.recv(65536)
        assert head.startswith(b"CONNECT api.example:443 ")
        outer.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        near, far = socket.socketpair()
        with near, far:
            threads = [
                threading.Thread(target=serve_tls, args=(far, context)),
                threading.Thread(target=copy, args=(outer, near)),
            ]
            for thread in threads:
                thread.start()
            copy(near, outer)
            for thread in threads:
                thread.join()


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Run the proxy, and name it and its certificate in the environment."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    certificate = authority.issue_cert("localhost", "api.example")
    certificate.private_key_and_cert_chain_pem.write_to_path(tmp_path / "cert.pem")
    context.load_cert_chain(tmp_path / "cert.pem")
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:

        def accept() -> None:
            with suppress(OSError):
                while True:
                    serve_proxy(listener.accept()[0], context)

        thread = threading.Thread(target=accept)
        thread.start()
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
        monkeypatch.setenv("HTTPS_PROXY", f"https://localhost:{listener.getsockname()[1]}")
        monkeypatch.delenv("NO_PROXY", raising=False)
        yield
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


CONTENT = bytes(range(256)) * 8_000


@pytest.mark.usefixtures("proxy")
def test_an_upload_goes_whole_through_both() -> None:
    with PinarkiveClient(api_key="key", base_url="https://api.example") as client:
        assert client.files.upload(CONTENT, timeout=10).cid == file_cid(CONTENT)


@pytest.mark.usefixtures("proxy")
def test_an_async_upload_goes_whole_through_both() -> None:
    async def main() -> str:
        async with AsyncPinarkiveClient(api_key="key", base_url="https://api.example") as client:
            return (await client.files.upload(CONTENT, timeout=10)).cid

    assert asyncio.run(main()) == file_cid(CONTENT)
