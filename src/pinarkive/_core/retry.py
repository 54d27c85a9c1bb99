"""Decides whether to repeat a failed attempt, and after how many seconds."""

from enum import StrEnum

from ..models import Replay

__all__ = [
    "LONGEST_RETRY_AFTER",
    "LONGEST_SHARED_WAIT",
    "Failure",
    "RateGate",
    "RetryBudget",
    "failure_of_status",
    "wait_before_retry",
]

FIRST_WAIT = 0.5
LONGEST_WAIT = 8.0
LONGEST_RETRY_AFTER = 60.0
# A run of many uploads waits longer than a single call.
LONGEST_SHARED_WAIT = 300.0

BUDGET = 500
RETRY_COST = 14
REFUSED_COST = 5


class Failure(StrEnum):
    """How an attempt failed, as far as repeating it is concerned."""

    NOT_CONNECTED = "not-connected"
    """No connection was made."""
    NOT_SENT = "not-sent"
    """The body was not sent in full; its length was declared, so the server did not act on it."""
    REFUSED = "refused"
    """The server asked to send it later."""
    UNKNOWN = "unknown"
    """It was sent, and the server may or may not have acted on it."""
    FINAL = "final"
    """Repeating it would not help."""


REPEATABLE: dict[Replay, frozenset[Failure]] = {
    Replay.ALWAYS: frozenset(
        {Failure.NOT_CONNECTED, Failure.NOT_SENT, Failure.REFUSED, Failure.UNKNOWN}
    ),
    Replay.WHEN_REFUSED: frozenset({Failure.NOT_CONNECTED, Failure.NOT_SENT, Failure.REFUSED}),
    Replay.NEVER: frozenset({Failure.NOT_CONNECTED}),
}


def failure_of_status(status: int, retry_after: float | None) -> Failure:
    """Return the kind of failure that this status means."""
    if status in {408, 425, 429} or (status == 503 and retry_after is not None):
        return Failure.REFUSED
    return Failure.UNKNOWN if status in {500, 502, 503, 504} else Failure.FINAL


def wait_before_retry(
    replay: Replay,
    failure: Failure,
    *,
    attempt: int,
    max_retries: int,
    rewindable: bool,
    retry_after: float | None,
    left: float | None,
    jitter: float,
    longest: float = LONGEST_RETRY_AFTER,
) -> float | None:
    """Return the seconds to wait before the next attempt, or `None` to give up.

    Args:
        replay: When the request may be repeated.
        failure: How the attempt failed.
        attempt: The number of the attempt, from 1.
        max_retries: How many attempts may follow the first.
        rewindable: Whether the body can be sent again.
        retry_after: The seconds that the server asks for.
        left: The seconds that are left of the call's time; `None` for no limit.
        jitter: A random number from 0 to 1, which spreads out clients that failed together.
        longest: The most seconds that the server may ask for.
    """
    if attempt > max_retries or failure not in REPEATABLE[replay]:
        return None
    if not rewindable and failure is not Failure.NOT_CONNECTED:
        return None
    if retry_after is not None and retry_after > longest:
        return None
    backoff = jitter * min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(attempt - 1, 10))
    wait = max(backoff, retry_after or 0.0)
    return None if left is not None and wait >= left else wait


class RetryBudget:
    """Limits the retries of a client, so that it does not make an outage worse.

    A retry takes tokens, a success returns one; when none are left, errors are raised at once.
    There is no lock: racing threads may miscount by one retry, but a lock that is held when the
    process forks would stay locked in the child.
    """

    def __init__(self) -> None:
        self._tokens = BUDGET

    def spend(self, failure: Failure) -> bool:
        """Take the tokens for a retry, and return whether there were enough."""
        cost = REFUSED_COST if failure is Failure.REFUSED else RETRY_COST
        if self._tokens < cost:
            return False
        self._tokens -= cost
        return True

    def reward(self) -> None:
        """Return one token for a success."""
        self._tokens = min(BUDGET, self._tokens + 1)


class RateGate:
    """Makes all calls of a run wait when the server tells one of them to wait."""

    def __init__(self) -> None:
        self._opens = 0.0

    def close(self, now: float, retry_after: float | None) -> None:
        """Hold every call back for as long as the server asks."""
        if retry_after is not None:
            self._opens = max(self._opens, now + retry_after)

    def wait(self, now: float) -> float:
        """Return the seconds to wait."""
        return max(0.0, self._opens - now)
