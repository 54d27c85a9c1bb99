"""The picture in README.md shows what the demo says today, and needs no other host."""

import re
from xml.etree import ElementTree

from .pages import DOCS, ROOT

PICTURE = (DOCS / "demo.svg").read_text()
DEMO = (ROOT / "scripts" / "lib" / "demo.py").read_text()


def test_every_line_of_the_demo_is_in_the_picture() -> None:
    labels = re.findall(r'show\("(\w+)"', DEMO)
    shown = "".join(ElementTree.fromstring(PICTURE).itertext())  # noqa: S314  # our own file
    assert len(labels) > 5
    assert [label for label in labels if not re.search(rf"\b{label}\s{{2,}}", shown)] == []


def test_nothing_is_fetched() -> None:
    assert re.findall(r"url\((?!#)[^)]*\)|@import|href=", PICTURE) == []
