"""Hides secrets wherever a server or a library echoes them."""

import json
import operator
import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus

from .._values.json import is_list, is_object, is_sequence
from ..errors import PinarkiveError

__all__ = [
    "HIDDEN",
    "redact",
    "redact_error",
    "redact_key",
    "redact_text",
    "secrets_in",
    "written_forms",
]

HIDDEN = "****"
# Shorter secrets may be part of any word, so they are hidden only where they are the whole text.
SHORTEST_PART = 6
SHORTEST_IN_KEY = 12

# The same as html.escape, whose module takes a millisecond to import.
IN_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
IN_ATTRIBUTES = IN_TEXT | str.maketrans({'"': "&quot;", "'": "&#x27;"})


def written_forms(secrets: Iterable[str]) -> tuple[str, ...]:
    """Return every form in which the secrets may be echoed, longest first."""
    forms: set[str] = set()
    for secret in secrets:
        data = secret.encode()
        forms |= {secret, quote(secret), quote(secret, safe=""), quote_plus(secret)}
        forms |= {json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]}
        forms |= {secret.translate(IN_TEXT), secret.translate(IN_ATTRIBUTES)}
        forms.add(data.decode("latin-1"))
        forms |= {repr(secret)[1:-1], ascii(secret)[1:-1], repr(data)[2:-1]}
        # The repr of an error that quotes the repr of received bytes.
        forms.add(repr(repr(data)[2:-1])[1:-1])
    return tuple(sorted(forms, key=len, reverse=True))


def redact(value: object, secrets: tuple[str, ...]) -> object:
    """Return decoded JSON with every secret in it hidden; parts without secrets are not copied."""
    if isinstance(value, str):
        return redact_text(value, secrets)
    if is_list(value):
        items = [redact(item, secrets) for item in value]
        return value if all(map(operator.is_, items, value)) else items
    if is_object(value):
        pairs = [(redact_key(name, secrets), redact(item, secrets)) for name, item in value.items()]
        kept = all(
            name == new_name and item is new_item
            for (name, item), (new_name, new_item) in zip(value.items(), pairs, strict=True)
        )
        return value if kept else dict(pairs)
    return value


def redact_text(text: str, secrets: tuple[str, ...]) -> str:
    """Return the text with every secret in it hidden."""
    for secret in secrets:
        if len(secret) >= SHORTEST_PART:
            text = text.replace(secret, HIDDEN)
        elif text == secret:
            text = HIDDEN
    return text


def redact_key(name: str, secrets: tuple[str, ...]) -> str:
    """Return a key with every long secret hidden; short secrets may be part of known keys."""
    for secret in secrets:
        if len(secret) >= SHORTEST_IN_KEY:
            name = name.replace(secret, HIDDEN)
    return name


def redact_error(error: PinarkiveError, secrets: tuple[str, ...]) -> None:
    """Hide the secrets in an error's text."""
    error.message = redact_text(error.message, secrets)
    error.args = (str(error),)


# Names of arguments whose values are secrets.
SECRET_NAME = re.compile("password|token|secret|code", re.I)


def secrets_in(value: object) -> Iterator[str]:
    """Yield the texts in a value whose names mark them as secret."""
    pending: list[tuple[str, object]] = [("", value)]
    while pending:
        name, value = pending.pop()
        if isinstance(value, str) and value and SECRET_NAME.search(name):
            yield value
        elif is_sequence(value):
            pending += [(name, item) for item in value]
        elif is_object(value):
            pending += [(str(key), item) for key, item in value.items()]
