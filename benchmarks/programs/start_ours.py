"""From the process's start to the first typed answer. Only what the client needs is imported."""

import json
import sys
import time

from pinarkive import PinarkiveClient

task = json.loads(sys.argv[2])
with PinarkiveClient(api_key="a-key-for-benchmarks", base_url=task["url"]) as client:
    client.users.uploads(limit=task["records"])
    print(f'{{"seconds": {time.monotonic() - task["started"]}}}')
