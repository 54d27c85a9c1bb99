"""The gateway: contents by CID, as a browser sees them."""

import asyncio
import mimetypes
import re
from html import escape
from http import HTTPStatus
from urllib.parse import quote

from starlette.responses import HTMLResponse, Response
from starlette.types import Receive, Scope, Send

from .blobs import Blob
from .call import read_cid
from .errors import ApiError, not_found
from .store import Directory, File, Store

__all__ = ["gateway_answer", "page"]

CHUNK_SIZE = 256 * 1024
ANY_TYPE = "application/octet-stream"


class BlobResponse(Response):
    """The bytes of a file, or a range of them, read as they are sent."""

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
        # Opened before anything is awaited: somebody may remove the content meanwhile.
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
                # Sending to a client that is gone does not wait, and others want to be served.
                await asyncio.sleep(0)
        await send({"type": "http.response.body", "body": b"", "more_body": False})


def gateway_answer(store: Store, segments: list[str], wanted_range: str | None) -> Response:
    """Return what is at a CID, or at a path below it.

    Args:
        store: Where it is looked for.
        segments: The CID and the names below it.
        wanted_range: The value of the `Range` header.
    """
    segments = [segment for segment in segments if segment]
    if not segments:
        raise not_found("Give a CID: /ipfs/<cid>")
    key = read_cid(segments[0])
    content = store.content(key)
    for name in segments[1:]:
        child = content.entries.get(name) if isinstance(content, Directory) else None
        content = None if child is None else store.content(child)
    if content is None:
        raise not_found("This content is not in the sandbox")
    headers = {"x-content-type-options": "nosniff", "x-ipfs-path": ipfs_path(segments)}
    if isinstance(content, Directory):
        response: Response = listing(store, segments, content)
    else:
        name = segments[-1] if len(segments) > 1 else store.name_of(key)
        response = file_response(content, name, wanted_range)
    response.headers.update(headers)
    return response


def file_response(content: File, name: str, wanted_range: str | None) -> Response:
    """Return the answer that holds a file, or the range of it that is wanted."""
    guessed, encoding = mimetypes.guess_type(name)
    media_type = ANY_TYPE if guessed is None or encoding is not None else guessed
    return BlobResponse(content.blob, media_type, read_range(wanted_range, content.blob.size))


def read_range(text: str | None, size: int) -> range | None:
    """Return the one range of bytes that is asked for; `None` for all of them."""
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
    rows = ""
    for name, cid in sorted(content.entries.items()):
        entry = store.content(cid)
        shown = f"{name}/" if isinstance(entry, Directory) else name
        size = entry.node.size if entry else 0
        link = escape(ipfs_path([*segments, name]))
        rows += f'<li><a href="{link}">{escape(shown)}</a> ({size} bytes)</li>\n'
    title = f"/ipfs/{'/'.join(segments)}"
    return page(title, f"<ul>\n{rows}</ul>")


def ipfs_path(segments: list[str]) -> str:
    """Return the path of something in the gateway, encoded."""
    return "/ipfs/" + "/".join(quote(segment, safe="") for segment in segments)


def page(title: str, body: str) -> Response:
    """Return a page of HTML; the title is escaped here, the body is the caller's."""
    return HTMLResponse(
        f'<!DOCTYPE html>\n<html lang="en">\n<head><meta charset="utf-8">'
        f"<title>{escape(title)}</title></head>\n"
        f"<body>\n<h1>{escape(title)}</h1>\n{body}\n</body>\n</html>\n"
    )
