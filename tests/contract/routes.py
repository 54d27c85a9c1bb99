"""The service's routes as its documentation has them, written down apart from the models.

Paths are below the API's base, but for the one that is a whole URL. `Field` tells what a value has
to be; what a route takes in its path is told by the path.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

__all__ = ["ROUTES", "Auth", "Body", "Field", "Route", "segments"]

Auth: TypeAlias = Literal["none", "any", "session"]
Body: TypeAlias = Literal["none", "query", "json", "multipart"]
Field: TypeAlias = Literal[
    "text", "cid", "instant", "day", "code", "number", "days", "flag", "scopes", "file", "files"
]


@dataclass(frozen=True)
class Route:
    """One route: who may ask, by which scope, and what may be sent.

    Attributes:
        method: The HTTP method.
        path: The path, with `:name` for what is in it.
        auth: Which credential it takes.
        scope: What an API token must be allowed to do.
        body: How the fields travel.
        required: The fields that must be there.
        optional: Those that may be left out.
    """

    method: str
    path: str
    auth: Auth = "any"
    scope: str | None = None
    body: Body = "none"
    required: Mapping[str, Field] = field(default_factory=dict[str, Field])
    optional: Mapping[str, Field] = field(default_factory=dict[str, Field])

    @property
    def fields(self) -> Mapping[str, Field]:
        """All fields that may be sent."""
        return {**self.required, **self.optional}


def segments(path: str) -> tuple[str, ...]:
    """Return a path's segments, with `:` for each that is filled, however it is named."""
    return tuple(re.sub(r"^(:\w+|{\w+})$", ":", each) for each in path.split("/"))


CLUSTER: Mapping[str, Field] = {"cl": "text"}
STORED: Mapping[str, Field] = {**CLUSTER, "timelock": "instant"}
PAGE: Mapping[str, Field] = {"page": "number", "limit": "number"}
PLACE: Mapping[str, Field] = {"language": "text", "country": "text"}

ROUTES = (
    Route("GET", "/health", "none"),
    Route("GET", "/plans/", "none"),
    Route("GET", "/peers/", "none"),
    Route("POST", "/auth/login", "none", None, "json", {"email": "text", "password": "text"}),
    Route(
        *("POST", "/auth/2fa/verify-login", "none", None, "json"),
        {"temporaryToken": "text", "code": "code"},
    ),
    Route("POST", "/files/", "any", "files:write", "multipart", {"file": "file"}, STORED),
    Route("POST", "/files/directory", "any", "files:write", "json", {"dirPath": "text"}, STORED),
    Route(
        *("POST", "/files/directory-dag", "any", "files:write", "multipart"),
        {"files": "files"},
        {"dirName": "text", **STORED},
    ),
    Route(
        *("POST", "/files/pin/:cid", "any", "files:write", "json"),
        optional={"originalName": "text", "customName": "text", **STORED},
    ),
    Route("DELETE", "/files/remove/:cid", "any", "files:delete"),
    Route("GET", "/users/me", "any", "user:read"),
    Route(
        *("GET", "/users/me/uploads", "any", "files:read", "query"),
        optional={**PAGE, "parentCid": "cid", "hasExpiration": "flag", "cid": "cid"},
    ),
    Route(
        *("POST", "/tokens/generate", "any", "tokens:write", "json"),
        {"name": "text"},
        {"label": "text", "expiresInDays": "days", "scopes": "scopes", "totpCode": "code"},
    ),
    Route("GET", "/tokens/list", "any", "tokens:read"),
    Route(
        *("DELETE", "/tokens/revoke/:name", "any", "tokens:delete", "json"),
        optional={"totpCode": "code"},
    ),
    Route("GET", "/status/:cid", "any", "cluster:read", "query", {}, CLUSTER),
    Route("GET", "/allocations/:cid", "any", "cluster:read", "query", {}, CLUSTER),
    Route("GET", "/status/allocations/:cid", "any", "cluster:read", "query", {}, CLUSTER),
    Route(
        *("POST", "/files/directory-cluster", "any", "files:write", "json"),
        {"dirPath": "text"},
        STORED,
    ),
    Route(
        *("POST", "/files/directory-cluster-files", "any", "files:write", "multipart"),
        {"file": "file"},
        STORED,
    ),
    Route(
        *("POST", "/files/directory-files", "any", "files:write", "multipart"),
        {"file": "file"},
        STORED,
    ),
    Route("PUT", "/files/rename/:uploadId", "any", "files:rename", "json", {"newName": "text"}),
    Route("GET", "/users/me/uploads/dag/:cidDag", "any", "files:read"),
    Route("DELETE", "/users/me/uploads/:cid", "any", "files:delete"),
    Route("GET", "/users/me/uploads/:cid", "any", "files:read"),
    Route(
        *("PUT", "/users/me", "any", "user:write", "json"),
        optional={"name": "text", "lastname": "text", "birthDate": "day", **PLACE},
    ),
    Route(
        *("PUT", "/users/me/password", "any", "user:write", "json"),
        {"currentPassword": "text", "newPassword": "text"},
    ),
    Route("GET", "/users/me/preferences", "any", "user:read"),
    Route("PUT", "/users/me/preferences", "any", "user:write", "json", {}, PLACE),
    Route("GET", "/users/me/clusters", "any", "cluster:read"),
    Route("GET", "/users/me/plan", "any", "plans:read"),
    Route("GET", "/users/me/plans", "any", "plans:read"),
    Route("PUT", "/users/me/plan", "any", "plans:write", "json", {"planId": "text"}),
    Route("GET", "/users/me/referrals", "any", "referrals:read"),
    Route(
        *("GET", "/users/me/logs", "any", "logs:read", "query"),
        optional={**PAGE, "type": "text", "action": "text", "source": "text"},
    ),
    Route("GET", "/plans/my-plan", "any", "plans:read"),
    Route("GET", "/plans/all", "any", "plans:read"),
    Route("PUT", "/plans/change", "any", "plans:write", "json", {"planId": "text"}),
    Route(
        *("POST", "/auth/signup", "none", None, "json"),
        {"name": "text", "email": "text", "password": "text"},
        {"lastname": "text", "birthDate": "day", "referredBy": "text", **PLACE},
    ),
    Route("POST", "/auth/verify-email", "none", None, "json", {"token": "text"}),
    Route("POST", "/auth/resend-verification", "none", None, "json", {"email": "text"}),
    Route("POST", "/auth/forgot-password", "none", None, "json", {"email": "text"}),
    Route(
        *("POST", "/auth/reset-password", "none", None, "json"),
        {"token": "text", "newPassword": "text"},
    ),
    # The token may also come in the body; the header is enough.
    Route("POST", "/auth/logout", "session"),
    Route("GET", "/auth/2fa/status", "session"),
    Route("POST", "/auth/2fa/setup", "session"),
    Route("POST", "/auth/2fa/enable", "session", None, "json", {"code": "code"}),
    Route(
        *("POST", "/auth/2fa/disable", "session", None, "json"),
        {"password": "text", "code": "code"},
    ),
    Route("GET", "/cluster/gateways", "session", None, "query", {}, CLUSTER),
    Route("GET", "/locales/languages", "none"),
    Route("GET", "/locales/countries", "none"),
    Route("POST", "/payments/:gateway/create", "session", None, "json", {"planId": "text"}),
    Route("GET", "/payments/:gateway/status/:orderId", "session"),
    Route("DELETE", "/payments/:gateway/cancel/:orderId", "session"),
    # The API's base itself, `/api/v3`.
    Route("GET", "/", "none"),
    # What stands in the API for people to read.
    Route("GET", "https://api.pinarkive.com/", "none"),
    Route("GET", "/docs/openapi.yaml", "none"),
    Route("GET", "/docs/openapi.json", "none"),
    Route("GET", "/docs/openapi-v2.yaml", "none"),
    Route("GET", "/docs/swagger", "none"),
    Route("GET", "/docs/swagger-v2", "none"),
    Route("GET", "/docs/health", "none"),
    Route("GET", "/docs/", "session"),
    Route("GET", "/docs/v2", "session"),
    Route("GET", "/docs/endpoints", "session"),
)
