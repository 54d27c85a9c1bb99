"""From the process's start to the first answer. Only what the client needs is imported."""

import json
import sys
import time
from importlib import import_module

module = import_module("pinarkive_client")
if module.__version__ != "3.1.1":
    raise ImportError(f"this is pinarkive_client {module.__version__}, not 3.1.1")

task = json.loads(sys.argv[2])
client = module.PinarkiveClient(api_key="a-key-for-benchmarks", base_url=task["url"])
client.list_uploads(1, task["records"])
print(f'{{"seconds": {time.monotonic() - task["started"]}}}')
