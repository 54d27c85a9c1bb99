"""Text that no terminal obeys, and tables that fit."""

import os
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinarkive.cli.options import split_path
from pinarkive.cli.output import GAP, brief_text, escape, exact_text, fitting


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("report 1.pdf", "report 1.pdf"),
        ("报告 é ß 👩‍👩‍👧", "报告 é ß 👩‍👩‍👧"),
        ("Screenshot 9.41\u202fAM", "Screenshot 9.41\u202fAM"),
        ("\x1b]8;;http://x\x1b\\a", "\\x1b]8;;http://x\\x1b\\a"),
        ("a\tb\nc\r", "a\\tb\\nc\\r"),
        ("\x7f\x80\x9b", "\\x7f\\x80\\x9b"),
        ("gpj.\u202eexe", "gpj.\\u202eexe"),
        ("\u2028\ufeff\U000e0041", "\\u2028\\ufeff\\U000e0041"),
        (os.fsdecode(b"caf\xe9"), "caf\\xe9"),
        ("\ud800", "\\ud800"),
    ],
)
def test_what_a_terminal_would_obey_is_escaped(text: str, shown: str) -> None:
    assert escape(text) == shown


@given(st.text(st.characters(categories=None)))
def test_anything_can_be_shown(text: str) -> None:
    shown = escape(text)
    assert not any(ord(char) < 32 or 127 <= ord(char) < 160 for char in shown)
    shown.encode()


@given(
    st.lists(st.tuples(st.integers(0, 90), st.none() | st.integers(1, 20)), min_size=1, max_size=8),
    st.integers(1, 200),
)
def test_a_table_fits(columns: Sequence[tuple[int, int | None]], room: int) -> None:
    natural, least = [width for width, _ in columns], [end for _, end in columns]
    widths = fitting(natural, least, room)
    assert 1 <= len(widths) <= len(columns)
    assert sum(widths) + GAP * (len(widths) - 1) <= room
    assert all(width <= wanted for width, wanted in zip(widths, natural, strict=False))
    if sum(natural) + GAP * (len(natural) - 1) <= room:
        assert widths == natural


def test_the_last_columns_go_first_and_names_shrink() -> None:
    assert fitting([59, 40, 10, 16], [None, 12, None, None], 200) == [59, 40, 10, 16]
    assert fitting([59, 40, 10, 16], [None, 12, None, None], 104) == [59, 13, 10, 16]
    assert fitting([59, 40, 10, 16], [None, 12, None, None], 80) == [59, 19]
    assert fitting([59, 40, 10, 16], [None, 12, None, None], 40) == [40]


@pytest.mark.parametrize(
    ("value", "brief", "exact"),
    [
        (None, "", ""),
        ("1000", "1000", "1000"),
        (1234567, "1,234,567", "1234567"),
        (False, "no", "False"),
        (
            datetime(2031, 1, 2, 3, 4, 5, 678, tzinfo=UTC),
            "2031-01-02 03:04",
            "2031-01-02T03:04:05.000678Z",
        ),
    ],
)
def test_values_for_people_and_for_programs(value: object, brief: str, exact: str) -> None:
    assert (brief_text(value), exact_text(value)) == (brief, exact)


def test_a_cid_and_a_path_in_it() -> None:
    assert split_path("bafy") == ("bafy", None)
    assert split_path("bafy/") == ("bafy", None)
    assert split_path("bafy/a b/c.txt") == ("bafy", "a b/c.txt")
    assert split_path("bafy/a/") == ("bafy", "a")
