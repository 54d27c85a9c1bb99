"""API tokens: made, listed and revoked."""

from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from ..inputs import Label, PositiveDays, Scope, Scopes, TokenName, TotpCode
from ._request import Endpoint, Replay, Request
from ._response import Response
from ._wire import Instant, Items, Secret, Text, names

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

__all__ = ["GenerateToken", "ListTokens", "RevokeToken", "Token", "TokenInfo", "TokenList"]


class Token(Response, frozen=True):
    """A new API token, with its secret, which is shown this once."""

    token: Annotated[Secret, names("token"), Field(repr=False)]
    """The secret itself (no repr shows it; a dump does)."""
    name: Annotated[Text | None, names("name")] = None
    """The token's name, by which it is revoked."""
    label: Annotated[Text | None, names("label")] = None
    """What it is for, for people."""
    scopes: Annotated[Items[Text], names("scopes")] = []
    """What it may do; scopes that this version does not know are kept as their text."""
    expires_at: Annotated[Instant | None, names("expiresAt")] = None
    """When it stops working; `None` if never."""


class TokenInfo(Response, frozen=True):
    """An API token, without its secret."""

    wrappers: ClassVar[tuple[str, ...]] = ()

    name: Annotated[Text, names("name")]
    """The token's name, by which it is revoked."""
    label: Annotated[Text | None, names("label")] = None
    """What it is for, for people."""
    scopes: Annotated[Items[Text], names("scopes")] = []
    """What it may do; scopes that this version does not know are kept as their text."""
    expires_at: Annotated[Instant | None, names("expiresAt")] = None
    """When it stops working; `None` if never."""
    created_at: Annotated[Instant | None, names("createdAt")] = None
    """When it was made."""
    last_used_at: Annotated[Instant | None, names("lastUsedAt", "lastUsed")] = None
    """When it was last used; `None` if never."""


class TokenList(Response, frozen=True):
    """The account's API tokens."""

    items: ClassVar[str] = "tokens"

    tokens: Annotated[Items[TokenInfo], names("tokens", "data", "items", "result")]
    """The tokens, in the service's order."""


class GenerateToken(Request[Token], frozen=True):
    """POST /tokens/generate: a new API token."""

    endpoint: ClassVar[Endpoint] = Endpoint(
        "POST",
        "/tokens/generate",
        "json",
        scope=Scope.TOKENS_WRITE,
        replay=Replay.WHEN_REFUSED,
        when_in_doubt="it may have been made: list the tokens, and revoke it if it is there",
    )

    name: TokenName
    """The token's name, unique in the account: up to 100 visible characters."""
    label: Label | None = None
    """What it is for, for people."""
    expires_in_days: PositiveDays | None = None
    """After how many days it stops working; left out, it does not."""
    scopes: Scopes | None = None
    """What it may do; left out, it can only read the profile and the list of uploads."""
    totp_code: Annotated[TotpCode | None, Field(repr=False)] = None
    """The authenticator's six digits, where the account has two-factor authentication."""

    if TYPE_CHECKING:

        def __init__(
            self,
            *,
            name: str,
            label: str | None = None,
            expires_in_days: int | None = None,
            scopes: list[Scope]
            | list[str]
            | list[Scope | str]
            | tuple[Scope | str, ...]
            | AbstractSet[Scope | str]
            | AbstractSet[Scope]
            | AbstractSet[str]
            | None = None,
            totp_code: str | None = None,
        ) -> None: ...

    def read_answer(self, body: bytes) -> Token:
        """Return the token that the body holds."""
        return Token.read(body, name=self.name)


class ListTokens(Request[TokenList], frozen=True):
    """GET /tokens/list: the account's API tokens."""

    endpoint: ClassVar[Endpoint] = Endpoint("GET", "/tokens/list", scope=Scope.TOKENS_READ)

    def read_answer(self, body: bytes) -> TokenList:
        """Return the tokens that the body lists."""
        return TokenList.read(body)


class RevokeToken(Request[None], frozen=True):
    """DELETE /tokens/revoke/{name}: end an API token."""

    endpoint: ClassVar[Endpoint] = Endpoint(
        "DELETE", "/tokens/revoke/{name}", "json", scope=Scope.TOKENS_DELETE
    )

    name: TokenName
    """The token's name."""
    totp_code: Annotated[TotpCode | None, Field(repr=False)] = None
    """The authenticator's six digits, where the account has two-factor authentication."""

    def read_answer(self, body: bytes) -> None:
        """Check that the body reports no failure."""
        Acknowledgement.read(body)


class Acknowledgement(Response, frozen=True):
    """An answer that says no more than that something was done."""
