"""docs/api.txt has what callers can import, and nothing else."""

import importlib
import inspect
import re
from pathlib import Path
from types import ModuleType

import pytest

import pinarkive
import pinarkive_client
from pinarkive.sandbox import Sandbox

LINES = (Path(__file__).parents[2] / "docs" / "api.txt").read_text().splitlines()
PATHS = [path for line in LINES for path in re.findall(r"^(?:\w+ )*([\w.]+)", line)]


def found(path: str) -> bool:
    """Tell whether a path leads somewhere when the program runs."""
    package, *rest = path.split(".")
    there: object = importlib.import_module(package)
    for i, name in enumerate(rest, 1):
        if inspect.ismodule(there) and not hasattr(there, name):
            there = importlib.import_module(".".join([package, *rest[:i]]))
        elif hasattr(there, name):
            there = getattr(there, name)
        else:
            # What exists in objects alone is declared, or set by `__init__`.
            return i == len(rest) and inspect.isclass(there)
    return True


def test_every_line_is_of_one_name() -> None:
    assert len(PATHS) == len(LINES) == len(set(PATHS))
    assert sorted(PATHS, key=lambda path: path.split(".")) == PATHS


def test_what_is_named_exists() -> None:
    assert [path for path in PATHS if not found(path)] == []


def test_no_private_name_is_listed() -> None:
    assert [path for path in PATHS if re.search(r"\._(?!_)", path)] == []


@pytest.mark.parametrize("package", [pinarkive, pinarkive_client])
def test_what_is_exported_is_named(package: ModuleType) -> None:
    names = {f"{package.__name__}.{name}" for name in package.__all__}
    assert names <= set(PATHS)


@pytest.mark.parametrize(
    ("path", "cls"),
    [
        ("pinarkive.PinarkiveClient", pinarkive.PinarkiveClient),
        ("pinarkive.AsyncFiles", pinarkive.AsyncFiles),
        ("pinarkive.UploadPage", pinarkive.UploadPage),
        ("pinarkive.RateLimitError", pinarkive.RateLimitError),
        ("pinarkive.sandbox.Sandbox", Sandbox),
    ],
)
def test_what_a_class_says_of_itself_is_named(path: str, cls: type) -> None:
    names = {name for name in vars(cls) if not name.startswith("_") and name != "model_config"}
    names -= {name for name in names if name.startswith("model_")}
    assert {f"{path}.{name}" for name in names} <= set(PATHS)
