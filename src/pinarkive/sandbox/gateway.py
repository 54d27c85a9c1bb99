"""The gateway, which serves contents by CID."""

import asyncio
import mimetypes
import re
from collections.abc import AsyncIterator
from html import escape
from http import HTTPStatus
from typing import Final, Literal, TypeAlias
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from ..cid import CID, RAW
from .blobs import Blob
from .call import read_cid
from .dag import car
from .errors import ApiError, bad_request, not_found
from .store import Content, Directory, File, Store

__all__ = ["gateway_answer", "page"]

CHUNK_SIZE = 256 * 1024
ANY_TYPE = "application/octet-stream"
INDEX = "index.html"
FOREVER = "public, max-age=29030400, immutable"
FOR_A_WEEK = "public, max-age=604800, stale-while-revalidate=2678400"
COMMON = {
    "x-content-type-options": "nosniff",
    "access-control-allow-origin": "*",
    # An uploaded page may run scripts, but not with the origin of the sandbox.
    "content-security-policy": "sandbox allow-scripts allow-forms allow-popups allow-modals",
}

Form: TypeAlias = Literal["raw", "car"]
FORMS: Final[dict[Form, str]] = {
    "raw": "application/vnd.ipld.raw",
    "car": "application/vnd.ipld.car",
}
"""The formats of blocks, and their media types."""


class BlobResponse(Response):
    """The bytes of a file or a range of them, read while they are sent."""

    def __init__(self, blob: Blob, media_type: str, chosen: range | None) -> None:
        self._blob = blob
        self._range = range(blob.size) if chosen is None else chosen
        headers = {"content-length": str(len(self._range)), "accept-ranges": "bytes"}
        status = HTTPStatus.OK
        if chosen is not None:
            status = HTTPStatus.PARTIAL_CONTENT
            headers["content-range"] = f"bytes {chosen.start}-{chosen.stop - 1}/{blob.size}"
        super().__init__(status_code=status, headers=headers, media_type=media_type)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the bytes."""
        left = 0 if scope["method"] == "HEAD" else len(self._range)
        # Opened before the first await, because the content may be removed meanwhile.
        with self._blob.open() as file:
            file.seek(self._range.start)
            await send(
                {
                    "type": "http.response.start",
                    "status": self.status_code,
                    "headers": self.raw_headers,
                }
            )
            while left:
                data = file.read(min(left, CHUNK_SIZE))
                left -= len(data)
                await send({"type": "http.response.body", "body": data, "more_body": True})
                # Sending to a disconnected client does not wait, so this lets other requests run.
                await asyncio.sleep(0)
        await send({"type": "http.response.body", "body": b"", "more_body": False})


def gateway_answer(store: Store, segments: list[str], request: Request) -> Response:
    """Return the content at a CID or at a path below it, in the requested format.

    Args:
        store: The stored contents.
        segments: The CID and the names below it.
        request: The request.
    """
    has_slash = len(segments) > 1 and not segments[-1]
    segments = [segment for segment in segments if segment]
    if not segments:
        raise not_found("The path must contain a CID: /ipfs/<cid>")
    form = wanted_form(request)
    asked = read_cid(segments[0])
    content, cid = find(store, asked, segments[1:])
    etag, more = f'"{cid}"', {"cache-control": FOREVER}
    if form is not None:
        etag = f'"{cid}.raw"' if form == "raw" else f'W/"{cid}.car"'
    elif isinstance(content, Directory):
        index = content.entries.get(INDEX)
        shown = None if index is None else store.content(index)
        if not has_slash:
            # Otherwise relative links in the page would point to the directory above.
            return redirect(segments, request.url.query)
        if isinstance(shown, File):
            content, segments = shown, [*segments, INDEX]
        else:
            etag, more = f'W/"{cid}.list"', {"cache-control": FOR_A_WEEK}
    headers = {**COMMON, **more, "etag": etag, "x-ipfs-path": ipfs_path(segments)}
    if is_known(request.headers.get("if-none-match"), etag):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    if form == "car":
        response: Response = car_response(store, cid, has_body=request.method != "HEAD")
    elif isinstance(content, File) and form is None:
        name = segments[-1] if len(segments) > 1 else store.name_of(asked)
        is_same = request.headers.get("if-range", etag) == etag
        response = file_response(content, name, request.headers.get("range") if is_same else None)
    elif isinstance(content, Directory) and form is None:
        response = listing(store, segments, content)
    else:
        response = block_response(store, cid, form)
    response.headers.update(headers)
    return response


def find(store: Store, root: CID, names: list[str]) -> tuple[Content | None, CID]:
    """Return the content at a path and its CID, or raise; a single block has no content."""
    content, cid = store.content(root), root
    if content is None and not names and store.block(root) is not None:
        return None, cid
    for name in names:
        child = content.entries.get(name) if isinstance(content, Directory) else None
        content = None if child is None else store.content(child)
        cid = cid if child is None else child
    if content is None:
        raise not_found("This content is not in the sandbox")
    return content, cid


def wanted_form(request: Request) -> Form | None:
    """Return the format that the query or else the header requests."""
    asked = request.query_params.get("format")
    if asked is not None:
        named: dict[str, Form] = {form: form for form in FORMS}
        if asked in named:
            return named[asked]
        raise bad_request(f"format must be one of {', '.join(FORMS)}; or leave it out")
    kinds = [each.partition(";")[0].strip() for each in accepted(request)]
    return next((form for form, kind in FORMS.items() if kind in kinds), None)


def accepted(request: Request) -> list[str]:
    """Return the media types that a request accepts."""
    return request.headers.get("accept", "").lower().split(",")


def is_known(text: str | None, etag: str) -> bool:
    """Return whether `If-None-Match` contains a tag (compared weakly) or `*`."""
    known = [each.strip().removeprefix("W/") for each in (text or "").split(",")]
    return "*" in known or etag.removeprefix("W/") in known


def redirect(segments: list[str], query: str) -> Response:
    """Return the redirect to a directory's path with a slash."""
    location = f"{ipfs_path(segments)}/" + (f"?{query}" if query else "")
    return Response(status_code=HTTPStatus.MOVED_PERMANENTLY, headers={"location": location})


def block_response(store: Store, cid: CID, form: Form | None) -> Response:
    """Return the answer with one block. Without a format, only a leaf can be served."""
    if form is None and cid.codec != RAW:
        raise not_found("This block is not a file or directory; add ?format=raw")
    name = f'attachment; filename="{cid}.bin"'
    return Response(
        read_block(store, cid),
        headers={"content-disposition": name} if form else None,
        media_type=FORMS[form] if form else ANY_TYPE,
    )


def car_response(store: Store, cid: CID, *, has_body: bool) -> Response:
    """Return the answer with a block and all blocks below it, read while they are sent."""

    async def blocks() -> AsyncIterator[bytes]:
        for section in car(cid, lambda each: read_block(store, each)):
            yield section
            await asyncio.sleep(0)

    return StreamingResponse(
        blocks() if has_body else (),
        headers={"content-disposition": f'attachment; filename="{cid}.car"'},
        media_type=f"{FORMS['car']}; version=1; order=dfs; dups=n",
    )


def read_block(store: Store, cid: CID) -> bytes:
    """Return a block, or raise."""
    block = store.block(cid)
    if block is None:
        raise not_found("This content is not in the sandbox")
    return block


def file_response(content: File, name: str, wanted_range: str | None) -> Response:
    """Return the answer with a file, or with the requested range of it."""
    guessed, encoding = mimetypes.guess_type(name)
    media_type = ANY_TYPE if guessed is None or encoding is not None else guessed
    return BlobResponse(content.blob, media_type, read_range(wanted_range, content.blob.size))


def read_range(text: str | None, size: int) -> range | None:
    """Return the requested range of bytes, or `None` for the whole file."""
    match = re.fullmatch("bytes=([0-9]{0,18})-([0-9]{0,18})", text or "")
    if match is None or not (match[1] or match[2]):
        return None
    if match[1]:
        start, stop = int(match[1]), min(int(match[2]) + 1, size) if match[2] else size
        if match[2] and int(match[2]) < start:
            return None
    else:
        start, stop = max(size - int(match[2]), 0), size
    if start >= stop:
        raise ApiError(
            HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
            "The file has no such range",
            headers={"Content-Range": f"bytes */{size}"},
        )
    return range(start, stop)


def listing(store: Store, segments: list[str], content: Directory) -> Response:
    """Return a page that lists a directory."""
    rows = '<li><a href="../">../</a></li>\n' if len(segments) > 1 else ""
    for name, cid in sorted(content.entries.items()):
        entry = store.content(cid)
        size = entry.node.size if entry else 0
        slash = "/" if isinstance(entry, Directory) else ""
        link = escape(ipfs_path([*segments, name]) + slash)
        rows += f'<li><a href="{link}">{escape(name)}{slash}</a> ({size} bytes)</li>\n'
    title = f"/ipfs/{'/'.join(segments)}"
    return page(title, f"<ul>\n{rows}</ul>")


def ipfs_path(segments: list[str]) -> str:
    """Return an encoded path of the gateway."""
    return "/ipfs/" + "/".join(quote(segment, safe="") for segment in segments)


def page(title: str, body: str) -> Response:
    """Return an HTML page. The title is escaped here; the caller escapes the body."""
    return HTMLResponse(
        f'<!DOCTYPE html>\n<html lang="en">\n<head><meta charset="utf-8">'
        f"<title>{escape(title)}</title></head>\n"
        f"<body>\n<h1>{escape(title)}</h1>\n{body}\n</body>\n</html>\n"
    )
