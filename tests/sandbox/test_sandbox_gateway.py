"""The gateway and the pages for people."""

import httpx
import pytest

from pinarkive.sandbox import Sandbox
from pinarkive.unixfs import file_node, tree

from .raw import exchange, part, post_form

DATA = bytes(range(256)) * 8_000


@pytest.fixture(scope="module")
def root(shared_api: httpx.Client) -> str:
    files = [
        ("files", ("site/index.html", b"<p>hello")),
        ("files", ("site/archive.tar.gz", b"gz")),
        ("files", ("site/data", DATA)),
    ]
    cid = shared_api.post("/files/directory-dag", files=files).json()["cid"]
    assert isinstance(cid, str)
    return cid


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("index.html", "text/html; charset=utf-8"),
        ("archive.tar.gz", "application/octet-stream"),
        ("data", "application/octet-stream"),
    ],
)
def test_the_type_is_guessed_from_the_name(
    gateway: httpx.Client, root: str, name: str, kind: str
) -> None:
    answer = gateway.get(f"/ipfs/{root}/site/{name}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == kind
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_bare_cid_has_the_type_of_the_name_it_was_uploaded_under(
    shared_api: httpx.Client, gateway: httpx.Client
) -> None:
    cid = shared_api.post("/files", files={"file": ("a.css", b"p {}")}).json()["cid"]
    assert gateway.get(f"/ipfs/{cid}").headers["content-type"].startswith("text/css")


def test_head_tells_the_length_and_sends_nothing(shared: Sandbox, root: str) -> None:
    request = f"HEAD /ipfs/{root}/site/data HTTP/1.1\r\nHost: x\r\n\r\n"
    head, _, body = exchange(shared, request.encode()).partition(b"\r\n\r\n")
    assert f"content-length: {len(DATA)}".encode() in head
    assert body == b""


@pytest.mark.parametrize(
    ("wanted", "status", "expected"),
    [
        ("bytes=0-9", 206, DATA[:10]),
        ("bytes=1000000-", 206, DATA[1_000_000:]),
        ("bytes=-1", 206, DATA[-1:]),
        ("bytes=0-0,5-5", 200, DATA),
        ("bytes=99999999-", 416, None),
    ],
)
def test_ranges(
    gateway: httpx.Client, root: str, wanted: str, status: int, expected: bytes | None
) -> None:
    answer = gateway.get(f"/ipfs/{root}/site/data", headers={"Range": wanted})
    assert answer.status_code == status
    if expected is not None:
        assert answer.content == expected


def test_a_directory_is_listed(gateway: httpx.Client, root: str) -> None:
    page = gateway.get(f"/ipfs/{root}/")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert f'<a href="/ipfs/{root}/site/">site/</a>' in page.text
    assert "immutable" not in page.headers["cache-control"]


def test_a_directory_is_at_its_path_with_a_slash(gateway: httpx.Client, root: str) -> None:
    answer = gateway.get(f"/ipfs/{root}/site?a=1")
    assert answer.status_code == 301
    assert answer.headers["location"] == f"/ipfs/{root}/site/?a=1"


def test_a_directory_with_an_index_shows_it(gateway: httpx.Client, root: str) -> None:
    page = gateway.get(f"/ipfs/{root}/site/")
    assert page.text == "<p>hello"
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "sandbox" in page.headers["content-security-policy"]


def test_a_nested_directory_is_at_its_own_cid(gateway: httpx.Client, root: str) -> None:
    files = {"index.html": b"<p>hello", "archive.tar.gz": b"gz", "data": DATA}
    nested = tree({path: file_node(data) for path, data in files.items()})[""].cid
    assert gateway.get(f"/ipfs/{nested}/index.html").text == "<p>hello"


def test_names_are_escaped(shared_api: httpx.Client, gateway: httpx.Client) -> None:
    name = "<script>alert(1)</script>&'%22.txt"
    folder = "<img src=x>"
    body = post_form(
        shared_api,
        "/files/directory-dag",
        part(f'name="files"; filename="{folder}/{name.replace("/", "-")}"'),
    )
    root = body.json()["cid"]
    for page in (gateway.get(f"/ipfs/{root}/"), gateway.get(f"/ipfs/{root}/%3Cimg%20src%3Dx%3E/")):
        assert page.status_code == 200
        assert "<script" not in page.text
        assert "<img" not in page.text


def test_what_a_client_has_already_is_not_sent_again(gateway: httpx.Client, root: str) -> None:
    path = f"/ipfs/{root}/site/data"
    first = gateway.get(path)
    etag = first.headers["etag"]
    assert etag == f'"{file_node(DATA).cid}"'
    assert "immutable" in first.headers["cache-control"]
    for known in (etag, f"W/{etag}", f'"x", {etag}', "*"):
        answer = gateway.get(path, headers={"If-None-Match": known})
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["etag"] == etag
    assert gateway.get(path, headers={"If-None-Match": '"x"'}).status_code == 200


def test_a_range_is_of_the_content_that_the_client_knows(gateway: httpx.Client, root: str) -> None:
    path = f"/ipfs/{root}/site/data"
    etag = gateway.head(path).headers["etag"]
    for known, status in ((etag, 206), ('"x"', 200), (f"W/{etag}", 200)):
        headers = {"Range": "bytes=1-2", "If-Range": known}
        assert gateway.get(path, headers=headers).status_code == status


@pytest.mark.parametrize("path", ["site/nothing", "nothing", "site/data/deeper", "SITE"])
def test_what_is_not_there_is_404(gateway: httpx.Client, root: str, path: str) -> None:
    assert gateway.get(f"/ipfs/{root}/{path}").status_code == 404


def test_the_gateway_is_for_reading(gateway: httpx.Client, root: str) -> None:
    answer = gateway.post(f"/ipfs/{root}")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD"


@pytest.mark.parametrize("path", ["/", "/api/v3", "/api/v3/"])
def test_a_browser_and_a_program_learn_what_this_is(gateway: httpx.Client, path: str) -> None:
    page = gateway.get(path, headers={"Accept": "text/html,*/*"})
    assert page.status_code == 200
    assert "<h1>PinArkive sandbox</h1>" in page.text
    body = gateway.get(path).json()
    assert body["status"] == "ok"
    assert body["links"]["health"] == "/api/v3/health"
    assert gateway.post(path).status_code == 405
