"""What an account may do: its plan, its token, its state, and which of them is told first."""

import httpx
import pytest

from pinarkive.sandbox import Sandbox
from pinarkive.sandbox.catalog import PLANS

from .raw import UNKNOWN_CID, MovableClock, api_client, bare_client

CONTENT = {"file": ("a.txt", b"0123456789")}
ADA = {"name": "Ada", "email": "ada@example.com", "password": "a long password"}


def refusal(answer: httpx.Response) -> tuple[int, str]:
    """Return an answer's status, and what tells its cause."""
    body = answer.json()
    return answer.status_code, body.get("code") or body.get("message", "")


def test_the_first_of_many_causes_is_told_and_then_the_next() -> None:
    clock = MovableClock()
    with Sandbox(plan="free", quota=5, clock=clock) as sandbox, api_client(sandbox) as api:
        reader = api.post("/tokens/generate", json={"name": "reader"}).json()["token"]
        bad = {"cl": "cl1-eu", "timelock": "yesterday"}
        locked = {"cl": "cl1-eu", "timelock": clock.after(days=1)}

        def upload(client: httpx.Client, fields: dict[str, str]) -> tuple[int, str]:
            return refusal(client.post("/files/", files=CONTENT, data=fields))

        with bare_client(sandbox.base_url) as nobody, api_client(sandbox, reader) as read_only:
            assert upload(nobody, bad) == (401, "INVALID_API_KEY")
            assert upload(read_only, bad) == (403, "missing_scope")
        status, message = upload(api, bad)
        assert (status, message[:16]) == (400, "Invalid timelock")
        assert upload(api, locked) == (403, "The cluster 'cl1-eu' is not allowed by your plan")
        del locked["cl"]
        assert upload(api, locked) == (403, "Timelocks are not allowed by your plan")
        assert upload(api, {}) == (403, "Storage quota exceeded")
        sandbox.disable(sandbox.email)
        assert upload(api, bad) == (403, "account_disabled")
        with api_client(sandbox, reader) as read_only:
            assert upload(read_only, bad) == (403, "account_disabled")


def test_a_plan_that_is_changed_gates_the_next_call(sandbox: Sandbox, api: httpx.Client) -> None:
    def pin_in_europe() -> tuple[int, str]:
        return refusal(api.post(f"/files/pin/{UNKNOWN_CID}", json={"cl": "cl1-eu"}))

    assert pin_in_europe()[0] == 201
    assert api.put("/plans/change", json={"planId": PLANS["free"].id}).status_code == 200
    assert pin_in_europe() == (403, "The cluster 'cl1-eu' is not allowed by your plan")
    me = api.get("/users/me").json()
    assert (me["plan"], me["clusters"]) == ("free", ["cl0-global"])
    assert [each["clusterId"] for each in api.get("/users/me/clusters").json()] == ["cl0-global"]
    assert api.put("/users/me/plan", json={"planId": PLANS["premium"].id}).status_code == 200
    assert pin_in_europe()[0] == 201


@pytest.mark.parametrize("path", ["/status/{}", "/allocations/{}", "/status/allocations/{}"])
@pytest.mark.parametrize("cluster", ["cl1-eu", "cl9-moon"])
def test_a_cluster_outside_the_plan_is_not_asked(path: str, cluster: str) -> None:
    with Sandbox(plan="free") as sandbox, api_client(sandbox) as api:
        answer = api.get(path.format(UNKNOWN_CID), params={"cl": cluster})
        assert refusal(answer) == (403, f"The cluster '{cluster}' is not allowed by your plan")


def test_one_file_too_large_is_413_and_an_account_too_full_is_403() -> None:
    with Sandbox(quota=25, max_file_size=12) as sandbox, api_client(sandbox) as api:
        large = {"file": ("b", b"0123456789abc")}
        assert refusal(api.post("/files/", files=large)) == (413, "FILE_TOO_LARGE")
        folder = [("files", ("a", b"0123456789")), ("files", ("b", b"abc"))]
        assert refusal(api.post("/files/directory-dag", files=folder)) == (413, "FILE_TOO_LARGE")
        for content in (b"0123456789", b"9876543210"):
            assert api.post("/files/", files={"file": ("c", content)}).status_code == 201
        third = {"file": ("d", b"abcdef")}
        assert refusal(api.post("/files/", files=third)) == (403, "Storage quota exceeded")


def test_a_plan_that_is_not_public_is_given_and_not_chosen(api: httpx.Client) -> None:
    partner = PLANS["partner"].id
    for path in ("/plans/", "/plans/all", "/users/me/plans"):
        assert [each["code"] for each in api.get(path).json()] == ["free", "premium"]
    refused = api.put("/plans/change", json={"planId": partner})
    assert refusal(refused) == (403, "This plan is not available to you")
    assert api.put("/plans/change", json={"planId": "unknown"}).status_code == 400
    with Sandbox(plan="partner") as other, api_client(other) as its:
        assert len(its.get("/plans/").json()) == 2
        assert [each["code"] for each in its.get("/plans/all").json()][-1] == "partner"
        assert its.put("/plans/change", json={"planId": partner}).status_code == 200


def test_the_page_of_signing_up_has_its_language_and_referral_in_the_address(
    sandbox: Sandbox, api: httpx.Client
) -> None:
    code = api.get("/users/me").json()["referralCode"]
    api.post("/auth/signup", params={"locale": "es", "refCode": code}, json=ADA)
    api.post("/auth/verify-email", json={"token": sandbox.mails[0].token})
    token = api.post("/auth/login", json=ADA).json()["token"]
    with api_client(sandbox, token) as her:
        assert her.get("/users/me").json()["language"] == "es"
    assert len(api.get("/users/me/referrals").json()["referredUsers"]) == 1


def test_an_address_that_is_not_verified_is_told_before_a_disabled_account(
    sandbox: Sandbox, api: httpx.Client
) -> None:
    api.post("/auth/signup", json=ADA)
    sandbox.disable(ADA["email"])
    assert refusal(api.post("/auth/login", json=ADA)) == (403, "email_not_verified")
    api.post("/auth/verify-email", json={"token": sandbox.mails[0].token})
    assert refusal(api.post("/auth/login", json=ADA)) == (403, "account_disabled")


def test_an_address_that_was_never_verified_can_have_another_mail() -> None:
    clock = MovableClock()
    with Sandbox(clock=clock) as sandbox, bare_client(sandbox.base_url) as api:
        api.post("/auth/signup", json=ADA)
        clock.advance(hours=48)
        late = api.post("/auth/verify-email", json={"token": sandbox.mails[0].token})
        assert late.status_code == 400
        wrong = api.post("/auth/login", json={**ADA, "password": "another password"})
        assert wrong.status_code == 401
        refused = api.post("/auth/login", json=ADA)
        assert (refused.status_code, refused.json()["canResendVerification"]) == (403, True)
        assert "code" not in refused.json()
        api.post("/auth/resend-verification", json=ADA)
        api.post("/auth/verify-email", json={"token": sandbox.mails[1].token})
        assert api.post("/auth/login", json=ADA).status_code == 200


@pytest.mark.parametrize("path", ["/auth/2fa/enable", "/auth/2fa/disable"])
def test_that_a_session_is_needed_is_told_before_what_is_missing(
    shared_api: httpx.Client, path: str
) -> None:
    assert refusal(shared_api.post(path, json={})) == (403, "This needs a session: log in")
