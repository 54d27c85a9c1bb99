"""What is downloaded is what its CID names, whatever the gateway and the connection do."""

import io
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from pinarkive import (
    APIConnectionError,
    APIResponseError,
    APITimeoutError,
    AsyncPinarkiveClient,
    Download,
    DownloadProgress,
    Gateway,
    IntegrityError,
    InvalidInputError,
    NotFoundError,
    ServerError,
)
from pinarkive._dag.blocks import Profile, bytes_field, varint_field
from pinarkive.sandbox import Sandbox
from pinarkive.unixfs import cid_of
from tests.gateway import Fault, FaultyGateway

pytestmark = pytest.mark.anyio

# More than is handed to a thread at a time, and no whole number of chunks.
LONG = bytes(range(251)) * 12_000
PROFILES: list[Profile] = ["kubo-v0", "kubo-v1"]
NOBODY = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"


@pytest.fixture
def gateway() -> Iterator[FaultyGateway]:
    """Give a gateway, which does as it is told."""
    with FaultyGateway() as started:
        yield started


@pytest.fixture
async def client() -> AsyncIterator[AsyncPinarkiveClient]:
    """Give a client whose credential no gateway must see."""
    async with AsyncPinarkiveClient(api_key="a-key-of-some-length") as made:
        yield made


class GivenUp(BaseException):
    """As a cancellation or an interrupt, which no `except Exception` sees."""


def held(folder: Path) -> list[Path]:
    """Return what is in a folder."""
    return sorted(folder.iterdir())


@pytest.mark.parametrize("size", [0, 1, 262_144, 262_145, len(LONG)])
@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("verify", [True, False])
async def test_a_file_comes_as_it_was(
    client: AsyncPinarkiveClient,
    gateway: FaultyGateway,
    tmp_path: Path,
    profile: Profile,
    size: int,
    verify: bool,
) -> None:
    data = LONG[:size]
    cid = str(gateway.add_file(data, profile=profile).cid)
    assert cid == cid_of(data, profile)
    to = tmp_path / "file"
    written = await client.files.download(cid, to=to, gateway=gateway.url, verify=verify)
    assert to.read_bytes() == data
    assert held(tmp_path) == [to]
    assert (written.cid, written.size, written.path, written.content) == (cid, size, to, None)
    kept = await client.files.download(cid, gateway=gateway.url, verify=verify)
    assert (kept.size, kept.path, kept.content) == (size, None, data)
    # A small file in protobuf stands in its root block, which is always compared.
    assert written.verified == kept.verified == (verify or (profile == "kubo-v0" and size < 262145))


async def test_three_cuts_are_gone_on_from(
    client: AsyncPinarkiveClient, gateway: FaultyGateway, tmp_path: Path
) -> None:
    cid = str(gateway.add_file(LONG).cid)
    gateway.faults = [Fault(cut=700_000), Fault(cut=1_000_000), Fault(cut=1)]
    to = tmp_path / "file"
    await client.files.download(cid, to=str(to), gateway=gateway.url)
    assert to.read_bytes() == LONG
    asked = [headers.get("range") for headers in gateway.asked_for_files]
    assert asked == [None, "bytes=700000-", "bytes=1700000-", "bytes=1700001-"]
    assert [headers.get("if-range") for headers in gateway.asked_for_files][1:] == ['"same"'] * 3


async def test_breaks_that_bring_nothing_come_to_an_end(
    client: AsyncPinarkiveClient, gateway: FaultyGateway, tmp_path: Path
) -> None:
    cid = str(gateway.add_file(LONG).cid)
    gateway.faults = [Fault(cut=100), *[Fault(cut=0)] * 9]
    with pytest.raises(APIConnectionError):
        await client.files.download(cid, to=tmp_path / "file", gateway=gateway.url)
    assert held(tmp_path) == []
    assert len(gateway.asked_for_files) == 3
    gateway.faults = [Fault(cut=100)]
    with pytest.raises(APIConnectionError):
        await client.with_options(max_retries=0).files.download(cid, gateway=gateway.url)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (Fault(cut=900_000), Fault(ignores_range=True)),
        (Fault(cut=900_000), Fault(etag='"other"')),
        (Fault(cut=900_000, etag='W/"weak"'), Fault(etag='W/"other"')),
        (Fault(cut=900_000, etag=None), Fault(etag=None)),
        (Fault(cut=900_000, chunked=True), Fault(chunked=True)),
        (Fault(cut=len(LONG), longer=5), Fault()),
        (Fault(status=503, body=b"busy", headers={"Retry-After": "0"}), Fault()),
        (Fault(status=502, body=b"bad"), Fault()),
    ],
)
async def test_what_is_mended(
    client: AsyncPinarkiveClient,
    gateway: FaultyGateway,
    tmp_path: Path,
    first: Fault,
    second: Fault,
) -> None:
    cid = str(gateway.add_file(LONG).cid)
    gateway.faults = [first, second]
    to = tmp_path / "file"
    download = await client.files.download(cid, to=to, gateway=gateway.url, verify=False)
    assert to.read_bytes() == LONG
    assert download.size == len(LONG)


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("size", [1000, len(LONG)])
async def test_a_flipped_bit_is_found(
    client: AsyncPinarkiveClient,
    gateway: FaultyGateway,
    tmp_path: Path,
    profile: Profile,
    size: int,
) -> None:
    cid = str(gateway.add_file(LONG[:size], profile=profile).cid)
    for place in (0, size - 1):
        to = tmp_path / "file"
        to.write_text("what was there")
        gateway.faults = [Fault(flip=place)]
        if profile == "kubo-v0" and size == 1000:
            # It comes as its root block alone.
            gateway.blocks[cid] = gateway.blocks[cid][:-9] + b"!" + gateway.blocks[cid][-8:]
        with pytest.raises(IntegrityError, match=r"is not (https?://.*|\w{46,})"):
            await client.files.download(cid, to=to, gateway=gateway.url)
        assert to.read_text() == "what was there"
        assert held(tmp_path) == [to]
        gateway.faults = [Fault(flip=place)]
        with pytest.raises(IntegrityError):
            await client.files.download(cid, gateway=gateway.url)


@pytest.mark.parametrize("profile", PROFILES)
async def test_other_chunks_are_compared_block_by_block(
    client: AsyncPinarkiveClient, gateway: FaultyGateway, tmp_path: Path, profile: Profile
) -> None:
    cid = str(gateway.add_file(LONG, profile=profile, chunk=100_000, width=7).cid)
    assert cid != cid_of(LONG, profile)
    download = await client.files.download(cid, to=tmp_path / "file", gateway=gateway.url)
    assert download.verified
    assert (tmp_path / "file").read_bytes() == LONG
    gateway.faults = [Fault(flip=len(LONG) // 2)]
    with pytest.raises(IntegrityError):
        await client.files.download(cid, gateway=gateway.url)


async def test_a_gateway_without_blocks(gateway: FaultyGateway, tmp_path: Path) -> None:
    usual = str(gateway.add_file(LONG).cid)
    other = str(gateway.add_file(LONG, chunk=100_000).cid)
    gateway.gives_blocks = False
    async with AsyncPinarkiveClient(api_key="key", max_retries=0) as client:
        download = await client.files.download(usual, to=tmp_path / "file", gateway=gateway.url)
        assert (download.size, download.verified) == (len(LONG), True)
        with pytest.raises(IntegrityError):
            await client.files.download(other, gateway=gateway.url)
        plain = await client.files.download(other, gateway=gateway.url, verify=False)
        assert plain.content == LONG


async def test_what_cannot_be_had(client: AsyncPinarkiveClient, gateway: FaultyGateway) -> None:
    with pytest.raises(NotFoundError, match="no such content"):
        await client.files.download(NOBODY, gateway=gateway.url)
    page = {"Content-Type": "text/html"}
    gateway.faults = [Fault(status=500, body=b"<html>", headers=page)] * 3
    with pytest.raises(ServerError, match="a web page"):
        await client.files.download(NOBODY, gateway=gateway.url)
    gateway.faults = [Fault(body=b"<html>", headers=page)]
    with pytest.raises(IntegrityError):
        await client.files.download(NOBODY, gateway=gateway.url)
    gateway.faults = [Fault(body=b"x", headers={"Content-Encoding": "gzip"})]
    with pytest.raises(APIResponseError, match="gzip"):
        await client.files.download(NOBODY, gateway=gateway.url)


async def test_a_path_is_proved(
    client: AsyncPinarkiveClient, gateway: FaultyGateway, tmp_path: Path
) -> None:
    file = gateway.add_file(LONG)
    many = {f"file {number}.bin": file for number in range(300)}
    inner = gateway.add_directory(many, sharded=True)
    root = str(gateway.add_directory({"in ner": inner, "a": file}).cid)
    path = "in ner/file 77.bin"
    download = await client.files.download(root, path, to=tmp_path, gateway=gateway.url)
    assert download.path == tmp_path / "file 77.bin"
    assert download.cid == str(file.cid)
    assert (tmp_path / "file 77.bin").read_bytes() == LONG
    for missing in ("in ner/file 300.bin", "b", "a/b"):
        with pytest.raises(NotFoundError):
            await client.files.download(root, missing, to=tmp_path, gateway=gateway.url)
    # Another file under its name is the gateway's lie.
    other = gateway.add_directory({"in ner": inner, "a": gateway.add_file(b"other")})
    gateway.blocks[root] = gateway.blocks[str(other.cid)]
    with pytest.raises(IntegrityError):
        await client.files.download(root, "a", gateway=gateway.url)


@pytest.mark.parametrize("verify", [True, False])
async def test_a_directory_becomes_a_folder(
    client: AsyncPinarkiveClient, gateway: FaultyGateway, tmp_path: Path, verify: bool
) -> None:
    long, short = gateway.add_file(LONG), gateway.add_file(b"short", profile="kubo-v0")
    many = gateway.add_directory({f"{n}.txt": short for n in range(300)}, sharded=True)
    empty = gateway.add_directory({})
    root = str(gateway.add_directory({"a": long, "m": many, "é ü": short, "e": empty}).cid)
    seen: list[DownloadProgress] = []
    to = tmp_path / "site"
    gateway.faults = [Fault(cut=5000)]
    download = await client.files.download(
        root, to=to, gateway=gateway.url, verify=verify, on_progress=seen.append
    )
    assert (download.path, download.size) == (to, len(LONG) + 301 * 5)
    assert (to / "a").read_bytes() == LONG
    assert {each.name for each in held(to / "m")} == {f"{n}.txt" for n in range(300)}
    assert {each.read_bytes() for each in held(to / "m")} == {b"short"}
    assert (to / "é ü").read_bytes() == b"short"
    assert held(to / "e") == []
    assert held(tmp_path) == [to]
    assert (seen[-1].received, seen[-1].files_done, seen[-1].total) == (download.size, 301, None)
    with pytest.raises(InvalidInputError, match="to: "):
        await client.files.download(root, gateway=gateway.url)
    # In a folder that is there it gets a name of its own, and nothing is written over.
    again = await client.files.download(root, to=to, gateway=gateway.url, verify=verify)
    assert again.path == to / root
    with pytest.raises(FileExistsError):
        await client.files.download(root, to=to, gateway=gateway.url, verify=verify)


@pytest.mark.parametrize("name", ["..", ".", "a/b", "/etc", "a\\b", "\x00", "C:", ""])
async def test_a_name_that_leads_elsewhere_is_refused(
    client: AsyncPinarkiveClient, gateway: FaultyGateway, tmp_path: Path, name: str
) -> None:
    file = gateway.add_file(b"content")
    root = str(gateway.add_directory({"a": file, name: file}).cid)
    with pytest.raises(InvalidInputError, match="cannot be written"):
        await client.files.download(root, to=tmp_path / "site", gateway=gateway.url)
    assert held(tmp_path) == []


async def test_names_that_are_one_on_this_disk_are_refused(
    client: AsyncPinarkiveClient, gateway: FaultyGateway, tmp_path: Path
) -> None:
    file = gateway.add_file(b"content")
    root = str(gateway.add_links([(b"a", file), (b"a", file)]).cid)
    with pytest.raises(FileExistsError):
        await client.files.download(root, to=tmp_path / "site", gateway=gateway.url)
    assert held(tmp_path) == []


@pytest.mark.parametrize("target", ["target", "/etc/passwd", "../.."])
async def test_a_symbolic_link_is_not_followed(
    client: AsyncPinarkiveClient, gateway: FaultyGateway, tmp_path: Path, target: str
) -> None:
    symlink = 4
    data = varint_field(1, symlink) + bytes_field(2, target.encode())
    link = gateway.add_block(bytes_field(1, data))
    root = gateway.add_directory({"a": gateway.add_file(b"a"), "link": link})
    for cid in (str(link.cid), str(root.cid)):
        with pytest.raises(InvalidInputError, match="symbolic link"):
            await client.files.download(cid, to=tmp_path / "to", gateway=gateway.url)
    assert held(tmp_path) == []


async def test_one_that_is_given_up_leaves_nothing(
    client: AsyncPinarkiveClient, gateway: FaultyGateway, tmp_path: Path
) -> None:
    cid = str(gateway.add_file(LONG).cid)
    root = str(gateway.add_directory({"a": gateway.add_file(LONG)}).cid)

    def give_up(progress: DownloadProgress) -> None:
        if progress.received > 1_000_000:
            raise GivenUp

    for each in (cid, root):
        with pytest.raises(GivenUp):
            await client.files.download(
                each, to=tmp_path / "to", gateway=gateway.url, on_progress=give_up
            )
        assert held(tmp_path) == []


async def test_a_wrong_file_leaves_no_folder(
    client: AsyncPinarkiveClient, gateway: FaultyGateway, tmp_path: Path
) -> None:
    root = str(
        gateway.add_directory({"a": gateway.add_file(b"a"), "b": gateway.add_file(LONG)}).cid
    )
    gateway.faults = [Fault(), Fault(flip=9)]
    with pytest.raises(IntegrityError):
        await client.files.download(root, to=tmp_path / "site", gateway=gateway.url)
    assert held(tmp_path) == []


async def test_where_it_is_written(
    client: AsyncPinarkiveClient, gateway: FaultyGateway, tmp_path: Path
) -> None:
    cid = str(gateway.add_file(LONG).cid)
    asked = len(gateway.seen)
    with pytest.raises(FileNotFoundError):
        await client.files.download(cid, to=tmp_path / "no/file", gateway=gateway.url)
    with pytest.raises(InvalidInputError, match="neither a file nor a folder"):
        await client.files.download(cid, to="/dev/null", gateway=gateway.url)
    assert len(gateway.seen) == asked
    download = await client.files.download(cid, to=tmp_path, gateway=gateway.url)
    assert download.path == tmp_path / cid
    link = tmp_path / "link"
    link.symlink_to("target")
    await client.files.download(cid, to=link, gateway=gateway.url)
    assert link.is_symlink()
    assert (tmp_path / "target").read_bytes() == LONG


async def test_permissions_stay_and_a_folder_to_be_is_asked_for(
    client: AsyncPinarkiveClient, gateway: FaultyGateway, tmp_path: Path
) -> None:
    cid = str(gateway.add_file(b"content").cid)
    secret = tmp_path / "secret"
    secret.touch(0o600)
    await client.files.download(cid, to=secret, gateway=gateway.url)
    assert secret.read_bytes() == b"content"
    assert secret.stat().st_mode & 0o777 == 0o600
    asked = len(gateway.seen)
    wrong: list[Any] = ["", f"{tmp_path}/photos/", "a\0b", 0, io.BytesIO()]
    for to in wrong:
        with pytest.raises(InvalidInputError, match=r"^to: "):
            await client.files.download(cid, to=to, gateway=gateway.url)
    assert len(gateway.seen) == asked
    (tmp_path / "photos").mkdir()
    download = await client.files.download(cid, to=f"{tmp_path}/photos/", gateway=gateway.url)
    assert download.path == tmp_path / "photos" / cid


async def test_progress_is_told(client: AsyncPinarkiveClient, gateway: FaultyGateway) -> None:
    cid = str(gateway.add_file(LONG).cid)
    seen: list[DownloadProgress] = []
    await client.files.download(cid, gateway=gateway.url, on_progress=seen.append)
    assert [each.received for each in seen] == sorted({each.received for each in seen})
    assert seen[-1] == DownloadProgress(len(LONG), len(LONG), cid, 0)

    def stop(progress: DownloadProgress) -> None:
        raise KeyError(progress.received)

    with pytest.raises(KeyError):
        await client.files.download(cid, gateway=gateway.url, on_progress=stop)


async def test_redirects_are_followed_without_the_credential(
    client: AsyncPinarkiveClient, gateway: FaultyGateway
) -> None:
    cid = str(gateway.add_file(LONG).cid)
    with FaultyGateway(gives_blocks=False) as first:
        there = {"Location": f"{gateway.url}/ipfs/{cid}"}
        first.faults = [
            Fault(
                status=301, body=b"", headers={"Location": f"{gateway.url}/ipfs/{cid}?format=raw"}
            ),
            Fault(status=302, body=b"", headers=there),
        ]
        gateway.faults = [Fault(cut=10)]
        first.faults.append(first.faults[1])
        download = await client.files.download(cid, gateway=f"{first.url}/ipfs/")
        assert download.content == LONG
        told = str([first.seen, gateway.seen]).lower()
        assert "a-key-of-some-length" not in told
        assert "authorization" not in told
        first.faults = [
            Fault(status=302, body=b"", headers={"Location": f"{first.url}/ipfs/x"})
        ] * 20
        with pytest.raises(APIResponseError, match="more than 5 times"):
            await client.files.download(NOBODY, gateway=first.url)
        first.faults = [Fault(status=302, body=b"", headers={"Location": "ftp://example.com/"})]
        with pytest.raises(APIResponseError, match="is not https"):
            await client.files.download(NOBODY, gateway=first.url)


async def test_the_time_limit_ends_it(
    client: AsyncPinarkiveClient, gateway: FaultyGateway, tmp_path: Path
) -> None:
    cid = str(gateway.add_file(LONG).cid)
    gateway.faults = [Fault(cut=1000, stalls=True)]
    with pytest.raises(APITimeoutError):
        await client.files.download(cid, to=tmp_path / "file", gateway=gateway.url, timeout=0.3)
    assert held(tmp_path) == []


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"cid": "no CID"}, "cid"),
        ({"cid": "bafyreigdmqpykrgxyaxtlafqpqhzrb7qy2rh75nldvfd4tucqmqqme5yje"}, "cid"),
        ({"path": "../a"}, "path"),
        ({"gateway": "no gateway"}, "gateway"),
        ({"gateway": Gateway()}, "gateway"),
        ({"gateway": "https://user:s3cret@example.com"}, "gateway"),
        ({"gateway": "http://example.com", "verify": False}, "gateway"),
        ({"verify": "yes"}, "verify"),
        ({"timeout": -1}, "timeout"),
    ],
)
async def test_what_is_malformed_is_refused(
    client: AsyncPinarkiveClient, arguments: dict[str, object], field: str
) -> None:
    given = {"cid": NOBODY, "gateway": "https://gateway.example", **arguments}
    with pytest.raises(InvalidInputError) as caught:
        await client.files.download(**given)  # type: ignore[arg-type]  # some are wrong on purpose
    assert caught.value.field == field
    assert "s3cret" not in str(caught.value)


async def test_an_upload_comes_back(
    async_pinarkive_client: AsyncPinarkiveClient, pinarkive_sandbox: Sandbox, tmp_path: Path
) -> None:
    upload = await async_pinarkive_client.files.upload(LONG)
    download = await async_pinarkive_client.files.download(upload.cid, to=tmp_path / "file")
    assert (download.size, download.verified) == (len(LONG), True)
    assert (tmp_path / "file").read_bytes() == LONG
    chosen = Gateway(url=pinarkive_sandbox.gateway_url)
    assert isinstance(
        await async_pinarkive_client.files.download(upload.cid, gateway=chosen), Download
    )
