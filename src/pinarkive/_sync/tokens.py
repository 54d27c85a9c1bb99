# generated from src/pinarkive/_async/tokens.py by scripts/generate; change that file
"""`client.tokens`: API tokens."""

import builtins
from collections.abc import Set as AbstractSet

from ..inputs import Scope, ScopeName
from ..models import GenerateToken, ListTokens, RevokeToken, Token, TokenList
from .sender import Sender

__all__ = ["Tokens"]


class Tokens:
    """Create, list and revoke API tokens."""

    def __init__(self, client: Sender) -> None:
        self._client = client

    def generate(
        self,
        name: str,
        *,
        label: str | None = None,
        expires_in_days: int | None = None,
        scopes: builtins.list[ScopeName]
        | builtins.list[Scope]
        | builtins.list[str]
        | builtins.list[Scope | str]
        | tuple[Scope | str, ...]
        | AbstractSet[Scope | str]
        | AbstractSet[Scope]
        | AbstractSet[str]
        | None = None,
        totp_code: str | None = None,
    ) -> Token:
        """POST /tokens/generate: create an API token. Its secret is shown only this once.

        Args:
            name: Its unique name, which `revoke` takes: up to 100 visible characters.
            label: A note for people on what it is for; by default `cli-access`.
            expires_in_days: The number of whole days after which it expires; by default it never
                does.
            scopes: What it may do: a list, tuple or set of `Scope` members or of their names, such
                as `pinarkive.scopes.UPLOADER` or `["files:read"]`. By default it can only read the
                profile and the list of uploads.
            totp_code: The authenticator's six digits, as text, if the account has two-factor
                authentication. A call with a code is never repeated.

        Returns:
            `Token`, with the secret in `token` (no repr shows it).

        Raises:
            InvalidInputError: An argument is malformed; nothing was sent.
            ConflictError: A token with this name exists.
            TwoFactorRequiredError: The account has two-factor authentication; pass `totp_code`.
            TwoFactorInvalidError: The code is wrong or was used before.
            MissingScopeError: The credential lacks `tokens:write`.

        Example:
            token = client.tokens.generate("ci", scopes=UPLOADER, expires_in_days=90)
            print(token.token)
        """
        try:
            request = GenerateToken(
                name=name,
                label=label,
                expires_in_days=expires_in_days,
                scopes=scopes,
                totp_code=totp_code,
            )
        finally:
            # A traceback with locals would show it.
            del totp_code
        return self._client.send(request)

    def revoke(self, name: str, *, totp_code: str | None = None) -> None:
        """DELETE /tokens/revoke/{name}: revoke an API token.

        Args:
            name: The token's name.
            totp_code: The authenticator's six digits, as text, if the account has two-factor
                authentication. A call with a code is never repeated.

        Raises:
            InvalidInputError: An argument is malformed; nothing was sent.
            NotFoundError: No token has this name.
            TwoFactorRequiredError: The account has two-factor authentication; pass `totp_code`.
            MissingScopeError: The credential lacks `tokens:delete`.

        Example:
            client.tokens.revoke("ci")
        """
        try:
            request = RevokeToken(name=name, totp_code=totp_code)
        finally:
            del totp_code
        self._client.send(request)

    def list(self) -> TokenList:
        """GET /tokens/list: list the account's API tokens, without their secrets.

        Returns:
            `TokenList`, with the `tokens`.

        Raises:
            MissingScopeError: The credential lacks `tokens:read`.

        Example:
            for token in client.tokens.list().tokens:
                print(token.name, token.scopes, token.expires_at)
        """
        return self._client.send(ListTokens())
