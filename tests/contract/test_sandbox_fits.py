"""What the sandbox answers is the documented shape, which the schemas describe."""

from typing import Any, TypeAlias

import httpx

from pinarkive.sandbox import Sandbox

from .test_schemas import operations, problems

CONTENT = b"an answer to each"
PASSWORD = "a long password"

Operation: TypeAlias = tuple[str, str]
Answer: TypeAlias = tuple[int, Any]


class Caller:
    """Calls operations of the API, and keeps what each answered first."""

    def __init__(self, sandbox: Sandbox, http: httpx.Client) -> None:
        self._http = http
        self._key = {"X-API-Key": sandbox.api_key}
        self.found: dict[Operation, Answer] = {}

    def __call__(
        self, method: str, path: str, *, session: str = "", wire: object = None, **options: Any
    ) -> Any:
        """Call an operation by an API token or a session, and return the body of its answer."""
        values = options.pop("values", {})
        headers = {"Authorization": f"Bearer {session}"} if session else self._key
        if wire is not None:
            options["json"] = wire
        answer = self._http.request(method, path.format(**values), headers=headers, **options)
        assert answer.status_code < 400, answer.text
        self.found.setdefault((method.lower(), path), (answer.status_code, answer.json()))
        return answer.json()


def look_around(call: Caller) -> None:
    """Ask what anyone may ask."""
    for path in ("/health", "/plans/", "/peers/", "/", "/locales/languages", "/locales/countries"):
        call("GET", path)


def come_and_go(sandbox: Sandbox, call: Caller) -> None:
    """Sign up, verify, log in with and without a code, and out."""
    me = {"email": "ada@example.com", "password": PASSWORD}
    call("POST", "/auth/signup", wire={"name": "Ada", **me})
    call("POST", "/auth/resend-verification", wire={"email": me["email"]})
    call("POST", "/auth/verify-email", wire={"token": sandbox.mails[-1].token})
    call("POST", "/auth/forgot-password", wire={"email": me["email"]})
    reset = {"token": sandbox.mails[-1].token, "newPassword": PASSWORD}
    call("POST", "/auth/reset-password", wire=reset)
    session = call("POST", "/auth/login", wire=me)["token"]
    call("GET", "/auth/2fa/status", session=session)
    secret = call("POST", "/auth/2fa/setup", session=session)["secret"]
    code = sandbox.totp_code(secret)
    call("POST", "/auth/2fa/enable", session=session, wire={"code": code})
    challenge = call("POST", "/auth/login", wire=me)["temporaryToken"]
    answered = {"temporaryToken": challenge, "code": code}
    call("POST", "/auth/2fa/verify-login", wire=answered)
    call("POST", "/auth/2fa/disable", session=session, wire={"password": PASSWORD, "code": code})
    call("PUT", "/users/me", session=session, wire={"country": "ES"})
    changed = {"currentPassword": PASSWORD, "newPassword": "another password"}
    call("PUT", "/users/me/password", session=session, wire=changed)
    call("GET", "/users/me/preferences", session=session)
    call("PUT", "/users/me/preferences", session=session, wire={"language": "es"})
    call("GET", "/users/me/referrals", session=session)
    call("GET", "/users/me/logs", session=session)
    call("GET", "/cluster/gateways", session=session)
    plan = call("GET", "/plans/", session=session)[-1]["id"]
    gateway = {"gateway": "coingate"}
    made = call(
        "POST",
        "/payments/{gateway}/create",
        values=gateway,
        session=session,
        wire={"planId": plan},
    )
    order = {**gateway, "order_id": made["orderId"]}
    call("GET", "/payments/{gateway}/status/{order_id}", values=order, session=session)
    call("DELETE", "/payments/{gateway}/cancel/{order_id}", values=order, session=session)
    call("PUT", "/plans/change", session=session, wire={"planId": plan})
    call("PUT", "/users/me/plan", session=session, wire={"planId": plan})
    call("POST", "/auth/logout", session=session)


def keep_files(call: Caller) -> None:
    """Upload, pin, list, rename and remove; make and revoke a token."""
    for path in ("/files/", "/files/directory-files", "/files/directory-cluster-files"):
        upload = call("POST", path, files={"file": CONTENT})
    for path in ("/files/directory", "/files/directory-cluster"):
        call("POST", path, wire={"dirPath": "/data/example"})
    folder = call("POST", "/files/directory-dag", files=[("files", ("a/b.txt", b"b"))])
    cid = {"cid": upload["cid"]}
    call("POST", "/files/pin/{cid}", values=cid, wire={})
    call(
        "PUT",
        "/files/rename/{upload_id}",
        values={"upload_id": upload["uploadId"]},
        wire={"newName": "new"},
    )
    for path in ("/users/me", "/users/me/uploads", "/tokens/list", "/users/me/clusters"):
        call("GET", path)
    for path in ("/plans/my-plan", "/users/me/plan", "/plans/all", "/users/me/plans"):
        call("GET", path)
    for path in ("/status/{cid}", "/allocations/{cid}", "/status/allocations/{cid}"):
        call("GET", path, values=cid)
    call("GET", "/users/me/uploads/{cid}", values=cid)
    call("GET", "/users/me/uploads/dag/{cid}", values={"cid": folder["cid"]})
    call("DELETE", "/users/me/uploads/{cid}", values={"cid": folder["cid"]})
    call("DELETE", "/files/remove/{cid}", values=cid)
    call("POST", "/tokens/generate", wire={"name": "made"})
    call("DELETE", "/tokens/revoke/{name}", values={"name": "made"})


def test_every_answer_of_the_sandbox_fits_its_schema() -> None:
    with Sandbox(payments=True) as sandbox, httpx.Client(base_url=sandbox.base_url) as http:
        call = Caller(sandbox, http)
        look_around(call)
        come_and_go(sandbox, call)
        keep_files(call)
    assert set(call.found) == set(operations())
    for operation, (status, answer) in call.found.items():
        (documented,) = (it for it in operations()[operation]["responses"] if it < "300")
        assert (operation, str(status)) == (operation, documented)
        content = operations()[operation]["responses"][documented]["content"]
        assert problems(content["application/json"]["schema"], answer) == [], operation
