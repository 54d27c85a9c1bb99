"""Files and folders: uploaded, brought back, linked to, and their CIDs."""

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
    split_path,
    until,
)
from .output import fields, print_json, print_line
from .progress import Bar

__all__ = ["cid", "get", "link", "upload"]

Paths = Annotated[
    list[Path], typer.Argument(metavar="PATH...", exists=True, help="Files and folders.")
]


def upload(
    paths: Paths,
    name: Annotated[
        str | None, typer.Option(help="The name to store, instead of the file's or folder's own.")
    ] = None,
    timelock: Timelock = None,
    cluster: Cluster = None,
    ignore: Ignored = None,
    verify: Annotated[
        bool, typer.Option("--verify", help="Prove that what was stored is what was sent.")
    ] = False,
    skip_existing: Annotated[
        bool, typer.Option("--skip-existing", help="Send nothing that the account holds already.")
    ] = False,
    wait: Wait = False,
    wait_timeout: WaitSeconds = 300,
    resume: Annotated[
        Path | None,
        typer.Option(
            metavar="JOURNAL",
            help="Keep in this file what was uploaded, and do not send it again the next time.",
        ),
    ] = None,
    as_json: AsJson = False,
    key_file: KeyFile = None,
) -> None:
    """Upload files, and folders each as one DAG; print their CIDs.

    For one PATH the CID stands alone; for several, each line has a CID and a PATH.
    """
    if name is not None and len(paths) > 1:
        raise InvalidInputError("--name names one file or folder; upload the others by themselves")
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
            if wait:
                bar.show_waiting(path.name)
                client.status.wait_until_pinned(
                    answer.cid, cluster_id=answer.cluster_id, timeout=wait_timeout
                )
            with bar.hidden():
                print_upload(path, answer, is_alone=len(paths) == 1, as_json=as_json)

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
    """Print what was uploaded."""
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
            help="Where to write it; in a folder that is there it gets a name of its own. "
            "'-' is standard output.",
        ),
    ] = Path(),
    gateway: Annotated[
        str | None, typer.Option(metavar="URL", help="A gateway other than the account's own.")
    ] = None,
    verify: Annotated[
        bool, typer.Option("--verify/--no-verify", help="Prove that it is what the CID names.")
    ] = True,
    as_json: AsJson = False,
    key_file: KeyFile = None,
) -> None:
    """Download a file or folder, prove that it is the one, and print where it was written."""
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
                raise InvalidInputError(f"{content} is a folder, which needs a PATH to go to")
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
    """Print the link to content on a public gateway, to be given away."""
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
        typer.Option(help="As 'ipfs add' does it with CIDs of version 1, or of version 0."),
    ] = "kubo-v1",
    as_json: AsJson = False,
) -> None:
    """Work out CIDs without sending anything, and without a credential."""
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
