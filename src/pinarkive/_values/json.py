"""What decoded JSON may be, told to the type checker."""

from collections.abc import Mapping
from typing import TypeGuard

__all__ = ["is_list", "is_object", "is_sequence"]


def is_sequence(value: object) -> TypeGuard[list[object] | tuple[object, ...]]:
    """Say whether the value is a list or a tuple."""
    return isinstance(value, list | tuple)


def is_object(value: object) -> TypeGuard[Mapping[str, object]]:
    """Say whether the value is a JSON object."""
    # Nearly all are a dict, for which the abstract class alone takes five times as long.
    return isinstance(value, dict) or isinstance(value, Mapping)  # noqa: SIM101


def is_list(value: object) -> TypeGuard[list[object]]:
    """Say whether the value is a JSON array."""
    return isinstance(value, list)
