"""What was stored is what was sent, and what is stored is not sent again."""

import io
import json
import os
import pickle
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
import respx

from pinarkive import (
    AsyncPinarkiveClient,
    IntegrityError,
    InvalidInputError,
    Upload,
    UploadFile,
    UploadOutcome,
)
from pinarkive._dag.blocks import Profile
from pinarkive.cid import CID
from pinarkive.sandbox import Sandbox
from pinarkive.sources import AsyncDagContent
from pinarkive.unixfs import cid_of

pytestmark = pytest.mark.anyio

BASE = "https://api.pinarkive.com/api/v3"
OTHER = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"
PROFILES: list[Profile] = ["kubo-v0", "kubo-v1"]
# More than a chunk, and more than what is read at a time.
LONG = bytes(range(251)) * 12_000

KINDS: dict[str, Callable[[Path], Any]] = {
    "path": lambda path: path,
    "bytes": lambda path: path.read_bytes(),
    "array": lambda path: memoryview(path.read_bytes()),
    "open file": lambda path: io.BytesIO(path.read_bytes()),
    "iterator": lambda path: iter([path.read_bytes()[:100], path.read_bytes()[100:]]),
}


@pytest.fixture
async def scripted() -> AsyncIterator[AsyncPinarkiveClient]:
    """Give a client that proves what it uploads, of a service that is scripted."""
    async with AsyncPinarkiveClient(api_key="key", verify=True, max_retries=1) as client:
        yield client


@pytest.mark.parametrize("size", [0, 1, 262_144, 262_145, len(LONG)])
@pytest.mark.parametrize("kind", KINDS)
async def test_an_upload_is_proved(
    async_pinarkive_client: AsyncPinarkiveClient, kind: str, size: int, tmp_path: Path
) -> None:
    path = tmp_path / "file.bin"
    path.write_bytes(LONG[:size])
    upload = await async_pinarkive_client.files.upload(KINDS[kind](path), verify=True)
    assert (upload.verified, upload.cid) == ("kubo-v1", cid_of(path))


async def test_what_was_not_compared_says_so(async_pinarkive_client: AsyncPinarkiveClient) -> None:
    assert (await async_pinarkive_client.files.upload(b"unproved")).verified is None
    proving = async_pinarkive_client.with_options(verify=True)
    assert (await proving.files.upload(b"proved")).verified == "kubo-v1"
    assert (await proving.files.upload(b"proved", verify=False)).verified is None
    assert (await proving.send(UploadFile(file=b"proved"))).verified == "kubo-v1"


async def test_the_proof_is_no_part_of_the_answer(scripted: AsyncPinarkiveClient) -> None:
    with respx.mock() as router:
        router.post(f"{BASE}/files/").respond(201, json={"cid": cid_of(b"the same")})
        proved = await scripted.files.upload(b"the same")
        unproved = await scripted.files.upload(b"the same", verify=False)
    assert proved == unproved
    assert "verified" not in proved.model_dump()
    assert "verified" not in repr(proved)
    assert pickle.loads(pickle.dumps(proved)).verified == "kubo-v1"  # noqa: S301  # our own


async def test_a_directory_is_proved(
    async_pinarkive_client: AsyncPinarkiveClient, tmp_path: Path
) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "c.bin").write_bytes(LONG)
    (tmp_path / "empty").touch()
    (tmp_path / "man\u0303ana.txt").write_bytes(b"decomposed")
    upload = await async_pinarkive_client.files.upload_directory_dag(tmp_path, verify=True)
    assert (upload.verified, upload.cid) == ("kubo-v1", cid_of(tmp_path))
    pieces: dict[str, AsyncDagContent] = {
        "a.txt": b"A",
        "b/c.txt": iter([b"C", b"c"]),
        "d": io.BytesIO(LONG),
    }
    upload = await async_pinarkive_client.files.upload_directory_dag(pieces, verify=True)
    assert upload.verified == "kubo-v1"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("profile", PROFILES)
async def test_either_profile_is_right(
    scripted: AsyncPinarkiveClient, kind: str, profile: Profile, tmp_path: Path
) -> None:
    path = tmp_path / "file.bin"
    path.write_bytes(LONG)
    with respx.mock() as router:
        router.post(f"{BASE}/files/").respond(201, json={"cid": cid_of(path, profile)})
        for _ in range(2):
            upload = await scripted.files.upload(KINDS[kind](path))
            assert upload.verified == profile


async def test_any_spelling_of_a_cid_is_right(scripted: AsyncPinarkiveClient) -> None:
    found = CID.parse(cid_of(LONG, "kubo-v0"))
    base32 = str(CID(1, found.codec, found.hash_code, found.digest))
    base16 = "f" + CID.parse(base32).bytes.hex()
    with respx.mock() as router:
        route = router.post(f"{BASE}/files/")
        for text in (base32, base16, base16.upper()):
            route.respond(201, json={"cid": text})
            assert (await scripted.files.upload(LONG)).verified == "kubo-v0"


@pytest.mark.parametrize("cid", [OTHER, "no CID at all", cid_of(LONG[:-1]), cid_of({"f": LONG})])
@pytest.mark.parametrize("kind", KINDS)
async def test_what_was_stored_as_something_else_is_an_error(
    scripted: AsyncPinarkiveClient, kind: str, cid: str, tmp_path: Path
) -> None:
    path = tmp_path / "file.bin"
    path.write_bytes(LONG)
    with respx.mock() as router:
        router.post(f"{BASE}/files/").respond(201, json={"cid": cid})
        with pytest.raises(IntegrityError) as caught:
            await scripted.files.upload(KINDS[kind](path))
    for text in (cid, cid_of(LONG, "kubo-v0"), cid_of(LONG, "kubo-v1")):
        assert text in str(caught.value)
    assert caught.value.sent == "yes"
    assert caught.value.status_code == 201
    assert isinstance(caught.value.upload, Upload)
    assert caught.value.upload.cid == caught.value.received == cid
    assert set(caught.value.expected) == {cid_of(LONG, profile) for profile in PROFILES}
    again = pickle.loads(pickle.dumps(caught.value))  # noqa: S301
    assert (again.expected, again.received) == (caught.value.expected, cid)


async def test_a_client_learns_once_which_profile_the_service_uses(
    scripted: AsyncPinarkiveClient, tmp_path: Path
) -> None:
    path = tmp_path / "file.bin"

    def store(request: httpx.Request) -> httpx.Response:
        # What is read again after this is another content.
        path.write_bytes(b"another")
        return httpx.Response(201, json={"cid": cid_of(LONG, "kubo-v0")})

    with respx.mock() as router:
        router.post(f"{BASE}/files/").respond(201, json={"cid": cid_of(b"first", "kubo-v0")})
        await scripted.with_options(timeout=30).files.upload(b"first")
        router.post(f"{BASE}/files/").mock(side_effect=store)
        for client in (scripted, scripted.with_options(max_retries=0)):
            path.write_bytes(LONG)
            assert (await client.files.upload(path)).verified == "kubo-v0"
        path.write_bytes(LONG)
        (outcome,) = [each async for each in scripted.files.upload_many([path])]
    assert outcome.upload is not None, outcome.error
    assert outcome.upload.verified == "kubo-v0"


async def test_a_file_that_changes_before_it_is_read_again_proves_nothing(
    scripted: AsyncPinarkiveClient, tmp_path: Path
) -> None:
    path = tmp_path / "file.bin"
    path.write_bytes(LONG)
    cid = cid_of(path, "kubo-v0")

    def store(request: httpx.Request) -> httpx.Response:
        path.write_bytes(b"another")
        return httpx.Response(201, json={"cid": cid})

    with respx.mock() as router:
        router.post(f"{BASE}/files/").mock(side_effect=store)
        with pytest.raises(IntegrityError, match=f"{cid_of(LONG)}.*cannot be compared"):
            await scripted.files.upload(path)


async def test_a_repeated_upload_is_hashed_anew(
    scripted: AsyncPinarkiveClient, tmp_path: Path
) -> None:
    path = tmp_path / "file.bin"
    path.write_bytes(LONG)
    with respx.mock() as router:
        router.post(f"{BASE}/files/").mock(
            side_effect=[
                httpx.Response(503, headers={"Retry-After": "0"}),
                httpx.Response(201, json={"cid": cid_of(path)}),
            ]
        )
        upload = await scripted.files.upload(path)
    assert (upload.verified, upload.meta.attempts) == ("kubo-v1", 2)


@pytest.mark.parametrize("profile", PROFILES)
async def test_the_files_of_a_directory_are_compared(
    scripted: AsyncPinarkiveClient, profile: Profile
) -> None:
    files = {"a/b.txt": b"b", "c.txt": LONG}
    entries = [{"path": path, "cid": cid_of(data, profile)} for path, data in files.items()]
    wrong = [entries[0], {**entries[1], "cid": OTHER}]
    with respx.mock() as router:
        route = router.post(f"{BASE}/files/directory-dag")
        route.respond(201, json={"cid": cid_of(files, profile), "files": entries})
        assert (await scripted.files.upload_directory_dag(files)).verified == profile
        route.respond(201, json={"cid": cid_of(files, profile), "files": wrong})
        with pytest.raises(IntegrityError, match=rf"'c.txt' is {OTHER}"):
            await scripted.files.upload_directory_dag(files)
        route.respond(201, json={"cid": cid_of({"a/b.txt": b"b"}, profile)})
        with pytest.raises(IntegrityError, match=cid_of(files, profile)):
            await scripted.files.upload_directory_dag(files)


@pytest.mark.parametrize("value", [1, "yes", None])
async def test_verify_is_yes_or_no(value: Any) -> None:
    with pytest.raises(InvalidInputError) as caught:
        AsyncPinarkiveClient(api_key="key", verify=value)
    assert caught.value.field == "verify"
    async with AsyncPinarkiveClient(api_key="key") as client:
        with pytest.raises(InvalidInputError):
            await client.files.upload(b"", verify=value)
        with pytest.raises(InvalidInputError):
            await client.files.upload(b"", skip_existing=value)
        with pytest.raises(InvalidInputError):
            await client.files.upload_directory_dag({"a": b""}, skip_existing=value)
        with pytest.raises(InvalidInputError):
            client.files.upload_many([], verify=value)
        with pytest.raises(InvalidInputError):
            client.files.upload_many([], skip_existing=value)


async def test_what_the_account_holds_is_not_sent_again(
    async_pinarkive_client: AsyncPinarkiveClient,
) -> None:
    data = uuid4().bytes
    first = await async_pinarkive_client.files.upload(data, filename="a", skip_existing=True)
    again = await async_pinarkive_client.files.upload(data, filename="b", skip_existing=True)
    assert (first.verified, first.meta.attempts) == (None, 1)
    assert again.meta.attempts is None
    assert (again.cid, again.name, again.verified) == (first.cid, "a", "kubo-v1")
    assert (again.upload_id, again.size, again.cluster_id) == (
        *(first.upload_id, len(data), first.cluster_id),
    )
    files = {"a.txt": data, "b.txt": b""}
    folder = await async_pinarkive_client.files.upload_directory_dag(files, skip_existing=True)
    held = await async_pinarkive_client.files.upload_directory_dag(files, skip_existing=True)
    assert folder.meta.attempts == 1
    assert (held.meta.attempts, held.cid, held.verified) == (None, folder.cid, "kubo-v1")
    assert [(each.path, each.cid, each.size) for each in held.files] == [
        (each.path, each.cid, each.size) for each in folder.files
    ]
    assert held.total_files == len(files)


async def test_what_is_held_elsewhere_or_not_as_long_is_sent(
    async_pinarkive_client: AsyncPinarkiveClient,
) -> None:
    upload = async_pinarkive_client.files.upload
    data = uuid4().bytes
    week = datetime.now(UTC) + timedelta(days=7)
    await upload(data, cluster_id="cl1-eu", timelock=week)
    attempts = [
        (
            await upload(data, cluster_id="cl1-eu", timelock=timelock, skip_existing=True)
        ).meta.attempts
        for timelock in (week - timedelta(days=1), week, week + timedelta(days=1))
    ]
    assert attempts == [None, None, 1]
    elsewhere = await upload(data, cluster_id="cl1-na", skip_existing=True)
    assert (elsewhere.meta.attempts, elsewhere.expires_at) == (1, None)
    there = async_pinarkive_client.with_options(cluster_id="cl1-na").files
    assert (await there.upload(data, skip_existing=True)).meta.attempts is None
    other = async_pinarkive_client.with_options(cluster_id="cl2-de").files
    assert (await other.upload(data, skip_existing=True)).meta.attempts == 1


async def test_what_a_service_lists_beside_is_passed_over() -> None:
    data = b"held"
    listed = [{"cid": OTHER}, {"cid": cid_of(data), "status": "failed"}]
    async with AsyncPinarkiveClient(api_key="key") as client:
        with respx.mock() as router:
            router.get(f"{BASE}/users/me/uploads").respond(json={"uploads": listed})
            stored = router.post(f"{BASE}/files/")
            stored.respond(201, json={"cid": cid_of(data)})
            upload = await client.files.upload(data, skip_existing=True)
            assert (stored.call_count, upload.meta.attempts) == (1, 1)
            listed.append({"cid": cid_of(data, "kubo-v0"), "status": "pinned"})
            router.get(f"{BASE}/users/me/uploads").respond(json={"uploads": listed})
            upload = await client.files.upload(data, skip_existing=True)
            assert (stored.call_count, upload.verified) == (1, "kubo-v0")


async def test_all_records_of_a_content_are_looked_at_and_no_others() -> None:
    data = b"held"
    ended = {"cid": cid_of(data), "status": "expired"}
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.params["page"])
        first, last = int(asked[-1]) == 1, [{"cid": cid_of(data), "status": "pinned"}]
        records = [{**ended, "id": f"{n}"} for n in range(100)] if first else last
        return httpx.Response(200, json={"uploads": records, "total": 101})

    async with AsyncPinarkiveClient(api_key="key") as client:
        with respx.mock() as router:
            listing = router.get(f"{BASE}/users/me/uploads").mock(side_effect=answer)
            assert (await client.files.upload(data, skip_existing=True)).status == "pinned"
            assert asked == ["1", "2"]
            # A service that does not know the filter lists all of the account.
            listing.reset()
            others = [{"cid": OTHER, "id": f"{n}"} for n in range(100)]
            listing.side_effect = None
            listing.respond(json={"uploads": others, "total": 100_000})
            router.post(f"{BASE}/files/").respond(201, json={"cid": cid_of(data)})
            assert (await client.files.upload(data, skip_existing=True)).meta.attempts == 1
            assert listing.call_count == len(PROFILES)


async def test_what_can_be_read_once_cannot_be_looked_for(
    async_pinarkive_client: AsyncPinarkiveClient,
) -> None:
    with pytest.raises(InvalidInputError, match="only once") as caught:
        await async_pinarkive_client.files.upload(iter([b"once"]), skip_existing=True)
    assert caught.value.field == "skip_existing"


async def outcomes(found: AsyncIterator[UploadOutcome]) -> list[UploadOutcome]:
    return [outcome async for outcome in found]


async def test_many_uploads_are_proved_and_looked_for(
    async_pinarkive_client: AsyncPinarkiveClient, tmp_path: Path
) -> None:
    upload_many = async_pinarkive_client.files.upload_many
    sources = [uuid4().bytes for _ in range(5)]
    journal = tmp_path / "journal.jsonl"
    unproved = await outcomes(upload_many(sources, resume=journal))
    assert [each.upload.verified for each in unproved if each.upload] == [None] * 5
    # What the journal has without proof is sent again, and then is not.
    for attempts in (1, 0):
        found = await outcomes(upload_many(sources, resume=journal, verify=True))
        assert [each.attempts for each in found] == [attempts] * 5
        assert [each.upload.verified for each in found if each.upload] == ["kubo-v1"] * 5
    lines = [json.loads(line) for line in journal.read_text().splitlines()]
    assert [line["verified"] for line in lines] == [None] * 5 + ["kubo-v1"] * 5
    more = [*sources, uuid4().bytes]
    found = await outcomes(upload_many(more, skip_existing=True))
    assert sorted(each.attempts for each in found) == [0, 0, 0, 0, 0, 1]
    once: list[Iterator[bytes]] = [iter([b"once"])]
    [refused] = await outcomes(upload_many(once, skip_existing=True))
    assert isinstance(refused.error, InvalidInputError)


async def test_a_run_is_proved_as_its_client_is(pinarkive_sandbox: Sandbox) -> None:
    async with AsyncPinarkiveClient(
        api_key=pinarkive_sandbox.api_key, base_url=pinarkive_sandbox.base_url, verify=True
    ) as client:
        [outcome] = await outcomes(client.files.upload_many([os.urandom(9)]))
        assert outcome.upload is not None
        assert outcome.upload.verified == "kubo-v1"
