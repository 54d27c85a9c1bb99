# generated from src/pinarkive/_async/files.py by scripts/generate; change that file
"""`client.files`: files and directories."""

import os
from collections.abc import Callable, Generator, Iterable, Mapping
from datetime import datetime, timedelta
from types import EllipsisType

from .._core.gateways import check_gateway, gateway_of, url_on
from .._io.moments import now
from .._io.reading import OnProgress
from .._many.run import AnySource, ManySource, UploadOutcome, UploadRun
from .._many.workers import as_they_end
from .._values.download import Download, OnDownloadProgress
from ..cid import CID
from ..config import Timeout, check_callback, check_flag
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
from ..sources import DagContent, FileContent, Ignore
from .download import Downloading, check_input
from .existing import existing
from .sender import Apart, BatchSender, FetcherFor, Sender

__all__ = ["Files"]

# How long the account's clusters are remembered, in seconds.
REMEMBERED = 300.0


class Files:
    """Uploads, pins, downloads and removals.

    An API token needs the scope `files:write`, and `files:delete` to remove.
    """

    def __init__(
        self,
        client: Sender,
        apart: Apart,
        cluster: Callable[[], str | None],
        fetcher_for: FetcherFor,
    ) -> None:
        self._client = client
        self._apart = apart
        self._cluster = cluster
        self._fetcher_for = fetcher_for
        self._clusters: ClusterList | None = None
        self._known_until = 0.0

    def upload(
        self,
        file: FileContent,
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

        The file is streamed, so memory use does not grow with its size.

        Args:
            file: A path (`str` or `os.PathLike`), bytes or another buffer (such as a NumPy array),
                an open binary file, or an iterator of bytes. An open file is read from its current
                position, and stays open. A file that cannot seek, or an iterator, can be sent only
                once. Files and iterators that must be awaited need `PinarkiveClient`.
            filename: The name to store. By default, the name of the path or file object, or else
                `file`.
            cluster_id: The cluster that stores it. By default, the client's cluster, or else the
                service's default.
            timelock: When the pin expires: an aware `datetime`, a `timedelta` from now, or RFC 3339
                text such as `2031-12-31T23:59:59Z`. Not every plan allows it.
            on_progress: Called with a `Progress` after each piece. An exception in it ends the
                upload.
            timeout: Seconds for the whole call; `None` means no limit. By default, the client's
                timeout, but at least 300 s, plus one second for each 256 KiB.
            verify: Whether to hash the content while it is sent, and compare its CID with the one
                that the service returns. `upload.verified` then names the CID profile. By default,
                the client's setting.
            skip_existing: Whether to compute the CID first, and send nothing if the account already
                holds the content in this cluster for at least as long. The result is then built
                from the account's record. Content that can be read only once is refused.

        Returns:
            `Upload`, with the `cid`.

        Raises:
            InvalidInputError: An argument is malformed; nothing was sent.
            FileNotFoundError: The file does not exist. Other file errors are raised unchanged.
            SourceChangedError: The file changed while it was sent; the message says what to do.
            MissingScopeError: The API token lacks `files:write`.
            PayloadTooLargeError: The file is larger than the plan allows.
            PermissionDeniedError: The plan does not allow the cluster, the timelock or more data.
            IntegrityError: The service returned a CID that does not match the content.
            APIConnectionError: There is no answer. If `.sent` is `"maybe"`, check the uploads.

        Example:
            upload = client.files.upload("report.pdf", timelock="2031-12-31T23:59:59Z")
            print(upload.cid)
        """
        request = UploadFile(file=file, filename=filename, cluster_id=cluster_id, timelock=timelock)
        if check_flag(skip_existing, "skip_existing"):
            held = existing(self._client, request, self._cluster(), Upload)
            if held is not None:
                return held
        return self._client.send(request, timeout=timeout, on_progress=on_progress, verify=verify)

    def upload_many(
        self,
        sources: Iterable[ManySource],
        *,
        max_concurrency: int = 8,
        cluster_id: ClusterName | None = None,
        timelock: str | datetime | timedelta | None = None,
        on_progress: OnProgress | None = None,
        resume: str | os.PathLike[str] | None = None,
        verify: bool | EllipsisType = ...,
        skip_existing: bool = False,
    ) -> Generator[UploadOutcome, None]:
        """POST /files/ for each source: upload many files concurrently.

        A file that fails does not stop the others. Outcomes arrive as uploads end, in any order.
        The next source is read only when there is room for it, so `sources` may be an endless
        generator; anything but a collection is iterated in a thread. Leaving the loop cancels the
        uploads in progress.

        Rate limits are shared: if the service asks one upload to wait, all of them wait, for up to
        300 s; if it asks for longer, the remaining uploads fail with a `RateLimitError` whose
        `.sent` is `"no"`. If the service says that no requests remain, the uploads wait for the
        reset. For limits that it does not announce, use `with_options(max_per_minute=...)`. The
        timeout of an upload starts when its turn comes.

        Args:
            sources: Files as `upload` accepts them, or `UploadFile` requests, each with its own
                name, cluster and timelock.
            max_concurrency: How many uploads run at the same time, from 1 to 100.
            cluster_id: The cluster that stores them. By default, the client's cluster, or else the
                service's default.
            timelock: When the pins expire: an aware `datetime`, a `timedelta` from now, or RFC 3339
                text.
            on_progress: Called with a `Progress` of all uploads together. `total` is known if
                `sources` is a list of paths and bytes. An exception in it ends the run.
            resume: The path of a journal file, which is created if it does not exist; use one for
                each account. Files that an earlier run recorded in it are not sent again, unless
                the file changed, the upload expired, or the timelock differs (by a day, or by half
                of the remaining time). One run can use a journal at a time: a second run is refused
                when it starts. The lock ends with the run or its process; file systems without
                locks refuse no one.
            verify: Whether to compare the CID of each upload with its content. By default, the
                client's setting. Files that the journal lists as not verified are sent again.
            skip_existing: Whether to compute each CID first, and skip files that the account
                already holds. The outcome of a skipped file has no attempts.

        Returns:
            An iterator with an `UploadOutcome` for each source: its `.source`, and `.upload` or
            `.error`. If the error's `.sent` is `"maybe"`, the file may have been stored.

        Raises:
            InvalidInputError: An argument is malformed, or another run uses the journal; nothing
                was sent.
            OSError: The journal cannot be read or written; the run ends.
            ClientClosedError: The client is closed, or was closed before the run ended.

        Example:
            for outcome in client.files.upload_many(Path("photos").glob("*.jpg")):
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
        return upload_all(sender, run)

    def upload_directory(
        self,
        dir_path: str,
        *,
        cluster_id: ClusterName | None = None,
        timelock: str | datetime | timedelta | None = None,
    ) -> ServerDirectoryUpload:
        """POST /files/directory: upload a directory that is on the server, not on this machine.

        To upload a local folder, use `upload_directory_dag`.

        Args:
            dir_path: The directory's path on the server.
            cluster_id: The cluster that stores it. By default, the client's cluster, or else the
                service's default.
            timelock: When the pin expires: an aware `datetime`, a `timedelta` from now, or RFC 3339
                text.

        Returns:
            `ServerDirectoryUpload`, whose `cid` may be `None`.

        Raises:
            InvalidInputError: An argument is malformed; nothing was sent.
            BadRequestError: The server has no such directory.
            MissingScopeError: The API token lacks `files:write`.

        Example:
            upload = client.files.upload_directory("/data/example")
        """
        return self._client.send(
            UploadServerDirectory(dir_path=dir_path, cluster_id=cluster_id, timelock=timelock)
        )

    def upload_directory_dag(
        self,
        source: str | os.PathLike[str] | Mapping[str, DagContent],
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

        Files are streamed, and only one is open at a time.

        Args:
            source: The path of a local folder (`str` or `os.PathLike`), or a mapping from relative
                POSIX paths to contents as `upload` accepts them. From a folder, hidden files are
                included, empty folders are left out, and links that lead outside are refused. In a
                mapping, a `str` as content is refused: use `Path(...)` or `.encode()`. Names are
                sent exactly as they are.
            ignore: What to leave out of a folder: a list of patterns as for
                `shutil.ignore_patterns`, matched against names and relative POSIX paths, or a
                function of the relative path. Ignored folders are not entered.
            dir_name: The name of the directory.
            cluster_id: The cluster that stores it. By default, the client's cluster, or else the
                service's default.
            timelock: When the pin expires: an aware `datetime`, a `timedelta` from now, or RFC 3339
                text.
            on_progress: Called with a `Progress` after each piece. An exception in it ends the
                upload.
            timeout: Seconds for the whole call; `None` means no limit. By default, the client's
                timeout, but at least 300 s, plus one second for each 256 KiB.
            verify: Whether to hash the content while it is sent, and compare its CID with the one
                that the service returns. `upload.verified` then names the CID profile. By default,
                the client's setting.
            skip_existing: Whether to compute the CID first, and send nothing if the account already
                holds the content in this cluster for at least as long. The result is then built
                from the account's record. Content that can be read only once is refused.

        Returns:
            `DirectoryUpload`, with the `cid` of the root; each file is at
            `<gateway>/ipfs/<cid>/<path>`.

        Raises:
            InvalidInputError: A path, a content or another argument is malformed; nothing was sent.
            FileNotFoundError: A file does not exist. Other file errors are raised unchanged.
            SourceChangedError: A file changed while it was sent.
            IntegrityError: The service stored other files than were sent.
            MissingScopeError: The API token lacks `files:write`.
            PayloadTooLargeError: The directory is larger than the plan allows.
            APIConnectionError: There is no answer. If `.sent` is `"maybe"`, check the uploads.

        Example:
            upload = client.files.upload_directory_dag("site", ignore=[".git", "*.tmp"])
            upload = client.files.upload_directory_dag({"a.txt": b"A", "b/c.txt": Path("c")})
        """
        request = UploadDirectoryDag(
            source=source,
            ignore=ignore,
            dir_name=dir_name,
            cluster_id=cluster_id,
            timelock=timelock,
        )
        if check_flag(skip_existing, "skip_existing"):
            held = existing(self._client, request, self._cluster(), DirectoryUpload)
            if held is not None:
                return held
        return self._client.send(request, timeout=timeout, on_progress=on_progress, verify=verify)

    def pin(
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
            original_name: The name that the content had at its origin.
            custom_name: The name to show in the account.
            cluster_id: The cluster that stores it. By default, the client's cluster, or else the
                service's default.
            timelock: When the pin expires: an aware `datetime`, a `timedelta` from now, or RFC 3339
                text.

        Returns:
            `Pin`: the service accepted the CID, and pins it soon;
            `client.status.wait_until_pinned` waits for that.

        Raises:
            InvalidInputError: An argument is malformed; nothing was sent.
            NotFoundError: The content cannot be found.
            MissingScopeError: The API token lacks `files:write`.
            PermissionDeniedError: The plan does not allow the cluster, the timelock or more data.
            APIConnectionError: There is no answer. If `.sent` is `"maybe"`, check the uploads.

        Example:
            pin = client.files.pin(cid, custom_name="dataset")
        """
        return self._client.send(
            PinCid(
                cid=cid,
                original_name=original_name,
                custom_name=custom_name,
                cluster_id=cluster_id,
                timelock=timelock,
            )
        )

    def remove(self, cid: str) -> Removal:
        """DELETE /files/remove/{cid}: unpin content and remove it from the account.

        Args:
            cid: A bare CID, v0 or v1 in any usual base.

        Returns:
            `Removal`, with `removed` true unless the service says otherwise.

        Raises:
            InvalidInputError: The CID is malformed; nothing was sent.
            NotFoundError: The account does not hold this CID.
            MissingScopeError: The API token lacks `files:delete`.

        Example:
            client.files.remove(upload.cid)
        """
        return self._client.send(RemoveFile(cid=cid))

    def rename(self, upload_id: str, new_name: str) -> Renaming:
        """PUT /files/rename/{upload_id}: rename an upload or pin in the account.

        The content and its CID do not change.

        Args:
            upload_id: The id of the record, not a CID: `Upload.upload_id`, or
                `UploadRecord.upload_id` from `client.users.find_upload(cid)`.
            new_name: The new name.

        Returns:
            `Renaming`, with `updated` true unless the service says otherwise.

        Raises:
            InvalidInputError: An argument is malformed, or the id is a CID; nothing was sent.
            NotFoundError: The account has no such record.
            MissingScopeError: The API token lacks `files:rename`.

        Example:
            client.files.rename(upload.upload_id, "report-2031.pdf")
        """
        return self._client.send(RenameUpload(upload_id=upload_id, new_name=new_name))

    def upload_directory_cluster(
        self,
        dir_path: str,
        *,
        cluster_id: ClusterName | None = None,
        timelock: str | datetime | timedelta | None = None,
    ) -> ServerDirectoryUpload:
        """POST /files/directory-cluster: upload a directory on the server, file by file.

        Args:
            dir_path: The directory's path on the server, not on this machine.
            cluster_id: The cluster that stores it. By default, the client's cluster, or else the
                service's default.
            timelock: When the pin expires: an aware `datetime`, a `timedelta` from now, or RFC 3339
                text.

        Returns:
            `ServerDirectoryUpload`, whose `cid` may be `None`. The answer is undocumented: unknown
            fields are in `model_extra`.

        Raises:
            InvalidInputError: An argument is malformed; nothing was sent.
            BadRequestError: The server has no such directory.
            MissingScopeError: The API token lacks `files:write`.

        Example:
            upload = client.files.upload_directory_cluster("/data/example")
        """
        return self._client.send(
            UploadDirectoryCluster(dir_path=dir_path, cluster_id=cluster_id, timelock=timelock)
        )

    def upload_directory_cluster_file(
        self,
        file: FileContent,
        *,
        filename: str | None = None,
        cluster_id: ClusterName | None = None,
        timelock: str | datetime | timedelta | None = None,
        on_progress: OnProgress | None = None,
        timeout: Timeout = ...,
    ) -> Upload:
        """POST /files/directory-cluster-files: upload one file of a directory to a cluster.

        How the service combines the files of a directory is undocumented. To upload a whole
        directory, use `upload_directory_dag`.

        Args:
            file: As for `upload`.
            filename: The name to store. By default, the name of the path or file object, or else
                `file`.
            cluster_id: The cluster that stores it. By default, the client's cluster, or else the
                service's default.
            timelock: When the pin expires: an aware `datetime`, a `timedelta` from now, or RFC 3339
                text.
            on_progress: Called with a `Progress` after each piece. An exception in it ends the
                upload.
            timeout: Seconds for this call, as for `upload`.

        Returns:
            `Upload`, with the `cid`.

        Raises:
            PinarkiveError: As for `upload`.

        Example:
            upload = client.files.upload_directory_cluster_file("site/index.html")
        """
        request = UploadDirectoryClusterFile(
            file=file, filename=filename, cluster_id=cluster_id, timelock=timelock
        )
        return self._client.send(request, timeout=timeout, on_progress=on_progress)

    def upload_directory_file(
        self,
        file: FileContent,
        *,
        filename: str | None = None,
        cluster_id: ClusterName | None = None,
        timelock: str | datetime | timedelta | None = None,
        on_progress: OnProgress | None = None,
        timeout: Timeout = ...,
    ) -> Upload:
        """POST /files/directory-files: upload one file of a directory.

        How the service combines the files of a directory is undocumented. To upload a whole
        directory, use `upload_directory_dag`.

        Args:
            file: As for `upload`.
            filename: The name to store. By default, the name of the path or file object, or else
                `file`.
            cluster_id: The cluster that stores it. By default, the client's cluster, or else the
                service's default.
            timelock: When the pin expires: an aware `datetime`, a `timedelta` from now, or RFC 3339
                text.
            on_progress: Called with a `Progress` after each piece. An exception in it ends the
                upload.
            timeout: Seconds for this call, as for `upload`.

        Returns:
            `Upload`, with the `cid`.

        Raises:
            PinarkiveError: As for `upload`.

        Example:
            upload = client.files.upload_directory_file("site/index.html")
        """
        request = UploadDirectoryFile(
            file=file, filename=filename, cluster_id=cluster_id, timelock=timelock
        )
        return self._client.send(request, timeout=timeout, on_progress=on_progress)

    def gateway_url(
        self, cid: str, path: str | None = None, *, cluster_id: ClusterName | None = None
    ) -> str:
        """GET /users/me/clusters: return a link to content on a public gateway.

        Anyone who has the link can read the content. Whether the gateway has the content yet is not
        checked. The account's clusters are remembered for five minutes.

        Args:
            cid: A bare CID, v0 or v1 in any usual base.
            path: The path of a file in the directory with that CID, as it was uploaded.
            cluster_id: The cluster that stores the content, such as `Upload.cluster_id`. By
                default, the client's cluster, or the account's first one with a gateway.

        Returns:
            The URL, with the path percent-encoded.

        Raises:
            InvalidInputError: An argument is malformed, or the account has no such cluster.
            MissingScopeError: The API token lacks `cluster:read`.

        Example:
            print(client.files.gateway_url(upload.cid, "images/cat 1.jpg"))
        """
        # Malformed arguments are refused before anything is sent.
        url_on("", cid, path)
        return url_on(self._gateway(cluster_id), cid, path)

    def download(
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
        """GET <gateway>/ipfs/{cid}: download a file or directory, and verify it by its CID.

        Files are streamed, so memory use does not grow with their size. If a connection breaks, the
        download resumes where it stopped. Data is written to a hidden `.part` file next to the
        target and moved into place when it is complete; if the call fails, nothing is left behind.
        The gateway never receives the credential. Up to five redirects are followed, and only to
        https.

        Args:
            cid: The bare CID of a file or directory, v0 or v1 in any usual base.
            path: The path of a file or directory in the directory with that CID.
            to: The path to write to (`str` or `os.PathLike`). An existing file is replaced. If it
                is an existing folder, the content goes into it, named after the last part of
                `path`, or else after the CID. A directory becomes a new folder. By default, a
                file's bytes are returned in `content`.
            gateway: Another gateway: its URL, or a `Gateway` from `client.clusters.gateways()`. By
                default, the account's own, as for `gateway_url`.
            verify: Whether to compare the content with its CID. Files are hashed as they arrive; a
                file that was not created with Kubo's usual settings is compared block by block.
            on_progress: Called with a `DownloadProgress` after each piece. An exception in it ends
                the download.
            timeout: Seconds for the whole call; `None` means no limit. By default, the client's
                timeout, but at least 300 s, plus one second for each 256 KiB.

        Returns:
            `Download`, with `path` or `content`.

        Raises:
            InvalidInputError: An argument is malformed, or the CID is neither a file nor a
                directory, is a symbolic link, is a directory although `to` is left out, or contains
                a name that cannot be written.
            IntegrityError: The content does not match the CID.
            NotFoundError: The gateway does not have the content, or the directory no such path.
            RedirectError, APIResponseError: The gateway answered with something else.
            APIConnectionError: The gateway cannot be reached, or the connection broke too often.
            MissingScopeError: The API token lacks `cluster:read`, and there is no `gateway`.
            OSError: The content cannot be written; file errors are raised unchanged.

        Example:
            download = client.files.download(upload.cid, to="report.pdf")
            data = client.files.download(upload.cid).content
        """
        url_on("", cid, path)
        check_input(CID.parse(cid))
        checked = check_flag(verify, "verify")
        if on_progress is not None:
            check_callback(on_progress, "on_progress")
        url = None if gateway is None else check_gateway(gateway, verify=checked)
        if url is None:
            url = check_gateway(self._gateway(None), verify=checked)
        fetcher = self._fetcher_for(url, timeout, checked)
        try:
            downloading = Downloading(fetcher, url, verify=checked, on_progress=on_progress)
            return downloading.run(cid, path, to)
        finally:
            fetcher.close()

    def _gateway(self, cluster_id: str | None) -> str:
        """Return the URL of a cluster's first gateway."""
        if self._clusters is None or now() >= self._known_until:
            self._clusters = self._client.send(ListClusters())
            self._known_until = now() + REMEMBERED
        return gateway_of(self._clusters, cluster_id or self._cluster())


def upload_all(sender: BatchSender, run: UploadRun) -> Generator[UploadOutcome, None]:
    """Return the outcomes of a run as they arrive."""

    def upload_one(source: AnySource) -> UploadOutcome:
        try:
            job = run.begin(source)
            upload = job.done
            if upload is None and run.skip_existing:
                upload = existing(sender, job.request, run.cluster_id, Upload)
            if upload is None:
                upload = sender.send(job.request, on_progress=job.on_progress, verify=run.verify)
            return run.end(source, job, upload)
        except Exception as error:
            return run.fail(source, error)

    return as_they_end(upload_one, run, sender.close)
