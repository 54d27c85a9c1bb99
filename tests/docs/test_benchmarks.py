"""The benchmarks run and report; how fast anything is, no test asks."""

import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from benchmarks.figures import AtMost, AtMostLonger, AtMostTimes, Faster, Figure
from benchmarks.measure import Sample
from benchmarks.plot import Panel, draw
from benchmarks.workloads import WORKLOADS

ROOT = Path(__file__).parents[2]
SAMPLES = {
    "ours": [Sample(1.0, 1024.0, 0.005), Sample(2.0, 3072.0, 0.030), Sample(1.0, 0.0, 0.0)],
    "peer": [Sample(3.0), Sample(3.0), Sample(4.0)],
}


def test_a_quick_run_reports(tmp_path: Path) -> None:
    # Without --peer nothing of 3.1.1 runs, so nothing has to be installed.
    names = ["upload-256m-tls", "rows", "decode"]
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "benchmarks", *names, "--quick", "--rounds=1", "--output", tmp_path],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    results = (tmp_path / "results.md").read_text()
    for name, contestant in [(names[0], "ours, async"), (names[0], "httpx")]:
        assert f"| {name} | {contestant} | " in results
    assert f"| {names[0]} | ours | at least 2.2 x as fast as 3.1.1 |  | not measured |" in results
    assert "| rows | ours | at most 1.5 s | " in results
    assert "| list_uploads_ts_type | 1,000 | " in results
    assert "| me_cli_view | 1 | " in results
    assert str(ROOT) not in results


@pytest.mark.parametrize(
    ("figure", "measured", "reached"),
    [
        (Faster("ours", "peer", 3), "3 x (1.5 to 4; of the medians 3 x)", True),
        (Faster("ours", "peer", 3.1), "3 x (1.5 to 4; of the medians 3 x)", False),
        (AtMostTimes("peer", "ours", 3), "3 x (1.5 to 4; of the medians 3 x)", True),
        (AtMostTimes("peer", "ours", 2.9), "3 x (1.5 to 4; of the medians 3 x)", False),
        (AtMostLonger("peer", "ours", 2), "2000.0 ms (1000.0 to 3000.0)", True),
        (AtMostLonger("peer", "ours", 1.9), "2000.0 ms (1000.0 to 3000.0)", False),
        (AtMost("ours", "memory", 3), "3 MiB", True),
        (AtMost("ours", "memory", 2), "3 MiB", False),
        (AtMost("ours", "stall", 30), "30 ms", True),
        (AtMost("ours", "time", 2), "2 s", True),
        (AtMost("ours", "time", 1.9), "2 s", False),
        (AtMost("ours", "stall", 20), "30 ms", False),
    ],
)
def test_figures_are_judged_by_pairs_and_bounds_by_the_worst(
    figure: Figure, measured: str, reached: bool
) -> None:
    verdict = figure.judge(SAMPLES)
    assert verdict is not None
    assert (verdict.measured, verdict.reached) == (measured, reached)


@pytest.mark.parametrize(
    "figure", [Faster("ours", "curl", 1), AtMost("peer", "memory", 1), AtMost("ours", "files", 1)]
)
def test_what_was_not_measured_is_not_judged(figure: Figure) -> None:
    assert figure.judge(SAMPLES) is None


def test_figures_name_who_takes_part() -> None:
    for workload in WORKLOADS:
        names = {it.name for it in workload.contestants}
        for figure in workload.figures:
            assert {figure.contestant, getattr(figure, "peer", figure.contestant)} <= names
    assert len({it.name for it in WORKLOADS}) == len(WORKLOADS)


def test_the_plot_is_a_picture() -> None:
    lines = {"ours": [(1.0, 700.0), (2048.0, 1500.0)], "<peer>": [(1.0, 0.0), (2048.0, 4096.0)]}
    picture = ElementTree.fromstring(draw([Panel("one", lines, 1), Panel("two", lines, 1 / 16)]))  # noqa: S314
    lines_drawn = picture.findall("{http://www.w3.org/2000/svg}polyline")
    assert len(lines_drawn) == 4
    assert "<peer>" in "".join(picture.itertext())
