"""The HTTP side: it routes a request, checks the caller, and writes the answer."""

import re
import uuid
from collections.abc import Collection
from http import HTTPStatus
from typing import Protocol
from urllib.parse import unquote_to_bytes

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import Message, Receive, Send
from starlette.types import Scope as AsgiScope

from ..models import Endpoint, ForgotPassword, ListLogs, Login, ResetPassword, SignUp
from .accounts import Principal, check_usable
from .call import Call, read_query
from .control import CONTROL, Control, page
from .errors import ApiError, bad_request, missing_scope, not_found, unauthorized, version_gone
from .gateway import gateway_answer
from .guard import check_host, check_origin
from .limits import RateLimiter
from .mishaps import suffer
from .recording import Recording
from .routes import ROUTES, Handler
from .routes.public import INFO
from .shapes import ProfileName, answer_of, refusal_of
from .world import World

__all__ = ["App"]

API = ["api", "v3"]
OLDER_APIS = (["api", "v1"], ["api", "v2"])
GATEWAY = "ipfs"
API_BASE = "/api/v3"
READING = ("GET", "HEAD")
LOGINS = {each.endpoint for each in (Login, SignUp, ForgotPassword, ResetPassword)}
"""The endpoints with a stricter limit, by address."""
PERCENT_ENCODED = re.compile(b"(?:[^%]|%[0-9A-Fa-f]{2})*", re.DOTALL)


class CutClient(Protocol):
    """Closes the connection of a request, immediately or after sending what was written."""

    def __call__(self, scope: AsgiScope, *, at_once: bool) -> None:
        """Close it."""
        ...


class Body:
    """Keeps track of whether a request's body was read completely."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._has_more = True

    async def receive(self) -> Message:
        """Return the next piece."""
        message = await self._receive()
        self._has_more = message.get("more_body", False)
        return message

    async def read_rest(self) -> None:
        """Read the rest, and discard it."""
        while self._has_more:
            await self.receive()


class App:
    """The ASGI application of one sandbox.

    Args:
        world: Its state.
        rate_limiter: Counts the calls.
        login_limiter: Counts the calls that log in, sign up, or reset a password.
        profile: The shape of the answers.
        cut: Closes a connection.
        hosts: The sandbox's names, besides those of this machine.
    """

    def __init__(
        self,
        world: World,
        rate_limiter: RateLimiter,
        login_limiter: RateLimiter,
        profile: ProfileName,
        cut: CutClient,
        hosts: Collection[str],
    ) -> None:
        self._world = world
        self._rate_limiter = rate_limiter
        self._login_limiter = login_limiter
        self._profile: ProfileName = profile
        self._cut = cut
        self._hosts = hosts
        self._control = Control(world, self.reset)

    def reset(self) -> None:
        """Return to the initial state."""
        self._world.reset()
        self._rate_limiter.windows.clear()
        self._login_limiter.windows.clear()

    async def __call__(self, scope: AsgiScope, receive: Receive, send: Send) -> None:
        """Answer one request, or apply a fault to it, and record it."""
        path = scope["raw_path"].decode("latin-1")
        if path == "/" or path.startswith(f"/{CONTROL}/"):
            await self._serve(scope, receive, send)
            return
        path = path.removeprefix(API_BASE) or "/"
        recording = Recording(self._world.recorder, scope, path, self._world.clock())
        receive, send = recording.receiving(receive), recording.sending(send)
        fault = self._world.faults.take(scope["method"], path)

        def cut(*, at_once: bool) -> None:
            recording.end()
            self._cut(scope, at_once=at_once)

        try:
            if fault is None:
                await self._serve(scope, receive, send)
            else:
                await suffer(fault, self._serve, cut, scope, receive, send)
        finally:
            recording.end()

    async def _serve(self, scope: AsgiScope, receive: Receive, send: Send) -> None:
        body = Body(receive)
        request = Request(scope, body.receive)
        try:
            response = await self._answer(request)
        except ClientDisconnect:
            return
        finally:
            # Before the client receives the answer.
            self._world.database.commit()
            self._world.spool.remove_discarded()
        response.headers["X-Request-Id"] = uuid.uuid4().hex
        if request.headers.get("connection", "").lower() == "close":
            response.headers["Connection"] = "close"
            # Closing while the client is still sending would reset the connection, and the client
            # might never see the answer.
            await body.read_rest()
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        headers: dict[str, str] = {}
        try:
            segments = read_path(request.scope["raw_path"])
            if segments[0] == CONTROL:
                check_host(request, self._hosts)
            if segments[0] == CONTROL or request.method not in READING:
                check_origin(request)
            self._world.store.expire(self._world.clock())
            if segments[:2] == API:
                headers = self._rate_limiter.count(caller_of(request), self._world.clock())
                response = await self._api_answer(request, segments[2:])
            elif segments[0] == CONTROL:
                response = await self._control.answer(request, segments[1:])
            else:
                response = self._other_answer(request, segments)
        except ApiError as error:
            headers.update(error.headers)
            body = refusal_of(self._profile, error.status, error.body)
            response = JSONResponse(body, error.status)
        response.headers.update(headers)
        return response

    def _other_answer(self, request: Request, segments: list[str]) -> Response:
        if segments[:2] in OLDER_APIS:
            raise version_gone()
        if segments[:1] != [GATEWAY] and segments != [""]:
            raise not_found("There is nothing at this path")
        if request.method not in READING:
            raise method_not_allowed(READING)
        if segments == [""]:
            return self._page(request) if wants_page(request) else JSONResponse(INFO)
        return gateway_answer(self._world.store, segments[1:], request)

    def _page(self, request: Request) -> Response:
        check_host(request, self._hosts)
        check_origin(request)
        return page()

    async def _api_answer(self, request: Request, segments: list[str]) -> Response:
        if segments in ([], [""]) and wants_page(request):
            return self._page(request)
        endpoint, handler, values = find(request.method, segments or [""])
        if endpoint in LOGINS:
            self._login_limiter.count(address_of(request), self._world.clock())
        principal = self._authenticate(request) if endpoint.auth else None
        if principal is not None:
            check_usable(principal.account)
        if principal and endpoint.scope and not principal.may(endpoint.scope):
            raise missing_scope(endpoint.scope)
        call = Call(
            world=self._world,
            request=request,
            path=values,
            query=read_query(request.scope["query_string"]),
            principal=principal,
            now=self._world.clock(),
        )
        try:
            answer = await handler(call)
        except ApiError as error:
            self._log(call, endpoint, error.status)
            raise
        self._log(call, endpoint, answer.status)
        return JSONResponse(answer_of(self._profile, endpoint, answer.body), answer.status)

    def _log(self, call: Call, endpoint: Endpoint, status: HTTPStatus) -> None:
        """Add a call to the account's log, except for calls that read the log."""
        if call.principal is not None and endpoint != ListLogs.endpoint:
            call.log(call.principal.account, f"{endpoint.method} {endpoint.path}", status)

    def _authenticate(self, request: Request) -> Principal:
        """Return the caller of a request; a Bearer credential takes precedence over an API key."""
        accounts = self._world.accounts
        kind, _, credential = request.headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer":
            credential = credential.strip()
            found = accounts.by_session(credential) or accounts.by_api_token(credential)
            if found is None:
                raise unauthorized("Invalid or expired token")
            return found
        found = accounts.by_api_token(request.headers.get("x-api-key", ""))
        if found is None:
            raise unauthorized("Invalid or missing API key", "INVALID_API_KEY")
        return found


def address_of(request: Request) -> str:
    """Return the address that a request comes from."""
    return request.client.host if request.client else ""


def caller_of(request: Request) -> str:
    """Return what identifies a caller: the credential, or else the address."""
    headers = request.headers
    return headers.get("authorization") or headers.get("x-api-key") or address_of(request)


def find(method: str, segments: list[str]) -> tuple[Endpoint, Handler, dict[str, str]]:
    """Return the endpoint of a path, its handler, and the values in the path."""
    if len(segments) > 1 and not segments[-1]:
        segments = segments[:-1]
    allowed: set[str] = set()
    for endpoint, handler in ROUTES.items():
        values = match(endpoint.path.strip("/").split("/"), segments)
        if values is None:
            continue
        methods = READING if endpoint.method == "GET" else (endpoint.method,)
        if method in methods:
            return endpoint, handler, values
        allowed.update(methods)
    if allowed:
        raise method_not_allowed(tuple(sorted(allowed)))
    raise not_found("There is no such endpoint")


def match(template: list[str], segments: list[str]) -> dict[str, str] | None:
    """Return the values of a template's placeholders in a path, if it matches."""
    if len(template) != len(segments):
        return None
    values: dict[str, str] = {}
    for expected, segment in zip(template, segments, strict=True):
        if expected.startswith("{"):
            values[expected[1:-1]] = segment
        elif expected != segment:
            return None
    return values


def read_path(raw: bytes) -> list[str]:
    """Return a path's segments, each decoded separately, because it may contain a slash."""
    segments: list[str] = []
    for segment in raw.split(b"/")[1:]:
        if b"%" in segment and not PERCENT_ENCODED.fullmatch(segment):
            raise bad_request("The path is not valid: it has a bad percent-encoding")
        try:
            segments.append(unquote_to_bytes(segment).decode())
        except UnicodeDecodeError:
            raise bad_request("The path is not valid: it is not UTF-8") from None
    return segments or [""]


def method_not_allowed(allowed: tuple[str, ...]) -> ApiError:
    """Return the error for a method that the path does not support."""
    return ApiError(
        HTTPStatus.METHOD_NOT_ALLOWED,
        f"This path supports {', '.join(allowed)}",
        headers={"Allow": ", ".join(allowed)},
    )


def wants_page(request: Request) -> bool:
    """Return whether a browser asks for a page."""
    return request.method in READING and "text/html" in request.headers.get("accept", "")
