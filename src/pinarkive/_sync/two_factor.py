# generated from src/pinarkive/_async/two_factor.py by scripts/generate; change that file
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
from .sender import Sender

__all__ = ["TwoFactor"]


class TwoFactor:
    """The account's two-factor authentication. It needs a session; an API token is refused."""

    def __init__(self, client: Sender) -> None:
        self._client = client

    def status(self) -> TwoFactorStatus:
        """GET /auth/2fa/status: ask whether two-factor authentication is on.

        Returns:
            `TwoFactorStatus`, with `enabled`.

        Raises:
            MissingCredentialsError: The client has no credential; nothing was sent.
            PermissionDeniedError: The credential is an API token, which is not allowed to do this.

        Example:
            if not client.auth.two_factor.status().enabled:
                setup = client.auth.two_factor.set_up()
        """
        return self._client.send(GetTwoFactorStatus())

    def set_up(self) -> TwoFactorSetup:
        """POST /auth/2fa/setup: create a new secret for an authenticator app.

        Nothing changes until you call `enable` with a code made from it.

        Returns:
            `TwoFactorSetup`: the `secret` to type in, its `uri` for a QR code, and the QR code as
            an image in `qr_data_url`. No repr shows them.

        Raises:
            PermissionDeniedError: The credential is an API token, which is not allowed to do this.
            APIStatusError: The service refuses, for example because two-factor authentication is
                already on.

        Example:
            setup = client.auth.two_factor.set_up()
            print(setup.uri)
            client.auth.two_factor.enable(input("Code: "))
        """
        return self._client.send(SetUpTwoFactor())

    def enable(self, code: str) -> Done:
        """POST /auth/2fa/enable: turn it on, with a code made from the new secret.

        From then on, logging in needs a code, and so does creating or revoking tokens.

        Args:
            code: The six digits that the authenticator shows, as text.

        Returns:
            `Done`, with the service's `message`, if any.

        Raises:
            InvalidInputError: The code is not six digits of text; nothing was sent.
            TwoFactorInvalidError: The code is wrong.
            PermissionDeniedError: The credential is an API token, which is not allowed to do this.

        Example:
            client.auth.two_factor.enable("012345")
        """
        try:
            request = EnableTwoFactor(code=code)
        finally:
            # A traceback with locals would show it.
            del code
        return self._client.send(request)

    def disable(self, password: str, code: str) -> Done:
        """POST /auth/2fa/disable: turn it off.

        Args:
            password: The account's password. No error, log or repr shows it.
            code: The six digits that the authenticator shows, as text.

        Returns:
            `Done`, with the service's `message`, if any.

        Raises:
            InvalidInputError: An argument is malformed; nothing was sent.
            TwoFactorInvalidError: The code is wrong or was used before.
            APIStatusError: The password is wrong, or two-factor authentication is not on.

        Example:
            client.auth.two_factor.disable(password, "012345")
        """
        try:
            request = DisableTwoFactor(password=password, code=code)
        finally:
            del password, code
        return self._client.send(request)
