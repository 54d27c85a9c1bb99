# generated from src/pinarkive/_async/login.py by scripts/generate; change that file
"""Logs in while creating a client: its options, the second factor, and the errors."""

import ssl
from collections.abc import Callable
from typing import TypedDict

from .._io._sync.http import UserClient
from .._io.in_threads.waits import text_of
from .._values.attempt import OnAttempt
from ..config import RequestSource
from ..errors import EmailNotVerifiedError, InvalidInputError, TwoFactorRequiredError
from ..inputs import ClusterName
from ..models import TwoFactorChallenge, VerifyTwoFactor

__all__ = ["ClientOptions", "Code", "explain_login"]


class ClientOptions(TypedDict, total=False):
    """The options of a client that logs in: those of its constructor, except the credentials."""

    base_url: str | None
    request_source: RequestSource | None
    cluster_id: ClusterName | None
    timeout: float | None
    max_retries: int
    max_per_minute: int | None
    on_attempt: OnAttempt | None
    user_agent: str | None
    verify: bool
    ssl_context: ssl.SSLContext | None
    proxy: str | None
    http_client: UserClient | None
    allow_insecure: bool


class Code:
    """The second factor, which answers a challenge; no repr shows it.

    Args:
        given: The code, a function that returns one, or `None`.
    """

    def __init__(self, given: str | Callable[[], str | str] | None) -> None:
        self._given = given
        kind = type(given).__name__
        del given  # a traceback with locals would show it
        if not isinstance(self._given, str | None) and not callable(self._given):
            raise InvalidInputError(f"totp is six digits of text or a function, not {kind}", "totp")

    def answer(self, challenge: TwoFactorChallenge) -> VerifyTwoFactor:
        """Return the request that answers a challenge, or raise."""
        if self._given is None:
            raise TwoFactorRequiredError(
                0,
                "the account has two-factor authentication: pass totp=, the six digits of the "
                "authenticator or a function that returns them",
            )
        # No name is bound to a secret, as a traceback with locals would show it.
        if isinstance(self._given, str):
            return VerifyTwoFactor(temporary_token=challenge.temporary_token, code=self._given)
        return VerifyTwoFactor(
            temporary_token=challenge.temporary_token, code=text_of(self._given())
        )


def explain_login(error: BaseException) -> None:
    """Add to an error what to do about an account that cannot log in."""
    if isinstance(error, EmailNotVerifiedError):
        error.hint = (
            "pass the token from the mail to client.auth.verify_email(token), or get another "
            "mail with client.auth.resend_verification(email)"
        )
