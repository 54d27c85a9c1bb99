"""The command in a terminal: tables, bars, colours, keys."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.cells import cell_len

from pinarkive import PinarkiveClient
from pinarkive.sandbox import Sandbox
from pinarkive.unixfs import file_cid

from .terminal import Terminal, terminal

CODES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
COLOUR = re.compile(r"\x1b\[[0-9;]*3[0-9][0-9;]*m")
HIDE, SHOW = "\x1b[?25l", "\x1b[?25h"


def lines_of(text: str) -> list[str]:
    """Return what stands on the terminal's lines."""
    return CODES.sub("", text).replace("\r\n", "\n").splitlines()


def wait_for(is_so: Callable[[], bool], shown: Terminal) -> None:
    """Wait until something is so, or the command has ended."""
    while not is_so():
        with pytest.raises(subprocess.TimeoutExpired):
            shown.process.wait(timeout=0.02)


@pytest.mark.parametrize("columns", [40, 80])
def test_a_table_fits(sandbox: Sandbox, pinarkive_client: PinarkiveClient, columns: int) -> None:
    name = "报告 of the year [red]2031 which has a long name.txt"
    cid = pinarkive_client.files.upload(b"x", filename=name).cid
    with terminal("ls", columns=columns) as shown:
        done = shown.end()
    assert done.status == 0
    header, row = lines_of(done.out)
    assert max(cell_len(header), cell_len(row)) <= columns
    assert header.startswith("CID ")
    assert ("报告 of" in row) == ("NAME" in header) == (columns >= 80)
    assert (cid in row) == (columns >= 80)


def test_columns_is_heeded(sandbox: Sandbox, pinarkive_client: PinarkiveClient) -> None:
    pinarkive_client.files.upload(b"x", filename="[red]x[")
    with terminal("ls", columns=40, COLUMNS="132") as shown:
        header, row = lines_of(shown.end().out)
    assert "CREATED" in header
    assert "  [red]x[  " in row


def test_no_color_is_heeded(sandbox: Sandbox, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(bytes(1000))
    with terminal("upload", file, NO_COLOR="1") as shown:
        done = shown.end()
    assert "1.0/1.0 kB" in done.out
    assert not COLOUR.search(done.out)


def test_a_bar_is_shown_and_leaves_no_trace(sandbox: Sandbox, tmp_path: Path) -> None:
    file = tmp_path / "a\x9b31m[red].bin"
    file.write_bytes(bytes(3_000_000))
    with terminal("upload", file, "--name", "x\u202e[red].bin", "--wait") as shown:
        done = shown.end()
    assert done.status == 0
    assert "3.0/3.0 MB" in done.out
    assert "pinning" in done.out
    assert COLOUR.search(done.out)
    assert "x\\u202e[red].bin" in done.out
    assert "\u202e" not in done.out
    assert "\x9b" not in done.out
    cid = file_cid(bytes(3_000_000))
    assert [line.endswith(cid) for line in lines_of(done.out) if cid in line] == [True]
    # The cursor goes up to the bar's line, and erases it.
    assert done.out.endswith("\x1b[1A\x1b[2K")
    assert done.out.count(HIDE) == done.out.count(SHOW)


def test_with_stdout_in_a_file_the_bar_stays_on_the_terminal(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    file, out = tmp_path / "file", tmp_path / "out"
    file.write_bytes(bytes(1_000_000))
    with out.open("wb") as stdout, terminal("upload", file, stdout=stdout.fileno()) as shown:
        done = shown.end()
    assert "1.0/1.0 MB" in done.out
    assert out.read_text() == f"{file_cid(bytes(1_000_000))}\n"


def test_ctrl_c_ends_it_and_leaves_the_terminal_in_order(sandbox: Sandbox) -> None:
    with terminal("status", file_cid(b"never"), "--wait") as shown:
        wait_for(lambda: "pinning" in shown.text, shown)
        shown.enter("\x03")
        done = shown.end()
    assert done.status == 130
    assert "Traceback" not in done.out
    assert done.out.count(HIDE) == done.out.count(SHOW) > 0


def test_a_code_is_asked_for_where_one_is_needed(sandbox: Sandbox) -> None:
    with PinarkiveClient.from_login(
        sandbox.totp_email,
        sandbox.totp_password,
        totp=sandbox.totp_code,
        base_url=sandbox.base_url,
    ) as client:
        sandbox.clock.advance(seconds=60)
        made = client.tokens.generate("all", scopes=["tokens:write"], totp_code=sandbox.totp_code())
    sandbox.clock.advance(seconds=60)
    with terminal("token", "create", "ci", PINARKIVE_API_KEY=made.token) as shown:
        wait_for(lambda: "Code of your authenticator app" in shown.text, shown)
        code = sandbox.totp_code()
        shown.enter(f"{code}\n")
        done = shown.end()
    assert done.status == 0
    assert code not in done.out
    assert "The token ci has the scopes" in done.out
