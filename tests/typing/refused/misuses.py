"""Misuses that mypy and pyright must refuse, each on its line, under mypy's code for it."""

from collections.abc import AsyncIterator
from datetime import date

from starlette.datastructures import UploadFile as FormFile

from pinarkive import (
    AsyncPinarkiveClient,
    GenerateToken,
    Login,
    Pin,
    PinarkiveClient,
    PinCid,
    Upload,
    UploadDirectoryDag,
    UploadFile,
)

SOON = date(2031, 12, 31)


def requests() -> None:
    PinCid()  # refused: call-arg
    PinCid("bafkqaaa")  # refused: call-arg
    PinCid(cid=5)  # refused: arg-type
    PinCid(cid=b"bafkqaaa")  # refused: arg-type
    PinCid(cid="bafkqaaa", colour="red")  # refused: call-arg
    PinCid(cid="bafkqaaa", timelock=SOON)  # refused: arg-type
    PinCid(cid="bafkqaaa", cl="cl1-eu")  # refused: call-arg
    GenerateToken(name="ci", scopes="files:read")  # refused: arg-type
    GenerateToken(name="ci", totp_code=12345)  # refused: arg-type
    GenerateToken(name="ci", expires_in_days="30")  # refused: arg-type
    UploadFile(file=5)  # refused: arg-type
    UploadFile(file=["a.txt"])  # refused: arg-type
    UploadFile(file=[b"a", b"b"])  # refused: arg-type
    UploadFile(file=iter(["text"]))  # refused: arg-type
    UploadDirectoryDag(source="site", ignore="*.pyc")  # refused: arg-type
    UploadDirectoryDag(source={"a.txt": "content"})  # refused: dict-item
    Login(email="user@example.com")  # refused: call-arg


def methods(client: PinarkiveClient) -> None:
    client.files.pin()  # refused: call-arg
    client.files.pin(5)  # refused: arg-type
    client.files.pin("bafkqaaa", "name")  # refused: call-arg
    client.files.pin("bafkqaaa", timelock=SOON)  # refused: arg-type
    client.files.pin("bafkqaaa", colour="red")  # refused: call-arg
    client.files.upload(5)  # refused: arg-type
    client.files.upload_directory_dag("site", ignore=".git")  # refused: arg-type
    client.files.upload_directory_dag({"a.txt": "content"})  # refused: dict-item
    client.tokens.generate("ci", scopes="files:read")  # refused: arg-type
    client.tokens.generate("ci", totp_code=12345)  # refused: arg-type
    client.tokens.revoke("ci", totp_code=12345)  # refused: arg-type
    client.users.uploads("1")  # refused: arg-type
    client.users.uploads(limit=None)  # refused: arg-type
    client.users.logs(type=5)  # refused: arg-type
    client.plans.change()  # refused: call-arg
    client.payments.create(b"coingate", "p1")  # refused: arg-type
    client.send("GET /health")  # refused: arg-type
    client.with_options(base_url="https://example.com")  # refused: call-arg
    PinarkiveClient(timeout="60")  # refused: arg-type
    PinarkiveClient("token", "key", "https://example.com", "web")  # refused: call-arg


async def pieces() -> AsyncIterator[bytes]:
    yield b"a piece"


def what_is_awaited_needs_the_other_client(client: PinarkiveClient, file: FormFile) -> None:
    client.files.upload(file)  # refused: arg-type
    client.files.upload(pieces())  # refused: arg-type
    client.files.upload_directory_dag({"a": file})  # refused: dict-item
    client.files.upload_many([file])  # refused: list-item
    client.request("POST", "/files/", files={"file": file})  # refused: dict-item


async def methods_async(client: AsyncPinarkiveClient) -> None:
    await client.tokens.generate("ci", scopes="files:read")  # refused: arg-type
    pin: Pin = client.files.pin("bafkqaaa")  # refused: assignment
    print((await client.files.pin(5)).cid, pin)  # refused: arg-type


def answers(pin: Pin, upload: Upload, request: PinCid) -> None:
    pin.cid = "bafkqaaa"  # refused: misc
    request.cid = "bafkqaaa"  # refused: misc
    print(upload.cid_v1)  # refused: attr-defined
    size: int = upload.size  # refused: assignment
    print(size)
