"""Locks on files."""

import errno
import os
import sys
from contextlib import suppress
from io import FileIO

from .living import Living

__all__ = ["release", "take"]

# These say that somebody else has the lock; all other errors say that there are no locks here.
TAKEN = {errno.EACCES, errno.EAGAIN, errno.EDEADLK, errno.EWOULDBLOCK}

taken: Living[FileIO] = Living()


def take(file: FileIO) -> bool:
    """Lock a file, and return whether nobody else has it, in this process or in another.

    The system takes the lock back when the process ends, however it ends. Where the file system has
    no locks, nobody has the file.
    """
    try:
        lock(file.fileno())
    except OSError as error:
        return error.errno not in TAKEN
    taken.add(file)
    return True


def release(file: FileIO) -> None:
    """Release the lock on a file."""
    if not file.closed:
        with suppress(OSError):
            unlock(file.fileno())


if sys.platform == "win32":
    import msvcrt

    # Others cannot read locked bytes, so this is one that no journal reaches.
    FAR = 0x7FFF_FFFE

    def lock(number: int) -> None:
        """Lock a file, or raise `OSError` if it is locked."""
        os.lseek(number, FAR, os.SEEK_SET)
        msvcrt.locking(number, msvcrt.LK_NBLCK, 1)

    def unlock(number: int) -> None:
        """Unlock it."""
        os.lseek(number, FAR, os.SEEK_SET)
        msvcrt.locking(number, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def lock(number: int) -> None:
        """Lock a file, or raise `OSError` if it is locked."""
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def unlock(number: int) -> None:
        """Unlock it."""
        fcntl.flock(number, fcntl.LOCK_UN)

    def leave_in_child() -> None:
        """Close a forked child's copies of its parent's files, which would keep them locked."""
        for file in taken:
            file.close()

    os.register_at_fork(after_in_child=leave_in_child)
