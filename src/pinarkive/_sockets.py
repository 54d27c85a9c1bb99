"""Connections: sockets whose limits are moments, and which notice an answer that comes early.

httpcore takes them in place of its own, whose limits hold for a single wait, so that a server that
sends a byte now and then can stretch a call for ever; and which look for an answer only after the
whole request has been sent, so that an early one (413) is lost where the server then closes.

All sockets are non-blocking. What is common to both sides is an operation that succeeds, or says
what it has to wait for; the sides differ in how they wait.
"""

import asyncio
import errno
import math
import os
import select
import socket
import ssl
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Literal, Protocol, TypeAlias

import httpcore

from ._core.early import interim_length, is_final_answer
from ._io.living import Living

__all__ = ["AsyncBackend", "Backend", "has_passed", "seconds_left"]

CONNECT_TIMEOUT = 5.0
TLS_READ = 64 * 1024
# A MiB at a time takes a third longer: it leaves the cache, and the server waits for its start.
TLS_WRITE = 512 * 1024
LOOK_AHEAD = 64 * 1024
LONG_WRITE = 64 * 1024
# The system takes no more than 24 days at a time.
LONGEST_WAIT = 86_400.0
# How long a thread waits for a socket where the event loop can not.
SLICE = 0.1

NO_HANDSHAKE = "the TLS handshake did not end in time; is this really https?"

BLOCKS = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)
UNDER_WAY = {errno.EINPROGRESS, errno.EWOULDBLOCK, errno.EALREADY}

Wanted: TypeAlias = Literal["read", "write", "either"]
"""What a wait is for."""

if sys.platform != "win32":
    EVENTS: dict[Wanted, int] = {
        "read": select.POLLIN,
        "write": select.POLLOUT,
        "either": select.POLLIN | select.POLLOUT,
    }

Address: TypeAlias = tuple[
    socket.AddressFamily, socket.SocketKind, int, str, tuple[str | int | bytes, ...]
]


def seconds_left(deadline: float | None) -> float | None:
    """Return how long a wait may last; whoever waits looks at the moment again after it."""
    return None if deadline is None else min(max(0.0, deadline - time.monotonic()), LONGEST_WAIT)


def has_passed(deadline: float | None) -> bool:
    """Say whether no time is left."""
    return deadline is not None and time.monotonic() >= deadline


def connect_deadline(deadline: float | None) -> float:
    """Return the moment at which making a connection must end."""
    latest = time.monotonic() + CONNECT_TIMEOUT
    return latest if deadline is None else min(latest, deadline)


def wait_for(channel: "Channel", what: Wanted, seconds: float | None) -> bool:
    """Wait until a socket can be read from or written to; return whether it can."""
    if sys.platform == "win32":
        readers = [channel] if what != "write" else []
        writers = [channel] if what != "read" else []
        # Windows tells of a connection that failed by the third list.
        return any(select.select(readers, writers, writers, seconds))
    poll = select.poll()
    poll.register(channel, EVENTS[what])
    return bool(poll.poll(None if seconds is None else math.ceil(seconds * 1000)))


class Channel(Protocol):
    """A non-blocking connection, with TLS or without."""

    def fileno(self) -> int:
        """Return what the system knows it by."""
        ...

    def recv(self, size: int, /) -> bytes:
        """Return what has come."""
        ...

    def send(self, data: memoryview, /) -> int:
        """Send what can be sent, and return how much it was."""
        ...

    def flush(self) -> None:
        """Send what was taken and has not left."""
        ...

    def shutdown(self, how: int, /) -> None:
        """End it for whoever waits for it."""
        ...

    def close(self) -> None:
        """Close it."""
        ...


class Tcp(socket.socket):
    """A socket, which keeps nothing back."""

    def flush(self) -> None:
        """Do nothing: what was taken has left."""


class Tls:
    """TLS on a connection, or on TLS itself, as to a server behind a proxy that is encrypted.

    The ssl module's own socket can not do the latter, and makes a call to the system for each 16
    KiB; here many records leave with one.
    """

    def __init__(self, inner: Channel, context: ssl.SSLContext, host: str | None) -> None:
        self._inner = inner
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._unsent = memoryview(b"")
        self.ssl_object = context.wrap_bio(self._incoming, self._outgoing, server_hostname=host)

    def fileno(self) -> int:
        """Return what the system knows the socket by."""
        return self._inner.fileno()

    def do_handshake(self) -> None:
        """Agree on keys, as far as that goes without waiting."""
        while True:
            try:
                self.ssl_object.do_handshake()
            except ssl.SSLWantReadError:
                self.flush()
                self._fill()
            except ssl.SSLError:
                # The alert that tells the server why, if it can leave.
                with suppress(OSError):
                    self.flush()
                raise
            else:
                self.flush()
                return

    def recv(self, size: int, /) -> bytes:
        """Return what has come; nothing at the end, also at one without TLS's own farewell."""
        while True:
            # Where nothing can be sent any more, what came before can still be read.
            with suppress(OSError):
                self.flush()
            try:
                return self.ssl_object.read(size)
            except ssl.SSLWantReadError:
                self._fill()
            except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
                return b""

    def send(self, data: memoryview, /) -> int:
        """Encrypt and send some; what does not leave at once goes first the next time."""
        self.flush()
        taken = 0
        while taken < min(len(data), TLS_WRITE):
            try:
                taken += self.ssl_object.write(data[taken:TLS_WRITE])
            except ssl.SSLWantReadError:
                # The server asks for new keys (TLS 1.2), and nothing goes out before.
                if taken:
                    break
                self.flush()
                self._fill()
        with suppress(*BLOCKS):
            self.flush()
        return taken

    def flush(self) -> None:
        """Send what has been encrypted."""
        self._inner.flush()
        while True:
            if not self._unsent:
                self._unsent = memoryview(self._outgoing.read())
            if not self._unsent:
                return
            self._unsent = self._unsent[self._inner.send(self._unsent) :]

    def shutdown(self, how: int, /) -> None:
        """End it for whoever waits for it."""
        self._inner.shutdown(how)

    def close(self) -> None:
        """Close it."""
        self._inner.close()

    def _fill(self) -> None:
        try:
            data = self._inner.recv(TLS_READ)
        except BlockingIOError:
            # Whoever waits must wait to read, whatever it was about to do.
            raise ssl.SSLWantReadError from None
        if data:
            self._incoming.write(data)
        else:
            self._incoming.write_eof()


class Ahead:
    """What came while a request was being sent, and is to be read after it."""

    def __init__(self) -> None:
        self._received = bytearray()
        self._sent = 0

    def __bool__(self) -> bool:
        return bool(self._received)

    def look_after(self, size: int, channel: Channel) -> None:
        """Look in time for a request that is long; a short one has left before anyone answers."""
        if self._sent >= LOOK_AHEAD:
            self.look(channel)
        self._sent += size

    def look(self, channel: Channel) -> None:
        """Take what has come.

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
        # Interim answers are no use to anyone, and there may be no end of them.
        del self._received[: interim_length(self._received)]
        if not data or is_final_answer(self._received):
            raise httpcore.WriteError("the server answered before all was sent")

    def take(self, size: int) -> bytes:
        """Return what came, in order."""
        self._sent = 0
        data = bytes(self._received[:size])
        del self._received[:size]
        return data


def wanted(error: OSError) -> Wanted:
    """Return what an operation that can not go on waits for: "read" or "write"."""
    return "write" if isinstance(error, ssl.SSLWantWriteError) else "read"


def shares(addresses: Sequence[Address], deadline: float) -> Iterator[tuple[Address, float]]:
    """Yield each address and the moment up to which to try it: a dead one leaves time."""
    for index, address in enumerate(addresses):
        now = time.monotonic()
        yield address, now + (deadline - now) / (len(addresses) - index)


def new_socket(address: Address) -> Tcp:
    """Return a non-blocking socket for an address."""
    sock = Tcp(*address[:3])
    try:
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except BaseException:
        sock.close()
        raise
    return sock


def not_connected(problem: OSError | None, host: str) -> httpcore.ConnectError:
    """Return the error for a host none of whose addresses could be connected to."""
    error = httpcore.ConnectError(str(problem) if problem else f"{host!r} has no address")
    error.__cause__ = problem
    return error


class Connection:
    """What both kinds of connection are: a socket, and what came on it ahead of its time."""

    def __init__(self, channel: Channel, opened: "Opened") -> None:
        self._channel = channel
        self._opened = opened
        self._ahead = Ahead()
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


# The synchronous side ----------------------------------------------------------------------------


class Stream(Connection, httpcore.NetworkStream):
    """A connection that waits in its thread."""

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Return what has arrived."""
        if data := self._ahead.take(max_bytes):
            return data
        while not has_passed(timeout):
            try:
                return self._channel.recv(max_bytes)
            except BLOCKS as error:
                wait_for(self._channel, wanted(error), seconds_left(timeout))
            except OSError as error:
                raise httpcore.ReadError(str(error)) from error
        raise httpcore.ReadTimeout("the time is up")

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
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
                wait_for(self._channel, "read", seconds_left(timeout))
            except BLOCKS:
                wait_for(self._channel, "either", seconds_left(timeout))
                self._ahead.look(self._channel)
            except OSError as error:
                raise httpcore.WriteError(str(error)) from error
            else:
                if not data:
                    return
        raise httpcore.WriteTimeout("the time is up")

    def close(self) -> None:
        """Close the connection."""
        self.close_socket()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        """Return the connection with TLS."""
        deadline = connect_deadline(timeout)
        try:
            tls = Tls(self._channel, ssl_context, server_hostname)
            self._channel = tls
            while not has_passed(deadline):
                try:
                    tls.do_handshake()
                except BLOCKS as error:
                    wait_for(tls, wanted(error), seconds_left(deadline))
                else:
                    return Stream(tls, self._opened)
            raise httpcore.ConnectTimeout(NO_HANDSHAKE)
        except BaseException as error:
            self.close()
            if isinstance(error, OSError | ValueError):
                raise httpcore.ConnectError(str(error)) from error
            raise


class Backend(httpcore.NetworkBackend):
    """Makes connections that wait in their thread."""

    def __init__(self) -> None:
        self.opened = Opened()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Return a new connection, to the first of the host's addresses that takes it."""
        deadline = connect_deadline(timeout)
        problem: OSError | None = None
        try:
            addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            for address, moment in shares(addresses, deadline):
                try:
                    return self._connect(address, moment)
                except OSError as error:
                    problem = error
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(str(error)) from error
        if isinstance(problem, TimeoutError):
            raise httpcore.ConnectTimeout(str(problem))
        raise not_connected(problem, host)

    def _connect(self, address: Address, deadline: float) -> Stream:
        sock = new_socket(address)
        stream = Stream(sock, self.opened)
        try:
            code = sock.connect_ex(address[4])
            if code in UNDER_WAY:
                if not wait_for(sock, "write", seconds_left(deadline)):
                    raise TimeoutError("no answer in time")
                code = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            if code:
                raise OSError(code, os.strerror(code))
        except BaseException:
            sock.close()
            raise
        return stream


# The asynchronous side ---------------------------------------------------------------------------


async def ready(channel: Channel, what: Wanted) -> None:
    """Wait until a socket can be read from or written to; the call's limit is its caller's."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[None] = loop.create_future()

    def wake() -> None:
        if not future.done():
            future.set_result(None)

    # Without its number once it is closed, and it may be closed meanwhile.
    number = channel.fileno()
    try:
        if what != "write":
            loop.add_reader(number, wake)
        if what != "read":
            loop.add_writer(number, wake)
    except NotImplementedError:
        # Windows' own event loop can not watch a socket.
        while not await loop.run_in_executor(None, wait_for, channel, what, SLICE):
            pass
        return
    try:
        await future
    finally:
        if what != "write":
            loop.remove_reader(number)
        if what != "read":
            loop.remove_writer(number)


async def others_turn() -> None:
    """Let other tasks run, where a peer is so quick that there is never a wait."""
    await asyncio.sleep(0)


class AsyncStream(Connection, httpcore.AsyncNetworkStream):
    """A connection that lets the event loop wait."""

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Return what has arrived."""
        if data := self._ahead.take(max_bytes):
            return data
        has_waited = False
        while not has_passed(timeout):
            try:
                data = self._channel.recv(max_bytes)
            except BLOCKS as error:
                has_waited = True
                await ready(self._channel, wanted(error))
            except OSError as error:
                raise httpcore.ReadError(str(error)) from error
            else:
                if not has_waited:
                    await others_turn()
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
                await ready(self._channel, "read")
            except BLOCKS:
                await ready(self._channel, "either")
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
        try:
            async with asyncio.timeout(seconds_left(connect_deadline(timeout))):
                tls = Tls(self._channel, ssl_context, server_hostname)
                self._channel = tls
                while True:
                    try:
                        tls.do_handshake()
                    except BLOCKS as error:
                        await ready(tls, wanted(error))
                    else:
                        return AsyncStream(tls, self._opened)
        except BaseException as error:
            self._channel.close()
            if isinstance(error, TimeoutError):
                raise httpcore.ConnectTimeout(NO_HANDSHAKE) from error
            if isinstance(error, OSError | ValueError):
                raise httpcore.ConnectError(str(error)) from error
            raise


class AsyncBackend(httpcore.AsyncNetworkBackend):
    """Makes connections that let the event loop wait."""

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
            async with asyncio.timeout(seconds_left(deadline)):
                loop = asyncio.get_running_loop()
                addresses = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            for address, moment in shares(addresses, deadline):
                try:
                    async with asyncio.timeout(seconds_left(moment)):
                        return await self._connect(address)
                except OSError as error:
                    problem = error
        except TimeoutError as error:
            problem = error
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(str(error)) from error
        if isinstance(problem, TimeoutError):
            raise httpcore.ConnectTimeout("no answer in time")
        raise not_connected(problem, host)

    async def _connect(self, address: Address) -> AsyncStream:
        sock = new_socket(address)
        stream = AsyncStream(sock, self.opened)
        try:
            await asyncio.get_running_loop().sock_connect(sock, address[4])
        except BaseException:
            sock.close()
            raise
        return stream
