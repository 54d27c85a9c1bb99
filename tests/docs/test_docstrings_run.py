"""Every example in a docstring runs on the sandbox; those of the asynchronous side are the same."""

import doctest
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from textwrap import dedent
from typing import Any

import griffe
import pandas as pd
import pytest

from pinarkive import PinarkiveClient
from pinarkive.sandbox import Sandbox

from .pages import ROOT

EXAMPLE = re.compile(r"^Example:\n((?:[ ]{4}.*\n|\n)+)", re.MULTILINE)
CODE = '"012345"'

# What comes before an example in its reader's program.
BEFORE = {
    "Auth.forgot_password": "client.auth.sign_up('Ada', 'ada@example.com', password); "
    "client.auth.verify_email(mailed())",
    "Auth.verify_2fa": "challenge = client.auth.login(sandbox.totp_email, sandbox.totp_password)",
    "Auth.verify_email": "client.auth.sign_up('Ada', 'ada@example.com', password); "
    "token = mailed()",
    "Auth.reset_password": "client.auth.forgot_password(email); token = mailed()",
    "Payments.create": "plan = client.plans.all().plans[0]",
    "Payments.get": "payment = client.payments.create('coingate', client.plans.all().plans[0].id)",
    "Payments.cancel": "payment = client.payments.create("
    "'coingate', client.plans.all().plans[0].id)",
    "Plans.change": "ids = {plan.code: plan.id for plan in client.plans.all().plans}",
    "Tokens.revoke": "client.tokens.generate('ci')",
    "TwoFactor.enable": "setup = client.auth.two_factor.set_up()",
    "TwoFactor.disable": "setup = client.auth.two_factor.set_up(); "
    "client.auth.two_factor.enable(code()); sandbox.clock.advance(seconds=30)",
    "Users.directory": "upload = client.files.upload_directory_dag('site')",
    "testing.no_waiting": "sandbox.faults.add(status=429, retry_after=2)",
}


def examples(parent: griffe.Object) -> Iterator[tuple[str, str]]:
    """Yield the examples of an object and of those in it, each with the name of what it is of."""
    text = parent.docstring.value + "\n" if parent.docstring else ""
    for each in EXAMPLE.findall(text):
        yield parent.path.removeprefix("pinarkive."), dedent(each)
    for member in parent.members.values():
        if isinstance(member, griffe.Object) and member.name != "_async":
            yield from examples(member)


PACKAGE = griffe.load("pinarkive", search_paths=[ROOT / "src"])
assert isinstance(PACKAGE, griffe.Module)
FOUND = list(examples(PACKAGE))
SESSIONS = [each for each in FOUND if each[1].startswith(">>> ")]
PROGRAMS = [each for each in FOUND if each not in SESSIONS]


@pytest.fixture(scope="module")
def names() -> dict[str, Any]:
    """Give all public names, as a program may have imported them."""
    modules = ("inputs", "scopes", "rows", "unixfs", "cid", "testing", "sandbox")
    found: dict[str, Any] = {"Path": Path}
    for name in ("pinarkive", *(f"pinarkive.{each}" for each in modules)):
        found |= vars(import_module(name))
    return found


@pytest.fixture(scope="module")
def server() -> Iterator[Sandbox]:
    with Sandbox(payments=True) as sandbox:
        yield sandbox


@pytest.mark.parametrize(("of", "code"), PROGRAMS, ids=[of for of, _ in PROGRAMS])
def test_a_program_runs(
    of: str,
    code: str,
    names: dict[str, Any],
    server: Sandbox,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server.reset()
    monkeypatch.chdir(tmp_path)
    for path, content in {"report.pdf": "%PDF", "site/index.html": "<p>", "c": "C"}.items():
        Path(path).parent.mkdir(exist_ok=True)
        Path(path).write_text(content)
    monkeypatch.setenv("PINARKIVE_API_KEY", server.api_key)
    monkeypatch.setenv("PINARKIVE_API_BASE_URL", server.base_url)
    with PinarkiveClient.from_login(server.email, server.password) as client:
        upload = client.files.upload("report.pdf")
        Path("pins.jsonl").write_text(f'{{"cid": "{upload.cid}"}}\n')
        program: dict[str, Any] = {
            **names,
            "client": client,
            "upload": upload,
            "cid": upload.cid,
            "email": server.email,
            "password": server.password,
            "old": server.password,
            "new": "a new password of some length",
            "new_password": "a new password of some length",
            "sandbox": server,
            "frame": pd.DataFrame({"cid": [upload.cid]}),
            "mailed": lambda: server.mails[-1].token,
        }

        def totp() -> str:
            setup = program.get("setup")
            return server.totp_code(setup.secret if setup else None)

        def answer(question: str) -> str:
            return program["mailed"]() if "mail" in question else totp()

        program["code"] = totp
        monkeypatch.setattr("builtins.input", answer)
        code = code.replace('"..."', repr(server.api_key)).replace(CODE, "code()")
        subject = ".".join(of.split(".")[-2:])
        exec(BEFORE.get(subject, ""), program)  # noqa: S102  # our own
        exec(compile(code, of, "exec"), program)  # noqa: S102  # our own


@pytest.mark.parametrize(("of", "text"), SESSIONS, ids=[of for of, _ in SESSIONS])
def test_a_session_goes_as_shown(
    of: str, text: str, names: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    parser = doctest.DocTestParser()
    session = parser.get_doctest(text, dict(names), of, None, 0)
    told: list[str] = []
    doctest.DocTestRunner(verbose=False).run(session, out=told.append)
    assert told == []


def test_each_preparation_is_needed() -> None:
    subjects = {".".join(of.split(".")[-2:]) for of, _ in PROGRAMS}
    assert BEFORE.keys() <= subjects
