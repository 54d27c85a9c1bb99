"""The clock that calls use, and the waits between attempts, which tests can skip."""

import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TypeAlias

__all__ = ["is_skipped", "now", "skipping"]

OnWait: TypeAlias = Callable[[float], object]


class Skipped:
    """Who receives the skipped waits, and how far they have advanced the clock of calls."""

    def __init__(self) -> None:
        self.ahead = 0.0
        self.takers: list[OnWait] = []
        self.lock = threading.Lock()


# Of the whole process: code under test makes its own clients, threads and event loops. The time
# never goes back, so what was reckoned with it (a limit, somebody's turn) stays right.
SKIPPED = Skipped()


def now() -> float:
    """Return the time, in seconds of a clock that skipped waits advance."""
    return time.monotonic() + SKIPPED.ahead


def is_skipped(seconds: float) -> bool:
    """Return whether a wait is skipped; if so, the clock has advanced."""
    with SKIPPED.lock:
        if not SKIPPED.takers:
            return False
        SKIPPED.ahead += seconds
        taker = SKIPPED.takers[-1]
    taker(seconds)
    return True


@contextmanager
def skipping(on_wait: OnWait) -> Generator[None]:
    """Skip the waits inside the `with` block, and report each."""
    with SKIPPED.lock:
        SKIPPED.takers.append(on_wait)
    try:
        yield
    finally:
        with SKIPPED.lock:
            SKIPPED.takers.remove(on_wait)
