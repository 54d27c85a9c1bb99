"""The tests in docs/testing.md and the README are tests, and pass."""

import inspect
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BLOCKS = re.findall(r"```python\n(.*?)```", (ROOT / "docs/testing.md").read_text(), re.DOTALL)
README = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
TESTS = [
    (name, block)
    for block in [*BLOCKS, *README]
    for name in re.findall(r"^def (test_\w+)", block, re.MULTILINE)
]


@pytest.mark.parametrize(("name", "block"), TESTS, ids=[name for name, _ in TESTS])
def test_it_passes(name: str, block: str, request: pytest.FixtureRequest) -> None:
    names: dict[str, object] = {"__name__": "page"}
    exec(compile(block, "page", "exec"), names)  # noqa: S102
    test = names[name]
    assert callable(test)
    wanted = inspect.signature(test).parameters
    test(**{each: request.getfixturevalue(each) for each in wanted})


def test_three_tests_are_shown() -> None:
    assert len(BLOCKS) == 3
    assert {"test_upload", "test_a_busy_hour"} <= {name for name, _ in TESTS}


def test_what_the_sandbox_answers_is_on_its_page() -> None:
    source = (ROOT / "src/pinarkive/sandbox/control.py").read_text()
    page = (ROOT / "docs/sandbox.md").read_text()
    for method, name in re.findall(r'\("([A-Z]+)", "(\w+)"\): self', source):
        assert f"`{method} /__sandbox/{name}`" in page
