"""Every documented answer lands in the attributes of its model, and every error in its class."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pinarkive import errors, models
from pinarkive._core.read import UnreadableAnswer, read_body
from pinarkive._values.json import is_list, is_object
from pinarkive._values.read import parse_retry_after
from pinarkive.errors import error_from_response
from pinarkive.models import Request, Response

EXAMPLES = json.loads(Path(__file__).with_name("examples.json").read_text())

ASKED = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"
CID = "bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi"
CID_0 = "QmUNTyqtgDWB7m6QzMJZNgbcUirkuxwXJjUahUeeLsryL7"
JWT = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9..."
PEER_1 = "12D3KooWPt4hstgHVxWv3t8fYtgZjCSbJLoja4XG5XkEGcESXkg1"
PEER_2 = "12D3KooWLKVGgbwFDQhbtPLwVtUs8ZjD8shX6w6BCKxVJPyQB7ww"
PEER_3 = "12D3KooWJAr1cRRLX8uYQaKXiJro6BDvUPJ7Hm9VwLht3H58cbaF"
IPFS = {
    PEER_1: "12D3KooWEzMhkJXUJ8myFzg6QXXQwbSrz7fqbdoe74gMH6XJHU52",
    PEER_2: "12D3KooWEGF4AC6CmfwY8pNHLct1DsJEwGwVXvNxQayGmNfmiGpj",
    PEER_3: "12D3KooWLDXVqsMSGc2UR6F6HgM5riASqzx9oKGEydb3o4ozsdC7",
}
NAMES = {PEER_1: "node1", PEER_2: "node2", PEER_3: "node3"}
MARCH = datetime(2026, 3, 9, 10, tzinfo=UTC)
LOCK = datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)
JANUARY = datetime(2024, 1, 15, 10, 30, tzinfo=UTC)

REQUESTS: dict[str, Request[Any]] = {
    "GET /health": models.GetHealth(),
    "GET /plans/": models.ListPlans(),
    "GET /peers/": models.ListPeers(),
    "POST /auth/login": models.Login(email="user@example.com", password="password"),
    "POST /auth/2fa/verify-login": models.VerifyTwoFactor(temporary_token="x", code="012345"),
    "POST /auth/logout": models.LogOut(),
    "POST /auth/signup": models.SignUp(name="A", email="user@example.com", password="password"),
    "POST /auth/verify-email": models.VerifyEmail(token="x"),
    "POST /auth/resend-verification": models.ResendVerification(email="user@example.com"),
    "POST /auth/forgot-password": models.ForgotPassword(email="user@example.com"),
    "POST /auth/reset-password": models.ResetPassword(token="x", new_password="password"),
    "GET /auth/2fa/status": models.GetTwoFactorStatus(),
    "POST /auth/2fa/setup": models.SetUpTwoFactor(),
    "POST /auth/2fa/enable": models.EnableTwoFactor(code="012345"),
    "POST /auth/2fa/disable": models.DisableTwoFactor(password="password", code="012345"),
    "POST /files/": models.UploadFile(file=b"content"),
    "POST /files/directory": models.UploadServerDirectory(dir_path="/srv/site"),
    "POST /files/directory-dag": models.UploadDirectoryDag(source={"a.txt": b"content"}),
    "POST /files/pin/:cid": models.PinCid(cid=ASKED),
    "DELETE /files/remove/:cid": models.RemoveFile(cid=ASKED),
    "GET /users/me": models.GetMe(),
    "GET /users/me/uploads": models.ListUploads(page=3, limit=7),
    "POST /tokens/generate": models.GenerateToken(name="asked"),
    "GET /tokens/list": models.ListTokens(),
    "DELETE /tokens/revoke/:name": models.RevokeToken(name="asked"),
    "GET /status/:cid": models.GetStatus(cid=ASKED),
    "GET /allocations/:cid": models.GetAllocations(cid=ASKED),
    # The older route of the same answer.
    "GET /status/allocations/:cid": models.GetAllocations(cid=ASKED),
}

ELSEWHERE = {
    "rename_ts_type",
    "dag_detail_guess",
    "clusters_docs",
    "clusters_ts_type",
    "clusters_wrapped",
    "cluster_gateways",
    "update_me_v2",
    "preferences",
    "referrals",
    "logs",
    "my_plan",
}
"""The examples of endpoints that the SDK has no model for."""

Values = dict[str, Any]


def values(record: Response) -> Values:
    """Return those attributes of an answer that say something, in depth."""
    found: Values = {}
    for name in type(record).model_fields:
        value = plain(getattr(record, name))
        if value not in (None, [], {}):
            found[name] = value
    return found


def plain(value: object) -> Any:
    """Return an attribute's value with the records in it as their attributes."""
    if isinstance(value, Response):
        return values(value)
    if is_list(value):
        return [plain(item) for item in value]
    return value


def peer(name: str, status: str, error: str = "", **others: Any) -> Values:
    """Return what a peer of the examples says."""
    return {
        "id": name,
        "name": NAMES[name],
        "ipfs_peer_id": IPFS[name],
        "status": status,
        # The nine digits of Go's clock are cut to the six of Python's.
        "timestamp": datetime(2026, 3, 9, 10, 0, 5, 123456, tzinfo=UTC),
        "error": error,
        **others,
    }


def cluster_peer(name: str, number: int) -> Values:
    """Return what the list of peers says of one."""
    return {
        "id": name,
        "name": NAMES[name],
        "version": "1.1.6",
        "addresses": [f"/ip4/203.0.113.{number}/tcp/9096/p2p/{name}"],
        "error": "",
    }


DAG_FILES: list[Values] = [
    {"cid": CID_0, "path": "1.png", "name": "1.png", "size": 12},
    {
        "cid": "QmQPeNsJPyVWPFDVHb77w8G42Fvo15z4bG2X8D2GhfbSXc",
        "path": "assets/logo.svg",
        "name": "logo.svg",
        "size": 34,
    },
]
SERVER_FILES: list[Values] = [
    {"cid": CID_0, "path": "a.txt", "name": "a.txt", "size": 12},
    {"cid": CID, "path": "b.txt", "name": "b.txt", "size": 34},
]
PLAN: Values = {
    "id": "65f0c0ffee0123456789bbbb",
    "code": "free",
    "name": "Free",
    "storage_limit": 104857600,
    "price_per_month": 0,
    "allowed_cluster_ids": ["cl0-global"],
    "timelock_allowed": False,
    "max_file_size_bytes": 52428800,
    "max_directory_size_bytes": 104857600,
    "descriptions": {"en": "Free plan", "es": "Plan gratuito"},
}
RECORD: Values = {"cid": CID, "cluster_id": "cl0-global", "created_at": MARCH}
TWO_PEERS: Values = {"peers": [PEER_1, PEER_2]}
TWO_TO_THREE: Values = {"replication_factor_min": 2, "replication_factor_max": 3}

ANSWERS: dict[str, tuple[type[Response], Values]] = {
    "upload_file_docs_timelock": (
        models.Upload,
        {"cid": CID, "cluster_id": "cl0-global", "expires_at": LOCK},
    ),
    "upload_file_docs_no_timelock": (models.Upload, {"cid": CID, "cluster_id": "cl0-global"}),
    "upload_file_v2": (models.Upload, {"cid": "Qm...BdG", "size": 1024576}),
    "upload_file_ts_type": (
        models.Upload,
        {"cid": CID, "status": "pinned", "upload_id": "65f0c0ffee0123456789abcd"},
    ),
    "upload_file_php_test_mock": (models.Upload, {"cid": "bafytest", "status": "queued"}),
    "upload_file_wrapper_add": (
        models.Upload,
        {"cid": CID, "name": "document.pdf", "size": 1024576},
    ),
    "upload_directory_docs": (
        models.ServerDirectoryUpload,
        {"cid": CID, "cluster_id": "cl0-global"},
    ),
    "upload_directory_wrapper_dirAdd": (
        models.ServerDirectoryUpload,
        {"files": SERVER_FILES, "total_files": 2},
    ),
    "directory_dag_docs": (models.DirectoryUpload, {"cid": CID, "cluster_id": "cl0-global"}),
    "directory_dag_ts_type": (
        models.DirectoryUpload,
        {
            "cid": CID,
            "name": "my-project",
            "size": 46,
            "files": DAG_FILES,
            "total_files": 2,
            "total_size": 46,
        },
    ),
    "pin_docs": (models.Pin, {"cid": CID, "cluster_id": "cl0-global", "expires_at": LOCK}),
    "pin_v2": (models.Pin, {"cid": "Qm...BdG", "status": "pinned"}),
    "pin_wrapper": (models.Pin, {"cid": CID, "status": "pinned", "name": ""}),
    "remove_docs": (models.Removal, {"cid": CID, "removed": True}),
    "remove_v2": (models.Removal, {"cid": "Qm...BdG", "removed": True}),
    "remove_no_content": (models.Removal, {"cid": ASKED, "removed": True}),
    "list_uploads_docs": (
        models.UploadPage,
        {"uploads": [{**RECORD, "expires_at": LOCK}], "total": 1, "page": 3, "limit": 7},
    ),
    "list_uploads_ts_type": (
        models.UploadPage,
        {
            "uploads": [{**RECORD, "name": "document.pdf", "size": 1024576, "expires_at": LOCK}],
            "total": 1,
            "page": 1,
            "limit": 10,
        },
    ),
    "list_uploads_apimd_item": (
        models.UploadPage,
        {
            "uploads": [
                {
                    "cid": CID,
                    "upload_id": "65f0c0ffee0123456789abcd",
                    "name": "document.pdf",
                    "size": 1024576,
                    "type": "file",
                    "cluster_id": "cl1-eu",
                    "created_at": MARCH,
                    "backed_up": True,
                }
            ],
            "total": 1,
            "page": 3,
            "limit": 7,
        },
    ),
    "list_uploads_bare_array": (models.UploadPage, {"uploads": [RECORD], "page": 3, "limit": 7}),
    "login_token": (models.LoginSession, {"token": JWT}),
    "login_token_user": (
        models.LoginSession,
        {
            "token": JWT,
            "user": {"id": "65f0c0ffee0123456789aaaa", "email": "user@example.com", "name": "John"},
        },
    ),
    "verify_2fa_login": (models.LoginSession, {"token": JWT}),
    "me_v2_schema": (
        models.User,
        {
            "id": "65f0c0ffee0123456789aaaa",
            "email": "john@example.com",
            "name": "John",
            "last_name": "Doe",
            "role": "user",
            "country": "US",
            "referral_code": "abc123def",
            "created_at": JANUARY,
        },
    ),
    "me_cli_view": (
        models.User,
        {
            "email": "john@example.com",
            "username": "john",
            "plan": {"code": "free"},
            "cluster_count": 1,
        },
    ),
    "me_test_mock": (models.User, {"id": "u1"}),
    "token_generate_ts_type": (
        models.Token,
        {
            "token": "pk_example_0123456789",
            "name": "my-app",
            "scopes": ["files:read", "files:write"],
            "expires_at": datetime(2026, 4, 8, 10, tzinfo=UTC),
        },
    ),
    "token_generate_default_scopes": (
        models.Token,
        {
            "token": "pk_example_0123456789",
            "name": "my-app",
            "label": "cli-access",
            "scopes": ["user:read", "files:read"],
        },
    ),
    "token_list_wrapped": (
        models.TokenList,
        {
            "tokens": [
                {
                    "name": "my-app",
                    "label": "cli-access",
                    "scopes": ["user:read", "files:read"],
                    "created_at": MARCH,
                }
            ]
        },
    ),
    "token_list_bare_v2": (
        models.TokenList,
        {
            "tokens": [
                {
                    "name": "my-api-token",
                    "created_at": JANUARY,
                    "last_used_at": datetime(2024, 1, 16, 8, tzinfo=UTC),
                }
            ]
        },
    ),
    "signup_v2": (models.Done, {"message": "User registered successfully"}),
    "logout_v2": (models.Done, {"message": "Logged out successfully"}),
    "verify_email": (models.Done, {"message": "Email verified successfully"}),
    "resend_verification": (models.Done, {"message": "Verification email sent"}),
    "forgot_password": (
        models.Done,
        {"message": "If the address is registered, a mail has been sent"},
    ),
    "reset_password": (models.Done, {"message": "Password reset successfully"}),
    "twofa_status": (models.TwoFactorStatus, {"enabled": False}),
    "twofa_setup": (
        models.TwoFactorSetup,
        {
            "secret": "JBSWY3DPEHPK3PXP",
            "uri": "otpauth://totp/Pinarkive:user%40example.com"
            "?secret=JBSWY3DPEHPK3PXP&issuer=Pinarkive",
            "qr_data_url": "data:image/png;base64,iVBORw0KGgo=",
        },
    ),
    "twofa_enable": (models.Done, {"message": "Two-factor authentication enabled"}),
    "twofa_disable": (models.Done, {"message": "Two-factor authentication disabled"}),
    "plans_array": (models.PlanList, {"plans": [PLAN]}),
    "plans_wrapped": (models.PlanList, {"plans": [PLAN]}),
    "health_test_mock": (models.Health, {"ok": True, "status": "ok"}),
    "peers_wrapper_list": (
        models.PeerList,
        {"peers": [cluster_peer(PEER_1, 1), cluster_peer(PEER_2, 2)]},
    ),
    "peers_wrapper_ndjson": (
        models.PeerList,
        {"peers": [cluster_peer(PEER_1, 1), cluster_peer(PEER_2, 2)]},
    ),
    "peers_raw_array": (models.PeerList, {"peers": [cluster_peer(PEER_1, 1)]}),
    "status_wrapper_pinned": (
        models.PinStatus,
        {
            "cid": CID,
            "status": "pinned",
            "peers": [peer(PEER_1, "pinned"), peer(PEER_2, "pinned")],
        },
    ),
    "status_wrapper_partial_but_healthy": (
        models.PinStatus,
        {
            "cid": CID,
            "status": "partial",
            "peers": [peer(PEER_1, "pinned"), peer(PEER_2, "pinned"), peer(PEER_3, "remote")],
        },
    ),
    "status_wrapper_peer_error": (
        models.PinStatus,
        {
            "cid": CID,
            "status": "partial",
            "peers": [
                peer(PEER_1, "pinned"),
                peer(PEER_2, "pin_error", "context deadline exceeded"),
            ],
        },
    ),
    "status_wrapper_unknown_cid": (
        models.PinStatus,
        {
            "cid": CID,
            "status": "unpinned",
            "peers": [peer(PEER_1, "unpinned"), peer(PEER_2, "unpinned")],
        },
    ),
    "status_v2_schema": (
        models.PinStatus,
        {
            "cid": CID_0,
            "status": "pinned",
            "peers": [{"id": PEER_1, "status": "pinned", "timestamp": JANUARY}],
        },
    ),
    "allocations_wrapper": (
        models.Allocation,
        {"cid": CID, "name": "", **TWO_PEERS, **TWO_TO_THREE},
    ),
    "allocations_raw_pin": (
        models.Allocation,
        {"cid": CID, "name": "", **TWO_PEERS, **TWO_TO_THREE},
    ),
    "allocations_pre_1_0_encoding": (
        models.Allocation,
        {"cid": CID, "name": "", **TWO_PEERS, **TWO_TO_THREE},
    ),
    "allocations_via_status_route": (
        models.Allocation,
        {"cid": CID, "name": "", "peers": [PEER_1], **TWO_TO_THREE},
    ),
}

# Of each status: is it pinned, is it pending, and which peers failed.
VERDICTS: dict[str, tuple[bool, bool, list[str]]] = {
    "status_wrapper_pinned": (True, False, []),
    "status_wrapper_partial_but_healthy": (True, False, []),
    "status_wrapper_peer_error": (False, False, [PEER_2]),
    "status_wrapper_unknown_cid": (False, False, []),
    "status_v2_schema": (True, False, []),
}

# Of each error: its class, message, code, `retry_after` and `required`.
ERRORS: dict[str, tuple[type[errors.APIStatusError], str, str, float | None, str]] = {
    "err_401_docs": (
        errors.AuthenticationError,
        "Invalid or missing API key",
        "INVALID_API_KEY",
        None,
        "",
    ),
    "err_401_docs_no_code": (
        errors.AuthenticationError,
        "Invalid or missing API key",
        "",
        None,
        "",
    ),
    "err_401_php_test": (errors.AuthenticationError, "Invalid token", "unauthorized", None, ""),
    "err_401_uppercase_unauthorized": (
        errors.AuthenticationError,
        "Invalid or expired token",
        "UNAUTHORIZED",
        None,
        "",
    ),
    "err_400_invalid_cid": (errors.BadRequestError, "Invalid CID", "", None, ""),
    "err_404_remove": (errors.NotFoundError, "Pin not found for this CID", "", None, ""),
    "err_403_missing_scope": (
        errors.MissingScopeError,
        "Missing scope: files:write",
        "missing_scope",
        None,
        "files:write",
    ),
    "err_403_email_not_verified": (
        errors.EmailNotVerifiedError,
        "Email not verified",
        "email_not_verified",
        None,
        "",
    ),
    "err_403_account_disabled": (
        errors.AccountDisabledError,
        "Account disabled. Contact support.",
        "account_disabled",
        None,
        "",
    ),
    "err_403_timelock_free": (
        errors.PermissionDeniedError,
        "Timelock is only available on premium plans",
        "",
        None,
        "",
    ),
    "err_403_quota": (errors.PermissionDeniedError, "Storage quota exceeded", "", None, ""),
    "err_400_timelock_past": (
        errors.BadRequestError,
        "timelock must be a future ISO 8601 date",
        "",
        None,
        "",
    ),
    "err_400_2fa_invalid": (
        errors.TwoFactorInvalidError,
        "Invalid TOTP code",
        "2fa_invalid",
        None,
        "",
    ),
    "err_409_token_name": (errors.ConflictError, "Token name already exists", "", None, ""),
    "err_409_email": (errors.ConflictError, "Email already registered", "", None, ""),
    "err_410_v2": (
        errors.APIVersionGoneError,
        "api_version_deprecated",
        "api_version_deprecated",
        None,
        "",
    ),
    "err_413_proxy_html": (
        errors.PayloadTooLargeError,
        "<html><head><title>413 Request Entity Too Large</title></head></html>",
        "",
        None,
        "",
    ),
    "err_429_docs": (errors.RateLimitError, "Rate limit exceeded", "", 60.0, ""),
    "err_429_with_code": (errors.RateLimitError, "Rate limit exceeded", "RATE_LIMIT", 1.0, ""),
    "err_500": (errors.ServerError, "Unexpected error", "", None, ""),
    "err_503_cluster": (errors.ServiceUnavailableError, "Cluster unreachable", "", None, ""),
    "err_404_wrapper_numeric_code": (
        errors.NotFoundError,
        "pin is not part of the pinset",
        "404",
        None,
        "",
    ),
    "err_v2_shape": (errors.BadRequestError, "Error message", "ERROR_CODE", None, ""),
    "multer_unexpected_field": (
        errors.ServerError,
        "Unexpected file field",
        "LIMIT_UNEXPECTED_FILE",
        None,
        "",
    ),
}


def answer_to(example: dict[str, Any]) -> Any:
    """Return what the example's request reads from its body."""
    body = b"" if example["status"] == 204 else json.dumps(example["body"]).encode()
    return read_body(REQUESTS[example["endpoint"]], body)


def named(name: str) -> dict[str, Any]:
    """Return the example of that name."""
    (found,) = (example for example in EXAMPLES if example["name"] == name)
    return dict(found)


def test_every_example_is_looked_at() -> None:
    known = [*ANSWERS, *ERRORS, *ELSEWHERE, "token_revoke"]
    assert sorted(known) == sorted(example["name"] for example in EXAMPLES)
    assert {example["endpoint"] for example in map(named, ELSEWHERE)}.isdisjoint(REQUESTS)


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_lands_in_its_attributes(name: str) -> None:
    model, expected = ANSWERS[name]
    answer = answer_to(named(name))
    assert type(answer) is model
    assert values(answer) == expected


@pytest.mark.parametrize("name", ANSWERS)
def test_nothing_of_an_answer_is_lost(name: str) -> None:
    body: Any = named(name)["body"]
    sent: Mapping[str, object] = body if is_object(body) else {}
    extra: Values = answer_to(named(name)).model_extra or {}
    unknown = {"birthDate", "message", "mode", "operation", "success", "timestamp"}
    for key in unknown & set(sent) - {*ANSWERS[name][0].model_fields}:
        assert extra[key] == sent[key]


@pytest.mark.parametrize("name", VERDICTS)
def test_a_status_is_judged_by_its_peers(name: str) -> None:
    answer: models.PinStatus = answer_to(named(name))
    failed = [peer.id for peer in answer.failed_peers]
    assert (answer.is_pinned, answer.is_pending, failed) == VERDICTS[name]


def test_a_revocation_has_no_answer() -> None:
    assert answer_to(named("token_revoke")) is None


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_has_its_class_and_values(name: str) -> None:
    example = named(name)
    body: Any = example["body"]
    text = body if isinstance(body, str) else ""
    error = error_from_response(
        example["status"],
        None if text else body,
        text=text,
        retry_after=parse_retry_after(example["headers"].get("Retry-After"), MARCH),
    )
    found = (type(error), error.message, error.code, error.retry_after, error.required)
    assert found == ERRORS[name]
    assert error.status_code == example["status"]
    assert error.body == ({} if text else body)


def test_a_rate_limit_tells_its_window() -> None:
    error = error_from_response(429, named("err_429_docs")["body"])
    assert isinstance(error, errors.RateLimitError)
    assert (error.limit, error.remaining) == (100, 0)
    assert error.reset_time == datetime(2026, 3, 9, 17, tzinfo=UTC)


UPLOAD = "POST /files/"
DAG = "POST /files/directory-dag"
DIRECTORY = "POST /files/directory"
PIN = "POST /files/pin/:cid"
REMOVE = "DELETE /files/remove/:cid"
PAGE = "GET /users/me/uploads"
ME = "GET /users/me"
GENERATE = "POST /tokens/generate"
TOKENS = "GET /tokens/list"
LOGIN = "POST /auth/login"
STATUS = "GET /status/:cid"
ALLOCATIONS = "GET /allocations/:cid"
PLANS = "GET /plans/"
PEERS = "GET /peers/"
HEALTH = "GET /health"
SIGN_UP = "POST /auth/signup"
LOG_OUT = "POST /auth/logout"
TWO_FACTOR = "GET /auth/2fa/status"
SET_UP = "POST /auth/2fa/setup"

ASKED_PAGE: Values = {"page": 3, "limit": 7}
PINNED: Values = {"status": "pinned"}

# Bodies that follow from the contract: endpoint, body, the attributes, and what is left over.
VARIANTS: list[tuple[str, Any, Values, Values]] = [
    # Other names of the same thing, and nulls ahead of them.
    (UPLOAD, {"cid": None, "hash": CID}, {"cid": CID}, {}),
    (UPLOAD, {"cid": "", "IpfsHash": CID}, {"cid": CID}, {"cid": ""}),
    (UPLOAD, {"dagCid": CID}, {"cid": CID}, {}),
    (UPLOAD, {"cid": {"/": CID}}, {"cid": CID}, {}),
    (UPLOAD, {"cid": CID, "name": None, "filename": "a.txt"}, {"cid": CID, "name": "a.txt"}, {}),
    (UPLOAD, {"cid": CID, "_id": "65f0", "__v": 0}, {"cid": CID, "upload_id": "65f0"}, {"__v": 0}),
    (UPLOAD, {"cid": CID, "uploadId": None, "id": "65f0"}, {"cid": CID, "upload_id": "65f0"}, {}),
    # Wrappers.
    (UPLOAD, {"data": {"cid": CID}}, {"cid": CID}, {}),
    (UPLOAD, {"result": {"hash": CID, "size": 5}}, {"cid": CID, "size": 5}, {}),
    (
        UPLOAD,
        {"success": True, "data": {"cid": CID, "clusterId": "cl1-eu"}},
        {"cid": CID, "cluster_id": "cl1-eu"},
        {"success": True},
    ),
    (UPLOAD, {"cid": CID, "data": {"cid": CID_0}}, {"cid": CID}, {"data": {"cid": CID_0}}),
    # The names of the first draft.
    (
        UPLOAD,
        {"cid": CID, "cluster_id": "cl1-eu", "expires_at": "2026-12-31T23:59:59Z"},
        {"cid": CID, "cluster_id": "cl1-eu", "expires_at": LOCK},
        {},
    ),
    (UPLOAD, {"cid": CID, "cluster": "cl1-eu"}, {"cid": CID, "cluster_id": "cl1-eu"}, {}),
    # Instants.
    (
        UPLOAD,
        {"cid": CID, "expiresAt": "2026-12-31T23:59:59+00:00"},
        {"cid": CID, "expires_at": LOCK},
        {},
    ),
    (
        UPLOAD,
        {"cid": CID, "expiresAt": "2027-01-01T01:59:59+02:00"},
        {"cid": CID, "expires_at": LOCK},
        {},
    ),
    (
        UPLOAD,
        {"cid": CID, "expiresAt": "2026-12-31T23:59:59.123456789Z"},
        {"cid": CID, "expires_at": LOCK.replace(microsecond=123456)},
        {},
    ),
    (
        UPLOAD,
        {"cid": CID, "expiresAt": "0001-01-01T00:00:00Z"},
        {"cid": CID},
        {"expiresAt": "0001-01-01T00:00:00Z"},
    ),
    (UPLOAD, {"cid": CID, "expiresAt": "tomorrow"}, {"cid": CID}, {"expiresAt": "tomorrow"}),
    (UPLOAD, {"cid": CID, "expiresAt": "2026-12-31"}, {"cid": CID}, {"expiresAt": "2026-12-31"}),
    (
        UPLOAD,
        {"cid": CID, "expiresAt": "2026-12-31T23:59:59"},
        {"cid": CID},
        {"expiresAt": "2026-12-31T23:59:59"},
    ),
    (UPLOAD, {"cid": CID, "expiresAt": True}, {"cid": CID}, {"expiresAt": True}),
    # Values of another type are no value, and are kept.
    (UPLOAD, {"cid": CID, "size": 5.0}, {"cid": CID, "size": 5}, {}),
    (UPLOAD, {"cid": CID, "size": 5.5}, {"cid": CID}, {"size": 5.5}),
    (UPLOAD, {"cid": CID, "size": "many"}, {"cid": CID}, {"size": "many"}),
    (UPLOAD, {"cid": CID, "size": "5"}, {"cid": CID}, {"size": "5"}),
    (UPLOAD, {"cid": CID, "size": True}, {"cid": CID}, {"size": True}),
    (UPLOAD, {"cid": CID, "status": 3, "size": 5}, {"cid": CID, "size": 5}, {"status": 3}),
    (UPLOAD, {"cid": CID, "clusterId": ["a"]}, {"cid": CID}, {"clusterId": ["a"]}),
    (UPLOAD, {"cid": CID, "status": "levitating"}, {"cid": CID, "status": "levitating"}, {}),
    (UPLOAD, {"cid": CID, "meta": {"a": 1}}, {"cid": CID}, {"meta": {"a": 1}}),
    # Directories.
    (
        DAG,
        {"dagCid": CID, "files": [{"path": "1.png", "cid": CID_0}]},
        {"cid": CID, "files": [{"path": "1.png", "cid": CID_0}]},
        {},
    ),
    (
        DAG,
        {"cid": CID, "totalFiles": 2, "totalSize": 46.0},
        {"cid": CID, "total_files": 2, "total_size": 46},
        {},
    ),
    (DAG, {"cid": CID, "files": "2"}, {"cid": CID}, {"files": "2"}),
    (DAG, {"data": {"cid": CID, "files": []}}, {"cid": CID}, {}),
    (DIRECTORY, {"data": {"items": SERVER_FILES}}, {"files": SERVER_FILES}, {}),
    # Pins and removals, whose CID may be the request's.
    (PIN, {}, {"cid": ASKED}, {}),
    (PIN, {"cid": None}, {"cid": ASKED}, {}),
    (PIN, {"pinned": True, "customName": "x"}, {"cid": ASKED, "name": "x"}, {"pinned": True}),
    (PIN, {"Cid": CID, "status": "pinned"}, {"cid": CID, "status": "pinned"}, {}),
    (PIN, {"result": {"cid": CID}}, {"cid": CID}, {}),
    (
        PIN,
        {"cid": CID, "expire_at": "2026-12-31T23:59:59Z"},
        {"cid": CID},
        {"expire_at": "2026-12-31T23:59:59Z"},
    ),
    (REMOVE, {}, {"cid": ASKED, "removed": True}, {}),
    (REMOVE, {"removed": False}, {"cid": ASKED, "removed": False}, {}),
    (REMOVE, {"data": {"cid": CID, "removed": False}}, {"cid": CID, "removed": False}, {}),
    (REMOVE, {"success": True}, {"cid": ASKED, "removed": True}, {"success": True}),
    (
        REMOVE,
        {"cid": CID, "operation": "remove"},
        {"cid": CID, "removed": True},
        {"operation": "remove"},
    ),
    # Lists of uploads.
    (PAGE, {"uploads": []}, ASKED_PAGE, {}),
    (PAGE, [], ASKED_PAGE, {}),
    (
        PAGE,
        {"files": [{"cid": CID}], "total": 9},
        {"uploads": [{"cid": CID}], "total": 9, **ASKED_PAGE},
        {},
    ),
    (PAGE, {"data": [{"cid": CID}]}, {"uploads": [{"cid": CID}], **ASKED_PAGE}, {}),
    (PAGE, {"items": [{"cid": CID}]}, {"uploads": [{"cid": CID}], **ASKED_PAGE}, {}),
    (
        PAGE,
        {"data": {"uploads": [{"cid": CID}], "total": 4}},
        {"uploads": [{"cid": CID}], "total": 4, **ASKED_PAGE},
        {},
    ),
    (
        PAGE,
        {"uploads": [], "total": 4, "pagination": {"total": 9, "page": 2, "limit": 5}},
        {"total": 4, "page": 2, "limit": 5},
        {},
    ),
    (
        PAGE,
        {"uploads": [], "total": 4.0, "totalPages": 1},
        {"total": 4, **ASKED_PAGE},
        {"totalPages": 1},
    ),
    (PAGE, {"uploads": [], "total": "4"}, ASKED_PAGE, {"total": "4"}),
    (
        PAGE,
        [{"cid": CID, "created_at": "2026-03-09T10:00:00Z", "cluster": "c", "expires_at": None}],
        {"uploads": [{"cid": CID, "created_at": MARCH, "cluster_id": "c"}], **ASKED_PAGE},
        {},
    ),
    (
        PAGE,
        [{"cid": CID, "bk": 0, "type": "directory", "customName": "x"}],
        {
            "uploads": [{"cid": CID, "backed_up": False, "type": "directory", "name": "x"}],
            **ASKED_PAGE,
        },
        {},
    ),
    (PAGE, [{"cid": CID, "size": "many"}], {"uploads": [{"cid": CID}], **ASKED_PAGE}, {}),
    # The account.
    (ME, {"user": {"_id": "u1", "email": "a@b.example"}}, {"id": "u1", "email": "a@b.example"}, {}),
    (ME, {"success": True, "data": {"id": "u1"}}, {"id": "u1"}, {"success": True}),
    (
        ME,
        {"id": "u1", "plan": {"_id": "p1", "name": "Free", "code": "free"}},
        {"id": "u1", "plan": {"id": "p1", "name": "Free", "code": "free"}},
        {},
    ),
    (ME, {"id": "u1", "plan": None, "clusters": 3}, {"id": "u1", "cluster_count": 3}, {}),
    (ME, {"id": "u1", "clusters": "all"}, {"id": "u1"}, {"clusters": "all"}),
    (ME, {"id": "u1", "usedStorage": 5}, {"id": "u1", "used_storage": 5}, {}),
    # Tokens.
    (TOKENS, {"tokens": []}, {}, {}),
    (TOKENS, [], {}, {}),
    (TOKENS, {"data": [{"name": "a"}]}, {"tokens": [{"name": "a"}]}, {}),
    (TOKENS, {"data": {"tokens": [{"name": "a"}]}}, {"tokens": [{"name": "a"}]}, {}),
    (
        TOKENS,
        [{"name": "a", "scopes": ["files:fly"]}],
        {"tokens": [{"name": "a", "scopes": ["files:fly"]}]},
        {},
    ),
    (GENERATE, {"token": "secret"}, {"token": "secret", "name": "asked"}, {}),
    (GENERATE, {"data": {"token": "secret", "name": "a"}}, {"token": "secret", "name": "a"}, {}),
    (
        GENERATE,
        {"token": "secret", "scopes": "files:read"},
        {"token": "secret", "name": "asked"},
        {"scopes": "files:read"},
    ),
    # Logging in.
    (
        LOGIN,
        {"requires2FA": True, "temporaryToken": "t"},
        {"temporary_token": "t"},
        {"requires2FA": True},
    ),
    (LOGIN, {"temporaryToken": "t", "token": None}, {"temporary_token": "t"}, {"token": None}),
    (LOGIN, {"token": "t", "temporaryToken": None}, {"token": "t"}, {"temporaryToken": None}),
    (
        LOGIN,
        {"data": {"requires2FA": True, "temporaryToken": "t"}},
        {"temporary_token": "t"},
        {"requires2FA": True},
    ),
    (
        LOGIN,
        {"data": {"token": "t", "user": {"id": "u1"}}},
        {"token": "t", "user": {"id": "u1"}},
        {},
    ),
    # Statuses.
    (STATUS, {"status": "pinned"}, {"cid": ASKED, **PINNED}, {}),
    (STATUS, {"Cid": CID, "Status": "pinned"}, {"cid": CID, **PINNED}, {}),
    (STATUS, {"cid": {"/": CID}, "status": None}, {"cid": CID}, {}),
    (STATUS, {"cid": CID, "status": "quantum"}, {"cid": CID, "status": "quantum"}, {}),
    (
        STATUS,
        {"cid": CID, "peers": ["a", "b"]},
        {"cid": CID, "peers": [{"id": "a"}, {"id": "b"}]},
        {},
    ),
    (
        STATUS,
        {
            "cid": CID,
            "name": "",
            "peer_map": {"a": {"peername": "n", "status": "pinned", "error": ""}},
        },
        {"cid": CID, "peers": [{"id": "a", "name": "n", "status": "pinned", "error": ""}]},
        {"name": ""},
    ),
    (
        STATUS,
        {"cid": CID, "peers": [], "peer_map": {"a": {"status": "pinned"}}},
        {"cid": CID, "peers": [{"id": "a", "status": "pinned"}]},
        {},
    ),
    (
        STATUS,
        {"peer_map": {"a": {"status": "pinned", "timestamp": "0001-01-01T00:00:00Z"}}},
        {"cid": ASKED, "peers": [{"id": "a", "status": "pinned"}]},
        {},
    ),
    (STATUS, {"data": {"cid": CID, "status": "pinned"}}, {"cid": CID, **PINNED}, {}),
    # Allocations.
    (ALLOCATIONS, {"nodes": ["a"]}, {"cid": ASKED, "peers": ["a"]}, {}),
    (
        ALLOCATIONS,
        {"cid": CID, "nodes": [], "Allocations": ["a"]},
        {"cid": CID, "peers": ["a"]},
        {},
    ),
    (
        ALLOCATIONS,
        {"Cid": CID, "Name": "x", "pin_info": {"Allocations": ["a"]}},
        {"cid": CID, "name": "x", "peers": ["a"]},
        {},
    ),
    (
        ALLOCATIONS,
        {"cid": CID, "allocations": [{"peer": "a", "status": "pinned"}, {"peer": "b"}]},
        {"cid": CID, "peers": ["a", "b"]},
        {},
    ),
    (
        ALLOCATIONS,
        {"cid": CID, "peer_map": {"a": {"status": "pinned"}}},
        {"cid": CID, "peers": ["a"]},
        {},
    ),
    (
        ALLOCATIONS,
        {
            "cid": CID,
            "allocations": None,
            "replication_factor_min": -1,
            "replication_factor_max": -1,
        },
        {"cid": CID, "replication_factor_min": -1, "replication_factor_max": -1},
        {},
    ),
    # Plans.
    (PLANS, {"data": [{"code": "free"}]}, {"plans": [{"code": "free"}]}, {}),
    (PLANS, {"result": [{"code": "free"}]}, {"plans": [{"code": "free"}]}, {}),
    (PLANS, {"data": {"plans": [{"code": "free"}]}}, {"plans": [{"code": "free"}]}, {}),
    (
        PLANS,
        [{"id": "p1", "storageLimit": 1.5}],
        {"plans": [{"id": "p1", "storage_limit": 1.5}]},
        {},
    ),
    (PLANS, [{"id": "p1", "pricePerMonth": "9"}], {"plans": [{"id": "p1"}]}, {}),
    (PLANS, {"plans": []}, {}, {}),
    # Peers.
    (PEERS, {"peers": [], "details": {"id": "a"}}, {"peers": [{"id": "a"}]}, {}),
    (PEERS, {"peers": [], "details": [{"id": "a"}]}, {"peers": [{"id": "a"}]}, {}),
    (PEERS, {"details": '{"id":"a"}\n\n{"id":"b"}'}, {"peers": [{"id": "a"}, {"id": "b"}]}, {}),
    (PEERS, {"peers": [], "details": "none"}, {}, {"details": "none"}),
    (PEERS, {"data": [{"id": "a", "peername": "n"}]}, {"peers": [{"id": "a", "name": "n"}]}, {}),
    (PEERS, {"peers": []}, {}, {}),
    # Health.
    (HEALTH, {}, {"ok": True}, {}),
    (HEALTH, {"ok": False}, {"ok": False}, {}),
    (HEALTH, {"ok": 1, "uptime": 5}, {"ok": True}, {"uptime": 5}),
    (HEALTH, {"status": 5}, {"ok": True}, {"status": 5}),
    # What has nothing to tell.
    (LOG_OUT, {}, {}, {}),
    (LOG_OUT, {"success": True}, {}, {"success": True}),
    (LOG_OUT, {"message": 5}, {}, {"message": 5}),
    (LOG_OUT, {"success": True, "data": {"message": "Done"}}, {"message": "Done"}, {}),
    (SIGN_UP, {"user": {"id": "u1"}, "referralCode": "a"}, {}, {"referralCode": "a"}),
    # The second factor.
    (TWO_FACTOR, {"twoFactorEnabled": 1}, {"enabled": True}, {}),
    (TWO_FACTOR, {"enabled": True}, {"enabled": True}, {}),
    (TWO_FACTOR, {"data": {"twoFactorEnabled": False}}, {"enabled": False}, {}),
    (SET_UP, {"secret": "S", "qrUrl": None}, {"secret": "S"}, {}),
    (SET_UP, {"secret": "S", "qrDataUrl": 5}, {"secret": "S"}, {"qrDataUrl": 5}),
]


@pytest.mark.parametrize(("endpoint", "body", "expected", "left"), VARIANTS, ids=str)
def test_a_variant_lands_in_the_same_attributes(
    endpoint: str, body: object, expected: Values, left: Values
) -> None:
    answer: Response = read_body(REQUESTS[endpoint], json.dumps(body).encode())
    assert values(answer) == expected
    extra = answer.model_extra or {}
    assert {key: extra.get(key) for key in left} == left


def test_what_is_kept_of_a_record_stays_with_it() -> None:
    page = read_body(models.ListUploads(), b'{"uploads": [{"cid": "a", "size": "many", "x": 1}]}')
    assert page.uploads[0].model_extra == {"size": "many", "x": 1}


NO_PEERS: list[str] = []


@pytest.mark.parametrize(
    ("statuses", "verdict"),
    [
        (["pinned", "remote"], (True, False, NO_PEERS)),
        (["pinned", "pinning"], (False, True, NO_PEERS)),
        (["pinned", "pin_queued"], (False, True, NO_PEERS)),
        (["remote", "sharded"], (False, False, NO_PEERS)),
        (["pin_error", "pinned"], (False, False, ["0"])),
        (["cluster_error", "unexpectedly_unpinned"], (False, False, ["0", "1"])),
        (["pinned,remote"], (True, False, NO_PEERS)),
        (["PINNED"], (True, False, NO_PEERS)),
        (["quantum"], (False, False, NO_PEERS)),
        (["quantum", "pinned"], (False, False, NO_PEERS)),
    ],
    ids=str,
)
def test_statuses_of_peers_make_a_verdict(
    statuses: list[str], verdict: tuple[bool, bool, list[str]]
) -> None:
    body = {"peer_map": {str(number): {"status": text} for number, text in enumerate(statuses)}}
    answer = read_body(models.GetStatus(cid=ASKED), json.dumps(body).encode())
    failed = [peer.id for peer in answer.failed_peers]
    assert (answer.is_pinned, answer.is_pending, failed) == verdict


@pytest.mark.parametrize(
    ("endpoint", "body"),
    [
        (UPLOAD, b"{}"),
        (UPLOAD, b""),
        (UPLOAD, b"null"),
        (UPLOAD, b"[]"),
        (UPLOAD, b'"cid"'),
        (UPLOAD, b"<html></html>"),
        (UPLOAD, b'{"cid": "bafy'),
        (UPLOAD, b'{"cid": null}'),
        (UPLOAD, b'{"cid": ""}'),
        (UPLOAD, b'{"cid": 5}'),
        (UPLOAD, b'{"cid": "a", "success": false}'),
        (UPLOAD, b'{"data": {"size": 5}}'),
        (UPLOAD, b'{"cid": "a", "size": NaN}'),
        (DAG, b'{"files": [{"path": "a", "cid": "b"}]}'),
        (DAG, b'{"cid": "a", "files": [{"path": "a"}]}'),
        (PIN, b"[]"),
        (PIN, b'{"success": false, "error": "no"}'),
        (PIN, b'{"error": "no"}'),
        (PIN, b'{"cid": 5}'),
        (REMOVE, b'{"success": false}'),
        (PAGE, b"{}"),
        (PAGE, b'{"uploads": [{"name": "a"}]}'),
        (PAGE, b'{"uploads": null}'),
        (PAGE, b'{"uploads": {}}'),
        (GENERATE, b"{}"),
        (GENERATE, b'{"token": ""}'),
        (TOKENS, b"{}"),
        (TOKENS, b'{"tokens": [{"label": "a"}]}'),
        (LOGIN, b"{}"),
        (LOGIN, b'{"requires2FA": true}'),
        (PLANS, b"{}"),
        (PEERS, b'{"success": true}'),
        (PEERS, b'[{"peername": "a"}]'),
        (HEALTH, b"OK"),
        (TWO_FACTOR, b"{}"),
        (TWO_FACTOR, b'{"twoFactorEnabled": "often"}'),
        (SET_UP, b"{}"),
        (SET_UP, b'{"qrUrl": "otpauth://totp/x"}'),
        (LOG_OUT, b'{"error": "no"}'),
        (LOG_OUT, b'{"success": false, "message": "no"}'),
        (LOG_OUT, b"[]"),
        (LOG_OUT, b"<html></html>"),
        (HEALTH, b'{"error": "down"}'),
        ("DELETE /tokens/revoke/:name", b'{"success": false, "error": "no"}'),
        ("DELETE /tokens/revoke/:name", b'{"error": "no"}'),
        ("DELETE /tokens/revoke/:name", b"<html></html>"),
    ],
)
def test_what_is_no_answer_is_refused(endpoint: str, body: bytes) -> None:
    with pytest.raises(UnreadableAnswer):
        read_body(REQUESTS[endpoint], body)


@pytest.mark.parametrize("body", [b"", b"{}", b'{"revoked": true}', b'{"message": "done"}'])
def test_a_revocation_needs_no_words(body: bytes) -> None:
    assert read_body(REQUESTS["DELETE /tokens/revoke/:name"], body) is None


@pytest.mark.parametrize("body", [b"", b"{}", b" "])
def test_what_is_done_needs_no_words(body: bytes) -> None:
    assert read_body(models.LogOut(), body) == models.Done()
