"""The service's error answers."""

from http import HTTPStatus

__all__ = [
    "ApiError",
    "bad_request",
    "conflict",
    "file_too_large",
    "forbidden",
    "missing_scope",
    "never_verified",
    "not_found",
    "not_in_cluster",
    "unauthorized",
    "unavailable",
    "version_gone",
]


class ApiError(Exception):
    """An error answer, with its status and body.

    Attributes:
        status: The HTTP status.
        body: The JSON object of the answer.
        headers: Additional headers.
    """

    def __init__(
        self,
        status: HTTPStatus,
        message: str,
        *,
        code: str | None = None,
        details: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.headers: dict[str, str] = headers or {}
        self.body: dict[str, object] = {"error": status.phrase, "message": message}
        if code is not None:
            self.body["code"] = code
        self.body.update(details or {})


def bad_request(message: str, code: str | None = None) -> ApiError:
    """Return the error for invalid input."""
    return ApiError(HTTPStatus.BAD_REQUEST, message, code=code)


def unauthorized(message: str, code: str = "UNAUTHORIZED") -> ApiError:
    """Return the error for an unknown caller."""
    return ApiError(HTTPStatus.UNAUTHORIZED, message, code=code)


def forbidden(message: str, code: str | None = None) -> ApiError:
    """Return the error for what the account may not do."""
    return ApiError(HTTPStatus.FORBIDDEN, message, code=code)


def never_verified() -> ApiError:
    """Return the error for an address that was not verified in time; it has no code."""
    return ApiError(
        HTTPStatus.FORBIDDEN,
        "The account was disabled because its address was never verified",
        details={"canResendVerification": True},
    )


def missing_scope(scope: str) -> ApiError:
    """Return the error for what the API token may not do."""
    return ApiError(
        HTTPStatus.FORBIDDEN,
        f"Missing scope: {scope}",
        code="missing_scope",
        details={"required": scope},
    )


def not_found(message: str) -> ApiError:
    """Return the error for what does not exist, or belongs to another account."""
    return ApiError(HTTPStatus.NOT_FOUND, message)


def not_in_cluster(cid: str) -> ApiError:
    """Return the error for a CID that is not pinned in a cluster."""
    return ApiError(HTTPStatus.NOT_FOUND, "pin is not part of the pinset", details={"cid": cid})


def conflict(message: str) -> ApiError:
    """Return the error for a name that is in use."""
    return ApiError(HTTPStatus.CONFLICT, message)


def unavailable(message: str) -> ApiError:
    """Return the error for what is switched off, or cannot be reached."""
    return ApiError(HTTPStatus.SERVICE_UNAVAILABLE, message)


def file_too_large(message: str) -> ApiError:
    """Return the error for a body that is too large."""
    return ApiError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, message, code="FILE_TOO_LARGE")


def version_gone() -> ApiError:
    """Return the error for older versions of the API; its code is in the field `error`."""
    return ApiError(
        HTTPStatus.GONE,
        "This version of the API is gone; use /api/v3",
        details={"error": "api_version_deprecated", "currentApiBase": "/api/v3"},
    )
