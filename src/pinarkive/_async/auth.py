"""`client.auth`: signing up, logging in and out, and lost passwords."""

from datetime import date

from ..models import (
    Done,
    ForgotPassword,
    Login,
    LoginSession,
    LogOut,
    ResendVerification,
    ResetPassword,
    SignUp,
    TwoFactorChallenge,
    VerifyEmail,
    VerifyTwoFactor,
)
from .sender import AsyncSender
from .two_factor import AsyncTwoFactor

__all__ = ["AsyncAuth"]


class AsyncAuth:
    """Sign up, log in and out, and reset a password. The client's own credential does not change.

    Only `log_out` and the methods of `two_factor` send it.
    """

    two_factor: AsyncTwoFactor
    """Set up two-factor authentication, and turn it on and off."""

    def __init__(self, client: AsyncSender) -> None:
        self._client = client
        self.two_factor = AsyncTwoFactor(client)

    async def login(self, email: str, password: str) -> LoginSession | TwoFactorChallenge:
        """POST /auth/login: get a session for an e-mail address and password.

        Args:
            email: The account's e-mail address.
            password: Its password. No error, log or repr shows it.

        Returns:
            `LoginSession`, whose `token` is a credential for `with_options(token=...)`; or
            `TwoFactorChallenge` if the account has two-factor authentication: continue with
            `verify_2fa`.

        Raises:
            InvalidInputError: An argument is malformed; nothing was sent.
            AuthenticationError: The address or password is wrong.
            EmailNotVerifiedError: The address is not verified; see `resend_verification`.
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
            temporary_token: The challenge's `temporary_token`, which works once, for a few minutes.
            code: The six digits that the authenticator shows, as text.

        Returns:
            `LoginSession`, whose `token` is a credential for `with_options(token=...)`.

        Raises:
            InvalidInputError: The code is not six digits of text; nothing was sent.
            TwoFactorInvalidError: The code is wrong or was used before.
            AuthenticationError: The temporary token is wrong or has expired; log in again.

        Example:
            session = await client.auth.verify_2fa(challenge.temporary_token, "012345")
        """
        try:
            request = VerifyTwoFactor(temporary_token=temporary_token, code=code)
        finally:
            del temporary_token, code
        return await self._client.send(request)

    async def log_out(self) -> Done:
        """POST /auth/logout: end the session whose token this client uses.

        Afterwards the client's credential no longer works, and calls that send it raise
        `AuthenticationError`. To continue, log in again and pass the new token to
        `with_options(token=...)`. An API token is not a session; revoke it with
        `client.tokens.revoke`.

        Returns:
            `Done`, with the service's `message`, if any.

        Raises:
            MissingCredentialsError: The client has no credential; nothing was sent.
            AuthenticationError: The session has already ended, or the credential is not a session.
            APIConnectionError: There is no usable answer. If `.sent == "maybe"`, log out again: an
                `AuthenticationError` then means that the session has ended.

        Example:
            await client.auth.log_out()
        """
        return await self._client.send(LogOut())

    async def sign_up(
        self,
        name: str,
        email: str,
        password: str,
        *,
        last_name: str | None = None,
        birth_date: date | str | None = None,
        country: str | None = None,
        language: str | None = None,
        referred_by: str | None = None,
    ) -> Done:
        """POST /auth/signup: create an account, which can log in once its address is verified.

        The service mails a link that works for 48 hours; pass its token to `verify_email`. This
        call is only repeated if no connection was made.

        Args:
            name: The first name.
            email: The address to log in with.
            password: The password; the service decides whether it is strong enough. No error, log
                or repr shows it.
            last_name: The last name.
            birth_date: The date of birth: a `date`, or text such as `"1990-12-31"`.
            country: The country, such as `"ES"`.
            language: The language of mails, such as `"en"`.
            referred_by: The referral code of the account that recommended the service.

        Returns:
            `Done`, with the service's `message`, if any. If the service sends the new account's
            referral code, it is in `model_extra["referralCode"]`.

        Raises:
            InvalidInputError: An argument is malformed; nothing was sent.
            BadRequestError: The service refuses a value, such as a weak password.
            ConflictError: An account with this address exists.
            RateLimitError: Too many calls; wait `.retry_after` seconds.

        Example:
            await client.auth.sign_up("Ada", "ada@example.com", password)
            await client.auth.verify_email(input("The token in the mail's link: "))
        """
        try:
            request = SignUp(
                name=name,
                email=email,
                password=password,
                last_name=last_name,
                birth_date=birth_date,
                country=country,
                language=language,
                referred_by=referred_by,
            )
        finally:
            del password
        return await self._client.send(request)

    async def verify_email(self, token: str) -> Done:
        """POST /auth/verify-email: verify an account's address, so that it can log in.

        Args:
            token: The token from the mail that `sign_up` or `resend_verification` sent. It works
                once, for 48 hours.

        Returns:
            `Done`, with the service's `message`, if any.

        Raises:
            InvalidInputError: The token is empty, or is the whole link; nothing was sent.
            BadRequestError: The token is wrong, used or expired; see `resend_verification`.

        Example:
            await client.auth.verify_email(token)
        """
        try:
            request = VerifyEmail(token=token)
        finally:
            del token
        return await self._client.send(request)

    async def resend_verification(self, email: str) -> Done:
        """POST /auth/resend-verification: send the mail that verifies an address again.

        Args:
            email: The account's address.

        Returns:
            `Done`, with the service's `message`, if any.

        Raises:
            InvalidInputError: This is not an e-mail address; nothing was sent.
            PermissionDeniedError: The account was disabled.
            APIConnectionError: There is no usable answer; if `.sent == "maybe"`, the mail may be on
                its way.

        Example:
            await client.auth.resend_verification("ada@example.com")
        """
        return await self._client.send(ResendVerification(email=email))

    async def forgot_password(self, email: str) -> Done:
        """POST /auth/forgot-password: send a mail with a link that resets the password.

        The answer is the same if no such account exists, so it does not reveal accounts.

        Args:
            email: The account's address.

        Returns:
            `Done`, with the service's `message`, if any.

        Raises:
            InvalidInputError: This is not an e-mail address; nothing was sent.
            RateLimitError: Too many calls; wait `.retry_after` seconds.
            APIConnectionError: There is no usable answer; if `.sent == "maybe"`, the mail may be on
                its way.

        Example:
            await client.auth.forgot_password("ada@example.com")
            await client.auth.reset_password(input("The token in the mail's link: "), new_password)
        """
        return await self._client.send(ForgotPassword(email=email))

    async def reset_password(self, token: str, new_password: str) -> Done:
        """POST /auth/reset-password: set a new password with a token from a mail.

        Args:
            token: The token from the mail that `forgot_password` sent. It works once, for an hour.
            new_password: The new password. No error, log or repr shows it.

        Returns:
            `Done`, with the service's `message`, if any.

        Raises:
            InvalidInputError: An argument is malformed; nothing was sent.
            BadRequestError: The token is wrong, used or expired, or the password is weak.
            RateLimitError: Too many calls; wait `.retry_after` seconds.

        Example:
            await client.auth.reset_password(token, new_password)
        """
        try:
            request = ResetPassword(token=token, new_password=new_password)
        finally:
            del token, new_password
        return await self._client.send(request)
