"""The shapes of answers, by profile.

The sandbox answers as the service's documentation describes, with the additional fields of the
TypeScript types. The functions here convert such an answer into the shape of another profile.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Literal, TypeAlias, TypeGuard

from ..models import (
    Endpoint,
    GenerateToken,
    GetAllocations,
    GetMe,
    GetStatus,
    GetStatusAllocations,
    ListAllPlans,
    ListClusters,
    ListPeers,
    ListPlans,
    ListTokens,
    ListUploads,
    ListUserPlans,
    PinCid,
    RemoveFile,
    UploadDirectoryClusterFile,
    UploadDirectoryDag,
    UploadDirectoryFile,
    UploadFile,
    UploadServerDirectory,
)
from .bodies import JsonObject
from .catalog import ALLOCATED, PEERS

__all__ = ["ProfileName", "answer_of", "pin_info", "refusal_of"]

ProfileName: TypeAlias = Literal["docs", "ts", "v2", "cluster"]
Shape: TypeAlias = Callable[[object], object]

NOTHING: Mapping[str, Shape] = {}
SAME_NAMES: Mapping[str, str] = {}
FILES = (UploadFile, UploadDirectoryFile, UploadDirectoryClusterFile)
PLANS = (ListPlans, ListAllPlans, ListUserPlans)
ALLOCATIONS = (GetAllocations, GetStatusAllocations)


def only(
    *names: str, renamed: Mapping[str, str] = SAME_NAMES, inside: Mapping[str, Shape] = NOTHING
) -> Shape:
    """Return the shape with some fields of an object, without those that are `None`.

    Args:
        names: The fields' names.
        renamed: Fields with other names, mapped to their names in the sandbox's own answer.
        inside: The shapes of the values of some fields.
    """
    wanted = {name: name for name in names} | dict(renamed)

    def shape(body: object) -> object:
        found = fields_of(body)
        values = {new: found.get(old) for new, old in wanted.items()}
        return {
            name: inside[name](value) if name in inside else value
            for name, value in values.items()
            if value is not None
        }

    return shape


def each(item: Shape) -> Shape:
    """Return the shape of a list of items."""
    return lambda body: [item(value) for value in items_of(body)]


def below(name: str, item: Shape | None = None) -> Shape:
    """Return the shape that consists of one field of an object."""

    def shape(body: object) -> object:
        value = fields_of(body)[name]
        return value if item is None else item(value)

    return shape


def wrapped(name: str) -> Shape:
    """Return the shape that wraps an answer in an object with one field."""
    return lambda body: {name: body}


def pin_info(cid: object, name: object, since: object) -> JsonObject:
    """Return a pin as the cluster itself describes it."""
    return {
        "replication_factor_min": ALLOCATED,
        "replication_factor_max": ALLOCATED,
        "name": name,
        "mode": "recursive",
        "shard_size": 0,
        "user_allocations": None,
        "expire_at": "0001-01-01T00:00:00Z",
        "metadata": None,
        "pin_update": None,
        "origins": [],
        "cid": cid,
        "type": "pin",
        "allocations": [peer.id for peer in PEERS[:ALLOCATED]],
        "max_depth": -1,
        "reference": None,
        "timestamp": since,
    }


def relayed(*names: str) -> Shape:
    """Return the shape of a pin in a cluster, with some fields of the answer added."""

    def shape(body: object) -> object:
        found = fields_of(body)
        pin = pin_info(found["cid"], found.get("name", ""), found["timestamp"])
        return pin | {name: found[name] for name in names}

    return shape


def streamed_peers(body: object) -> object:
    """Return peers like a relayed cluster that streams them: as JSON lines instead of a list."""
    found = fields_of(body)
    lines = "".join(json.dumps(peer) + "\n" for peer in items_of(found["peers"]))
    return {**found, "peers": [], "count": 0, "details": lines}


def by_peer(body: object) -> list[JsonObject]:
    """Return the status of content at the allocated peers."""
    found = fields_of(body)
    entries = fields_of(found["peer_map"])
    listed: list[JsonObject] = []
    for peer in items_of(found["allocations"]):
        entry = fields_of(entries[str(peer)])
        listed.append({"peer": peer, "status": entry["status"], "timestamp": entry["timestamp"]})
    return listed


def v2_status(body: object) -> object:
    """Return a status as version 2 describes it."""
    found, listed = fields_of(body), by_peer(body)
    statuses = {each["status"] for each in listed}
    known = {"pin_error": "failed", "pinning": "pinning", "pinned": "pinned"}
    return {
        "cid": found["cid"],
        "status": next((known[it] for it in known if it in statuses), "unpinned"),
        "size": found["size"],
        "peers": [each["peer"] for each in listed],
        "allocations": listed,
    }


def v2_allocations(body: object) -> object:
    """Return allocations as version 2 describes them."""
    return {"cid": fields_of(body)["cid"], "allocations": by_peer(body)}


TS: Mapping[Endpoint, Shape] = {
    **{each.endpoint: only("cid", "status", "uploadId") for each in FILES},
    UploadServerDirectory.endpoint: only("cid", "status", "uploadId"),
    UploadDirectoryDag.endpoint: only(
        *("message", "cid", "filename", "size", "type", "files", "total_files", "total_size")
    ),
    PinCid.endpoint: only("pinned", "customName"),
    ListUploads.endpoint: only(
        "uploads",
        "pagination",
        inside={
            "uploads": each(only("cid", "name", "size", "uploadedAt", "clusterId", "expiresAt")),
            "pagination": only("page", "limit", "total"),
        },
    ),
    GenerateToken.endpoint: only("token", "name", "expiresAt", "scopes"),
    ListClusters.endpoint: each(only("id", "label", "region", "country")),
}

V2: Mapping[Endpoint, Shape] = {
    **{each.endpoint: only("cid", "size") for each in FILES},
    UploadServerDirectory.endpoint: only("cid", "size"),
    UploadDirectoryDag.endpoint: only(
        "files", renamed={"dagCid": "cid"}, inside={"files": each(only("path", "cid"))}
    ),
    PinCid.endpoint: only("cid", "pinned", "status", "operation", "timestamp", "message"),
    RemoveFile.endpoint: only("success", "cid", "removed"),
    GetMe.endpoint: only(
        *("id", "name", "lastname", "email", "country", "birthDate", "role"),
        *("referralCode", "createdAt", "updatedAt"),
    ),
    ListUploads.endpoint: only(
        "uploads",
        "pagination",
        inside={
            "uploads": each(only("cid", "filename", "size", "uploadedAt", "status", "type")),
            "pagination": only("page", "limit", "total"),
        },
    ),
    ListTokens.endpoint: below(
        "tokens",
        each(only("name", "createdAt", "lastUsed", renamed={"permissions": "scopes"})),
    ),
    **{each.endpoint: wrapped("plans") for each in PLANS},
    GetStatus.endpoint: v2_status,
    **{each.endpoint: v2_allocations for each in ALLOCATIONS},
}

CLUSTER: Mapping[Endpoint, Shape] = {
    **{
        each.endpoint: only(
            *("success", "cid", "size", "type", "timestamp"), renamed={"path": "name"}
        )
        for each in FILES
    },
    UploadServerDirectory.endpoint: only(
        *("success", "type", "timestamp"),
        renamed={"count": "total_files", "items": "files"},
        inside={"items": each(only("cid", "size", "path", renamed={"name": "filename"}))},
    ),
    PinCid.endpoint: relayed("success", "status", "operation"),
    RemoveFile.endpoint: relayed("success", "operation"),
    GetStatus.endpoint: only(
        *("cid", "name", "allocations", "origins", "created", "metadata", "peer_map")
    ),
    **{each.endpoint: below("pin_info") for each in ALLOCATIONS},
    ListPeers.endpoint: streamed_peers,
}

PROFILES: Mapping[ProfileName, Mapping[Endpoint, Shape]] = {
    "docs": {},
    "ts": TS,
    "v2": V2,
    "cluster": CLUSTER,
}


def answer_of(profile: ProfileName, endpoint: Endpoint, body: object) -> object:
    """Return an answer in the shape of a profile."""
    shape = PROFILES[profile].get(endpoint)
    return body if shape is None else shape(body)


def refusal_of(profile: ProfileName, status: HTTPStatus, body: JsonObject) -> JsonObject:
    """Return an error answer in the shape of a profile."""
    if profile == "v2" and body["error"] == status.phrase:
        rest = {name: value for name, value in body.items() if name != "message"}
        return rest | {"error": body["message"]}
    if profile == "cluster" and "cid" in body:
        return {
            "success": False,
            "error": body["message"],
            "code": int(status),
            "cid": body["cid"],
        }
    return body


def is_object(value: object) -> TypeGuard[JsonObject]:
    """Return whether a value is a JSON object."""
    return isinstance(value, dict)


def is_list(value: object) -> TypeGuard[Iterable[object]]:
    """Return whether a value is a JSON list."""
    return isinstance(value, list)


def fields_of(value: object) -> JsonObject:
    """Return a part of the sandbox's own answer that is an object."""
    if not is_object(value):
        raise TypeError(f"expected an object, not {type(value).__name__}")
    return value


def items_of(value: object) -> Iterable[object]:
    """Return a part of the sandbox's own answer that is a list."""
    if not is_list(value):
        raise TypeError(f"expected a list, not {type(value).__name__}")
    return value
