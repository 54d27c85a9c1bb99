"""The sandbox's clock, which a test can move, and times in the format of the service."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

__all__ = ["Clock", "MovableClock", "utc_now", "wire_time"]

Clock = Callable[[], datetime]
"""Returns the time, as an aware `datetime` in UTC."""


def utc_now() -> datetime:
    """Return the time now."""
    return datetime.now(UTC)


class MovableClock:
    """A clock that runs by itself, and can be moved forward.

    It determines when timelocks, tokens, login challenges and mailed links expire, the windows of
    rate limits, the two-factor codes, and the progress of pins.

    Args:
        base: The source of the time before the clock is moved.
    """

    def __init__(self, base: Clock = utc_now) -> None:
        self._base = base
        self._ahead = timedelta(0)
        self._lock = threading.Lock()

    def __call__(self) -> datetime:
        """Return the sandbox's time."""
        return self._base() + self._ahead

    @property
    def now(self) -> datetime:
        """The sandbox's time."""
        return self()

    def advance(
        self,
        by: timedelta | None = None,
        *,
        days: float = 0,
        hours: float = 0,
        minutes: float = 0,
        seconds: float = 0,
    ) -> datetime:
        """Move the clock forward, and return the new time.

        Args:
            by: How far, as a `timedelta`; the values below are added to it.
            days: Days to add.
            hours: Hours to add.
            minutes: Minutes to add.
            seconds: Seconds to add.

        Raises:
            ValueError: The clock would go backwards, or past the end of the calendar.

        Example:
            sandbox.clock.advance(days=30)
        """
        try:
            span = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
            span += by or timedelta(0)
            with self._lock:
                moved = self._base() + self._ahead + span
                if span >= timedelta(0):
                    self._ahead += span
        except OverflowError:
            raise ValueError("the clock cannot go past the end of the calendar") from None
        if span < timedelta(0):
            raise ValueError(f"the clock can only go forward, not by {span}")
        return moved

    def reset(self) -> None:
        """Return to the time as if the clock had never been moved."""
        with self._lock:
            self._ahead = timedelta(0)


def wire_time(instant: datetime) -> str:
    """Return an instant in the format of the service: UTC, milliseconds, `Z`."""
    text = instant.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.removesuffix("+00:00") + "Z"
