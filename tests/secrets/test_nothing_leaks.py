"""Planted secrets are searched in all that comes out: errors, logs, tracebacks, reprs, pickles."""

import asyncio
import copy
import functools
import html
import inspect
import json
import logging
import warnings
from collections.abc import Callable, Iterator
from typing import Any, Literal, TypeAlias
from urllib.parse import quote

import pytest
from pydantic import BaseModel

import pinarkive_client
from pinarkive import (
    APIConnectionError,
    AsyncPinarkiveClient,
    GenerateToken,
    InvalidInputError,
    Login,
    LoginSession,
    PinarkiveClient,
    PinarkiveError,
    Progress,
    Request,
    RevokeToken,
    Token,
    TwoFactorChallenge,
    VerifyTwoFactor,
)
from pinarkive.sandbox import Sandbox
from pinarkive.unixfs import file_cid

from .leaks import (
    CODE,
    KEY,
    PASSWORD,
    SECRETS,
    TEMPORARY,
    Evidence,
    everything_of,
    leaks,
    traceback_of,
)
from .mirror import MIRRORS, Breaker, Mirror

EMAIL = "me@example.com"
# Of the calls on a mirror so many fail at least; some can be content with any JSON.
MOST = 4

Capture: TypeAlias = pytest.CaptureFixture[str]
Kind: TypeAlias = Literal["sync", "async"]
KINDS: dict[Kind, Any] = {"sync": PinarkiveClient, "async": AsyncPinarkiveClient}
both = pytest.mark.parametrize("kind", list(KINDS))


def fail(*_: Progress) -> str:
    raise RuntimeError("in the caller's own function")


CALLS: dict[str, Callable[[Any], object]] = {
    "me": lambda client: client.users.me(),
    "login": lambda client: client.auth.login(EMAIL, PASSWORD),
    "verify_2fa": lambda client: client.auth.verify_2fa(TEMPORARY, CODE),
    "generate": lambda client: client.tokens.generate("ci", totp_code=CODE),
    "revoke": lambda client: client.tokens.revoke("ci", totp_code=CODE),
    "upload": lambda client: client.files.upload(b"content"),
    "proved upload": lambda client: client.files.upload(b"content", verify=True),
    "known upload": lambda client: client.files.upload(b"content", skip_existing=True),
    "request": lambda client: client.request("POST", "/x", json={"password": PASSWORD}),
    "send": lambda client: client.send(Login(email=EMAIL, password=PASSWORD)),
    "sign_up": lambda client: client.auth.sign_up("Ada", EMAIL, PASSWORD),
    "verify_email": lambda client: client.auth.verify_email(TEMPORARY),
    "reset_password": lambda client: client.auth.reset_password(TEMPORARY, PASSWORD),
    "enable": lambda client: client.auth.two_factor.enable(CODE),
    "disable": lambda client: client.auth.two_factor.disable(PASSWORD, CODE),
    "change_password": lambda client: client.users.change_password(PASSWORD, PASSWORD[::-1]),
}
MISTAKES: dict[str, Callable[[Any], object]] = {
    "address": lambda client: client.auth.login("no address", PASSWORD),
    "password": lambda client: client.auth.login(EMAIL, PASSWORD + "\ud800"),
    "bytes": lambda client: client.auth.login(EMAIL, PASSWORD.encode()),
    "list": lambda client: client.auth.login(EMAIL, [PASSWORD]),
    "code": lambda client: client.auth.verify_2fa(TEMPORARY, CODE + "0"),
    "temporary token": lambda client: client.auth.verify_2fa([TEMPORARY], CODE),
    "sign up": lambda client: client.auth.sign_up("", EMAIL, PASSWORD),
    "whole link": lambda client: client.auth.verify_email(f"https://x/{TEMPORARY}"),
    "mailed token": lambda client: client.auth.reset_password(f"{TEMPORARY}\n", PASSWORD),
    "new password": lambda client: client.auth.reset_password(TEMPORARY, PASSWORD.encode()),
    "code to enable": lambda client: client.auth.two_factor.enable(CODE + "0"),
    "code to disable": lambda client: client.auth.two_factor.disable(PASSWORD, CODE + "0"),
    "current password": lambda client: client.users.change_password([PASSWORD], PASSWORD),
    "name": lambda client: client.tokens.generate("", totp_code=CODE),
    "name to revoke": lambda client: client.tokens.revoke("..", totp_code=CODE),
    "constructor": lambda client: Login(email="", password=PASSWORD),
    "row": lambda client: Login.model_validate({"email": "", "password": PASSWORD}),
    "wrong row": lambda client: Login.model_validate([PASSWORD]),
    "JSON": lambda client: Login.model_validate_json(f'{{"password": {PASSWORD!r}}}'),
    "progress": lambda client: client.files.upload(b"content", on_progress=fail),
    "no file": lambda client: client.files.upload("/nowhere/at/all"),
    "no JSON": lambda client: client.request("POST", "/x", json={"password": PASSWORD, "a": fail}),
    "query": lambda client: client.request("GET", "/x", params={"password": PASSWORD * 2_000}),
    "options": lambda client: client.with_options(token=KEY + "\n"),
    "other options": lambda client: client.with_options(token=KEY, timeout=-1),
    "cluster": lambda client: client.with_options(api_key=KEY, cluster_id=""),
}
ARGUMENTS: dict[str, dict[str, Any]] = {
    "base URL": {"token": KEY, "base_url": "ftp://x"},
    "user": {"token": KEY, "base_url": f"https://me:{CODE}@api.example"},
    "query": {"token": KEY, "base_url": f"https://api.example/?key={CODE}"},
    "timeout": {"api_key": KEY, "timeout": -1},
    "retries": {"token": "a-token", "api_key": KEY, "max_retries": -1},
    "cluster": {"token": KEY, "cluster_id": ""},
    "source": {"token": KEY, "request_source": "x"},
    "insecure": {"token": KEY, "base_url": "http://api.example"},
    "client": {"token": KEY, "http_client": "x"},
    "proxy": {"token": KEY, "proxy": f"odd://me:{CODE}@proxy.example"},
    "proxy of a wrong client": {"timeout": -1, "proxy": f"http://me:{CODE}@proxy.example"},
    "break": {"token": KEY + "\n"},
    "bearer": {"token": f"Bearer {KEY}"},
    "quotes": {"api_key": f"'{KEY}'"},
    "bytes": {"api_key": KEY.encode()},
    "list": {"token": [KEY]},
}


class Collector(logging.Handler):
    """Keeps every record of every logger as it would be printed, with its tracebacks."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.setFormatter(logging.Formatter("%(name)s %(message)s"))
        self.lines: list[Evidence] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append((f"log of {record.name}", f"{self.format(record)} {record.args!r}"))


@pytest.fixture
def logs() -> Iterator[list[Evidence]]:
    """Collect what all loggers say, ours, httpx's and httpcore's among them."""
    collector, root = Collector(), logging.getLogger()
    level = root.level
    root.addHandler(collector)
    root.setLevel(logging.DEBUG)
    yield collector.lines
    root.removeHandler(collector)
    root.setLevel(level)


@pytest.fixture(scope="module")
def mirror() -> Iterator[Mirror]:
    with Mirror() as found:
        yield found


async def outcome(call: Callable[[Any], object], client: Any) -> object:
    """Return what a call gives back or raises."""
    try:
        result = call(client)
        return await result if inspect.isawaitable(result) else result
    except Exception as error:
        return error


async def outcomes(
    kind: Kind, calls: dict[str, Callable[[Any], object]], **options: Any
) -> dict[str, object]:
    """Return what calls on a client of their own give back or raise."""
    client = KINDS[kind](**options)
    found = {name: await outcome(call, client) for name, call in calls.items()}
    closing = client.close()
    if inspect.isawaitable(closing):
        await closing
    return found


def run(
    kind: Kind, calls: dict[str, Callable[[Any], object]], **options: Any
) -> tuple[dict[str, object], list[Evidence]]:
    """Return what calls give back or raise, and what was warned of meanwhile."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        found = asyncio.run(outcomes(kind, calls, **options))
    return found, [("warning", str(each)) for each in caught]


def seen_of(found: dict[str, object]) -> list[Evidence]:
    """Return all that can be seen of what calls gave back or raised."""
    return [
        (f"{name}: {where}", text)
        for name, value in found.items()
        # What `request` gives back is the server's own data, and no object of ours.
        if isinstance(value, BaseException | BaseModel)
        for where, text in everything_of(value)
    ]


@both
@pytest.mark.parametrize("credential", ["token", "api_key"])
@pytest.mark.parametrize("name", list(MIRRORS))
def test_a_server_that_gives_back_what_it_was_sent(
    kind: Kind,
    credential: str,
    name: str,
    mirror: Mirror,
    logs: list[Evidence],
    capfd: Capture,
) -> None:
    options = {credential: KEY, "base_url": mirror.url(name), "max_retries": 0, "timeout": 10}
    found, warned = run(kind, CALLS, **options)
    failed = [value for value in found.values() if isinstance(value, PinarkiveError)]
    assert len(failed) >= MOST, found
    out, err = capfd.readouterr()
    evidence = [*seen_of(found), *logs, *warned, ("stdout", out), ("stderr", err)]
    assert leaks(evidence) == []
    assert {where for where, _ in logs} >= {"log of pinarkive"}


@both
def test_a_gateway_that_gives_back_what_it_was_sent(
    kind: Kind, mirror: Mirror, logs: list[Evidence]
) -> None:
    url = mirror.url("401")

    def download(client: Any) -> object:
        return client.files.download(file_cid(b"content"), gateway=url, timeout=5)

    found, warned = run(kind, {"download": download}, token=KEY, base_url=url, max_retries=0)
    assert leaks(seen_of(found) + logs + warned) == []


@both
def test_mistakes_of_the_caller(kind: Kind, mirror: Mirror, logs: list[Evidence]) -> None:
    found, warned = run(kind, MISTAKES, api_key=KEY, base_url=mirror.url("200"))
    assert {name for name, value in found.items() if not isinstance(value, Exception)} == set()
    assert leaks([*seen_of(found), *logs, *warned]) == []


@both
@pytest.mark.parametrize("name", list(ARGUMENTS))
def test_arguments_that_make_no_client(kind: Kind, name: str) -> None:
    def make(_: object) -> object:
        return KINDS[kind](**ARGUMENTS[name])

    error = asyncio.run(outcome(make, None))
    assert isinstance(error, InvalidInputError)
    assert leaks(list(everything_of(error))) == []


@both
@pytest.mark.parametrize("variable", ["PINARKIVE_TOKEN", "PINARKIVE_API_KEY"])
@pytest.mark.parametrize("value", [f" {KEY}", f"'{KEY}'", f"Bearer {KEY}"])
def test_an_environment_that_makes_no_client(
    kind: Kind, variable: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    error = asyncio.run(outcome(lambda _: KINDS[kind](), None))
    assert isinstance(error, InvalidInputError)
    # `os.environ` itself may be looked at; its repr is Python's.
    seen = [text for text in everything_of(error) if "environ(" not in text[1]]
    assert leaks(seen) == []


UNREACHABLE = {
    "refused": "http://127.0.0.1:1",
    "no TLS": "https://{mirror}",
}


@both
@pytest.mark.parametrize("name", list(UNREACHABLE))
def test_calls_that_reach_no_server(
    kind: Kind, name: str, mirror: Mirror, logs: list[Evidence]
) -> None:
    url = UNREACHABLE[name].format(mirror=mirror.origin.removeprefix("http://"))
    found, warned = run(kind, CALLS, token=KEY, base_url=url, max_retries=0, timeout=5)
    assert {type(value) for value in found.values()} == {APIConnectionError}
    assert leaks([*seen_of(found), *logs, *warned]) == []


@both
def test_connections_that_break_while_the_head_is_sent(kind: Kind, logs: list[Evidence]) -> None:
    with Breaker() as breaker:
        options = {"token": KEY, "base_url": breaker.origin, "max_retries": 1, "timeout": 0.5}
        found, warned = run(kind, CALLS, **options)
    assert all(isinstance(value, APIConnectionError) for value in found.values())
    assert leaks([*seen_of(found), *logs, *warned]) == []


@both
def test_a_session_on_the_sandbox(
    kind: Kind, pinarkive_sandbox: Sandbox, logs: list[Evidence]
) -> None:
    secrets = {
        "credential": pinarkive_sandbox.api_key,
        "password": pinarkive_sandbox.password,
        "TOTP password": pinarkive_sandbox.totp_password,
    }
    calls: dict[str, Callable[[Any], object]] = {
        "me": lambda client: client.users.me(),
        "login": lambda client: client.auth.login(
            pinarkive_sandbox.email, pinarkive_sandbox.password
        ),
        "challenge": lambda client: client.auth.login(
            pinarkive_sandbox.totp_email, pinarkive_sandbox.totp_password
        ),
        "generate": lambda client: client.tokens.generate(f"secrets-{kind}"),
        "again": lambda client: client.tokens.generate(f"secrets-{kind}"),
        "list": lambda client: client.tokens.list(),
        "upload": lambda client: client.files.upload(b"content"),
        "missing": lambda client: client.files.remove(file_cid(b"not there")),
        "wrong": lambda client: client.auth.login(EMAIL, pinarkive_sandbox.password),
    }
    options = {"api_key": pinarkive_sandbox.api_key, "base_url": pinarkive_sandbox.base_url}
    found, warned = run(kind, calls, **options)
    session, challenge, token = found["login"], found["challenge"], found["generate"]
    assert isinstance(session, LoginSession)
    assert isinstance(challenge, TwoFactorChallenge)
    assert isinstance(token, Token)
    # What a result holds is its owner's: its repr hides it, `vars` and dumps do not.
    secrets |= {"session": session.token, "challenge": challenge.temporary_token}
    secrets |= {"new token": token.token}
    seen = [each for each in seen_of(found) if each[0].partition(": ")[2] != "vars"]
    assert leaks([*seen, *logs, *warned], secrets) == []


PROXY = f"http://me:{CODE}@127.0.0.1:1"
# What a login that fails is given beside the right password, or a wrong one.
LOGINS: dict[str, dict[str, Any]] = {
    "wrong password": {"password": PASSWORD, "totp": CODE},
    "password of bytes": {"password": PASSWORD.encode()},
    "wrong code": {"totp": CODE},
    "code of another kind": {"totp": int(CODE)},
    "long code": {"totp": CODE + "0"},
    "function of a wrong code": {"totp": lambda: CODE},
    "function of a long code": {"totp": lambda: CODE + "0"},
    "function of a number": {"totp": lambda: int(CODE)},
    "function that fails": {"totp": fail},
    "no code": {},
    "no proxy": {"totp": CODE, "proxy": PROXY, "max_retries": 0},
    "wrong option": {"totp": CODE, "proxy": PROXY, "timeout": -1},
    "unknown option": {"totp": CODE, "proxy": PROXY, "colour": "red"},
    "base URL": {"totp": CODE, "base_url": f"https://me:{CODE}@api.example"},
}


@both
@pytest.mark.parametrize("name", list(LOGINS))
def test_a_login_that_makes_no_client(
    kind: Kind, name: str, pinarkive_sandbox: Sandbox, logs: list[Evidence]
) -> None:
    sandbox = pinarkive_sandbox

    async def log_in() -> object:
        options = {"password": sandbox.totp_password, "base_url": sandbox.base_url, **LOGINS[name]}
        made = KINDS[kind].from_login(sandbox.totp_email, **options)
        return await made if inspect.isawaitable(made) else made

    error = asyncio.run(outcome(lambda _: log_in(), None))
    assert isinstance(error, Exception)
    # All the sandbox's temporary tokens begin so.
    secrets = {**SECRETS, "right password": sandbox.totp_password, "challenge": "temporary_"}
    assert leaks([*everything_of(error), *logs], secrets) == []


@both
def test_clients_and_their_views(kind: Kind) -> None:
    clients = [KINDS[kind](token=KEY), KINDS[kind](api_key=KEY)]
    clients += [client.with_options(timeout=5) for client in clients]
    clients += [clients[0].with_options(api_key=KEY), *map(copy.copy, clients)]
    for client in clients:
        held = [client, *vars(client).values()]
        assert leaks(each for value in held for each in everything_of(value)) == []


FLAT: dict[str, Callable[[Any], object]] = {
    "me": lambda client: client.get_me(),
    "login": lambda client: client.login(EMAIL, PASSWORD),
    "verify": lambda client: client.verify_2fa_login(TEMPORARY, CODE),
    "generate": lambda client: client.generate_token("ci", totp_code=CODE),
    "revoke": lambda client: client.revoke_token("ci", totp_code=CODE),
}


@pytest.mark.parametrize("credential", ["token", "api_key"])
@pytest.mark.parametrize("name", ["401", "text", "cut JSON", "no status line", "request id"])
def test_the_3x_client(
    credential: str, name: str, mirror: Mirror, logs: list[Evidence], capfd: Capture
) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        client = pinarkive_client.PinarkiveClient(**{credential: KEY, "base_url": mirror.url(name)})
        view = client.with_options(max_retries=0)
        found = {name: asyncio.run(outcome(call, view)) for name, call in FLAT.items()}
        client.close()
    assert len([value for value in found.values() if isinstance(value, PinarkiveError)]) >= MOST
    values = [client, view, copy.copy(client), *vars(client).values(), *vars(view).values()]
    seen = [each for value in values for each in everything_of(value)]
    # Its flat methods keep their arguments, as do the wrappers that tell that they are old.
    seen += [each for each in seen_of(found) if not each[0].endswith("traceback")]
    out, err = capfd.readouterr()
    seen += [("warning", str(each)) for each in caught]
    assert leaks([*seen, *logs, ("stdout", out), ("stderr", err)]) == []
    assert getattr(client, credential) == getattr(view, credential) == KEY


def test_requests() -> None:
    requests: list[Request[Any]] = [
        Login(email=EMAIL, password=PASSWORD),
        VerifyTwoFactor(temporary_token=TEMPORARY, code=CODE),
        GenerateToken(name="ci", totp_code=CODE),
        RevokeToken(name="ci", totp_code=CODE),
    ]
    for request in requests:
        # A request is a value that can be sent from elsewhere: it holds what it sends.
        seen = [each for each in everything_of(request) if each[0] != "vars"]
        assert leaks(seen) == []
    assert leaks([("vars", repr(vars(requests[0])))]) == []


class Leaky(PinarkiveError):
    """An error that shows a secret wherever it can."""

    def __init__(self, secret: str) -> None:
        super().__init__(400, f"it was {secret}", {"code": secret})
        self.held = secret

    def __copy__(self) -> "Leaky":
        return self


@pytest.mark.parametrize("secret", list(SECRETS.values()), ids=list(SECRETS))
def test_the_search_finds_what_is_planted(secret: str, logs: list[Evidence]) -> None:
    def raise_it(*, local: str) -> None:
        raise Leaky(local)

    with pytest.raises(Leaky) as caught:
        raise_it(local=secret)
    seen = dict(everything_of(caught.value))
    assert {name for name, text in seen.items() if not leaks([(name, text)])} == {"traceback"}
    logging.getLogger("httpcore.http11").debug("sent %r", secret.encode())
    logging.getLogger("pinarkive").debug("sent %s", secret)
    assert [len(leaks([each])) > 0 for each in logs] == [True, True]
    for form in (repr(secret), quote(secret), html.escape(secret), json.dumps(secret)):
        assert leaks([("a form", f"<{form}>")])
    assert leaks([("a part", secret[:14])])
    assert leaks([("nothing", "there is nothing here")]) == []


def test_the_search_looks_at_locals_of_all_frames_but_the_tests_own() -> None:
    with pytest.raises(ZeroDivisionError) as caught:
        # A frame of the standard library stands for ours.
        functools.reduce(lambda a, b: a // b, [1, 0])
    assert "raise_it" not in traceback_of(caught.value)
    with pytest.raises(json.JSONDecodeError) as other:
        json.loads(f"{{{PASSWORD}")
    assert leaks([("traceback", traceback_of(other.value))])
