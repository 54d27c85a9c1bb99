"""The command, run in this process or as one of its own."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from pinarkive.cli.main import run

SCRIPT = Path(sys.executable).with_name("pinarkive")


@dataclass(frozen=True)
class Done:
    """What a command printed, and its exit status."""

    status: int
    out: str
    err: str

    @property
    def objects(self) -> list[dict[str, Any]]:
        """The objects that were printed, one a line."""
        return [json.loads(line) for line in self.out.splitlines()]


RunHere: TypeAlias = Callable[..., Done]


def run_here(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> Done:
    """Run a command in this process, which takes no time to start."""
    capsys.readouterr()
    before = signal.getsignal(signal.SIGTERM)
    try:
        status = run([str(argument) for argument in arguments])
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else 1
    finally:
        signal.signal(signal.SIGTERM, before)
    printed = capsys.readouterr()
    return Done(status, printed.out, printed.err)


def run_process(*arguments: str | Path | bytes, stdin: str = "", **environment: str) -> Done:
    """Run a command as a process, with its output in pipes."""
    done = subprocess.run(  # noqa: S603
        [str(SCRIPT), *map(os.fsdecode, arguments)],
        env={**os.environ, **environment},
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return Done(done.returncode, done.stdout, done.stderr)
