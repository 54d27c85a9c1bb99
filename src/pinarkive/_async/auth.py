"""`client.auth`: logging in."""

from ..models import Login, LoginSession, TwoFactorChallenge, VerifyTwoFactor
from .sender import AsyncSender

__all__ = ["AsyncAuth"]


class AsyncAuth:
    """Log in. The client's own credential is not sent, and does not change."""

    def __init__(self, client: AsyncSender) -> None:
        self._client = client

    async def login(self, email: str, password: str) -> LoginSession | TwoFactorChallenge:
        """POST /auth/login: get a session for an e-mail address and password.

        Args:
            email: The account's e-mail address.
            password: Its password. No error, log or repr shows it.

        Returns:
            `LoginSession`, whose `token` is a credential for `with_options(token=...)`; or
            `TwoFactorChallenge` where the account has two-factor authentication: go on with
            `verify_2fa`.

        Raises:
            InvalidInputError: An argument is malformed; nothing was sent.
            AuthenticationError: The address or password is wrong.
            EmailNotVerifiedError: The address has not been verified.
            AccountDisabledError: The account was disabled.
            RateLimitError: Too many logins; wait `.retry_after` seconds.

        Example:
            answer = await client.auth.login(email, password)
            if isinstance(answer, TwoFactorChallenge):
                answer = await client.auth.verify_2fa(answer.temporary_token, input("Code: "))
            mine = client.with_options(token=answer.token)
        """
        try:
            request = Login(email=email, password=password)
        finally:
            # A traceback with locals would show it.
            del password
        return await self._client.send(request)

    async def verify_2fa(self, temporary_token: str, code: str) -> LoginSession:
        """POST /auth/2fa/verify-login: answer a challenge with the authenticator's code.

        Args:
            temporary_token: The challenge's `temporary_token`; it is good for a few minutes, once.
            code: The six digits that the authenticator shows, as text.

        Returns:
            `LoginSession`, whose `token` is a credential for `with_options(token=...)`.

        Raises:
            InvalidInputError: The code is not six digits of text; nothing was sent.
            TwoFactorInvalidError: The code is wrong or was used.
            AuthenticationError: The temporary token is wrong or has expired; log in again.

        Example:
            session = await client.auth.verify_2fa(challenge.temporary_token, "012345")
        """
        try:
            request = VerifyTwoFactor(temporary_token=temporary_token, code=code)
        finally:
            del temporary_token, code
        return await self._client.send(request)
