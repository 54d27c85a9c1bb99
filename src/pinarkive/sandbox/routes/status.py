"""How a CID stands in its cluster."""

from ...models import GetAllocations, GetStatus, GetStatusAllocations
from ..bodies import JsonObject
from ..call import Call
from ..catalog import ALLOCATED, PEERS
from ..clock import wire_time
from ..errors import not_found
from .answer import Answer, Routes

__all__ = ["ROUTES"]


async def status(call: Call) -> Answer:
    """GET /status/{cid}: two of three peers hold a pin, so that a healthy one is `partial`."""
    cid, cluster = call.cid, call.cluster({})
    record = call.world.store.pin(cid, cluster)
    allocated = PEERS[:ALLOCATED] if record else ()
    since = wire_time(record.created if record else call.now)
    listed = [
        {
            "id": peer.id,
            "peername": peer.name,
            "ipfs_peer_id": peer.ipfs_id,
            "status": "unpinned" if not record else "pinned" if peer in allocated else "remote",
            "timestamp": since,
            "error": "",
        }
        for peer in PEERS
    ]
    body: JsonObject = {
        "success": True,
        "cid": call.path["cid"],
        "status": "partial" if record else "unpinned",
        "peers": listed,
        "peer_map": {str(each["id"]): each for each in listed},
        "allocations": [peer.id for peer in allocated],
        "name": record.entry.name if record else "",
        "created": since,
        "clusterId": cluster,
        "timestamp": wire_time(call.now),
    }
    return Answer(body)


async def allocations(call: Call) -> Answer:
    """GET /allocations/{cid}."""
    record = call.world.store.pin(call.cid, call.cluster({}))
    if record is None:
        raise not_found("pin is not part of the pinset")
    nodes = [peer.id for peer in PEERS[:ALLOCATED]]
    body: JsonObject = {
        "success": True,
        "cid": call.path["cid"],
        "nodes": nodes,
        "name": record.entry.name,
        "timestamp": wire_time(call.now),
        "pin_info": {
            "replication_factor_min": ALLOCATED,
            "replication_factor_max": ALLOCATED,
            "name": record.entry.name,
            "mode": "recursive",
            "shard_size": 0,
            "user_allocations": None,
            "expire_at": "0001-01-01T00:00:00Z",
            "metadata": None,
            "pin_update": None,
            "origins": [],
            "cid": call.path["cid"],
            "type": "pin",
            "allocations": nodes,
            "max_depth": -1,
            "reference": None,
            "timestamp": wire_time(record.created),
        },
    }
    return Answer(body)


ROUTES: Routes = {
    GetStatusAllocations.endpoint: allocations,
    GetStatus.endpoint: status,
    GetAllocations.endpoint: allocations,
}
