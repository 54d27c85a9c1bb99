"""Typed uses that mypy and pyright must accept; never run."""

import gzip
import re
from array import array
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from mmap import mmap
from pathlib import Path
from subprocess import PIPE, Popen
from tempfile import NamedTemporaryFile, SpooledTemporaryFile
from typing import Any, assert_type
from zipfile import ZipFile

import aiofiles
import anyio
import httpx
import numpy
from starlette.datastructures import UploadFile as FormFile

from pinarkive import (
    Allocation,
    AsyncBinaryFile,
    AsyncDagContent,
    AsyncFileContent,
    AsyncPager,
    AsyncPinarkiveClient,
    BinaryFile,
    DagContent,
    DirectoryUpload,
    FileContent,
    GenerateToken,
    GetAllocations,
    GetHealth,
    GetMe,
    GetStatus,
    Health,
    Ignore,
    InvalidInputError,
    ListPeers,
    ListPlans,
    ListTokens,
    ListUploads,
    Login,
    LoginSession,
    Pager,
    PeerList,
    Pin,
    PinarkiveClient,
    PinarkiveError,
    PinCid,
    PinStatus,
    PlanList,
    Progress,
    RateLimitError,
    Removal,
    RemoveFile,
    RevokeToken,
    Scope,
    ServerDirectoryUpload,
    Token,
    TokenList,
    TwoFactorChallenge,
    Upload,
    UploadDirectoryDag,
    UploadFile,
    UploadPage,
    UploadRecord,
    UploadServerDirectory,
    User,
    VerifyTwoFactor,
)
from pinarkive.inputs import ScopeName
from pinarkive.scopes import UPLOADER
from pinarkive.unixfs import directory_cid

SOON = datetime(2031, 12, 31, tzinfo=UTC)


def show(progress: Progress) -> None:
    assert_type(progress.sent, int)
    assert_type(progress.files_done, int)


def every_request_gives_its_answer(client: PinarkiveClient) -> None:
    assert_type(client.send(UploadFile(file="a.txt")), Upload)
    assert_type(client.send(UploadServerDirectory(dir_path="/srv")), ServerDirectoryUpload)
    assert_type(client.send(UploadDirectoryDag(source=Path("site"))), DirectoryUpload)
    assert_type(client.send(PinCid(cid="bafkqaaa")), Pin)
    assert_type(client.send(RemoveFile(cid="bafkqaaa")), Removal)
    assert_type(client.send(GetMe()), User)
    assert_type(client.send(ListUploads(page=1, limit=100)), UploadPage)
    assert_type(client.send(GenerateToken(name="ci")), Token)
    assert_type(client.send(ListTokens()), TokenList)
    client.send(RevokeToken(name="ci"))
    login = Login(email="user@example.com", password="password")
    assert_type(client.send(login), LoginSession | TwoFactorChallenge)
    assert_type(client.send(VerifyTwoFactor(temporary_token="t", code="012345")), LoginSession)
    assert_type(client.send(GetStatus(cid="bafkqaaa")), PinStatus)
    assert_type(client.send(GetAllocations(cid="bafkqaaa")), Allocation)
    assert_type(client.send(GetHealth()), Health)
    assert_type(client.send(ListPlans()), PlanList)
    assert_type(client.send(ListPeers()), PeerList)
    client.send(UploadFile(file=b""), timeout=None, on_progress=show)


async def every_request_gives_its_answer_async(client: AsyncPinarkiveClient) -> None:
    assert_type(await client.send(UploadFile(file="a.txt")), Upload)
    assert_type(await client.send(PinCid(cid="bafkqaaa")), Pin)
    assert_type(await client.send(ListUploads()), UploadPage)
    login = Login(email="user@example.com", password="password")
    assert_type(await client.send(login), LoginSession | TwoFactorChallenge)
    await client.send(RevokeToken(name="ci"), timeout=5)


def methods(client: PinarkiveClient) -> None:
    assert_type(client.files.upload("a.txt"), Upload)
    assert_type(client.files.upload_directory("/srv/site"), ServerDirectoryUpload)
    assert_type(client.files.upload_directory_dag(Path("site")), DirectoryUpload)
    assert_type(client.files.pin("bafkqaaa", custom_name="a", cluster_id="cl1-eu"), Pin)
    assert_type(client.files.remove("bafkqaaa"), Removal)
    assert_type(client.users.me(), User)
    assert_type(client.users.uploads(2, 100, has_expiration=True), UploadPage)
    assert_type(client.tokens.list(), TokenList)
    assert_type(client.status.get("bafkqaaa", cluster_id="cl1-eu"), PinStatus)
    assert_type(client.status.allocations("bafkqaaa"), Allocation)
    assert_type(client.system.health(), Health)
    assert_type(client.system.plans(), PlanList)
    assert_type(client.system.peers(), PeerList)
    assert_type(client.request("GET", "/users/me/clusters", params={"page": 1}), Any)
    client.tokens.revoke("ci", totp_code="012345")


async def methods_async(client: AsyncPinarkiveClient) -> None:
    assert_type(await client.files.upload("a.txt"), Upload)
    assert_type(await client.files.upload_directory_dag({"a.txt": b""}), DirectoryUpload)
    assert_type(await client.files.pin("bafkqaaa"), Pin)
    assert_type(await client.users.me(), User)
    assert_type(await client.tokens.generate("ci"), Token)
    assert_type(await client.status.get("bafkqaaa"), PinStatus)
    assert_type(await client.system.health(), Health)
    assert_type(await client.request("POST", "/auth/logout", auth=True), Any)
    await client.tokens.revoke("ci")


def logging_in(client: PinarkiveClient) -> PinarkiveClient:
    answer = client.auth.login("user@example.com", "password")
    if isinstance(answer, TwoFactorChallenge):
        answer = client.auth.verify_2fa(answer.temporary_token, "012345")
    assert_type(answer, LoginSession)
    return client.with_options(token=answer.token)


def scopes_come_in_many_ways(client: PinarkiveClient) -> None:
    client.tokens.generate("ci", scopes=["files:read"])
    client.tokens.generate("ci", scopes=[Scope.FILES_READ])
    client.tokens.generate("ci", scopes=[Scope.FILES_READ, "files:write"])
    client.tokens.generate("ci", scopes=("files:read", Scope.FILES_WRITE))
    client.tokens.generate("ci", scopes={"files:read"})
    client.tokens.generate("ci", scopes={Scope.FILES_READ})
    client.tokens.generate("ci", scopes=UPLOADER)
    chosen = ["files:read", "files:write"]
    client.send(GenerateToken(name="ci", scopes=chosen, expires_in_days=30))
    client.send(GenerateToken(name="ci", scopes=frozenset(chosen)))
    known: list[ScopeName] = ["files:read"]
    client.tokens.generate("ci", scopes=known)


def timelocks_are_text_or_instants(client: PinarkiveClient) -> None:
    client.files.pin("bafkqaaa", timelock="2031-12-31T23:59:59Z")
    client.files.pin("bafkqaaa", timelock=timedelta(days=30))
    client.files.pin("bafkqaaa", timelock=SOON)
    assert_type(PinCid(cid="bafkqaaa", timelock=SOON).timelock, datetime | None)


def contents_come_in_many_ways(client: PinarkiveClient) -> None:
    client.files.upload(Path("a.txt"), filename="b.txt", timelock=SOON)
    client.files.upload(b"content", on_progress=show)
    client.files.upload(bytearray(b"content"))
    client.files.upload(BytesIO(b"content"), timeout=None)
    with Path("a.txt").open("rb") as file:
        client.files.upload(file, timeout=600)
        client.files.upload_directory_dag({"a.txt": file, "b.txt": b"", "c.txt": Path("c.txt")})
    contents: dict[str, DagContent] = {"a.txt": b""}
    client.files.upload_directory_dag(contents, dir_name="site")
    only_bytes: dict[str, bytes] = {"a.txt": b""}
    client.send(UploadDirectoryDag(source=only_bytes))


def pieces() -> Iterator[bytes]:
    yield b"a piece"


async def async_pieces() -> AsyncIterator[bytes]:
    yield b"a piece"


def contents_are_of_many_kinds(
    client: PinarkiveClient, numbers: numpy.ndarray[Any, Any], form_file: FormFile
) -> None:
    client.files.upload(numbers)
    client.files.upload(array("d", [1.5]))
    client.files.upload(mmap(-1, 10))
    client.files.upload(memoryview(b"content"))
    client.files.upload(pieces())
    client.files.upload(map(bytes, [b"a"]))
    client.files.upload(iter([b"a", b"b"]))
    client.files.upload(form_file.file)
    with ZipFile("a.zip") as archive, archive.open("a.txt") as member:
        client.files.upload(member)
    with gzip.open("a.gz") as unpacked, NamedTemporaryFile() as named:
        client.files.upload_directory_dag({"a": unpacked, "b": named, "c": pieces()})
    with SpooledTemporaryFile() as spooled:
        client.files.upload(spooled)
    if (pipe := Popen(["ls"], stdout=PIPE).stdout) is not None:  # noqa: S607
        client.files.upload(pipe)
    client.request("POST", "/files/", files={"file": pieces()})
    sources: list[FileContent] = [numbers, pieces(), "a.txt"]
    for outcome in client.files.upload_many(sources):
        assert_type(outcome.upload, Upload | None)
    client.send(UploadFile(file=numbers))
    file: BinaryFile = BytesIO(b"content")
    client.files.upload(file)


async def contents_are_of_more_kinds_async(
    client: AsyncPinarkiveClient, numbers: numpy.ndarray[Any, Any], form_file: FormFile
) -> None:
    await client.files.upload(numbers)
    await client.files.upload(pieces())
    await client.files.upload(async_pieces())
    await client.files.upload(form_file)
    async with aiofiles.open("a.txt", "rb") as file:
        await client.files.upload(file)
    async with await anyio.open_file("a.txt", "rb") as other:
        await client.files.upload_directory_dag({"a": other, "b": form_file, "c": async_pieces()})
    contents: dict[str, AsyncDagContent] = {"a": form_file, "b": b"", "c": numbers}
    await client.send(UploadDirectoryDag(source=contents))
    sources: list[AsyncFileContent] = [form_file, async_pieces(), "a.txt"]
    async for outcome in client.files.upload_many(sources):
        assert_type(outcome.upload, Upload | None)
    await client.request("POST", "/files/", files={"file": form_file})
    awaited: AsyncBinaryFile = form_file
    await client.send(UploadFile(file=awaited))


def folders_come_in_many_ways(client: PinarkiveClient, ignore: Ignore) -> None:
    client.files.upload_directory_dag("site")
    client.files.upload_directory_dag(Path("site"), ignore=[".git", "*.tmp"])
    client.files.upload_directory_dag("site", ignore={".git"})
    client.files.upload_directory_dag("site", ignore=lambda path: path.endswith(".tmp"))
    client.files.upload_directory_dag("site", ignore=re.compile(r"\.git").search)
    request = UploadDirectoryDag(source="site", ignore=ignore)
    assert_type(client.send(request), DirectoryUpload)
    directory_cid(Path("site"), ignore=ignore)


def uploads_are_iterated(client: PinarkiveClient) -> None:
    uploads = client.users.iter_uploads(page_size=50, cid="bafkqaaa")
    assert_type(uploads, Pager[UploadPage, UploadRecord])
    for page in uploads.pages():
        assert_type(page, UploadPage)
    for record in uploads:
        assert_type(record, UploadRecord)
        assert_type(record.expires_at, datetime | None)


async def uploads_are_iterated_async(client: AsyncPinarkiveClient) -> None:
    uploads = client.users.iter_uploads()
    assert_type(uploads, AsyncPager[UploadPage, UploadRecord])
    async for page in uploads.pages():
        assert_type(page, UploadPage)
    async for record in uploads:
        assert_type(record, UploadRecord)


def clients_are_made(own: httpx.Client) -> None:
    with PinarkiveClient() as client:
        assert_type(client, PinarkiveClient)
        assert_type(client.with_options(timeout=None, max_retries=0), PinarkiveClient)
        client.with_options(max_per_minute=100).with_options(max_per_minute=None)
    PinarkiveClient("token", "api_key", "http://127.0.0.1:8000")
    PinarkiveClient(api_key="key", timeout=5, max_retries=0, cluster_id="cl1-eu")
    PinarkiveClient(token="token", request_source="web", http_client=own)


async def clients_are_made_async(own: httpx.AsyncClient) -> None:
    async with AsyncPinarkiveClient(http_client=own) as client:
        assert_type(client, AsyncPinarkiveClient)
        assert_type(client.with_options(api_key="key"), AsyncPinarkiveClient)
    await client.close()


def answers_are_typed(upload: DirectoryUpload, status: PinStatus, user: User) -> None:
    assert_type(upload.cid, str)
    assert_type(upload.total_size, int | None)
    assert_type([entry.path for entry in upload.files], list[str | None])
    assert_type(upload.meta.attempts, int | None)
    assert_type(status.is_pinned, bool)
    assert_type([peer.id for peer in status.failed_peers], list[str])
    assert_type(user.plan.code if user.plan else None, str | None)


def errors_are_typed(client: PinarkiveClient) -> None:
    try:
        client.users.me()
    except RateLimitError as error:
        assert_type(error.limit, int | None)
        assert_type(error.retry_after, int | None)
    except InvalidInputError as error:
        assert_type(error.field, str)
    except PinarkiveError as error:
        assert_type(error.status_code, int)
        assert_type(error.details.can_resend_verification, bool | None)


def requests_come_from_rows(row: dict[str, str]) -> PinCid:
    return PinCid.model_validate(row)
