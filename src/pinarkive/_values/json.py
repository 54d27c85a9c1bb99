"""The kinds of decoded JSON, for the type checker."""

from collections.abc import Mapping
from typing import TypeGuard

__all__ = ["is_list", "is_object", "is_sequence"]


def is_sequence(value: object) -> TypeGuard[list[object] | tuple[object, ...]]:
    """Return whether the value is a list or a tuple."""
    return isinstance(value, list | tuple)


def is_object(value: object) -> TypeGuard[Mapping[str, object]]:
    """Return whether the value is a JSON object."""
    # Nearly all values are a dict, for which checking only the abstract class is five times slower.
    return isinstance(value, dict) or isinstance(value, Mapping)  # noqa: SIM101


def is_list(value: object) -> TypeGuard[list[object]]:
    """Return whether the value is a JSON array."""
    return isinstance(value, list)
