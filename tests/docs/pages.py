"""The pages that people read, and the blocks of code on them."""

import re
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
BLOCK = re.compile(r"^(<!-- not run: .+? -->\n+)?^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    """A block of code on a page."""

    page: Path
    line: int
    language: str
    code: str
    is_run: bool


def name_of(page: Path) -> str:
    """Return what a test calls a page."""
    return str(page.relative_to(ROOT))


def blocks_of(page: Path) -> list[Block]:
    """Return the blocks of a page, in order."""
    text = page.read_text()
    return [
        Block(page, text.count("\n", 0, each.start(3)), each[2], each[3], is_run=not each[1])
        for each in BLOCK.finditer(text)
    ]


def prose_of(page: Path) -> str:
    """Return a page without its blocks."""
    return BLOCK.sub("", page.read_text())
