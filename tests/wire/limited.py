"""A server that takes so many requests in a window, says so, and refuses the others."""

import threading
import time
from datetime import UTC, datetime

from .faults import CID
from .server import Connection, FaultServer, Read, Step, json_answer

__all__ = ["Limiter", "limited_server"]


class Limiter(Step):
    """Counts requests, the first of them opening a window.

    Args:
        limit: How many are taken in a window.
        seconds: How long it lasts.
    """

    def __init__(self, limit: int, seconds: float) -> None:
        self.taken = 0
        self.refused = 0
        self._limit = limit
        self._seconds = seconds
        self._ends = 0.0
        self._count = 0
        self._lock = threading.Lock()

    def run(self, connection: Connection) -> None:
        """Take a request, or refuse it."""
        with self._lock:
            now = time.time()
            if now >= self._ends:
                self._ends, self._count = now + self._seconds, 0
            is_taken = self._count < self._limit
            self._count += is_taken
            self.taken += is_taken
            self.refused += not is_taken
            reset = datetime.fromtimestamp(self._ends, UTC).isoformat(timespec="milliseconds")
            headers = [
                f"X-RateLimit-Limit: {self._limit}",
                f"X-RateLimit-Remaining: {self._limit - self._count}",
                f"X-RateLimit-Reset: {reset}",
            ]
        if not is_taken:
            headers.append(f"Retry-After: {self._seconds:.0f}")
        body = b'{"cid":"%b","ok":true}' % CID.encode()
        connection.socket.sendall(json_answer(body, 201 if is_taken else 429, *headers))


def limited_server(limiter: Limiter) -> FaultServer:
    """Return a server that answers as a limiter says."""
    return FaultServer((Read(), limiter))
