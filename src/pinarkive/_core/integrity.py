"""Checks that the service stored what was sent."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from .._dag.blocks import Node, Profile
from ..cid import CID
from ..errors import IntegrityError
from ..models import DirectoryUpload, Upload
from ..unixfs import tree
from .multipart import Part

__all__ = [
    "cannot_tell",
    "check_directory",
    "check_entries",
    "is_same",
    "is_same_block",
    "not_proved",
    "profile_of",
    "roots",
]

SHOWN = 10


def check_directory(upload: DirectoryUpload, sent: Sequence[Part]) -> None:
    """Compare the paths and sizes in a directory's answer with those that were sent.

    Raises:
        IntegrityError: The answer lists other files, other sizes or another number of files.
    """
    found = list(differences(upload, sent))
    if found:
        more = f"; and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
        problem = f"the directory {upload.cid} is not what was sent: "
        raise broken(upload, f"{problem}{'; '.join(found[:SHOWN])}{more}", upload.cid)


def roots(
    parts: Sequence[Part], nodes: Mapping[Profile, Sequence[Node]], *, is_directory: bool
) -> dict[Profile, CID]:
    """Return the CID of what was sent, in each profile.

    Args:
        parts: The files that were sent.
        nodes: The node of each file, in each profile.
        is_directory: Whether they form a directory, or are a single file.
    """
    if not is_directory:
        return {profile: each[0].cid for profile, each in nodes.items()}
    names = [part.filename for part in parts]
    return {
        profile: tree(dict(zip(names, each, strict=True)), profile=profile)[""].cid
        for profile, each in nodes.items()
    }


def profile_of(text: str, cids: Mapping[Profile, CID]) -> Profile | None:
    """Return the profile in which the content has this CID, if there is one."""
    return next((profile for profile, cid in cids.items() if is_same(text, cid)), None)


def is_same(text: str, cid: CID) -> bool:
    """Return whether a text names the same block as a CID, in any version and base."""
    try:
        found = CID.parse(text)
    except ValueError:
        return False
    return is_same_block(found, cid)


def is_same_block(one: CID, other: CID) -> bool:
    """Return whether two CIDs name the same block, in any version."""
    return (one.codec, one.hash_code, one.digest) == (other.codec, other.hash_code, other.digest)


def not_proved(upload: Upload | DirectoryUpload, cids: Mapping[Profile, CID]) -> IntegrityError:
    """Return the error for an upload whose CID is not the CID of what was sent."""
    ours = " or ".join(f"{cid} ({profile})" for profile, cid in cids.items())
    problem = f"the service stored {upload.cid}, but what was sent is {ours}"
    return broken(upload, problem, upload.cid, cids.values())


def cannot_tell(upload: Upload | DirectoryUpload, cids: Mapping[Profile, CID]) -> IntegrityError:
    """Return the error for an upload whose content changed before all its CIDs were computed."""
    ours = " or ".join(f"{cid} ({profile})" for profile, cid in cids.items())
    return broken(
        upload,
        f"the service stored {upload.cid}; what was sent is {ours}, and it changed before its CID "
        "in the other profile was computed, so the two cannot be compared",
        upload.cid,
        cids.values(),
    )


def check_entries(upload: DirectoryUpload, parts: Sequence[Part], nodes: Sequence[Node]) -> None:
    """Compare the CIDs of a directory's files with those that its answer lists.

    Raises:
        IntegrityError: A CID differs.
    """
    sent = {part.filename: node.cid for part, node in zip(parts, nodes, strict=True)}
    for entry in upload.files:
        cid = sent.get(entry.path or "")
        if cid is not None and not is_same(entry.cid, cid):
            problem = f"the service says that {entry.path!r} is {entry.cid}, but it is {cid}"
            raise broken(upload, problem, entry.cid, [cid])


def broken(
    upload: Upload | DirectoryUpload, message: str, received: str, expected: Iterable[CID] = ()
) -> IntegrityError:
    """Return the error for an upload that was stored as something else."""
    cids = [str(cid) for cid in expected]
    error = IntegrityError(upload.meta.status_code or 0, message, upload, cids, received)
    error.attempts = upload.meta.attempts or 0
    error.request_id = upload.meta.request_id
    error.sent = "yes"
    return error


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
