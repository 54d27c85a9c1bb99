"""Shows a progress bar on stderr, if that is a terminal."""

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
    """A progress bar, which disappears when the command ends.

    Args:
        has_bytes: Whether to show bytes, speed and the time left, instead of the time elapsed.
    """

    def __init__(self, *, has_bytes: bool = True) -> None:
        self._bar = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=None),
            *(column() for column in (BYTES if has_bytes else TIME)),
            console=Console(stderr=True, markup=False, emoji=False, highlight=False),
            transient=True,
            expand=True,
            # The result must go to stdout, even if that is not the terminal.
            redirect_stdout=False,
            redirect_stderr=False,
            disable=not sys.stderr.isatty(),
        )
        self._task = self._bar.add_task("", total=None)
        # Uploads report from threads of their own, also while lines are printed.
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
        # Uploads that are being interrupted may still report.
        with self._lock:
            self._is_closed = True
            self._bar.stop()

    def show_upload(self, progress: UploadProgress) -> None:
        """Show the progress of an upload."""
        count = f"{progress.files_done}/{progress.files} " if progress.files > 1 else ""
        self._show(count + short(progress.file), progress.sent, progress.total)

    def show_download(self, progress: DownloadProgress) -> None:
        """Show the progress of a download."""
        self._show(short(progress.file), progress.received, progress.total)

    def show_waiting(self, subject: str) -> None:
        """Show that the command is waiting for a pin."""
        self._show(f"pinning {short(subject)}")

    @contextmanager
    def hidden(self) -> Generator[None]:
        """Hide the bar while lines are printed; the next update shows it again."""
        with self._lock:
            self._bar.stop()
            yield

    def _show(self, text: str, done: float | None = None, total: float | None = None) -> None:
        with self._lock:
            self._bar.update(self._task, description=escape(text), completed=done, total=total)
            if not self._is_closed:
                self._bar.start()


def short(name: str) -> str:
    """Shorten a name, and keep its end, which says more than its start."""
    return name if len(name) <= LONGEST_NAME else f"…{name[1 - LONGEST_NAME :]}"
