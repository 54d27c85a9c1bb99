"""Builds the URL of a file on a cluster's gateway."""

from urllib.parse import quote, urlsplit

from ..config import check_base_url, checked_argument, is_loopback
from ..errors import InvalidInputError
from ..inputs import check_cid, check_dag_path
from ..models import Cluster, ClusterList, Gateway

__all__ = ["check_gateway", "gateway_of", "url_on"]


def gateway_of(clusters: ClusterList, cluster_id: str | None) -> str:
    """Return the URL of a cluster's first gateway.

    Args:
        clusters: The account's clusters.
        cluster_id: The cluster; `None` for the first that has a gateway.

    Raises:
        InvalidInputError: The account has no such cluster, or the cluster has no gateway.
    """
    found = {cluster.id: cluster for cluster in clusters.clusters}
    if cluster_id is not None and cluster_id not in found:
        known = ", ".join(map(repr, found)) or "none"
        raise InvalidInputError(
            f"cluster_id: the account has no cluster {cluster_id!r}; it has {known}", "cluster_id"
        )
    wanted: list[Cluster] = [*found.values()] if cluster_id is None else [found[cluster_id]]
    for cluster in wanted:
        if cluster.gateway_url:
            return cluster.gateway_url
    problem = (
        "no cluster of the account has a public gateway"
        if cluster_id is None
        else f"the cluster {cluster_id!r} has no public gateway"
    )
    raise InvalidInputError(f"cluster_id: {problem}", "cluster_id")


def check_gateway(value: object, *, verify: bool) -> str:
    """Return the URL of a gateway, which is given as text or as an account's `Gateway`.

    Args:
        value: The gateway.
        verify: Whether its content is verified, so that plain HTTP is acceptable.

    Raises:
        InvalidInputError: The gateway cannot be used.
    """
    url = value.url if isinstance(value, Gateway) else value
    if not isinstance(url, str):
        raise InvalidInputError("gateway: pass a URL, or a Gateway that has one", "gateway")
    if url.strip() == url and url.startswith("http:") and not verify:
        host = urlsplit(url).hostname or ""
        if not is_loopback(host):
            raise InvalidInputError(
                "gateway: content from http:// can be changed on its way; use https://, or leave "
                "verify on",
                "gateway",
            )
    return check_base_url(with_ipfs(url), "gateway", allow_insecure=True)


def url_on(gateway: str, cid: str, path: str | None) -> str:
    """Return the URL of content, or of a file in a directory, on a gateway.

    Raises:
        InvalidInputError: The CID or the path is malformed.
    """
    checked = checked_argument(check_cid, cid, "cid")
    inner = [] if path is None else checked_argument(check_dag_path, path, "path").split("/")
    return "/".join([with_ipfs(gateway), checked, *(quote(step, safe="") for step in inner)])


def with_ipfs(gateway: str) -> str:
    """Return a gateway's URL with `/ipfs` at its end, whether or not it was given with it."""
    base = gateway.rstrip("/")
    return base if base.endswith("/ipfs") else f"{base}/ipfs"
