"""Pin a list of CIDs from the workers of a Dask cluster: one CID a line on standard input.

Requests are values, so any engine can send them: `map(client.send, requests)`. The client travels
without its credential, which each worker finds in its own environment, and every worker opens
connections of its own. It needs `pip install distributed`.
"""

# distributed tells the types of few of its functions.
# mypy: allow-untyped-calls
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

import sys

from distributed import Client, LocalCluster

from pinarkive import Pin, PinarkiveClient, PinCid


def main(lines: list[str]) -> int:
    """Pin every CID on two workers of this machine, and print what came of it."""
    requests = [PinCid(cid=line) for line in lines]
    with (
        LocalCluster(n_workers=2, threads_per_worker=4, dashboard_address=":0") as cluster,
        Client(cluster) as dask,
    ):
        for future in dask.map(PinarkiveClient().send, requests):
            pin: Pin = future.result()
            print(pin.cid, pin.status)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.stdin.read().split()))
