"""A sandbox that keeps its data: what was answered outlives its end, and a kill."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
from pathlib import Path

import httpx
import pytest

from pinarkive.inputs import Scope
from pinarkive.sandbox import Sandbox
from pinarkive.unixfs import file_cid, file_node, tree

from .raw import UNKNOWN_CID, MovableClock, api_client, bare_client

EVERYTHING = [
    "/users/me",
    "/users/me/uploads",
    "/users/me/logs",
    "/users/me/preferences",
    "/users/me/referrals",
    "/plans/my-plan",
    "/tokens/list",
]


def log_in(api: httpx.Client, email: str, password: str) -> str:
    answer = api.post("/auth/login", json={"email": email, "password": password})
    return str(answer.json()["token"])


def seen(sandbox: Sandbox, session: str) -> dict[str, object]:
    """Return what an account sees, but for what changes by looking."""
    found: dict[str, object] = {}
    with api_client(sandbox, session) as api:
        for path in EVERYTHING:
            answer = api.get(path)
            assert answer.status_code == 200, (path, answer.text)
            found[path] = answer.json()
    with api_client(sandbox, session) as api:
        logs = api.get("/users/me/logs?limit=100").json()["logs"]
    # Looking is written down, too.
    kept = [each for each in logs if each["action"].startswith(("POST", "PUT", "DELETE"))]
    assert kept
    found["/users/me/logs"] = kept
    return found


def test_a_sandbox_that_is_started_again_is_as_it_was(tmp_path: Path) -> None:
    clock = MovableClock()
    with Sandbox(data=tmp_path, payments=True, clock=clock) as first, api_client(first) as api:
        session = log_in(api, first.email, first.password)
        tree_files = [("files", (path, path.encode())) for path in ("a/b", "c")]
        root = api.post("/files/directory-dag", files=tree_files).json()["cid"]
        cid = api.post("/files", files={"file": ("ñ.txt", b"kept")}).json()["cid"]
        gone = api.post("/files", files={"file": ("x", b"gone")}).json()["cid"]
        api.delete(f"/files/remove/{gone}")
        until = clock.after(hours=1)
        ending = api.post("/files", files={"file": ("y", b"ends")}, data={"timelock": until})
        api.post(f"/files/pin/{UNKNOWN_CID}", json={"customName": "pin"})
        first.fail_pin(UNKNOWN_CID, "out of space")
        status = api.get(f"/status/{UNKNOWN_CID}").json()
        with api_client(first, session) as own:
            own.put("/users/me/preferences", json={"language": "es"})
            made = own.post("/tokens/generate", json={"name": "t", "scopes": [Scope.FILES_READ]})
            paid = own.get("/plans/all").json()[0]
            order = own.post("/payments/coingate/create", json={"planId": paid["id"]}).json()
            own.delete(f"/payments/coingate/cancel/{order['orderId']}")
        new = {"name": "New", "email": "new@example.org", "password": "long enough"}
        api.post("/auth/signup", json=new)
        before = seen(first, session)
        mails = first.mails
        attributes = (first.api_key, first.email, first.password, first.totp_secret)
    with Sandbox(data=tmp_path, payments=True, clock=clock) as again, api_client(again) as api:
        assert attributes == (again.api_key, again.email, again.password, again.totp_secret)
        assert seen(again, session) == before
        assert api.get(f"/status/{UNKNOWN_CID}").json() == status
        assert again.mails == mails
        api.post("/auth/verify-email", json={"token": mails[0].token})
        assert log_in(api, "new@example.org", "long enough")
        with api_client(again, made.json()["token"]) as limited:
            assert limited.post(f"/files/pin/{cid}", json={}).status_code == 403
        with api_client(again, session) as own:
            path = f"/payments/coingate/status/{order['orderId']}"
            assert own.get(path).json()["status"] == "cancelled"
        with bare_client(again.gateway_url) as gateway:
            assert gateway.get(f"/ipfs/{cid}").content == b"kept"
            assert gateway.get(f"/ipfs/{root}/a/b").content == b"a/b"
            assert gateway.get(f"/ipfs/{root}/a?format=raw").status_code == 200
            assert gateway.get(f"/ipfs/{gone}").status_code == 404
            clock.advance(hours=2)
            api.get("/health")
            assert gateway.get(f"/ipfs/{ending.json()['cid']}").status_code == 404
    assert len(list((tmp_path / "blobs").iterdir())) == 3


def test_a_code_that_was_used_stays_used(tmp_path: Path) -> None:
    clock = MovableClock()
    body: dict[str, str] = {}
    for status in (200, 400):
        with Sandbox(data=tmp_path, clock=clock) as sandbox, api_client(sandbox) as api:
            login = {"email": sandbox.totp_email, "password": sandbox.totp_password}
            challenge = api.post("/auth/login", json=login).json()
            body = {"temporaryToken": challenge["temporaryToken"], "code": sandbox.totp_code()}
            assert api.post("/auth/2fa/verify-login", json=body).status_code == status


def test_a_folder_is_for_one_sandbox_at_a_time(tmp_path: Path) -> None:
    with Sandbox(data=tmp_path) as sandbox:
        with pytest.raises(OSError, match="another sandbox uses the folder"):
            Sandbox(data=tmp_path)
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-m", "pinarkive.sandbox", "--data", tmp_path],
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        assert done.returncode == 1
        assert f"another sandbox uses the folder {tmp_path}" in done.stderr
        with api_client(sandbox) as api:
            assert api.get("/users/me").status_code == 200
    Sandbox(data=tmp_path).close()


def test_a_folder_of_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "records.sqlite3").write_bytes(b"something else" * 100)
    with pytest.raises(OSError, match="holds no data of a sandbox"):
        Sandbox(data=tmp_path)


def test_what_nothing_refers_to_is_swept(tmp_path: Path) -> None:
    with Sandbox(data=tmp_path) as sandbox, api_client(sandbox) as api:
        api.post("/files", files={"file": ("a", b"kept")})
    (tmp_path / "blobs" / "left-behind").write_bytes(b"half an upl")
    Sandbox(data=tmp_path).close()
    assert [path.read_bytes() for path in (tmp_path / "blobs").iterdir()] == [b"kept"]


class Killed:
    """A sandbox in a process of its own, which is killed."""

    def __init__(self, data: Path) -> None:
        self.process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "pinarkive.sandbox", "--json", "--data", data],
            stdout=subprocess.PIPE,
        )
        assert self.process.stdout is not None
        values = json.loads(self.process.stdout.readline())
        self.headers = {"X-API-Key": values["api_key"]}
        self.base_url = values["base_url"]

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL if os.name == "posix" else signal.SIGTERM)
        self.process.communicate()


def upload_until_killed(killed: Killed, seed: int, answered: dict[str, bytes]) -> None:
    """Upload files and directories one after the other, and note what was answered."""
    chance = random.Random(seed)  # noqa: S311
    with bare_client(killed.base_url, killed.headers) as api:
        try:
            while True:
                data = chance.randbytes(chance.choice((10, 3_000, 300_000)))
                if chance.random() < 0.3:
                    files = [("files", ("in/a", data)), ("files", ("b", data[:5]))]
                    body = api.post("/files/directory-dag", files=files).json()
                    answered[f"{body['cid']}/in/a"] = data
                else:
                    body = api.post("/files", files={"file": ("a", data)}).json()
                    answered[body["cid"]] = data
        except (httpx.TransportError, json.JSONDecodeError):
            return


def check_all(gateway: httpx.Client, answered: dict[str, bytes]) -> None:
    for path, data in answered.items():
        cid, _, below = path.partition("/")
        expected = (
            tree({"in/a": file_node(data), "b": file_node(data[:5])})[""].cid
            if below
            else file_cid(data)
        )
        assert cid == str(expected)
        assert gateway.get(f"/ipfs/{path}").content == data


def test_no_answered_upload_is_lost_by_fifty_kills(tmp_path: Path) -> None:
    chance = random.Random(13)  # noqa: S311
    answered: dict[str, bytes] = {}
    for seed in range(50):
        killed = Killed(tmp_path)
        workers = [
            threading.Thread(target=upload_until_killed, args=(killed, seed * 2 + n, answered))
            for n in range(2)
        ]
        for worker in workers:
            worker.start()
        workers[0].join(timeout=chance.random() * 0.15)
        killed.kill()
        for worker in workers:
            worker.join()
    assert len(answered) > 100
    with Sandbox(data=tmp_path) as sandbox, api_client(sandbox) as api:
        records = {
            str(each["cid"])
            for page in range(1, api.get("/users/me/uploads?limit=100").json()["total"] // 100 + 2)
            for each in api.get(f"/users/me/uploads?limit=100&page={page}").json()["uploads"]
        }
        assert records >= {path.partition("/")[0] for path in answered}
        with bare_client(sandbox.gateway_url) as gateway:
            check_all(gateway, answered)
