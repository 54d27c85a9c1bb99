"""Checks that mypy and pyright reject the marked lines in tests/typing/refused/, and no others."""

import json
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

FOLDER = Path("tests/typing/refused")
MARK = re.compile(r"# refused: ([\w-]+)")
MYPY_ERROR = re.compile(r"(.+?):(\d+)(?::\d+)?: error: .*\[([\w-]+)\]")

Lines = dict[tuple[str, int], str]


def marked(paths: list[Path]) -> Lines:
    """Return the lines that must be rejected, with mypy's code for each."""
    return {
        (str(path), number): match[1]
        for path in paths
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if (match := MARK.search(line))
    }


def output_of(module: str, *arguments: str) -> str:
    """Return what a type checker prints."""
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout  # noqa: S603


def refused_by_mypy(paths: list[Path]) -> Lines:
    """Return the lines that mypy rejects, with its code for each."""
    output = output_of("mypy", "--no-pretty", *map(str, paths))
    errors = [match for line in output.splitlines() if (match := MYPY_ERROR.fullmatch(line))]
    return {(path, int(line)): code for path, line, code in (error.groups() for error in errors)}


def refused_by_pyright() -> Lines:
    """Return the lines that pyright rejects, with its rule for each."""
    # The project's configuration excludes this folder, so the folder has one of its own.
    options = ["--project", str(FOLDER), "--pythonpath", sys.executable, "--outputjson"]
    found = json.loads(output_of("pyright", *options))["generalDiagnostics"]
    return {
        (str(Path(it["file"]).relative_to(Path.cwd())), it["range"]["start"]["line"] + 1): it[
            "rule"
        ]
        for it in found
        if it["severity"] == "error"
    }


def main() -> int:
    """Run both checkers, print where they differ from the marks, and return the exit code."""
    paths = sorted(FOLDER.glob("*.py"))
    expected = marked(paths)
    with ThreadPoolExecutor() as pool:
        mypy = pool.submit(refused_by_mypy, paths)
        pyright = pool.submit(refused_by_pyright)
    problems = [
        f"{path}:{line}: {name} {verdict}"
        for name, found in (("mypy", mypy.result()), ("pyright", pyright.result()))
        for (path, line), verdict in sorted(
            [(place, "accepts it") for place in expected.keys() - found.keys()]
            + [(place, f"refuses it: {found[place]}") for place in found.keys() - expected.keys()]
        )
    ]
    problems += [
        f"{path}:{line}: mypy refuses it as {code}, not as {expected[path, line]}"
        for (path, line), code in sorted(mypy.result().items())
        if code != expected.get((path, line), code)
    ]
    for problem in problems:
        print(problem, file=sys.stderr)
    if not expected:
        print(f"there are no marked lines in {FOLDER}", file=sys.stderr)
    return 1 if problems or not expected else 0


if __name__ == "__main__":
    sys.exit(main())
