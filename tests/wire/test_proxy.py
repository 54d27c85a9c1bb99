"""The proxy does to a request what the plan says, and nothing to the others."""

import httpx
import pytest

from pinarkive.sandbox import Sandbox

from .proxy import ANSWER_LOST, RESET_BEFORE, TRUNCATED, Fault, FaultProxy, Proxied


@pytest.mark.parametrize(
    ("fault", "status", "acted"),
    [
        (None, 201, True),
        (RESET_BEFORE, None, False),
        (ANSWER_LOST, None, True),
        (TRUNCATED, None, True),
        (Fault("answer", 500), 500, False),
        (Fault("answer", 500, acted=True), 500, True),
        (Fault("answer", 429, retry_after=3), 429, False),
    ],
)
def test_a_fault(fault: Fault | None, status: int | None, acted: bool) -> None:
    def plan(number: int, method: str, path: str) -> Fault | None:
        return fault if number == 1 else None

    files = {"file": ("f", bytes(3_000_000))}
    with (
        Sandbox() as sandbox,
        FaultProxy(sandbox.base_url, plan) as proxy,
        httpx.Client(headers={"X-API-Key": sandbox.api_key}, base_url=proxy.base_url) as client,
    ):
        if status is None:
            with pytest.raises(httpx.TransportError):
                client.post("/files/", files=files)
        else:
            response = client.post("/files/", files=files)
            assert response.status_code == status
            wait = None if fault is None or fault.retry_after is None else str(fault.retry_after)
            assert response.headers.get("Retry-After") == wait
        assert client.get("/users/me/uploads").json()["total"] == int(acted)
    assert proxy.seen == [
        Proxied(1, "POST", "/api/v3/files/", fault),
        Proxied(2, "GET", "/api/v3/users/me/uploads", None),
    ]
