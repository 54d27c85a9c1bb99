"""What a program measures about itself: time, memory, event loop stalls and open files.

The contestants' programs import this, so it needs little and costs none of them more than others.
"""

import asyncio
import json
import resource
import sys
import threading
import time
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType

__all__ = ["Meter", "Sample", "Task", "run", "ticking"]

TICK = 0.001
LOOK = 0.005
OPEN = Path("/proc/self/fd")


@dataclass(frozen=True)
class Task:
    """What a program does; each job reads the fields that it needs."""

    url: str
    """The server's base URL."""
    path: str
    """A file or folder to upload."""
    warm_path: str
    """A small file that is uploaded before anything is measured."""
    count: int
    """How often to do it."""
    size: int
    """How many bytes to send from memory."""
    records: int
    """How many uploads a page holds."""
    started: float
    """When the program was started, on the monotonic clock."""


@dataclass(frozen=True)
class Sample:
    """What one run of a program measured."""

    seconds: float
    memory: float | None = None
    """The most KiB by which the process grew."""
    stall: float | None = None
    """The longest time in seconds for which the event loop was blocked."""
    files: int | None = None
    """The most file descriptors that the process had open."""


class Memory:
    """Measures the most by which the process grows from here on."""

    def __init__(self) -> None:
        self._is_exact = True
        try:
            # This resets the peak on Linux, so that an earlier peak does not hide the growth.
            with Path("/proc/self/clear_refs").open("w") as clear:
                clear.write("5")
            self._before = self._status("VmRSS")
        except OSError:
            self._is_exact = False
            self._before = self._peak()

    def growth(self) -> float:
        """Return the growth in KiB."""
        peak = self._status("VmHWM") if self._is_exact else self._peak()
        return max(0.0, peak - self._before)

    def _status(self, field: str) -> float:
        with Path("/proc/self/status").open() as status:
            return next(float(line.split()[1]) for line in status if line.startswith(field))

    def _peak(self) -> float:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak / 1024 if sys.platform == "darwin" else peak


class OpenFiles:
    """Keeps counting the open descriptors in a thread of its own."""

    def __init__(self) -> None:
        self._done = threading.Event()
        self._most = 0
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def most(self) -> int:
        """Stop counting, and return the largest count."""
        self._done.set()
        self._thread.join()
        return self._most

    def _look(self) -> None:
        while not self._done.wait(LOOK):
            # Listing the folder opens one of them itself.
            self._most = max(self._most, sum(1 for _ in OPEN.iterdir()) - 1)


class Meter:
    """Measures what happens in its `with` block."""

    def __init__(self, *, count_files: bool = False) -> None:
        self._count_files = count_files and OPEN.is_dir()
        self._files: int | None = None

    def __enter__(self) -> "Meter":
        self._open_files = OpenFiles() if self._count_files else None
        self._memory = Memory()
        self._started = time.perf_counter()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._seconds = time.perf_counter() - self._started
        self._growth = self._memory.growth()
        if self._open_files is not None:
            self._files = self._open_files.most()

    def sample(self, stall: float | None = None) -> Sample:
        """Return what was measured."""
        return Sample(self._seconds, self._growth, stall, self._files)


@asynccontextmanager
async def ticking() -> AsyncGenerator[list[float]]:
    """Yield a list that holds the event loop's longest stall at the end of the block."""
    longest = [0.0]

    async def tick() -> None:
        while True:
            asleep = time.perf_counter()
            await asyncio.sleep(TICK)
            longest[0] = max(longest[0], time.perf_counter() - asleep - TICK)

    ticker = asyncio.create_task(tick())
    # The watcher must be asleep before the work begins, or it misses a stall at the start.
    await asyncio.sleep(TICK)
    try:
        yield longest
        await asyncio.sleep(TICK)
    finally:
        ticker.cancel()


def run(jobs: Mapping[str, Callable[[Task], Sample]]) -> None:
    """Do the job that the arguments name, and print its sample as JSON."""
    job, task = sys.argv[1:]
    print(json.dumps(asdict(jobs[job](Task(**json.loads(task))))))
