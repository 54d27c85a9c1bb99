"""Finds the proxy that the environment sets for a server.

The rules are those of httpx, but httpx fails on `[::1]` and on networks such as `fe80::/10` in
`NO_PROXY` (encode/httpx#3221), so they are applied here.
"""

import ipaddress
from collections.abc import Mapping
from urllib.parse import urlsplit

__all__ = ["proxy_for"]


def proxy_for(base_url: str, environment: Mapping[str, str]) -> str | None:
    """Return the URL of the proxy to use, if there is one.

    Args:
        base_url: The server's URL.
        environment: The result of `urllib.request.getproxies`: a proxy for each scheme, and the
            exceptions under `no`.
    """
    server = urlsplit(base_url)
    proxy = environment.get(server.scheme) or environment.get("all")
    if not proxy:
        return None
    host = (server.hostname or "").rstrip(".")
    port = server.port or (443 if server.scheme == "https" else 80)
    exceptions = (text.strip().lower() for text in environment.get("no", "").split(","))
    if any(text and exempts(text, server.scheme, host, port) for text in exceptions):
        return None
    return proxy if "://" in proxy else f"http://{proxy}"


def exempts(text: str, scheme: str, host: str, port: int) -> bool:
    """Return whether an entry of `NO_PROXY` matches the server."""
    if text == "*":
        return True
    wanted_scheme, separator, rest = text.rpartition("://")
    if separator and wanted_scheme not in {scheme, "all"}:
        return False
    try:
        return ipaddress.ip_address(host) in ipaddress.ip_network(rest.strip("[]"), strict=False)
    except ValueError:
        pass
    name, _, number = rest.partition(":")
    if number and number != str(port):
        return False
    if name.startswith("."):
        return host.endswith(name)
    return name in (host, f"[{host}]") or (name != "localhost" and host.endswith(f".{name}"))
