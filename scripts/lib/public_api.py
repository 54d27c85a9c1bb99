"""Makes docs/api.txt, which lists every public name with its signature, with griffe."""

from collections.abc import Iterator
from pathlib import Path

import griffe

__all__ = ["api_file"]

FILE = Path("docs/api.txt")
SOURCE = Path("src")
PACKAGES = ("pinarkive", "pinarkive_client")

# Classes that a `Sandbox` hands out; the other modules of its package are internal.
HANDED_OUT = (
    "pinarkive.sandbox.accounts.Mail",
    "pinarkive.sandbox.clock.MovableClock",
    "pinarkive.sandbox.faults.Fault",
    "pinarkive.sandbox.faults.Faults",
    "pinarkive.sandbox.recording.Headers",
    "pinarkive.sandbox.recording.RecordedRequest",
)

# Special names that callers do not use.
MACHINERY = {
    *("__class_getitem__", "__init_subclass__", "__post_init__", "__repr_args__", "__slots__"),
    *("__getstate__", "__setstate__", "__reduce__", "__reduce_ex__"),
}

PREFIXES = {"classmethod": "classmethod ", "staticmethod": "staticmethod ", "async": "async "}

Named = griffe.Object | griffe.Alias


def public_modules(package: Named) -> list[Named]:
    """Return a package and its public modules."""
    below = [module for name, module in package.modules.items() if not name.startswith("_")]
    return [package, *below] if package.name == "pinarkive" else [package]


def public_objects(modules: list[Named]) -> Iterator[tuple[str, griffe.Object]]:
    """Yield the path of each public name, and the object that it refers to."""
    for module in modules:
        for name, member in module.members.items():
            if member.is_public and not member.is_module:
                yield f"{module.path}.{name}", final(member)


def final(member: Named) -> griffe.Object:
    """Return the object that a name refers to, even if it is imported."""
    return member.final_target if isinstance(member, griffe.Alias) else member


def bare(expression: griffe.Expr | str | None) -> griffe.Expr | str | None:
    """Return a type without the metadata of `Annotated`, which does not concern callers."""
    match expression:
        case griffe.ExprSubscript(
            left=griffe.ExprName(name="Annotated"), slice=griffe.ExprTuple(elements=[first, *_])
        ):
            return first
        case _:
            return expression


def member_line(path: str, member: griffe.Object) -> str:
    """Return the line of anything that is not a class."""
    if isinstance(member, griffe.Function):
        words = "".join(word for label, word in PREFIXES.items() if label in member.labels)
        return f"{words}def {member.signature(return_type=True, name=path)}"
    if not isinstance(member, griffe.Attribute):
        raise TypeError(f"{path} is a {member.kind.value}: say in member_line how to write it")
    text = path
    if "property" in member.labels:
        text = f"{'writable ' if 'writable' in member.labels else ''}property {path}"
    if member.annotation is not None:
        text += f": {bare(member.annotation)}"
    # The call that creates an annotated attribute is not part of its signature.
    is_made = member.annotation is not None and isinstance(member.value, griffe.ExprCall)
    if member.value is not None and not is_made:
        text += f" = {bare(member.value)}"
    return text


def class_lines(path: str, cls: griffe.Class, public: set[str]) -> Iterator[tuple[str, str]]:
    """Yield a class and its members, with those that it inherits from private classes of ours."""
    bases = ", ".join(str(base) for base in cls.bases)
    yield path, f"class {path}({bases})" if bases else f"class {path}"
    for name, member in cls.all_members.items():
        target = final(member)
        if not member.is_public or name in MACHINERY or "pydantic" in name:
            continue
        if member.inherited and target.parent is not None and target.parent.path in public:
            continue
        yield f"{path}.{name}", member_line(f"{path}.{name}", target)


def lines() -> Iterator[tuple[str, str]]:
    """Yield the path and the line of each public name; an alias refers to the first name."""
    loader = griffe.GriffeLoader(search_paths=[SOURCE])
    packages = [loader.load(package) for package in PACKAGES]
    loader.resolve_aliases(external=False)
    modules = [module for package in packages for module in public_modules(package)]
    objects = sorted(public_objects(modules), key=lambda found: (found[0].count("."), found[0]))
    objects += [(path, final(loader.modules_collection[path])) for path in HANDED_OUT]
    public = {target.path for _, target in objects}
    first: dict[str, str] = {}
    for path, target in objects:
        if first.setdefault(target.path, path) != path:
            yield path, f"{path} = {first[target.path]}"
        elif isinstance(target, griffe.Class):
            yield from class_lines(path, target, public)
        else:
            yield path, member_line(path, target)


def api_file() -> dict[Path, str]:
    """Return the text of the file, one line for each public name."""
    text = "\n".join(line for _, line in sorted(lines(), key=lambda each: each[0].split(".")))
    return {FILE: f"{text}\n"}
