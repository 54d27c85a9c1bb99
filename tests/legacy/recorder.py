"""A server that gives scripted answers, and keeps what arrived as a server reads it.

It runs in the process of the client that is recorded, so that each call has its own script.
"""

import gzip
import hashlib
import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from python_multipart.multipart import Field, File, FormParser, parse_options_header

CREDENTIAL_HEADERS = ("Authorization", "X-API-Key", "X-Request-Source", "Cookie")
SHOWN_CONTENT = 200


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the server says to one request."""

    status: int = 200
    body: bytes = b'{"ok": true}'
    content_type: str | None = "application/json; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    compressed: bool = False
    """Whether the body is compressed for clients that ask for it, as a proxy would do."""
    raw: bytes | None = None
    """Bytes to send instead of an answer, before the connection is closed."""

    def encode(self, accepted: str) -> bytes:
        headers = dict(self.headers)
        body = self.body
        if self.content_type is not None:
            headers["Content-Type"] = self.content_type
        if self.compressed and "gzip" in accepted:
            body = gzip.compress(body)
            headers["Content-Encoding"] = "gzip"
        if self.status != 204:
            headers["Content-Length"] = str(len(body))
        lines = [f"HTTP/1.1 {self.status} Scripted", *(f"{k}: {v}" for k, v in headers.items())]
        return "\r\n".join([*lines, "", ""]).encode() + body


class Recorder(ThreadingHTTPServer):
    """The server, on a free port of the loopback, while its `with` block lasts."""

    daemon_threads = True
    # A client of 3.1.1 cannot be closed, and neither can its idle connections.
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.address = f"127.0.0.1:{self.server_port}"
        self.received: list[dict[str, Any]] = []
        self.script: list[Answer] = []
        self._thread = threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True)

    def __enter__(self) -> "Recorder":
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.shutdown()
        self.server_close()
        self._thread.join()

    def begin(self, answers: Sequence[Answer]) -> None:
        """Forget what was received, and give these answers, the last one again and again."""
        self.received = []
        self.script = list(answers)

    def next_answer(self) -> Answer:
        return self.script.pop(0) if len(self.script) > 1 else self.script[0]


class Handler(BaseHTTPRequestHandler):
    """Records one request after another of a connection."""

    protocol_version = "HTTP/1.1"

    @property
    def recorder(self) -> Recorder:
        assert isinstance(self.server, Recorder)
        return self.server

    def handle_any(self) -> None:
        self.recorder.received.append(self.read_request())
        answer = self.recorder.next_answer()
        # One write: a second one would wait for the client's delayed acknowledgement.
        if answer.raw is None:
            self.wfile.write(answer.encode(self.headers.get("Accept-Encoding", "")))
        else:
            self.wfile.write(answer.raw)
            self.close_connection = True

    # The names that BaseHTTPRequestHandler looks for.
    do_GET = do_POST = do_PUT = do_DELETE = handle_any  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Print nothing: the recorded requests are the log."""

    def read_request(self) -> dict[str, Any]:
        # Not `self.path`, which has lost doubled slashes at its start.
        target = urlsplit(self.requestline.split(" ")[1])
        media_type, options = parse_options_header(self.headers.get("Content-Type"))
        body = self.read_body()
        kind = media_type.decode()
        return {
            "host": self.headers.get("Host", "").replace(self.recorder.address, "{server}"),
            "method": self.command,
            "path": [unquote(segment) for segment in target.path.split("/")],
            "query": parse_qsl(target.query, keep_blank_values=True),
            "credentials": {
                name: [value.strip() for value in values]
                for name in CREDENTIAL_HEADERS
                if (values := self.headers.get_all(name))
            },
            "media type": kind,
            "body": read_content(kind, options.get(b"boundary", b""), body),
        }

    def read_body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body


def read_content(kind: str, boundary: bytes, body: bytes) -> object:
    """Return a body as the server's parser for its media type gives it to the endpoint."""
    if kind == "application/json":
        return json.loads(body)
    if kind == "application/x-www-form-urlencoded":
        return parse_qsl(body.decode(), keep_blank_values=True)
    if kind == "multipart/form-data":
        return read_form(boundary, body)
    return shown(body)


def read_form(boundary: bytes, body: bytes) -> list[dict[str, Any]]:
    """Return the fields and files of a form, in their order."""
    parts: list[dict[str, Any]] = []

    def keep_field(field: Field) -> None:
        parts.append({"field": text(field.field_name), "value": text(field.value)})

    def keep_file(file: File) -> None:
        file.file_object.seek(0)
        content = file.file_object.read()
        parts.append(
            {
                "field": text(file.field_name),
                "filename": text(file.file_name),
                "size": len(content),
                "content": shown(content),
            }
        )

    parser = FormParser("multipart/form-data", keep_field, keep_file, boundary=boundary)
    parser.write(body)
    parser.finalize()
    return parts


def text(value: bytes | None) -> str | None:
    return None if value is None else value.decode(errors="surrogateescape")


def shown(content: bytes) -> str:
    """Return a short content as text, one character for each byte, and a long one's digest."""
    if len(content) <= SHOWN_CONTENT:
        return content.decode("latin-1")
    return f"sha256 {hashlib.sha256(content).hexdigest()}"
