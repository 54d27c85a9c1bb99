"""Who may look into the sandbox and change it: programs, and the sandbox's own pages.

A page of somebody else's, open in a browser on the same machine, can send requests to the sandbox.
Browsers tell of that in `Origin` and `Sec-Fetch-Site`. Where a name of somebody else's leads to the
sandbox (DNS rebinding), they take the two for one origin, and only `Host` tells.
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
    """Raise where a request came by a name that may be somebody else's.

    Args:
        request: The request.
        names: The names that are known to be the sandbox's. Addresses need not be: to use one,
            nobody's name was looked up.
    """
    name = host_name(request.headers.get("host", ""))
    if not (name in names or name == LOCAL or name.endswith(f".{LOCAL}") or is_address(name)):
        raise ApiError(
            HTTPStatus.FORBIDDEN,
            f"The name {name!r} is not known to be the sandbox's; allow it as the sandbox is made, "
            f"with hosts=[{name!r}] or --allow-host {name}",
        )


def check_origin(request: Request) -> None:
    """Raise where a page of another origin sent a request."""
    headers = request.headers
    origin = headers.get("origin")
    is_own = origin is None or urlsplit(origin).netloc.lower() == headers.get("host", "").lower()
    if not is_own or headers.get("sec-fetch-site") not in OWN_SITES:
        raise forbidden("The sandbox answers programs and its own pages, and no others")


def host_name(host: str) -> str:
    """Return the name in a `Host` header, without the port."""
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def is_address(name: str) -> bool:
    """Return whether a host is given by its address."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
