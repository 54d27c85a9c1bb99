"""The account's uploads and pins: listing and reading."""

import posixpath
from collections.abc import Iterable

from ...cid import CID
from ...models import DeleteUpload, GetDirectory, GetUpload, ListUploads
from ..bodies import JsonObject
from ..call import Call
from ..clock import wire_time
from ..errors import not_found
from ..pinning import summary
from ..store import Directory, Record
from .answer import Answer, Routes
from .files import remove

__all__ = ["ROUTES"]

DEFAULT_LIMIT = 20
MAX_LIMIT = 100
# Limits above MAX_LIMIT are reduced to it; limits above this are refused.
HIGHEST_LIMIT = 1000


async def uploads(call: Call) -> Answer:
    """GET /users/me/uploads."""
    page = call.number("page", 1)
    limit = min(call.number("limit", DEFAULT_LIMIT, HIGHEST_LIMIT), MAX_LIMIT)
    cid, parent = call.cid_filter("cid"), call.cid_filter("parentCid")
    has_expiration = call.flag("hasExpiration")
    store, account = call.world.store, call.account
    shown = slice((page - 1) * limit, page * limit)
    if parent is not None:
        owner = store.record(account.id, parent)
        listed = [] if owner is None else list(members(call, owner, parent, cid))
        expires = None if owner is None else owner.entry.expires
        if has_expiration is not None and has_expiration != (expires is not None):
            listed = []
        total, listed = len(listed), listed[shown]
    else:
        found = store.records(account.id)
        if cid is not None:
            found = [each for each in found if each is store.record(account.id, cid)]
        if has_expiration is not None:
            found = [each for each in found if has_expiration == (each.entry.expires is not None)]
        total, listed = len(found), [on_the_wire(call, each) for each in found[shown]]
    pages = -(-total // limit)
    pagination = {"page": page, "limit": limit, "total": total, "totalPages": pages}
    return Answer({"uploads": listed, **pagination, "pagination": pagination})


def on_the_wire(call: Call, record: Record) -> JsonObject:
    """Return a record as the list of uploads has it."""
    entry = record.entry
    at_peers = call.world.pinning.at_peers(CID.parse(record.cid), record, call.now)
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
        "status": summary(at_peers),
        "clusterId": entry.cluster,
        "createdAt": wire_time(record.created),
        "uploadedAt": wire_time(record.created),
        "expiresAt": wire_time(entry.expires) if entry.expires else None,
        "bk": 0,
    }


def members(call: Call, owner: Record, parent: CID, only: CID | None) -> Iterable[JsonObject]:
    """Yield the files of a directory as the list of uploads has them."""
    about_owner = on_the_wire(call, owner)
    for number, (path, content) in enumerate(call.world.store.files_of(parent)):
        if only is not None and str(only) != str(content.node.cid):
            continue
        name = posixpath.basename(path)
        yield {
            **about_owner,
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


def own_record(call: Call) -> Record:
    """Return the account's record of the CID in the path, or raise."""
    record = call.world.store.record(call.account.id, call.cid)
    if record is None:
        raise not_found("Upload not found for this CID")
    return record


async def upload(call: Call) -> Answer:
    """GET /users/me/uploads/{cid}."""
    return Answer(on_the_wire(call, own_record(call)))


async def directory(call: Call) -> Answer:
    """GET /users/me/uploads/dag/{cid}."""
    own_record(call)
    if not isinstance(call.world.store.content(call.cid), Directory):
        raise not_found("There is no directory with this CID")
    files = [
        {
            "cid": str(content.node.cid),
            "filename": posixpath.basename(path),
            "size": content.node.size,
            "path": path,
        }
        for path, content in call.world.store.files_of(call.cid)
    ]
    return Answer({"cid": call.path["cid"], "files": files})


ROUTES: Routes = {
    ListUploads.endpoint: uploads,
    GetDirectory.endpoint: directory,
    GetUpload.endpoint: upload,
    DeleteUpload.endpoint: remove,
}
