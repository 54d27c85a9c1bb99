"""Uploads, pins, lists, removals and the status."""

import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from pinarkive.sandbox import Sandbox
from pinarkive.unixfs import directory, directory_cid, file_cid, file_node, tree

from .raw import (
    BOUNDARY,
    MULTIPART,
    UNKNOWN_CID,
    MovableClock,
    api_client,
    bare_client,
    connect,
    exchange,
    form,
    part,
    post_form,
)

HELLO = b"hello world"
HELLO_CID = "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e"


def test_an_upload_has_its_cid_and_tells_all_names(shared_api: httpx.Client) -> None:
    answer = shared_api.post("/files/", files={"file": ("a.txt", HELLO)})
    assert answer.status_code == 201
    body = answer.json()
    assert body["cid"] == HELLO_CID
    assert body["name"] == body["filename"] == "a.txt"
    assert body["size"] == 11
    assert body["clusterId"] == "cl0-global"
    assert body["expiresAt"] is None
    assert body["status"] == "pinned"
    assert body["uploadId"] != body["cid"]


@pytest.mark.parametrize("size", [0, 1, 262_144, 262_145, 1024**2, 1024**2 + 1, 3 * 1024**2])
def test_bytes_come_back_as_they_went(
    shared_api: httpx.Client, gateway: httpx.Client, size: int
) -> None:
    # CR, LF and hyphens, which a careless parser takes for a boundary.
    data = (b"\r\n--frontie\r\n--frontier" * (size // 16 + 1))[:size]
    data = data.replace(b"\r\n--frontier", b"\r\n--fron-ier")
    body = post_form(shared_api, "/files/", part('name="file"; filename="a"', data)).json()
    assert body["cid"] == file_cid(data)
    assert body["size"] == size
    assert gateway.get(f"/ipfs/{body['cid']}").content == data


def test_a_body_may_come_byte_by_byte(shared: Sandbox) -> None:
    # What a parser gets wrong when a boundary is split between two reads.
    body = form(part('name="cl"', b"cl1-eu"), part('name="file"; filename="a.txt"', HELLO))

    def pieces() -> Iterator[bytes]:
        for number in range(len(body)):
            yield body[number : number + 1]

    with api_client(shared) as client:
        headers = {"Content-Type": MULTIPART}
        answer = client.post("/files/", content=pieces(), headers=headers)
    assert answer.json()["cid"] == HELLO_CID
    assert answer.json()["clusterId"] == "cl1-eu"


@pytest.mark.parametrize("first", [True, False])
def test_fields_may_stand_before_or_after_the_file(shared_api: httpx.Client, first: bool) -> None:
    parts = [part('name="cl"', b"cl2-es"), part('name="file"; filename="a"')]
    answer = post_form(shared_api, "/files/", *(parts if first else reversed(parts)))
    assert answer.json()["clusterId"] == "cl2-es"


def test_a_preamble_and_an_epilogue_are_passed_over(shared_api: httpx.Client) -> None:
    body = b"\r\n" + form(part('name="file"; filename="a"', HELLO)) + b"\r\nthe end\r\n"
    answer = shared_api.post("/files/", content=body, headers={"Content-Type": MULTIPART})
    assert answer.json()["cid"] == HELLO_CID


def test_a_client_may_wait_to_be_told_to_go_on(shared: Sandbox) -> None:
    # As curl does with large bodies.
    body = form(part('name="file"; filename="a"', HELLO))
    head = (
        f"POST /api/v3/files HTTP/1.1\r\nHost: x\r\nX-API-Key: {shared.api_key}\r\n"
        f"Content-Type: {MULTIPART}\r\nContent-Length: {len(body)}\r\n"
        "Expect: 100-continue\r\n\r\n"
    )
    with connect(shared) as connection:
        connection.sendall(head.encode())
        assert connection.recv(1000).startswith(b"HTTP/1.1 100")
        connection.sendall(body)
        assert connection.recv(1000).startswith(b"HTTP/1.1 201")


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("a.txt", "a.txt"),
        ("ñ 日本.txt", "ñ 日本.txt"),
        ("sub/folder/a.txt", "a.txt"),
        ("C:\\sub\\a.txt", "a.txt"),
        ("a%22b.txt", 'a"b.txt'),
    ],
)
def test_a_file_is_known_by_its_base_name(shared_api: httpx.Client, sent: str, kept: str) -> None:
    answer = post_form(shared_api, "/files/", part(f'name="file"; filename="{sent}"'))
    assert answer.json()["name"] == kept


@pytest.mark.parametrize("path", ["/files/", "/files/directory", "pin"])
def test_the_cluster_is_of_the_body_the_query_or_the_header(
    shared_api: httpx.Client, path: str
) -> None:
    def send(cluster: str | None, query: str = "", **headers: str) -> httpx.Response:
        given = {"cl": cluster} if cluster is not None else {}
        if path == "/files/":
            files = {"file": ("a", b"clusters")}
            return shared_api.post(f"{path}{query}", data=given, files=files, headers=headers)
        body = {"dirPath": "/data/example", **given}
        target = f"/files/pin/{UNKNOWN_CID}" if path == "pin" else path
        return shared_api.post(f"{target}{query}", json=body, headers=headers)

    header = {"X-Cluster": "cl2-us"}
    assert send("cl1-eu", "?cl=cl1-na", **header).json()["clusterId"] == "cl1-eu"
    assert send(None, "?cl=cl1-na", **header).json()["clusterId"] == "cl1-na"
    assert send(None, **header).json()["clusterId"] == "cl2-us"
    assert send(None).json()["clusterId"] == "cl0-global"
    assert send("").status_code == 400
    assert send("cl9-moon").status_code == 403


def test_a_directory_has_the_cid_of_the_same_folder(
    shared_api: httpx.Client, gateway: httpx.Client, tmp_path: Path
) -> None:
    files = {"index.html": b"<p>", "a/b/c.txt": b"c", "a/ñ <&>\"'#?%.bin": bytes(2_000_000)}
    for path, data in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(data)
    sent = [("files", (path, data)) for path, data in files.items()]
    answer = shared_api.post("/files/directory-dag", files=sent, data={"dirName": "site"})
    assert answer.status_code == 201
    body = answer.json()
    assert body["cid"] == directory_cid(tmp_path)
    assert body["filename"] == "site"
    assert body["type"] == "directory"
    assert body["total_files"] == 3
    assert body["total_size"] == body["size"] == 2_000_004
    for each in body["files"]:
        data = files[each["path"]]
        assert each["cid"] == file_cid(data)
        assert each["size"] == len(data)
        assert each["filename"] == each["path"].rpartition("/")[2]
        assert gateway.get(f"/ipfs/{body['cid']}/{quote(each['path'])}").content == data
        assert gateway.get(f"/ipfs/{each['cid']}").content == data


def test_a_directory_may_hold_more_files_than_a_form_usually_may(
    shared_api: httpx.Client,
) -> None:
    parts = [part(f'name="files"; filename="{n}.txt"', str(n).encode()) for n in range(1_500)]
    body = post_form(shared_api, "/files/directory-dag", *parts).json()
    assert body["total_files"] == 1_500
    nodes = {f"{n}.txt": file_node(str(n).encode()) for n in range(1_500)}
    assert body["cid"] == str(directory(nodes).cid)


def test_paths_are_kept_as_they_were_sent(shared_api: httpx.Client) -> None:
    # A composed and a decomposed letter are two names, and each has its own CID.
    name = "n\u0303.txt"
    body = post_form(shared_api, "/files/directory-dag", part(f'name="files"; filename="{name}"'))
    assert body.json()["files"][0]["path"] == name
    assert body.json()["cid"] == str(tree({name: file_node(b"data")})[""].cid)


@pytest.mark.parametrize(
    "paths",
    [["/a"], ["../a"], ["a/../b"], ["a/./b"], ["a//b"], ["a/"], ["."], ["a\\b"], ["C:/a"],
     ["a", "a"], ["a", "a/b"], ["a/b", "a"], ["a\x01"], []],
)  # fmt: skip
def test_bad_paths_are_400_and_leave_nothing(
    shared_api: httpx.Client, gateway: httpx.Client, paths: list[str]
) -> None:
    data = b"never stored"
    names = ["fine", *paths] if paths else []
    parts = [part(f'name="files"; filename="{name}"', data) for name in names]
    before = shared_api.get("/users/me/uploads").json()["total"]
    assert post_form(shared_api, "/files/directory-dag", *parts).status_code == 400
    assert shared_api.get("/users/me/uploads").json()["total"] == before
    assert gateway.get(f"/ipfs/{file_cid(data)}").status_code == 404


def test_the_server_has_one_directory(shared_api: httpx.Client, gateway: httpx.Client) -> None:
    answer = shared_api.post("/files/directory", json={"dirPath": "/data/example/"})
    assert answer.status_code == 201
    assert gateway.get(f"/ipfs/{answer.json()['cid']}/hello.txt").text.startswith("Hello")
    for path in ("/", "/data", "/etc", "/data/example/../..", "data/example"):
        assert shared_api.post("/files/directory", json={"dirPath": path}).status_code == 400


def test_a_file_above_the_limit_is_413_and_leaves_nothing(tmp_path: Path) -> None:
    with Sandbox(max_file_size=2_000_000, data=tmp_path) as sandbox, api_client(sandbox) as api:
        exact = api.post("/files/", files={"file": ("a", bytes(2_000_000))})
        assert exact.status_code == 201
        api.delete(f"/files/remove/{exact.json()['cid']}")
        above = api.post("/files/", files={"file": ("a", bytes(2_000_001))})
        assert above.status_code == 413
        assert above.json()["code"] == "FILE_TOO_LARGE"
        files = [("files", (name, bytes(1_000_001))) for name in "ab"]
        assert api.post("/files/directory-dag", files=files).status_code == 413
        assert api.get("/users/me/uploads").json()["total"] == 0
        assert stored_files(tmp_path) == []


def stored_files(folder: Path) -> list[Path]:
    return [path for path in (folder / "blobs").iterdir() if path.is_file()]


def test_413_comes_before_the_whole_body(shared: Sandbox) -> None:
    with Sandbox(max_file_size=1_000) as sandbox, connect(sandbox) as connection:
        head = (
            f"POST /api/v3/files HTTP/1.1\r\nHost: x\r\nX-API-Key: {sandbox.api_key}\r\n"
            f"Content-Type: {MULTIPART}\r\nContent-Length: 1000000000\r\n\r\n"
        )
        connection.sendall(head.encode() + part('name="file"; filename="a"', bytes(2_000)))
        assert connection.recv(1000).startswith(b"HTTP/1.1 413 ")


def test_a_client_that_closes_sees_why_its_upload_was_refused() -> None:
    # As urllib does, which asks to close and sends all before it reads.
    with Sandbox() as sandbox:
        body = form(part('name="file"; filename="a"', bytes(5_000_000)))
        head = (
            f"POST /api/v3/files HTTP/1.1\r\nHost: x\r\nX-API-Key: wrong\r\nConnection: close\r\n"
            f"Content-Type: {MULTIPART}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        for _ in range(5):
            with connect(sandbox) as connection:
                connection.sendall(head.encode() + body)
                answer = b""
                while data := connection.recv(1000):
                    answer += data
                assert answer.startswith(b"HTTP/1.1 401 ")


def test_a_quota_is_403(tmp_path: Path) -> None:
    with Sandbox(quota=2_000_000, data=tmp_path) as sandbox, api_client(sandbox) as api:

        def upload(data: bytes) -> httpx.Response:
            return api.post("/files/", files={"file": ("a", data)})

        cid = upload(b"a" * 1_500_000).json()["cid"]
        assert api.get("/users/me").json()["usedStorage"] == 1_500_000
        # The same again takes no more room.
        assert upload(b"a" * 1_500_000).status_code == 201
        refused = upload(b"b" * 1_500_000)
        assert refused.status_code == 403
        assert refused.json()["message"] == "Storage quota exceeded"
        assert len(stored_files(tmp_path)) == 1
        api.delete(f"/files/remove/{cid}")
        assert stored_files(tmp_path) == []
        assert upload(b"b" * 1_500_000).status_code == 201


def test_the_free_plan_has_no_timelocks_and_one_cluster() -> None:
    clock = MovableClock()
    with Sandbox(plan="free", clock=clock) as sandbox, api_client(sandbox) as api:
        pin = f"/files/pin/{UNKNOWN_CID}"
        assert api.post(pin, json={"timelock": clock.after(days=1)}).status_code == 403
        assert api.post(pin, json={"cl": "cl1-eu"}).status_code == 403
        # What is wrong in any plan is told first.
        assert api.post(pin, json={"timelock": "soon", "cl": "cl1-eu"}).status_code == 400
        assert api.post(pin).status_code == 201


@pytest.mark.parametrize("timelock", ["soon", "2031-01-01", "2031-01-01T00:00:00", "1", "0"])
def test_a_timelock_is_an_instant(shared_api: httpx.Client, timelock: str) -> None:
    answer = shared_api.post(f"/files/pin/{UNKNOWN_CID}", json={"timelock": timelock})
    assert answer.status_code == 400


def test_a_timelock_ends_an_upload() -> None:
    clock = MovableClock()
    with (
        Sandbox(clock=clock) as sandbox,
        api_client(sandbox) as api,
        bare_client(sandbox.gateway_url) as gateway,
    ):
        for past in (clock.after(seconds=0), clock.after(days=-1)):
            files = {"file": ("a", HELLO)}
            assert api.post("/files", data={"timelock": past}, files=files).status_code == 400
        data = {"timelock": clock.after(hours=1)}
        answer = api.post("/files", data=data, files={"file": ("a", HELLO)})
        assert answer.json()["expiresAt"].endswith(".000Z")
        kept = api.post("/files", files={"file": ("b", b"kept")}).json()["cid"]

        def listed(flag: str) -> list[str]:
            found = api.get(f"/users/me/uploads?hasExpiration={flag}").json()["uploads"]
            return [each["cid"] for each in found]

        assert listed("true") == [HELLO_CID]
        assert listed("false") == [kept]
        assert gateway.get(f"/ipfs/{HELLO_CID}").status_code == 200
        clock.advance(hours=1)
        assert gateway.get(f"/ipfs/{HELLO_CID}").status_code == 404
        assert listed("true") == []
        assert api.get(f"/status/{HELLO_CID}").json()["status"] == "unpinned"
        assert api.delete(f"/files/remove/{HELLO_CID}").status_code == 404


def test_the_same_upload_again_is_one_record(api: httpx.Client) -> None:
    first = api.post("/files/", files={"file": ("a", HELLO)}).json()
    again = api.post("/files/", files={"file": ("b", HELLO)}).json()
    assert again["uploadId"] == first["uploadId"]
    uploads = api.get("/users/me/uploads").json()["uploads"]
    assert [(each["cid"], each["name"]) for each in uploads] == [(HELLO_CID, "b")]


def test_lists_have_pages_the_newest_first(api: httpx.Client) -> None:
    cids = [
        api.post("/files/", files={"file": (str(n), str(n).encode())}).json()["cid"]
        for n in range(25)
    ]

    def page(query: str) -> list[str]:
        body = api.get(f"/users/me/uploads{query}").json()
        assert body["total"] == body["pagination"]["total"] == 25
        return [each["cid"] for each in body["uploads"]]

    newest = cids[::-1]
    assert page("") == newest[:20]
    assert page("?page=2") == newest[20:]
    assert page("?page=3") == []
    assert page("?limit=10&page=2") == newest[10:20]
    assert api.get("/users/me/uploads?limit=1000").json()["limit"] == 100
    found = api.get(f"/users/me/uploads?cid={cids[3]}").json()
    assert [each["cid"] for each in found["uploads"]] == [cids[3]]
    record = found["uploads"][0]
    assert record["name"] == record["filename"] == "3"
    assert record["createdAt"] == record["uploadedAt"]
    assert api.get(f"/users/me/uploads?cid={UNKNOWN_CID}").json()["total"] == 0


def test_a_directory_lists_its_files(api: httpx.Client) -> None:
    sent = [("files", (path, path.encode())) for path in ("b.txt", "a/c.txt")]
    cid = api.post("/files/directory-dag", files=sent).json()["cid"]
    assert api.get("/users/me/uploads").json()["total"] == 1
    found = api.get(f"/users/me/uploads?parentCid={cid}").json()
    assert [each["path"] for each in found["uploads"]] == ["a/c.txt", "b.txt"]
    assert [each["name"] for each in found["uploads"]] == ["c.txt", "b.txt"]
    only = api.get(f"/users/me/uploads?parentCid={cid}&cid={file_cid(b'b.txt')}").json()
    assert [each["path"] for each in only["uploads"]] == ["b.txt"]
    assert api.get(f"/users/me/uploads?parentCid={UNKNOWN_CID}").json()["total"] == 0
    for flag, total in (("true", 0), ("false", 2)):
        query = f"parentCid={cid}&hasExpiration={flag}"
        assert api.get(f"/users/me/uploads?{query}").json()["total"] == total


def test_any_cid_can_be_pinned_and_removed(sandbox: Sandbox, api: httpx.Client) -> None:
    path = f"/files/pin/{UNKNOWN_CID}"
    answer = api.post(path, json={"originalName": "o", "customName": "c", "cl": "cl1-eu"})
    assert answer.status_code == 201
    body = answer.json()
    assert body["cid"] == UNKNOWN_CID
    assert body["pinned"] is True
    assert body["customName"] == "c"
    assert body["originalName"] == "o"
    assert api.get("/users/me/uploads").json()["uploads"][0]["name"] == "c"
    with bare_client(sandbox.gateway_url) as gateway:
        assert gateway.get(f"/ipfs/{UNKNOWN_CID}").status_code == 404
    removed = api.delete(f"/files/remove/{UNKNOWN_CID}")
    assert removed.status_code == 200
    assert removed.json()["removed"] is True
    again = api.delete(f"/files/remove/{UNKNOWN_CID}")
    assert again.status_code == 404
    assert again.json() == {"error": "Not Found", "message": "Pin not found for this CID"}


@pytest.mark.parametrize("content", [b"", b"{}"])
def test_a_pin_needs_no_body(shared_api: httpx.Client, content: bytes) -> None:
    headers = {"Content-Type": "application/json"} if content else {}
    answer = shared_api.post(f"/files/pin/{UNKNOWN_CID}", content=content, headers=headers)
    assert answer.status_code == 201


def test_a_cid_answers_as_it_was_asked(api: httpx.Client) -> None:
    version_0 = "QmUNLLsPACCz1vLxQVkXqqLX5R1X345qqfHbsf67hvA3Nn"
    assert api.post(f"/files/pin/{version_0}", json={}).json()["cid"] == version_0
    assert api.get(f"/status/{version_0}").json()["cid"] == version_0
    assert api.delete(f"/files/remove/{version_0}").json()["cid"] == version_0


def test_the_status_is_that_of_a_real_cluster(api: httpx.Client) -> None:
    api.post(f"/files/pin/{UNKNOWN_CID}", json={"cl": "cl1-eu"})
    body = api.get(f"/status/{UNKNOWN_CID}?cl=cl1-eu").json()
    assert body["status"] == "partial"
    assert [peer["status"] for peer in body["peers"]] == ["pinned", "pinned", "remote"]
    allocated = [peer["id"] for peer in body["peers"][:2]]
    for path in ("/allocations", "/status/allocations"):
        found = api.get(f"{path}/{UNKNOWN_CID}?cl=cl1-eu").json()
        assert found["nodes"] == found["pin_info"]["allocations"] == allocated
    # Asked of another cluster, as happens without `cl`, it is not there.
    elsewhere = api.get(f"/status/{UNKNOWN_CID}")
    assert elsewhere.status_code == 200
    assert {peer["status"] for peer in elsewhere.json()["peers"]} == {"unpinned"}
    assert api.get(f"/allocations/{UNKNOWN_CID}").status_code == 404


def test_peers_and_plans_are_public(gateway: httpx.Client) -> None:
    body = gateway.get("/api/v3/peers/").json()
    assert body["count"] == len(body["peers"]) == 3
    plans = gateway.get("/api/v3/plans/").json()
    assert [plan["code"] for plan in plans] == ["free", "premium"]


def wait_for(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.mark.parametrize("abrupt", [True, False])
@pytest.mark.parametrize("path", ["/files", "/files/directory-dag"])
def test_a_client_that_goes_leaves_nothing(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], path: str, abrupt: bool
) -> None:
    with Sandbox(data=tmp_path) as sandbox, api_client(sandbox) as api:
        field = "file" if path == "/files" else "files"
        head = (
            f"POST /api/v3{path} HTTP/1.1\r\nHost: x\r\nX-API-Key: {sandbox.api_key}\r\n"
            f"Content-Type: {MULTIPART}\r\nContent-Length: 100000000\r\n\r\n"
        )
        sent = part(f'name="{field}"; filename="a"', bytes(3_000_000))[:-2]
        with connect(sandbox) as connection:
            connection.sendall(head.encode() + sent)
            wait_for(lambda: bool(stored_files(tmp_path)))
            if abrupt:
                # To linger for no time is to reset the connection.
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        wait_for(lambda: not stored_files(tmp_path))
        assert api.get("/users/me/uploads").json()["total"] == 0
    assert capfd.readouterr().err == ""


def test_a_body_that_ends_early_is_no_upload(shared: Sandbox) -> None:
    body = form(part('name="file"; filename="a"', b"cut short"))
    head = (
        f"POST /api/v3/files HTTP/1.1\r\nHost: x\r\nX-API-Key: {shared.api_key}\r\n"
        f"Content-Type: {MULTIPART}\r\nContent-Length: {len(body) + 10}\r\n\r\n"
    )
    # There is nobody to answer: what was declared did not come, and will not.
    assert exchange(shared, head.encode() + body) == b""
    with bare_client(shared.gateway_url) as gateway:
        assert gateway.get(f"/ipfs/{file_cid(b'cut short')}").status_code == 404


def test_uploads_at_the_same_time_do_not_mix(shared: Sandbox) -> None:
    contents = [bytes([number]) * 300_000 for number in range(12)]
    cids: dict[int, str] = {}

    def upload(number: int) -> None:
        with api_client(shared) as client:
            files = {"file": (str(number), contents[number])}
            cids[number] = client.post("/files/", files=files).json()["cid"]

    threads = [threading.Thread(target=upload, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert cids == {number: file_cid(data) for number, data in enumerate(contents)}


def test_a_boundary_may_be_quoted(shared_api: httpx.Client) -> None:
    headers = {"Content-Type": f'Multipart/Form-Data; charset=utf-8; boundary="{BOUNDARY}"'}
    body = form(part('name="file"; filename="a"', HELLO))
    assert shared_api.post("/files", content=body, headers=headers).json()["cid"] == HELLO_CID
