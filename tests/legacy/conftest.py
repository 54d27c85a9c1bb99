import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import pinarkive_client

from .case import FILES

ROOT = Path(__file__).parents[2]
SOURCE = Path(pinarkive_client.__file__).parents[1]
# What 3.1.1 sends depends on requests: a newer one must not move the yardstick.
REQUIREMENTS = ("pinarkive-sdk-py==3.1.1", "requests==2.34.2", "urllib3==2.8.0")
# A short wait: where there is no index, every run of the tests would feel a long one.
PIP_INSTALL = (
    *("-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"),
    *("--retries", "1", "--timeout", "10"),
)
# If one of these were read, every call would go astray.
POISON = {
    "PINARKIVE_TOKEN": "token-of-the-environment",
    "PINARKIVE_API_KEY": "key-of-the-environment",
    "PINARKIVE_API_BASE_URL": "http://127.0.0.1:9/of/the/environment",
}


@pytest.fixture(scope="session")
def legacy_package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder where the real 3.1.1 is, apart from the SDK, whose name it shares."""
    folder = tmp_path_factory.mktemp("legacy-package")
    done = subprocess.run(  # noqa: S603
        [sys.executable, *PIP_INSTALL, "--target", str(folder), *REQUIREMENTS],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["pip says nothing"])[-1]
        reason = f"pinarkive-sdk-py 3.1.1 cannot be installed from the package index: {last}"
        if os.environ.get("CI") == "true":
            pytest.fail(reason + "\n" + done.stderr)
        pytest.skip(reason)
    return folder


@pytest.fixture(scope="session")
def runs(
    legacy_package: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """What the runner found with 3.1.1, and with the SDK."""
    old, new = (
        start(place, tmp_path_factory.mktemp("runner")) for place in (legacy_package, SOURCE)
    )
    return finish(old, legacy_package), finish(new, SOURCE)


def start(package: Path, folder: Path) -> subprocess.Popen[str]:
    for name, content in FILES.items():
        file = folder / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(content)
    return subprocess.Popen(
        [sys.executable, "-m", "tests.legacy.runner"],
        cwd=folder,
        env={
            **POISON,
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "PYTHONPATH": os.pathsep.join([str(package), str(ROOT)]),
            "PYTHONUTF8": "1",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(runner: subprocess.Popen[str], package: Path) -> Mapping[str, Any]:
    output, errors = runner.communicate(timeout=120)
    assert runner.returncode == 0, errors
    found: Mapping[str, Any] = json.loads(output)
    assert Path(found["file"]).is_relative_to(package)
    return found
