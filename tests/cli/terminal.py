"""The command in a pseudo-terminal."""

import fcntl
import os
import pty
import struct
import subprocess
import termios
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from .command import SCRIPT, Done


class Terminal:
    """A terminal, what was shown on it, and the command that runs in it."""

    def __init__(self, shown: int, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self._shown = shown
        self._bytes = bytearray()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        while True:
            try:
                data = os.read(self._shown, 65536)
            except OSError:
                # The other end is closed.
                return
            if not data:
                return
            self._bytes += data

    @property
    def text(self) -> str:
        """What has been shown until now, with the codes for the terminal."""
        return self._bytes.decode()

    def enter(self, text: str) -> None:
        """Enter a line, or a key such as Ctrl-C."""
        os.write(self._shown, text.encode())

    def end(self) -> Done:
        """Wait until the command ends."""
        status = self.process.wait(timeout=60)
        self._reader.join(timeout=60)
        return Done(status, self.text, "")


@contextmanager
def terminal(
    *arguments: str | Path, columns: int = 80, stdout: int | None = None, **environment: str
) -> Generator[Terminal]:
    """Run a command in a terminal of its own, with `stdout` somewhere else if it is given."""
    shown, inner = pty.openpty()
    fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    plain = {
        name: value for name, value in os.environ.items() if name not in {"COLUMNS", "NO_COLOR"}
    }
    process = subprocess.Popen(  # noqa: S603
        # Opened by the first of a session, it becomes the terminal whose keys make signals.
        ["/bin/sh", "-c", 'exec "$@" <"$0"', os.ttyname(inner), str(SCRIPT), *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        stdout=inner if stdout is None else stdout,
        stderr=inner,
        env={**plain, "TERM": "xterm-256color", **environment},
        start_new_session=True,
    )
    os.close(inner)
    try:
        yield Terminal(shown, process)
    finally:
        process.kill()
        process.wait()
        os.close(shown)
