"""Writes docs/endpoints.md: every endpoint and its method, from the models and the client."""

import inspect
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from json_schemas import REQUESTS, answers
from openapi import group, group_text

from pinarkive import PinarkiveClient, Replay
from pinarkive.config import DEFAULT_BASE_URL
from pinarkive.models import Request
from pinarkive.sandbox.routes import ROUTES

__all__ = ["endpoint_page"]

PAGE = Path("docs/endpoints.md")

Key: TypeAlias = tuple[str, str, object]
"""The HTTP method, path and answer of an endpoint, as the method of a group states them."""

# By method and path only, as a handler may expect another kind of credential than the request.
IN_SANDBOX = {(endpoint.method, endpoint.path) for endpoint in ROUTES}

REPEATED = {
    Replay.ALWAYS: "always",
    Replay.WHEN_REFUSED: "when refused",
    Replay.NEVER: "never",
}

LEFT_OUT = (
    (
        "`GET /docs/`, `GET /docs/v2`, `GET /docs/endpoints`, `GET /docs/swagger`, "
        "`GET /docs/swagger-v2`, `GET /docs/health`",
        "They are the service's documentation for people.",
    ),
    (
        "`GET /docs/openapi.yaml`, `GET /docs/openapi.json`, `GET /docs/openapi-v2.yaml`",
        "They describe the API to tools; so does [openapi.json](https://github.com/pinarkive/"
        "pinarkive-sdk-py/blob/HEAD/schemas/openapi.json).",
    ),
    (
        "`GET https://api.pinarkive.com/`",
        "It is not below the API's base, and `client.system.info()` tells the same.",
    ),
    ("`/admin/*`, `/superadmin/*`, other `/cluster/*`", "They are for administrators."),
    ("webhooks of payments", "Payment gateways call them, users do not."),
    ("`/api/v1/*`, `/api/v2/*`", "The service answers them with 410."),
)
"""Routes for which the SDK has no method, and why."""

HEAD = f"""\
# Endpoints

All endpoints of the service that users can call, each with its request, its answer, and the method
that sends it. Paths are relative to the base URL, `{DEFAULT_BASE_URL}`.

* **Scope**: the scope that an API token needs; a session may do everything. Where it says
  *a credential*, the service documents no scope and may require a session; *nothing* means that
  anyone may call it.
* **Call**: the method of `PinarkiveClient`. `AsyncPinarkiveClient` has the same methods, to be
  awaited. `client.send(request)` sends any request.
* **Repeated**: whether the client repeats the call after a failure; see
  [what is repeated](guides/errors.md#what-is-repeated). It never repeats a call with a TOTP code.
* **Sandbox**: whether `pinarkive.sandbox` answers it.

`scripts/generate` writes this page from the models.
"""

TAIL = """\
## Left out

These have no method; `client.request(method, path)` calls them.

| route | why |
|---|---|"""

COLUMNS = (
    "| endpoint | scope | request | answer | call | repeated | sandbox |",
    "|---|---|---|---|---|---|---|",
)

OPENING = re.compile(r"(GET|POST|PUT|DELETE) (\S+): ")


def methods(group: object, prefix: str) -> Iterator[tuple[str, inspect.Signature, str]]:
    """Yield the name, signature and docstring of each method in a group and its inner groups."""
    for name, method in inspect.getmembers(group, inspect.ismethod):
        if not name.startswith("_"):
            yield f"{prefix}.{name}", inspect.signature(method), inspect.getdoc(method) or ""
    for name, inner in vars(group).items():
        if not name.startswith("_"):
            yield from methods(inner, f"{prefix}.{name}")


def calls(client: PinarkiveClient) -> Mapping[Key, str]:
    """Return the call for each endpoint, by its method, path and answer."""
    found: dict[Key, str] = {}
    for name, signature, text in methods(client, "client"):
        opening = OPENING.match(text)
        if opening is None:
            continue
        key = (opening[1], opening[2], signature.return_annotation)
        if key in found:
            raise ValueError(f"{found[key]} and {name} call the same endpoint; remove one of them")
        found[key] = f"{name}({arguments(signature)})"
    return found


def arguments(signature: inspect.Signature) -> str:
    """Return the required arguments, and dots if there are optional ones."""
    needed = [it.name for it in signature.parameters.values() if it.default is it.empty]
    has_more = len(needed) < len(signature.parameters)
    return ", ".join([*needed, "..."] if has_more else needed)


def row(request: type[Request[Any]], called: Mapping[Key, str]) -> str:
    """Return an endpoint's row of the table."""
    endpoint = request.endpoint
    key = (endpoint.method, endpoint.path, endpoint.answer)
    needed = "*a credential*" if endpoint.auth else "*nothing*"
    alone = f"client.send({request.__name__}({'...' if request.model_fields else ''}))"
    cells = [
        f"`{endpoint.method} {endpoint.path}`",
        f"`{endpoint.scope}`" if endpoint.scope else needed,
        f"`{request.__name__}`",
        " or ".join(f"`{it.__name__}`" for it in answers(request)) or "`None`",
        f"`{called.get(key, alone)}`",
        REPEATED[endpoint.replay],
        "yes" if (endpoint.method, endpoint.path) in IN_SANDBOX else "no",
    ]
    return f"| {' | '.join(cells)} |"


def page() -> str:
    """Return the text of the page."""
    called = calls(PinarkiveClient(api_key="none"))
    lines = [HEAD]
    for name in sorted({*map(group, REQUESTS)}):
        rows = [row(request, called) for request in REQUESTS if group(request) == name]
        lines += [f"## {name.replace('_', ' ').capitalize()}", "", group_text(name), ""]
        lines += [*COLUMNS, *rows, ""]
    lines.append(TAIL)
    lines += [f"| {routes} | {reason} |" for routes, reason in LEFT_OUT]
    return "\n".join(lines) + "\n"


def endpoint_page() -> dict[Path, str]:
    """Return the text of the page of all endpoints."""
    return {PAGE: page()}
