"""Protection against web pages of others: only programs and the sandbox's own pages have access.

Any web page that is open in a browser on this machine can send requests to the sandbox. Browsers
show that in `Origin` and `Sec-Fetch-Site`. If an attacker's host name resolves to the sandbox (DNS
rebinding), the browser sees a single origin, and only `Host` shows the name.
"""

import ipaddress
from collections.abc import Collection
from http import HTTPStatus
from urllib.parse import urlsplit

from starlette.requests import Request

from .errors import ApiError, forbidden

__all__ = ["check_host", "check_origin"]

LOCAL = "localhost"
OWN_SITES = (None, "none", "same-origin")


def check_host(request: Request, names: Collection[str]) -> None:
    """Raise if a request used a host name that may belong to somebody else.

    Args:
        request: The request.
        names: The sandbox's own names. IP addresses are always allowed: with one, no name was
            looked up.
    """
    name = host_name(request.headers.get("host", ""))
    if not (name in names or name == LOCAL or name.endswith(f".{LOCAL}") or is_address(name)):
        raise ApiError(
            HTTPStatus.FORBIDDEN,
            f"The sandbox does not answer at the name {name!r}; to allow it, start the sandbox "
            f"with hosts=[{name!r}] or --allow-host {name}",
        )


def check_origin(request: Request) -> None:
    """Raise if a page of another origin sent a request."""
    headers = request.headers
    origin = headers.get("origin")
    is_own = origin is None or urlsplit(origin).netloc.lower() == headers.get("host", "").lower()
    if not is_own or headers.get("sec-fetch-site") not in OWN_SITES:
        raise forbidden("The sandbox answers only programs and its own pages")


def host_name(host: str) -> str:
    """Return the name in a `Host` header, without the port."""
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def is_address(name: str) -> bool:
    """Return whether a host name is an IP address."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
