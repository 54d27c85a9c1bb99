"""Uploads a file or folder, lists it, reads its status, and compares what the gateway returns."""

import argparse
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path
from urllib.parse import quote
from urllib.request import urlopen

from pinarkive import (
    DirectoryUpload,
    PinarkiveClient,
    PinarkiveError,
    PinStatus,
    Progress,
    Upload,
    UploadFile,
    UploadPage,
)
from pinarkive.sandbox import Sandbox

README = Path(__file__).parents[2] / "README.md"
LIVE_GATEWAY = "https://gateway.pinarkive.com"
FETCH_TIMEOUT = 120.0
MANY = 200

IS_TERMINAL = sys.stdout.isatty()
BOLD, GREEN, PLAIN = ("\033[1m", "\033[32m", "\033[0m") if IS_TERMINAL else ("", "", "")
CLEAR = "\r\033[K"


class DemoError(Exception):
    """The gateway returned something other than what was sent."""


def show(label: str, text: str, colour: str = "") -> None:
    """Print one line of the report."""
    print(f"  {label:<10}{colour}{text}{PLAIN if colour else ''}", flush=True)


def show_progress(progress: Progress) -> None:
    """Print the progress of the upload, on the same line each time."""
    if IS_TERMINAL:
        share = progress.sent / progress.total if progress.total else 1.0
        bar = "#" * int(share * 30)
        print(
            f"{CLEAR}  {'sending':<10}[{bar:<30}] {share:4.0%}  {progress.file}", end="", flush=True
        )


@contextmanager
def connect(live: bool) -> Generator[tuple[PinarkiveClient, str]]:
    """Yield a client and the URL of its gateway."""
    if live:
        with PinarkiveClient() as client:
            print(f"{BOLD}PinArkive, the real service{PLAIN}\n")
            yield client, LIVE_GATEWAY
        return
    with (
        Sandbox() as sandbox,
        PinarkiveClient(api_key=sandbox.api_key, base_url=sandbox.base_url) as client,
    ):
        print(f"{BOLD}PinArkive, a sandbox on this machine{PLAIN}\n")
        yield client, sandbox.gateway_url


def contents(path: Path) -> dict[str, Path]:
    """Return the files to send, by their paths below the CID; a single file has an empty path."""
    if not path.is_dir():
        return {"": path}
    found = (item for item in sorted(path.rglob("*")) if item.is_file())
    return {item.relative_to(path).as_posix(): item for item in found}


def upload(client: PinarkiveClient, path: Path) -> Upload | DirectoryUpload:
    """Upload a file, or a folder as one DAG."""
    if path.is_dir():
        sent: Upload | DirectoryUpload = client.files.upload_directory_dag(
            path, dir_name=path.resolve().name, on_progress=show_progress, verify=True
        )
    else:
        sent = client.files.upload(path, on_progress=show_progress, verify=True)
    if IS_TERMINAL:
        print(CLEAR, end="")
    return sent


def upload_many(client: PinarkiveClient) -> str:
    """Upload many small files, several at a time, and return a summary."""
    files = [UploadFile(file=f"file {i}".encode(), filename=f"{i}.txt") for i in range(MANY)]
    started = time.monotonic()
    outcomes = list(client.files.upload_many(files, max_concurrency=16, on_progress=show_progress))
    seconds = time.monotonic() - started
    if IS_TERMINAL:
        print(CLEAR, end="")
    uploaded = sum(outcome.upload is not None for outcome in outcomes)
    return f"{uploaded} of {len(outcomes)} small files uploaded, 16 at a time, in {seconds:.1f} s"


def fetch(url: str) -> bytes:
    """Return what a gateway serves at a URL."""
    with urlopen(url, timeout=FETCH_TIMEOUT) as answer:  # noqa: S310 - http and https only
        body: bytes = answer.read()
    return body


def compare(gateway: str, cid: str, files: dict[str, Path]) -> int:
    """Fetch all files, compare them with what was sent, and return how many bytes came back."""
    count = 0
    for name, path in files.items():
        url = "/".join([f"{gateway}/ipfs/{cid}", *([quote(name)] if name else [])])
        body = fetch(url)
        if body != path.read_bytes():
            raise DemoError(f"{url} differs from {path}")
        count += len(body)
    return count


def in_words(status: PinStatus) -> str:
    """Return a pin's status in words."""
    holding = sum(peer.status == "pinned" for peer in status.peers)
    state = "pinned" if status.is_pinned else "on its way" if status.is_pending else status.status
    return (
        f"{state} (held by {holding} of {len(status.peers)} peers)" if status.peers else f"{state}"
    )


def listed(page: UploadPage, cid: str) -> str:
    """Return a summary of the list of uploads."""
    total = len(page.uploads) if page.total is None else page.total
    found = any(record.cid == cid for record in page.uploads)
    return f"{total} in the account, {'with this one' if found else 'without this one yet'}"


def run(path: Path, live: bool) -> None:
    """Run all steps, and print the report."""
    files = contents(path)
    size = sum(file.stat().st_size for file in files.values())
    with connect(live) as (client, gateway):
        sent = upload(client, path)
        what = f"{path.name or path}" + (f", {len(files)} files" if path.is_dir() else "")
        show("uploaded", f"{what}, {size:,} bytes")
        show("CID", sent.cid, BOLD)
        show("verified", f"the CID belongs to what was sent (profile {sent.verified})", GREEN)
        show("uploads", listed(client.users.uploads(), sent.cid))
        show("status", in_words(client.status.get(sent.cid, cluster_id=sent.cluster_id)))
        show("gateway", f"{gateway}/ipfs/{sent.cid}")
        count = compare(gateway, sent.cid, files)
        if not live:
            show("many", upload_many(client))
        show("fetched", f"{count:,} bytes, identical to what was sent", GREEN)


def main() -> int:
    """Read the command line, run the demo and return the exit code."""
    parser = argparse.ArgumentParser(prog="scripts/demo", description=__doc__)
    parser.add_argument("file", nargs="?", type=Path, default=README, help="default: README.md")
    parser.add_argument("--live", action="store_true", help="use the real service")
    arguments = parser.parse_args()
    try:
        run(arguments.file, arguments.live)
    except (PinarkiveError, DemoError, OSError, HTTPException) as error:
        print(f"{CLEAR if IS_TERMINAL else ''}demo: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
