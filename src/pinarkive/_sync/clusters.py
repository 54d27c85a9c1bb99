# generated from src/pinarkive/_async/clusters.py by scripts/generate; change that file
"""`client.clusters`: the gateways of a cluster."""

from ..inputs import ClusterName
from ..models import GatewayList, ListGateways
from .sender import Sender

__all__ = ["Clusters"]


class Clusters:
    """The gateways of a cluster. `client.users.clusters()` lists the clusters of the account."""

    def __init__(self, client: Sender) -> None:
        self._client = client

    def gateways(self, cluster_id: ClusterName | None = None) -> GatewayList:
        """GET /cluster/gateways: list the gateways of a cluster. An API token may not suffice.

        Args:
            cluster_id: The cluster. The default is the client's or else the service's.

        Returns:
            `GatewayList`, with the `gateways` and the `gateway_url` of the first.

        Raises:
            InvalidInputError: The cluster id is malformed; nothing was sent.
            PermissionDeniedError: The credential does not allow this.

        Example:
            print(client.clusters.gateways("cl1-eu").gateway_url)
        """
        return self._client.send(ListGateways(cluster_id=cluster_id))
