"""Turns the rows of a table into requests. Each row is checked, and a bad one does not stop others.

Example:
    rows = validate_rows(PinCid, frame.to_dict("records"))
    for bad in rows.errors:
        print(bad.index, bad.error)
    for request in rows.requests:
        client.send(request)
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Generic, TypeAlias, TypeVar

from ._values.json import is_object
from .errors import InvalidInputError
from .inputs import brief
from .models import Request

__all__ = ["Row", "RowError", "Rows", "TableRow", "iter_rows", "validate_rows"]

M = TypeVar("M", bound=Request[Any])

TableRow: TypeAlias = Mapping[Any, object] | str | bytes
"""A row: a mapping from attribute to value, or a line of JSON with an object."""

# Values of these types are never missing, and are not converted.
PLAIN = frozenset({str, bool, int, bytes, list, dict, tuple, datetime, timedelta})


@dataclass(frozen=True, slots=True)
class Row(Generic[M]):
    """A checked row: it has a request or an error."""

    index: int
    """Its position among the rows, from 0."""
    row: object = field(repr=False)
    """The original row."""
    request: M | None = None
    """The request, if the row is valid."""
    error: InvalidInputError | None = None
    """What is wrong, if the row is not valid."""


@dataclass(frozen=True, slots=True)
class RowError:
    """An invalid row."""

    index: int
    """Its position among the rows, from 0."""
    row: object = field(repr=False)
    """The original row."""
    error: InvalidInputError
    """What is wrong; `.field` names the first invalid attribute."""


@dataclass(frozen=True, slots=True)
class Rows(Generic[M]):
    """The result of checking the rows of a table."""

    requests: list[M]
    """The requests of the valid rows, in order."""
    errors: list[RowError]
    """The invalid rows, in order."""


def validate_rows(request: type[M], rows: Iterable[TableRow] | bytes) -> Rows[M]:
    """Make a request from each row of a table. An invalid row does not stop the others.

    Args:
        request: The kind of request, such as `PinCid`.
        rows: What `iter_rows` takes.

    Returns:
        `Rows`, with the `requests` of the valid rows and the `errors` of the others.

    Raises:
        InvalidInputError: An argument is not a request class, or not rows.

    Example:
        rows = validate_rows(PinCid, frame.to_dict("records"))
        print(len(rows.requests), [(bad.index, str(bad.error)) for bad in rows.errors])
    """
    found: Rows[M] = Rows([], [])
    for each in iter_rows(request, rows):
        if each.request is not None:
            found.requests.append(each.request)
        elif each.error is not None:
            found.errors.append(RowError(each.index, each.row, each.error))
    return found


def iter_rows(request: type[M], rows: Iterable[TableRow] | bytes) -> Iterator[Row[M]]:
    """Make a request from each row, one at a time and in constant memory.

    Missing values (`None`, `NaN`, `NaT`, `pandas.NA`) count as left out. NumPy and pandas scalars
    are converted, and a whole number that a column with gaps turned into a float becomes an int.

    Args:
        request: The kind of request, such as `PinCid`.
        rows: Mappings from attribute to value, under Python's names or those on the wire
            (`custom_name` or `customName`): dicts, `frame.to_dict("records")` of pandas,
            `frame.iter_rows(named=True)` of polars. Or lines of JSON: an open file, a list of
            texts, or one text of many lines; empty lines are passed over, and counted.

    Returns:
        An iterator over `Row`: `index`, `row`, and either `request` or `error`.

    Raises:
        InvalidInputError: An argument is not a request class, or not rows.

    Example:
        with open("pins.jsonl") as lines:
            for row in iter_rows(PinCid, lines):
                print(row.index, row.error or client.send(row.request))
    """
    check_kind(request)
    return checked(request, lines_of(rows))


def check_kind(request: object) -> None:
    """Raise if the value is not a request class."""
    shown = brief(request)
    if not isinstance(request, type) or not issubclass(request, Request) or request is Request:
        raise InvalidInputError(
            f"request must be a class of pinarkive.models such as PinCid, not {shown}", "request"
        )


def lines_of(rows: Iterable[TableRow] | bytes) -> Iterable[object]:
    """Return an iterable of rows, or raise."""
    if isinstance(rows, str):
        return rows.split("\n")
    if isinstance(rows, bytes):
        return rows.split(b"\n")
    if problem := problem_with(rows):
        raise InvalidInputError(
            f"rows must be an iterable of mappings or of lines of JSON; {problem}", "rows"
        )
    return rows


def problem_with(rows: object) -> str:
    """Return why a value cannot be rows, or an empty text."""
    if is_object(rows):
        return "this is a single row; put it into a list"
    if hasattr(rows, "columns"):
        return (
            "this is a whole table; pass its records: to_dict('records') of pandas, "
            "iter_rows(named=True) of polars, to_pylist() of pyarrow"
        )
    return "" if isinstance(rows, Iterable) else f"this is {brief(rows)}"


def checked(request: type[M], rows: Iterable[object]) -> Iterator[Row[M]]:
    """Yield each row with its request or its error."""
    for index, row in enumerate(rows):
        if isinstance(row, str | bytes) and not row.strip():
            continue
        made = make(request, row)
        if isinstance(made, InvalidInputError):
            yield Row(index, row, error=made)
        else:
            yield Row(index, row, request=made)


def make(request: type[M], row: object) -> M | InvalidInputError:
    """Return the request from a row, or what is wrong with the row."""
    try:
        return request(**fields_of(row))
    except InvalidInputError as error:
        # Without the traceback, a million errors do not keep frames and their locals alive.
        return error.with_traceback(None)
    except Exception as error:  # a row may contain objects of any class
        problem = f"the row cannot be read: {type(error).__name__}"
    return InvalidInputError(problem)


def fields_of(row: object) -> dict[str, object]:
    """Return the attributes of a row, without missing values, or raise."""
    if isinstance(row, str | bytes):
        row = decoded(row)
    if not is_object(row):
        raise InvalidInputError(
            f"a row must be a mapping or a line of JSON with an object, not {type(row).__name__}"
        )
    fields: dict[str, object] = {}
    for name, value in row.items():
        if value is None:
            continue
        if type(value) not in PLAIN:
            if is_missing(value):
                continue
            value = plain(value)
        if not isinstance(name, str):  # pyright: ignore[reportUnnecessaryIsInstance]  # a table's columns may be numbers
            raise InvalidInputError("the names of a row's attributes must be text")
        fields[name] = value
    return fields


def decoded(line: str | bytes) -> object:
    """Return the value in a line of JSON, or raise."""
    try:
        found: object = json.loads(line)
    except (ValueError, RecursionError) as error:
        problem = str(error)
    else:
        return found
    raise InvalidInputError(f"the line is not JSON: {problem}")


def is_missing(value: object) -> bool:
    """Return whether a value is a missing value of a table: `NaN`, `NaT`, `pandas.NA`."""
    # A container is a value; comparing it could compare its elements.
    if hasattr(type(value), "__len__"):
        return False
    # NaN and NaT differ from themselves; comparing NA gives NA itself.
    try:
        differs: object = value != value
        return differs is value or bool(differs)
    except Exception:  # an object of any class, but not NaN
        return False


def plain(value: object) -> object:
    """Convert a NumPy number to a Python number and a whole float to an int; keep other values."""
    if getattr(getattr(value, "dtype", None), "kind", "") in {"b", "i", "u", "f"}:
        item = getattr(value, "item", None)
        if getattr(value, "shape", None) == () and callable(item):
            value = item()
    return int(value) if isinstance(value, float) and value.is_integer() else value
