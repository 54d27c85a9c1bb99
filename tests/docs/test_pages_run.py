"""Every block of code on every page runs on the sandbox, or says why it does not.

The blocks of a page run one after another, as one program. A block that does not run stands behind
`<!-- not run: the reason -->`; a block of `text` is no code.
"""

import ast
import asyncio
import inspect
import logging
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import trustme
from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor

from pinarkive import AsyncPinarkiveClient, PinarkiveClient
from pinarkive.sandbox import Sandbox
from pinarkive.unixfs import file_cid

from .pages import DOCS, PAGES, Block, blocks_of, name_of

# The files that the pages speak of.
FILES = {
    "report.pdf": b"%PDF-1.7",
    "backup.tar": b"tar" * 100_000,
    "photos/cat.jpg": b"cat",
    "photos/dog.jpg": b"dog",
    "site/index.html": b"<p>Hello",
    "site/app.js.map": b"{}",
    "site/.git/HEAD": b"ref: refs/heads/main",
    "pins.csv": b"cid,custom_name,department\n%b,first,a\nnonsense,second,b\n%b,,c\n"
    % (file_cid(b"1").encode(), file_cid(b"2").encode()),
}
# Its examples show what they print, which test_cli_page.py compares.
OWN_TEST = DOCS / "cli.md"
RUN = [
    page for page in PAGES if page != OWN_TEST and any(block.is_run for block in blocks_of(page))
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run in a folder that has the files."""
    for name, content in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "company-ca.pem")
    client = authority.issue_cert("me@example.com")
    client.private_key_and_cert_chain_pem.write_to_path(tmp_path / "client.pem")
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def names(pinarkive_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Give the names of a program whose environment and user know the sandbox."""
    names: dict[str, Any] = {"__name__": "__main__"}

    def next_code(_: str) -> str:
        # Each code works once, and the authenticator shows the next one after half a minute.
        pinarkive_sandbox.clock.advance(seconds=30)
        return pinarkive_sandbox.totp_code(names["setup"].secret)

    def api_key(_: str) -> str:
        return pinarkive_sandbox.api_key

    monkeypatch.setattr("builtins.input", next_code)
    monkeypatch.setattr("getpass.getpass", api_key)
    monkeypatch.setenv("PINARKIVE_API_KEY", pinarkive_sandbox.api_key)
    monkeypatch.setenv("PINARKIVE_API_BASE_URL", pinarkive_sandbox.base_url)
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    return names


@pytest.fixture
def process() -> Iterator[None]:
    """Undo what pages change in the whole process: instrumentation and logging."""
    root, logger = logging.getLogger(), logging.getLogger("pinarkive")
    handlers, level, own_level = root.handlers[:], root.level, logger.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logger.setLevel(own_level)
    if HTTPXClientInstrumentor().is_instrumented_by_opentelemetry:
        HTTPXClientInstrumentor().uninstrument()


# Starlette's test client works with our httpx too, but would prefer its successor.
@pytest.mark.filterwarnings("ignore:Using `httpx` with `starlette.testclient`")
@pytest.mark.usefixtures("folder", "process")
@pytest.mark.parametrize("page", RUN, ids=name_of)
def test_a_page_runs(
    page: Path,
    names: dict[str, Any],
    pinarkive_sandbox: Sandbox,
    request: pytest.FixtureRequest,
) -> None:
    with asyncio.Runner() as runner:
        try:
            for block in blocks_of(page):
                if block.is_run and block.language != "text":
                    run(block, names, pinarkive_sandbox, runner)
                    run_tests(block, names, pinarkive_sandbox, request.getfixturevalue)
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
    code = block.code.replace('"..."', repr(sandbox.api_key))
    code = code.replace("me@example.com", sandbox.email).replace("my password", sandbox.password)
    # The lines before let a traceback show the line of the page.
    program = compile(
        "\n" * block.line + code,
        name_of(block.page),
        "exec",
        flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT,
        dont_inherit=True,
    )
    done = eval(program, names)  # noqa: S307  # our own page
    if inspect.iscoroutine(done):
        runner.run(done)


def run_tests(
    block: Block, names: Mapping[str, Any], sandbox: Sandbox, fixture: Callable[[str], Any]
) -> None:
    """Run the tests that a block shows, each on a sandbox that is as new."""
    for name in re.findall(r"^def (test_\w+)", block.code, re.MULTILINE):
        sandbox.reset()
        wanted = inspect.signature(names[name]).parameters
        names[name](**{each: fixture(each) for each in wanted})


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_no_block_is_overlooked(page: Path) -> None:
    fences = re.findall(r"^ *```", page.read_text(), re.MULTILINE)
    assert len(fences) == 2 * len(blocks_of(page))
