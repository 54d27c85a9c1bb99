"""The pytest plugin, in runs of its own."""

import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

TESTS = """
import asyncio

import pytest

from pinarkive import AsyncPinarkiveClient, PinarkiveClient
from pinarkive.sandbox import Sandbox

seen = []


def test_sync(pinarkive_client: PinarkiveClient, pinarkive_sandbox: Sandbox) -> None:
    assert pinarkive_client.files.upload(b"hello", filename="hello.txt").size == 5
    assert pinarkive_client.users.me().email == pinarkive_sandbox.email
    seen.append(pinarkive_sandbox)


def test_async_by_hand(async_pinarkive_client: AsyncPinarkiveClient) -> None:
    async def use() -> int:
        return len((await async_pinarkive_client.users.uploads()).uploads)

    assert asyncio.run(use()) == 1


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.mark.anyio
async def test_async(
    async_pinarkive_client: AsyncPinarkiveClient, pinarkive_sandbox: Sandbox
) -> None:
    assert (await async_pinarkive_client.files.upload(b"bye", filename="bye.txt")).size == 3
    assert pinarkive_sandbox is seen[0]


def test_the_loop_that_was_set_is_left_alone(pinarkive_client: PinarkiveClient) -> None:
    assert pinarkive_client.users.uploads().total == 2
"""


def run_pytest(folder: Path, tests: str, prelude: str = "") -> str:
    (folder / "test_mine.py").write_text(tests, encoding="utf-8")
    program = f"{prelude}\nimport sys, pytest; sys.exit(pytest.main(sys.argv[1:]))"
    options = ["-p", "no:cacheprovider", "-W", "error", "--rootdir", str(folder), str(folder)]
    # Where the package is installed, pytest has found the plugin itself.
    if "pinarkive" not in {entry.name for entry in entry_points(group="pytest11")}:
        options += ["-p", "pinarkive.testing"]
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", program, *options],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.stdout + done.stderr


def test_the_fixtures_share_a_sandbox_and_leave_no_warning(tmp_path: Path) -> None:
    output = run_pytest(tmp_path, TESTS)
    assert "4 passed" in output, output
    assert "warning" not in output, output


def test_without_the_extra_only_the_fixtures_fail(tmp_path: Path) -> None:
    tests = "def test_a(pinarkive_client): pass\ndef test_b(): pass"
    output = run_pytest(tmp_path, tests, "import sys; sys.modules['starlette'] = None")
    assert "1 passed, 1 error" in output, output
    assert "pip install 'pinarkive-sdk-py[sandbox]'" in output
