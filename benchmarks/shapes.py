"""Measures how long each documented shape of an answer takes to read, against `json.loads`."""

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import TypeAdapter

from .harness import LIMIT, PROGRAMS, ROOT, Machine, environment
from .workloads import Contestant, Setting

__all__ = ["HEADINGS", "NAME", "Shape", "measure_shapes", "shape_rows"]

NAME = "decode"
EXAMPLES = ROOT / "tests" / "contract" / "examples.json"
SIZES = (20, 1_000)
ROUNDS, QUICK_ROUNDS = 25, 1
MICRO = 1_000_000

AT_MOST, AT_MOST_WITH_MORE, AT_MOST_OF_FASTEST = 3.5, 4.0, 1.6
HEADINGS = ("shape", "records", "time", "of json.loads", "to reach", "of the fastest", "Pydantic's")


@dataclass(frozen=True)
class Shape:
    """The times of one shape; ratios are medians of pairs with `json.loads`."""

    name: str
    endpoint: str
    records: int
    has_unknown_fields: bool
    seconds: float
    ratio: float
    validated: float
    """The ratio for `model_validate_json`, in which Pydantic's parser calls our reader."""

    @property
    def at_most(self) -> float:
        """The ratio to reach, which is higher with unknown fields, as keeping them takes time."""
        return AT_MOST_WITH_MORE if self.has_unknown_fields else AT_MOST


def measure_shapes(machine: Machine, *, is_quick: bool) -> list[Shape]:
    """Measure each shape of the examples in a process of its own."""
    program = Contestant("ours", "read_shapes", "")
    rounds = QUICK_ROUNDS if is_quick else ROUNDS
    done = subprocess.run(  # noqa: S603
        [
            *(str(machine.python), "-P", str(PROGRAMS / f"{program.program}.py")),
            *(str(EXAMPLES), str(rounds), *map(str, SIZES)),
        ],
        env=environment(program, Setting(), machine),
        stdout=subprocess.PIPE,
        check=True,
        timeout=LIMIT,
    )
    return TypeAdapter(list[Shape]).validate_json(done.stdout)


def shape_rows(shapes: Sequence[Shape]) -> list[tuple[str, ...]]:
    """Return a row for each shape, compared with the fastest shape of its endpoint and size."""
    fastest: dict[tuple[str, int], float] = {}
    for it in shapes:
        group = it.endpoint, it.records
        fastest[group] = min(it.ratio, fastest.get(group, it.ratio))
    rows: list[tuple[str, ...]] = []
    for it in shapes:
        of_fastest = it.ratio / fastest[it.endpoint, it.records]
        rows.append(
            (
                it.name,
                f"{it.records:,}",
                f"{it.seconds * MICRO:,.0f} µs",
                f"{it.ratio:.2f} x",
                f"{it.at_most:g} x: {in_words(it.ratio <= it.at_most)}",
                f"{of_fastest:.2f} x: {in_words(of_fastest <= AT_MOST_OF_FASTEST)}",
                f"{it.validated:.2f} x",
            )
        )
    return rows


def in_words(is_reached: bool) -> str:
    """Return a verdict."""
    return "reached" if is_reached else "NOT reached"
