"""The time that calls go by, and the waits between attempts, which a test can have skipped."""

import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TypeAlias

__all__ = ["is_skipped", "now", "skipping"]

OnWait: TypeAlias = Callable[[float], object]


class Skipped:
    """Who takes the waits, and how far the time of calls is ahead by those that were skipped."""

    def __init__(self) -> None:
        self.ahead = 0.0
        self.takers: list[OnWait] = []
        self.lock = threading.Lock()


# Of the whole process: code under test makes its own clients, threads and event loops. The time
# never goes back, so what was reckoned with it (a limit, somebody's turn) stays right.
SKIPPED = Skipped()


def now() -> float:
    """Return the moment, in seconds of a clock that skipped waits move on."""
    return time.monotonic() + SKIPPED.ahead


def is_skipped(seconds: float) -> bool:
    """Tell whether a wait is to be skipped; then its time has passed."""
    with SKIPPED.lock:
        if not SKIPPED.takers:
            return False
        SKIPPED.ahead += seconds
        taker = SKIPPED.takers[-1]
    taker(seconds)
    return True


@contextmanager
def skipping(on_wait: OnWait) -> Generator[None]:
    """Have waits skipped inside the `with` block, and be told of each."""
    with SKIPPED.lock:
        SKIPPED.takers.append(on_wait)
    try:
        yield
    finally:
        with SKIPPED.lock:
            SKIPPED.takers.remove(on_wait)
