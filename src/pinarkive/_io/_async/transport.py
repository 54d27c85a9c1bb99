"""httpx's transport on our pool and sockets, and the bodies that it sends and receives."""

import ssl
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

import httpx

from ..._core.multipart import Multipart
from ..environment import Way, bad_proxy, environment_proxy
from ..in_tasks.reading import pieces_of
from ..private import async_own_pool
from ..reading import OnProgress
from .pool import AsyncPool
from .sockets import AsyncBackend

__all__ = ["AsyncBody", "AsyncTransport", "async_body_of"]

# Kept for less than the five seconds after which common servers close an idle connection.
LIMITS = httpx.Limits(keepalive_expiry=4.0)


class AsyncTransport(httpx.AsyncHTTPTransport):
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
        backend = AsyncBackend()
        self.pool = async_own_pool(
            self, backend, lambda connect: AsyncPool(connect, backend.opened)
        )

    def abandon(self) -> None:
        """Close all connections without ending them."""
        self.pool.abandon()


def async_body_of(response: httpx.Response) -> AsyncIterator[bytes]:
    """Return a response's body, even if somebody else (a hook, a mock) has read it already."""
    stream = response.stream
    if response.is_stream_consumed or not isinstance(stream, httpx.AsyncByteStream):
        return response.aiter_bytes()
    # httpx's own wrapper costs time and adds nothing.
    return aiter(stream)


class AsyncBody(httpx.AsyncByteStream):
    """The body of a request; it knows whether the whole request has been sent."""

    def __init__(self, content: bytes | Multipart | None, on_progress: OnProgress | None) -> None:
        self._content = content
        self._on_progress = on_progress
        self._pieces: AsyncGenerator[bytes, None] | None = None
        self.has_left = False
        self.error: BaseException | None = None

    def __aiter__(self) -> AsyncIterator[bytes]:
        self._pieces = self._make_pieces()
        return self._pieces

    async def aclose(self) -> None:
        """Stop: the rest is no longer needed."""
        if self._pieces is not None:
            await self._pieces.aclose()

    async def _make_pieces(self) -> AsyncGenerator[bytes, None]:
        try:
            if isinstance(self._content, Multipart):
                async with aclosing(pieces_of(self._content)) as chunks:
                    async for chunk in chunks:
                        yield chunk.data
                        if self._on_progress is not None:
                            self._on_progress(chunk.progress)
            elif self._content:
                yield self._content
            self.has_left = True
        except BaseException as error:
            self.error = error
            raise
