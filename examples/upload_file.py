"""Upload a file, show the progress, and print the CID: `upload_file.py FILE`."""

import sys

from pinarkive import PinarkiveClient, PinarkiveError, Progress


def show(progress: Progress) -> None:
    """Print the progress of the upload."""
    total = progress.total or progress.sent
    print(f"\r{progress.file}: {progress.sent * 100 // max(total, 1)} %", end="", file=sys.stderr)


def main(path: str) -> int:
    """Upload the file; the credential comes from PINARKIVE_API_KEY or PINARKIVE_TOKEN."""
    try:
        with PinarkiveClient() as client:
            upload = client.files.upload(path, on_progress=show)
    except (PinarkiveError, OSError) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    print(f"\n{upload.cid}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
