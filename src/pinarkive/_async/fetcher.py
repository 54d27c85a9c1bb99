"""Fetches content from a gateway: resumes where a connection broke, and follows redirects."""

import random
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from functools import partial
from types import EllipsisType

from .._core.decode import Answer
from .._core.encode import Outgoing
from .._core.fetching import (
    MAX_REDIRECTS,
    Ask,
    Begin,
    asking,
    begin_at,
    broken_off,
    error_at_end,
    grown_limit,
    is_whole,
    origin_of,
    redirected,
    seconds_for,
)
from .._core.matching import not_the_content
from .._core.retry import Failure, RetryBudget, failure_of_status, wait_before_retry
from .._io._async.http import AsyncHttp
from .._io.in_tasks.waits import finished
from .._io.intake import Intake
from .._io.moments import now
from .._io.threads import in_the_pool
from .._io.verdict import Failed
from ..config import Config, check_timeout
from ..errors import APIResponseError
from ..models import Replay
from .send_loop import log

__all__ = ["AsyncFetcher", "AsyncPump"]

# The bytes that a thread takes at a time, and the most that are handled without a thread.
BATCH = 1024 * 1024
SMALL = 64 * 1024


class AsyncPump:
    """Passes arriving bytes to a thread that writes and hashes them, one batch at a time.

    Args:
        intake: Writes and hashes the bytes.
        on_received: Called with the number of bytes that have arrived.
    """

    def __init__(self, intake: Intake, on_received: Callable[[int], object] | None = None) -> None:
        self._intake = intake
        self._on_received = on_received
        self._pieces: list[bytes] = []
        self._waiting = 0
        self._pending: Future[None] | None = None
        self.received = 0
        """How many bytes have arrived."""

    async def take(self, piece: bytes) -> None:
        """Take the next bytes."""
        self._pieces.append(piece)
        self._waiting += len(piece)
        self.received += len(piece)
        if self._waiting >= BATCH:
            await self._settle()
            self._pending = in_the_pool(self._hand_over())
        if self._on_received is not None:
            self._on_received(self.received)

    async def flush(self) -> None:
        """Wait until all bytes have been written and hashed."""
        await self._settle()
        if self._waiting > SMALL:
            await finished(in_the_pool(self._hand_over()))
        elif self._waiting:
            self._hand_over()()

    async def restart(self) -> None:
        """Discard everything that has arrived."""
        await self._settle()
        self._pieces, self._waiting, self.received = [], 0, 0
        self._intake.restart()

    def _hand_over(self) -> Callable[[], None]:
        pieces, self._pieces, self._waiting = self._pieces, [], 0
        return partial(self._intake.take, pieces)

    async def _settle(self) -> None:
        pending, self._pending = self._pending, None
        if pending is not None:
            await finished(pending)


class Reception:
    """What is known about one piece of content, across all attempts to fetch it."""

    def __init__(self, ask: Ask) -> None:
        self.ask = ask
        self.etag = ""
        self.total: int | None = ask.size
        self.begun: Begin | None = None


class AsyncFetcher:
    """Fetches from one gateway, within one time limit.

    Args:
        http: Connects to the gateway; it is closed together with the fetcher.
        config: The client's configuration.
        budget: The retries that the client may still make.
        timeout: Seconds for everything; `...` for the configured timeout, which grows with the size
            of the content.
        verify: Whether the content is verified, so that plain HTTP is acceptable.
    """

    def __init__(
        self,
        http: AsyncHttp,
        config: Config,
        budget: RetryBudget,
        timeout: float | None | EllipsisType,
        *,
        verify: bool,
    ) -> None:
        self._http = http
        self._config = config
        self._budget = budget
        self._verify = verify
        self._grows = timeout is ...
        limit = grown_limit(config) if timeout is ... else check_timeout(timeout)
        self._deadline = None if limit is None else now() + limit
        self._elsewhere: tuple[str, AsyncHttp] | None = None

    async def close(self) -> None:
        """Close the connections."""
        if self._elsewhere is not None:
            await self._elsewhere[1].close()
        await self._http.close()

    async def get(self, ask: Ask, pump: AsyncPump, on_total: Callable[[int], object]) -> None:
        """Fetch the whole content.

        Args:
            ask: What to request.
            pump: Takes the bytes.
            on_total: Called with the size of the content, once it is known.

        Raises:
            PinarkiveError: The content cannot be fetched.
            OSError: The content cannot be written.
        """
        reception = Reception(ask)
        if ask.size is not None:
            self._allow_for(ask.size)
        failures = 0
        while True:
            before = pump.received
            failed = await self._attempt(reception, pump, on_total)
            if failed is None:
                await pump.flush()
                return
            failures = 1 if pump.received > before else failures + 1
            wait = wait_before_retry(
                Replay.ALWAYS,
                failed.failure,
                attempt=failures,
                max_retries=self._config.max_retries,
                rewindable=True,
                retry_after=failed.error.retry_after,
                left=None if self._deadline is None else self._deadline - now(),
                jitter=random.random(),  # noqa: S311  # spreads load, guards nothing
            )
            failed.error.attempts = failures
            if wait is None or not self._budget.spend(failed.failure):
                raise failed.error from failed.cause
            await self._http.pause(wait)

    async def _attempt(
        self, reception: Reception, pump: AsyncPump, on_total: Callable[[int], object]
    ) -> Failed | None:
        """Fetch what is missing, and return the failure if there is one."""
        ask, http = reception.ask, self._http
        for _ in range(MAX_REDIRECTS + 1):
            reception.begun = None
            outgoing = asking(ask, self._config, pump.received, reception.etag)
            begin = partial(self._begin, reception, pump, on_total)
            began = now()
            outcome = await http.receive(outgoing, self._deadline, begin, take_of(ask, pump))
            log(outgoing, outcome, now() - began, 1)
            if isinstance(outcome, Failed):
                return outcome
            target = redirected(outcome, ask, may_be_open=self._verify)
            if target is None:
                return await self._end(reception, pump, outcome, outgoing)
            ask = target
            http = await self._to(origin_of(ask.url))
        raise APIResponseError(
            302, f"the gateway redirects more than {MAX_REDIRECTS} times for {reception.ask.url}"
        )

    async def _begin(
        self,
        reception: Reception,
        pump: AsyncPump,
        on_total: Callable[[int], object],
        head: Answer,
    ) -> bool:
        """Return whether an answer continues what has arrived, or starts it over."""
        begun = begin_at(head)
        if begun is None:
            return False
        etag = head.headers.get("etag", "")
        is_other = begun.start > 0 and reception.etag != etag and bool(reception.etag and etag)
        if begun.start != pump.received or is_other:
            await pump.restart()
            if begun.start:
                # This is the rest of another version, so the next attempt asks for the whole.
                reception.etag = ""
                return False
        reception.begun, reception.etag = begun, etag
        if begun.total is not None and reception.total is None:
            reception.total = begun.total
            self._allow_for(begun.total)
        if reception.total is not None:
            on_total(reception.total)
        return True

    async def _end(
        self, reception: Reception, pump: AsyncPump, answer: Answer, outgoing: Outgoing
    ) -> Failed | None:
        """Return the failure if the content is not complete at the end of an answer."""
        begun, received = reception.begun, pump.received
        if begun is None:
            if begin_at(answer) is not None:
                problem = "the content changed while it was being downloaded"
                return Failed(Failure.UNKNOWN, broken_off(outgoing, problem))
            if is_whole(answer, received):
                return None
            if answer.status == 416 and received:
                await pump.restart()
                problem = "the gateway has fewer bytes of it than have arrived"
                return Failed(Failure.UNKNOWN, broken_off(outgoing, problem))
            error = error_at_end(answer, outgoing)
            return Failed(failure_of_status(answer.status, error.retry_after), error)
        size = reception.ask.size
        if size is not None and received != size and (begun.total is not None or received > size):
            raise not_the_content(reception.ask.url, f"it has {received:,} bytes, not {size:,}")
        if reception.total is not None and received < reception.total:
            problem = f"it ended after {received:,} of {reception.total:,} bytes"
            return Failed(Failure.UNKNOWN, broken_off(outgoing, problem))
        self._budget.reward()
        return None

    async def _to(self, origin: str) -> AsyncHttp:
        """Return the connections to an origin that the gateway redirects to."""
        if self._elsewhere is not None:
            if self._elsewhere[0] == origin:
                return self._elsewhere[1]
            await self._elsewhere[1].close()
        self._elsewhere = (origin, self._http.apart(origin))
        return self._elsewhere[1]

    def _allow_for(self, size: int) -> None:
        if self._deadline is not None and self._grows:
            self._deadline += seconds_for(size)


def take_of(ask: Ask, pump: AsyncPump) -> Callable[[bytes], Awaitable[None]]:
    """Return a function that takes the pieces of the content, and rejects any excess."""
    most = ask.at_most
    if most is None:
        return pump.take

    async def take(piece: bytes) -> None:
        if pump.received + len(piece) > most:
            raise not_the_content(ask.url, f"it has more than {most:,} bytes")
        await pump.take(piece)

    return take
