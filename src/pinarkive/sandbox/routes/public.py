"""The public endpoints: health, plans, peers, information and locales."""

from ..._version import __version__
from ...models import GetHealth, GetInfo, ListCountries, ListLanguages, ListPeers, ListPlans
from ..bodies import JsonObject
from ..call import Call
from ..catalog import COUNTRIES, LANGUAGES, PEERS, PLANS
from ..clock import wire_time
from .answer import Answer, Routes

__all__ = ["INFO", "LINKS", "NAME", "ROUTES"]

NAME = "PinArkive sandbox"
LINKS = {
    "health": "/api/v3/health",
    "plans": "/api/v3/plans/",
    "peers": "/api/v3/peers/",
    "gateway": "/ipfs/<cid>",
}
INFO: JsonObject = {
    "name": NAME,
    "version": __version__,
    "status": "ok",
    "api": "/api/v3",
    "links": LINKS,
}


async def health(_: Call) -> Answer:
    """GET /health."""
    return Answer({"status": "ok"})


async def plans(_: Call) -> Answer:
    """GET /plans/."""
    return Answer([plan.on_the_wire() for plan in PLANS.values() if plan.is_public])


async def peers(call: Call) -> Answer:
    """GET /peers/."""
    listed: list[JsonObject] = [
        {
            "id": peer.id,
            "addresses": [f"/ip4/127.0.0.1/tcp/{9096 + number}/p2p/{peer.id}"],
            "version": "1.1.6",
            "error": "",
            "ipfs": {"id": peer.ipfs_id, "addresses": [], "error": ""},
            "peername": peer.name,
        }
        for number, peer in enumerate(PEERS)
    ]
    body = {
        "success": True,
        "peers": listed,
        "count": len(listed),
        "timestamp": wire_time(call.now),
    }
    return Answer(body)


async def info(_: Call) -> Answer:
    """GET /."""
    return Answer(INFO)


async def languages(_: Call) -> Answer:
    """GET /locales/languages."""
    return Answer([{"code": code, "name": name} for code, name in LANGUAGES.items()])


async def countries(_: Call) -> Answer:
    """GET /locales/countries."""
    return Answer([{"code": code, "name": name} for code, name in COUNTRIES.items()])


ROUTES: Routes = {
    GetHealth.endpoint: health,
    ListPlans.endpoint: plans,
    ListPeers.endpoint: peers,
    GetInfo.endpoint: info,
    ListLanguages.endpoint: languages,
    ListCountries.endpoint: countries,
}
