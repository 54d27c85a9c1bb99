"""A client goes through pickle without its credential, or not at all."""

import multiprocessing
import pickle
from typing import Any

import pytest

from pinarkive import AsyncPinarkiveClient, InvalidInputError, PinarkiveClient
from pinarkive.sandbox import Sandbox

from .leaks import KEY, leaks

VARIABLES = {"token": "PINARKIVE_TOKEN", "api_key": "PINARKIVE_API_KEY"}
OTHER = "pk_another-credential-of-some-length"

clients = pytest.mark.parametrize("cls", [PinarkiveClient, AsyncPinarkiveClient])
credentials = pytest.mark.parametrize("credential", list(VARIABLES))
protocols = pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))


@clients
@credentials
@protocols
def test_one_with_a_credential_of_its_own_is_refused(
    cls: type[Any], credential: str, protocol: int
) -> None:
    client = cls(**{credential: KEY})
    for each in (client, client.with_options(timeout=5)):
        with pytest.raises((TypeError, InvalidInputError), match="credential") as caught:
            pickle.dumps(each, protocol)
        assert leaks([("error", f"{caught.value!r}")]) == []


@clients
@protocols
def test_a_view_with_a_credential_of_its_own_is_refused(
    cls: type[Any], protocol: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PINARKIVE_TOKEN", OTHER)
    view = cls().with_options(token=KEY)
    with pytest.raises((TypeError, InvalidInputError), match="credential"):
        pickle.dumps(view, protocol)


@clients
@credentials
@protocols
def test_one_of_the_environment_takes_its_credential_from_where_it_is_loaded(
    cls: type[Any], credential: str, protocol: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLES[credential], KEY)
    client = cls(base_url="http://127.0.0.1:1/api/v3", cluster_id="cl1-eu", max_retries=7)
    data = pickle.dumps(client, protocol)
    assert leaks([("pickle", data.decode("latin-1"))]) == []
    assert repr(pickle.loads(data)) == repr(client)  # noqa: S301  # it was pickled here
    monkeypatch.setenv(VARIABLES[credential], OTHER)
    loaded = pickle.loads(data)  # noqa: S301  # it was pickled here
    assert repr(loaded) == repr(client).replace(KEY[-4:], OTHER[-4:])
    assert type(loaded) is cls


@clients
def test_one_without_a_credential_survives(cls: type[Any]) -> None:
    client = cls(base_url="http://127.0.0.1:1/api/v3")
    assert repr(pickle.loads(pickle.dumps(client))) == repr(client)  # noqa: S301


def name_of(client: PinarkiveClient) -> str | None:
    """Ask for the account from another process."""
    with client:
        return client.users.me().email


def test_one_works_in_another_process(
    pinarkive_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PINARKIVE_API_KEY", pinarkive_sandbox.api_key)
    monkeypatch.setenv("PINARKIVE_API_BASE_URL", pinarkive_sandbox.base_url)
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.apply(name_of, (PinarkiveClient(),)) == pinarkive_sandbox.email
