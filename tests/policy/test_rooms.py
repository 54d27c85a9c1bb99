"""The house: imports point down only, and httpx has one room."""

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src"

# From the ground up. What stands on one floor may use its neighbours.
FLOORS = (
    ("_version", "_values", "cid"),
    ("_dag",),
    ("unixfs", "inputs", "errors", "config", "scopes", "sources"),
    ("models",),
    ("_core", "rows"),
    ("_io",),
    ("_many",),
    ("_async", "_sync"),
    ("pinarkive",),
    ("sandbox", "testing", "cli", "pinarkive_client"),
)
FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
HTTPX = {"httpx", "httpcore", "h11"}

MODULES = {
    ".".join(path.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__"): path
    for package in ("pinarkive", "pinarkive_client")
    for path in sorted((SOURCE / package).rglob("*.py"))
}


def room_of(module: str) -> str:
    """Return the room that a module is in; the package itself is one."""
    package, _, rest = module.partition(".")
    return rest.partition(".")[0] if package == "pinarkive" and rest else package


def imported(module: str) -> Iterator[str]:
    """Yield what a module imports, wherever it does: modules of ours as such, others as named."""
    path = MODULES[module]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            here = module.split(".") if path.name == "__init__.py" else module.split(".")[:-1]
            above = here[: len(here) - node.level + 1] if node.level else []
            origin = ".".join([*above, *([node.module] if node.module else [])])
            for alias in node.names:
                inner = f"{origin}.{alias.name}"
                yield inner if inner in MODULES else origin


def test_every_module_has_a_floor() -> None:
    assert {room_of(module) for module in MODULES} == set(FLOOR)


@pytest.mark.parametrize("module", MODULES)
def test_imports_point_down(module: str) -> None:
    floor = FLOOR[room_of(module)]
    ours = (other for other in imported(module) if other.partition(".")[0].startswith("pinarkive"))
    assert [other for other in ours if FLOOR[room_of(other)] > floor] == []


def test_imports_make_no_circle() -> None:
    # It raises CycleError, which names the circle.
    list(
        TopologicalSorter(
            {module: {each for each in imported(module) if each in MODULES} for module in MODULES}
        ).static_order()
    )


def test_httpx_is_imported_in_one_room() -> None:
    outside = [
        (module, other)
        for module in MODULES
        for other in imported(module)
        if other.partition(".")[0] in HTTPX and room_of(module) != "_io"
    ]
    assert outside == []


def test_what_is_private_in_httpx_is_touched_in_one_file() -> None:
    touched = [
        f"{module}: {ast.unparse(node)}"
        for module, path in MODULES.items()
        if room_of(module) == "_io" and module != "pinarkive._io.private"
        for node in ast.walk(ast.parse(path.read_text()))
        if is_private_of_another(node)
    ]
    assert touched == []


def is_private_of_another(node: ast.AST) -> bool:
    """Say whether an expression reaches for a private attribute of what is not `self`."""
    match node:
        case ast.Attribute(value=ast.Name(id="self")):
            return False
        case ast.Attribute(attr=name) | ast.Call(args=[_, ast.Constant(value=str(name)), *_]):
            return name.startswith("_") and not name.startswith("__")
        case _:
            return False


def test_at_the_top_is_what_people_import() -> None:
    files = {path.name for path in (SOURCE / "pinarkive").iterdir() if path.is_file()}
    assert {name for name in files if name.startswith("_")} == {"__init__.py", "_version.py"}
