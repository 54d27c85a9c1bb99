"""The bar that shows how far a long command is: on stderr, and only on a terminal."""

import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from pinarkive import DownloadProgress
from pinarkive import Progress as UploadProgress

from .output import escape

__all__ = ["Bar"]

LONGEST_NAME = 24

BYTES = (DownloadColumn, TransferSpeedColumn, TimeRemainingColumn)
TIME = (TimeElapsedColumn,)


class Bar:
    """A bar for one transfer, or for many together, which leaves no trace when it ends.

    Args:
        has_bytes: Whether bytes are sent or received, so that they are counted.
    """

    def __init__(self, *, has_bytes: bool = True) -> None:
        self._bar = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=None),
            *(column() for column in (BYTES if has_bytes else TIME)),
            console=Console(stderr=True, markup=False, emoji=False, highlight=False),
            transient=True,
            expand=True,
            # Lines of the result must go to stdout, whatever it is.
            redirect_stdout=False,
            redirect_stderr=False,
            disable=not sys.stderr.isatty(),
        )
        self._task = self._bar.add_task("", total=None)
        # Uploads tell of themselves in threads of their own, also while lines are printed.
        self._lock = threading.Lock()
        self._is_closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        # An upload that is being interrupted may still tell of itself.
        with self._lock:
            self._is_closed = True
            self._bar.stop()

    def show_upload(self, progress: UploadProgress) -> None:
        """Show how far an upload is."""
        count = f"{progress.files_done}/{progress.files} " if progress.files > 1 else ""
        self._show(count + short(progress.file), progress.sent, progress.total)

    def show_download(self, progress: DownloadProgress) -> None:
        """Show how far a download is."""
        self._show(short(progress.file), progress.received, progress.total)

    def show_waiting(self, subject: str) -> None:
        """Show that the peers are waited for."""
        self._show(f"pinning {short(subject)}")

    @contextmanager
    def hidden(self) -> Generator[None]:
        """Take the bar away while lines are printed; what is shown next brings it back."""
        with self._lock:
            self._bar.stop()
            yield

    def _show(self, text: str, done: float | None = None, total: float | None = None) -> None:
        with self._lock:
            self._bar.update(self._task, description=escape(text), completed=done, total=total)
            if not self._is_closed:
                self._bar.start()


def short(name: str) -> str:
    """Return the end of a name, which tells more than its start."""
    return name if len(name) <= LONGEST_NAME else f"…{name[1 - LONGEST_NAME :]}"
