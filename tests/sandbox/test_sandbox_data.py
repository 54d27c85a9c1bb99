"""A sandbox that keeps its data: what was answered outlives its end, and a kill."""

import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable, Generator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

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
    with pytest.raises(OSError, match="does not contain the data of a sandbox"):
        Sandbox(data=tmp_path)


def test_what_nothing_refers_to_is_swept(tmp_path: Path) -> None:
    with Sandbox(data=tmp_path) as sandbox, api_client(sandbox) as api:
        api.post("/files", files={"file": ("a", b"kept")})
    (tmp_path / "blobs" / "left-behind").write_bytes(b"half an upl")
    Sandbox(data=tmp_path).close()
    assert [path.read_bytes() for path in (tmp_path / "blobs").iterdir()] == [b"kept"]


class Running(NamedTuple):
    """A sandbox in a process of its own."""

    pid: int
    base_url: str
    api_key: str


@contextmanager
def killer() -> Generator[Callable[[Path, Callable[[Running], None]], None]]:
    """Give what runs a sandbox on a folder, calls a function, and kills it once that returns."""
    with subprocess.Popen(  # noqa: S603
        [sys.executable, Path(__file__).with_name("killed.py")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as parent:
        assert parent.stdin is not None
        assert parent.stdout is not None
        stdin, stdout = parent.stdin, parent.stdout

        def kill(data: Path, meanwhile: Callable[[Running], None]) -> None:
            print(data, file=stdin, flush=True)
            running = Running(*json.loads(stdout.readline()))
            try:
                meanwhile(running)
            finally:
                os.kill(running.pid, signal.SIGKILL)
            assert stdout.readline() == "ended\n"

        yield kill


def upload_until_killed(running: Running, seed: int, answered: dict[str, bytes]) -> None:
    """Upload files and directories one after the other, and note what was answered."""
    chance = random.Random(seed)  # noqa: S311
    with bare_client(running.base_url, {"X-API-Key": running.api_key}) as api:
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


def most_memory(pid: int) -> int:
    """Return the most memory that a process has had, in KiB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))


def test_a_large_upload_takes_little_memory(tmp_path: Path) -> None:
    size = 256 * 1024**2

    def upload(running: Running) -> None:
        with bare_client(running.base_url, {"X-API-Key": running.api_key}) as api:
            api.post("/files", files={"file": ("small", b"small")})
            before = most_memory(running.pid)
            with (tmp_path / "large").open("w+b") as file:
                file.truncate(size)
                answer = api.post("/files", files={"file": ("large", file)}, timeout=60)
            assert answer.json()["size"] == size
            assert most_memory(running.pid) - before < 32 * 1024

    with killer() as kill:
        kill(tmp_path / "data", upload)


def test_no_answered_upload_is_lost_by_fifty_kills(tmp_path: Path) -> None:
    chance = random.Random(13)  # noqa: S311
    answered: dict[str, bytes] = {}
    with killer() as kill, ThreadPoolExecutor(2) as threads:

        def upload(running: Running) -> None:
            jobs.extend(
                threads.submit(upload_until_killed, running, chance.getrandbits(32), answered)
                for _ in range(2)
            )
            wait(jobs, timeout=chance.random() * 0.15)

        for _ in range(50):
            jobs: list[Future[None]] = []
            kill(tmp_path, upload)
            for job in jobs:
                job.result()
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


def test_what_is_reset_stays_reset(tmp_path: Path) -> None:
    with Sandbox(data=tmp_path) as sandbox, api_client(sandbox) as api:
        gone = api.post("/files", files={"file": ("a", b"gone")}).json()["cid"]
        session = log_in(api, sandbox.email, sandbox.password)
        with api_client(sandbox, session) as own:
            token = own.post("/tokens/generate", json={"name": "t"}).json()["token"]
        sandbox.reset()
        kept = api.post("/files", files={"file": ("b", b"kept")}).json()["cid"]
        key = sandbox.api_key
    assert [path.read_bytes() for path in (tmp_path / "blobs").iterdir()] == [b"kept"]
    with Sandbox(data=tmp_path) as again, api_client(again) as api:
        assert again.api_key == key
        assert [each["cid"] for each in api.get("/users/me/uploads").json()["uploads"]] == [kept]
        with api_client(again, token) as other:
            assert other.get("/users/me").status_code == 401
        with bare_client(again.gateway_url) as gateway:
            assert gateway.get(f"/ipfs/{kept}").content == b"kept"
            assert gateway.get(f"/ipfs/{gone}").status_code == 404
