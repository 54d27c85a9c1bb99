"""vcrpy records a session on a real server, and plays it when there is none any more."""

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from pinarkive import (
    APIConnectionError,
    GetMe,
    NotFoundError,
    RemoveFile,
    Upload,
    UploadDirectoryDag,
    UploadFile,
    User,
)
from pinarkive.sandbox import Sandbox

from .calls import BOTH, CID, Kind, send

# It has no types.
vcr: Any = import_module("vcr")

# Any bytes, so that no text of a cassette holds them as they are.
BINARY = bytes(range(256)) * 1000


def cassette(path: Path) -> Any:
    """Record into a file if it is not there, and play it and nothing else if it is."""
    return vcr.use_cassette(path, record_mode="once", filter_headers=["X-API-Key"])


@BOTH
def test_what_was_recorded_is_played_without_a_server(kind: Kind, tmp_path: Path) -> None:
    file = tmp_path / "hello.txt"
    file.write_bytes(b"hello-hello")
    image = tmp_path / "image.bin"
    image.write_bytes(BINARY)
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "index.html").write_text("<h1>hello</h1>")
    requests = (
        GetMe(),
        UploadFile(file=file),
        UploadFile(file=image),
        UploadDirectoryDag(source=folder),
    )
    tape = tmp_path / "tape.yaml"
    with Sandbox() as sandbox:
        key, base_url = sandbox.api_key, sandbox.base_url
        with cassette(tape) as recording:
            recorded = send(kind, *requests, api_key=key, base_url=base_url)
        assert recording.play_count == 0
    with pytest.raises(APIConnectionError):
        send(kind, GetMe(), api_key=key, base_url=base_url)
    with cassette(tape) as playing:
        played = send(kind, *requests, api_key="another-key-of-some-length", base_url=base_url)
    assert playing.play_count == len(requests)
    assert played == recorded
    user, upload, *_ = played
    assert isinstance(user, User)
    assert isinstance(upload, Upload)
    assert upload.size == file.stat().st_size
    text = tape.read_text()
    assert key not in text
    assert "hello-hello" in text


@BOTH
def test_an_error_is_played_as_it_was(kind: Kind, tmp_path: Path) -> None:
    tape = tmp_path / "tape.yaml"
    told: list[tuple[str, str, int]] = []

    def fail(key: str, base_url: str) -> None:
        with cassette(tape), pytest.raises(NotFoundError) as caught:
            send(kind, RemoveFile(cid=CID), api_key=key, base_url=base_url)
        told.append((str(caught.value), caught.value.code, caught.value.attempts))

    with Sandbox() as sandbox:
        key, base_url = sandbox.api_key, sandbox.base_url
        fail(key, base_url)
    fail(key, base_url)
    assert told[0] == told[1]


@BOTH
def test_a_call_that_was_not_recorded_is_told_as_it_says_it(kind: Kind, tmp_path: Path) -> None:
    tape = tmp_path / "tape.yaml"
    with Sandbox() as sandbox:
        key, base_url = sandbox.api_key, sandbox.base_url
        with cassette(tape):
            send(kind, GetMe(), api_key=key, base_url=base_url)
    with (
        cassette(tape),
        pytest.raises(vcr.errors.CannotOverwriteExistingCassetteException),
    ):
        send(kind, RemoveFile(cid=CID), api_key=key, base_url=base_url)
