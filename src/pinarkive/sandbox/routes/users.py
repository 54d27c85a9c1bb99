"""The account: its profile, preferences, clusters, referrals and log."""

from ...models import (
    ChangePassword,
    GetMe,
    GetPreferences,
    ListClusters,
    ListGateways,
    ListLogs,
    ListReferrals,
    UpdateMe,
    UpdatePreferences,
)
from ..bodies import JsonObject, read_text, require_text
from ..call import Call
from ..catalog import PLACES
from ..clock import wire_time
from ..profile import read_profile
from .answer import Answer, Routes, done

__all__ = ["ROUTES"]

DEFAULT_LOGS = 20
MAX_LOGS = 100


async def me(call: Call) -> Answer:
    """GET /users/me."""
    account = call.account
    body: JsonObject = {
        "_id": account.id,
        "id": account.id,
        "email": account.email,
        "name": account.profile.name,
        "lastname": account.profile.last_name,
        "username": account.email.partition("@")[0],
        "role": "user",
        "plan": account.plan.code,
        "clusters": list(account.plan.cluster_ids),
        "usedStorage": call.world.store.used(account.id),
        "storageLimit": account.quota,
        "twoFactorEnabled": account.totp_secret is not None,
        "emailVerified": account.is_verified,
        "language": account.profile.language,
        "country": account.profile.country,
        "birthDate": account.profile.birth_date,
        "referralCode": account.referral_code,
        "createdAt": wire_time(account.created),
        "updatedAt": wire_time(account.created),
    }
    return Answer(body)


async def update_me(call: Call) -> Answer:
    """PUT /users/me."""
    account = call.account
    account.profile = read_profile(await call.json(), account.profile.name, account.profile)
    call.world.accounts.save(account)
    return done("Profile updated")


async def change_password(call: Call) -> Answer:
    """PUT /users/me/password."""
    body = await call.json()
    current, new = require_text(body, "currentPassword"), require_text(body, "newPassword")
    call.world.accounts.change_password(call.account, current, new)
    return done("Password changed")


async def preferences(call: Call) -> Answer:
    """GET /users/me/preferences."""
    profile = call.account.profile
    return Answer({"language": profile.language, "country": profile.country})


async def update_preferences(call: Call) -> Answer:
    """PUT /users/me/preferences."""
    account = call.account
    account.profile = read_profile(await call.json(), account.profile.name, account.profile)
    call.world.accounts.save(account)
    return await preferences(call)


def gateways_on_the_wire(call: Call) -> list[JsonObject]:
    """Return the gateway of the sandbox itself, which serves all clusters."""
    url = f"{call.origin}/ipfs/"
    return [{"publicUrl": url, "url": url, "label": "Sandbox", "order": 0}]


async def clusters(call: Call) -> Answer:
    """GET /users/me/clusters."""
    found: list[JsonObject] = []
    for name in call.account.plan.cluster_ids:
        label, region, country = PLACES[name]
        found.append(
            {
                "clusterId": name,
                "id": name,
                "label": label,
                "region": region,
                "country": country,
                "gateways": gateways_on_the_wire(call),
            }
        )
    return Answer(found)


async def gateways(call: Call) -> Answer:
    """GET /cluster/gateways."""
    _ = call.session_account
    return Answer({"clusterId": call.cluster({}), "gateways": gateways_on_the_wire(call)})


async def referrals(call: Call) -> Answer:
    """GET /users/me/referrals."""
    found: list[JsonObject] = [
        {
            "name": each.profile.name,
            "email": each.email,
            "joinedAt": wire_time(each.created),
            "lastActivity": call.world.logs.last(each.id),
            "mbEarned": 0,
            "hasPlan": each.plan.price_per_month > 0,
            "isActive": each.is_verified and not each.is_disabled,
        }
        for each in call.world.accounts.referred_by(call.account)
    ]
    return Answer({"referralCode": call.account.referral_code, "referredUsers": found})


async def logs(call: Call) -> Answer:
    """GET /users/me/logs."""
    page = call.number("page", 1)
    limit = call.number("limit", DEFAULT_LOGS, MAX_LOGS)
    wanted = {name: read_text(call.query, name) for name in ("type", "action", "source")}
    found = [
        each
        for each in call.world.logs.of(call.account.id)
        if all(value is None or each[name] == value for name, value in wanted.items())
    ]
    email = call.account.email
    shown = [{**each, "userEmail": email} for each in found[(page - 1) * limit : page * limit]]
    return Answer({"logs": shown, "totalPages": -(-len(found) // limit), "total": len(found)})


ROUTES: Routes = {
    GetMe.endpoint: me,
    UpdateMe.endpoint: update_me,
    ChangePassword.endpoint: change_password,
    GetPreferences.endpoint: preferences,
    UpdatePreferences.endpoint: update_preferences,
    ListClusters.endpoint: clusters,
    ListGateways.endpoint: gateways,
    ListReferrals.endpoint: referrals,
    ListLogs.endpoint: logs,
}
