"""The encoding of values in 3.1.1: paths and contents, query and form fields."""

import io
from collections.abc import Coroutine, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TypeGuard

from pinarkive import InvalidInputError
from pinarkive.sources import FileContent, is_buffer, is_path_like

__all__ = ["dag_files", "fields"]


def fields(values: Mapping[str, object]) -> dict[str, list[str]]:
    """Return the fields of a query or form as text: a list repeats a field, `None` omits it."""
    return {name: list(texts(value)) for name, value in values.items()}


def texts(value: object) -> Iterator[str]:
    """Yield the texts of one field."""
    items = value if is_iterable(value) and not isinstance(value, str | bytes) else [value]
    for item in items:
        if item is not None:
            yield item.decode(errors="surrogateescape") if isinstance(item, bytes) else str(item)


def is_iterable(value: object) -> TypeGuard[Iterable[object]]:
    """Return whether a value is iterable."""
    return isinstance(value, Iterable)


def dag_files(files: Mapping[str, object]) -> list[tuple[str, tuple[str, FileContent]]]:
    """Return the files of a directory as the files of a form.

    Raises:
        ValueError: A path is empty, absolute or contains '..'.
        InvalidInputError: A content has a type that cannot be uploaded.
    """
    return [("files", (dag_path(path), content(value, path))) for path, value in files.items()]


def dag_path(path: object) -> str:
    """Return a path in a directory as 3.1.1 sent it, or raise `ValueError`."""
    text = str(path).replace("\\", "/").strip()
    if not text or text.startswith("/") or ".." in text.split("/"):
        raise ValueError(f"Invalid DAG path: {text}")
    return text


def content(value: object, path: str) -> FileContent:
    """Return a value as a file's content: text is the content itself, not a path."""
    if isinstance(value, bytes) or is_buffer(value):
        return bytes(value)
    if isinstance(value, str | int | float):
        return str(value).encode()
    if is_path_like(value):
        return Path(value)
    # A named temporary file wraps the real one.
    for file in (value, getattr(value, "file", None)):
        if isinstance(file, io.BufferedIOBase | io.RawIOBase):
            # The SDK refuses a file at its end; 3.1.1 sent an empty file.
            return b"" if stands_at_its_end(file) else file
    # Other files may have only a read() without a size, and may be in text mode.
    read = getattr(value, "read", None)
    data: object = read() if callable(read) else None
    if isinstance(data, Coroutine):
        # It is not awaited, and Python would warn about that.
        data.close()
    if isinstance(data, str | bytes | bytearray):
        return data.encode() if isinstance(data, str) else bytes(data)
    raise InvalidInputError(
        f"files_dict: {path!r}: a content must be bytes, text, a path or a binary file, "
        f"not {type(value).__name__}",
        "files_dict",
    )


def stands_at_its_end(file: io.BufferedIOBase | io.RawIOBase) -> bool:
    """Return whether a file is at its end; its position does not change."""
    with suppress(OSError, ValueError):
        start = file.tell()
        end = file.seek(0, io.SEEK_END)
        file.seek(start)
        return start >= end
    return False
