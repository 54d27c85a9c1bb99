"""Computes the CIDs of a body while it is read and sent."""

import threading
from collections import deque
from collections.abc import Callable, Sequence

from .._core.hashes import Hashes
from .._core.integrity import roots
from .._core.multipart import Multipart
from .._dag.blocks import Node, Profile
from ..cid import CID
from .reading import is_large
from .threads import in_the_pool

__all__ = ["Hashing"]

# How many pieces may wait to be hashed.
BEHIND = 2


class Hashing:
    """The hashing of a body, in another thread if that is faster.

    Args:
        body: The body.
        profiles: The profiles in which to compute CIDs.
    """

    def __init__(self, body: Multipart, profiles: Sequence[Profile]) -> None:
        self._parts = body.parts
        self._hashes = Hashes(len(body.parts), profiles)
        # For small files, handing pieces to a thread takes longer than hashing them.
        self._is_beside = is_large(body)
        self._worker: Worker | None = None

    def begin(self) -> Callable[[int, bytes], None]:
        """Start a new reading, and return the function that takes its pieces."""
        take = self._hashes.begin()
        if not self._is_beside:
            return take
        self._worker = Worker(take)
        return self._worker.take

    def found(self, is_directory: bool) -> tuple[dict[Profile, list[Node]], dict[Profile, CID]]:
        """Return the node of each file and the CID of the whole, in each profile."""
        if self._worker is not None:
            self._worker.finish()
        nodes = self._hashes.nodes()
        return nodes, roots(self._parts, nodes, is_directory=is_directory)


class Worker:
    """Passes pieces to a function in another thread.

    Args:
        see: The function, which must not block.
    """

    def __init__(self, see: Callable[[int, bytes], None]) -> None:
        self._see = see
        self._changed = threading.Condition()
        self._waiting: deque[tuple[int, bytes]] = deque()
        self._is_working = False
        self._error: BaseException | None = None

    def take(self, index: int, piece: bytes) -> None:
        """Take the next piece, after waiting while the queue is full."""
        with self._changed:
            while len(self._waiting) >= BEHIND:
                self._changed.wait()
            self._waiting.append((index, piece))
            starts, self._is_working = not self._is_working, True
        if starts:
            # In a pool of its own, whose tasks never wait for each other, so that none starves.
            in_the_pool(self._work, "pinarkive-hash")

    def finish(self) -> None:
        """Wait until all pieces have been passed on, and raise the error if that failed."""
        with self._changed:
            while self._is_working:
                self._changed.wait()
        if self._error is not None:
            raise self._error

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.notify_all()
                if not self._waiting:
                    self._is_working = False
                    return
                index, piece = self._waiting.popleft()
            try:
                self._see(index, piece)
            except BaseException as error:
                self._error = error
