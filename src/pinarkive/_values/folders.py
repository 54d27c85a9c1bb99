"""Which files a local folder holds."""

import os
from collections.abc import Callable

__all__ = ["walk_files"]


def walk_files(
    folder: os.PathLike[str], is_ignored: Callable[[str], object] | None = None
) -> dict[str, str]:
    """List the files that a local folder holds as text, which is lighter; see `local_files`."""
    root = os.path.realpath(folder, strict=True)
    found: dict[str, str] = {}
    pending = [("", root, frozenset((root,)))]
    while pending:
        prefix, parent, ancestors = pending.pop()
        with os.scandir(parent) as entries:
            for entry in entries:
                path = prefix + entry.name
                # First of all: whatever is wrong with it, it is left out.
                if is_ignored is not None and is_ignored(path):
                    continue
                real = follow(entry.path, root) if entry.is_symlink() else entry.path
                if entry.is_file():
                    found[path] = real
                elif not entry.is_dir():
                    raise ValueError(f"{path!r} is neither a file nor a folder: leave it out")
                elif real in ancestors:
                    raise ValueError(f"{path!r} is a symbolic link to a folder it is in: remove it")
                else:
                    pending.append((path + "/", real, ancestors | {real}))
    return dict(sorted(found.items()))


def follow(link: str, root: str) -> str:
    try:
        real = os.path.realpath(link, strict=True)
    except OSError as error:
        raise ValueError(f"{link!r} is a symbolic link to nothing: remove it") from error
    if os.path.commonpath((real, root)) != root:
        raise ValueError(f"{link!r} is a symbolic link out of the folder: replace it by a copy")
    return real
