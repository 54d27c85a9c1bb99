"""Uploads with a journal and never ends; one that is told to forks a child that outlives it.

The child leaves the run, which is not its own.
"""

import os
import sys
import time
from itertools import count

from pinarkive import PinarkiveClient


def main(base_url: str, journal: str, forks: str) -> None:
    """Upload one file after another, and tell when the first has been."""
    client = PinarkiveClient(api_key="key", base_url=base_url)
    sources = (b"%d" % number for number in count())
    run = client.files.upload_many(sources, max_concurrency=1, resume=journal)
    for number, _ in enumerate(run):
        if number == 0:
            child = os.fork() if forks else 1
            if child == 0:
                run.close()
                print("left", flush=True)
                time.sleep(60)
                os._exit(0)
            print(child, "" if forks else "\nleft", flush=True)
        time.sleep(0.05)


if __name__ == "__main__":
    main(*sys.argv[1:])
