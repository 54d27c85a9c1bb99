# generated from src/pinarkive/_async/users.py by scripts/generate; change that file
"""`client.users`: the account and its uploads."""

from collections.abc import Iterator
from itertools import count

from ..models import GetMe, ListUploads, UploadPage, UploadRecord, User
from .sender import Sender

__all__ = ["Users"]


class Users:
    """The account that the credential belongs to, and its uploads."""

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
            limit: How many records it holds, from 1 to 1,000; a server may hold fewer.
            parent_cid: Only what belongs to the directory of this CID.
            has_expiration: Only what has a timelock (`True`) or has none (`False`).
            cid: Only the records of this CID.

        Returns:
            `UploadPage`, with the `uploads` and, where the service tells it, the `total`.

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
    ) -> Iterator[UploadRecord]:
        """GET /users/me/uploads: go through all of the account's uploads, page by page.

        A page is fetched when its turn comes. The end is where the total is reached, a page is
        empty, or a page brings nothing new. What is removed meanwhile moves the pages: to remove
        what comes, make a list of it first.

        Args:
            page_size: How many records are fetched at a time, from 1 to 1,000.
            parent_cid: Only what belongs to the directory of this CID.
            has_expiration: Only what has a timelock (`True`) or has none (`False`).
            cid: Only the records of this CID.

        Returns:
            An iterator over `UploadRecord`.

        Raises:
            InvalidInputError: An argument is malformed; nothing was sent.
            MissingScopeError: The API token lacks `files:read`.

        Example:
            for record in client.users.iter_uploads():
                print(record.cid, record.name)
        """
        seen: set[UploadRecordKey] = set()
        delivered = 0
        for number in count(1):
            page = self.uploads(
                number,
                page_size,
                parent_cid=parent_cid,
                has_expiration=has_expiration,
                cid=cid,
            )
            new = [record for record in page.uploads if key_of(record) not in seen]
            seen.update(key_of(record) for record in new)
            for record in new:
                yield record
            delivered += len(page.uploads)
            if not new or (page.total is not None and delivered >= page.total):
                return


UploadRecordKey = tuple[object, ...]


def key_of(record: UploadRecord) -> UploadRecordKey:
    """Return what tells a record from all others."""
    if record.upload_id is not None:
        return (record.upload_id,)
    return (record.cid, record.cluster_id, record.name, record.created_at)
