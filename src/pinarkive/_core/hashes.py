"""Computes the CIDs of a body's files while the body is read."""

import hashlib
from collections.abc import Callable, Sequence

from .._dag.blocks import Node, Profile, leaf, leaf_frame
from ..unixfs import CHUNK_SIZE, FileBuilder

__all__ = ["PROFILES", "Hashes"]

PROFILES: tuple[Profile, ...] = ("kubo-v1", "kubo-v0")


class Hashes:
    """Computes the CIDs of a body's files, anew each time the body is read.

    Args:
        files: How many files the body has.
        profiles: The profiles that define how files are split into blocks.
    """

    def __init__(self, files: int, profiles: Sequence[Profile]) -> None:
        self._files = files
        self._profiles = profiles
        self._reading = Reading(profiles)

    def begin(self) -> Callable[[int, bytes], None]:
        """Start a new reading, and return the function that takes its pieces.

        An earlier reading may still be running in its thread, and keeps its own state.
        """
        self._reading = Reading(self._profiles)
        return self._reading.take

    def nodes(self) -> dict[Profile, list[Node]]:
        """Return the node of each file, once all files have been read."""
        return self._reading.end(self._files)


class Reading:
    """One reading of a body."""

    def __init__(self, profiles: Sequence[Profile]) -> None:
        self._nodes: dict[Profile, list[Node]] = {profile: [] for profile in profiles}
        self._index = 0
        # Most files come in one piece, and need no builder.
        self._first = b""
        self._builders: dict[Profile, FileBuilder] = {}

    def take(self, index: int, piece: bytes) -> None:
        """Take the next piece of a file."""
        if index != self._index:
            self.end(index)
        if not self._first:
            self._first = piece
            return
        if not self._builders:
            self._builders = {profile: FileBuilder(profile=profile) for profile in self._nodes}
            for builder in self._builders.values():
                builder.update(self._first)
        for builder in self._builders.values():
            builder.update(piece)

    def end(self, index: int) -> dict[Profile, list[Node]]:
        """End all files before this index, and return their nodes."""
        while self._index < index:
            for profile, nodes in self._nodes.items():
                if self._builders:
                    nodes.append(self._builders[profile].finish())
                else:
                    nodes.append(whole(self._first, profile))
            self._index += 1
            self._first = b""
            if self._builders:
                self._builders = {}
        return self._nodes


def whole(data: bytes, profile: Profile) -> Node:
    """Return the node of a file that comes in one piece."""
    if len(data) > CHUNK_SIZE:
        builder = FileBuilder(profile=profile)
        builder.update(data)
        return builder.finish()
    if profile == "kubo-v1":
        return leaf(hashlib.sha256(data).digest(), len(data), profile)
    before, after = leaf_frame(len(data))
    return leaf(hashlib.sha256(before + data + after).digest(), len(data), profile)
