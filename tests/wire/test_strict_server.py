"""The strict server refuses what is not documented, so that what it takes tells something."""

import json
from collections.abc import Iterator, Mapping
from typing import TypeAlias

import pytest

from pinarkive._values.json import is_list
from tests.contract.routes import ROUTES, Field, Route

from .faults import CID
from .strict import BASE, File, Refused, read

GOOD: Mapping[Field, object] = {
    "text": "x",
    "cid": CID,
    "instant": "2031-12-31T23:59:59.000Z",
    "day": "1815-12-10",
    "code": "012345",
    "number": "1",
    "days": 30,
    "flag": "true",
    "scopes": ["files:read"],
    "file": [File("a", b"A")],
    "files": [File("a", b"A"), File("b/c", b"")],
}
BAD: Mapping[Field, tuple[object, ...]] = {
    "text": ("", " ", None, 5, [], {}),
    "cid": ("", "x", None),
    "instant": ("", "2031-12-31", "2031-12-31T00:00:00", None, 5),
    "day": ("", "10.12.1815", "1815-12-10T00:00:00Z", None, 5),
    "code": ("", "12345", 12345, None),
    "number": ("", "0", "-1", "x", "1.0"),
    "days": (0, True, "30", 1.5, None),
    "flag": ("", "1", "True"),
    "scopes": ([], "files:read", ["files:all"], ["files:read", "files:read"], [1], None),
    "file": ([], "A", [File("a", b"A"), File("b", b"B")]),
    "files": ([], "A", [File("a", b"A"), File("a", b"B")]),
}
BOUNDARY = "b0undary"

Message: TypeAlias = tuple[str, str, dict[str, str], bytes]


def message(route: Route, fields: Mapping[str, object], **headers: str) -> Message:
    """Return a request with some fields as it would be sent."""
    path = "/".join(CID if each.startswith(":cid") else each for each in route.path.split("/"))
    target = BASE + "/".join(each.replace(":", "x") for each in path.split("/"))
    sent = {} if route.auth == "none" else {"authorization": "Bearer x"}
    body = b""
    match route.body:
        case "query" if fields:
            target += "?" + "&".join(f"{name}={value}" for name, value in fields.items())
        case "json" if fields or route.method != "DELETE":
            body = json.dumps(fields).encode()
            sent["content-type"] = "application/json"
        case "multipart":
            body = b"".join(part for name in fields for part in parts(name, fields[name]))
            body += f"--{BOUNDARY}--\r\n".encode()
            sent["content-type"] = f"multipart/form-data; boundary={BOUNDARY}"
        case _:
            pass
    return route.method, target, {**sent, **headers}, body


def parts(name: str, value: object) -> Iterator[bytes]:
    """Yield the parts of a form that a field becomes."""
    for each in value if is_list(value) else [value]:
        filename, content = each if isinstance(each, File) else ("", str(each).encode())
        attribute = f'; filename="{filename}"' if filename else ""
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{attribute}\r\n\r\n'
        yield head.encode() + content + b"\r\n"


def good(route: Route) -> dict[str, object]:
    """Return a good value for each field of a route."""
    return {name: GOOD[kind] for name, kind in route.fields.items()}


def mistakes(route: Route) -> Iterator[Message]:
    """Yield what must be refused, however right the rest of it is."""
    method, target, headers, body = message(route, good(route))
    path, mark, query = target.partition("?")
    yield method, path + "/" + mark + query, headers, body
    yield method, target + ("&" if "?" in target else "?") + "bogus=1", headers, body
    yield "PATCH", target, headers, body
    if route.auth == "none":
        yield method, target, {**headers, "authorization": "Bearer x"}, body
    else:
        without = {name: value for name, value in headers.items() if name != "authorization"}
        yield method, target, without, body
        yield method, target, {**headers, "x-api-key": "x"}, body
        yield method, target, {**without, "authorization": "x"}, body
    if route.body in {"none", "query"}:
        yield method, target, {**headers, "content-type": "application/json"}, b"{}"
        return
    yield method, target, {**headers, "content-type": "text/plain"}, body
    yield message(route, {**good(route), "bogus": "x"})
    if route.method == "PUT":
        yield message(route, {})


def bad_fields(route: Route) -> Iterator[Message]:
    """Yield requests of which one field is missing, empty or of another type."""
    for name, kind in route.fields.items():
        if name in route.required:
            yield message(route, {key: value for key, value in good(route).items() if key != name})
        for value in BAD[kind]:
            # In a query all is text, and in a form all but the files.
            if route.body == "json" or isinstance(value, str) or kind in {"file", "files"}:
                yield message(route, {**good(route), name: value})


API = [route for route in ROUTES if route.path.startswith("/")]


@pytest.mark.parametrize("route", API, ids=lambda route: f"{route.method} {route.path}")
def test_the_server_takes_what_is_documented_alone(route: Route) -> None:
    arrived = read(*message(route, good(route)))
    assert (arrived.route, dict(arrived.fields)) == (route, good(route))
    shortest = {name: GOOD[kind] for name, kind in route.required.items()}
    if shortest or route.method != "PUT":
        assert read(*message(route, shortest)).route == route
    for wrong in [*mistakes(route), *bad_fields(route)]:
        with pytest.raises(Refused):
            # Only what was taken is printed.
            print("taken:", read(*wrong))
