"""The bar that shows how far a long command is: on stderr, and only on a terminal."""

import sys
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
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from pinarkive import DownloadProgress
from pinarkive import Progress as UploadProgress

from .output import escape

__all__ = ["Bar"]

LONGEST_NAME = 24


class Bar:
    """A bar for one transfer, or for many together, which leaves no trace when it ends."""

    def __init__(self) -> None:
        self._bar = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=None),
            DownloadColumn(),
            TransferSpeedColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True, markup=False, emoji=False, highlight=False),
            transient=True,
            expand=True,
            # Lines of the result must go to stdout, whatever it is.
            redirect_stdout=False,
            redirect_stderr=False,
            disable=not sys.stderr.isatty(),
        )
        self._task = self._bar.add_task("", total=None)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def show_upload(self, progress: UploadProgress) -> None:
        """Show how far an upload is."""
        count = f"{progress.files_done}/{progress.files} " if progress.files > 1 else ""
        self._show(count, progress.file, progress.sent, progress.total)

    def show_download(self, progress: DownloadProgress) -> None:
        """Show how far a download is."""
        self._show("", progress.file, progress.received, progress.total)

    def show_waiting(self, subject: str) -> None:
        """Show that something is waited for."""
        self._show("pinning ", subject, 0, None)

    @contextmanager
    def hidden(self) -> Generator[None]:
        """Take the bar away while lines are printed."""
        self._bar.stop()
        try:
            yield
        finally:
            self._bar.start()

    def _show(self, before: str, name: str, done: int, total: int | None) -> None:
        short = name if len(name) <= LONGEST_NAME else f"…{name[1 - LONGEST_NAME :]}"
        self._bar.update(
            self._task, description=escape(before + short), completed=done, total=total
        )
