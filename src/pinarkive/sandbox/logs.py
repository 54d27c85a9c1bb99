"""What was done in each account."""

import secrets
from collections import defaultdict, deque
from datetime import datetime

from .bodies import JsonObject
from .clock import wire_time

__all__ = ["Logs"]

# Of each account; older ones are forgotten.
MOST_ENTRIES = 10_000


class Logs:
    """The newest entries of each account's log."""

    def __init__(self) -> None:
        self._entries: dict[str, deque[JsonObject]] = defaultdict(
            lambda: deque[JsonObject](maxlen=MOST_ENTRIES)
        )

    def add(
        self,
        account: str,
        *,
        action: str,
        details: str,
        source: str,
        ip: str,
        is_refused: bool,
        now: datetime,
    ) -> None:
        """Write down that something was done."""
        self._entries[account].appendleft(
            {
                "_id": secrets.token_hex(12),
                "userId": account,
                "action": action,
                "details": details,
                "ip": ip,
                "type": "WARNING" if is_refused else "INFO",
                "source": source,
                "createdAt": wire_time(now),
            }
        )

    def clear(self) -> None:
        """Forget all entries."""
        self._entries.clear()

    def of(self, account: str) -> list[JsonObject]:
        """Return an account's entries, the newest first."""
        return list(self._entries[account])

    def last(self, account: str) -> object:
        """Return when something was last done in an account, if ever."""
        entries = self._entries[account]
        return entries[0]["createdAt"] if entries else None
