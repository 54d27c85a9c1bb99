"""Reports the measurements: tables for the terminal and for results.md, and the plot."""

import os
import platform
import re
import shutil
import ssl
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median

from .figures import KIB_PER_MIB, MILLI, Samples, Verdict
from .measure import Sample
from .plot import Panel, Points, draw
from .shapes import HEADINGS as SHAPE_HEADINGS
from .shapes import Shape, shape_rows
from .workloads import BARE, BASE, LOOP, MIB, PUBLISHED, Workload

__all__ = ["Measured", "figures_table", "measured_table", "shapes_table", "write"]

RESULTS, PLOT = "results.md", "results.svg"
LEAST_MEMORY = 1 / 16

HEADINGS = ("workload", "contestant", "time", "spread", "rate", "memory", "stall", "open")
AIMS = ("workload", "contestant", "to reach", "measured", "verdict")

INTRODUCTION = f"""# Benchmarks

Written by `scripts/bench`. Each contestant runs in a process of its own, in turn with the others,
round after round, in changing order; it is warm when its clock starts. Times are medians of the
rounds, with the fastest and the slowest beside them. A ratio is the median of those of the rounds,
as both runs of a round found the same machine.

* *memory*: by how much the process grew at most; the median of the rounds.
* *stall*: the longest time for which the event loop did nothing else; the worst of the rounds.
* *open*: the most file descriptors at once, those of the process itself included.
* *{BARE}* sends the same bytes without a client, by the kernel alone where there is no TLS: the
  limit of the server and of the machine.
* {PUBLISHED} is `pinarkive-sdk-py=={PUBLISHED}`. It is synchronous, and takes a single file by path
  alone, so from memory it sends a folder of one file. It takes a folder as bytes, which are read
  within its time.
* *{LOOP}* lists the folder's files, and opens, reads and closes each.
* *{BASE}* are asyncio, httpx, httpcore and one Pydantic model: what every such client imports.
* Nothing but the SDK and what it needs is installed where the programs run: httpx also imports rich
  and click where it finds them.
* curl's time is its own (`time_total`), without the start of its process.
"""

SHAPES_READ = """## Shapes of answers

Each documented shape of a list or a profile, its list repeated to so many records: the time of
reading it from its bytes into models, against `json.loads` of the same bytes, in pairs.
*Pydantic's* is `model_validate_json` against the same.

"""


@dataclass(frozen=True)
class Measured:
    """A workload and its samples."""

    workload: Workload
    samples: Samples


def duration(seconds: float) -> str:
    """Return a time with its unit."""
    for size, unit in ((1, "s"), (1e-3, "ms")):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 1e-6:.3g} µs"


def amount(workload: Workload) -> float:
    """Return how much one run processes, in the workload's unit."""
    setting = workload.setting
    size = setting.size * max(setting.files, 1) / MIB if workload.unit == "MiB" else 1
    return size * setting.count


def rate(workload: Workload, seconds: float) -> str:
    """Return how much a run processes per second."""
    return f"{amount(workload) / seconds:,.0f} {workload.unit}/s" if workload.unit else ""


def row(workload: Workload, contestant: str, samples: Sequence[Sample]) -> tuple[str, ...]:
    """Return the cells of a contestant in a workload."""
    times = [it.seconds for it in samples]
    memory = [it.memory for it in samples if it.memory is not None]
    stalls = [it.stall for it in samples if it.stall is not None]
    files = [it.files for it in samples if it.files is not None]
    return (
        workload.name,
        contestant,
        duration(median(times)),
        f"{duration(min(times))} to {duration(max(times))}",
        rate(workload, median(times)),
        f"{median(memory) / KIB_PER_MIB:,.1f} MiB" if memory else "",
        f"{max(stalls) * MILLI:.1f} ms" if stalls else "",
        str(max(files)) if files else "",
    )


def measured_rows(results: Iterable[Measured]) -> list[tuple[str, ...]]:
    """Return a row for each contestant of each workload."""
    return [
        row(it.workload, contestant, samples)
        for it in results
        for contestant, samples in it.samples.items()
    ]


def figure_rows(results: Iterable[Measured]) -> list[tuple[str, ...]]:
    """Return a row for each target."""
    return [
        (it.workload.name, figure.contestant, figure.aim, *in_words(figure.judge(it.samples)))
        for it in results
        for figure in it.workload.figures
    ]


def in_words(verdict: Verdict | None) -> tuple[str, str]:
    """Return the measured value, and whether it reaches the target."""
    if verdict is None:
        return "", "not measured"
    return verdict.measured, "reached" if verdict.reached else "NOT reached"


def aligned(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table for the terminal."""
    lines = [headings, *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(headings))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def markdown(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table for results.md."""
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def measured_table(results: Sequence[Measured]) -> str:
    """Return the table of measurements, for the terminal."""
    return aligned(HEADINGS, measured_rows(results))


def figures_table(results: Sequence[Measured]) -> str:
    """Return the table of targets, for the terminal."""
    return aligned(AIMS, figure_rows(results))


def processor() -> str:
    """Return the processor's model."""
    try:
        found = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    except OSError:
        found = None
    return found[1] if found else platform.processor() or platform.machine()


def curl_version() -> str:
    """Return curl's version, if it is installed."""
    if shutil.which("curl") is None:
        return "none"
    command = ["curl", "--version"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()[1]  # noqa: S603


def machine() -> list[tuple[str, str]]:
    """Return a description of the machine, without its name or paths."""
    packages = ", ".join(f"{name} {version(name)}" for name in ("httpx", "httpcore", "pydantic"))
    return [
        ("processor", f"{processor()}, {os.cpu_count()} cores"),
        ("kernel", f"{platform.system()} {platform.release()}"),
        ("Python", f"{platform.python_implementation()} {platform.python_version()}"),
        ("packages", f"pinarkive-sdk-py {version('pinarkive-sdk-py')}, {packages}"),
        ("TLS, curl", f"{ssl.OPENSSL_VERSION}, curl {curl_version()}"),
    ]


def points(results: Sequence[Measured], what: str) -> Points:
    """Return the throughput or the memory of each contestant by the size of the file."""
    lines: dict[str, list[tuple[float, float]]] = {}
    for it in sorted(results, key=lambda it: it.workload.setting.size):
        if not it.workload.is_plotted:
            continue
        for contestant, samples in it.samples.items():
            memory = [sample.memory for sample in samples if sample.memory is not None]
            if what == "memory" and (not memory or contestant == BARE):
                continue
            value = (
                median(memory) / KIB_PER_MIB
                if what == "memory"
                else amount(it.workload) / median(sample.seconds for sample in samples)
            )
            lines.setdefault(contestant, []).append((it.workload.setting.size / MIB, value))
    return lines


def plot(results: Sequence[Measured]) -> str:
    """Return the plot, if more than one size was measured."""
    throughput = points(results, "throughput")
    if max(map(len, throughput.values()), default=0) < 2:
        return ""
    return draw(
        [
            Panel("throughput in MiB/s", throughput, 1),
            Panel("growth of memory in MiB", points(results, "memory"), LEAST_MEMORY),
        ]
    )


def shapes_table(shapes: Sequence[Shape]) -> str:
    """Return the table of shapes of answers, for the terminal."""
    return aligned(SHAPE_HEADINGS, shape_rows(shapes))


def write(folder: Path, results: Sequence[Measured], shapes: Sequence[Shape], note: str) -> None:
    """Write results.md, and the plot beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    titles = [(it.workload.name, it.workload.title) for it in results]
    limits = [it for it in measured_rows(results) if it[1] == BARE]
    sections = [
        INTRODUCTION.rstrip() + note,
        "## Machine\n\n" + markdown(("", ""), machine()),
        "## Figures to reach\n\n" + markdown(AIMS, figure_rows(results)),
        "## Workloads\n\n" + markdown(("workload", "what is done"), titles),
        "## Measured\n\n" + markdown(HEADINGS, measured_rows(results)),
    ]
    if shapes:
        sections.append(SHAPES_READ + markdown(SHAPE_HEADINGS, shape_rows(shapes)))
    if limits:
        head = "## The server's own limit\n\nWhat a bare socket reaches, from the table above.\n\n"
        sections.append(head + markdown(HEADINGS[:5], [it[:5] for it in limits]))
    drawn = plot(results)
    if drawn:
        (folder / PLOT).write_text(drawn)
        sections.append(f"## By size\n\n![Throughput and memory over the size]({PLOT})")
    (folder / RESULTS).write_text("\n\n".join(sections) + "\n")
