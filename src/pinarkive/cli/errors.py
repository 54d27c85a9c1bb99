"""Reports errors, and maps them to exit statuses."""

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

__all__ = ["EXPECTED", "GENERAL", "STATUSES", "Attempts", "exit_status", "report"]

EXPECTED = (PinarkiveError, OSError)
"""Errors that are reported in one line; anything else is a bug and shows a traceback."""

# How the library names its arguments, and the command its options.
OPTIONS = {"given as api_key=": "from --api-key-file", "give filename=": "give --name"}

GENERAL = 1

# The first match counts, because some of these classes are subclasses of others.
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
    """Return the exit status for an error."""
    return next((status for status, kinds in STATUSES if isinstance(error, kinds)), GENERAL)


def explain(error: Exception) -> str:
    """Say what was wrong and what to do about it, in terms of the command line."""
    if isinstance(error, MissingCredentialsError):
        return (
            "this command needs a credential: set PINARKIVE_API_KEY or PINARKIVE_TOKEN, or give "
            "--api-key-file FILE"
        )
    if isinstance(error, MissingScopeError) and error.required:
        scopes = " ".join(f"--scope {scope}" for scope in error.required.split())
        return (
            f"[{error.status_code}] {error.message} (use a token with this scope; to create one: "
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
    """Print an error to stderr, in one line."""
    prefix = f"{subject}: " if subject else ""
    print(escape(f"pinarkive: {prefix}{explain(error)}"), file=sys.stderr)


class Attempts:
    """Runs independent steps: a failure is reported, and the next step runs.

    Args:
        bar: The progress bar to hide while an error is printed.
    """

    def __init__(self, bar: Bar | None = None) -> None:
        self._bar = bar
        self._status = 0

    @contextmanager
    def each(self, subject: str) -> Generator[None]:
        """Run a step, and report its error."""
        try:
            yield
        except BrokenPipeError:
            raise
        except EXPECTED as error:
            with self._bar.hidden() if self._bar is not None else nullcontext():
                report(error, subject)
            self._status = self._status or exit_status(error)

    def end(self) -> None:
        """Exit with the status of the first failure, if there was one."""
        if self._status:
            raise typer.Exit(self._status)
