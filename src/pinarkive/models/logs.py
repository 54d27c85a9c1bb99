"""The account's activity log."""

from typing import Annotated, ClassVar

from ..inputs import Label, LogPageSize, PageNumber, Scope, Word
from ._request import Endpoint, Request
from ._response import Response
from ._wire import AS_ASKED, Id, Instant, Integer, Text, names

__all__ = ["ListLogs", "LogEntry", "LogPage"]


class LogEntry(Response, frozen=True, wrappers=()):
    """One entry of the account's activity log."""

    id: Annotated[Id | None, names("_id", "id")] = None
    """The entry's id."""
    action: Annotated[Text | None, names("action")] = None
    """What was done, in the service's own words."""
    type: Annotated[Text | None, names("type")] = None
    """`INFO`, `WARNING` or `CRITICAL`."""
    source: Annotated[Text | None, names("source")] = None
    """Where it came from, such as `WEB`, `API` or `JWT`."""
    details: Annotated[Text | None, names("details")] = None
    """Details, as text; if the service sends an object, it is in `model_extra`."""
    ip: Annotated[Text | None, names("ip")] = None
    """The IP address that it came from."""
    user_id: Annotated[Id | None, names("userId")] = None
    """The account's id."""
    user_email: Annotated[Text | None, names("userEmail")] = None
    """The account's address."""
    created_at: Annotated[Instant | None, names("createdAt", "timestamp")] = None
    """When it was done."""


class LogPage(Response, frozen=True, bare="logs"):
    """One page of the account's log."""

    logs: Annotated[list[LogEntry], names("logs", "data", "items")]
    """The entries of this page, in the service's order."""
    total: Annotated[Integer | None, names("total", ("pagination", "total"))] = None
    """How many entries there are on all pages, if the service sends it."""
    total_pages: Annotated[Integer | None, names("totalPages", ("pagination", "totalPages"))] = None
    """How many pages there are, if the service sends it."""
    page: Annotated[Integer | None, names("page", ("pagination", "page")), AS_ASKED] = None
    """This page's number, from 1."""
    limit: Annotated[Integer | None, names("limit", ("pagination", "limit")), AS_ASKED] = None
    """How many entries a page holds."""


class ListLogs(Request[LogPage], frozen=True):
    """GET /users/me/logs: list one page of the account's activity log."""

    endpoint: ClassVar[Endpoint] = Endpoint(
        "GET", "/users/me/logs", LogPage, "query", scope=Scope.LOGS_READ
    )

    page: PageNumber = 1
    """The page's number, from 1."""
    limit: LogPageSize = 20
    """How many entries a page has, from 1 to 100."""
    type: Word | None = None
    """Only entries of this type: `INFO`, `WARNING` or `CRITICAL`."""
    action: Label | None = None
    """Only entries of this action, in the service's own words."""
    source: Word | None = None
    """Only entries from this source, such as `WEB`, `API` or `JWT`."""
