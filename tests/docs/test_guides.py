"""Every block of the guides runs on the sandbox, page by page, or says why it does not."""

import ast
import asyncio
import inspect
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import trustme

from pinarkive import AsyncPinarkiveClient, PinarkiveClient
from pinarkive.sandbox import Sandbox
from pinarkive.unixfs import cid_of

ROOT = Path(__file__).parents[2]
GUIDES = sorted((ROOT / "docs/guides").glob("*.md"))
BLOCK = re.compile(r"^(<!-- not run: .+? -->\n+)?```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)

# The files that the guides speak of.
FILES = {
    "report.pdf": b"%PDF-1.7",
    "backup.tar": b"tar" * 100_000,
    "photos/cat.jpg": b"cat",
    "photos/dog.jpg": b"dog",
    "site/index.html": b"<p>Hello",
    "site/images/cat.jpg": b"cat",
    "site/app.js.map": b"{}",
    "site/.git/HEAD": b"ref: refs/heads/main",
    "pins.csv": b"cid,custom_name,department\n%b,first,a\nnonsense,second,b\n%b,,c\n"
    % (cid_of(b"1").encode(), cid_of(b"2").encode()),
}


class Block(NamedTuple):
    """A block of code of a page."""

    page: Path
    line: int
    language: str
    code: str
    is_run: bool


def blocks_of(page: Path) -> list[Block]:
    """Return the blocks of a page."""
    text = page.read_text()
    return [
        Block(page, text.count("\n", 0, each.start(3)), each[2], each[3], is_run=not each[1])
        for each in BLOCK.finditer(text)
    ]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the folder that the guides' programs run in."""
    for name, content in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "company-ca.pem")
    authority.issue_cert("me@example.com").private_key_and_cert_chain_pem.write_to_path(
        tmp_path / "client.pem"
    )
    monkeypatch.chdir(tmp_path)
    return tmp_path


# The test client of Starlette also works with the httpx that we have, but would like its successor.
@pytest.mark.filterwarnings("ignore:Using `httpx` with `starlette.testclient`")
@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("page", GUIDES, ids=[page.stem for page in GUIDES])
def test_a_guide_runs(
    page: Path,
    pinarkive_sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    monkeypatch.setenv("PINARKIVE_API_KEY", pinarkive_sandbox.api_key)
    monkeypatch.setenv("PINARKIVE_API_BASE_URL", pinarkive_sandbox.base_url)
    names: dict[str, Any] = {"__name__": "__main__"}

    def next_code(_: str) -> str:
        # Each code works once, and the authenticator shows the next one after half a minute.
        pinarkive_sandbox.clock.advance(seconds=30)
        return pinarkive_sandbox.totp_code(names["setup"].secret)

    monkeypatch.setattr("builtins.input", next_code)
    monkeypatch.setattr("getpass.getpass", lambda _: pinarkive_sandbox.api_key)
    with asyncio.Runner() as runner:
        try:
            for block in blocks_of(page):
                if block.is_run:
                    run(block, names, pinarkive_sandbox, runner)
                    run_tests(block, names, pinarkive_sandbox, request)
        finally:
            for value in names.values():
                if isinstance(value, PinarkiveClient):
                    value.close()
                elif isinstance(value, AsyncPinarkiveClient):
                    runner.run(value.close())


def run(block: Block, names: dict[str, Any], sandbox: Sandbox, runner: asyncio.Runner) -> None:
    """Run a block of Python, which may have an `await` on top as in a notebook, or of a shell."""
    if block.language in {"sh", "console"}:
        subprocess.run(["bash", "-euo", "pipefail", "-c", block.code], check=True, timeout=60)  # noqa: S603, S607
        return
    assert block.language == "python", f"{block.page}:{block.line}: say why this is not run"
    code = block.code.replace("me@example.com", sandbox.email)
    code = code.replace("my password", sandbox.password)
    # The lines before let a traceback show the line of the page.
    program = compile(
        "\n" * block.line + code,
        str(block.page),
        "exec",
        flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT,
        dont_inherit=True,
    )
    done = eval(program, names)  # noqa: S307  # our own page
    if inspect.iscoroutine(done):
        runner.run(done)


def run_tests(
    block: Block, names: Mapping[str, Any], sandbox: Sandbox, request: pytest.FixtureRequest
) -> None:
    """Run the tests that a block shows, each on a sandbox that is as new."""
    for name in re.findall(r"^def (test_\w+)", block.code, re.MULTILINE):
        sandbox.reset()
        wanted = inspect.signature(names[name]).parameters
        names[name](**{each: request.getfixturevalue(each) for each in wanted})


def test_no_block_is_overlooked() -> None:
    for page in GUIDES:
        fences = re.findall(r"^ *```", page.read_text(), re.MULTILINE)
        assert len(fences) == 2 * len(blocks_of(page)), page
