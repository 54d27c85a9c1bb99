"""What can be uploaded: a path, bytes and their like, an open binary file, an iterator of bytes.

Contents are values like any other part of a request. A path and bytes survive a trip through JSON
(as `{"path": ...}` and `{"base64": ...}`, a lone path as its text); an open file and an iterator
cannot make it.
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
    """An open file in binary mode, as far as an upload needs it: `read(size)` returns `bytes`.

    One that has `tell` and `seek` is read from where it stands and can be sent again after a
    failure; one that has not is sent once, in chunks. It is never closed.
    """

    def read(self, size: int = ..., /) -> bytes:
        """Return up to `size` bytes, and `b""` at the end."""
        ...


@runtime_checkable
class AsyncBinaryFile(Protocol):
    """The same where `read` is awaited: Starlette's `UploadFile`, a file of aiofiles or anyio.

    Only the async client can send it.
    """

    def read(self, size: int = ..., /) -> Awaitable[bytes]:
        """Return up to `size` bytes, and `b""` at the end."""
        ...


class Array(Protocol):
    """An array of numpy, whose stubs tell of the buffer protocol from Python 3.12 on only."""

    @property
    def data(self) -> memoryview:
        """Its memory."""
        ...


Piece: TypeAlias = Buffer | Array
"""Bytes or another buffer, as an iterator gives them one after another."""

DagContent: TypeAlias = Piece | os.PathLike[str] | BinaryFile | Iterator[Piece]
"""One file of a directory: bytes or another buffer, a path, a binary file object, or an iterator
of bytes (never a `str`)."""

AsyncDagContent: TypeAlias = DagContent | AsyncBinaryFile | AsyncIterator[Piece]
"""One file of a directory for the async client: also a file whose `read` is awaited, or an async
iterator of bytes."""

FileContent: TypeAlias = str | DagContent
"""What `upload` takes: a path (`str` or `os.PathLike`), bytes or another buffer, a binary file
object, or an iterator of bytes."""

AsyncFileContent: TypeAlias = str | AsyncDagContent
"""What the async client's `upload` takes: also a file whose `read` is awaited, or an async iterator
of bytes."""


class Memory:
    """A buffer of the caller's own, kept and not copied; like an open file, it equals itself alone.

    Args:
        owner: What has the memory, such as an array.
    """

    def __init__(self, owner: Buffer) -> None:
        self._owner = owner

    def __len__(self) -> int:
        return len(self.view())

    def view(self) -> "memoryview[int]":
        """Return the memory as it is now, byte by byte."""
        # Takes a while to import, and few need it. Nothing is pickled: it knows each kind of item.
        from pickle import PickleBuffer

        return PickleBuffer(self._owner).raw()


Content: TypeAlias = (
    Path | bytes | Memory | BinaryFile | AsyncBinaryFile | Iterator[Piece] | AsyncIterator[Piece]
)
"""The same once it has been checked: what a request keeps."""


def check_content(value: object) -> Content:
    """Return what an upload can read, else raise `ValueError`."""
    if isinstance(value, bytes | Memory):
        return value
    if is_buffer(value):
        # A copy: a request is a value, and these may change after it was made.
        return bytes(value)
    if isinstance(value, str):
        raise ValueError(
            "a str is ambiguous here: write Path(...) to send the file of that name, "
            "or text.encode() to send the text"
        )
    # A named temporary file wraps the real one. Other kinds may open theirs when they are asked.
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
        "content is a path, bytes or a binary file object, or an iterator of bytes, "
        f"not {type(value).__name__}{what_to_do(value)}"
    )


def what_to_do(value: object) -> str:
    """Return a hint for what is nearly a content."""
    if isinstance(value, list | tuple):
        return "; send its pieces one by one with iter(...), or join them: b''.join(...)"
    if isinstance(value, Awaitable):
        return "; await it first"
    if isinstance(value, type):
        return ""
    if hasattr(value, "__aiter__"):
        return "; make an iterator of it: aiter(...)"
    if hasattr(value, "__iter__") and not is_object(value):
        return "; make an iterator of it: iter(...)"
    return "; call it, and give what it returns" if callable(value) else ""


def is_file(value: object) -> TypeIs[BinaryFile | AsyncBinaryFile]:
    """Say whether the value can be read, be it awaited or not."""
    return hasattr(value, "read")


def has_memory(value: object) -> TypeGuard[Buffer]:
    """Say whether the value has the buffer protocol and is more than a number."""
    # A number of numpy has it too, and its eight bytes are not what anyone means.
    if isinstance(value, Number):
        return False
    try:
        with memoryview(value):  # type: ignore[arg-type]  # the question is whether it can be
            return True
    except TypeError:
        return False
    except (BufferError, ValueError):
        return True


def check_memory(value: Buffer) -> Memory:
    """Return the buffer if its bytes stand one after another, else raise `ValueError`."""
    name = type(value).__name__
    problem = ""
    try:
        with memoryview(value) as view:
            # Between the colons are the names of fields.
            if "O" in re.sub(":[^:]*:", "", view.format):
                problem = f"the {name} holds Python objects, whose memory is of use to nobody"
            elif not view.c_contiguous:
                problem = (
                    f"the memory of the {name} is not in one piece and in C's order; "
                    "give a copy that is: numpy.ascontiguousarray(...), or its .tobytes()"
                )
    except (BufferError, ValueError) as error:
        problem = f"the memory of the {name} cannot be read: {error}; give its .tobytes()"
    if problem:
        raise ValueError(problem)
    return Memory(value)


def is_iterator(value: object) -> TypeGuard[Iterator[Piece]]:
    """Say whether the value is an iterator; of what, is seen when it is sent."""
    return isinstance(value, Iterator)


def is_async_iterator(value: object) -> TypeGuard[AsyncIterator[Piece]]:
    """Say whether the value is an async iterator; of what, is seen when it is sent."""
    return isinstance(value, AsyncIterator)


def is_buffer(value: object) -> "TypeGuard[bytearray | memoryview[int]]":
    """Say whether the value is bytes that may change."""
    return isinstance(value, bytearray | memoryview)


def is_path_like(value: object) -> TypeGuard[os.PathLike[str]]:
    """Say whether the value is a path (one of bytes is refused by `check_path`)."""
    return isinstance(value, os.PathLike)


def check_file(value: object) -> Content:
    """Return what an upload can read, a `str` being a path, else raise `ValueError`."""
    return check_path(value) if isinstance(value, str) else check_content(value)


def check_path_like(value: os.PathLike[str]) -> Path:
    """Return the path that the object stands for, else raise `ValueError`."""
    try:
        return check_path(os.fspath(value))
    except TypeError as error:
        raise ValueError(str(error)) from None


def check_path(value: object) -> Path:
    """Return the path that the text names, else raise `ValueError`."""
    if not isinstance(value, str):
        raise ValueError(f"a path must be text, not {type(value).__name__}; use os.fsdecode()")
    if not value or "\0" in value:
        raise ValueError("a path is neither empty nor holds a NUL character")
    return Path(value)


def decode_base64(text: object) -> bytes:
    """Return the bytes that base64 text stands for, else raise `ValueError`."""
    if not isinstance(text, str):
        raise ValueError("base64 is text")
    try:
        return base64.b64decode(text, validate=True)
    except ValueError as error:
        raise ValueError(f"the base64 text of a content is damaged: {error}") from None


def check_dag_source(value: object) -> Path | dict[str, Content]:
    """Return a folder's path or the checked files of a directory, else raise `ValueError`."""
    if is_path_like(value):
        return check_path_like(value)
    if isinstance(value, str):
        return check_path(value)
    if is_object(value):
        if list(value) == ["path"] and isinstance(value["path"], str):
            return check_path(value["path"])
        return check_dag_files(value)
    raise ValueError(
        "a directory is a folder's path or a mapping from relative path to content, "
        f"not {type(value).__name__}"
    )


def check_dag_files(files: Mapping[str, object]) -> dict[str, Content]:
    """Return the files under their paths, else raise `ValueError`."""
    checked: dict[str, Content] = {}
    for name, value in files.items():
        path = check_dag_path(name)
        # A mapping of one's own may hold a key twice.
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
    """Raise `ValueError` if one path is a file and a folder at once."""
    for path in paths:
        folder = path
        while "/" in folder:
            folder = folder.rpartition("/")[0]
            if folder in paths:
                raise ValueError(f"{folder!r} is both a file and the folder of {path!r}")


def content_to_json(value: Content) -> dict[str, str]:
    """Return a content in the form that survives JSON, else raise `ValueError`."""
    if isinstance(value, Path):
        return {"path": str(value)}
    if isinstance(value, bytes | Memory):
        data = value if isinstance(value, bytes) else value.view()
        return {"base64": base64.b64encode(data).decode()}
    what = "an open file" if is_file(value) else "an iterator"
    raise ValueError(f"{what} cannot be written as JSON; give its path or its bytes")


def file_to_json(value: Content) -> str | dict[str, str]:
    """Return a file in the form that survives JSON: a path as its text."""
    return str(value) if isinstance(value, Path) else content_to_json(value)


def dag_source_to_json(
    value: Path | dict[str, Content],
) -> dict[str, str] | dict[str, dict[str, str]]:
    """Return a folder's path or the files of a directory in the form that survives JSON."""
    if isinstance(value, Path):
        return content_to_json(value)
    return {path: content_to_json(content) for path, content in value.items()}


def check_ignored(value: object, info: ValidationInfo) -> Ignored:
    """Return what of a folder is left out, else raise `ValueError`."""
    if isinstance(info.data.get("source"), dict):
        raise ValueError(
            "only a folder can have files to ignore: a mapping names each of its files, "
            "so leave out of it what is not to be sent"
        )
    return check_ignore(value)


def ignored_to_json(value: Ignored) -> list[str]:
    """Return what is left out in the form that survives JSON, else raise `ValueError`."""
    if are_patterns(value):
        return list(value)
    raise ValueError("a function cannot be written as JSON; give a list of patterns")


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
