"""What we use of httpx and httpcore that is private there: a new version may be without it."""

from collections.abc import Callable, Iterable

import httpcore
import httpx
import pytest

from pinarkive._io.private import async_own_pool, has_surplus, own_pool, without_request

PLAIN, TLS = (httpcore.Origin(scheme, b"localhost", 1) for scheme in (b"http", b"https"))
PROXY = "http://localhost:1"


def connection_of(pool: httpcore.ConnectionPool, origin: httpcore.Origin) -> object:
    return pool.create_connection(origin)


def async_connection_of(pool: httpcore.AsyncConnectionPool, origin: httpcore.Origin) -> object:
    return pool.create_connection(origin)


ATTRIBUTES: dict[str, tuple[Callable[[], object], str]] = {
    "httpx.HTTPTransport": (httpx.HTTPTransport, "_pool"),
    "httpx.AsyncHTTPTransport": (httpx.AsyncHTTPTransport, "_pool"),
    "httpx.RequestError": (lambda: httpx.RequestError("no"), "_request"),
    "httpcore.ConnectionPool": (httpcore.ConnectionPool, "_network_backend"),
    "httpcore.AsyncConnectionPool": (httpcore.AsyncConnectionPool, "_network_backend"),
    "httpcore.HTTPProxy": (lambda: httpcore.HTTPProxy(PROXY), "_network_backend"),
    "httpcore.AsyncHTTPProxy": (lambda: httpcore.AsyncHTTPProxy(PROXY), "_network_backend"),
    "a connection": (lambda: connection_of(httpcore.ConnectionPool(), PLAIN), "_connection"),
    "an asynchronous connection": (
        lambda: async_connection_of(httpcore.AsyncConnectionPool(), PLAIN),
        "_connection",
    ),
    "a connection to a proxy": (
        lambda: connection_of(httpcore.HTTPProxy(PROXY), PLAIN),
        "_connection",
    ),
    "an asynchronous connection to a proxy": (
        lambda: async_connection_of(httpcore.AsyncHTTPProxy(PROXY), PLAIN),
        "_connection",
    ),
    "a connection through a proxy": (
        lambda: connection_of(httpcore.HTTPProxy(PROXY), TLS),
        "_connection",
    ),
    "an asynchronous connection through a proxy": (
        lambda: async_connection_of(httpcore.AsyncHTTPProxy(PROXY), TLS),
        "_connection",
    ),
    "httpcore.HTTP11Connection": (
        lambda: httpcore.HTTP11Connection(PLAIN, httpcore.MockStream([])),
        "_h11_state",
    ),
    "httpcore.AsyncHTTP11Connection": (
        lambda: httpcore.AsyncHTTP11Connection(PLAIN, httpcore.AsyncMockStream([])),
        "_h11_state",
    ),
}


@pytest.mark.parametrize("owner", ATTRIBUTES)
def test_the_attribute_is_there(owner: str) -> None:
    make, name = ATTRIBUTES[owner]
    assert hasattr(make(), name), (
        f"{owner} has no {name} any more, in httpx {httpx.__version__} and httpcore "
        f"{httpcore.__version__}: see src/pinarkive/_io/private.py"
    )


class Backend(httpcore.NetworkBackend):
    """One that is only asked."""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        raise LookupError(host)


class AsyncBackend(httpcore.AsyncNetworkBackend):
    """One that is only asked."""

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        raise LookupError(host)


class Pool(httpcore.ConnectionPool):
    """One that sends each request on a connection of its own."""

    def __init__(self, connect: Callable[[httpcore.Origin], httpcore.ConnectionInterface]) -> None:
        super().__init__()
        self.connect = connect

    def handle_request(self, request: httpcore.Request) -> httpcore.Response:
        return self.connect(request.url.origin).handle_request(request)


class AsyncPool(httpcore.AsyncConnectionPool):
    """One that sends each request on a connection of its own."""

    def __init__(
        self, connect: Callable[[httpcore.Origin], httpcore.AsyncConnectionInterface]
    ) -> None:
        super().__init__()
        self.connect = connect

    async def handle_async_request(self, request: httpcore.Request) -> httpcore.Response:
        return await self.connect(request.url.origin).handle_async_request(request)


@pytest.mark.parametrize(("proxy", "host"), [(None, "server"), ("http://proxy", "proxy")])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_pool_and_sockets_of_ours_are_used(proxy: str | None, host: str, scheme: str) -> None:
    transport = httpx.HTTPTransport(proxy=proxy)
    own_pool(transport, Backend(), Pool)
    with pytest.raises(LookupError, match=host):
        transport.handle_request(httpx.Request("GET", f"{scheme}://server"))


@pytest.mark.anyio
@pytest.mark.parametrize(("proxy", "host"), [(None, "server"), ("http://proxy", "proxy")])
@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_a_pool_and_sockets_of_ours_are_used_on_asyncio(
    proxy: str | None, host: str, scheme: str
) -> None:
    transport = httpx.AsyncHTTPTransport(proxy=proxy)
    async_own_pool(transport, AsyncBackend(), AsyncPool)
    with pytest.raises(LookupError, match=host):
        await transport.handle_async_request(httpx.Request("GET", f"{scheme}://server"))


def test_more_than_an_answer_is_seen() -> None:
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
    for more in (b"", b"HTTP/1.1 200 OK"):
        stream = httpcore.MockStream([answer + more])
        connection = httpcore.HTTP11Connection(PLAIN, stream, keepalive_expiry=5)
        request = httpcore.Request("GET", "http://localhost:1/", headers={"Host": "localhost"})
        response = connection.handle_request(request)
        assert response.read() == b"{}"
        assert has_surplus(connection) is bool(more)


def test_an_error_is_left_without_its_request() -> None:
    request = httpx.Request("GET", "http://localhost", headers={"Authorization": "secret"})
    error = without_request(httpx.ReadError("no", request=request))
    assert "secret" not in repr(vars(error))
    assert request not in vars(error).values()
