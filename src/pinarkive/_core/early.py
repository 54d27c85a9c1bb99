"""An answer that comes before the whole request has been sent."""

import re

__all__ = ["interim_length", "is_final_answer"]

# 101 is no interim answer: it ends HTTP.
INTERIM = re.compile(rb"HTTP/1\.[01] 1(?!01)")
VERSION = b"HTTP/1."
STATUS_LINE_LENGTH = len(b"HTTP/1.1 103")
BLANK_LINE = b"\r\n\r\n"
# More than this is no interim answer, whatever it begins with.
LONGEST_INTERIM = 64 * 1024


def interim_length(received: bytes | bytearray) -> int:
    """Return how many bytes whole interim answers (1xx) take at the start of what came."""
    start = 0
    while INTERIM.match(received, start):
        end = received.find(BLANK_LINE, start)
        if end < 0:
            break
        start = end + len(BLANK_LINE)
    return start


def is_final_answer(received: bytes | bytearray) -> bool:
    """Say whether what came is more than interim answers, so that nobody waits for the rest.

    Args:
        received: Everything that came since the request was begun.
    """
    start = interim_length(received)
    head = bytes(received[start : start + STATUS_LINE_LENGTH])
    if len(head) < STATUS_LINE_LENGTH and VERSION.startswith(head[: len(VERSION)]):
        return False
    return not INTERIM.match(received, start) or len(received) - start > LONGEST_INTERIM
