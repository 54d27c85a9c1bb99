"""Forks children that share a client whose pool is warm, and prints how many answers are wrong."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from pinarkive import PinarkiveClient
from tests.wire.echo import cid_of


def count_wrong(client: PinarkiveClient, name: str, calls: int) -> int:
    """Make calls and return how many of their answers belong to others."""
    cids = [cid_of(f"{name} {number}") for number in range(calls)]
    return sum(client.status.get(cid).cid != cid for cid in cids)


def main(base_url: str, children: int, calls: int) -> None:
    """Fork, call in parent and children alike, and print the sum."""
    with PinarkiveClient(api_key="key", base_url=base_url) as client:
        wrong = count_wrong(client, "before", 5)
        processes: list[int] = []
        for child in range(children):
            process = os.fork()
            if process == 0:
                os._exit(min(count_wrong(client, f"child {child}", calls), 100))
            processes.append(process)
        wrong += count_wrong(client, "parent", calls)
        for process in processes:
            _, status = os.waitpid(process, 0)
            wrong += os.waitstatus_to_exitcode(status)
        # The parent's connections have not been closed by its children.
        wrong += count_wrong(client, "after", 5)
    print(f"{wrong} wrong")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
