"""The client, which holds a configuration and a pool of connections, and sends requests."""

import os
import ssl
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from types import EllipsisType, TracebackType
from typing import Any, Self, TypeVar, Unpack

from .._core.encode import (
    Outgoing,
    check_method,
    check_path,
    encode,
    encode_plain,
    with_default_cluster,
)
from .._core.fetching import origin_of
from .._core.integrity import check_directory
from .._core.read import read_body, read_json
from .._core.retry import RateGate, RetryBudget
from .._io._async.http import AsyncHttp, AsyncUserClient
from .._io.environment import way_of
from .._io.in_tasks.measuring import form_parts, leave, parts_of
from .._io.logs import log_as_told
from .._io.measured import AsyncFormFiles, new_boundary
from .._io.reading import OnProgress
from .._io.turns import Turns, rate_of
from .._values.attempt import OnAttempt
from ..config import (
    LOG_VARIABLE,
    Config,
    RequestSource,
    Timeout,
    check_callback,
    check_flag,
    environment_credential,
    load_config,
)
from ..errors import InvalidInputError
from ..inputs import ClusterName
from ..models import DirectoryUpload, Login, Request, TwoFactorChallenge, Upload
from .auth import AsyncAuth
from .clusters import AsyncClusters
from .fetcher import AsyncFetcher
from .files import AsyncFiles
from .login import AsyncClientOptions, Code, explain_login
from .payments import AsyncPayments
from .plans import AsyncPlans
from .proof import Likely, Proof
from .send_loop import AsyncSendLoop
from .sender import AsyncBatchSender
from .status import AsyncStatus
from .system import AsyncSystem
from .tokens import AsyncTokens
from .users import AsyncUsers

__all__ = ["AsyncPinarkiveClient"]

R = TypeVar("R")

# These belong to the process, or are rebuilt with the client.
NOT_PICKLED = {
    *("_http", "_budget", "_turns", "_gate", "_likely", "_is_view"),
    *("files", "users", "tokens", "auth", "status", "system", "plans", "clusters", "payments"),
}


class AsyncPinarkiveClient:
    """An asynchronous client of PinArkive.

    A client holds one pool of connections. Many tasks can share it, in one event
    loop after another. Close it with `await close()`, or use it in an `async with` block.

    Args:
        token: The token of a session or an API token, sent as `Authorization: Bearer`.
        api_key: An API token, sent as `X-API-Key`. If you pass both, `token` is used. If you pass
            neither, the environment's `PINARKIVE_TOKEN` is used, or else `PINARKIVE_API_KEY`.
        base_url: The URL of the API; one without a path gets `/api/v3`. The default is
            `PINARKIVE_API_BASE_URL`, or else `https://api.pinarkive.com/api/v3`.
        request_source: `"web"` marks calls made with a token as coming from the web application.
        cluster_id: The default for all calls that take a `cluster_id`.
        timeout: Seconds for a whole call: all attempts, the waits between them, and the body.
            `None` is no limit. Uploads get at least 300 s, plus a second for each 256 KiB.
        max_retries: How often a call may be repeated after a failure, if that can do no harm.
        max_per_minute: How many requests may begin in any 60 s, including repeated ones; `None` is
            any number. They are spread evenly, except for a few at once, and each waits for its
            turn.
        on_attempt: Called with an `Attempt` after each attempt, for metrics. It must be fast. Its
            exceptions are logged and do not affect the call.
        user_agent: Your application's name, such as `"my-app/1.0"`, which is added to the SDK's own
            in the header `User-Agent`.
        verify: Hash each upload while sending it, and compare the result with the CID that the
            service returns. A difference raises `IntegrityError`.
        ssl_context: An `ssl.SSLContext`, for your own certificate authority or client certificate.
            By default the authorities of httpx are trusted, or those of `SSL_CERT_FILE`.
        proxy: The URL of a proxy, which may contain a user name and password; nothing shows them.
            The default is the environment's.
        http_client: Your own `httpx.AsyncClient`, instead of `ssl_context` and `proxy`; it is never
            closed.
        allow_insecure: Allow `http://` to another machine, which sends the credential unencrypted.

    Raises:
        InvalidInputError: A value cannot be used; `.field` names the argument.

    Example:
        async with AsyncPinarkiveClient(api_key="...") as client:
            upload = await client.files.upload("report.pdf")
            print(upload.cid)
    """

    files: AsyncFiles
    """Upload, download, pin and remove."""
    users: AsyncUsers
    """The account and its uploads."""
    tokens: AsyncTokens
    """Create, list and revoke API tokens."""
    auth: AsyncAuth
    """Sign up, log in and out; two-factor authentication."""
    status: AsyncStatus
    """The state of pins in their cluster."""
    system: AsyncSystem
    """The service's health, plans, peers and locales."""
    plans: AsyncPlans
    """The account's plan."""
    clusters: AsyncClusters
    """The gateways of a cluster."""
    payments: AsyncPayments
    """Payments for a plan."""

    def __init__(
        self,
        token: str | None = None,
        api_key: str | None = None,
        base_url: str | None = None,
        *,
        request_source: RequestSource | None = None,
        cluster_id: ClusterName | None = None,
        timeout: float | None = 60.0,
        max_retries: int = 2,
        max_per_minute: int | None = None,
        on_attempt: OnAttempt | None = None,
        user_agent: str | None = None,
        verify: bool = False,
        ssl_context: ssl.SSLContext | None = None,
        proxy: str | None = None,
        http_client: AsyncUserClient | None = None,
        allow_insecure: bool = False,
    ) -> None:
        try:
            self._config = load_config(
                token=token,
                api_key=api_key,
                base_url=base_url,
                request_source=request_source,
                cluster_id=cluster_id,
                timeout=timeout,
                max_retries=max_retries,
                max_per_minute=max_per_minute,
                on_attempt=on_attempt,
                user_agent=user_agent,
                verify=verify,
                allow_insecure=allow_insecure,
                environ=os.environ,
            )
            way = way_of(ssl_context, proxy, has_client=http_client is not None)
        finally:
            # A traceback with locals would show them; a URL can hold a password.
            del token, api_key, base_url, proxy
        log_as_told(os.environ.get(LOG_VARIABLE))
        self._http = AsyncHttp(self._config.base_url, http_client, way)
        self._budget = RetryBudget()
        self._turns = Turns(rate_of(self._config.max_per_minute))
        self._gate: RateGate | None = None
        self._is_view = False
        self._likely = Likely()
        self._bind_groups()

    @classmethod
    async def from_login(
        cls,
        email: str,
        password: str,
        *,
        totp: str | Callable[[], str | Awaitable[str]] | None = None,
        **options: Unpack[AsyncClientOptions],
    ) -> Self:
        """Log in, and return a client with the session, which has all rights of the account.

        Args:
            email: The account's e-mail address.
            password: Its password. No error, log or repr shows it.
            totp: For an account with two-factor authentication: the authenticator's six digits, or
                a function that returns them, which is only called if a code is needed.
            options: The options of the client: `base_url`, `timeout` and so on.

        Returns:
            A client whose token is the session's; `auth.log_out()` ends the session.

        Raises:
            InvalidInputError: An argument is malformed; nothing was sent.
            AuthenticationError: The address or password is wrong.
            TwoFactorRequiredError: The account needs a code, and there is no `totp`.
            TwoFactorInvalidError: The code is wrong or was used before.
            EmailNotVerifiedError: The address is not verified; the message says what to do.
            AccountDisabledError: The account is disabled; only the service's support can help.

        Example:
            async with await AsyncPinarkiveClient.from_login(email, password) as client:
                print((await client.users.me()).plan)
        """
        try:
            request = Login(email=email, password=password)
            code = Code(totp)
            client = cls(**options)
        finally:
            # A traceback with locals would show them.
            del password, totp, options
        try:
            answer = await client.send(request)
            if isinstance(answer, TwoFactorChallenge):
                answer = await client.send(await code.answer(answer))
        except BaseException as error:
            await client.close()
            explain_login(error)
            raise
        mine = client.with_options(token=answer.token)
        # The client without the session is discarded, so this one has to close the connections.
        mine._is_view = False
        return mine

    def _bind_groups(self) -> None:
        self.files = AsyncFiles(self, self._apart, lambda: self._config.cluster_id, self._fetcher)
        self.users = AsyncUsers(self)
        self.tokens = AsyncTokens(self)
        self.auth = AsyncAuth(self)
        self.status = AsyncStatus(self, lambda seconds: self._http.pause(seconds))
        self.system = AsyncSystem(self)
        self.plans = AsyncPlans(self)
        self.clusters = AsyncClusters(self)
        self.payments = AsyncPayments(self)

    def __repr__(self) -> str:
        credential = self._config.credential
        shown = f", {credential!r}" if credential is not None else ""
        return f"{type(self).__name__}(base_url={self._config.base_url!r}{shown})"

    def __getstate__(self) -> dict[str, object]:
        """Return what another process needs to create the same client, without its credential.

        Raises:
            TypeError: The credential was given as an argument, or the client has an `http_client`.
        """
        credential = self._config.credential
        if credential is not None and not credential.is_from_environment:
            raise TypeError(
                f"a {type(self).__name__} whose credential was given as an argument cannot be "
                "pickled, as the pickle would contain it; set PINARKIVE_TOKEN or PINARKIVE_API_KEY "
                "in the environment of both processes instead"
            )
        if own := self._http.has_own:
            raise TypeError(f"a {type(self).__name__} with {own} of your own cannot be pickled")
        state = {name: value for name, value in vars(self).items() if name not in NOT_PICKLED}
        config = self._config._replace(credential=None)
        return {**state, "_config": config, "_reads_environment": credential is not None}

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        """Restore what `__getstate__` returned, with the credential of this environment."""
        vars(self).update(state)
        if vars(self).pop("_reads_environment"):
            credential = environment_credential(os.environ)
            self._config = self._config._replace(credential=credential)
        self._http = AsyncHttp(self._config.base_url, None)
        self._budget = RetryBudget()
        self._turns = Turns(rate_of(self._config.max_per_minute))
        self._gate = None
        self._likely = Likely()
        self._is_view = False
        self._bind_groups()

    def __copy__(self) -> Self:
        """Return a view, since a copy shares the connections."""
        return self.with_options()

    def __deepcopy__(self, memo: object) -> Self:
        """Return a view, since a copy shares the connections."""
        return self.with_options()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections. Closing a client twice, or closing a view, does nothing."""
        if not self._is_view:
            await self._http.close()

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
        """Return a view of this client with other options, on the same connections.

        Args:
            timeout: Seconds for a whole call; `None` is no limit.
            max_retries: How often a call may be repeated.
            max_per_minute: How many requests this view, and views made from it, may begin in any 60
                s, including repeated ones; `None` is any number. They are spread evenly, except for
                a few at once. A call whose turn would come after its time limit raises
                `APITimeoutError` with `.sent == "no"`; an upload of `upload_many` waits for its
                turn. Keep the view: each view that is given a number counts separately, and so does
                each process.
            token: Another credential, which replaces a token or API key.
            api_key: Another credential, which replaces a token or API key.
            cluster_id: The default for calls that take a `cluster_id`; `None` for the service's
                own.
            on_attempt: Called with an `Attempt` after each attempt; `None` to call nothing.
            verify: Whether to compare the CID of each upload with its content.

        Returns:
            A client that shares this one's connections, its retry budget and, unless it has another
            credential, the known state of the rate limit.

        Raises:
            InvalidInputError: A value cannot be used.

        Example:
            patient = client.with_options(timeout=600, max_retries=5)
            slow = client.with_options(max_per_minute=100)
        """
        view = object.__new__(type(self))
        vars(view).update(vars(self))
        try:
            view._config = self._config.with_options(
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
        view._turns = self._turns.inherit(
            max_per_minute, is_other_account=view._config.credential != self._config.credential
        )
        view._is_view = True
        view._bind_groups()
        return view

    def _apart(self) -> tuple[AsyncBatchSender, Config]:
        view = self.with_options()
        view._gate = RateGate()
        view._http = self._http.apart()
        view._is_view = False
        return view, self._config

    def _fetcher(self, gateway: str, timeout: Timeout, verify: bool) -> AsyncFetcher:
        http = self._http.apart(origin_of(gateway))
        return AsyncFetcher(http, self._config, self._budget, timeout, verify=verify)

    async def send(
        self,
        request: Request[R],
        *,
        timeout: Timeout = ...,
        on_progress: OnProgress | None = None,
        verify: bool | EllipsisType = ...,
    ) -> R:
        """Send a request and return its typed answer.

        Args:
            request: Any request of `pinarkive.models`.
            timeout: Seconds for this call; `None` is no limit. The default is the client's.
            on_progress: Called with a `Progress` after each piece of an upload.
            verify: Whether to compare the CID of an upload with its content. The default is the
                client's.

        Returns:
            The answer's model, as the type of the request says.

        Raises:
            InvalidInputError: The request cannot be sent; nothing was sent.
            APIConnectionError: There is no usable answer; `.sent` says whether it was sent.
            APIStatusError: The service refused it, or failed.
            APIResponseError: The answer is not what the API promises.
            IntegrityError: The service stored something other than what was sent.

        Example:
            pin = await client.send(PinCid(cid=cid, custom_name="manual"))
        """
        if not isinstance(request, Request):  # pyright: ignore[reportUnnecessaryIsInstance]  # not all callers check types
            raise InvalidInputError("send takes a request of pinarkive.models", "request")
        request = with_default_cluster(request, self._config.cluster_id)
        if request.endpoint.body != "multipart":
            outgoing = encode(request, self._config)
            return await self._call(outgoing, partial(read_body, request), timeout, on_progress)
        if on_progress is not None:
            check_callback(on_progress, "on_progress")
        wants_proof = self._config.verify if verify is ... else check_flag(verify, "verify")
        parts = await parts_of(request)
        proof = Proof(parts, self._likely) if wants_proof else None
        outgoing = encode(
            request,
            self._config,
            parts=parts,
            boundary=new_boundary(),
            watch=None if proof is None else proof.watch,
        )
        result = await self._call(outgoing, partial(read_body, request), timeout, on_progress)
        if isinstance(result, DirectoryUpload):
            check_directory(result, parts)
        if proof is not None and isinstance(result, Upload | DirectoryUpload):
            await proof.check(result)
        return result

    async def request(
        self,
        method: str,
        path: str,
        *,
        json: object = ...,
        params: Mapping[str, object] | None = None,
        data: Mapping[str, object] | None = None,
        files: AsyncFormFiles | None = None,
        auth: bool = True,
        timeout: Timeout = ...,
    ) -> Any:
        """Call an endpoint that has no model, with the client's credential, limits and errors.

        Args:
            method: The HTTP method. `GET` and `HEAD` are repeated after any failure, others only if
                they certainly did not happen.
            path: The path relative to the base URL, as plain text, which is then encoded.
            json: A value to send as JSON; `None` is sent as `null`.
            params: The query. `None` leaves one out, a list repeats it.
            data: The fields of a form.
            files: Files of a form: content by field, or a list of `(field, (filename, content))`.
            auth: Whether to send the credential.
            timeout: Seconds for this call; `None` is no limit. The default is the client's.

        Returns:
            The decoded JSON; `None` for an answer without a body.

        Raises:
            InvalidInputError: An argument cannot be used; nothing was sent.
            APIConnectionError: There is no usable answer; `.sent` says whether it was sent.
            APIStatusError: The service refused it, or failed.
            APIResponseError: The answer is not JSON.

        Example:
            clusters = await client.request("GET", "/users/me/clusters")
        """
        if json is not ... and (data is not None or files is not None):
            raise InvalidInputError("json: pass either json= or a form, not both", "json")
        try:
            outgoing = encode_plain(
                self._config,
                check_method(method),
                check_path(path),
                json_body=None if json is ... else json,
                has_json=json is not ...,
                params=params,
                data=data,
                parts=await form_parts(files or {}),
                boundary=new_boundary(),
                auth=auth,
            )
        finally:
            del json, params, data
        return await self._call(outgoing, read_json, timeout, None)

    async def _call(
        self,
        outgoing: Outgoing,
        read: Callable[[bytes], R],
        timeout: Timeout,
        on_progress: OnProgress | None,
    ) -> R:
        loop = AsyncSendLoop(self._http, self._config, self._budget, self._turns, self._gate)
        try:
            return await loop.call(outgoing, read, timeout, on_progress)
        finally:
            await leave(outgoing)
