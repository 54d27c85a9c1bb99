"""Variables of the environment that reach into connections."""

import asyncio
from pathlib import Path

import pytest

from pinarkive import AsyncPinarkiveClient, GetMe, Health, InvalidInputError, PinarkiveClient, User

from .both import BOTH, Kind, send_all
from .certificates import server_context, trust_file
from .faults import KEY
from .server import FaultServer, Read, Send, json_answer

DOCS = Path(__file__).parents[2] / "docs"
ME = json_answer(b'{"id":"u1"}')


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
@BOTH
def test_certificates_that_are_not_there(
    kind: Kind, variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "/nope")

    def use_sync() -> Health:
        with PinarkiveClient(api_key=KEY, base_url="https://127.0.0.1:1") as client:
            return client.system.health()

    async def use_async() -> Health:
        async with AsyncPinarkiveClient(api_key=KEY, base_url="https://127.0.0.1:1") as client:
            return await client.system.health()

    with pytest.raises(InvalidInputError, match=variable) as caught:
        use_sync() if kind == "sync" else asyncio.run(use_async())
    assert "/nope" in str(caught.value)
    assert caught.value.field == variable


@BOTH
def test_certificates_that_are_none(
    kind: Kind, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "empty.pem").write_text("nothing of use")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "empty.pem"))
    with pytest.raises(InvalidInputError, match="SSL_CERT_FILE"):
        send_all(kind, "https://127.0.0.1:1", [GetMe()])


@BOTH
def test_a_key_log(kind: Kind, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = tmp_path / "keys.log"
    monkeypatch.setenv("SSLKEYLOGFILE", str(log))
    monkeypatch.setenv("SSL_CERT_FILE", str(trust_file(tmp_path)))
    with FaultServer((Read(), Send(ME)), tls=server_context("good")) as server:
        ((outcome,),) = send_all(kind, server.base_url, [GetMe()])
    assert isinstance(outcome.value, User)
    # It lets anyone who has it read along: that must be told, or not be.
    documented = any("SSLKEYLOGFILE" in path.read_text() for path in DOCS.glob("*.md"))
    assert documented or not log.exists()


@pytest.mark.parametrize("excepted", ["[::1]", "::1", "[::1],localhost", "*"])
@BOTH
def test_an_ipv6_address_without_a_proxy(
    kind: Kind, excepted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FaultServer((Read(), Send(ME)), host="::1") as server:
        # Whatever goes to this proxy does not arrive.
        monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
        monkeypatch.setenv("NO_PROXY", excepted)
        ((outcome,),) = send_all(kind, server.base_url, [GetMe()])
        assert server.connections == 1
    assert isinstance(outcome.value, User)


@BOTH
def test_a_proxy_is_used(kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    with FaultServer((Read(), Send(ME))) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.origin)
        ((outcome,),) = send_all(kind, "http://127.0.0.1:1", [GetMe()])
        assert [seen.path for seen in proxy.seen] == ["http://127.0.0.1:1/api/v3/users/me"]
    assert isinstance(outcome.value, User)
