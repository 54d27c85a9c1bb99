"""No answer takes much more memory than it has bytes."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pinarkive import GetStatus, ListPlans, ListTokens, Request
from pinarkive._core.read import UnreadableAnswer, read_body

CID = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"
PROGRAM = Path(__file__).with_name("bombs.py")
MIB = 1024 * 1024
MOST_OF_A_BOMB = 16 * MIB
MOST_PER_BYTE = 40
# Up to a thousand records may be as small as they like.
ALWAYS = 2 * MIB


def test_what_an_answer_takes_is_bounded() -> None:
    done = subprocess.run(  # noqa: S603
        [sys.executable, str(PROGRAM)], capture_output=True, text=True, check=True, timeout=300
    )
    too_large: list[str] = []
    lines = done.stdout.splitlines()
    for line in lines:
        growth, size, refused, name = line.split(" ", 3)
        limit = MOST_OF_A_BOMB if refused == "1" else MOST_PER_BYTE * int(size) + ALWAYS
        if int(growth) > limit:
            too_large.append(f"{name}: {int(growth) / MIB:.1f} MiB for {int(size) / MIB:.2f} MiB")
    assert too_large == []
    assert len(lines) > 200


def test_what_is_small_and_what_is_real_is_read() -> None:
    few = b'{"plans":[' + b"{}," * 998 + b"{}]}"
    assert len(read_body(ListPlans(), few).plans) == 999
    many = b'{"tokens":[' + b",".join([b'{"name":"a","label":"cli-access"}'] * 5_000) + b"]}"
    assert len(read_body(ListTokens(), many).tokens) == 5_000


@pytest.mark.parametrize(
    ("request_", "body"),
    [
        (ListPlans(), b"[" + b"{}," * 5_000 + b"{}]"),
        (GetStatus(cid=CID), b'{"peers":[' + b'"",' * 5_000 + b'""]}'),
    ],
)
def test_more_things_than_an_answer_has_room_for_are_refused(
    request_: Request[Any], body: bytes
) -> None:
    with pytest.raises(UnreadableAnswer, match=r"objects|peers"):
        read_body(request_, body)
