"""A client's transports, for any number of threads, and for processes that are forked."""

import os
import threading
import weakref
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from ...errors import ClientClosedError

__all__ = ["Transports"]


class Transport(Protocol):
    """What a client sends through."""

    def close(self) -> None:
        """Close its connections."""
        ...

    def abandon(self) -> None:
        """Close them without ending them, since another process may share them."""
        ...


T = TypeVar("T", bound=Transport)


class Transports(Generic[T]):
    """A client's transport in each process, until the client is closed.

    Args:
        make: Makes a transport.
    """

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        # By process: a forked child must not read answers from its parent's connections. They are
        # under no lock, since one that is held while a process forks stays locked in the child.
        self._made: dict[int, T] = {}
        self._closing = threading.Event()

    @property
    def are_closed(self) -> bool:
        """Whether the client is closed."""
        return self._closing.is_set()

    def get(self) -> T:
        """Return the transport to use here.

        Raises:
            ClientClosedError: The client is closed.
        """
        process = os.getpid()
        transport = self._made.get(process)
        if transport is not None:
            return transport
        made = self._make()
        transport = self._made.setdefault(process, made)
        if transport is made:
            # A client that is discarded without being closed leaves no connection open.
            weakref.finalize(self, made.abandon)
        if self._closing.is_set():
            # It was closed since this call began, and may not know of this transport.
            transport.close()
            raise ClientClosedError
        for other in self._made.keys() - {process}:
            self._made.pop(other).abandon()
        return transport

    def pause(self, seconds: float) -> None:
        """Wait, unless the client is closed meanwhile.

        Raises:
            ClientClosedError: It was.
        """
        if self._closing.wait(seconds):
            raise ClientClosedError

    def end(self) -> None:
        """Give out no more transports."""
        self._closing.set()

    def close(self) -> None:
        """Close what was made here."""
        transport = self._made.pop(os.getpid(), None)
        if transport is not None:
            transport.close()
