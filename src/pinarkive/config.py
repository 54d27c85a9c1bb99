"""A client's configuration: arguments and environment become one frozen `Config`."""

import ipaddress
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from inspect import iscoroutinefunction
from types import EllipsisType
from typing import Literal, NamedTuple, TypeAlias, TypeVar
from urllib.parse import SplitResult, urlsplit

from ._values.attempt import OnAttempt
from ._values.sealed import sealed
from .errors import InvalidInputError
from .inputs import brief, check_cluster_id, require_text

F = TypeVar("F")

__all__ = [
    "DEFAULT_BASE_URL",
    "LOG_VARIABLE",
    "Config",
    "Credential",
    "RequestSource",
    "Timeout",
    "environment_credential",
    "load_config",
]

DEFAULT_BASE_URL = "https://api.pinarkive.com/api/v3"
DEFAULT_TIMEOUT = 60.0
DEFAULT_MAX_RETRIES = 2
API_PATH = "/api/v3"

TOKEN_VARIABLE = "PINARKIVE_TOKEN"  # noqa: S105  # the variable's name, not a secret
API_KEY_VARIABLE = "PINARKIVE_API_KEY"
BASE_URL_VARIABLE = "PINARKIVE_API_BASE_URL"
LOG_VARIABLE = "PINARKIVE_LOG"
KINDS = {"token": ("token", TOKEN_VARIABLE), "api_key": ("API key", API_KEY_VARIABLE)}

RequestSource: TypeAlias = Literal["web"]
"""The only source that the service knows: a browser session of the web application."""

Timeout: TypeAlias = float | None | EllipsisType
"""Seconds for a whole call; `None` means no limit, and `...` (left out) the client's own."""


@dataclass(frozen=True, slots=True, repr=False)
class Credential:
    """A token or an API key. No repr shows its text."""

    kind: Literal["token", "api_key"]
    secret: str
    is_from_environment: bool = False
    """Whether another process can find it in its own environment."""

    def __repr__(self) -> str:
        return f"{self.kind}={self.masked!r}"

    @property
    def told(self) -> str:
        """The credential in words: its kind, its last characters and where it was given."""
        kind, variable = KINDS[self.kind]
        source = f"from {variable}" if self.is_from_environment else f"given as {self.kind}="
        return f"the {kind} {self.masked} {source}"

    @property
    def masked(self) -> str:
        """The credential, hidden except for its last four characters; a short one is all hidden."""
        return f"****{self.secret[-4:]}" if len(self.secret) >= 16 else "****"


class Config(NamedTuple):
    """Everything that determines how a client makes requests."""

    base_url: str = DEFAULT_BASE_URL
    credential: Credential | None = None
    request_source: RequestSource | None = None
    cluster_id: str | None = None
    timeout: float | None = DEFAULT_TIMEOUT
    max_retries: int = DEFAULT_MAX_RETRIES
    max_per_minute: int | None = None
    on_attempt: OnAttempt | None = None
    user_agent: str | None = None
    verify: bool = False

    @sealed(InvalidInputError)
    def with_options(
        self,
        *,
        timeout: Timeout = ...,
        max_retries: int | EllipsisType = ...,
        max_per_minute: int | None | EllipsisType = ...,
        token: str | EllipsisType = ...,
        api_key: str | EllipsisType = ...,
        cluster_id: str | None | EllipsisType = ...,
        on_attempt: OnAttempt | None | EllipsisType = ...,
        verify: bool | EllipsisType = ...,
    ) -> "Config":
        """Return this configuration with some values replaced; the others stay."""
        config = self
        if timeout is not ...:
            config = config._replace(timeout=check_timeout(timeout))
        if max_retries is not ...:
            config = config._replace(max_retries=check_max_retries(max_retries))
        if max_per_minute is not ...:
            config = config._replace(max_per_minute=check_max_per_minute(max_per_minute))
        if cluster_id is not ...:
            config = config._replace(cluster_id=check_cluster(cluster_id))
        if on_attempt is not ...:
            config = config._replace(on_attempt=check_on_attempt(on_attempt))
        if verify is not ...:
            config = config._replace(verify=check_flag(verify, "verify"))
        if token is not ... or api_key is not ...:
            credential = pick_credential(
                None if token is ... else token, None if api_key is ... else api_key
            )
            config = config._replace(credential=credential)
        return config


@sealed(InvalidInputError)
def load_config(
    *,
    token: str | None,
    api_key: str | None,
    base_url: str | None,
    request_source: RequestSource | None,
    cluster_id: str | None,
    timeout: float | None,
    max_retries: int,
    max_per_minute: int | None,
    on_attempt: OnAttempt | None = None,
    user_agent: str | None = None,
    verify: bool = False,
    allow_insecure: bool,
    environ: Mapping[str, str],
) -> Config:
    """Return the configuration that the arguments and the environment result in.

    Raises:
        InvalidInputError: A value is not valid; the message names it, but never a credential.
    """
    check_flag(allow_insecure, "allow_insecure")
    credential = pick_credential(token, api_key)
    if credential is None:
        credential = environment_credential(environ)
    if request_source not in (None, "web"):
        raise InvalidInputError(
            f"request_source must be 'web' or None, not {brief(request_source)}", "request_source"
        )
    url, name = base_url, "base_url"
    if url is None and (from_environment := environ.get(BASE_URL_VARIABLE)):
        url, name = from_environment, BASE_URL_VARIABLE
    return Config(
        base_url=check_base_url(DEFAULT_BASE_URL if url is None else url, name, allow_insecure),
        credential=credential,
        request_source=request_source,
        cluster_id=check_cluster(cluster_id),
        timeout=check_timeout(timeout),
        max_retries=check_max_retries(max_retries),
        max_per_minute=check_max_per_minute(max_per_minute),
        on_attempt=check_on_attempt(on_attempt),
        user_agent=check_user_agent(user_agent),
        verify=check_flag(verify, "verify"),
    )


def environment_credential(environ: Mapping[str, str]) -> Credential | None:
    """Return the credential in the environment, if any."""
    found = pick_credential(
        environ.get(TOKEN_VARIABLE) or None,
        environ.get(API_KEY_VARIABLE) or None,
        names=(TOKEN_VARIABLE, API_KEY_VARIABLE),
    )
    return None if found is None else replace(found, is_from_environment=True)


def pick_credential(
    token: str | None, api_key: str | None, names: tuple[str, str] = ("token", "api_key")
) -> Credential | None:
    """Return the credential to use: the token if both are given."""
    found = None
    if api_key is not None:
        found = Credential("api_key", check_secret(api_key, names[1]))
    if token is not None:
        found = Credential("token", check_secret(token, names[0]))
    return found


def check_secret(value: object, name: str) -> str:
    """Return a credential that a header can carry, or raise; its text is never shown."""
    problem = ""
    if not isinstance(value, str):
        problem = f"must be text (a str), not {type(value).__name__}"
    elif not value:
        problem = "is empty; leave it out or pass the credential"
    elif value.lower().startswith("bearer "):
        problem = "starts with 'Bearer '; pass the token alone"
    elif value[0] in "\"'" or value[-1] in "\"'":
        problem = "has quotes around it; pass the credential alone"
    elif not re.fullmatch("[!-~]+", value):
        problem = "contains a space, a line break or a non-ASCII character; copy it again"
    if problem:
        raise InvalidInputError(f"{name} {problem}", name)
    return str(value)


def check_flag(value: object, name: str) -> bool:
    """Return the value if it is a bool, or raise."""
    if value is True or value is False:
        return value
    raise InvalidInputError(f"{name} must be True or False, not {brief(value)}", name)


def check_callback(value: F, name: str) -> F:
    """Return the value if it is a function that can be called here, or raise."""
    if not callable(value):
        raise InvalidInputError(f"{name} must be a function, not {brief(value)}", name)
    if iscoroutinefunction(value):
        raise InvalidInputError(
            f"{name} must be a plain function: one made with `async def` would never run", name
        )
    return value


def check_timeout(value: object, name: str = "timeout") -> float | None:
    """Return a time limit in seconds, or `None` for no limit."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidInputError(
            f"{name} must be a number of seconds or None, not {type(value).__name__}", name
        )
    try:
        seconds = float(value)
    except OverflowError:
        seconds = math.inf
    if not 0 < seconds < math.inf:
        raise InvalidInputError(
            f"{name} must be a positive number of seconds, not {brief(value)}; None means no limit",
            name,
        )
    return seconds


def check_max_retries(value: object) -> int:
    """Return how many times a call may be repeated."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise InvalidInputError(
            f"max_retries must be an int of at least 0, not {brief(value)}", "max_retries"
        )
    return value


def check_max_per_minute(value: object) -> int | None:
    """Return how many requests may start in a minute, or `None` for any number."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise InvalidInputError(
            f"max_per_minute must be an int of at least 1 or None, not {brief(value)}",
            "max_per_minute",
        )
    return value


def check_on_attempt(value: object) -> OnAttempt | None:
    """Return the function to call after each attempt, or `None`."""
    if value is None or callable(value):
        return value
    raise InvalidInputError(
        f"on_attempt must be a function or None, not {type(value).__name__}", "on_attempt"
    )


def check_user_agent(value: object) -> str | None:
    """Return an application's name that a header can carry, or `None`."""
    if value is None:
        return None
    if not isinstance(value, str) or not re.fullmatch("[!-~]+( [!-~]+)*", value):
        raise InvalidInputError(
            f"user_agent must be printable ASCII such as 'my-app/1.0', not {brief(value)}",
            "user_agent",
        )
    return value


def check_cluster(value: object) -> str | None:
    """Return the default cluster's id, or `None`."""
    return None if value is None else checked_argument(check_cluster_id, value, "cluster_id")


def checked_argument(check: Callable[[object], str], value: object, name: str) -> str:
    """Return the checked value of an argument; raise its `ValueError` as `InvalidInputError`."""
    try:
        return check(value)
    except ValueError as error:
        problem = str(error)
    raise InvalidInputError(f"{name}: {problem}", name)


def check_base_url(value: object, name: str, allow_insecure: bool) -> str:
    """Return the base URL in its normal form, without a trailing slash, or raise."""
    text = checked_argument(lambda given: require_text(given, "a base URL"), value, name)
    try:
        text = with_ascii_host(text)
        parts = urlsplit(text)
        port = parts.port
        problem = base_url_problem(text, parts)
    except ValueError:
        problem, port, parts = "its host or port is malformed", None, urlsplit("")
    if problem:
        # It may contain a password, before an '@' or in the query, so the text is not shown.
        raise InvalidInputError(f"{name} is not valid: {problem}", name)
    host = parts.hostname or ""
    if parts.scheme == "http" and not allow_insecure and not is_loopback(host):
        raise InvalidInputError(
            f"{name}: http:// to {host} would send the credential unencrypted; use https://, "
            "or pass allow_insecure=True",
            name,
        )
    shown_host = f"[{host}]" if ":" in host else host
    origin = f"{parts.scheme}://{shown_host}" + (f":{port}" if port is not None else "")
    return origin + (parts.path.rstrip("/") or API_PATH)


def with_ascii_host(text: str) -> str:
    """Return a URL with its international host name in the form that DNS uses.

    Raises:
        ValueError: The host name is not valid.
    """
    parts = urlsplit(text)
    host = parts.hostname or ""
    # The check that follows must see what urlsplit silently drops, and what it refuses anyway.
    if host.isascii() or "@" in parts.netloc or re.search(r"[\x00-\x20\\]", text):
        return text
    # It is installed with httpx, and few programs need it.
    import idna

    encoded = idna.encode(host, strict=True).decode()
    port = parts.netloc.rpartition(":")[2] if ":" in parts.netloc else ""
    return parts._replace(netloc=f"{encoded}:{port}" if port else encoded).geturl()


def base_url_problem(text: str, parts: SplitResult) -> str:
    """Return what is wrong with a base URL, or an empty text."""
    host = parts.hostname or ""
    if parts.scheme not in {"https", "http"}:
        return "it must start with https:// (or http:// for a server on this machine)"
    if not re.fullmatch("[!-~]+", text) or "\\" in text:
        return "it contains a space, a backslash or, outside its host, a non-ASCII character"
    if "@" in text:
        return "it contains a user name or password; pass the credential as token= or api_key="
    if "?" in text or "#" in text:
        return "a base URL must not have a query or a fragment"
    segments = re.split("/|%2f|%5c", parts.path, flags=re.I)
    if any(re.fullmatch(r"(\.|%2e){1,2}", segment, re.I) for segment in segments):
        return "its path has a '.' or '..' segment"
    if "//" in parts.path.rstrip("/") or "%" in host or not is_host(host):
        return "its host or path is malformed"
    if ":" not in host and "[" in parts.netloc:
        return "the text in its brackets is not an IPv6 address"
    if parts.port == 0 or not re.fullmatch(r"(\[[^\]]+\]|[^\[\]:]+)(:\d*)?", parts.netloc):
        return "its host or port is malformed"
    return ""


def is_host(host: str) -> bool:
    """Return whether the text is an IP address or a DNS name."""
    # Every resolver takes a name that ends in a number for an IP address, in whatever notation.
    if ":" in host or re.fullmatch(r"(0x[0-9a-f]*|\d+)", host.rstrip(".").rpartition(".")[2]):
        try:
            ipaddress.ip_address(host)
        except ValueError:
            return False
        return True
    label = r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
    return len(host) <= 253 and re.fullmatch(rf"{label}(\.{label})*\.?", host) is not None


def is_loopback(host: str) -> bool:
    """Return whether the host is this machine, like every name below `localhost` (RFC 6761)."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
