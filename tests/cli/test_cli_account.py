"""Pins, listings, the account, its log and its tokens."""

import io
import sys
from pathlib import Path

import pytest

from pinarkive import PinarkiveClient, TwoFactorChallenge
from pinarkive.sandbox import Sandbox
from pinarkive.unixfs import file_cid

from .command import RunHere

CIDS = [file_cid(b"%d" % number) for number in range(3)]


def test_pins_come_and_go(here: RunHere) -> None:
    done = here("pin", *CIDS, "--name", "mine", "--timelock", "2w", "--wait")
    assert (done.status, done.out.split(), done.err) == (0, CIDS, "")
    (record,) = here("ls", "--cid", CIDS[0], "--json").objects
    assert record["name"] == "mine"
    assert record["expires_at"] is not None
    removed = here("rm", CIDS[0], file_cid(b"never"), CIDS[1])
    assert (removed.status, removed.out.split()) == (4, CIDS[:2])
    assert removed.err.startswith(f"pinarkive: {file_cid(b'never')}: [404]")
    assert [record["cid"] for record in here("ls", "--json").objects] == CIDS[2:]


def test_the_first_failure_gives_the_status(here: RunHere) -> None:
    done = here("rm", CIDS[0], "no CID")
    assert (done.status, done.err.count("\n")) == (4, 2)


def test_a_pin_is_waited_for_in_its_cluster(
    here: RunHere, pinarkive_client: PinarkiveClient
) -> None:
    cluster = pinarkive_client.users.clusters().clusters[-1].id
    done = here("pin", CIDS[0], "--cluster", cluster, "--wait", "--wait-timeout", "5")
    assert (done.status, done.out.split()) == (0, CIDS[:1])
    assert here("status", CIDS[0], "--cluster", cluster).out.startswith("pinned\n")


def test_pins_as_objects(here: RunHere) -> None:
    assert [each["cid"] for each in here("pin", *CIDS, "--json").objects] == CIDS
    assert here("rm", CIDS[0], "--json").objects == [{"cid": CIDS[0], "removed": True}]


def test_a_pipe_gets_lines_with_tabs(here: RunHere, pinarkive_client: PinarkiveClient) -> None:
    upload = pinarkive_client.files.upload(
        b"12345", filename="a b.txt", timelock="2099-01-01T00:00:00Z"
    )
    cid, name, size, created, expires, cluster = here("ls").out.rstrip("\n").split("\t")
    assert (cid, name, size, expires) == (upload.cid, "a b.txt", "5", "2099-01-01T00:00:00Z")
    assert created.endswith("Z")
    assert cluster == upload.cluster_id


def test_a_listing_says_that_there_is_more(
    here: RunHere, pinarkive_client: PinarkiveClient
) -> None:
    for cid in CIDS:
        pinarkive_client.files.pin(cid)
    done = here("ls", "--limit", "2", "--json")
    assert len(done.objects) == 2
    assert done.err == "Only the first 2 are shown; use --limit or --all to see more.\n"
    assert here("ls", "--limit", "3").err == ""
    whole = here("ls", "--limit", "1", "--all")
    assert (len(whole.out.splitlines()), whole.err) == (3, "")


def test_only_what_ends_or_what_lasts(here: RunHere) -> None:
    here("pin", CIDS[0], "--timelock", "12h")
    here("pin", CIDS[1])
    assert here("ls", "--temporary").out.startswith(CIDS[0])
    assert here("ls", "--permanent").out.startswith(CIDS[1])


def test_how_a_pin_stands(here: RunHere, sandbox: Sandbox) -> None:
    here("pin", CIDS[0])
    done = here("status", CIDS[0])
    assert (done.status, done.out.splitlines()[0]) == (0, "pinned")
    assert "sandbox-1\tpinned\t" in done.out.splitlines()
    (told,) = here("status", CIDS[0], "--wait", "--json").objects
    assert (told["is_pinned"], told["is_pending"]) == (True, False)
    sandbox.fail_pin(CIDS[1], "no provider\x1b[2J")
    failed = here("pin", CIDS[1], "--wait")
    assert (failed.status, failed.out) == (1, f"{CIDS[1]}\n")
    assert "no provider\\x1b[2J" in failed.err
    assert "no provider\\x1b[2J" in here("status", CIDS[1]).out


def test_the_account(here: RunHere, sandbox: Sandbox) -> None:
    assert f"email\t{sandbox.email}" in here("me").out.splitlines()
    (user,) = here("me", "--json").objects
    assert user["email"] == sandbox.email


def test_the_log(here: RunHere) -> None:
    here("me")
    done = here("logs", "--limit", "1", "--type", "INFO", "--source", "API")
    assert done.out.split("\t")[1:4] == ["INFO", "GET /users/me", "API"]
    assert here("logs", "--action", "GET /nowhere").out == ""


def test_a_token_is_made_listed_and_ended(here: RunHere, sandbox: Sandbox, tmp_path: Path) -> None:
    made = here(
        "token", "create", "ci", "--scope", "read-only", "--scope", "files:write", "--days", "9"
    )
    secret = made.out.strip()
    assert (made.status, made.out.count("\n")) == (0, 1)
    assert secret not in made.err
    assert "has the scopes cluster:read, files:read, files:write, user:read." in made.err
    key = tmp_path / "key"
    key.write_text(f"{secret}\n")
    assert here("me", "--api-key-file", key).status == 0
    (listed,) = [each for each in here("token", "list", "--json").objects if each["name"] == "ci"]
    assert listed["expires_at"] is not None
    assert secret not in here("token", "list").out
    assert here("token", "revoke", "ci").status == 0
    assert here("me", "--api-key-file", key).status == 3
    assert here("token", "revoke", "ci").status == 4


def test_a_token_as_an_object(here: RunHere) -> None:
    (token,) = here("token", "create", "ci", "--json", "--label", "for CI").objects
    assert (token["name"], token["label"]) == ("ci", "for CI")
    assert token["token"]


def test_a_code_of_the_authenticator(
    here: RunHere, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    with PinarkiveClient(base_url=sandbox.base_url) as client:
        challenge = client.auth.login(sandbox.totp_email, sandbox.totp_password)
        assert isinstance(challenge, TwoFactorChallenge)
        session = client.auth.verify_2fa(challenge.temporary_token, sandbox.totp_code())
    monkeypatch.delenv("PINARKIVE_API_KEY")
    monkeypatch.setenv("PINARKIVE_TOKEN", session.token)
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    needed = here("token", "create", "ci")
    assert (needed.status, needed.out) == (3, "")
    assert "--totp" in needed.err
    sandbox.clock.advance(seconds=60)
    monkeypatch.setattr(sys, "stdin", io.StringIO("000000\n"))
    assert here("token", "create", "ci", "--totp").status == 3
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{sandbox.totp_code()}\n"))
    assert here("token", "create", "ci", "--totp").status == 0
