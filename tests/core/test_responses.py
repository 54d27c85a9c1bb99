from __future__ import annotations

import copy
import json
import pickle
import types
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Union, get_args, get_origin

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from pinarkive import models
from pinarkive._core.read import UnreadableAnswer, read_body
from pinarkive.models import (
    Allocation,
    Cluster,
    ClusterList,
    ClusterPeer,
    CurrentPlan,
    Directory,
    DirectoryEntry,
    DirectoryUpload,
    DisableTwoFactor,
    Done,
    EnableTwoFactor,
    ForgotPassword,
    Gateway,
    GatewayList,
    GenerateToken,
    GetAllocations,
    GetHealth,
    GetMe,
    GetStatus,
    GetTwoFactorStatus,
    Health,
    Info,
    ListPeers,
    ListPlans,
    ListTokens,
    ListUploads,
    Locale,
    LocaleList,
    LogEntry,
    Login,
    LoginSession,
    LogOut,
    LogPage,
    Payment,
    PeerList,
    PeerStatus,
    Pin,
    PinCid,
    PinStatus,
    Plan,
    PlanList,
    Preferences,
    RateLimit,
    Referral,
    ReferralList,
    Removal,
    RemoveFile,
    Renaming,
    Request,
    ResendVerification,
    ResetPassword,
    Response,
    ResponseMeta,
    RevokeToken,
    ServerDirectoryUpload,
    SetUpTwoFactor,
    SignUp,
    Token,
    TokenInfo,
    TokenList,
    TwoFactorChallenge,
    TwoFactorSetup,
    TwoFactorStatus,
    Upload,
    UploadDirectoryDag,
    UploadFile,
    UploadPage,
    UploadRecord,
    UploadServerDirectory,
    User,
    VerifyEmail,
    VerifyTwoFactor,
)
from pinarkive.models._reader import make
from pinarkive.models._response import attach_meta

CID = "bafybeidskjjd4zmr7oh6ku6wp72vvbxyibcli2r6if3ocdcy7jjjusvl2u"
OTHER = "QmdfTbBqBPQ7VNxZEYEj14VmRuZBkqFbiwReogJgS1zR1n"
SECRET = "secret-0123456789"
TEXT = "2001-12-31T23:59:59.000Z"
INSTANT = datetime(2001, 12, 31, 23, 59, 59, tzinfo=UTC)

# What each answer is on the wire, and the attributes that it lands in.
UPLOAD: dict[str, Any] = {
    "cid": CID,
    "clusterId": "cl1-eu",
    "expiresAt": TEXT,
    "uploadId": "65f0",
    "name": "a.txt",
    "size": 12,
    "status": "pinned",
}
UPLOADED: dict[str, Any] = {
    "cid": CID,
    "cluster_id": "cl1-eu",
    "expires_at": INSTANT,
    "upload_id": "65f0",
    "name": "a.txt",
    "size": 12,
    "status": "pinned",
}
ENTRY: dict[str, Any] = {"cid": OTHER, "path": "b/a.txt", "name": "a.txt", "size": 5}
TREE: dict[str, Any] = {"files": [ENTRY], "total_files": 1, "total_size": 5}
PLAN: dict[str, Any] = {
    "id": "p1",
    "code": "free",
    "name": "Free",
    "storageLimit": 104857600,
    "pricePerMonth": 4.5,
    "allowedClusterIds": ["cl0-global"],
    "timelockAllowed": True,
    "maxFileSizeBytes": 10,
    "maxDirectorySizeBytes": 20,
    "descriptions": {"en": "A plan"},
}
PLANNED: dict[str, Any] = {
    "id": "p1",
    "code": "free",
    "name": "Free",
    "storage_limit": 104857600,
    "price_per_month": 4.5,
    "allowed_cluster_ids": ["cl0-global"],
    "timelock_allowed": True,
    "max_file_size_bytes": 10,
    "max_directory_size_bytes": 20,
    "descriptions": {"en": "A plan"},
}
INFO: dict[str, Any] = {
    "name": "ci",
    "label": "builds",
    "scopes": ["files:read", "new:scope"],
    "expiresAt": TEXT,
    "createdAt": TEXT,
    "lastUsedAt": TEXT,
}
INFORMED: dict[str, Any] = {
    "name": "ci",
    "label": "builds",
    "scopes": ["files:read", "new:scope"],
    "expires_at": INSTANT,
    "created_at": INSTANT,
    "last_used_at": INSTANT,
}
RECORD: dict[str, Any] = {
    "cid": CID,
    "uploadId": "65f0",
    "name": "a.txt",
    "size": 12,
    "type": "file",
    "status": "pinned",
    "clusterId": "cl1-eu",
    "createdAt": TEXT,
    "expiresAt": TEXT,
    "bk": 1,
}
RECORDED: dict[str, Any] = {
    "cid": CID,
    "upload_id": "65f0",
    "name": "a.txt",
    "size": 12,
    "type": "file",
    "status": "pinned",
    "cluster_id": "cl1-eu",
    "created_at": INSTANT,
    "expires_at": INSTANT,
    "backed_up": True,
}
PROFILE: dict[str, Any] = {
    "id": "u1",
    "email": "user@example.com",
    "name": "Ada",
    "lastname": "L",
    "username": "ada",
    "role": "user",
    "plan": PLAN,
    "clusterCount": 2,
    "createdAt": TEXT,
    "usedStorage": 5,
    "storageLimit": 10.5,
    "language": "en",
    "country": "ES",
    "twoFactorEnabled": True,
    "referralCode": "abc",
}
PROFILED: dict[str, Any] = {
    "id": "u1",
    "email": "user@example.com",
    "name": "Ada",
    "last_name": "L",
    "username": "ada",
    "role": "user",
    "plan": Plan(**PLANNED),
    "cluster_count": 2,
    "created_at": INSTANT,
    "used_storage": 5,
    "storage_limit": 10.5,
    "language": "en",
    "country": "ES",
    "two_factor_enabled": True,
    "referral_code": "abc",
}
PEER: dict[str, Any] = {
    "id": "12D3A",
    "peername": "node-1",
    "ipfs_peer_id": "12D3I",
    "status": "pinned",
    "timestamp": TEXT,
    "error": "",
}
PEERED: dict[str, Any] = {
    "id": "12D3A",
    "name": "node-1",
    "ipfs_peer_id": "12D3I",
    "status": "pinned",
    "timestamp": INSTANT,
    "error": "",
}
NODE: dict[str, Any] = {
    "id": "12D3A",
    "peername": "node-1",
    "version": "1.1.6",
    "addresses": ["/ip4"],
    "error": "",
}
NODED: dict[str, Any] = {
    "id": "12D3A",
    "name": "node-1",
    "version": "1.1.6",
    "addresses": ["/ip4"],
    "error": "",
}
NAMED: dict[str, Any] = {
    "token": SECRET,
    **{key: INFO[key] for key in ("name", "label", "scopes", "expiresAt")},
}
REFERRAL = {
    "name": "n",
    "email": "e",
    "joinedAt": TEXT,
    "lastActivity": TEXT,
    "mbEarned": 1.5,
    "hasPlan": True,
    "isActive": False,
}
REFERRED: dict[str, Any] = {
    "name": "n",
    "email": "e",
    "joined_at": INSTANT,
    "last_activity": INSTANT,
    "mb_earned": 1.5,
    "has_plan": True,
    "is_active": False,
}
LOG = {
    "_id": "l",
    "action": "login",
    "type": "INFO",
    "source": "WEB",
    "details": "d",
    "ip": "127.0.0.1",
    "userId": "u",
    "userEmail": "e",
    "createdAt": TEXT,
}
LOGGED: dict[str, Any] = {
    "id": "l",
    "action": "login",
    "type": "INFO",
    "source": "WEB",
    "details": "d",
    "ip": "127.0.0.1",
    "user_id": "u",
    "user_email": "e",
    "created_at": INSTANT,
}
GATEWAY = {"publicUrl": "https://g/ipfs/", "label": "Primary", "order": 0}
GATED: dict[str, Any] = {"url": "https://g/ipfs/", "label": "Primary", "order": 0}
CLUSTER = {"clusterId": "cl1-eu", "label": "Europe", "region": "eu", "country": "DE"}
CLUSTERED: dict[str, Any] = {"id": "cl1-eu", "label": "Europe", "region": "eu", "country": "DE"}

FULL: dict[type[Response], tuple[dict[str, Any], dict[str, Any]]] = {
    Upload: (UPLOAD, UPLOADED),
    DirectoryEntry: (ENTRY, ENTRY),
    DirectoryUpload: (UPLOAD | TREE, UPLOADED | TREE | {"files": [DirectoryEntry(**ENTRY)]}),
    ServerDirectoryUpload: (UPLOAD | TREE, UPLOADED | TREE | {"files": [DirectoryEntry(**ENTRY)]}),
    Pin: (
        {"cid": CID, "clusterId": "c", "expiresAt": TEXT, "customName": "n", "status": "pinned"},
        {"cid": CID, "cluster_id": "c", "expires_at": INSTANT, "name": "n", "status": "pinned"},
    ),
    Removal: ({"cid": CID, "removed": False}, {"cid": CID, "removed": False}),
    Done: ({"message": "Done"}, {"message": "Done"}),
    UploadRecord: (RECORD, RECORDED),
    UploadPage: (
        {"uploads": [RECORD], "total": 41, "page": 3, "limit": 20},
        {"uploads": [UploadRecord(**RECORDED)], "total": 41, "page": 3, "limit": 20},
    ),
    User: (PROFILE, PROFILED),
    Token: (
        NAMED,
        {
            "token": SECRET,
            **{key: INFORMED[key] for key in ("name", "label", "scopes", "expires_at")},
        },
    ),
    TokenInfo: (INFO, INFORMED),
    TokenList: ({"tokens": [INFO]}, {"tokens": [TokenInfo(**INFORMED)]}),
    LoginSession: ({"token": SECRET, "user": PROFILE}, {"token": SECRET, "user": User(**PROFILED)}),
    TwoFactorChallenge: ({"temporaryToken": SECRET}, {"temporary_token": SECRET}),
    TwoFactorStatus: ({"twoFactorEnabled": True}, {"enabled": True}),
    Renaming: ({"updated": False, "newName": "n"}, {"updated": False, "name": "n"}),
    Directory: (
        {"cid": CID, "files": [ENTRY]},
        {"cid": CID, "files": [DirectoryEntry(**ENTRY)]},
    ),
    Preferences: ({"language": "es", "country": "ES"}, {"language": "es", "country": "ES"}),
    Referral: (REFERRAL, REFERRED),
    ReferralList: ({"referredUsers": [REFERRAL]}, {"referrals": [Referral(**REFERRED)]}),
    LogEntry: (LOG, LOGGED),
    LogPage: (
        {"logs": [LOG], "total": 41, "totalPages": 3, "page": 2, "limit": 20},
        {"logs": [LogEntry(**LOGGED)], "total": 41, "total_pages": 3, "page": 2, "limit": 20},
    ),
    Gateway: (GATEWAY, GATED),
    GatewayList: (
        {"clusterId": "cl1-eu", "gateways": [GATEWAY]},
        {"cluster_id": "cl1-eu", "gateways": [Gateway(**GATED)]},
    ),
    Cluster: (CLUSTER | {"gateways": [GATEWAY]}, CLUSTERED | {"gateways": [Gateway(**GATED)]}),
    ClusterList: ({"clusters": [CLUSTER]}, {"clusters": [Cluster(**CLUSTERED)]}),
    CurrentPlan: (
        {
            "currentPlan": PLAN,
            "planDefault": PLAN,
            "planFallback": PLAN,
            "planExpiry": TEXT,
            "isEarlyBird": True,
            "isUserDefault": False,
        },
        {
            "plan": Plan(**PLANNED),
            "default": Plan(**PLANNED),
            "fallback": Plan(**PLANNED),
            "expires_at": INSTANT,
            "is_early_bird": True,
            "is_user_default": False,
        },
    ),
    Payment: (
        {"orderId": "o", "status": "s", "paymentUrl": "u", "amount": 1.5, "currency": "EUR"},
        {"order_id": "o", "status": "s", "url": "u", "amount": 1.5, "currency": "EUR"},
    ),
    Info: (
        {"name": "n", "version": "3", "status": "ok"},
        {"name": "n", "version": "3", "status": "ok"},
    ),
    Locale: ({"code": "en", "name": "English"}, {"code": "en", "name": "English"}),
    LocaleList: (
        {"locales": [{"code": "en", "name": "English"}]},
        {"locales": [Locale(code="en", name="English")]},
    ),
    TwoFactorSetup: (
        {"secret": SECRET, "qrUrl": f"otpauth://{SECRET}", "qrDataUrl": f"data:{SECRET}"},
        {"secret": SECRET, "uri": f"otpauth://{SECRET}", "qr_data_url": f"data:{SECRET}"},
    ),
    PeerStatus: (PEER, PEERED),
    PinStatus: (
        {"cid": CID, "status": "pinned", "peers": [PEER]},
        {"cid": CID, "status": "pinned", "peers": [PeerStatus(**PEERED)]},
    ),
    Allocation: (
        {
            "cid": CID,
            "name": "n",
            "peers": ["12D3A"],
            "replication_factor_min": -1,
            "replication_factor_max": 3,
        },
        {
            "cid": CID,
            "name": "n",
            "peers": ["12D3A"],
            "replication_factor_min": -1,
            "replication_factor_max": 3,
        },
    ),
    Health: ({"ok": True, "status": "ok"}, {"ok": True, "status": "ok"}),
    Plan: (PLAN, PLANNED),
    PlanList: ({"plans": [PLAN]}, {"plans": [Plan(**PLANNED)]}),
    ClusterPeer: (NODE, NODED),
    PeerList: ({"peers": [NODE]}, {"peers": [ClusterPeer(**NODED)]}),
}
RESPONSES = [pytest.param(cls, id=cls.__name__) for cls in FULL]


def read(cls: type[Response], data: object) -> Response:
    return make(cls, json.loads(json.dumps(data)))


def full(cls: type[Response]) -> Response:
    return read(cls, FULL[cls][0])


def shown(record: Response) -> str:
    return "\n".join(
        [repr(record), str(record), f"{record}", "%s" % record, repr([record])]  # noqa: UP031
    )


# The attributes

ATTRIBUTES: dict[type[Response], str] = {
    Upload: "cid cluster_id expires_at upload_id name size status",
    DirectoryUpload: (
        "cid cluster_id expires_at upload_id name size status files total_files total_size"
    ),
    ServerDirectoryUpload: (
        "cid cluster_id expires_at upload_id name size status files total_files total_size"
    ),
    DirectoryEntry: "cid path name size",
    Pin: "cid cluster_id expires_at name status",
    Removal: "cid removed",
    Done: "message",
    UploadRecord: (
        "cid upload_id name size type status cluster_id created_at expires_at backed_up"
    ),
    UploadPage: "uploads total page limit",
    User: (
        "id email name last_name username role plan cluster_count created_at used_storage "
        "storage_limit language country two_factor_enabled referral_code"
    ),
    Renaming: "updated name",
    Directory: "cid files",
    Preferences: "language country",
    Referral: "name email joined_at last_activity mb_earned has_plan is_active",
    ReferralList: "referrals",
    LogEntry: "id action type source details ip user_id user_email created_at",
    LogPage: "logs total total_pages page limit",
    Gateway: "url label order",
    GatewayList: "gateways cluster_id",
    Cluster: "id label region country gateways",
    ClusterList: "clusters",
    CurrentPlan: "plan default fallback expires_at is_early_bird is_user_default",
    Payment: "order_id status url amount currency",
    Info: "name version status",
    Locale: "code name",
    LocaleList: "locales",
    Token: "token name label scopes expires_at",
    TokenInfo: "name label scopes expires_at created_at last_used_at",
    TokenList: "tokens",
    LoginSession: "token user",
    TwoFactorChallenge: "temporary_token",
    TwoFactorStatus: "enabled",
    TwoFactorSetup: "secret uri qr_data_url",
    PinStatus: "cid status peers",
    PeerStatus: "id name ipfs_peer_id status timestamp error",
    Allocation: "cid name peers replication_factor_min replication_factor_max",
    Health: "ok status",
    PlanList: "plans",
    Plan: (
        "id code name storage_limit price_per_month allowed_cluster_ids timelock_allowed "
        "max_file_size_bytes max_directory_size_bytes descriptions"
    ),
    PeerList: "peers",
    ClusterPeer: "id name version addresses error",
}


@pytest.mark.parametrize("cls", RESPONSES)
def test_the_attributes_are_those_of_the_design(cls: type[Response]) -> None:
    assert set(cls.model_fields) == set(ATTRIBUTES[cls].split())
    wire, attributes = FULL[cls]
    for record in (
        read(cls, wire),
        cls.model_validate(wire),
        cls.model_validate_json(json.dumps(wire)),
        cls.model_validate(attributes),
        make(cls, wire),
    ):
        assert type(record) is cls
        assert {name: getattr(record, name) for name in cls.model_fields} == attributes
        assert not record.model_extra
        assert record == full(cls)


def test_every_answer_is_public() -> None:
    found = {getattr(models, name) for name in models.__all__}
    public = {each for each in found if isinstance(each, type) and issubclass(each, Response)}
    assert public - {Response} == set(FULL) == set(ATTRIBUTES)


@pytest.mark.parametrize("cls", RESPONSES)
def test_an_answer_is_a_frozen_value(cls: type[Response]) -> None:
    record = full(cls)
    assert record == full(cls)
    for name in cls.model_fields:
        with pytest.raises(ValidationError, match="frozen"):
            setattr(record, name, None)
    with pytest.raises(ValidationError, match="frozen"):
        setattr(record, "unknown", None)  # noqa: B010
    for found in (copy.copy(record), copy.deepcopy(record), pickle.loads(pickle.dumps(record))):  # noqa: S301
        assert found == record
        assert type(found) is cls


@pytest.mark.parametrize(
    "cls", [Upload, Pin, Removal, UploadRecord, DirectoryEntry, PeerStatus, TwoFactorChallenge]
)
def test_an_answer_of_scalars_hashes(cls: type[Response]) -> None:
    assert len({full(cls), full(cls)}) == 1


def test_absent_is_none_and_lists_are_empty() -> None:
    upload = Upload(cid=CID)
    assert set(vars(upload).values()) == {CID, None}
    assert DirectoryUpload(cid=CID).files == []
    assert Token(token="x").scopes == []
    assert Plan().allowed_cluster_ids == []
    assert Plan().descriptions == {}
    assert ClusterPeer(id="x").addresses == []
    assert PinStatus(cid=CID).peers == []
    assert Allocation(cid=CID).peers == []
    assert (Removal(cid=CID).removed, Health().ok) == (True, True)


def test_two_answers_share_no_default() -> None:
    first, second = read(DirectoryUpload, {"cid": CID}), read(DirectoryUpload, {"cid": CID})
    assert isinstance(first, DirectoryUpload)
    first.files.append(DirectoryEntry(cid=OTHER))
    assert second == read(DirectoryUpload, {"cid": CID})
    assert DirectoryUpload(cid=CID).files == []


def test_what_is_not_known_is_kept() -> None:
    extra = {"newField": {"a": [1]}, "message": "stored", "type": "file", "ñ": None}
    upload = read(Upload, UPLOAD | extra)
    assert upload.model_extra == extra
    assert upload != full(Upload)
    assert read(Upload, {"cid": CID, "status": "frobnicated"}).model_dump()["status"] == (
        "frobnicated"
    )


# How an answer came

META = ResponseMeta(
    status_code=201,
    request_id="req-1",
    rate_limit=RateLimit(limit=100, remaining=99, reset=INSTANT),
    attempts=2,
    elapsed=0.25,
)
NO_META = ResponseMeta()


@pytest.mark.parametrize("cls", RESPONSES)
def test_the_meta_of_an_answer_is_no_part_of_it(cls: type[Response]) -> None:
    plain, record = full(cls), full(cls)
    attach_meta(record, META)
    assert (record.meta, plain.meta) == (META, NO_META)
    assert record == plain
    assert plain == record
    assert shown(record) == shown(plain)
    assert "_meta" not in shown(record)
    assert record.model_dump() == plain.model_dump()
    assert record.model_dump_json() == plain.model_dump_json()
    assert dict(record) == dict(plain)
    assert record.model_extra == plain.model_extra
    assert record.model_fields_set == plain.model_fields_set


@pytest.mark.parametrize("cls", RESPONSES)
def test_the_meta_of_an_answer_survives(cls: type[Response]) -> None:
    record = full(cls)
    attach_meta(record, META)
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        found: object = pickle.loads(pickle.dumps(record, protocol))  # noqa: S301
        assert isinstance(found, cls)
        assert (found.meta, found) == (META, record)
    assert copy.copy(record).meta == META
    assert copy.deepcopy(record).meta == META
    assert record.model_copy().meta == META


def test_the_meta_of_an_answer_is_not_hashed() -> None:
    record = full(Upload)
    attach_meta(record, META)
    assert hash(record) == hash(full(Upload))
    assert hash(META) == hash(copy.copy(META))


def test_an_object_made_by_hand_has_no_meta() -> None:
    meta = Upload(cid=CID).meta
    assert meta == NO_META
    for name in ("status_code", "request_id", "rate_limit", "attempts", "elapsed"):
        assert getattr(meta, name) is None


@pytest.mark.parametrize("size", [12, "many"], ids=["strict", "lenient"])
def test_the_wires_own_meta_stays_with_the_rest(size: object) -> None:
    record = read(Upload, {"cid": CID, "size": size, "meta": {"a": 1}, "_meta": {"b": 2}})
    assert record.model_extra is not None
    assert (record.model_extra["meta"], record.model_extra["_meta"]) == ({"a": 1}, {"b": 2})
    assert record.meta == NO_META
    attach_meta(record, META)
    assert record.meta == META
    assert record.model_extra["_meta"] == {"b": 2}
    assert record.model_dump()["meta"] == {"a": 1}
    assert record.model_dump()["_meta"] == {"b": 2}
    assert pickle.loads(pickle.dumps(record)).meta == META  # noqa: S301


# What a repr shows


@pytest.mark.parametrize("cls", RESPONSES)
def test_a_repr_shows_declared_fields_and_no_secret(cls: type[Response]) -> None:
    wire = FULL[cls][0] | {"accessToken": SECRET, "apiKey": SECRET, "meta": SECRET}
    for record in (read(cls, wire), make(cls, wire), cls.model_validate(wire)):
        assert SECRET not in shown(record)
        assert "accessToken" not in shown(record)
        assert SECRET not in str(list(record.__repr_args__()))
        assert SECRET in record.model_dump_json()
        assert pickle.loads(pickle.dumps(record)) == record  # noqa: S301
    for name in cls.model_fields:
        secret = name in {"token", "temporary_token", "secret", "uri", "qr_data_url"}
        assert (f"{name}=" in repr(full(cls))) is not secret


def test_a_listed_token_never_shows_what_came_with_it() -> None:
    tokens = read(TokenList, {"tokens": [{"name": "ci", "token": SECRET}]})
    assert SECRET not in shown(tokens)
    assert isinstance(tokens, TokenList)
    assert (tokens.tokens[0].model_extra or {})["token"] == SECRET


def test_a_secret_in_an_answer_is_text() -> None:
    assert Token(token=SECRET).token == SECRET
    assert type(LoginSession(token=SECRET).token) is str
    assert TwoFactorChallenge(temporary_token=SECRET).model_dump() == {"temporary_token": SECRET}


# Strict first, then lenient


def optional(cls: type[Response]) -> list[tuple[str, str]]:
    """Return the wire name and the attribute of what an answer may lack."""
    pairs = zip(*FULL[cls], strict=True)
    return [(key, name) for key, name in pairs if not cls.model_fields[name].is_required()]


OPTIONAL = [
    pytest.param(cls, key, name, id=f"{cls.__name__}.{name}")
    for cls in FULL
    for key, name in optional(cls)
]


def wrong_for(value: object) -> object:
    return 5.5 if isinstance(value, str | Plan | User) else "odd"


@pytest.mark.parametrize(("cls", "key", "name"), OPTIONAL)
def test_a_value_of_another_type_is_none_and_kept(cls: type[Response], key: str, name: str) -> None:
    wire, attributes = FULL[cls]
    wrong = wrong_for(attributes[name])
    body = wire | {key: wrong, "more": 1}
    for record in (
        read(cls, body),
        cls.model_validate(body),
        cls.model_validate_json(json.dumps(body)),
    ):
        default = cls.model_fields[name].get_default(call_default_factory=True)
        assert getattr(record, name) == default
        assert record.model_extra == {key: wrong, "more": 1}
        for other in attributes:
            assert other == name or getattr(record, other) == attributes[other]
        assert type(getattr(record, name)) is type(default)


@pytest.mark.parametrize("cls", RESPONSES)
def test_null_is_absent(cls: type[Response]) -> None:
    wire = FULL[cls][0]
    for key, _ in optional(cls):
        without = {each: wire[each] for each in wire if each != key}
        for more in ({}, {"more": 1}):
            assert read(cls, wire | more | {key: None}) == read(cls, without | more), key
            assert make(cls, wire | more | {key: None}) == read(cls, without | more), key


@pytest.mark.parametrize(
    ("wire", "name", "value"),
    [
        ({"size": 3}, "size", 3),
        ({"size": 3.0}, "size", 3),
        ({"size": 3.5}, "size", None),
        ({"size": True}, "size", None),
        ({"size": "3"}, "size", None),
        ({"size": "many"}, "size", None),
        ({"size": [3]}, "size", None),
        ({"name": 5}, "name", None),
        ({"name": ""}, "name", ""),
        ({"name": ["a"]}, "name", None),
        ({"status": {"a": 1}}, "status", None),
        ({"clusterId": 0}, "cluster_id", None),
        ({"clusterId": 0, "cluster": "c"}, "cluster_id", "c"),
        ({"expiresAt": TEXT}, "expires_at", INSTANT),
        ({"expiresAt": "2001-12-31T23:59:59Z"}, "expires_at", INSTANT),
        ({"expiresAt": "2002-01-01T01:59:59+02:00"}, "expires_at", INSTANT),
        (
            {"expiresAt": "2001-12-31T23:59:59.123456789Z"},
            "expires_at",
            INSTANT + timedelta(microseconds=123456),
        ),
        ({"expiresAt": "0001-01-01T00:00:00Z"}, "expires_at", None),
        ({"expiresAt": "2001-12-31T23:59:59"}, "expires_at", None),
        ({"expiresAt": "2001-12-31"}, "expires_at", None),
        ({"expiresAt": "soon"}, "expires_at", None),
        ({"expiresAt": ""}, "expires_at", None),
        ({"expiresAt": True}, "expires_at", None),
        ({"expiresAt": {}}, "expires_at", None),
    ],
    ids=lambda value: json.dumps(value) if isinstance(value, dict) else None,
)
def test_how_a_single_value_is_read(wire: dict[str, object], name: str, value: object) -> None:
    for record in (
        read(Upload, {"cid": CID, **wire}),
        Upload.model_validate({"cid": CID, **wire}),
        Upload.model_validate_json(json.dumps({"cid": CID, **wire})),
        make(DirectoryUpload, {"cid": CID, **wire}),
    ):
        found = getattr(record, name)
        assert (found, type(found)) == (value, type(value))
        if isinstance(found, datetime):
            assert found.utcoffset() == timedelta(0)


def test_a_number_is_finite() -> None:
    (plan,) = read_body(
        ListPlans(), b'[{"id": "p", "storageLimit": 1e400, "pricePerMonth": 4}]'
    ).plans
    assert (plan.storage_limit, plan.price_per_month) == (None, 4)
    assert Plan.model_validate({"id": "p", "storageLimit": float("nan")}).storage_limit is None
    assert plan.model_extra == {"storageLimit": float("inf")}


def test_one_bad_record_does_not_spoil_its_neighbours() -> None:
    page = read(UploadPage, {"uploads": [RECORD, RECORD | {"size": "many", "bk": "?"}], "total": 2})
    assert isinstance(page, UploadPage)
    first, second = page.uploads
    assert first == UploadRecord(**RECORDED)
    assert (second.size, second.backed_up, second.name) == (None, None, "a.txt")
    assert second.model_extra == {"size": "many", "bk": "?"}


# Identity


@pytest.mark.parametrize(
    ("cls", "data", "where"),
    [
        pytest.param(Upload, {}, "cid", id="upload"),
        pytest.param(Upload, {"cid": None}, "cid", id="null"),
        pytest.param(Upload, {"cid": ""}, "cid", id="empty"),
        pytest.param(Upload, {"cid": 5}, "cid", id="number"),
        pytest.param(Upload, {"cid": {"/": 5}}, "cid", id="older-form-of-a-number"),
        pytest.param(Upload, {"status": "pinned"}, "cid", id="status-alone"),
        pytest.param(DirectoryUpload, {"files": [ENTRY]}, "cid", id="directory"),
        pytest.param(
            DirectoryUpload,
            {"cid": CID, "files": [ENTRY, {"path": "b"}]},
            "files[1].cid",
            id="entry",
        ),
        pytest.param(DirectoryUpload, {"cid": CID, "files": [None]}, "files[0]", id="null-entry"),
        pytest.param(UploadPage, {"uploads": [{"cid": 5}]}, "uploads[0].cid", id="record"),
        pytest.param(UploadPage, {"total": 0}, "uploads", id="no-records"),
        pytest.param(UploadPage, {"uploads": "none"}, "uploads", id="records-of-another-type"),
        pytest.param(Token, {"name": "ci"}, "token", id="token"),
        pytest.param(Token, {"token": ""}, "token", id="empty-token"),
        pytest.param(Token, {"token": [SECRET]}, "token", id="token-in-list"),
        pytest.param(TokenList, {}, "tokens", id="token-list"),
        pytest.param(TokenList, {"tokens": [INFO, {}]}, "tokens[1].name", id="token-info"),
        pytest.param(LoginSession, {"user": {}}, "token", id="session"),
        pytest.param(TwoFactorChallenge, {"requires2FA": True}, "temporary_token", id="challenge"),
        pytest.param(TwoFactorStatus, {"twoFactorEnabled": None}, "enabled", id="no-status"),
        pytest.param(TwoFactorSetup, {"qrUrl": SECRET}, "secret", id="no-secret"),
        pytest.param(PlanList, {}, "plans", id="plans"),
        pytest.param(PeerList, {}, "peers", id="peers"),
        pytest.param(PeerList, {"peers": [{"peername": "a"}]}, "peers[0].id", id="peer"),
        pytest.param(Upload, None, "null", id="body-null"),
        pytest.param(Upload, [], "list", id="body-list"),
        pytest.param(Upload, "text", "str", id="body-text"),
        pytest.param(Upload, 5, "int", id="body-number"),
        pytest.param(Health, [], "list", id="health-list"),
    ],
)
def test_an_answer_without_identity_is_an_error_that_says_where(
    cls: type[Response], data: object, where: str
) -> None:
    with pytest.raises(UnreadableAnswer) as caught:
        read(cls, data)
    assert where in str(caught.value)
    assert SECRET not in str(caught.value)
    with pytest.raises(ValidationError):
        cls.model_validate(data)
    with pytest.raises(ValidationError):
        cls.model_validate_json(json.dumps(data))


@pytest.mark.parametrize(
    ("cls", "data", "where"),
    [
        pytest.param(ServerDirectoryUpload, {}, "cid", id="server-directory"),
        pytest.param(ServerDirectoryUpload, {"status": "ok"}, "cid", id="status-alone"),
        pytest.param(User, {}, "id", id="user"),
        pytest.param(User, {"email": 5, "id": []}, "id", id="user-of-odd-types"),
        pytest.param(User, {"name": "Ada"}, "id", id="user-with-a-name-alone"),
    ],
)
def test_where_any_of_several_fields_identifies_one_must_be_there(
    cls: type[Response], data: object, where: str
) -> None:
    with pytest.raises(UnreadableAnswer, match=where):
        read(cls, data)


EVERY: list[tuple[Request[Any], dict[str, Any]]] = [
    (GetHealth(), FULL[Health][0]),
    (ListPlans(), FULL[PlanList][0]),
    (ListPeers(), FULL[PeerList][0]),
    (Login(email="user@example.com", password="x"), FULL[LoginSession][0]),
    (Login(email="user@example.com", password="x"), FULL[TwoFactorChallenge][0]),
    (VerifyTwoFactor(temporary_token="x", code="012345"), FULL[LoginSession][0]),
    (LogOut(), FULL[Done][0]),
    (SignUp(name="Ada", email="user@example.com", password="x"), FULL[Done][0]),
    (VerifyEmail(token="x"), FULL[Done][0]),
    (ResendVerification(email="user@example.com"), FULL[Done][0]),
    (ForgotPassword(email="user@example.com"), FULL[Done][0]),
    (ResetPassword(token="x", new_password="x"), FULL[Done][0]),
    (GetTwoFactorStatus(), FULL[TwoFactorStatus][0]),
    (SetUpTwoFactor(), FULL[TwoFactorSetup][0]),
    (EnableTwoFactor(code="012345"), FULL[Done][0]),
    (DisableTwoFactor(password="x", code="012345"), FULL[Done][0]),
    (UploadFile(file=b"x"), FULL[Upload][0]),
    (UploadServerDirectory(dir_path="/x"), FULL[ServerDirectoryUpload][0]),
    (UploadDirectoryDag(source={"a": b"x"}), FULL[DirectoryUpload][0]),
    (PinCid(cid=CID), FULL[Pin][0]),
    (RemoveFile(cid=CID), FULL[Removal][0]),
    (GetMe(), FULL[User][0]),
    (ListUploads(), FULL[UploadPage][0]),
    (GenerateToken(name="ci"), FULL[Token][0]),
    (ListTokens(), FULL[TokenList][0]),
    (RevokeToken(name="ci"), {"revoked": True}),
    (GetStatus(cid=CID), FULL[PinStatus][0]),
    (GetAllocations(cid=CID), FULL[Allocation][0]),
]
ANSWERS = [
    pytest.param(request, wire, id=f"{type(request).__name__}-{next(iter(wire))}")
    for request, wire in EVERY
]


@pytest.mark.parametrize(("request_", "wire"), ANSWERS)
def test_a_failure_under_200_is_no_success(request_: Request[Any], wire: dict[str, Any]) -> None:
    failure = {"error": "Internal Server Error", "code": "X", "message": "It broke"}
    for body in (
        failure,
        {"success": False},
        {"success": False, **failure},
        {"success": False, **wire},
        {"success": False, **wire, "size": "lenient"},
    ):
        with pytest.raises(UnreadableAnswer):
            read_body(request_, json.dumps(body).encode())
    read_body(request_, json.dumps({"success": True, **wire}).encode())


@pytest.mark.parametrize(("request_", "wire"), ANSWERS)
def test_a_broken_body_is_unreadable(request_: Request[Any], wire: dict[str, Any]) -> None:
    whole = json.dumps(wire).encode()
    for body in (
        whole[:-1],
        whole + b"}",
        b"<html></html>",
        b"null",
        b"5",
        b'"text"',
        b"\xff",
        b"[1, 2]",
    ):
        with pytest.raises(UnreadableAnswer):
            read_body(request_, body)


@pytest.mark.parametrize("word", [b"NaN", b"Infinity", b"-Infinity"])
def test_what_is_no_json_number_is_unreadable_wherever_it_stands(word: bytes) -> None:
    requests: list[Request[Any]] = [UploadFile(file=b""), GetHealth(), ListUploads()]
    for request in requests:
        for record in (b'{"cid": "x", "size": %b}' % word, b'{"cid": "x", "more": [%b]}' % word):
            body = b'{"uploads": [%b]}' % record if isinstance(request, ListUploads) else record
            with pytest.raises(UnreadableAnswer):
                read_body(request, body)
            assert isinstance(request.endpoint.answer, type)
            with pytest.raises(ValidationError, match="not finite"):
                request.endpoint.answer.model_validate_json(body)


# Every known shape


def kind(value: object) -> str:
    return type(value).__name__


def entries(*cids: str) -> list[DirectoryEntry]:
    return [DirectoryEntry(cid=cid) for cid in cids]


@pytest.mark.parametrize(
    ("request_", "body", "attributes"),
    [
        (UploadFile(file=b""), {"hash": CID}, {"cid": CID}),
        (UploadFile(file=b""), {"IpfsHash": CID}, {"cid": CID}),
        (UploadFile(file=b""), {"data": {"cid": CID, "size": 1}}, {"cid": CID, "size": 1}),
        (UploadFile(file=b""), {"result": {"cid": CID}}, {"cid": CID}),
        (UploadFile(file=b""), {"cid": {"/": CID}}, {"cid": CID}),
        (UploadFile(file=b""), {"cid": "Qm...BdG"}, {"cid": "Qm...BdG"}),
        (UploadFile(file=b""), {"cid": CID, "filename": "a"}, {"name": "a"}),
        (UploadFile(file=b""), {"cid": CID, "_id": "65f0"}, {"upload_id": "65f0"}),
        (
            UploadServerDirectory(dir_path="/x"),
            {"success": True, "count": 1, "items": [{"cid": CID}], "type": "directory"},
            {"cid": None, "files": entries(CID), "total_files": 1},
        ),
        (
            UploadDirectoryDag(source={"a": b""}),
            {"dagCid": CID, "files": [{"path": "a", "cid": OTHER}]},
            {"cid": CID, "files": [DirectoryEntry(cid=OTHER, path="a")]},
        ),
        (
            UploadDirectoryDag(source={"a": b""}),
            {"cid": CID, "filename": "site", "totalFiles": 3, "totalSize": 9},
            {"name": "site", "total_files": 3, "total_size": 9, "files": []},
        ),
        (PinCid(cid=CID), {"pinned": True, "customName": "n"}, {"cid": CID, "name": "n"}),
        (PinCid(cid=CID), {}, {"cid": CID, "status": None}),
        (PinCid(cid=CID), {"cid": None}, {"cid": CID}),
        (PinCid(cid=CID), {"cid": OTHER}, {"cid": OTHER}),
        (RemoveFile(cid=CID), None, {"cid": CID, "removed": True}),
        (RemoveFile(cid=CID), {"removed": False}, {"cid": CID, "removed": False}),
        (RemoveFile(cid=CID), {"success": True}, {"cid": CID, "removed": True}),
        (GetMe(), {"_id": "u1"}, {"id": "u1", "plan": None}),
        (GetMe(), {"user": {"email": "a@b.c"}}, {"email": "a@b.c"}),
        (GetMe(), {"id": "u", "plan": "free"}, {"plan": Plan(code="free")}),
        (GetMe(), {"id": "u", "plan": {"_id": "p"}}, {"plan": Plan(id="p")}),
        (GetMe(), {"id": "u", "plan": None}, {"plan": None}),
        (GetMe(), {"id": "u", "clusters": 3}, {"cluster_count": 3}),
        (GetMe(), {"id": "u", "clusters": ["a", "b"]}, {"cluster_count": 2}),
        (ListUploads(page=4, limit=7), [], {"uploads": [], "total": None, "page": 4, "limit": 7}),
        (
            ListUploads(page=4),
            [{"cid": CID, "uploadedAt": TEXT, "filename": "a"}],
            {"uploads": [UploadRecord(cid=CID, created_at=INSTANT, name="a")], "page": 4},
        ),
        (
            ListUploads(page=4, limit=7),
            {"uploads": [], "pagination": {"page": 2, "limit": 3, "total": 9}},
            {"total": 9, "page": 2, "limit": 3},
        ),
        (ListUploads(), {"files": [{"cid": CID}], "total": 1}, {"total": 1, "page": 1}),
        (
            ListUploads(),
            {"data": [{"cid": CID, "bk": 0}]},
            {"uploads": [UploadRecord(cid=CID, backed_up=False)], "total": None},
        ),
        (GenerateToken(name="ci"), {"token": "t"}, {"token": "t", "name": "ci", "scopes": []}),
        (GenerateToken(name="ci"), {"token": "t", "name": "other"}, {"name": "other"}),
        (ListTokens(), [{"name": "a"}], {"tokens": [TokenInfo(name="a")]}),
        (
            ListTokens(),
            {"tokens": [{"name": "a", "lastUsed": TEXT}]},
            {"tokens": [TokenInfo(name="a", last_used_at=INSTANT)]},
        ),
        (ListPlans(), [{"_id": "p"}], {"plans": [Plan(id="p")]}),
        (ListPlans(), {"data": [{"code": "free"}]}, {"plans": [Plan(code="free")]}),
        (ListPeers(), [{"id": "a"}], {"peers": [ClusterPeer(id="a")]}),
        (
            ListPeers(),
            {"success": True, "peers": [], "details": {"id": "a"}},
            {"peers": [ClusterPeer(id="a")]},
        ),
        (
            ListPeers(),
            {"success": True, "peers": [], "details": '{"id": "a"}\n{"id": "b"}\n'},
            {"peers": [ClusterPeer(id="a"), ClusterPeer(id="b")]},
        ),
        (ListPeers(), {"peers": []}, {"peers": []}),
        (GetHealth(), None, {"ok": True, "status": None}),
        (GetHealth(), {"status": "ok", "uptime": 5}, {"ok": True, "status": "ok"}),
        (
            GetStatus(cid=CID),
            {"cid": None, "peer_map": {"a": {"peername": "n", "status": "pinned"}}},
            {
                "cid": CID,
                "status": None,
                "peers": [PeerStatus(id="a", name="n", status="pinned")],
            },
        ),
        (
            GetStatus(cid=CID),
            {
                "status": "pinning",
                "peers": ["a"],
                "allocations": [{"peer": "a", "status": "pinning"}],
            },
            {"status": "pinning", "peers": [PeerStatus(id="a", status="pinning")]},
        ),
        (GetStatus(cid=CID), {"cid": {"/": OTHER}, "status": "pinned"}, {"cid": OTHER}),
        (
            GetAllocations(cid=CID),
            {"success": True, "nodes": ["a", "b"], "pin_info": {"replication_factor_min": 2}},
            {"cid": CID, "peers": ["a", "b"], "replication_factor_min": 2},
        ),
        (
            GetAllocations(cid=CID),
            {"cid": {"/": CID}, "type": 2, "allocations": ["a"], "replication_factor_max": -1},
            {"cid": CID, "peers": ["a"], "replication_factor_max": -1},
        ),
        (GetAllocations(cid=CID), {"allocations": [{"peer": "a"}]}, {"peers": ["a"]}),
        (GetAllocations(cid=CID), {"pin_info": {"Allocations": ["a"]}}, {"peers": ["a"]}),
        (GetAllocations(cid=CID), {"Cid": OTHER, "Name": "n"}, {"cid": OTHER, "name": "n"}),
    ],
    ids=kind,
)
def test_every_known_shape_lands_in_the_same_attributes(
    request_: Request[Any], body: object, attributes: dict[str, object]
) -> None:
    answer = read_body(request_, b"" if body is None else json.dumps(body).encode())
    assert isinstance(answer, Response)
    assert {name: getattr(answer, name) for name in attributes} == attributes


def test_a_login_is_a_session_or_a_challenge() -> None:
    login = Login(email="user@example.com", password="x")
    session = read_body(login, b'{"token": "t"}')
    assert session == LoginSession(token="t")
    challenge = read_body(login, b'{"requires2FA": true, "temporaryToken": "t"}')
    assert isinstance(challenge, TwoFactorChallenge)
    assert challenge.temporary_token == "t"
    assert isinstance(read_body(login, b'{"token": "t", "requires2FA": false}'), LoginSession)
    with pytest.raises(UnreadableAnswer):
        read_body(login, b'{"requires2FA": true}')


def test_a_revocation_has_no_answer() -> None:
    revoke: Request[Any] = RevokeToken(name="ci")
    for body in (b"", b"{}", b'{"revoked": true}', b'{"success": true}', b'{"message": "done"}'):
        assert read_body(revoke, body) is None


# How a pin stands


def pin(*statuses: str | None, whole: str | None = None) -> PinStatus:
    peers = [PeerStatus(id=f"peer-{n}", status=status) for n, status in enumerate(statuses)]
    return PinStatus(cid=CID, status=whole, peers=peers)


@pytest.mark.parametrize(
    ("status", "pinned", "pending", "failed"),
    [
        pytest.param(pin("pinned", "pinned", whole="pinned"), True, False, 0, id="all"),
        pytest.param(pin("pinned", "remote", whole="partial"), True, False, 0, id="remote"),
        pytest.param(pin("pinned", "sharded"), True, False, 0, id="sharded"),
        pytest.param(pin("pinned", "pinning", whole="partial"), False, True, 0, id="pinning"),
        pytest.param(pin("pinned", "pin_queued"), False, True, 0, id="queued-for-pin"),
        pytest.param(pin("queued"), False, True, 0, id="queued"),
        pytest.param(pin("pinning", "remote", whole="unpinned"), False, True, 0, id="under-way"),
        pytest.param(pin("pinned", "pin_error", whole="partial"), False, False, 1, id="pin-error"),
        pytest.param(pin("pin_error", "cluster_error"), False, False, 2, id="errors"),
        pytest.param(pin("error"), False, False, 1, id="error"),
        pytest.param(pin("unpin_error"), False, False, 1, id="unpin-error"),
        pytest.param(pin("unexpectedly_unpinned"), False, False, 1, id="unexpectedly-unpinned"),
        pytest.param(pin("pin_error", "pinning"), False, True, 1, id="error-and-pinning"),
        pytest.param(pin("unpinned", "unpinned", whole="unpinned"), False, False, 0, id="unknown"),
        pytest.param(pin("unpinning"), False, False, 0, id="unpinning"),
        pytest.param(pin("unpin_queued"), False, False, 0, id="queued-for-unpin"),
        pytest.param(pin("pinned", "unpinned"), False, False, 0, id="half"),
        pytest.param(pin("remote", "remote", whole="pinned"), False, False, 0, id="all-remote"),
        pytest.param(pin("frobnicated", whole="pinned"), False, False, 0, id="unknown-state"),
        pytest.param(pin("pinned", "frobnicated"), False, False, 0, id="pinned-and-unknown-state"),
        pytest.param(pin("undefined"), False, False, 0, id="undefined"),
        pytest.param(pin("PINNED", " Remote "), True, False, 0, id="case"),
        pytest.param(pin("pinned,remote"), True, False, 0, id="joined"),
        pytest.param(pin("pinning, pin_error"), False, True, 1, id="joined-with-error"),
        pytest.param(pin("remote,sharded", "pinned"), True, False, 0, id="joined-unconcerned"),
        pytest.param(pin("pinned", None), True, False, 0, id="one-says-nothing"),
        pytest.param(pin(whole="pinned"), True, False, 0, id="summary-pinned"),
        pytest.param(pin(whole="pinning"), False, True, 0, id="summary-pinning"),
        pytest.param(pin(whole="partial"), False, False, 0, id="summary-partial"),
        pytest.param(pin(whole="unpinned"), False, False, 0, id="summary-unpinned"),
        pytest.param(pin(whole="failed"), False, False, 0, id="summary-failed"),
        pytest.param(pin(None, None, whole="pinned"), True, False, 0, id="silent-peers"),
        pytest.param(pin(), False, False, 0, id="nothing"),
        pytest.param(pin(whole=""), False, False, 0, id="empty"),
    ],
)
def test_how_a_pin_stands(status: PinStatus, pinned: bool, pending: bool, failed: int) -> None:
    assert (status.is_pinned, status.is_pending) == (pinned, pending)
    assert len(status.failed_peers) == failed
    assert all(peer in status.peers for peer in status.failed_peers)
    again = PinStatus.model_validate_json(status.model_dump_json())
    assert (again.is_pinned, again.is_pending, len(again.failed_peers)) == (pinned, pending, failed)
    raw = {
        "cid": CID,
        "status": status.status,
        "peer_map": {peer.id: {"status": peer.status} for peer in status.peers},
    }
    mapped = PinStatus.model_validate_json(json.dumps(raw))
    assert (mapped.is_pinned, mapped.is_pending) == (pinned, pending)


# Trips


@pytest.mark.parametrize("cls", RESPONSES)
def test_an_answer_survives_its_dump(cls: type[Response]) -> None:
    for record in (full(cls), read(cls, FULL[cls][0] | {"more": {"a": [1, None]}, "meta": 1})):
        attach_meta(record, META)
        assert cls.model_validate(record.model_dump()) == record
        assert cls.model_validate(record.model_dump(mode="json")) == record
        assert cls.model_validate_json(record.model_dump_json()) == record
        assert make(cls, json.loads(record.model_dump_json())) == record


def unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    keys = [key for key, _ in pairs]
    assert len(keys) == len(set(keys)), keys
    return dict(pairs)


@pytest.mark.parametrize("cls", RESPONSES)
def test_a_leniently_read_answer_survives_its_dump(cls: type[Response]) -> None:
    wire, attributes = FULL[cls]
    for key, name in optional(cls):
        record = read(cls, wire | {key: wrong_for(attributes[name])})
        json.loads(record.model_dump_json(), object_pairs_hook=unique)
        assert cls.model_validate(record.model_dump()) == record
        assert cls.model_validate_json(record.model_dump_json()) == record


# Never a type that lies


def conforms(value: Any, annotation: Any) -> bool:
    """Say whether a value is of the annotated type, exactly."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return conforms(value, arguments[0])
    if origin in (Union, types.UnionType):
        return any(conforms(value, each) for each in arguments)
    if origin is list:
        items: list[Any] = value
        return type(items) is list and all(conforms(each, arguments[0]) for each in items)
    if origin is dict:
        pairs: dict[Any, Any] = value
        return type(pairs) is dict and all(
            conforms(key, arguments[0]) and conforms(each, arguments[1])
            for key, each in pairs.items()
        )
    if isinstance(value, Response):
        return type(value) is annotation and truthful(value)
    return type(value) is annotation or (value is None and annotation is type(None))


def truthful(record: Response) -> bool:
    fields = type(record).model_fields
    return all(conforms(getattr(record, name), info.annotation) for name, info in fields.items())


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-2, 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(["", CID, TEXT, "pinned", "0001-01-01T00:00:00Z"])
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
)
SHAPES = "data result items user details peer_map allocations pin_info success error id /"
KEYS = st.sampled_from(
    sorted({*SHAPES.split(" "), *(key for wire, _ in FULL.values() for key in wire)})
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=6,
)


@settings(max_examples=120)
@given(JSON, st.dictionaries(KEYS, JSON, max_size=4))
def test_no_answer_lies_and_none_breaks_the_reading(data: object, changes: dict[str, Any]) -> None:
    for request, wire in EVERY:
        for body in (data, wire | changes):
            try:
                answer: object = read_body(request, json.dumps(body).encode())
            except UnreadableAnswer:
                continue
            if answer is not None:
                assert isinstance(answer, Response)
                assert truthful(answer), answer
                assert SECRET not in repr(answer)
                assert pickle.loads(pickle.dumps(answer)) == answer  # noqa: S301
