"""Pin the CIDs on standard input (one per line) from the workers of a Dask cluster.

Requests are values, so any engine can send them: `map(client.send, requests)`. The client is sent
to the workers without its credential, which each worker reads from its own environment, and every
worker opens its own connections. This needs `pip install distributed`.
"""

# distributed declares the types of only a few functions.
# mypy: allow-untyped-calls
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

import sys

from distributed import Client, LocalCluster

from pinarkive import Pin, PinarkiveClient, PinCid


def main(lines: list[str]) -> int:
    """Pin every CID with two workers on this machine, and print the results."""
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
