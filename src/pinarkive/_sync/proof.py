# generated from src/pinarkive/_async/proof.py by scripts/generate; change that file
"""Proof that what was stored is what was sent, and whether content is stored already."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace

from .._core.hashes import PROFILES
from .._core.integrity import cannot_tell, check_entries, not_proved, profile_of
from .._core.multipart import Multipart, Part, Watch
from .._dag.blocks import Profile
from .._io.hashing import Hashing
from .._io.in_threads.reading import pieces_of
from .._io.in_threads.waits import run
from ..errors import SourceChangedError
from ..models import DirectoryUpload, Upload
from ..models._response import attach_profile

__all__ = ["Likely", "Proof"]


class Likely:
    """Which profile the service is likely to use, for a client and all of its views."""

    def __init__(self) -> None:
        self.profile: Profile = "kubo-v1"
        """The one that it was last seen to use."""


class Proof:
    """Hashes what is sent, and compares it with the CID that the service answers.

    To hash in one profile takes as long as to send, so the one that the service is likely to use is
    hashed while the content is sent. Only where the answer is of the other one is the content read
    again for it; what can be read once is hashed in both.

    Args:
        parts: What is sent.
        likely: The profile that the service is likely to use; it is told the one that it uses.
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
        """What sees the pieces of a body as they are read."""
        return self._hashing.begin

    def check(self, upload: Upload | DirectoryUpload) -> None:
        """Tell an answer the profile of its CID.

        Raises:
            IntegrityError: The CID is not that of what was sent.
        """
        # The tree of a large folder takes a while, in which other tasks go on.
        is_directory = isinstance(upload, DirectoryUpload)
        nodes, cids = run(self._hashing.found, is_directory)
        profile = profile_of(upload.cid, cids)
        if profile is None and self._left:
            hashing = Hashing(self._body, self._left)
            try:
                read_through(replace(self._body, watch=hashing.begin))
            except (OSError, SourceChangedError):
                # It is no longer what was sent, and the service may be right.
                raise cannot_tell(upload, cids) from None
            nodes, others = run(hashing.found, is_directory)
            cids |= others
            profile = profile_of(upload.cid, others)
        if profile is None:
            raise not_proved(upload, cids)
        if isinstance(upload, DirectoryUpload):
            check_entries(upload, self._parts, nodes[profile])
        attach_profile(upload, profile)
        self._likely.profile = profile


def read_through(body: Multipart) -> None:
    """Read a body for whoever watches it, and send it nowhere."""
    with closing(pieces_of(body)) as pieces:
        for _ in pieces:
            pass
