"""Compares a file's bytes with its CID, without fetching its blocks."""

import hashlib
from typing import Protocol

from .._dag.blocks import Profile
from .._dag.reading import HASHES
from ..cid import CID, DAG_PB, RAW, SHA2_256
from ..errors import IntegrityError
from ..unixfs import FileBuilder
from .integrity import is_same_block

__all__ = ["Matcher", "check_known", "likely_profile", "matcher", "not_the_content"]


class Matcher(Protocol):
    """Compares the bytes of a file with its CID as they arrive."""

    def update(self, data: bytes, /) -> None:
        """Take the next bytes."""
        ...

    def fits(self) -> bool:
        """Return whether the bytes are what the CID names; `False` proves nothing."""
        ...


class BlockMatcher:
    """Compares a file that is one raw block."""

    def __init__(self, cid: CID) -> None:
        self._cid = cid
        self._parts: list[bytes] = []
        self._sha = hashlib.sha256() if cid.hash_code == SHA2_256 else None

    def update(self, data: bytes) -> None:
        """Take the next bytes."""
        if self._sha is not None:
            self._sha.update(data)
        else:
            self._parts.append(data)

    def fits(self) -> bool:
        """Return whether all of them are what the CID names."""
        if self._sha is not None:
            return self._sha.digest() == self._cid.digest
        return HASHES[self._cid.hash_code](b"".join(self._parts)) == self._cid.digest


class TreeMatcher:
    """Compares a file that is a tree of blocks, built as a profile defines."""

    def __init__(self, cid: CID, profile: Profile) -> None:
        self._cid = cid
        self._builder = FileBuilder(profile=profile)

    def update(self, data: bytes) -> None:
        """Take the next bytes."""
        self._builder.update(data)

    def fits(self) -> bool:
        """Return whether all of them are what the CID names."""
        return is_same_block(self._cid, self._builder.finish().cid)


def likely_profile(cid: CID) -> Profile:
    """Return the profile that most likely produced a file's CID."""
    return "kubo-v0" if cid.version == 0 else "kubo-v1"


def matcher(cid: CID, profile: Profile | None = None) -> Matcher | None:
    """Return the matcher for a file's CID; `None` if only its blocks can prove the content.

    Args:
        cid: The CID.
        profile: How its blocks are made; the most likely profile if left out.
    """
    if cid.codec == RAW:
        return BlockMatcher(cid)
    if cid.codec == DAG_PB and cid.hash_code == SHA2_256:
        return TreeMatcher(cid, profile or likely_profile(cid))
    return None


def check_known(cid: CID) -> None:
    """Raise `ValueError` if a CID has a codec or hash function that cannot be verified here."""
    if cid.codec not in {RAW, DAG_PB}:
        raise ValueError(f"{cid} is not a file or directory: its codec is 0x{cid.codec:x}")
    if cid.hash_code not in HASHES:
        raise ValueError(f"{cid} uses the unknown hash function 0x{cid.hash_code:x}")


def not_the_content(cid: CID | str, problem: str) -> IntegrityError:
    """Return the error for content that does not match its CID, given as a CID or a URL."""
    expected = [str(cid)] if isinstance(cid, CID) else []
    error = IntegrityError(0, f"what the gateway sent is not {cid}: {problem}", expected=expected)
    error.sent = "yes"
    return error
