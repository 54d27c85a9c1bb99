"""Every request arrives as it is documented: no field more, none empty, none of another type."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from pinarkive import (
    BadRequestError,
    CancelPayment,
    ChangePassword,
    ChangePlan,
    ChangeUserPlan,
    CreatePayment,
    DeleteUpload,
    DisableTwoFactor,
    EnableTwoFactor,
    ForgotPassword,
    GenerateToken,
    GetAllocations,
    GetDirectory,
    GetPayment,
    GetStatus,
    GetStatusAllocations,
    GetUpload,
    ListGateways,
    ListLogs,
    ListUploads,
    Login,
    PinarkiveClient,
    PinCid,
    RemoveFile,
    RenameUpload,
    Request,
    ResendVerification,
    ResetPassword,
    RevokeToken,
    Scope,
    SignUp,
    UpdateMe,
    UpdatePreferences,
    UploadDirectoryCluster,
    UploadDirectoryClusterFile,
    UploadDirectoryDag,
    UploadDirectoryFile,
    UploadFile,
    UploadServerDirectory,
    VerifyEmail,
    VerifyTwoFactor,
)
from tests.contract.routes import ROUTES, segments

from .both import BOTH, Kind, send_all
from .conformance import ENDPOINTS
from .faults import CID
from .strict import Arrived, File, StrictServer

TIMELOCK = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
WIRE_TIMELOCK = f"{TIMELOCK:%Y-%m-%dT%H:%M:%S}Z"
COMMON: dict[str, Any] = {"cluster_id": "cl1-eu", "timelock": TIMELOCK}
WIRE_COMMON = {"cl": "cl1-eu", "timelock": WIRE_TIMELOCK}
PASSWORD = "pass word ñ"
ADA = {"name": "Ada", "lastname": "Lovelace", "birthDate": "1815-12-10"}
ADAS: dict[str, Any] = {"name": "Ada", "last_name": "Lovelace", "birth_date": date(1815, 12, 10)}
GB = {"country": "GB", "language": "en"}
FILE = {"file": [File("ñ 1.txt", b"\x00\r\n--x")]}

# Each request that takes something, with all that it takes; where it goes, and what arrives there.
SENT: list[tuple[Request[Any], str, Mapping[str, object]]] = [
    (
        Login(email="a@b.example", password=PASSWORD),
        "/auth/login",
        {"email": "a@b.example", "password": PASSWORD},
    ),
    (
        VerifyTwoFactor(temporary_token="t", code="012345"),
        "/auth/2fa/verify-login",
        {"temporaryToken": "t", "code": "012345"},
    ),
    (
        SignUp(email="a@b.example", password=PASSWORD, referred_by="r1", **ADAS, **GB),
        "/auth/signup",
        {"email": "a@b.example", "password": PASSWORD, "referredBy": "r1", **ADA, **GB},
    ),
    (VerifyEmail(token="mailed"), "/auth/verify-email", {"token": "mailed"}),
    (
        ResendVerification(email="a@b.example"),
        "/auth/resend-verification",
        {"email": "a@b.example"},
    ),
    (ForgotPassword(email="a@b.example"), "/auth/forgot-password", {"email": "a@b.example"}),
    (
        ResetPassword(token="mailed", new_password=PASSWORD),
        "/auth/reset-password",
        {"token": "mailed", "newPassword": PASSWORD},
    ),
    (EnableTwoFactor(code="012345"), "/auth/2fa/enable", {"code": "012345"}),
    (
        DisableTwoFactor(password=PASSWORD, code="012345"),
        "/auth/2fa/disable",
        {"password": PASSWORD, "code": "012345"},
    ),
    (
        UploadFile(file=b"\x00\r\n--x", filename="ñ 1.txt", **COMMON),
        "/files/",
        {**FILE, **WIRE_COMMON},
    ),
    (
        UploadDirectoryFile(file=b"\x00\r\n--x", filename="ñ 1.txt", **COMMON),
        "/files/directory-files",
        {**FILE, **WIRE_COMMON},
    ),
    (
        UploadDirectoryClusterFile(file=b"\x00\r\n--x", filename="ñ 1.txt", **COMMON),
        "/files/directory-cluster-files",
        {**FILE, **WIRE_COMMON},
    ),
    (
        UploadDirectoryDag(source={"a.txt": b"A", "b/ñ c.txt": b""}, dir_name="site", **COMMON),
        "/files/directory-dag",
        {"files": [File("a.txt", b"A"), File("b/ñ c.txt", b"")], "dirName": "site", **WIRE_COMMON},
    ),
    (
        UploadServerDirectory(dir_path="/srv/a b", **COMMON),
        "/files/directory",
        {"dirPath": "/srv/a b", **WIRE_COMMON},
    ),
    (
        UploadDirectoryCluster(dir_path="/srv/a b", **COMMON),
        "/files/directory-cluster",
        {"dirPath": "/srv/a b", **WIRE_COMMON},
    ),
    (
        PinCid(cid=CID, original_name="o", custom_name="ñ", **COMMON),
        f"/files/pin/{CID}",
        {"originalName": "o", "customName": "ñ", **WIRE_COMMON},
    ),
    (RemoveFile(cid=CID), f"/files/remove/{CID}", {}),
    (
        RenameUpload(upload_id="u/1 ñ", new_name="n"),
        "/files/rename/u%2F1%20%C3%B1",
        {"newName": "n"},
    ),
    (
        ListUploads(page=2, limit=50, parent_cid=CID, has_expiration=True, cid=CID),
        f"/users/me/uploads?page=2&limit=50&parentCid={CID}&hasExpiration=true&cid={CID}",
        {"page": "2", "limit": "50", "parentCid": CID, "hasExpiration": "true", "cid": CID},
    ),
    (GetUpload(cid=CID), f"/users/me/uploads/{CID}", {}),
    (DeleteUpload(cid=CID), f"/users/me/uploads/{CID}", {}),
    (GetDirectory(cid=CID), f"/users/me/uploads/dag/{CID}", {}),
    (UpdateMe(**ADAS, **GB), "/users/me", {**ADA, **GB}),
    (
        ChangePassword(current_password=PASSWORD, new_password="another"),
        "/users/me/password",
        {"currentPassword": PASSWORD, "newPassword": "another"},
    ),
    (UpdatePreferences(**GB), "/users/me/preferences", GB),
    (
        ListLogs(page=2, limit=100, type="INFO", action="login", source="WEB"),
        "/users/me/logs?page=2&limit=100&type=INFO&action=login&source=WEB",
        {"page": "2", "limit": "100", "type": "INFO", "action": "login", "source": "WEB"},
    ),
    (
        GenerateToken(
            name="ci",
            label="builds",
            expires_in_days=30,
            scopes=[Scope.FILES_WRITE, "user:read"],
            totp_code="012345",
        ),
        "/tokens/generate",
        {
            "name": "ci",
            "label": "builds",
            "expiresInDays": 30,
            "scopes": ["files:write", "user:read"],
            "totpCode": "012345",
        },
    ),
    (RevokeToken(name="a/b", totp_code="012345"), "/tokens/revoke/a%2Fb", {"totpCode": "012345"}),
    (GetStatus(cid=CID, cluster_id="cl1-eu"), f"/status/{CID}?cl=cl1-eu", {"cl": "cl1-eu"}),
    (
        GetAllocations(cid=CID, cluster_id="cl1-eu"),
        f"/allocations/{CID}?cl=cl1-eu",
        {"cl": "cl1-eu"},
    ),
    (
        GetStatusAllocations(cid=CID, cluster_id="cl1-eu"),
        f"/status/allocations/{CID}?cl=cl1-eu",
        {"cl": "cl1-eu"},
    ),
    (ListGateways(cluster_id="cl1-eu"), "/cluster/gateways?cl=cl1-eu", {"cl": "cl1-eu"}),
    (ChangePlan(plan_id="p1"), "/plans/change", {"planId": "p1"}),
    (ChangeUserPlan(plan_id="p1"), "/users/me/plan", {"planId": "p1"}),
    (
        CreatePayment(gateway="coingate", plan_id="p1"),
        "/payments/coingate/create",
        {"planId": "p1"},
    ),
    (
        GetPayment(gateway="multisafepay", order_id="o 1"),
        "/payments/multisafepay/status/o%201",
        {},
    ),
    (
        CancelPayment(gateway="multisafepay", order_id="o 1"),
        "/payments/multisafepay/cancel/o%201",
        {},
    ),
]
SHORTEST = [endpoint.request for endpoint in ENDPOINTS]
ANSWERS: dict[tuple[str, tuple[str, ...]], bytes] = {
    (each.request.endpoint.method, segments(each.request.endpoint.path)): each.body
    for each in ENDPOINTS
}


@pytest.fixture
def server() -> Iterator[StrictServer]:
    with StrictServer(ANSWERS) as server:
        yield server


def is_route_of(arrived: Arrived, request: Request[Any]) -> bool:
    endpoint = request.endpoint
    route = arrived.route
    return (route.method, segments(route.path)) == (endpoint.method, segments(endpoint.path))


@pytest.mark.parametrize("token", [None, "a-session"], ids=["api-key", "bearer"])
@BOTH
def test_the_shortest_requests_are_taken(
    kind: Kind, token: str | None, server: StrictServer
) -> None:
    # One at a time, so that they arrive in their order.
    outcomes = send_all(kind, server.base_url, *([each] for each in SHORTEST), token=token)
    assert [each for (each,) in outcomes if isinstance(each.value, Exception)] == []
    assert all(map(is_route_of, server.arrived, SHORTEST))
    assert len(server.arrived) == len(SHORTEST)
    expected = "bearer" if token else "api_key"
    assert {each.credential for each in server.arrived} == {"none", expected}


@BOTH
def test_what_arrives_is_what_was_asked(kind: Kind, server: StrictServer) -> None:
    requests = [request for request, _, _ in SENT]
    outcomes = send_all(kind, server.base_url, *([each] for each in requests))
    assert [each for (each,) in outcomes if isinstance(each.value, Exception)] == []
    found = [(each.target, each.fields) for each in server.arrived]
    assert found == [(target, fields) for _, target, fields in SENT]
    assert all(map(is_route_of, server.arrived, requests))


def test_the_table_has_every_request_that_takes_something_and_all_that_it_takes() -> None:
    takes = {type(request) for request in SHORTEST if type(request).model_fields}
    assert {type(request) for request, _, _ in SENT} == takes
    for request, _, _ in SENT:
        left_out = {name for name, value in request if value is None} - {"ignore"}
        assert left_out == set(), type(request).__name__


def test_every_documented_field_is_sent() -> None:
    fields: dict[tuple[str, tuple[str, ...]], set[str]] = {
        (request.endpoint.method, segments(request.endpoint.path)): set(sent)
        for request, _, sent in SENT
    }
    for route in ROUTES:
        assert fields.get((route.method, segments(route.path)), set()) == set(route.fields)


def test_a_session_in_a_browser_says_so(server: StrictServer) -> None:
    options: dict[str, Any] = {"base_url": server.base_url, "request_source": "web"}
    with PinarkiveClient(token="a-session", **options) as client:
        client.users.me()
    with PinarkiveClient(api_key="a-key", **options) as client:
        client.users.me()
    assert [each.credential for each in server.arrived] == ["bearer", "api_key"]


def test_the_server_answers_a_refusal_with_its_reason(server: StrictServer) -> None:
    with (
        PinarkiveClient(api_key="a-key", base_url=server.base_url) as client,
        pytest.raises(BadRequestError, match="bogus is not documented"),
    ):
        client.request("PUT", "/users/me/plan", json={"planId": "p1", "bogus": 1})
    assert server.arrived == []
