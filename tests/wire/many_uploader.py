"""Uploads a folder's files many at a time, in a process that can be killed, and tells what came."""

import json
import random
import sys
from pathlib import Path

from pinarkive import PinarkiveClient, PinarkiveError, UploadOutcome


def told(outcome: UploadOutcome) -> dict[str, object]:
    """Return an outcome as JSON has it."""
    error = outcome.error
    return {
        "source": str(outcome.source),
        "cid": outcome.upload.cid if outcome.upload else None,
        "error": type(error).__name__ if error else None,
        "sent": error.sent if isinstance(error, PinarkiveError) else None,
        "attempts": outcome.attempts,
    }


if __name__ == "__main__":
    base_url, key, folder, journal = sys.argv[1:]
    # Short waits between attempts: what is waited for is not what is tested.
    random.random = lambda: 0.02
    with PinarkiveClient(api_key=key, base_url=base_url) as client:
        outcomes = client.files.upload_many(
            sorted(Path(folder).iterdir()), max_concurrency=16, resume=journal or None
        )
        print(json.dumps([told(outcome) for outcome in outcomes]))
