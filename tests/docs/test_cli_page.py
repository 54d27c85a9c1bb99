"""The page of the command: what it shows runs, and prints what it says."""

import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest

from pinarkive.cli.errors import STATUSES
from pinarkive.sandbox import Sandbox
from tests.cli.command import SCRIPT, run_here

from .pages import DOCS, blocks_of

PAGE = DOCS / "cli.md"


def examples() -> list[tuple[str, list[str]]]:
    """Return the commands of the page, and the lines that they print."""
    found: list[tuple[str, list[str]]] = []
    for block in blocks_of(PAGE):
        for line in block.code.splitlines() if block.is_run else ():
            if line.startswith("$ "):
                found.append((line[2:], []))
            else:
                found[-1][1].append(line)
    return found


def folder_of_the_page(folder: Path, sandbox: Sandbox) -> None:
    """Make the files that the page speaks of."""
    contents = {
        "report.pdf": "a report",
        "site/index.html": "<p>",
        "site/notes.tmp": "not for others",
        "notes/a.txt": "hi\n",
        "notes/e/b.txt": "ho\n",
        "photos/1.jpg": "a photo",
        "photos/2.jpg": "another",
        "key.txt": sandbox.api_key,
    }
    for name, content in contents.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)


def in_shell(command: str) -> str:
    """Run a command in a shell, and return all that it prints."""
    path = os.pathsep.join((str(SCRIPT.parent), os.environ["PATH"]))
    done = subprocess.run(  # noqa: S603
        ["/bin/sh", "-c", command],
        env={**os.environ, "PATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, (command, done.stdout)
    return done.stdout


def test_the_examples_run_and_print_what_is_shown(
    pinarkive_sandbox: Sandbox,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder_of_the_page(tmp_path, pinarkive_sandbox)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PINARKIVE_API_KEY", pinarkive_sandbox.api_key)
    monkeypatch.setenv("PINARKIVE_API_BASE_URL", pinarkive_sandbox.base_url)
    run_here(capsys, "upload", "notes")
    for command, shown in examples():
        if set(command) & set("|<>"):
            printed = in_shell(command)
        else:
            done = run_here(capsys, *shlex.split(command)[1:])
            assert done.status == 0, (command, done.err)
            printed = done.out + done.err
        if shown:
            pattern = ".*".join(map(re.escape, "\n".join(shown).split("…")))
            assert re.fullmatch(pattern, printed.rstrip("\n"), re.S), (command, printed)


def test_every_command_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    commands = run_here(capsys, "--help").out.partition(" Commands ")[2]
    names = set(re.findall(r"^│ (\w+) ", commands, re.M))
    assert "upload" in names
    assert {command.split()[1] for command, _ in examples()} | {"sandbox"} == names


def test_every_exit_status_is_explained() -> None:
    explained = {int(status) for status in re.findall(r"^\| (\d+) \|", PAGE.read_text(), re.M)}
    assert explained == {0, 1, 130} | {status for status, _ in STATUSES}
