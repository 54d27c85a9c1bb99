"""The journal of finished uploads, with which a run continues after it was killed."""

import errno
import hashlib
import json
import os
import stat
import threading
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from io import FileIO
from pathlib import Path

from pydantic import ValidationError

from .._core.hashes import PROFILES
from .._io.locks import release, take
from .._values.json import is_object
from .._values.read import parse_instant
from ..config import Config
from ..errors import InvalidInputError
from ..models import Upload, UploadFile
from ..models._response import attach_profile
from ..sources import Memory

__all__ = ["Journal"]

# The start of every journal, even of one whose first line was cut off.
BEGINNING = b'{"source": {'


class Journal:
    """Finished uploads: a line of JSON for each, written as soon as the upload ends.

    A line that was cut off when the program was killed is skipped. An upload is identified by its
    file's path, size and modification time, or by the hash of its bytes, and by its name, server
    and cluster. Uploads of open files are not recorded.

    Raises:
        InvalidInputError: Another run uses the journal, or the file is not a journal.
        OSError: The file cannot be opened or read.
    """

    def __init__(self, path: Path, config: Config) -> None:
        self._config = config
        self._lock = threading.Lock()
        self._lines: dict[str, bytes] = {}
        self._file = path.open("a+b", buffering=0)
        try:
            # A device or a pipe is only written to: it has no earlier lines.
            is_file = stat.S_ISREG(os.fstat(self._file.fileno()).st_mode)
            if is_file and not take(self._file):
                raise InvalidInputError(
                    f"resume: another run is using {str(path)!r}; wait until it ends, or use "
                    "another journal for this run",
                    "resume",
                )
            text = read_whole(self._file) if is_file else b""
            for line in text.splitlines():
                source = read_line(line).get("source")
                if is_object(source):
                    self._lines[json.dumps(source, sort_keys=True)] = line
            if not self._lines and text[: len(BEGINNING)] != BEGINNING[: len(text)]:
                raise InvalidInputError(f"resume: {str(path)!r} is not a journal", "resume")
        except BaseException:
            self._file.close()
            raise
        self._is_cut = not text.endswith(b"\n") if text else False

    def key(self, request: UploadFile) -> str | None:
        """Return what identifies an upload, or `None` if it cannot be recorded.

        Raises:
            OSError: The file does not exist or cannot be read.
        """
        if isinstance(request.file, Path):
            found = request.file.stat()
            content: dict[str, object] = {
                "path": os.path.abspath(request.file),  # noqa: PTH100  # links stay as they are
                "size": found.st_size,
                "mtime_ns": found.st_mtime_ns,
            }
        elif isinstance(request.file, bytes | Memory):
            data = request.file if isinstance(request.file, bytes) else request.file.view()
            content = {"sha256": hashlib.sha256(data).hexdigest()}
        else:
            return None
        place = {
            "filename": request.filename,
            "cluster_id": request.cluster_id or self._config.cluster_id,
            "server": self._config.base_url,
        }
        return json.dumps({**content, **place}, sort_keys=True)

    def find(self, key: str | None, timelock: datetime | None) -> Upload | None:
        """Return the upload of a key, unless it has expired or another timelock is wanted."""
        line = self._lines.get(key) if key is not None else None
        record = read_line(line or b"")
        if not record or not is_as_long(parse_instant(record.get("timelock")), timelock):
            return None
        try:
            upload = Upload.model_validate(record.get("upload"))
        except ValidationError:
            return None
        verified = record.get("verified")
        if verified in PROFILES:
            attach_profile(upload, verified)
        has_ended = upload.expires_at is not None and upload.expires_at <= datetime.now(UTC)
        return None if has_ended else upload

    def add(self, key: str | None, timelock: datetime | None, upload: Upload) -> None:
        """Record an upload, with the timelock that was requested.

        Raises:
            OSError: The file cannot be written.
        """
        if key is None:
            return
        record = {
            "source": json.loads(key),
            "timelock": None if timelock is None else timelock.isoformat(),
            "upload": upload.model_dump(mode="json"),
            "verified": upload.verified,
        }
        line = json.dumps(record).encode() + b"\n"
        with self._lock:
            # One write, so that the line stays whole if another run starts writing after this one.
            data = b"\n" + line if self._is_cut else line
            written = self._file.write(data)
            self._is_cut = 0 < written < len(data)
            if written < len(data):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), self._file.name)
            self._lines[key] = line

    def release(self) -> None:
        """Let another run use the journal while this one records its last uploads."""
        release(self._file)

    def close(self) -> None:
        """Close the journal, and let another run use it."""
        self.release()
        self._file.close()


def is_as_long(had: datetime | None, asked: datetime | None) -> bool:
    """Return whether a timelock is close enough to the one that is requested.

    Programs often calculate it from the time they start, so a resumed run requests another one.
    """
    if had is None or asked is None:
        return had is asked
    return abs(had - asked) <= min(timedelta(days=1), (asked - datetime.now(UTC)) / 2)


def read_whole(file: FileIO) -> bytes:
    """Return the whole content of a file."""
    file.seek(0)
    return file.readall()


def read_line(line: bytes) -> Mapping[str, object]:
    """Return the record of a line, which is empty if the line is not valid."""
    try:
        record: object = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return record if is_object(record) else {}
