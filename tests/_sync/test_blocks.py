# generated from tests/_async/test_blocks.py by scripts/generate; change that file
"""What a gateway sends of blocks and lengths is a claim, and is checked like any other."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pinarkive import DownloadProgress, IntegrityError, NotFoundError, PinarkiveClient
from pinarkive._dag.blocks import Node, branch_block, bytes_field, node_of, varint_field
from pinarkive.cid import CID, DAG_PB, IDENTITY
from tests.gateway import Fault, FaultyGateway

DATA = bytes(range(251)) * 40
# In chunks that no profile has, so that only its blocks can tell.
CHUNK = 1000
SHARD = varint_field(1, 5) + varint_field(5, 0x22) + varint_field(6, 256)


@pytest.fixture
def gateway() -> Iterator[FaultyGateway]:
    """Give a gateway, which does as it is told."""
    with FaultyGateway() as started:
        yield started


@pytest.fixture
def client() -> Iterator[PinarkiveClient]:
    """Give a client."""
    with PinarkiveClient(api_key="a-key", max_retries=1) as made:
        yield made


def link(name: bytes, node: Node) -> bytes:
    """Return a link as a block holds it."""
    return bytes_field(2, bytes_field(1, node.cid.bytes) + bytes_field(2, name))


def refused(
    client: PinarkiveClient, gateway: FaultyGateway, node: Node, to: Path | None = None
) -> str:
    """Return why a download is refused."""
    with pytest.raises(IntegrityError) as caught:
        client.files.download(str(node.cid), to=to, gateway=gateway.url)
    return str(caught.value)


def test_a_cid_can_hold_its_file_itself(client: PinarkiveClient, gateway: FaultyGateway) -> None:
    block = bytes_field(1, varint_field(1, 2) + bytes_field(2, b"Hi") + varint_field(3, 2))
    cid = CID(1, DAG_PB, IDENTITY, block)
    assert client.files.download(str(cid), gateway=gateway.url).content == b"Hi"
    assert gateway.seen == []


def test_a_block_of_another_kind_is_refused(
    client: PinarkiveClient, gateway: FaultyGateway
) -> None:
    node = gateway.add_block(b"\x0d1234")
    gateway.files[str(node.cid)] = b"1234"
    assert "a protobuf field of an unsupported type" in refused(client, gateway, node)


def test_a_part_of_a_sharded_directory_is_a_shard(
    client: PinarkiveClient, gateway: FaultyGateway, tmp_path: Path
) -> None:
    file = gateway.add_file(b"a file")
    node = gateway.add_block(link(b"0A", file) + bytes_field(1, SHARD))
    assert "not part of a directory" in refused(client, gateway, node, tmp_path / "site")


def test_a_part_of_a_file_is_a_file_of_its_size(
    client: PinarkiveClient, gateway: FaultyGateway
) -> None:
    directory = gateway.add_links([])
    parts = [Node(directory.cid, 10, 10)]
    block = branch_block(parts)
    node = node_of([(b"", part) for part in parts], block, "kubo-v1")
    gateway.blocks[str(node.cid)] = block
    gateway.files[str(node.cid)] = b"0123456789"
    assert "not the part of a file" in refused(client, gateway, node)


@pytest.mark.parametrize(
    ("body", "problem"), [(DATA[:-1], "bytes, not 10,040"), (DATA + b"!", "10,0")]
)
def test_a_file_has_the_length_that_its_blocks_say(
    client: PinarkiveClient, gateway: FaultyGateway, body: bytes, problem: str
) -> None:
    node = gateway.add_file(DATA, chunk=CHUNK)
    gateway.faults[:] = [Fault(body=body)] * 2
    assert problem in refused(client, gateway, node)


def test_content_that_gets_shorter_on_the_way_is_fetched_anew(
    client: PinarkiveClient, gateway: FaultyGateway
) -> None:
    node = gateway.add_file(DATA)
    gateway.faults[:] = [Fault(cut=5000)]

    def shorten(progress: DownloadProgress) -> None:
        gateway.files[str(node.cid)] = DATA[: 4000 if len(gateway.asked_for_files) == 1 else None]

    more = client.with_options(max_retries=3)
    found = more.files.download(str(node.cid), gateway=gateway.url, on_progress=shorten)
    assert found.content == DATA
    ranges = [headers.get("range") for headers in gateway.asked_for_files]
    assert ranges[:3] == [None, "bytes=5000-", None]


def test_several_places_that_a_gateway_redirects_to(
    client: PinarkiveClient, gateway: FaultyGateway
) -> None:
    with FaultyGateway() as one, FaultyGateway() as other:
        files: dict[str, Node] = {}
        for name, place in [("a", one), ("b", one), ("c", other), ("d", one)]:
            data = name.encode() * 2000
            files[name] = gateway.add_file(data, chunk=CHUNK)
            place.files[str(files[name].cid)] = data
            where = {"Location": f"{place.url}/ipfs/{files[name].cid}"}
            gateway.faults.append(Fault(status=302, body=b"", headers=where))
        folder = gateway.add_directory(files)
        for name, node in files.items():
            found = client.files.download(str(folder.cid), name, gateway=gateway.url, verify=False)
            assert found.content == name.encode() * 2000, node


def test_of_a_long_error_only_a_part_is_read(
    client: PinarkiveClient, gateway: FaultyGateway
) -> None:
    node = gateway.add_file(DATA)
    gateway.faults[:] = [Fault(status=404, body=b"x" * (17 << 20))]
    with pytest.raises(NotFoundError):
        client.files.download(str(node.cid), gateway=gateway.url)
