"""Which connections are kept for reuse, and how many there may be."""

from collections.abc import AsyncIterable, Iterable
from typing import TypeAlias

import httpcore

from .private import has_surplus

__all__ = ["MAX_CONNECTIONS", "Pieces", "deadline_of", "is_kept"]

MAX_CONNECTIONS = 100

Pieces: TypeAlias = Iterable[bytes] | AsyncIterable[bytes]
"""httpcore's type for an answer's body; each side uses one of its kinds."""


def deadline_of(request: httpcore.Request) -> float | None:
    """Return the deadline of a request."""
    # httpcore does not define the types of extensions.
    limits: dict[str, float | None] = request.extensions["timeout"]  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    return limits["pool"]  # pyright: ignore[reportUnknownVariableType]


def is_kept(
    connection: httpcore.ConnectionInterface | httpcore.AsyncConnectionInterface | None,
) -> bool:
    """Return whether a connection can be reused."""
    return (
        connection is not None
        and connection.is_idle()
        and not connection.is_closed()
        and not has_surplus(connection)
    )
