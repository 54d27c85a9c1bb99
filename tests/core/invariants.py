"""What holds for every answer and every input, whatever it is made of."""

import math
import pickle
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from pinarkive import (
    DisableTwoFactor,
    EnableTwoFactor,
    ForgotPassword,
    GenerateToken,
    GetAllocations,
    GetHealth,
    GetMe,
    GetStatus,
    GetTwoFactorStatus,
    InvalidInputError,
    ListPeers,
    ListPlans,
    ListTokens,
    ListUploads,
    Login,
    LogOut,
    PinarkiveError,
    PinCid,
    RateLimitError,
    RemoveFile,
    Request,
    ResendVerification,
    ResetPassword,
    RevokeToken,
    SetUpTwoFactor,
    SignUp,
    UploadDirectoryDag,
    UploadFile,
    UploadServerDirectory,
    VerifyEmail,
    VerifyTwoFactor,
)
from pinarkive._core.decode import Answer, rate_limit, read_answer
from pinarkive._core.encode import Outgoing, encode
from pinarkive._core.read import read_body, read_json
from pinarkive._values.json import is_list, is_object, is_sequence
from pinarkive.cid import CID
from pinarkive.config import Config, Credential

ASKED = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"
KEY = "the-secret-key-of-this-test"
PASSWORD = "the-password-of-this-test"
CONFIG = Config(credential=Credential("api_key", KEY))
NOW = datetime(2030, 1, 1, tzinfo=UTC)

ODD_VALUES: list[object] = [
    *(None, True, False, 0, 1, -1, 1.0, 0.5, 2**31, 2**63, 2**64, 10**4000, 1e308, -0.0),
    *(
        "",
        " ",
        "0",
        "1",
        "null",
        "NaN",
        "Infinity",
        "true",
        "\x00",
        "\ufeff",
        "ü",
        "\U0001f600",
    ),
    *(
        "2030-01-01T00:00:00Z",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59-23:59",
        "2030-01-01",
    ),
    *("0001-01-01T00:00:00+23:59", "99999999999999999999", "1e400", "-1", "\u0663", "²"),
    *("2fa_required", "missing_scope", "MISSING_SCOPE", "email_not_verified", KEY, KEY[:20]),
    *([], {}, [[]], [{}], {"": None}, {"data": {}}, {"/": ""}, [None], [KEY], {KEY: KEY}),
]
"""Values at which code that reads JSON stumbles."""

REQUESTS: tuple[Request[Any], ...] = (
    GetHealth(),
    ListPlans(),
    ListPeers(),
    Login(email="user@example.com", password=PASSWORD),
    VerifyTwoFactor(temporary_token=PASSWORD, code="012345"),
    LogOut(),
    SignUp(name="Ada", email="user@example.com", password=PASSWORD),
    VerifyEmail(token=PASSWORD),
    ResendVerification(email="user@example.com"),
    ForgotPassword(email="user@example.com"),
    ResetPassword(token=PASSWORD, new_password=PASSWORD),
    GetTwoFactorStatus(),
    SetUpTwoFactor(),
    EnableTwoFactor(code="012345"),
    DisableTwoFactor(password=PASSWORD, code="012345"),
    UploadFile(file=b"content"),
    UploadServerDirectory(dir_path="/srv/site"),
    UploadDirectoryDag(source={"a.txt": b"content"}),
    PinCid(cid=ASKED),
    RemoveFile(cid=ASKED),
    GetMe(),
    ListUploads(page=3, limit=7),
    GenerateToken(name="asked"),
    ListTokens(),
    RevokeToken(name="asked"),
    GetStatus(cid=ASKED),
    GetAllocations(cid=ASKED),
)
"""One of each kind."""

OUTGOING: tuple[Outgoing, ...] = tuple(encode(request, CONFIG) for request in REQUESTS)


def check_answer(number: int, answer: Answer) -> None:
    """Fail unless the answer to a request is what its type says, or an error of our tree."""
    request, outgoing = REQUESTS[number], OUTGOING[number]
    rate_limit(answer)
    try:
        result = read_answer(answer, outgoing, partial(read_body, request))
    except PinarkiveError as error:
        check_error(error, answer.status)
    else:
        assert 200 <= answer.status < 300
        check_result(result)
    with suppress(PinarkiveError):
        read_answer(answer, outgoing, read_json)


def check_error(error: PinarkiveError, status: int) -> None:
    """Fail unless an error tells what it should, can be pickled, and holds no secret."""
    assert error.status_code == status
    assert str(error).startswith(f"[{status}] ")
    assert error.message.strip()
    assert error.sent in {"yes", "maybe"}
    assert isinstance(error.body, dict)
    texts: list[object] = [error.error, error.code, error.required, repr(error)]
    assert all(isinstance(text, str) for text in texts)
    assert error.retry_after is None or 0 <= error.retry_after < math.inf
    check_fields(error.details)
    if isinstance(error, RateLimitError):
        assert fits(error.limit, int | None)
        assert fits(error.remaining, int | None)
        assert fits(error.reset_time, datetime | None)
    copied = pickle.loads(pickle.dumps(error))  # noqa: S301  # it was pickled here
    assert type(copied) is type(error)
    assert (copied.args, vars(copied)) == (error.args, vars(error))
    shown = f"{error!s} {error!r} {error.args!r} {vars(error)!r}"
    assert KEY not in shown
    assert PASSWORD not in shown


def check_result(result: object) -> None:
    """Fail unless each value in a result is of its field's type, and it prints and pickles."""
    if result is None:
        return
    assert isinstance(result, BaseModel)
    check_fields(result)
    assert pickle.loads(pickle.dumps(result)) == result  # noqa: S301  # it was pickled here
    assert repr(result)
    result.model_dump()
    result.model_dump_json()


def check_fields(model: BaseModel) -> None:
    """Fail unless every field of a model, and of those in it, holds what its annotation says."""
    for name, info in type(model).model_fields.items():
        value = getattr(model, name)
        assert fits(value, info.annotation), f"{type(model).__name__}.{name} is {value!r}"
        for inner in models_in(value):
            check_fields(inner)


def models_in(value: object) -> Iterator[BaseModel]:
    """Yield the models that a field holds."""
    for each in value if is_list(value) else [value]:
        if isinstance(each, BaseModel):
            yield each


def fits(value: object, annotation: Any) -> bool:
    """Say whether a value is of an annotation's type, and no stand-in for it."""
    arguments = get_args(annotation)
    match get_origin(annotation):
        case origin if origin is Annotated:
            return fits(value, arguments[0])
        case origin if origin in (Union, UnionType):
            return any(fits(value, each) for each in arguments)
        case origin if origin in (list, tuple):
            return is_sequence(value) and all(fits(each, arguments[0]) for each in value)
        case origin if origin is dict:
            return is_object(value) and all(
                fits(name, arguments[0]) and fits(each, arguments[1])
                for name, each in value.items()
            )
        case _ if annotation is NoneType:
            return value is None
        case _ if annotation is float:
            return isinstance(value, float) and math.isfinite(value)
        case _ if annotation is datetime:
            return isinstance(value, datetime) and value.utcoffset() == timedelta()
        case _:
            return isinstance(value, annotation) and (annotation is bool or value is not True)


def check_input(kind: type[Request[Any]], text: bytes) -> None:
    """Fail unless JSON makes a request that survives JSON and can be sent, or is refused."""
    try:
        request = kind.model_validate_json(text)
    except InvalidInputError as error:
        assert error.message
        return
    check_fields(request)
    assert repr(request)
    assert kind.model_validate_json(request.model_dump_json()) == request
    assert pickle.loads(pickle.dumps(request)) == request  # noqa: S301  # it was pickled here
    with suppress(InvalidInputError):
        outgoing = encode(request, CONFIG)
        assert outgoing.url.startswith(CONFIG.base_url + "/")
        assert outgoing.url.isascii()
        assert "/../" not in outgoing.url
        assert not any(mark in outgoing.url for mark in " \r\n\t")


def check_cid(text: str) -> None:
    """Fail unless text is a CID that is written as it was read, or is refused."""
    try:
        cid = CID.parse(text)
    except ValueError as error:
        assert str(error)
        return
    assert CID.parse(str(cid)) == cid
    assert cid.bytes
