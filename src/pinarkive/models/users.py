"""The account: its profile, password, preferences and referrals."""

from datetime import date
from typing import Annotated, Any, ClassVar, Self, TypeVar

from pydantic import Field, SecretStr, WithJsonSchema, model_validator

from ..errors import InvalidInputError
from ..inputs import Label, Scope
from ._personal import BirthDate, Password
from ._request import Endpoint, Replay, Request, takes
from ._response import Response
from ._wire import AS_ASKED, Count, Id, Instant, Number, Text, YesNo, names
from .done import Done
from .plans import Plan

R = TypeVar("R", bound=Request[Any])

# As the service documents it for an account.
AS_CODE = WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "null"}]}, mode="validation")

__all__ = [
    "ChangePassword",
    "GetMe",
    "GetPreferences",
    "ListReferrals",
    "Preferences",
    "Referral",
    "ReferralList",
    "UpdateMe",
    "UpdatePreferences",
    "User",
]


class User(
    Response,
    frozen=True,
    wrappers=("user", "data", "result"),
    identity=("id", "email", "username"),
):
    """An account's profile."""

    id: Annotated[Id | None, names("id", "_id", "userId")] = None
    """The account's id."""
    email: Annotated[Text | None, names("email")] = None
    """The address that the account is registered with."""
    name: Annotated[Text | None, names("name", "firstName")] = None
    """The first name."""
    last_name: Annotated[Text | None, names("lastname", "lastName")] = None
    """The last name."""
    username: Annotated[Text | None, names("username", "userName")] = None
    """The account's display name."""
    role: Annotated[Text | None, names("role")] = None
    """`user`, `admin` or `superadmin`."""
    plan: Annotated[Plan | None, names("plan"), AS_CODE] = None
    """The account's plan; if the service sends only a code, a `Plan` with that `code`."""
    cluster_count: Annotated[Count | None, names("clusters", "clusterCount")] = None
    """How many clusters the account may use."""
    created_at: Annotated[Instant | None, names("createdAt")] = None
    """When the account was created."""
    used_storage: Annotated[Number | None, names("usedStorage")] = None
    """How much is stored, in a unit that the service does not document."""
    storage_limit: Annotated[Number | None, names("storageLimit")] = None
    """How much may be stored, in the same unit."""
    language: Annotated[Text | None, names("language", "locale")] = None
    """The language of mails, such as `en`."""
    country: Annotated[Text | None, names("country")] = None
    """The country, such as `ES`."""
    two_factor_enabled: Annotated[YesNo | None, names("twoFactorEnabled")] = None
    """Whether a login needs a code."""
    referral_code: Annotated[Text | None, names("referralCode")] = None
    """The code for people who sign up on this account's recommendation."""


class GetMe(Request[User], frozen=True):
    """GET /users/me: read the account that the credential belongs to."""

    endpoint: ClassVar[Endpoint] = Endpoint("GET", "/users/me", User, scope=Scope.USER_READ)


class Preferences(Response, frozen=True, wrappers=("preferences", "data", "result")):
    """The account's preferences. All other fields are in `model_extra`."""

    language: Annotated[Text | None, names("language", "locale"), AS_ASKED] = None
    """The language of mails, such as `en`."""
    country: Annotated[Text | None, names("country"), AS_ASKED] = None
    """The country, such as `ES`."""


class Referral(Response, frozen=True, wrappers=()):
    """An account that signed up with this account's referral code."""

    name: Annotated[Text | None, names("name")] = None
    """The first name."""
    email: Annotated[Text | None, names("email")] = None
    """The address."""
    joined_at: Annotated[Instant | None, names("joinedAt")] = None
    """When it signed up."""
    last_activity: Annotated[Instant | None, names("lastActivity")] = None
    """When it was last active."""
    mb_earned: Annotated[Number | None, names("mbEarned")] = None
    """How many megabytes the referral earned."""
    has_plan: Annotated[YesNo | None, names("hasPlan")] = None
    """Whether it pays for a plan."""
    is_active: Annotated[YesNo | None, names("isActive")] = None
    """Whether the service counts it as active."""


class ReferralList(Response, frozen=True, bare="referrals"):
    """The accounts that signed up with this account's referral code."""

    referrals: Annotated[list[Referral], names("referredUsers", "referrals", "data", "items")]
    """The accounts, in the service's order."""


class UpdateMe(Request[Done], frozen=True):
    """PUT /users/me: change the profile."""

    endpoint: ClassVar[Endpoint] = Endpoint(
        "PUT", "/users/me", Done, "json", scope=Scope.USER_WRITE, replay=Replay.ALWAYS
    )

    name: Label | None = None
    """The first name."""
    last_name: Annotated[
        Label | None, Field(validation_alias="lastname", serialization_alias="lastname")
    ] = None
    """The last name."""
    country: Label | None = None
    """The country, such as `ES`."""
    birth_date: BirthDate | None = None
    """The date of birth: a `date`, or text such as `1990-12-31`."""
    language: Label | None = None
    """The language of mails, such as `en`."""

    @takes
    def __init__(
        self,
        *,
        name: str | None = None,
        last_name: str | None = None,
        country: str | None = None,
        birth_date: date | str | None = None,
        language: str | None = None,
    ) -> None: ...

    @model_validator(mode="after")
    def _check(self) -> Self:
        return changes_something(self)


class ChangePassword(Request[Done], frozen=True):
    """PUT /users/me/password: change the password."""

    endpoint: ClassVar[Endpoint] = Endpoint(
        "PUT",
        "/users/me/password",
        Done,
        "json",
        scope=Scope.USER_WRITE,
        replay=Replay.NEVER,
        when_in_doubt="log in with the new password to see whether it was set",
    )

    current_password: Password
    """The current password; no repr shows it, but `model_dump_json` does."""
    new_password: Password
    """The new password; no repr shows it, but `model_dump_json` does."""

    @takes
    def __init__(
        self, *, current_password: str | SecretStr, new_password: str | SecretStr
    ) -> None: ...


class GetPreferences(Request[Preferences], frozen=True):
    """GET /users/me/preferences: read the account's preferences."""

    endpoint: ClassVar[Endpoint] = Endpoint(
        "GET", "/users/me/preferences", Preferences, scope=Scope.USER_READ
    )


class UpdatePreferences(Request[Preferences], frozen=True):
    """PUT /users/me/preferences: change the account's preferences."""

    endpoint: ClassVar[Endpoint] = Endpoint(
        "PUT",
        "/users/me/preferences",
        Preferences,
        "json",
        scope=Scope.USER_WRITE,
        replay=Replay.ALWAYS,
    )

    language: Label | None = None
    """The language of mails, such as `en`."""
    country: Label | None = None
    """The country, such as `ES`."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        return changes_something(self)


class ListReferrals(Request[ReferralList], frozen=True):
    """GET /users/me/referrals: list the accounts that signed up with the referral code."""

    endpoint: ClassVar[Endpoint] = Endpoint(
        "GET", "/users/me/referrals", ReferralList, scope=Scope.REFERRALS_READ
    )


def changes_something(request: R) -> R:
    """Return a request that changes something, or raise."""
    if all(value is None for _, value in request):
        arguments = list(type(request).model_fields)
        problem = f"there is nothing to change; pass {' or '.join(arguments)}"
        raise InvalidInputError(problem, arguments[0])
    return request
