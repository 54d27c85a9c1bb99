"""Makes schemas/openapi.json, which describes all endpoints, from the requests and answers."""

import inspect
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from json_schemas import (
    DIALECT,
    FOLDER,
    REQUESTS,
    Schema,
    answers,
    any_of,
    as_text,
    definitions,
    doc,
    list_of,
    ref,
    request_schema,
)

from pinarkive.config import DEFAULT_BASE_URL
from pinarkive.models import Request

BINARY: Schema = {
    "type": "string",
    "format": "binary",  # tools for OpenAPI 3.0 recognize a file by this
    "contentMediaType": "application/octet-stream",
}

# The parts of a multipart body; an empty schema removes the attribute that a part replaces.
PARTS: dict[str, dict[str, Schema]] = {
    "UploadFile": {
        "file": {**BINARY, "description": "The file, with its name as the part's filename."},
        "filename": {},
    },
    "UploadDirectoryDag": {
        "files": list_of(BINARY)
        | {"description": "The files, each with its relative POSIX path as the part's filename."},
        "source": {},
        "ignore": {},
    },
}


def takes_login(request: type[Request[Any]]) -> bool:
    """Return whether the service checks the request against an account."""
    return request.endpoint.auth or request.endpoint.path.startswith("/auth/")


def takes_content(request: type[Request[Any]]) -> bool:
    """Return whether the request stores content, which may be too large."""
    return request.endpoint.path.startswith("/files/") and request.endpoint.method == "POST"


# Requests that create something, which the service answers with 201.
CREATING = {
    "CreatePayment",
    "PinCid",
    "UploadDirectoryCluster",
    "UploadDirectoryClusterFile",
    "UploadDirectoryDag",
    "UploadDirectoryFile",
    "UploadFile",
    "UploadServerDirectory",
    "GenerateToken",
    "SignUp",
}

# The status and name of each error, its meaning, and which requests may get it.
ERRORS: list[tuple[int, str, str, Callable[[type[Request[Any]]], bool]]] = [
    (400, "BadRequest", "The request is malformed.", lambda it: bool(it.model_fields)),
    (401, "Unauthorized", "The credential or login is missing, wrong or expired.", takes_login),
    (403, "Forbidden", "The account or the token may not do this.", takes_login),
    (
        404,
        "NotFound",
        "There is no such thing, or it is not yours.",
        lambda it: "{" in it.endpoint.path,
    ),
    (409, "Conflict", "The name is taken.", lambda it: it.__name__ in {"GenerateToken", "SignUp"}),
    (410, "Gone", "This version of the API is gone.", lambda it: True),
    (413, "TooLarge", "The content is larger than the plan allows.", takes_content),
    (429, "TooManyRequests", "The rate limit is exceeded.", lambda it: True),
    (500, "ServerError", "The server failed.", lambda it: True),
    (503, "Unavailable", "The service or its cluster cannot be reached.", lambda it: True),
]

RATE_LIMIT: dict[str, tuple[str, Schema, str]] = {
    "X-RateLimit-Limit": ("RateLimitLimit", {"type": "integer"}, "How many requests are allowed."),
    "X-RateLimit-Remaining": ("RateLimitRemaining", {"type": "integer"}, "How many are left."),
    "X-RateLimit-Reset": (
        "RateLimitReset",
        {"type": ["string", "integer"]},
        "When the window ends, in Unix seconds or ISO 8601.",
    ),
}
RETRY_AFTER: dict[str, tuple[str, Schema, str]] = {
    "Retry-After": ("RetryAfter", {"type": "string"}, "The seconds to wait, or an HTTP date.")
}


def headers(*groups: dict[str, tuple[str, Schema, str]]) -> Schema:
    """Return references to the headers of some groups."""
    named = {name: entry[0] for group in groups for name, entry in group.items()}
    return {name: {"$ref": f"#/components/headers/{entry}"} for name, entry in named.items()}


def json_body(schema: Schema) -> Schema:
    """Return the description of a JSON body."""
    return {"application/json": {"schema": schema}}


def error_response(status: int, text: str) -> Schema:
    """Return the description of an error's answer."""
    response: Schema = {"description": text}
    if status == 429:
        response["headers"] = headers(RETRY_AFTER, RATE_LIMIT)
    elif status == 503:
        response["headers"] = headers(RETRY_AFTER)
    return {**response, "content": json_body(ref("ErrorBody"))}


def without_null(schema: Schema) -> Schema:
    """Return the schema of a value that is omitted rather than null."""
    choices = [it for it in schema.get("anyOf", []) if it != {"type": "null"}]
    rest = {key: value for key, value in schema.items() if key != "anyOf"}
    return {**any_of(*choices), **rest} if choices else schema


def operation(request: type[Request[Any]]) -> Schema:
    """Return the description of a request's endpoint."""
    endpoint = request.endpoint
    schema = request_schema(request)
    fields = {key: without_null(value) for key, value in schema["properties"].items()}
    in_path = re.findall(r"{(\w+)}", endpoint.path)
    summary, _, text = doc(request).partition(": ")[2].partition("\n\n")
    if endpoint.scope is not None:
        text += f"\n\nAn API token needs the scope `{endpoint.scope}`."
    described: Schema = {
        "operationId": request.__name__[0].lower() + request.__name__[1:],
        "tags": [group(request)],
        "summary": summary[0].upper() + summary[1:].rstrip("."),
        "description": text.strip() or summary[0].upper() + summary[1:],
    }
    if endpoint.scope is not None:
        described["x-required-scope"] = endpoint.scope.value
    if not endpoint.auth:
        described["security"] = []
    keys = {name: str(request.model_fields[name].validation_alias) for name in in_path}
    parameters = [parameter(name, "path", fields.pop(key), True) for name, key in keys.items()]
    if endpoint.body == "query":
        parameters += [parameter(name, "query", value, False) for name, value in fields.items()]
    if parameters:
        described["parameters"] = parameters
    if endpoint.body in {"json", "multipart"} and fields:
        required = [key for key in schema["required"] if key not in keys.values()]
        described["requestBody"] = body(request, fields, required)
    described["responses"] = responses(request)
    return described


def parameter(name: str, place: str, schema: Schema, required: bool) -> Schema:
    """Return the description of a parameter."""
    rest = {key: value for key, value in schema.items() if key != "description"}
    found: Schema = {"name": name, "in": place, "required": required}
    return {**found, "description": schema.get("description", ""), "schema": rest}


def body(request: type[Request[Any]], fields: dict[str, Schema], required: list[str]) -> Schema:
    """Return the description of a request's body."""
    parts = parts_of(request)
    members = {key: value for key, value in {**fields, **parts}.items() if value}
    required = [key for key in members if key in required or key in parts]
    schema: Schema = {"type": "object", "properties": members}
    if required:
        schema["required"] = required
    if request.endpoint.body == "json":
        return {"required": bool(required), "content": json_body(schema)}
    return {"required": True, "content": {"multipart/form-data": {"schema": schema}}}


def parts_of(request: type[Request[Any]]) -> dict[str, Schema]:
    """Return the parts of a request's body, which may be those of a request it inherits from."""
    named = [PARTS[it.__name__] for it in request.__mro__ if it.__name__ in PARTS]
    return named[0] if named else {}


def responses(request: type[Request[Any]]) -> Schema:
    """Return the descriptions of a request's answers."""
    found: Schema = {}
    models = answers(request)
    choices = [ref(model.__name__) for model in models]
    success = any_of(*choices) if choices else {"type": "object"}
    found["201" if request.__name__ in CREATING else "200"] = {
        "description": "Success.",
        "headers": headers(RATE_LIMIT),
        "content": json_body(success),
    }
    for status, name, _, applies in ERRORS:
        if applies(request):
            found[str(status)] = {"$ref": f"#/components/responses/{name}"}
    return found


def group(request: type[Request[Any]]) -> str:
    """Return the name of the group that a request belongs to."""
    return request.__module__.rpartition(".")[2]


def group_text(name: str) -> str:
    """Return the description of a group."""
    text = inspect.getdoc(sys.modules[f"pinarkive.models.{name}"]) or ""
    return text.splitlines()[0]


def document() -> Schema:
    """Return the whole description of the API."""
    paths: dict[str, Schema] = {}
    for request in sorted(REQUESTS, key=lambda it: (it.endpoint.path, it.endpoint.method)):
        endpoint = request.endpoint
        paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = operation(request)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "PinArkive API",
            "version": "3",
            "description": "The endpoints of the IPFS pinning service PinArkive that the SDK "
            "covers, with the documented shape of their answers. Clients should accept more: "
            "the guide of the SDK tells in which other shapes they may come.",
        },
        "jsonSchemaDialect": DIALECT,
        "servers": [{"url": DEFAULT_BASE_URL}],
        "security": [{"bearerAuth": []}, {"apiKeyAuth": []}],
        "tags": [
            {"name": name, "description": group_text(name)}
            for name in sorted({*map(group, REQUESTS)})
        ],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(definitions().items())),
            "responses": {name: error_response(status, text) for status, name, text, _ in ERRORS},
            "headers": {
                name: {"description": text, "schema": schema}
                for name, schema, text in [*RATE_LIMIT.values(), *RETRY_AFTER.values()]
            },
            "securitySchemes": {
                "bearerAuth": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "The token of a session, or an API token.",
                },
                "apiKeyAuth": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "X-API-Key",
                    "description": "An API token.",
                },
            },
        },
    }


def openapi_file() -> dict[Path, str]:
    """Return the text of the OpenAPI file."""
    text = as_text(document()).replace('"#/$defs/', '"#/components/schemas/')
    return {FOLDER / "openapi.json": text}
