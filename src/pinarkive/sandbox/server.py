"""The sandbox as a server: its socket, its thread, and a clean shutdown."""

import asyncio
import errno
import ipaddress
import logging
import os
import socket
import threading
from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Self, get_args

import uvicorn
from starlette.types import Scope as AsgiScope
from uvicorn.protocols.http.h11_impl import H11Protocol

from ..cid import CID
from ..inputs import Scope
from .accounts import Account, Mail
from .app import App
from .blobs import Spool
from .catalog import PLANS, PlanCode
from .clock import Clock, MovableClock, utc_now
from .database import Database, Shelf
from .faults import Faults
from .limits import LOGIN_WINDOW, RateLimiter, limits
from .payments import Payments
from .pinning import Pinning
from .recording import RecordedRequest
from .shapes import ProfileName
from .totp import step_at, totp_code
from .world import World

__all__ = ["Sandbox"]

# Longer than clients keep idle connections, because nothing here is scarce.
KEEP_ALIVE_SECONDS = 75
# When the sandbox is closed, requests in progress are cut off after this time.
GRACE_SECONDS = 1

# Without logging in the program, Python would print their warnings to stderr, such as those about a
# client that does not send HTTP or a body that is not a form.
for name in ("uvicorn", "python_multipart"):
    logging.getLogger(name).addHandler(logging.NullHandler())


class Sandbox:
    """A local PinArkive on its own port, for tests, examples and work without a network.

        with Sandbox() as sandbox:
            client = PinarkiveClient(api_key=sandbox.api_key, base_url=sandbox.base_url)

    It has two accounts. `email` and `password` log in without a code, and `api_key` is an API token
    of that account with every scope. `totp_email` and `totp_password` also need a code (see
    `totp_secret`) to log in and to create and revoke tokens; each code works once for each of these
    three.

    Contents have their real CIDs and are served at `<gateway_url>/ipfs/<cid>`. The server has one
    directory for `POST /files/directory`, `/data/example`. Any CID can be pinned, but the gateway
    serves only content that was uploaded here. Two of three peers hold a pin, so the summary of its
    status is `partial`.

    Args:
        host: The address to listen on.
        port: The port; 0 picks a free one.
        data: A folder that keeps everything: a sandbox that is started on it later has the same
            credentials, accounts and uploads, even after it was killed. Only one sandbox at a time
            can use it. Left out, everything is forgotten at the end.
        plan: The plan of both accounts: `premium`, or `free`, which has 100 MiB, one cluster and
            no timelocks.
        quota: How many bytes each account may store, instead of what its plan allows. Accounts that
            `data` already contains do not change; the same is true of `plan` and `max_file_size`.
        max_file_size: How many bytes one upload may have, instead of what the plan allows.
        rate_limit: How many calls each caller may make in `rate_window`. A caller is known by its
            credential, or else by its address. Left out, this and the two limits below do not
            apply. The real service allows 100 calls a minute, 10 a second, and 10 logins in 15
            minutes.
        rate_window: The seconds that `rate_limit` applies to.
        rate_limit_per_second: How many calls each caller may make in a second.
        login_limit: How many calls that log in, sign up, or reset a password may come from one
            address in 15 minutes.
        pin_seconds: How many seconds of the sandbox's clock pass until all peers hold a pin; until
            then it is `pinning`. By default they hold it immediately.
        payments: Whether the payment gateways are switched on. Nothing is ever paid.
        profile: The shape of the answers: `docs`, as in the service's documentation, with the
            additional fields of the TypeScript types; `ts`, as in these types alone; `v2`, as in
            version 2; `cluster`, the unchanged answers of the cluster behind the service.
        clock: The source of the time; `sandbox.clock` moves it forward from there.
        hosts: Additional names at which the web page and `/__sandbox/` answer, besides addresses,
            `localhost` and names below it, and `host`.
    """

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        data: str | os.PathLike[str] | None = None,
        plan: PlanCode = "premium",
        quota: int | None = None,
        max_file_size: int | None = None,
        rate_limit: int | None = None,
        rate_window: float = 60,
        rate_limit_per_second: int | None = None,
        login_limit: int | None = None,
        pin_seconds: float = 0,
        payments: bool = False,
        profile: ProfileName = "docs",
        clock: Clock = utc_now,
        hosts: Iterable[str] = (),
    ) -> None:
        if profile not in get_args(ProfileName):
            raise ValueError(f"there is no profile {profile!r}; use one of {get_args(ProfileName)}")
        if plan not in PLANS:
            raise ValueError(f"there is no plan {plan!r}; use one of {tuple(PLANS)}")
        if not 0 <= port < 65536:
            raise ValueError(f"port must be from 0 to 65535, not {port}")
        if data is not None and not os.fspath(data):
            raise ValueError("data must not be empty: name a folder, or leave it out")
        for name, value in (
            ("quota", quota),
            ("max_file_size", max_file_size),
            ("pin_seconds", pin_seconds),
        ):
            if value is not None and not value >= 0:
                raise ValueError(f"{name} must not be negative, but is {value}")
        self._host = host
        self._port = port
        self.clock = MovableClock(clock)
        folder = None if data is None else Path(data)
        self._database = Database(folder)
        self._spool = Spool(folder)
        self._pinning = Pinning(self._database, pin_seconds)
        orders = Payments(self._database) if payments else None
        world = World(self.clock, self._database, self._spool, self._pinning, orders)
        self._accounts = world.accounts
        self._recorder = world.recorder
        self.faults = world.faults
        chosen = PLANS[plan]
        account = world.accounts.add("user", chosen, quota=quota, max_file_size=max_file_size)
        totp_account = world.accounts.add(
            "totp", chosen, quota=quota, max_file_size=max_file_size, totp=True
        )
        self.email, self.totp_email = account.email, totp_account.email
        settings = Shelf(self._database, "settings", str)
        if "api_key" not in settings:
            settings["api_key"], _ = world.accounts.generate(account, "sandbox", scopes=Scope)
        self.api_key = settings["api_key"]
        self._database.commit()
        world.api_key = self.api_key
        world.accounts.remember()
        general = limits(
            (rate_limit, timedelta(seconds=rate_window)),
            (rate_limit_per_second, timedelta(seconds=1)),
        )
        logins = limits((login_limit, LOGIN_WINDOW))
        self._app = App(
            world,
            RateLimiter(general),
            RateLimiter(logins, "RATE_LIMIT"),
            profile,
            self._cut,
            {host.lower(), *(each.lower() for each in hosts)},
        )
        self._server: Server | None = None
        self._thread: threading.Thread | None = None
        self._origin: str | None = None

    @property
    def gateway_url(self) -> str:
        """The URL of the gateway, which serves contents at `/ipfs/<cid>`."""
        if self._origin is None:
            raise RuntimeError("the sandbox has not been started; use `with Sandbox() as sandbox:`")
        return self._origin

    @property
    def base_url(self) -> str:
        """The base URL of the API."""
        return f"{self.gateway_url}/api/v3"

    api_key: str
    """An API token with every scope."""

    clock: MovableClock
    """The sandbox's clock: `clock.advance(days=30)` moves it forward, `clock.now` is the time."""

    faults: Faults
    """The faults to come: `faults.add(status=429, times=3)`, and `faults.clear()`."""

    email: str
    """The e-mail address of the account that needs no code."""

    totp_email: str
    """The e-mail address of the account that needs a code."""

    @property
    def password(self) -> str:
        """The password of the account that needs no code."""
        return self._accounts.by_email(self.email).password

    @property
    def totp_password(self) -> str:
        """The password of the account that needs a code."""
        return self._accounts.by_email(self.totp_email).password

    @property
    def totp_secret(self) -> str:
        """The secret of that account's codes, in base32, as an authenticator app expects it."""
        return secret_of(self._accounts.by_email(self.totp_email))

    def totp_code(self, secret: str | None = None) -> str:
        """Return the code that is valid now.

        Args:
            secret: The secret of the codes. Left out, that of the account that needs codes.
        """
        return totp_code(secret or self.totp_secret, step_at(self.clock()))

    @property
    def mails(self) -> list[Mail]:
        """The mails that the service would have sent, oldest first: `to`, `kind`, `token`."""
        return self._accounts.mails

    @property
    def requests(self) -> list[RecordedRequest]:
        """The last thousand requests to the API and the gateway, oldest first.

        A request is listed by the time its client has the answer.
        """
        return self._recorder.requests

    def clear_requests(self) -> None:
        """Forget the requests so far."""
        self._recorder.clear()

    @property
    def pin_seconds(self) -> float:
        """How many seconds pass until all peers hold a pin; it can be set."""
        return self._pinning.seconds

    @pin_seconds.setter
    def pin_seconds(self, seconds: float) -> None:
        self._pinning.seconds = seconds

    def reset(self) -> None:
        """Return to the initial state: no uploads, tokens or faults, and the clock not moved.

        The address, `api_key`, and both accounts stay valid, so clients continue to work.
        """
        if self._server is None:
            self._app.reset()
        else:
            self._server.run_there(self._app.reset)

    def _cut(self, scope: AsgiScope, *, at_once: bool) -> None:
        if self._server is not None:
            self._server.cut(scope["client"], at_once=at_once)

    def disable(self, email: str) -> None:
        """Disable an account, as an administrator of the service can."""
        self._accounts.disable(email)
        self._database.commit()

    def fail_pin(self, cid: str, error: str | None = "context deadline exceeded") -> None:
        """Make a peer fail to pin a CID from now on, after the time that pinning takes.

        Args:
            cid: The CID.
            error: The peer's error text; `None` makes it succeed again.
        """
        self._pinning.fail(CID.parse(cid), error)
        self._database.commit()

    def start(self) -> Self:
        """Start the server, and return when it answers calls.

        Raises:
            OSError: It cannot listen on the address.
        """
        if self._thread is not None:
            raise RuntimeError("a sandbox can be started only once; create another one")
        listener = listen(self._host, self._port)
        self._origin = origin_of(listener)
        config = uvicorn.Config(
            self._app,
            loop="asyncio",
            http="h11",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
        self._server = Server(config)
        self._thread = threading.Thread(
            target=self._server.run_until_told,
            args=(listener,),
            name="pinarkive-sandbox",
            daemon=True,
        )
        self._thread.start()
        self._server.ready.wait()
        if not self._server.started:
            self.close()
            raise RuntimeError("the sandbox did not start")
        return self

    def close(self) -> None:
        """Stop, and forget what is not stored in `data`. Closing it again does nothing."""
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._thread.join()
        self._database.close()
        self._spool.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Sandbox({self._origin or 'not started'!r})"


class Server(uvicorn.Server):
    """Uvicorn, with an event for when it is ready, and no connections left open at the end."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready: threading.Event = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def run_until_told(self, listener: socket.socket) -> None:
        """Serve until `should_exit` is set."""
        with listener:
            try:
                self.run([listener])
            finally:
                self.ready.set()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to accept connections."""
        self._loop = asyncio.get_running_loop()
        await super().startup(sockets)
        self.ready.set()

    def run_there(self, function: Callable[[], None]) -> None:
        """Call a function in the server's thread, and return when it is done."""
        if self._loop is None or self._loop.is_closed():
            raise RuntimeError("the sandbox was closed")

        async def call() -> None:
            function()

        asyncio.run_coroutine_threadsafe(call(), self._loop).result()

    def cut(self, client: object, *, at_once: bool) -> None:
        """Close a client's connection, immediately or after sending what was written to it."""
        for connection in list(self.server_state.connections):
            if not isinstance(connection, H11Protocol) or connection.client != client:
                continue
            if at_once:
                connection.transport.abort()
            else:
                connection.transport.close()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close all connections, also those whose client neither reads nor closes."""
        await super().shutdown(sockets)
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        # Transports close in the next iteration of the loop.
        await asyncio.sleep(0)


def listen(host: str, port: int) -> socket.socket:
    """Return a socket bound to an address, or raise `OSError`."""
    family, kind, protocol, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    listener = socket.socket(family, kind, protocol)
    try:
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            problem = f"port {port} of {host} is in use; use another one, or 0 for any that is free"
            raise OSError(error.errno, problem) from None
        raise
    return listener


def origin_of(listener: socket.socket) -> str:
    """Return the URL at which a socket can be reached from this machine."""
    host, port = listener.getsockname()[:2]
    address = ipaddress.ip_address(host)
    if address.is_unspecified:
        address = ipaddress.ip_address("::1" if address.version == 6 else "127.0.0.1")
    return f"http://[{address}]:{port}" if address.version == 6 else f"http://{address}:{port}"


def secret_of(account: Account) -> str:
    """Return the secret of an account's codes."""
    if account.totp_secret is None:
        raise RuntimeError(f"{account.email} has no two-factor authentication")
    return account.totp_secret
