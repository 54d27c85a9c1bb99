"""OpenTelemetry's instrumentation of httpx makes a span of each attempt of a call."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from pinarkive import GetHealth, GetMe, NotFoundError, RemoveFile, UploadFile, User
from pinarkive.sandbox import Sandbox

from ..wire.faults import ME, fails
from ..wire.server import FaultServer
from .calls import BOTH, CID, KEY, Kind, send

Span = tuple[object, object, object]


class Spans:
    """The spans that were made since the last look."""

    def __init__(self) -> None:
        self._exporter = InMemorySpanExporter()
        self.provider = TracerProvider()
        self.provider.add_span_processor(SimpleSpanProcessor(self._exporter))

    def take(self, key: str) -> list[Span]:
        """Return method, URL and status of each, none of which holds the key."""
        spans = self._exporter.get_finished_spans()
        self._exporter.clear()
        found: list[Span] = []
        for span in spans:
            told = dict(span.attributes or {})
            assert key not in span.to_json()
            status = told["http.response.status_code"]
            is_error = span.status.status_code is StatusCode.ERROR
            assert is_error == (isinstance(status, int) and status >= 400)
            found.append((told["http.request.method"], told["url.full"], status))
        return found


@pytest.fixture
def spans() -> Iterator[Spans]:
    """Instrument httpx while a test runs."""
    spans = Spans()
    instrumentor = HTTPXClientInstrumentor()
    instrumentor.instrument(tracer_provider=spans.provider)
    try:
        yield spans
    finally:
        instrumentor.uninstrument()
        spans.provider.shutdown()


@BOTH
def test_each_call_makes_a_span(
    kind: Kind, spans: Spans, pinarkive_sandbox: Sandbox, tmp_path: Path
) -> None:
    path = tmp_path / "hello.txt"
    path.write_bytes(b"hello")
    key, base = pinarkive_sandbox.api_key, pinarkive_sandbox.base_url
    requests = (GetHealth(), GetMe(), UploadFile(file=path))
    send(kind, *requests, api_key=key, base_url=base)
    assert spans.take(key) == [
        ("GET", f"{base}/health", 200),
        ("GET", f"{base}/users/me", 200),
        ("POST", f"{base}/files/", 201),
    ]
    with pytest.raises(NotFoundError):
        send(kind, RemoveFile(cid=CID), api_key=key, base_url=base)
    assert spans.take(key) == [("DELETE", f"{base}/files/remove/{CID}", 404)]


@BOTH
def test_each_attempt_makes_a_span_whose_name_goes_along(kind: Kind, spans: Spans) -> None:
    with FaultServer(fails(503), ME) as server:
        (user,) = send(kind, GetMe(), base_url=server.base_url)
    assert isinstance(user, User)
    url = f"{server.base_url}/users/me"
    assert spans.take(KEY) == [("GET", url, 503), ("GET", url, 200)]
    names = [seen.header("traceparent") for seen in server.requests]
    assert len(set(names)) == 2
    assert all(names)
