"""docs/comparison.md has every cell, and its count of endpoints is true."""

import re

from .pages import DOCS

LINES = (DOCS / "comparison.md").read_text().splitlines()
ROWS = [[cell.strip() for cell in line.split("|")[1:-1]] for line in LINES if line.startswith("| ")]


def test_no_cell_is_empty() -> None:
    width = max(len(row) for row in ROWS)
    for row in ROWS:
        assert len(row) == width, row
        assert all(row[1:]), row


def test_the_number_of_endpoints_is_true() -> None:
    table, _, _ = (DOCS / "endpoints.md").read_text().partition("## Left out")
    endpoints = re.findall(r"^\| `(?:GET|POST|PUT|DELETE) ", table, re.MULTILINE)
    (row,) = [row for row in ROWS if row[0] == "endpoints with a method or request"]
    assert row[1] == str(len(endpoints))
