"""The only module that imports httpx: transports, TLS, and what went wrong.

httpx 0.28 is the last of its line. What is amiss in it is dealt with here and in the two modules
below (`_pool.py`, `_sockets.py`), so that moving away is a change of this file.

A request is made once, of ready parts, and goes straight to a transport: an `httpx.Client` would
spend as much time again on merging URLs, headers and cookies that we do not want merged.
"""

import asyncio
import concurrent.futures
import os
import ssl
import threading
import time
import weakref
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator, Iterator
from contextlib import aclosing, closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import TypeAlias, TypeVar
from urllib.request import getproxies

import httpx

from ._core.decode import MAX_BODY, Answer, is_identity
from ._core.encode import Outgoing
from ._core.multipart import Multipart
from ._core.proxy import proxy_for
from ._core.retry import Failure
from ._io.living import Living
from ._io.reading import (
    BATCH,
    Chunk,
    OnProgress,
    has_file_objects,
    is_in_memory,
    is_large_on_disk,
    read_body,
    start_reading,
)
from ._pool import MAX_CONNECTIONS, AsyncPool, Pool
from ._sockets import CONNECT_TIMEOUT, AsyncBackend, Backend, has_passed, seconds_left
from .errors import (
    APIConnectionError,
    APITimeoutError,
    ClientClosedError,
    InvalidInputError,
    PinarkiveError,
    Sent,
)

__all__ = ["AsyncHttp", "AsyncUserClient", "Failed", "Http", "UserClient", "check_asyncio"]

# Below the five seconds after which common servers close an idle connection.
KEEPALIVE_EXPIRY = 4.0
NO_TIME = 1e-3
GRACE = 0.05
# After so many pieces of an answer others have their turn: a server may make them a byte long.
MANY_PIECES = 100

# Each batch costs a hop from a thread to the event loop, which takes as long as half a MiB.
ASYNC_BATCH = 2 * BATCH

# Whose exceptions tell of the network; all others are errors of a program and pass.
NETWORK = frozenset({"anyio", "h11", "httpcore", "httpx", "ssl"})

UserClient: TypeAlias = httpx.Client
"""An `httpx.Client` of the user's own."""

AsyncUserClient: TypeAlias = httpx.AsyncClient
"""An `httpx.AsyncClient` of the user's own."""

A = TypeVar("A")
B = TypeVar("B")


@dataclass(frozen=True, slots=True)
class Failed:
    """An attempt that failed: how it failed, and the error to raise if it was the last.

    `cause` is what httpx raised, to be chained.
    """

    failure: Failure
    error: PinarkiveError
    cause: BaseException | None = None


# What both sides share ---------------------------------------------------------------------------


TLS_VARIABLES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE")


@cache
def tls_context(*values: str | None) -> ssl.SSLContext:
    """Return the TLS context for the values of the variables: making one takes 20 ms."""
    for name, path in zip(TLS_VARIABLES[:2], values, strict=False):
        if path and not os.path.exists(path):  # noqa: PTH110
            raise InvalidInputError(
                f"the environment variable {name} names {path!r}, which does not exist", name
            )
    try:
        return httpx.create_ssl_context()
    except OSError as error:
        problem = f"{type(error).__name__}: {error}"
        is_key_log = values[2] is not None and error.filename == values[2]
    name = "SSLKEYLOGFILE" if is_key_log else "SSL_CERT_FILE"
    raise InvalidInputError(f"the file that {name} names can not be used: {problem}", name)


@cache
def no_tls() -> ssl.SSLContext:
    """Return a TLS context that trusts nobody, for where there is no TLS."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def verify_for(base_url: str) -> ssl.SSLContext:
    """Return the TLS context to use, one for the whole process."""
    if base_url.startswith("http://"):
        return no_tls()
    return tls_context(*(os.environ.get(name) or None for name in TLS_VARIABLES))


def check_kind(http_client: object, kind: type) -> None:
    """Raise `InvalidInputError` if a client of the user's own is not of the right kind."""
    if http_client is not None and not isinstance(http_client, kind):
        raise InvalidInputError(
            f"http_client is an httpx.{kind.__name__}, not {type(http_client).__name__}",
            "http_client",
        )


def environment_proxy(base_url: str) -> httpx.Proxy | None:
    """Return the proxy that the environment names for a server.

    Raises:
        InvalidInputError: The variable can not be used; its text may hold a password.
    """
    url = proxy_for(base_url, getproxies())
    if url is None:
        return None
    try:
        return httpx.Proxy(url)
    except (ValueError, httpx.InvalidURL) as error:
        problem = type(error).__name__
    raise bad_proxy(problem)


def bad_proxy(problem: str) -> InvalidInputError:
    """Return the error for a proxy of the environment that can not be used."""
    return InvalidInputError(
        f"the proxy of the environment (HTTP_PROXY, HTTPS_PROXY or ALL_PROXY) can not be used "
        f"({problem}); SOCKS needs the package socksio",
        "http_client",
    )


def pool_limits() -> httpx.Limits:
    """Return the limits of connections that are kept for the next request."""
    return httpx.Limits(keepalive_expiry=KEEPALIVE_EXPIRY)


def timeouts(deadline: float | None, *, ours: bool) -> dict[str, float | None]:
    """Return the time limits as the transport takes them: ours the moment, others seconds."""
    if ours:
        return dict.fromkeys(("connect", "read", "write", "pool"), deadline)
    left = seconds_left(deadline)
    connect = CONNECT_TIMEOUT if left is None else min(CONNECT_TIMEOUT, left)
    return {"connect": connect, "read": left, "write": left, "pool": left}


@lru_cache(maxsize=256)
def parsed(url: str) -> tuple[httpx.URL, str]:
    """Return a URL as httpx has it, and the host as a header names it; parsing is slow.

    Raises:
        InvalidInputError: It is no URL of a server.
    """
    try:
        found = httpx.URL(url)
        if found.host and found.scheme in {"https", "http"}:
            return found, found.netloc.decode("ascii")
        problem = "it needs a scheme (https:// or http://) and a host"
    except httpx.InvalidURL as error:
        problem = str(error)
    raise InvalidInputError(f"base_url: the URL can not be used: {problem}", "base_url")


def to_httpx(
    outgoing: Outgoing,
    stream: httpx.SyncByteStream | httpx.AsyncByteStream,
    deadline: float | None,
    *,
    ours: bool,
) -> httpx.Request:
    """Return an outgoing request as httpx sends it: exactly these headers, no cookies."""
    url, host = parsed(outgoing.url)
    return httpx.Request(
        outgoing.method,
        url,
        headers=[("Host", host), *outgoing.headers],
        stream=stream,
        extensions={"timeout": timeouts(deadline, ours=ours)},
    )


def headers_of(response: httpx.Response) -> dict[str, str]:
    """Return a response's headers by name in lower case, repeated ones joined."""
    headers: dict[str, str] = {}
    for raw_name, raw_value in response.headers.raw:
        name, value = raw_name.lower().decode("latin-1"), raw_value.decode("utf-8", "replace")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


def to_answer(
    status: int, headers: dict[str, str], pieces: list[bytes], *, has_left: bool
) -> Answer:
    """Return a response as plain data.

    Args:
        status: The HTTP status.
        headers: The headers.
        pieces: What was read of the body; one that is too large has been cut off.
        has_left: Whether the whole request had been sent.
    """
    is_cut = sum(map(len, pieces)) > MAX_BODY
    return Answer(
        status=status,
        headers=headers,
        body=pieces[0] if is_cut else b"".join(pieces),
        received=datetime.now(UTC),
        is_cut=is_cut,
        is_early=not has_left,
    )


def is_enough(size: int, deadline: float | None) -> bool:
    """Say whether no more of a body need be read."""
    if has_passed(deadline):
        raise httpx.ReadTimeout("the answer came too slowly")
    return size > MAX_BODY


def is_of_the_network(error: Exception) -> bool:
    """Say whether an error tells of the connection, and not of a mistake in a program."""
    library = type(error).__module__.partition(".")[0]
    return isinstance(error, OSError) or library in NETWORK


def closed(outgoing: Outgoing, *, body_left: bool) -> Failed:
    """Return the failure of a call under which the client was closed."""
    error = ClientClosedError("The client was closed while the call was under way")
    error.sent = "maybe" if body_left else "no"
    error.hint = outgoing.hint if body_left else ""
    return Failed(Failure.FINAL, error)


def failed(
    error: Exception,
    outgoing: Outgoing,
    *,
    body_left: bool,
    deadline: float | None,
    has_answered: bool,
) -> Failed:
    """Return what an error of the transport means for the call.

    Args:
        error: The error.
        outgoing: What was to be sent.
        body_left: Whether all of it has been.
        deadline: The moment at which the call must have ended.
        has_answered: Whether the server has ever answered, so that it does speak HTTP.
    """
    where = f"{outgoing.method} {parsed(outgoing.url)[1]}{outgoing.path}"
    failure, sent, problem = judge(error, body_left=body_left)
    if isinstance(error, httpx.ReadError | httpx.RemoteProtocolError) and not has_answered:
        scheme = parsed(outgoing.url)[0].scheme
        other = "http" if scheme == "https" else "https"
        problem = f"{problem}; does the server speak {scheme}, and not {other}?"
    kind: type[APIConnectionError] = APIConnectionError
    if isinstance(error, httpx.TimeoutException | TimeoutError):
        kind = APITimeoutError
        if deadline is not None and time.monotonic() >= deadline - NO_TIME:
            problem = f"the call's time limit passed ({problem})"
    found = kind(f"{where}: {problem}", sent)
    if sent == "maybe":
        found.hint = outgoing.hint
    elif failure is Failure.NOT_SENT and not outgoing.rewindable:
        found.hint = "what was read of the stream can not be rewound, so it is not sent again"
    elif failure is Failure.NOT_SENT and isinstance(outgoing.body, Multipart):
        found.hint = "the server may have refused it for its size, the credential or the plan"
    return Failed(failure, found, without_request(error))


def judge(error: Exception, *, body_left: bool) -> tuple[Failure, Sent, str]:
    """Return how an attempt failed, whether the server may have acted, and what to tell."""
    text = str(error) or type(error).__name__
    if isinstance(error, httpx.PoolTimeout):
        problem = f"no connection was free in time (max_connections is {MAX_CONNECTIONS})"
        return Failure.NOT_CONNECTED, "no", problem
    if isinstance(error, httpx.ConnectTimeout):
        return Failure.NOT_CONNECTED, "no", "no connection was made in time"
    certificate = cause_of(error, ssl.SSLCertVerificationError)
    if certificate is not None:
        return Failure.FINAL, "no", f"the server's certificate was refused: {certificate}"
    if cause_of(error, ssl.SSLError) is not None and isinstance(error, httpx.ConnectError):
        return Failure.NOT_CONNECTED, "no", f"TLS failed ({text}); is this really https?"
    if isinstance(error, httpx.ConnectError | httpx.ProxyError | httpx.UnsupportedProtocol):
        return Failure.NOT_CONNECTED, "no", f"no connection was made ({text})"
    if not body_left:
        return Failure.NOT_SENT, "no", f"the connection broke before all was sent ({text})"
    if isinstance(error, httpx.TimeoutException | TimeoutError):
        return Failure.UNKNOWN, "maybe", "it was sent, and no answer came in time"
    return Failure.UNKNOWN, "maybe", f"it was sent, and its answer was lost ({text})"


def cause_of(error: BaseException | None, kind: type[BaseException]) -> BaseException | None:
    """Return the error of a kind that stands behind another, if there is one."""
    while error is not None and not isinstance(error, kind):
        error = error.__cause__ or error.__context__
    return error


def without_request(error: Exception) -> Exception:
    """Return the error without its request, whose headers hold the credential."""
    if isinstance(error, httpx.RequestError):
        error.__dict__.pop("_request", None)
    return error


# The synchronous side ----------------------------------------------------------------------------


class Transport(httpx.HTTPTransport):
    """httpx's transport, on our pool and sockets."""

    def __init__(self, base_url: str, verify: ssl.SSLContext) -> None:
        proxy = environment_proxy(base_url)
        try:
            super().__init__(verify=verify, trust_env=False, limits=pool_limits(), proxy=proxy)
        except (ImportError, ValueError) as error:
            problem = type(error).__name__
        else:
            problem = ""
        if problem:
            raise bad_proxy(problem)
        # httpx has no argument for either, and no other place for them.
        backend = Backend()
        self._pool._network_backend = backend  # pyright: ignore[reportPrivateUsage]
        self._pool = self.pool = Pool(self._pool.create_connection, backend.opened)


def body_of(response: httpx.Response) -> Iterator[bytes]:
    """Return a response's body, also where somebody else (a hook, a mock) has read it already."""
    stream = response.stream
    if response.is_stream_consumed or not isinstance(stream, httpx.SyncByteStream):
        return response.iter_bytes()
    # What httpx would put around it costs time and adds nothing.
    return iter(stream)


class Body(httpx.SyncByteStream):
    """A request's body on its way out; it knows whether all of the request has left."""

    def __init__(self, content: bytes | Multipart | None, on_progress: OnProgress | None) -> None:
        self._content = content
        self._on_progress = on_progress
        self.has_left = False
        self.error: BaseException | None = None

    def __iter__(self) -> Iterator[bytes]:
        try:
            if isinstance(self._content, Multipart):
                yield from self._pieces(self._content)
            elif self._content:
                yield self._content
            self.has_left = True
        except BaseException as error:
            self.error = error
            raise

    def _pieces(self, content: Multipart) -> Iterator[bytes]:
        read = read_ahead if is_large_on_disk(content) else read_body
        with closing(read(content)) as chunks:
            for chunk in chunks:
                yield chunk.data
                if self._on_progress is not None:
                    self._on_progress(chunk.progress)


def read_ahead(content: Multipart) -> Generator[Chunk, None, None]:
    """Yield a body piece by piece, the next ones being read in a thread meanwhile."""
    chunks = read_body(content)
    reading = start_reading(chunks, BATCH)
    try:
        is_last = False
        while not is_last:
            read, is_last = reading.result()
            if not is_last:
                reading = start_reading(chunks, BATCH)
            yield from read
    finally:
        # A read that has begun goes on in its thread; the file can be closed only after it.
        concurrent.futures.wait([reading])
        chunks.close()


class Http:
    """Sends requests and brings answers; one for a client and all of its views."""

    def __init__(self, base_url: str, http_client: UserClient | None) -> None:
        check_kind(http_client, httpx.Client)
        self._base_url = base_url
        self._verify = no_tls() if http_client is not None else verify_for(base_url)
        self._given = http_client
        # By process: a forked child must not read answers from its parent's connections. They are
        # under no lock, since one that is held while a process forks stays locked in the child.
        self._transports: dict[int, Transport] = {}
        self._closing = threading.Event()
        self._children: Living[Http] = Living()
        self._has_answered = False

    def apart(self) -> "Http":
        """Return one with connections of its own, which is closed with this one."""
        if self._closing.is_set():
            raise ClientClosedError
        child = Http(self._base_url, self._given)
        self._children.add(child)
        return child

    @property
    def is_given(self) -> bool:
        """Whether it uses a client of the user's own."""
        return self._given is not None

    def exchange(
        self, outgoing: Outgoing, deadline: float | None, on_progress: OnProgress | None
    ) -> Answer | Failed:
        """Send a request once and return what came of it; errors of the caller's files pass."""
        body = Body(outgoing.body, on_progress)
        try:
            with closing(self._send(outgoing, body, deadline)) as response:
                self._has_answered = True
                headers = headers_of(response)
                pieces: list[bytes] = []
                size = 0
                for piece in body_of(response) if is_identity(headers) else ():
                    pieces.append(piece)
                    size += len(piece)
                    if is_enough(size, deadline):
                        break
                has_left = body.has_left
                return to_answer(response.status_code, headers, pieces, has_left=has_left)
        except Exception as error:
            if body.error is error or not is_of_the_network(error):
                raise
            problem = error
        if self._closing.is_set():
            return closed(outgoing, body_left=body.has_left)
        return failed(
            problem,
            outgoing,
            body_left=body.has_left,
            deadline=deadline,
            has_answered=self._has_answered,
        )

    def run(self, function: Callable[[A], B], argument: A) -> B:
        """Call a function that waits for the disk."""
        return function(argument)

    def pause(self, seconds: float) -> None:
        """Wait, unless the client is closed meanwhile."""
        if self._closing.wait(seconds):
            raise ClientClosedError

    def close(self) -> None:
        """Close the connections; a client of the user's own stays open."""
        self._closing.set()
        for child in self._children:
            child.close()
        transport = self._transports.pop(os.getpid(), None)
        if transport is not None:
            transport.close()

    def _send(self, outgoing: Outgoing, body: Body, deadline: float | None) -> httpx.Response:
        if self._closing.is_set():
            raise ClientClosedError
        if self._given is None:
            request = to_httpx(outgoing, body, deadline, ours=True)
            return self._transport().handle_request(request)
        if self._given.is_closed:
            raise ClientClosedError("The http_client that was given is closed")
        request = to_httpx(outgoing, body, deadline, ours=False)
        return self._given.send(request, stream=True, auth=None, follow_redirects=False)

    def _transport(self) -> Transport:
        process = os.getpid()
        transport = self._transports.get(process)
        if transport is not None:
            return transport
        made = Transport(self._base_url, self._verify)
        transport = self._transports.setdefault(process, made)
        if transport is made:
            # A client that is dropped without being closed leaves no connection behind.
            weakref.finalize(self, made.pool.abandon)
        if self._closing.is_set():
            # It was closed since this call began, and may not know of this transport.
            transport.close()
            raise ClientClosedError
        for other in self._transports.keys() - {process}:
            self._transports.pop(other).pool.abandon()
        return transport


# The asynchronous side ---------------------------------------------------------------------------


class AsyncTransport(httpx.AsyncHTTPTransport):
    """httpx's transport, on our pool and sockets."""

    def __init__(self, base_url: str, verify: ssl.SSLContext) -> None:
        proxy = environment_proxy(base_url)
        try:
            super().__init__(verify=verify, trust_env=False, limits=pool_limits(), proxy=proxy)
        except (ImportError, ValueError) as error:
            problem = type(error).__name__
        else:
            problem = ""
        if problem:
            raise bad_proxy(problem)
        # httpx has no argument for either, and no other place for them.
        backend = AsyncBackend()
        self._pool._network_backend = backend  # pyright: ignore[reportPrivateUsage]
        self._pool = self.pool = AsyncPool(self._pool.create_connection, backend.opened)


def async_body_of(response: httpx.Response) -> AsyncIterator[bytes]:
    """Return a response's body, also where somebody else (a hook, a mock) has read it already."""
    stream = response.stream
    if response.is_stream_consumed or not isinstance(stream, httpx.AsyncByteStream):
        return response.aiter_bytes()
    # What httpx would put around it costs time and adds nothing.
    return aiter(stream)


class AsyncBody(httpx.AsyncByteStream):
    """A request's body on its way out; it knows whether all of the request has left.

    Files are read ahead in a thread.
    """

    def __init__(self, content: bytes | Multipart | None, on_progress: OnProgress | None) -> None:
        self._content = content
        self._on_progress = on_progress
        self._pieces = self._make_pieces()
        self.has_left = False
        self.error: BaseException | None = None

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._pieces

    async def aclose(self) -> None:
        """Stop where it is: what was not sent is not needed any more."""
        await self._pieces.aclose()

    async def _make_pieces(self) -> AsyncGenerator[bytes, None]:
        try:
            if isinstance(self._content, Multipart):
                read = read_at_once if is_in_memory(self._content) else async_read_ahead
                async with aclosing(read(self._content)) as chunks:
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


def check_asyncio() -> None:
    """Raise `InvalidInputError` where no task of asyncio runs, but perhaps one of trio."""
    with suppress(RuntimeError):
        if asyncio.current_task() is not None:
            return
    raise InvalidInputError(
        "AsyncPinarkiveClient runs on asyncio, and this is no task of asyncio: use it there, or "
        "PinarkiveClient in a thread (trio.to_thread.run_sync)"
    ) from None


async def read_at_once(content: Multipart) -> AsyncGenerator[Chunk, None]:
    """Yield a body that is in memory, piece by piece."""
    for chunk in read_body(content):
        yield chunk


async def async_read_ahead(content: Multipart) -> AsyncGenerator[Chunk, None]:
    """Yield a body piece by piece, the next ones being read in a thread meanwhile."""
    chunks = read_body(content)
    may_stall = has_file_objects(content)
    reading = start_reading(chunks, ASYNC_BATCH, may_stall=may_stall)
    try:
        is_last = False
        while not is_last:
            read, is_last = await asyncio.wrap_future(reading)
            if not is_last:
                reading = start_reading(chunks, ASYNC_BATCH, may_stall=may_stall)
            for chunk in read:
                yield chunk
    finally:
        # A read that has begun goes on in its thread, cancelled or not; the file can be closed
        # only after it.
        reading.add_done_callback(lambda _: chunks.close())


def last_resort(deadline: float | None) -> float | None:
    """Return the seconds after which a call is ended from outside.

    Our connections end at the moment itself and say what they waited for; files and another's
    transports know of no moment.
    """
    return None if deadline is None else deadline - time.monotonic() + GRACE


class AsyncHttp:
    """Sends requests and brings answers; one for a client and all of its views."""

    def __init__(self, base_url: str, http_client: AsyncUserClient | None) -> None:
        check_kind(http_client, httpx.AsyncClient)
        self._base_url = base_url
        self._verify = no_tls() if http_client is not None else verify_for(base_url)
        self._given = http_client
        self._own: AsyncTransport | None = None
        self._owner: tuple[int, asyncio.AbstractEventLoop] | None = None
        self._pauses: set[asyncio.Future[None]] = set()
        self._closed = False
        self._children: Living[AsyncHttp] = Living()
        self._has_answered = False

    def apart(self) -> "AsyncHttp":
        """Return one with connections of its own, which is closed with this one."""
        if self._closed:
            raise ClientClosedError
        child = AsyncHttp(self._base_url, self._given)
        self._children.add(child)
        return child

    @property
    def is_given(self) -> bool:
        """Whether it uses a client of the user's own."""
        return self._given is not None

    async def exchange(
        self, outgoing: Outgoing, deadline: float | None, on_progress: OnProgress | None
    ) -> Answer | Failed:
        """Send a request once and return what came of it; errors of the caller's files pass."""
        body = AsyncBody(outgoing.body, on_progress)
        try:
            async with (
                asyncio.timeout(last_resort(deadline)),
                aclosing(body),
                aclosing(await self._send(outgoing, body, deadline)) as response,
            ):
                self._has_answered = True
                headers = headers_of(response)
                pieces: list[bytes] = []
                size = 0
                if is_identity(headers):
                    async for piece in async_body_of(response):
                        pieces.append(piece)
                        size += len(piece)
                        if is_enough(size, deadline):
                            break
                        if len(pieces) % MANY_PIECES == 0:
                            await asyncio.sleep(0)
                has_left = body.has_left
                return to_answer(response.status_code, headers, pieces, has_left=has_left)
        except Exception as error:
            if body.error is error or not is_of_the_network(error):
                check_asyncio()
                raise
            problem = error
        if self._closed:
            return closed(outgoing, body_left=body.has_left)
        return failed(
            problem,
            outgoing,
            body_left=body.has_left,
            deadline=deadline,
            has_answered=self._has_answered,
        )

    async def run(self, function: Callable[[A], B], argument: A) -> B:
        """Call a function that waits for the disk, in a thread."""
        check_asyncio()
        return await asyncio.to_thread(function, argument)

    async def pause(self, seconds: float) -> None:
        """Wait, unless the client is closed meanwhile."""
        pause: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._pauses.add(pause)
        try:
            await asyncio.wait([pause], timeout=seconds)
        finally:
            self._pauses.discard(pause)
        if self._closed:
            raise ClientClosedError

    async def close(self) -> None:
        """Close the connections; a client of the user's own stays open."""
        self._closed = True
        for child in self._children:
            await child.close()
        for pause in self._pauses:
            pause.cancel()
        own, self._own = self._own, None
        if own is None:
            return
        owner = None
        with suppress(RuntimeError):
            owner = (os.getpid(), asyncio.get_running_loop())
        if self._owner == owner:
            await own.aclose()
        else:
            own.pool.abandon()

    async def _send(
        self, outgoing: Outgoing, body: AsyncBody, deadline: float | None
    ) -> httpx.Response:
        if self._closed:
            raise ClientClosedError
        if self._given is None:
            request = to_httpx(outgoing, body, deadline, ours=True)
            return await self._transport().handle_async_request(request)
        if self._given.is_closed:
            raise ClientClosedError("The http_client that was given is closed")
        request = to_httpx(outgoing, body, deadline, ours=False)
        return await self._given.send(request, stream=True, auth=None, follow_redirects=False)

    def _transport(self) -> AsyncTransport:
        # Connections belong to one event loop and one process.
        owner = (os.getpid(), asyncio.get_running_loop())
        if self._own is None or self._owner != owner:
            if self._own is not None:
                self._own.pool.abandon()
            self._own, self._owner = AsyncTransport(self._base_url, self._verify), owner
            # A client that is dropped without being closed leaves no connection behind.
            weakref.finalize(self, self._own.pool.abandon)
        return self._own
