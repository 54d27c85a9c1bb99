"""The profile of an account's owner."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from .bodies import read_text
from .errors import bad_request

__all__ = ["DEFAULT_LANGUAGE", "Profile", "read_profile", "read_referral"]

DEFAULT_LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class Profile:
    """A user's name, language and place."""

    name: str
    last_name: str | None = None
    language: str = DEFAULT_LANGUAGE
    country: str | None = None
    birth_date: str | None = None


NOTHING = Profile("")


def read_profile(body: Mapping[str, object], name: str, before: Profile = NOTHING) -> Profile:
    """Return a profile updated with the values in a body, or raise."""
    return Profile(
        name=read_text(body, "name") or name,
        last_name=read_text(body, "lastname") or before.last_name,
        language=read_text(body, "language") or before.language,
        country=read_text(body, "country") or before.country,
        birth_date=read_date(body) or before.birth_date,
    )


def read_date(body: Mapping[str, object]) -> str | None:
    """Return the date of birth in a body, if any."""
    text = read_text(body, "birthDate")
    if text is None:
        return None
    try:
        # Of the ISO 8601 formats that Python reads, only the one with hyphens.
        return datetime.strptime(text, "%Y-%m-%d").date().isoformat()
    except ValueError:
        raise bad_request("birthDate must be a date") from None


def read_referral(body: Mapping[str, object], query: Mapping[str, str]) -> str | None:
    """Return the referral code of a sign-up, if any."""
    return read_text(body, "referredBy") or query.get("refCode")
