"""What is depended on is bounded and pinned, and what is run by CI depends on nobody's day."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from pinarkive import __version__

ROOT = Path(__file__).parents[2]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())
EXTRAS: dict[str, list[str]] = PROJECT["project"]["optional-dependencies"]
EXTRA = [each for extra in EXTRAS.values() for each in extra]
BUILD: list[str] = PROJECT["build-system"]["requires"]
PINS = re.findall(
    r"^([\w.-]+)==(\S+) \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)",
    (ROOT / "requirements/build.txt").read_text(),
    re.M,
)
BOUNDED = re.compile(r"([\w.-]+)(\[[\w,-]+\])?>=([\d.]+(?:b\d+)?),<([\d.]+)")


def numbers(version: str) -> list[int]:
    """Return a version as numbers, to be compared."""
    return [int(part) for part in version.split(".")]


@pytest.mark.parametrize("requirement", [*PROJECT["project"]["dependencies"], *BUILD, *EXTRA])
def test_every_dependency_has_both_bounds(requirement: str) -> None:
    if not requirement.startswith(f"{PROJECT['project']['name']}["):
        assert BOUNDED.fullmatch(requirement)


def test_what_builds_is_pinned_by_hash() -> None:
    text = (ROOT / "requirements/build.txt").read_text()
    assert len(PINS) == text.count("==") > len(BUILD)
    assert "--require-hashes" in (ROOT / "scripts/build").read_text()


@pytest.mark.parametrize("requirement", BUILD)
def test_the_pins_are_what_the_project_asks_for(requirement: str) -> None:
    bounds = BOUNDED.fullmatch(requirement)
    assert bounds is not None
    pinned = {name: version for name, version, _ in PINS}
    assert numbers(bounds[3]) <= numbers(pinned[bounds[1]]) < numbers(bounds[4])


def test_ci_runs_the_checks_and_the_tests_and_nothing_else() -> None:
    ci = (ROOT / ".ci/run").read_text()
    assert re.findall(r"^scripts/\w+", ci, re.M) == ["scripts/check", "scripts/test"]
    assert "--strict" in (ROOT / "scripts/audit").read_text()


def test_the_security_rules_hold_for_all_that_is_shipped() -> None:
    lint = PROJECT["tool"]["ruff"]["lint"]
    assert "S" in lint["select"]
    assert [rule for rule in lint["ignore"] if rule.startswith("S1") or rule == "S"] == []
    spared = {
        pattern
        for pattern, rules in lint["per-file-ignores"].items()
        if any(re.fullmatch(r"S\d*", rule) for rule in rules)
    }
    assert {pattern.split("/")[0] for pattern in spared} <= {"tests", "examples", "benchmarks"}


def test_how_to_report_is_said() -> None:
    text = (ROOT / "SECURITY.md").read_text()
    assert "/security/advisories/new" in text
    assert "@" not in text


def test_the_version_is_the_last_that_the_changelog_tells() -> None:
    headings = re.findall(r"^## (.*)$", (ROOT / "CHANGELOG.md").read_text(), re.M)
    assert re.fullmatch(rf"{re.escape(__version__)} \(\d{{4}}-\d\d-\d\d\)", headings[0])


def test_the_page_on_pypi_has_no_link_to_a_file_beside_it() -> None:
    text = (ROOT / "README.md").read_text()
    hook = PROJECT["tool"]["hatch"]["metadata"]["hooks"]["fancy-pypi-readme"]
    for each in hook["substitutions"]:
        text = re.sub(each["pattern"], each["replacement"], text)
    links = re.findall(r"\]\((.*?)\)", text)
    assert len(links) > 10
    assert [link for link in links if not re.match(r"https://\S+$", link)] == []
    assert all((ROOT / link.partition("/main/")[2]).exists() for link in links)
