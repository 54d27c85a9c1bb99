"""Every example runs, as a program, against the sandbox."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pandas as pd
import pytest

from pinarkive import PinarkiveClient
from pinarkive.sandbox import Sandbox
from pinarkive.unixfs import directory_cid, file_cid

EXAMPLES = Path(__file__).parents[2] / "examples"
CID = file_cid(b"an example")


def run(
    name: str, *arguments: str, sandbox: Sandbox, stdin: str = ""
) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "PINARKIVE_API_KEY": sandbox.api_key,
        "PINARKIVE_API_BASE_URL": sandbox.base_url,
    }
    return subprocess.run(  # noqa: S603
        [sys.executable, "-W", "error", str(EXAMPLES / name), *arguments],
        env=environment,
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_upload_file(pinarkive_sandbox: Sandbox, tmp_path: Path) -> None:
    file = tmp_path / "report.txt"
    file.write_text("report")
    done = run("upload_file.py", str(file), sandbox=pinarkive_sandbox)
    assert done.stdout.strip() == file_cid(file)
    assert "report.txt: 100 %" in done.stderr
    missing = run("upload_file.py", str(tmp_path / "missing"), sandbox=pinarkive_sandbox)
    assert missing.returncode == 1
    assert "Traceback" not in missing.stderr


def test_download(pinarkive_sandbox: Sandbox, tmp_path: Path) -> None:
    with PinarkiveClient(
        api_key=pinarkive_sandbox.api_key, base_url=pinarkive_sandbox.base_url
    ) as client:
        root = client.files.upload_directory_dag({"a/b.txt": b"b", "c.txt": b"c"}).cid
    to = tmp_path / "site"
    done = run("download.py", root, str(to), sandbox=pinarkive_sandbox)
    assert (done.returncode, done.stdout.strip()) == (0, str(to))
    assert directory_cid(to) == root
    done = run("download.py", root, str(tmp_path), "a/b.txt", sandbox=pinarkive_sandbox)
    assert (tmp_path / "b.txt").read_text() == "b"
    assert "b.txt: 1 of 1 bytes" in done.stderr
    done = run("download.py", CID, str(tmp_path / "no/file"), sandbox=pinarkive_sandbox)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


def test_upload_folder(pinarkive_sandbox: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a/b.txt").write_text("b")
    done = run("upload_folder.py", str(tmp_path), sandbox=pinarkive_sandbox)
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1] == directory_cid(tmp_path)


def test_upload_site(pinarkive_sandbox: Sandbox, tmp_path: Path) -> None:
    pages = ["index.html", "blog/index.html", ".well-known/security.txt"]
    others = [".git/HEAD", "blog/.DS_Store", "node_modules/a/index.js", "tools/__pycache__/a.pyc"]
    for name in (*pages, *others):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    done = run("upload_site.py", str(tmp_path), sandbox=pinarkive_sandbox)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert {line.split("/", 3)[3] for line in lines} == set(pages)
    page = httpx.get(pinarkive_sandbox.gateway_url + lines[0], timeout=10)
    assert page.text in pages


def test_many_at_once(pinarkive_sandbox: Sandbox) -> None:
    done = run("many_at_once.py", sandbox=pinarkive_sandbox, stdin=f"{CID}\nnonsense\n")
    assert done.returncode == 1
    assert done.stdout.split()[0] == CID
    assert "nonsense" in done.stderr


SOON = datetime.now(UTC).replace(microsecond=0) + timedelta(days=30)
PINS: dict[str, list[Any]] = {
    "cid": [*(file_cid(b"row %d" % number) for number in range(20)), "no CID", None],
    "custom_name": [*(f"row {number}" for number in range(19)), None, "bad", "missing"],
    "timelock": [SOON, None] * 11,
    "department": ["a", "b"] * 11,
}


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_pipeline_pins_a_table(pinarkive_sandbox: Sandbox, tmp_path: Path, suffix: str) -> None:
    table, results = tmp_path / f"pins{suffix}", tmp_path / f"results{suffix}"
    frame = pd.DataFrame(PINS)
    if suffix == ".csv":
        frame.assign(timelock=frame["timelock"].map(instant_text)).to_csv(table, index=False)
    else:
        frame.to_parquet(table)
    done = run("pipeline.py", str(table), str(results), sandbox=pinarkive_sandbox)
    assert (done.returncode, done.stderr) == (1, "")
    found = pd.read_csv(results) if suffix == ".csv" else pd.read_parquet(results)
    rows: list[Any] = found.to_dict("records")
    assert [row["result"] for row in rows[:20]] == PINS["cid"][:20]
    assert [row["department"] for row in rows] == PINS["department"]
    assert [row["error"] for row in rows[:20] if not pd.isna(row["error"])] == []
    assert "is not a CID" in rows[20]["error"]
    assert "cid: is required" in rows[21]["error"]
    with PinarkiveClient(
        api_key=pinarkive_sandbox.api_key, base_url=pinarkive_sandbox.base_url
    ) as client:
        record = client.users.find_upload(str(PINS["cid"][0]))
        assert record is not None
        assert (record.name, record.expires_at) == ("row 0", SOON)


def instant_text(value: Any) -> str | None:
    """Return an instant as a CSV has it."""
    return None if pd.isna(value) else str(value).replace(" ", "T")


def test_pipeline_uploads_a_folder_by_its_manifest(
    pinarkive_sandbox: Sandbox, tmp_path: Path
) -> None:
    (tmp_path / "photos").mkdir()
    lines = ["file,filename,timelock,taken"]
    for number in range(12):
        (tmp_path / f"photos/{number}.jpg").write_text(f"photo {number}")
        lines.append(f"photos/{number}.jpg,renamed {number}.jpg,{SOON.isoformat()},2020")
    lines += ["photos/missing.jpg,,,2021", "photos/1.jpg,a/b,,2022"]
    manifest, results = tmp_path / "manifest.csv", tmp_path / "results.parquet"
    manifest.write_text("\n".join(lines))
    done = run("pipeline.py", str(manifest), str(results), sandbox=pinarkive_sandbox)
    assert (done.returncode, done.stderr) == (1, "")
    found = pd.read_parquet(results)
    cids = [file_cid(tmp_path / f"photos/{number}.jpg") for number in range(12)]
    assert list(found["result"])[:12] == cids
    assert list(found["file"])[:2] == ["photos/0.jpg", "photos/1.jpg"]
    errors = [str(error) for error in found["error"]]
    assert "missing.jpg" in errors[12]
    assert "is a path" in errors[13]


def test_metrics(pinarkive_sandbox: Sandbox, tmp_path: Path) -> None:
    file = tmp_path / "report.txt"
    file.write_text("report")
    arguments = [str(file), str(tmp_path / "missing")]
    done = run("metrics.py", *arguments, sandbox=pinarkive_sandbox)
    assert done.returncode == 1
    assert "missing" in done.stderr
    labels = 'method="POST",outcome="201",path="/files/",will_retry="False"'
    assert f"pinarkive_attempts_total{{{labels}}} 1.0" in done.stdout
    assert 'pinarkive_attempt_seconds_count{method="POST",path="/files/"} 1.0' in done.stdout


def test_upload_many(pinarkive_sandbox: Sandbox, tmp_path: Path) -> None:
    folder, journal = tmp_path / "photos", tmp_path / "state.jsonl"
    folder.mkdir()
    for number in range(12):
        (folder / f"{number}.jpg").write_text(f"photo {number}")
    arguments = ("upload_many.py", str(folder), str(journal))
    done = run(*arguments, sandbox=pinarkive_sandbox)
    assert done.returncode == 0, done.stderr
    cids = {file_cid(path) for path in folder.iterdir()}
    assert {line.split()[0] for line in done.stdout.splitlines()} == cids
    assert len(journal.read_text().splitlines()) == 12
    (folder / "late.jpg").symlink_to("nowhere")
    (folder / "0.jpg").write_text("taken again")
    again = run(*arguments, sandbox=pinarkive_sandbox)
    assert again.returncode == 0, again.stderr
    assert len(journal.read_text().splitlines()) == 13
    (folder / "x[").mkdir()
    (folder / "x[/b]\x01.jpg").write_text("a name that is refused")
    refused = run(*arguments, sandbox=pinarkive_sandbox)
    assert refused.returncode == 1
    assert "x[/b]" in refused.stderr
    assert len(journal.read_text().splitlines()) == 13
    nothing = run(
        "upload_many.py", str(tmp_path / "nowhere"), str(journal), sandbox=pinarkive_sandbox
    )
    assert nothing.returncode == 1
    assert "nowhere" in nothing.stderr


def test_on_a_cluster(pinarkive_sandbox: Sandbox) -> None:
    cids = [file_cid(f"on a cluster {number}".encode()) for number in range(40)]
    done = run("on_a_cluster.py", sandbox=pinarkive_sandbox, stdin="\n".join(cids))
    assert done.returncode == 0, done.stderr
    assert [line.split()[0] for line in done.stdout.splitlines()] == cids


def test_scoped_token(pinarkive_sandbox: Sandbox) -> None:
    # The password is read from the terminal, or from standard input where there is none.
    program = (
        "import sys; sys.path.insert(0, sys.argv[1]); import scoped_token; "
        "sys.exit(scoped_token.main(*sys.argv[2:]))"
    )
    done = subprocess.run(  # noqa: S603
        [
            sys.executable,
            "-c",
            program,
            str(EXAMPLES),
            pinarkive_sandbox.email,
            pinarkive_sandbox.password,
        ],
        env={**os.environ, "PINARKIVE_API_BASE_URL": pinarkive_sandbox.base_url},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.stderr == ""
    assert len(done.stdout.strip()) > 10


def test_every_example_is_tested() -> None:
    tested = Path(__file__).read_text()
    assert [path.name for path in EXAMPLES.glob("*.py") if path.stem not in tested] == []


@pytest.mark.parametrize("name", ["whole_account.py", "whole_account_async.py"])
def test_a_whole_account(pinarkive_sandbox: Sandbox, name: str) -> None:
    done = run(name, sandbox=pinarkive_sandbox)
    assert (done.returncode, done.stderr) == (0, "")
    *lines, logged = done.stdout.splitlines()
    assert lines == [
        "two-factor authentication: True",
        "the password alone is not enough",
        "renamed: hello.txt",
        "its link gives: Hello!",
    ]
    assert logged.startswith("logged: GET /users/me/clusters, PUT /files/rename/{upload_id}, ")
