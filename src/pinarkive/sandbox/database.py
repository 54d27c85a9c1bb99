"""Data that outlives a sandbox: values by key, in SQLite if there is a folder."""

import sqlite3
import threading
from collections.abc import Iterator, MutableMapping
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from pydantic import TypeAdapter

__all__ = ["Database", "Shelf"]

T = TypeVar("T")

FILE = "records.sqlite3"
# No other process can open it at the same time, and commits survive a kill. After a power cut, at
# most the last commits are missing.
OPENING = (
    "PRAGMA locking_mode = EXCLUSIVE",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = NORMAL",
    "BEGIN EXCLUSIVE",
    "CREATE TABLE IF NOT EXISTS kept (shelf TEXT, key TEXT, value BLOB, PRIMARY KEY (shelf, key))",
    "COMMIT",
)
SAVE = "INSERT INTO kept VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value"
REMOVE = "DELETE FROM kept WHERE shelf = ? AND key = ?"


class Changing(Protocol):
    """An object with changes to save."""

    def changes(self) -> list[tuple[str, str, bytes | None]]:
        """Return the shelf, key and new value of each change since the last call."""
        ...


class Database:
    """Stores the values on its shelves.

    Args:
        folder: Where to store them. Left out, nothing is stored.

    Raises:
        OSError: The folder cannot be used, or another sandbox uses it.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._shelves: list[Changing] = []
        self._lock = threading.Lock()
        self._connection = None if folder is None else connect(folder)

    @property
    def is_kept(self) -> bool:
        """Whether anything is stored."""
        return self._connection is not None

    def add(self, shelf: Changing) -> None:
        """Save a shelf's changes from now on."""
        self._shelves.append(shelf)

    def load(self, shelf: str) -> list[tuple[str, bytes]]:
        """Return the keys and values of a shelf, in the order in which they were added."""
        if self._connection is None:
            return []
        query = "SELECT key, value FROM kept WHERE shelf = ? ORDER BY rowid"
        return self._connection.execute(query, (shelf,)).fetchall()

    def commit(self) -> None:
        """Save all changes in one transaction."""
        if self._connection is None:
            return
        with self._lock:
            changes = [change for shelf in self._shelves for change in shelf.changes()]
            if not changes:
                return
            saved = [change for change in changes if change[2] is not None]
            removed = [change[:2] for change in changes if change[2] is None]
            self._connection.execute("BEGIN")
            self._connection.executemany(SAVE, saved)
            self._connection.executemany(REMOVE, removed)
            self._connection.execute("COMMIT")

    def close(self) -> None:
        """Save all changes, and release the folder."""
        self.commit()
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class Shelf(MutableMapping[str, T], Generic[T]):
    """Values of one type by key, which a database stores.

    Args:
        database: The database.
        name: The shelf's name in it.
        kind: The type of the values.
    """

    def __init__(self, database: Database, name: str, kind: type[T]) -> None:
        self._database = database
        self._name = name
        self._changed: dict[str, None] = {}
        # It is slow to create, and not needed if nothing is stored.
        self._adapter = TypeAdapter(kind) if database.is_kept else None
        self._values: dict[str, T] = {}
        if self._adapter is not None:
            for key, value in database.load(name):
                self._values[key] = self._adapter.validate_json(value)
        database.add(self)

    def touch(self, key: str) -> None:
        """Save a value again after it was changed in place."""
        if self._adapter is not None:
            self._changed[key] = None

    def changes(self) -> list[tuple[str, str, bytes | None]]:
        """Return the shelf, key and new value of each change since the last call."""
        changed, self._changed = self._changed, {}
        if self._adapter is None:
            return []
        return [
            (
                self._name,
                key,
                self._adapter.dump_json(self._values[key]) if key in self._values else None,
            )
            for key in changed
        ]

    def __getitem__(self, key: str) -> T:
        return self._values[key]

    def __setitem__(self, key: str, value: T) -> None:
        self._values[key] = value
        self.touch(key)

    def __delitem__(self, key: str) -> None:
        del self._values[key]
        self.touch(key)

    def clear(self) -> None:
        """Remove all values."""
        for key in list(self._values):
            del self[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


def connect(folder: Path) -> sqlite3.Connection:
    """Return an exclusive connection to the database in a folder, or raise."""
    folder.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(
        folder / FILE, timeout=0, isolation_level=None, check_same_thread=False
    )
    try:
        for statement in OPENING:
            connection.execute(statement)
    except sqlite3.Error as error:
        connection.close()
        if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
            raise OSError(
                f"another sandbox uses the folder {folder}; stop it, or use another folder"
            ) from None
        raise OSError(
            f"the folder {folder} does not contain the data of a sandbox: {error}"
        ) from None
    return connection
