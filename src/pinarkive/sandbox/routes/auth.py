"""Signing up, logging in and out, mailed links, and two-factor authentication."""

from http import HTTPStatus

import segno

from ...models import (
    DisableTwoFactor,
    EnableTwoFactor,
    ForgotPassword,
    GetTwoFactorStatus,
    Login,
    LogOut,
    ResendVerification,
    ResetPassword,
    SetUpTwoFactor,
    SignUp,
    VerifyEmail,
    VerifyTwoFactor,
)
from ..accounts import Account
from ..bodies import read_text, require_email, require_text
from ..call import Call
from ..errors import bad_request, unauthorized
from ..profile import DEFAULT_LANGUAGE, Profile, read_profile, read_referral
from ..totp import otpauth_uri
from .answer import Answer, Routes, done

__all__ = ["ROUTES"]

# The same whether the account exists or not, so that nobody can find that out.
MAIL_IS_SENT = "If the account exists, a mail is on its way"


async def log_in(call: Call) -> Answer:
    """POST /auth/login."""
    body = await call.json()
    email, password = require_email(body), require_text(body, "password")
    accounts = call.world.accounts
    account = accounts.log_in(email, password)
    if account.totp_secret is not None:
        return Answer({"requires2FA": True, "temporaryToken": accounts.challenge(account)})
    return session(call, account)


async def verify_two_factor(call: Call) -> Answer:
    """POST /auth/2fa/verify-login."""
    body = await call.json()
    token, code = require_text(body, "temporaryToken"), require_text(body, "code")
    return session(call, call.world.accounts.meet_challenge(token, code))


def session(call: Call, account: Account) -> Answer:
    """Return the answer that opens a session."""
    token = call.world.accounts.open_session(account)
    call.log(account, "login")
    user = {"id": account.id, "email": account.email, "name": account.profile.name}
    return Answer({"token": token, "user": user})


async def sign_up(call: Call) -> Answer:
    """POST /auth/signup."""
    body = await call.json()
    language = read_text(call.query, "locale") or DEFAULT_LANGUAGE
    account = call.world.accounts.sign_up(
        read_profile(body, require_text(body, "name"), Profile("", language=language)),
        require_email(body),
        require_text(body, "password"),
        referred_by=read_referral(body, call.query),
    )
    message = "Account created; verify the address with the token in the mail"
    return Answer({"message": message, "referralCode": account.referral_code}, HTTPStatus.CREATED)


async def verify_email(call: Call) -> Answer:
    """POST /auth/verify-email."""
    call.world.accounts.verify_email(require_text(await call.json(), "token"))
    return done("The address is verified")


async def resend_verification(call: Call) -> Answer:
    """POST /auth/resend-verification."""
    call.world.accounts.resend_verification(require_email(await call.json()))
    return done(MAIL_IS_SENT)


async def forgot_password(call: Call) -> Answer:
    """POST /auth/forgot-password."""
    call.world.accounts.forgot_password(require_email(await call.json()))
    return done(MAIL_IS_SENT)


async def reset_password(call: Call) -> Answer:
    """POST /auth/reset-password."""
    body = await call.json()
    token, password = require_text(body, "token"), require_text(body, "newPassword")
    call.world.accounts.reset_password(token, password)
    return done("The password is set")


async def log_out(call: Call) -> Answer:
    """POST /auth/logout: the session's token is in the header or in the body."""
    token = call.bearer or read_text(await call.json(), "token") or ""
    if not call.world.accounts.close_session(token):
        raise unauthorized("Invalid or expired token")
    return done("Logged out")


async def two_factor_status(call: Call) -> Answer:
    """GET /auth/2fa/status."""
    return Answer({"twoFactorEnabled": call.session_account.totp_secret is not None})


async def set_up_two_factor(call: Call) -> Answer:
    """POST /auth/2fa/setup."""
    account = call.session_account
    if account.totp_secret is not None:
        raise bad_request("Two-factor authentication is already on; disable it first")
    secret = call.world.accounts.new_totp_secret(account)
    uri = otpauth_uri(account.email, secret)
    image = segno.make(uri).svg_data_uri()
    return Answer({"secret": secret, "qrUrl": uri, "qrDataUrl": image})


async def enable_two_factor(call: Call) -> Answer:
    """POST /auth/2fa/enable."""
    account = call.session_account
    code = require_text(await call.json(), "code")
    call.world.accounts.enable_two_factor(account, code)
    return done("Two-factor authentication is on")


async def disable_two_factor(call: Call) -> Answer:
    """POST /auth/2fa/disable."""
    account = call.session_account
    body = await call.json()
    password, code = require_text(body, "password"), require_text(body, "code")
    call.world.accounts.disable_two_factor(account, password, code)
    return done("Two-factor authentication is off")


ROUTES: Routes = {
    Login.endpoint: log_in,
    VerifyTwoFactor.endpoint: verify_two_factor,
    SignUp.endpoint: sign_up,
    VerifyEmail.endpoint: verify_email,
    ResendVerification.endpoint: resend_verification,
    ForgotPassword.endpoint: forgot_password,
    ResetPassword.endpoint: reset_password,
    # The token may be in the body, so the handler finds it.
    LogOut.endpoint._replace(auth=False): log_out,
    GetTwoFactorStatus.endpoint: two_factor_status,
    SetUpTwoFactor.endpoint: set_up_two_factor,
    EnableTwoFactor.endpoint: enable_two_factor,
    DisableTwoFactor.endpoint: disable_two_factor,
}
