"""Time: asked of one function, so that a test can move it, and written as the service does."""

from collections.abc import Callable
from datetime import UTC, datetime

__all__ = ["Clock", "utc_now", "wire_time"]

Clock = Callable[[], datetime]
"""Tells the time, as an aware `datetime` in UTC."""


def utc_now() -> datetime:
    """Return the time now."""
    return datetime.now(UTC)


def wire_time(instant: datetime) -> str:
    """Return an instant as the service writes it: UTC, milliseconds, `Z`."""
    text = instant.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.removesuffix("+00:00") + "Z"
