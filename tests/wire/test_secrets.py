"""The credential goes to the server and nowhere else."""

import asyncio
import copy
import logging
import pickle
import traceback
from pathlib import Path
from typing import Any

import pytest

from pinarkive import (
    AsyncPinarkiveClient,
    GenerateToken,
    GetMe,
    Login,
    PinarkiveClient,
    PinarkiveError,
    Request,
    VerifyTwoFactor,
)

from .both import BOTH, Kind, send_all
from .faults import KEY
from .server import Close, FaultServer, Read, Send, json_answer

PASSWORD = "a-password-of-some-length"
TEMPORARY = "a-temporary-token-of-some-length"
CODE = "246813"
ME = json_answer(b'{"id":"u1"}')

CREDENTIALS = pytest.mark.parametrize(
    ("token", "api_key"), [(KEY, None), (None, KEY)], ids=["token", "api_key"]
)
CLIENTS = pytest.mark.parametrize(
    "cls", [PinarkiveClient, AsyncPinarkiveClient], ids=["sync", "async"]
)


def shown(value: object) -> str:
    """Return all that tells of a value, and of what it holds."""
    texts = [repr(value), str(value), format(value)]
    held = dict(getattr(value, "__dict__", {}))
    texts += [repr(held)]
    texts += [f"{each!r} {each} {getattr(each, '__dict__', '')}" for each in held.values()]
    return "\n".join(texts)


@CREDENTIALS
@CLIENTS
def test_nothing_shows_the_credential(
    cls: type[PinarkiveClient] | type[AsyncPinarkiveClient],
    token: str | None,
    api_key: str | None,
) -> None:
    client = cls(token, api_key, "http://127.0.0.1:1")
    for each in (client, client.with_options(timeout=5), copy.copy(client)):
        assert KEY not in shown(each)
        assert KEY[:-4] not in shown(each)
        for group in (each.files, each.users, each.tokens, each.auth, each.status, each.system):
            assert KEY not in shown(group)


@pytest.mark.parametrize(
    ("request_", "secret"),
    [
        (Login(email="me@example.com", password=PASSWORD), PASSWORD),
        (VerifyTwoFactor(temporary_token=TEMPORARY, code=CODE), TEMPORARY),
        (VerifyTwoFactor(temporary_token=TEMPORARY, code=CODE), CODE),
        (GenerateToken(name="ci", totp_code=CODE), CODE),
    ],
    ids=["password", "temporary token", "code", "code for a token"],
)
@BOTH
def test_a_password_is_not_shown(
    kind: Kind, request_: Request[Any], secret: str, caplog: pytest.LogCaptureFixture
) -> None:
    for each in (request_, copy.copy(request_), copy.deepcopy(request_)):
        assert secret not in f"{each!r} {each} {each:}"
    with caplog.at_level(logging.DEBUG), FaultServer((Read(), Close())) as server:
        ((outcome,),) = send_all(kind, server.base_url, [request_])
        # It is in what was sent, so that its absence elsewhere means something.
        assert secret.encode() in server.seen[0].body
    assert isinstance(outcome.value, PinarkiveError)
    assert secret not in shown(outcome.value)
    assert secret not in caplog.text


@BOTH
def test_no_log_and_no_traceback_shows_the_credential(
    kind: Kind, caplog: pytest.LogCaptureFixture
) -> None:
    turns = [(Read(), Send(ME)), (Read(), Send(json_answer(b"{}", 401))), (Read(), Close())]
    with caplog.at_level(logging.DEBUG), FaultServer(*turns) as server:
        outcomes = send_all(kind, server.base_url, [GetMe()], [GetMe()], [GetMe()], max_retries=0)
        assert all(seen.header("x-api-key") == KEY for seen in server.seen)
    for (outcome,) in outcomes[1:]:
        assert isinstance(outcome.value, PinarkiveError)
        found = traceback.TracebackException.from_exception(outcome.value, capture_locals=True)
        assert KEY not in "".join(found.format())
        error: BaseException | None = outcome.value
        while error is not None:
            assert KEY not in shown(error)
            error = error.__cause__ or error.__context__
    ours = [record for record in caplog.records if record.name == "pinarkive"]
    assert len(ours) == 3
    assert KEY not in caplog.text


@CREDENTIALS
@CLIENTS
def test_a_client_with_a_credential_is_not_pickled(
    cls: type[PinarkiveClient] | type[AsyncPinarkiveClient],
    token: str | None,
    api_key: str | None,
) -> None:
    client = cls(token, api_key, "http://127.0.0.1:1")
    with pytest.raises((TypeError, pickle.PicklingError), match="credential") as caught:
        pickle.dumps(client)
    assert KEY not in str(caught.value)


@CLIENTS
def test_a_client_of_the_environment_is_pickled_without_its_credential(
    cls: type[PinarkiveClient] | type[AsyncPinarkiveClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PINARKIVE_API_KEY", KEY)
    client = cls(base_url="http://127.0.0.1:1", timeout=7)
    data = pickle.dumps(client)
    assert KEY.encode() not in data
    monkeypatch.setenv("PINARKIVE_API_KEY", "another-key-of-some-length-0987")
    again = pickle.loads(data)  # noqa: S301
    assert type(again) is cls
    assert "0987" in repr(again)
    assert "http://127.0.0.1:1" in repr(again)


@BOTH
def test_a_client_that_was_pickled_works(kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PINARKIVE_API_KEY", KEY)
    with FaultServer((Read(), Send(ME))) as server:
        if kind == "sync":
            with pickle.loads(pickle.dumps(PinarkiveClient(base_url=server.base_url))) as client:  # noqa: S301
                assert client.users.me().id == "u1"
        else:
            data = pickle.dumps(AsyncPinarkiveClient(base_url=server.base_url))

            async def main() -> None:
                async with pickle.loads(data) as client:  # noqa: S301
                    assert (await client.users.me()).id == "u1"

            asyncio.run(main())
        assert [seen.header("x-api-key") for seen in server.seen] == [KEY]


@BOTH
def test_netrc_is_ignored(kind: Kind, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (".netrc", "_netrc"):
        (tmp_path / name).write_text("default login somebody password else\n")
        (tmp_path / name).chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    with FaultServer((Read(), Send(ME))) as server:
        send_all(kind, server.base_url, [GetMe()])
        send_all(kind, server.base_url, [GetMe()], token="a-token-of-some-length")
        with_key, with_token = server.seen
    assert with_key.header("authorization") == ""
    assert with_key.header("x-api-key") == KEY
    assert with_token.header("authorization") == "Bearer a-token-of-some-length"


@BOTH
def test_no_cookie_is_sent(kind: Kind) -> None:
    session = json_answer(b'{"token":"t"}', 200, "Set-Cookie: session=1; Path=/")
    me = json_answer(b'{"id":"u1"}', 200, "Set-Cookie: more=2; Path=/")
    login = Login(email="me@example.com", password=PASSWORD)
    with FaultServer((Read(), Send(session)), (Read(), Send(me))) as server:
        send_all(kind, server.base_url, [login], [GetMe()], [GetMe()])
        assert len(server.seen) == 3
        assert [seen.header("cookie") for seen in server.seen] == ["", "", ""]
