"""What `PINARKIVE_LOG` writes, in programs of their own."""

import os
import re
import subprocess
import sys

import pytest

from .faults import KEY
from .server import FaultServer, Read, Send, Turn, json_answer

ME = (Read(), Send(json_answer(b'{"id": "u1"}')))
BUSY = (Read(), Send(json_answer(b"{}", 503, "Retry-After: 0")))

PROGRAM = """
import sys
{before}
from pinarkive import PinarkiveClient
for _ in range(2):
    with PinarkiveClient(api_key=sys.argv[2], base_url=sys.argv[1]) as client:
        client.users.me()
"""


def written(value: str | None, turns: list[Turn], before: str = "") -> str:
    """Return what a program that makes two clients, and a call with each, writes to stderr."""
    variables = {name: text for name, text in os.environ.items() if name != "PINARKIVE_LOG"}
    if value is not None:
        variables["PINARKIVE_LOG"] = value
    with FaultServer(*turns) as server:
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-c", PROGRAM.format(before=before), server.base_url, KEY],
            env=variables,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    assert done.returncode == 0, done.stderr
    assert KEY not in done.stderr
    return done.stderr


@pytest.mark.parametrize("value", [None, ""])
def test_nothing_is_written_unless_asked_for(value: str | None) -> None:
    assert written(value, [BUSY, ME, ME]) == ""


def test_debug_writes_a_line_for_each_attempt() -> None:
    text = written("DEBUG", [BUSY, ME, ME])
    assert re.findall(r"DEBUG pinarkive: (.*) in", text) == [
        "GET /users/me: 503",
        "GET /users/me: 200",
        "GET /users/me: 200",
    ]
    assert text.count("INFO pinarkive: GET /users/me: attempt 1 failed (503)") == 1


def test_info_writes_a_line_for_each_repetition() -> None:
    [line] = written("info", [BUSY, ME, ME]).splitlines()
    assert "INFO pinarkive: GET /users/me: attempt 1 failed (503)" in line


def test_an_unknown_value_is_told_and_harms_nothing() -> None:
    lines = written("loud", [BUSY, ME, ME]).splitlines()
    assert lines == ["PINARKIVE_LOG is 'loud'; it may be 'debug' or 'info', so it is ignored"] * 2


def test_what_the_program_has_set_up_stays() -> None:
    before = (
        "import logging; logging.basicConfig(format='mine %(message)s'); "
        "logging.getLogger('pinarkive').setLevel(logging.INFO)"
    )
    [line] = written("debug", [BUSY, ME, ME], before).splitlines()
    assert line.startswith("mine GET /users/me: attempt 1 failed (503)")
