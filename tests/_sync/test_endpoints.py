# generated from tests/_async/test_endpoints.py by scripts/generate; change that file
"""What an account can do beyond uploading, on the sandbox: what is changed is seen elsewhere."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from pinarkive import (
    AccountDisabledError,
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
    PinarkiveClient,
    ServiceUnavailableError,
    TwoFactorChallenge,
    TwoFactorInvalidError,
    TwoFactorRequiredError,
)
from pinarkive.sandbox import Sandbox

EMAIL = "ada@example.com"
PASSWORD = "a long password"
TOMORROW = datetime.now(UTC) + timedelta(days=1)


@pytest.fixture
def sandbox() -> Sandbox:
    """Return a sandbox that has been told to take payments, to be started by its user."""
    return Sandbox(payments=True)


@pytest.fixture
def session(sandbox: Sandbox) -> Iterator[PinarkiveClient]:
    """Yield a client that has a session of the account without a second factor."""
    with sandbox:
        with PinarkiveClient.from_login(
            sandbox.email, sandbox.password, base_url=sandbox.base_url
        ) as client:
            yield client


def test_a_new_name_shows_in_the_listing(session: PinarkiveClient) -> None:
    upload = session.files.upload(b"renamed", filename="before.txt")
    assert upload.upload_id is not None
    renaming = session.files.rename(upload.upload_id, "after.txt")
    assert (renaming.updated, renaming.name) == (True, "after.txt")
    record = session.users.find_upload(upload.cid)
    assert record is not None
    assert (record.name, record.upload_id) == ("after.txt", upload.upload_id)
    with pytest.raises(NotFoundError):
        session.files.rename("65f0c0ffee0123456789abcd", "x")
    with pytest.raises(InvalidInputError, match="is a CID") as caught:
        session.files.rename(upload.cid, "x")
    assert caught.value.field == "upload_id"


def test_an_upload_is_read_and_removed_by_its_cid(session: PinarkiveClient) -> None:
    upload = session.files.upload(b"once", filename="once.txt")
    record = session.users.get_upload(upload.cid)
    assert (record.cid, record.name, record.size) == (upload.cid, "once.txt", 4)
    removal = session.users.delete_upload(upload.cid)
    assert (removal.cid, removal.removed) == (upload.cid, True)
    with pytest.raises(NotFoundError):
        session.users.get_upload(upload.cid)
    assert session.users.find_upload(upload.cid) is None


def test_the_files_of_a_directory(session: PinarkiveClient) -> None:
    upload = session.files.upload_directory_dag({"a.txt": b"A", "b/c d.txt": b"CD"})
    directory = session.users.directory(upload.cid)
    assert directory.cid == upload.cid
    assert {(each.path, each.size) for each in directory.files} == {("a.txt", 1), ("b/c d.txt", 2)}
    assert {each.cid for each in directory.files} == {each.cid for each in upload.files}
    with pytest.raises(NotFoundError):
        session.users.directory(directory.files[0].cid)


def test_files_of_directories_are_uploaded_in_each_way(session: PinarkiveClient) -> None:
    one = session.files.upload_directory_file(b"one", filename="one.txt")
    two = session.files.upload_directory_cluster_file(
        b"two", filename="two.txt", cluster_id="cl1-eu"
    )
    assert (one.name, two.name, two.cluster_id) == ("one.txt", "two.txt", "cl1-eu")
    each = session.files.upload_directory_cluster("/data/example")
    assert each.cid is None
    assert {entry.name for entry in each.files} == {"hello.txt", "today.txt"}
    found = {record.cid for record in session.users.iter_uploads()}
    assert {one.cid, two.cid, *(entry.cid for entry in each.files)} <= found


def test_a_profile_and_its_preferences_are_kept(session: PinarkiveClient) -> None:
    done = session.users.update(name="Ada", last_name="Lovelace", birth_date="1815-12-10")
    assert done.message
    preferences = session.users.update_preferences(language="es", country="ES")
    assert (preferences.language, preferences.country) == ("es", "ES")
    assert session.users.preferences() == preferences
    me = session.users.me()
    assert (me.name, me.last_name, me.language, me.country) == ("Ada", "Lovelace", "es", "ES")
    assert (me.model_extra or {})["birthDate"] == "1815-12-10"
    session.users.update(name="Grace")
    assert session.users.me().last_name == "Lovelace"
    with pytest.raises(InvalidInputError, match="nothing to change"):
        session.users.update()


def test_a_password_is_changed(session: PinarkiveClient, sandbox: Sandbox) -> None:
    with pytest.raises(AuthenticationError):
        session.users.change_password("not the one", PASSWORD)
    with pytest.raises(BadRequestError):
        session.users.change_password(sandbox.password, "short")
    before = sandbox.password
    session.users.change_password(before, PASSWORD)
    with pytest.raises(AuthenticationError):
        session.auth.login(sandbox.email, before)
    assert isinstance(session.auth.login(sandbox.email, PASSWORD), LoginSession)


def test_another_plan_gates_the_next_upload(session: PinarkiveClient) -> None:
    plans = {plan.code: plan for plan in session.plans.all().plans}
    assert plans["free"].id is not None
    assert plans["premium"].id is not None
    session.files.upload(b"held", timelock=TOMORROW, cluster_id="cl1-eu")
    assert session.plans.change(plans["free"].id).message
    mine = session.plans.mine()
    assert mine.plan is not None
    assert (mine.plan.code, mine.is_early_bird) == ("free", False)
    assert session.send(GetUserPlan()) == mine
    with pytest.raises(PermissionDeniedError, match="Timelocks"):
        session.files.upload(b"held", timelock=TOMORROW)
    with pytest.raises(PermissionDeniedError, match="cluster"):
        session.files.upload(b"held", cluster_id="cl1-eu")
    assert [each.id for each in session.users.clusters().clusters] == ["cl0-global"]
    with pytest.raises(BadRequestError):
        session.plans.change("65f0c0ffee00000000000000")
    session.send(ChangeUserPlan(plan_id=plans["premium"].id))
    session.files.upload(b"held", timelock=TOMORROW)
    assert {each.code for each in session.send(ListUserPlans()).plans} == set(plans)


def test_clusters_and_their_gateways(session: PinarkiveClient, sandbox: Sandbox) -> None:
    clusters = {each.id: each for each in session.users.clusters().clusters}
    assert clusters["cl1-eu"].label == "Europe"
    assert clusters["cl1-eu"].gateway_url == f"{sandbox.gateway_url}/ipfs/"
    gateways = session.clusters.gateways("cl1-eu")
    assert (gateways.cluster_id, gateways.gateway_url) == ("cl1-eu", f"{sandbox.gateway_url}/ipfs/")
    api_token = session.with_options(api_key=sandbox.api_key)
    with pytest.raises(PermissionDeniedError):
        api_token.clusters.gateways()


def test_the_log_tells_what_was_called(session: PinarkiveClient, sandbox: Sandbox) -> None:
    session.files.upload(b"logged")
    api_token = session.with_options(api_key=sandbox.api_key)
    with pytest.raises(NotFoundError):
        api_token.users.get_upload("bafkqaaa")
    page = session.users.logs(limit=2)
    newest, before = page.logs
    assert (newest.action, newest.type, newest.source) == (
        "GET /users/me/uploads/{cid}",
        "WARNING",
        "API",
    )
    assert (before.action, before.type, before.source) == ("POST /files/", "INFO", "JWT")
    assert before.user_email == sandbox.email
    assert before.created_at is not None
    entries = list(session.users.iter_logs(page_size=1))
    assert [entry.id for entry in entries[:2]] == [newest.id, before.id]
    assert len(entries) == page.total
    warnings = session.users.logs(type="WARNING", source="API")
    assert [entry.id for entry in warnings.logs] == [newest.id]
    of_the_session = session.users.logs(source="JWT")
    assert [entry.id for entry in of_the_session.logs] == [
        entry.id for entry in entries if entry.source == "JWT"
    ]
    assert len(of_the_session.logs) == len(entries) - 1
    uploads = session.users.logs(action="POST /files/")
    assert [entry.id for entry in uploads.logs] == [before.id]
    pages = list(session.users.iter_logs(page_size=2).pages())
    assert [entry.id for each in pages for entry in each.logs] == [entry.id for entry in entries]
    assert (pages[0].page, pages[0].limit) == (1, 2)


def test_payments(session: PinarkiveClient, sandbox: Sandbox) -> None:
    plan = next(each for each in session.plans.all().plans if each.code == "premium")
    assert plan.id is not None
    payment = session.payments.create("coingate", plan.id)
    assert payment.order_id is not None
    assert (payment.status, payment.amount) == ("pending", plan.price_per_month)
    assert session.payments.get("coingate", payment.order_id).status == "pending"
    assert session.payments.cancel("coingate", payment.order_id).status == "cancelled"
    with pytest.raises(NotFoundError):
        session.payments.get("multisafepay", payment.order_id)
    with pytest.raises(NotFoundError):
        session.payments.create("another", plan.id)


def test_payments_are_switched_off_by_default() -> None:
    with Sandbox() as sandbox:
        with PinarkiveClient.from_login(
            sandbox.email, sandbox.password, base_url=sandbox.base_url
        ) as client:
            with pytest.raises(ServiceUnavailableError):
                client.payments.create("coingate", "p1")


def test_what_the_service_says_of_itself(session: PinarkiveClient) -> None:
    info = session.system.info()
    assert (info.status, bool(info.version)) == ("ok", True)
    languages = {each.code: each.name for each in session.system.languages().locales}
    assert languages["es"] == "Español"
    assert "ES" in {each.code for each in session.system.countries().locales}


def test_allocations_by_their_older_path(session: PinarkiveClient) -> None:
    upload = session.files.upload(b"allocated")
    allocation = session.send(GetStatusAllocations(cid=upload.cid))
    assert allocation.peers == session.status.allocations(upload.cid).peers
    assert len(allocation.peers) == 2


# From nothing to an account


def test_an_account_begins_with_its_mail(session: PinarkiveClient, sandbox: Sandbox) -> None:
    me = session.users.me()
    auth = session.auth
    auth.sign_up("Ada", EMAIL, PASSWORD, referred_by=me.referral_code, country="GB")
    with pytest.raises(ConflictError):
        auth.sign_up("Ada", EMAIL.upper(), PASSWORD)
    with pytest.raises(BadRequestError):
        auth.sign_up("Ada", "another@example.com", "short")
    with pytest.raises(EmailNotVerifiedError):
        auth.login(EMAIL, PASSWORD)
    auth.resend_verification(EMAIL)
    first, second = sandbox.mails
    assert [(mail.to, mail.kind) for mail in sandbox.mails] == [(EMAIL, "verify-email")] * 2
    auth.verify_email(second.token)
    with pytest.raises(BadRequestError):
        auth.verify_email(second.token)
    answer = auth.login(EMAIL, PASSWORD)
    assert isinstance(answer, LoginSession)
    assert first.token != second.token
    (referral,) = session.users.referrals().referrals
    assert (referral.email, referral.name, referral.is_active) == (EMAIL, "Ada", True)


def test_a_lost_password_is_set_anew(session: PinarkiveClient, sandbox: Sandbox) -> None:
    auth = session.auth
    assert auth.forgot_password("nobody@example.com").message
    assert sandbox.mails == []
    auth.forgot_password(sandbox.email)
    (mail,) = sandbox.mails
    with pytest.raises(BadRequestError):
        auth.verify_email(mail.token)
    auth.reset_password(mail.token, PASSWORD)
    with pytest.raises(AuthenticationError):
        session.users.me()
    assert isinstance(auth.login(sandbox.email, PASSWORD), LoginSession)


def test_a_mailed_token_ends() -> None:
    now = [datetime.now(UTC)]
    with Sandbox(clock=lambda: now[0]) as sandbox:
        with PinarkiveClient(base_url=sandbox.base_url) as client:
            client.auth.sign_up("Ada", EMAIL, PASSWORD)
            client.auth.forgot_password(EMAIL)
            now[0] += timedelta(hours=47)
            with pytest.raises(BadRequestError):
                client.auth.reset_password(sandbox.mails[1].token, PASSWORD)
            client.auth.verify_email(sandbox.mails[0].token)


def test_a_session_ends_and_a_token_goes_on(session: PinarkiveClient, sandbox: Sandbox) -> None:
    token = session.tokens.generate("stays")
    assert session.auth.log_out().message
    with pytest.raises(AuthenticationError):
        session.users.me()
    api_token = session.with_options(token=token.token)
    assert api_token.users.me().email == sandbox.email
    with pytest.raises(AuthenticationError):
        api_token.auth.log_out()


def test_a_disabled_account_is_shut_out(session: PinarkiveClient, sandbox: Sandbox) -> None:
    sandbox.disable(sandbox.email)
    with pytest.raises(AccountDisabledError):
        session.users.me()
    with pytest.raises(AccountDisabledError):
        session.auth.login(sandbox.email, sandbox.password)
    with pytest.raises(AccountDisabledError):
        session.auth.resend_verification(sandbox.email)


def test_a_second_factor_is_set_up_asked_for_and_switched_off(
    session: PinarkiveClient, sandbox: Sandbox
) -> None:
    auth, factor = session.auth, session.auth.two_factor
    assert not factor.status().enabled
    with pytest.raises(BadRequestError):
        factor.enable("000000")
    setup = factor.set_up()
    assert setup.uri is not None
    assert setup.secret in setup.uri
    assert (setup.qr_data_url or "").startswith("data:image/svg+xml")
    assert isinstance(auth.login(sandbox.email, sandbox.password), LoginSession)
    right = sandbox.totp_code(setup.secret)
    wrong = f"{(int(right) + 1) % 1_000_000:06}"
    with pytest.raises(TwoFactorInvalidError):
        factor.enable(wrong)
    factor.enable(right)
    assert factor.status().enabled
    assert session.users.me().two_factor_enabled
    challenge = auth.login(sandbox.email, sandbox.password)
    assert isinstance(challenge, TwoFactorChallenge)
    assert auth.verify_2fa(challenge.temporary_token, right).token
    with pytest.raises(TwoFactorRequiredError):
        session.tokens.generate("ci")
    with pytest.raises(BadRequestError):
        factor.set_up()
    with pytest.raises(AuthenticationError):
        factor.disable("not the password", right)
    factor.disable(sandbox.password, right)
    assert not factor.status().enabled
    api_token = session.with_options(api_key=sandbox.api_key)
    with pytest.raises(PermissionDeniedError):
        api_token.auth.two_factor.status()


def test_a_larger_plan_takes_larger_files(session: PinarkiveClient, sandbox: Sandbox) -> None:
    plans = {plan.code: plan.id for plan in session.plans.all().plans}
    session.plans.change(str(plans["free"]))
    with pytest.raises(PayloadTooLargeError):
        session.files.upload(bytes(100 * 1024**2 + 1))
    session.plans.change(str(plans["premium"]))
    assert session.files.upload(bytes(100 * 1024**2 + 1)).cid
