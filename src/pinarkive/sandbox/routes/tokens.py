"""API tokens: creating, listing and revoking."""

import re
from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus

from ...inputs import Scope, check_scope, check_token_name
from ...models import GenerateToken, ListTokens, RevokeToken
from ..accounts import ApiToken
from ..bodies import JsonObject, read_text
from ..call import MAX_INTEGER, Call
from ..clock import wire_time
from ..errors import bad_request, not_found
from .answer import Answer, Routes

__all__ = ["ROUTES"]

# A longer lifetime would exceed the years that datetime supports.
MAX_DAYS = 2_500_000
CODE = re.compile("[0-9]{6}")


async def generate_token(call: Call) -> Answer:
    """POST /tokens/generate."""
    body = await call.json()
    try:
        name = check_token_name(body.get("name"))
    except ValueError as error:
        raise bad_request(f"name: {error}") from None
    label, scopes, lifetime = read_text(body, "label"), read_scopes(body), read_lifetime(body)
    accounts = call.world.accounts
    accounts.check_code(call.account, two_factor_code(body), "generate")
    token, info = accounts.generate(
        call.account, name, label=label, scopes=scopes, lifetime=lifetime
    )
    return Answer({"token": token, **token_on_the_wire(info)}, HTTPStatus.CREATED)


def read_scopes(body: Mapping[str, object]) -> list[Scope]:
    """Return the scopes for a new token."""
    if "scopes" not in body:
        return []
    value = body["scopes"]
    if not isinstance(value, list) or not value:
        raise bad_request("scopes must be a list of scopes; or leave it out for the default")
    try:
        items: list[object] = [*value]
        return [check_scope(each) for each in items]
    except ValueError as error:
        raise bad_request(f"scopes: {error}") from None


def read_lifetime(body: Mapping[str, object]) -> timedelta | None:
    """Return the lifetime of a new token, if it is limited."""
    if "expiresInDays" not in body:
        return None
    days = body["expiresInDays"]
    if isinstance(days, float) and days.is_integer():
        days = int(days)  # JSON has one kind of number
    if isinstance(days, bool) or not isinstance(days, int) or not 1 <= days <= MAX_INTEGER:
        raise bad_request(f"expiresInDays must be a whole number from 1 to {MAX_INTEGER}")
    return timedelta(days=min(days, MAX_DAYS))


def two_factor_code(body: Mapping[str, object]) -> str | None:
    """Return the code in a body under either of its names, `None` if absent, or raise."""
    given = [body[name] for name in ("totpCode", "twoFactorCode") if name in body]
    for code in given:
        if code is None or code == "":
            raise bad_request("A two-factor code is required", "2fa_required")
        if not isinstance(code, str) or not CODE.fullmatch(code):
            raise bad_request("The two-factor code is not valid", "2fa_invalid")
        return code
    return None


def token_on_the_wire(info: ApiToken) -> JsonObject:
    """Return a token as the service lists it; its secret is not stored."""
    return {
        "name": info.name,
        "label": info.label,
        "scopes": list(info.scopes),
        "createdAt": wire_time(info.created),
        "expiresAt": wire_time(info.expires) if info.expires else None,
        "lastUsed": wire_time(info.last_used) if info.last_used else None,
    }


async def list_tokens(call: Call) -> Answer:
    """GET /tokens/list."""
    return Answer({"tokens": [token_on_the_wire(each) for each in call.account.tokens.values()]})


async def revoke_token(call: Call) -> Answer:
    """DELETE /tokens/revoke/{name}."""
    code = two_factor_code(await call.json())
    call.world.accounts.check_code(call.account, code, "revoke")
    if not call.world.accounts.revoke(call.account, call.path["name"]):
        raise not_found("There is no token with this name")
    return Answer({"revoked": True, "name": call.path["name"]})


ROUTES: Routes = {
    GenerateToken.endpoint: generate_token,
    ListTokens.endpoint: list_tokens,
    RevokeToken.endpoint: revoke_token,
}
