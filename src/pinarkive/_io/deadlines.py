"""Limits are moments: whoever waits works out what is left, and looks again after it."""

from .moments import now

__all__ = ["CONNECT_TIMEOUT", "connect_deadline", "has_passed", "seconds_left"]

CONNECT_TIMEOUT = 5.0
# The system takes no more than 24 days at a time.
LONGEST_WAIT = 86_400.0


def seconds_left(deadline: float | None) -> float | None:
    """Return how long a wait may last; whoever waits looks at the moment again after it."""
    return None if deadline is None else min(max(0.0, deadline - now()), LONGEST_WAIT)


def has_passed(deadline: float | None) -> bool:
    """Say whether no time is left."""
    return deadline is not None and now() >= deadline


def connect_deadline(deadline: float | None) -> float:
    """Return the moment at which making a connection must end."""
    latest = now() + CONNECT_TIMEOUT
    return latest if deadline is None else min(latest, deadline)
