"""What to leave out of a folder: patterns, or a function."""

import fnmatch
import os
import re
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from inspect import iscoroutinefunction
from typing import TypeAlias, TypeGuard

from typing_extensions import TypeIs

__all__ = ["Ignore", "Ignored", "are_patterns", "check_ignore", "matcher"]

Ignore: TypeAlias = list[str] | tuple[str, ...] | AbstractSet[str] | Callable[[str], object]
"""Patterns as in `shutil.ignore_patterns`, or a function of the relative POSIX path."""

Ignored: TypeAlias = tuple[str, ...] | Callable[[str], object]
"""The same after it was checked."""


def is_function(value: object) -> TypeGuard[Callable[[str], object]]:
    """Return whether the value can be called."""
    return callable(value)


def check_ignore(value: object) -> Ignored:
    """Return the patterns or the function, or raise `ValueError`."""
    if isinstance(value, str):
        raise ValueError(f"ignore must be a list of patterns; write [{str(value)[:80]!r}]")
    if isinstance(value, list | tuple | AbstractSet):
        items: list[object] = [*value]
        patterns = tuple(check_pattern(item) for item in items)
        return tuple(sorted(patterns)) if isinstance(value, AbstractSet) else patterns
    if iscoroutinefunction(value):
        raise ValueError("ignore cannot be an async function: folders are listed in a thread")
    if is_function(value):
        return value
    raise ValueError(
        "ignore must be a list of patterns such as ['*.tmp', '.git'], or a function of the "
        f"relative path, not {type(value).__name__}"
    )


def check_pattern(value: object) -> str:
    """Return the pattern if something can match it, or raise `ValueError`."""
    if not isinstance(value, str):
        raise ValueError(f"a pattern must be text, not {type(value).__name__}")
    # Such patterns would match nothing, and the files that they should exclude would be uploaded.
    if not value or value.startswith(("/", "./")) or value.endswith("/"):
        raise ValueError(
            f"the pattern {value[:80]!r} cannot match anything: names and relative paths have no "
            "'/' at either end; write 'build' or 'docs/build'"
        )
    return value


def are_patterns(ignore: Ignored) -> TypeIs[tuple[str, ...]]:
    """Return whether these are patterns, not a function."""
    return isinstance(ignore, tuple)


def matcher(ignore: Ignored) -> Callable[[str], object]:
    """Return a function that says whether to leave out a relative path."""
    if not are_patterns(ignore):
        return ignore
    if not ignore:
        return lambda path: False
    # Like `fnmatch`, but for all patterns at once: case matters where it does in file names.
    patterns = (fnmatch.translate(os.path.normcase(pattern)) for pattern in ignore)
    matches = re.compile("|".join(patterns)).match

    def is_ignored(path: str) -> bool:
        name = path.rpartition("/")[2]
        return bool(matches(os.path.normcase(name)) or matches(os.path.normcase(path)))

    return is_ignored
