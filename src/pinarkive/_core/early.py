"""An answer that comes before the whole request has been sent."""

import re

__all__ = ["is_final_answer"]

STATUS_LINE = re.compile(rb"HTTP/1\.[01] (\d)")
STATUS_LINE_LENGTH = len(b"HTTP/1.1 4")
BLANK_LINE = b"\r\n\r\n"
# More than this is no interim answer, whatever it begins with.
LONGEST_INTERIM = 64 * 1024


def is_final_answer(received: bytes | bytearray) -> bool:
    """Say whether what came is more than interim answers (1xx), so that nobody waits for the rest.

    Args:
        received: Everything that came since the request was begun.
    """
    start = 0
    while start < len(received):
        head = received[start : start + STATUS_LINE_LENGTH]
        if len(head) < STATUS_LINE_LENGTH:
            return False
        status = STATUS_LINE.match(head)
        if status is None or status[1] != b"1":
            return True
        end = received.find(BLANK_LINE, start)
        if end < 0:
            return len(received) - start > LONGEST_INTERIM
        start = end + len(BLANK_LINE)
    return False
