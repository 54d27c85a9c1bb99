"""The stored data: contents by CID, and the records of uploads and pins."""

import itertools
import posixpath
import secrets
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Literal, NamedTuple, TypeAlias

from ..cid import CID
from ..unixfs import Node, tree
from .blobs import Blob, Spool
from .blocks import Blocks, Piece
from .dag import directory_blocks, file_blocks, key_of, leaves_of
from .database import Database, Shelf

__all__ = ["Content", "Directory", "Entry", "File", "Record", "Store", "key_of"]


@dataclass(frozen=True, slots=True)
class File:
    """The content of a file."""

    node: Node
    blob: Blob


@dataclass(frozen=True, slots=True)
class Directory:
    """The content of a directory: the CIDs of its entries, by name."""

    node: Node
    entries: Mapping[str, CID]


Content: TypeAlias = File | Directory


@dataclass(frozen=True, slots=True)
class Entry:
    """The details of an upload or pin."""

    name: str
    size: int
    type: Literal["file", "directory"]
    cluster: str
    expires: datetime | None = None
    original_name: str | None = None
    custom_name: str | None = None

    def has_ended(self, now: datetime) -> bool:
        """Return whether its timelock has expired."""
        return self.expires is not None and self.expires <= now


@dataclass(slots=True)
class Record:
    """One upload or pin of an account."""

    account: str
    cid: str
    entry: Entry
    created: datetime
    number: int
    upload_id: str = field(default_factory=lambda: secrets.token_hex(12))


class KeptContent(NamedTuple):
    """A content as it is stored: a file has the name of its blob and its digests."""

    cid: str
    total_size: int
    size: int
    file: str = ""
    digests: str = ""
    entries: dict[str, str] | None = None


class Store:
    """Contents and records. Content is kept while a record or a directory refers to it."""

    def __init__(self, spool: Spool, database: Database) -> None:
        self._spool = spool
        self._contents: dict[CID, Content] = {}
        self._kept_contents = Shelf(database, "contents", KeptContent)
        self._is_kept = database.is_kept
        self._blocks = Blocks()
        self._references: Counter[CID] = Counter()
        self._records: dict[str, dict[CID, Record]] = {}
        self._kept_records = Shelf(database, "records", Record)
        self._load()
        newest = max((each.number for each in self._kept_records.values()), default=-1)
        self._numbers = itertools.count(newest + 1)

    def _load(self) -> None:
        """Load the stored data."""
        for kept in self._kept_contents.values():
            content = content_of(kept, self._spool)
            self._contents[content.node.cid] = content
        for content in self._contents.values():
            self._blocks.add(self._blocks_of(content))
            if isinstance(content, Directory):
                self._references.update(content.entries.values())
        for record in self._kept_records.values():
            key = key_of(CID.parse(record.cid))
            self._records.setdefault(record.account, {})[key] = record
            self._references[key] += 1
        for key in [key for key in self._contents if key not in self._references]:
            self._references[key] += 1
            self._release(key)
        self._spool.sweep({each.file for each in self._kept_contents.values()})

    def clear(self) -> None:
        """Remove all contents and records."""
        for content in self._contents.values():
            if isinstance(content, File):
                self._spool.discard(content.blob)
        for each in (
            self._contents,
            self._references,
            self._records,
            self._kept_contents,
            self._kept_records,
        ):
            each.clear()
        self._blocks = Blocks()

    def content(self, cid: CID) -> Content | None:
        """Return the content of a CID, if it is stored."""
        return self._contents.get(key_of(cid))

    def block(self, cid: CID) -> bytes | None:
        """Return the block of a CID, if it is part of a stored content."""
        return self._blocks.read(key_of(cid))

    def add_file(self, node: Node, blob: Blob) -> None:
        """Store a file, which nothing refers to yet."""
        if node.cid in self._contents:
            self._spool.discard(blob)
        else:
            self._hold(File(node, blob))

    def add_tree(self, files: Mapping[str, tuple[Node, Blob]]) -> Node:
        """Store a directory with all its files, and return its node.

        Raises:
            ValueError: The paths do not form a directory.
        """
        folders = tree({path: node for path, (node, _) in files.items()})
        entries: dict[str, dict[str, CID]] = {path: {} for path in folders}
        for path, node in folders.items():
            if path:
                entries[posixpath.dirname(path)][posixpath.basename(path)] = node.cid
        for path, (node, blob) in files.items():
            entries[posixpath.dirname(path)][posixpath.basename(path)] = node.cid
            self.add_file(node, blob)
        for path, node in folders.items():
            self._add_directory(Directory(node, entries[path]))
        return folders[""]

    def _add_directory(self, content: Directory) -> None:
        if content.node.cid not in self._contents:
            self._hold(content)
            self._references.update(content.entries.values())

    def _hold(self, content: Content) -> None:
        self._contents[content.node.cid] = content
        if self._is_kept:
            self._kept_contents[str(content.node.cid)] = kept_of(content)
        self._blocks.add(self._blocks_of(content))

    def _blocks_of(self, content: Content) -> dict[CID, bytes | Piece]:
        """Return the blocks of a content, without those of other contents in it."""
        if isinstance(content, Directory):
            nodes = {name: self._contents[key].node for name, key in content.entries.items()}
            return {**directory_blocks(content.node.cid, nodes)}
        leaves = leaves_of(content.blob.digests, content.blob.size)
        pieces = {node.cid: Piece(content.blob, n) for n, node in enumerate(leaves)}
        return {**file_blocks(leaves)[1], **pieces}

    def record(self, account: str, cid: CID) -> Record | None:
        """Return the account's record of a CID."""
        return self._records.get(account, {}).get(key_of(cid))

    def records(self, account: str) -> list[Record]:
        """Return the account's records, newest first."""
        return sorted(
            self._records.get(account, {}).values(), key=lambda each: each.number, reverse=True
        )

    def used(self, account: str) -> int:
        """Return how many bytes the account's records have in total."""
        return sum(each.entry.size for each in self._records.get(account, {}).values())

    def put(self, account: str, cid: CID, entry: Entry, now: datetime) -> Record:
        """Record an upload or pin, or update the existing record."""
        key = key_of(cid)
        records = self._records.setdefault(account, {})
        if key not in records:
            records[key] = Record(account, str(cid), entry, now, next(self._numbers))
            self._references[key] += 1
        records[key].entry = entry
        self._kept_records[records[key].upload_id] = records[key]
        return records[key]

    def rename(self, account: str, upload_id: str, name: str) -> bool:
        """Give the account's record of an id another name, and return whether there was one."""
        for record in self._records.get(account, {}).values():
            if record.upload_id == upload_id:
                record.entry = replace(record.entry, name=name, custom_name=name)
                self._kept_records.touch(upload_id)
                return True
        return False

    def remove(self, account: str, cid: CID) -> bool:
        """Remove the account's record of a CID, and return whether there was one."""
        key = key_of(cid)
        record = self._records.get(account, {}).pop(key, None)
        if record is None:
            return False
        del self._kept_records[record.upload_id]
        self._release(key)
        return True

    def expire(self, now: datetime) -> None:
        """Remove each record whose timelock has expired."""
        for records in self._records.values():
            ended = [key for key, each in records.items() if each.entry.has_ended(now)]
            for key in ended:
                del self._kept_records[records.pop(key).upload_id]
                self._release(key)

    def pin(self, cid: CID, cluster: str) -> Record | None:
        """Return a record of any account that pins a CID in a cluster."""
        key = key_of(cid)
        for records in self._records.values():
            if key in records and records[key].entry.cluster == cluster:
                return records[key]
        return None

    def name_of(self, cid: CID) -> str:
        """Return a name under which a CID is recorded, or an empty text."""
        key = key_of(cid)
        found = (records[key].entry.name for records in self._records.values() if key in records)
        return next(found, "")

    def files_of(self, cid: CID) -> Iterator[tuple[str, File]]:
        """Yield each file in a directory, at any depth, with its path."""
        pending: list[tuple[str, CID]] = [("", cid)]
        while pending:
            path, key = pending.pop()
            content = self.content(key)
            if isinstance(content, Directory):
                pending += [
                    (posixpath.join(path, name), child)
                    for name, child in sorted(content.entries.items(), reverse=True)
                ]
            elif content is not None and path:
                yield path, content

    def _release(self, key: CID) -> None:
        """Remove one reference, and remove the contents that are no longer referenced."""
        pending = [key]
        while pending:
            key = pending.pop()
            self._references[key] -= 1
            if self._references[key]:
                continue
            del self._references[key]
            content = self._contents.get(key)
            if content is None:
                continue
            # Before the entries of a directory are removed, because its blocks depend on them.
            self._blocks.remove(self._blocks_of(content))
            del self._contents[key]
            self._kept_contents.pop(str(key), None)
            if isinstance(content, Directory):
                pending += content.entries.values()
            else:
                self._spool.discard(content.blob)


def kept_of(content: Content) -> KeptContent:
    """Return a content in the form that is stored."""
    node = content.node
    kept = KeptContent(str(node.cid), node.total_size, node.size)
    if isinstance(content, Directory):
        return kept._replace(entries={name: str(cid) for name, cid in content.entries.items()})
    blob = content.blob
    # Bytes in memory are not stored.
    file = blob.place.name if isinstance(blob.place, Path) else ""
    return kept._replace(file=file, digests=blob.digests.hex())


def content_of(kept: KeptContent, spool: Spool) -> Content:
    """Return a stored content."""
    node = Node(CID.parse(kept.cid), kept.total_size, kept.size)
    if kept.entries is not None:
        return Directory(node, {name: CID.parse(cid) for name, cid in kept.entries.items()})
    blob = Blob(kept.size, spool.path(kept.file), bytes.fromhex(kept.digests))
    return File(node, blob)
