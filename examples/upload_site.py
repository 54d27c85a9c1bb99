"""Upload a website without the files that do not belong to it: `upload_site.py FOLDER`."""

import sys
from pathlib import Path

from pinarkive import PinarkiveClient
from pinarkive.unixfs import directory_cid

# With the syntax of `shutil.ignore_patterns`; each matches at any depth.
IGNORED = [".git", ".DS_Store", "__pycache__", "node_modules", "*.map"]


def main(folder: Path) -> int:
    """Upload the site, and print the paths of its pages."""
    with PinarkiveClient() as client:
        site = client.files.upload_directory_dag(folder, ignore=IGNORED)
    for entry in site.files:
        print(f"/ipfs/{site.cid}/{entry.path}")
    # The same files have the same CID everywhere, so the service stored exactly these.
    return 0 if site.cid == directory_cid(folder, ignore=IGNORED) else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
