"""Time-based one-time codes: RFC 6238 with SHA-1, 30 seconds and six digits."""

import base64
import hashlib
import hmac
from datetime import datetime
from urllib.parse import quote, urlencode

__all__ = ["accepted_step", "otpauth_uri", "step_at", "totp_code"]

STEP_SECONDS = 30
DIGITS = 6
ISSUER = "Pinarkive"


def totp_code(secret: str, step: int) -> str:
    """Return the code of a base32 secret for a time step."""
    key = base64.b32decode(secret)
    digest = hmac.digest(key, step.to_bytes(8, "big"), hashlib.sha1)
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFF_FFFF
    return str(number % 10**DIGITS).zfill(DIGITS)


def otpauth_uri(email: str, secret: str) -> str:
    """Return the content of the QR code for an authenticator."""
    query = urlencode({"secret": secret, "issuer": ISSUER})
    return f"otpauth://totp/{ISSUER}:{quote(email)}?{query}"


def step_at(moment: datetime) -> int:
    """Return the time step that a moment is in."""
    return int(moment.timestamp()) // STEP_SECONDS


def accepted_step(secret: str, code: str, moment: datetime) -> int | None:
    """Return the time step of a code, if it is the current one or next to it."""
    now = step_at(moment)
    for step in (now, now - 1, now + 1):
        if hmac.compare_digest(totp_code(secret, step).encode(), code.encode()):
            return step
    return None
