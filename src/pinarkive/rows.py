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
"""A row: a mapping from attribute to value, or a line of JSON that holds one."""

# Values of these types are never missing, and are what they are.
PLAIN = frozenset({str, bool, int, bytes, list, dict, tuple, datetime, timedelta})


@dataclass(frozen=True, slots=True)
class Row(Generic[M]):
    """A row that was checked: it has a request or an error."""

    index: int
    """Its place among the rows, from 0."""
    row: object = field(repr=False)
    """The row as it was given."""
    request: M | None = None
    """What it makes, if it can be used."""
    error: InvalidInputError | None = None
    """What is wrong with it, if something is."""


@dataclass(frozen=True, slots=True)
class RowError:
    """A row that no request can be made of."""

    index: int
    """Its place among the rows, from 0."""
    row: object = field(repr=False)
    """The row as it was given."""
    error: InvalidInputError
    """What is wrong with it; `.field` names the first attribute that is."""


@dataclass(frozen=True, slots=True)
class Rows(Generic[M]):
    """What became of a table's rows."""

    requests: list[M]
    """The requests of the good rows, in the rows' order."""
    errors: list[RowError]
    """The bad rows, in the rows' order."""


def validate_rows(request: type[M], rows: Iterable[TableRow] | bytes) -> Rows[M]:
    """Make a request of each row of a table; a bad row stops no other.

    Args:
        request: The kind of request, such as `PinCid`.
        rows: What `iter_rows` takes.

    Returns:
        `Rows`, with the `requests` of the good rows and the `errors` of the bad ones.

    Raises:
        InvalidInputError: What was given is no kind of request, or no rows.

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
    """Make a request of each row when its turn comes, in constant memory.

    A value that is missing (`None`, `NaN`, `NaT`, `pandas.NA`) counts as left out. Scalars of numpy
    and pandas are taken for what they stand for, and a whole number for itself where a column with
    gaps made it a float.

    Args:
        request: The kind of request, such as `PinCid`.
        rows: Mappings from attribute to value, under Python's names or those on the wire
            (`custom_name` or `customName`): dicts, `frame.to_dict("records")` of pandas,
            `frame.iter_rows(named=True)` of polars. Or lines of JSON: an open file, a list of
            texts, or one text of many lines; empty lines are passed over, and counted.

    Returns:
        An iterator over `Row`: `index`, `row`, and either `request` or `error`.

    Raises:
        InvalidInputError: What was given is no kind of request, or no rows.

    Example:
        with open("pins.jsonl") as lines:
            for row in iter_rows(PinCid, lines):
                print(row.index, row.error or client.send(row.request))
    """
    check_kind(request)
    return checked(request, lines_of(rows))


def check_kind(request: object) -> None:
    """Raise if it is no kind of request."""
    shown = brief(request)
    if not isinstance(request, type) or not issubclass(request, Request) or request is Request:
        raise InvalidInputError(
            f"request is a class of pinarkive.models such as PinCid, not {shown}", "request"
        )


def lines_of(rows: Iterable[TableRow] | bytes) -> Iterable[object]:
    """Return the rows of what was given, else raise."""
    if isinstance(rows, str):
        return rows.split("\n")
    if isinstance(rows, bytes):
        return rows.split(b"\n")
    if problem := problem_with(rows):
        raise InvalidInputError(
            f"rows is an iterable of mappings or of lines of JSON; {problem}", "rows"
        )
    return rows


def problem_with(rows: object) -> str:
    """Return why something is no rows, or nothing."""
    if is_object(rows):
        return "it is a single row; put it into a list"
    if hasattr(rows, "columns"):
        return (
            "it is a whole table; give its records: to_dict('records') of pandas, "
            "iter_rows(named=True) of polars, to_pylist() of pyarrow"
        )
    return "" if isinstance(rows, Iterable) else f"it is {brief(rows)}"


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
    """Return the request that a row makes, or what is wrong with it."""
    try:
        return request(**fields_of(row))
    except InvalidInputError as error:
        # Of a million errors none keeps the frames in which it was found, nor their locals.
        return error.with_traceback(None)
    except Exception as error:  # a row may hold objects of any class
        problem = f"the row cannot be read: {type(error).__name__}"
    return InvalidInputError(problem)


def fields_of(row: object) -> dict[str, object]:
    """Return a row's attributes, but for those that are missing, else raise."""
    if isinstance(row, str | bytes):
        row = decoded(row)
    if not is_object(row):
        raise InvalidInputError(
            f"a row is a mapping or a line of JSON that holds an object, not {type(row).__name__}"
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
            raise InvalidInputError("the names of a row's attributes are text")
        fields[name] = value
    return fields


def decoded(line: str | bytes) -> object:
    """Return what a line of JSON holds, else raise."""
    try:
        found: object = json.loads(line)
    except (ValueError, RecursionError) as error:
        problem = str(error)
    else:
        return found
    raise InvalidInputError(f"the line is not JSON: {problem}")


def is_missing(value: object) -> bool:
    """Say whether a value stands for none, as tables write it: `NaN`, `NaT`, `pandas.NA`."""
    # What is compared element by element is a value.
    if hasattr(type(value), "__len__"):
        return False
    # NaN and NaT differ from themselves; where NA is compared the result is NA itself.
    try:
        differs: object = value != value
        return differs is value or bool(differs)
    except Exception:  # an object of any class, and no NaN
        return False


def plain(value: object) -> object:
    """Return a number of numpy as one of Python, and a whole float as an int; others stay."""
    if getattr(getattr(value, "dtype", None), "kind", "") in {"b", "i", "u", "f"}:
        item = getattr(value, "item", None)
        if getattr(value, "shape", None) == () and callable(item):
            value = item()
    return int(value) if isinstance(value, float) and value.is_integer() else value
