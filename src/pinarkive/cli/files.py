"""Uploads and downloads files and folders, and prints links and CIDs."""

import shutil
import sys
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from pinarkive import DirectoryUpload, InvalidInputError, Upload, UploadFile
from pinarkive.unixfs import Profile, cid_of

from .errors import Attempts
from .options import (
    STDIN,
    AsJson,
    CidAndPath,
    Cluster,
    Ignored,
    KeyFile,
    Timelock,
    Wait,
    WaitSeconds,
    connect,
    existing,
    split_path,
    until,
)
from .output import fields, print_json, print_line
from .progress import Bar

__all__ = ["cid", "get", "link", "upload"]

Paths = Annotated[
    list[Path],
    typer.Argument(metavar="PATH...", parser=existing, help="Files and folders."),
]


def upload(
    paths: Paths,
    name: Annotated[
        str | None, typer.Option(help="Store it under this name instead of its own.")
    ] = None,
    timelock: Timelock = None,
    cluster: Cluster = None,
    ignore: Ignored = None,
    verify: Annotated[
        bool, typer.Option("--verify", help="Check that the service stored exactly what was sent.")
    ] = False,
    skip_existing: Annotated[
        bool, typer.Option("--skip-existing", help="Do not send what the account already has.")
    ] = False,
    wait: Wait = False,
    wait_timeout: WaitSeconds = 300,
    resume: Annotated[
        Path | None,
        typer.Option(
            metavar="JOURNAL",
            help="Record uploads in this file, and skip those that it already lists.",
        ),
    ] = None,
    as_json: AsJson = False,
    key_file: KeyFile = None,
) -> None:
    """Upload files, and each folder as one DAG, and print the CIDs.

    For one PATH, only its CID is printed; for several, each line has a CID and a PATH.
    """
    if name is not None and len(paths) > 1:
        raise InvalidInputError("--name needs exactly one PATH; upload the others separately")
    ends = until(timelock)
    folders = [path for path in paths if path.is_dir()]
    files = [path for path in paths if not path.is_dir()]
    if folders and resume is not None:
        raise InvalidInputError(
            f"--resume is for files, and {folders[0]} is a folder: use --skip-existing"
        )
    with connect(key_file) as client, Bar() as bar:
        attempts = Attempts(bar)

        def finish(path: Path, answer: Upload | DirectoryUpload) -> None:
            # Before the wait, which may be ended: it is stored already.
            with bar.hidden():
                print_upload(path, answer, is_alone=len(paths) == 1, as_json=as_json)
            if wait:
                bar.show_waiting(path.name)
                client.status.wait_until_pinned(
                    answer.cid, cluster_id=answer.cluster_id, timeout=wait_timeout
                )

        outcomes = client.files.upload_many(
            [UploadFile(file=path, filename=name) for path in files] if name else files,
            cluster_id=cluster,
            timelock=ends,
            on_progress=bar.show_upload,
            resume=resume,
            verify=verify,
            skip_existing=skip_existing,
        )
        with closing(outcomes):
            for outcome in outcomes:
                path = outcome.source if isinstance(outcome.source, Path) else files[0]
                with attempts.each(str(path)):
                    if outcome.error is not None:
                        raise outcome.error
                    if outcome.upload is not None:
                        finish(path, outcome.upload)
        for folder in folders:
            with attempts.each(str(folder)):
                answer = client.files.upload_directory_dag(
                    folder,
                    ignore=ignore,
                    dir_name=name or folder.resolve().name or None,
                    cluster_id=cluster,
                    timelock=ends,
                    on_progress=bar.show_upload,
                    verify=verify,
                    skip_existing=skip_existing,
                )
                finish(folder, answer)
    attempts.end()


def print_upload(
    path: Path, answer: Upload | DirectoryUpload, *, is_alone: bool, as_json: bool
) -> None:
    """Print the result of an upload."""
    if as_json:
        print_json({"path": str(path), **fields(answer), "verified": answer.verified})
    else:
        print_line(answer.cid if is_alone else f"{answer.cid}  {path}")


def get(
    content: CidAndPath,
    to: Annotated[
        Path,
        typer.Argument(
            metavar="[PATH]",
            help="Where to write it; in an existing folder, it keeps its own name. "
            "'-' is standard output.",
        ),
    ] = Path(),
    gateway: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Use this gateway instead of the account's own."),
    ] = None,
    verify: Annotated[
        bool, typer.Option("--verify/--no-verify", help="Check the content against its CID.")
    ] = True,
    as_json: AsJson = False,
    key_file: KeyFile = None,
) -> None:
    """Download a file or folder, check it against its CID, and print where it is."""
    cid, path = split_path(content)
    with connect(key_file) as client, TemporaryDirectory() as passing, Bar() as bar:
        is_for_stdout = str(to) == STDIN
        download = client.files.download(
            cid,
            path,
            to=Path(passing) / "content" if is_for_stdout else to,
            gateway=gateway,
            verify=verify,
            on_progress=bar.show_download,
        )
        if is_for_stdout and download.path is not None:
            if download.path.is_dir():
                raise InvalidInputError(
                    f"{content} is a folder, which cannot go to standard output: give a PATH"
                )
            with bar.hidden(), download.path.open("rb") as file:
                shutil.copyfileobj(file, sys.stdout.buffer)
            return
    if as_json:
        print_json(
            {
                "cid": download.cid,
                "size": download.size,
                "path": str(download.path),
                "verified": download.verified,
            }
        )
    else:
        print_line(str(download.path))


def link(
    content: CidAndPath,
    cluster: Cluster = None,
    as_json: AsJson = False,
    key_file: KeyFile = None,
) -> None:
    """Print a public link to content, on the account's gateway."""
    cid, path = split_path(content)
    with connect(key_file) as client:
        url = client.files.gateway_url(cid, path, cluster_id=cluster)
    if as_json:
        print_json({"cid": cid, "path": path, "url": url})
    else:
        print_line(url)


def cid(
    paths: Paths,
    ignore: Ignored = None,
    profile: Annotated[
        Profile,
        typer.Option(help="Compute what 'ipfs add' gives with CIDs of version 1, or of version 0."),
    ] = "kubo-v1",
    as_json: AsJson = False,
) -> None:
    """Compute CIDs on this machine, without sending anything."""
    attempts = Attempts()
    for path in paths:
        with attempts.each(str(path)):
            try:
                found = cid_of(path, profile, ignore=ignore)
            except ValueError as error:
                raise InvalidInputError(str(error)) from error
            if as_json:
                print_json({"path": str(path), "cid": found})
            else:
                print_line(found if len(paths) == 1 else f"{found}  {path}")
    attempts.end()
