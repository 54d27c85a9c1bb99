"""Functions whose arguments no traceback shows."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from .errors import InvalidInputError

__all__ = ["sealed"]

P = ParamSpec("P")
R = TypeVar("R")


def sealed(function: Callable[P, R]) -> Callable[P, R]:
    """Return a function whose refusals come without its frames, whose locals hold secrets."""

    @wraps(function)
    def call(*args: P.args, **options: P.kwargs) -> R:
        try:
            return function(*args, **options)
        except InvalidInputError as error:
            problem = error.with_traceback(None)
        finally:
            del args, options
        raise problem

    return call
