"""The schemas in schemas/ accept what the contract documents, and refuse what it does not."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import openapi_spec_validator
import pytest
from jsonschema import Draft202012Validator

from pinarkive import models
from pinarkive.errors import ErrorBody
from pinarkive.models import Request, Response
from pinarkive.scopes import UPLOADER

SCHEMAS = Path(__file__).parents[2] / "schemas"
EXAMPLES = json.loads(Path(__file__).with_name("examples.json").read_text())
OPENAPI = json.loads((SCHEMAS / "openapi.json").read_text())
CID = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"
SOON = datetime.now(UTC) + timedelta(days=30)

# Method, path, scope and whether a credential is sent, as the contract has them.
ENDPOINTS = {
    ("get", "/health", None, False),
    ("get", "/plans/", None, False),
    ("get", "/peers/", None, False),
    ("post", "/auth/login", None, False),
    ("post", "/auth/2fa/verify-login", None, False),
    ("post", "/auth/logout", None, True),
    ("post", "/auth/signup", None, False),
    ("post", "/auth/verify-email", None, False),
    ("post", "/auth/resend-verification", None, False),
    ("post", "/auth/forgot-password", None, False),
    ("post", "/auth/reset-password", None, False),
    ("get", "/auth/2fa/status", None, True),
    ("post", "/auth/2fa/setup", None, True),
    ("post", "/auth/2fa/enable", None, True),
    ("post", "/auth/2fa/disable", None, True),
    ("post", "/files/", "files:write", True),
    ("post", "/files/directory", "files:write", True),
    ("post", "/files/directory-dag", "files:write", True),
    ("post", "/files/pin/{cid}", "files:write", True),
    ("delete", "/files/remove/{cid}", "files:delete", True),
    ("get", "/users/me", "user:read", True),
    ("get", "/users/me/uploads", "files:read", True),
    ("post", "/tokens/generate", "tokens:write", True),
    ("get", "/tokens/list", "tokens:read", True),
    ("delete", "/tokens/revoke/{name}", "tokens:delete", True),
    ("get", "/status/{cid}", "cluster:read", True),
    ("get", "/allocations/{cid}", "cluster:read", True),
    ("get", "/status/allocations/{cid}", "cluster:read", True),
    ("get", "/", None, False),
    ("get", "/locales/languages", None, False),
    ("get", "/locales/countries", None, False),
    ("post", "/files/directory-cluster", "files:write", True),
    ("post", "/files/directory-cluster-files", "files:write", True),
    ("post", "/files/directory-files", "files:write", True),
    ("put", "/files/rename/{upload_id}", "files:rename", True),
    ("get", "/users/me/uploads/{cid}", "files:read", True),
    ("delete", "/users/me/uploads/{cid}", "files:delete", True),
    ("get", "/users/me/uploads/dag/{cid}", "files:read", True),
    ("put", "/users/me", "user:write", True),
    ("put", "/users/me/password", "user:write", True),
    ("get", "/users/me/preferences", "user:read", True),
    ("put", "/users/me/preferences", "user:write", True),
    ("get", "/users/me/clusters", "cluster:read", True),
    ("get", "/users/me/plan", "plans:read", True),
    ("put", "/users/me/plan", "plans:write", True),
    ("get", "/users/me/plans", "plans:read", True),
    ("get", "/users/me/referrals", "referrals:read", True),
    ("get", "/users/me/logs", "logs:read", True),
    ("get", "/plans/my-plan", "plans:read", True),
    ("get", "/plans/all", "plans:read", True),
    ("put", "/plans/change", "plans:write", True),
    ("get", "/cluster/gateways", None, True),
    ("post", "/payments/{gateway}/create", None, True),
    ("get", "/payments/{gateway}/status/{order_id}", None, True),
    ("delete", "/payments/{gateway}/cancel/{order_id}", None, True),
}


def operations() -> dict[tuple[str, str], dict[str, Any]]:
    """Return every operation of the OpenAPI file by its method and path."""
    return {
        (method, path): operation
        for path, methods in OPENAPI["paths"].items()
        for method, operation in methods.items()
    }


def problems(schema: dict[str, Any], body: Any) -> list[str]:
    """Return what is wrong with a body, by its schema in the OpenAPI file or in one of its own."""
    whole = {**schema, "components": OPENAPI["components"]}
    found: Any = Draft202012Validator(whole).iter_errors(body)  # pyright: ignore[reportUnknownMemberType]
    return [error.message for error in found]


def schema_of(name: str) -> dict[str, Any]:
    """Return the schema in a model's own file."""
    schema: dict[str, Any] = json.loads((SCHEMAS / f"{name}.json").read_text())
    return schema


def endpoint_of(example: dict[str, Any]) -> tuple[str, str]:
    """Return the method and path that an example belongs to, as OpenAPI writes them."""
    method, _, path = example["endpoint"].partition(" ")
    return method.lower(), re.sub(r":(\w+)", r"{\1}", path)


SUCCESSES = [it for it in EXAMPLES if it["status"] < 400 and endpoint_of(it) in operations()]
ERRORS = [it for it in EXAMPLES if it["status"] >= 400 and isinstance(it["body"], dict)]


# Shapes that the models read as well, and that no schema describes: each is of one shape.
OTHER_SHAPES = {
    "clusters_ts_type",
    "clusters_wrapped",
    "allocations_pre_1_0_encoding",
    "err_404_wrapper_numeric_code",
    "list_uploads_bare_array",
    "peers_raw_array",
    "plans_wrapped",
    "remove_no_content",
    "status_v2_schema",
    "token_list_bare_v2",
}


def by_name(example: dict[str, Any]) -> str:
    return str(example["name"])


@pytest.mark.parametrize("example", SUCCESSES, ids=by_name)
def test_a_documented_answer_fits_its_schema(example: dict[str, Any]) -> None:
    (status,) = (it for it in operations()[endpoint_of(example)]["responses"] if it < "300")
    schema = operations()[endpoint_of(example)]["responses"][status]["content"]
    found = problems(schema["application/json"]["schema"], example["body"])
    assert bool(found) is (example["name"] in OTHER_SHAPES), found


@pytest.mark.parametrize("example", ERRORS, ids=by_name)
def test_a_documented_error_fits_the_schema_of_errors(example: dict[str, Any]) -> None:
    found = problems(schema_of("ErrorBody"), example["body"])
    assert bool(found) is (example["name"] in OTHER_SHAPES), found


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("Upload", {}),
        ("Upload", {"cid": None}),
        ("Upload", {"cid": ""}),
        ("Upload", {"cid": 5}),
        ("Upload", {"size": 5}),
        ("Upload", {"cid": CID, "size": "many"}),
        ("Upload", {"cid": CID, "size": 1.5}),
        ("Upload", {"data": {"size": 5}}),
        ("Upload", []),
        ("Upload", None),
        ("DirectoryUpload", {"files": []}),
        ("DirectoryUpload", {"cid": CID, "files": [{"path": "a.txt"}]}),
        ("DirectoryUpload", {"cid": CID, "files": {}}),
        ("ServerDirectoryUpload", {"total_files": "two"}),
        ("Pin", []),
        ("Pin", {"cid": 5}),
        ("Removal", {"removed": "yes"}),
        ("UploadPage", {}),
        ("UploadPage", {"uploads": [{"name": "a.txt"}]}),
        ("UploadPage", {"uploads": [], "total": "many"}),
        ("UploadPage", [{"name": "a.txt"}]),
        ("User", {"name": 5}),
        ("User", {"id": "u1", "plan": 3}),
        ("User", {"id": "u1", "clusters": "three"}),
        ("Token", {"name": "ci"}),
        ("Token", {"token": ""}),
        ("Token", {"token": "secret", "scopes": "files:read"}),
        ("TokenList", {}),
        ("TokenList", {"tokens": None}),
        ("TokenList", {"tokens": [{"label": "ci"}]}),
        ("TokenList", {"tokens": {}}),
        ("LoginSession", {"user": {"id": "u1"}}),
        ("LoginSession", {"token": 5}),
        ("TwoFactorChallenge", {"requires2FA": True}),
        ("TwoFactorStatus", {}),
        ("TwoFactorStatus", {"twoFactorEnabled": "often"}),
        ("TwoFactorSetup", {"qrUrl": "otpauth://totp/x"}),
        ("TwoFactorSetup", {"secret": ""}),
        ("Done", {"message": 5}),
        ("Done", "done"),
        ("PinStatus", {"peers": "all"}),
        ("PinStatus", {"peers": [{"status": "pinned"}]}),
        ("Allocation", {"nodes": 3}),
        ("PlanList", {}),
        ("PlanList", {"plans": []}),
        ("PlanList", [{"storageLimit": "much"}]),
        ("PeerList", {"success": True}),
        ("PeerList", {"details": 3}),
        ("PeerList", [{"peername": "node1"}]),
        ("Health", "ok"),
        ("ErrorBody", {"message": 5}),
    ],
)
def test_what_is_no_such_answer_is_refused(name: str, body: object) -> None:
    assert problems(schema_of(name), body)


REQUESTS: list[Request[Any]] = [
    models.GetHealth(),
    models.ListPlans(),
    models.ListPeers(),
    models.Login(email="user@example.com", password="password"),
    models.VerifyTwoFactor(temporary_token="temporary", code="012345"),
    models.LogOut(),
    models.SignUp(name="Ada", email="user@example.com", password="password"),
    models.VerifyEmail(token="mailed"),
    models.ResendVerification(email="user@example.com"),
    models.ForgotPassword(email="user@example.com"),
    models.ResetPassword(token="mailed", new_password="password"),
    models.GetTwoFactorStatus(),
    models.SetUpTwoFactor(),
    models.EnableTwoFactor(code="012345"),
    models.DisableTwoFactor(password="password", code="012345"),
    models.SignUp(
        name="Ada",
        email="user@example.com",
        password="password",
        last_name="Lovelace",
        birth_date="1815-12-10",
        country="GB",
        language="en",
        referred_by="abc123def",
    ),
    models.UploadFile(file="a.txt", filename="b.txt", cluster_id="cl1-eu", timelock=SOON),
    models.UploadFile(file=Path("a.txt")),
    models.UploadFile(file=b"content"),
    models.UploadServerDirectory(dir_path="/srv/site", cluster_id="cl1-eu", timelock=SOON),
    models.UploadDirectoryDag(source=Path("site"), dir_name="site"),
    models.UploadDirectoryDag(source={"a.txt": b"content", "b/c.txt": Path("c.txt")}),
    models.PinCid(cid=CID),
    models.PinCid(cid=CID, original_name="a", custom_name="b", cluster_id="c", timelock=SOON),
    models.RemoveFile(cid=CID),
    models.GetMe(),
    models.ListUploads(),
    models.ListUploads(page=2, limit=100, parent_cid=CID, has_expiration=True, cid=CID),
    models.GenerateToken(name="ci"),
    models.GenerateToken(
        name="ci", label="CI", expires_in_days=30, scopes=UPLOADER, totp_code="012345"
    ),
    models.ListTokens(),
    models.RevokeToken(name="ci", totp_code="012345"),
    models.GetStatus(cid=CID, cluster_id="cl1-eu"),
    models.GetAllocations(cid=CID),
]


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda it: type(it).__name__)
def test_a_request_fits_its_schema(request_: Request[Any]) -> None:
    dump = request_.model_dump(mode="json", by_alias=True, exclude_none=True)
    assert problems(schema_of(type(request_).__name__), dump) == []
    assert type(request_).model_validate(dump) == request_


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("PinCid", {}),
        ("PinCid", {"cid": CID, "colour": "red"}),
        ("PinCid", {"cid": 5}),
        ("PinCid", {"cid": CID, "timelock": 1_900_000_000}),
        ("UploadFile", {}),
        ("UploadFile", {"file": {"text": "content"}}),
        ("UploadDirectoryDag", {"source": {}}),
        ("UploadDirectoryDag", {"source": {"a.txt": "content"}}),
        ("GenerateToken", {"name": ""}),
        ("GenerateToken", {"name": "ci", "scopes": "files:read"}),
        ("GenerateToken", {"name": "ci", "scopes": ["files:fly"]}),
        ("GenerateToken", {"name": "ci", "scopes": []}),
        ("GenerateToken", {"name": "ci", "totpCode": 12345}),
        ("GenerateToken", {"name": "ci", "expiresInDays": 0}),
        ("ListUploads", {"page": 0}),
        ("ListUploads", {"limit": 1001}),
        ("ListUploads", {"limit": "20"}),
        ("Login", {"email": "user@example.com"}),
        ("Login", {"email": "user@example.com", "password": ""}),
        ("VerifyTwoFactor", {"temporaryToken": "temporary", "code": "12345"}),
        ("SignUp", {"name": "Ada", "email": "user@example.com"}),
        ("SignUp", {"name": "", "email": "user@example.com", "password": "password"}),
        (
            "SignUp",
            {"name": "Ada", "email": "user@example.com", "password": "p", "birthDate": 1815},
        ),
        ("VerifyEmail", {"token": ""}),
        ("ResetPassword", {"token": "mailed"}),
        ("EnableTwoFactor", {"code": 12345}),
        ("DisableTwoFactor", {"password": "password"}),
    ],
)
def test_what_is_no_such_request_is_refused(name: str, body: object) -> None:
    assert problems(schema_of(name), body)


def test_every_model_has_its_schema_and_every_schema_its_model() -> None:
    exported = [getattr(models, name) for name in models.__all__]
    expected = {
        model.__name__
        for model in [*exported, ErrorBody]
        if isinstance(model, type)
        and issubclass(model, Request | Response | ErrorBody)
        and model not in {Request, Response}
    }
    assert {path.stem for path in SCHEMAS.iterdir()} == expected | {"openapi"}


@pytest.mark.parametrize(
    "path", sorted(set(SCHEMAS.glob("*.json")) - {SCHEMAS / "openapi.json"}), ids=lambda it: it.stem
)
def test_a_schema_is_valid_and_whole(path: Path) -> None:
    text = path.read_text()
    schema = json.loads(text)
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["title"] == path.stem
    assert schema["description"]
    assert text.endswith("}\n")
    wanted = set(re.findall(r'"#/\$defs/(\w+)"', text))
    assert wanted == set(schema.get("$defs", {}))


def test_openapi_is_valid() -> None:
    openapi_spec_validator.validate(OPENAPI)
    assert OPENAPI["openapi"] == "3.1.0"


def test_openapi_covers_every_endpoint() -> None:
    found = {
        (method, path, it.get("x-required-scope"), it.get("security") != [])
        for (method, path), it in operations().items()
    }
    assert found == ENDPOINTS
    assert len({it["operationId"] for it in operations().values()}) == len(ENDPOINTS)


def test_openapi_describes_every_parameter_and_field() -> None:
    for operation in operations().values():
        assert operation["summary"]
        for parameter in operation.get("parameters", []):
            assert parameter["description"]
        for media in operation.get("requestBody", {"content": {}})["content"].values():
            for field in media["schema"]["properties"].values():
                assert field["description"]


def test_uploads_are_described_as_multipart() -> None:
    for path, part in {"/files/": "file", "/files/directory-dag": "files"}.items():
        content = OPENAPI["paths"][path]["post"]["requestBody"]["content"]
        schema = content["multipart/form-data"]["schema"]
        assert schema["required"] == [part]
        assert not {"filename", "source", "cluster_id"} & set(schema["properties"])
