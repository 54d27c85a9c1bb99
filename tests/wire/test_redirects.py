"""A redirect is an error, and where it points to learns nothing."""

from typing import Any

import pytest

from pinarkive import GenerateToken, GetMe, Login, RedirectError, RemoveFile, Request, UploadFile

from .both import BOTH, Kind, send_all
from .faults import CID
from .server import FaultServer, Read, Send, answer, json_answer

PASSWORD = "a-password-of-some-length"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("token", ["a-token-of-some-length", None])
@BOTH
def test_nothing_is_sent_to_another_origin(kind: Kind, token: str | None, status: int) -> None:
    calls: list[Request[Any]] = [
        GetMe(),
        GenerateToken(name="ci"),
        UploadFile(file=b"x"),
        RemoveFile(cid=CID),
    ]
    with FaultServer((Read(), Send(json_answer(b"{}")))) as target:
        # Another port is another origin, and so are another host and another scheme.
        for origin in (
            target.origin,
            target.origin.replace("127.0.0.1", "localhost"),
            target.origin.replace("http:", "https:"),
        ):
            location = f"Location: {origin}/api/v3/users/me"
            with FaultServer((Read(), Send(answer(status, b"", location)))) as server:
                (outcomes,) = send_all(kind, server.base_url, calls, token=token)
                assert len(server.seen) == len(calls)
            for outcome in outcomes:
                error = outcome.value
                assert isinstance(error, RedirectError)
                assert error.location == f"{origin}/api/v3/users/me"
                assert origin in str(error)
                assert server.origin in str(error)
        assert target.connections == 0


@pytest.mark.parametrize("status", [307, 308])
@BOTH
def test_a_password_stays_at_its_origin(kind: Kind, status: int) -> None:
    with FaultServer((Read(), Send(json_answer(b"{}")))) as target:
        location = f"Location: {target.base_url}/auth/login"
        with FaultServer((Read(), Send(answer(status, b"", location)))) as server:
            login = Login(email="me@example.com", password=PASSWORD)
            ((outcome,),) = send_all(kind, server.base_url, [login])
        assert target.connections == 0
    assert isinstance(outcome.value, RedirectError)
    assert PASSWORD not in f"{outcome.value!r} {vars(outcome.value)}"
