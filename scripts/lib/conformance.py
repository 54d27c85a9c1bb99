"""Runs schemathesis against a sandbox: conformance.py [SECONDS [SEED]]."""

import os
import subprocess
import sys
import time

from pinarkive.sandbox import Sandbox

SCHEMA = "schemas/openapi.json"


def main(seconds: str = "60", seed: str | None = None) -> int:
    """Run schemathesis, which prints its findings, and return its exit status."""
    with Sandbox(payments=True) as sandbox:
        command = [
            *(sys.executable, "-m", "schemathesis.cli", "run", SCHEMA),
            *("--url", sandbox.base_url, "--checks", "all", "--max-time", seconds),
            *("--seed", seed or str(time.time_ns() % 2**32)),
            *("--suppress-health-check", "all", "--warnings", "off", "--continue-on-failure"),
        ]
        settings = {
            "SCHEMATHESIS_HOOKS": "conformance_rules",
            "SANDBOX_URL": sandbox.base_url,
            "SANDBOX_KEY": sandbox.api_key,
            "SANDBOX_EMAIL": sandbox.email,
            "SANDBOX_PASSWORD": sandbox.password,
        }
        return subprocess.run(command, env=os.environ | settings, check=False).returncode  # noqa: S603


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
