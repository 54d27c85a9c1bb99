"""What is told of an error, with which exit status, and what no error shows."""

import io
import sys
from pathlib import Path

import pytest

from pinarkive import (
    AccountDisabledError,
    APIConnectionError,
    APIResponseError,
    APITimeoutError,
    AuthenticationError,
    BadRequestError,
    ConflictError,
    IntegrityError,
    InvalidInputError,
    MissingCredentialsError,
    MissingScopeError,
    NotFoundError,
    PayloadTooLargeError,
    PinarkiveClient,
    PinFailedError,
    RateLimitError,
    ServerError,
    ServiceUnavailableError,
    TwoFactorRequiredError,
    __version__,
)
from pinarkive.cli.errors import Attempts, exit_status
from pinarkive.sandbox import Sandbox

from .command import RunHere


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (BadRequestError(400, ""), 1),
        (ConflictError(409, ""), 1),
        (APIResponseError(200, ""), 1),
        (IntegrityError(201, ""), 1),
        (PinFailedError(""), 1),
        (FileNotFoundError(), 1),
        (InvalidInputError(""), 2),
        (MissingCredentialsError(""), 3),
        (AuthenticationError(401, ""), 3),
        (MissingScopeError(403, ""), 3),
        (AccountDisabledError(403, ""), 3),
        (TwoFactorRequiredError(400, ""), 3),
        (NotFoundError(404, ""), 4),
        (RateLimitError(429, ""), 5),
        (PayloadTooLargeError(413, ""), 5),
        (APIConnectionError(""), 6),
        (APITimeoutError(""), 6),
        (ServerError(500, ""), 6),
        (ServiceUnavailableError(503, ""), 6),
    ],
)
def test_each_kind_has_its_status(error: Exception, status: int) -> None:
    assert exit_status(error) == status


def test_no_credential(here: RunHere, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PINARKIVE_API_KEY")
    done = here("ls")
    assert (done.status, done.out) == (3, "")
    assert done.err == (
        "pinarkive: this command needs a credential: set PINARKIVE_API_KEY or PINARKIVE_TOKEN, "
        "or give --api-key-file FILE\n"
    )


def test_a_wrong_key_is_told_by_its_end(here: RunHere, tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text("pk_0123456789abcdefgh")
    done = here("ls", "--api-key-file", key)
    assert done.status == 3
    assert "the API key ****efgh from --api-key-file" in done.err
    assert "0123456789" not in done.err


@pytest.mark.parametrize("content", [b"", b"\n", b"\xff\xfe\x00", b"a\nb", b"\x1b[2J"])
def test_a_file_that_holds_no_key(here: RunHere, tmp_path: Path, content: bytes) -> None:
    key = tmp_path / "key"
    key.write_bytes(content)
    done = here("ls", "--api-key-file", key)
    assert (done.status, done.out) == (2, "")
    assert done.err.isprintable() or done.err[:-1].isprintable()


def test_a_key_from_standard_input(
    here: RunHere, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PINARKIVE_API_KEY")
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{sandbox.api_key}\n"))
    assert here("me", "--api-key-file", "-").status == 0
    done = here("token", "revoke", "x", "--totp", "--api-key-file", "-")
    assert done.status == 2


def test_there_is_no_such_file(here: RunHere, tmp_path: Path) -> None:
    done = here("ls", "--api-key-file", tmp_path / "missing")
    assert done.status == 1
    assert "missing" in done.err


def test_a_missing_scope_is_told_with_what_to_do(
    here: RunHere, pinarkive_client: PinarkiveClient, tmp_path: Path
) -> None:
    key = tmp_path / "key"
    key.write_text(pinarkive_client.tokens.generate("reader", scopes=["files:read"]).token)
    done = here("pin", "bafkqaaa", "--api-key-file", key)
    assert done.status == 3
    assert "pinarkive token create NAME --scope files:write" in done.err


def test_a_rate_limit_says_how_long(here: RunHere, sandbox: Sandbox) -> None:
    sandbox.faults.add(status=429, retry_after=3600, times=9)
    done = here("me")
    assert done.status == 5
    assert "try again in 3600 s" in done.err


def test_nobody_answers(here: RunHere, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PINARKIVE_API_BASE_URL", "http://127.0.0.1:9")
    done = here("me")
    assert (done.status, done.out) == (6, "")
    assert done.err.startswith("pinarkive: ")
    assert done.err.count("\n") == 1


def test_what_the_service_says_cannot_reach_the_terminal(here: RunHere, sandbox: Sandbox) -> None:
    evil = "[bold]x[/] \x1b]0;title\x07 \u202e \x9b31m"
    sandbox.faults.add(status=400, json={"message": evil})
    done = here("me")
    assert done.status == 1
    assert "[bold]x[/] \\x1b]0;title\\x07 \\u202e \\x9b31m" in done.err


@pytest.mark.parametrize("arguments", [(), ("nonsense",), ("ls", "--limit", "0"), ("get",)])
def test_usage(here: RunHere, arguments: tuple[str, ...]) -> None:
    assert here(*arguments).status == 2


def test_a_file_name_that_is_refused_says_which_option_helps(here: RunHere, tmp_path: Path) -> None:
    file = tmp_path / "a\x1b[31m.txt"
    file.write_text("x")
    done = here("upload", file)
    assert done.status == 2
    assert "\x1b" not in done.err
    assert "give --name" in done.err
    assert here("upload", file, "--name", "a.txt").status == 0


def test_a_step_that_has_no_reader_ends_all() -> None:
    with pytest.raises(BrokenPipeError), Attempts().each("a step"):
        raise BrokenPipeError


def test_the_version(here: RunHere) -> None:
    assert here("--version").out == f"pinarkive {__version__}\n"


def test_the_sandbox_needs_its_extra(here: RunHere, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in [name for name in sys.modules if name.startswith("pinarkive.sandbox")]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    done = here("sandbox")
    assert (done.status, done.out) == (1, "")
    assert "pip install 'pinarkive-sdk-py[sandbox]'" in done.err


def test_there_is_nowhere_to_print(here: RunHere, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "__stdout__", None)
    done = here("ls")
    assert (done.status, done.out, done.err) == (1, "", "pinarkive: standard output is closed\n")
