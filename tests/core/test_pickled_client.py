"""A client goes to another process without its credential, or not at all."""

import copy
import pickle
from collections.abc import Callable

import httpx
import pytest

import pinarkive_client
from pinarkive import (
    AsyncPinarkiveClient,
    MissingCredentialsError,
    PinarkiveClient,
    PinCid,
)
from pinarkive.config import Config
from pinarkive.sandbox import Sandbox

CLIENTS = [PinarkiveClient, AsyncPinarkiveClient]
KEY = "a-key-that-no-pickle-holds"


@pytest.mark.parametrize("kind", CLIENTS)
def test_a_credential_of_the_environment_is_read_where_it_is_loaded(
    kind: type[PinarkiveClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PINARKIVE_API_KEY", KEY)
    client = kind(timeout=5, max_retries=7, cluster_id="cl1-eu", base_url="http://127.0.0.1:1/x")
    data = pickle.dumps(client.with_options(timeout=9))
    assert KEY.encode() not in data
    monkeypatch.setenv("PINARKIVE_API_KEY", "another-key-of-sixteen")
    loaded: PinarkiveClient = pickle.loads(data)  # noqa: S301
    assert "****teen" in repr(loaded)
    config: Config = vars(loaded)["_config"]
    assert (config.timeout, config.max_retries, config.cluster_id) == (9, 7, "cl1-eu")
    assert "http://127.0.0.1:1/x" in repr(loaded)
    assert vars(loaded).keys() == vars(client).keys()


def test_a_loaded_client_works_and_can_be_closed(
    pinarkive_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PINARKIVE_API_KEY", pinarkive_sandbox.api_key)
    with PinarkiveClient(base_url=pinarkive_sandbox.base_url) as client:
        send = pickle.loads(pickle.dumps(client.send))  # noqa: S301
        request = pickle.loads(  # noqa: S301
            pickle.dumps(PinCid(cid="QmdfTbBqBPQ7VNxZEYEj14VmRuZBkqFbiwReogJgS1zR1n"))
        )
        assert send(request).cid == request.cid
        with pickle.loads(pickle.dumps(client)) as loaded:  # noqa: S301
            assert loaded.users.me().email == pinarkive_sandbox.email


def test_without_a_variable_there_it_asks_for_a_credential(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PINARKIVE_TOKEN", KEY)
    data = pickle.dumps(PinarkiveClient())
    monkeypatch.delenv("PINARKIVE_TOKEN")
    with pytest.raises(MissingCredentialsError):
        pickle.loads(data).users.me()  # noqa: S301


@pytest.mark.parametrize("kind", [*CLIENTS, pinarkive_client.PinarkiveClient])
def test_a_credential_given_as_an_argument_refuses_and_says_why(
    kind: type[PinarkiveClient],
) -> None:
    client = kind(api_key=KEY)
    with pytest.raises(TypeError, match="PINARKIVE_API_KEY") as caught:
        pickle.dumps(client)
    assert KEY not in str(caught.value)
    with pytest.raises(TypeError):
        pickle.dumps(kind().with_options(token=KEY))


@pytest.mark.parametrize("kind", [*CLIENTS, pinarkive_client.PinarkiveClient])
def test_a_client_without_a_credential_takes_none_from_elsewhere(
    kind: type[PinarkiveClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    data = pickle.dumps(kind())
    monkeypatch.setenv("PINARKIVE_API_KEY", KEY)
    assert "****" not in repr(pickle.loads(data))  # noqa: S301


def test_a_client_on_the_users_own_httpx_client_refuses() -> None:
    with (
        httpx.Client() as own,
        pytest.raises(TypeError, match="http_client"),
    ):
        pickle.dumps(PinarkiveClient(http_client=own))


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy])
def test_a_copy_shares_the_connections(
    duplicate: Callable[[PinarkiveClient], PinarkiveClient],
) -> None:
    client = PinarkiveClient(api_key=KEY)
    duplicated = duplicate(client)
    assert vars(duplicated)["_http"] is vars(client)["_http"]
    assert duplicated.files is not client.files
