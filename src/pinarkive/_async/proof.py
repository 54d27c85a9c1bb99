"""Proves that the service stored what was sent."""

from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import replace

from .._core.hashes import PROFILES
from .._core.integrity import cannot_tell, check_entries, not_proved, profile_of
from .._core.multipart import Multipart, Part, Watch
from .._dag.blocks import Profile
from .._io.hashing import Hashing
from .._io.in_tasks.reading import pieces_of
from .._io.in_tasks.waits import run
from ..errors import SourceChangedError
from ..models import DirectoryUpload, Upload
from ..models._response import attach_profile

__all__ = ["Likely", "Proof"]


class Likely:
    """The profile that the service most likely uses, shared by a client and its views."""

    def __init__(self) -> None:
        self.profile: Profile = "kubo-v1"
        """The profile that it used last."""


class Proof:
    """Hashes what is sent, and compares the CID with the one in the service's answer.

    Hashing in one profile takes as long as sending, so only the most likely profile is computed
    while the content is sent. If the service used the other one, the content is read again. Content
    that can be read only once is hashed in both profiles.

    Args:
        parts: The files that are sent.
        likely: The profile that the service most likely uses; updated with the one it uses.
    """

    def __init__(self, parts: Sequence[Part], likely: Likely) -> None:
        self._parts = parts
        self._likely = likely
        self._body = Multipart("", (), parts)
        profiles: Sequence[Profile] = (likely.profile,) if self._body.rewindable else PROFILES
        self._left: list[Profile] = [profile for profile in PROFILES if profile not in profiles]
        self._hashing = Hashing(self._body, profiles)

    @property
    def watch(self) -> Watch:
        """Receives the pieces of a body as they are read."""
        return self._hashing.begin

    async def check(self, upload: Upload | DirectoryUpload) -> None:
        """Check the CID in an answer, and add its profile to the answer.

        Raises:
            IntegrityError: The CID is not the CID of what was sent.
        """
        # In a thread: building the tree of a large folder would block the event loop.
        is_directory = isinstance(upload, DirectoryUpload)
        nodes, cids = await run(self._hashing.found, is_directory)
        profile = profile_of(upload.cid, cids)
        if profile is None and self._left:
            hashing = Hashing(self._body, self._left)
            try:
                await read_through(replace(self._body, watch=hashing.begin))
            except (OSError, SourceChangedError):
                # The content has changed since it was sent, so the service may be right.
                raise cannot_tell(upload, cids) from None
            nodes, others = await run(hashing.found, is_directory)
            cids |= others
            profile = profile_of(upload.cid, others)
        if profile is None:
            raise not_proved(upload, cids)
        if isinstance(upload, DirectoryUpload):
            check_entries(upload, self._parts, nodes[profile])
        attach_profile(upload, profile)
        self._likely.profile = profile


async def read_through(body: Multipart) -> None:
    """Read a body without sending it, so that its watcher sees the bytes."""
    async with aclosing(pieces_of(body)) as pieces:
        async for _ in pieces:
            pass
