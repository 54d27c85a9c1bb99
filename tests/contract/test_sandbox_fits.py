"""What the sandbox answers is the documented shape, which the schemas describe."""

from typing import Any

import pytest

from pinarkive import LoginSession, PinarkiveClient
from pinarkive.sandbox import Sandbox

from .test_schemas import operations, problems

CONTENT = b"an answer to each"


def answers(sandbox: Sandbox) -> dict[tuple[str, str], Any]:
    """Return the sandbox's answer to each operation, as it came."""
    with PinarkiveClient(api_key=sandbox.api_key, base_url=sandbox.base_url) as client:
        ask = client.request
        login = {"email": sandbox.email, "password": sandbox.password}
        found: dict[tuple[str, str], Any] = {}
        for path in ("/health", "/plans/", "/peers/"):
            found["get", path] = ask("GET", path, auth=False)
        found["post", "/auth/login"] = ask("POST", "/auth/login", json=login, auth=False)
        upload = ask("POST", "/files/", files={"file": CONTENT})
        cid = upload["cid"]
        found["post", "/files/"] = upload
        found["post", "/files/directory"] = ask(
            "POST", "/files/directory", json={"dirPath": "/data/example"}
        )
        found["post", "/files/directory-dag"] = ask(
            "POST", "/files/directory-dag", files=[("files", ("a/b.txt", b"b"))]
        )
        found["post", "/files/pin/{cid}"] = ask("POST", f"/files/pin/{cid}", json={})
        for path in ("/users/me", "/users/me/uploads", "/tokens/list"):
            found["get", path] = ask("GET", path)
        for path in ("/status/{cid}", "/allocations/{cid}"):
            found["get", path] = ask("GET", path.format(cid=cid))
        found["post", "/tokens/generate"] = ask("POST", "/tokens/generate", json={"name": "made"})
        found["delete", "/tokens/revoke/{name}"] = ask("DELETE", "/tokens/revoke/made")
        found["delete", "/files/remove/{cid}"] = ask("DELETE", f"/files/remove/{cid}")
        return found


def test_every_answer_of_the_sandbox_fits_its_schema(pinarkive_sandbox: Sandbox) -> None:
    found = answers(pinarkive_sandbox)
    # Its answer is that of a login, and needs a code.
    assert set(operations()) - set(found) == {("post", "/auth/2fa/verify-login")}
    for operation, answer in found.items():
        (status,) = (it for it in operations()[operation]["responses"] if it < "300")
        content = operations()[operation]["responses"][status]["content"]
        assert problems(content["application/json"]["schema"], answer) == [], operation


@pytest.mark.parametrize("status", ["200", "201"])
def test_the_status_is_the_documented_one(pinarkive_sandbox: Sandbox, status: str) -> None:
    making = {it for it, described in operations().items() if status in described["responses"]}
    assert len(making) == {"200": 12, "201": 5}[status]
    with PinarkiveClient(
        api_key=pinarkive_sandbox.api_key, base_url=pinarkive_sandbox.base_url
    ) as client:
        upload = client.files.upload(CONTENT)
        user = client.users.me()
        session = client.auth.login(pinarkive_sandbox.email, pinarkive_sandbox.password)
    assert isinstance(session, LoginSession)
    assert (upload.meta.status_code, ("post", "/files/") in making) in {(201, status == "201")}
    assert (user.meta.status_code, ("get", "/users/me") in making) in {(200, status == "200")}
