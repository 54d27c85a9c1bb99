"""Logging: to stderr if the environment asks for it, and without secrets.

httpcore logs each answer's headers at the level of DEBUG, and a server may give back in them what
it was sent.
"""

import logging
import sys
from contextvars import ContextVar
from types import TracebackType

from .._core.redact import redact_text, written_forms

__all__ = ["HiddenInLogs", "log_as_told"]

LEVELS = {"debug": logging.DEBUG, "info": logging.INFO}
TOLD = logging.getLogger("pinarkive")

LOGGERS = ("httpx", "httpcore.connection", "httpcore.http11", "httpcore.proxy", "asyncio")

# The secrets of the current call.
secrets_here: ContextVar[tuple[str, ...]] = ContextVar("pinarkive_secrets", default=())


class Hiding(logging.Filter):
    """Hides the secrets of the current call; the logs of other calls stay."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Replace the secrets in a record's text."""
        if secrets := secrets_here.get():
            text = record.getMessage()
            hidden = redact_text(text, written_forms(secrets))
            if hidden != text:
                record.msg, record.args = hidden, ()
        return True


for name in LOGGERS:
    logging.getLogger(name).addFilter(Hiding())


class HiddenInLogs:
    """Hide secrets in what is logged inside the `with` block."""

    def __init__(self, secrets: tuple[str, ...]) -> None:
        self._secrets = secrets

    def __enter__(self) -> None:
        self._before = secrets_here.set(self._secrets)

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        secrets_here.reset(self._before)


def log_as_told(value: str | None) -> None:
    """Let our logger write to stderr, if `PINARKIVE_LOG` says so.

    The application's own settings stay: the level of the logger, and its handlers.
    """
    if not value:
        return
    level = LEVELS.get(value.strip().lower())
    if level is None:
        TOLD.warning(
            "PINARKIVE_LOG is %r; it may be 'debug' or 'info', so it is ignored", value[:40]
        )
    elif TOLD.level == logging.NOTSET:
        TOLD.setLevel(level)
        if not TOLD.hasHandlers():
            handler = logging.StreamHandler(sys.stderr)
            handler.setFormatter(
                logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s")
            )
            TOLD.addHandler(handler)
