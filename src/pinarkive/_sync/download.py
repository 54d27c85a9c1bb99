# generated from src/pinarkive/_async/download.py by scripts/generate; change that file
"""`files.download`: downloads and verifies a file or directory, to disk or into memory."""

import os
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import NamedTuple

from .._core.fetching import CONTENT, Ask
from .._core.gateways import url_on
from .._core.hashes import PROFILES
from .._core.matching import Matcher, check_known, likely_profile, matcher, not_the_content
from .._dag.reading import UnixFs
from .._io.in_threads.waits import run
from .._io.intake import Intake
from .._io.landing import FileLanding, FolderLanding, place_of
from .._values.download import Download, DownloadProgress, OnDownloadProgress
from ..cid import CID, DAG_PB, RAW
from ..errors import APIResponseError, APIStatusError, IntegrityError, InvalidInputError
from .blocks import Blocks
from .fetcher import Fetcher, Pump

__all__ = ["Downloading"]

# The statuses with which a gateway refuses to serve blocks.
NO_BLOCKS = {400, 403, 405, 406, 415, 501}


class Found(NamedTuple):
    """A file or directory to download."""

    cid: CID
    node: UnixFs | None
    """Its root block, if it was read."""
    url: str
    name: str


class Telling:
    """Reports the progress of one file in a download.

    Args:
        on_progress: The function that receives the progress.
        name: The name of the file.
        before: The bytes of the files before it; `None` if it is the only one.
        done: The number of files before it.
    """

    def __init__(
        self, on_progress: OnDownloadProgress | None, name: str, before: int | None, done: int
    ) -> None:
        self._on_progress = on_progress
        self._name = name
        self._before = before
        self._done = done
        self._total: int | None = None

    def learn(self, total: int) -> None:
        """Note how many bytes the file has."""
        self._total = total if self._before is None else None

    def __call__(self, received: int) -> None:
        """Report how many bytes of the file have arrived."""
        if self._on_progress is not None:
            self._on_progress(
                DownloadProgress(
                    (self._before or 0) + received, self._total, self._name, self._done
                )
            )


class Downloading:
    """One download.

    Args:
        fetcher: Fetches from the gateway.
        gateway: The URL of the gateway.
        verify: Whether to compare the content with its CID.
        on_progress: Receives the progress.
    """

    def __init__(
        self,
        fetcher: Fetcher,
        gateway: str,
        *,
        verify: bool,
        on_progress: OnDownloadProgress | None,
    ) -> None:
        self._fetcher = fetcher
        self._gateway = gateway
        self._verify = verify
        self._on_progress = on_progress
        self._blocks = Blocks(fetcher, gateway)

    def run(self, text: str, path: str | None, to: str | os.PathLike[str] | None) -> Download:
        """Download the content of a CID, or of a path in it.

        Args:
            text: The CID.
            path: The path in the directory that the CID names.
            to: Where to write it; `None` keeps it in memory.
        """
        name = text if path is None else path.rpartition("/")[2]
        place = None if to is None else run(partial(place_of, to), name)
        found = self._find(CID.parse(text), path, name)
        kind = "file" if found.node is None else found.node.kind
        if kind == "symlink":
            raise InvalidInputError(
                f"cid: {found.cid} is a symbolic link, and links are not followed; download its "
                "target",
                "cid",
            )
        if kind != "file":
            return self._folder(found, place)
        return self._file(found, place)

    def _find(self, cid: CID, path: str | None, name: str) -> Found:
        """Return what to download, with its root block if the gateway serves it."""
        plain = Found(cid, None, url_on(self._gateway, str(cid), path), name)
        try:
            if path is not None:
                cid = self._blocks.at(cid, path)
                check_input(cid)
            return self._found(cid, name)
        except (IntegrityError, APIResponseError, APIStatusError) as error:
            if isinstance(error, APIStatusError) and error.status_code not in NO_BLOCKS:
                raise
            if self._verify and path is not None:
                raise not_the_content(
                    f"at {path!r} in {plain.cid}",
                    f"the path to it cannot be verified ({error.message})",
                ) from error
            # The gateway may not serve blocks. A file can still be fetched and compared as a whole.
            return plain

    def _found(self, cid: CID, name: str) -> Found:
        node = self._blocks.node(cid) if cid.codec == DAG_PB else None
        return Found(cid, node, url_on(self._gateway, str(cid), None), name)

    def _file(self, found: Found, place: Path | None) -> Download:
        if place is None:
            memory = Intake(None, self._matching(found.cid))
            verified = self._receive(found, memory, found.name, None, 0)
            return Download(str(found.cid), memory.size, None, memory.content(), verified)
        landing = FileLanding(place)
        intake: Intake | None = None
        try:
            intake = Intake(run(FileLanding.create, landing), self._matching(found.cid))
            verified = self._receive(found, intake, found.name, None, 0)
            run(Intake.finish, intake)
            run(FileLanding.land, landing)
        except BaseException:
            if intake is not None:
                intake.close()
            landing.remove()
            raise
        return Download(str(found.cid), intake.size, landing.place, None, verified)

    def _folder(self, found: Found, place: Path | None) -> Download:
        if place is None:
            raise InvalidInputError(
                f"to: {found.cid} is a directory; pass a folder to write it to", "to"
            )
        landing = FolderLanding(place)
        try:
            run(FolderLanding.create, landing)
            size, verified = self._fill(found, landing)
            run(FolderLanding.land, landing)
        except BaseException:
            landing.remove()
            raise
        return Download(str(found.cid), size, landing.place, None, verified)

    def _fill(self, found: Found, landing: FolderLanding) -> tuple[int, bool]:
        """Write all files of a directory; return their size, and whether they were verified."""
        size = done = 0
        pending = [("", found)]
        while pending:
            prefix, folder = pending.pop()
            assert folder.node is not None  # noqa: S101  # tells the type
            with closing(self._blocks.entries(folder.node)) as entries:
                for name, cid in entries:
                    path = prefix + name
                    check_input(cid)
                    entry = self._found(cid, path)
                    if entry.node is not None and entry.node.kind == "symlink":
                        raise InvalidInputError(
                            f"cid: {path!r} in the directory is a symbolic link, which cannot be "
                            "downloaded; download the other entries one by one",
                            "cid",
                        )
                    if entry.node is not None and entry.node.kind != "file":
                        run(landing.make, path)
                        pending.append((f"{path}/", entry))
                        continue
                    intake = Intake(run(landing.open, path), self._matching(cid))
                    try:
                        self._receive(entry, intake, path, size, done)
                        run(Intake.finish, intake)
                    finally:
                        intake.close()
                    size += intake.size
                    done += 1
        return size, self._verify

    def _matching(self, cid: CID) -> Callable[[], Matcher | None] | None:
        return partial(matcher, cid) if self._verify else None

    def _receive(
        self, found: Found, intake: Intake, name: str, before: int | None, done: int
    ) -> bool:
        """Receive the bytes of a file; return whether they were verified."""
        node = found.node
        tell = Telling(self._on_progress, name, before, done)
        pump = Pump(intake, tell if self._on_progress is not None else None)
        if node is not None and not node.links:
            # The root block, which has been verified, holds the whole file.
            pump.take(node.data)
            pump.flush()
            return True
        size = None if node is None else node.size
        at_most = size if self._verify else None
        self._fetcher.get(Ask(found.url, CONTENT, at_most, size), pump, tell.learn)
        if self._verify:
            self._prove(found, intake)
        return self._verify

    def _prove(self, found: Found, intake: Intake) -> None:
        """Compare a file with its CID: by its bytes, or by its blocks if that is not enough."""
        cid = found.cid
        if intake.fits():
            return
        if cid.codec == RAW:
            raise not_the_content(cid, f"the {intake.size:,} bytes received have another hash")
        for profile in PROFILES:
            other = None if profile == likely_profile(cid) else matcher(cid, profile)
            if other is not None and run(intake.fits_as, other):
                return
        try:
            self._blocks.check_file(cid, intake)
        except (APIResponseError, APIStatusError) as error:
            problem = (
                "the bytes have another CID, and the gateway does not serve the blocks that could "
                f"explain it ({error.message})"
            )
            raise not_the_content(cid, problem) from error


def check_input(cid: CID) -> None:
    """Raise `InvalidInputError` if the content of a CID cannot be downloaded."""
    try:
        check_known(cid)
        return
    except ValueError as error:
        problem = str(error)
    raise InvalidInputError(f"cid: {problem}", "cid")
