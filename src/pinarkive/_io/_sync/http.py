# generated from src/pinarkive/_io/_async/http.py by scripts/generate; change that file
"""Makes one attempt at a call: sends a request and returns the result.

A request is made once, of ready parts, and goes straight to a transport: an `httpx.Client` would
spend as much time again on merging URLs, headers and cookies that we do not want merged.
"""

from collections.abc import Callable
from contextlib import closing
from functools import partial
from typing import TypeAlias

import httpx

from ..._core.decode import Answer, is_identity
from ..._core.encode import Outgoing
from ...errors import ClientClosedError
from ..deadlines import has_passed
from ..environment import Way, no_tls, verify_for
from ..in_threads.transports import Transports
from ..in_threads.waits import limited, others_turn
from ..living import Living
from ..messages import check_kind, headers_of, is_enough, to_answer, to_httpx
from ..moments import is_skipped
from ..reading import OnProgress
from ..verdict import Failed, closed, failed, is_of_the_network
from .transport import Body, Transport, body_of

__all__ = ["Http", "UserClient"]

# Our connections end at the moment itself and say what they waited for; files and another's
# transports know of no moment, and are ended from outside.
GRACE = 0.05
DEFAULT_WAY = Way()
# After so many pieces of an answer others have their turn: a server may make them a byte long.
MANY_PIECES = 100

UserClient: TypeAlias = httpx.Client
"""An `httpx.Client` of the user's own."""


class Http:
    """Sends requests and brings answers; one for a client and all of its views."""

    def __init__(
        self, base_url: str, http_client: UserClient | None, way: Way = DEFAULT_WAY
    ) -> None:
        check_kind(http_client, httpx.Client)
        self._base_url = base_url
        self._way = way
        self._given = http_client
        verify = no_tls() if http_client is not None else way.ssl_context or verify_for(base_url)
        self._transports = Transports(partial(Transport, base_url, verify, way))
        self._children: Living[Http] = Living()
        self._has_answered = False

    def apart(self, base_url: str | None = None) -> "Http":
        """Return one with connections of its own, perhaps to elsewhere, closed with this one."""
        if self._transports.are_closed:
            raise ClientClosedError
        child = Http(base_url or self._base_url, self._given, self._way)
        self._children.add(child)
        return child

    @property
    def has_own(self) -> str:
        """What of it is the user's own and no pickle can hold, by the argument's name, or `""`."""
        if self._given is not None:
            return "an http_client"
        return "an ssl_context or a proxy" if self._way.is_told else ""

    def exchange(
        self, outgoing: Outgoing, deadline: float | None, on_progress: OnProgress | None
    ) -> Answer | Failed:
        """Send a request once and return what came of it; errors of the caller's files pass."""
        body = Body(outgoing.body, on_progress)
        try:
            with (
                limited(deadline, GRACE),
                closing(body),
                closing(self._send(outgoing, body, deadline)) as response,
            ):
                self._has_answered = True
                headers = headers_of(response)
                pieces: list[bytes] = []
                size = 0
                if is_identity(headers):
                    for piece in body_of(response):
                        pieces.append(piece)
                        size += len(piece)
                        if is_enough(size, deadline):
                            break
                        if len(pieces) % MANY_PIECES == 0:
                            others_turn()
                has_left = body.has_left
                return to_answer(response.status_code, headers, pieces, has_left=has_left)
        except Exception as error:
            if body.error is error or not is_of_the_network(error):
                raise
            problem = error
        return self._failed(problem, outgoing, body, deadline)

    def receive(
        self,
        outgoing: Outgoing,
        deadline: float | None,
        begin: Callable[[Answer], bool],
        take: Callable[[bytes], None],
    ) -> Answer | Failed:
        """Send a request once, and hand its answer's body on as it comes.

        Args:
            outgoing: The request, which has no body.
            deadline: The moment at which this must have ended.
            begin: Told of the answer's head, returns whether the body is to be handed on; else it
                is in the answer that is returned.
            take: Takes the pieces of the body. What it raises passes.
        """
        body = Body(outgoing.body, None)
        own: Exception | None = None
        try:
            with (
                limited(deadline, GRACE),
                closing(body),
                closing(self._send(outgoing, body, deadline)) as response,
            ):
                self._has_answered = True
                headers = headers_of(response)
                head = to_answer(response.status_code, headers, [], has_left=body.has_left)
                try:
                    is_wanted = begin(head)
                except Exception as error:
                    own = error
                    raise
                kept: list[bytes] = []
                size = count = 0
                for piece in body_of(response):
                    count += 1
                    if count % MANY_PIECES == 0:
                        others_turn()
                    size += len(piece)
                    if not is_wanted:
                        kept.append(piece)
                        if is_enough(size, deadline):
                            break
                        continue
                    try:
                        take(piece)
                    except Exception as error:
                        own = error
                        raise
                    if has_passed(deadline):
                        raise httpx.ReadTimeout("the content came too slowly")
                return to_answer(head.status, headers, kept, has_left=True)
        except Exception as error:
            if own is error or not is_of_the_network(error):
                raise
            problem = error
        return self._failed(problem, outgoing, body, deadline)

    def pause(self, seconds: float) -> None:
        """Wait, unless the client is closed meanwhile or a test skips waits."""
        self._transports.pause(0.0 if is_skipped(seconds) else seconds)

    def close(self) -> None:
        """Close the connections; a client of the user's own stays open."""
        self._transports.end()
        for child in self._children:
            child.close()
        self._transports.close()

    def _failed(
        self, problem: Exception, outgoing: Outgoing, body: Body, deadline: float | None
    ) -> Failed:
        """Return what an error of the network means."""
        if self._transports.are_closed:
            return closed(outgoing, body_left=body.has_left)
        return failed(
            problem,
            outgoing,
            body_left=body.has_left,
            deadline=deadline,
            has_answered=self._has_answered,
        )

    def _send(self, outgoing: Outgoing, body: Body, deadline: float | None) -> httpx.Response:
        if self._transports.are_closed:
            raise ClientClosedError
        if self._given is None:
            request = to_httpx(outgoing, body, deadline, ours=True)
            return self._transports.get().handle_request(request)
        if self._given.is_closed:
            raise ClientClosedError("The http_client that was given is closed")
        request = to_httpx(outgoing, body, deadline, ours=False)
        return self._given.send(request, stream=True, auth=None, follow_redirects=False)
