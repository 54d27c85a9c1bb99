# generated from tests/_async/test_profiles.py by scripts/generate; change that file
"""Every shape in which the sandbox can answer is read alike."""

from collections.abc import Iterator

import pytest

from pinarkive import (
    BadRequestError,
    ConflictError,
    LoginSession,
    MissingScopeError,
    NotFoundError,
    PinarkiveClient,
    TwoFactorChallenge,
)
from pinarkive.sandbox import Sandbox
from pinarkive.sandbox.shapes import ProfileName

UNKNOWN = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"


@pytest.fixture(params=["docs", "ts", "v2", "cluster"])
def profile(request: pytest.FixtureRequest) -> ProfileName:
    """Return each profile in its turn."""
    found: ProfileName = request.param
    return found


@pytest.fixture
def sandbox(profile: ProfileName) -> Iterator[Sandbox]:
    """Run a sandbox that answers in the shapes of the profile."""
    with Sandbox(profile=profile) as sandbox:
        yield sandbox


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[PinarkiveClient]:
    """Yield a client of it."""
    with PinarkiveClient(api_key=sandbox.api_key, base_url=sandbox.base_url) as client:
        yield client


def test_uploads_and_pins_are_read(client: PinarkiveClient, profile: ProfileName) -> None:
    upload = client.files.upload(b"content", filename="a.txt")
    assert upload.cid
    assert upload.size == (None if profile == "ts" else 7)
    folder = client.files.upload_directory_dag({"a.txt": b"a", "b/c.txt": b"c"})
    assert [each.path for each in folder.files] == ["a.txt", "b/c.txt"]
    assert folder.cid
    assert all(each.cid for each in folder.files)
    on_server = client.files.upload_directory("/data/example")
    assert (on_server.cid is None) is (profile == "cluster")
    pin = client.files.pin(UNKNOWN, custom_name="mine")
    assert pin.cid == UNKNOWN
    page = client.users.uploads()
    assert (page.total, page.page, page.limit) == (4, 1, 20)
    assert [each.name for each in page.uploads] == ["mine", "example", "directory", "a.txt"]
    assert page.uploads[-1].cid == upload.cid
    assert [each.cid for each in client.users.iter_uploads(page_size=1)] == [
        each.cid for each in page.uploads
    ]
    removal = client.files.remove(UNKNOWN)
    assert (removal.cid, removal.removed) == (UNKNOWN, True)
    assert client.users.find_upload(UNKNOWN) is None


def test_status_and_allocations_are_read(client: PinarkiveClient, sandbox: Sandbox) -> None:
    upload = client.files.upload(b"held by two of three")
    status = client.status.wait_until_pinned(upload.cid)
    assert status.cid == upload.cid
    assert status.is_pinned
    assert not status.failed_peers
    holding = {each.id for each in status.peers if each.status == "pinned"}
    allocation = client.status.allocations(upload.cid)
    assert allocation.cid == upload.cid
    assert set(allocation.peers) == holding
    assert len(holding) == 2
    sandbox.fail_pin(upload.cid, "no space")
    failing = client.status.get(upload.cid)
    assert not failing.is_pinned
    assert len(failing.failed_peers) == 1
    nowhere = client.status.get(UNKNOWN)
    assert (nowhere.is_pinned, nowhere.is_pending) == (False, False)
    with pytest.raises(NotFoundError, match="pin is not part of the pinset"):
        client.status.allocations(UNKNOWN)


def test_the_account_and_its_tokens_are_read(
    client: PinarkiveClient, sandbox: Sandbox, profile: ProfileName
) -> None:
    me = client.users.me()
    assert (me.email, me.name) == (sandbox.email, "user")
    clusters = client.users.clusters().clusters
    assert clusters[1].id == "cl1-eu"
    gateways = [gateway.url for cluster in clusters for gateway in cluster.gateways]
    assert set(gateways) == (set() if profile == "ts" else {f"{sandbox.gateway_url}/ipfs/"})
    made = client.tokens.generate("made")
    assert (made.name, made.scopes) == ("made", ["user:read", "files:read"])
    listed = {each.name: each for each in client.tokens.list().tokens}
    assert listed["made"].scopes == ([] if profile == "v2" else made.scopes)
    assert listed["sandbox"].last_used_at is not None
    with pytest.raises(MissingScopeError, match="files:write"):
        client.with_options(token=made.token).files.upload(b"")
    with pytest.raises(ConflictError, match="already exists"):
        client.tokens.generate("made")
    client.tokens.revoke("made")
    with pytest.raises(BadRequestError, match="Invalid timelock"):
        client.request("POST", f"/files/pin/{UNKNOWN}", json={"timelock": "no"})


def test_what_anyone_may_ask_is_read(client: PinarkiveClient) -> None:
    assert client.system.health().ok
    plans = client.system.plans().plans
    assert [each.code for each in plans] == ["free", "premium"]
    assert [each.code for each in client.plans.all().plans] == ["free", "premium"]
    peers = client.system.peers().peers
    assert [each.name for each in peers] == ["sandbox-1", "sandbox-2", "sandbox-3"]


def test_logging_in_is_read(client: PinarkiveClient, sandbox: Sandbox) -> None:
    session = client.auth.login(sandbox.email, sandbox.password)
    assert isinstance(session, LoginSession)
    challenge = client.auth.login(sandbox.totp_email, sandbox.totp_password)
    assert isinstance(challenge, TwoFactorChallenge)
    answered = client.auth.verify_2fa(challenge.temporary_token, sandbox.totp_code())
    assert (client.with_options(token=answered.token).users.me()).email == sandbox.totp_email
