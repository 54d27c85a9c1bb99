"""Logging in, tokens, scopes and the second factor."""

import httpx
import pytest

from pinarkive.inputs import Scope
from pinarkive.sandbox import Sandbox
from pinarkive.sandbox.totp import step_at, totp_code

from .raw import MovableClock, api_client, bare_client


def log_in(client: httpx.Client, email: str, password: str) -> httpx.Response:
    return client.post("/auth/login", json={"email": email, "password": password})


def totp_session(sandbox: Sandbox, code: str) -> str:
    with bare_client(sandbox.base_url) as client:
        answer = log_in(client, sandbox.totp_email, sandbox.totp_password)
        assert "token" not in answer.json()
        assert answer.json()["requires2FA"] is True
        body = {"temporaryToken": answer.json()["temporaryToken"], "code": code}
        token = client.post("/auth/2fa/verify-login", json=body).json()["token"]
        assert isinstance(token, str)
        return token


def test_a_login_gives_a_session_with_every_right(shared: Sandbox) -> None:
    with bare_client(shared.base_url) as client:
        answer = log_in(client, shared.email.upper(), shared.password)
    assert answer.status_code == 200
    with api_client(shared, answer.json()["token"]) as client:
        assert client.get("/users/me").json()["email"] == shared.email
        assert client.get("/tokens/list").status_code == 200


def test_a_session_is_no_api_key(shared: Sandbox) -> None:
    with bare_client(shared.base_url) as client:
        token = log_in(client, shared.email, shared.password).json()["token"]
        assert client.get("/users/me", headers={"X-API-Key": token}).status_code == 401


def test_a_wrong_login_does_not_tell_what_was_wrong(shared: Sandbox) -> None:
    with bare_client(shared.base_url) as client:
        answers = [
            log_in(client, "nobody@sandbox.test", shared.password),
            log_in(client, shared.email, "wrong"),
            log_in(client, shared.email, shared.totp_password),
        ]
    assert [answer.status_code for answer in answers] == [401] * 3
    assert answers[0].json() == answers[1].json() == answers[2].json()


def test_a_bearer_credential_goes_before_an_api_key(shared: Sandbox) -> None:
    headers = {"X-API-Key": shared.api_key}
    with bare_client(shared.base_url, headers) as client:
        refused = client.get("/users/me", headers={"Authorization": "Bearer wrong"})
        assert refused.status_code == 401
        ignored = client.get("/users/me", headers={"Authorization": "Basic eDp5"})
        assert ignored.status_code == 200
    with api_client(shared, shared.api_key) as client:
        assert client.get("/users/me", headers={"X-API-Key": "wrong"}).status_code == 200


def test_the_profile_names_plan_and_clusters(shared: Sandbox, shared_api: httpx.Client) -> None:
    body = shared_api.get("/users/me").json()
    assert body["plan"] == "premium"
    assert "cl0-global" in body["clusters"]
    assert body["email"] == shared.email
    assert shared.password not in str(body)


def test_the_api_key_has_every_scope(shared_api: httpx.Client) -> None:
    tokens = shared_api.get("/tokens/list").json()["tokens"]
    assert set(tokens[0]["scopes"]) == {scope.value for scope in Scope}


def test_the_life_of_a_token(sandbox: Sandbox, api: httpx.Client) -> None:
    made = api.post("/tokens/generate", json={"name": "my app/x?y#z"})
    assert made.status_code == 201
    body = made.json()
    assert body["label"] == "cli-access"
    assert body["scopes"] == ["user:read", "files:read"]
    assert body["expiresAt"] is None
    with api_client(sandbox, body["token"]) as client:
        assert client.get("/users/me").status_code == 200
        assert client.get("/tokens/list").json()["required"] == "tokens:read"
    listed = api.get("/tokens/list")
    assert [each["name"] for each in listed.json()["tokens"]] == ["sandbox", "my app/x?y#z"]
    assert listed.json()["tokens"][1]["lastUsed"] is not None
    assert body["token"] not in listed.text
    assert sandbox.api_key not in listed.text
    assert api.post("/tokens/generate", json={"name": "my app/x?y#z"}).status_code == 409
    path = "/tokens/revoke/my%20app%2Fx%3Fy%23z"
    assert api.delete(path).status_code == 200
    assert api.delete(path).status_code == 404
    with api_client(sandbox, body["token"]) as client:
        assert client.get("/users/me").status_code == 401
    assert api.post("/tokens/generate", json={"name": "my app/x?y#z"}).status_code == 201


def test_scopes_are_kept_in_order_and_once(api: httpx.Client) -> None:
    body = {"name": "a", "scopes": ["user:read", "cluster:read", "user:read"], "label": "mine"}
    made = api.post("/tokens/generate", json=body).json()
    assert made["scopes"] == ["user:read", "cluster:read"]
    assert made["label"] == "mine"


def test_a_token_ends_when_it_was_to_end() -> None:
    clock = MovableClock()
    with Sandbox(clock=clock) as sandbox, api_client(sandbox) as api:
        made = api.post("/tokens/generate", json={"name": "a", "expiresInDays": 2}).json()
        with api_client(sandbox, made["token"]) as client:
            clock.advance(days=2, seconds=-1)
            assert client.get("/users/me").status_code == 200
            clock.advance(seconds=1)
            assert client.get("/users/me").status_code == 401


def test_two_factor_login() -> None:
    clock = MovableClock()
    with Sandbox(clock=clock) as sandbox, bare_client(sandbox.base_url) as client:
        login = log_in(client, sandbox.totp_email, sandbox.totp_password).json()
        body = {"temporaryToken": login["temporaryToken"]}

        def verify(code: str) -> httpx.Response:
            return client.post("/auth/2fa/verify-login", json={**body, "code": code})

        wrong = verify("abcdef")
        assert (wrong.status_code, wrong.json()["code"]) == (400, "2fa_invalid")
        assert client.post("/auth/2fa/verify-login", json=body).status_code == 400
        right = verify(sandbox.totp_code())
        assert right.status_code == 200
        with api_client(sandbox, right.json()["token"]) as session:
            assert session.get("/users/me").json()["email"] == sandbox.totp_email
        # A temporary token works once, and so does a code.
        assert verify(sandbox.totp_code()).status_code == 401
        body = log_in(client, sandbox.totp_email, sandbox.totp_password).json()
        body = {"temporaryToken": body["temporaryToken"]}
        assert verify(sandbox.totp_code()).json()["code"] == "2fa_invalid"
        clock.advance(seconds=30)
        assert verify(sandbox.totp_code()).status_code == 200


def test_a_temporary_token_lasts_five_minutes() -> None:
    clock = MovableClock()
    with Sandbox(clock=clock) as sandbox, bare_client(sandbox.base_url) as client:
        login = log_in(client, sandbox.totp_email, sandbox.totp_password).json()
        clock.advance(minutes=5)
        body = {"temporaryToken": login["temporaryToken"], "code": sandbox.totp_code()}
        assert client.post("/auth/2fa/verify-login", json=body).status_code == 401


def test_codes_can_not_be_guessed(sandbox: Sandbox) -> None:
    with bare_client(sandbox.base_url) as client:
        login = log_in(client, sandbox.totp_email, sandbox.totp_password).json()
        body = {"temporaryToken": login["temporaryToken"], "code": "wrong!"}
        answers = [client.post("/auth/2fa/verify-login", json=body) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [400] * 5 + [401]


@pytest.mark.parametrize("field", ["totpCode", "twoFactorCode"])
def test_tokens_of_a_two_factor_account_need_a_code(field: str) -> None:
    clock = MovableClock()
    with Sandbox(clock=clock) as sandbox:
        session = totp_session(sandbox, sandbox.totp_code())
        with api_client(sandbox, session) as client:

            def generate(**body: object) -> httpx.Response:
                return client.post("/tokens/generate", json={"name": "a", **body})

            def revoke(**body: object) -> httpx.Response:
                return client.request("DELETE", "/tokens/revoke/a", json=body)

            for call in (generate, revoke):
                assert call().json()["code"] == "2fa_required"
                assert call(**{field: ""}).json()["code"] == "2fa_required"
                assert call(**{field: None}).json()["code"] == "2fa_required"
                assert call(**{field: "000"}).json()["code"] == "2fa_invalid"
                assert call(**{field: 123456}).json()["code"] == "2fa_invalid"
                assert call(**{field: "000"}).status_code == 400
            assert client.delete("/tokens/revoke/a").json()["code"] == "2fa_required"
            code = sandbox.totp_code()
            assert generate(**{field: code}).status_code == 201
            assert generate(**{field: code}, name="b").json()["code"] == "2fa_invalid"
            assert revoke(**{field: code}).status_code == 200


def test_bad_input_does_not_use_a_code_up() -> None:
    clock = MovableClock()
    with Sandbox(clock=clock) as sandbox:
        session = totp_session(sandbox, sandbox.totp_code())
        with api_client(sandbox, session) as client:
            body: dict[str, object] = {"name": "a", "totpCode": sandbox.totp_code()}
            wrong = client.post("/tokens/generate", json={**body, "scopes": ["all"]})
            assert wrong.status_code == 400
            assert client.post("/tokens/generate", json=body).status_code == 201


def test_the_code_is_what_an_authenticator_shows() -> None:
    clock = MovableClock()
    sandbox = Sandbox(clock=clock)
    assert sandbox.totp_code() == totp_code(sandbox.totp_secret, step_at(clock.now))


def test_accounts_do_not_see_each_other(sandbox: Sandbox, api: httpx.Client) -> None:
    cid = api.post("/files/", files={"file": ("a", b"mine")}).json()["cid"]
    with api_client(sandbox, totp_session(sandbox, sandbox.totp_code())) as other:
        assert other.get("/users/me/uploads").json()["total"] == 0
        assert other.delete(f"/files/remove/{cid}").status_code == 404
        assert other.get("/tokens/list").json()["tokens"] == []


def test_a_rate_limit_can_be_had() -> None:
    clock = MovableClock()
    with Sandbox(clock=clock, rate_limit=2) as sandbox, api_client(sandbox) as api:
        assert api.get("/health").headers["x-ratelimit-remaining"] == "1"
        clock.advance(seconds=20)
        assert api.get("/health").status_code == 200
        refused = api.get("/health")
        assert refused.status_code == 429
        assert refused.headers["retry-after"] == "40"
        body = refused.json()
        assert (body["retryAfter"], body["limit"], body["remaining"]) == (40, 2, 0)
        assert body["message"] == "Rate limit exceeded"
        clock.advance(seconds=40)
        assert api.get("/health").status_code == 200


def test_every_answer_of_the_api_tells_limit_and_request(shared_api: httpx.Client) -> None:
    for path in ("/health", "/nothing", "/users/me", "/status/x"):
        headers = shared_api.get(path).headers
        assert int(headers["x-ratelimit-limit"]) > int(headers["x-ratelimit-remaining"]) > 0
        assert int(headers["x-ratelimit-reset"]) > 0
        assert headers["x-request-id"]
