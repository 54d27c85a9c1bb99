"""Which connections are kept for another request, and how many there may be."""

from collections.abc import AsyncIterable, Iterable
from typing import TypeAlias

import httpcore

from .private import has_surplus

__all__ = ["MAX_CONNECTIONS", "Pieces", "deadline_of", "is_kept"]

MAX_CONNECTIONS = 100

Pieces: TypeAlias = Iterable[bytes] | AsyncIterable[bytes]
"""What httpcore makes of an answer's body; each side has one kind, which its type does not tell."""


def deadline_of(request: httpcore.Request) -> float | None:
    """Return the moment at which a request must have ended."""
    # httpcore leaves open what an extension is.
    limits: dict[str, float | None] = request.extensions["timeout"]  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    return limits["pool"]  # pyright: ignore[reportUnknownVariableType]


def is_kept(
    connection: httpcore.ConnectionInterface | httpcore.AsyncConnectionInterface | None,
) -> bool:
    """Say whether a connection is good for another request."""
    return (
        connection is not None
        and connection.is_idle()
        and not connection.is_closed()
        and not has_surplus(connection)
    )
