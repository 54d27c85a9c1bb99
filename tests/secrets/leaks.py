"""The secrets that are planted, and the search for them in all that can be seen of a value."""

import base64
import copy
import html
import json
import logging
import pickle
import re
import traceback
import urllib.parse
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from pydantic import BaseModel

from pinarkive import PinarkiveError

__all__ = [
    "CODE",
    "KEY",
    "PASSWORD",
    "SECRETS",
    "TEMPORARY",
    "Evidence",
    "everything_of",
    "leaks",
    "traceback_of",
]

KEY = "pk_Xq7%2B-credential+of/this=test"
PASSWORD = 'hunter2 & "späte" <Rosen> \\o/'
TEMPORARY = "tmp_Yd83/second+factor=of-this-test"
CODE = "918273"
SECRETS = {"credential": KEY, "password": PASSWORD, "temporary token": TEMPORARY, "code": CODE}

# A part of a secret is a leak as well: this many characters of it.
PART = 12

# Moments and addresses, in whose digits a code may be by chance.
CHANCE = re.compile(r"\d+\.\d{3,}|0x[0-9a-f]+")

Evidence = tuple[str, str]
"""Where something was seen, and what."""


def forms(secret: str) -> Iterator[str]:
    """Yield a secret, and the parts of it, in every form in which it may be seen."""
    parts = [secret[at : at + PART] for at in range(0, max(1, len(secret) - PART + 1), 4)]
    for part in [secret, *parts]:
        data = part.encode()
        yield from (part, repr(part)[1:-1], ascii(part)[1:-1], repr(data)[2:-1])
        yield from (json.dumps(part)[1:-1], html.escape(part), part[::-1])
        yield from (urllib.parse.quote(part, safe=""), urllib.parse.quote_plus(part))
        yield from (base64.b64encode(data).decode().rstrip("=")[:-1], data.hex())
        yield data.decode("latin-1")


def leaks(evidence: Iterable[Evidence], secrets: Mapping[str, str] = SECRETS) -> list[str]:
    """Return what was seen of the secrets, and where."""
    wanted = {name: frozenset(forms(secret)) for name, secret in secrets.items()}
    return sorted(
        {
            f"{where}: the {name}, in {excerpt(text, form)}"
            for where, text in ((where, CHANCE.sub("", text)) for where, text in evidence)
            for name, found in wanted.items()
            for form in found
            if form in text
        }
    )


def excerpt(text: str, found: str) -> str:
    """Return the place of a finding with a little of what is around it."""
    at = text.index(found)
    return repr(text[max(0, at - 80) : at + len(found) + 20])


def everything_of(value: object) -> Iterator[Evidence]:
    """Yield all that can be seen of a value, and of the errors behind it."""
    for name, look in OUTPUTS.items():
        yield name, look(value)
    if isinstance(value, BaseException):
        yield "traceback", traceback_of(value)
        yield "log", logged(value)
        for behind in (value.__cause__, value.__context__):
            if behind is not None:
                yield from ((f"behind it: {where}", text) for where, text in everything_of(behind))


def attributes(value: object) -> str:
    """Return the repr of an object's attributes, and of those of what it holds."""
    held: Mapping[str, object] = getattr(value, "__dict__", {})
    texts = [f"{each!r} {each!s} {getattr(each, '__dict__', '')!r}" for each in held.values()]
    return "\n".join([repr(held), *texts])


def public(value: object) -> str:
    """Return an error's properties."""
    if not isinstance(value, PinarkiveError):
        return ""
    seen = (value.args, value.message, value.body, value.error, value.code, value.required)
    return f"{seen!r} {value.details!r} {value.details.model_extra!r} {value.request_id!r}"


def pickled(value: object) -> str:
    """Return the pickle of an error, as text; a request's and an answer's carry what they hold."""
    if isinstance(value, PinarkiveError):
        return pickle.dumps(value).decode("latin-1") + pickle.dumps(value, 0).decode("latin-1")
    return ""


def copied(value: object) -> str:
    """Return what the copies of a value show."""
    if isinstance(value, PinarkiveError | BaseModel):
        return "\n".join(f"{each!r} {each}" for each in (copy.copy(value), copy.deepcopy(value)))
    return ""


OUTPUTS: dict[str, Callable[[object], str]] = {
    "str": str,
    "repr": repr,
    "ascii": ascii,
    "format": lambda value: f"{value:}",
    "percent": lambda value: "%s %r" % (value, value),  # noqa: UP031  # one of the ways to print
    "in a list": lambda value: str([value]),
    "vars": attributes,
    "properties": public,
    "pickle": pickled,
    "copy": copied,
}


def traceback_of(error: BaseException) -> str:
    """Return the locals of all frames in an error's traceback but those of these tests."""
    own = Path(__file__).parent
    lines: list[str] = []
    for frame, number in traceback.walk_tb(error.__traceback__):
        if own not in Path(frame.f_code.co_filename).parents:
            lines.append(f"{frame.f_code.co_filename}:{number} {frame.f_code.co_name}")
            lines += [f"{name} = {represented(value)}" for name, value in frame.f_locals.items()]
    return "\n".join(lines)


def represented(value: object) -> str:
    """Return a value's repr; that of one that is only half made may fail."""
    try:
        return repr(value)
    except Exception as error:
        return f"<{type(error).__name__}>"


def logged(error: BaseException) -> str:
    """Return what a log shows of an error."""
    record = logging.LogRecord(
        "test", logging.ERROR, "", 0, "%s %r", (error, error), (type(error), error, None)
    )
    return logging.Formatter().format(record)
