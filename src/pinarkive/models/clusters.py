"""The clusters that hold content, and the gateways through which it can be read."""

from typing import Annotated, ClassVar

from ..inputs import ClusterId, Scope
from ._request import Endpoint, Request
from ._response import Response
from ._wire import AS_ASKED, Id, Integer, Text, names

__all__ = ["Cluster", "ClusterList", "Gateway", "GatewayList", "ListClusters", "ListGateways"]


class Gateway(Response, frozen=True, bare="url", wrappers=()):
    """An HTTP gateway to a cluster's content."""

    url: Annotated[Text | None, names("publicUrl", "url")] = None
    """Its URL, to which a CID is appended; the public one if there are two."""
    label: Annotated[Text | None, names("label", "name")] = None
    """Its name for people."""
    order: Annotated[Integer | None, names("order")] = None
    """Its position among the cluster's gateways, the lowest first."""


def first_url(gateways: list[Gateway]) -> str | None:
    """Return the URL of the gateway that comes first, if any has one."""
    placed = sorted(gateways, key=lambda each: (each.order is None, each.order))
    return next((each.url for each in placed if each.url), None)


class Cluster(Response, frozen=True, wrappers=()):
    """A cluster that the account's plan allows."""

    id: Annotated[Id, names("clusterId", "id", "_id")]
    """The cluster's id, such as `cl0-global`."""
    label: Annotated[Text | None, names("label", "name")] = None
    """Its name for people."""
    region: Annotated[Text | None, names("region")] = None
    """The region it is in."""
    country: Annotated[Text | None, names("country")] = None
    """The country it is in."""
    gateways: Annotated[list[Gateway], names("gateways")] = []
    """The gateways to its content."""

    @property
    def gateway_url(self) -> str | None:
        """The URL of its first gateway, to which a CID is appended, if it has one."""
        return first_url(self.gateways)


class ClusterList(Response, frozen=True, bare="clusters"):
    """The clusters that the account's plan allows."""

    clusters: Annotated[list[Cluster], names("clusters", "data", "items", "result")]
    """The clusters, in the service's order."""


class GatewayList(Response, frozen=True, bare="gateways"):
    """The gateways of one cluster."""

    gateways: Annotated[list[Gateway], names("gateways", "data", "items", "result")]
    """The gateways, in the service's order."""
    cluster_id: Annotated[Text | None, names("clusterId"), AS_ASKED] = None
    """The cluster's id."""

    @property
    def gateway_url(self) -> str | None:
        """The URL of the first gateway, to which a CID is appended, if there is one."""
        return first_url(self.gateways)


class ListClusters(Request[ClusterList], frozen=True):
    """GET /users/me/clusters: list the clusters that the account's plan allows."""

    endpoint: ClassVar[Endpoint] = Endpoint(
        "GET", "/users/me/clusters", ClusterList, scope=Scope.CLUSTER_READ
    )


class ListGateways(Request[GatewayList], frozen=True):
    """GET /cluster/gateways: list the gateways of a cluster."""

    endpoint: ClassVar[Endpoint] = Endpoint("GET", "/cluster/gateways", GatewayList, "query")

    cluster_id: ClusterId | None = None
    """The cluster; by default the client's or else the service's."""
