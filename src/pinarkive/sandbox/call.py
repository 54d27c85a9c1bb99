"""One call of the API: its caller, and its input, which is validated when it is read."""

import re
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from urllib.parse import parse_qsl

from pydantic import TypeAdapter
from starlette.requests import Request

from ..cid import CID
from ..inputs import parse_rfc_3339
from .accounts import Account, Principal
from .bodies import JsonObject, read_text
from .catalog import DEFAULT_CLUSTER
from .errors import bad_request, file_too_large, forbidden, unauthorized
from .multipart import Form, FormReader
from .world import World

__all__ = ["MAX_INTEGER", "Call"]

JSON_OBJECT = TypeAdapter(JsonObject)
MAX_JSON = 1024**2
DIGITS = re.compile("[0-9]{1,16}")
MAX_INTEGER = 2**53 - 1


@dataclass(frozen=True, slots=True)
class Call:
    """A request to one endpoint.

    Attributes:
        world: The sandbox's state.
        request: The HTTP request.
        path: The values in the URL's path, by name.
        query: The values in the query, by name.
        principal: The caller, if the endpoint needs one.
        now: When it arrived.
    """

    world: World
    request: Request
    path: Mapping[str, str]
    query: Mapping[str, str]
    principal: Principal | None
    now: datetime

    @property
    def account(self) -> Account:
        """The caller's account."""
        if self.principal is None:
            raise unauthorized("This needs a credential")
        return self.principal.account

    @property
    def session_account(self) -> Account:
        """The account of a caller with a session; an API token is refused."""
        if self.principal is not None and self.principal.scopes is not None:
            raise forbidden("This needs a session: log in")
        return self.account

    @property
    def bearer(self) -> str:
        """The caller's Bearer credential, or an empty text."""
        kind, _, credential = self.request.headers.get("authorization", "").partition(" ")
        return credential.strip() if kind.lower() == "bearer" else ""

    @property
    def origin(self) -> str:
        """The origin at which the caller reached the sandbox."""
        return str(self.request.base_url).rstrip("/")

    def log(self, account: Account, action: str, status: int = HTTPStatus.OK) -> None:
        """Add an entry to an account's log."""
        is_token = self.principal is not None and self.principal.scopes is not None
        is_web = self.request.headers.get("x-request-source") == "web"
        client = self.request.client
        self.world.logs.add(
            account.id,
            action=action,
            details=f"{self.request.method} {self.request.url.path}: {status}",
            source="API" if is_token else "WEB" if is_web else "JWT",
            ip=client.host if client else "",
            is_refused=status >= HTTPStatus.BAD_REQUEST,
            now=self.now,
        )

    @property
    def cid(self) -> CID:
        """The CID in the path."""
        return read_cid(self.path["cid"])

    async def json(self) -> JsonObject:
        """Return the body's JSON object, which is empty if there is no body."""
        body = bytearray()
        async for chunk in self.request.stream():
            body += chunk
            if len(body) > MAX_JSON:
                raise file_too_large(f"The JSON body is larger than {MAX_JSON} bytes")
        if not body:
            return {}
        media_type = self.request.headers.get("content-type", "").partition(";")[0]
        if media_type.strip().lower() != "application/json":
            raise bad_request("The body must be JSON, sent as application/json")
        try:
            return JSON_OBJECT.validate_json(bytes(body))
        except ValueError:
            raise bad_request("The body is not a valid JSON object") from None

    @asynccontextmanager
    async def upload(self, field: str, most_files: int | None = None) -> AsyncGenerator[Form, None]:
        """Provide the files and fields of a multipart body; after a failure, all are deleted."""
        reader = FormReader(
            self.request.headers.get("content-type", ""),
            self.world.spool,
            field=field,
            limit=self.account.max_file_size,
            most_files=most_files,
        )
        try:
            async for chunk in self.request.stream():
                reader.feed(chunk)
            form = reader.finish()
            await self.world.spool.sync(upload.blob for upload in form.files)
            yield form
        except BaseException:
            # Any failure, including a client that disconnects.
            reader.discard()
            raise

    def cluster(self, body: Mapping[str, object]) -> str:
        """Return the cluster from the body, the query or the header, or the default."""
        name = (
            read_text(body, "cl")
            or read_text(self.query, "cl")
            or self.request.headers.get("x-cluster")
            or DEFAULT_CLUSTER
        )
        if name not in self.account.plan.cluster_ids:
            raise forbidden(f"The cluster {name!r} is not allowed by your plan")
        return name

    def timelock(self, body: Mapping[str, object]) -> datetime | None:
        """Return when the upload or pin expires, if it does."""
        text = read_text(body, "timelock")
        if text is None:
            return None
        try:
            instant = parse_rfc_3339(text).astimezone(UTC)
        except (ValueError, OverflowError) as error:
            raise bad_request(f"Invalid timelock: {error}") from None
        if instant <= self.now:
            raise bad_request("Invalid timelock: it must be in the future")
        return instant

    def number(self, name: str, default: int, most: int = MAX_INTEGER) -> int:
        """Return a number of at least 1 in the query."""
        text = self.query.get(name)
        if text is None:
            return default
        number = int(text) if DIGITS.fullmatch(text) else 0
        if not 1 <= number <= most:
            raise bad_request(f"{name} must be a whole number from 1 to {most}")
        return number

    def flag(self, name: str) -> bool | None:
        """Return a boolean in the query."""
        match self.query.get(name):
            case None:
                return None
            case "true":
                return True
            case "false":
                return False
            case _:
                raise bad_request(f"{name} must be true or false")

    def cid_filter(self, name: str) -> CID | None:
        """Return a CID in the query."""
        text = self.query.get(name)
        return None if text is None else read_cid(text)


def read_cid(text: str) -> CID:
    """Return the CID in a text, or raise."""
    try:
        return CID.parse(text)
    except ValueError:
        raise bad_request("Invalid CID") from None


def read_query(raw: bytes) -> dict[str, str]:
    """Return the values of a query, or raise."""
    try:
        return dict(parse_qsl(raw.decode("ascii"), keep_blank_values=True, errors="strict"))
    except ValueError:
        raise bad_request("The query is not valid: it must be percent-encoded UTF-8") from None
