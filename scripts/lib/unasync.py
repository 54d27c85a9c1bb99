"""Makes the sync side from the async one, only by the rules below."""

import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

FOLDERS = {
    Path("src/pinarkive/_io/_async"): Path("src/pinarkive/_io/_sync"),
    Path("src/pinarkive/_async"): Path("src/pinarkive/_sync"),
    Path("tests/_async"): Path("tests/_sync"),
}

# Parentheses around arguments, nested up to three deep.
CALL = r"\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)"

# Applied to each file in this order.
RULES = [
    # "an AsyncPinarkiveClient", "an asynchronous client": their sync names take the other article.
    (r"\b([Aa])n (`?)(?=Async[^AEIO]|async)", r"\1 \2"),
    (r"tasks can share it, in one event(\s+)loop after another", r"threads can share\1it"),
    (r"(?m)^[ \t]*(?:@|pytestmark = )pytest\.mark\.anyio\n", ""),
    (r"\basync (def|with|for)\b", r"\1"),
    # "(await send(...)).cid": without `await`, the call needs no parentheses.
    (rf"(?<![\w)\]])\(await ([\w.]+{CALL})\)", r"\1"),
    (r"\bawait ", ""),
    (r"\baclos(e|ing)\b", r"clos\1"),
    (r"\b__a(enter|exit|iter|next)__\b", r"__\1__"),
    # The other names are the sync ones with "Async" before them.
    (r"\bhttpx\.AsyncByteStream\b", "httpx.SyncByteStream"),
    (r"\b(Abstract|Stop|)Async([A-Z]\w*)", r"\1\2"),
    (r"(?:\b|(?<=\bhandle_))async_(?=\w)", ""),
    (r"\bAwaitable\[(\w+)\]", r"\1"),
    (r"\ba(iter|next)(?=\(|_bytes\b)", r"\1"),
    # Where the two sides differ in kind, each has a module of the same name.
    (r"\bin_tasks\b", "in_threads"),
    (r"\b_async\b", "_sync"),
    (r"\basynchronous", "synchronous"),
]

# The rules may leave unused imports, unsorted imports, `[x for x in y]` and nested `with` behind.
FIXES = "C416,F401,I,SIM117"


def convert(text: str, matches: Counter[str]) -> str:
    """Return the sync form of async source text, counting what each rule matched."""
    for pattern, replacement in RULES:
        text, count = re.subn(pattern, replacement, text)
        matches[pattern] += count
    return text


def sync_files() -> tuple[dict[Path, str], list[str]]:
    """Return the text of every file of the sync side, and the problems with the rules."""
    matches = Counter({pattern: 0 for pattern, _ in RULES})
    files: dict[Path, str] = {}
    for source, target in FOLDERS.items():
        for path in sorted(source.rglob("*.py")):
            banner = f"# generated from {path.as_posix()} by scripts/generate; change that file\n"
            files[target / path.relative_to(source)] = banner + convert(path.read_text(), matches)
    unused = [
        f"scripts/lib/unasync.py: the rule {pattern!r} no longer matches anything; remove it"
        for pattern, count in matches.items()
        if not count
    ]
    return tidy(files), unused


def tidy(files: dict[Path, str]) -> dict[Path, str]:
    """Return the files formatted and with sorted imports, as in the rest of the project."""
    ruff = [sys.executable, "-m", "ruff"]
    sources = ["--config", f"src = ['{Path.cwd()}', '{Path('src').absolute()}']"]
    fix = ["check", "--quiet", "--fix-only", "--unsafe-fixes", "--select", FIXES]
    with TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy("pyproject.toml", folder)
        for path, text in files.items():
            copy = folder / path
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(text)
        for command in ([*fix, *sources], ["format", "--quiet"]):
            arguments = [*ruff, *command, "--no-cache", "."]
            subprocess.run(arguments, cwd=folder, check=True)  # noqa: S603 - our own tool
        return {path: (folder / path).read_text() for path in files}
