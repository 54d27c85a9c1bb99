"""Memory and open files stay bounded, whatever is uploaded."""

import resource
import subprocess
import sys
from pathlib import Path

import pytest

from .drain import Drain

HERE = Path(__file__).parent
KIB_PER_MIB = 1024


def limit_open_files() -> None:
    """Allow no more than 64 open files."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))


def growth(mode: str, drain: Drain, path: Path) -> float:
    """Upload in a process of its own and return its growth in MiB."""
    done = subprocess.run(  # noqa: S603
        [sys.executable, str(HERE / "uploader.py"), mode, drain.base_url, str(path)],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=limit_open_files,
    )
    assert done.stderr == ""
    return int(done.stdout) / KIB_PER_MIB


@pytest.mark.parametrize("mode", ["sync", "async"])
def test_a_file_of_two_gib_takes_less_than_eight_mib(tmp_path: Path, mode: str) -> None:
    file = tmp_path / "large"
    size = 2 * 1024**3
    with file.open("wb") as out:
        out.truncate(size)
    with Drain() as drain:
        assert growth(mode, drain, file) < 8
    assert size < drain.received[-1] < size + 1000


@pytest.mark.parametrize("mode", ["sync", "async"])
def test_ten_thousand_files_take_few_descriptors_and_little_memory(
    tmp_path: Path, mode: str
) -> None:
    for number in range(10_000):
        (tmp_path / f"{number:05}.bin").write_bytes(number.to_bytes(4, "big") * 512)
    with Drain() as drain:
        assert growth(mode, drain, tmp_path) < 16
    assert drain.received[-1] > 10_000 * 2048
