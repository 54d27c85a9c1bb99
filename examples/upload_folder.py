"""Upload a folder and check that the service stored exactly these files."""

import sys
from pathlib import Path

from pinarkive import PinarkiveClient
from pinarkive.unixfs import directory_cid


def main(folder: Path) -> int:
    """Upload the folder and compare its CID with the one computed locally."""
    expected = directory_cid(folder)
    with PinarkiveClient() as client:
        upload = client.files.upload_directory_dag(folder, dir_name=folder.resolve().name)
    for entry in upload.files:
        print(entry.cid, entry.path)
    print(upload.cid)
    return 0 if upload.cid == expected else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
