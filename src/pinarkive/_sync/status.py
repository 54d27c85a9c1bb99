# generated from src/pinarkive/_async/status.py by scripts/generate; change that file
"""`client.status`: how a CID stands in its cluster."""

from ..inputs import ClusterName
from ..models import Allocation, GetAllocations, GetStatus, PinStatus
from .sender import Sender

__all__ = ["Status"]


class Status:
    """How a CID stands in its cluster. An API token needs the scope `cluster:read`."""

    def __init__(self, client: Sender) -> None:
        self._client = client

    def get(self, cid: str, *, cluster_id: ClusterName | None = None) -> PinStatus:
        """GET /status/{cid}: ask how a pin stands, peer by peer.

        Args:
            cid: A bare CID, v0 or v1 in any usual base.
            cluster_id: The cluster that holds it, as `Upload.cluster_id` tells. Left out, it is the
                client's or the service's default, which is wrong for content pinned elsewhere.

        Returns:
            `PinStatus`: go by `is_pinned`, `is_pending` and `failed_peers`. A CID that is not
            pinned at all has the status `unpinned`, or raises `NotFoundError`.

        Raises:
            InvalidInputError: The CID or cluster id is malformed; nothing was sent.
            MissingScopeError: The API token lacks `cluster:read`.
            ServiceUnavailableError: The cluster can not be reached.

        Example:
            status = client.status.get(upload.cid, cluster_id=upload.cluster_id)
            print(status.is_pinned, status.failed_peers)
        """
        return self._client.send(GetStatus(cid=cid, cluster_id=cluster_id))

    def allocations(self, cid: str, *, cluster_id: ClusterName | None = None) -> Allocation:
        """GET /allocations/{cid}: ask which peers were told to hold a CID.

        Args:
            cid: A bare CID, v0 or v1 in any usual base.
            cluster_id: The cluster that holds it. Left out, it is the client's or the service's
                default.

        Returns:
            `Allocation`, with the ids of the `peers`.

        Raises:
            InvalidInputError: The CID or cluster id is malformed; nothing was sent.
            NotFoundError: The CID is not pinned.
            MissingScopeError: The API token lacks `cluster:read`.

        Example:
            print(len(client.status.allocations(cid).peers), "copies")
        """
        return self._client.send(GetAllocations(cid=cid, cluster_id=cluster_id))
