"""What an account can do beyond uploading, on the sandbox: what is changed is seen elsewhere."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from pinarkive import (
    AccountDisabledError,
    AsyncPinarkiveClient,
    AuthenticationError,
    BadRequestError,
    ChangeUserPlan,
    ConflictError,
    EmailNotVerifiedError,
    GetStatusAllocations,
    GetUserPlan,
    InvalidInputError,
    ListUserPlans,
    LoginSession,
    NotFoundError,
    PayloadTooLargeError,
    PermissionDeniedError,
    ServiceUnavailableError,
    TwoFactorChallenge,
    TwoFactorInvalidError,
    TwoFactorRequiredError,
)
from pinarkive.sandbox import Sandbox

pytestmark = pytest.mark.anyio

EMAIL = "ada@example.com"
PASSWORD = "a long password"
TOMORROW = datetime.now(UTC) + timedelta(days=1)


@pytest.fixture
def sandbox() -> Sandbox:
    """Return a sandbox that has been told to take payments, to be started by its user."""
    return Sandbox(payments=True)


@pytest.fixture
async def session(sandbox: Sandbox) -> AsyncIterator[AsyncPinarkiveClient]:
    """Yield a client that has a session of the account without a second factor."""
    with sandbox:
        async with await AsyncPinarkiveClient.from_login(
            sandbox.email, sandbox.password, base_url=sandbox.base_url
        ) as client:
            yield client


async def test_a_new_name_shows_in_the_listing(session: AsyncPinarkiveClient) -> None:
    upload = await session.files.upload(b"renamed", filename="before.txt")
    assert upload.upload_id is not None
    renaming = await session.files.rename(upload.upload_id, "after.txt")
    assert (renaming.updated, renaming.name) == (True, "after.txt")
    record = await session.users.find_upload(upload.cid)
    assert record is not None
    assert (record.name, record.upload_id) == ("after.txt", upload.upload_id)
    with pytest.raises(NotFoundError):
        await session.files.rename("65f0c0ffee0123456789abcd", "x")
    with pytest.raises(InvalidInputError, match="is a CID") as caught:
        await session.files.rename(upload.cid, "x")
    assert caught.value.field == "upload_id"


async def test_an_upload_is_read_and_removed_by_its_cid(session: AsyncPinarkiveClient) -> None:
    upload = await session.files.upload(b"once", filename="once.txt")
    record = await session.users.get_upload(upload.cid)
    assert (record.cid, record.name, record.size) == (upload.cid, "once.txt", 4)
    removal = await session.users.delete_upload(upload.cid)
    assert (removal.cid, removal.removed) == (upload.cid, True)
    with pytest.raises(NotFoundError):
        await session.users.get_upload(upload.cid)
    assert await session.users.find_upload(upload.cid) is None


async def test_the_files_of_a_directory(session: AsyncPinarkiveClient) -> None:
    upload = await session.files.upload_directory_dag({"a.txt": b"A", "b/c d.txt": b"CD"})
    directory = await session.users.directory(upload.cid)
    assert directory.cid == upload.cid
    assert {(each.path, each.size) for each in directory.files} == {("a.txt", 1), ("b/c d.txt", 2)}
    assert {each.cid for each in directory.files} == {each.cid for each in upload.files}
    with pytest.raises(NotFoundError):
        await session.users.directory(directory.files[0].cid)


async def test_files_of_directories_are_uploaded_in_each_way(session: AsyncPinarkiveClient) -> None:
    one = await session.files.upload_directory_file(b"one", filename="one.txt")
    two = await session.files.upload_directory_cluster_file(
        b"two", filename="two.txt", cluster_id="cl1-eu"
    )
    assert (one.name, two.name, two.cluster_id) == ("one.txt", "two.txt", "cl1-eu")
    each = await session.files.upload_directory_cluster("/data/example")
    assert each.cid is None
    assert {entry.name for entry in each.files} == {"hello.txt", "today.txt"}
    found = {record.cid async for record in session.users.iter_uploads()}
    assert {one.cid, two.cid, *(entry.cid for entry in each.files)} <= found


async def test_a_profile_and_its_preferences_are_kept(session: AsyncPinarkiveClient) -> None:
    done = await session.users.update(name="Ada", last_name="Lovelace", birth_date="1815-12-10")
    assert done.message
    preferences = await session.users.update_preferences(language="es", country="ES")
    assert (preferences.language, preferences.country) == ("es", "ES")
    assert await session.users.preferences() == preferences
    me = await session.users.me()
    assert (me.name, me.last_name, me.language, me.country) == ("Ada", "Lovelace", "es", "ES")
    assert (me.model_extra or {})["birthDate"] == "1815-12-10"
    await session.users.update(name="Grace")
    assert (await session.users.me()).last_name == "Lovelace"
    with pytest.raises(InvalidInputError, match="nothing to change"):
        await session.users.update()


async def test_a_password_is_changed(session: AsyncPinarkiveClient, sandbox: Sandbox) -> None:
    with pytest.raises(AuthenticationError):
        await session.users.change_password("not the one", PASSWORD)
    with pytest.raises(BadRequestError):
        await session.users.change_password(sandbox.password, "short")
    before = sandbox.password
    await session.users.change_password(before, PASSWORD)
    with pytest.raises(AuthenticationError):
        await session.auth.login(sandbox.email, before)
    assert isinstance(await session.auth.login(sandbox.email, PASSWORD), LoginSession)


async def test_another_plan_gates_the_next_upload(session: AsyncPinarkiveClient) -> None:
    plans = {plan.code: plan for plan in (await session.plans.all()).plans}
    assert plans["free"].id is not None
    assert plans["premium"].id is not None
    await session.files.upload(b"held", timelock=TOMORROW, cluster_id="cl1-eu")
    assert (await session.plans.change(plans["free"].id)).message
    mine = await session.plans.mine()
    assert mine.plan is not None
    assert (mine.plan.code, mine.is_early_bird) == ("free", False)
    assert await session.send(GetUserPlan()) == mine
    with pytest.raises(PermissionDeniedError, match="Timelocks"):
        await session.files.upload(b"held", timelock=TOMORROW)
    with pytest.raises(PermissionDeniedError, match="cluster"):
        await session.files.upload(b"held", cluster_id="cl1-eu")
    assert [each.id for each in (await session.users.clusters()).clusters] == ["cl0-global"]
    with pytest.raises(BadRequestError):
        await session.plans.change("65f0c0ffee00000000000000")
    await session.send(ChangeUserPlan(plan_id=plans["premium"].id))
    await session.files.upload(b"held", timelock=TOMORROW)
    assert {each.code for each in (await session.send(ListUserPlans())).plans} == set(plans)


async def test_clusters_and_their_gateways(session: AsyncPinarkiveClient, sandbox: Sandbox) -> None:
    clusters = {each.id: each for each in (await session.users.clusters()).clusters}
    assert clusters["cl1-eu"].label == "Europe"
    assert clusters["cl1-eu"].gateway_url == f"{sandbox.gateway_url}/ipfs/"
    gateways = await session.clusters.gateways("cl1-eu")
    assert (gateways.cluster_id, gateways.gateway_url) == ("cl1-eu", f"{sandbox.gateway_url}/ipfs/")
    api_token = session.with_options(api_key=sandbox.api_key)
    with pytest.raises(PermissionDeniedError):
        await api_token.clusters.gateways()


async def test_the_log_tells_what_was_called(
    session: AsyncPinarkiveClient, sandbox: Sandbox
) -> None:
    await session.files.upload(b"logged")
    api_token = session.with_options(api_key=sandbox.api_key)
    with pytest.raises(NotFoundError):
        await api_token.users.get_upload("bafkqaaa")
    page = await session.users.logs(limit=2)
    newest, before = page.logs
    assert (newest.action, newest.type, newest.source) == (
        "GET /users/me/uploads/{cid}",
        "WARNING",
        "API",
    )
    assert (before.action, before.type, before.source) == ("POST /files/", "INFO", "JWT")
    assert before.user_email == sandbox.email
    assert before.created_at is not None
    entries = [entry async for entry in session.users.iter_logs(page_size=1)]
    assert [entry.id for entry in entries[:2]] == [newest.id, before.id]
    assert len(entries) == page.total
    warnings = await session.users.logs(type="WARNING", source="API")
    assert [entry.id for entry in warnings.logs] == [newest.id]
    of_the_session = await session.users.logs(source="JWT")
    assert [entry.id for entry in of_the_session.logs] == [
        entry.id for entry in entries if entry.source == "JWT"
    ]
    assert len(of_the_session.logs) == len(entries) - 1
    uploads = await session.users.logs(action="POST /files/")
    assert [entry.id for entry in uploads.logs] == [before.id]
    pages = [each async for each in session.users.iter_logs(page_size=2).pages()]
    assert [entry.id for each in pages for entry in each.logs] == [entry.id for entry in entries]
    assert (pages[0].page, pages[0].limit) == (1, 2)


async def test_payments(session: AsyncPinarkiveClient, sandbox: Sandbox) -> None:
    plan = next(each for each in (await session.plans.all()).plans if each.code == "premium")
    assert plan.id is not None
    payment = await session.payments.create("coingate", plan.id)
    assert payment.order_id is not None
    assert (payment.status, payment.amount) == ("pending", plan.price_per_month)
    assert (await session.payments.get("coingate", payment.order_id)).status == "pending"
    assert (await session.payments.cancel("coingate", payment.order_id)).status == "cancelled"
    with pytest.raises(NotFoundError):
        await session.payments.get("multisafepay", payment.order_id)
    with pytest.raises(NotFoundError):
        await session.payments.create("another", plan.id)


async def test_payments_are_switched_off_by_default() -> None:
    with Sandbox() as sandbox:
        async with await AsyncPinarkiveClient.from_login(
            sandbox.email, sandbox.password, base_url=sandbox.base_url
        ) as client:
            with pytest.raises(ServiceUnavailableError):
                await client.payments.create("coingate", "p1")


async def test_what_the_service_says_of_itself(session: AsyncPinarkiveClient) -> None:
    info = await session.system.info()
    assert (info.status, bool(info.version)) == ("ok", True)
    languages = {each.code: each.name for each in (await session.system.languages()).locales}
    assert languages["es"] == "Español"
    assert "ES" in {each.code for each in (await session.system.countries()).locales}


async def test_allocations_by_their_older_path(session: AsyncPinarkiveClient) -> None:
    upload = await session.files.upload(b"allocated")
    allocation = await session.send(GetStatusAllocations(cid=upload.cid))
    assert allocation.peers == (await session.status.allocations(upload.cid)).peers
    assert len(allocation.peers) == 2


# From nothing to an account


async def test_an_account_begins_with_its_mail(
    session: AsyncPinarkiveClient, sandbox: Sandbox
) -> None:
    me = await session.users.me()
    auth = session.auth
    await auth.sign_up("Ada", EMAIL, PASSWORD, referred_by=me.referral_code, country="GB")
    with pytest.raises(ConflictError):
        await auth.sign_up("Ada", EMAIL.upper(), PASSWORD)
    with pytest.raises(BadRequestError):
        await auth.sign_up("Ada", "another@example.com", "short")
    with pytest.raises(EmailNotVerifiedError):
        await auth.login(EMAIL, PASSWORD)
    await auth.resend_verification(EMAIL)
    first, second = sandbox.mails
    assert [(mail.to, mail.kind) for mail in sandbox.mails] == [(EMAIL, "verify-email")] * 2
    await auth.verify_email(second.token)
    with pytest.raises(BadRequestError):
        await auth.verify_email(second.token)
    answer = await auth.login(EMAIL, PASSWORD)
    assert isinstance(answer, LoginSession)
    assert first.token != second.token
    (referral,) = (await session.users.referrals()).referrals
    assert (referral.email, referral.name, referral.is_active) == (EMAIL, "Ada", True)


async def test_a_lost_password_is_set_anew(session: AsyncPinarkiveClient, sandbox: Sandbox) -> None:
    auth = session.auth
    assert (await auth.forgot_password("nobody@example.com")).message
    assert sandbox.mails == []
    await auth.forgot_password(sandbox.email)
    (mail,) = sandbox.mails
    with pytest.raises(BadRequestError):
        await auth.verify_email(mail.token)
    await auth.reset_password(mail.token, PASSWORD)
    with pytest.raises(AuthenticationError):
        await session.users.me()
    assert isinstance(await auth.login(sandbox.email, PASSWORD), LoginSession)


async def test_a_mailed_token_ends() -> None:
    now = [datetime.now(UTC)]
    with Sandbox(clock=lambda: now[0]) as sandbox:
        async with AsyncPinarkiveClient(base_url=sandbox.base_url) as client:
            await client.auth.sign_up("Ada", EMAIL, PASSWORD)
            await client.auth.forgot_password(EMAIL)
            now[0] += timedelta(hours=47)
            with pytest.raises(BadRequestError):
                await client.auth.reset_password(sandbox.mails[1].token, PASSWORD)
            await client.auth.verify_email(sandbox.mails[0].token)


async def test_a_session_ends_and_a_token_goes_on(
    session: AsyncPinarkiveClient, sandbox: Sandbox
) -> None:
    token = await session.tokens.generate("stays")
    assert (await session.auth.log_out()).message
    with pytest.raises(AuthenticationError):
        await session.users.me()
    api_token = session.with_options(token=token.token)
    assert (await api_token.users.me()).email == sandbox.email
    with pytest.raises(AuthenticationError):
        await api_token.auth.log_out()


async def test_a_disabled_account_is_shut_out(
    session: AsyncPinarkiveClient, sandbox: Sandbox
) -> None:
    sandbox.disable(sandbox.email)
    with pytest.raises(AccountDisabledError):
        await session.users.me()
    with pytest.raises(AccountDisabledError):
        await session.auth.login(sandbox.email, sandbox.password)
    with pytest.raises(AccountDisabledError):
        await session.auth.resend_verification(sandbox.email)


async def test_a_second_factor_is_set_up_asked_for_and_switched_off(
    session: AsyncPinarkiveClient, sandbox: Sandbox
) -> None:
    auth, factor = session.auth, session.auth.two_factor
    assert not (await factor.status()).enabled
    with pytest.raises(BadRequestError):
        await factor.enable("000000")
    setup = await factor.set_up()
    assert setup.uri is not None
    assert setup.secret in setup.uri
    assert (setup.qr_data_url or "").startswith("data:image/svg+xml")
    assert isinstance(await auth.login(sandbox.email, sandbox.password), LoginSession)
    right = sandbox.totp_code(setup.secret)
    wrong = f"{(int(right) + 1) % 1_000_000:06}"
    with pytest.raises(TwoFactorInvalidError):
        await factor.enable(wrong)
    await factor.enable(right)
    assert (await factor.status()).enabled
    assert (await session.users.me()).two_factor_enabled
    challenge = await auth.login(sandbox.email, sandbox.password)
    assert isinstance(challenge, TwoFactorChallenge)
    assert (await auth.verify_2fa(challenge.temporary_token, right)).token
    with pytest.raises(TwoFactorRequiredError):
        await session.tokens.generate("ci")
    with pytest.raises(BadRequestError):
        await factor.set_up()
    with pytest.raises(AuthenticationError):
        await factor.disable("not the password", right)
    await factor.disable(sandbox.password, right)
    assert not (await factor.status()).enabled
    api_token = session.with_options(api_key=sandbox.api_key)
    with pytest.raises(PermissionDeniedError):
        await api_token.auth.two_factor.status()


async def test_a_larger_plan_takes_larger_files(
    session: AsyncPinarkiveClient, sandbox: Sandbox
) -> None:
    plans = {plan.code: plan.id for plan in (await session.plans.all()).plans}
    await session.plans.change(str(plans["free"]))
    with pytest.raises(PayloadTooLargeError):
        await session.files.upload(bytes(100 * 1024**2 + 1))
    await session.plans.change(str(plans["premium"]))
    assert (await session.files.upload(bytes(100 * 1024**2 + 1))).cid
