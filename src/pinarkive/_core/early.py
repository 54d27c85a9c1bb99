"""Recognizes an answer that arrives before the whole request has been sent."""

import re

__all__ = ["interim_length", "is_final_answer"]

# 101 is not an interim answer: it switches to another protocol.
INTERIM = re.compile(rb"HTTP/1\.[01] 1(?!01)")
VERSION = b"HTTP/1."
STATUS_LINE_LENGTH = len(b"HTTP/1.1 103")
BLANK_LINE = b"\r\n\r\n"
# Anything longer is not an interim answer, whatever it begins with.
LONGEST_INTERIM = 64 * 1024


def interim_length(received: bytes | bytearray) -> int:
    """Return how many of the first bytes received are complete interim answers (1xx)."""
    start = 0
    while INTERIM.match(received, start):
        end = received.find(BLANK_LINE, start)
        if end < 0:
            break
        start = end + len(BLANK_LINE)
    return start


def is_final_answer(received: bytes | bytearray) -> bool:
    """Return whether a final answer has begun, so that sending the rest is pointless.

    Args:
        received: Every byte received since the request began.
    """
    start = interim_length(received)
    head = bytes(received[start : start + STATUS_LINE_LENGTH])
    if len(head) < STATUS_LINE_LENGTH and VERSION.startswith(head[: len(VERSION)]):
        return False
    return not INTERIM.match(received, start) or len(received) - start > LONGEST_INTERIM
