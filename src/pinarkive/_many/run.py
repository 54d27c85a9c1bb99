"""Many uploads: what came of each, and how far they are together."""

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
from ..config import Config, check_flag
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
"""What one of the clients takes."""

AsyncManySource: TypeAlias = AnySource
"""What the async client takes, which are more kinds of files."""


@dataclass(frozen=True, slots=True)
class UploadOutcome:
    """What came of one of many uploads: an `upload`, or else an `error`."""

    source: AnySource
    """What was to be uploaded, as it was given."""
    upload: Upload | None = None
    """The answer, if it was uploaded now or in an earlier run."""
    error: Exception | None = None
    """What went wrong otherwise: a `PinarkiveError`, or Python's own error for the file."""
    attempts: int = 0
    """How many times it was sent or tried; 0 where nothing had to be sent."""


class Job(NamedTuple):
    """An upload that is to be made, unless it has been."""

    request: UploadFile
    key: str | None
    done: Upload | None
    on_progress: OnProgress | None


class Tally:
    """How far many uploads are together; told by any thread."""

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
        """Return what takes the progress of one more upload."""
        with self._lock:
            self._begun += 1
        before = 0

        def report(progress: Progress) -> None:
            nonlocal before
            with self._lock:
                # After a failed attempt an upload begins again.
                self._sent += progress.sent - before
                before = progress.sent
                self._tell(progress.file)

        return report

    def end(self, name: str, size: int = 0) -> None:
        """Count an upload as ended, and the bytes that had been sent in an earlier run."""
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
    """A run of uploads: what is sent for each source, and what is told of it.

    Args:
        sources: What to upload.
        config: The client's configuration.
        template: An upload with the cluster and timelock for those that have none of their own.
        max_concurrency: How many uploads are made at a time.
        on_progress: Told how far all of them are.
        resume: The journal's path.
        verify: Whether the answers' CIDs are compared with those of what was sent.
        skip_existing: Whether what the account holds already is not sent.

    Raises:
        InvalidInputError: An argument cannot be used.
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
        self._tally = None if on_progress is None else Tally(check_callable(on_progress), sources)
        self._path = None if resume is None else checked_path(resume)
        self._journal: Journal | None = None
        # Not kept by this, since there may be no end of them.
        self._open_files: Living[object] = Living()
        self._left: weakref.ref[object] | None = None
        self.problem: Exception | None = None
        """What ends the run: the journal cannot be written, or the client was closed."""

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
        """Let another run use the journal as soon as nobody has the outcomes any more.

        An event loop closes an asynchronous generator that was left a while later.
        """
        itself = weakref.ref(self)

        def let_go(_: object) -> None:
            run = itself()
            if run is not None and run._journal is not None:
                run._journal.release()

        self._left = weakref.ref(outcomes, let_go)

    def finish(self) -> None:
        """Raise what has ended the run before its sources did, if something has."""
        if self.problem is not None:
            raise self.problem

    def begin(self, source: AnySource) -> Job:
        """Return what to do for a source.

        Raises:
            InvalidInputError: It is nothing that can be uploaded.
            OSError: There is no such file.
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
            # Nobody has proved it yet.
            done = None
        return Job(request, key, done, on_progress)

    def _refuse_again(self, file: object) -> None:
        """Raise if an open file has been given before: two uploads would share its position."""
        if isinstance(file, bytes | Path | Memory):
            return
        if file in self._open_files:
            raise InvalidInputError("file: the same open file or iterator is given twice", "file")
        with suppress(TypeError):
            self._open_files.add(file)

    def end(self, source: AnySource, job: Job, upload: Upload) -> UploadOutcome:
        """Return the outcome of an upload, and write it down."""
        is_new = job.done is None
        if self._journal is not None and is_new:
            try:
                self._journal.add(job.key, job.request.timelock, upload)
            except OSError as error:
                # What was uploaded is told all the same.
                self.problem = error
        if self._tally is not None:
            size = 0 if is_new else content_size(job.request.file) or 0
            self._tally.end(str(upload.name or ""), size)
        return UploadOutcome(source, upload, None, upload.meta.attempts or 0)

    def fail(self, source: AnySource, error: Exception) -> UploadOutcome:
        """Return the outcome of an upload that failed.

        Raises:
            Exception: It was `on_progress` that failed, which ends the run.
        """
        if self._tally is not None:
            if self._tally.problem is not None:
                raise self._tally.problem
            self._tally.end("")
        if isinstance(error, ClientClosedError):
            self.problem = ClientClosedError("The client was closed before all had been uploaded")
        attempts = error.attempts if isinstance(error, PinarkiveError) else 0
        return UploadOutcome(source, None, error, attempts)


def check_sources(sources: Iterable[AnySource]) -> Iterator[AnySource]:
    """Return the sources one by one, else raise."""
    # Text, a mapping, a file and a request have items too, which nobody means.
    is_one = isinstance(sources, str | bytes | bytearray | memoryview | UploadFile)
    with suppress(TypeError):
        if not (is_one or is_object(sources) or hasattr(sources, "read")):
            return iter(sources)
    raise InvalidInputError(
        f"sources is a list or another iterable of files, not {brief(sources)}", "sources"
    )


def check_concurrency(value: object) -> int:
    """Return how many uploads are made at a time, else raise."""
    is_int = isinstance(value, int) and not isinstance(value, bool)
    if not isinstance(value, int) or not is_int or not 1 <= value <= MAX_CONCURRENCY:
        raise InvalidInputError(
            f"max_concurrency is an int from 1 to {MAX_CONCURRENCY}, not {brief(value)}",
            "max_concurrency",
        )
    return value


def check_callable(on_progress: OnProgress) -> OnProgress:
    """Return what progress is told to, else raise."""
    if not callable(on_progress):  # not all callers check types
        raise InvalidInputError(
            f"on_progress is a function, not {brief(on_progress)}", "on_progress"
        )
    return on_progress


def checked_path(value: str | os.PathLike[str]) -> Path:
    """Return the journal's path, else raise."""
    try:
        # As it is meant now, wherever the program goes meanwhile.
        return check_path(os.fspath(value)).absolute()
    except (TypeError, ValueError) as error:
        problem = str(error)
    raise InvalidInputError(f"resume: {problem}", "resume")


def total_size(sources: Iterable[AnySource]) -> int | None:
    """Return how many bytes the sources have together, where that can be known beforehand."""
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
    """Return how many bytes a file has; `None` for an open one, or one that is not there."""
    if isinstance(content, bytes | bytearray | Memory):
        return len(content)
    if isinstance(content, memoryview):
        return content.nbytes
    if isinstance(content, str | os.PathLike):
        with suppress(OSError, ValueError):
            return Path(content).stat().st_size
    return None
