"""What the user is told of an error, and the exit status that a script sees."""

import sys
from collections.abc import Generator
from contextlib import contextmanager, nullcontext

import typer

from pinarkive import (
    APIConnectionError,
    AuthenticationError,
    InvalidInputError,
    MissingCredentialsError,
    MissingScopeError,
    NotFoundError,
    PayloadTooLargeError,
    PermissionDeniedError,
    PinarkiveError,
    RateLimitError,
    ServerError,
    TwoFactorInvalidError,
    TwoFactorRequiredError,
)

from .output import escape
from .progress import Bar

__all__ = ["EXPECTED", "GENERAL", "INTERRUPTED", "STATUSES", "Attempts", "exit_status", "report"]

EXPECTED = (PinarkiveError, OSError)
"""What may go wrong in a command without its being at fault."""

# What the library calls its arguments, and what they are called here.
OPTIONS = {"given as api_key=": "from --api-key-file", "give filename=": "give --name"}

GENERAL = 1
INTERRUPTED = 130

# The first that fits counts: some of them are special cases of others.
STATUSES: tuple[tuple[int, tuple[type[Exception], ...]], ...] = (
    (
        3,
        (
            MissingCredentialsError,
            AuthenticationError,
            PermissionDeniedError,
            TwoFactorRequiredError,
            TwoFactorInvalidError,
        ),
    ),
    (2, (InvalidInputError,)),
    (4, (NotFoundError,)),
    (5, (RateLimitError, PayloadTooLargeError)),
    (6, (APIConnectionError, ServerError)),
)


def exit_status(error: Exception) -> int:
    """Return the exit status that stands for an error."""
    return next((status for status, kinds in STATUSES if isinstance(error, kinds)), GENERAL)


def explain(error: Exception) -> str:
    """Return what was wrong and what to do about it, for someone at a command line."""
    if isinstance(error, MissingCredentialsError):
        return (
            "this command needs a credential: set PINARKIVE_API_KEY or PINARKIVE_TOKEN, or give "
            "--api-key-file FILE"
        )
    if isinstance(error, MissingScopeError) and error.required:
        scopes = " ".join(f"--scope {scope}" for scope in error.required.split())
        return (
            f"[{error.status_code}] {error.message} (use a token that has it; to make one: "
            f"pinarkive token create NAME {scopes})"
        )
    text = str(error)
    for argument, option in OPTIONS.items():
        text = text.replace(argument, option)
    if isinstance(error, TwoFactorRequiredError):
        return f"{text} (give --totp)"
    if isinstance(error, RateLimitError) and error.retry_after is not None:
        return f"{text} (try again in {error.retry_after} s)"
    return text


def report(error: Exception, subject: str = "") -> None:
    """Tell of an error in one line on stderr."""
    prefix = f"{subject}: " if subject else ""
    print(escape(f"pinarkive: {prefix}{explain(error)}"), file=sys.stderr)


class Attempts:
    """Things that are tried one after the other, one failure stopping no other.

    Args:
        bar: The bar that is shown meanwhile.
    """

    def __init__(self, bar: Bar | None = None) -> None:
        self._bar = bar
        self._status = 0

    @contextmanager
    def each(self, subject: str) -> Generator[None]:
        """Try one of them; tell of what goes wrong."""
        try:
            yield
        except BrokenPipeError:
            raise
        except EXPECTED as error:
            with self._bar.hidden() if self._bar is not None else nullcontext():
                report(error, subject)
            self._status = self._status or exit_status(error)

    def end(self) -> None:
        """End the command with the status of the first failure, if there was one."""
        if self._status:
            raise typer.Exit(self._status)
