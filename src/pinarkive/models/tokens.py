"""Creating, listing and revoking API tokens."""

from collections.abc import Set as AbstractSet
from typing import Annotated, ClassVar

from pydantic import Field

from ..inputs import Label, PositiveDays, Scope, ScopeName, Scopes, TokenName, TotpCode
from ._request import Endpoint, Replay, Request, takes
from ._response import Response
from ._wire import AS_ASKED, Instant, Secret, Text, names

__all__ = ["GenerateToken", "ListTokens", "RevokeToken", "Token", "TokenInfo", "TokenList"]


class Token(Response, frozen=True):
    """A new API token, with its secret, which is shown only this once."""

    token: Annotated[Secret, names("token"), Field(repr=False)]
    """The secret itself; no repr shows it, but a dump does."""
    name: Annotated[Text | None, names("name"), AS_ASKED] = None
    """The token's name, which `revoke` takes."""
    label: Annotated[Text | None, names("label")] = None
    """A note for people on what it is for."""
    scopes: Annotated[list[Text], names("scopes")] = []
    """What it may do; scopes that this version does not know are kept as text."""
    expires_at: Annotated[Instant | None, names("expiresAt")] = None
    """When it expires; `None` if never."""


class TokenInfo(Response, frozen=True, wrappers=()):
    """An API token, without its secret."""

    name: Annotated[Text, names("name")]
    """The token's name, which `revoke` takes."""
    label: Annotated[Text | None, names("label")] = None
    """A note for people on what it is for."""
    scopes: Annotated[list[Text], names("scopes")] = []
    """What it may do; scopes that this version does not know are kept as text."""
    expires_at: Annotated[Instant | None, names("expiresAt")] = None
    """When it expires; `None` if never."""
    created_at: Annotated[Instant | None, names("createdAt")] = None
    """When it was created."""
    last_used_at: Annotated[Instant | None, names("lastUsed", "lastUsedAt")] = None
    """When it was last used; `None` if never."""


class TokenList(Response, frozen=True, bare="tokens"):
    """The account's API tokens."""

    tokens: Annotated[list[TokenInfo], names("tokens", "data", "items", "result")]
    """The tokens, in the service's order."""


class GenerateToken(Request[Token], frozen=True):
    """POST /tokens/generate: create an API token."""

    endpoint: ClassVar[Endpoint] = Endpoint(
        "POST",
        "/tokens/generate",
        Token,
        "json",
        scope=Scope.TOKENS_WRITE,
        replay=Replay.WHEN_REFUSED,
        when_in_doubt="it may exist: list the tokens, and revoke it if it is there",
    )

    name: TokenName
    """The token's name, unique in the account: up to 100 visible characters."""
    label: Label | None = None
    """A note for people on what it is for."""
    expires_in_days: PositiveDays | None = None
    """The number of days after which it expires; by default it never does."""
    scopes: Scopes | None = None
    """What it may do; by default it can only read the profile and the list of uploads."""
    totp_code: Annotated[TotpCode | None, Field(repr=False)] = None
    """The authenticator's six digits, if the account has two-factor authentication."""

    @takes
    def __init__(
        self,
        *,
        name: str,
        label: str | None = None,
        expires_in_days: int | None = None,
        scopes: list[ScopeName]
        | list[Scope]
        | list[str]
        | list[Scope | str]
        | tuple[Scope | str, ...]
        | AbstractSet[Scope | str]
        | AbstractSet[Scope]
        | AbstractSet[str]
        | None = None,
        totp_code: str | None = None,
    ) -> None: ...


class ListTokens(Request[TokenList], frozen=True):
    """GET /tokens/list: list the account's API tokens."""

    endpoint: ClassVar[Endpoint] = Endpoint(
        "GET", "/tokens/list", TokenList, scope=Scope.TOKENS_READ
    )


class RevokeToken(Request[None], frozen=True):
    """DELETE /tokens/revoke/{name}: revoke an API token."""

    endpoint: ClassVar[Endpoint] = Endpoint(
        "DELETE", "/tokens/revoke/{name}", None, "json", scope=Scope.TOKENS_DELETE
    )

    name: TokenName
    """The token's name."""
    totp_code: Annotated[TotpCode | None, Field(repr=False)] = None
    """The authenticator's six digits, if the account has two-factor authentication."""
