"""`client.auth.two_factor`: two-factor authentication of the account."""

from ..models import (
    DisableTwoFactor,
    Done,
    EnableTwoFactor,
    GetTwoFactorStatus,
    SetUpTwoFactor,
    TwoFactorSetup,
    TwoFactorStatus,
)
from .sender import AsyncSender

__all__ = ["AsyncTwoFactor"]


class AsyncTwoFactor:
    """Two-factor authentication of the account. It needs a session; an API token may not do."""

    def __init__(self, client: AsyncSender) -> None:
        self._client = client

    async def status(self) -> TwoFactorStatus:
        """GET /auth/2fa/status: is two-factor authentication on?

        Returns:
            `TwoFactorStatus`, with `enabled`.

        Raises:
            MissingCredentialsError: The client has no credential; nothing was sent.
            PermissionDeniedError: The credential is an API token, which may not do this.

        Example:
            if not (await client.auth.two_factor.status()).enabled:
                setup = await client.auth.two_factor.set_up()
        """
        return await self._client.send(GetTwoFactorStatus())

    async def set_up(self) -> TwoFactorSetup:
        """POST /auth/2fa/setup: make a new secret for an authenticator app.

        Nothing is switched on until `enable` has been called with a code of it.

        Returns:
            `TwoFactorSetup`: the `secret` to type in, its `uri` for a QR code, and that code as an
            image in `qr_data_url`. No repr shows them.

        Raises:
            PermissionDeniedError: The credential is an API token, which may not do this.
            APIStatusError: The service refuses it, such as where two-factor authentication is on.

        Example:
            setup = await client.auth.two_factor.set_up()
            print(setup.uri)
            await client.auth.two_factor.enable(input("Code: "))
        """
        return await self._client.send(SetUpTwoFactor())

    async def enable(self, code: str) -> Done:
        """POST /auth/2fa/enable: switch it on with a first code of the secret that was set up.

        From then on logging in, and making and revoking tokens, needs a code.

        Args:
            code: The six digits that the authenticator shows, as text.

        Returns:
            `Done`, with the service's `message`, if it has one.

        Raises:
            InvalidInputError: The code is not six digits of text; nothing was sent.
            TwoFactorInvalidError: The code is wrong.
            PermissionDeniedError: The credential is an API token, which may not do this.

        Example:
            await client.auth.two_factor.enable("012345")
        """
        try:
            request = EnableTwoFactor(code=code)
        finally:
            # A traceback with locals would show it.
            del code
        return await self._client.send(request)

    async def disable(self, password: str, code: str) -> Done:
        """POST /auth/2fa/disable: switch it off.

        Args:
            password: The account's password. No error, log or repr shows it.
            code: The six digits that the authenticator shows, as text.

        Returns:
            `Done`, with the service's `message`, if it has one.

        Raises:
            InvalidInputError: An argument is malformed; nothing was sent.
            TwoFactorInvalidError: The code is wrong or was used.
            APIStatusError: The password is wrong, or two-factor authentication is not on.

        Example:
            await client.auth.two_factor.disable(password, "012345")
        """
        try:
            request = DisableTwoFactor(password=password, code=code)
        finally:
            del password, code
        return await self._client.send(request)
