"""What was uploaded already, so that a run that was killed goes on where it stood."""

import hashlib
import json
import os
from pathlib import Path

from pydantic import ValidationError

from ._json import is_object
from .config import Config
from .models import Upload, UploadFile

__all__ = ["Journal"]


class Journal:
    """Uploads that were made: a line of JSON for each, written as soon as it is made.

    A line that was cut off when the program was killed is passed over. An upload is known by its
    file's path, size and time of change, or by the hash of its bytes, by its name, and by the
    server and cluster that it went to; one of an open file is not known.
    """

    def __init__(self, path: Path, config: Config) -> None:
        self._config = config
        self._found: dict[str, Upload] = {}
        self._file = path.open("a+b", buffering=0)
        self._file.seek(0)
        text = self._file.readall()
        for line in text.splitlines():
            self._remember(line)
        if text and not text.endswith(b"\n"):
            self._file.write(b"\n")

    def _remember(self, line: bytes) -> None:
        try:
            record: object = json.loads(line)
            if is_object(record):
                upload = Upload.model_validate(record.get("upload"))
                self._found[json.dumps(record.get("source"), sort_keys=True)] = upload
        except (ValueError, ValidationError):
            return

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
        elif isinstance(request.file, bytes):
            content = {"sha256": hashlib.sha256(request.file).hexdigest()}
        else:
            return None
        place = {
            "filename": request.filename,
            "cluster_id": request.cluster_id or self._config.cluster_id,
            "server": self._config.base_url,
        }
        return json.dumps({**content, **place}, sort_keys=True)

    def find(self, key: str | None) -> Upload | None:
        """Return the upload that was made under a key."""
        return None if key is None else self._found.get(key)

    def add(self, key: str | None, upload: Upload) -> None:
        """Write down an upload."""
        if key is None:
            return
        self._found[key] = upload
        record = {"source": json.loads(key), "upload": upload.model_dump(mode="json")}
        # In one piece, so that threads and programs may share the file.
        self._file.write(json.dumps(record).encode() + b"\n")

    def close(self) -> None:
        """Close the file."""
        self._file.close()
