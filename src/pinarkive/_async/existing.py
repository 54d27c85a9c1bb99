"""Finds content that the account already holds, so that it is not sent again."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, NamedTuple, TypeVar

from .._core.hashes import PROFILES
from .._core.integrity import is_same
from .._core.multipart import Multipart, Part
from .._dag.blocks import Node, Profile
from .._io.hashing import Hashing
from .._io.in_tasks.measuring import parts_of
from .._io.in_tasks.waits import run
from ..errors import InvalidInputError
from ..models import (
    DirectoryEntry,
    DirectoryUpload,
    Upload,
    UploadDirectoryDag,
    UploadFile,
    UploadRecord,
)
from ..models._response import attach_profile
from .proof import read_through
from .sender import AsyncSender
from .users import AsyncUsers

__all__ = ["existing"]

U = TypeVar("U", Upload, DirectoryUpload)

# Records with these statuses do not hold their content.
NOT_HELD = {"failed", "error", "unpinned", "expired"}


async def existing(
    client: AsyncSender,
    request: UploadFile | UploadDirectoryDag,
    cluster_id: str | None,
    answer: type[U],
) -> U | None:
    """Return the answer that an upload would get, if the account already holds its content.

    Args:
        client: The client that asks.
        request: The upload.
        cluster_id: The client's own cluster.
        answer: The model of the answer.

    Raises:
        InvalidInputError: The content can be read only once.
    """
    found = await record_of(client, request, request.cluster_id or cluster_id)
    if found is None:
        return None
    record, profile, parts, nodes = found
    fields: dict[str, Any] = {}
    if answer is DirectoryUpload:
        files = [
            DirectoryEntry(path=part.filename, cid=str(node.cid), size=node.size)
            for part, node in zip(parts, nodes, strict=True)
        ]
        fields = {"files": files, "total_files": len(files)}
    upload = answer(
        cid=record.cid,
        cluster_id=record.cluster_id,
        expires_at=record.expires_at,
        upload_id=record.upload_id,
        name=record.name,
        size=record.size,
        status=record.status,
        **fields,
    )
    attach_profile(upload, profile)
    return upload


class Held(NamedTuple):
    """Content that the account holds."""

    record: UploadRecord
    profile: Profile
    """The profile of its CID."""
    parts: Sequence[Part]
    nodes: Sequence[Node]
    """The node of each part."""


async def record_of(
    client: AsyncSender, request: UploadFile | UploadDirectoryDag, cluster_id: str | None
) -> Held | None:
    """Return the account's record of the content of an upload."""
    parts = await parts_of(request)
    body = Multipart("", (), parts)
    if not body.rewindable:
        raise InvalidInputError(
            "skip_existing: the content can be read only once, so its CID is not known before "
            "it is sent; pass a path, bytes or a file that can seek",
            "skip_existing",
        )
    hashing = Hashing(body, PROFILES)
    await read_through(replace(body, watch=hashing.begin))
    nodes, cids = await run(hashing.found, isinstance(request, UploadDirectoryDag))
    for profile, cid in cids.items():
        async for page in AsyncUsers(client).iter_uploads(cid=str(cid)).pages():
            named = [record for record in page.uploads if is_same(record.cid, cid)]
            for record in named:
                if is_held(record, request, cluster_id):
                    return Held(record, profile, parts, nodes[profile])
            if len(named) < len(page.uploads):
                # The service ignores the filter, and reading the whole list may take long.
                break
    return None


def is_held(
    record: UploadRecord, request: UploadFile | UploadDirectoryDag, cluster_id: str | None
) -> bool:
    """Return whether a record holds its content in the same cluster and as long as an upload."""
    if cluster_id is not None and record.cluster_id not in (None, cluster_id):
        return False
    if (record.status or "").casefold() in NOT_HELD:
        return False
    if record.expires_at is None:
        return True
    # The service may round times to whole seconds.
    return (
        request.timelock is not None and record.expires_at + timedelta(seconds=1) > request.timelock
    )
