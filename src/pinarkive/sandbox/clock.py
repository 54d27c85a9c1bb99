"""Time: asked of one function, so that a test can move it, and written as the service does."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

__all__ = ["Clock", "MovableClock", "utc_now", "wire_time"]

Clock = Callable[[], datetime]
"""Tells the time, as an aware `datetime` in UTC."""


def utc_now() -> datetime:
    """Return the time now."""
    return datetime.now(UTC)


class MovableClock:
    """A clock that goes on by itself, and further where it is told to.

    With it go the ends of timelocks, tokens, sessions' challenges and mailed links, the windows of
    rate limits, the codes of the second factor, and how far a pin is.

    Args:
        base: What tells the time before the clock was moved.
    """

    def __init__(self, base: Clock = utc_now) -> None:
        self._base = base
        self._ahead = timedelta(0)
        self._lock = threading.Lock()

    def __call__(self) -> datetime:
        """Return the time, as the sandbox has it."""
        return self._base() + self._ahead

    @property
    def now(self) -> datetime:
        """The time, as the sandbox has it."""
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
        """Move the time on, and return what it is then.

        Args:
            by: How far, as a `timedelta`; what is named below is added to it.
            days: So many days.
            hours: So many hours.
            minutes: So many minutes.
            seconds: So many seconds.

        Raises:
            ValueError: It would go back, or past the end of the calendar.

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
            raise ValueError(f"the clock goes forward only; it was told to go {span} on")
        return moved

    def reset(self) -> None:
        """Tell the time again as if the clock had never been moved."""
        with self._lock:
            self._ahead = timedelta(0)


def wire_time(instant: datetime) -> str:
    """Return an instant as the service writes it: UTC, milliseconds, `Z`."""
    text = instant.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.removesuffix("+00:00") + "Z"
