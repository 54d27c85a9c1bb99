"""What an editor offers, asked of the language server that pyright is."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

SERVER = Path(sys.executable).with_name("pyright-langserver")
ROOT = Path(__file__).parents[2]
GROUPS = {"auth", "clusters", "files", "payments", "plans", "status", "system", "tokens", "users"}


class Editor:
    """Speaks to a language server as an editor does."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(  # noqa: S603
            [SERVER, "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._number = 0
        self.ask("initialize", {"processId": None, "rootUri": ROOT.as_uri(), "capabilities": {}})
        self._send({"method": "initialized", "params": {}})

    def offers(self, program: str) -> set[str]:
        """Return what is offered where a program has the mark `|`."""
        before, after = program.split("|")
        uri = (ROOT / "tests" / "typing" / f"typed_{self._number}.py").as_uri()
        document = {"uri": uri, "languageId": "python", "version": 1, "text": before + after}
        self._send({"method": "textDocument/didOpen", "params": {"textDocument": document}})
        lines = before.split("\n")
        position = {"line": len(lines) - 1, "character": len(lines[-1])}
        answer = self.ask(
            "textDocument/completion", {"textDocument": {"uri": uri}, "position": position}
        )
        return {item["label"] for item in answer["items"]}

    def ask(self, method: str, params: dict[str, Any]) -> Any:
        """Send a request, and return its result."""
        self._number += 1
        number = self._number
        self._send({"id": number, "method": method, "params": params})
        while (message := self._receive()).get("id") != number or "method" in message:
            if "id" in message:
                # The server asks for settings; there are none.
                self._send({"id": message["id"], "result": [None]})
        return message["result"]

    def close(self) -> None:
        """End the server."""
        with self._process:
            self._process.kill()

    def _send(self, message: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self._process.stdin.flush()

    def _receive(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        length = 0
        while (line := self._process.stdout.readline().strip()) or not length:
            if line.lower().startswith(b"content-length:"):
                length = int(line.partition(b":")[2])
        message: dict[str, Any] = json.loads(self._process.stdout.read(length))
        return message


@pytest.fixture(scope="module")
def editor() -> Iterator[Editor]:
    """Give an editor, for all tests as it takes seconds to begin."""
    editor = Editor()
    yield editor
    editor.close()


@pytest.mark.parametrize("name", ["PinarkiveClient", "AsyncPinarkiveClient"])
def test_the_groups_of_a_client_are_offered(editor: Editor, name: str) -> None:
    offered = editor.offers(f"from pinarkive import {name}\nclient = {name}()\nclient.|\n")
    assert offered >= GROUPS
    public = {label for label in offered if not label.startswith("_")}
    assert public - GROUPS == {"close", "from_login", "request", "send", "with_options"}


@pytest.mark.parametrize(
    ("call", "some"),
    [
        ('tokens.generate("name", scopes=["|"])', {"files:read", "logs:read", "plans:write"}),
        ('files.pin("cid", cluster_id="|")', {"cl0-global", "cl2-es"}),
        ('users.logs(type="|")', {"INFO", "WARNING"}),
        ('users.logs(source="|")', {"WEB", "EMAIL_WORKER"}),
        ('payments.create("|", "plan")', {"multisafepay", "coingate"}),
        ('with_options(cluster_id="|")', {"cl1-eu"}),
    ],
)
def test_known_values_are_offered(editor: Editor, call: str, some: set[str]) -> None:
    offered = editor.offers(
        f"from pinarkive import PinarkiveClient\nclient = PinarkiveClient()\nclient.{call}\n"
    )
    assert {label.strip("\"'") for label in offered} >= some


def test_an_answer_shows_its_fields_alone(editor: Editor) -> None:
    offered = editor.offers(
        "from pinarkive import PinarkiveClient\n"
        'allocation = PinarkiveClient().status.allocations("cid")\nallocation.|\n'
    )
    own = {label for label in offered if not label.startswith(("_", "model_"))}
    # Of Pydantic's first version, which pydantic.BaseModel still has.
    old = {"construct", "copy", "dict", "from_orm", "json", "parse_file", "parse_obj", "parse_raw"}
    old |= {"schema", "schema_json", "update_forward_refs", "validate"}
    assert own - old == {
        "cid",
        "meta",
        "name",
        "peers",
        "replication_factor_max",
        "replication_factor_min",
    }
