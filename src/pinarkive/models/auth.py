"""Signing up, logging in and out, and using the links that come by mail."""

from datetime import date
from typing import Annotated, ClassVar

from pydantic import BeforeValidator, Field, SecretStr

from ..inputs import EmailAddress, Label, TotpCode, require_text
from ._personal import BirthDate, Password
from ._request import Endpoint, Replay, Request, takes
from ._response import Response
from ._wire import Secret, names
from .done import Done
from .users import User

__all__ = [
    "ForgotPassword",
    "LogOut",
    "Login",
    "LoginSession",
    "ResendVerification",
    "ResetPassword",
    "SignUp",
    "TwoFactorChallenge",
    "VerifyEmail",
    "VerifyTwoFactor",
]


class LoginSession(Response, frozen=True):
    """A session, whose token is a credential with all of the user's rights.

    Example:
        session = client.auth.login(email, password)
        if isinstance(session, LoginSession):
            mine = client.with_options(token=session.token)
    """

    token: Annotated[Secret, names("token"), Field(repr=False)]
    """The session's token, a secret that no repr shows."""
    user: Annotated[User | None, names("user")] = None
    """The account, if the service sent it along."""


class TwoFactorChallenge(Response, frozen=True):
    """The password is right, and a code is needed: continue with `verify_2fa`."""

    temporary_token: Annotated[Secret, names("temporaryToken"), Field(repr=False)]
    """What `verify_2fa` needs in addition to the code, a secret that no repr shows."""


class Login(Request[LoginSession | TwoFactorChallenge], frozen=True):
    """POST /auth/login: get a session for an e-mail address and password."""

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
    """The account's password; no repr shows it, but `model_dump_json` does."""

    @takes
    def __init__(self, *, email: str, password: str | SecretStr) -> None: ...


def check_temporary_token(value: object) -> str:
    """Return the text that `login` gave, else raise `ValueError`."""
    return require_text(value, "the temporary token")


class VerifyTwoFactor(Request[LoginSession], frozen=True):
    """POST /auth/2fa/verify-login: get a session for a challenge and its code."""

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


class LogOut(Request[Done], frozen=True):
    """POST /auth/logout: end the session whose token the client uses."""

    endpoint: ClassVar[Endpoint] = Endpoint(
        "POST",
        "/auth/logout",
        Done,
        # Once more would be answered with a 401, as if it had failed.
        replay=Replay.WHEN_REFUSED,
        when_in_doubt="log out again: a 401 means that the session has ended",
    )


class SignUp(Request[Done], frozen=True):
    """POST /auth/signup: create an account, whose address is verified by a mail."""

    endpoint: ClassVar[Endpoint] = Endpoint(
        "POST",
        "/auth/signup",
        Done,
        "json",
        auth=False,
        replay=Replay.NEVER,
        when_in_doubt="the account may exist: sign up again, and a 409 means that it does",
    )

    name: Label
    """The first name."""
    email: EmailAddress
    """The address to log in with; a mail to it verifies it."""
    password: Password
    """The password; no repr shows it, but `model_dump_json` does."""
    last_name: Annotated[
        Label | None, Field(validation_alias="lastname", serialization_alias="lastname")
    ] = None
    """The last name."""
    birth_date: BirthDate | None = None
    """The date of birth."""
    country: Label | None = None
    """The country, such as `ES`."""
    language: Label | None = None
    """The language of mails, such as `en`."""
    referred_by: Label | None = None
    """The referral code of the account that recommended the service."""

    @takes
    def __init__(
        self,
        *,
        name: str,
        email: str,
        password: str | SecretStr,
        last_name: str | None = None,
        birth_date: date | str | None = None,
        country: str | None = None,
        language: str | None = None,
        referred_by: str | None = None,
    ) -> None: ...


def check_mailed_token(value: object) -> str:
    """Return the token of a link in a mail, else raise `ValueError`; its text is never shown."""
    token = require_text(value, "the token")
    if token != token.strip():
        raise ValueError("the token starts or ends with a space or a line break; remove it")
    if "://" in token:
        raise ValueError("pass only the token from the link in the mail, not the whole link")
    return token


MailedToken = Annotated[str, BeforeValidator(check_mailed_token), Field(repr=False, min_length=1)]


class VerifyEmail(Request[Done], frozen=True):
    """POST /auth/verify-email: verify an address with the token that was mailed to it."""

    endpoint: ClassVar[Endpoint] = Endpoint(
        "POST",
        "/auth/verify-email",
        Done,
        "json",
        auth=False,
        replay=Replay.NEVER,
        when_in_doubt="log in: that works once the address is verified",
    )

    token: MailedToken
    """The token from the mail, which works for 48 hours; no repr shows it."""


class ResendVerification(Request[Done], frozen=True):
    """POST /auth/resend-verification: send the mail that verifies an address again."""

    endpoint: ClassVar[Endpoint] = Endpoint(
        "POST",
        "/auth/resend-verification",
        Done,
        "json",
        auth=False,
        replay=Replay.WHEN_REFUSED,
        when_in_doubt="the mail may be on its way: look for it before you ask for another",
    )

    email: EmailAddress
    """The address that is not verified yet."""


class ForgotPassword(Request[Done], frozen=True):
    """POST /auth/forgot-password: send a mail with a link that resets the password."""

    endpoint: ClassVar[Endpoint] = Endpoint(
        "POST",
        "/auth/forgot-password",
        Done,
        "json",
        auth=False,
        replay=Replay.WHEN_REFUSED,
        when_in_doubt="the mail may be on its way: look for it before you ask for another",
    )

    email: EmailAddress
    """The account's address."""


class ResetPassword(Request[Done], frozen=True):
    """POST /auth/reset-password: set a new password with the token that was mailed."""

    endpoint: ClassVar[Endpoint] = Endpoint(
        "POST",
        "/auth/reset-password",
        Done,
        "json",
        auth=False,
        replay=Replay.NEVER,
        when_in_doubt="log in with the new password to see whether it was set",
    )

    token: MailedToken
    """The token from the mail, which works for an hour; no repr shows it."""
    new_password: Password
    """The new password; no repr shows it, but `model_dump_json` does."""

    @takes
    def __init__(self, *, token: str, new_password: str | SecretStr) -> None: ...
