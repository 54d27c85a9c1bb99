"""When calls are repeated, as data: what the server does in turn, and what comes of it.

In the manner of the retry conformance tests of Google Cloud Storage: each scenario runs for every
endpoint, and what is expected depends on the endpoint's class alone. The classes stand here once
more, on purpose: an endpoint that is new, or that changes its class, has to be entered.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, get_args

from pinarkive import (
    APIConnectionError,
    APIStatusError,
    APITimeoutError,
    AuthenticationError,
    BadRequestError,
    CancelPayment,
    ChangePassword,
    ChangePlan,
    ChangeUserPlan,
    ConflictError,
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
    NotFoundError,
    PayloadTooLargeError,
    PermissionDeniedError,
    PinCid,
    RateLimitError,
    RedirectError,
    RemoveFile,
    RenameUpload,
    Request,
    ResendVerification,
    ResetPassword,
    RevokeToken,
    Sent,
    ServerError,
    ServiceUnavailableError,
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

from .faults import CID
from .server import Close, Read, Reset, Send, Stall, Turn, json_answer

__all__ = ["ENDPOINTS", "OK", "SCENARIOS", "Endpoint", "Outcome", "Scenario"]

Class: TypeAlias = Literal["always", "update", "removal", "when-refused", "never"]
"""`always`, of which there are three: reads; `update`, where it stays open what an attempt did that
was lost; and `removal`, where what is gone when it is repeated was removed."""

CLASSES: tuple[Class, ...] = get_args(Class)


@dataclass(frozen=True)
class Endpoint:
    """A request, its class, and the body of a good answer."""

    name: str
    request: Request[Any]
    repeats: Class
    body: bytes


def by_cid(template: str) -> bytes:
    """Return a body that names the CID."""
    return template.replace("CID", CID).encode()


ENDPOINTS = (
    Endpoint("health", GetHealth(), "always", b'{"status":"ok"}'),
    Endpoint("plans", ListPlans(), "always", b'{"plans":[]}'),
    Endpoint("peers", ListPeers(), "always", b'{"peers":[]}'),
    Endpoint("me", GetMe(), "always", b'{"id":"u1"}'),
    Endpoint("uploads", ListUploads(), "always", b'{"uploads":[],"total":0}'),
    Endpoint("tokens", ListTokens(), "always", b'{"tokens":[]}'),
    Endpoint("status", GetStatus(cid=CID), "always", b'{"status":"pinned"}'),
    Endpoint("allocations", GetAllocations(cid=CID), "always", by_cid('{"cid":"CID"}')),
    Endpoint("remove", RemoveFile(cid=CID), "removal", b"{}"),
    Endpoint("revoke", RevokeToken(name="ci"), "removal", b"{}"),
    Endpoint("revoke, code", RevokeToken(name="ci", totp_code="012345"), "never", b"{}"),
    Endpoint("upload", UploadFile(file=b"x"), "when-refused", by_cid('{"cid":"CID"}')),
    Endpoint(
        "folder", UploadDirectoryDag(source={"a": b"x"}), "when-refused", by_cid('{"cid":"CID"}')
    ),
    Endpoint(
        "server's folder",
        UploadServerDirectory(dir_path="/data"),
        "when-refused",
        by_cid('{"cid":"CID"}'),
    ),
    Endpoint("pin", PinCid(cid=CID), "when-refused", by_cid('{"cid":"CID"}')),
    Endpoint("generate", GenerateToken(name="ci"), "when-refused", b'{"token":"pk_new"}'),
    Endpoint(
        "generate, code", GenerateToken(name="ci", totp_code="012345"), "never", b'{"token":"t"}'
    ),
    Endpoint(
        "login", Login(email="me@example.com", password="pass word"), "never", b'{"token":"t"}'
    ),
    Endpoint("2FA", VerifyTwoFactor(temporary_token="t", code="012345"), "never", b'{"token":"t"}'),
    Endpoint("log out", LogOut(), "when-refused", b"{}"),
    Endpoint(
        "sign up",
        SignUp(name="Ada", email="user@example.com", password="pass word"),
        "never",
        b"{}",
    ),
    Endpoint("verify", VerifyEmail(token="mailed"), "never", b"{}"),
    Endpoint("resend", ResendVerification(email="user@example.com"), "when-refused", b"{}"),
    Endpoint("forgot", ForgotPassword(email="user@example.com"), "when-refused", b"{}"),
    Endpoint("reset", ResetPassword(token="mailed", new_password="pass word"), "never", b"{}"),
    Endpoint("2FA status", GetTwoFactorStatus(), "always", b'{"twoFactorEnabled":true}'),
    Endpoint("2FA set-up", SetUpTwoFactor(), "when-refused", b'{"secret":"JBSW"}'),
    Endpoint("2FA on", EnableTwoFactor(code="012345"), "never", b"{}"),
    Endpoint("2FA off", DisableTwoFactor(password="pass word", code="012345"), "never", b"{}"),
    Endpoint("info", GetInfo(), "always", b"{}"),
    Endpoint("languages", ListLanguages(), "always", b"[]"),
    Endpoint("countries", ListCountries(), "always", b"[]"),
    Endpoint("older allocations", GetStatusAllocations(cid=CID), "always", by_cid('{"cid":"CID"}')),
    Endpoint(
        "server's folder, each file",
        UploadDirectoryCluster(dir_path="/data"),
        "when-refused",
        by_cid('{"items":[{"cid":"CID"}]}'),
    ),
    Endpoint(
        "folder's file", UploadDirectoryFile(file=b"x"), "when-refused", by_cid('{"cid":"CID"}')
    ),
    Endpoint(
        "cluster's file",
        UploadDirectoryClusterFile(file=b"x"),
        "when-refused",
        by_cid('{"cid":"CID"}'),
    ),
    Endpoint("rename", RenameUpload(upload_id="u1", new_name="n"), "update", b'{"updated":true}'),
    Endpoint("one upload", GetUpload(cid=CID), "always", by_cid('{"cid":"CID"}')),
    Endpoint("delete", DeleteUpload(cid=CID), "removal", b"{}"),
    Endpoint("directory", GetDirectory(cid=CID), "always", b'{"files":[]}'),
    Endpoint("profile", UpdateMe(name="Ada"), "update", b"{}"),
    Endpoint(
        "password",
        ChangePassword(current_password="pass word", new_password="another word"),
        "never",
        b"{}",
    ),
    Endpoint("preferences", GetPreferences(), "always", b"{}"),
    Endpoint("prefer", UpdatePreferences(language="es"), "update", b"{}"),
    Endpoint("clusters", ListClusters(), "always", b"[]"),
    Endpoint("gateways", ListGateways(), "always", b'{"gateways":[]}'),
    Endpoint("referrals", ListReferrals(), "always", b'{"referredUsers":[]}'),
    Endpoint("logs", ListLogs(), "always", b'{"logs":[],"total":0}'),
    Endpoint("my plan", GetMyPlan(), "always", b'{"currentPlan":{"code":"free"}}'),
    Endpoint("user's plan", GetUserPlan(), "always", b'{"currentPlan":{"code":"free"}}'),
    Endpoint("all plans", ListAllPlans(), "always", b"[]"),
    Endpoint("user's plans", ListUserPlans(), "always", b"[]"),
    Endpoint("change plan", ChangePlan(plan_id="p1"), "update", b"{}"),
    Endpoint("change user's plan", ChangeUserPlan(plan_id="p1"), "update", b"{}"),
    Endpoint("pay", CreatePayment(gateway="coingate", plan_id="p1"), "never", b'{"orderId":"o"}'),
    Endpoint("payment", GetPayment(gateway="coingate", order_id="o"), "always", b"{}"),
    Endpoint("cancel", CancelPayment(gateway="coingate", order_id="o"), "never", b"{}"),
)


@dataclass(frozen=True)
class Outcome:
    """What comes of a call: how many requests the server sees, and the error, if any."""

    requests: int
    error: type[BaseException] | None = None
    sent: Sent | None = None


@dataclass(frozen=True)
class Scenario:
    """What the server does in turn, and what is expected of each class.

    Attributes:
        name: What happens, for people.
        turns: What the server does; where it is `OK`, the endpoint's good answer. The last is for
            all requests that follow; without a turn nothing listens.
        expected: What comes of it, by class.
        waits: The seconds that the server asks for before each repetition.
        limit: The call's time limit.
        longest: The seconds in which the call has ended.
    """

    name: str
    turns: tuple[Turn, ...]
    expected: Mapping[Class, Outcome]
    waits: tuple[float, ...] = ()
    limit: float = 30.0
    longest: float = 5.0


OK: Turn = ()
LOST: Turn = (Read(), Reset())
CLOSED: Turn = (Read(), Close())
SILENT: Turn = (Read(), Stall())
CUT: Turn = (Read(), Send(b'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"id'), Close())


def fails(status: int, *headers: str, body: bytes = b'{"message":"Say why"}') -> Turn:
    """Return the turn that answers with a status."""
    return (Read(), Send(json_answer(body, status, *headers)))


def same(outcome: Outcome) -> Mapping[Class, Outcome]:
    """Return what is expected of every class alike."""
    return dict.fromkeys(CLASSES, outcome)


def unknown(
    repeated: Outcome, error: type[BaseException], sent: Sent = "maybe"
) -> Mapping[Class, Outcome]:
    """Return what is expected where only what is harmless twice is repeated."""
    once = Outcome(1, error, sent)
    return {**same(repeated), "when-refused": once, "never": once}


def refused(
    repeated: Outcome, error: type[BaseException], sent: Sent = "yes"
) -> Mapping[Class, Outcome]:
    """Return what is expected where all is repeated but what works once."""
    once = Outcome(1, error, sent)
    return {**same(repeated), "never": once}


def unknown_then_gone(error: type[BaseException]) -> Mapping[Class, Outcome]:
    """Return what is expected where the repetition finds nothing any more."""
    return {
        **unknown(Outcome(2, NotFoundError, "yes"), error),
        "update": Outcome(2, NotFoundError, "maybe"),
        "removal": Outcome(2),
    }


FINAL: tuple[tuple[int, type[BaseException]], ...] = (
    (400, BadRequestError),
    (401, AuthenticationError),
    (403, PermissionDeniedError),
    (404, NotFoundError),
    (409, ConflictError),
    (413, PayloadTooLargeError),
    (418, APIStatusError),
)
LATER: tuple[tuple[int, type[BaseException]], ...] = (
    (408, APIStatusError),
    (425, APIStatusError),
    (429, RateLimitError),
)
BROKEN: tuple[int, ...] = (500, 502, 504)
IN_BODY = b'{"message":"Say why","retryAfter":1}'
OFTEN = fails(429, "Retry-After: 1")

SCENARIOS = (
    Scenario("well", (OK,), same(Outcome(1))),
    Scenario("lost once", (LOST, OK), unknown(Outcome(2), APIConnectionError)),
    Scenario("lost twice", (LOST, CLOSED, OK), unknown(Outcome(3), APIConnectionError)),
    Scenario(
        "lost always",
        (LOST,),
        unknown(Outcome(3, APIConnectionError, "maybe"), APIConnectionError),
    ),
    Scenario("cut once", (CUT, OK), unknown(Outcome(2), APIConnectionError)),
    Scenario("lost, then gone", (LOST, fails(404)), unknown_then_gone(APIConnectionError)),
    Scenario("500, then gone", (fails(500), fails(404)), unknown_then_gone(ServerError)),
    Scenario(
        "429, then gone",
        (fails(429), fails(404)),
        refused(Outcome(2, NotFoundError, "yes"), RateLimitError),
    ),
    Scenario(
        "silence", (SILENT,), same(Outcome(1, APITimeoutError, "maybe")), limit=0.8, longest=1.3
    ),
    *(
        Scenario(f"{status} once", (fails(status), OK), unknown(Outcome(2), ServerError))
        for status in BROKEN
    ),
    *(
        Scenario(
            f"{status} always",
            (fails(status),),
            unknown(Outcome(3, ServerError, "maybe"), ServerError),
        )
        for status in BROKEN
    ),
    Scenario("503 once", (fails(503), OK), unknown(Outcome(2), ServiceUnavailableError)),
    Scenario(
        "503 with a time, once",
        (fails(503, "Retry-After: 1"), OK),
        refused(Outcome(2), ServiceUnavailableError, "maybe"),
        waits=(1.0,),
    ),
    *(
        Scenario(f"{status} once", (fails(status), OK), refused(Outcome(2), error))
        for status, error in LATER
    ),
    *(
        Scenario(f"{status} always", (fails(status),), refused(Outcome(3, error, "yes"), error))
        for status, error in LATER
    ),
    Scenario("429 with a time", (OFTEN, OK), refused(Outcome(2), RateLimitError), waits=(1.0,)),
    Scenario(
        "429 with a time, always",
        (OFTEN,),
        refused(Outcome(3, RateLimitError, "yes"), RateLimitError),
        waits=(1.0, 1.0),
    ),
    Scenario(
        "429, the body has the larger time",
        (fails(429, "Retry-After: 0", body=IN_BODY), OK),
        refused(Outcome(2), RateLimitError),
        waits=(1.0,),
    ),
    Scenario(
        "429 for longer than the limit",
        (fails(429, "Retry-After: 5"), OK),
        same(Outcome(1, RateLimitError, "yes")),
        limit=4.0,
        longest=2.0,
    ),
    Scenario(
        "429 for longer than a minute",
        (fails(429, "Retry-After: 61"), OK),
        same(Outcome(1, RateLimitError, "yes")),
        limit=90.0,
    ),
    *(
        Scenario(f"{status}", (fails(status), OK), same(Outcome(1, error, "yes")))
        for status, error in FINAL
    ),
    Scenario(
        "a redirect", (fails(307, "Location: /x"), OK), same(Outcome(1, RedirectError, "yes"))
    ),
    Scenario("nothing listens", (), same(Outcome(0, APIConnectionError, "no"))),
)
