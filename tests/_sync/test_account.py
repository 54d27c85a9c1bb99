# generated from tests/_async/test_account.py by scripts/generate; change that file
"""The account, its tokens and logins, and how a CID stands, against the sandbox."""

from datetime import UTC, datetime, timedelta

import pytest

from pinarkive import (
    AuthenticationError,
    ConflictError,
    LoginSession,
    MissingCredentialsError,
    MissingScopeError,
    NotFoundError,
    PinarkiveClient,
    Scope,
    TwoFactorChallenge,
    TwoFactorInvalidError,
    TwoFactorRequiredError,
)
from pinarkive.sandbox import Sandbox
from pinarkive.sandbox.totp import step_at, totp_code
from pinarkive.scopes import READ_ONLY
from pinarkive.unixfs import file_cid


def test_the_profile(pinarkive_client: PinarkiveClient, pinarkive_sandbox: Sandbox) -> None:
    me = pinarkive_client.users.me()
    assert me.email == pinarkive_sandbox.email
    assert me.plan is not None
    assert me.plan.code


def test_pages_and_their_iterator_bring_the_same_records(
    pinarkive_client: PinarkiveClient,
) -> None:
    cids = {pinarkive_client.files.upload(f"page {number}".encode()).cid for number in range(7)}
    records = list(pinarkive_client.users.iter_uploads(page_size=2))
    assert len({record.upload_id for record in records}) == len(records)
    assert cids <= {record.cid for record in records}
    page = pinarkive_client.users.uploads(2, 3)
    assert page.total == len(records)
    assert (page.page, page.limit) == (2, 3)
    assert [each.cid for each in page.uploads] == [each.cid for each in records[3:6]]
    assert all(each.created_at and each.created_at.tzinfo for each in records)


def test_filters_of_uploads(pinarkive_client: PinarkiveClient) -> None:
    until = datetime.now(UTC) + timedelta(days=1)
    mortal = pinarkive_client.files.upload(b"mortal", timelock=until)
    eternal = pinarkive_client.files.upload(b"eternal")
    users = pinarkive_client.users
    expiring = [each.cid for each in users.iter_uploads(has_expiration=True)]
    assert mortal.cid in expiring
    assert eternal.cid not in expiring
    assert [each.cid for each in users.uploads(cid=eternal.cid).uploads] == [eternal.cid]


def test_a_token_lives_and_dies(
    pinarkive_client: PinarkiveClient, pinarkive_sandbox: Sandbox
) -> None:
    tokens = pinarkive_client.tokens
    token = tokens.generate("reader/1 ü", scopes=READ_ONLY, expires_in_days=3)
    assert token.expires_at is not None
    assert timedelta(days=2) < token.expires_at - datetime.now(UTC) <= timedelta(days=3)
    with pytest.raises(ConflictError):
        tokens.generate("reader/1 ü")
    listed = {each.name: each for each in tokens.list().tokens}
    assert set(listed["reader/1 ü"].scopes) == READ_ONLY
    reader = pinarkive_client.with_options(token=token.token)
    assert reader.users.me().email
    with pytest.raises(MissingScopeError) as caught:
        reader.files.upload(b"x")
    assert caught.value.required == Scope.FILES_WRITE
    assert token.token not in f"{caught.value!r}{caught.value.body}{reader!r}{token!r}"
    tokens.revoke("reader/1 ü")
    with pytest.raises(AuthenticationError):
        reader.users.me()
    with pytest.raises(NotFoundError):
        tokens.revoke("reader/1 ü")


def test_login_without_a_second_factor(pinarkive_sandbox: Sandbox) -> None:
    with PinarkiveClient(base_url=pinarkive_sandbox.base_url) as client:
        with pytest.raises(MissingCredentialsError):
            client.users.me()
        with pytest.raises(AuthenticationError) as caught:
            client.auth.login(pinarkive_sandbox.email, "wrong password")
        assert "wrong password" not in str(caught.value)
        session = client.auth.login(pinarkive_sandbox.email, pinarkive_sandbox.password)
        assert isinstance(session, LoginSession)
        mine = client.with_options(token=session.token)
        assert mine.users.me().email == pinarkive_sandbox.email


def test_login_and_tokens_with_a_second_factor() -> None:
    with Sandbox() as sandbox:
        with PinarkiveClient(base_url=sandbox.base_url) as client:
            challenge = client.auth.login(sandbox.totp_email, sandbox.totp_password)
            assert isinstance(challenge, TwoFactorChallenge)
            good = totp_code(sandbox.totp_secret, step_at(datetime.now(UTC)))
            bad = f"{(int(good) + 1) % 1_000_000:06}"
            with pytest.raises((TwoFactorInvalidError, AuthenticationError)):
                client.auth.verify_2fa(challenge.temporary_token, bad)
            challenge = client.auth.login(sandbox.totp_email, sandbox.totp_password)
            assert isinstance(challenge, TwoFactorChallenge)
            session = client.auth.verify_2fa(challenge.temporary_token, good)
            mine = client.with_options(token=session.token)
            with pytest.raises(TwoFactorRequiredError):
                mine.tokens.generate("guarded")
            with pytest.raises(TwoFactorInvalidError):
                mine.tokens.generate("guarded", totp_code=bad)


def test_status_and_allocations(pinarkive_client: PinarkiveClient) -> None:
    upload = pinarkive_client.files.upload(b"how do I stand?")
    status = pinarkive_client.status.get(upload.cid, cluster_id=upload.cluster_id)
    assert status.cid == upload.cid
    assert status.is_pinned
    assert not status.is_pending
    assert status.failed_peers == []
    allocation = pinarkive_client.status.allocations(upload.cid)
    assert set(allocation.peers) <= {peer.id for peer in status.peers}
    unknown = file_cid(b"never seen")
    assert not pinarkive_client.status.get(unknown).is_pinned
    with pytest.raises(NotFoundError):
        pinarkive_client.status.allocations(unknown)


def test_the_service_itself_needs_no_credential(pinarkive_sandbox: Sandbox) -> None:
    with PinarkiveClient(base_url=pinarkive_sandbox.base_url) as client:
        assert client.system.health().ok
        assert any(plan.code for plan in client.system.plans().plans)
        assert all(peer.id for peer in client.system.peers().peers)


def test_any_endpoint_can_be_called(pinarkive_client: PinarkiveClient) -> None:
    client = pinarkive_client
    assert client.request("GET", "/users/me")["email"]
    assert (
        client.request("get", "users/me/uploads", params={"page": 1, "limit": None})["uploads"]
        is not None
    )
    made = client.request("POST", "/tokens/generate", json={"name": "by hand"})
    assert made["name"] == "by hand"
    client.request("DELETE", "/tokens/revoke/by hand")
    stored = client.request(
        "POST", "/files/", data={"cl": "cl0-global"}, files={"file": b"by hand"}
    )
    assert stored["cid"] == file_cid(b"by hand")
    with pytest.raises(NotFoundError):
        client.request("GET", "/no/such/thing")
