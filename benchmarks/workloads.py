"""The workloads, their contestants and targets, as data."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from .figures import AtMost, AtMostLonger, AtMostTimes, AtMostTimesEither, Faster, Figure

__all__ = ["WORKLOADS", "Contestant", "Setting", "Workload"]

KIB = 1024
MIB = 1024 * KIB
GIB = 1024 * MIB


@dataclass(frozen=True)
class Contestant:
    """Who does the job: a program in `programs/`, and its name for the job."""

    name: str
    program: str
    job: str


@dataclass(frozen=True)
class Setting:
    """The parameters of a workload."""

    size: int = 0
    """The size of a file, or of each upload from memory, in bytes."""
    files: int = 0
    """The number of files of that size in a folder; 0 for a single file."""
    count: int = 1
    """How often one run of a program does it."""
    records: int = 20
    """How many uploads a page holds."""
    delay: float = 0.0
    """The seconds that the server takes for an upload."""
    tls: bool = False

    def scaled_down(self) -> "Setting":
        """Return a smaller setting, which takes little time."""
        size = self.size // 64 if self.size >= MIB else self.size
        return replace(self, size=size, files=self.files // 50, count=-(-self.count // 50))


@dataclass(frozen=True)
class Workload:
    """A task that is measured with every contestant that can do it."""

    name: str
    title: str
    setting: Setting
    contestants: Sequence[Contestant]
    figures: Sequence[Figure] = ()
    unit: Literal["MiB", "calls", "rows", ""] = ""
    """The unit of its rate per second; empty for none."""
    rounds: int = 7
    is_plotted: bool = False

    def scaled_down(self) -> "Workload":
        """Return a small workload that only shows that everything runs."""
        return replace(self, setting=self.setting.scaled_down(), rounds=2)


OURS, OURS_ASYNC = "ours", "ours, async"
PUBLISHED, HTTPX, HTTPX_ASYNC = "3.1.1", "httpx", "httpx, async"
LOOP = "a loop that reads"
CURL, BARE = "curl -F", "bare socket"
CURL_TO_FILE = "curl -o"
BASE = "the four"
OURS_LAZY = "ours, one by one"
VERIFIED, VERIFIED_ASYNC = "ours, verified", "ours, async, verified"
HASH = "SHA-256 of the file"

BY_PATH = (
    Contestant(OURS, "ours", "upload"),
    Contestant(OURS_ASYNC, "ours", "upload async"),
    Contestant(PUBLISHED, "published", "upload"),
    Contestant(HTTPX, "plain_httpx", "upload"),
    Contestant(HTTPX_ASYNC, "plain_httpx", "upload async"),
    Contestant(CURL, "curl", "upload"),
    Contestant(BARE, "bare", "upload"),
)


def by_path(size: int, count: int) -> Workload:
    """Return a workload without targets, which is one point of the plot."""
    title = f"upload {size // MIB:,} MiB by path" + (f", {count} times" if count > 1 else "")
    setting = Setting(size=size, count=count)
    name = f"size-{size // MIB}m"
    return Workload(name, title, setting, BY_PATH, unit="MiB", rounds=3, is_plotted=True)


WORKLOADS: Sequence[Workload] = (
    Workload(
        "upload-2g",
        "upload 2 GiB by path",
        Setting(size=2 * GIB),
        BY_PATH,
        (Faster(OURS, PUBLISHED, 12), AtMost(OURS, "memory", 4)),
        unit="MiB",
        rounds=5,
        is_plotted=True,
    ),
    Workload(
        "upload-256m",
        "upload 256 MiB by path",
        Setting(size=256 * MIB),
        BY_PATH,
        (
            Faster(OURS, PUBLISHED, 5),
            Faster(OURS, CURL, 1.15),
            Faster(OURS_ASYNC, PUBLISHED, 4.5),
            AtMost(OURS_ASYNC, "stall", 20),
            AtMost(OURS_ASYNC, "memory", 8),
        ),
        unit="MiB",
        is_plotted=True,
    ),
    Workload(
        "upload-256m-tls",
        "upload 256 MiB by path over TLS",
        Setting(size=256 * MIB, tls=True),
        BY_PATH,
        (
            Faster(OURS, PUBLISHED, 2.2),
            Faster(OURS_ASYNC, PUBLISHED, 2.2),
            Faster(OURS, HTTPX, 1.1),
            Faster(OURS, CURL, 0.95),
        ),
        unit="MiB",
        rounds=10,
    ),
    Workload(
        "memory-1m",
        "upload 1 MiB from memory, 100 times on one connection",
        Setting(size=MIB, count=100),
        (
            Contestant(OURS, "ours", "upload bytes"),
            Contestant(PUBLISHED, "published", "upload bytes"),
            Contestant(HTTPX, "plain_httpx", "upload bytes"),
            Contestant(BARE, "bare", "upload bytes"),
        ),
        (Faster(OURS, PUBLISHED, 2), Faster(OURS, HTTPX, 1)),
        unit="MiB",
    ),
    Workload(
        "list",
        "ask for 20 uploads on a kept-alive connection, 2,000 times",
        Setting(count=2_000),
        (
            Contestant(OURS, "ours", "list"),
            Contestant(OURS_ASYNC, "ours", "list async"),
            Contestant(PUBLISHED, "published", "list"),
            Contestant(HTTPX, "plain_httpx", "list"),
            Contestant(HTTPX_ASYNC, "plain_httpx", "list async"),
            Contestant(BARE, "bare", "list"),
        ),
        (Faster(OURS, PUBLISHED, 2), Faster(OURS_ASYNC, PUBLISHED, 1.2)),
        unit="calls",
    ),
    Workload(
        "dag",
        "upload a DAG of 10,000 files of 2 KiB",
        Setting(size=2 * KIB, files=10_000),
        (
            Contestant(OURS, "ours", "upload folder"),
            Contestant(PUBLISHED, "published", "upload folder"),
            Contestant(LOOP, "bare", "read folder"),
            Contestant(HTTPX, "plain_httpx", "upload folder"),
        ),
        (
            Faster(OURS, PUBLISHED, 2.2),
            AtMostTimes(OURS, LOOP, 1.6),
            AtMost(OURS, "files", 16),
            AtMost(OURS, "memory", 6),
        ),
        unit="MiB",
    ),
    Workload(
        "verify-1g",
        "upload 1 GiB by path and compare its CID",
        Setting(size=GIB),
        (
            Contestant(VERIFIED, "ours", "upload verified"),
            Contestant(VERIFIED_ASYNC, "ours", "upload verified async"),
            Contestant(OURS, "ours", "upload"),
            Contestant(OURS_ASYNC, "ours", "upload async"),
            Contestant(HASH, "bare", "hash"),
        ),
        (
            AtMostTimesEither(VERIFIED, (OURS, HASH), 1.25),
            AtMostTimesEither(VERIFIED_ASYNC, (OURS_ASYNC, HASH), 1.25),
            AtMost(VERIFIED, "memory", 8),
            AtMost(VERIFIED_ASYNC, "memory", 8),
        ),
        unit="MiB",
        rounds=5,
    ),
    Workload(
        "download-1g",
        "download 1 GiB to a file, from a gateway that has no blocks",
        Setting(size=GIB),
        (
            Contestant(OURS, "ours", "download"),
            Contestant(VERIFIED, "ours", "download verified"),
            Contestant(VERIFIED_ASYNC, "ours", "download verified async"),
            Contestant(CURL_TO_FILE, "curl", "download"),
            Contestant(HASH, "bare", "hash"),
        ),
        (
            Faster(OURS, CURL_TO_FILE, 0.8),
            AtMost(OURS, "memory", 8),
            AtMost(VERIFIED, "memory", 8),
            AtMost(VERIFIED_ASYNC, "memory", 8),
        ),
        unit="MiB",
        rounds=5,
    ),
    Workload(
        "verify-dag",
        "upload a DAG of 10,000 files of 2 KiB and compare its CID",
        Setting(size=2 * KIB, files=10_000),
        (
            Contestant(VERIFIED, "ours", "upload verified"),
            Contestant(OURS, "ours", "upload folder"),
        ),
        (AtMostTimes(VERIFIED, OURS, 1.5),),
        unit="MiB",
    ),
    Workload(
        "many",
        "500 uploads of 16 KiB to a server that takes 30 ms; ours 32 at a time",
        Setting(size=16 * KIB, count=500, delay=0.03),
        (
            Contestant(OURS, "ours", "upload many"),
            Contestant(OURS_ASYNC, "ours", "upload many async"),
            Contestant(PUBLISHED, "published", "upload"),
            Contestant(BARE, "bare", "upload many"),
        ),
        (Faster(OURS, PUBLISHED, 25), Faster(OURS_ASYNC, PUBLISHED, 22)),
        unit="calls",
        rounds=3,
    ),
    Workload(
        "rows",
        "check 100,000 rows of CID, name and timelock, as a whole and one by one",
        Setting(count=100_000),
        (
            Contestant(OURS, "ours", "validate rows"),
            Contestant(OURS_LAZY, "ours", "iterate rows"),
        ),
        (AtMost(OURS, "time", 1.5), AtMost(OURS_LAZY, "memory", 1)),
        unit="rows",
    ),
    Workload(
        "import",
        "import pinarkive, and asyncio, httpx, httpcore and one Pydantic model",
        Setting(),
        (Contestant(OURS, "import_ours", ""), Contestant(BASE, "import_base", "")),
        (AtMostLonger(OURS, BASE, 0.04),),
        rounds=15,
    ),
    Workload(
        "start",
        "from the start of a process to its first answer, typed where it is ours",
        Setting(),
        (
            Contestant(OURS, "start_ours", ""),
            Contestant(PUBLISHED, "start_published", ""),
            Contestant(BASE, "start_base", ""),
        ),
        (AtMostTimes(OURS, PUBLISHED, 1.6), AtMostLonger(OURS, BASE, 0.02)),
        rounds=15,
    ),
    Workload(
        "second-client",
        "make one client more in a process, 100 times",
        Setting(count=100),
        (Contestant(OURS, "ours", "make client"), Contestant(HTTPX, "plain_httpx", "make client")),
        (AtMostTimes(OURS, HTTPX, 1 / 20),),
        unit="calls",
    ),
    Workload(
        "second-client-call",
        "make one client more and a first call with it over TLS, 100 times",
        Setting(count=100, tls=True),
        (
            Contestant(OURS, "ours", "make client and call"),
            Contestant(HTTPX, "plain_httpx", "make client and call"),
        ),
        unit="calls",
    ),
    by_path(MIB, 32),
    by_path(4 * MIB, 16),
    by_path(16 * MIB, 8),
    by_path(64 * MIB, 4),
    by_path(GIB, 1),
)
