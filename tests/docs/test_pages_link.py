"""Every link leads somewhere: to a page and its heading, or to a file of the project."""

import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from .pages import DOCS, PAGES, ROOT, name_of, prose_of

LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
SHOWN = re.compile(r"^::: (\S+)", re.MULTILINE)
ALSO_IN_THE_SITE = {ROOT / "CHANGELOG.md"}
# How a page of the site leads to a file that is not in the site.
FILES = "https://github.com/pinarkive/pinarkive-sdk-py/blob/HEAD/"


def anchors_of(page: Path) -> set[str]:
    """Return what a link may name behind `#`: headings, and names of the reference."""
    text = prose_of(page)
    words = [re.sub(r"[^\w\s-]", "", heading.lower()) for heading in HEADING.findall(text)]
    return {*(re.sub(r"\s+", "-", heading.strip()) for heading in words), *SHOWN.findall(text)}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    for link in LINK.findall(prose_of(page)):
        if link.startswith(FILES):
            assert (ROOT / link.removeprefix(FILES)).exists(), link
            continue
        if re.match(r"https?://|mailto:", link):
            continue
        name, _, anchor = unquote(link).partition("#")
        target = page.parent / name if name else page
        assert target.exists(), link
        if page.is_relative_to(DOCS) or page in ALSO_IN_THE_SITE:
            is_in_the_site = page.is_relative_to(DOCS) and target.resolve().is_relative_to(DOCS)
            assert is_in_the_site, f"{link}: write {FILES}..."
        if anchor:
            assert anchor in anchors_of(target), link


def test_every_page_is_in_the_navigation() -> None:
    navigation = (ROOT / "zensical.toml").read_text()
    shown = re.findall(r'"([\w/-]+\.md)"', navigation)
    assert sorted(shown) == sorted(str(page.relative_to(DOCS)) for page in DOCS.rglob("*.md"))
