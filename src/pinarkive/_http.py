"""The only module that imports httpx: connections, time limits, TLS, and what went wrong.

httpx 0.28 is the last of its line. What is amiss in it is dealt with here, so that moving away is a
change of this file.

Its time limits hold for a single wait on the socket, so a server that sends a byte now and then
can stretch a call for ever. The transports here therefore take the moment at which a call must
end in place of a number of seconds, and work out what is left at each wait.
"""

import asyncio
import concurrent.futures
import os
import ssl
import threading
import time
import weakref
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TypeAlias, TypeVar

import httpcore
import httpx

from ._core.decode import MAX_BODY, Answer
from ._core.encode import Outgoing
from ._core.multipart import Multipart
from ._core.retry import Failure
from ._files import Chunk, Progress, plain_chunks, read_body
from .errors import (
    APIConnectionError,
    APITimeoutError,
    ClientClosedError,
    InvalidInputError,
    PinarkiveError,
    Sent,
)

__all__ = ["AsyncHttp", "AsyncUserClient", "Failed", "Http", "OnProgress", "UserClient"]

CONNECT_TIMEOUT = 5.0
MAX_CONNECTIONS = 100
# Below the five seconds after which common servers close an idle connection.
KEEPALIVE_EXPIRY = 4.0
NO_TIME = 1e-3
PIECE = 64 * 1024

# Whose exceptions tell of the network; all others are errors of a program and pass.
NETWORK = frozenset({"anyio", "h11", "httpcore", "httpx", "ssl"})

UserClient: TypeAlias = httpx.Client
"""An `httpx.Client` of the user's own."""

AsyncUserClient: TypeAlias = httpx.AsyncClient
"""An `httpx.AsyncClient` of the user's own."""

A = TypeVar("A")
B = TypeVar("B")

OnProgress: TypeAlias = Callable[[Progress], object]
"""Called with a `Progress` after each piece of an upload."""


@dataclass(frozen=True, slots=True)
class Failed:
    """An attempt that failed: how it failed, and the error to raise if it was the last.

    `cause` is what httpx raised, to be chained.
    """

    failure: Failure
    error: PinarkiveError
    cause: BaseException | None = None


# What both sides share ---------------------------------------------------------------------------


@cache
def tls_context(cert_file: str | None, cert_dir: str | None) -> ssl.SSLContext:
    """Return the TLS context of the process: making one takes 20 ms."""
    for name, path in (("SSL_CERT_FILE", cert_file), ("SSL_CERT_DIR", cert_dir)):
        if path is not None and not os.path.exists(path):  # noqa: PTH110
            raise InvalidInputError(
                f"the environment variable {name} names {path!r}, which does not exist", name
            )
    try:
        return httpx.create_ssl_context()
    except (OSError, ssl.SSLError) as error:
        problem = str(error)
    raise InvalidInputError(f"the TLS certificates can not be read: {problem}", "SSL_CERT_FILE")


def verify_for(base_url: str) -> ssl.SSLContext:
    """Return the TLS context to use: an empty one, which trusts nobody, where none is needed."""
    if base_url.startswith("http://"):
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    environ = os.environ
    return tls_context(environ.get("SSL_CERT_FILE") or None, environ.get("SSL_CERT_DIR") or None)


def check_kind(http_client: object, kind: type) -> None:
    """Raise `InvalidInputError` if a client of the user's own is not of the right kind."""
    if http_client is not None and not isinstance(http_client, kind):
        raise InvalidInputError(
            f"http_client is an httpx.{kind.__name__}, not {type(http_client).__name__}",
            "http_client",
        )


@contextmanager
def bad_proxies_named() -> Generator[None, None, None]:
    """Turn what httpx says of a bad proxy in the environment into our error.

    Raises:
        InvalidInputError: A proxy variable can not be used; its text may hold a password.
    """
    problem = ""
    try:
        yield
    except (ImportError, ValueError, httpx.InvalidURL) as error:
        problem = type(error).__name__
    if problem:
        raise InvalidInputError(
            "a proxy of the environment (HTTP_PROXY, HTTPS_PROXY, ALL_PROXY or NO_PROXY) can not "
            f"be used ({problem}); SOCKS needs the package socksio",
            "http_client",
        )


def pool_limits() -> httpx.Limits:
    """Return the pool's limits: fewer idle connections than busy ones would make them churn."""
    return httpx.Limits(
        max_connections=MAX_CONNECTIONS,
        max_keepalive_connections=MAX_CONNECTIONS,
        keepalive_expiry=KEEPALIVE_EXPIRY,
    )


def seconds_left(deadline: float | None) -> float | None:
    """Return how long a wait may last."""
    return None if deadline is None else max(NO_TIME, deadline - time.monotonic())


def has_passed(deadline: float | None) -> bool:
    """Say whether no time is left."""
    return deadline is not None and time.monotonic() >= deadline


def connect_limit(deadline: float | None) -> float:
    """Return how long making a connection may last."""
    left = seconds_left(deadline)
    return CONNECT_TIMEOUT if left is None else min(CONNECT_TIMEOUT, left)


def timeouts(deadline: float | None, *, ours: bool) -> dict[str, float | None]:
    """Return the time limits as the transport takes them: ours the moment, others seconds."""
    left = seconds_left(deadline)
    if ours:
        return {"connect": deadline, "read": deadline, "write": deadline, "pool": left}
    return {"connect": connect_limit(deadline), "read": left, "write": left, "pool": left}


def to_httpx(
    outgoing: Outgoing,
    stream: httpx.SyncByteStream | httpx.AsyncByteStream,
    deadline: float | None,
    *,
    ours: bool,
) -> httpx.Request:
    """Return an outgoing request as httpx sends it: exactly these headers, no cookies."""
    url = httpx.URL(outgoing.url)
    return httpx.Request(
        outgoing.method,
        url,
        headers=[("Host", url.netloc.decode("ascii")), *outgoing.headers],
        stream=stream,
        extensions={"timeout": timeouts(deadline, ours=ours)},
    )


def to_answer(response: httpx.Response, body: bytes) -> Answer:
    """Return a response as plain data."""
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Answer(response.status_code, headers, body, datetime.now(UTC))


def is_plain(response: httpx.Response) -> bool:
    """Say whether the body came as it is: one that is encoded is refused, so never inflated."""
    return response.headers.get("content-encoding", "identity").strip().lower() in {"", "identity"}


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
    error: Exception, outgoing: Outgoing, *, body_left: bool, deadline: float | None
) -> Failed:
    """Return what an error of the transport means for the call."""
    where = f"{outgoing.method} {httpx.URL(outgoing.url).netloc.decode('ascii')}{outgoing.path}"
    failure, sent, problem = judge(error, body_left=body_left)
    kind: type[APIConnectionError] = APIConnectionError
    if isinstance(error, httpx.TimeoutException | TimeoutError):
        kind = APITimeoutError
        if deadline is not None and time.monotonic() >= deadline - NO_TIME:
            problem = f"the call's time limit passed ({problem})"
    found = kind(f"{where}: {problem}", sent)
    found.hint = outgoing.hint if sent == "maybe" else ""
    if failure is Failure.NOT_SENT:
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


class DeadlineStream(httpcore.NetworkStream):
    """A connection whose limits are moments, not seconds."""

    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Return what has arrived."""
        if has_passed(timeout):
            raise httpcore.ReadTimeout("the time is up")
        return self._inner.read(max_bytes, seconds_left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send all bytes; the time that is left is worked out for each piece that leaves."""
        for start in range(0, len(buffer), PIECE):
            if has_passed(timeout):
                raise httpcore.WriteTimeout("the time is up")
            self._inner.write(buffer[start : start + PIECE], seconds_left(timeout))

    def close(self) -> None:
        """Close the connection."""
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        """Return the connection with TLS."""
        limit = connect_limit(timeout)
        return DeadlineStream(self._inner.start_tls(ssl_context, server_hostname, limit))

    def get_extra_info(self, info: str) -> object:
        """Return a property of the connection."""
        return self._inner.get_extra_info(info)


class DeadlineBackend(httpcore.NetworkBackend):
    """Makes connections whose limits are moments."""

    def __init__(self, inner: httpcore.NetworkBackend) -> None:
        self._inner = inner

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Return a new connection."""
        limit = connect_limit(timeout)
        inner = self._inner.connect_tcp(host, port, limit, local_address, socket_options)
        return DeadlineStream(inner)


class Transport(httpx.HTTPTransport):
    """httpx's transport on connections whose limits are moments."""

    def __init__(self, verify: ssl.SSLContext, proxy: httpx.Proxy | None = None) -> None:
        super().__init__(verify=verify, trust_env=False, limits=pool_limits(), proxy=proxy)
        # httpx has no argument for the network backend, and no other place for a deadline.
        pool = self._pool
        pool._network_backend = DeadlineBackend(pool._network_backend)  # pyright: ignore[reportPrivateUsage]


class Client(httpx.Client):
    """An httpx client, with the proxies of the environment, on our transports."""

    def _build_redirect_request(
        self, request: httpx.Request, response: httpx.Response
    ) -> httpx.Request:
        # It is never sent, and making it would fail for a location that is no URL.
        return request

    def __init__(self, verify: ssl.SSLContext) -> None:
        self._context = verify
        super().__init__(verify=verify)

    def _init_transport(self, *args: object, **options: object) -> httpx.BaseTransport:
        return Transport(self._context)

    def _init_proxy_transport(
        self, proxy: httpx.Proxy, *args: object, **options: object
    ) -> httpx.BaseTransport:
        return Transport(self._context, proxy)


class Body(httpx.SyncByteStream):
    """A body on its way out; it knows whether all of it left."""

    def __init__(self, content: bytes | Multipart | None, on_progress: OnProgress | None) -> None:
        self._content = content
        self._on_progress = on_progress
        self.has_left = content is None
        self.error: BaseException | None = None

    def __iter__(self) -> Iterator[bytes]:
        try:
            if isinstance(self._content, Multipart):
                yield from self._pieces(self._content)
            elif self._content is not None:
                yield from plain_chunks(self._content)
            self.has_left = True
        except BaseException as error:
            self.error = error
            raise

    def _pieces(self, content: Multipart) -> Iterator[bytes]:
        with closing(read_body(content)) as chunks:
            for chunk in chunks:
                yield chunk.data
                if self._on_progress is not None:
                    self._on_progress(chunk.progress)


class Http:
    """Sends requests and brings answers; one for a client and all of its views."""

    def __init__(self, base_url: str, http_client: UserClient | None) -> None:
        check_kind(http_client, httpx.Client)
        self._verify = verify_for("http://" if http_client is not None else base_url)
        self._given = http_client
        self._lock = threading.Lock()
        self._own: httpx.Client | None = None
        self._process = 0
        self._closing = threading.Event()

    def exchange(
        self, outgoing: Outgoing, deadline: float | None, on_progress: OnProgress | None
    ) -> Answer | Failed:
        """Send a request once and return what came of it; errors of the caller's files pass."""
        client = self._client()
        body = Body(outgoing.body, on_progress)
        request = to_httpx(outgoing, body, deadline, ours=client is not self._given)
        try:
            response = client.send(request, stream=True, auth=None, follow_redirects=False)
            with closing(response):
                data = bytearray()
                for piece in response.iter_bytes() if is_plain(response) else ():
                    data += piece
                    if len(data) > MAX_BODY:
                        break
                    if has_passed(deadline):
                        raise httpx.ReadTimeout("the answer came too slowly")
                return to_answer(response, bytes(data))
        except Exception as error:
            if body.error is error or not is_of_the_network(error):
                raise
            problem = error
        if self._closing.is_set():
            return closed(outgoing, body_left=body.has_left)
        return failed(problem, outgoing, body_left=body.has_left, deadline=deadline)

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
        with self._lock:
            own, self._own = self._own, None
        if own is not None and self._process == os.getpid():
            own.close()

    def _client(self) -> httpx.Client:
        if self._closing.is_set():
            raise ClientClosedError
        if self._given is not None:
            if self._given.is_closed:
                raise ClientClosedError("The http_client that was given is closed")
            return self._given
        with self._lock:
            # A forked child must not read answers from its parent's connections.
            if self._own is None or self._process != os.getpid():
                with bad_proxies_named():
                    self._own = Client(self._verify)
                self._process = os.getpid()
                # A client that is dropped without being closed leaves no connection behind.
                weakref.finalize(self, self._own.close)
            return self._own


# The asynchronous side ---------------------------------------------------------------------------


class AsyncDeadlineStream(httpcore.AsyncNetworkStream):
    """A connection whose limits are moments, not seconds."""

    def __init__(self, inner: httpcore.AsyncNetworkStream) -> None:
        self._inner = inner

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Return what has arrived."""
        if has_passed(timeout):
            raise httpcore.ReadTimeout("the time is up")
        return await self._inner.read(max_bytes, seconds_left(timeout))

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send all bytes."""
        await self._inner.write(buffer, seconds_left(timeout))

    async def aclose(self) -> None:
        """Close the connection."""
        await self._inner.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Return the connection with TLS."""
        limit = connect_limit(timeout)
        return AsyncDeadlineStream(await self._inner.start_tls(ssl_context, server_hostname, limit))

    def get_extra_info(self, info: str) -> object:
        """Return a property of the connection."""
        return self._inner.get_extra_info(info)


class AsyncDeadlineBackend(httpcore.AsyncNetworkBackend):
    """Makes connections whose limits are moments."""

    def __init__(self, inner: httpcore.AsyncNetworkBackend) -> None:
        self._inner = inner

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Return a new connection."""
        limit = connect_limit(timeout)
        inner = await self._inner.connect_tcp(host, port, limit, local_address, socket_options)
        return AsyncDeadlineStream(inner)


class AsyncTransport(httpx.AsyncHTTPTransport):
    """httpx's transport on connections whose limits are moments."""

    def __init__(self, verify: ssl.SSLContext, proxy: httpx.Proxy | None = None) -> None:
        super().__init__(verify=verify, trust_env=False, limits=pool_limits(), proxy=proxy)
        # httpx has no argument for the network backend, and no other place for a deadline.
        pool = self._pool
        pool._network_backend = AsyncDeadlineBackend(pool._network_backend)  # pyright: ignore[reportPrivateUsage]


class AsyncClient(httpx.AsyncClient):
    """An httpx client, with the proxies of the environment, on our transports."""

    def _build_redirect_request(
        self, request: httpx.Request, response: httpx.Response
    ) -> httpx.Request:
        # It is never sent, and making it would fail for a location that is no URL.
        return request

    def __init__(self, verify: ssl.SSLContext) -> None:
        self._context = verify
        super().__init__(verify=verify)

    def _init_transport(self, *args: object, **options: object) -> httpx.AsyncBaseTransport:
        return AsyncTransport(self._context)

    def _init_proxy_transport(
        self, proxy: httpx.Proxy, *args: object, **options: object
    ) -> httpx.AsyncBaseTransport:
        return AsyncTransport(self._context, proxy)


# Reads files for all asynchronous clients; its threads end with the process.
READERS = concurrent.futures.ThreadPoolExecutor(thread_name_prefix="pinarkive-read")


class AsyncBody(httpx.AsyncByteStream):
    """A body on its way out; it knows whether all of it left. Files are read in a thread."""

    def __init__(self, content: bytes | Multipart | None, on_progress: OnProgress | None) -> None:
        self._content = content
        self._on_progress = on_progress
        self.has_left = content is None
        self.error: BaseException | None = None

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            if isinstance(self._content, Multipart):
                async for data in self._pieces(self._content):
                    yield data
            elif self._content is not None:
                for data in plain_chunks(self._content):
                    yield data
            self.has_left = True
        except BaseException as error:
            self.error = error
            raise

    async def _pieces(self, content: Multipart) -> AsyncIterator[bytes]:
        chunks = read_body(content)
        reading: concurrent.futures.Future[Chunk | None] | None = None
        try:
            while True:
                reading = READERS.submit(next, chunks, None)
                chunk = await asyncio.wrap_future(reading)
                if chunk is None:
                    return
                yield chunk.data
                if self._on_progress is not None:
                    self._on_progress(chunk.progress)
        finally:
            # A read that has begun goes on in its thread, cancelled or not; the file can be
            # closed only after it.
            if reading is None:
                chunks.close()
            else:
                reading.add_done_callback(lambda _: chunks.close())


async def closed_with_its_loop(client: AsyncClient) -> AsyncGenerator[None, None]:
    """Close a client's connections when its event loop ends, or when nobody holds this any more.

    An event loop finishes the asynchronous generators that began in it before it closes.
    """
    try:
        yield
    finally:
        await client.aclose()


class AsyncHttp:
    """Sends requests and brings answers; one for a client and all of its views."""

    def __init__(self, base_url: str, http_client: AsyncUserClient | None) -> None:
        check_kind(http_client, httpx.AsyncClient)
        self._verify = verify_for("http://" if http_client is not None else base_url)
        self._given = http_client
        self._own: AsyncClient | None = None
        self._guard: AsyncGenerator[None, None] | None = None
        self._owner: tuple[int, asyncio.AbstractEventLoop] | None = None
        self._closed = False

    async def exchange(
        self, outgoing: Outgoing, deadline: float | None, on_progress: OnProgress | None
    ) -> Answer | Failed:
        """Send a request once and return what came of it; errors of the caller's files pass."""
        client = await self._client()
        body = AsyncBody(outgoing.body, on_progress)
        request = to_httpx(outgoing, body, deadline, ours=client is not self._given)
        try:
            # Files and another's transports are not bound by the moment in the transports of ours.
            async with asyncio.timeout(seconds_left(deadline)):
                response = await client.send(
                    request, stream=True, auth=None, follow_redirects=False
                )
                try:
                    data = bytearray()
                    if is_plain(response):
                        async for piece in response.aiter_bytes():
                            data += piece
                            if len(data) > MAX_BODY:
                                break
                            if has_passed(deadline):
                                raise httpx.ReadTimeout("the answer came too slowly")
                    return to_answer(response, bytes(data))
                finally:
                    await response.aclose()
        except Exception as error:
            if body.error is error or not is_of_the_network(error):
                raise
            problem = error
        if self._closed:
            return closed(outgoing, body_left=body.has_left)
        return failed(problem, outgoing, body_left=body.has_left, deadline=deadline)

    async def run(self, function: Callable[[A], B], argument: A) -> B:
        """Call a function that waits for the disk, in a thread."""
        return await asyncio.to_thread(function, argument)

    async def pause(self, seconds: float) -> None:
        """Wait, unless the client is closed meanwhile."""
        await asyncio.sleep(seconds)
        if self._closed:
            raise ClientClosedError

    async def close(self) -> None:
        """Close the connections; a client of the user's own stays open."""
        self._closed = True
        guard, self._guard, self._own = self._guard, None, None
        if guard is not None and self._owner == (os.getpid(), asyncio.get_running_loop()):
            await guard.aclose()

    async def _client(self) -> httpx.AsyncClient:
        if self._closed:
            raise ClientClosedError
        if self._given is not None:
            if self._given.is_closed:
                raise ClientClosedError("The http_client that was given is closed")
            return self._given
        # Connections belong to one event loop and one process.
        owner = (os.getpid(), asyncio.get_running_loop())
        if self._own is None or self._owner != owner:
            with bad_proxies_named():
                own = AsyncClient(self._verify)
            self._own, self._owner = own, owner
            self._guard = closed_with_its_loop(own)
            await anext(self._guard)
        return self._own
