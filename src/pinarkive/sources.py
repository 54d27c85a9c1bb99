"""What can be uploaded: a path, bytes, or an open binary file.

Contents are values like any other part of a request. A path and bytes survive a trip through JSON
(as `{"path": ...}` and `{"base64": ...}`, a lone path as its text); an open file can not make it.
"""

import base64
import io
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Protocol, TypeAlias, TypeGuard, runtime_checkable

from pydantic import JsonValue, PlainSerializer, PlainValidator, WithJsonSchema

from ._values.json import is_object
from .inputs import check_dag_path

__all__ = ["BinaryFile", "Content", "DagContent", "DagSource", "FileContent"]


@runtime_checkable
class BinaryFile(Protocol):
    """An open file in binary mode, as far as an upload needs it: `read(size)` returns `bytes`.

    One that has `tell` and `seek` is read from where it stands and can be sent again after a
    failure; one that has not is sent once, in chunks. It is never closed.
    """

    def read(self, size: int = ..., /) -> bytes:
        """Return up to `size` bytes, and `b""` at the end."""
        ...


DagContent: TypeAlias = bytes | bytearray | memoryview | os.PathLike[str] | BinaryFile
"""One file of a directory: its bytes, a path to it, or a binary file object (never a `str`)."""

FileContent: TypeAlias = str | DagContent
"""What `upload` takes: a path (`str` or `os.PathLike`), bytes, or a binary file object."""

Content: TypeAlias = Path | bytes | BinaryFile
"""The same once it has been checked: what a request keeps."""


def check_content(value: object) -> Content:
    """Return what an upload can read, else raise `ValueError`."""
    if isinstance(value, bytes):
        return value
    if is_buffer(value):
        # A copy: a request is a value, and these may change after it was made.
        return bytes(value)
    if isinstance(value, str):
        raise ValueError(
            "a str is ambiguous here: write Path(...) to send the file of that name, "
            "or text.encode() to send the text"
        )
    if isinstance(value, io.TextIOBase):
        raise ValueError("the file is open in text mode; open it with mode 'rb'")
    if is_path_like(value):
        return check_path_like(value)
    if is_object(value) and list(value) == ["path"]:
        return check_path(value["path"])
    if is_object(value) and list(value) == ["base64"]:
        return decode_base64(value["base64"])
    if isinstance(value, BinaryFile) and not isinstance(value, type):
        return value
    raise ValueError(
        f"content is a path, bytes or a binary file object, not {type(value).__name__}"
    )


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
    if is_object(value):
        if list(value) == ["path"] and isinstance(value["path"], str):
            return check_path(value["path"])
        return check_dag_files(value)
    if isinstance(value, str):
        raise ValueError("to send a local folder, write Path(...)")
    raise ValueError(
        "a directory is a folder's Path or a mapping from relative path to content, "
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
    if isinstance(value, bytes):
        return {"base64": base64.b64encode(value).decode()}
    raise ValueError("an open file can not be written as JSON; give its path or its bytes")


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
    WithJsonSchema({"anyOf": [{"type": "string", "minLength": 1}, PATH_SCHEMA, BYTES_SCHEMA]}),
]

DagSource = Annotated[
    Path | dict[str, Content],
    PlainValidator(check_dag_source),
    PlainSerializer(dag_source_to_json, when_used="json"),
    WithJsonSchema(
        {
            "anyOf": [
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
