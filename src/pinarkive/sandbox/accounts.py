"""Who may do what: accounts, API tokens, sessions, and logging in."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ..inputs import Scope
from .catalog import Plan
from .clock import Clock
from .errors import bad_request, conflict, unauthorized
from .totp import accepted_step

__all__ = ["Account", "Accounts", "ApiToken", "Principal"]

CHALLENGE_LIFETIME = timedelta(minutes=5)
CHALLENGE_ATTEMPTS = 5
DEFAULT_LABEL = "cli-access"
DEFAULT_SCOPES = (Scope.USER_READ, Scope.FILES_READ)


@dataclass(slots=True)
class ApiToken:
    """An API token. Of its secret only a hash is kept."""

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
    name: str
    plan: Plan
    quota: int
    max_file_size: int
    created: datetime
    totp_secret: str | None = field(default=None, repr=False)
    tokens: dict[str, ApiToken] = field(default_factory=dict[str, ApiToken])
    spent_codes: set[tuple[str, int]] = field(default_factory=set[tuple[str, int]])


@dataclass(frozen=True, slots=True)
class Principal:
    """Who calls: an account, and the scopes of its API token; a session has no scopes."""

    account: Account
    scopes: tuple[Scope, ...] | None

    def may(self, scope: Scope) -> bool:
        """Tell whether the caller has a scope."""
        return self.scopes is None or scope in self.scopes


@dataclass(slots=True)
class Challenge:
    """A login that waits for its code."""

    account: Account
    expires: datetime
    attempts_left: int = CHALLENGE_ATTEMPTS


class Accounts:
    """All accounts, and the credentials that lead to them."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._accounts: dict[str, Account] = {}
        self._sessions: dict[str, Account] = {}
        self._tokens: dict[str, tuple[Account, ApiToken]] = {}
        self._challenges: dict[str, Challenge] = {}

    def add(
        self,
        name: str,
        plan: Plan,
        *,
        quota: int | None = None,
        max_file_size: int | None = None,
        totp: bool = False,
    ) -> Account:
        """Make an account with a password of its own."""
        account = Account(
            id=secrets.token_hex(12),
            email=f"{name}@sandbox.test",
            password=secrets.token_hex(12),
            name=name,
            plan=plan,
            quota=plan.storage_limit if quota is None else quota,
            max_file_size=plan.max_file_size if max_file_size is None else max_file_size,
            created=self._clock(),
            totp_secret=base64.b32encode(secrets.token_bytes(20)).decode() if totp else None,
        )
        self._accounts[account.email] = account
        return account

    def by_session(self, token: str) -> Principal | None:
        """Return who a session's token belongs to."""
        account = self._sessions.get(digest(token))
        return None if account is None else Principal(account, None)

    def by_api_token(self, token: str) -> Principal | None:
        """Return who an API token belongs to, unless it has ended."""
        account, info = self._tokens.get(digest(token), (None, None))
        if account is None or info is None:
            return None
        now = self._clock()
        if info.expires is not None and info.expires <= now:
            return None
        info.last_used = now
        return Principal(account, info.scopes)

    def log_in(self, email: str, password: str) -> Account:
        """Return the account of an address and its password, else raise."""
        account = self._accounts.get(email.lower())
        expected = account.password if account else secrets.token_hex(12)
        matches = hmac.compare_digest(expected.encode(), password.encode())
        if account is None or not matches:
            raise unauthorized("Invalid email or password")
        return account

    def open_session(self, account: Account) -> str:
        """Return the token of a new session."""
        token = f"session_{secrets.token_urlsafe(32)}"
        self._sessions[digest(token)] = account
        return token

    def challenge(self, account: Account) -> str:
        """Return a temporary token, with which `meet_challenge` wants a code."""
        token = f"temporary_{secrets.token_urlsafe(32)}"
        self._challenges[digest(token)] = Challenge(account, self._clock() + CHALLENGE_LIFETIME)
        return token

    def meet_challenge(self, temporary_token: str, code: str) -> Account:
        """Return the account of a temporary token, which the right code uses up, else raise."""
        key = digest(temporary_token)
        challenge = self._challenges.get(key)
        if challenge is None or challenge.expires <= self._clock() or not challenge.attempts_left:
            self._challenges.pop(key, None)
            raise unauthorized("The temporary token is not valid any more; log in again")
        challenge.attempts_left -= 1
        self.check_code(challenge.account, code, "login")
        del self._challenges[key]
        return challenge.account

    def check_code(self, account: Account, code: object, purpose: str) -> None:
        """Raise unless the account needs no code, or this is one that was not used for it yet."""
        if account.totp_secret is None:
            return
        if code is None or code == "":
            raise bad_request("A two-factor code is required", "2fa_required")
        step = None
        if isinstance(code, str):
            step = accepted_step(account.totp_secret, code, self._clock())
        if step is None or (purpose, step) in account.spent_codes:
            raise bad_request("The two-factor code is not valid", "2fa_invalid")
        account.spent_codes.add((purpose, step))

    def generate(
        self,
        account: Account,
        name: str,
        *,
        label: str | None = None,
        scopes: Iterable[Scope] = (),
        lifetime: timedelta | None = None,
    ) -> tuple[str, ApiToken]:
        """Return a new API token and what is known of it, else raise."""
        if name in account.tokens:
            raise conflict(f"A token named {name!r} exists already")
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
        self._tokens[digest(token)] = (account, info)
        return token, info

    def revoke(self, account: Account, name: str) -> bool:
        """End an API token, and tell whether there was one of that name."""
        info = account.tokens.pop(name, None)
        self._tokens = {key: each for key, each in self._tokens.items() if each[1] is not info}
        return info is not None


def digest(secret: str) -> str:
    """Return what is kept of a secret."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
