"""Writes the generated files, or with `--check` says which are not what they should be."""

import difflib
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import unasync

DIFF_LINES = 20


def orphans(wanted: dict[Path, str], folders: list[Path]) -> Iterator[Path]:
    """Yield the files in the generated folders that nothing generates."""
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path not in wanted and "__pycache__" not in path.parts:
                yield path


def differences(wanted: dict[Path, str], folders: list[Path]) -> Iterator[str]:
    """Yield what a reader needs to know of every file that is not as it should be."""
    for path, text in wanted.items():
        found = path.read_text() if path.exists() else ""
        if found != text:
            lines = difflib.unified_diff(
                found.splitlines(), text.splitlines(), "as it is", "as generated", lineterm="", n=1
            )
            yield "\n".join(
                [f"{path} is not what scripts/generate makes:", *islice(lines, DIFF_LINES)]
            )
    for path in orphans(wanted, folders):
        yield f"{path} is not made by scripts/generate, and does not belong there"


def write(wanted: dict[Path, str], folders: list[Path]) -> None:
    """Write the files that changed, and remove those that nothing generates any more."""
    for path, text in wanted.items():
        if not path.exists() or path.read_text() != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            print(f"wrote {path}")
    for path in list(orphans(wanted, folders)):
        path.unlink()
        print(f"removed {path}")


def main(arguments: list[str]) -> int:
    """Run the command and return its exit code."""
    if arguments not in ([], ["--check"]):
        print("usage: scripts/generate [--check]", file=sys.stderr)
        return 2
    wanted, problems = unasync.sync_files()
    folders = list(unasync.FOLDERS.values())
    if not arguments:
        write(wanted, folders)
    # They import the package, which cannot be imported before its sync side is there.
    import endpoint_page
    import json_schemas
    import openapi
    import public_api

    wanted |= {**json_schemas.schema_files(), **openapi.openapi_file()}
    wanted |= {**endpoint_page.endpoint_page(), **public_api.api_file()}
    folders.append(json_schemas.FOLDER)
    if arguments:
        problems.extend(differences(wanted, folders))
    else:
        write(wanted, folders)
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems and arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
