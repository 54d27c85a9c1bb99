"""A run of many uploads: the outcome of each, and the progress of all."""

import os
import threading
import weakref
from collections.abc import Collection, Iterable, Iterator, Sized
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import EllipsisType, TracebackType
from typing import NamedTuple, Self, TypeAlias

from .._io.living import Living
from .._io.reading import OnProgress, Progress
from .._values.json import is_object
from ..config import Config, check_callback, check_flag
from ..errors import ClientClosedError, InvalidInputError, PinarkiveError
from ..inputs import brief
from ..models import Upload, UploadFile
from ..sources import AsyncFileContent, FileContent, Memory, check_path
from .journal import Journal

__all__ = [
    "MAX_CONCURRENCY",
    "AnySource",
    "AsyncManySource",
    "Job",
    "ManySource",
    "UploadOutcome",
    "UploadRun",
]

MAX_CONCURRENCY = 100

ManySource: TypeAlias = FileContent | UploadFile
"""What `upload_many` takes for each upload: a file as `upload` takes it, or an `UploadFile`."""

AnySource: TypeAlias = AsyncFileContent | UploadFile
"""What either client takes."""

AsyncManySource: TypeAlias = AnySource
"""What the async client takes: also async files and iterators."""


@dataclass(frozen=True, slots=True)
class UploadOutcome:
    """The outcome of one of many uploads: an `upload` or an `error`."""

    source: AnySource
    """The source, as it was passed."""
    upload: Upload | None = None
    """The answer, if the source was uploaded now or in an earlier run."""
    error: Exception | None = None
    """The error otherwise: a `PinarkiveError`, or Python's own error for the file."""
    attempts: int = 0
    """How many attempts were made; 0 if nothing had to be sent."""


class Job(NamedTuple):
    """An upload to make, unless it was made before."""

    request: UploadFile
    key: str | None
    done: Upload | None
    on_progress: OnProgress | None


class Tally:
    """The progress of many uploads together. Any thread may report to it."""

    def __init__(self, on_progress: OnProgress, sources: Iterable[AnySource]) -> None:
        self._on_progress = on_progress
        self._total = total_size(sources)
        self._files = len(sources) if isinstance(sources, Sized) else 0
        self._begun = 0
        self._ended = 0
        self._sent = 0
        self._lock = threading.Lock()
        self.problem: BaseException | None = None

    def begin(self) -> OnProgress:
        """Return a function that receives the progress of one more upload."""
        with self._lock:
            self._begun += 1
        before = 0

        def report(progress: Progress) -> None:
            nonlocal before
            with self._lock:
                # After a failed attempt, an upload starts again.
                self._sent += progress.sent - before
                before = progress.sent
                self._tell(progress.file)

        return report

    def end(self, name: str, size: int = 0) -> None:
        """Count an upload as finished, with the bytes that were sent in an earlier run."""
        with self._lock:
            self._ended += 1
            self._sent += size
            self._tell(name)

    def _tell(self, name: str) -> None:
        files = max(self._files, self._begun)
        try:
            self._on_progress(Progress(self._sent, self._total, name, self._ended, files))
        except BaseException as error:
            self.problem = error
            raise


class UploadRun:
    """A run of uploads: it makes a job of each source, and an outcome of each job.

    Args:
        sources: What to upload.
        config: The client's configuration.
        template: An upload with the default cluster and timelock.
        max_concurrency: How many uploads run at a time.
        on_progress: Called with the progress of all uploads.
        resume: The journal's path.
        verify: Whether to compare the CIDs in the answers with those of the content.
        skip_existing: Whether to send nothing that the account already holds.

    Raises:
        InvalidInputError: An argument is not valid.
    """

    def __init__(
        self,
        sources: Iterable[AnySource],
        config: Config,
        template: UploadFile,
        *,
        max_concurrency: int,
        on_progress: OnProgress | None,
        resume: str | os.PathLike[str] | None,
        verify: bool | EllipsisType,
        skip_existing: bool,
    ) -> None:
        self.sources = check_sources(sources)
        self.max_concurrency = check_concurrency(max_concurrency)
        self._config = config
        self.verify = config.verify if verify is ... else check_flag(verify, "verify")
        self.skip_existing = check_flag(skip_existing, "skip_existing")
        self.cluster_id = config.cluster_id
        self._defaults = template.model_dump(include={"cluster_id", "timelock"}, exclude_none=True)
        self._tally = (
            None
            if on_progress is None
            else Tally(check_callback(on_progress, "on_progress"), sources)
        )
        self._path = None if resume is None else checked_path(resume)
        self._journal: Journal | None = None
        # Does not keep the files alive, because there may be any number of them.
        self._open_files: Living[object] = Living()
        self._left: weakref.ref[object] | None = None
        self.problem: Exception | None = None
        """The reason to end the run: the journal cannot be written, or the client was closed."""

    def __enter__(self) -> Self:
        if self._path is not None:
            self._journal = Journal(self._path, self._config)
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._journal is not None:
            self._journal.close()

    def end_with(self, outcomes: object) -> None:
        """Release the journal as soon as the outcomes are garbage.

        The event loop closes an abandoned asynchronous generator only some time later.
        """
        itself = weakref.ref(self)

        def let_go(_: object) -> None:
            run = itself()
            if run is not None and run._journal is not None:
                run._journal.release()

        self._left = weakref.ref(outcomes, let_go)

    def finish(self) -> None:
        """Raise the error that ended the run early, if any."""
        if self.problem is not None:
            raise self.problem

    def begin(self, source: AnySource) -> Job:
        """Return the job for a source.

        Raises:
            InvalidInputError: The source cannot be uploaded.
            OSError: The file does not exist or cannot be read.
        """
        on_progress = None if self._tally is None else self._tally.begin()
        request = source if isinstance(source, UploadFile) else UploadFile(file=source)
        self._refuse_again(request.file)
        missing = {
            name: value for name, value in self._defaults.items() if getattr(request, name) is None
        }
        request = request.model_copy(update=missing) if missing else request
        if self._journal is None:
            return Job(request, None, None, on_progress)
        key = self._journal.key(request)
        done = self._journal.find(key, request.timelock)
        if self.verify and done is not None and done.verified is None:
            # It was not verified yet.
            done = None
        return Job(request, key, done, on_progress)

    def _refuse_again(self, file: object) -> None:
        """Raise if an open file was passed before: two uploads would share its position."""
        if isinstance(file, bytes | Path | Memory):
            return
        if file in self._open_files:
            raise InvalidInputError("file: the same open file or iterator was passed twice", "file")
        with suppress(TypeError):
            self._open_files.add(file)

    def end(self, source: AnySource, job: Job, upload: Upload) -> UploadOutcome:
        """Return the outcome of an upload, and record it."""
        is_new = job.done is None
        if self._journal is not None and is_new:
            try:
                self._journal.add(job.key, job.request.timelock, upload)
            except OSError as error:
                # The upload is reported all the same.
                self.problem = error
        if self._tally is not None:
            size = 0 if is_new else content_size(job.request.file) or 0
            self._tally.end(str(upload.name or ""), size)
        return UploadOutcome(source, upload, None, upload.meta.attempts or 0)

    def fail(self, source: AnySource, error: Exception) -> UploadOutcome:
        """Return the outcome of an upload that failed.

        Raises:
            Exception: `on_progress` failed, which ends the run.
        """
        if self._tally is not None:
            if self._tally.problem is not None:
                raise self._tally.problem
            self._tally.end("")
        if isinstance(error, ClientClosedError):
            self.problem = ClientClosedError("The client was closed before all files were uploaded")
        attempts = error.attempts if isinstance(error, PinarkiveError) else 0
        return UploadOutcome(source, None, error, attempts)


def check_sources(sources: Iterable[AnySource]) -> Iterator[AnySource]:
    """Return an iterator over the sources, or raise."""
    # Text, mappings, files and requests are iterable too, but nobody means their items.
    is_one = isinstance(sources, str | bytes | bytearray | memoryview | UploadFile)
    with suppress(TypeError):
        if not (is_one or is_object(sources) or hasattr(sources, "read")):
            return iter(sources)
    raise InvalidInputError(
        f"sources must be a list or another iterable of files, not {brief(sources)}", "sources"
    )


def check_concurrency(value: object) -> int:
    """Return how many uploads run at a time, or raise."""
    is_int = isinstance(value, int) and not isinstance(value, bool)
    if not isinstance(value, int) or not is_int or not 1 <= value <= MAX_CONCURRENCY:
        raise InvalidInputError(
            f"max_concurrency must be an int from 1 to {MAX_CONCURRENCY}, not {brief(value)}",
            "max_concurrency",
        )
    return value


def checked_path(value: str | os.PathLike[str]) -> Path:
    """Return the journal's path, or raise."""
    try:
        # Absolute, in case the program changes its working directory.
        return check_path(os.fspath(value)).absolute()
    except (TypeError, ValueError) as error:
        problem = str(error)
    raise InvalidInputError(f"resume: {problem}", "resume")


def total_size(sources: Iterable[AnySource]) -> int | None:
    """Return how many bytes the sources have in total, or `None` if that is not known."""
    if not isinstance(sources, Collection):
        return None
    total = 0
    for source in sources:
        size = content_size(source.file if isinstance(source, UploadFile) else source)
        if size is None:
            return None
        total += size
    return total


def content_size(content: AsyncFileContent | Memory) -> int | None:
    """Return how many bytes a file has, or `None` if it is open or does not exist."""
    if isinstance(content, bytes | bytearray | Memory):
        return len(content)
    if isinstance(content, memoryview):
        return content.nbytes
    if isinstance(content, str | os.PathLike):
        with suppress(OSError, ValueError):
            return Path(content).stat().st_size
    return None
