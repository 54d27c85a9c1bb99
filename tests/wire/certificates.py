"""Certificates for servers that clients trust, and for servers that they must not."""

import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Literal, TypeAlias

import trustme

__all__ = ["Certificate", "server_context", "trust_file"]

Certificate: TypeAlias = Literal["good", "self-signed", "wrong host", "expired"]


@cache
def authority() -> trustme.CA:
    """Return the authority that the tests' clients are told to trust."""
    return trustme.CA(key_type=trustme.KeyType.ECDSA)


def trust_file(folder: Path) -> Path:
    """Return a file for `SSL_CERT_FILE`."""
    path = folder / "authority.pem"
    authority().cert_pem.write_to_path(path)
    return path


@cache
def server_context(kind: Certificate) -> ssl.SSLContext:
    """Return the TLS context of a server with such a certificate."""
    now = datetime.now(UTC)
    make: dict[Certificate, Callable[[], trustme.LeafCert]] = {
        "good": lambda: authority().issue_cert("127.0.0.1", key_type=trustme.KeyType.ECDSA),
        "self-signed": lambda: trustme.CA().issue_cert("127.0.0.1"),
        "wrong host": lambda: authority().issue_cert("elsewhere.example"),
        "expired": lambda: authority().issue_cert(
            "127.0.0.1", not_before=now - timedelta(days=9), not_after=now - timedelta(days=1)
        ),
    }
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with make[kind]().private_key_and_cert_chain_pem.tempfile() as path:
        context.load_cert_chain(path)
    return context
