"""The log of each account."""

import secrets
from collections import defaultdict, deque
from datetime import datetime
from typing import NamedTuple

from .bodies import JsonObject
from .clock import wire_time
from .database import Database, Shelf

__all__ = ["Logs"]

# Per account; older entries are removed.
MOST_ENTRIES = 10_000


class KeptEntry(NamedTuple):
    """An entry of an account's log."""

    account: str
    entry: JsonObject


class Logs:
    """The newest entries of each account's log."""

    def __init__(self, database: Database) -> None:
        self._kept = Shelf(database, "logs", KeptEntry)
        self._entries: dict[str, deque[JsonObject]] = defaultdict(deque[JsonObject])
        for account, entry in self._kept.values():
            self._entries[account].appendleft(entry)

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
        """Add an entry."""
        number = secrets.token_hex(12)
        entry: JsonObject = {
            "_id": number,
            "userId": account,
            "action": action,
            "details": details,
            "ip": ip,
            "type": "WARNING" if is_refused else "INFO",
            "source": source,
            "createdAt": wire_time(now),
        }
        entries = self._entries[account]
        entries.appendleft(entry)
        self._kept[number] = KeptEntry(account, entry)
        if len(entries) > MOST_ENTRIES:
            del self._kept[str(entries.pop()["_id"])]

    def clear(self) -> None:
        """Remove all entries."""
        self._entries.clear()
        self._kept.clear()

    def of(self, account: str) -> list[JsonObject]:
        """Return an account's entries, newest first."""
        return list(self._entries[account])

    def last(self, account: str) -> object:
        """Return the time of the last entry of an account, if any."""
        entries = self._entries[account]
        return entries[0]["createdAt"] if entries else None
