"""Download a file or folder and verify it by its CID: `download.py CID TO [PATH]`."""

import sys

from pinarkive import DownloadProgress, PinarkiveClient, PinarkiveError


def show(progress: DownloadProgress) -> None:
    """Print the progress of the download."""
    total = f" of {progress.total:,}" if progress.total else ""
    print(f"\r{progress.file}: {progress.received:,}{total} bytes", end="", file=sys.stderr)


def main(cid: str, to: str, path: str | None = None) -> int:
    """Download from the account's own gateway; the credential comes from the environment."""
    try:
        with PinarkiveClient() as client:
            download = client.files.download(cid, path, to=to, on_progress=show)
    except (PinarkiveError, OSError) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    print(f"\n{download.path}")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4]))
