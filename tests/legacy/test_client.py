"""The 3.x client: its attributes, its old and new side on one object, its warnings."""

# What is tested here is deprecated.
# pyright: reportDeprecated=false

import gc
import inspect
import io
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import respx

import pinarkive
import pinarkive_client
from pinarkive import InvalidInputError, MissingCredentialsError
from pinarkive.sandbox import Sandbox
from pinarkive.unixfs import directory_cid, file_cid
from pinarkive_client import PinarkiveClient, PinarkiveError

BASE = "https://api.pinarkive.com/api/v3"
METHODS = [
    "health", "get_plans", "get_peers", "login", "verify_2fa_login", "upload_file",
    "upload_directory", "upload_directory_dag", "pin_cid", "remove_file", "get_me", "list_uploads",
    "generate_token", "list_tokens", "revoke_token", "get_status", "get_allocations",
]  # fmt: skip

pytestmark = pytest.mark.filterwarnings("ignore:use client:DeprecationWarning")


@pytest.fixture
def old(pinarkive_sandbox: Sandbox) -> Iterator[PinarkiveClient]:
    with PinarkiveClient(
        api_key=pinarkive_sandbox.api_key, base_url=pinarkive_sandbox.base_url
    ) as client:
        yield client


def sent_with(client: PinarkiveClient) -> dict[str, str]:
    """Return the headers that a call of the client sends."""
    with respx.mock() as router:
        route = router.get(url__regex=".*").respond(200, json={})
        client.get_me()
    request: httpx.Request = route.calls.last.request
    return dict(request.headers)


def test_the_names_are_there() -> None:
    assert pinarkive_client.PinarkiveError is pinarkive.PinarkiveError
    assert pinarkive_client.__version__ == pinarkive.__version__
    assert issubclass(PinarkiveClient, pinarkive.PinarkiveClient)


def test_the_environment_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PINARKIVE_API_KEY", "key-of-the-environment")
    monkeypatch.setenv("PINARKIVE_API_BASE_URL", "no url at all")
    client = PinarkiveClient()
    assert client.base_url == BASE
    assert "x-api-key" not in sent_with(client)


def test_attributes_can_be_set_at_any_time() -> None:
    client = PinarkiveClient("t1", "k1", "http://other.example/v3//", request_source="web")
    assert (client.token, client.api_key, client.request_source) == ("t1", "k1", "web")
    assert client.base_url == "http://other.example/v3"
    headers = sent_with(client)
    assert headers["authorization"] == "Bearer t1"
    assert headers["x-request-source"] == "web"
    assert headers["host"] == "other.example"
    client.token = None
    client.base_url = BASE
    headers = sent_with(client)
    assert headers["x-api-key"] == "k1"
    assert {"authorization", "x-request-source"}.isdisjoint(headers)
    assert headers["host"] == "api.pinarkive.com"
    client.api_key = ""
    assert "x-api-key" not in sent_with(client)
    client.token, client.request_source = "t2", "elsewhere"
    headers = sent_with(client)
    assert headers["authorization"] == "Bearer t2"
    assert "x-request-source" not in headers


def test_a_view_has_the_credential_that_it_was_given() -> None:
    client = PinarkiveClient(api_key="k1")
    view = client.with_options(token="t2", timeout=5)
    assert (view.token, view.api_key) == ("t2", None)
    assert sent_with(view)["authorization"] == "Bearer t2"
    assert sent_with(client)["x-api-key"] == "k1"
    assert client.with_options(max_retries=0).api_key == "k1"


@pytest.mark.parametrize("secret", ["a\r\nX-Evil: 1", "a\nb", "ключ", "a\0"])
def test_a_credential_that_no_header_carries_is_refused_and_not_shown(secret: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        PinarkiveClient(api_key=secret)
    assert caught.value.field == "api_key"
    assert secret not in str(caught.value)


def test_old_and_new_calls_share_one_object(old: PinarkiveClient, tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("old and new")
    assert old.upload_file(file)["cid"] == old.files.upload(file).cid == file_cid(file)


def test_the_new_side_still_checks(old: PinarkiveClient) -> None:
    with pytest.raises(InvalidInputError):
        old.files.pin("nonsense")
    with pytest.raises(PinarkiveError) as refused:
        old.pin_cid("nonsense")
    assert refused.value.status_code == 400
    nobody = PinarkiveClient(base_url=old.base_url)
    with pytest.raises(MissingCredentialsError):
        nobody.users.me()
    with pytest.raises(PinarkiveError) as unknown:
        nobody.get_me()
    assert unknown.value.status_code == 401


class ReadOnly:
    """A file that offers as little as 3.1.1 asked for."""

    def __init__(self, data: str | bytes) -> None:
        self._data = data

    def read(self) -> str | bytes:
        return self._data


def test_contents_are_what_they_mean(old: PinarkiveClient, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"from a path")
    with tempfile.NamedTemporaryFile() as named, tempfile.TemporaryFile("w+") as text:
        named.write(b"skipped, from a named file")
        named.seek(9)
        text.write("tëxt")
        text.seek(0)
        contents: dict[str, Any] = {
            "bytes": (b"bytes", b"bytes"),
            "text": ("tëxt", "tëxt".encode()),
            "number": (5, b"5"),
            "bytearray": (bytearray(b"array"), b"array"),
            "memoryview": (memoryview(b"view"), b"view"),
            "path": (tmp_path / "file", b"from a path"),
            "named file": (named, b"from a named file"),
            "text file": (text, "tëxt".encode()),
            "string file": (io.StringIO("ü"), "ü".encode()),
            "bytes file": (io.BytesIO(b"io"), b"io"),
            "least, text": (ReadOnly("text"), b"text"),
            "least, bytes": (ReadOnly(b"least"), b"least"),
        }
        given = {name: pair[0] for name, pair in contents.items()}
        answer = old.upload_directory_dag(given)
    folder = tmp_path / "expected"
    folder.mkdir()
    for name, (_, expected) in contents.items():
        (folder / name).write_bytes(expected)
    assert answer["cid"] == directory_cid(folder)


class Awaited:
    """A file whose read is awaited, which nobody does here."""

    async def read(self, size: int = -1, /) -> bytes:
        return b"x"


@pytest.mark.parametrize("value", [None, ["a"], {"a": 1}, object(), Awaited(), iter([b"x"])])
def test_contents_without_bytes_of_their_own_are_refused(
    old: PinarkiveClient, value: object
) -> None:
    with pytest.raises(InvalidInputError, match="'a/b': a content must be"):
        old.upload_directory_dag({"a/b": value})
    # A coroutine that nobody has awaited complains when it is thrown away.
    gc.collect()


@pytest.mark.parametrize("path", ["", " ", "/a", "\\a", "a/../b", "..", "a\\..\\b"])
def test_paths_that_3_1_1_refused_are_refused_the_same_way(old: PinarkiveClient, path: str) -> None:
    with pytest.raises(ValueError, match="Invalid DAG path: ") as caught:
        old.upload_directory_dag({path: b""})
    assert type(caught.value) is ValueError


@pytest.mark.parametrize("name", ["", ".", ".."])
def test_no_name_is_a_step_of_the_path(old: PinarkiveClient, name: str) -> None:
    with pytest.raises(InvalidInputError):
        old.revoke_token(name)


def test_a_name_with_slashes_reaches_its_token_and_nothing_else(old: PinarkiveClient) -> None:
    cid = old.files.upload(b"not to be removed").cid
    with pytest.raises(PinarkiveError) as caught:
        old.revoke_token(f"../../files/remove/{cid}")
    assert caught.value.status_code == 404
    assert old.get_status(cid)["cid"] == cid
    old.generate_token("a/b?c#d")
    assert old.revoke_token("a/b?c#d") is None


def test_what_a_removal_answers_is_ignored() -> None:
    client = PinarkiveClient(api_key="key")
    with respx.mock() as router:
        router.delete(f"{BASE}/files/remove/a").respond(200, html="<p>gone")
        router.delete(f"{BASE}/tokens/revoke/a").respond(204)
        assert client.remove_file("a") is None
        assert client.revoke_token("a") is None


def test_json_that_calls_itself_a_page_is_json() -> None:
    with respx.mock() as router:
        router.get(f"{BASE}/health").respond(200, html='{"status": "ok"}')
        assert PinarkiveClient().health() == {"status": "ok"}


def test_a_login_is_not_sent_again() -> None:
    with respx.mock() as router:
        route = router.post(f"{BASE}/auth/login").respond(429, headers={"Retry-After": "0"})
        with pytest.raises(PinarkiveError):
            PinarkiveClient().login("me@example.com", "a password")
    assert route.call_count == 1


def test_an_error_does_not_repeat_the_password() -> None:
    with respx.mock() as router:
        router.post(f"{BASE}/auth/login").respond(400, json={"message": "not 'my password'"})
        with pytest.raises(PinarkiveError) as caught:
            PinarkiveClient().login("me@example.com", "my password")
    assert "my password" not in str(caught.value)


@pytest.mark.parametrize("name", METHODS)
def test_each_flat_method_names_its_successor(name: str) -> None:
    method = getattr(PinarkiveClient, name)
    successor = str(method.__deprecated__).removeprefix("use client.").partition("(")[0]
    group, _, new = successor.partition(".")
    assert callable(getattr(getattr(PinarkiveClient(), group), new))
    assert inspect.getdoc(method)


def test_the_warning_points_at_the_callers_line(old: PinarkiveClient) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        old.health()
    assert [(each.category, each.filename) for each in caught] == [(DeprecationWarning, __file__)]
