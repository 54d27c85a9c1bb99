"""Makes a page of uploads as the contract describes it."""

import base64
import hashlib
import json
from datetime import UTC, datetime, timedelta

__all__ = ["TOTAL", "page_of_uploads"]

TOTAL = 4_321
FIRST = datetime(2026, 3, 9, 10, tzinfo=UTC)
EVERY_NTH_EXPIRES = 4


def cid(number: int) -> str:
    """Return a CID (v1, dag-pb, sha2-256) that is unique to a number."""
    digest = hashlib.sha256(str(number).encode()).digest()
    return "b" + base64.b32encode(b"\x01\x70\x12\x20" + digest).decode().rstrip("=").lower()


def instant(number: int) -> str:
    """Return a point in time as the service writes it."""
    return (FIRST + timedelta(minutes=number)).isoformat(timespec="milliseconds")[:-6] + "Z"


def record(number: int) -> dict[str, object]:
    """Return one upload, with each field that the contract lists."""
    expires = number % EVERY_NTH_EXPIRES == 0
    return {
        "_id": f"65f0c0ffee01234567{number:06x}",
        "cid": cid(number),
        "name": f"report-{number:05}.pdf",
        "size": 1_024_576 + number,
        "type": "file",
        "status": "pinned",
        "clusterId": "cl0-global",
        "createdAt": instant(number),
        "expiresAt": instant(1_000_000 + number) if expires else None,
        "bk": number % 2,
    }


def page_of_uploads(limit: int) -> bytes:
    """Return the JSON of a page with `limit` uploads."""
    numbers = {"page": 1, "limit": limit, "total": TOTAL}
    uploads = [record(number) for number in range(limit)]
    body = {"uploads": uploads, **numbers, "pagination": numbers}
    return json.dumps(body, separators=(",", ":")).encode()
