"""Tracks a client's open connections, so that all of them can be ended at once."""

import socket
from contextlib import suppress

import httpcore

from .ahead import Ahead
from .channels import Channel, wait_for
from .living import Living

__all__ = ["Connection", "Opened"]


class Connection:
    """The common part of sync and async connections: a socket, and bytes that were read ahead."""

    def __init__(self, channel: Channel, opened: "Opened") -> None:
        self._channel = channel
        self._opened = opened
        self._ahead = Ahead()
        # How many bytes to read at a time, if that is more than the caller asks for.
        self._room = 0
        opened.add(self)

    def abort(self) -> None:
        """Shut the connection down, which wakes whoever waits for it and then closes it."""
        with suppress(OSError):
            self._channel.shutdown(socket.SHUT_RDWR)

    def close_socket(self) -> None:
        """Close only this process's socket, as a forked process may share the connection."""
        self._channel.close()

    def get_extra_info(self, info: str) -> object:
        """Return a property of the connection under httpcore's name for it."""
        match info:
            case "ssl_object":
                return getattr(self._channel, "ssl_object", None)
            case "is_readable":
                return bool(self._ahead) or wait_for(self._channel, "read", 0)
            case "socket":
                return self._channel
            case _:
                return None


class Opened:
    """The open connections of a client."""

    def __init__(self) -> None:
        self._connections: Living[Connection] = Living()
        self._is_over = False

    def add(self, connection: Connection) -> None:
        """Track a connection.

        Raises:
            httpcore.ConnectError: The client is closed.
        """
        self._connections.add(connection)
        if self._is_over:
            connection.close_socket()
            raise httpcore.ConnectError("the client is closed")

    def abort(self) -> None:
        """Shut all connections down, which wakes whoever waits for one."""
        self._is_over = True
        for connection in self._connections:
            connection.abort()

    def close(self) -> None:
        """Close all connections; nobody may be waiting for one."""
        self._is_over = True
        for connection in self._connections:
            connection.close_socket()
