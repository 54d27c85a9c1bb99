"""The service itself: its health, its plans and the peers of its cluster."""

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic_core import from_json

from .._values.json import is_list, is_object
from ._request import Endpoint, Request
from ._response import Response
from ._wire import Id, Number, Text, Texts, YesNo, names

__all__ = [
    "ClusterPeer",
    "GetHealth",
    "Health",
    "ListPeers",
    "ListPlans",
    "PeerList",
    "Plan",
    "PlanList",
]


class Health(Response, frozen=True):
    """Whether the service works."""

    ok: Annotated[YesNo, names("ok")] = True
    """True where the service answered with success."""
    status: Annotated[Text | None, names("status")] = None
    """What it says of itself, such as `ok`."""


class Plan(Response, frozen=True, bare="code", wrappers=()):
    """What a plan allows, and what it costs."""

    id: Annotated[Id | None, names("_id", "id", "planId")] = None
    """The plan's id."""
    code: Annotated[Text | None, names("code")] = None
    """The plan's short name, such as `free`."""
    name: Annotated[Text | None, names("name")] = None
    """The plan's name for people."""
    storage_limit: Annotated[Number | None, names("storageLimit")] = None
    """How much may be stored, in the service's own unit, which is not documented."""
    price_per_month: Annotated[Number | None, names("pricePerMonth")] = None
    """The price, in the service's own currency."""
    allowed_cluster_ids: Annotated[list[Text], names("allowedClusterIds")] = []
    """The clusters that may be used."""
    timelock_allowed: Annotated[YesNo | None, names("timelockAllowed")] = None
    """Whether uploads and pins may have a timelock."""
    max_file_size_bytes: Annotated[Number | None, names("maxFileSizeBytes")] = None
    """The largest file, in bytes."""
    max_directory_size_bytes: Annotated[Number | None, names("maxDirectorySizeBytes")] = None
    """The largest directory, in bytes."""
    descriptions: Annotated[Texts, names("descriptions")] = {}
    """What the plan is, by language code."""


class PlanList(Response, frozen=True, bare="plans", wrappers=("result", "data")):
    """The plans that are on offer."""

    plans: Annotated[list[Plan], names("plans", "data", "items", "result")]
    """The plans, in the service's order."""


class ClusterPeer(Response, frozen=True, wrappers=()):
    """One peer of an IPFS cluster."""

    id: Annotated[Text, names("id", "ID", "peer", "peerId")]
    """The peer's id in the cluster."""
    name: Annotated[Text | None, names("peername", "peerName", "name")] = None
    """The peer's name."""
    version: Annotated[Text | None, names("version")] = None
    """The version of its software."""
    addresses: Annotated[list[Text], names("addresses")] = []
    """Where it can be reached, as multiaddrs."""
    error: Annotated[Text | None, names("error")] = None
    """What is wrong with it; empty if nothing is."""


def with_relayed_peers(data: Mapping[str, object]) -> Mapping[str, object]:
    """Return a list of peers with its peers where a relayed cluster answer has them."""
    if data.get("peers"):
        return data
    details = data.get("details")
    if isinstance(details, str):
        details = parse_lines(details)
    if is_object(details):
        details = [details]
    return {**data, "peers": details} if is_list(details) and details else data


def parse_lines(text: str) -> list[object] | None:
    """Return the values of newline-delimited JSON, or `None` where it is none."""
    lines = ",".join(line for line in text.splitlines() if line.strip())
    try:
        found: object = from_json(f"[{lines}]", allow_inf_nan=False, cache_strings="keys")
    except ValueError:
        return None
    return found if is_list(found) else None


class PeerList(Response, frozen=True, bare="peers", reshape=with_relayed_peers):
    """The peers of the default cluster."""

    peers: Annotated[list[ClusterPeer], names("peers", "data", "items", "result")]
    """The peers, in the service's order."""


class GetHealth(Request[Health], frozen=True):
    """GET /health: is the service up?"""

    endpoint: ClassVar[Endpoint] = Endpoint("GET", "/health", Health, auth=False)


class ListPlans(Request[PlanList], frozen=True):
    """GET /plans/: the plans on offer."""

    endpoint: ClassVar[Endpoint] = Endpoint("GET", "/plans/", PlanList, auth=False)


class ListPeers(Request[PeerList], frozen=True):
    """GET /peers/: the peers of the default cluster."""

    endpoint: ClassVar[Endpoint] = Endpoint("GET", "/peers/", PeerList, auth=False)
