"""Is what was stored what was sent?"""

from collections.abc import Iterator, Sequence

from ..errors import IntegrityError
from ..models import DirectoryUpload
from .multipart import Part

__all__ = ["check_directory"]

SHOWN = 10


def check_directory(upload: DirectoryUpload, sent: Sequence[Part]) -> None:
    """Compare a directory's answer with what was sent, path and size, as far as it tells.

    Raises:
        IntegrityError: The answer lists other files, other sizes or another number of files.
    """
    found = list(differences(upload, sent))
    if found:
        more = f"; and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
        error = IntegrityError(
            upload.meta.status_code or 0,
            f"the directory {upload.cid} is not what was sent: {'; '.join(found[:SHOWN])}{more}",
            upload,
        )
        error.attempts = upload.meta.attempts or 0
        error.request_id = upload.meta.request_id
        raise error


def differences(upload: DirectoryUpload, parts: Sequence[Part]) -> Iterator[str]:
    """Yield each difference in words."""
    if upload.total_files is not None and upload.total_files != len(parts):
        yield f"{len(parts)} files were sent, {upload.total_files} are counted"
    stored = {entry.path: entry for entry in upload.files if entry.path is not None}
    if not upload.files or len(stored) < len(upload.files):
        return
    sent = {part.filename: part.source.size for part in parts}
    for path in sent.keys() - stored.keys():
        yield f"{path!r} is missing"
    for path in stored.keys() - sent.keys():
        yield f"{path!r} was not sent"
    for path, size in sent.items():
        if path in stored and size is not None and stored[path].size not in (None, size):
            yield f"{path!r} has {stored[path].size} bytes instead of {size}"
