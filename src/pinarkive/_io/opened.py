"""Connections that are open, so that all of a client's can be ended at once."""

import socket
from contextlib import suppress

import httpcore

from .ahead import Ahead
from .channels import Channel, wait_for
from .living import Living

__all__ = ["Connection", "Opened"]


class Connection:
    """What both kinds of connection are: a socket, and what came on it ahead of its time."""

    def __init__(self, channel: Channel, opened: "Opened") -> None:
        self._channel = channel
        self._opened = opened
        self._ahead = Ahead()
        # How much to read at a time, where that is more than is asked for.
        self._room = 0
        opened.add(self)

    def abort(self) -> None:
        """End the connection under whoever waits for it, who then closes it."""
        with suppress(OSError):
            self._channel.shutdown(socket.SHUT_RDWR)

    def close_socket(self) -> None:
        """Close the socket; this end of it alone, which a forked process may share."""
        self._channel.close()

    def get_extra_info(self, info: str) -> object:
        """Return a property of the connection, as httpcore names them."""
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
    """The connections that are open."""

    def __init__(self) -> None:
        self._connections: Living[Connection] = Living()
        self._is_over = False

    def add(self, connection: Connection) -> None:
        """Remember a connection.

        Raises:
            httpcore.ConnectError: There are to be none any more.
        """
        self._connections.add(connection)
        if self._is_over:
            connection.close_socket()
            raise httpcore.ConnectError("the client is closed")

    def abort(self) -> None:
        """End all of them under whoever waits for one."""
        self._is_over = True
        for connection in self._connections:
            connection.abort()

    def close(self) -> None:
        """Close all of them, where nobody can be waiting any more."""
        self._is_over = True
        for connection in self._connections:
            connection.close_socket()
