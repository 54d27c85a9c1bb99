"""Measures the SDK against its peers: `scripts/bench [NAME...] [--rounds N] [--quick]`."""

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from .harness import available, measure
from .report import Measured, figures_table, measured_table, shapes_table, write
from .shapes import NAME as SHAPES
from .shapes import Shape, measure_shapes
from .workloads import WORKLOADS, Workload

FOLDER = Path(__file__).parent
QUICK_NOTE = "\n\n**A quick run with small sizes: it shows that everything runs, and no more.**"


def chosen(names: Sequence[str]) -> list[Workload]:
    """Return the workloads whose names begin with one of `names`, or all if `names` is empty."""
    every = [*(it.name for it in WORKLOADS), SHAPES]
    unknown = [name for name in names if not any(it.startswith(name) for it in every)]
    if unknown:
        known = ", ".join(every)
        raise SystemExit(f"there is no workload {unknown[0]!r}; choose from {known}")
    return [it for it in WORKLOADS if not names or it.name.startswith(tuple(names))]


def main() -> None:
    """Run the workloads and report."""
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help="the beginning of a workload's name"
    )
    parser.add_argument("--rounds", type=int, help="rounds for each workload")
    parser.add_argument("--quick", action="store_true", help="small sizes and two rounds")
    parser.add_argument(
        "--python",
        type=Path,
        default=Path(sys.executable),
        help="the interpreter to measure with (default: this one)",
    )
    parser.add_argument("--peer", type=Path, help="the folder that 3.1.1 is installed in")
    parser.add_argument(
        "--output",
        type=Path,
        help="the folder for results.md (default: benchmarks/, for a full run only)",
    )
    options = parser.parse_args()
    is_full = not options.names and not options.quick
    output = options.output or (FOLDER if is_full else None)
    results: list[Measured] = []
    shapes: list[Shape] = []
    peer = options.peer and options.peer.resolve()
    # Not resolved: a virtual environment's interpreter is a link, and finds it by its own path.
    with available(options.python.absolute(), peer) as machine:
        for full in chosen(options.names):
            workload = full.scaled_down() if options.quick else full
            if options.rounds is not None:
                workload = replace(workload, rounds=options.rounds)
            begun = time.monotonic()
            results.append(Measured(workload, measure(workload, machine)))
            print(f"{workload.name}: {time.monotonic() - begun:.0f} s", file=sys.stderr)
        if not options.names or SHAPES.startswith(tuple(options.names)):
            shapes = measure_shapes(machine, is_quick=options.quick)
    if results:
        print(measured_table(results), figures_table(results), sep="\n\n")
    if shapes:
        print(shapes_table(shapes))
    if output is not None:
        write(output, results, shapes, QUICK_NOTE if options.quick else "")


if __name__ == "__main__":
    main()
