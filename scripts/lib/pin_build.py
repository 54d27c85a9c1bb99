"""Writes requirements/build.txt: the build requirements with their versions and hashes."""

import json
import subprocess
import sys
import tomllib
from pathlib import Path

PINS = Path("requirements/build.txt")
HEADER = """\
# What `scripts/build` builds with, pinned by hash. `scripts/build --pin` writes it anew.
"""


def main() -> int:
    """Resolve the build requirements of pyproject.toml, write them, and return the exit code."""
    wanted = tomllib.loads(Path("pyproject.toml").read_text())["build-system"]["requires"]
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    options = ["--dry-run", "--ignore-installed", "--only-binary=:all:", "--report=-"]
    done = subprocess.run([*command, *options, *wanted], capture_output=True, check=True, text=True)  # noqa: S603
    lines = [
        f"{each['metadata']['name'].lower()}=={each['metadata']['version']} \\\n"
        f"    --hash=sha256:{each['download_info']['archive_info']['hashes']['sha256']}\n"
        for each in json.loads(done.stdout)["install"]
    ]
    PINS.parent.mkdir(exist_ok=True)
    PINS.write_text(HEADER + "".join(sorted(lines)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
