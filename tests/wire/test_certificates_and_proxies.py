"""An authority, a client certificate and a proxy that the client was told of."""

import asyncio
import base64
import pickle
import ssl
from typing import Any

import httpx
import pytest
import trustme

from pinarkive import (
    APIConnectionError,
    AsyncPinarkiveClient,
    InvalidInputError,
    PinarkiveClient,
    PinarkiveError,
    User,
)

from .both import BOTH, Kind
from .certificates import authority, server_context
from .faults import KEY
from .server import FaultServer, Read, Send, json_answer

ME = (Read(), Send(json_answer(b'{"id": "u1"}')))
PASSWORD = "proxy-password"


def me(kind: Kind, base_url: str, **options: Any) -> User | PinarkiveError:
    """Return the account, or the error, as a view of a client gets it."""
    try:
        if kind == "async":

            async def main() -> User:
                async with AsyncPinarkiveClient(
                    api_key=KEY, base_url=base_url, **options
                ) as client:
                    return await client.with_options(max_retries=0).users.me()

            return asyncio.run(main())
        with PinarkiveClient(api_key=KEY, base_url=base_url, **options) as client:
            return client.with_options(max_retries=0).users.me()
    except PinarkiveError as error:
        return error


def trusting() -> ssl.SSLContext:
    """Return a context that trusts the tests' authority."""
    return ssl.create_default_context(cadata=authority().cert_pem.bytes().decode())


def show(context: ssl.SSLContext, certificate: trustme.LeafCert) -> None:
    """Let one side of a connection show a certificate."""
    with certificate.private_key_and_cert_chain_pem.tempfile() as path:
        context.load_cert_chain(path)


@BOTH
def test_an_authority_of_ones_own(kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    with FaultServer(ME, ME, tls=server_context("good")) as server:
        assert isinstance(me(kind, server.base_url), APIConnectionError)
        assert isinstance(me(kind, server.base_url, ssl_context=trusting()), User)


@BOTH
def test_a_client_certificate(kind: Kind) -> None:
    clients = trustme.CA()
    wanting = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    show(wanting, authority().issue_cert("127.0.0.1"))
    wanting.load_verify_locations(cadata=clients.cert_pem.bytes().decode())
    wanting.verify_mode = ssl.CERT_REQUIRED
    with FaultServer(ME, ME, tls=wanting) as server:
        context = trusting()
        assert isinstance(me(kind, server.base_url, ssl_context=context), PinarkiveError)
        show(context, clients.issue_cert("client@example.com"))
        assert isinstance(me(kind, server.base_url, ssl_context=context), User)


@BOTH
def test_a_proxy_with_a_password(kind: Kind) -> None:
    with FaultServer(ME) as proxy:
        url = proxy.base_url.removesuffix("/api/v3").replace("//", f"//user:{PASSWORD}@")
        found = me(kind, "http://api.example", allow_insecure=True, proxy=url)
        assert isinstance(found, User)
        head = proxy.requests[0].head.decode()
    assert head.startswith("GET http://api.example/api/v3/users/me HTTP/1.1")
    assert base64.b64encode(f"user:{PASSWORD}".encode()).decode() in head


@BOTH
def test_the_password_of_a_proxy_shows_nowhere(kind: Kind) -> None:
    found = me(kind, "https://api.example", proxy=f"http://user:{PASSWORD}@127.0.0.1:9")
    assert isinstance(found, APIConnectionError)
    assert PASSWORD not in str(found) + repr(vars(found))
    client = PinarkiveClient(proxy=f"http://user:{PASSWORD}@127.0.0.1:9")
    assert PASSWORD not in repr(client)
    with client, pytest.raises(TypeError, match="proxy"):
        pickle.dumps(client)


@pytest.mark.parametrize(
    "url",
    [
        "127.0.0.1:9",
        f"ftp://u:{PASSWORD}@a",
        f"http://u:{PASSWORD}@",
        f"http://u:{PASSWORD}@a:x",
        5,
        "",
    ],
)
@pytest.mark.parametrize("client", [PinarkiveClient, AsyncPinarkiveClient])
def test_what_is_no_proxy_is_refused(client: type[Any], url: object) -> None:
    with pytest.raises(InvalidInputError) as caught:
        client(api_key=KEY, proxy=url)
    assert caught.value.field == "proxy"
    assert PASSWORD not in str(caught.value)


@pytest.mark.parametrize("client", [PinarkiveClient, AsyncPinarkiveClient])
def test_what_is_no_context_is_refused(client: type[Any]) -> None:
    with pytest.raises(InvalidInputError, match=r"ssl_context is an ssl.SSLContext, not bool"):
        client(api_key=KEY, ssl_context=False)


def test_a_client_of_ones_own_has_its_own_proxy() -> None:
    with httpx.Client() as own, pytest.raises(InvalidInputError, match="http_client has its own"):
        PinarkiveClient(api_key=KEY, proxy="http://127.0.0.1:9", http_client=own)
