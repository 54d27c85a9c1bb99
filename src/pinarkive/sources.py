"""What can be uploaded: a path, bytes or another buffer, an open binary file, an iterator of bytes.

Contents are values like any other part of a request. A path and bytes can be written as JSON (as
`{"path": ...}` and `{"base64": ...}`, or a path as plain text); open files and iterators cannot.
"""

import base64
import io
import os
import re
from collections.abc import AsyncIterator, Awaitable, Iterator, Mapping
from numbers import Number
from pathlib import Path
from typing import Annotated, Protocol, TypeAlias, TypeGuard, runtime_checkable

from pydantic import JsonValue, PlainSerializer, PlainValidator, ValidationInfo, WithJsonSchema
from typing_extensions import Buffer, TypeIs

from ._values.ignored import Ignore, Ignored, are_patterns, check_ignore
from ._values.json import is_object
from .inputs import check_dag_path

__all__ = [
    "Array",
    "AsyncBinaryFile",
    "AsyncDagContent",
    "AsyncFileContent",
    "BinaryFile",
    "Content",
    "DagContent",
    "DagSource",
    "FileContent",
    "Ignore",
    "Memory",
    "Piece",
]


@runtime_checkable
class BinaryFile(Protocol):
    """An open file in binary mode: an upload needs only that `read(size)` returns `bytes`.

    With `tell` and `seek`, it is read from its current position and can be sent again after a
    failure; without them, it is sent once, in chunks. It is never closed.
    """

    def read(self, size: int = ..., /) -> bytes:
        """Return up to `size` bytes, or `b""` at the end."""
        ...


@runtime_checkable
class AsyncBinaryFile(Protocol):
    """A file with an async `read`, such as Starlette's `UploadFile` or a file of aiofiles or anyio.

    Only the async client can send it.
    """

    def read(self, size: int = ..., /) -> Awaitable[bytes]:
        """Return up to `size` bytes, or `b""` at the end."""
        ...


class Array(Protocol):
    """A NumPy array, whose stubs declare the buffer protocol only from Python 3.12."""

    @property
    def data(self) -> memoryview:
        """Its memory."""
        ...


Piece: TypeAlias = Buffer | Array
"""Bytes or another buffer: one item of an iterator."""

DagContent: TypeAlias = Piece | os.PathLike[str] | BinaryFile | Iterator[Piece]
"""One file of a directory: bytes or another buffer, a path, a binary file object, or an iterator
of bytes (never a `str`)."""

AsyncDagContent: TypeAlias = DagContent | AsyncBinaryFile | AsyncIterator[Piece]
"""One file of a directory for the async client: also a file with an async `read`, or an async
iterator of bytes."""

FileContent: TypeAlias = str | DagContent
"""What `upload` takes: a path (`str` or `os.PathLike`), bytes or another buffer, a binary file
object, or an iterator of bytes."""

AsyncFileContent: TypeAlias = str | AsyncDagContent
"""What the async client's `upload` takes: also a file with an async `read`, or an async iterator
of bytes."""


class Memory:
    """A buffer that belongs to the caller, which is not copied. It equals only itself, like a file.

    Args:
        owner: The object with the memory, such as an array.
    """

    def __init__(self, owner: Buffer) -> None:
        self._owner = owner

    def __len__(self) -> int:
        return len(self.view())

    def view(self) -> "memoryview[int]":
        """Return the memory as it is now, as bytes."""
        # It is slow to import and rarely needed. Nothing is pickled: it handles any item type.
        from pickle import PickleBuffer

        return PickleBuffer(self._owner).raw()


Content: TypeAlias = (
    Path | bytes | Memory | BinaryFile | AsyncBinaryFile | Iterator[Piece] | AsyncIterator[Piece]
)
"""A content after it was checked: what a request stores."""


def check_content(value: object) -> Content:
    """Return a content that an upload can read, or raise `ValueError`."""
    if isinstance(value, bytes | Memory):
        return value
    if is_buffer(value):
        # A copy: a request is a value, and these may change later.
        return bytes(value)
    if isinstance(value, str):
        raise ValueError(
            "a str is ambiguous here: write Path(...) to send the file of that name, "
            "or text.encode() to send the text"
        )
    # A named temporary file wraps the real one. getattr() could make other objects open a file.
    wrapped = getattr(value, "__dict__", {}).get("file")
    if isinstance(value, io.TextIOBase) or isinstance(wrapped, io.TextIOBase):
        raise ValueError("the file is open in text mode; open it with mode 'rb'")
    if is_path_like(value):
        return check_path_like(value)
    if is_object(value) and list(value) == ["path"]:
        return check_path(value["path"])
    if is_object(value) and list(value) == ["base64"]:
        return decode_base64(value["base64"])
    if not isinstance(value, type):
        if is_file(value):
            return value
        if has_memory(value):
            return check_memory(value)
        if is_iterator(value) or is_async_iterator(value):
            return value
    raise ValueError(
        "content must be a path, bytes, a binary file object or an iterator of bytes, "
        f"not {type(value).__name__}{what_to_do(value)}"
    )


def what_to_do(value: object) -> str:
    """Return a hint for a value that is almost a content."""
    if isinstance(value, list | tuple):
        return "; send its pieces one by one with iter(...), or join them: b''.join(...)"
    if isinstance(value, Awaitable):
        return "; await it first"
    if isinstance(value, type):
        return ""
    if hasattr(value, "__aiter__"):
        return "; pass aiter(...) of it"
    if hasattr(value, "__iter__") and not is_object(value):
        return "; pass iter(...) of it"
    return "; call it, and pass what it returns" if callable(value) else ""


def is_file(value: object) -> TypeIs[BinaryFile | AsyncBinaryFile]:
    """Return whether the value has a `read`, async or not."""
    return hasattr(value, "read")


def has_memory(value: object) -> TypeGuard[Buffer]:
    """Return whether the value has the buffer protocol and is not a single number."""
    # A NumPy number has it too, but nobody means to upload its eight bytes.
    if isinstance(value, Number):
        return False
    try:
        with memoryview(value):  # type: ignore[arg-type]  # this finds out whether it can be
            return True
    except TypeError:
        return False
    except (BufferError, ValueError):
        return True


def check_memory(value: Buffer) -> Memory:
    """Return the buffer if its bytes are contiguous, or raise `ValueError`."""
    name = type(value).__name__
    problem = ""
    try:
        with memoryview(value) as view:
            # The names of fields are between colons.
            if "O" in re.sub(":[^:]*:", "", view.format):
                problem = f"the {name} contains Python objects, whose memory cannot be uploaded"
            elif not view.c_contiguous:
                problem = (
                    f"the memory of the {name} is not contiguous in C order; "
                    "pass a copy that is: numpy.ascontiguousarray(...), or its .tobytes()"
                )
    except (BufferError, ValueError) as error:
        problem = f"the memory of the {name} cannot be read: {error}; pass its .tobytes()"
    if problem:
        raise ValueError(problem)
    return Memory(value)


def is_iterator(value: object) -> TypeGuard[Iterator[Piece]]:
    """Return whether the value is an iterator; its items are checked when they are sent."""
    return isinstance(value, Iterator)


def is_async_iterator(value: object) -> TypeGuard[AsyncIterator[Piece]]:
    """Return whether the value is an async iterator; its items are checked when they are sent."""
    return isinstance(value, AsyncIterator)


def is_buffer(value: object) -> "TypeGuard[bytearray | memoryview[int]]":
    """Return whether the value is bytes that may change."""
    return isinstance(value, bytearray | memoryview)


def is_path_like(value: object) -> TypeGuard[os.PathLike[str]]:
    """Return whether the value is a path (`check_path` refuses one of bytes)."""
    return isinstance(value, os.PathLike)


def check_file(value: object) -> Content:
    """Return a content that an upload can read, where a `str` is a path, or raise `ValueError`."""
    return check_path(value) if isinstance(value, str) else check_content(value)


def check_path_like(value: os.PathLike[str]) -> Path:
    """Return the path that the object represents, or raise `ValueError`."""
    try:
        return check_path(os.fspath(value))
    except TypeError as error:
        raise ValueError(str(error)) from None


def check_path(value: object) -> Path:
    """Return the path that the text names, or raise `ValueError`."""
    if not isinstance(value, str):
        raise ValueError(f"a path must be text, not {type(value).__name__}; use os.fsdecode()")
    if not value or "\0" in value:
        raise ValueError("a path must not be empty or contain a NUL character")
    return Path(value)


def decode_base64(text: object) -> bytes:
    """Return the bytes that a base64 text encodes, or raise `ValueError`."""
    if not isinstance(text, str):
        raise ValueError("base64 must be text")
    try:
        return base64.b64decode(text, validate=True)
    except ValueError as error:
        raise ValueError(f"the base64 text of a content is not valid: {error}") from None


def check_dag_source(value: object) -> Path | dict[str, Content]:
    """Return a folder's path or the checked files of a directory, or raise `ValueError`."""
    if is_path_like(value):
        return check_path_like(value)
    if isinstance(value, str):
        return check_path(value)
    if is_object(value):
        if list(value) == ["path"] and isinstance(value["path"], str):
            return check_path(value["path"])
        return check_dag_files(value)
    raise ValueError(
        "a directory must be a folder's path or a mapping from relative path to content, "
        f"not {type(value).__name__}"
    )


def check_dag_files(files: Mapping[str, object]) -> dict[str, Content]:
    """Return the files under their paths, or raise `ValueError`."""
    checked: dict[str, Content] = {}
    for name, value in files.items():
        path = check_dag_path(name)
        # A custom mapping may yield a key twice.
        if path in checked:
            raise ValueError(f"two files have the path {path!r}")
        try:
            checked[path] = check_content(value)
        except ValueError as error:
            raise ValueError(f"{path!r}: {error}") from None
    if not checked:
        raise ValueError("there is no file to upload")
    refuse_files_as_folders(checked)
    return checked


def refuse_files_as_folders(paths: Mapping[str, object]) -> None:
    """Raise `ValueError` if a path is both a file and a folder."""
    for path in paths:
        folder = path
        while "/" in folder:
            folder = folder.rpartition("/")[0]
            if folder in paths:
                raise ValueError(f"{folder!r} is both a file and the folder of {path!r}")


def content_to_json(value: Content) -> dict[str, str]:
    """Return a content in a form that JSON can hold, or raise `ValueError`."""
    if isinstance(value, Path):
        return {"path": str(value)}
    if isinstance(value, bytes | Memory):
        data = value if isinstance(value, bytes) else value.view()
        return {"base64": base64.b64encode(data).decode()}
    what = "an open file" if is_file(value) else "an iterator"
    raise ValueError(f"{what} cannot be written as JSON; pass its path or its bytes")


def file_to_json(value: Content) -> str | dict[str, str]:
    """Return a file in a form that JSON can hold: a path as plain text."""
    return str(value) if isinstance(value, Path) else content_to_json(value)


def dag_source_to_json(
    value: Path | dict[str, Content],
) -> dict[str, str] | dict[str, dict[str, str]]:
    """Return a folder's path or the files of a directory in a form that JSON can hold."""
    if isinstance(value, Path):
        return content_to_json(value)
    return {path: content_to_json(content) for path, content in value.items()}


def check_ignored(value: object, info: ValidationInfo) -> Ignored:
    """Return the rule for what to leave out of a folder, or raise `ValueError`."""
    if isinstance(info.data.get("source"), dict):
        raise ValueError(
            "ignore= works only with a folder: a mapping names each of its files, "
            "so remove from it what is not to be sent"
        )
    return check_ignore(value)


def ignored_to_json(value: Ignored) -> list[str]:
    """Return the patterns in a form that JSON can hold, or raise `ValueError`."""
    if are_patterns(value):
        return list(value)
    raise ValueError("a function cannot be written as JSON; pass a list of patterns")


TEXT_SCHEMA: dict[str, JsonValue] = {"type": "string", "minLength": 1}
PATH_SCHEMA: dict[str, JsonValue] = {
    "type": "object",
    "properties": {"path": {"type": "string", "minLength": 1}},
    "required": ["path"],
    "additionalProperties": False,
}
BYTES_SCHEMA: dict[str, JsonValue] = {
    "type": "object",
    "properties": {"base64": {"type": "string", "contentEncoding": "base64"}},
    "required": ["base64"],
    "additionalProperties": False,
}

FileField = Annotated[
    Content,
    PlainValidator(check_file),
    PlainSerializer(file_to_json, when_used="json"),
    WithJsonSchema({"anyOf": [TEXT_SCHEMA, PATH_SCHEMA, BYTES_SCHEMA]}),
]

DagSource = Annotated[
    Path | dict[str, Content],
    PlainValidator(check_dag_source),
    PlainSerializer(dag_source_to_json, when_used="json"),
    WithJsonSchema(
        {
            "anyOf": [
                TEXT_SCHEMA,
                PATH_SCHEMA,
                {
                    "type": "object",
                    "minProperties": 1,
                    "additionalProperties": {"anyOf": [PATH_SCHEMA, BYTES_SCHEMA]},
                },
            ]
        }
    ),
]

IgnoreField = Annotated[
    Ignored,
    PlainValidator(check_ignored),
    PlainSerializer(ignored_to_json, when_used="json"),
    WithJsonSchema({"type": "array", "items": TEXT_SCHEMA}),
]
