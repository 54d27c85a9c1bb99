# generated from src/pinarkive/_io/_async/transport.py by scripts/generate; change that file
"""httpx's transport on our pool and sockets, and the bodies that it sends and receives."""

import ssl
from collections.abc import Generator, Iterator
from contextlib import closing

import httpx

from ..._core.multipart import Multipart
from ..environment import Way, bad_proxy, environment_proxy
from ..in_threads.reading import pieces_of
from ..private import own_pool
from ..reading import OnProgress
from .pool import Pool
from .sockets import Backend

__all__ = ["Body", "Transport", "body_of"]

# Kept for less than the five seconds after which common servers close an idle connection.
LIMITS = httpx.Limits(keepalive_expiry=4.0)


class Transport(httpx.HTTPTransport):
    """httpx's transport, on our pool and sockets."""

    def __init__(self, base_url: str, verify: ssl.SSLContext, way: Way) -> None:
        proxy = way.proxy or environment_proxy(base_url)
        try:
            super().__init__(verify=verify, trust_env=False, limits=LIMITS, proxy=proxy)
        except (ImportError, ValueError) as error:
            problem = type(error).__name__
        else:
            problem = ""
        if problem:
            raise bad_proxy(problem)
        backend = Backend()
        self.pool = own_pool(self, backend, lambda connect: Pool(connect, backend.opened))

    def abandon(self) -> None:
        """Close all connections without ending them."""
        self.pool.abandon()


def body_of(response: httpx.Response) -> Iterator[bytes]:
    """Return a response's body, even if somebody else (a hook, a mock) has read it already."""
    stream = response.stream
    if response.is_stream_consumed or not isinstance(stream, httpx.SyncByteStream):
        return response.iter_bytes()
    # httpx's own wrapper costs time and adds nothing.
    return iter(stream)


class Body(httpx.SyncByteStream):
    """The body of a request; it knows whether the whole request has been sent."""

    def __init__(self, content: bytes | Multipart | None, on_progress: OnProgress | None) -> None:
        self._content = content
        self._on_progress = on_progress
        self._pieces: Generator[bytes, None] | None = None
        self.has_left = False
        self.error: BaseException | None = None

    def __iter__(self) -> Iterator[bytes]:
        self._pieces = self._make_pieces()
        return self._pieces

    def close(self) -> None:
        """Stop: the rest is no longer needed."""
        if self._pieces is not None:
            self._pieces.close()

    def _make_pieces(self) -> Generator[bytes, None]:
        try:
            if isinstance(self._content, Multipart):
                with closing(pieces_of(self._content)) as chunks:
                    for chunk in chunks:
                        yield chunk.data
                        if self._on_progress is not None:
                            self._on_progress(chunk.progress)
            elif self._content:
                yield self._content
            self.has_left = True
        except BaseException as error:
            self.error = error
            raise
