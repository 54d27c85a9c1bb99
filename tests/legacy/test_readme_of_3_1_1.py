"""The examples of 3.1.1's README, as they stand, on the sandbox."""

import importlib.metadata
from pathlib import Path
from typing import Any

import pytest

from pinarkive.sandbox import Sandbox
from pinarkive.unixfs import file_cid

TOO_LARGE = 1000


def python_blocks(readme: str) -> list[str]:
    return [block.partition("```")[0] for block in readme.split("```python\n")[1:]]


# The flat methods say that they are deprecated.
@pytest.mark.filterwarnings("ignore:use client:DeprecationWarning")
def test_the_examples_run(
    legacy_package: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (distribution,) = importlib.metadata.distributions(
        name="pinarkive-sdk-py", path=[str(legacy_package)]
    )
    # It stands behind the headers.
    readme = (distribution.read_text("METADATA") or "").partition("\n\n")[2]
    document = tmp_path / "document.pdf"
    document.write_bytes(b"a document")
    (tmp_path / "large.bin").write_bytes(bytes(TOO_LARGE + 1))
    monkeypatch.chdir(tmp_path)
    # One after the other in one module: the second uses the client of the first.
    names: dict[str, Any] = {"__name__": "__main__"}
    with Sandbox(max_file_size=TOO_LARGE) as sandbox:
        for block in python_blocks(readme):
            program = (
                block.replace(
                    '"your-api-key-here"', f'"{sandbox.api_key}", base_url="{sandbox.base_url}"'
                )
                .replace('login["token"]', f'login["token"], base_url="{sandbox.base_url}"')
                .replace(
                    '"user@example.com", "password"', f'"{sandbox.email}", "{sandbox.password}"'
                )
            )
            exec(compile(program, "README of 3.1.1", "exec"), names)  # noqa: S102
    cid, uploads, refused = capsys.readouterr().out.splitlines()
    assert cid == file_cid(document)
    assert cid in uploads
    assert refused.startswith("413 ")
