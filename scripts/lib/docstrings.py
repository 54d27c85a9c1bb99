"""Shows the examples of docstrings as code in the reference of the site."""

import re

import griffe

_EXAMPLE = re.compile(r"^Example:\n((?:[ ]{4}.*\n|\n)+)", re.MULTILINE)


class Examples(griffe.Extension):
    """Turns each `Example:` of a docstring into a code block."""

    def on_object(self, *, obj: griffe.Object, **_: object) -> None:
        """Change the docstring of one object."""
        if obj.docstring:
            obj.docstring.value = _EXAMPLE.sub(_as_code, obj.docstring.value + "\n").rstrip("\n")


def _as_code(match: re.Match[str]) -> str:
    code = match[1].rstrip()
    # Griffe recognizes an interpreter session by itself.
    block = code if ">>> " in code else f"    ```python\n{code}\n    ```"
    return f"Examples:\n{block}\n\n"
