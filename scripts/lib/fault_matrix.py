"""Runs the tests of the faults and writes the results to docs/reliability.md."""

import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tests.wire.faults import ROWS, Kind, Row  # noqa: E402  # found by the path above

PAGE = ROOT / "docs" / "reliability.md"
KINDS: tuple[Kind, ...] = ("sync", "async")
CASES = "tests/wire/test_faults.py"

INTRODUCTION = """\
# Reliability

A network fails in many ways, and after each failure you need to know one thing: did it happen? So
every call ends within its time limit, whatever the server does. It ends with an answer, or with
an error whose `.sent` says whether the server may have acted: "no" is certain, "maybe" means that
you should check (the message says where), and "yes" means that the server answered.

The client repeats only what can do no harm: reads, removals and revocations after any failure;
uploads, pins and new tokens only if they certainly did not happen; what works only once (a login,
a code) only if no connection was made. It never waits for less than `Retry-After` asks, and never
longer than the time limit of the call allows. After any failure, the client is ready for the next
call.

Each row of the table is a fault that the tests cause on real sockets, with both clients. The
numbers count the tests that passed. `scripts/faults` runs the tests of `tests/wire/faults.py` and
writes this page.

| fault | what happens | what you see | sync | async |
|---|---|---|---|---|
"""


@dataclass(frozen=True)
class Count:
    """How many of a fault's tests passed."""

    passed: int = 0
    all: int = 0

    def __add__(self, other: "Count") -> "Count":
        return Count(self.passed + other.passed, self.all + other.all)

    def __str__(self) -> str:
        if not self.all:
            return "-"
        return f"{self.passed}" if self.passed == self.all else f"**{self.passed} of {self.all}**"


def run(tests: list[str]) -> dict[str, bool]:
    """Run tests, and return whether each passed."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-q", "--tb=short", f"--junitxml={report}"]
        subprocess.run([*command, *tests], cwd=ROOT, check=False)  # noqa: S603
        cases = list(ElementTree.parse(report).iter("testcase"))  # noqa: S314  # our own file
    found: dict[str, bool] = {}
    for case in cases:
        name = f"{case.get('classname', '').replace('.', '/')}.py::{case.get('name')}"
        ok = case.find("failure") is None and case.find("error") is None
        # A test whose teardown failed is reported twice.
        found[name] = found.get(name, True) and ok
    return found


def kinds_of(test: str) -> tuple[Kind, ...]:
    """Return the clients that a test covers: those that it names, or both."""
    words = set(re.split(r"[\[\]/_-]", test.removeprefix("tests/wire/test_faults.py::test_")))
    named: tuple[Kind, ...] = tuple(kind for kind in KINDS if kind in words)
    return named or KINDS


def belongs(test: str, row: Row) -> bool:
    """Return whether a test covers a fault."""
    if test.startswith(CASES):
        return f"[{row.id}-" in test
    return test.partition("[")[0] in row.tests


def counts(row: Row, passed: dict[str, bool]) -> dict[Kind, Count]:
    """Return how many tests of a fault passed with each client."""
    found: dict[Kind, Count] = {kind: Count() for kind in KINDS}
    for test, ok in passed.items():
        if belongs(test, row):
            for kind in kinds_of(test):
                found[kind] += Count(int(ok), 1)
    return found


def line(row: Row, found: dict[Kind, Count]) -> str:
    """Return a fault's row of the table."""
    cells = (row.id, row.fault, row.expected, *(str(found[kind]) for kind in KINDS))
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


def main() -> int:
    """Run the tests, write the page, and return the exit code."""
    beside = sorted({test for row in ROWS for test in row.tests if "tests/wire/" not in test})
    passed = run(["tests/wire", *beside])
    lines = [(row, counts(row, passed)) for row in ROWS]
    PAGE.write_text(INTRODUCTION + "".join(line(row, found) for row, found in lines))
    untested = [row.id for row, found in lines if not any(count.all for count in found.values())]
    failed = [
        row.id for row, found in lines if any(count.passed < count.all for count in found.values())
    ]
    for ids, problem in ((failed, "fail"), (untested, "were not tested")):
        if ids:
            print(f"{', '.join(ids)} {problem}", file=sys.stderr)
    return 1 if failed or untested else 0


if __name__ == "__main__":
    sys.exit(main())
