"""Importing the SDK, and making a client, looks at nothing but files and writes none."""

import subprocess
import sys

import pytest

PROGRAM = """
import sys

# httpcore imports trio where it is installed, and trio asks the system for its libraries.
sys.modules["trio"] = None

seen = []

def watch(event, arguments):
    if event.startswith(("socket.", "subprocess.", "os.system", "os.exec", "os.fork", "urllib.")):
        seen.append((event, *map(repr, arguments)))
    if event.startswith(("os.remove", "os.rename", "os.mkdir", "os.rmdir", "shutil.")):
        seen.append((event, *map(repr, arguments)))
    if event == "open" and set(str(arguments[1])) & set("wax+"):
        seen.append((event, *map(repr, arguments)))

sys.addaudithook(watch)
exec(sys.argv[1])
print(seen)
"""


@pytest.mark.parametrize(
    "statement",
    [
        "import pinarkive",
        "import pinarkive_client",
        "import pinarkive.sandbox",
        "import pinarkive.testing",
        "import pinarkive; pinarkive.PinarkiveClient(api_key='a-key')",
        "import pinarkive; pinarkive.AsyncPinarkiveClient(api_key='a-key')",
    ],
)
def test_no_connection_no_process_and_no_file(statement: str) -> None:
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-B", "-c", PROGRAM, statement], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
    assert done.stderr == ""


def test_the_watch_sees_a_socket_and_a_file(tmp_path: object) -> None:
    statement = (
        f"import socket; socket.socket().close(); open({str(tmp_path)!r} + '/x', 'w').close()"
    )
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-B", "-c", PROGRAM, statement], capture_output=True, text=True, check=True
    )
    assert "socket.__new__" in done.stdout
    assert "'open'" in done.stdout
