"""Prints lines, JSON and tables, and escapes everything that a terminal would interpret."""

import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Generic, TypeVar

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pinarkive import Response

__all__ = [
    "Column",
    "escape",
    "fields",
    "print_json",
    "print_line",
    "print_listing",
    "print_note",
    "print_rows",
]

T = TypeVar("T")
R = TypeVar("R", bound=Response)

GAP = 2

# Harmless, though not printable for Python: the spaces in file names on macOS, and the joiners of
# letters and emoji.
HARMLESS = "\u00a0\u202f\u200c\u200d"


@dataclass(frozen=True)
class Column(Generic[T]):
    """A column of a table of `T`."""

    title: str
    value: Callable[[T], object]
    least: int | None = None
    """How narrow the column may get on a narrow terminal; `None` if it must keep its width."""


def escape(text: str) -> str:
    """Escape control characters, and characters that change the order of a text.

    Names and messages come from the service and from the file system, so they can contain anything.
    """
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() or char in HARMLESS else escaped(char) for char in text
    )


def escaped(char: str) -> str:
    """Return the escape sequence that Python has for a character."""
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:
        # A byte of a file name that is not UTF-8.
        return f"\\x{code - 0xDC00:02x}"
    return char.encode("unicode_escape").decode()


def print_line(text: str) -> None:
    """Print a line of the result to stdout."""
    print(escape(text))


def print_note(text: str) -> None:
    """Print a line that is not part of the result, to stderr."""
    print(escape(text), file=sys.stderr)


def print_json(value: Mapping[str, object]) -> None:
    """Print an object on one line, in ASCII, which is safe in every terminal and encoding."""
    print(json.dumps(value))


def fields(answer: Response) -> dict[str, object]:
    """Return the declared fields of an answer, ready for JSON."""
    return answer.model_dump(mode="json", include=set(type(answer).model_fields))


def print_listing(
    items: Iterable[R], columns: Sequence[Column[R]], limit: int | None, *, as_json: bool
) -> None:
    """Print up to `limit` answers, and a note if there are more."""
    found = iter(items)
    first = islice(found, limit)
    if as_json:
        for item in first:
            print_json(fields(item))
    else:
        print_rows(first, columns)
    if next(found, None) is not None:
        print_note(f"Only the first {limit} are shown; use --limit or --all to see more.")


def print_rows(items: Iterable[T], columns: Sequence[Column[T]]) -> None:
    """Print a table on a terminal, and tab-separated lines elsewhere.

    The most important column comes first; the last ones are left out if the terminal is narrow.
    """
    if not sys.stdout.isatty():
        for item in items:
            print_line_of([exact_text(column.value(item)) for column in columns])
        return
    rows = [[escape(brief_text(column.value(item))) for column in columns] for item in items]
    if rows:
        print_table(rows, columns)


def print_line_of(cells: Iterable[str]) -> None:
    """Print cells separated by tabs; a tab inside a cell is escaped."""
    print("\t".join(escape(cell) for cell in cells))


def print_table(rows: Sequence[Sequence[str]], columns: Sequence[Column[T]]) -> None:
    """Print rows as a table that fits the terminal."""
    console = Console(markup=False, emoji=False, highlight=False)
    natural = [
        max(cell_len(column.title), *(cell_len(row[index]) for row in rows))
        for index, column in enumerate(columns)
    ]
    widths = fitting(natural, [column.least for column in columns], console.width)
    table = Table(box=None, pad_edge=False, padding=(0, GAP, 0, 0), show_header=has_titles(columns))
    for column, width in zip(columns, widths, strict=False):
        table.add_column(Text(column.title), width=width, no_wrap=True, overflow="ellipsis")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row[: len(widths)]))
    console.print(table)


def has_titles(columns: Sequence[Column[T]]) -> bool:
    """Tell whether a table needs a header."""
    return any(column.title for column in columns)


def fitting(natural: Sequence[int], least: Sequence[int | None], room: int) -> list[int]:
    """Return the widths of the columns that fit."""
    count = len(natural)
    smallest = [
        width if end is None else min(width, end) for width, end in zip(natural, least, strict=True)
    ]
    while count > 1 and sum(smallest[:count]) + GAP * (count - 1) > room:
        count -= 1
    spare = room - sum(smallest[:count]) - GAP * (count - 1)
    widths: list[int] = []
    for wanted, given in zip(natural[:count], smallest, strict=False):
        more = max(min(wanted - given, spare), 0)
        widths.append(min(given + more, room))
        spare -= more
    return widths


def exact_text(value: object) -> str:
    """Format a value for programs: nothing is rounded."""
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return "" if value is None else str(value)


def brief_text(value: object) -> str:
    """Format a value for people."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return f"{value:,}"
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%d %H:%M}"
    return exact_text(value)
