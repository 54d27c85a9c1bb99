"""Time limits are moments: each wait computes the time that is left."""

from .moments import now

__all__ = ["CONNECT_TIMEOUT", "connect_deadline", "has_passed", "seconds_left"]

CONNECT_TIMEOUT = 5.0
# The system accepts at most 24 days at a time.
LONGEST_WAIT = 86_400.0


def seconds_left(deadline: float | None) -> float | None:
    """Return how long a single wait may last; the caller checks the deadline again after it."""
    return None if deadline is None else min(max(0.0, deadline - now()), LONGEST_WAIT)


def has_passed(deadline: float | None) -> bool:
    """Return whether the time is up."""
    return deadline is not None and now() >= deadline


def connect_deadline(deadline: float | None) -> float:
    """Return the deadline for making a connection."""
    latest = now() + CONNECT_TIMEOUT
    return latest if deadline is None else min(latest, deadline)
