"""Data that arrived while a request was being sent.

httpcore looks for an answer only after the whole request has been sent, so that an early one (413)
is lost where the server then closes.
"""

import httpcore

from .._core.early import interim_length, is_final_answer
from .channels import BLOCKS, Channel

__all__ = ["Ahead"]

LOOK_AHEAD = 64 * 1024


class Ahead:
    """Data that arrived while a request was being sent, and has to be read afterwards."""

    def __init__(self) -> None:
        self._received = bytearray()
        self._sent = 0

    def __bool__(self) -> bool:
        return bool(self._received)

    def look_after(self, size: int, channel: Channel) -> None:
        """Look now and then during a long request; a short one is sent before anyone answers."""
        if self._sent >= LOOK_AHEAD:
            self.look(channel)
        self._sent += size

    def look(self, channel: Channel) -> None:
        """Take the data that has arrived.

        Raises:
            httpcore.WriteError: It is an answer, or the server has ended; the rest need not be
                sent. This is how httpcore is told to read now.
        """
        try:
            data = channel.recv(LOOK_AHEAD)
        except BLOCKS:
            return
        except OSError as error:
            raise httpcore.WriteError(str(error)) from error
        self._received += data
        # Interim answers are useless, and may be endless.
        del self._received[: interim_length(self._received)]
        if not data or is_final_answer(self._received):
            raise httpcore.WriteError("the server answered before all was sent")

    def take(self, size: int) -> bytes:
        """Return the data, in order."""
        self._sent = 0
        data = bytes(self._received[:size])
        del self._received[:size]
        return data
