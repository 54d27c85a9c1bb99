# generated from src/pinarkive/_async/send_loop.py by scripts/generate; change that file
"""The loop that sends a request: an attempt, its outcome, and the wait before the next attempt."""

import logging
import math
import random
from collections.abc import Callable
from itertools import count
from typing import TypeVar

from .._core.decode import Answer, rate_limit, read_answer, request_id
from .._core.encode import Outgoing, time_limit
from .._core.pacing import Hold, what_is_left
from .._core.redact import redact_error, redact_text, written_forms
from .._core.retry import (
    LONGEST_RETRY_AFTER,
    LONGEST_SHARED_WAIT,
    Failure,
    RateGate,
    RetryBudget,
    failure_of_status,
    wait_before_retry,
)
from .._io._sync.http import Http
from .._io.logs import HiddenInLogs
from .._io.moments import now
from .._io.reading import OnProgress
from .._io.turns import Turns
from .._io.verdict import Failed
from .._values.attempt import Attempt
from ..config import Config, Timeout, check_timeout
from ..errors import APITimeoutError, PinarkiveError, RateLimitError
from ..models import Response, ResponseMeta
from ..models._response import attach_meta

__all__ = ["SendLoop"]

R = TypeVar("R")

logger = logging.getLogger("pinarkive")

# Shorter waits are not worth logging.
WORTH_A_LINE = 0.5


class SendLoop:
    """Sends requests, and repeats them where that is safe.

    Args:
        http: Makes one attempt.
        config: The client's configuration.
        budget: The retries that the client may still make.
        turns: Decides when the next request may begin.
        gate: Holds back all calls of a run of many uploads; `None` outside such a run.
    """

    def __init__(
        self,
        http: Http,
        config: Config,
        budget: RetryBudget,
        turns: Turns,
        gate: RateGate | None,
    ) -> None:
        self._http = http
        self._config = config
        self._budget = budget
        self._turns = turns
        self._gate = gate
        self._longest = LONGEST_RETRY_AFTER if gate is None else LONGEST_SHARED_WAIT

    def call(
        self,
        outgoing: Outgoing,
        read: Callable[[bytes], R],
        timeout: Timeout,
        on_progress: OnProgress | None,
    ) -> R:
        """Send a request, and return the answer as `read` makes it.

        Args:
            outgoing: The request.
            read: Reads the body of a successful answer.
            timeout: Seconds for the call; `...` for the configured timeout.
            on_progress: Receives the progress of an upload.

        Raises:
            PinarkiveError: There is no answer, or it is not a success.
        """
        started = now()
        limit = time_limit(outgoing, self._config) if timeout is ... else check_timeout(timeout)
        deadline = None if limit is None else started + limit
        in_doubt = False
        before: PinarkiveError | None = None
        for attempt in count(1):
            asked = now()
            begun = math.nan
            try:
                turn = self._turn(outgoing, deadline, before)
                begun = now()
                if deadline is not None and self._gate is not None:
                    # In a run, an upload's time limit does not include the wait for others.
                    deadline += begun - asked
                outcome = self._attempt(turn, outgoing, deadline, on_progress)
            except Exception as error:
                if isinstance(error, PinarkiveError):
                    tell(error, outgoing, attempt, in_doubt=in_doubt)
                if not math.isnan(begun):
                    self._watch(outgoing, attempt, now() - begun, error)
                raise
            seconds = now() - begun
            log(outgoing, outcome, seconds, attempt)
            if isinstance(outcome, Failed):
                failed = outcome = without_secrets(outcome, outgoing.secrets)
            else:
                try:
                    result = read_answer(outcome, outgoing, read, gone_is_done=in_doubt)
                except PinarkiveError as error:
                    failure = failure_of_status(outcome.status, error.retry_after)
                    failed = Failed(failure, error)
                else:
                    self._budget.reward()
                    elapsed = now() - started
                    tell_how_it_came(result, outcome, outgoing, attempt, elapsed)
                    self._watch(outgoing, attempt, seconds, outcome)
                    return result
            in_doubt = in_doubt or failed.failure is Failure.UNKNOWN
            tell(failed.error, outgoing, attempt, in_doubt=in_doubt)
            before, retry_after = failed.error, failed.error.retry_after
            if failed.failure is Failure.REFUSED and retry_after is not None:
                self._put_off(failed.error, now(), retry_after)
            wait = wait_before_retry(
                outgoing.replay,
                failed.failure,
                attempt=attempt,
                max_retries=self._config.max_retries,
                rewindable=outgoing.rewindable,
                retry_after=retry_after,
                left=None if deadline is None else deadline - now(),
                jitter=random.random(),  # noqa: S311  # spreads load, guards nothing
                longest=self._longest,
            )
            if wait is None or not self._budget.spend(failed.failure):
                self._watch(outgoing, attempt, seconds, failed.error)
                raise failed.error from failed.cause
            self._watch(outgoing, attempt, seconds, failed.error, will_retry=True)
            logger.info(
                "%s %s: attempt %d failed (%s); the next one is in %.1f s",
                outgoing.method,
                outgoing.path,
                attempt,
                failed.error.status_code or failed.failure,
                wait,
            )
            try:
                self._http.pause(wait)
            except PinarkiveError as error:
                tell(error, outgoing, attempt, in_doubt=in_doubt)
                raise
        raise AssertionError("count() does not end")

    def _watch(
        self,
        outgoing: Outgoing,
        number: int,
        seconds: float,
        outcome: Answer | Exception,
        *,
        will_retry: bool = False,
    ) -> None:
        """Report an attempt to `on_attempt`, whose own errors are only logged."""
        watch = self._config.on_attempt
        if watch is None:
            return
        told: tuple[int | None, str | None, str | None]
        if isinstance(outcome, Answer):
            told = outcome.status, None, request_id(outcome, outgoing)
        elif isinstance(outcome, PinarkiveError):
            told = outcome.status_code or None, type(outcome).__name__, outcome.request_id
        else:
            told = None, type(outcome).__name__, None
        status, failure, name = told
        try:
            watch(
                Attempt(
                    method=outgoing.method,
                    path=outgoing.route,
                    number=number,
                    seconds=seconds,
                    status=status,
                    failure=failure,
                    request_id=name,
                    will_retry=will_retry,
                )
            )
        except Exception:
            logger.exception("on_attempt raised an error, which is ignored")

    def _attempt(
        self,
        turn: object,
        outgoing: Outgoing,
        deadline: float | None,
        on_progress: OnProgress | None,
    ) -> Answer | Failed:
        """Send a request once, and record what its answer says about the rate limit."""
        said = None
        try:
            with HiddenInLogs(outgoing.secrets):
                outcome = self._http.exchange(outgoing, deadline, on_progress)
            if isinstance(outcome, Answer):
                said = what_is_left(outcome)
            return outcome
        finally:
            self._turns.end(turn, now(), said)

    def _turn(
        self, outgoing: Outgoing, deadline: float | None, before: PinarkiveError | None
    ) -> object:
        """Wait until a request may begin, and return the key that identifies it until it ends."""
        turn = object()
        is_told = False
        try:
            while wait := self._wait(turn, deadline, before):
                if not is_told and wait >= WORTH_A_LINE:
                    is_told = True
                    logger.debug(
                        "%s %s: waiting for the rate limit", outgoing.method, outgoing.path
                    )
                self._http.pause(wait)
        except BaseException:
            self._turns.leave(turn)
            raise
        return turn

    def _wait(self, turn: object, deadline: float | None, before: PinarkiveError | None) -> float:
        """Return the seconds until the request should ask again; 0 if it begins now.

        Raises:
            RateLimitError: The server told another call of the same run to wait for too long.
            APITimeoutError: `max_per_minute` allows the request only after its time limit.
        """
        moment = now()
        if self._gate is not None and (wait := self._gate.wait(moment)):
            self._turns.leave(turn)
            if wait > LONGEST_SHARED_WAIT or (deadline is not None and moment + wait >= deadline):
                raise put_off(wait)
            return wait
        hold = self._turns.ask(turn, moment)
        if hold is None:
            return 0.0
        left = None if deadline is None or self._gate is not None else deadline - moment
        if hold.fits(left, self._longest):
            return hold.seconds
        if hold.by_client:
            raise held_back(hold, self._config) from before
        # The wait is too long, but the server may accept the request anyway.
        self._turns.begin(turn, moment)
        return 0.0

    def _put_off(self, error: PinarkiveError, now: float, retry_after: float) -> None:
        """Make other calls wait too when the server tells one to wait."""
        if isinstance(error, RateLimitError):
            self._turns.put_off(now, retry_after)
        if self._gate is not None:
            self._gate.close(now, retry_after)


def put_off(wait: float) -> RateLimitError:
    """Return the error for a call that was not made because its whole run has to wait."""
    message = f"not sent: the service asked to wait another {wait:.0f} s"
    error = RateLimitError(429, message, retry_after=wait)
    error.sent = "no"
    return error


def held_back(hold: Hold, config: Config) -> APITimeoutError:
    """Return the error for a call that was not made because its turn would come too late."""
    return APITimeoutError(
        f"not sent: held back by max_per_minute={config.max_per_minute}; its turn would come in "
        f"{hold.longest:.1f} s, after the call's time limit"
    )


def log(outgoing: Outgoing, outcome: Answer | Failed, seconds: float, attempt: int) -> None:
    """Log one line about an attempt, without headers, bodies or queries."""
    status = outcome.failure if isinstance(outcome, Failed) else outcome.status
    logger.debug(
        "%s %s: %s in %.3f s (attempt %d)",
        outgoing.method,
        outgoing.path,
        status,
        seconds,
        attempt,
    )


def tell(error: PinarkiveError, outgoing: Outgoing, attempt: int, *, in_doubt: bool) -> None:
    """Add the number of attempts to an error, and whether an earlier one may have succeeded."""
    error.attempts = attempt
    is_open = error.sent == "no" or outgoing.method not in {"GET", "HEAD"}
    if in_doubt and is_open:
        error.sent, error.hint = "maybe", outgoing.hint


def tell_how_it_came(
    result: object, answer: Answer, outgoing: Outgoing, attempts: int, elapsed: float
) -> None:
    """Add the `meta` of the call to a typed answer."""
    if isinstance(result, Response):
        name, limit = request_id(answer, outgoing), rate_limit(answer)
        attach_meta(result, ResponseMeta(answer.status, name, limit, attempts, elapsed))


def without_secrets(failed: Failed, secrets: tuple[str, ...]) -> Failed:
    """Return a failure that shows no secret.

    Its cause is kept without causes and frames of its own, as their locals hold what was sent.
    """
    forms = written_forms(secrets)
    redact_error(failed.error, forms)
    cause = failed.cause
    if cause is None or redact_text(str(cause), forms) != str(cause):
        return failed._replace(cause=None)
    cause.__cause__ = cause.__context__ = None
    return failed._replace(cause=cause.with_traceback(None))
