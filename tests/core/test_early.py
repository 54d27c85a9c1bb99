"""Whether what came while a request was being sent is its answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinarkive._core.early import is_final_answer

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
HINTS = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
REFUSAL = b"HTTP/1.1 413 Payload Too Large\r\n"


@pytest.mark.parametrize(
    ("received", "is_final"),
    [
        (b"", False),
        (b"HTTP/1.1 ", False),
        (b"HTTP/1.1 4", False),
        (b"HTTP/1.1 413", True),
        (b"HTTP/1.0 200", True),
        (b"HTTP/1.1 101", True),
        (REFUSAL, True),
        (b"HTTP/1.1 1", False),
        (CONTINUE, False),
        (CONTINUE + HINTS, False),
        (CONTINUE[:-2], False),
        (HINTS + REFUSAL, True),
        (HINTS + REFUSAL[:9], False),
        (b"no HTTP at all", True),
        (b"\x15\x03\x01\x00\x02\x02\x46aaa", True),
        (b"HTTP/1.1 103 " + b"x" * 70_000, True),
    ],
)
def test_interim_answers_are_not_final(received: bytes, is_final: bool) -> None:
    assert is_final_answer(received) == is_final


@given(st.lists(st.sampled_from([CONTINUE, HINTS])), st.integers(0, 200))
def test_no_part_of_interim_answers_is_final(parts: list[bytes], end: int) -> None:
    assert not is_final_answer(b"".join(parts)[:end])
    assert is_final_answer(b"".join(parts) + REFUSAL)
