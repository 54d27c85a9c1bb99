"""Files, measured before anything is sent, and read when their turn comes; nothing else reads them.

A file that changed between the two is an error, never a corrupt upload: its length was declared, so
a body that stops short is not stored.
"""

import errno
import os
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from .._core.multipart import Part
from .._values.json import is_object, is_sequence
from ..errors import InvalidInputError, SourceChangedError
from ..inputs import check_dag_path, check_file_name
from ..models import Request, UploadDirectoryDag, UploadFile
from ..sources import BinaryFile, Content, FileContent, check_file, refuse_files_as_folders
from ..unixfs import walk_files

__all__ = [
    "CHUNK",
    "BytesSource",
    "FileSource",
    "FormFiles",
    "PathSource",
    "form_parts",
    "new_boundary",
    "parts_of",
    "waits_for_files",
]

CHUNK = 256 * 1024
# Of a file on disk; larger reads are fewer, and larger writes wait less often.
DISK_CHUNK = 1024 * 1024
READABLE_BY_ALL = stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH
# Windows would else change line ends.
OPEN_FLAGS = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)

FormFiles: TypeAlias = Mapping[str, FileContent] | Sequence[tuple[str, tuple[str, FileContent]]]
"""Files of a form: content by field, or `(field, (filename, content))` where fields repeat."""


@dataclass(frozen=True, slots=True)
class BytesSource:
    """Bytes in memory."""

    data: bytes
    rewindable: bool = True

    @property
    def size(self) -> int:
        """The number of bytes."""
        return len(self.data)

    def pieces(self) -> Iterator[bytes]:
        """Yield the bytes."""
        for start in range(0, len(self.data), CHUNK):
            yield self.data[start : start + CHUNK]


class PathSource(NamedTuple):
    """A file on disk, as it was when it was measured; a tuple, since there may be many."""

    path: str
    size: int
    identity: int
    rewindable: bool = True

    def pieces(self) -> Iterator[bytes]:
        """Yield the file's bytes, and raise if it is no longer what was measured."""
        try:
            file = os.open(self.path, OPEN_FLAGS)
        except (FileNotFoundError, NotADirectoryError):
            # It was there when it was measured, and by now others may have been sent.
            raise changed(self.path) from None
        try:
            if self.size > DISK_CHUNK:
                # Much would be sent for nothing.
                self._check(file)
            left = self.size
            while True:
                # One byte more than there should be, so that nothing more is an end.
                wanted = min(DISK_CHUNK, left + 1)
                data = os.read(file, wanted)
                if len(data) > left or (left and not data):
                    raise changed(self.path)
                left -= len(data)
                if data:
                    yield data
                if not left and len(data) < wanted:
                    break
            self._check(file)
        finally:
            os.close(file)

    def _check(self, file: int) -> None:
        if identity_of(os.fstat(file)) != self.identity:
            raise changed(self.path)


@dataclass(frozen=True, slots=True)
class FileSource:
    """An open file, read from where it stood when it was measured."""

    file: BinaryFile
    name: str
    size: int | None
    seek: Callable[[], object] | None

    @property
    def rewindable(self) -> bool:
        """Whether it can be read again."""
        return self.seek is not None

    def pieces(self) -> Iterator[bytes]:
        """Yield the file's bytes, exactly `size` of them where that is known, else raise."""
        if self.seek is not None:
            self.seek()
        left = self.size
        while left is None or left:
            data = self._read(CHUNK if left is None else min(CHUNK, left))
            if not data:
                break
            if left is not None:
                left -= len(data)
            yield data
        if left or (left is not None and self._read(1)):
            raise changed(self.name)

    def _read(self, size: int) -> bytes:
        # What it returns is not taken on trust: a wrong length would make a corrupt upload.
        data = as_bytes(self.file.read(size))
        if isinstance(data, bytes):
            if len(data) > size:
                raise ValueError(f"{self.name!r}: read({size}) returned {len(data)} bytes")
            return data
        if data is None:
            raise ValueError(f"{self.name!r}: read() returned None; the file is non-blocking")
        raise TypeError(
            f"{self.name!r}: read() returned {type(data).__name__}, not bytes; open it with 'rb'"
        )


def as_bytes(value: object) -> object:
    """Return any kind of bytes as `bytes`, anything else as it is."""
    return bytes(value) if isinstance(value, bytearray) else value


def waits_for_files(request: Request[Any]) -> bool:
    """Say whether the files that a request uploads must be looked at to measure them."""
    return not (isinstance(request, UploadFile) and isinstance(request.file, bytes))


def parts_of(request: Request[Any]) -> list[Part]:
    """Return the files that a request uploads, measured.

    Raises:
        OSError: A file is missing, unreadable or a directory, as Python raises it.
        InvalidInputError: Something is neither a regular file nor a usable file object.
    """
    if isinstance(request, UploadFile):
        name = request.filename or default_name(request.file)
        return [Part("file", name, measure(request.file, name, "file"))]
    if isinstance(request, UploadDirectoryDag):
        if isinstance(request.source, Path):
            found = folder(request.source)
            return [Part("files", path, measure_path(found[path], "source")) for path in found]
        files = request.source
        return [Part("files", path, measure(files[path], path, "source")) for path in files]
    return []


def form_parts(files: FormFiles) -> list[Part]:
    """Return the files of a plain form, measured."""
    parts: list[Part] = []
    for field, (name, value) in named_files(files):
        try:
            content = check_file(value)
        except ValueError as error:
            raise InvalidInputError(f"files: {field!r}: {error}", "files") from None
        filename = name or default_name(content)
        parts.append(Part(field, filename, measure(content, filename, "files")))
    return parts


def named_files(files: object) -> Iterator[tuple[str, tuple[str, object]]]:
    """Yield each field of a form with its file's name and content, else raise."""
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
    if isinstance(content, Path):
        given: object = content.name
    else:
        given = getattr(content, "name", None)
    name = os.path.basename(given) if isinstance(given, str) else ""  # noqa: PTH119
    if not name:
        return "file"
    try:
        return check_file_name(name)
    except ValueError as error:
        problem = f"filename: the file's own name can not be used: {error}; give filename="
    raise InvalidInputError(problem, "filename")


def folder(path: Path) -> dict[str, str]:
    """Return where the files of a local folder are, by their paths in it."""
    # Python's own error where it is missing or no folder, before anything else is said of it.
    with os.scandir(path):
        pass
    found: dict[str, str] = {}
    problem = ""
    try:
        for name, file in walk_files(path).items():
            found[check_dag_path(name)] = file
        refuse_files_as_folders(found)
    except ValueError as error:
        problem = str(error)
    if not problem and not found:
        problem = f"there is no file in {str(path)!r}"
    if problem:
        raise InvalidInputError(f"source: {problem}", "source")
    return found


def measure(content: Content, name: str, field: str) -> BytesSource | PathSource | FileSource:
    """Return the content with its size."""
    if isinstance(content, bytes):
        return BytesSource(content)
    if isinstance(content, Path):
        return measure_path(str(content), field)
    return measure_file(content, name, field)


def measure_path(path: str, field: str) -> PathSource:
    """Return a file on disk with its size, else raise as Python does."""
    found = os.stat(path)  # noqa: PTH116  # text is lighter than a Path, where there are many
    mode = found.st_mode
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
    if not stat.S_ISREG(mode):
        raise InvalidInputError(
            f"{field}: {path!r} is a pipe, socket or device, whose length no one knows; open it "
            "and give the file object",
            field,
        )
    if mode & READABLE_BY_ALL != READABLE_BY_ALL and not os.access(path, os.R_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
    return PathSource(path, found.st_size, identity_of(found))


def measure_file(file: BinaryFile, name: str, field: str) -> FileSource:
    """Return an open file with the number of bytes from where it stands to its end."""
    if getattr(file, "closed", False):
        raise InvalidInputError(f"{field}: the file object {name!r} is closed", field)
    readable = getattr(file, "readable", None)
    if callable(readable) and not readable():
        raise InvalidInputError(f"{field}: the file object {name!r} is not open to read", field)
    tell, seek = getattr(file, "tell", None), getattr(file, "seek", None)
    seekable = getattr(file, "seekable", None)
    if not callable(tell) or not callable(seek) or (callable(seekable) and not seekable()):
        return FileSource(file, name, None, None)
    try:
        start = tell()
        seek(0, os.SEEK_END)
        end = tell()
        seek(start)
    except (OSError, ValueError):
        return FileSource(file, name, None, None)
    if not isinstance(start, int) or not isinstance(end, int):
        return FileSource(file, name, None, None)
    return FileSource(file, name, max(0, end - start), lambda: seek(start))


def identity_of(found: os.stat_result) -> int:
    """Return what differs if a file is written to or replaced."""
    # One number for the four, since there may be many files at a time.
    return hash((found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns))


def changed(name: object) -> SourceChangedError:
    """Return the error for a file that changed under way."""
    return SourceChangedError(
        f"{str(name)!r} changed while it was being sent; nothing was stored, send it again"
    )


def new_boundary() -> str:
    """Return a text that no file holds but by a chance of one in 2**128."""
    return os.urandom(16).hex()
