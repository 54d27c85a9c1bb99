"""Values at the edges: what few callers give, and no server should."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from pinarkive import (
    APIResponseError,
    InvalidInputError,
    ListLogs,
    LocaleList,
    PinarkiveClient,
    Upload,
    UploadFile,
)
from pinarkive._core.decode import Answer
from pinarkive._core.encode import encode_segment
from pinarkive._core.fetching import CONTENT, Ask, redirected
from pinarkive._io.asking import asked, at_once
from pinarkive._io.landing import FileLanding, place_of
from pinarkive._io.messages import is_enough, parsed
from pinarkive._values.ignored import matcher
from pinarkive.sandbox.guard import host_name
from pinarkive.sandbox.shapes import fields_of, items_of
from pinarkive.sources import decode_base64
from pinarkive.unixfs import file_cid

CID = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"


def test_a_request_takes_names_only() -> None:
    request: Any = UploadFile
    with pytest.raises(TypeError, match="UploadFile takes keyword arguments only"):
        request(b"content")


@pytest.mark.parametrize("text", ["two words", "w\u00f6rd"])
def test_a_word_is_one_in_ascii(text: str) -> None:
    with pytest.raises(InvalidInputError, match="single word"):
        ListLogs(type=text)


def test_a_lone_surrogate_has_no_place_in_a_url() -> None:
    with pytest.raises(InvalidInputError, match="lone surrogate"):
        encode_segment("\ud800", "name")


def test_base64_is_text() -> None:
    with pytest.raises(ValueError, match="base64 must be text"):
        decode_base64(b"eA==")


@pytest.mark.parametrize(
    "body",
    [
        {"languages": {"en": "English", "es": "Espa\u00f1ol"}},
        {"languages": ["en", "es"]},
        {"languages": [{"code": "en"}, {"code": "es"}]},
    ],
)
def test_locales_come_by_code_and_as_texts(body: dict[str, object]) -> None:
    found = LocaleList.model_validate(body)
    assert [locale.code for locale in found.locales] == ["en", "es"]


def test_an_answer_that_is_made_by_hand_is_checked() -> None:
    assert Upload(cid=CID).cid == CID
    with pytest.raises(ValidationError):
        Upload(cid=None)  # type: ignore[arg-type]


@pytest.mark.parametrize("url", ["https://", "ftp://example.com", "https://[::1"])
def test_a_url_names_a_server(url: str) -> None:
    with pytest.raises(InvalidInputError, match="the URL cannot be used"):
        parsed(url)


@pytest.mark.parametrize(
    "location", ["https://[::1", "https://host:99999/", "https://host:0/", "https://me@host/"]
)
def test_a_redirect_leads_somewhere(location: str) -> None:
    ask = Ask("https://gateway.example/ipfs/x", CONTENT)
    answer = Answer(302, {"location": location}, b"", datetime.now(UTC))
    with pytest.raises(APIResponseError, match="not a usable URL"):
        redirected(answer, ask, may_be_open=False)


def test_an_answer_that_comes_too_slowly_ends() -> None:
    with pytest.raises(Exception, match="too slowly"):
        is_enough(1, 0.0)


def test_no_pattern_ignores_nothing() -> None:
    assert not matcher(())("any/path")


def test_a_place_is_in_a_folder_and_no_device(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(NotADirectoryError):
        place_of(tmp_path / "file" / "below", "name")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InvalidInputError, match="neither a file nor a folder"):
        place_of(tmp_path / "pipe", "name")
    with pytest.raises(IsADirectoryError):
        FileLanding(tmp_path).create()


def test_what_has_to_be_awaited_is_refused_where_nothing_can_be() -> None:
    async def read() -> bytes:
        return b""

    assert at_once(asked(lambda: 5)) == 5
    with pytest.raises(InvalidInputError):
        at_once(asked(read))


def test_a_host_that_is_none_has_no_name() -> None:
    assert [host_name(host) for host in ("localhost.:80", "[::1]:80", "[::1")] == [
        "localhost",
        "::1",
        "",
    ]


def test_the_sandbox_shapes_only_what_it_answers() -> None:
    with pytest.raises(TypeError, match="an object, not list"):
        fields_of([])
    with pytest.raises(TypeError, match="a list, not dict"):
        items_of({})


def test_a_callback_that_would_have_to_be_awaited_is_refused() -> None:
    async def watch(_: object) -> None: ...

    cid = file_cid(b"content")
    with PinarkiveClient(api_key="key") as client:
        with pytest.raises(InvalidInputError, match="async def"):
            client.files.download(cid, gateway="https://gateway.example", on_progress=watch)
        with pytest.raises(InvalidInputError, match="async def"):
            client.files.upload(b"content", on_progress=watch)
        with pytest.raises(InvalidInputError, match="async def"):
            client.files.upload_many([b"content"], on_progress=watch)
