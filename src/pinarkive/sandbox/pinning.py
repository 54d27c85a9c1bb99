"""The progress of pins at the peers of a cluster, and the failures that a test sets."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from ..cid import CID
from .catalog import ALLOCATED, PEERS, Peer
from .database import Database, Shelf
from .store import Record, key_of

__all__ = ["AtPeer", "Pinning", "overall", "summary"]

PeerStatus: TypeAlias = Literal["unpinned", "pinning", "pinned", "pin_error", "remote"]


@dataclass(frozen=True, slots=True)
class AtPeer:
    """The status of a CID at one peer, and the time since when."""

    peer: Peer
    status: PeerStatus
    since: datetime
    error: str = ""


class Pinning:
    """Determines the status of a CID at each peer.

    Args:
        database: Where to store the CIDs that fail.
        seconds: How long it takes until the last allocated peer holds a pin.
    """

    def __init__(self, database: Database, seconds: float = 0) -> None:
        self._first = seconds
        self._time = timedelta(seconds=seconds)
        self._failures = Shelf(database, "failures", str)

    @property
    def seconds(self) -> float:
        """How long it takes until the last allocated peer holds a pin."""
        return self._time.total_seconds()

    @seconds.setter
    def seconds(self, seconds: float) -> None:
        self._time = timedelta(seconds=seconds)

    def reset(self) -> None:
        """Return to the initial duration, and remove all failures."""
        self.seconds = self._first
        self._failures.clear()

    def fail(self, cid: CID, error: str | None) -> None:
        """Make the last allocated peer of a CID fail with an error; `None` ends that."""
        if error is None:
            self._failures.pop(str(key_of(cid)), None)
        else:
            self._failures[str(key_of(cid))] = error

    def at_peers(self, cid: CID, record: Record | None, now: datetime) -> list[AtPeer]:
        """Return the status of a CID at each peer; without a record, it is not pinned."""
        if record is None:
            return [AtPeer(peer, "unpinned", now) for peer in PEERS]
        return [self._at_peer(cid, record, number, now) for number in range(len(PEERS))]

    def _at_peer(self, cid: CID, record: Record, number: int, now: datetime) -> AtPeer:
        peer = PEERS[number]
        if number >= ALLOCATED:
            return AtPeer(peer, "remote", record.created)
        done = record.created + self._time * (number + 1) / ALLOCATED
        if done > now:
            return AtPeer(peer, "pinning", record.created)
        error = self._failures.get(str(key_of(cid))) if number == ALLOCATED - 1 else None
        return (
            AtPeer(peer, "pinned", done)
            if error is None
            else AtPeer(peer, "pin_error", done, error)
        )


def overall(found: list[AtPeer]) -> str:
    """Return the service's status for a whole cluster, which counts `remote` peers too."""
    pinned = sum(each.status == "pinned" for each in found)
    return "pinned" if pinned == len(found) else "partial" if pinned else "unpinned"


def summary(found: list[AtPeer]) -> str:
    """Return the status of a pin at the allocated peers."""
    statuses = {each.status for each in found}
    if "pin_error" in statuses:
        return "failed"
    return next((each for each in ("pinning", "pinned") if each in statuses), "unpinned")
