"""Accounts, API tokens, sessions and logins: who may do what."""

import base64
import copy
import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from ..inputs import Scope
from .catalog import PLANS, KeptPlan, Plan
from .clock import Clock
from .database import Database, Shelf
from .errors import bad_request, conflict, forbidden, never_verified, unauthorized
from .profile import Profile
from .totp import accepted_step

__all__ = ["Account", "Accounts", "ApiToken", "Mail", "Principal", "check_usable"]

CHALLENGE_LIFETIME = timedelta(minutes=5)
CHALLENGE_ATTEMPTS = 5
VERIFICATION_LIFETIME = timedelta(hours=48)
RESET_LIFETIME = timedelta(hours=1)
SHORTEST_PASSWORD = 8
DISABLED = "This account was disabled; contact support"
DEFAULT_LABEL = "cli-access"
DEFAULT_SCOPES = (Scope.USER_READ, Scope.FILES_READ)


@dataclass(slots=True)
class ApiToken:
    """An API token. Only a hash of its secret is stored."""

    name: str
    label: str
    scopes: tuple[Scope, ...]
    created: datetime
    expires: datetime | None
    last_used: datetime | None = None


@dataclass(slots=True)
class Account:
    """A user of the sandbox."""

    id: str
    email: str
    password: str = field(repr=False)
    profile: Profile
    plan: KeptPlan
    created: datetime
    own_quota: int | None = None
    own_max_file_size: int | None = None
    is_verified: bool = True
    is_disabled: bool = False
    referral_code: str = field(default_factory=lambda: secrets.token_hex(4))
    referred_by: str | None = None
    totp_secret: str | None = field(default=None, repr=False)
    pending_totp_secret: str | None = field(default=None, repr=False)
    tokens: dict[str, ApiToken] = field(default_factory=dict[str, ApiToken])
    spent_codes: set[tuple[str, int]] = field(default_factory=set[tuple[str, int]])

    @property
    def quota(self) -> int:
        """How many bytes the account may store."""
        return self.plan.storage_limit if self.own_quota is None else self.own_quota

    @property
    def max_file_size(self) -> int:
        """How many bytes one upload may have."""
        return self.plan.max_file_size if self.own_max_file_size is None else self.own_max_file_size


@dataclass(frozen=True, slots=True)
class Principal:
    """The caller: an account, and the scopes of its API token; a session has no scopes."""

    account: Account
    scopes: tuple[Scope, ...] | None

    def may(self, scope: Scope) -> bool:
        """Return whether the caller has a scope."""
        return self.scopes is None or scope in self.scopes


MailKind: TypeAlias = Literal["verify-email", "reset-password"]


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail that the service would send: its recipient, purpose, and the token in its link."""

    to: str
    kind: MailKind
    token: str


@dataclass(frozen=True, slots=True)
class Link:
    """The target of a token in a mail."""

    email: str
    kind: MailKind
    expires: datetime


@dataclass(slots=True)
class Challenge:
    """A login that waits for a code."""

    email: str
    expires: datetime
    attempts_left: int = CHALLENGE_ATTEMPTS


@dataclass(frozen=True, slots=True)
class TokenOwner:
    """The account of an API token, and the token's name there."""

    email: str
    name: str


class Accounts:
    """All accounts and their credentials, which are found by the digests of their secrets."""

    def __init__(self, clock: Clock, database: Database) -> None:
        self._clock = clock
        self._accounts = Shelf(database, "accounts", Account)
        self._sessions = Shelf(database, "sessions", str)
        self._tokens = Shelf(database, "tokens", TokenOwner)
        self._challenges = Shelf(database, "challenges", Challenge)
        self._links = Shelf(database, "links", Link)
        self._mails = Shelf(database, "mails", Mail)
        self.remember()

    def remember(self) -> None:
        """Make the current accounts and tokens the initial ones."""
        self._first = copy.deepcopy((dict(self._accounts), dict(self._tokens)))

    def restore(self) -> None:
        """Return to the initial accounts and tokens."""
        accounts, tokens = copy.deepcopy(self._first)
        self._accounts.clear()
        self._accounts.update(accounts)
        self._tokens.clear()
        self._tokens.update(tokens)
        for each in (self._sessions, self._challenges, self._links, self._mails):
            each.clear()

    @property
    def all(self) -> list[Account]:
        """All accounts, oldest first."""
        return list(self._accounts.values())

    def by_email(self, email: str) -> Account:
        """Return the account with an e-mail address, or raise `KeyError`."""
        return self._accounts[email.lower()]

    @property
    def mails(self) -> list[Mail]:
        """The mails that would have been sent, oldest first."""
        return list(self._mails.values())

    def save(self, account: Account) -> None:
        """Store an account; this is called after each change to one."""
        self._accounts.touch(account.email)

    def add(
        self,
        name: str,
        plan: Plan,
        *,
        quota: int | None = None,
        max_file_size: int | None = None,
        totp: bool = False,
    ) -> Account:
        """Return the account with a name, which is created with a random password if needed."""
        kept = self._accounts.get(f"{name}@sandbox.test")
        if kept is not None:
            return kept
        account = Account(
            id=secrets.token_hex(12),
            email=f"{name}@sandbox.test",
            password=secrets.token_hex(12),
            profile=Profile(name, "Sandbox"),
            plan=plan,
            own_quota=quota,
            own_max_file_size=max_file_size,
            created=self._clock(),
            totp_secret=new_secret() if totp else None,
        )
        self._accounts[account.email] = account
        return account

    def by_session(self, token: str) -> Principal | None:
        """Return the owner of a session's token."""
        email = self._sessions.get(digest(token))
        return None if email is None else Principal(self._accounts[email], None)

    def by_api_token(self, token: str) -> Principal | None:
        """Return the owner of an API token, unless it has expired."""
        owner = self._tokens.get(digest(token))
        if owner is None:
            return None
        account = self._accounts[owner.email]
        info = account.tokens[owner.name]
        now = self._clock()
        if info.expires is not None and info.expires <= now:
            return None
        info.last_used = now
        self.save(account)
        return Principal(account, info.scopes)

    def log_in(self, email: str, password: str) -> Account:
        """Return the account with an address and password, or raise."""
        account = self._accounts.get(email.lower())
        expected = account.password if account else secrets.token_hex(12)
        matches = hmac.compare_digest(expected.encode(), password.encode())
        if account is None or not matches:
            raise unauthorized("Invalid email or password")
        if not account.is_verified and account.created + VERIFICATION_LIFETIME <= self._clock():
            raise never_verified()
        check_usable(account)
        return account

    def sign_up(
        self, profile: Profile, email: str, password: str, *, referred_by: str | None = None
    ) -> Account:
        """Create an account and mail it a verification token, or raise."""
        address = email.lower()
        if address in self._accounts:
            raise conflict("There is already an account with this address")
        check_password(password)
        account = Account(
            id=secrets.token_hex(12),
            email=address,
            password=password,
            profile=profile,
            plan=PLANS["free"],
            created=self._clock(),
            is_verified=False,
            referred_by=referred_by,
        )
        self._accounts[address] = account
        self._mail(account, "verify-email", VERIFICATION_LIFETIME)
        return account

    def verify_email(self, token: str) -> None:
        """Verify the address that a token was mailed to, or raise."""
        account = self._follow(token, "verify-email")
        account.is_verified = True
        self.save(account)

    def resend_verification(self, email: str) -> None:
        """Mail another verification token to an address that is not verified."""
        account = self._accounts.get(email.lower())
        if account is not None and account.is_disabled:
            raise forbidden(DISABLED, "account_disabled")
        if account is not None and not account.is_verified:
            self._mail(account, "verify-email", VERIFICATION_LIFETIME)

    def forgot_password(self, email: str) -> None:
        """Mail a token for setting a new password, if the account exists."""
        account = self._accounts.get(email.lower())
        if account is not None:
            self._mail(account, "reset-password", RESET_LIFETIME)

    def reset_password(self, token: str, password: str) -> None:
        """Set a new password with a mailed token, and end all sessions, or raise."""
        check_password(password)
        account = self._follow(token, "reset-password")
        account.password = password
        self.save(account)
        for key in [key for key, email in self._sessions.items() if email == account.email]:
            del self._sessions[key]

    def change_password(self, account: Account, current: str, password: str) -> None:
        """Set a new password, or raise."""
        if not hmac.compare_digest(account.password.encode(), current.encode()):
            raise unauthorized("The current password is wrong")
        check_password(password)
        account.password = password
        self.save(account)

    def disable(self, email: str) -> None:
        """Disable an account, as an administrator can."""
        account = self.by_email(email)
        account.is_disabled = True
        self.save(account)

    def referred_by(self, account: Account) -> list[Account]:
        """Return the accounts that signed up with an account's referral code."""
        code = account.referral_code
        return [each for each in self._accounts.values() if each.referred_by == code]

    def _mail(self, account: Account, kind: MailKind, lifetime: timedelta) -> None:
        token = secrets.token_urlsafe(24)
        self._links[digest(token)] = Link(account.email, kind, self._clock() + lifetime)
        self._mails[str(len(self._mails))] = Mail(account.email, kind, token)

    def _follow(self, token: str, kind: MailKind) -> Account:
        """Return the account that a single-use token was mailed to, or raise."""
        link = self._links.get(digest(token))
        if link is None or link.kind != kind or link.expires <= self._clock():
            raise bad_request("The token is not valid, was used or has expired")
        del self._links[digest(token)]
        return self._accounts[link.email]

    def open_session(self, account: Account) -> str:
        """Return the token of a new session."""
        token = f"session_{secrets.token_urlsafe(32)}"
        self._sessions[digest(token)] = account.email
        return token

    def close_session(self, token: str) -> bool:
        """End a session, and return whether there was one."""
        return self._sessions.pop(digest(token), None) is not None

    def challenge(self, account: Account) -> str:
        """Return a temporary token, which `meet_challenge` exchanges together with a code."""
        token = f"temporary_{secrets.token_urlsafe(32)}"
        self._challenges[digest(token)] = Challenge(
            account.email, self._clock() + CHALLENGE_LIFETIME
        )
        return token

    def meet_challenge(self, temporary_token: str, code: str) -> Account:
        """Return the account of a temporary token, which a correct code uses up, or raise."""
        key = digest(temporary_token)
        challenge = self._challenges.get(key)
        if challenge is None or challenge.expires <= self._clock() or not challenge.attempts_left:
            self._challenges.pop(key, None)
            raise unauthorized("The temporary token is no longer valid; log in again")
        challenge.attempts_left -= 1
        self._challenges.touch(key)
        account = self._accounts[challenge.email]
        self.check_code(account, code, "login")
        del self._challenges[key]
        return account

    def check_code(self, account: Account, code: str | None, purpose: str) -> None:
        """Raise if the account needs a code and this is not a valid one, or one that was used."""
        if account.totp_secret is None:
            return
        if code is None:
            raise bad_request("A two-factor code is required", "2fa_required")
        step = accepted_step(account.totp_secret, code, self._clock())
        if step is None or (purpose, step) in account.spent_codes:
            raise bad_request("The two-factor code is not valid", "2fa_invalid")
        account.spent_codes.add((purpose, step))
        self.save(account)

    def new_totp_secret(self, account: Account) -> str:
        """Return a new secret for an account's codes, which is not active yet."""
        account.pending_totp_secret = new_secret()
        self.save(account)
        return account.pending_totp_secret

    def enable_two_factor(self, account: Account, code: str) -> None:
        """Require codes from now on, if this one matches the new secret, or raise."""
        secret = account.pending_totp_secret
        if secret is None:
            raise bad_request("Set up two-factor authentication first")
        if accepted_step(secret, code, self._clock()) is None:
            raise bad_request("The two-factor code is not valid", "2fa_invalid")
        account.totp_secret, account.pending_totp_secret = secret, None
        self.save(account)

    def disable_two_factor(self, account: Account, password: str, code: str) -> None:
        """Stop requiring codes, or raise."""
        if account.totp_secret is None:
            raise bad_request("Two-factor authentication is not on")
        if not hmac.compare_digest(account.password.encode(), password.encode()):
            raise unauthorized("The password is wrong")
        self.check_code(account, code, "disable")
        account.totp_secret = None
        self.save(account)

    def generate(
        self,
        account: Account,
        name: str,
        *,
        label: str | None = None,
        scopes: Iterable[Scope] = (),
        lifetime: timedelta | None = None,
    ) -> tuple[str, ApiToken]:
        """Return a new API token and its record, or raise."""
        if name in account.tokens:
            raise conflict(f"A token named {name!r} already exists")
        now = self._clock()
        info = ApiToken(
            name=name,
            label=label or DEFAULT_LABEL,
            scopes=tuple(dict.fromkeys(scopes)) or DEFAULT_SCOPES,
            created=now,
            expires=None if lifetime is None else now + lifetime,
        )
        token = f"pk_{secrets.token_urlsafe(32)}"
        account.tokens[name] = info
        self._tokens[digest(token)] = TokenOwner(account.email, name)
        self.save(account)
        return token, info

    def revoke(self, account: Account, name: str) -> bool:
        """Revoke an API token, and return whether one with that name existed."""
        info = account.tokens.pop(name, None)
        owner = TokenOwner(account.email, name)
        for key in [key for key, each in self._tokens.items() if each == owner]:
            del self._tokens[key]
        self.save(account)
        return info is not None


def new_secret() -> str:
    """Return a new secret for codes, in base32."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def check_password(password: str) -> None:
    """Raise if a password is too weak."""
    if len(password) < SHORTEST_PASSWORD:
        raise bad_request(f"The password must have at least {SHORTEST_PASSWORD} characters")


def check_usable(account: Account) -> None:
    """Raise if an account is not verified, or is disabled."""
    if not account.is_verified:
        raise forbidden("Verify your e-mail address first", "email_not_verified")
    if account.is_disabled:
        raise forbidden(DISABLED, "account_disabled")


def digest(secret: str) -> str:
    """Return the digest that is stored instead of a secret."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
