"""Upload a web site without what is no part of it: `upload_site.py FOLDER`."""

import sys
from pathlib import Path

from pinarkive import PinarkiveClient
from pinarkive.unixfs import directory_cid

# As `shutil.ignore_patterns` has them; each is looked for at any depth.
NO_PART_OF_IT = [".git", ".DS_Store", "__pycache__", "node_modules", "*.map"]


def main(folder: Path) -> int:
    """Upload the site, and say where its pages are."""
    with PinarkiveClient() as client:
        site = client.files.upload_directory_dag(folder, ignore=NO_PART_OF_IT)
    for entry in site.files:
        print(f"/ipfs/{site.cid}/{entry.path}")
    # The CID that the same files have anywhere: the service stored just these.
    return 0 if site.cid == directory_cid(folder, ignore=NO_PART_OF_IT) else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
