"""Files and directories: uploading, pinning, renaming and removing."""

import posixpath
from collections.abc import Iterable
from http import HTTPStatus
from typing import TypeAlias

from ...cid import CID
from ...inputs import check_dag_path, check_file_name
from ...models import (
    PinCid,
    RemoveFile,
    RenameUpload,
    UploadDirectoryCluster,
    UploadDirectoryClusterFile,
    UploadDirectoryDag,
    UploadDirectoryFile,
    UploadFile,
    UploadServerDirectory,
)
from ...unixfs import Node, file_node, tree
from ..blobs import Blob
from ..bodies import JsonObject, read_text, require_text
from ..call import Call
from ..catalog import SERVER_DIRECTORY, SERVER_FILES
from ..clock import wire_time
from ..errors import bad_request, forbidden, not_found
from ..multipart import Upload
from ..store import Directory, Entry, Record
from .answer import Answer, Routes

__all__ = ["ROUTES", "remove"]

Files: TypeAlias = dict[str, tuple[Node, Blob]]


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
            name=file_name(read_text(form.fields, "dirName") or "directory"),
            size=root.size,
            type="directory",
            expires=call.timelock(form.fields),
            cluster=call.cluster(form.fields),
        )
        check_plan(call, root.cid, entry)
    call.world.store.add_tree(files)
    return created(call, root.cid, entry, listing(files, root))


def server_nodes(body: JsonObject) -> dict[str, Node]:
    """Return the nodes of the directory on the server, or raise."""
    path = require_text(body, "dirPath")
    if path.rstrip("/") != SERVER_DIRECTORY:
        raise bad_request(f"Invalid dirPath: this server has only {SERVER_DIRECTORY}")
    return {name: file_node(data) for name, data in SERVER_FILES.items()}


async def upload_server_directory(call: Call) -> Answer:
    """POST /files/directory."""
    body = await call.json()
    nodes = server_nodes(body)
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
    files = {name: (node, spool.keep(SERVER_FILES[name])) for name, node in nodes.items()}
    call.world.store.add_tree(files)
    return created(call, root.cid, entry, listing(files, root))


async def upload_directory_cluster(call: Call) -> Answer:
    """POST /files/directory-cluster: store each file of the server's directory separately."""
    body = await call.json()
    items: list[JsonObject] = []
    for path, node in server_nodes(body).items():
        entry = Entry(
            name=posixpath.basename(path),
            size=node.size,
            type="file",
            expires=call.timelock(body),
            cluster=call.cluster(body),
        )
        check_plan(call, node.cid, entry)
        call.world.store.add_file(node, call.world.spool.keep(SERVER_FILES[path]))
        put(call, node.cid, entry)
        items.append({"name": entry.name, "cid": str(node.cid), "size": node.size, "path": path})
    body = {"success": True, "type": "directory", "count": len(items), "items": items}
    return Answer(body, HTTPStatus.CREATED)


async def rename(call: Call) -> Answer:
    """PUT /files/rename/{upload_id}."""
    name = require_text(await call.json(), "newName")
    if not call.world.store.rename(call.account.id, call.path["upload_id"], name):
        raise not_found("Upload not found")
    return Answer({"updated": True, "newName": name})


def file_name(name: str) -> str:
    """Return a name if it is a valid file name, or raise."""
    try:
        check_file_name(name)
    except ValueError as error:
        raise bad_request(f"Invalid name: {error}") from None
    return name


def by_path(uploaded: Iterable[Upload]) -> Files:
    """Return the files of a directory by their paths, or raise."""
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
        raise bad_request("No files uploaded: send parts named 'files' with paths as filenames")
    return files


def root_of(files: Files) -> Node:
    """Return the node of the directory with the files, or raise."""
    try:
        return tree({path: node for path, (node, _) in files.items()})[""]
    except ValueError as error:
        raise bad_request(f"Invalid path: {error}") from None


def listing(files: Files, root: Node) -> JsonObject:
    """Return the part of an answer that lists a directory's files."""
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
    """Raise if the account's plan does not allow an upload or pin."""
    account, store = call.account, call.world.store
    if entry.expires is not None and not account.plan.timelock_allowed:
        raise forbidden("Timelocks are not allowed by your plan")
    replaced = store.record(account.id, cid)
    used = store.used(account.id) - (replaced.entry.size if replaced else 0)
    if used + entry.size > account.quota:
        raise forbidden("Storage quota exceeded")


def put(call: Call, cid: CID, entry: Entry) -> Record:
    """Record an upload or pin."""
    return call.world.store.put(call.account.id, cid, entry, call.now)


def created(call: Call, cid: CID, entry: Entry, more: JsonObject) -> Answer:
    """Record an upload or pin, and return the answer."""
    record = put(call, cid, entry)
    body: JsonObject = {
        "success": True,
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


ROUTES: Routes = {
    UploadFile.endpoint: upload_file,
    UploadServerDirectory.endpoint: upload_server_directory,
    UploadDirectoryDag.endpoint: upload_directory_dag,
    UploadDirectoryCluster.endpoint: upload_directory_cluster,
    UploadDirectoryClusterFile.endpoint: upload_file,
    UploadDirectoryFile.endpoint: upload_file,
    PinCid.endpoint: pin,
    RemoveFile.endpoint: remove,
    RenameUpload.endpoint: rename,
}
