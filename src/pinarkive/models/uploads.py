"""Listing, reading and deleting the account's uploads and pins."""

from typing import Annotated, ClassVar

from ..inputs import Cid, Flag, PageNumber, PageSize, Scope
from ._request import Endpoint, Request
from ._response import Response
from ._wire import AS_ASKED, Bit, Id, Instant, Integer, Text, WireCid, names
from .files import DirectoryEntry, Removal

__all__ = [
    "DeleteUpload",
    "Directory",
    "GetDirectory",
    "GetUpload",
    "ListUploads",
    "UploadPage",
    "UploadRecord",
]


class UploadRecord(Response, frozen=True, wrappers=("upload", "data", "result")):
    """One upload or pin of the account."""

    cid: Annotated[WireCid, names("cid", "dagCid", "hash", "IpfsHash")]
    """The content's CID."""
    upload_id: Annotated[Id | None, names("uploadId", "_id", "id")] = None
    """The record's id, which is not a CID."""
    name: Annotated[Text | None, names("name", "filename", "customName", "originalName")] = None
    """The file's or pin's name."""
    size: Annotated[Integer | None, names("size")] = None
    """The size in bytes."""
    type: Annotated[Text | None, names("type")] = None
    """`file` or `directory`."""
    status: Annotated[Text | None, names("status")] = None
    """`pinned`, `unpinned` or `failed`."""
    cluster_id: Annotated[Text | None, names("clusterId", "cluster")] = None
    """The cluster that holds it."""
    created_at: Annotated[Instant | None, names("createdAt", "uploadedAt")] = None
    """When it was uploaded or pinned."""
    expires_at: Annotated[Instant | None, names("expiresAt")] = None
    """When its timelock ends; `None` if it has none."""
    backed_up: Annotated[Bit | None, names("bk", "backedUp")] = None
    """Whether its remote backup is done."""


class UploadPage(Response, frozen=True, bare="uploads"):
    """One page of the account's uploads."""

    uploads: Annotated[list[UploadRecord], names("uploads", "files", "data", "items")]
    """The records of this page."""
    total: Annotated[Integer | None, names("total", ("pagination", "total"))] = None
    """How many records there are on all pages, if the service sends it."""
    page: Annotated[Integer | None, names("page", ("pagination", "page")), AS_ASKED] = None
    """This page's number, from 1."""
    limit: Annotated[Integer | None, names("limit", ("pagination", "limit")), AS_ASKED] = None
    """How many records a page holds."""


class Directory(Response, frozen=True, bare="files"):
    """The files of a directory that was uploaded as one DAG.

    The service does not document its fields; unknown ones are in `model_extra`.
    """

    cid: Annotated[WireCid, names("cid", "cidDag", "dagCid"), AS_ASKED]
    """The CID of the directory's root."""
    files: Annotated[list[DirectoryEntry], names("files", "items", "data", "entries")] = []
    """Its files."""


class ListUploads(Request[UploadPage], frozen=True):
    """GET /users/me/uploads: list one page of the account's uploads."""

    endpoint: ClassVar[Endpoint] = Endpoint(
        "GET", "/users/me/uploads", UploadPage, "query", scope=Scope.FILES_READ
    )

    page: PageNumber = 1
    """The page's number, from 1."""
    limit: PageSize = 20
    """How many records to ask for, from 1 to 1,000; the service may return fewer."""
    parent_cid: Cid | None = None
    """Only records that belong to the directory with this CID."""
    has_expiration: Flag | None = None
    """Only records with a timelock (`True`) or without one (`False`)."""
    cid: Cid | None = None
    """Only the records of this CID."""


class GetUpload(Request[UploadRecord], frozen=True):
    """GET /users/me/uploads/{cid}: read one upload or pin of the account."""

    endpoint: ClassVar[Endpoint] = Endpoint(
        "GET", "/users/me/uploads/{cid}", UploadRecord, scope=Scope.FILES_READ
    )

    cid: Cid
    """The content's CID."""


class DeleteUpload(Request[Removal], frozen=True):
    """DELETE /users/me/uploads/{cid}: remove an upload or pin from the account."""

    endpoint: ClassVar[Endpoint] = Endpoint(
        "DELETE", "/users/me/uploads/{cid}", Removal, scope=Scope.FILES_DELETE
    )

    cid: Cid
    """The content's CID."""


class GetDirectory(Request[Directory], frozen=True):
    """GET /users/me/uploads/dag/{cid}: list the files of a directory of the account."""

    endpoint: ClassVar[Endpoint] = Endpoint(
        "GET", "/users/me/uploads/dag/{cid}", Directory, scope=Scope.FILES_READ
    )

    cid: Cid
    """The CID of the directory's root."""
