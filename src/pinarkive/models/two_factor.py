"""Setting up two-factor authentication, and turning it on and off."""

from typing import Annotated, ClassVar

from pydantic import Field, SecretStr

from ..inputs import TotpCode
from ._personal import Password
from ._request import Endpoint, Replay, Request, takes
from ._response import Response
from ._wire import Secret, Text, YesNo, names
from .done import Done

__all__ = [
    "DisableTwoFactor",
    "EnableTwoFactor",
    "GetTwoFactorStatus",
    "SetUpTwoFactor",
    "TwoFactorSetup",
    "TwoFactorStatus",
]

LOOK = "ask for the status of two-factor authentication"


class TwoFactorStatus(Response, frozen=True):
    """Whether an account has two-factor authentication."""

    enabled: Annotated[YesNo, names("twoFactorEnabled")]
    """True if a login needs a code."""


class TwoFactorSetup(Response, frozen=True):
    """What an authenticator app needs. Nothing changes until a code made from it is sent."""

    secret: Annotated[Secret, names("secret"), Field(repr=False)]
    """The secret that codes are made from, in base32, to be typed in; no repr shows it."""
    uri: Annotated[Text | None, names("qrUrl"), Field(repr=False)] = None
    """The secret as an `otpauth://` URI for a QR code; no repr shows it."""
    qr_data_url: Annotated[Text | None, names("qrDataUrl"), Field(repr=False)] = None
    """The QR code as an image, in a `data:` URL; no repr shows it."""


class GetTwoFactorStatus(Request[TwoFactorStatus], frozen=True):
    """GET /auth/2fa/status: ask whether two-factor authentication is on."""

    endpoint: ClassVar[Endpoint] = Endpoint("GET", "/auth/2fa/status", TwoFactorStatus)


class SetUpTwoFactor(Request[TwoFactorSetup], frozen=True):
    """POST /auth/2fa/setup: create a new secret for an authenticator app."""

    endpoint: ClassVar[Endpoint] = Endpoint(
        "POST",
        "/auth/2fa/setup",
        TwoFactorSetup,
        replay=Replay.WHEN_REFUSED,
        when_in_doubt="set it up again: only the last secret counts",
    )


class EnableTwoFactor(Request[Done], frozen=True):
    """POST /auth/2fa/enable: turn on two-factor authentication with a first code."""

    endpoint: ClassVar[Endpoint] = Endpoint(
        "POST", "/auth/2fa/enable", Done, "json", replay=Replay.NEVER, when_in_doubt=LOOK
    )

    code: Annotated[TotpCode, Field(repr=False)]
    """The six digits that the authenticator shows."""


class DisableTwoFactor(Request[Done], frozen=True):
    """POST /auth/2fa/disable: turn off two-factor authentication."""

    endpoint: ClassVar[Endpoint] = Endpoint(
        "POST", "/auth/2fa/disable", Done, "json", replay=Replay.NEVER, when_in_doubt=LOOK
    )

    password: Password
    """The account's password; no repr shows it, but `model_dump_json` does."""
    code: Annotated[TotpCode, Field(repr=False)]
    """The six digits that the authenticator shows."""

    @takes
    def __init__(self, *, password: str | SecretStr, code: str) -> None: ...
