"""When a pin is asked after again, when it has failed, and where its link leads."""

import pytest

from pinarkive._core.gateways import gateway_of, url_on
from pinarkive._core.pinning import failed_pin, next_wait, not_in_time
from pinarkive.errors import InvalidInputError
from pinarkive.models import Cluster, ClusterList, Gateway, PeerStatus, PinStatus

CID = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"


def status(*peers: tuple[str, str, str]) -> PinStatus:
    listed = [PeerStatus(id=name, status=state, error=error) for name, state, error in peers]
    return PinStatus(cid=CID, status="partial", peers=listed)


def test_the_waits_grow_from_one_second_to_fifteen() -> None:
    waits = [next_wait(asked, 0.0, None) for asked in range(1, 12)]
    assert (waits[0], waits[-1]) == (1.0, 15.0)
    assert waits == sorted(waits)
    assert next_wait(10**9, 0.0, None) == 15.0


@pytest.mark.parametrize(
    ("asked", "least", "left", "wait"),
    [
        (1, 5.0, None, 5.0),
        (50, 5.0, None, 15.0),
        (1, 0.0, 0.25, 0.25),
        (1, 60.0, 10.0, 10.0),
        (1, 0.0, -1.0, 0.0),
    ],
)
def test_a_wait_is_what_the_service_asks_for_within_what_is_left(
    asked: int, least: float, left: float | None, wait: float
) -> None:
    assert next_wait(asked, least, left) == wait


@pytest.mark.parametrize(
    "peers",
    [(), (("a", "pinned", ""), ("b", "remote", "")), (("a", "pinning", ""), ("b", "unpinned", ""))],
)
def test_a_pin_that_is_on_its_way_has_not_failed(peers: tuple[tuple[str, str, str], ...]) -> None:
    assert failed_pin(status(*peers)) is None


def test_a_failure_says_which_peer_and_why() -> None:
    error = failed_pin(
        status(("a", "pinned", ""), ("b", "pin_error", "no space"), ("c", "error", ""))
    )
    assert error is not None
    assert str(error) == (
        f"{CID} could not be pinned: peer b says pin_error: no space; peer c says error"
    )
    assert (error.cid, error.status, error.sent) == (CID, "partial", "yes")
    assert error.peers == {"b": "pin_error: no space", "c": "error"}


@pytest.mark.parametrize(
    ("last", "problem", "told"),
    [
        (status(("a", "pinning", "")), None, "its status is 'partial', of its peers: a pinning"),
        (PinStatus(cid=CID, status="queued"), None, "its status is 'queued'. It"),
        (None, ValueError("no cluster"), "no status was received: no cluster"),
        (None, None, "no status was received. It"),
    ],
)
def test_what_was_heard_last_is_told(
    last: PinStatus | None, problem: Exception | None, told: str
) -> None:
    error = not_in_time(CID, 2.5, last, problem)
    assert f"{CID} is not pinned after 2.5 s; " in str(error)
    assert told in str(error)
    assert isinstance(error, TimeoutError)


def cluster(name: str, *urls: str | None) -> Cluster:
    gateways = [Gateway(url=url, order=-number) for number, url in enumerate(urls)]
    return Cluster(id=name, gateways=gateways)


CLUSTERS = ClusterList(
    clusters=[
        cluster("none"),
        cluster("one", "https://one/ipfs/"),
        cluster("two", "https://x", "https://two"),
    ]
)


@pytest.mark.parametrize(
    ("wanted", "gateway"),
    [(None, "https://one/ipfs/"), ("one", "https://one/ipfs/"), ("two", "https://two")],
)
def test_the_gateway_is_the_first_of_the_cluster(wanted: str | None, gateway: str) -> None:
    assert gateway_of(CLUSTERS, wanted) == gateway


@pytest.mark.parametrize(
    ("clusters", "wanted", "told"),
    [
        (CLUSTERS, "three", "no cluster 'three'; it has 'none', 'one', 'two'"),
        (CLUSTERS, "none", "the cluster 'none' has no public gateway"),
        (ClusterList(clusters=[cluster("none")]), None, "no cluster of the account has"),
        (ClusterList(clusters=[]), "one", "it has none"),
    ],
)
def test_no_gateway_is_told(clusters: ClusterList, wanted: str | None, told: str) -> None:
    with pytest.raises(InvalidInputError, match=told) as caught:
        gateway_of(clusters, wanted)
    assert caught.value.field == "cluster_id"


@pytest.mark.parametrize(
    ("gateway", "path", "url"),
    [
        ("https://g/ipfs/", None, f"https://g/ipfs/{CID}"),
        ("https://g/ipfs", None, f"https://g/ipfs/{CID}"),
        ("https://g", "a/b.txt", f"https://g/ipfs/{CID}/a/b.txt"),
        ("https://g/ipfs/", "a b/ü?#%.txt", f"https://g/ipfs/{CID}/a%20b/%C3%BC%3F%23%25.txt"),
    ],
)
def test_a_link_is_encoded(gateway: str, path: str | None, url: str) -> None:
    assert url_on(gateway, CID, path) == url


@pytest.mark.parametrize(("cid", "path", "field"), [("no", None, "cid"), (CID, "../a", "path")])
def test_a_link_to_what_is_malformed_is_refused(cid: str, path: str | None, field: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        url_on("https://g", cid, path)
    assert caught.value.field == field
