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
    """Sign up, log in and out, set a new password. The client's own credential does not change.

    It is sent to log out, and for two-factor authentication; the other calls send none.
    """

    two_factor: AsyncTwoFactor
    """Two-factor authentication: set up, switch on and off."""

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
            `TwoFactorChallenge` where the account has two-factor authentication: go on with
            `verify_2fa`.

        Raises:
            InvalidInputError: An argument is malformed; nothing was sent.
            AuthenticationError: The address or password is wrong.
            EmailNotVerifiedError: The address has not been verified: `resend_verification`.
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

    async def log_out(self) -> Done:
        """POST /auth/logout: end the session whose token this client sends.

        After it the client's credential is no longer good: further calls that send it raise
        `AuthenticationError`. Log in again, and give the new token to `with_options(token=...)`.
        An API token is no session, and is ended by `client.tokens.revoke`.

        Returns:
            `Done`, with the service's `message`, if it has one.

        Raises:
            MissingCredentialsError: The client has no credential; nothing was sent.
            AuthenticationError: The session has ended already, or the credential is none.
            APIConnectionError: There is no usable answer. With `.sent == "maybe"` log out again:
                an `AuthenticationError` then says that the session has ended.

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
        """POST /auth/signup: make an account. Nobody can log in before its address is verified.

        The service mails a link that is good for 48 hours; its token goes to `verify_email`. This
        call is never repeated, unless no connection was made.

        Args:
            name: The first name.
            email: The address to log in with.
            password: The password; how strong it has to be is the service's to say. No error, log
                or repr shows it.
            last_name: The last name.
            birth_date: The date of birth: a `date`, or text such as `"1990-12-31"`.
            country: The country, such as `"ES"`.
            language: The language of mails, such as `"en"`.
            referred_by: The referral code of the account that led to this one.

        Returns:
            `Done`, with the service's `message`, if it has one. Where the service sends the new
            account's referral code, it is `model_extra["referralCode"]`.

        Raises:
            InvalidInputError: An argument is malformed; nothing was sent.
            BadRequestError: The service refuses a value, such as a weak password.
            ConflictError: There is an account with this address.
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
            token: The token in the link of the mail that `sign_up` or `resend_verification`
                brought; it is good for 48 hours, once.

        Returns:
            `Done`, with the service's `message`, if it has one.

        Raises:
            InvalidInputError: The token is empty or the whole link; nothing was sent.
            BadRequestError: The token is wrong, was used or has expired: `resend_verification`.

        Example:
            await client.auth.verify_email(token)
        """
        try:
            request = VerifyEmail(token=token)
        finally:
            del token
        return await self._client.send(request)

    async def resend_verification(self, email: str) -> Done:
        """POST /auth/resend-verification: have the mail that verifies an address sent once more.

        Args:
            email: The account's address.

        Returns:
            `Done`, with the service's `message`, if it has one.

        Raises:
            InvalidInputError: It is no e-mail address; nothing was sent.
            PermissionDeniedError: The account was disabled.
            APIConnectionError: There is no usable answer; with `.sent == "maybe"` the mail may be
                under way.

        Example:
            await client.auth.resend_verification("ada@example.com")
        """
        return await self._client.send(ResendVerification(email=email))

    async def forgot_password(self, email: str) -> Done:
        """POST /auth/forgot-password: have a mail sent with which a new password can be set.

        The answer is the same where there is no such account, so that nobody learns of one by it.

        Args:
            email: The account's address.

        Returns:
            `Done`, with the service's `message`, if it has one.

        Raises:
            InvalidInputError: It is no e-mail address; nothing was sent.
            RateLimitError: Too many calls; wait `.retry_after` seconds.
            APIConnectionError: There is no usable answer; with `.sent == "maybe"` the mail may be
                under way.

        Example:
            await client.auth.forgot_password("ada@example.com")
            await client.auth.reset_password(input("The token in the mail's link: "), new_password)
        """
        return await self._client.send(ForgotPassword(email=email))

    async def reset_password(self, token: str, new_password: str) -> Done:
        """POST /auth/reset-password: set a new password with a token that came by mail.

        Args:
            token: The token in the link of the mail that `forgot_password` brought; it is good for
                an hour, once.
            new_password: The password from now on. No error, log or repr shows it.

        Returns:
            `Done`, with the service's `message`, if it has one.

        Raises:
            InvalidInputError: An argument is malformed; nothing was sent.
            BadRequestError: The token is wrong, was used or has expired, or the password is weak.
            RateLimitError: Too many calls; wait `.retry_after` seconds.

        Example:
            await client.auth.reset_password(token, new_password)
        """
        try:
            request = ResetPassword(token=token, new_password=new_password)
        finally:
            del token, new_password
        return await self._client.send(request)
