"""Logging in: a session for an e-mail address and password, with a second factor where it is on."""

from typing import Annotated, ClassVar

from pydantic import BeforeValidator, Field, PlainSerializer, SecretStr, WithJsonSchema

from ..inputs import EmailAddress, TotpCode, require_text
from ._request import Endpoint, Replay, Request, takes
from ._response import Response
from ._wire import Secret, names
from .users import User

__all__ = ["Login", "LoginSession", "TwoFactorChallenge", "VerifyTwoFactor"]


def reveal(secret: SecretStr) -> str:
    """Return a secret's text, for the wire."""
    return secret.get_secret_value()


def check_password(value: object) -> SecretStr:
    """Return a password as a secret, else raise `ValueError`; its text is never shown."""
    text = value.get_secret_value() if isinstance(value, SecretStr) else value
    return SecretStr(require_text(text, "a password"))


Password = Annotated[
    SecretStr,
    BeforeValidator(check_password),
    WithJsonSchema({"type": "string", "format": "password", "minLength": 1, "writeOnly": True}),
    PlainSerializer(reveal, return_type=str, when_used="json"),
]


class LoginSession(Response, frozen=True):
    """A session: its token is the credential of a client with all of the user's rights.

    session = client.auth.login(email, password)
    if isinstance(session, LoginSession):
        mine = client.with_options(token=session.token)
    """

    token: Annotated[Secret, names("token"), Field(repr=False)]
    """The session's token (a secret: no repr shows it)."""
    user: Annotated[User | None, names("user")] = None
    """The account, if the service sent it along."""


class TwoFactorChallenge(Response, frozen=True):
    """The password was right, and a code is wanted: go on with `verify_2fa`."""

    temporary_token: Annotated[Secret, names("temporaryToken"), Field(repr=False)]
    """What `verify_2fa` needs beside the code (a secret: no repr shows it)."""


class Login(Request[LoginSession | TwoFactorChallenge], frozen=True):
    """POST /auth/login: a session for an e-mail address and password."""

    endpoint: ClassVar[Endpoint] = Endpoint(
        "POST",
        "/auth/login",
        TwoFactorChallenge | LoginSession,
        "json",
        auth=False,
        replay=Replay.NEVER,
        when_in_doubt="log in again",
    )

    email: EmailAddress
    """The account's e-mail address."""
    password: Password
    """The account's password; no repr shows it, `model_dump_json` does."""

    @takes
    def __init__(self, *, email: str, password: str | SecretStr) -> None: ...


def check_temporary_token(value: object) -> str:
    """Return the text that `login` gave, else raise `ValueError`."""
    return require_text(value, "the temporary token")


class VerifyTwoFactor(Request[LoginSession], frozen=True):
    """POST /auth/2fa/verify-login: a session for a challenge and its code."""

    endpoint: ClassVar[Endpoint] = Endpoint(
        "POST",
        "/auth/2fa/verify-login",
        LoginSession,
        "json",
        auth=False,
        replay=Replay.NEVER,
        when_in_doubt="log in again",
    )

    temporary_token: Annotated[
        str, BeforeValidator(check_temporary_token), Field(repr=False, min_length=1)
    ]
    """The challenge's `temporary_token`."""
    code: Annotated[TotpCode, Field(repr=False)]
    """The six digits that the authenticator shows."""
