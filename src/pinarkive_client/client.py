"""The client of 3.x: its flat methods with the connections, limits and errors of the SDK."""

import json
import os
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import EllipsisType
from typing import Any, Self

import pinarkive
from pinarkive import (
    APIStatusError,
    AuthenticationError,
    InvalidInputError,
    MissingScopeError,
    OnAttempt,
    models,
)
from pinarkive._core.encode import encode_plain, fill_path
from pinarkive._io._sync.http import Http
from pinarkive._io.measured import FormFiles, form_parts, new_boundary
from pinarkive._values.sealed import sealed
from pinarkive.config import DEFAULT_BASE_URL, Credential, Timeout
from pinarkive.inputs import ClusterName
from pinarkive.models import Endpoint, Replay
from pinarkive.models._shape import UnreadableAnswer

from .values import dag_files, fields

if sys.version_info >= (3, 13):
    from warnings import deprecated
else:
    # Pydantic installs it on older versions of Python.
    from typing_extensions import deprecated

__all__ = ["PinarkiveClient"]


@dataclass(frozen=True, slots=True)
class Given:
    """The credentials as they were passed; no repr shows them."""

    token: str | None = field(repr=False)
    api_key: str | None = field(repr=False)


class PinarkiveClient(pinarkive.PinarkiveClient):
    """The client of `pinarkive-sdk-py` 3.x, on top of the SDK's own.

    Its flat methods send what 3.1.1 sent and return decoded JSON. It also has the groups (`files`,
    `users`, `tokens`, `auth`, `status`, `system`), so code can be migrated call by call.

    Args:
        token: Sent as `Authorization: Bearer`.
        api_key: Sent as `X-API-Key` if there is no token.
        base_url: The address of the API, used unchanged; `http://` is allowed.
        request_source: `"web"` marks calls made with a token as coming from the web application.

    Example:
        client = PinarkiveClient(api_key="...")
        print(client.upload_file("report.pdf")["cid"])
        print(client.files.upload("report.pdf").cid)
    """

    def __init__(
        self,
        token: str | None = None,
        api_key: str | None = None,
        base_url: str = DEFAULT_BASE_URL,
        *,
        request_source: str | None = None,
    ) -> None:
        # Like 3.1.1, it reads nothing from the environment.
        given = Given(token, api_key)
        # A traceback with locals would show them.
        del token, api_key
        super().__init__(base_url=DEFAULT_BASE_URL)
        self._request_source = request_source
        self.base_url = base_url.rstrip("/")
        self._configure(given)

    @property
    def token(self) -> str | None:
        """The token that is sent as `Authorization: Bearer`."""
        return self._given.token

    @token.setter
    def token(self, value: str | None) -> None:
        given = replace(self._given, token=value)
        del value
        self._configure(given)

    @property
    def api_key(self) -> str | None:
        """The API key that is sent as `X-API-Key` if there is no token."""
        return self._given.api_key

    @api_key.setter
    def api_key(self, value: str | None) -> None:
        given = replace(self._given, api_key=value)
        del value
        self._configure(given)

    @property
    def request_source(self) -> str | None:
        """With `"web"`, calls with a token are marked as coming from the web application."""
        return self._request_source

    @request_source.setter
    def request_source(self, value: str | None) -> None:
        self._request_source = value
        self._configure(self._given)

    @property
    def base_url(self) -> str:
        """The address of the API; paths are appended to it."""
        return self._base_url

    @base_url.setter
    def base_url(self, value: str) -> None:
        self._base_url = value
        self._config = self._config._replace(base_url=value.lstrip())
        self._http = Http(self._config.base_url, None)

    def _configure(self, given: Given) -> None:
        self._config = self._config._replace(
            credential=credential_of(given),
            request_source="web" if self._request_source == "web" else None,
        )
        self._given = given

    def __getstate__(self) -> dict[str, object]:
        """Return the state for another process, if the client has no credential."""
        if self._config.credential is not None:
            raise TypeError(
                "a client of 3.x with a credential cannot be pickled, because the pickle would "
                "contain it; use pinarkive.PinarkiveClient with PINARKIVE_API_KEY in the "
                "environment"
            )
        return super().__getstate__()

    def with_options(
        self,
        *,
        timeout: Timeout = ...,
        max_retries: int | EllipsisType = ...,
        max_per_minute: int | None | EllipsisType = ...,
        token: str | EllipsisType = ...,
        api_key: str | EllipsisType = ...,
        cluster_id: ClusterName | None | EllipsisType = ...,
        on_attempt: OnAttempt | None | EllipsisType = ...,
        verify: bool | EllipsisType = ...,
    ) -> Self:
        """Return a view of this client with other options, on the same connections."""
        given = self._given
        if token is not ... or api_key is not ...:
            given = Given(None if token is ... else token, None if api_key is ... else api_key)
        try:
            view = super().with_options(
                timeout=timeout,
                max_retries=max_retries,
                max_per_minute=max_per_minute,
                token=token,
                api_key=api_key,
                cluster_id=cluster_id,
                on_attempt=on_attempt,
                verify=verify,
            )
        finally:
            del token, api_key
        view._given = given
        return view

    def _flat(
        self,
        endpoint: Endpoint,
        path: Mapping[str, object] | None = None,
        *,
        json_body: Mapping[str, object] | None = None,
        params: Mapping[str, object] | None = None,
        data: Mapping[str, object] | None = None,
        files: FormFiles | None = None,
        secrets: Sequence[str] = (),
        once: bool = False,
        read: Callable[[bytes], Any] | None = None,
    ) -> Any:
        """Call an endpoint without its model, so that only the server validates the input."""
        outgoing = encode_plain(
            self._config,
            endpoint.method,
            fill_path(endpoint.path, path or {}),
            json_body=json_body,
            has_json=json_body is not None,
            params=fields(params or {}),
            data=fields(data or {}),
            parts=form_parts(files or []),
            boundary=new_boundary(),
            auth=endpoint.auth and self._config.credential is not None,
        )
        outgoing = outgoing._replace(
            replay=Replay.NEVER if once else endpoint.replay,
            min_timeout=endpoint.min_timeout,
            secrets=(*outgoing.secrets, *(text for text in secrets if text)),
        )
        try:
            return self._call(outgoing, read or read_flat, ..., None)
        except APIStatusError as error:
            if not (error.body.get("message") or error.body.get("error")):
                error.message = f"Request failed ({error.status_code})"
            if isinstance(error, AuthenticationError | MissingScopeError):
                # Code for 3.1.1 compares the text.
                error.hint = ""
            error.args = (str(error),)
            raise

    @deprecated("use client.system.health()")
    def health(self) -> Any:
        """GET /health: the service's health, as decoded JSON. Use `client.system.health()`."""
        return self._flat(models.GetHealth.endpoint)

    @deprecated("use client.system.plans()")
    def get_plans(self) -> Any:
        """GET /plans/: the plans on offer, as decoded JSON. Use `client.system.plans()`."""
        return self._flat(models.ListPlans.endpoint)

    @deprecated("use client.system.peers()")
    def get_peers(self) -> Any:
        """GET /peers/: the cluster's peers, as decoded JSON. Use `client.system.peers()`."""
        return self._flat(models.ListPeers.endpoint)

    @deprecated("use client.auth.login(email, password)")
    def login(self, email: str, password: str) -> Any:
        """POST /auth/login: a session or a challenge, as decoded JSON. Use `client.auth.login`."""
        return self._flat(
            models.Login.endpoint,
            json_body={"email": email, "password": password},
            secrets=[str(password)],
        )

    @deprecated("use client.auth.verify_2fa(temporary_token, code)")
    def verify_2fa_login(self, temporary_token: str, code: str) -> Any:
        """POST /auth/2fa/verify-login: a session, as decoded JSON. Use `client.auth.verify_2fa`."""
        return self._flat(
            models.VerifyTwoFactor.endpoint,
            json_body={"temporaryToken": temporary_token, "code": code},
            secrets=[str(temporary_token)],
        )

    @deprecated("use client.files.upload(file)")
    def upload_file(
        self,
        file_path: str | os.PathLike[str],
        cluster_id: str | None = None,
        timelock: str | None = None,
    ) -> Any:
        """POST /files/: upload a file, as decoded JSON. Use `client.files.upload`."""
        name = os.path.basename(os.fsdecode(file_path))  # noqa: PTH119  # Path("a/..").name is ".."
        with open(file_path, "rb") as file:  # noqa: PTH123  # as 3.1.1: a pipe is read to its end
            return self._flat(
                models.UploadFile.endpoint,
                data=truthy(cl=cluster_id, timelock=timelock),
                files=[("file", (name, file))],
            )

    @deprecated("use client.files.upload_directory(dir_path)")
    def upload_directory(
        self,
        dir_path: str,
        cluster_id: str | None = None,
        timelock: str | None = None,
    ) -> Any:
        """POST /files/directory: upload a directory on the server, as decoded JSON.

        Use `client.files.upload_directory`.
        """
        return self._flat(
            models.UploadServerDirectory.endpoint,
            json_body={"dirPath": dir_path, **truthy(cl=cluster_id, timelock=timelock)},
        )

    @deprecated("use client.files.upload_directory_dag(source)")
    def upload_directory_dag(
        self,
        files_dict: Mapping[str, object],
        dir_name: str | None = None,
        cluster_id: str | None = None,
        timelock: str | None = None,
    ) -> Any:
        """POST /files/directory-dag: upload files as one directory, as decoded JSON.

        A `str` is a file's content here, not a path. Use `client.files.upload_directory_dag`.
        """
        return self._flat(
            models.UploadDirectoryDag.endpoint,
            data=truthy(dirName=dir_name, cl=cluster_id, timelock=timelock),
            files=dag_files(files_dict),
        )

    @deprecated("use client.files.pin(cid)")
    def pin_cid(
        self,
        cid: str,
        original_name: str | None = None,
        custom_name: str | None = None,
        cluster_id: str | None = None,
        timelock: str | None = None,
    ) -> Any:
        """POST /files/pin/{cid}: pin content, as decoded JSON. Use `client.files.pin`."""
        return self._flat(
            models.PinCid.endpoint,
            {"cid": cid},
            json_body={
                **given(originalName=original_name, customName=custom_name),
                **truthy(cl=cluster_id, timelock=timelock),
            },
        )

    @deprecated("use client.files.remove(cid)")
    def remove_file(self, cid: str) -> None:
        """DELETE /files/remove/{cid}: unpin and remove content. Use `client.files.remove`."""
        self._flat(models.RemoveFile.endpoint, {"cid": cid}, read=nothing)

    @deprecated("use client.users.me()")
    def get_me(self) -> Any:
        """GET /users/me: the account, as decoded JSON. Use `client.users.me()`."""
        return self._flat(models.GetMe.endpoint)

    @deprecated("use client.users.uploads(page, limit) or client.users.iter_uploads()")
    def list_uploads(self, page: int = 1, limit: int = 20) -> Any:
        """GET /users/me/uploads: a page of uploads, as decoded JSON. Use `client.users.uploads`."""
        return self._flat(models.ListUploads.endpoint, params={"page": page, "limit": limit})

    @deprecated("use client.tokens.generate(name)")
    def generate_token(
        self,
        name: str,
        label: str | None = None,
        expires_in_days: int | None = None,
        scopes: Sequence[str] | None = None,
        totp_code: str | None = None,
    ) -> Any:
        """POST /tokens/generate: a new API token, as decoded JSON. Use `client.tokens.generate`."""
        return self._flat(
            models.GenerateToken.endpoint,
            json_body={
                "name": name,
                **given(label=label, expiresInDays=expires_in_days),
                **truthy(scopes=scopes, totpCode=totp_code),
            },
            once=bool(totp_code),
        )

    @deprecated("use client.tokens.list()")
    def list_tokens(self) -> Any:
        """GET /tokens/list: the API tokens, as decoded JSON. Use `client.tokens.list()`."""
        return self._flat(models.ListTokens.endpoint)

    @deprecated("use client.tokens.revoke(name)")
    def revoke_token(self, name: str, totp_code: str | None = None) -> None:
        """DELETE /tokens/revoke/{name}: revoke an API token. Use `client.tokens.revoke`."""
        self._flat(
            models.RevokeToken.endpoint,
            {"name": name},
            json_body=truthy(totpCode=totp_code) or None,
            once=bool(totp_code),
            read=nothing,
        )

    @deprecated("use client.status.get(cid)")
    def get_status(self, cid: str, cluster_id: str | None = None) -> Any:
        """GET /status/{cid}: the status of a pin, as decoded JSON. Use `client.status.get`."""
        return self._flat(models.GetStatus.endpoint, {"cid": cid}, params=truthy(cl=cluster_id))

    @deprecated("use client.status.allocations(cid)")
    def get_allocations(self, cid: str, cluster_id: str | None = None) -> Any:
        """GET /allocations/{cid}: which peers hold a pin, as decoded JSON.

        Use `client.status.allocations`.
        """
        return self._flat(
            models.GetAllocations.endpoint, {"cid": cid}, params=truthy(cl=cluster_id)
        )


@sealed(InvalidInputError)
def credential_of(given: Given) -> Credential | None:
    """Return the credential that 3.1.1 would send; an empty one is ignored.

    Raises:
        InvalidInputError: It contains a character that a header cannot carry; it is not shown.
    """
    if not (given.token or given.api_key):
        return None
    secret = str(given.token or as_text(given.api_key)).strip(" \t")
    if not re.fullmatch("[\t -~]*", secret):
        raise InvalidInputError(
            "the credential contains a line break, a control character or a non-ASCII character",
            "token" if given.token else "api_key",
        )
    return Credential("token" if given.token else "api_key", secret)


def as_text(value: object) -> object:
    """Return a header's value as text, also if it is bytes."""
    return value.decode("latin-1") if isinstance(value, bytes) else value


def truthy(**values: object) -> dict[str, object]:
    """Return the values that are not empty."""
    return {name: value for name, value in values.items() if value}


def given(**values: object) -> dict[str, object]:
    """Return the values that are not `None`."""
    return {name: value for name, value in values.items() if value is not None}


def read_flat(body: bytes) -> Any:
    """Return decoded JSON like 3.1.1, which accepted `NaN` and lone surrogates.

    Raises:
        UnreadableAnswer: The body is not JSON.
    """
    try:
        return json.loads(body) if body.strip() else None
    except (ValueError, RecursionError) as error:
        raise UnreadableAnswer(f"is not JSON ({error})") from None


def nothing(body: bytes) -> None:
    """Ignore the body."""
