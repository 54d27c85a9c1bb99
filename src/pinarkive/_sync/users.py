# generated from src/pinarkive/_async/users.py by scripts/generate; change that file
"""`client.users`: the account, its uploads and its log."""

from collections.abc import Hashable
from datetime import date

from .._core.integrity import is_same
from ..cid import CID
from ..inputs import LogSource, LogType
from ..models import (
    ChangePassword,
    ClusterList,
    DeleteUpload,
    Directory,
    Done,
    GetDirectory,
    GetMe,
    GetPreferences,
    GetUpload,
    ListClusters,
    ListLogs,
    ListReferrals,
    ListUploads,
    LogEntry,
    LogPage,
    Preferences,
    ReferralList,
    Removal,
    UpdateMe,
    UpdatePreferences,
    UploadPage,
    UploadRecord,
    User,
)
from .pages import Pager
from .sender import Sender

__all__ = ["Users"]


class Users:
    """The account that the credential belongs to, its uploads and its log."""

    def __init__(self, client: Sender) -> None:
        self._client = client

    def me(self) -> User:
        """GET /users/me: read the account's profile.

        Returns:
            `User`, with the e-mail address, the plan and more.

        Raises:
            AuthenticationError: The credential is wrong or has expired.
            MissingScopeError: The API token lacks `user:read`.

        Example:
            print(client.users.me().email)
        """
        return self._client.send(GetMe())

    def uploads(
        self,
        page: int = 1,
        limit: int = 20,
        *,
        parent_cid: str | None = None,
        has_expiration: bool | None = None,
        cid: str | None = None,
    ) -> UploadPage:
        """GET /users/me/uploads: list one page of the account's uploads.

        Args:
            page: The page's number, from 1.
            limit: How many records to ask for, from 1 to 1,000; the service may return fewer.
            parent_cid: Only records that belong to the directory with this CID.
            has_expiration: Only records with a timelock (`True`) or without one (`False`).
            cid: Only the records of this CID.

        Returns:
            `UploadPage`, with the `uploads` and, if the service sends it, the `total`.

        Raises:
            InvalidInputError: An argument is malformed; nothing was sent.
            MissingScopeError: The API token lacks `files:read`.

        Example:
            page = client.users.uploads(limit=100, has_expiration=True)
            print(page.total, [record.name for record in page.uploads])
        """
        return self._client.send(
            ListUploads(
                page=page,
                limit=limit,
                parent_cid=parent_cid,
                has_expiration=has_expiration,
                cid=cid,
            )
        )

    def iter_uploads(
        self,
        *,
        page_size: int = 100,
        parent_cid: str | None = None,
        has_expiration: bool | None = None,
        cid: str | None = None,
    ) -> Pager[UploadPage, UploadRecord]:
        """GET /users/me/uploads: iterate over all of the account's uploads, page by page.

        Each page is fetched when it is needed. The iteration ends when the total is reached, or a
        page is empty or contains nothing new. Removing uploads meanwhile shifts the pages: to
        remove them, turn the iterator into a list first.

        Args:
            page_size: How many records to fetch at a time, from 1 to 1,000.
            parent_cid: Only records that belong to the directory with this CID.
            has_expiration: Only records with a timelock (`True`) or without one (`False`).
            cid: Only the records of this CID.

        Returns:
            An iterator over `UploadRecord`; its `pages()` iterates over the `UploadPage`s.

        Raises:
            InvalidInputError: An argument is malformed; nothing was sent.
            MissingScopeError: The API token lacks `files:read`.

        Example:
            for record in client.users.iter_uploads():
                print(record.cid, record.name)
        """
        first = ListUploads(
            limit=page_size, parent_cid=parent_cid, has_expiration=has_expiration, cid=cid
        )

        def fetch(number: int) -> UploadPage:
            return self._client.send(first.model_copy(update={"page": number}))

        return Pager(fetch, lambda page: (page.uploads, page.total), key_of_upload)

    def find_upload(self, cid: str) -> UploadRecord | None:
        """GET /users/me/uploads: find the account's record of a CID.

        Args:
            cid: A bare CID, v0 or v1 in any usual base.

        Returns:
            Its newest `UploadRecord`, or `None` if the account has none.

        Raises:
            InvalidInputError: The CID is malformed; nothing was sent.
            MissingScopeError: The API token lacks `files:read`.

        Example:
            record = client.users.find_upload(cid)
            if record is None:
                client.files.pin(cid)
        """
        wanted = CID.parse(ListUploads(cid=cid).cid or "")
        # A service that knows no such filter lists all.
        for record in self.iter_uploads(cid=cid):
            if is_same(record.cid, wanted):
                return record
        return None

    def get_upload(self, cid: str) -> UploadRecord:
        """GET /users/me/uploads/{cid}: read the account's record of a CID.

        The service's documentation mentions this path only once; `find_upload` uses one that is
        fully documented.

        Args:
            cid: A bare CID, v0 or v1 in any usual base.

        Returns:
            `UploadRecord`.

        Raises:
            InvalidInputError: The CID is malformed; nothing was sent.
            NotFoundError: The account has no such upload.
            MissingScopeError: The API token lacks `files:read`.

        Example:
            print(client.users.get_upload(cid).name)
        """
        return self._client.send(GetUpload(cid=cid))

    def delete_upload(self, cid: str) -> Removal:
        """DELETE /users/me/uploads/{cid}: remove an upload or pin from the account.

        `client.files.remove` does the same with the path that is fully documented.

        Args:
            cid: A bare CID, v0 or v1 in any usual base.

        Returns:
            `Removal`, whose `removed` is true unless the service says otherwise. The service
            documents nothing else.

        Raises:
            InvalidInputError: The CID is malformed; nothing was sent.
            NotFoundError: The account has no such upload.
            MissingScopeError: The API token lacks `files:delete`.

        Example:
            client.users.delete_upload(upload.cid)
        """
        return self._client.send(DeleteUpload(cid=cid))

    def directory(self, cid: str) -> Directory:
        """GET /users/me/uploads/dag/{cid}: list the files of a directory of the account.

        Args:
            cid: The bare CID of the directory's root.

        Returns:
            `Directory`, with the `files`. The service does not document its fields; unknown ones
            are in `model_extra`.

        Raises:
            InvalidInputError: The CID is malformed; nothing was sent.
            NotFoundError: The account has no such directory.
            MissingScopeError: The API token lacks `files:read`.

        Example:
            for entry in client.users.directory(upload.cid).files:
                print(entry.path, entry.size)
        """
        return self._client.send(GetDirectory(cid=cid))

    def update(
        self,
        *,
        name: str | None = None,
        last_name: str | None = None,
        country: str | None = None,
        birth_date: date | str | None = None,
        language: str | None = None,
    ) -> Done:
        """PUT /users/me: change the profile. Fields that are left out keep their values.

        Args:
            name: The first name.
            last_name: The last name.
            country: The country, such as `"ES"`.
            birth_date: The date of birth: a `date`, or text such as `"1990-12-31"`.
            language: The language of mails, such as `"en"`.

        Returns:
            `Done`, with the service's `message`, if any.

        Raises:
            InvalidInputError: An argument is malformed, or all are left out; nothing was sent.
            MissingScopeError: The API token lacks `user:write`.

        Example:
            client.users.update(name="Ada", country="ES")
        """
        return self._client.send(
            UpdateMe(
                name=name,
                last_name=last_name,
                country=country,
                birth_date=birth_date,
                language=language,
            )
        )

    def change_password(self, current_password: str, new_password: str) -> Done:
        """PUT /users/me/password: set a new password. It is never repeated.

        Args:
            current_password: The current password. No error, log or repr shows it.
            new_password: The new password; the service decides whether it is strong enough.

        Returns:
            `Done`, with the service's `message`, if any.

        Raises:
            InvalidInputError: An argument is malformed; nothing was sent.
            BadRequestError: The new password is refused.
            AuthenticationError: The current password is wrong.
            MissingScopeError: The API token lacks `user:write`.

        Example:
            client.users.change_password(old, new)
        """
        try:
            request = ChangePassword(current_password=current_password, new_password=new_password)
        finally:
            # A traceback with locals would show them.
            del current_password, new_password
        return self._client.send(request)

    def preferences(self) -> Preferences:
        """GET /users/me/preferences: read the account's language and country.

        Returns:
            `Preferences`, with `language` and `country`.

        Raises:
            MissingScopeError: The API token lacks `user:read`.

        Example:
            print(client.users.preferences().language)
        """
        return self._client.send(GetPreferences())

    def update_preferences(
        self, *, language: str | None = None, country: str | None = None
    ) -> Preferences:
        """PUT /users/me/preferences: change the language or country, or both.

        Args:
            language: The language of mails, such as `"en"`.
            country: The country, such as `"ES"`.

        Returns:
            `Preferences` as the service returns them, or else as they were passed.

        Raises:
            InvalidInputError: An argument is malformed, or all are left out; nothing was sent.
            MissingScopeError: The API token lacks `user:write`.

        Example:
            client.users.update_preferences(language="es")
        """
        return self._client.send(UpdatePreferences(language=language, country=country))

    def clusters(self) -> ClusterList:
        """GET /users/me/clusters: list the clusters that the account's plan allows.

        Returns:
            `ClusterList`, with the `clusters`; each has its `gateways` and a `gateway_url`.

        Raises:
            MissingScopeError: The API token lacks `cluster:read`.

        Example:
            for cluster in client.users.clusters().clusters:
                print(cluster.id, cluster.gateway_url)
        """
        return self._client.send(ListClusters())

    def referrals(self) -> ReferralList:
        """GET /users/me/referrals: list the accounts that used the referral code.

        Returns:
            `ReferralList`, with the `referrals`.

        Raises:
            MissingScopeError: The API token lacks `referrals:read`.

        Example:
            print(len(client.users.referrals().referrals))
        """
        return self._client.send(ListReferrals())

    def logs(
        self,
        page: int = 1,
        limit: int = 20,
        *,
        type: LogType | str | None = None,  # noqa: A002  # the service's own name
        action: str | None = None,
        source: LogSource | str | None = None,
    ) -> LogPage:
        """GET /users/me/logs: list one page of the account's activity log.

        Args:
            page: The page's number, from 1.
            limit: How many entries to ask for, from 1 to 100.
            type: Only entries of this type: `"INFO"`, `"WARNING"` or `"CRITICAL"`.
            action: Only entries of this action, in the service's own words.
            source: Only entries from this source, such as `"WEB"`, `"API"` or `"JWT"`.

        Returns:
            `LogPage`, with the `logs` and, if the service sends it, the `total`.

        Raises:
            InvalidInputError: An argument is malformed; nothing was sent.
            MissingScopeError: The API token lacks `logs:read`.

        Example:
            for entry in client.users.logs(type="WARNING").logs:
                print(entry.created_at, entry.action)
        """
        return self._client.send(
            ListLogs(page=page, limit=limit, type=type, action=action, source=source)
        )

    def iter_logs(
        self,
        *,
        page_size: int = 100,
        type: LogType | str | None = None,  # noqa: A002  # the service's own name
        action: str | None = None,
        source: LogSource | str | None = None,
    ) -> Pager[LogPage, LogEntry]:
        """GET /users/me/logs: iterate over the account's whole activity log, page by page.

        Each page is fetched when it is needed. New entries meanwhile shift the pages.

        Args:
            page_size: How many entries to fetch at a time, from 1 to 100.
            type: Only entries of this type: `"INFO"`, `"WARNING"` or `"CRITICAL"`.
            action: Only entries of this action, in the service's own words.
            source: Only entries from this source, such as `"WEB"`, `"API"` or `"JWT"`.

        Returns:
            An iterator over `LogEntry`; its `pages()` iterates over the `LogPage`s.

        Raises:
            InvalidInputError: An argument is malformed; nothing was sent.
            MissingScopeError: The API token lacks `logs:read`.

        Example:
            for entry in client.users.iter_logs(source="API"):
                print(entry.created_at, entry.action)
        """
        first = ListLogs(limit=page_size, type=type, action=action, source=source)

        def fetch(number: int) -> LogPage:
            return self._client.send(first.model_copy(update={"page": number}))

        return Pager(fetch, lambda page: (page.logs, page.total), key_of_entry)


def key_of_upload(record: UploadRecord) -> Hashable:
    """Return what identifies a record."""
    if record.upload_id is not None:
        return record.upload_id
    return (record.cid, record.cluster_id, record.name, record.created_at)


def key_of_entry(entry: LogEntry) -> Hashable:
    """Return what identifies an entry."""
    if entry.id is not None:
        return entry.id
    return (entry.created_at, entry.action, entry.details, entry.ip)
