"""The command as a process: pipes, signals, encodings, and an environment without its extra."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pinarkive import PinarkiveClient
from pinarkive.sandbox import Sandbox
from pinarkive.unixfs import file_cid

from .command import SCRIPT, run_process


def python(program: str) -> subprocess.CompletedProcess[str]:
    """Run a program in a Python of its own."""
    return subprocess.run(  # noqa: S603
        [sys.executable, "-W", "error", "-c", program],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@contextmanager
def started(*arguments: str | Path) -> Generator[subprocess.Popen[str]]:
    """Start a command, which ends with the block at the latest."""
    process = subprocess.Popen(  # noqa: S603
        [str(SCRIPT), *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def wait_for(is_so: Callable[[], object], process: subprocess.Popen[str]) -> None:
    """Wait until something is so; fail if the command ends before."""
    while not is_so():
        assert process.poll() is None
        time.sleep(0.02)


def test_what_is_uploaded_comes_back(pinarkive_sandbox: Sandbox, tmp_path: Path) -> None:
    file = tmp_path / "é.txt"
    file.write_bytes(b"content\r\n\x00")
    environment = {"PINARKIVE_API_BASE_URL": pinarkive_sandbox.base_url}
    done = run_process(
        *("upload", file, "--api-key-file", "-"), stdin=pinarkive_sandbox.api_key, **environment
    )
    assert (done.status, done.out, done.err) == (0, f"{file_cid(file)}\n", "")
    key = tmp_path / "key"
    key.write_text(pinarkive_sandbox.api_key)
    done = run_process(
        *("get", file_cid(file), tmp_path / "back", "--api-key-file", key), **environment
    )
    assert (done.status, done.out, done.err) == (0, f"{tmp_path / 'back'}\n", "")
    assert (tmp_path / "back").read_bytes() == file.read_bytes()


def test_a_reader_that_has_enough_is_no_error_to_tell(
    sandbox: Sandbox, pinarkive_client: PinarkiveClient
) -> None:
    pinarkive_client.files.pin(file_cid(b""))
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "pinarkive.cli", "ls"],
        # Buffered, so that the error comes when all is printed.
        env={**os.environ, "PYTHONUNBUFFERED": ""},
        stdout=writer,
        stderr=subprocess.PIPE,
        check=False,
        timeout=60,
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (1, b"")


def test_names_that_are_no_text_and_an_encoding_that_lacks_them(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    latin = os.fsencode(tmp_path) + b"/caf\xe9"
    accented = tmp_path / "café"
    for name in (latin, os.fsencode(accented)):
        Path(os.fsdecode(name)).write_text("x")
    done = run_process("cid", latin, accented, PYTHONIOENCODING="ascii", PYTHONUTF8="1")
    assert (done.status, done.err) == (0, "")
    assert done.out.splitlines() == [
        f"{file_cid(b'x')}  {tmp_path}/caf\\xe9",
        f"{file_cid(b'x')}  {tmp_path}/caf\\xe9",
    ]


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 128 + signal.SIGTERM)]
)
def test_a_signal_ends_a_download_and_leaves_nothing(
    sandbox: Sandbox, pinarkive_client: PinarkiveClient, tmp_path: Path, number: int, status: int
) -> None:
    cid = pinarkive_client.files.upload(bytes(20_000_000)).cid
    # The root block comes, then half of the content, and then nothing more.
    sandbox.faults.add(delay=0.01, path="/ipfs")
    sandbox.faults.add(truncate=True, path="/ipfs")
    sandbox.faults.add(delay=30, path="/ipfs", times=9)
    with started("get", cid, tmp_path / "back") as process:
        wait_for(lambda: any(each.stat().st_size for each in tmp_path.iterdir()), process)
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (status, "", "")
    assert list(tmp_path.iterdir()) == []


def test_the_sandbox_runs_until_it_is_interrupted(tmp_path: Path) -> None:
    with started("sandbox", "--json", "--data", tmp_path / "data") as process:
        assert process.stdout is not None
        values = json.loads(process.stdout.readline())
        with PinarkiveClient(api_key=values["api_key"], base_url=values["base_url"]) as client:
            client.files.upload(b"x")
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")


def test_without_the_extra_it_says_what_to_install() -> None:
    done = python(
        "import sys; sys.modules['typer'] = None; import pinarkive.cli; "
        "sys.exit(pinarkive.cli.start())"
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "pinarkive: the package typer is not installed; run: pip install 'pinarkive-sdk-py[cli]'\n"
    )


def test_the_library_does_without_the_command() -> None:
    done = python("import pinarkive, sys; print('typer' in sys.modules)")
    assert done.stdout == "False\n"


@pytest.mark.parametrize(
    ("shell", "environment"),
    [
        ("bash", {"COMP_WORDS": "pinarkive to", "COMP_CWORD": "1"}),
        ("zsh", {"_TYPER_COMPLETE_ARGS": "pinarkive to"}),
        (
            "fish",
            {"_TYPER_COMPLETE_ARGS": "pinarkive to", "_TYPER_COMPLETE_FISH_ACTION": "get-args"},
        ),
    ],
)
def test_completion(shell: str, environment: dict[str, str]) -> None:
    done = run_process(_PINARKIVE_COMPLETE=f"complete_{shell}", **environment)
    assert "token" in done.out
    assert "upload" not in done.out
