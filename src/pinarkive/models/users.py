"""The account: its profile and its uploads."""

from typing import Annotated, ClassVar

from pydantic import WithJsonSchema

from ..inputs import Cid, Flag, PageNumber, PageSize, Scope
from ._request import Endpoint, Request
from ._response import Response
from ._wire import AS_ASKED, Bit, Count, Id, Instant, Integer, Text, WireCid, names
from .system import Plan

# As the service documents it for an account.
AS_CODE = WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "null"}]}, mode="validation")

__all__ = ["GetMe", "ListUploads", "UploadPage", "UploadRecord", "User"]


class User(
    Response,
    frozen=True,
    wrappers=("user", "data", "result"),
    identity=("id", "email", "username"),
):
    """An account's profile."""

    id: Annotated[Id | None, names("id", "_id", "userId")] = None
    """The account's id."""
    email: Annotated[Text | None, names("email")] = None
    """The address that the account is registered with."""
    name: Annotated[Text | None, names("name", "firstName")] = None
    """The first name."""
    last_name: Annotated[Text | None, names("lastname", "lastName")] = None
    """The last name."""
    username: Annotated[Text | None, names("username", "userName")] = None
    """The name that the account goes by."""
    role: Annotated[Text | None, names("role")] = None
    """`user`, `admin` or `superadmin`."""
    plan: Annotated[Plan | None, names("plan"), AS_CODE] = None
    """The account's plan; where the service sends a bare code, a `Plan` with that `code`."""
    cluster_count: Annotated[Count | None, names("clusters", "clusterCount")] = None
    """How many clusters the account may use."""
    created_at: Annotated[Instant | None, names("createdAt")] = None
    """When the account was made."""


class UploadRecord(Response, frozen=True, wrappers=()):
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
    """How many records there are on all pages, if the service says so."""
    page: Annotated[Integer | None, names("page", ("pagination", "page")), AS_ASKED] = None
    """This page's number, from 1."""
    limit: Annotated[Integer | None, names("limit", ("pagination", "limit")), AS_ASKED] = None
    """How many records a page holds."""


class GetMe(Request[User], frozen=True):
    """GET /users/me: the account that the credential belongs to."""

    endpoint: ClassVar[Endpoint] = Endpoint("GET", "/users/me", User, scope=Scope.USER_READ)


class ListUploads(Request[UploadPage], frozen=True):
    """GET /users/me/uploads: one page of the account's uploads."""

    endpoint: ClassVar[Endpoint] = Endpoint(
        "GET", "/users/me/uploads", UploadPage, "query", scope=Scope.FILES_READ
    )

    page: PageNumber = 1
    """The page's number, from 1."""
    limit: PageSize = 20
    """How many records a page holds, from 1 to 1,000; a server may hold fewer."""
    parent_cid: Cid | None = None
    """Only what belongs to the directory of this CID."""
    has_expiration: Flag | None = None
    """Only what has a timelock (`True`) or has none (`False`)."""
    cid: Cid | None = None
    """Only the records of this CID."""
