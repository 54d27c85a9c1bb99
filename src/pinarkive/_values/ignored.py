"""What of a folder is left out: by patterns, or as a function says."""

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
"""Patterns as `shutil.ignore_patterns` has them, or a function of the relative POSIX path."""

Ignored: TypeAlias = tuple[str, ...] | Callable[[str], object]
"""The same once it has been checked."""


def is_function(value: object) -> TypeGuard[Callable[[str], object]]:
    """Say whether the value can be called."""
    return callable(value)


def check_ignore(value: object) -> Ignored:
    """Return the patterns or the function, else raise `ValueError`."""
    if isinstance(value, str):
        raise ValueError(f"ignore is a list of patterns; write [{str(value)[:80]!r}]")
    if isinstance(value, list | tuple | AbstractSet):
        items: list[object] = [*value]
        patterns = tuple(check_pattern(item) for item in items)
        return tuple(sorted(patterns)) if isinstance(value, AbstractSet) else patterns
    if iscoroutinefunction(value):
        raise ValueError("ignore can be no async function: folders are listed in a thread")
    if is_function(value):
        return value
    raise ValueError(
        "ignore is a list of patterns such as ['*.tmp', '.git'], or a function of the relative "
        f"path, not {type(value).__name__}"
    )


def check_pattern(value: object) -> str:
    """Return the pattern if anything can match it, else raise `ValueError`."""
    if not isinstance(value, str):
        raise ValueError(f"a pattern is text, not {type(value).__name__}")
    # Such patterns would match nothing, and what they mean to keep back would be uploaded.
    if not value or value.startswith(("/", "./")) or value.endswith("/"):
        raise ValueError(
            f"the pattern {value[:80]!r} can match nothing: names and relative paths have no '/' "
            "at either end; write 'build' or 'docs/build'"
        )
    return value


def are_patterns(ignore: Ignored) -> TypeIs[tuple[str, ...]]:
    """Say whether it is patterns, and no function."""
    return isinstance(ignore, tuple)


def matcher(ignore: Ignored) -> Callable[[str], object]:
    """Return what says of a relative path whether it is left out."""
    if not are_patterns(ignore):
        return ignore
    if not ignore:
        return lambda path: False
    # As `fnmatch` does it, once for all patterns: case counts where it counts in file names.
    patterns = (fnmatch.translate(os.path.normcase(pattern)) for pattern in ignore)
    matches = re.compile("|".join(patterns)).match

    def is_ignored(path: str) -> bool:
        name = path.rpartition("/")[2]
        return bool(matches(os.path.normcase(name)) or matches(os.path.normcase(path)))

    return is_ignored
