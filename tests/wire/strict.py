"""A server that takes what the service documents, and refuses all else.

`read` is the judge: it knows the routes of `tests/contract/routes.py` alone, none of our models.
"""

import json
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Literal, NamedTuple, Self, TypeAlias
from urllib.parse import parse_qsl, unquote, urlsplit

from pydantic import TypeAdapter

from pinarkive._values.json import is_list
from pinarkive.cid import CID
from tests.contract.routes import ROUTES, Field, Route, segments

__all__ = ["BASE", "Arrived", "Credential", "File", "Refused", "StrictServer", "read"]

BASE = "/api/v3"
JSON_OBJECT = TypeAdapter(dict[str, object])
SCOPES = frozenset(
    {
        *("files:read", "files:write", "files:delete", "files:rename"),
        *("user:read", "user:write", "tokens:read", "tokens:write", "tokens:delete"),
        *("plans:read", "plans:write", "referrals:read", "logs:read", "cluster:read"),
    }
)
DISPOSITION = re.compile(
    r'Content-Disposition: form-data; name="([^"]+)"'
    r'(?:; filename="([^"]+)")?(?:; filename\*=UTF-8\'\'(\S+))?'
)

Credential: TypeAlias = Literal["none", "api_key", "bearer"]


class File(NamedTuple):
    """A file of a form."""

    name: str
    content: bytes


class Refused(Exception):
    """The request is not as the service documents it."""


@dataclass(frozen=True)
class Arrived:
    """What a request was, as the server understood it."""

    route: Route
    target: str
    fields: Mapping[str, object]
    credential: Credential


def is_text(value: object) -> bool:
    """Say whether a value is text that holds something."""
    return isinstance(value, str) and value.strip() != ""


def fits(pattern: str) -> Callable[[object], bool]:
    """Return a check of a text's form."""
    return lambda value: isinstance(value, str) and re.fullmatch(pattern, value, re.A) is not None


def is_cid(value: object) -> bool:
    """Say whether a value is a CID."""
    try:
        return isinstance(value, str) and str(CID.parse(value)) != ""
    except ValueError:
        return False


def is_scopes(value: object) -> bool:
    """Say whether a value is a list of scopes that names one at least, and none twice."""
    return is_list(value) and 0 < len(value) == len(set(value)) and set(value) <= SCOPES


def is_files(value: object) -> bool:
    """Say whether a value is files, each of another name."""
    if not is_list(value) or not value:
        return False
    names = [each.name for each in value if isinstance(each, File)]
    return len(set(names)) == len(value)


CHECKS: Mapping[Field, Callable[[object], bool]] = {
    "text": is_text,
    "cid": is_cid,
    "instant": fits(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"),
    "day": fits(r"\d{4}-\d\d-\d\d"),
    "code": fits(r"\d{6}"),
    "number": fits(r"[1-9]\d*"),
    "days": lambda value: type(value) is int and value >= 1,
    "flag": fits("true|false"),
    "scopes": is_scopes,
    "file": lambda value: is_files(value) and is_list(value) and len(value) == 1,
    "files": is_files,
}


def read(method: str, target: str, headers: Mapping[str, str], body: bytes) -> Arrived:
    """Return what a request is, else raise `Refused`; the names of headers are in small letters."""
    if not target.startswith(BASE):
        raise Refused(f"{target} is not below {BASE}")
    url = urlsplit(target.removeprefix(BASE))
    route = find(method, url.path)
    credential = read_credential(route, headers)
    fields = read_body(route, headers, body)
    if route.body == "query":
        pairs = parse_qsl(url.query, keep_blank_values=True, strict_parsing=bool(url.query))
        fields = dict(pairs)
        if len(fields) < len(pairs):
            raise Refused("the query names a field twice")
    elif url.query:
        raise Refused(f"no query is documented: {url.query}")
    check(route, fields)
    return Arrived(route, target.removeprefix(BASE), fields, credential)


def find(method: str, path: str) -> Route:
    """Return the route of a path, written exactly so; of two that fit, the one that says more."""
    given = path.split("/")
    for route in sorted(ROUTES, key=lambda it: it.path.count(":")):
        wanted = segments(route.path)
        pairs = list(zip(wanted, given, strict=False))
        if route.method == method and len(wanted) == len(given) and all(map(is_same, pairs)):
            for name, value in zip(route.path.split("/"), given, strict=True):
                if name.startswith(":cid") and not is_cid(unquote(value)):
                    raise Refused(f"{value} is no CID")
            return route
    raise Refused(f"there is no {method} {path}")


def is_same(pair: tuple[str, str]) -> bool:
    """Say whether a segment is the one that is wanted."""
    wanted, given = pair
    return wanted == given if wanted != ":" else unquote(given).strip() != ""


def read_credential(route: Route, headers: Mapping[str, str]) -> Credential:
    """Return which credential came, where it is one that the route takes."""
    bearer, key = headers.get("authorization"), headers.get("x-api-key")
    found: Credential = "bearer" if bearer else "api_key" if key else "none"
    if bearer is not None and key is not None:
        raise Refused("there are two credentials")
    if bearer is not None and not re.fullmatch(r"Bearer [!-~]+", bearer):
        raise Refused("the credential is not written as Bearer")
    if (found == "none") is not (route.auth == "none"):
        raise Refused(f"the credential is {found}, and the route takes {route.auth}")
    if "x-request-source" in headers and (found, headers["x-request-source"]) != ("bearer", "web"):
        raise Refused("only a session comes from the web")
    return found


def read_body(route: Route, headers: Mapping[str, str], body: bytes) -> dict[str, object]:
    """Return the fields of a request's body."""
    content_type = headers.get("content-type")
    if route.body == "multipart":
        boundary = re.fullmatch(r"multipart/form-data; boundary=([!-~]+)", content_type or "")
        if boundary is None:
            raise Refused(f"a multipart form is no {content_type}")
        return read_form(body, boundary[1].encode())
    # A DELETE has a body where it has something to say.
    if route.body == "json" and (body or route.method != "DELETE"):
        if content_type != "application/json":
            raise Refused(f"JSON is no {content_type}")
        try:
            return JSON_OBJECT.validate_python(json.loads(body))
        except ValueError as error:
            raise Refused(f"the body is no JSON object: {error}") from None
    if body or content_type is not None:
        raise Refused("no body is documented")
    return {}


def read_form(body: bytes, boundary: bytes) -> dict[str, object]:
    """Return the fields of a form: texts, and a list for each name of files."""
    first, *parts, last = (b"\r\n" + body).split(b"\r\n--" + boundary)
    if first or last.strip(b"\r\n") != b"--":
        raise Refused("the form does not begin and end with its boundary")
    fields: dict[str, object] = {}
    files: dict[str, list[File]] = {}
    for part in parts:
        head, _, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        disposition = DISPOSITION.match(head.decode())
        if disposition is None:
            raise Refused(f"a part without a name: {head!r}")
        name, filename, encoded = disposition.groups()
        if filename is not None:
            files.setdefault(name, []).append(
                File(unquote(encoded) if encoded else filename, content)
            )
        elif name in fields:
            raise Refused(f"{name} is there twice")
        else:
            fields[name] = content.decode()
    return {**fields, **files}


def check(route: Route, fields: Mapping[str, object]) -> None:
    """Raise where a field is missing, is not documented, is empty or of another type."""
    if missing := route.required.keys() - fields.keys():
        raise Refused(f"there is no {', '.join(sorted(missing))}")
    if unknown := fields.keys() - route.fields.keys():
        raise Refused(f"{', '.join(sorted(unknown))} is not documented")
    if route.method == "PUT" and not fields:
        raise Refused("there is nothing to change")
    for name, value in fields.items():
        if not CHECKS[route.fields[name]](value):
            raise Refused(f"{name}: {value!r} is no {route.fields[name]}")


class StrictServer:
    """The server, on a free port of the loopback, while its `with` block lasts.

    Args:
        answers: The body of a good answer for each route.
    """

    def __init__(self, answers: Mapping[tuple[str, tuple[str, ...]], bytes]) -> None:
        self.arrived: list[Arrived] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler(answers))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self.base_url = f"http://127.0.0.1:{self._server.server_port}{BASE}"

    def _handler(
        self, answers: Mapping[tuple[str, tuple[str, ...]], bytes]
    ) -> type[BaseHTTPRequestHandler]:
        arrived = self.arrived

        class Handler(BaseHTTPRequestHandler):
            def handle_one(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                try:
                    if len(headers) < len(self.headers):
                        raise Refused("a header is there twice")
                    found = read(self.command, self.path, headers, body)
                    status, text = 200, answers[found.route.method, segments(found.route.path)]
                    arrived.append(found)
                except Refused as refusal:
                    status, text = 400, json.dumps({"message": str(refusal)}).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(text)))
                self.send_header("Content-Type", "application/json")
                self.send_header("Connection", "close")
                self.end_headers()
                self.wfile.write(text)

            do_GET = do_POST = do_PUT = do_DELETE = handle_one  # noqa: N815  # the base's names

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Say nothing."""

        return Handler

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
