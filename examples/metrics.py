"""Count and time every attempt with Prometheus: `metrics.py FILE...` uploads, and prints metrics.

A service would publish them with `prometheus_client.start_http_server(8000)`. This needs
`pip install prometheus-client`.
"""

import sys

from prometheus_client import REGISTRY, Counter, Histogram, generate_latest

from pinarkive import Attempt, PinarkiveClient, PinarkiveError

ATTEMPTS = Counter(
    "pinarkive_attempts", "Attempts of calls", ["method", "path", "outcome", "will_retry"]
)
SECONDS = Histogram("pinarkive_attempt_seconds", "Duration of attempts", ["method", "path"])


def count(attempt: Attempt) -> None:
    """Count an attempt. Its path is that of the endpoint, so it has few values."""
    outcome = str(attempt.status or attempt.failure)
    ATTEMPTS.labels(attempt.method, attempt.path, outcome, str(attempt.will_retry)).inc()
    SECONDS.labels(attempt.method, attempt.path).observe(attempt.seconds)


def main(files: list[str]) -> int:
    """Upload the files; return 1 if some failed, else 0."""
    failed = 0
    with PinarkiveClient(on_attempt=count, user_agent="metrics-example/1.0") as client:
        for file in files:
            try:
                client.files.upload(file)
            except (PinarkiveError, OSError) as error:
                failed = 1
                print(f"{file}: {error}", file=sys.stderr)
    print(generate_latest(REGISTRY).decode())
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
