"""The server: how it starts, ends, and what it leaves."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from pinarkive.sandbox import Sandbox
from pinarkive.unixfs import file_cid

from .raw import MULTIPART, api_client, bare_client, connect, part

NAMES = {
    "base_url",
    "gateway_url",
    "api_key",
    "email",
    "password",
    "totp_secret",
    "totp_email",
    "totp_password",
}


def open_descriptors() -> int:
    folder = Path("/proc/self/fd")
    return len(list(folder.iterdir())) if folder.exists() else 0


def test_nothing_is_left_behind(tmp_path: Path) -> None:
    threads, descriptors = threading.active_count(), open_descriptors()
    sandbox = Sandbox(data=tmp_path)
    sandbox.start()
    with api_client(sandbox) as api:
        cid = api.post("/files", files={"file": ("a", bytes(2_000_000))}).json()["cid"]
        with bare_client(sandbox.gateway_url) as gateway:
            assert len(gateway.get(f"/ipfs/{cid}").content) == 2_000_000
        sandbox.close()
        sandbox.close()
        with pytest.raises(httpx.ConnectError):
            api.get("/health")
    assert threading.active_count() == threads
    assert open_descriptors() == descriptors
    assert sorted(path.name for path in tmp_path.iterdir()) == ["blobs", "records.sqlite3"]


def test_close_does_not_wait_for_clients_that_hang(tmp_path: Path) -> None:
    sandbox = Sandbox(data=tmp_path).start()
    head = (
        f"POST /api/v3/files HTTP/1.1\r\nHost: x\r\nX-API-Key: {sandbox.api_key}\r\n"
        f"Content-Type: {MULTIPART}\r\nContent-Length: 9000000\r\n\r\n"
    )
    with api_client(sandbox) as api:
        cid = api.post("/files", files={"file": ("a", bytes(50_000_000))}).json()["cid"]
    with connect(sandbox), connect(sandbox) as uploading, connect(sandbox) as reading:
        uploading.sendall(head.encode() + part('name="file"; filename="a"', bytes(2_000_000)))
        reading.sendall(f"GET /ipfs/{cid} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        assert reading.recv(100)
        began = time.monotonic()
        sandbox.close()
        assert time.monotonic() - began < 5
    assert len(list((tmp_path / "blobs").iterdir())) == 1


def test_two_sandboxes_know_nothing_of_each_other() -> None:
    with Sandbox() as one, Sandbox() as two, api_client(one) as api:
        assert one.base_url != two.base_url
        assert api.get("/users/me").status_code == 200
        with bare_client(two.base_url, {"X-API-Key": one.api_key}) as client:
            assert client.get("/users/me").status_code == 401


def test_a_sandbox_that_is_not_started_has_no_address() -> None:
    sandbox = Sandbox()
    with pytest.raises(RuntimeError, match="not been started"):
        _ = sandbox.base_url
    sandbox.close()


def test_a_sandbox_starts_once(sandbox: Sandbox) -> None:
    with pytest.raises(RuntimeError, match="once"):
        sandbox.start()


def test_a_port_that_is_taken_is_an_oserror() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(OSError, match="in use"):
            Sandbox(port=taken.getsockname()[1]).start()


@pytest.mark.parametrize(
    ("host", "shown"),
    [("::1", "http://[::1]:"), ("0.0.0.0", "http://127.0.0.1:")],  # noqa: S104
)
def test_the_address_can_be_used_as_it_is_shown(host: str, shown: str) -> None:
    try:
        sandbox = Sandbox(host=host).start()
    except OSError:
        pytest.skip(f"this machine has no {host}")
    with closing(sandbox), bare_client(sandbox.base_url) as client:
        assert sandbox.base_url.startswith(shown)
        assert client.get("/health").json() == {"status": "ok"}


def test_no_repr_shows_a_secret(sandbox: Sandbox) -> None:
    assert sandbox.api_key not in repr(sandbox)
    accounts = vars(sandbox)["_accounts"].all
    assert len(accounts) == 2
    assert sandbox.password not in repr(accounts)
    assert sandbox.totp_secret not in repr(accounts)


def run(*arguments: str, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603
        [sys.executable, "-W", "error", "-m", "pinarkive.sandbox", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment},
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_command_prints_one_line_and_ends_cleanly(
    tmp_path: Path, number: signal.Signals
) -> None:
    process = run(
        "--json",
        "--data",
        str(tmp_path / "new"),
        PINARKIVE_API_KEY="from the environment",
        PINARKIVE_API_BASE_URL="http://127.0.0.1:1",
    )
    try:
        assert process.stdout is not None
        values = json.loads(process.stdout.readline())
        assert set(values) == NAMES
        with bare_client(values["base_url"], {"X-API-Key": values["api_key"]}) as client:
            data = bytes(2_000_000)
            answer = client.post("/files", files={"file": ("a", data)})
            assert answer.json()["cid"] == file_cid(data)
        assert any((tmp_path / "new").iterdir())
    finally:
        process.send_signal(number)
        out, err = process.communicate(timeout=10)
    assert (process.returncode, out, err) == (0, "", "")
    assert len(list((tmp_path / "new" / "blobs").iterdir())) == 1


def test_the_command_says_why_it_can_not_run() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        process = run("--port", str(taken.getsockname()[1]))
        out, err = process.communicate(timeout=10)
    assert (process.returncode, out) == (1, "")
    assert "in use" in err
    assert "Traceback" not in err


@pytest.mark.parametrize("package", ["starlette", "uvicorn", "python_multipart"])
def test_a_missing_package_is_named_with_the_cure(package: str) -> None:
    program = (
        f"import sys; sys.modules[{package!r}] = None\n"
        "try: import pinarkive.sandbox\n"
        "except ImportError as error: print(error)"
    )
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=20, check=True
    )
    assert package in done.stdout
    assert "pip install 'pinarkive-sdk-py[sandbox]'" in done.stdout


def test_the_command_takes_what_a_sandbox_takes() -> None:
    options = "--json --plan=free --quota=9 --profile=v2 --rate-limit=2 --rate-window=9 --payments"
    process = run(*options.split())
    try:
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        with bare_client(told["base_url"], {"X-API-Key": told["api_key"]}) as api:
            full = api.post("/files/", files={"file": ("a", b"0123456789")})
            assert full.json() == {"error": "Storage quota exceeded"}
            assert api.get("/users/me").status_code == 200
            limited = api.get("/users/me")
            assert (limited.status_code, limited.json()["limit"]) == (429, 2)
    finally:
        process.terminate()
        process.communicate(timeout=10)
