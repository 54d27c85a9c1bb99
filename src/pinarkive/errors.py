"""Every error that the SDK raises.

    PinarkiveError                        .message .status_code .body .error .code .required
    │                                     .retry_after .sent .attempts .request_id .details
    ├─ InvalidInputError (ValueError)     refused before anything was sent; .field
    │  └─ MissingCredentialsError         the call needs a token or an API key
    ├─ ClientClosedError                  the client is closed
    ├─ SourceChangedError                 a file changed while it was being sent
    ├─ APIConnectionError                 there is no usable answer
    │  └─ APITimeoutError (TimeoutError)  the call's time limit has passed
    ├─ APIResponseError                   the answer does not follow the API
    ├─ IntegrityError                     the content does not match its CID; .upload
    ├─ PinFailedError                     a peer could not pin the content; .cid .status .peers
    ├─ RedirectError                      a redirect, which is never followed; .location
    └─ APIStatusError                     4xx and 5xx
       ├─ BadRequestError 400
       │  ├─ TwoFactorRequiredError
       │  └─ TwoFactorInvalidError
       ├─ AuthenticationError 401
       ├─ PermissionDeniedError 403
       │  ├─ MissingScopeError            .required is the scope
       │  ├─ EmailNotVerifiedError
       │  └─ AccountDisabledError
       ├─ NotFoundError 404
       ├─ ConflictError 409
       ├─ APIVersionGoneError 410
       ├─ PayloadTooLargeError 413
       ├─ RateLimitError 429              .limit .remaining .reset_time
       └─ ServerError 5xx
          └─ ServiceUnavailableError 503

Errors are plain data: they can be pickled, copied and logged, and never contain a credential, a
socket or a request. Problems with your own files raise Python's own errors, such as
`FileNotFoundError`.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, TypeAlias

from pydantic import BaseModel, Field

from ._values.error_body import read_code, read_error_fields
from ._values.json import is_object
from ._values.read import parse_instant, read_seconds, read_text, read_whole, read_words

__all__ = [
    "APIConnectionError",
    "APIResponseError",
    "APIStatusError",
    "APITimeoutError",
    "APIVersionGoneError",
    "AccountDisabledError",
    "AuthenticationError",
    "BadRequestError",
    "ClientClosedError",
    "ConflictError",
    "EmailNotVerifiedError",
    "ErrorBody",
    "IntegrityError",
    "InvalidInputError",
    "MissingCredentialsError",
    "MissingScopeError",
    "NotFoundError",
    "PayloadTooLargeError",
    "PermissionDeniedError",
    "PinFailedError",
    "PinarkiveError",
    "RateLimitError",
    "RedirectError",
    "Sent",
    "ServerError",
    "ServiceUnavailableError",
    "SourceChangedError",
    "TwoFactorInvalidError",
    "TwoFactorRequiredError",
    "error_from_response",
]

Sent: TypeAlias = Literal["no", "maybe", "yes"]
"""Whether the service acted on a request: "no", "maybe" (check first) or "yes" (it answered)."""

EXCERPT = 200


class ErrorBody(BaseModel, frozen=True, extra="allow", defer_build=True):
    """The known fields of an error answer; unknown ones are in `model_extra`.

    A field is `None` if the server did not send it, or sent a value of the wrong type.

        except PinarkiveError as error:
            print(error.details.message, error.details.can_resend_verification)
    """

    error: str | None = None
    message: str | None = None
    code: str | None = None
    required: str | None = None
    retry_after: float | None = Field(default=None, alias="retryAfter")
    limit: int | None = None
    remaining: int | None = None
    reset_time: datetime | None = Field(default=None, alias="resetTime")
    can_resend_verification: bool | None = Field(default=None, alias="canResendVerification")
    current_api_base: str | None = Field(default=None, alias="currentApiBase")


class PinarkiveError(Exception):
    """The base class of all errors of the SDK: `except PinarkiveError` catches every one.

    Attributes:
        message: What was wrong and what to do, without the status.
        status_code: The HTTP status, or 0 if there was no answer.
        body: The decoded JSON object of the answer, or `{}`.
        text: The start of a body that is not JSON, such as a proxy's web page; else `""`.
        sent: "no": the server did not act on the request. "maybe": it may have. "yes": it answered.
        attempts: How many attempts were made.
        request_id: The id that the server gave the exchange, if any.
        hint: Help that is part of the text, such as how to find out whether the request took
            effect, or which credential was refused.

    Example:
        try:
            client.files.remove(cid)
        except PinarkiveError as error:
            print(error, error.status_code, error.code)
    """

    def __init__(
        self,
        status_code: int,
        message: str,
        body: Mapping[str, Any] | None = None,
        retry_after: float | None = None,
    ) -> None:
        self.status_code: int = status_code
        self.message: str = (
            message if message.strip() else "The request failed and the server did not say why"
        )
        self.body: dict[str, Any] = dict(body or {})
        self.text: str = ""
        self.sent: Sent = "yes" if status_code else "no"
        self.attempts: int = 0
        self.request_id: str | None = None
        self.hint: str = ""
        self._retry_after = retry_after
        super().__init__(f"[{status_code}] {self.message}" if status_code else self.message)

    def __str__(self) -> str:
        prefix = f"[{self.status_code}] " if self.status_code else ""
        suffix = f" ({self.hint})" if self.hint else ""
        return f"{prefix}{self.message}{suffix}"

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"

    def __reduce__(self) -> tuple[object, ...]:
        # The constructors have different arguments, so a copy is made without calling them.
        return _restore, (type(self), self.args, self.__dict__)

    @property
    def error(self) -> str:
        """The `error` field of the answer, usually the status in words; `""` if absent."""
        return read_text(self.body.get("error"))

    @property
    def code(self) -> str:
        """The machine-readable code of the answer, unchanged; `""` if absent."""
        return read_code(self.body)

    @property
    def required(self) -> str:
        """The scope that the call needs, or several separated by spaces; `""` if absent."""
        return read_words(self.body.get("required"))

    @property
    def retry_after(self) -> int | None:
        """The seconds to wait before the next attempt, rounded up, or `None`."""
        waits = (read_seconds(self.body.get("retryAfter")), read_seconds(self._retry_after))
        return max((wait for wait in waits if wait is not None), default=None)

    @property
    def details(self) -> ErrorBody:
        """The body as an `ErrorBody`."""
        return ErrorBody.model_validate({**self.body, **read_error_fields(self.body)})


def _restore(
    cls: type[PinarkiveError], args: tuple[object, ...], state: Mapping[str, Any]
) -> PinarkiveError:
    error = cls.__new__(cls)
    error.args = args
    error.__dict__.update(state)
    return error


class InvalidInputError(PinarkiveError, ValueError):
    """An argument is not valid; nothing was sent. `.field` is the argument's name.

    Raised by the constructors of requests, by `model_validate` and by every method of a client.
    """

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(0, message)
        self.field: str = field


class MissingCredentialsError(InvalidInputError):
    """The call needs a credential and the client has none: pass `token=` or `api_key=`."""


class ClientClosedError(PinarkiveError):
    """The client was closed before the call or during it."""

    def __init__(self, message: str = "The client is closed; make a new one") -> None:
        super().__init__(0, message)


class SourceChangedError(PinarkiveError):
    """A file changed while it was being sent. Nothing was stored."""

    def __init__(self, message: str) -> None:
        super().__init__(0, message)


class APIConnectionError(PinarkiveError):
    """There is no usable answer.

    With `.sent == "no"` the request was not sent completely, so the service did not act on it. With
    "maybe" it was sent, but its answer was lost.
    """

    def __init__(self, message: str, sent: Sent = "no") -> None:
        super().__init__(0, message)
        self.sent: Sent = sent


class APITimeoutError(APIConnectionError, TimeoutError):
    """The call took longer than its time limit, or no connection was made in time."""


class APIResponseError(PinarkiveError):
    """The server's answer does not follow the API.

    Examples are HTML from a captive portal, truncated JSON, and an upload without a CID. The
    message contains the status, the content type and the first 200 characters.
    """


class IntegrityError(PinarkiveError):
    """The service stored other content than was sent, or a download does not match its CID.

    After an upload, `.upload` is the service's answer (an `Upload` or `DirectoryUpload`),
    `.received` is the CID in it, and `.expected` are the CIDs of what was sent, one for each
    profile, or none if the answer lists other files than were sent. After a download nothing is
    kept, and `.expected` has the CID of the file or block that does not match.
    """

    def __init__(
        self,
        status_code: int,
        message: str,
        upload: object = None,
        expected: Sequence[str] = (),
        received: str | None = None,
    ) -> None:
        super().__init__(status_code, message)
        self.upload: object = upload
        self.expected: tuple[str, ...] = tuple(expected)
        self.received: str | None = received


class PinFailedError(PinarkiveError):
    """A peer of the cluster could not pin a CID; the message contains its name and its error.

    `.cid` is the content, `.status` the service's own summary, and `.peers` maps the name or id of
    each failed peer to its error.
    """

    def __init__(
        self, message: str, cid: str = "", status: str = "", peers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(0, message)
        self.sent: Sent = "yes"
        self.cid: str = cid
        self.status: str = status
        self.peers: dict[str, str] = dict(peers or {})


class RedirectError(PinarkiveError):
    """The server redirects. Redirects are not followed, because that could leak the credential."""

    def __init__(self, status_code: int, message: str, location: str = "") -> None:
        super().__init__(status_code, message)
        self.location: str = location


class APIStatusError(PinarkiveError):
    """The server answered with a 4xx or 5xx status. Common ones have classes of their own."""


class BadRequestError(APIStatusError):
    """400: the server rejects the request as malformed."""


class TwoFactorRequiredError(BadRequestError):
    """400: the account has two-factor authentication; pass `totp_code=`."""


class TwoFactorInvalidError(BadRequestError):
    """400: the TOTP code is wrong, has expired or was used before."""


class AuthenticationError(APIStatusError):
    """401: the credential is missing, wrong or expired, or the login failed."""


class PermissionDeniedError(APIStatusError):
    """403: the credential is valid, but does not allow this call."""


class MissingScopeError(PermissionDeniedError):
    """403: the API token lacks the scope in `.required`."""


class EmailNotVerifiedError(PermissionDeniedError):
    """403: the account's e-mail address has not been verified."""


class AccountDisabledError(PermissionDeniedError):
    """403: the account is disabled; only the service's support can help."""


class NotFoundError(APIStatusError):
    """404: it does not exist, or belongs to another account."""


class ConflictError(APIStatusError):
    """409: the name is already in use."""


class APIVersionGoneError(APIStatusError):
    """410: the base URL names a version of the API that is gone; use `/api/v3`."""


class PayloadTooLargeError(APIStatusError):
    """413: the file or directory is larger than the plan allows."""


class RateLimitError(APIStatusError):
    """429: too many requests; wait `.retry_after` seconds."""

    @property
    def limit(self) -> int | None:
        """How many requests the time window allows."""
        return read_whole(self.body.get("limit"))

    @property
    def remaining(self) -> int | None:
        """How many requests remain in the time window."""
        return read_whole(self.body.get("remaining"))

    @property
    def reset_time(self) -> datetime | None:
        """The end of the time window, in UTC."""
        return parse_instant(self.body.get("resetTime"))


class ServerError(APIStatusError):
    """5xx: the server failed; it may have acted on the request."""


class ServiceUnavailableError(ServerError):
    """503: the service or its cluster cannot be reached."""


STATUS_ERRORS: dict[int, type[APIStatusError]] = {
    400: BadRequestError,
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    409: ConflictError,
    410: APIVersionGoneError,
    413: PayloadTooLargeError,
    429: RateLimitError,
    503: ServiceUnavailableError,
}

CODE_ERRORS: dict[tuple[int, str], type[APIStatusError]] = {
    (400, "2fa_required"): TwoFactorRequiredError,
    (400, "2fa_invalid"): TwoFactorInvalidError,
    (403, "missing_scope"): MissingScopeError,
    (403, "email_not_verified"): EmailNotVerifiedError,
    (403, "account_disabled"): AccountDisabledError,
}


def error_from_response(
    status_code: int,
    body: object,
    *,
    text: str = "",
    reason: str = "",
    retry_after: float | None = None,
) -> APIStatusError:
    """Return the right error for a 4xx or 5xx answer.

    Args:
        status_code: The HTTP status.
        body: The decoded JSON, or `None` if the body is not JSON.
        text: The start of a body that is not JSON.
        reason: The status in words.
        retry_after: The seconds in the `Retry-After` header.
    """
    fields: dict[str, Any] = dict(body) if is_object(body) else {}
    candidates = (read_text(fields.get("message")), read_text(fields.get("error")), text, reason)
    message = next((each.strip() for each in candidates if each.strip()), "")
    general = APIStatusError(status_code, message, fields, retry_after)
    cls = CODE_ERRORS.get((status_code, general.code.casefold()))
    if cls is None and status_code == 403 and fields.get("canResendVerification") is True:
        cls = EmailNotVerifiedError
    if cls is None:
        fallback = ServerError if status_code >= 500 else APIStatusError
        cls = STATUS_ERRORS.get(status_code, fallback)
    error = cls(status_code, message, fields, retry_after)
    error.sent = "maybe" if status_code >= 500 else "yes"
    return error
