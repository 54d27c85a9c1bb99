# generated from tests/_async/test_files.py by scripts/generate; change that file
"""Uploads, pins and removals against the sandbox."""

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from pinarkive import (
    InvalidInputError,
    NotFoundError,
    PayloadTooLargeError,
    PinarkiveClient,
    Progress,
    SourceChangedError,
)
from pinarkive.sandbox import Sandbox
from pinarkive.unixfs import directory_cid, file_cid


def fetch(sandbox: Sandbox, path: str) -> bytes:
    response = httpx.get(f"{sandbox.gateway_url}/ipfs/{path}")
    assert response.status_code == 200
    return response.content


def test_a_file_by_path_comes_back_whole(
    pinarkive_client: PinarkiveClient, pinarkive_sandbox: Sandbox, tmp_path: Path
) -> None:
    file = tmp_path / 'söme "file".bin'
    file.write_bytes(bytes(range(256)) * 3000)
    upload = pinarkive_client.files.upload(file)
    assert upload.cid == file_cid(file)
    assert upload.name == 'söme "file".bin'
    assert upload.meta.status_code == 201
    assert upload.meta.attempts == 1
    assert fetch(pinarkive_sandbox, upload.cid) == file.read_bytes()


@pytest.mark.parametrize("content", [b"", b"x", b"\r\n--" * 100_000], ids=["empty", "one", "large"])
def test_bytes_come_back_whole(
    pinarkive_client: PinarkiveClient, pinarkive_sandbox: Sandbox, content: bytes
) -> None:
    upload = pinarkive_client.files.upload(content)
    assert upload.cid == file_cid(content)
    assert upload.name == "file"
    assert fetch(pinarkive_sandbox, upload.cid) == content


def test_a_file_object_is_read_from_where_it_stands_and_left_open(
    pinarkive_client: PinarkiveClient,
) -> None:
    file = io.BytesIO(b"skip me, keep me")
    file.seek(9)
    upload = pinarkive_client.files.upload(file, filename="kept.txt")
    assert upload.cid == file_cid(b"keep me")
    assert upload.name == "kept.txt"
    assert not file.closed


class Stream:
    """A file that can only be read."""

    def __init__(self, content: bytes) -> None:
        self.rest = io.BytesIO(content)

    def read(self, size: int = -1, /) -> bytes:
        # Fewer bytes than asked for are no end.
        return self.rest.read(min(size, 1000))


def test_a_stream_that_can_not_seek_is_sent_in_chunks(
    pinarkive_client: PinarkiveClient,
) -> None:
    seen: list[Progress] = []
    content = b"0123456789" * 5000
    upload = pinarkive_client.files.upload(Stream(content), on_progress=seen.append)
    assert upload.cid == file_cid(content)
    assert seen[-1].sent == len(content)
    assert {progress.total for progress in seen} == {None}


def test_progress_ends_at_the_total_and_never_goes_back(
    pinarkive_client: PinarkiveClient,
) -> None:
    seen: list[Progress] = []
    content = bytes(4_000_000)
    pinarkive_client.files.upload(content, on_progress=seen.append)
    sent = [progress.sent for progress in seen]
    assert sent == sorted(sent)
    assert len(set(sent)) > 2
    assert (seen[-1].sent, seen[-1].total, seen[-1].files_done, seen[-1].files) == (
        len(content),
        len(content),
        1,
        1,
    )


def test_what_progress_raises_ends_the_upload(
    pinarkive_client: PinarkiveClient,
) -> None:
    content = b"stop here" * 100_000

    def stop(progress: Progress) -> None:
        raise KeyError("enough")

    with pytest.raises(KeyError, match="enough"):
        pinarkive_client.files.upload(content, on_progress=stop)
    page = pinarkive_client.users.uploads(cid=file_cid(content))
    assert page.uploads == []
    assert pinarkive_client.system.health().ok


def test_a_directory_from_a_mapping(
    pinarkive_client: PinarkiveClient, pinarkive_sandbox: Sandbox, tmp_path: Path
) -> None:
    on_disk = tmp_path / "c.bin"
    on_disk.write_bytes(b"C" * 300_000)
    upload = pinarkive_client.files.upload_directory_dag(
        {"a.txt": b"A", "b/ü.txt": io.BytesIO(b"U"), "b/c": on_disk, "e/m/p/t/y": b""},
        dir_name="näme",
    )
    assert fetch(pinarkive_sandbox, f"{upload.cid}/b/c") == b"C" * 300_000
    assert fetch(pinarkive_sandbox, f"{upload.cid}/b/%C3%BC.txt") == b"U"
    assert fetch(pinarkive_sandbox, f"{upload.cid}/e/m/p/t/y") == b""
    assert upload.total_files == 4
    assert {entry.path for entry in upload.files} == {"a.txt", "b/ü.txt", "b/c", "e/m/p/t/y"}


def test_a_directory_from_a_folder_has_the_cid_that_is_computed_locally(
    pinarkive_client: PinarkiveClient, tmp_path: Path
) -> None:
    for name in ("z", "sub/.hidden", "sub/deep/x.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    (tmp_path / "empty").mkdir()
    seen: list[Progress] = []
    upload = pinarkive_client.files.upload_directory_dag(tmp_path, on_progress=seen.append)
    assert upload.cid == directory_cid(tmp_path)
    assert upload.total_files == 3
    assert (seen[-1].files_done, seen[-1].files) == (3, 3)


def test_a_link_out_of_the_folder_is_refused(
    pinarkive_client: PinarkiveClient, tmp_path: Path
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (tmp_path / "secret").write_text("not yours")
    (folder / "link").symlink_to(tmp_path / "secret")
    with pytest.raises(InvalidInputError, match="link") as caught:
        pinarkive_client.files.upload_directory_dag(folder)
    assert caught.value.field == "source"


def test_a_folder_without_files_is_refused(
    pinarkive_client: PinarkiveClient, tmp_path: Path
) -> None:
    with pytest.raises(InvalidInputError, match="no file"):
        pinarkive_client.files.upload_directory_dag(tmp_path)


def test_errors_of_the_callers_files_are_pythons_own(
    pinarkive_client: PinarkiveClient, tmp_path: Path
) -> None:
    with pytest.raises(FileNotFoundError):
        pinarkive_client.files.upload(tmp_path / "missing")
    with pytest.raises(IsADirectoryError):
        pinarkive_client.files.upload(tmp_path)
    with pytest.raises(FileNotFoundError):
        pinarkive_client.files.upload_directory_dag(tmp_path / "missing")
    (tmp_path / "file").touch()
    with pytest.raises(NotADirectoryError):
        pinarkive_client.files.upload_directory_dag(tmp_path / "file")


class Broken(io.BytesIO):
    """A file whose disk fails half-way."""

    def read(self, size: int | None = -1, /) -> bytes:
        if self.tell() > 400_000:
            raise OSError(5, "the disk is gone")
        return super().read(size)


def test_what_a_file_object_raises_comes_through_unchanged(
    pinarkive_client: PinarkiveClient,
) -> None:
    with pytest.raises(OSError, match="the disk is gone"):
        pinarkive_client.files.upload(Broken(bytes(1_000_000)))
    assert pinarkive_client.system.health().ok


# Whatever has been read before the first piece leaves, most of it is still to be read.
BEYOND_READ_AHEAD = 12_000_000


@pytest.mark.parametrize("change", ["grow", "shrink", "replace", "rewrite"])
def test_a_file_that_changes_while_it_is_sent_is_not_uploaded(
    pinarkive_client: PinarkiveClient, tmp_path: Path, change: str
) -> None:
    file = tmp_path / "file"
    file.write_bytes(bytes(BEYOND_READ_AHEAD))
    changed = False

    def meddle(progress: Progress) -> None:
        nonlocal changed
        if changed:
            return
        changed = True
        if change == "grow":
            with file.open("ab") as out:
                out.write(b"more")
        elif change == "shrink":
            with file.open("r+b") as out:
                out.truncate(500_000)
        elif change == "rewrite":
            with file.open("r+b") as out:
                out.seek(BEYOND_READ_AHEAD - 100_000)
                out.write(b"other bytes")
        else:
            other = tmp_path / "other"
            other.write_bytes(bytes(BEYOND_READ_AHEAD))
            other.rename(file)

    if change == "replace":
        # The open file is still the old one, whole and unchanged: nothing is corrupt.
        upload = pinarkive_client.files.upload(file, on_progress=meddle)
        assert upload.cid == file_cid(bytes(BEYOND_READ_AHEAD))
        return
    with pytest.raises(SourceChangedError, match="changed"):
        pinarkive_client.files.upload(file, on_progress=meddle)
    assert pinarkive_client.users.uploads(cid=file_cid(file)).uploads == []


def test_pin_and_remove(pinarkive_client: PinarkiveClient) -> None:
    cid = file_cid(b"pinned from afar")
    until = datetime.now(UTC) + timedelta(days=2)
    pin = pinarkive_client.files.pin(cid, custom_name="afar", timelock=until)
    assert pin.cid == cid
    assert pin.name == "afar"
    assert pin.expires_at is not None
    assert abs(pin.expires_at - until) < timedelta(seconds=1)
    removal = pinarkive_client.files.remove(cid)
    assert (removal.cid, removal.removed) == (cid, True)
    with pytest.raises(NotFoundError, match="Pin not found"):
        pinarkive_client.files.remove(cid)


def test_a_directory_of_the_server(pinarkive_client: PinarkiveClient) -> None:
    upload = pinarkive_client.files.upload_directory("/data/example")
    assert upload.cid


def test_a_file_over_the_limit_is_refused() -> None:
    with Sandbox(max_file_size=1000) as sandbox:
        with PinarkiveClient(api_key=sandbox.api_key, base_url=sandbox.base_url) as client:
            with pytest.raises(PayloadTooLargeError) as caught:
                client.files.upload(bytes(1001))
            assert caught.value.code.casefold() == "file_too_large"
