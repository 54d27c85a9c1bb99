"""The pytest plugin, in runs of its own."""

import os
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

TESTS = """
import asyncio

import pytest

from pinarkive import AsyncPinarkiveClient, PinarkiveClient
from pinarkive.sandbox import Sandbox

seen = []


@pytest.mark.parametrize("number", range(3))
def test_sync(
    pinarkive_client: PinarkiveClient, pinarkive_sandbox: Sandbox, number: int
) -> None:
    assert pinarkive_client.users.uploads().total == 0
    assert pinarkive_client.files.upload(b"hello", filename="hello.txt").size == 5
    assert pinarkive_client.users.me().email == pinarkive_sandbox.email
    pinarkive_sandbox.faults.add(status=500, times=None)
    pinarkive_sandbox.clock.advance(days=1000)
    seen.append(pinarkive_sandbox)
    assert seen == [pinarkive_sandbox] * len(seen)


def test_async_by_hand(async_pinarkive_client: AsyncPinarkiveClient) -> None:
    async def use() -> int:
        return len((await async_pinarkive_client.users.uploads()).uploads)

    assert asyncio.run(use()) == 0


def test_no_waiting(
    pinarkive_no_waiting: list[float], pinarkive_client: PinarkiveClient, pinarkive_sandbox: Sandbox
) -> None:
    pinarkive_sandbox.faults.add(status=429, retry_after=30, times=2)
    before = pinarkive_sandbox.clock.now
    assert pinarkive_client.files.upload(b"hello").size == 5
    assert [round(wait) for wait in pinarkive_no_waiting] == [30, 30]
    assert (pinarkive_sandbox.clock.now - before).total_seconds() >= 60


def test_the_loop_that_was_set_is_left_alone(pinarkive_client: PinarkiveClient) -> None:
    assert pinarkive_client.users.uploads().total == 0
"""

ASYNC_TESTS = """
import pytest

from pinarkive import AsyncPinarkiveClient
from pinarkive.sandbox import Sandbox

MARK


@pytest.mark.parametrize("number", range(3))
async def test_async(
    async_pinarkive_client: AsyncPinarkiveClient,
    pinarkive_sandbox: Sandbox,
    pinarkive_no_waiting: list[float],
    number: int,
) -> None:
    pinarkive_sandbox.pin_seconds = 60
    upload = await async_pinarkive_client.files.upload(b"bye", filename="bye.txt")
    assert (await async_pinarkive_client.users.uploads()).total == 1
    pinarkive_sandbox.faults.add(status=503, retry_after=20, path="/status")
    status = await async_pinarkive_client.status.wait_until_pinned(upload.cid)
    assert status.is_pinned
    assert sum(pinarkive_no_waiting) >= 60
"""
ANYIO = """
pytestmark = pytest.mark.anyio


@pytest.fixture(params=["asyncio"])
def anyio_backend(request) -> str:
    return request.param
"""


def run_pytest(folder: Path, tests: str, *more: str, prelude: str = "") -> str:
    (folder / "test_mine.py").write_text(tests, encoding="utf-8")
    program = f"{prelude}\nimport sys, pytest; sys.exit(pytest.main(sys.argv[1:]))"
    options = ["-p", "no:cacheprovider", "-W", "error", "--rootdir", str(folder), str(folder)]
    # Not those that others have brought along: they take most of the time.
    plugins = {
        "-n": "xdist.plugin",
        "--asyncio-mode=auto": "pytest_asyncio.plugin",
        "": "anyio.pytest_plugin",
    }
    for name in [*(plugins[each] for each in ("", *more) if each in plugins), "pinarkive.testing"]:
        options += ["-p", name]
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", program, *options, *more],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
    )
    return done.stdout + done.stderr


@pytest.mark.parametrize("more", [(), ("-n", "2")], ids=["alone", "xdist.plugin"])
def test_each_test_has_a_clean_sandbox_and_leaves_no_warning(
    tmp_path: Path, more: tuple[str, ...]
) -> None:
    output = run_pytest(tmp_path, TESTS, *more)
    assert "6 passed" in output, output
    assert "warning" not in output, output


@pytest.mark.parametrize(
    ("mark", "more"),
    [
        (ANYIO, ("-n", "2")),
        ("", ("--asyncio-mode=auto", "-o", "asyncio_default_fixture_loop_scope=function")),
        (
            "pytestmark = pytest.mark.asyncio(loop_scope='session')",
            ("--asyncio-mode=auto", "-o", "asyncio_default_fixture_loop_scope=session"),
        ),
    ],
    ids=["anyio and xdist", "pytest-asyncio", "pytest-asyncio, one loop"],
)
def test_asynchronous_tests(tmp_path: Path, mark: str, more: tuple[str, ...]) -> None:
    output = run_pytest(tmp_path, ASYNC_TESTS.replace("MARK", mark), *more)
    assert "3 passed" in output, output
    assert "warning" not in output, output


def test_pytest_finds_it_by_itself(request: pytest.FixtureRequest) -> None:
    if "pinarkive" in {entry.name for entry in entry_points(group="pytest11")}:
        assert request.config.pluginmanager.has_plugin("pinarkive")


def test_another_server_can_be_given(tmp_path: Path) -> None:
    conftest = """
import pytest

from pinarkive.sandbox import Sandbox


@pytest.fixture(scope="session")
def pinarkive_sandbox_server():
    with Sandbox(plan="free") as sandbox:
        yield sandbox
"""
    (tmp_path / "conftest.py").write_text(conftest, encoding="utf-8")
    tests = "def test_a(pinarkive_client):\n assert pinarkive_client.users.me().plan.code == 'free'"
    output = run_pytest(tmp_path, tests)
    assert "1 passed" in output, output


def test_without_the_extra_only_the_fixtures_fail(tmp_path: Path) -> None:
    tests = (
        "def test_a(pinarkive_client): pass\n"
        "def test_b(): pass\n"
        "def test_c(pinarkive_no_waiting): pass"
    )
    output = run_pytest(tmp_path, tests, prelude="import sys; sys.modules['starlette'] = None")
    assert "2 passed, 1 error" in output, output
    assert "pip install 'pinarkive-sdk-py[sandbox]'" in output
