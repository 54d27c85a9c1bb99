"""Runs scripts/demo in a terminal, and draws its output: picture.py FILE.svg [ARGUMENTS]"""

import io
import os
import pty
import re
import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text

WIDTH = 100
# Rich makes the picture load a font from another host.
FONT_FACE = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)


def recorded(command: list[str]) -> str:
    """Run a command in a terminal, and return its output."""
    seen = io.BytesIO()

    def read(terminal: int) -> bytes:
        data = os.read(terminal, 65536)
        seen.write(data)
        return data

    if status := pty.spawn(command, read):
        raise SystemExit(os.waitstatus_to_exitcode(status))
    return seen.getvalue().decode()


def main(arguments: list[str]) -> int:
    """Record the demo, write the picture and return the exit code."""
    picture, *demo = arguments
    console = Console(
        file=io.StringIO(), record=True, width=WIDTH, force_terminal=True, color_system="standard"
    )
    console.print(f"[bold]$[/] scripts/demo {' '.join(demo)}", highlight=False)
    # Only what follows the last clearing of a line is visible, as in a terminal.
    lines = recorded(["scripts/demo", *demo]).replace("\r\n", "\n").split("\n")
    shown = "\n".join(line.rpartition("\r\033[K")[2] for line in lines)
    console.print(Text.from_ansi(shown))
    svg = FONT_FACE.sub("", console.export_svg(title="scripts/demo", unique_id="demo"))
    Path(picture).write_text("\n".join(line.rstrip() for line in svg.splitlines()) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
