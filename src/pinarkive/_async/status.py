"""`client.status`: how a CID stands in its cluster."""

from collections.abc import Callable
from itertools import count

from .._core.pinning import failed_pin, next_wait, not_in_time
from .._io.moments import now
from ..config import check_timeout
from ..errors import APIConnectionError, NotFoundError, RateLimitError, ServerError
from ..inputs import ClusterName
from ..models import Allocation, GetAllocations, GetStatus, PinStatus
from .sender import AsyncPause, AsyncSender

__all__ = ["AsyncStatus"]


class AsyncStatus:
    """The state of pins in their cluster. An API token needs the scope `cluster:read`."""

    def __init__(self, client: AsyncSender, pause: AsyncPause) -> None:
        self._client = client
        self._pause = pause

    async def get(self, cid: str, *, cluster_id: ClusterName | None = None) -> PinStatus:
        """GET /status/{cid}: ask for the state of a pin on each peer.

        Args:
            cid: A bare CID, v0 or v1 in any usual base.
            cluster_id: The cluster that holds it, from `Upload.cluster_id`. The default is the
                client's or else the service's, which is wrong for content that is pinned elsewhere.

        Returns:
            `PinStatus`: rely on `is_pinned`, `is_pending` and `failed_peers`. A CID that is not
            pinned at all has the status `unpinned`, or raises `NotFoundError`.

        Raises:
            InvalidInputError: The CID or cluster id is malformed; nothing was sent.
            MissingScopeError: The API token lacks `cluster:read`.
            ServiceUnavailableError: The cluster cannot be reached.

        Example:
            status = await client.status.get(upload.cid, cluster_id=upload.cluster_id)
            print(status.is_pinned, status.failed_peers)
        """
        return await self._client.send(GetStatus(cid=cid, cluster_id=cluster_id))

    async def allocations(self, cid: str, *, cluster_id: ClusterName | None = None) -> Allocation:
        """GET /allocations/{cid}: ask which peers were told to hold a CID.

        Args:
            cid: A bare CID, v0 or v1 in any usual base.
            cluster_id: The cluster that holds it. The default is the client's or else the
                service's.

        Returns:
            `Allocation`, with the ids of the `peers`.

        Raises:
            InvalidInputError: The CID or cluster id is malformed; nothing was sent.
            NotFoundError: The CID is not pinned.
            MissingScopeError: The API token lacks `cluster:read`.

        Example:
            print(len((await client.status.allocations(cid)).peers), "copies")
        """
        return await self._client.send(GetAllocations(cid=cid, cluster_id=cluster_id))

    async def wait_until_pinned(
        self,
        cid: str,
        *,
        cluster_id: ClusterName | None = None,
        timeout: float | None = 300,
        on_change: Callable[[PinStatus], object] | None = None,
    ) -> PinStatus:
        """GET /status/{cid}, repeatedly, until every peer that was asked to hold the CID does.

        The interval grows from 1 s to 15 s, or is what the service asks for. Only the statuses of
        the peers count: the summary calls a healthy pin `partial`, and one in progress `unpinned`.
        A call that fails (the cluster cannot be reached, the answer is lost) is repeated.

        Args:
            cid: A bare CID, v0 or v1 in any usual base.
            cluster_id: The cluster that holds it, from `Upload.cluster_id`. The default is the
                client's or else the service's.
            timeout: Seconds for the whole wait; `None` is no limit.
            on_change: Called with the first `PinStatus`, and with each in which a peer has changed.

        Returns:
            The last `PinStatus`; its `is_pinned` is true.

        Raises:
            InvalidInputError: An argument is malformed; nothing was sent.
            PinFailedError: A peer reports an error, which is in the message.
            APITimeoutError: The time is up; the message contains the last status.
            MissingScopeError: The API token lacks `cluster:read`.

        Example:
            pin = await client.files.pin(cid)
            await client.status.wait_until_pinned(cid, cluster_id=pin.cluster_id)
        """
        request = GetStatus(cid=cid, cluster_id=cluster_id)
        limit = check_timeout(timeout)
        deadline = None if limit is None else now() + limit
        status, heard, problem = None, None, None
        for asked in count(1):
            left = None if deadline is None else deadline - now()
            if limit is not None and left is not None and left <= 0:
                raise not_in_time(cid, limit, status, problem)
            least = 0.0
            try:
                status = await self._client.send(request, timeout=... if left is None else left)
            except (APIConnectionError, RateLimitError, ServerError, NotFoundError) as error:
                # The cluster may not know a CID yet that was pinned just now.
                problem, least = error, float(error.retry_after or 0)
            else:
                if on_change is not None and status.peers != heard:
                    on_change(status)
                heard = status.peers
                if (failure := failed_pin(status)) is not None:
                    raise failure
                if status.is_pinned:
                    return status
            left = None if deadline is None else deadline - now()
            await self._pause(next_wait(asked, least, left))
        raise AssertionError("count() does not end")
