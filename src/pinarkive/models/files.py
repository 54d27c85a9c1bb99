"""Uploading, pinning, renaming and removing files and directories."""

import os
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, ClassVar

from .._dag.blocks import Profile
from .._values.json import is_object
from ..inputs import Cid, ClusterId, FileName, Label, Scope, Timelock, UploadId
from ..sources import (
    AsyncDagContent,
    AsyncFileContent,
    DagSource,
    FileField,
    Ignore,
    IgnoreField,
    Memory,
)
from ._request import Endpoint, Replay, Request, takes
from ._response import Response, profile_attached
from ._wire import AS_ASKED, Id, Instant, Integer, Text, WireCid, YesNo, names

__all__ = [
    "DirectoryEntry",
    "DirectoryUpload",
    "Pin",
    "PinCid",
    "Removal",
    "RemoveFile",
    "RenameUpload",
    "Renaming",
    "ServerDirectoryUpload",
    "Upload",
    "UploadDirectoryCluster",
    "UploadDirectoryClusterFile",
    "UploadDirectoryDag",
    "UploadDirectoryFile",
    "UploadFile",
    "UploadServerDirectory",
]

# The service pins before it answers, which may take a while.
UPLOAD_MIN_TIMEOUT = 300.0

LOOK_AT_UPLOADS = "it may have been done: list the uploads before you send it again"

CID_KEYS = ("cid", "dagCid", "hash", "IpfsHash")


class Stored(Response, frozen=True):
    """What the answers to all uploads contain besides the CID."""

    cluster_id: Annotated[Text | None, names("clusterId", "cluster")] = None
    """The cluster that holds it."""
    expires_at: Annotated[Instant | None, names("expiresAt")] = None
    """When its timelock ends; `None` if it has none."""
    upload_id: Annotated[Id | None, names("uploadId", "_id", "id")] = None
    """The record's id, which is not a CID."""
    name: Annotated[Text | None, names("filename", "name", "originalName", "dirName", "path")] = (
        None
    )
    """The name under which it is stored."""
    size: Annotated[Integer | None, names("size")] = None
    """The size in bytes, as the service counts it."""
    status: Annotated[Text | None, names("status")] = None
    """Its status as the service reports it, such as `pinned` or `queued`."""

    @property
    def verified(self) -> Profile | None:
        """The profile in which the CID is that of what was sent: `kubo-v1` or `kubo-v0`.

        `None` where it was not compared: see `verify=`. Like `meta` it is no part of what the
        service says, of equality, repr or dump.
        """
        return profile_attached(self)


class Upload(Stored, frozen=True):
    """A file that was uploaded and pinned."""

    cid: Annotated[WireCid, names(*CID_KEYS)]
    """The content's CID."""


class DirectoryEntry(Response, frozen=True, wrappers=()):
    """One file of a directory that was uploaded."""

    cid: Annotated[WireCid, names(*CID_KEYS)]
    """The file's CID."""
    path: Annotated[Text | None, names("path")] = None
    """Its path in the directory."""
    name: Annotated[Text | None, names("filename", "name")] = None
    """Its name."""
    size: Annotated[Integer | None, names("size")] = None
    """Its size in bytes, as the service counts it."""


class StoredDirectory(Stored, frozen=True):
    """What the answers to all uploads of directories contain besides the CID."""

    files: Annotated[list[DirectoryEntry], names("files", "items")] = []
    """The directory's files, if the service lists them."""
    total_files: Annotated[Integer | None, names("total_files", "totalFiles", "count")] = None
    """How many files there are."""
    total_size: Annotated[Integer | None, names("total_size", "totalSize")] = None
    """The size of all files in bytes, as the service counts it."""


class ServerDirectoryUpload(StoredDirectory, frozen=True, identity=("cid", "files")):
    """A directory on the server that was uploaded and pinned."""

    cid: Annotated[WireCid | None, names(*CID_KEYS)] = None
    """The CID of the directory's root; `None` if the service sends only those of the files."""


class DirectoryUpload(StoredDirectory, frozen=True):
    """A directory that was uploaded and pinned as one DAG.

    Each of its files is at `<gateway>/ipfs/<cid>/<path>`.
    """

    cid: Annotated[WireCid, names(*CID_KEYS)]
    """The CID of the directory's root."""


class Pin(Response, frozen=True):
    """A CID that was accepted for pinning; `client.status.get` says when it is pinned."""

    cid: Annotated[WireCid, names("cid", "Cid", "hash"), AS_ASKED]
    """The content's CID."""
    cluster_id: Annotated[Text | None, names("clusterId", "cluster")] = None
    """The cluster that holds it."""
    expires_at: Annotated[Instant | None, names("expiresAt")] = None
    """When its timelock ends; `None` if it has none."""
    name: Annotated[Text | None, names("customName", "name", "originalName", "filename")] = None
    """The pin's name."""
    status: Annotated[Text | None, names("status")] = None
    """The status that the service reports: `pinned` means accepted, not complete."""


class Removal(Response, frozen=True):
    """A CID that was unpinned and removed from the account."""

    cid: Annotated[WireCid, names("cid", "Cid"), AS_ASKED]
    """The content's CID."""
    removed: Annotated[YesNo, names("removed")] = True
    """True unless the service says that it was not removed."""


class UploadFile(Request[Upload], frozen=True):
    """POST /files/: upload one file."""

    endpoint: ClassVar[Endpoint] = Endpoint(
        "POST",
        "/files/",
        Upload,
        "multipart",
        scope=Scope.FILES_WRITE,
        replay=Replay.WHEN_REFUSED,
        min_timeout=UPLOAD_MIN_TIMEOUT,
        when_in_doubt=LOOK_AT_UPLOADS,
    )

    file: FileField
    """A path (`str` or `os.PathLike`), bytes or another buffer, a binary file object, or an
    iterator of bytes; for the async client also a file whose `read` is awaited, or an async
    iterator."""
    filename: FileName | None = None
    """The name to store; by default that of the path or file object, or else `file`."""
    cluster_id: ClusterId | None = None
    """The cluster to hold it; by default the client's or else the service's."""
    timelock: Timelock | None = None
    """When it expires: an aware `datetime` or RFC 3339 text, in the future."""

    @takes
    def __init__(
        self,
        *,
        file: AsyncFileContent,
        filename: str | None = None,
        cluster_id: str | None = None,
        timelock: str | datetime | timedelta | None = None,
    ) -> None: ...

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        """Show the length of bytes instead of the bytes."""
        for name, value in super().__repr_args__():
            yield name, brief(value)


class UploadServerDirectory(Request[ServerDirectoryUpload], frozen=True):
    """POST /files/directory: upload a directory that is on the server."""

    endpoint: ClassVar[Endpoint] = Endpoint(
        "POST",
        "/files/directory",
        ServerDirectoryUpload,
        "json",
        scope=Scope.FILES_WRITE,
        replay=Replay.WHEN_REFUSED,
        min_timeout=UPLOAD_MIN_TIMEOUT,
        when_in_doubt=LOOK_AT_UPLOADS,
    )

    dir_path: Label
    """The directory's path on the server, not on this machine."""
    cluster_id: ClusterId | None = None
    """The cluster to hold it; by default the client's or else the service's."""
    timelock: Timelock | None = None
    """When it expires: an aware `datetime` or RFC 3339 text, in the future."""

    @takes
    def __init__(
        self,
        *,
        dir_path: str,
        cluster_id: str | None = None,
        timelock: str | datetime | timedelta | None = None,
    ) -> None: ...


class UploadDirectoryCluster(UploadServerDirectory, frozen=True):
    """POST /files/directory-cluster: upload a directory that is on the server, file by file."""

    endpoint: ClassVar[Endpoint] = UploadServerDirectory.endpoint._replace(
        path="/files/directory-cluster"
    )

    @takes
    def __init__(
        self,
        *,
        dir_path: str,
        cluster_id: str | None = None,
        timelock: str | datetime | timedelta | None = None,
    ) -> None: ...


class UploadDirectoryFile(UploadFile, frozen=True):
    """POST /files/directory-files: upload one file of a directory."""

    endpoint: ClassVar[Endpoint] = UploadFile.endpoint._replace(path="/files/directory-files")

    @takes
    def __init__(
        self,
        *,
        file: AsyncFileContent,
        filename: str | None = None,
        cluster_id: str | None = None,
        timelock: str | datetime | timedelta | None = None,
    ) -> None: ...


class UploadDirectoryClusterFile(UploadFile, frozen=True):
    """POST /files/directory-cluster-files: upload one file of a directory to a cluster."""

    endpoint: ClassVar[Endpoint] = UploadFile.endpoint._replace(
        path="/files/directory-cluster-files"
    )

    @takes
    def __init__(
        self,
        *,
        file: AsyncFileContent,
        filename: str | None = None,
        cluster_id: str | None = None,
        timelock: str | datetime | timedelta | None = None,
    ) -> None: ...


class UploadDirectoryDag(Request[DirectoryUpload], frozen=True):
    """POST /files/directory-dag: upload a directory as one DAG."""

    endpoint: ClassVar[Endpoint] = Endpoint(
        "POST",
        "/files/directory-dag",
        DirectoryUpload,
        "multipart",
        scope=Scope.FILES_WRITE,
        replay=Replay.WHEN_REFUSED,
        min_timeout=UPLOAD_MIN_TIMEOUT,
        when_in_doubt=LOOK_AT_UPLOADS,
    )

    source: DagSource
    """A folder's path (`str` or `os.PathLike`), or a mapping from relative POSIX path to
    content."""
    ignore: IgnoreField | None = None
    """Which files of a folder to leave out: a list of patterns as for `shutil.ignore_patterns`,
    matched against names and relative paths, or a function of the relative path."""
    dir_name: FileName | None = None
    """The directory's name."""
    cluster_id: ClusterId | None = None
    """The cluster to hold it; by default the client's or else the service's."""
    timelock: Timelock | None = None
    """When it expires: an aware `datetime` or RFC 3339 text, in the future."""

    @takes
    def __init__(
        self,
        *,
        source: str | os.PathLike[str] | Mapping[str, AsyncDagContent],
        ignore: Ignore | None = None,
        dir_name: str | None = None,
        cluster_id: str | None = None,
        timelock: str | datetime | timedelta | None = None,
    ) -> None: ...

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        """Show the number of files instead of their contents."""
        for name, value in super().__repr_args__():
            yield name, f"<{len(value)} files>" if is_object(value) else value


class PinCid(Request[Pin], frozen=True):
    """POST /files/pin/{cid}: pin content that is already on IPFS."""

    endpoint: ClassVar[Endpoint] = Endpoint(
        "POST",
        "/files/pin/{cid}",
        Pin,
        "json",
        scope=Scope.FILES_WRITE,
        replay=Replay.WHEN_REFUSED,
        when_in_doubt=LOOK_AT_UPLOADS,
    )

    cid: Cid
    """The content's CID."""
    original_name: Label | None = None
    """The content's original name."""
    custom_name: Label | None = None
    """The name to show for it."""
    cluster_id: ClusterId | None = None
    """The cluster to hold it; by default the client's or else the service's."""
    timelock: Timelock | None = None
    """When it expires: an aware `datetime` or RFC 3339 text, in the future."""

    @takes
    def __init__(
        self,
        *,
        cid: str,
        original_name: str | None = None,
        custom_name: str | None = None,
        cluster_id: str | None = None,
        timelock: str | datetime | timedelta | None = None,
    ) -> None: ...


class RemoveFile(Request[Removal], frozen=True):
    """DELETE /files/remove/{cid}: unpin content and remove it from the account."""

    endpoint: ClassVar[Endpoint] = Endpoint(
        "DELETE", "/files/remove/{cid}", Removal, scope=Scope.FILES_DELETE
    )

    cid: Cid
    """The content's CID."""


class Renaming(Response, frozen=True):
    """A record that was renamed."""

    updated: Annotated[YesNo, names("updated")] = True
    """True unless the service says that it was not renamed."""
    name: Annotated[Text | None, names("newName", "name")] = None
    """The new name, if the service sends it."""


class RenameUpload(Request[Renaming], frozen=True):
    """PUT /files/rename/{upload_id}: rename an upload or pin."""

    endpoint: ClassVar[Endpoint] = Endpoint(
        "PUT",
        "/files/rename/{upload_id}",
        Renaming,
        "json",
        scope=Scope.FILES_RENAME,
        replay=Replay.ALWAYS,
    )

    upload_id: UploadId
    """The record's `upload_id`, which is not a CID."""
    new_name: Label
    """The new name."""


def brief(value: object) -> object:
    """Return bytes as a note of their length, anything else as it is."""
    return f"<{len(value)} bytes>" if isinstance(value, bytes | Memory) else value
