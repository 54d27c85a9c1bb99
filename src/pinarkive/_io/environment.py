"""Certificates and proxies: from the client's arguments, or else from the environment."""

import os
import ssl
from dataclasses import dataclass, field
from functools import cache
from urllib.request import getproxies

import httpx

from .._core.proxy import proxy_for
from .._values.sealed import sealed
from ..errors import InvalidInputError

__all__ = ["Way", "bad_proxy", "environment_proxy", "no_tls", "verify_for", "way_of"]

TLS_VARIABLES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE")


@dataclass(frozen=True)
class Way:
    """The client's own settings for its connections; the repr shows no password."""

    ssl_context: ssl.SSLContext | None = None
    proxy: httpx.Proxy | None = field(default=None, repr=False)

    @property
    def is_told(self) -> bool:
        """Whether the client has such settings, which cannot be pickled."""
        return self.ssl_context is not None or self.proxy is not None


@sealed(InvalidInputError)
def way_of(ssl_context: object, proxy: object, *, has_client: bool) -> Way:
    """Return the settings for connections from a client's arguments.

    Raises:
        InvalidInputError: One of them cannot be used, or an `http_client` has its own; the text of
            the proxy may hold a password, and is not shown.
    """
    for name, value in (("ssl_context", ssl_context), ("proxy", proxy)):
        if value is not None and has_client:
            raise InvalidInputError(
                f"{name}: the http_client has its own; leave one of them out", name
            )
    if ssl_context is not None and not isinstance(ssl_context, ssl.SSLContext):
        raise InvalidInputError(
            f"ssl_context is an ssl.SSLContext, not {type(ssl_context).__name__}; make one with "
            "ssl.create_default_context(cafile=...)",
            "ssl_context",
        )
    return Way(ssl_context, None if proxy is None else told_proxy(proxy))


def told_proxy(url: object) -> httpx.Proxy:
    """Return the proxy of a URL."""
    problem = f"it is a URL (a str), not {type(url).__name__}"
    if isinstance(url, str):
        try:
            proxy = httpx.Proxy(url)
            if proxy.url.host:
                return proxy
            problem = "it has no host"
        except (ValueError, httpx.InvalidURL) as error:
            problem = type(error).__name__
    raise InvalidInputError(
        f"proxy cannot be used ({problem}); write 'http://proxy.example:3128', or "
        "'http://user:password@proxy.example:3128'",
        "proxy",
    )


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
    raise InvalidInputError(f"the file that {name} names cannot be used: {problem}", name)


@cache
def no_tls() -> ssl.SSLContext:
    """Return a TLS context that trusts nobody, for connections without TLS."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def verify_for(base_url: str) -> ssl.SSLContext:
    """Return the TLS context to use, one for the whole process."""
    if base_url.startswith("http://"):
        return no_tls()
    return tls_context(*(os.environ.get(name) or None for name in TLS_VARIABLES))


def environment_proxy(base_url: str) -> httpx.Proxy | None:
    """Return the proxy that the environment names for a server.

    Raises:
        InvalidInputError: The variable cannot be used; its value may contain a password.
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
    """Return the error for a proxy of the environment that cannot be used."""
    return InvalidInputError(
        f"the proxy that was given, or that of the environment (HTTP_PROXY, HTTPS_PROXY or "
        f"ALL_PROXY), cannot be used ({problem}); SOCKS needs the package socksio",
        "proxy",
    )
