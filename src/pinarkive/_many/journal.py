"""What was uploaded already, so that a run that was killed goes on where it stood."""

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

# What a journal begins with, even one whose first line was cut off.
BEGINNING = b'{"source": {'


class Journal:
    """Uploads that were made: a line of JSON for each, written as soon as it is made.

    A line that was cut off when the program was killed is passed over. An upload is known by its
    file's path, size and time of change, or by the hash of its bytes, by its name, and by the
    server and cluster that it went to; one of an open file is not known.

    Raises:
        InvalidInputError: Another run has it, or the file is no journal.
        OSError: The file cannot be opened or read.
    """

    def __init__(self, path: Path, config: Config) -> None:
        self._config = config
        self._lock = threading.Lock()
        self._lines: dict[str, bytes] = {}
        self._file = path.open("a+b", buffering=0)
        try:
            # What is no file (a device, a pipe) is written to and has no past.
            is_file = stat.S_ISREG(os.fstat(self._file.fileno()).st_mode)
            if is_file and not take(self._file):
                raise InvalidInputError(
                    f"resume: another run is using {str(path)!r}; wait for its end, or give this "
                    "one a journal of its own",
                    "resume",
                )
            text = read_whole(self._file) if is_file else b""
            for line in text.splitlines():
                source = read_line(line).get("source")
                if is_object(source):
                    self._lines[json.dumps(source, sort_keys=True)] = line
            if not self._lines and text[: len(BEGINNING)] != BEGINNING[: len(text)]:
                raise InvalidInputError(
                    f"resume: {str(path)!r} holds something else than a journal", "resume"
                )
        except BaseException:
            self._file.close()
            raise
        self._is_cut = not text.endswith(b"\n") if text else False

    def key(self, request: UploadFile) -> str | None:
        """Return what an upload is known by, if it is.

        Raises:
            OSError: There is no such file.
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
        """Return the upload that was made under a key, unless it has ended, or has to last else."""
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
        """Write down an upload, and the timelock that was asked for.

        Raises:
            OSError: It cannot be written.
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
            # In one piece, so that it is whole beside what another run writes after this was left.
            data = b"\n" + line if self._is_cut else line
            written = self._file.write(data)
            self._is_cut = 0 < written < len(data)
            if written < len(data):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), self._file.name)
            self._lines[key] = line

    def release(self) -> None:
        """Let another run use it, while this one writes down what is still under way."""
        release(self._file)

    def close(self) -> None:
        """Close the file, and let another run use it."""
        self.release()
        self._file.close()


def is_as_long(had: datetime | None, asked: datetime | None) -> bool:
    """Say whether a timelock is about the one that is asked for.

    It is often reckoned from the start of the program, so a run that is resumed asks for another.
    """
    if had is None or asked is None:
        return had is asked
    return abs(had - asked) <= min(timedelta(days=1), (asked - datetime.now(UTC)) / 2)


def read_whole(file: FileIO) -> bytes:
    """Return all that a file holds."""
    file.seek(0)
    return file.readall()


def read_line(line: bytes) -> Mapping[str, object]:
    """Return a line's record; an empty one for what is none."""
    try:
        record: object = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return record if is_object(record) else {}
