"""Measures files before anything is sent, and reads them when their turn comes.

A file that changed between the two is an error, never a corrupt upload: its length was declared, so
a body that stops short is not stored.
"""

import errno
import io
import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from .._core.multipart import Part, Source
from .._values.folders import walk_files
from .._values.ignored import Ignored, matcher
from .._values.json import is_object, is_sequence
from ..errors import InvalidInputError, SourceChangedError
from ..inputs import check_dag_path, check_file_name
from ..models import Request, UploadDirectoryDag, UploadFile
from ..sources import (
    AsyncFileContent,
    Content,
    FileContent,
    Memory,
    check_file,
    is_file,
    refuse_files_as_folders,
)
from .asking import Asking, at_once
from .objects import CHUNK, changed_size, is_awaited, measure_file, measure_pieces

__all__ = [
    "AsyncFormFiles",
    "BytesSource",
    "FormFiles",
    "PathSource",
    "form_parts",
    "measure",
    "measuring",
    "measuring_form",
    "new_boundary",
    "parts_of",
    "waits_for_files",
]

# For a file on disk: larger reads mean fewer calls, and larger writes fewer waits.
DISK_CHUNK = 1024 * 1024
SMALL = 64 * 1024
READABLE_BY_ALL = stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH
# Otherwise Windows would change line ends.
OPEN_FLAGS = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)

FormFiles: TypeAlias = Mapping[str, FileContent] | Sequence[tuple[str, tuple[str, FileContent]]]
"""Files of a form: content by field, or `(field, (filename, content))` if fields repeat."""

AsyncFormFiles: TypeAlias = (
    Mapping[str, AsyncFileContent] | Sequence[tuple[str, tuple[str, AsyncFileContent]]]
)
"""The same for the async client, which takes more kinds of files."""


class BytesSource(NamedTuple):
    """Bytes in memory."""

    data: bytes
    rewindable: bool = True

    @property
    def size(self) -> int:
        """The number of bytes."""
        return len(self.data)

    def pieces(self) -> Iterator[bytes]:
        """Yield the bytes; a few in one piece, since a slice is a copy."""
        for start in range(0, len(self.data), DISK_CHUNK):
            yield self.data[start : start + DISK_CHUNK]


class MemorySource(NamedTuple):
    """The caller's own memory, held only while it is read, and copied as it is sent."""

    memory: Memory
    name: str
    size: int
    rewindable: bool = True

    def pieces(self) -> Iterator[bytes]:
        """Yield the bytes, and raise if there are more or fewer than when they were measured."""
        with self.memory.view() as view:
            if len(view) != self.size:
                raise changed_size(self.name)
            for start in range(0, self.size, CHUNK):
                yield bytes(view[start : start + CHUNK])


class PathSource(NamedTuple):
    """A file on disk, as it was when it was measured; a tuple, since there may be many."""

    path: str
    size: int
    identity: int

    @property
    def rewindable(self) -> bool:
        """Whether it can be read again: always, as it is opened again."""
        return True

    def pieces(self) -> Iterable[bytes]:
        """Yield the file's bytes, and raise if it is no longer what was measured."""
        # A generator takes as long as reading a small file, of which there may be many.
        return [self._whole()] if self.size < SMALL else self._pieces()

    def _whole(self) -> bytes:
        file = self._opened()
        try:
            # One byte more than expected, so that a short read means the end.
            data = os.read(file, self.size + 1)
            if len(data) == self.size:
                self._check(file)
                return data
        finally:
            os.close(file)
        # Some systems return less at a time.
        return b"".join(self._pieces())

    def _pieces(self) -> Iterator[bytes]:
        file = self._opened()
        try:
            if self.size > DISK_CHUNK:
                # Otherwise much would be sent in vain.
                self._check(file)
            left = self.size
            while True:
                # One byte more than expected, so that a short read means the end.
                wanted = min(DISK_CHUNK, left + 1)
                data = os.read(file, wanted)
                if len(data) > left or (left and not data):
                    self._check(file)
                    raise misjudged(self.path, self.size)
                left -= len(data)
                if data:
                    yield data
                if not left and len(data) < wanted:
                    break
            self._check(file)
        finally:
            os.close(file)

    def _opened(self) -> int:
        try:
            return os.open(self.path, OPEN_FLAGS)
        except (FileNotFoundError, NotADirectoryError):
            # It was there when it was measured, and by now others may have been sent.
            raise changed(self.path) from None

    def _check(self, file: int) -> None:
        if identity_of(os.fstat(file)) != self.identity:
            raise changed(self.path)


class SystemSource(NamedTuple):
    """A file whose size the system does not know, as it generates the content on reading."""

    path: str
    size: None = None
    rewindable: bool = True

    def pieces(self) -> Iterator[bytes]:
        """Yield the file's bytes."""
        with open(self.path, "rb", buffering=0) as file:  # noqa: PTH123  # as above
            while data := file.read(CHUNK):
                yield data


def waits_for_files(request: Request[Any]) -> bool:
    """Return whether the files that a request uploads must be looked at to measure them."""
    if not isinstance(request, UploadFile):
        return True
    if is_file(request.file):
        return not is_awaited(request.file)
    return isinstance(request.file, Path)


def parts_of(request: Request[Any]) -> list[Part]:
    """Return the files that a request uploads, measured, where nothing can be awaited.

    Raises:
        OSError: A file is missing, unreadable or a directory, as Python raises it.
        InvalidInputError: Something is neither a regular file nor a usable file object.
    """
    return at_once(measuring(request, may_await=False))


def form_parts(files: FormFiles) -> list[Part]:
    """Return the files of a plain form, measured, where nothing can be awaited."""
    return at_once(measuring_form(files, may_await=False))


def measuring(request: Request[Any], *, may_await: bool) -> Asking[list[Part]]:
    """Return the files that a request uploads, measured."""
    if isinstance(request, UploadFile):
        name = request.filename or default_name(request.file)
        source = yield from measure_content(request.file, name, "file", may_await=may_await)
        return [Part("file", name, source)]
    parts: list[Part] = []
    if isinstance(request, UploadDirectoryDag):
        if isinstance(request.source, Path):
            found = folder(request.source, request.ignore)
            return [Part("files", path, measure_path(found[path], "source")) for path in found]
        for path, content in request.source.items():
            source = yield from measure_content(content, path, "source", may_await=may_await)
            parts.append(Part("files", path, source))
    return parts


def measuring_form(files: AsyncFormFiles, *, may_await: bool) -> Asking[list[Part]]:
    """Return the files of a plain form, measured."""
    parts: list[Part] = []
    for field, (name, value) in named_files(files):
        try:
            content = check_file(value)
        except ValueError as error:
            raise InvalidInputError(f"files: {field!r}: {error}", "files") from None
        filename = name or default_name(content)
        source = yield from measure_content(content, filename, "files", may_await=may_await)
        parts.append(Part(field, filename, source))
    return parts


def named_files(files: object) -> Iterator[tuple[str, tuple[str, object]]]:
    """Yield each field of a form with its file's name and content, or raise."""
    if is_object(files):
        yield from ((field, ("", value)) for field, value in files.items())
        return
    for pair in files if is_sequence(files) else (files,):
        field, named = pair if is_sequence(pair) and len(pair) == 2 else (None, None)
        name, value = named if is_sequence(named) and len(named) == 2 else (None, None)
        if not isinstance(field, str) or not isinstance(name, str):
            raise InvalidInputError(
                "files is a mapping from field to content, or a list of "
                "(field, (filename, content))",
                "files",
            )
        yield field, (name, value)


def default_name(content: Content) -> str:
    """Return the name that a file is stored under if none was given."""
    given: list[object] = []
    if isinstance(content, Path):
        given = [content.name]
    elif is_file(content):
        # A form's file has the name of its file in one and that of its field in the other. Those of
        # the standard library have a name alone, or warn of another.
        attributes = ("name",) if isinstance(content, io.IOBase) else ("filename", "name")
        given = [getattr(content, attribute, None) for attribute in attributes]
    names = (os.path.basename(each) for each in given if isinstance(each, str))  # noqa: PTH119
    name = next(filter(None, names), None)
    if name is None:
        return "file"
    try:
        return check_file_name(name)
    except ValueError as error:
        problem = f"filename: the file's own name cannot be used: {error}; give filename="
    raise InvalidInputError(problem, "filename")


def folder(path: Path, ignore: Ignored | None) -> dict[str, str]:
    """Return the files of a local folder by their paths in it."""
    # Python's own error if it is missing or not a folder, before anything else.
    with os.scandir(path):
        pass
    # Errors of the caller's own function are not errors of the folder.
    is_ignored = None if ignore is None else Passing(matcher(ignore))
    found: dict[str, str] = {}
    problem = ""
    try:
        for name, file in walk_files(path, is_ignored).items():
            found[check_dag_path(name)] = file
        refuse_files_as_folders(found)
    except ValueError as error:
        if is_ignored is not None and is_ignored.error is error:
            raise
        problem = str(error)
    if not problem and not found:
        more = " that is not ignored" if ignore else ""
        problem = f"there is no file in {str(path)!r}{more}"
    if problem:
        raise InvalidInputError(f"source: {problem}", "source")
    return found


class Passing:
    """The caller's own function, whose errors are distinguished from others."""

    def __init__(self, function: Callable[[str], object]) -> None:
        self._function = function
        self.error: Exception | None = None

    def __call__(self, path: str) -> object:
        try:
            return self._function(path)
        except Exception as error:
            self.error = error
            raise


def measure(content: Content, name: str, field: str) -> Source:
    """Return the content with its size, where nothing can be awaited."""
    return at_once(measure_content(content, name, field, may_await=False))


def measure_content(content: Content, name: str, field: str, *, may_await: bool) -> Asking[Source]:
    """Return the content with its size."""
    if isinstance(content, bytes):
        return BytesSource(content)
    if isinstance(content, Memory):
        return MemorySource(content, name, len(content))
    if isinstance(content, Path):
        return measure_path(str(content), field)
    if is_file(content):
        return (yield from measure_file(content, name, field, may_await=may_await))
    return measure_pieces(content, name, field, may_await=may_await)


def measure_path(path: str, field: str) -> PathSource | SystemSource:
    """Return a file on disk with its size, or raise as Python does."""
    found = os.stat(path)  # noqa: PTH116  # text is lighter than a Path, where there are many
    mode, size = found.st_mode, found.st_size
    if not stat.S_ISREG(mode):
        if stat.S_ISDIR(mode):
            problem = f"{os.strerror(errno.EISDIR)} (upload_directory_dag uploads a folder)"
            raise IsADirectoryError(errno.EISDIR, problem, path)
        raise InvalidInputError(
            f"{field}: {path!r} is a pipe, socket or device, whose length no one knows; open it "
            "and give the file object",
            field,
        )
    if mode & READABLE_BY_ALL != READABLE_BY_ALL and not os.access(path, os.R_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
    if not size and holds_something(path):
        return SystemSource(path)
    return PathSource(path, size, identity_of(found))


def holds_something(path: str) -> bool:
    """Return whether a file that reports size 0 has content, like those in /proc."""
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123  # text is lighter than a Path
        return bool(file.read(1))


def identity_of(found: os.stat_result) -> int:
    """Return a value that changes if a file is written to or replaced."""
    # One number for all four values, since there may be many files.
    return hash((found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns))


def changed(path: str) -> SourceChangedError:
    """Return the error for a file that changed while it was being sent."""
    return SourceChangedError(
        f"{path!r} changed while it was being sent; nothing was stored. Send it again once nobody "
        "writes to it; of one that always grows, such as a log, send a copy, or the open file "
        f"(open({path!r}, 'rb')), of which as many bytes are sent as it holds then"
    )


def misjudged(path: str, size: int) -> SourceChangedError:
    """Return the error for a file that did not change, but is not as long as it reported."""
    return SourceChangedError(
        f"{path!r} does not hold the {size} bytes that the system says it has; nothing was stored. "
        f"Read it, and send what it gives: Path({path!r}).read_bytes()"
    )


def new_boundary() -> str:
    """Return a text that a file contains only with a probability of 2**-128."""
    return os.urandom(16).hex()
