"""`client.files`: files and directories."""

import os
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping
from datetime import datetime, timedelta
from types import EllipsisType

from .._core.gateways import check_gateway, gateway_of, url_on
from .._io.moments import now
from .._io.reading import OnProgress
from .._many.run import AnySource, AsyncManySource, UploadOutcome, UploadRun
from .._many.workers import async_as_they_end
from .._values.download import Download, OnDownloadProgress
from ..cid import CID
from ..config import Timeout, check_flag
from ..inputs import ClusterName
from ..models import (
    ClusterList,
    DirectoryUpload,
    Gateway,
    ListClusters,
    Pin,
    PinCid,
    Removal,
    RemoveFile,
    RenameUpload,
    Renaming,
    ServerDirectoryUpload,
    Upload,
    UploadDirectoryCluster,
    UploadDirectoryClusterFile,
    UploadDirectoryDag,
    UploadDirectoryFile,
    UploadFile,
    UploadServerDirectory,
)
from ..sources import AsyncDagContent, AsyncFileContent, Ignore
from .download import AsyncDownloading, check_input
from .existing import existing
from .sender import AsyncApart, AsyncBatchSender, AsyncFetcherFor, AsyncSender

__all__ = ["AsyncFiles"]

# The seconds for which an account's clusters are taken to be the same.
REMEMBERED = 300.0


class AsyncFiles:
    """Upload, pin and remove. An API token needs `files:write`, and `files:delete` to remove."""

    def __init__(
        self,
        client: AsyncSender,
        apart: AsyncApart,
        cluster: Callable[[], str | None],
        fetcher_for: AsyncFetcherFor,
    ) -> None:
        self._client = client
        self._apart = apart
        self._cluster = cluster
        self._fetcher_for = fetcher_for
        self._clusters: ClusterList | None = None
        self._known_until = 0.0

    async def upload(
        self,
        file: AsyncFileContent,
        *,
        filename: str | None = None,
        cluster_id: ClusterName | None = None,
        timelock: str | datetime | timedelta | None = None,
        on_progress: OnProgress | None = None,
        timeout: Timeout = ...,
        verify: bool | EllipsisType = ...,
        skip_existing: bool = False,
    ) -> Upload:
        """POST /files/: upload one file and pin it.

        The file is streamed: memory does not grow with its size.

        Args:
            file: A path (`str` or `os.PathLike`), bytes or another buffer (a numpy array), or a
                binary file object, which is read from where it stands and not closed. One that
                cannot seek is sent once, in chunks, and so is an iterator of bytes. What has to be
                awaited needs the client for asyncio.
            filename: The name to store. Left out, it is the path's or object's own, or else `file`.
            cluster_id: The cluster to hold it. Left out, it is the client's or the service's
                default.
            timelock: When it ends: an aware `datetime`, a `timedelta` from now, or RFC 3339 text
                such as `2031-12-31T23:59:59Z`. Not every plan allows it.
            on_progress: Called with a `Progress` after each piece; what it raises ends the upload.
            timeout: Seconds for this call; `None` is no limit. Left out, it is the client's, at
                least 300 s, and a second more for each 256 KiB.
            verify: Whether to compare the answer's CID with that of what was sent, which is hashed
                while it is sent; `upload.verified` then has the profile. Left out, it is the
                client's.
            skip_existing: Whether to work out the CID first, and to send nothing where the account
                holds it already, in this cluster and for as long. The answer is then made of its
                record. What can be read only once is refused.

        Returns:
            `Upload`, with the `cid`.

        Raises:
            InvalidInputError: An argument is malformed; nothing was sent.
            FileNotFoundError: There is no such file. Other errors of the file come as they are.
            SourceChangedError: The file changed while it was being sent; the text says what to do.
            MissingScopeError: The API token lacks `files:write`.
            PayloadTooLargeError: The file is larger than the plan allows.
            PermissionDeniedError: The plan does not allow the cluster, the timelock or more data.
            IntegrityError: The answer's CID is not that of what was sent.
            APIConnectionError: There is no answer; with `.sent == "maybe"` look at the uploads.

        Example:
            upload = await client.files.upload("report.pdf", timelock="2031-12-31T23:59:59Z")
            print(upload.cid)
        """
        request = UploadFile(file=file, filename=filename, cluster_id=cluster_id, timelock=timelock)
        if check_flag(skip_existing, "skip_existing"):
            held = await existing(self._client, request, self._cluster(), Upload)
            if held is not None:
                return held
        return await self._client.send(
            request, timeout=timeout, on_progress=on_progress, verify=verify
        )

    def upload_many(
        self,
        sources: Iterable[AsyncManySource],
        *,
        max_concurrency: int = 8,
        cluster_id: ClusterName | None = None,
        timelock: str | datetime | timedelta | None = None,
        on_progress: OnProgress | None = None,
        resume: str | os.PathLike[str] | None = None,
        verify: bool | EllipsisType = ...,
        skip_existing: bool = False,
    ) -> AsyncGenerator[UploadOutcome, None]:
        """POST /files/ for each source: upload many files at a time, one failure stopping no other.

        Outcomes come as the uploads end, in any order. A source is taken when there is room for it,
        and there is room only while outcomes are taken, so `sources` may be a generator without
        end; what is no collection is taken in a thread. Where the service asks one upload to wait,
        all of them wait for up to 300 s; where it asks for more, what is left fails with a
        `RateLimitError` whose `.sent` is "no". Where it says that nothing remains, they wait for
        its reset and are not refused; `with_options(max_per_minute=...)` keeps a pace that it does
        not tell. An upload's own time begins with its turn. Leaving the loop ends what is under
        way.

        Args:
            sources: Files as `upload` takes them, or `UploadFile` requests, which have a name,
                cluster and timelock of their own.
            max_concurrency: How many uploads are made at a time, from 1 to 100.
            cluster_id: The cluster to hold them. Left out, it is the client's or the service's
                default.
            timelock: When they end: an aware `datetime`, a `timedelta` from now, or RFC 3339 text.
            on_progress: Called with a `Progress` of all of them together. `total` is known where
                `sources` is a list of paths and bytes. What it raises ends the run.
            resume: The path of a journal, which is made if it is not there; keep one for each
                account. What an earlier run has written into it is not sent again, unless the file
                has changed since, the upload has ended, or the timelock is another one (by a day,
                or by half of the time that it leaves). It is for one run at a time: another one is
                refused as it begins, by a lock that ends with the run or its process. Where the
                file system has no locks, nobody is refused.
            verify: Whether to compare each answer's CID with that of what was sent. Left out, it is
                the client's. What the journal has without proof is then sent again.
            skip_existing: Whether to work out each CID first, and to send nothing of what the
                account holds already; its outcome has no attempts.

        Returns:
            An iterator over an `UploadOutcome` for each source: `.source`, and `.upload` or
            `.error`. One whose error has `.sent == "maybe"` may have been stored.

        Raises:
            InvalidInputError: An argument is malformed, or another run is using the journal;
                nothing was sent.
            OSError: The journal cannot be read or written; the run ends.
            ClientClosedError: The client is closed, or was before all had been uploaded.

        Example:
            async for outcome in client.files.upload_many(Path("photos").glob("*.jpg")):
                print(outcome.source, outcome.upload.cid if outcome.upload else outcome.error)
        """
        template = UploadFile(file=b"", cluster_id=cluster_id, timelock=timelock)
        sender, config = self._apart()
        run = UploadRun(
            sources,
            config,
            template,
            max_concurrency=max_concurrency,
            on_progress=on_progress,
            resume=resume,
            verify=verify,
            skip_existing=skip_existing,
        )
        return async_upload_all(sender, run)

    async def upload_directory(
        self,
        dir_path: str,
        *,
        cluster_id: ClusterName | None = None,
        timelock: str | datetime | timedelta | None = None,
    ) -> ServerDirectoryUpload:
        """POST /files/directory: upload a directory that is on the server, not on this machine.

        For a folder of yours there is `upload_directory_dag`.

        Args:
            dir_path: The directory's path on the server.
            cluster_id: The cluster to hold it. Left out, it is the client's or the service's
                default.
            timelock: When it ends: an aware `datetime`, a `timedelta` from now, or RFC 3339 text.

        Returns:
            `ServerDirectoryUpload`, whose `cid` may be `None`.

        Raises:
            InvalidInputError: An argument is malformed; nothing was sent.
            BadRequestError: The server has no such directory.
            MissingScopeError: The API token lacks `files:write`.

        Example:
            upload = await client.files.upload_directory("/data/example")
        """
        return await self._client.send(
            UploadServerDirectory(dir_path=dir_path, cluster_id=cluster_id, timelock=timelock)
        )

    async def upload_directory_dag(
        self,
        source: str | os.PathLike[str] | Mapping[str, AsyncDagContent],
        *,
        ignore: Ignore | None = None,
        dir_name: str | None = None,
        cluster_id: ClusterName | None = None,
        timelock: str | datetime | timedelta | None = None,
        on_progress: OnProgress | None = None,
        timeout: Timeout = ...,
        verify: bool | EllipsisType = ...,
        skip_existing: bool = False,
    ) -> DirectoryUpload:
        """POST /files/directory-dag: upload a directory as one DAG and pin it.

        Files are streamed, and opened one at a time when their turn comes.

        Args:
            source: A local folder's path (`str` or `os.PathLike`); or a mapping from relative POSIX
                path to what `upload` takes. In a folder hidden files count, empty folders are left
                out, and links that lead out of it are refused. In a mapping a `str` as content is
                refused: write `Path(...)` or `.encode()`. Names go out exactly as they are.
            ignore: What of a folder to leave out: a list of patterns as `shutil.ignore_patterns`
                has them, matched against names and relative POSIX paths, or a function of the
                relative path. A folder that matches is not looked into.
            dir_name: The directory's name.
            cluster_id: The cluster to hold it. Left out, it is the client's or the service's
                default.
            timelock: When it ends: an aware `datetime`, a `timedelta` from now, or RFC 3339 text.
            on_progress: Called with a `Progress` after each piece; what it raises ends the upload.
            timeout: Seconds for this call; `None` is no limit. Left out, it is the client's, at
                least 300 s, and a second more for each 256 KiB.
            verify: Whether to compare the answer's CID with that of what was sent, which is hashed
                while it is sent; `upload.verified` then has the profile. Left out, it is the
                client's.
            skip_existing: Whether to work out the CID first, and to send nothing where the account
                holds it already, in this cluster and for as long. The answer is then made of its
                record. What can be read only once is refused.

        Returns:
            `DirectoryUpload`, with the root's `cid`; a file is at `<gateway>/ipfs/<cid>/<path>`.

        Raises:
            InvalidInputError: A path, a content or another argument is malformed; nothing was sent.
            FileNotFoundError: There is no such file. Other errors of a file come as they are.
            SourceChangedError: A file changed while it was being sent.
            IntegrityError: The service stored other files than were sent.
            MissingScopeError: The API token lacks `files:write`.
            PayloadTooLargeError: The directory is larger than the plan allows.
            APIConnectionError: There is no answer; with `.sent == "maybe"` look at the uploads.

        Example:
            upload = await client.files.upload_directory_dag("site", ignore=[".git", "*.tmp"])
            upload = await client.files.upload_directory_dag({"a.txt": b"A", "b/c.txt": Path("c")})
        """
        request = UploadDirectoryDag(
            source=source,
            ignore=ignore,
            dir_name=dir_name,
            cluster_id=cluster_id,
            timelock=timelock,
        )
        if check_flag(skip_existing, "skip_existing"):
            held = await existing(self._client, request, self._cluster(), DirectoryUpload)
            if held is not None:
                return held
        return await self._client.send(
            request, timeout=timeout, on_progress=on_progress, verify=verify
        )

    async def pin(
        self,
        cid: str,
        *,
        original_name: str | None = None,
        custom_name: str | None = None,
        cluster_id: ClusterName | None = None,
        timelock: str | datetime | timedelta | None = None,
    ) -> Pin:
        """POST /files/pin/{cid}: pin content that is already in IPFS.

        Args:
            cid: A bare CID, v0 or v1 in any usual base.
            original_name: The name that the content came with.
            custom_name: The name to show for it.
            cluster_id: The cluster to hold it. Left out, it is the client's or the service's
                default.
            timelock: When it ends: an aware `datetime`, a `timedelta` from now, or RFC 3339 text.

        Returns:
            `Pin`: the CID was accepted; `client.status.get` tells when it is pinned.

        Raises:
            InvalidInputError: An argument is malformed; nothing was sent.
            NotFoundError: The content cannot be found.
            MissingScopeError: The API token lacks `files:write`.
            PermissionDeniedError: The plan does not allow the cluster, the timelock or more data.
            APIConnectionError: There is no answer; with `.sent == "maybe"` look at the uploads.

        Example:
            pin = await client.files.pin(cid, custom_name="dataset")
        """
        return await self._client.send(
            PinCid(
                cid=cid,
                original_name=original_name,
                custom_name=custom_name,
                cluster_id=cluster_id,
                timelock=timelock,
            )
        )

    async def remove(self, cid: str) -> Removal:
        """DELETE /files/remove/{cid}: unpin content and remove it from the account.

        Args:
            cid: A bare CID, v0 or v1 in any usual base.

        Returns:
            `Removal`, whose `removed` is true unless the service says otherwise.

        Raises:
            InvalidInputError: The CID is malformed; nothing was sent.
            NotFoundError: The account does not hold this CID.
            MissingScopeError: The API token lacks `files:delete`.

        Example:
            await client.files.remove(upload.cid)
        """
        return await self._client.send(RemoveFile(cid=cid))

    async def rename(self, upload_id: str, new_name: str) -> Renaming:
        """PUT /files/rename/{upload_id}: give an upload or pin another name in the account.

        The content and its CID stay as they are.

        Args:
            upload_id: The record's id, which is not a CID: `Upload.upload_id`, or
                `UploadRecord.upload_id` from `client.users.find_upload(cid)`.
            new_name: The name from now on.

        Returns:
            `Renaming`, whose `updated` is true unless the service says otherwise.

        Raises:
            InvalidInputError: An argument is malformed, or the id is a CID; nothing was sent.
            NotFoundError: The account has no such record.
            MissingScopeError: The API token lacks `files:rename`.

        Example:
            await client.files.rename(upload.upload_id, "report-2031.pdf")
        """
        return await self._client.send(RenameUpload(upload_id=upload_id, new_name=new_name))

    async def upload_directory_cluster(
        self,
        dir_path: str,
        *,
        cluster_id: ClusterName | None = None,
        timelock: str | datetime | timedelta | None = None,
    ) -> ServerDirectoryUpload:
        """POST /files/directory-cluster: upload a directory on the server, each file by itself.

        Args:
            dir_path: The directory's path on the server, not on this machine.
            cluster_id: The cluster to hold it. Left out, it is the client's or the service's
                default.
            timelock: When it ends: an aware `datetime`, a `timedelta` from now, or RFC 3339 text.

        Returns:
            `ServerDirectoryUpload`, whose `cid` may be `None`. The service's documentation does not
            tell what it has; what is not known is in `model_extra`.

        Raises:
            InvalidInputError: An argument is malformed; nothing was sent.
            BadRequestError: The server has no such directory.
            MissingScopeError: The API token lacks `files:write`.

        Example:
            upload = await client.files.upload_directory_cluster("/data/example")
        """
        return await self._client.send(
            UploadDirectoryCluster(dir_path=dir_path, cluster_id=cluster_id, timelock=timelock)
        )

    async def upload_directory_cluster_file(
        self,
        file: AsyncFileContent,
        *,
        filename: str | None = None,
        cluster_id: ClusterName | None = None,
        timelock: str | datetime | timedelta | None = None,
        on_progress: OnProgress | None = None,
        timeout: Timeout = ...,
    ) -> Upload:
        """POST /files/directory-cluster-files: upload one file of a directory to a cluster.

        The service's documentation does not tell how the files of a directory are tied together;
        `upload_directory_dag` uploads a whole one.

        Args:
            file: What `upload` takes.
            filename: The name to store. Left out, it is the path's or object's own, or else `file`.
            cluster_id: The cluster to hold it. Left out, it is the client's or the service's
                default.
            timelock: When it ends: an aware `datetime`, a `timedelta` from now, or RFC 3339 text.
            on_progress: Called with a `Progress` after each piece; what it raises ends the upload.
            timeout: Seconds for this call, as for `upload`.

        Returns:
            `Upload`, with the `cid`.

        Raises:
            PinarkiveError: As for `upload`.

        Example:
            upload = await client.files.upload_directory_cluster_file("site/index.html")
        """
        request = UploadDirectoryClusterFile(
            file=file, filename=filename, cluster_id=cluster_id, timelock=timelock
        )
        return await self._client.send(request, timeout=timeout, on_progress=on_progress)

    async def upload_directory_file(
        self,
        file: AsyncFileContent,
        *,
        filename: str | None = None,
        cluster_id: ClusterName | None = None,
        timelock: str | datetime | timedelta | None = None,
        on_progress: OnProgress | None = None,
        timeout: Timeout = ...,
    ) -> Upload:
        """POST /files/directory-files: upload one file of a directory.

        The service's documentation does not tell how the files of a directory are tied together;
        `upload_directory_dag` uploads a whole one.

        Args:
            file: What `upload` takes.
            filename: The name to store. Left out, it is the path's or object's own, or else `file`.
            cluster_id: The cluster to hold it. Left out, it is the client's or the service's
                default.
            timelock: When it ends: an aware `datetime`, a `timedelta` from now, or RFC 3339 text.
            on_progress: Called with a `Progress` after each piece; what it raises ends the upload.
            timeout: Seconds for this call, as for `upload`.

        Returns:
            `Upload`, with the `cid`.

        Raises:
            PinarkiveError: As for `upload`.

        Example:
            upload = await client.files.upload_directory_file("site/index.html")
        """
        request = UploadDirectoryFile(
            file=file, filename=filename, cluster_id=cluster_id, timelock=timelock
        )
        return await self._client.send(request, timeout=timeout, on_progress=on_progress)

    async def gateway_url(
        self, cid: str, path: str | None = None, *, cluster_id: ClusterName | None = None
    ) -> str:
        """GET /users/me/clusters: the link to content on a public gateway, to be given away.

        The account's clusters are remembered for five minutes. Whoever has the link can read the
        content; it is not looked up whether it is there yet.

        Args:
            cid: A bare CID, v0 or v1 in any usual base.
            path: The path of a file in the directory of that CID, as it was uploaded.
            cluster_id: The cluster that holds it, as `Upload.cluster_id` tells. Left out, it is the
                client's, or the account's first that has a gateway.

        Returns:
            The URL, its path percent-encoded.

        Raises:
            InvalidInputError: An argument is malformed, or the account has no such cluster.
            MissingScopeError: The API token lacks `cluster:read`.

        Example:
            print(await client.files.gateway_url(upload.cid, "images/cat 1.jpg"))
        """
        # What is malformed needs no question.
        url_on("", cid, path)
        return url_on(await self._gateway(cluster_id), cid, path)

    async def download(
        self,
        cid: str,
        path: str | None = None,
        *,
        to: str | os.PathLike[str] | None = None,
        gateway: str | Gateway | None = None,
        verify: bool = True,
        on_progress: OnDownloadProgress | None = None,
        timeout: Timeout = ...,
    ) -> Download:
        """GET <gateway>/ipfs/{cid}: download a file or directory, and prove that it is the one.

        A file is streamed: memory does not grow with its size. Where a connection breaks, it goes
        on from there. What is written stands beside its place, in a hidden file that ends in
        `.part`, and is put there once it is whole; when the call fails, nothing is left. The
        gateway is sent no credential. Up to five of its redirects are followed, which must stay
        with https.

        Args:
            cid: A bare CID, v0 or v1 in any usual base: of a file, or of a directory.
            path: The path of a file or directory in the directory of that CID.
            to: Where to write it: a path (`str` or `os.PathLike`). A file that is there is
                replaced; in a folder that is there the content is put under the last name of
                `path`, or else under the CID. A directory becomes a folder, which must not be
                there yet. Left out, a file's bytes are in `content`.
            gateway: Another gateway: its URL, or a `Gateway` of `client.clusters.gateways()`. Left
                out, it is the account's own, as for `gateway_url`.
            verify: Whether to compare what comes with its CID. A file is hashed while it comes; one
                that was not made with Kubo's usual settings is compared block by block.
            on_progress: Called with a `DownloadProgress` after each piece; what it raises ends the
                download.
            timeout: Seconds for this call; `None` is no limit. Left out, it is the client's, at
                least 300 s, and a second more for each 256 KiB.

        Returns:
            `Download`, with `path` or `content`.

        Raises:
            InvalidInputError: An argument is malformed; or the CID is no file or directory, is a
                symbolic link, is a directory and there is no `to`, or has a name in it that cannot
                be written.
            IntegrityError: What came is not what the CID names.
            NotFoundError: The gateway does not have it, or the directory has no such path.
            RedirectError, APIResponseError: The gateway answered with something else.
            APIConnectionError: The gateway cannot be reached, or the connection broke too often.
            MissingScopeError: The API token lacks `cluster:read`, and there is no `gateway`.
            OSError: It cannot be written; the errors of files come as they are.

        Example:
            download = await client.files.download(upload.cid, to="report.pdf")
            data = (await client.files.download(upload.cid)).content
        """
        url_on("", cid, path)
        check_input(CID.parse(cid))
        checked = check_flag(verify, "verify")
        url = None if gateway is None else check_gateway(gateway, verify=checked)
        if url is None:
            url = check_gateway(await self._gateway(None), verify=checked)
        fetcher = self._fetcher_for(url, timeout, checked)
        try:
            downloading = AsyncDownloading(fetcher, url, verify=checked, on_progress=on_progress)
            return await downloading.run(cid, path, to)
        finally:
            await fetcher.close()

    async def _gateway(self, cluster_id: str | None) -> str:
        """Return the URL of a cluster's first gateway."""
        if self._clusters is None or now() >= self._known_until:
            self._clusters = await self._client.send(ListClusters())
            self._known_until = now() + REMEMBERED
        return gateway_of(self._clusters, cluster_id or self._cluster())


def async_upload_all(
    sender: AsyncBatchSender, run: UploadRun
) -> AsyncGenerator[UploadOutcome, None]:
    """Return the outcomes of a run as they come."""

    async def upload_one(source: AnySource) -> UploadOutcome:
        try:
            job = run.begin(source)
            upload = job.done
            if upload is None and run.skip_existing:
                upload = await existing(sender, job.request, run.cluster_id, Upload)
            if upload is None:
                upload = await sender.send(
                    job.request, on_progress=job.on_progress, verify=run.verify
                )
            return run.end(source, job, upload)
        except Exception as error:
            return run.fail(source, error)

    return async_as_they_end(upload_one, run, sender.close)
