"""Control of the sandbox over HTTP, below `/__sandbox/`, for tests in any language."""

import base64
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from http import HTTPStatus
from pathlib import Path
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from .bodies import JsonObject
from .clock import wire_time
from .errors import ApiError, bad_request, file_too_large, not_found
from .faults import Fault
from .overview import overview
from .recording import RecordedRequest
from .world import World

__all__ = ["CONTROL", "Control", "page"]

CONTROL = "__sandbox"
MAX_JSON = 1024**2
PAGE = Path(__file__).with_name("page")
FAULT = TypeAdapter(Fault)
PAGE_FILES: Mapping[str, str] = {"page.css": "text/css", "page.js": "text/javascript"}
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class Advance(BaseModel):
    """How far to move the clock."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", strict=True)

    days: float = 0
    hours: float = 0
    minutes: float = 0
    seconds: float = 0


class Control:
    """Answers the requests below `/__sandbox/`.

    Args:
        world: The sandbox's state.
        reset: Returns the sandbox to its initial state.
    """

    def __init__(self, world: World, reset: Callable[[], None]) -> None:
        self._world = world
        self._reset = reset
        self._routes: Mapping[
            tuple[str, str], Callable[[Request], Awaitable[Response] | Response]
        ] = {
            ("GET", "faults"): self._list_faults,
            ("POST", "faults"): self._add_fault,
            ("DELETE", "faults"): self._clear_faults,
            ("GET", "requests"): self._list_requests,
            ("DELETE", "requests"): self._forget_requests,
            ("GET", "clock"): self._tell_time,
            ("POST", "clock"): self._move_clock,
            ("GET", "mails"): self._list_mails,
            ("POST", "reset"): self._reset_all,
            ("GET", "state"): self._show,
        }

    async def answer(self, request: Request, segments: list[str]) -> Response:
        """Return the answer to a request.

        Args:
            request: The request.
            segments: Its path below `/__sandbox/`.
        """
        name = "/".join(segments).removesuffix("/")
        if name in PAGE_FILES and request.method == "GET":
            return page(name)
        found = self._routes.get((request.method, name))
        if found is None:
            methods = [method for method, other in self._routes if other == name]
            if not methods:
                raise not_found("There is nothing at this path of the sandbox")
            raise ApiError(
                HTTPStatus.METHOD_NOT_ALLOWED,
                f"This path supports {', '.join(methods)}",
                headers={"Allow": ", ".join(methods)},
            )
        answer = found(request)
        return answer if isinstance(answer, Response) else await answer

    def _list_faults(self, _request: Request) -> Response:
        return JSONResponse({"faults": [asdict(each) for each in self._world.faults.pending]})

    async def _add_fault(self, request: Request) -> Response:
        try:
            fault = FAULT.validate_json(await read_body(request))
        except ValidationError as error:
            raise bad_request(explained(error)) from None
        self._world.faults.put(fault)
        return JSONResponse(asdict(fault), HTTPStatus.CREATED)

    def _clear_faults(self, _request: Request) -> Response:
        self._world.faults.clear()
        return done()

    def _list_requests(self, _request: Request) -> Response:
        return JSONResponse({"requests": [told(each) for each in self._world.recorder.requests]})

    def _forget_requests(self, _request: Request) -> Response:
        self._world.recorder.clear()
        return done()

    def _tell_time(self, _request: Request) -> Response:
        return JSONResponse({"now": wire_time(self._world.clock())})

    async def _move_clock(self, request: Request) -> Response:
        try:
            wanted = Advance.model_validate_json(await read_body(request))
            now = self._world.clock.advance(**wanted.model_dump())
        except ValidationError as error:
            raise bad_request(explained(error)) from None
        except ValueError as error:
            raise bad_request(str(error)) from None
        return JSONResponse({"now": wire_time(now)})

    def _list_mails(self, _request: Request) -> Response:
        return JSONResponse({"mails": [asdict(each) for each in self._world.accounts.mails]})

    def _reset_all(self, _request: Request) -> Response:
        self._reset()
        return done()

    def _show(self, _request: Request) -> Response:
        return JSONResponse(overview(self._world), headers={"Cache-Control": "no-store"})


def page(name: str = "index.html") -> Response:
    """Return a file of the web page."""
    text = PAGE.joinpath(name).read_text("utf-8")
    headers = {
        "Content-Security-Policy": POLICY,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
    }
    return Response(text, media_type=PAGE_FILES.get(name, "text/html"), headers=headers)


async def read_body(request: Request) -> bytes:
    """Return the bytes of a JSON body, or raise."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_JSON:
            raise file_too_large(f"The JSON body is larger than {MAX_JSON} bytes")
    return bytes(body) or b"{}"


def explained(error: ValidationError) -> str:
    """Return what is wrong with a JSON body, in one line."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    place = ".".join(str(each) for each in first["loc"])
    message = first["msg"].removeprefix("Value error, ")
    return f"{place}: {message}" if place else message


def told(request: RecordedRequest) -> JsonObject:
    """Return a recorded request as JSON."""
    return {
        "method": request.method,
        "path": request.path,
        "query": dict(request.query),
        "headers": dict(request.headers),
        "size": request.size,
        "status": request.status,
        "at": wire_time(request.at),
        **readable("body", request.body),
        **readable("answer", request.answer),
    }


def readable(name: str, data: bytes | None) -> JsonObject:
    """Return bytes as text, or, if they are not text, in base64 under another name."""
    if data is None:
        return {name: None}
    try:
        return {name: data.decode()}
    except UnicodeDecodeError:
        return {name: None, f"{name}_base64": base64.b64encode(data).decode()}


def done() -> Response:
    """Return an empty answer."""
    return Response(status_code=HTTPStatus.NO_CONTENT)
