from __future__ import annotations

import copy
import inspect
import json
import pickle
import string
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, SecretStr, TypeAdapter, ValidationError

from pinarkive import models
from pinarkive.errors import InvalidInputError
from pinarkive.inputs import Scope
from pinarkive.models import (
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
    GetHealth,
    GetInfo,
    GetMe,
    GetMyPlan,
    GetPayment,
    GetPreferences,
    GetStatus,
    GetStatusAllocations,
    GetTwoFactorStatus,
    GetUpload,
    GetUserPlan,
    ListAllPlans,
    ListClusters,
    ListCountries,
    ListGateways,
    ListLanguages,
    ListLogs,
    ListPeers,
    ListPlans,
    ListReferrals,
    ListTokens,
    ListUploads,
    ListUserPlans,
    Login,
    LogOut,
    PinCid,
    RemoveFile,
    RenameUpload,
    Replay,
    Request,
    ResendVerification,
    ResetPassword,
    RevokeToken,
    SetUpTwoFactor,
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

CID = "bafybeidskjjd4zmr7oh6ku6wp72vvbxyibcli2r6if3ocdcy7jjjusvl2u"
FUTURE = datetime.now(UTC).replace(microsecond=0) + timedelta(days=400)
WIRE_FUTURE = f"{FUTURE:%Y-%m-%dT%H:%M:%S}Z"
UPLOAD_ID = "65f0c0ffee0123456789abcd"
PASSWORD = "hunter2-hunter2"
COMMON: dict[str, object] = {"cluster_id": "cl1-eu", "timelock": FUTURE}
WIRE_COMMON: dict[str, object] = {"cl": "cl1-eu", "timelock": WIRE_FUTURE}

# Each request with every attribute set, and what it is on the wire.
FULL: dict[type[Request[Any]], tuple[dict[str, object], dict[str, object]]] = {
    GetHealth: ({}, {}),
    ListPlans: ({}, {}),
    ListPeers: ({}, {}),
    Login: (
        {"email": "user@example.com", "password": PASSWORD},
        {"email": "user@example.com", "password": PASSWORD},
    ),
    VerifyTwoFactor: (
        {"temporary_token": "temporary-secret", "code": "012345"},
        {"temporaryToken": "temporary-secret", "code": "012345"},
    ),
    LogOut: ({}, {}),
    SignUp: (
        {
            "name": "Ada",
            "email": "user@example.com",
            "password": PASSWORD,
            "last_name": "Lovelace",
            "birth_date": date(1815, 12, 10),
            "country": "GB",
            "language": "en",
            "referred_by": "abc123def",
        },
        {
            "name": "Ada",
            "email": "user@example.com",
            "password": PASSWORD,
            "lastname": "Lovelace",
            "birthDate": "1815-12-10",
            "country": "GB",
            "language": "en",
            "referredBy": "abc123def",
        },
    ),
    VerifyEmail: ({"token": "mailed-secret"}, {"token": "mailed-secret"}),
    ResendVerification: ({"email": "user@example.com"}, {"email": "user@example.com"}),
    ForgotPassword: ({"email": "user@example.com"}, {"email": "user@example.com"}),
    ResetPassword: (
        {"token": "mailed-secret", "new_password": PASSWORD},
        {"token": "mailed-secret", "newPassword": PASSWORD},
    ),
    GetTwoFactorStatus: ({}, {}),
    SetUpTwoFactor: ({}, {}),
    EnableTwoFactor: ({"code": "012345"}, {"code": "012345"}),
    DisableTwoFactor: (
        {"password": PASSWORD, "code": "012345"},
        {"password": PASSWORD, "code": "012345"},
    ),
    UploadFile: (
        {"file": Path("here/a.txt"), "filename": "b.txt", **COMMON},
        {"file": "here/a.txt", "filename": "b.txt", **WIRE_COMMON},
    ),
    UploadServerDirectory: (
        {"dir_path": "/srv/data", **COMMON},
        {"dirPath": "/srv/data", **WIRE_COMMON},
    ),
    UploadDirectoryDag: (
        {"source": Path("here"), "ignore": (".git", "*.tmp"), "dir_name": "site", **COMMON},
        {
            "source": {"path": "here"},
            "ignore": [".git", "*.tmp"],
            "dirName": "site",
            **WIRE_COMMON,
        },
    ),
    PinCid: (
        {"cid": CID, "original_name": "o", "custom_name": "c", **COMMON},
        {"cid": CID, "originalName": "o", "customName": "c", **WIRE_COMMON},
    ),
    RemoveFile: ({"cid": CID}, {"cid": CID}),
    GetMe: ({}, {}),
    ListUploads: (
        {"page": 2, "limit": 50, "parent_cid": CID, "has_expiration": True, "cid": CID},
        {"page": 2, "limit": 50, "parentCid": CID, "hasExpiration": True, "cid": CID},
    ),
    GenerateToken: (
        {
            "name": "ci",
            "label": "builds",
            "expires_in_days": 30,
            "scopes": (Scope.FILES_WRITE, Scope.USER_READ),
            "totp_code": "012345",
        },
        {
            "name": "ci",
            "label": "builds",
            "expiresInDays": 30,
            "scopes": ["files:write", "user:read"],
            "totpCode": "012345",
        },
    ),
    ListTokens: ({}, {}),
    RevokeToken: ({"name": "ci", "totp_code": "012345"}, {"name": "ci", "totpCode": "012345"}),
    GetStatus: ({"cid": CID, "cluster_id": "cl1-eu"}, {"cid": CID, "cl": "cl1-eu"}),
    GetAllocations: ({"cid": CID, "cluster_id": "cl1-eu"}, {"cid": CID, "cl": "cl1-eu"}),
    GetStatusAllocations: ({"cid": CID, "cluster_id": "cl1-eu"}, {"cid": CID, "cl": "cl1-eu"}),
    GetInfo: ({}, {}),
    ListLanguages: ({}, {}),
    ListCountries: ({}, {}),
    UploadDirectoryCluster: (
        {"dir_path": "/srv/data", **COMMON},
        {"dirPath": "/srv/data", **WIRE_COMMON},
    ),
    UploadDirectoryFile: (
        {"file": Path("here/a.txt"), "filename": "b.txt", **COMMON},
        {"file": "here/a.txt", "filename": "b.txt", **WIRE_COMMON},
    ),
    UploadDirectoryClusterFile: (
        {"file": Path("here/a.txt"), "filename": "b.txt", **COMMON},
        {"file": "here/a.txt", "filename": "b.txt", **WIRE_COMMON},
    ),
    RenameUpload: (
        {"upload_id": UPLOAD_ID, "new_name": "b c.txt"},
        {"uploadId": UPLOAD_ID, "newName": "b c.txt"},
    ),
    GetUpload: ({"cid": CID}, {"cid": CID}),
    DeleteUpload: ({"cid": CID}, {"cid": CID}),
    GetDirectory: ({"cid": CID}, {"cid": CID}),
    UpdateMe: (
        {
            "name": "Ada",
            "last_name": "Lovelace",
            "country": "GB",
            "birth_date": date(1815, 12, 10),
            "language": "en",
        },
        {
            "name": "Ada",
            "lastname": "Lovelace",
            "country": "GB",
            "birthDate": "1815-12-10",
            "language": "en",
        },
    ),
    ChangePassword: (
        {"current_password": PASSWORD, "new_password": "another one"},
        {"currentPassword": PASSWORD, "newPassword": "another one"},
    ),
    GetPreferences: ({}, {}),
    UpdatePreferences: ({"language": "es", "country": "ES"}, {"language": "es", "country": "ES"}),
    ListClusters: ({}, {}),
    ListGateways: ({"cluster_id": "cl1-eu"}, {"cl": "cl1-eu"}),
    ListReferrals: ({}, {}),
    ListLogs: (
        {"page": 2, "limit": 50, "type": "INFO", "action": "login", "source": "WEB"},
        {"page": 2, "limit": 50, "type": "INFO", "action": "login", "source": "WEB"},
    ),
    GetMyPlan: ({}, {}),
    GetUserPlan: ({}, {}),
    ListAllPlans: ({}, {}),
    ListUserPlans: ({}, {}),
    ChangePlan: ({"plan_id": "p1"}, {"planId": "p1"}),
    ChangeUserPlan: ({"plan_id": "p1"}, {"planId": "p1"}),
    CreatePayment: (
        {"gateway": "coingate", "plan_id": "p1"},
        {"gateway": "coingate", "planId": "p1"},
    ),
    GetPayment: (
        {"gateway": "coingate", "order_id": "o1"},
        {"gateway": "coingate", "orderId": "o1"},
    ),
    CancelPayment: (
        {"gateway": "coingate", "order_id": "o1"},
        {"gateway": "coingate", "orderId": "o1"},
    ),
}
REQUESTS = [pytest.param(cls, id=cls.__name__) for cls in FULL]
WITH_INPUT = [pytest.param(cls, id=cls.__name__) for cls in FULL if FULL[cls][0]]


def untyped(call: Callable[..., object]) -> Callable[..., object]:
    """Return a callable that type checkers let take anything."""
    return call


def full(cls: type[Request[Any]]) -> Request[Any]:
    return cls.model_validate(FULL[cls][0])


# Where the requests go

NO_SCOPE = None
ENDPOINTS = [
    (GetHealth, "GET", "/health", False, NO_SCOPE, Replay.ALWAYS),
    (ListPlans, "GET", "/plans/", False, NO_SCOPE, Replay.ALWAYS),
    (ListPeers, "GET", "/peers/", False, NO_SCOPE, Replay.ALWAYS),
    (Login, "POST", "/auth/login", False, NO_SCOPE, Replay.NEVER),
    (VerifyTwoFactor, "POST", "/auth/2fa/verify-login", False, NO_SCOPE, Replay.NEVER),
    (LogOut, "POST", "/auth/logout", True, NO_SCOPE, Replay.WHEN_REFUSED),
    (SignUp, "POST", "/auth/signup", False, NO_SCOPE, Replay.NEVER),
    (VerifyEmail, "POST", "/auth/verify-email", False, NO_SCOPE, Replay.NEVER),
    (
        ResendVerification,
        "POST",
        "/auth/resend-verification",
        False,
        NO_SCOPE,
        Replay.WHEN_REFUSED,
    ),
    (ForgotPassword, "POST", "/auth/forgot-password", False, NO_SCOPE, Replay.WHEN_REFUSED),
    (ResetPassword, "POST", "/auth/reset-password", False, NO_SCOPE, Replay.NEVER),
    (GetTwoFactorStatus, "GET", "/auth/2fa/status", True, NO_SCOPE, Replay.ALWAYS),
    (SetUpTwoFactor, "POST", "/auth/2fa/setup", True, NO_SCOPE, Replay.WHEN_REFUSED),
    (EnableTwoFactor, "POST", "/auth/2fa/enable", True, NO_SCOPE, Replay.NEVER),
    (DisableTwoFactor, "POST", "/auth/2fa/disable", True, NO_SCOPE, Replay.NEVER),
    (UploadFile, "POST", "/files/", True, "files:write", Replay.WHEN_REFUSED),
    (UploadServerDirectory, "POST", "/files/directory", True, "files:write", Replay.WHEN_REFUSED),
    (UploadDirectoryDag, "POST", "/files/directory-dag", True, "files:write", Replay.WHEN_REFUSED),
    (PinCid, "POST", "/files/pin/{cid}", True, "files:write", Replay.WHEN_REFUSED),
    (RemoveFile, "DELETE", "/files/remove/{cid}", True, "files:delete", Replay.ALWAYS),
    (GetMe, "GET", "/users/me", True, "user:read", Replay.ALWAYS),
    (ListUploads, "GET", "/users/me/uploads", True, "files:read", Replay.ALWAYS),
    (GenerateToken, "POST", "/tokens/generate", True, "tokens:write", Replay.WHEN_REFUSED),
    (ListTokens, "GET", "/tokens/list", True, "tokens:read", Replay.ALWAYS),
    (RevokeToken, "DELETE", "/tokens/revoke/{name}", True, "tokens:delete", Replay.ALWAYS),
    (GetStatus, "GET", "/status/{cid}", True, "cluster:read", Replay.ALWAYS),
    (GetAllocations, "GET", "/allocations/{cid}", True, "cluster:read", Replay.ALWAYS),
    (GetStatusAllocations, "GET", "/status/allocations/{cid}", True, "cluster:read", Replay.ALWAYS),
    (GetInfo, "GET", "/", False, NO_SCOPE, Replay.ALWAYS),
    (ListLanguages, "GET", "/locales/languages", False, NO_SCOPE, Replay.ALWAYS),
    (ListCountries, "GET", "/locales/countries", False, NO_SCOPE, Replay.ALWAYS),
    *(
        (cls, "POST", f"/files/directory-{name}", True, "files:write", Replay.WHEN_REFUSED)
        for cls, name in (
            (UploadDirectoryCluster, "cluster"),
            (UploadDirectoryFile, "files"),
            (UploadDirectoryClusterFile, "cluster-files"),
        )
    ),
    (RenameUpload, "PUT", "/files/rename/{upload_id}", True, "files:rename", Replay.ALWAYS),
    (GetUpload, "GET", "/users/me/uploads/{cid}", True, "files:read", Replay.ALWAYS),
    (DeleteUpload, "DELETE", "/users/me/uploads/{cid}", True, "files:delete", Replay.ALWAYS),
    (GetDirectory, "GET", "/users/me/uploads/dag/{cid}", True, "files:read", Replay.ALWAYS),
    (UpdateMe, "PUT", "/users/me", True, "user:write", Replay.ALWAYS),
    (ChangePassword, "PUT", "/users/me/password", True, "user:write", Replay.NEVER),
    (GetPreferences, "GET", "/users/me/preferences", True, "user:read", Replay.ALWAYS),
    (UpdatePreferences, "PUT", "/users/me/preferences", True, "user:write", Replay.ALWAYS),
    (ListClusters, "GET", "/users/me/clusters", True, "cluster:read", Replay.ALWAYS),
    (ListGateways, "GET", "/cluster/gateways", True, NO_SCOPE, Replay.ALWAYS),
    (ListReferrals, "GET", "/users/me/referrals", True, "referrals:read", Replay.ALWAYS),
    (ListLogs, "GET", "/users/me/logs", True, "logs:read", Replay.ALWAYS),
    (GetMyPlan, "GET", "/plans/my-plan", True, "plans:read", Replay.ALWAYS),
    (GetUserPlan, "GET", "/users/me/plan", True, "plans:read", Replay.ALWAYS),
    (ListAllPlans, "GET", "/plans/all", True, "plans:read", Replay.ALWAYS),
    (ListUserPlans, "GET", "/users/me/plans", True, "plans:read", Replay.ALWAYS),
    (ChangePlan, "PUT", "/plans/change", True, "plans:write", Replay.ALWAYS),
    (ChangeUserPlan, "PUT", "/users/me/plan", True, "plans:write", Replay.ALWAYS),
    (CreatePayment, "POST", "/payments/{gateway}/create", True, NO_SCOPE, Replay.NEVER),
    (GetPayment, "GET", "/payments/{gateway}/status/{order_id}", True, NO_SCOPE, Replay.ALWAYS),
    (
        CancelPayment,
        "DELETE",
        "/payments/{gateway}/cancel/{order_id}",
        True,
        NO_SCOPE,
        Replay.NEVER,
    ),
]


@pytest.mark.parametrize(
    ("cls", "method", "path", "auth", "scope", "replay"),
    ENDPOINTS,
    ids=[row[0].__name__ for row in ENDPOINTS],
)
def test_the_endpoints(
    cls: type[Request[Any]], method: str, path: str, auth: bool, scope: str | None, replay: Replay
) -> None:
    endpoint = cls.endpoint
    assert (endpoint.method, endpoint.path, endpoint.auth) == (method, path, auth)
    assert (endpoint.scope, endpoint.replay) == (scope, replay)
    assert inspect.getdoc(cls) is not None
    assert (inspect.getdoc(cls) or "").startswith(f"{method} {path}: ")


def test_all_requests_are_public_and_looked_at() -> None:
    public = {name for name in models.__all__ if "endpoint" in vars(getattr(models, name))}
    assert public == {cls.__name__ for cls in FULL}
    assert set(FULL) == {row[0] for row in ENDPOINTS}


BODIES: dict[str, set[type[Request[Any]]]] = {
    "none": {
        *(GetHealth, ListPlans, ListPeers, GetMe, ListTokens, RemoveFile),
        *(LogOut, GetTwoFactorStatus, SetUpTwoFactor),
        *(GetInfo, ListLanguages, ListCountries, GetUpload, DeleteUpload, GetDirectory),
        *(GetPreferences, ListClusters, ListReferrals, GetPayment, CancelPayment),
        *(GetMyPlan, GetUserPlan, ListAllPlans, ListUserPlans),
    },
    "query": {
        *(ListUploads, GetStatus, GetAllocations),
        *(GetStatusAllocations, ListGateways, ListLogs),
    },
    "json": {
        *(Login, VerifyTwoFactor, UploadServerDirectory, PinCid, GenerateToken, RevokeToken),
        *(SignUp, VerifyEmail, ResendVerification, ForgotPassword, ResetPassword),
        *(EnableTwoFactor, DisableTwoFactor),
        *(UploadDirectoryCluster, RenameUpload, UpdateMe, ChangePassword, UpdatePreferences),
        *(ChangePlan, ChangeUserPlan, CreatePayment),
    },
    "multipart": {
        *(UploadFile, UploadDirectoryDag, UploadDirectoryFile, UploadDirectoryClusterFile),
    },
}


@pytest.mark.parametrize("cls", REQUESTS)
def test_how_the_attributes_travel(cls: type[Request[Any]]) -> None:
    assert cls in BODIES[cls.endpoint.body]
    in_path = {name for _, name, _, _ in string.Formatter().parse(cls.endpoint.path) if name}
    assert in_path <= set(cls.model_fields)
    if cls.endpoint.body == "none":
        assert in_path == set(cls.model_fields)
    is_upload = cls.__name__.startswith("Upload")
    assert cls.endpoint.min_timeout == (300 if is_upload else 0)


def test_the_replay_classes_read_well() -> None:
    assert [f"{replay}" for replay in Replay] == ["always", "when-refused", "never"]


# Requests are values


@pytest.mark.parametrize("cls", REQUESTS)
def test_a_request_is_equal_to_its_like(cls: type[Request[Any]]) -> None:
    request = full(cls)
    assert request == full(cls)
    for other in FULL:
        assert (full(other) == request) is (other is cls)
    assert hash(request) == hash(full(cls))
    assert len({request, full(cls)}) == 1


@pytest.mark.parametrize("cls", WITH_INPUT)
def test_every_attribute_counts_in_equality(cls: type[Request[Any]]) -> None:
    given = FULL[cls][0]
    for name, field in cls.model_fields.items():
        if not field.is_required():
            fewer = {key: value for key, value in given.items() if key != name}
            assert cls.model_validate(fewer) != full(cls)


@pytest.mark.parametrize("cls", WITH_INPUT)
def test_a_request_is_frozen(cls: type[Request[Any]]) -> None:
    request = full(cls)
    for name, value in FULL[cls][0].items():
        with pytest.raises(ValidationError, match="frozen"):
            setattr(request, name, value)
        with pytest.raises(ValidationError, match="frozen"):
            delattr(request, name)
    assert request == full(cls)


@pytest.mark.parametrize("cls", REQUESTS)
def test_a_request_can_be_pickled_and_copied(cls: type[Request[Any]]) -> None:
    request = full(cls)
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        found = pickle.loads(pickle.dumps(request, protocol))  # noqa: S301
        assert (type(found), found) == (cls, request)
    assert copy.copy(request) == copy.deepcopy(request) == request


def test_a_request_of_yesterday_can_still_be_unpickled() -> None:
    past = PinCid.model_construct(cid=CID, timelock=datetime.now(UTC) - timedelta(days=1))
    assert pickle.loads(pickle.dumps(past)) == past  # noqa: S301


@pytest.mark.parametrize("by_alias", [False, True], ids=["python-names", "wire-names"])
@pytest.mark.parametrize("exclude_none", [False, True], ids=["all", "without-none"])
@pytest.mark.parametrize("cls", REQUESTS)
def test_a_request_goes_through_json(
    cls: type[Request[Any]], by_alias: bool, exclude_none: bool
) -> None:
    request = full(cls)
    text = request.model_dump_json(by_alias=by_alias, exclude_none=exclude_none)
    assert type(request).model_validate_json(text) == request
    assert type(request).model_validate_json(text.encode()) == request
    assert type(request).model_validate(json.loads(text)) == request


@pytest.mark.parametrize("cls", REQUESTS)
def test_a_minimal_request_goes_through_json(cls: type[Request[Any]]) -> None:
    given = {
        name: value for name, value in FULL[cls][0].items() if cls.model_fields[name].is_required()
    }
    # What changes something has no attribute of which it can be said that it must be there.
    request = cls.model_validate(given or FULL[cls][0])
    assert cls.model_validate_json(request.model_dump_json()) == request
    assert cls.model_validate_json(request.model_dump_json(exclude_none=True)) == request


@pytest.mark.parametrize("cls", REQUESTS)
def test_a_request_goes_through_a_python_dump(cls: type[Request[Any]]) -> None:
    request = full(cls)
    assert cls.model_validate(request.model_dump()) == request
    assert cls.model_validate(request.model_dump(by_alias=True)) == request
    assert cls.model_validate(request) == request


# Names: Python's and the wire's


@pytest.mark.parametrize("cls", REQUESTS)
def test_the_wire_names(cls: type[Request[Any]]) -> None:
    given, wire = FULL[cls]
    request = full(cls)
    assert json.loads(request.model_dump_json(by_alias=True)) == wire
    assert request.model_dump(mode="json", by_alias=True) == wire
    assert set(request.model_dump()) == set(given) == set(cls.model_fields)


@pytest.mark.parametrize("cls", WITH_INPUT)
def test_both_spellings_are_accepted(cls: type[Request[Any]]) -> None:
    given, wire = FULL[cls]
    construct = untyped(cls)
    assert cls.model_validate(wire) == full(cls)
    assert cls.model_validate_json(json.dumps(wire)) == full(cls)
    assert construct(**given) == construct(**wire) == full(cls)
    for name, (python, on_wire) in enumerate(zip(given.items(), wire.items(), strict=True)):
        mixed = dict([*list(given.items())[:name], on_wire, *list(given.items())[name + 1 :]])
        assert cls.model_validate(mixed) == full(cls), python[0]


@pytest.mark.parametrize(
    ("cls", "values", "field"),
    [
        (PinCid, {"cid": CID, "customName": 5}, "custom_name"),
        (PinCid, {"cid": CID, "cl": ""}, "cluster_id"),
        (UploadServerDirectory, {"dirPath": ""}, "dir_path"),
        (ListUploads, {"parentCid": "x"}, "parent_cid"),
        (ListUploads, {"hasExpiration": 1}, "has_expiration"),
        (GenerateToken, {"name": "ci", "expiresInDays": 0}, "expires_in_days"),
        (GenerateToken, {"name": "ci", "totpCode": 5}, "totp_code"),
        (VerifyTwoFactor, {"temporaryToken": "", "code": "012345"}, "temporary_token"),
    ],
)
def test_the_field_is_named_as_in_python_whatever_the_spelling(
    cls: type[Request[Any]], values: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidInputError) as caught:
        cls.model_validate(values)
    assert caught.value.field == field
    assert caught.value.message.startswith(f"{field}: ")


@pytest.mark.parametrize("cls", REQUESTS)
def test_what_is_no_argument_is_refused(cls: type[Request[Any]]) -> None:
    for name in ("cluster", "Cid", "endpoint", "meta", "unknown"):
        with pytest.raises(InvalidInputError, match=f"{name}: is not an argument") as caught:
            cls.model_validate({**FULL[cls][0], name: "x"})
        assert caught.value.field == name


def test_two_spellings_at_once_are_refused() -> None:
    with pytest.raises(InvalidInputError):
        PinCid.model_validate({"cid": CID, "custom_name": "a", "customName": "b"})


# How bad input comes out

BAD: dict[str, object] = {"cid": CID[:-1], "custom_name": "x"}


def by_constructor(values: dict[str, object]) -> object:
    return untyped(PinCid)(**values)


def by_json(values: dict[str, object]) -> object:
    return PinCid.model_validate_json(json.dumps(values))


@pytest.mark.parametrize(
    "make", [by_constructor, PinCid.model_validate, by_json], ids=["call", "python", "json"]
)
def test_bad_input_is_one_error_on_every_way(
    make: Callable[[dict[str, object]], object],
) -> None:
    with pytest.raises(InvalidInputError) as caught:
        make(BAD)
    error = caught.value
    assert type(error) is InvalidInputError
    assert error.field == "cid"
    assert error.message.startswith("cid: ")
    assert "all of it was copied" in error.message
    assert (error.status_code, error.sent, error.body) == (0, "no", {})
    assert (error.__cause__, error.__context__) == (None, None)


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(InvalidInputError) as caught:
        PinCid.model_validate({"custom_name": "", "timelock": "x", "bogus": 1})
    assert caught.value.field == "cid"
    for name in ("cid: is required", "custom_name: ", "timelock: ", "bogus: "):
        assert name in caught.value.message


class Job(BaseModel):
    pin: PinCid
    others: list[GetStatus] = []


@pytest.mark.parametrize(
    "make",
    [
        lambda: Job.model_validate({"pin": BAD}),
        lambda: Job.model_validate_json(json.dumps({"pin": BAD})),
        lambda: Job.model_validate({"pin": {"cid": CID}, "others": [{"cid": "x"}]}),
        lambda: TypeAdapter(PinCid).validate_python(BAD),
        lambda: TypeAdapter(PinCid).validate_json(json.dumps(BAD)),
        lambda: TypeAdapter(list[PinCid]).validate_python([BAD]),
    ],
    ids=["field", "field-json", "list", "adapter", "adapter-json", "adapter-list"],
)
def test_inside_another_model_it_is_pydantics_error(make: Callable[[], object]) -> None:
    with pytest.raises(ValidationError) as caught:
        make()
    assert not isinstance(caught.value, InvalidInputError)


def test_requests_nest_in_models() -> None:
    job = Job.model_validate({"pin": {"cid": CID, "cl": "a"}, "others": [{"cid": CID}]})
    assert job.pin == PinCid(cid=CID, cluster_id="a")
    assert Job.model_validate_json(job.model_dump_json()) == job


@pytest.mark.parametrize(
    "value",
    [None, 5, "text", b"x", [], [("cid", CID)], (CID,), object(), {"cid"}, PinCid, full(GetMe)],
    ids=lambda value: type(value).__name__,
)
def test_what_is_no_mapping_is_refused(value: object) -> None:
    with pytest.raises(InvalidInputError):
        PinCid.model_validate(value)


@pytest.mark.parametrize(
    "text",
    ["", "{", "null", "[]", "5", '"x"', '{"cid": NaN}', "\ufeff{}", '{"cid": "\\ud800"}'],
)
def test_what_is_no_json_object_is_refused(text: str) -> None:
    for data in (text, text.encode(), bytearray(text.encode())):
        with pytest.raises(InvalidInputError):
            PinCid.model_validate_json(data)


@pytest.mark.parametrize("data", [b"\xff", b'{"cid": "\xff"}', b"\xff\xfe{\0}\0"])
def test_bytes_that_are_no_utf_8_are_refused(data: bytes) -> None:
    with pytest.raises(InvalidInputError):
        PinCid.model_validate_json(data)


@pytest.mark.parametrize(
    "key", ["self", "data", "cls", "", "1", "model_config", "__init__", "\u00e9"]
)
def test_no_name_breaks_a_request(key: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        PinCid.model_validate({"cid": CID, key: 1})
    assert caught.value.field == key
    with pytest.raises(InvalidInputError):
        PinCid.model_validate_json(json.dumps({"cid": CID, key: 1}))
    with pytest.raises(InvalidInputError):
        by_constructor({"cid": CID, key: 1})


@pytest.mark.parametrize("key", [1, None, (1, 2), b"cid", 1.5], ids=repr)
def test_no_key_breaks_a_request(key: object) -> None:
    with pytest.raises(InvalidInputError):
        PinCid.model_validate({"cid": CID, key: 1})


@given(
    st.dictionaries(
        st.sampled_from(["cid", "cl", "cluster_id", "timelock", "page", "file"]) | st.text(),
        st.none() | st.integers() | st.text() | st.lists(st.integers()),
    )
)
def test_any_row_makes_a_request_or_one_error(row: dict[str, object]) -> None:
    for cls in FULL:
        try:
            request = cls.model_validate(row)
        except InvalidInputError as error:
            assert error.field in {*row, *cls.model_fields}
        else:
            assert set(row) <= {*cls.model_fields, "cl"}
            assert cls.model_validate_json(request.model_dump_json()) == request


@pytest.mark.parametrize("cls", REQUESTS)
def test_strictness_changes_nothing(cls: type[Request[Any]]) -> None:
    given, wire = FULL[cls]
    assert cls.model_validate(given, strict=True) == full(cls)
    assert cls.model_validate_json(json.dumps(wire), strict=True) == full(cls)


def test_a_request_is_abstract() -> None:
    with pytest.raises(TypeError, match="abstract"):
        untyped(Request)()


# Secrets


def test_a_password_shows_in_json_alone() -> None:
    login = Login(email="user@example.com", password=PASSWORD)
    assert login == Login(email="user@example.com", password=SecretStr(PASSWORD))
    assert login != Login(email="user@example.com", password="another")
    for shown in (
        repr(login),
        str(login),
        f"{login}",
        f"{login!r}",
        "{}".format(login),  # noqa: UP032  # one more way to text
        "%s %r" % (login, login),  # noqa: UP031
        repr([login]),
        str(vars(login)),
        str(dict(login)),
        str(login.model_dump()),
        str(login.model_dump(by_alias=True)),
        str(list(login.__repr_args__())),
    ):
        assert PASSWORD not in shown
    assert json.loads(login.model_dump_json())["password"] == PASSWORD
    assert login.model_dump(mode="json")["password"] == PASSWORD
    assert login.password.get_secret_value() == PASSWORD


@pytest.mark.parametrize(
    ("request_with_secret", "secret"),
    [
        (VerifyTwoFactor(temporary_token="temporary-secret", code="012345"), "temporary-secret"),
        (VerifyTwoFactor(temporary_token="temporary-secret", code="012345"), "012345"),
        (GenerateToken(name="ci", totp_code="012345"), "012345"),
        (RevokeToken(name="ci", totp_code="012345"), "012345"),
        (VerifyEmail(token="mailed-secret"), "mailed-secret"),
        (ResetPassword(token="mailed-secret", new_password=PASSWORD), "mailed-secret"),
        (ResetPassword(token="mailed-secret", new_password=PASSWORD), PASSWORD),
        (SignUp(name="Ada", email="user@example.com", password=PASSWORD), PASSWORD),
        (ChangePassword(current_password=PASSWORD, new_password="another"), PASSWORD),
        (ChangePassword(current_password="another", new_password=PASSWORD), PASSWORD),
        (EnableTwoFactor(code="012345"), "012345"),
        (DisableTwoFactor(password=PASSWORD, code="012345"), "012345"),
        (DisableTwoFactor(password=PASSWORD, code="012345"), PASSWORD),
    ],
    ids=lambda it: type(it).__name__,
)
def test_no_repr_shows_what_works_once(request_with_secret: Request[Any], secret: str) -> None:
    for shown in (repr(request_with_secret), f"{request_with_secret}", repr([request_with_secret])):
        assert secret not in shown
    assert secret in request_with_secret.model_dump_json()


def test_reprs_show_the_rest() -> None:
    assert repr(RemoveFile(cid=CID)) == f"RemoveFile(cid={CID!r})"
    assert "custom_name='x'" in repr(PinCid(cid=CID, custom_name="x"))
    assert "name='ci'" in repr(RevokeToken(name="ci", totp_code="012345"))
    assert "user@example.com" in repr(Login(email="user@example.com", password="x"))


# Signatures


SIGNATURES: dict[type[Request[Any]], str] = {
    GetHealth: "",
    ListPlans: "",
    ListPeers: "",
    Login: "email password",
    VerifyTwoFactor: "temporary_token code",
    LogOut: "",
    SignUp: (
        "name email password last_name=None birth_date=None country=None language=None "
        "referred_by=None"
    ),
    VerifyEmail: "token",
    ResendVerification: "email",
    ForgotPassword: "email",
    ResetPassword: "token new_password",
    GetTwoFactorStatus: "",
    SetUpTwoFactor: "",
    EnableTwoFactor: "code",
    DisableTwoFactor: "password code",
    UploadFile: "file filename=None cluster_id=None timelock=None",
    UploadServerDirectory: "dir_path cluster_id=None timelock=None",
    UploadDirectoryDag: "source ignore=None dir_name=None cluster_id=None timelock=None",
    PinCid: "cid original_name=None custom_name=None cluster_id=None timelock=None",
    RemoveFile: "cid",
    GetMe: "",
    ListUploads: "page=1 limit=20 parent_cid=None has_expiration=None cid=None",
    GenerateToken: "name label=None expires_in_days=None scopes=None totp_code=None",
    ListTokens: "",
    RevokeToken: "name totp_code=None",
    GetStatus: "cid cluster_id=None",
    GetAllocations: "cid cluster_id=None",
    GetStatusAllocations: "cid cluster_id=None",
    GetInfo: "",
    ListLanguages: "",
    ListCountries: "",
    UploadDirectoryCluster: "dir_path cluster_id=None timelock=None",
    UploadDirectoryFile: "file filename=None cluster_id=None timelock=None",
    UploadDirectoryClusterFile: "file filename=None cluster_id=None timelock=None",
    RenameUpload: "upload_id new_name",
    GetUpload: "cid",
    DeleteUpload: "cid",
    GetDirectory: "cid",
    UpdateMe: "name=None last_name=None country=None birth_date=None language=None",
    ChangePassword: "current_password new_password",
    GetPreferences: "",
    UpdatePreferences: "language=None country=None",
    ListClusters: "",
    ListGateways: "cluster_id=None",
    ListReferrals: "",
    ListLogs: "page=1 limit=20 type=None action=None source=None",
    GetMyPlan: "",
    GetUserPlan: "",
    ListAllPlans: "",
    ListUserPlans: "",
    ChangePlan: "plan_id",
    ChangeUserPlan: "plan_id",
    CreatePayment: "gateway plan_id",
    GetPayment: "gateway order_id",
    CancelPayment: "gateway order_id",
}


@pytest.mark.parametrize("cls", REQUESTS)
def test_a_requests_attributes_are_its_methods_arguments(cls: type[Request[Any]]) -> None:
    shown = [
        name if field.is_required() else f"{name}={field.default!r}"
        for name, field in cls.model_fields.items()
    ]
    assert " ".join(shown) == SIGNATURES[cls]
    for name in cls.model_fields:
        if cls.model_fields[name].is_required():
            values = {key: value for key, value in FULL[cls][0].items() if key != name}
            with pytest.raises(InvalidInputError, match=f"{name}: is required"):
                cls.model_validate(values)
