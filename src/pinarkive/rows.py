"""The rows of a table, each made a request or told what is wrong with it.

checked = validate_rows(PinCid, frame.to_dict("records"))
for problem in checked.errors:
print(problem.index, problem.error)
for request in checked.requests:
client.send(request)
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeAlias, TypeVar

from ._values.json import is_object
from .errors import InvalidInputError
from .inputs import brief
from .models import Request

__all__ = ["Row", "RowError", "Rows", "TableRow", "iter_rows", "validate_rows"]

R = TypeVar("R", bound=Request[Any])

# What is never missing, and usual.
PLAIN = (str, int, bytes)

TableRow: TypeAlias = Mapping[str, object] | str | bytes
"""A row: values by column, or a line of JSON."""


@dataclass(frozen=True, slots=True)
class Row(Generic[R]):
    """One row of a table: its request, or else the error that says what is wrong with it."""

    index: int
    """Its place in the table, from 0."""
    row: object
    """The row as it was given."""
    request: R | None = None
    """The request; `None` where there is an error."""
    error: InvalidInputError | None = None
    """What is wrong; its `.field` names the argument."""


@dataclass(frozen=True, slots=True)
class RowError:
    """A row that makes no request."""

    index: int
    """Its place in the table, from 0."""
    row: object
    """The row as it was given."""
    error: InvalidInputError
    """What is wrong; its `.field` names the argument."""


@dataclass(frozen=True, slots=True)
class Rows(Generic[R]):
    """What became of the rows of a table."""

    requests: list[R] = field(default_factory=list[R])
    """The requests of the good rows, in the rows' order."""
    errors: list[RowError] = field(default_factory=list[RowError])
    """The other rows, in the same order."""


def validate_rows(model: type[R], rows: Iterable[TableRow]) -> Rows[R]:
    """Make a request of each row of a table, not stopping at a bad one.

    Args:
        model: The request's class, such as `PinCid`.
        rows: Mappings from column to value (dicts, `frame.to_dict("records")` of pandas,
            `frame.iter_rows(named=True)` of polars, `csv.DictReader`), or lines of JSON. Columns
            are named as the request's attributes, in Python's spelling or that of the wire. What
            is missing in a cell (`None`, `NaN`, `NaT`, `pandas.NA`) is left out.

    Returns:
        `Rows`, with the `requests` and the `errors`.

    Example:
        checked = validate_rows(PinCid, [{"cid": cid, "custom_name": "a"}, {"cid": "no"}])
        print(len(checked.requests), [(each.index, each.error) for each in checked.errors])
    """
    found: Rows[R] = Rows()
    for each in iter_rows(model, rows):
        if each.request is not None:
            found.requests.append(each.request)
        elif each.error is not None:
            found.errors.append(RowError(each.index, each.row, each.error))
    return found


def iter_rows(model: type[R], rows: Iterable[TableRow]) -> Iterator[Row[R]]:
    """Make a request of each row of a table as it comes, in constant memory.

    Args:
        model: The request's class, such as `PinCid`.
        rows: Rows as `validate_rows` takes them.

    Returns:
        An iterator over a `Row` for each, in their order.

    Example:
        with open("pins.jsonl") as lines:
            for row in iter_rows(PinCid, lines):
                print(row.index, row.error or row.request)
    """
    for index, row in enumerate(rows):
        try:
            # As model_validate does, which takes a third longer.
            request = model(**cells_of(row))
        except InvalidInputError as error:
            yield Row(index, row, error=error)
        else:
            yield Row(index, row, request)


def cells_of(row: object) -> dict[str, object]:
    """Return the values of a row that are there, else raise `InvalidInputError`."""
    if isinstance(row, str | bytes):
        row = read_line(row)
    if not is_object(row):
        raise InvalidInputError(
            f"a row is a mapping from column to value or a line of JSON, not {brief(row)}"
        )
    if not {*map(type, row)} <= {str}:
        row = with_plain_names(row)
    return {name: value for name, value in row.items() if not is_missing(value)}


def with_plain_names(row: Mapping[str, object]) -> dict[str, object]:
    """Return a row whose columns are named by plain text, else raise `InvalidInputError`."""
    names: list[object] = [*row]
    if not all(isinstance(name, str) for name in names):
        raise InvalidInputError("the names of a row's columns are text")
    return {str(name): value for name, value in row.items()}


def read_line(line: str | bytes) -> object:
    """Return what a line of JSON holds, else raise `InvalidInputError`."""
    try:
        found: object = json.loads(line)
    except (ValueError, RecursionError) as error:
        problem = f"a row of text is a line of JSON: {error}"
    else:
        return found
    raise InvalidInputError(problem)


def is_missing(value: object) -> bool:
    """Say whether a cell is empty: `None`, or what is not equal to itself (`NaN`, `NaT`)."""
    if value is None:
        return True
    if isinstance(value, PLAIN):
        return False
    try:
        # Of pandas.NA nothing can be said, which is what it stands for.
        return bool(value != value)
    except Exception:
        return type(value).__name__ == "NAType"
