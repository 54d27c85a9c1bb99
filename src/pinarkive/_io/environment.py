"""What the environment says of connections: whom to trust, and which proxy to go through."""

import os
import ssl
from functools import cache
from urllib.request import getproxies

import httpx

from .._core.proxy import proxy_for
from ..errors import InvalidInputError

__all__ = ["bad_proxy", "environment_proxy", "no_tls", "verify_for"]

TLS_VARIABLES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE")


@cache
def tls_context(*values: str | None) -> ssl.SSLContext:
    """Return the TLS context for the values of the variables: making one takes 20 ms."""
    for name, path in zip(TLS_VARIABLES[:2], values, strict=False):
        if path and not os.path.exists(path):  # noqa: PTH110
            raise InvalidInputError(
                f"the environment variable {name} names {path!r}, which does not exist", name
            )
    try:
        return httpx.create_ssl_context()
    except OSError as error:
        problem = f"{type(error).__name__}: {error}"
        is_key_log = values[2] is not None and error.filename == values[2]
    name = "SSLKEYLOGFILE" if is_key_log else "SSL_CERT_FILE"
    raise InvalidInputError(f"the file that {name} names can not be used: {problem}", name)


@cache
def no_tls() -> ssl.SSLContext:
    """Return a TLS context that trusts nobody, for where there is no TLS."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def verify_for(base_url: str) -> ssl.SSLContext:
    """Return the TLS context to use, one for the whole process."""
    if base_url.startswith("http://"):
        return no_tls()
    return tls_context(*(os.environ.get(name) or None for name in TLS_VARIABLES))


def environment_proxy(base_url: str) -> httpx.Proxy | None:
    """Return the proxy that the environment names for a server.

    Raises:
        InvalidInputError: The variable can not be used; its text may hold a password.
    """
    url = proxy_for(base_url, getproxies())
    if url is None:
        return None
    try:
        return httpx.Proxy(url)
    except (ValueError, httpx.InvalidURL) as error:
        problem = type(error).__name__
    raise bad_proxy(problem)


def bad_proxy(problem: str) -> InvalidInputError:
    """Return the error for a proxy of the environment that can not be used."""
    return InvalidInputError(
        f"the proxy of the environment (HTTP_PROXY, HTTPS_PROXY or ALL_PROXY) can not be used "
        f"({problem}); SOCKS needs the package socksio",
        "http_client",
    )
