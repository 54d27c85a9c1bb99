"""The files of a request measured for a thread, which can await nothing."""

from ..._core.encode import Outgoing
from ..._core.multipart import Multipart
from ..measured import form_parts, parts_of
from ..objects import PiecesSource

__all__ = ["form_parts", "leave", "parts_of"]


def leave(outgoing: Outgoing) -> None:
    """Close the generators that were to be sent and whose turn has not come."""
    if isinstance(outgoing.body, Multipart):
        for part in outgoing.body.parts:
            if isinstance(part.source, PiecesSource):
                part.source.leave()
