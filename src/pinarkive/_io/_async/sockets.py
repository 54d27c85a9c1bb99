"""Connections whose limits are moments, and which notice an early answer.

httpcore takes them in place of its own, whose limits hold for a single wait, so that a server that
sends a byte now and then can stretch a call for ever.
"""

import ssl
from collections.abc import Iterable

import httpcore

from ..channels import BLOCKS, Tls, wanted
from ..connecting import Address, looked_up, new_socket, not_connected, shares
from ..deadlines import connect_deadline, has_passed
from ..in_tasks.waits import addresses_of, connect, limited, others_turn, ready
from ..opened import Connection, Opened

__all__ = ["AsyncBackend", "AsyncStream"]

LONG_WRITE = 64 * 1024
LONG_READ = 256 * 1024

NO_HANDSHAKE = "the TLS handshake did not end in time; is this really https?"


class AsyncStream(Connection, httpcore.AsyncNetworkStream):
    """A connection that waits in a task or a thread."""

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Return what has arrived."""
        if data := self._ahead.take(max_bytes):
            return data
        has_waited = False
        while not has_passed(timeout):
            try:
                data = self._channel.recv(max(max_bytes, self._room))
            except BLOCKS as error:
                has_waited = True
                await ready(self._channel, wanted(error), timeout)
            except OSError as error:
                raise httpcore.ReadError(str(error)) from error
            else:
                if not has_waited:
                    await others_turn()
                # Who fills it has much to send, and httpcore takes as long over a small piece.
                self._room = LONG_READ if len(data) >= max_bytes else 0
                return data
        raise httpcore.ReadTimeout("the time is up")

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send all bytes, unless an answer comes meanwhile."""
        if not buffer:
            return
        data = memoryview(buffer)
        self._ahead.look_after(len(data), self._channel)
        while not has_passed(timeout):
            try:
                if data:
                    data = data[self._channel.send(data) :]
                if not data:
                    self._channel.flush()
            except ssl.SSLWantReadError:
                await ready(self._channel, "read", timeout)
            except BLOCKS:
                await ready(self._channel, "either", timeout)
                self._ahead.look(self._channel)
            except OSError as error:
                raise httpcore.WriteError(str(error)) from error
            else:
                if not data:
                    break
        else:
            raise httpcore.WriteTimeout("the time is up")
        if len(buffer) >= LONG_WRITE:
            await others_turn()

    async def aclose(self) -> None:
        """Close the connection."""
        self.close_socket()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Return the connection with TLS."""
        deadline = connect_deadline(timeout)
        try:
            async with limited(deadline):
                tls = Tls(self._channel, ssl_context, server_hostname)
                self._channel = tls
                while not has_passed(deadline):
                    try:
                        tls.do_handshake()
                    except BLOCKS as error:
                        await ready(tls, wanted(error), deadline)
                    else:
                        return AsyncStream(tls, self._opened)
            raise TimeoutError
        except BaseException as error:
            self._channel.close()
            if isinstance(error, TimeoutError):
                raise httpcore.ConnectTimeout(NO_HANDSHAKE) from error
            if isinstance(error, OSError | ValueError):
                raise httpcore.ConnectError(str(error)) from error
            raise


class AsyncBackend(httpcore.AsyncNetworkBackend):
    """Makes connections."""

    def __init__(self) -> None:
        self.opened = Opened()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Return a new connection, to the first of the host's addresses that takes it."""
        deadline = connect_deadline(timeout)
        problem: OSError | None = None
        try:
            found = await addresses_of(looked_up(host), port, deadline)
            for address, moment in shares(found, deadline):
                try:
                    return await self._connect(address, moment)
                except OSError as error:
                    problem = error
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(str(error)) from error
        if isinstance(problem, TimeoutError):
            raise httpcore.ConnectTimeout("no answer in time")
        raise not_connected(problem, host)

    async def _connect(self, address: Address, deadline: float) -> AsyncStream:
        sock = new_socket(address)
        stream = AsyncStream(sock, self.opened)
        try:
            await connect(sock, address, deadline)
        except BaseException:
            sock.close()
            raise
        return stream
