"""The page on the sandbox names every request by which it is controlled."""

import re

from .pages import DOCS, ROOT


def test_what_the_sandbox_answers_is_on_its_page() -> None:
    source = (ROOT / "src/pinarkive/sandbox/control.py").read_text()
    page = (DOCS / "sandbox.md").read_text()
    routes = re.findall(r'\("([A-Z]+)", "(\w+)"\): self', source)
    assert routes
    for method, name in routes:
        assert f"`{method} /__sandbox/{name}`" in page
