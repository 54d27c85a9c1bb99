"""Decides whether a pin has failed, and when to ask for its status again."""

from ..errors import APITimeoutError, PinFailedError
from ..models import PeerStatus, PinStatus

__all__ = ["failed_pin", "next_wait", "not_in_time"]

FIRST_WAIT = 1.0
LONGEST_WAIT = 15.0
GROWTH = 1.5


def next_wait(asked: int, least: float, left: float | None) -> float:
    """Return the seconds to wait before asking for the status again, at most those left.

    Args:
        asked: How often the status has been requested.
        least: The seconds that the service asks to wait.
        left: The seconds that are left; `None` for no limit.
    """
    # The exponent is capped, as the power would overflow.
    wait = max(min(FIRST_WAIT * GROWTH ** min(asked - 1, 20), LONGEST_WAIT), least)
    return wait if left is None else max(min(wait, left), 0.0)


def failed_pin(status: PinStatus) -> PinFailedError | None:
    """Return the error for a pin that failed on some peer, or `None`."""
    peers = {peer.name or peer.id: in_words(peer) for peer in status.failed_peers}
    if not peers:
        return None
    told = "; ".join(f"peer {name} says {words}" for name, words in peers.items())
    problem = f"{status.cid} could not be pinned: {told}"
    return PinFailedError(problem, status.cid, status.status or "", peers)


def in_words(peer: PeerStatus) -> str:
    """Return a peer's status and error in words."""
    return f"{peer.status}: {peer.error}" if peer.error else str(peer.status)


def not_in_time(
    cid: str, timeout: float, status: PinStatus | None, problem: Exception | None
) -> APITimeoutError:
    """Return the error for a pin that was not done in time, with the last status received."""
    told = "no status was received"
    if status is not None:
        peers = ", ".join(f"{peer.name or peer.id} {peer.status}" for peer in status.peers)
        told = f"its status is {status.status!r}" + (f", of its peers: {peers}" if peers else "")
    elif problem is not None:
        told = f"no status was received: {problem}"
    error = APITimeoutError(
        f"{cid} is not pinned after {timeout:g} s; {told}. It may still succeed: ask again later"
    )
    error.sent = "yes"
    return error
