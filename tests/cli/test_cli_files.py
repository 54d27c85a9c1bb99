"""Uploading, downloading, links and CIDs."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from pinarkive import PinarkiveClient
from pinarkive.sandbox import Sandbox
from pinarkive.unixfs import cid_of, file_cid

from .command import RunHere


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder with a file that is to be left out."""
    folder = tmp_path / "site"
    (folder / "blog").mkdir(parents=True)
    (folder / "index.html").write_text("<p>")
    (folder / "blog/post.html").write_text("a post")
    (folder / "notes.tmp").write_text("not for others")
    return folder


def test_the_cid_of_one_path_stands_alone(here: RunHere, site: Path) -> None:
    file = here("upload", site / "index.html")
    assert (file.status, file.out, file.err) == (0, f"{cid_of(site / 'index.html')}\n", "")
    folder = here("upload", site, "--ignore", "*.tmp", "--verify")
    assert folder.out == f"{cid_of(site, ignore=['*.tmp'])}\n"


def test_of_several_paths_each_has_its_cid(here: RunHere, site: Path) -> None:
    post = site / "blog/post.html"
    done = here("upload", site, post, site / "index.html")
    assert set(done.out.splitlines()) == {
        f"{cid_of(path)}  {path}" for path in (site, post, site / "index.html")
    }


def test_a_folder_brought_back_is_what_was_sent(here: RunHere, site: Path, tmp_path: Path) -> None:
    root = here("upload", site).out.strip()
    done = here("get", root, tmp_path / "back")
    assert (done.status, done.out) == (0, f"{tmp_path / 'back'}\n")
    assert cid_of(tmp_path / "back") == root
    one = here("get", f"{root}/blog/post.html", tmp_path, "--json")
    assert one.objects == [
        {
            "cid": file_cid(b"a post"),
            "size": 6,
            "path": str(tmp_path / "post.html"),
            "verified": True,
        }
    ]
    assert here("get", f"{root}/blog/post.html", "-").out == "a post"


def test_a_folder_does_not_go_to_standard_output(here: RunHere, site: Path) -> None:
    root = here("upload", site).out.strip()
    done = here("get", root, "-")
    assert (done.status, done.out) == (2, "")
    assert "is a folder" in done.err


def test_name_timelock_cluster_and_wait(here: RunHere, sandbox: Sandbox, site: Path) -> None:
    done = here(
        *("upload", site / "index.html", "--json", "--name", "start.html", "--timelock", "30d"),
        *("--cluster", "cl0-global", "--wait", "--verify"),
    )
    (told,) = done.objects
    assert (told["name"], told["cluster_id"], told["verified"]) == (
        "start.html",
        "cl0-global",
        "kubo-v1",
    )
    ends = datetime.fromisoformat(told["expires_at"])
    assert abs(ends - datetime.now(UTC) - timedelta(days=30)) < timedelta(minutes=5)
    assert sandbox.requests[-1].path == f"/status/{told['cid']}"
    assert here("upload", site, "--name", "my site", "--json").objects[0]["name"] == "my site"
    assert here("upload", site, "--json").objects[0]["name"] == "site"


@pytest.mark.parametrize("timelock", ["30", "d", "30y", "-1d", "tomorrow", "9999999999w", "0h"])
def test_a_timelock_that_is_none_is_refused(here: RunHere, site: Path, timelock: str) -> None:
    done = here("upload", site, f"--timelock={timelock}")
    assert (done.status, done.out) == (2, "")
    assert "Traceback" not in done.err


def test_one_failure_stops_no_other(here: RunHere, sandbox: Sandbox, site: Path) -> None:
    (site / "large").write_bytes(bytes(1000))
    sandbox.faults.add(status=413, path="/files")
    done = here("upload", site / "large", site / "index.html", site)
    assert done.status == 5
    assert len(done.out.splitlines()) == 2
    assert done.err.count("\n") == 1


def test_a_journal_keeps_what_was_sent(
    here: RunHere, sandbox: Sandbox, site: Path, tmp_path: Path
) -> None:
    files = (site / "index.html", site / "notes.tmp")
    journal = tmp_path / "journal"
    first = here("upload", *files, "--resume", journal)
    sent = len(sandbox.requests)
    again = here("upload", *files, "--resume", journal)
    assert sorted(again.out.splitlines()) == sorted(first.out.splitlines())
    assert len(sandbox.requests) == sent
    refused = here("upload", site, "--resume", journal)
    assert refused.status == 2
    assert "--skip-existing" in refused.err


def test_what_is_there_already_is_not_sent(here: RunHere, sandbox: Sandbox, site: Path) -> None:
    first = here("upload", site)
    sandbox.faults.add(status=500, path="/files", times=9)
    assert here("upload", site, "--skip-existing") == first


def test_a_name_is_for_one_path(here: RunHere, site: Path) -> None:
    done = here("upload", site, site / "index.html", "--name", "x")
    assert (done.status, done.out) == (2, "")


def test_a_link_gives_the_content(here: RunHere, sandbox: Sandbox, site: Path) -> None:
    root = here("upload", site).out.strip()
    url = here("link", f"{root}/blog/post.html").out.strip()
    assert httpx.get(url).text == "a post"
    assert here("link", root, "--json").objects == [
        {"cid": root, "path": None, "url": f"{sandbox.gateway_url}/ipfs/{root}"}
    ]


def test_cids_are_worked_out_without_a_credential(
    here: RunHere, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PINARKIVE_API_KEY")
    assert here("cid", site).out == f"{cid_of(site)}\n"
    done = here("cid", site, site / "index.html", "--profile", "kubo-v0", "--json")
    assert done.objects == [
        {"path": str(path), "cid": cid_of(path, "kubo-v0")} for path in (site, site / "index.html")
    ]
    (site / "out").symlink_to("/")
    refused = here("cid", site, site / "index.html")
    assert refused.status == 2
    assert "symbolic link to something outside the folder" in refused.err
    assert len(refused.out.splitlines()) == 1


def test_what_is_missing_is_not_found(here: RunHere, tmp_path: Path) -> None:
    done = here("get", file_cid(b"nowhere"), tmp_path / "x")
    assert (done.status, done.out) == (4, "")
    assert not (tmp_path / "x").exists()


def test_what_is_uploaded_is_in_the_account(
    here: RunHere, pinarkive_client: PinarkiveClient, site: Path
) -> None:
    root = here("upload", site).out.strip()
    record = pinarkive_client.users.find_upload(root)
    assert record is not None
    assert record.type == "directory"


@pytest.mark.parametrize("command", ["upload", "cid"])
@pytest.mark.parametrize("path", ["", "-", "nowhere"])
def test_a_path_that_is_none_is_refused_before_anything_is_sent(
    here: RunHere, sandbox: Sandbox, command: str, path: str, tmp_path: Path
) -> None:
    (tmp_path / "a.txt").write_bytes(b"a")
    done = here(command, tmp_path / "a.txt", path)
    assert (done.status, done.out) == (2, "")
    assert sandbox.requests == []


@pytest.mark.parametrize("seconds", ["0", "-1", "nan", "inf"])
def test_a_wait_that_cannot_be_is_refused_before_anything_is_sent(
    here: RunHere, sandbox: Sandbox, seconds: str, tmp_path: Path
) -> None:
    (tmp_path / "a.txt").write_bytes(b"a")
    done = here("upload", tmp_path / "a.txt", "--wait", "--wait-timeout", seconds)
    assert (done.status, done.out) == (2, "")
    assert sandbox.requests == []


def test_a_cid_may_be_written_as_an_address(here: RunHere, site: Path) -> None:
    root = here("upload", site).out.strip()
    for address in (f"ipfs://{root}", f"/ipfs/{root}"):
        assert here("get", f"{address}/blog/post.html", "-").out == "a post"
