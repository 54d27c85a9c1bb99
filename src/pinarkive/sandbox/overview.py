"""The data of the web page: accounts, uploads, tokens, and the last requests."""

from ..cid import CID
from .accounts import Account, ApiToken
from .bodies import JsonObject
from .clock import wire_time
from .recording import RecordedRequest
from .store import Record
from .world import World

__all__ = ["overview"]

MOST_UPLOADS = 100
MOST_REQUESTS = 50
LONGEST_TEXT = 4000


def overview(world: World) -> JsonObject:
    """Return the data of the web page, newest first."""
    requests = world.recorder.requests
    return {
        "now": wire_time(world.clock()),
        "apiKey": world.api_key,
        "accounts": [of_account(world, each) for each in world.accounts.all],
        "faults": len(world.faults.pending),
        "arrived": world.recorder.total,
        "requests": [of_request(each) for each in reversed(requests[-MOST_REQUESTS:])],
    }


def of_account(world: World, account: Account) -> JsonObject:
    """Return an account as the page shows it."""
    records = world.store.records(account.id)
    return {
        "email": account.email,
        "password": account.password,
        "totpSecret": account.totp_secret,
        "plan": account.plan.name,
        "used": world.store.used(account.id),
        "quota": account.quota,
        "count": len(records),
        "uploads": [of_record(world, each) for each in records[:MOST_UPLOADS]],
        "tokens": [of_token(each) for each in account.tokens.values()],
    }


def of_record(world: World, record: Record) -> JsonObject:
    """Return an upload or pin as the page shows it."""
    entry = record.entry
    return {
        "cid": record.cid,
        "name": entry.name,
        "size": entry.size,
        "type": entry.type,
        "cluster": entry.cluster,
        "created": wire_time(record.created),
        "expires": None if entry.expires is None else wire_time(entry.expires),
        "path": f"/ipfs/{record.cid}" if world.store.content(CID.parse(record.cid)) else None,
    }


def of_token(token: ApiToken) -> JsonObject:
    """Return an API token as the page shows it; its secret is not stored."""
    return {
        "name": token.name,
        "label": token.label,
        "scopes": [str(each.value) for each in token.scopes],
        "expires": None if token.expires is None else wire_time(token.expires),
        "lastUsed": None if token.last_used is None else wire_time(token.last_used),
    }


def of_request(request: RecordedRequest) -> JsonObject:
    """Return a request and its answer as the page shows them."""
    return {
        "at": wire_time(request.at),
        "method": request.method,
        "path": request.path,
        "query": dict(request.query),
        "status": request.status,
        "size": request.size,
        "body": shown(request.body),
        "answer": shown(request.answer),
    }


def shown(data: bytes | None) -> str | None:
    """Return the start of a body as text."""
    if data is None:
        return None
    text = data[:LONGEST_TEXT].decode("utf-8", "replace")
    return f"{text}..." if len(data) > LONGEST_TEXT else text
