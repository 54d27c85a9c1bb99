"""Runs the contestants in turn, round after round, each in a process of its own."""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import trustme
from pydantic import TypeAdapter

from .drain import serve
from .figures import Samples
from .measure import Sample, Task
from .workloads import Contestant, Setting, Workload

__all__ = ["Machine", "available", "measure"]

ROOT = Path(__file__).parents[1]
PROGRAMS = Path(__file__).parent / "programs"
SAMPLE = TypeAdapter(Sample)

BLOCK = 4 * 1024 * 1024
WARM = 256 * 1024
SPARE = 1024**3
LIMIT = 600.0

# Variables that would affect the measurements.
IGNORED = ("PINARKIVE_", "PYTHONDONTWRITEBYTECODE", "PYTHONWARNINGS", "SSL_", "REQUESTS_", "CURL_")


@dataclass(frozen=True)
class Machine:
    """What the programs run with."""

    python: Path
    """The interpreter of all programs, whose environment contains the SDK."""
    peer: Path | None
    """The folder in which 3.1.1 is installed."""
    certificate: Path
    """The server's key and certificates."""
    authority: Path
    """The certificate of the authority that signed them."""


@contextmanager
def available(python: Path, peer: Path | None) -> Generator[Machine]:
    """Yield a machine with a certificate authority of its own."""
    with TemporaryDirectory() as name:
        authority = trustme.CA()
        folder = Path(name)
        machine = Machine(python, peer, folder / "server.pem", folder / "authority.pem")
        authority.cert_pem.write_to_path(str(machine.authority))
        authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(
            str(machine.certificate)
        )
        yield machine


def can_run(contestant: Contestant, machine: Machine) -> bool:
    """Return whether everything that a contestant needs is installed."""
    if contestant.program == "curl":
        return shutil.which("curl") is not None
    return machine.peer is not None or not contestant.program.endswith("published")


def environment(contestant: Contestant, setting: Setting, machine: Machine) -> Mapping[str, str]:
    """Return the environment of a program."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(IGNORED) and not name.lower().endswith("_proxy")
    }
    paths = [str(ROOT), *filter(None, [kept.get("PYTHONPATH")])]
    # Both distributions contain a module of this name, and Python imports the first one it finds.
    if machine.peer is not None and contestant.program.endswith("published"):
        paths.insert(0, str(machine.peer))
    kept["PYTHONPATH"] = os.pathsep.join(paths)
    if setting.tls:
        authority = str(machine.authority)
        kept |= {"SSL_CERT_FILE": authority, "REQUESTS_CA_BUNDLE": authority}
    return kept


def run_once(
    contestant: Contestant, setting: Setting, machine: Machine, task: Callable[[], Task]
) -> Sample:
    """Run a program and return what it measured."""
    variables = environment(contestant, setting, machine)
    # Without -P, modules in the programs' folder would shadow others of the same names.
    command = [
        str(machine.python),
        "-P",
        str(PROGRAMS / f"{contestant.program}.py"),
        contestant.job,
    ]
    done = subprocess.run(  # noqa: S603
        [*command, json.dumps(asdict(task()))],
        env=variables,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=LIMIT,
    )
    return SAMPLE.validate_json(done.stdout)


def write_file(path: Path, size: int) -> None:
    """Write a file to the page cache and the disk; it is sparse if the disk lacks room."""
    block = os.urandom(min(size, BLOCK))
    with path.open("wb") as file:
        if shutil.disk_usage(path.parent).free < size + SPARE:
            file.truncate(size)
            return
        for left in range(size, 0, -BLOCK):
            file.write(block[: min(left, BLOCK)])
        file.flush()
        # Otherwise the disk is still busy writing it while the first contestants run.
        os.fsync(file.fileno())


def write_input(folder: Path, setting: Setting) -> Path:
    """Return the file or folder to upload."""
    path = folder / "input"
    if not setting.files:
        write_file(path, setting.size)
        return path
    path.mkdir()
    for number in range(setting.files):
        (path / f"{number:05}.bin").write_bytes(os.urandom(setting.size))
    return path


def measure(workload: Workload, machine: Machine) -> Samples:
    """Return the samples of each contestant that can run.

    The order changes every round, so that no contestant always runs after the same one.
    """
    setting = workload.setting
    contestants = [it for it in workload.contestants if can_run(it, machine)]
    samples: dict[str, list[Sample]] = {it.name: [] for it in contestants}
    certificate = machine.certificate if setting.tls else None
    with TemporaryDirectory() as name, serve(certificate, setting.delay) as url:
        folder = Path(name)
        path = write_input(folder, setting)
        write_file(folder / "warm", WARM)

        def task() -> Task:
            return Task(
                url=url,
                path=str(path),
                warm_path=str(folder / "warm"),
                count=setting.count,
                size=setting.size,
                records=setting.records,
                started=time.monotonic(),
            )

        # The first run of a program may have to compile its modules, and does not count.
        if not workload.unit:
            for contestant in contestants:
                run_once(contestant, setting, machine, task)
        for number in range(workload.rounds):
            for contestant in contestants if number % 2 == 0 else reversed(contestants):
                sample = run_once(contestant, setting, machine, task)
                samples[contestant.name].append(sample)
    return samples
