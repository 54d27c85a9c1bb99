"""The status of a CID in its cluster."""

from ...models import GetAllocations, GetStatus, GetStatusAllocations
from ..bodies import JsonObject
from ..call import Call
from ..catalog import ALLOCATED, PEERS
from ..clock import wire_time
from ..errors import not_in_cluster
from ..pinning import AtPeer, overall
from ..shapes import pin_info
from .answer import Answer, Routes

__all__ = ["ROUTES"]

NODES = [peer.id for peer in PEERS[:ALLOCATED]]
"""The peers that a pin is allocated to."""


async def status(call: Call) -> Answer:
    """GET /status/{cid}: two of three peers hold a pin, so a healthy one is `partial`."""
    cid, cluster = call.cid, call.cluster({})
    record = call.world.store.pin(cid, cluster)
    found = call.world.pinning.at_peers(cid, record, call.now)
    body: JsonObject = {
        "success": True,
        "cid": call.path["cid"],
        "status": overall(found),
        "peers": [peer_on_the_wire(each) for each in found],
        "peer_map": {each.peer.id: entry_on_the_wire(each) for each in found},
        "allocations": NODES if record else [],
        "name": record.entry.name if record else "",
        "created": wire_time(record.created if record else call.now),
        "origins": [],
        "metadata": {},
        "clusterId": cluster,
        "size": record.entry.size if record else 0,
        "timestamp": wire_time(call.now),
    }
    return Answer(body)


def peer_on_the_wire(each: AtPeer) -> JsonObject:
    """Return the status of a CID at a peer, as in the service's list."""
    return {
        "id": each.peer.id,
        "peername": each.peer.name,
        "ipfs_peer_id": each.peer.ipfs_id,
        "status": each.status,
        "timestamp": wire_time(each.since),
        "error": each.error,
    }


def entry_on_the_wire(each: AtPeer) -> JsonObject:
    """Return the status of a CID at a peer, as in a cluster's mapping."""
    return {
        "peername": each.peer.name,
        "ipfs_peer_id": each.peer.ipfs_id,
        "ipfs_peer_addresses": [],
        "status": each.status,
        "timestamp": wire_time(each.since),
        "error": each.error,
        "attempt_count": int(each.status == "pin_error"),
        "priority_pin": False,
    }


async def allocations(call: Call) -> Answer:
    """GET /allocations/{cid}."""
    cid = call.cid
    record = call.world.store.pin(cid, call.cluster({}))
    if record is None:
        raise not_in_cluster(call.path["cid"])
    found = call.world.pinning.at_peers(cid, record, call.now)
    body: JsonObject = {
        "success": True,
        "cid": call.path["cid"],
        "nodes": NODES,
        "allocations": NODES,
        "peer_map": {each.peer.id: entry_on_the_wire(each) for each in found},
        "name": record.entry.name,
        "timestamp": wire_time(call.now),
        "pin_info": pin_info(call.path["cid"], record.entry.name, wire_time(record.created)),
    }
    return Answer(body)


ROUTES: Routes = {
    GetStatusAllocations.endpoint: allocations,
    GetStatus.endpoint: status,
    GetAllocations.endpoint: allocations,
}
