"""Functions whose arguments do not appear in tracebacks."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

__all__ = ["sealed"]

P = ParamSpec("P")
R = TypeVar("R")


def sealed(refusal: type[Exception]) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Remove a function's frames from its errors, because their locals contain secrets.

    Args:
        refusal: The error that it raises for an invalid argument.
    """

    def seal(function: Callable[P, R]) -> Callable[P, R]:
        @wraps(function)
        def call(*args: P.args, **options: P.kwargs) -> R:
            try:
                return function(*args, **options)
            except refusal as error:
                problem = error.with_traceback(None)
            finally:
                del args, options
            raise problem

        return call

    return seal
