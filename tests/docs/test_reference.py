"""The reference has every public name, each on one page, and the tree of errors is the real one."""

import importlib
import inspect
import re
from collections import Counter
from types import ModuleType

import pytest

from pinarkive import PinarkiveError, errors

from .pages import ROOT

DIRECTIVES = [
    name
    for page in (ROOT / "docs/reference").glob("*.md")
    for name in re.findall(r"^::: (\S+)$", page.read_text(), re.MULTILINE)
]
PACKAGE = ROOT / "src/pinarkive"
MODULES = [
    importlib.import_module(name)
    for name in (
        "pinarkive",
        *(f"pinarkive.{path.stem}" for path in PACKAGE.glob("[a-z]*.py")),
        "pinarkive.models",
        "pinarkive.sandbox",
    )
]


def public(module: ModuleType) -> list[str]:
    """Return what a module offers: what it names, or else what is made in it."""
    named: list[str] | None = getattr(module, "__all__", None)
    return (
        named
        if named is not None
        else [
            name
            for name, value in vars(module).items()
            if not name.startswith("_") and getattr(value, "__module__", None) == module.__name__
        ]
    )


def test_no_name_is_told_twice() -> None:
    assert [name for name, times in Counter(DIRECTIVES).items() if times > 1] == []


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_each_public_name_is_on_a_page(module: ModuleType) -> None:
    for name in public(module):
        places = [f"{module.__name__}.{name}"]
        if getattr(importlib.import_module("pinarkive"), name, None) is getattr(module, name):
            places.append(f"pinarkive.{name}")
        assert sum(DIRECTIVES.count(place) for place in set(places)) == 1, places


@pytest.mark.parametrize("directive", DIRECTIVES)
def test_each_name_of_a_page_exists(directive: str) -> None:
    module, _, name = directive.rpartition(".")
    assert hasattr(importlib.import_module(module), name)


TREE = re.findall(
    r"^( *)\* \[`(\w+)`\]\(#pinarkive\.\2\)", (ROOT / "docs/reference/errors.md").read_text(), re.M
)


def test_the_tree_of_errors_is_the_real_one() -> None:
    above: list[type[object]] = []
    for indent, name in TREE:
        del above[len(indent) // 4 :]
        error = getattr(errors, name)
        assert above[-1:] == [base for base in error.__bases__[:1] if base is not Exception]
        above.append(error)
    every = {
        name
        for name, each in vars(errors).items()
        if inspect.isclass(each) and issubclass(each, PinarkiveError)
    }
    assert Counter(name for _, name in TREE) == Counter(every)
