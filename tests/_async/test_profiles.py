"""Every shape in which the sandbox can answer is read alike."""

from collections.abc import AsyncIterator, Iterator

import pytest

from pinarkive import (
    AsyncPinarkiveClient,
    BadRequestError,
    ConflictError,
    LoginSession,
    MissingScopeError,
    NotFoundError,
    TwoFactorChallenge,
)
from pinarkive.sandbox import Sandbox
from pinarkive.sandbox.shapes import ProfileName

pytestmark = pytest.mark.anyio

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
async def client(sandbox: Sandbox) -> AsyncIterator[AsyncPinarkiveClient]:
    """Yield a client of it."""
    async with AsyncPinarkiveClient(api_key=sandbox.api_key, base_url=sandbox.base_url) as client:
        yield client


async def test_uploads_and_pins_are_read(
    client: AsyncPinarkiveClient, profile: ProfileName
) -> None:
    upload = await client.files.upload(b"content", filename="a.txt")
    assert upload.cid
    assert upload.size == (None if profile == "ts" else 7)
    folder = await client.files.upload_directory_dag({"a.txt": b"a", "b/c.txt": b"c"})
    assert [each.path for each in folder.files] == ["a.txt", "b/c.txt"]
    assert folder.cid
    assert all(each.cid for each in folder.files)
    on_server = await client.files.upload_directory("/data/example")
    assert (on_server.cid is None) is (profile == "cluster")
    pin = await client.files.pin(UNKNOWN, custom_name="mine")
    assert pin.cid == UNKNOWN
    page = await client.users.uploads()
    assert (page.total, page.page, page.limit) == (4, 1, 20)
    assert [each.name for each in page.uploads] == ["mine", "example", "directory", "a.txt"]
    assert page.uploads[-1].cid == upload.cid
    assert [each.cid async for each in client.users.iter_uploads(page_size=1)] == [
        each.cid for each in page.uploads
    ]
    removal = await client.files.remove(UNKNOWN)
    assert (removal.cid, removal.removed) == (UNKNOWN, True)
    assert await client.users.find_upload(UNKNOWN) is None


async def test_status_and_allocations_are_read(
    client: AsyncPinarkiveClient, sandbox: Sandbox
) -> None:
    upload = await client.files.upload(b"held by two of three")
    status = await client.status.wait_until_pinned(upload.cid)
    assert status.cid == upload.cid
    assert status.is_pinned
    assert not status.failed_peers
    holding = {each.id for each in status.peers if each.status == "pinned"}
    allocation = await client.status.allocations(upload.cid)
    assert allocation.cid == upload.cid
    assert set(allocation.peers) == holding
    assert len(holding) == 2
    sandbox.fail_pin(upload.cid, "no space")
    failing = await client.status.get(upload.cid)
    assert not failing.is_pinned
    assert len(failing.failed_peers) == 1
    nowhere = await client.status.get(UNKNOWN)
    assert (nowhere.is_pinned, nowhere.is_pending) == (False, False)
    with pytest.raises(NotFoundError, match="pin is not part of the pinset"):
        await client.status.allocations(UNKNOWN)


async def test_the_account_and_its_tokens_are_read(
    client: AsyncPinarkiveClient, sandbox: Sandbox, profile: ProfileName
) -> None:
    me = await client.users.me()
    assert (me.email, me.name) == (sandbox.email, "user")
    clusters = (await client.users.clusters()).clusters
    assert clusters[1].id == "cl1-eu"
    gateways = [gateway.url for cluster in clusters for gateway in cluster.gateways]
    assert set(gateways) == (set() if profile == "ts" else {f"{sandbox.gateway_url}/ipfs/"})
    made = await client.tokens.generate("made")
    assert (made.name, made.scopes) == ("made", ["user:read", "files:read"])
    listed = {each.name: each for each in (await client.tokens.list()).tokens}
    assert listed["made"].scopes == ([] if profile == "v2" else made.scopes)
    assert listed["sandbox"].last_used_at is not None
    with pytest.raises(MissingScopeError, match="files:write"):
        await client.with_options(token=made.token).files.upload(b"")
    with pytest.raises(ConflictError, match="already exists"):
        await client.tokens.generate("made")
    await client.tokens.revoke("made")
    with pytest.raises(BadRequestError, match="Invalid timelock"):
        await client.request("POST", f"/files/pin/{UNKNOWN}", json={"timelock": "no"})


async def test_what_anyone_may_ask_is_read(client: AsyncPinarkiveClient) -> None:
    assert (await client.system.health()).ok
    plans = (await client.system.plans()).plans
    assert [each.code for each in plans] == ["free", "premium"]
    assert [each.code for each in (await client.plans.all()).plans] == ["free", "premium"]
    peers = (await client.system.peers()).peers
    assert [each.name for each in peers] == ["sandbox-1", "sandbox-2", "sandbox-3"]


async def test_logging_in_is_read(client: AsyncPinarkiveClient, sandbox: Sandbox) -> None:
    session = await client.auth.login(sandbox.email, sandbox.password)
    assert isinstance(session, LoginSession)
    challenge = await client.auth.login(sandbox.totp_email, sandbox.totp_password)
    assert isinstance(challenge, TwoFactorChallenge)
    answered = await client.auth.verify_2fa(challenge.temporary_token, sandbox.totp_code())
    assert (await client.with_options(token=answered.token).users.me()).email == sandbox.totp_email
