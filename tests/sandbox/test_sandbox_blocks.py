"""Blocks and whole DAGs, as the gateway gives them."""

import hashlib
import json

import httpx
import pytest

from pinarkive._dag.shards import hashed, shard_blocks
from pinarkive.cid import CID, DAG_PB, RAW, SHA2_256
from pinarkive.sandbox import Sandbox
from pinarkive.sandbox.dag import FileHasher, file_blocks, leaves_of, links_of
from pinarkive.unixfs import CHUNK_SIZE, MAX_LINKS, Node, file_node, tree

from ..npm import javascript
from .raw import UNKNOWN_CID

RAW_TYPE = "application/vnd.ipld.raw"
CAR_TYPE = "application/vnd.ipld.car"
DATA = b"".join(bytes([number]) * CHUNK_SIZE for number in range(5)) + b"the end"
# Names so long that a few of them are a sharded directory.
NAMES = [f"{number:03}-" + "x" * 240 for number in range(1_000)]


def upload(api: httpx.Client, data: bytes) -> str:
    return str(api.post("/files", files={"file": ("data", data)}).json()["cid"])


def raw(gateway: httpx.Client, cid: object) -> httpx.Response:
    return gateway.get(f"/ipfs/{cid}", params={"format": "raw"})


def as_version_0(cid: CID) -> CID:
    return CID(0, cid.codec, cid.hash_code, cid.digest)


@pytest.fixture(scope="module")
def large(shared_api: httpx.Client) -> CID:
    return CID.parse(upload(shared_api, DATA))


@pytest.fixture(scope="module")
def sharded(shared_api: httpx.Client) -> CID:
    files = [("files", (name, b"same")) for name in NAMES]
    return CID.parse(shared_api.post("/files/directory-dag", files=files).json()["cid"])


@pytest.mark.parametrize("leaves", [0, 1, 2, MAX_LINKS])
def test_the_tree_above_the_leaves_is_that_of_the_file(leaves: int) -> None:
    data = b"".join(number.to_bytes(2, "big") * (CHUNK_SIZE // 2) for number in range(leaves))
    for each in (data, data + b"more"):
        hasher = FileHasher()
        for start in range(0, len(each), 100_000):
            hasher.update(each[start : start + 100_000])
        root, blocks = file_blocks(leaves_of(hasher.finish(), len(each)))
        assert root == file_node(each)
        assert all(CID.of(DAG_PB, block) == cid for cid, block in blocks.items())


@pytest.mark.parametrize(
    ("query", "header"), [("?format=raw", "*/*"), ("", f"text/html, {RAW_TYPE};q=0.9")]
)
def test_the_blocks_of_a_file_make_the_file(
    gateway: httpx.Client, large: CID, query: str, header: str
) -> None:
    answer = gateway.get(f"/ipfs/{large}{query}", headers={"Accept": header})
    assert answer.headers["content-type"] == RAW_TYPE
    assert answer.headers["etag"] == f'"{large}.raw"'
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert CID.of(DAG_PB, answer.content) == large
    leaves = links_of(large, answer.content)
    assert b"".join(raw(gateway, leaf).content for leaf in leaves) == DATA
    # A leaf is a file, too.
    assert gateway.get(f"/ipfs/{leaves[5]}").content == b"the end"


def test_inner_nodes_of_a_file_are_blocks(shared_api: httpx.Client, gateway: httpx.Client) -> None:
    data = b"".join(number.to_bytes(2, "big") * (CHUNK_SIZE // 2) for number in range(176))
    root = CID.parse(upload(shared_api, data))
    inner = links_of(root, raw(gateway, root).content)
    assert [len(links_of(each, raw(gateway, each).content)) for each in inner] == [174, 2]
    assert gateway.get(f"/ipfs/{inner[1]}").status_code == 404


def test_a_block_at_a_path(shared_api: httpx.Client, gateway: httpx.Client) -> None:
    body = shared_api.post("/files/directory-dag", files=[("files", ("a/b.txt", b"b"))]).json()
    answer = gateway.get(f"/ipfs/{body['cid']}/a/b.txt?format=raw")
    assert (answer.content, answer.headers["etag"]) == (b"b", f'"{file_node(b"b").cid}.raw"')
    folder = gateway.get(f"/ipfs/{body['cid']}/a?format=raw")
    assert CID.of(DAG_PB, folder.content) == tree({"b.txt": file_node(b"b")})[""].cid


def test_every_shard_of_a_large_directory_is_a_block(gateway: httpx.Client, sharded: CID) -> None:
    leaf = file_node(b"same")
    links: list[tuple[bytes, Node]] = [(name.encode(), leaf) for name in NAMES]
    shards = list(shard_blocks(hashed(links), "kubo-v1"))
    assert len(shards) > 100
    assert shards[-1][0].cid == sharded
    for node, block in shards[:20] + shards[-1:]:
        assert raw(gateway, node.cid).content == block


def test_both_versions_of_a_cid_name_the_same_block(gateway: httpx.Client, large: CID) -> None:
    old = as_version_0(large)
    assert str(old).startswith("Qm")
    assert gateway.get(f"/ipfs/{old}").content == DATA
    assert raw(gateway, old).content == raw(gateway, large).content
    assert gateway.get(f"/ipfs/{old}?format=car").content.count(large.digest) == 2


@pytest.mark.parametrize("form", ["raw", "car"])
def test_head_tells_of_blocks_and_sends_nothing(
    gateway: httpx.Client, large: CID, form: str
) -> None:
    answer = gateway.head(f"/ipfs/{large}?format={form}")
    assert answer.headers["content-type"].startswith(f"application/vnd.ipld.{form}")
    assert (answer.status_code, answer.content) == (200, b"")


def test_another_format_is_refused(gateway: httpx.Client, large: CID) -> None:
    assert gateway.get(f"/ipfs/{large}?format=zip").status_code == 400
    for form in ("raw", "car"):
        assert gateway.get(f"/ipfs/{UNKNOWN_CID}?format={form}").status_code == 404


def test_a_car_file_holds_the_dag_in_depth_first_order(
    shared: Sandbox, shared_api: httpx.Client, gateway: httpx.Client
) -> None:
    files = {"a/x": DATA, "a/y": b"y", "b": b"y", "c": b"last"}
    parts = [("files", (path, data)) for path, data in files.items()]
    root = shared_api.post("/files/directory-dag", files=parts).json()["cid"]
    answer = gateway.get(f"/ipfs/{root}", headers={"Accept": CAR_TYPE})
    assert answer.headers["content-type"].startswith(CAR_TYPE)
    found = json.loads(javascript("car.mjs", f"{shared.gateway_url}/ipfs/{root}?format=car"))
    nodes = {path: file_node(data) for path, data in files.items()}
    leaves = [
        CID(1, RAW, SHA2_256, hashlib.sha256(DATA[start : start + CHUNK_SIZE]).digest())
        for start in range(0, len(DATA), CHUNK_SIZE)
    ]
    expected = [root, tree(nodes)["a"].cid, nodes["a/x"].cid, *leaves, nodes["b"].cid]
    assert found["roots"] == [root]
    assert found["blocks"] == [str(each) for each in [*expected, nodes["c"].cid]]


def test_a_car_file_of_a_sharded_directory_is_whole(
    shared: Sandbox, gateway: httpx.Client, sharded: CID
) -> None:
    found = json.loads(javascript("car.mjs", f"{shared.gateway_url}/ipfs/{sharded}?format=car"))
    assert found["blocks"][0] == str(sharded)
    assert found["blocks"].count(str(file_node(b"same").cid)) == 1
    assert {str(each) for each in links_of(sharded, raw(gateway, sharded).content)} <= set(
        found["blocks"]
    )


def test_a_block_lasts_as_long_as_something_that_holds_it(
    sandbox: Sandbox, api: httpx.Client
) -> None:
    shared_leaf = bytes(CHUNK_SIZE)
    first, second = upload(api, shared_leaf * 2), upload(api, shared_leaf + b"more")
    leaf = file_node(shared_leaf).cid
    with httpx.Client(base_url=sandbox.gateway_url, trust_env=False) as gateway:
        for cid, expected in ((first, 200), (second, 404)):
            assert api.delete(f"/files/remove/{cid}").status_code == 200
            assert raw(gateway, leaf).status_code == expected
            assert raw(gateway, cid).status_code == 404
