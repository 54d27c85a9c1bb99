"""The account: its profile and its uploads."""

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic_core import core_schema

from .._json import is_list, is_object
from ..inputs import Cid, Flag, PageNumber, PageSize, Scope
from ._request import Endpoint, Request
from ._response import Response
from ._wire import Instant, Integer, Items, Text, Wire, WireCid, YesNo, names, read_integer
from .system import Plan

__all__ = ["GetMe", "ListUploads", "UploadPage", "UploadRecord", "User"]


def read_count(value: object) -> int:
    """Return a count, also from the list of what is counted, else raise `ValueError`."""
    return len(value) if is_list(value) else read_integer(value)


Count = Annotated[int, Wire(core_schema.int_schema(strict=True), read_count)]


class User(Response, frozen=True):
    """An account's profile."""

    wrappers: ClassVar[tuple[str, ...]] = ("user", "data", "result")
    identity: ClassVar[tuple[str, ...]] = ("id", "email", "username")
    other_shapes: ClassVar[frozenset[str]] = frozenset({"user", "data", "result"})

    id: Annotated[Text | None, names("id", "_id", "userId")] = None
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
    plan: Annotated[Plan | None, names("plan")] = None
    """The account's plan; where the service sends a bare code, a `Plan` with that `code`."""
    cluster_count: Annotated[Count | None, names("clusterCount", "clusters")] = None
    """How many clusters the account may use."""
    created_at: Annotated[Instant | None, names("createdAt")] = None
    """When the account was made."""

    @classmethod
    def reshape(cls, data: Mapping[str, object]) -> Mapping[str, object]:
        """Make an object of a plan that came as its bare code."""
        plan = data.get("plan")
        return {**data, "plan": {"code": plan}} if isinstance(plan, str) and plan else data


class UploadRecord(Response, frozen=True):
    """One upload or pin of the account."""

    wrappers: ClassVar[tuple[str, ...]] = ()

    cid: Annotated[WireCid, names("cid", "dagCid", "hash", "IpfsHash")]
    """The content's CID."""
    upload_id: Annotated[Text | None, names("uploadId", "_id", "id")] = None
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
    backed_up: Annotated[YesNo | None, names("bk", "backedUp")] = None
    """Whether its remote backup is done."""


class UploadPage(Response, frozen=True):
    """One page of the account's uploads."""

    items: ClassVar[str] = "uploads"

    uploads: Annotated[Items[UploadRecord], names("uploads", "files", "data", "items")]
    """The records of this page."""
    total: Annotated[Integer | None, names("total")] = None
    """How many records there are on all pages, if the service says so."""
    page: Annotated[Integer | None, names("page")] = None
    """This page's number, from 1."""
    limit: Annotated[Integer | None, names("limit")] = None
    """How many records a page holds."""

    @classmethod
    def reshape(cls, data: Mapping[str, object]) -> Mapping[str, object]:
        """Find the numbers where another version of the service has them."""
        inner = data.get("pagination")
        if not is_object(inner):
            return data
        numbers = {name: inner[name] for name in ("total", "page", "limit") if name in inner}
        return {**numbers, **{name: data[name] for name in data if data[name] is not None}}

    def is_settled(self) -> bool:
        """Say whether every value that came lies where it belongs."""
        inner = (self.model_extra or {}).get("pagination")
        complete = None not in (self.total, self.page, self.limit)
        return super().is_settled() and (complete or not is_object(inner))


class GetMe(Request[User], frozen=True):
    """GET /users/me: the account that the credential belongs to."""

    endpoint: ClassVar[Endpoint] = Endpoint("GET", "/users/me", scope=Scope.USER_READ)

    def read_answer(self, body: bytes) -> User:
        """Return the profile that the body holds."""
        return User.read(body)


class ListUploads(Request[UploadPage], frozen=True):
    """GET /users/me/uploads: one page of the account's uploads."""

    endpoint: ClassVar[Endpoint] = Endpoint(
        "GET", "/users/me/uploads", "query", scope=Scope.FILES_READ
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

    def read_answer(self, body: bytes) -> UploadPage:
        """Return the page that the body holds."""
        return UploadPage.read(body, page=self.page, limit=self.limit)
