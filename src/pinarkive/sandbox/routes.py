"""What each endpoint does. Methods, paths and scopes are those of the request models."""

import posixpath
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from http import HTTPStatus
from typing import TypeAlias

from ..cid import CID
from ..inputs import Scope, check_dag_path, check_file_name, check_scope, check_token_name
from ..models import (
    Endpoint,
    GenerateToken,
    GetAllocations,
    GetHealth,
    GetMe,
    GetStatus,
    ListPeers,
    ListPlans,
    ListTokens,
    ListUploads,
    Login,
    PinCid,
    RemoveFile,
    RevokeToken,
    UploadDirectoryDag,
    UploadFile,
    UploadServerDirectory,
    VerifyTwoFactor,
)
from ..unixfs import Node, file_node, tree
from .accounts import Account, ApiToken
from .blobs import Blob
from .call import Call, JsonObject, read_text, require_text
from .catalog import ALLOCATED, PEERS, PLANS, SERVER_DIRECTORY, SERVER_FILES
from .clock import wire_time
from .errors import bad_request, forbidden, not_found
from .multipart import Upload
from .store import Directory, Entry, Record

__all__ = ["ROUTES", "Answer", "Handler"]

DEFAULT_LIMIT = 20
MAX_LIMIT = 100
MAX_DAYS = 36_500


@dataclass(frozen=True, slots=True)
class Answer:
    """What a call is answered with."""

    body: object
    status: HTTPStatus = HTTPStatus.OK


Handler: TypeAlias = Callable[[Call], Awaitable[Answer]]
Files: TypeAlias = dict[str, tuple[Node, Blob]]


async def health(_: Call) -> Answer:
    """GET /health."""
    return Answer({"status": "ok"})


async def plans(_: Call) -> Answer:
    """GET /plans/."""
    return Answer([plan.on_the_wire() for plan in PLANS.values()])


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


async def log_in(call: Call) -> Answer:
    """POST /auth/login."""
    body = await call.json()
    email, password = require_text(body, "email"), require_text(body, "password")
    accounts = call.world.accounts
    account = accounts.log_in(email, password)
    if account.totp_secret is not None:
        return Answer({"requires2FA": True, "temporaryToken": accounts.challenge(account)})
    return session(call, account)


async def verify_two_factor(call: Call) -> Answer:
    """POST /auth/2fa/verify-login."""
    body = await call.json()
    token, code = require_text(body, "temporaryToken"), require_text(body, "code")
    return session(call, call.world.accounts.meet_challenge(token, code))


def session(call: Call, account: Account) -> Answer:
    """Return the answer that opens a session."""
    token = call.world.accounts.open_session(account)
    user = {"id": account.id, "email": account.email, "name": account.name}
    return Answer({"token": token, "user": user})


async def me(call: Call) -> Answer:
    """GET /users/me."""
    account = call.account
    body: JsonObject = {
        "_id": account.id,
        "id": account.id,
        "email": account.email,
        "name": account.name,
        "lastname": "Sandbox",
        "username": account.name,
        "role": "user",
        "plan": account.plan.code,
        "clusters": list(account.plan.cluster_ids),
        "usedStorage": call.world.store.used(account.id),
        "storageLimit": account.quota,
        "twoFactorEnabled": account.totp_secret is not None,
        "emailVerified": True,
        "language": "en",
        "createdAt": wire_time(account.created),
        "updatedAt": wire_time(account.created),
    }
    return Answer(body)


async def uploads(call: Call) -> Answer:
    """GET /users/me/uploads."""
    page = call.number("page", 1)
    limit = min(call.number("limit", DEFAULT_LIMIT), MAX_LIMIT)
    cid, parent = call.cid_filter("cid"), call.cid_filter("parentCid")
    has_expiration = call.flag("hasExpiration")
    store, account = call.world.store, call.account
    if parent is not None:
        owner = store.record(account.id, parent)
        listed = [] if owner is None else list(members(call, owner, parent, cid))
        expires = None if owner is None else owner.entry.expires
        if has_expiration is not None and has_expiration != (expires is not None):
            listed = []
    else:
        found = store.records(account.id)
        if cid is not None:
            found = [each for each in found if each is store.record(account.id, cid)]
        if has_expiration is not None:
            found = [each for each in found if has_expiration == (each.entry.expires is not None)]
        listed = [on_the_wire(each) for each in found]
    total = len(listed)
    pages = -(-total // limit)
    pagination = {"page": page, "limit": limit, "total": total, "totalPages": pages}
    shown = listed[(page - 1) * limit : page * limit]
    return Answer({"uploads": shown, **pagination, "pagination": pagination})


def on_the_wire(record: Record) -> JsonObject:
    """Return a record as the list of uploads has it."""
    entry = record.entry
    return {
        "_id": record.upload_id,
        "uploadId": record.upload_id,
        "cid": record.cid,
        "name": entry.name,
        "filename": entry.name,
        "originalName": entry.original_name,
        "customName": entry.custom_name,
        "size": entry.size,
        "type": entry.type,
        "status": "pinned",
        "clusterId": entry.cluster,
        "createdAt": wire_time(record.created),
        "uploadedAt": wire_time(record.created),
        "expiresAt": wire_time(entry.expires) if entry.expires else None,
        "bk": 0,
    }


def members(call: Call, owner: Record, parent: CID, only: CID | None) -> Iterable[JsonObject]:
    """Yield the files of a directory as the list of uploads has them."""
    for number, (path, content) in enumerate(call.world.store.files_of(parent)):
        if only is not None and str(only) != str(content.node.cid):
            continue
        name = posixpath.basename(path)
        yield {
            **on_the_wire(owner),
            "_id": f"{owner.upload_id}-{number}",
            "uploadId": f"{owner.upload_id}-{number}",
            "cid": str(content.node.cid),
            "parentCid": owner.cid,
            "name": name,
            "filename": name,
            "path": path,
            "size": content.node.size,
            "type": "file",
        }


async def generate_token(call: Call) -> Answer:
    """POST /tokens/generate."""
    body = await call.json()
    try:
        name = check_token_name(body.get("name"))
    except ValueError as error:
        raise bad_request(f"name: {error}") from None
    label, scopes, lifetime = read_text(body, "label"), read_scopes(body), read_lifetime(body)
    accounts = call.world.accounts
    accounts.check_code(call.account, two_factor_code(body), "generate")
    token, info = accounts.generate(
        call.account, name, label=label, scopes=scopes, lifetime=lifetime
    )
    return Answer({"token": token, **token_on_the_wire(info)}, HTTPStatus.CREATED)


def read_scopes(body: Mapping[str, object]) -> list[Scope]:
    """Return the scopes that a token is to have."""
    value = body.get("scopes")
    if value is None:
        return []
    if not isinstance(value, list):
        raise bad_request("scopes must be a list of scopes")
    try:
        items: list[object] = [*value]
        return [check_scope(each) for each in items]
    except ValueError as error:
        raise bad_request(f"scopes: {error}") from None


def read_lifetime(body: Mapping[str, object]) -> timedelta | None:
    """Return how long a token is to work."""
    days = body.get("expiresInDays")
    if days is None:
        return None
    if isinstance(days, bool) or not isinstance(days, int) or not 1 <= days <= MAX_DAYS:
        raise bad_request(f"expiresInDays must be a whole number from 1 to {MAX_DAYS}")
    return timedelta(days=days)


def two_factor_code(body: Mapping[str, object]) -> object:
    """Return the code of a body, under either of its names."""
    return body["totpCode"] if body.get("totpCode") is not None else body.get("twoFactorCode")


def token_on_the_wire(info: ApiToken) -> JsonObject:
    """Return what is told of a token; its secret is not kept."""
    return {
        "name": info.name,
        "label": info.label,
        "scopes": list(info.scopes),
        "createdAt": wire_time(info.created),
        "expiresAt": wire_time(info.expires) if info.expires else None,
        "lastUsed": wire_time(info.last_used) if info.last_used else None,
    }


async def list_tokens(call: Call) -> Answer:
    """GET /tokens/list."""
    return Answer({"tokens": [token_on_the_wire(each) for each in call.account.tokens.values()]})


async def revoke_token(call: Call) -> Answer:
    """DELETE /tokens/revoke/{name}."""
    code = two_factor_code(await call.json())
    call.world.accounts.check_code(call.account, code, "revoke")
    if not call.world.accounts.revoke(call.account, call.path["name"]):
        raise not_found("There is no token of this name")
    return Answer({"revoked": True, "name": call.path["name"]})


async def upload_file(call: Call) -> Answer:
    """POST /files/."""
    async with call.upload("file", most_files=1) as form:
        if not form.files:
            raise bad_request("No file uploaded: send one part named 'file' with a filename")
        upload = form.files[0]
        entry = Entry(
            name=file_name(posixpath.basename(upload.filename.replace("\\", "/"))),
            size=upload.node.size,
            type="file",
            expires=call.timelock(form.fields),
            cluster=call.cluster(form.fields),
        )
        check_plan(call, upload.node.cid, entry)
    call.world.store.add_file(upload.node, upload.blob)
    return created(call, upload.node.cid, entry, {"message": "File uploaded successfully"})


async def upload_directory_dag(call: Call) -> Answer:
    """POST /files/directory-dag."""
    async with call.upload("files") as form:
        files = by_path(form.files)
        root = root_of(files)
        entry = Entry(
            name=file_name(form.fields.get("dirName") or "directory"),
            size=root.size,
            type="directory",
            expires=call.timelock(form.fields),
            cluster=call.cluster(form.fields),
        )
        check_plan(call, root.cid, entry)
    call.world.store.add_tree(files)
    return created(call, root.cid, entry, listing(files, root))


async def upload_server_directory(call: Call) -> Answer:
    """POST /files/directory."""
    body = await call.json()
    path = require_text(body, "dirPath")
    if path.rstrip("/") != SERVER_DIRECTORY:
        raise bad_request(f"Invalid dirPath: this server has only {SERVER_DIRECTORY}")
    nodes = {name: file_node(data) for name, data in SERVER_FILES.items()}
    root = tree(nodes)[""]
    entry = Entry(
        name=posixpath.basename(SERVER_DIRECTORY),
        size=root.size,
        type="directory",
        expires=call.timelock(body),
        cluster=call.cluster(body),
    )
    check_plan(call, root.cid, entry)
    spool = call.world.spool
    files = {name: (node, spool.keep_in_memory(SERVER_FILES[name])) for name, node in nodes.items()}
    call.world.store.add_tree(files)
    return created(call, root.cid, entry, listing(files, root))


def file_name(name: str) -> str:
    """Return a name if it can be a file's, else raise."""
    try:
        check_file_name(name)
    except ValueError as error:
        raise bad_request(f"Invalid name: {error}") from None
    return name


def by_path(uploaded: Iterable[Upload]) -> Files:
    """Return the files of a directory by their paths, else raise."""
    files: Files = {}
    for upload in uploaded:
        try:
            check_dag_path(upload.filename)
        except ValueError as error:
            raise bad_request(f"Invalid path: {error}") from None
        if upload.filename in files:
            raise bad_request(f"Invalid path: {upload.filename!r} was sent twice")
        files[upload.filename] = (upload.node, upload.blob)
    if not files:
        raise bad_request("No files uploaded: send parts named 'files', their paths as filenames")
    return files


def root_of(files: Files) -> Node:
    """Return the node of the directory that holds the files, else raise."""
    try:
        return tree({path: node for path, (node, _) in files.items()})[""]
    except ValueError as error:
        raise bad_request(f"Invalid path: {error}") from None


def listing(files: Files, root: Node) -> JsonObject:
    """Return what the answer to an upload says of a directory's files."""
    listed = [
        {
            "cid": str(node.cid),
            "filename": posixpath.basename(path),
            "size": node.size,
            "path": path,
        }
        for path, (node, _) in files.items()
    ]
    return {
        "message": "Directory uploaded successfully",
        "files": listed,
        "total_files": len(listed),
        "total_size": root.size,
    }


def check_plan(call: Call, cid: CID, entry: Entry) -> None:
    """Raise where the account's plan does not allow an upload or pin."""
    account, store = call.account, call.world.store
    if entry.cluster not in account.plan.cluster_ids:
        raise forbidden(f"The cluster {entry.cluster} is not allowed by your plan")
    if entry.expires is not None and not account.plan.timelock_allowed:
        raise forbidden("Timelocks are not allowed by your plan")
    replaced = store.record(account.id, cid)
    used = store.used(account.id) - (replaced.entry.size if replaced else 0)
    if used + entry.size > account.quota:
        raise forbidden("Storage quota exceeded")


def created(call: Call, cid: CID, entry: Entry, more: JsonObject) -> Answer:
    """Record an upload or pin, and return the answer that tells of it."""
    record = call.world.store.put(call.account.id, cid, entry, call.now)
    body: JsonObject = {
        "cid": record.cid,
        "clusterId": entry.cluster,
        "expiresAt": wire_time(entry.expires) if entry.expires else None,
        "status": "pinned",
        "uploadId": record.upload_id,
        "name": entry.name,
        "filename": entry.name,
        "size": entry.size,
        "type": entry.type,
        "timestamp": wire_time(call.now),
        **more,
    }
    return Answer(body, HTTPStatus.CREATED)


async def pin(call: Call) -> Answer:
    """POST /files/pin/{cid}."""
    cid, body = call.cid, await call.json()
    original, custom = read_text(body, "originalName"), read_text(body, "customName")
    content = call.world.store.content(cid)
    entry = Entry(
        name=custom or original or call.path["cid"],
        size=content.node.size if content else 0,
        type="directory" if isinstance(content, Directory) else "file",
        expires=call.timelock(body),
        cluster=call.cluster(body),
        original_name=original,
        custom_name=custom,
    )
    check_plan(call, cid, entry)
    more: JsonObject = {
        "cid": call.path["cid"],
        "pinned": True,
        "originalName": original,
        "customName": custom,
        "operation": "pin",
        "success": True,
        "message": "CID pinned successfully",
    }
    return created(call, cid, entry, more)


async def remove(call: Call) -> Answer:
    """DELETE /files/remove/{cid}."""
    if not call.world.store.remove(call.account.id, call.cid):
        raise not_found("Pin not found for this CID")
    body: JsonObject = {
        "success": True,
        "cid": call.path["cid"],
        "removed": True,
        "operation": "remove",
        "timestamp": wire_time(call.now),
    }
    return Answer(body)


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


ROUTES: Mapping[Endpoint, Handler] = {
    GetHealth.endpoint: health,
    ListPlans.endpoint: plans,
    ListPeers.endpoint: peers,
    Login.endpoint: log_in,
    VerifyTwoFactor.endpoint: verify_two_factor,
    UploadFile.endpoint: upload_file,
    UploadServerDirectory.endpoint: upload_server_directory,
    UploadDirectoryDag.endpoint: upload_directory_dag,
    PinCid.endpoint: pin,
    RemoveFile.endpoint: remove,
    GetMe.endpoint: me,
    ListUploads.endpoint: uploads,
    GenerateToken.endpoint: generate_token,
    ListTokens.endpoint: list_tokens,
    RevokeToken.endpoint: revoke_token,
    GetStatus.endpoint: status,
    GetAllocations.endpoint: allocations,
    # An older name that some clients still use; no request model has it.
    replace(GetAllocations.endpoint, path="/status/allocations/{cid}"): allocations,
}
"""What answers each endpoint."""
