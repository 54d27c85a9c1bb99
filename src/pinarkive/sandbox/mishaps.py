"""The effect of a fault on a request: another answer, a cut connection, or changed bytes."""

import asyncio
import hashlib
import json
import math
from http import HTTPStatus
from typing import Protocol

from pydantic import TypeAdapter
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..cid import CID, SHA2_256
from .bodies import JsonObject
from .faults import Fault

__all__ = ["Cut", "suffer"]

JSON_OBJECT = TypeAdapter(JsonObject)
CID_NAMES = ("cid", "dagCid", "cidDag")


class Cut(Protocol):
    """Closes the request's connection, immediately or after sending what was written."""

    def __call__(self, *, at_once: bool) -> None:
        """Close it."""
        ...


async def suffer(
    fault: Fault, app: ASGIApp, cut: Cut, scope: Scope, receive: Receive, send: Send
) -> None:
    """Apply a fault to a request.

    Args:
        fault: The fault.
        app: Answers the request, if the fault permits it.
        cut: Closes the connection.
        scope: The ASGI scope of the request.
        receive: Receives its body.
        send: Sends its answer.
    """
    if fault.delay:
        await asyncio.sleep(fault.delay)
    if fault.early_413:
        await early_refusal()(scope, receive, send)
    elif fault.drop:
        if await read_whole(receive):
            cut(at_once=True)
            await until_gone(receive)
    elif fault.truncate:
        await app(scope, receive, Half(receive, send, cut))
    elif fault.corrupt:
        await app(scope, receive, Corrupted(send))
    elif (answer := answer_of(fault)) is None:
        await app(scope, receive, send)
    elif await read_whole(receive):
        await answer(scope, receive, send)


def early_refusal() -> Response:
    """Return the answer of a proxy that refuses large bodies."""
    text = page_text(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    return HTMLResponse(text, status, headers={"Connection": "close"})


def answer_of(fault: Fault) -> Response | None:
    """Return the answer that a fault defines, if any."""
    headers: dict[str, str] = {}
    seconds = None if fault.retry_after is None else math.ceil(fault.retry_after)
    if seconds is not None:
        headers["Retry-After"] = str(seconds)
    if fault.redirect is not None:
        status = HTTPStatus(fault.status or HTTPStatus.FOUND)
        return Response(status_code=status, headers=headers | {"Location": fault.redirect})
    if fault.html:
        status = HTTPStatus(fault.status or HTTPStatus.BAD_GATEWAY)
        return HTMLResponse(page_text(status), status, headers)
    if fault.status is None and fault.json is None:
        return None
    status = HTTPStatus(fault.status or HTTPStatus.OK)
    if status in (HTTPStatus.NO_CONTENT, HTTPStatus.RESET_CONTENT, HTTPStatus.NOT_MODIFIED):
        return Response(status_code=status, headers=headers)
    if fault.json is not None:
        return JSONResponse(fault.json, status, headers)
    body: JsonObject = {"error": status.phrase, "message": "This is a fault of the sandbox"}
    if seconds is not None:
        body["retryAfter"] = seconds
    return JSONResponse(body, status, headers)


def page_text(status: HTTPStatus) -> str:
    """Return the error page of a proxy in front of the service."""
    title = f"{status.value} {status.phrase}"
    return (
        f"<html>\n<head><title>{title}</title></head>\n"
        f"<body>\n<center><h1>{title}</h1></center>\n<hr><center>proxy</center>\n</body>\n</html>\n"
    )


async def read_whole(receive: Receive) -> bool:
    """Read a request's body completely, and return whether the client is still connected."""
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return False
        if not message.get("more_body", False):
            return True


async def until_gone(receive: Receive) -> None:
    """Wait until the server has noticed that a connection is closed."""
    while (await receive())["type"] != "http.disconnect":
        pass


class Half:
    """Sends half of an answer, and then cuts the connection."""

    def __init__(self, receive: Receive, send: Send, cut: Cut) -> None:
        self._receive = receive
        self._send = send
        self._cut = cut
        self._left = 0
        self._is_cut = False

    async def __call__(self, message: Message) -> None:
        if self._is_cut:
            return
        if message["type"] == "http.response.start":
            length = dict(message["headers"]).get(b"content-length", b"0")
            self._left = int(length) // 2
            await self._send(message)
            return
        data = message.get("body", b"")[: self._left]
        self._left -= len(data)
        await self._send({"type": "http.response.body", "body": data, "more_body": True})
        if not self._left:
            self._is_cut = True
            self._cut(at_once=False)
            await until_gone(self._receive)


class Corrupted:
    """Sends an answer with another CID in its JSON, or with a changed first byte."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._held: tuple[Message, bytearray] | None = None
        self._is_done = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            kind = dict(message["headers"]).get(b"content-type", b"")
            if kind.startswith(b"application/json"):
                self._held = message, bytearray()
            else:
                await self._send(message)
            return
        data = message.get("body", b"")
        if self._held is None:
            if data and not self._is_done:
                self._is_done = True
                data = bytes([data[0] ^ 1]) + data[1:]
            await self._send({**message, "body": data})
            return
        start, whole = self._held
        whole += data
        if message.get("more_body", False):
            return
        changed = with_other_cids(bytes(whole))
        headers = [each for each in start["headers"] if each[0] != b"content-length"]
        headers.append((b"content-length", str(len(changed)).encode()))
        await self._send({**start, "headers": headers})
        await self._send({"type": "http.response.body", "body": changed, "more_body": False})


def with_other_cids(data: bytes) -> bytes:
    """Return an answer's JSON with another CID instead of that of the upload."""
    try:
        fields = JSON_OBJECT.validate_json(data)
    except ValueError:
        return data
    for name in CID_NAMES:
        if isinstance(text := fields.get(name), str):
            fields[name] = other_cid(text)
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()


def other_cid(text: str) -> str:
    """Return a CID of the same kind for other content."""
    cid = CID.parse(text)
    return str(CID(cid.version, cid.codec, SHA2_256, hashlib.sha256(text.encode()).digest()))
