"""Turns a request into a method, URL, headers and body."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple, TypeVar
from urllib.parse import quote, urlencode

from pydantic import SecretStr
from pydantic_core import PydanticSerializationError

from .._values.json import is_object, is_sequence
from .._values.sealed import sealed
from .._version import __version__
from ..config import Config
from ..errors import InvalidInputError, MissingCredentialsError
from ..models import Replay, Request
from ..models.files import UPLOAD_MIN_TIMEOUT
from .multipart import Multipart, Part, Watch
from .redact import secrets_in

__all__ = [
    "Outgoing",
    "check_method",
    "check_path",
    "encode",
    "encode_plain",
    "fill_path",
    "time_limit",
    "user_agent",
    "with_default_cluster",
]

USER_AGENT = f"pinarkive-python/{__version__}"
MAX_URL = 32_768
SECRET_ATTRIBUTES = frozenset(
    {
        *("password", "current_password", "new_password"),
        *("token", "temporary_token", "code", "totp_code"),
    }
)
BYTES_PER_SECOND = 256 * 1024
# Attributes that describe the files of a form, and are not fields of their own.
IN_PARTS = frozenset({"file", "filename", "source", "ignore"})

R = TypeVar("R")


class Outgoing(NamedTuple):
    """A request ready for the wire, with what errors about it need."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: bytes | Multipart | None
    replay: Replay
    path: str
    min_timeout: float = 0.0
    hint: str = ""
    route: str = ""
    """The path template of the endpoint, such as `/status/{cid}`."""
    sent_with: str = ""
    """Which credential goes to which server, in words, for errors that reject the credential."""
    secrets: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """Show only what holds no secret: tracebacks show this."""
        return f"Outgoing({self.method} {self.path})"

    @property
    def rewindable(self) -> bool:
        """Whether the body can be sent again."""
        return not isinstance(self.body, Multipart) or self.body.rewindable


def with_default_cluster(request: Request[R], cluster_id: str | None) -> Request[R]:
    """Return the request with the client's cluster, if it takes a cluster and names none."""
    if cluster_id is None or "cluster_id" not in type(request).model_fields:
        return request
    if getattr(request, "cluster_id", None) is not None:
        return request
    return request.model_copy(update={"cluster_id": cluster_id})


def encode(
    request: Request[Any],
    config: Config,
    *,
    parts: Sequence[Part] = (),
    boundary: str = "",
    watch: Watch | None = None,
) -> Outgoing:
    """Return the request ready for the wire.

    Args:
        request: The request.
        config: The client's configuration.
        parts: The files of a multipart body.
        boundary: The boundary between the parts.
        watch: Receives the bytes of the files as they are read.

    Raises:
        InvalidInputError: A value cannot be part of a URL.
        MissingCredentialsError: The endpoint needs a credential, and the client has none.
    """
    endpoint = request.endpoint
    in_path = names_in(endpoint.path)
    path = fill_path(endpoint.path, {name: getattr(request, name) for name in in_path})
    in_parts = IN_PARTS if endpoint.body == "multipart" else frozenset[str]()
    fields = wire_fields(request, {*in_path, *in_parts})
    query = ""
    body: bytes | Multipart | None = None
    if endpoint.body == "query":
        query = urlencode(plain_pairs(fields, "params"))
    elif endpoint.body == "multipart":
        body = Multipart(boundary, [(name, str(fields[name])) for name in fields], parts, watch)
    elif endpoint.body == "json" and (fields or endpoint.method == "POST"):
        body = encode_json(fields)
    has_code = fields.get("totpCode") is not None
    return assemble(
        config,
        endpoint.method,
        path,
        query,
        body,
        auth=endpoint.auth,
        replay=Replay.NEVER if has_code else endpoint.replay,
        min_timeout=endpoint.min_timeout,
        hint=endpoint.when_in_doubt,
        secrets=secrets_of(request),
        route=endpoint.path,
    )


@cache
def names_in(path: str) -> frozenset[str]:
    """Return the attributes that are placeholders in an endpoint's path."""
    return frozenset(re.findall(r"{(\w+)}", path))


def wire_fields(request: Request[Any], exclude: set[str]) -> dict[str, Any]:
    """Return a request's attributes under their names on the wire, or raise."""
    try:
        fields: dict[str, Any] = request.model_dump(
            mode="json", by_alias=True, exclude_none=True, exclude=exclude
        )
    except PydanticSerializationError as error:
        problem = str(error)
    else:
        return fields
    # Only a request made without validation gets here.
    raise InvalidInputError(f"the request cannot be sent: {problem}")


@sealed(InvalidInputError)
def encode_plain(
    config: Config,
    method: str,
    path: str,
    *,
    json_body: object = None,
    has_json: bool = False,
    params: Mapping[str, object] | None = None,
    data: Mapping[str, object] | None = None,
    parts: Sequence[Part] = (),
    boundary: str = "",
    auth: bool = True,
) -> Outgoing:
    """Return a request to any endpoint ready for the wire.

    Args:
        config: The client's configuration.
        method: The HTTP method, from `check_method`.
        path: The path below the base URL, from `check_path` or `fill_path`.
        json_body: A value to send as JSON.
        has_json: Whether there is one, as `None` is a value too.
        params: The query.
        data: The fields of a form.
        parts: The files of a form.
        boundary: The boundary between the parts.
        auth: Whether to send the credential.
    """
    form = plain_pairs(data or {}, "data")
    body: bytes | Multipart | None = None
    content_type = "application/json"
    if parts:
        body = Multipart(boundary, form, parts)
    elif has_json:
        body = encode_json(json_body)
    elif form:
        body, content_type = urlencode(form).encode(), "application/x-www-form-urlencoded"
    query = urlencode(plain_pairs(params or {}, "params"))
    return assemble(
        config,
        method,
        path,
        query,
        body,
        auth=auth,
        content_type=content_type,
        replay=Replay.ALWAYS if method in {"GET", "HEAD"} else Replay.WHEN_REFUSED,
        min_timeout=UPLOAD_MIN_TIMEOUT if parts else 0.0,
        secrets=secrets_in([json_body, params, data]),
    )


def assemble(
    config: Config,
    method: str,
    path: str,
    query: str,
    body: bytes | Multipart | None,
    *,
    auth: bool,
    replay: Replay,
    min_timeout: float,
    secrets: Iterable[str],
    hint: str = "",
    route: str = "",
    content_type: str = "application/json",
) -> Outgoing:
    """Assemble the outgoing request, with the headers that every request has."""
    headers = [
        ("Accept", "application/json"),
        ("Accept-Encoding", "identity"),
        ("User-Agent", user_agent(config)),
    ]
    if auth:
        headers += credential_headers(config)
    if isinstance(body, Multipart):
        length = body.length
        headers.append(("Content-Type", body.content_type))
        headers.append(
            ("Transfer-Encoding", "chunked") if length is None else ("Content-Length", str(length))
        )
    elif body is not None:
        headers += [("Content-Type", content_type), ("Content-Length", str(len(body)))]
    elif method not in {"GET", "HEAD", "DELETE"}:
        headers.append(("Content-Length", "0"))
    url = config.base_url + path + (f"?{query}" if query else "")
    if len(url) > MAX_URL:
        raise InvalidInputError(f"the URL would have {len(url)} characters, over {MAX_URL}")
    return Outgoing(
        method=method,
        url=url,
        headers=tuple(headers),
        body=body,
        replay=replay,
        path=path,
        min_timeout=min_timeout,
        hint=hint,
        route=route or path,
        sent_with=f"sent to {config.base_url} with {config.credential.told}"
        if auth and config.credential
        else "",
        secrets=(*((config.credential.secret,) if config.credential else ()), *secrets),
    )


def credential_headers(config: Config) -> list[tuple[str, str]]:
    """Return the headers that authenticate the caller, or raise."""
    if config.credential is None:
        raise MissingCredentialsError(
            "this call needs a credential: give token= or api_key=, or set PINARKIVE_TOKEN or "
            "PINARKIVE_API_KEY"
        )
    if config.credential.kind == "api_key":
        return [("X-API-Key", config.credential.secret)]
    headers = [("Authorization", f"Bearer {config.credential.secret}")]
    if config.request_source is not None:
        headers.append(("X-Request-Source", config.request_source))
    return headers


def secrets_of(request: Request[Any]) -> tuple[str, ...]:
    """Return the secrets in a request, which no error may show."""
    names = SECRET_ATTRIBUTES & type(request).model_fields.keys()
    values = (getattr(request, name) for name in names)
    texts = (each.get_secret_value() if isinstance(each, SecretStr) else each for each in values)
    return tuple(text for text in texts if isinstance(text, str) and text)


def fill_path(template: str, values: Mapping[str, object]) -> str:
    """Return the path with each value filled in as one encoded segment."""
    segments = template.split("/")
    for index, segment in enumerate(segments):
        if segment.startswith("{"):
            segments[index] = encode_segment(str(values[segment[1:-1]]), segment[1:-1])
    return "/".join(segments)


def encode_segment(text: str, field: str) -> str:
    """Return the text encoded as one segment of a URL's path, or raise."""
    if text in {"", ".", ".."} or re.search("[\x00-\x1f\x7f]", text):
        raise InvalidInputError(
            f"{field}: {text!r} cannot be a segment of a URL's path: it is empty, '.' or '..', "
            "or contains a control character",
            field,
        )
    try:
        return quote(text, safe="")
    except UnicodeEncodeError:
        raise InvalidInputError(f"{field}: the text contains a lone surrogate", field) from None


def check_method(method: object) -> str:
    """Return an HTTP method in capitals, or raise."""
    if not isinstance(method, str):
        raise InvalidInputError(f"method must be text, not {type(method).__name__}", "method")
    if not re.fullmatch("[A-Za-z]+", method) or method.upper() in {"CONNECT", "TRACE"}:
        raise InvalidInputError(
            f"method: {method!r} is not an HTTP method that can call an API", "method"
        )
    return method.upper()


def check_path(path: object) -> str:
    """Return a path given as plain text with each of its segments encoded, or raise."""
    if not isinstance(path, str):
        raise InvalidInputError(f"path must be text, not {type(path).__name__}", "path")
    if "?" in path or "#" in path:
        raise InvalidInputError(
            f"path: {path!r} contains '?' or '#'; pass the query as params=", "path"
        )
    inner = path.removeprefix("/")
    slash = "/" if inner.endswith("/") else ""
    segments = inner.removesuffix("/").split("/")
    return "/" + "/".join(encode_segment(segment, "path") for segment in segments) + slash


def plain_pairs(fields: object, argument: str) -> list[tuple[str, str]]:
    """Return the fields of a query or form as text; `None` omits one, a list repeats it."""
    if not is_object(fields):
        raise InvalidInputError(
            f"{argument} must be a mapping, not {type(fields).__name__}", argument
        )
    found: list[tuple[str, str]] = []
    for name, value in fields.items():
        values = value if is_sequence(value) else [value]
        found += [(name, plain_text(each, argument)) for each in values if each is not None]
    return found


def plain_text(value: object, argument: str) -> str:
    """Return a value as queries and forms spell it, or raise."""
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, str | int | float):
        raise InvalidInputError(
            f"{argument}: a value must be text or a number, not {type(value).__name__}", argument
        )
    text = str(value)
    if re.search("[\ud800-\udfff]", text):
        raise InvalidInputError(f"{argument}: a text contains a lone surrogate", argument)
    return text


def encode_json(value: object) -> bytes:
    """Return a value as JSON, or raise."""
    try:
        return json.dumps(value, allow_nan=False, separators=(",", ":")).encode()
    except (TypeError, ValueError, RecursionError) as error:
        problem = str(error)
    raise InvalidInputError(f"json: the value cannot be written as JSON: {problem}", "json")


def user_agent(config: Config) -> str:
    """Return the `User-Agent` header."""
    return f"{USER_AGENT} {config.user_agent}" if config.user_agent else USER_AGENT


def time_limit(outgoing: Outgoing, config: Config) -> float | None:
    """Return the seconds that a call without a limit of its own may take."""
    if config.timeout is None:
        return None
    size = outgoing.body.length if isinstance(outgoing.body, Multipart) else None
    return max(config.timeout, outgoing.min_timeout) + (size or 0) / BYTES_PER_SECOND
