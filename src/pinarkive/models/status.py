"""The state of a CID in its cluster: its pins, and the peers it is allocated to."""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Annotated, ClassVar

from .._values.json import is_list, is_object
from ..inputs import Cid, ClusterId, Scope
from ._request import Endpoint, Request
from ._response import Response
from ._shape import UnreadableAnswer
from ._wire import AS_ASKED, Instant, Integer, Text, WireCid, names

__all__ = [
    "Allocation",
    "GetAllocations",
    "GetStatus",
    "GetStatusAllocations",
    "PeerStatus",
    "PinState",
    "PinStatus",
]


class PinState(StrEnum):
    """The states that peers report for a pin. A status is text, so there may be others."""

    PINNED = "pinned"
    PINNING = "pinning"
    PIN_QUEUED = "pin_queued"
    PIN_ERROR = "pin_error"
    UNPINNED = "unpinned"
    UNPINNING = "unpinning"
    UNPIN_QUEUED = "unpin_queued"
    UNPIN_ERROR = "unpin_error"
    REMOTE = "remote"
    SHARDED = "sharded"
    QUEUED = "queued"
    ERROR = "error"
    CLUSTER_ERROR = "cluster_error"
    UNEXPECTEDLY_UNPINNED = "unexpectedly_unpinned"
    UNDEFINED = "undefined"
    FAILED = "failed"
    PARTIAL = "partial"


# A peer that was not asked to hold the content reports one of these; the pin is healthy.
NOT_CONCERNED = frozenset({PinState.REMOTE, PinState.SHARDED})
PENDING = frozenset({PinState.PINNING, PinState.PIN_QUEUED, PinState.QUEUED})
FAILED = frozenset(
    {
        PinState.PIN_ERROR,
        PinState.UNPIN_ERROR,
        PinState.CLUSTER_ERROR,
        PinState.ERROR,
        PinState.UNEXPECTEDLY_UNPINNED,
        PinState.FAILED,
    }
)


# A few bytes can name a peer, so their number is all that bounds the memory that they take.
MOST_PEERS = 1_000


def states(status: str | None) -> frozenset[str]:
    """Split a status that joins several states with commas."""
    parts = (part.strip().lower() for part in (status or "").split(","))
    return frozenset(part for part in parts if part)


class PeerStatus(Response, frozen=True, wrappers=()):
    """The state of a pin on one peer of the cluster."""

    id: Annotated[Text, names("id", "peer", "peerId")]
    """The peer's id in the cluster."""
    name: Annotated[Text | None, names("peername", "peerName", "name")] = None
    """The peer's name."""
    ipfs_peer_id: Annotated[Text | None, names("ipfs_peer_id", "ipfsPeerId")] = None
    """The id of its IPFS node."""
    status: Annotated[Text | None, names("status", "Status")] = None
    """Its state, such as `pinned`, `pinning`, `remote` or `pin_error`: see `PinState`."""
    timestamp: Annotated[Instant | None, names("timestamp")] = None
    """When it reported this."""
    error: Annotated[Text | None, names("error")] = None
    """What went wrong; empty if nothing did."""


def is_concerned(peer: PeerStatus) -> bool:
    """Say whether a peer takes part in a pin."""
    found = states(peer.status)
    return bool(found) and not found <= NOT_CONCERNED


def concerned_states(pin: "PinStatus") -> Iterator[frozenset[str]]:
    """Yield the states of each peer that takes part in a pin."""
    peers = [peer for peer in pin.peers if is_concerned(peer)]
    if peers:
        yield from (states(peer.status) for peer in peers)
    elif not any(peer.status for peer in pin.peers):
        # No peer reports anything, so only the summary is left.
        yield states(pin.status)


def peer_entries(source: object) -> Iterator[tuple[str | int, Mapping[str, object]]]:
    """Yield each peer of a list or map with its id, or else with its number."""
    entries: Iterable[object] = ()
    if is_list(source):
        entries = source
    elif is_object(source):
        entries = (
            {"id": name, **entry} if is_object(entry) else {"id": name, "status": entry}
            for name, entry in source.items()
        )
    for number, entry in enumerate(entries):
        if isinstance(entry, str):
            entry = {"id": entry}
        if is_object(entry):
            name = entry.get("id") or entry.get("peer") or entry.get("peerId")
            yield name if isinstance(name, str) else number, entry


def with_all_peers(data: Mapping[str, object]) -> Mapping[str, object]:
    """Make a list of the peers from any form in which the service sends them."""
    found: dict[str | int, Mapping[str, object]] = {}
    for source in ("peers", "peer_map", "allocations"):
        for name, entry in peer_entries(data.get(source)):
            # Being allocated says nothing of a peer's state, unless it comes with one.
            if name not in found and source == "allocations" and "status" not in entry:
                continue
            if name not in found or "status" not in found[name]:
                found[name] = entry
                if len(found) > MOST_PEERS:
                    raise UnreadableAnswer(f"has more than {MOST_PEERS} peers")
    return {**data, "peers": list(found.values())} if found else data


class PinStatus(Response, frozen=True, identity=("status", "peers"), reshape=with_all_peers):
    """The state of a pin, on all peers that take part in it.

    `status` is the service's own summary. It calls a pin `partial` that is healthy on all peers
    that were asked to hold it, and `unpinned` one that is still in progress. Rely on `is_pinned`,
    `is_pending` and `failed_peers`, which look at each peer.
    """

    cid: Annotated[WireCid, names("cid", "Cid"), AS_ASKED]
    """The content's CID."""
    status: Annotated[Text | None, names("status", "Status")] = None
    """The status as the service reports it."""
    peers: Annotated[list[PeerStatus], names("peers")] = []
    """The state on each peer."""

    @property
    def is_pinned(self) -> bool:
        """Whether every peer that takes part in the pin holds the content."""
        found = list(concerned_states(self))
        return bool(found) and all(PinState.PINNED in each for each in found)

    @property
    def is_pending(self) -> bool:
        """Whether a peer is still fetching the content, or is about to."""
        return any(each & PENDING for each in concerned_states(self))

    @property
    def failed_peers(self) -> list[PeerStatus]:
        """The peers that report an error."""
        return [peer for peer in self.peers if states(peer.status) & FAILED]


def with_allocated_peers(data: Mapping[str, object]) -> Mapping[str, object]:
    """Return an allocation with the ids of its peers, and the fields that only its pin has."""
    pin = data.get("pin_info")
    inner: Mapping[str, object] = pin if is_object(pin) else {}
    merged: dict[str, object] = {**inner, **{k: v for k, v in data.items() if v is not None}}
    for key in ("peers", "nodes", "allocations", "Allocations", "peer_map"):
        for level in (data, inner):
            ids = [name for name, _ in peer_entries(level.get(key)) if isinstance(name, str)]
            if ids:
                merged.pop("peers", None)
                return {**merged, "nodes": list(dict.fromkeys(ids))}
    return merged


class Allocation(Response, frozen=True, identity=("peers",), reshape=with_allocated_peers):
    """Which peers of the cluster were asked to hold a CID."""

    cid: Annotated[WireCid, names("cid", "Cid"), AS_ASKED]
    """The content's CID."""
    name: Annotated[Text | None, names("name", "Name")] = None
    """The pin's name in the cluster."""
    peers: Annotated[list[Text], names("nodes", "peers")] = []
    """The ids of the peers."""
    replication_factor_min: Annotated[Integer | None, names("replication_factor_min")] = None
    """How many peers must hold it; -1 means all."""
    replication_factor_max: Annotated[Integer | None, names("replication_factor_max")] = None
    """How many peers may hold it; -1 means all."""


class GetStatus(Request[PinStatus], frozen=True):
    """GET /status/{cid}: ask for the state of a pin."""

    endpoint: ClassVar[Endpoint] = Endpoint(
        "GET", "/status/{cid}", PinStatus, "query", scope=Scope.CLUSTER_READ
    )

    cid: Cid
    """The content's CID."""
    cluster_id: ClusterId | None = None
    """The cluster that holds it; by default the client's or else the service's."""


class GetAllocations(Request[Allocation], frozen=True):
    """GET /allocations/{cid}: list the peers that were asked to hold a CID."""

    endpoint: ClassVar[Endpoint] = Endpoint(
        "GET", "/allocations/{cid}", Allocation, "query", scope=Scope.CLUSTER_READ
    )

    cid: Cid
    """The content's CID."""
    cluster_id: ClusterId | None = None
    """The cluster that holds it; by default the client's or else the service's."""


class GetStatusAllocations(GetAllocations, frozen=True):
    """GET /status/allocations/{cid}: list the peers of a CID, by the older path."""

    endpoint: ClassVar[Endpoint] = GetAllocations.endpoint._replace(
        path="/status/allocations/{cid}"
    )
