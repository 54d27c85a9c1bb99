"""What people make clients with takes schemas/openapi.json without a word, and the client works."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from pinarkive import UploadRecord
from pinarkive.sandbox import Sandbox

SCHEMAS = Path(__file__).parents[2] / "schemas"
BIN = Path(sys.executable).parent

# With the client that openapi-python-client makes; its arguments are the base URL and a key.
PROGRAM = """
import sys
from io import BytesIO

from pin_arkive_api_client import AuthenticatedClient
from pin_arkive_api_client.api.files import pin_cid, remove_file, upload_directory_dag, upload_file
from pin_arkive_api_client.api.status import get_allocations, get_status
from pin_arkive_api_client.api.plans import list_plans
from pin_arkive_api_client.api.system import get_health, list_peers
from pin_arkive_api_client.api.tokens import generate_token, list_tokens, revoke_token
from pin_arkive_api_client.api.uploads import list_uploads
from pin_arkive_api_client.api.users import get_me
from pin_arkive_api_client.models import (
    GenerateTokenBody, GenerateTokenBodyScopesItem, PinCidBody, UploadDirectoryDagBody,
    UploadFileBody,
)
from pin_arkive_api_client.types import File

base_url, key = sys.argv[1:]
client = AuthenticatedClient(base_url, key, prefix="", auth_header_name="X-API-Key")

file = File(payload=BytesIO(b"made by a client"), file_name="made.txt")
upload = upload_file.sync(client=client, body=UploadFileBody(file=file))
assert (upload.filename, upload.size, upload.expires_at) == ("made.txt", 16, None)

files = [File(payload=BytesIO(b"a"), file_name="a/b.txt"), File(payload=BytesIO(), file_name="c")]
tree = upload_directory_dag.sync(client=client, body=UploadDirectoryDagBody(files=files))
assert sorted(entry.path for entry in tree.files) == ["a/b.txt", "c"]

page = list_uploads.sync(client=client, limit=100, cid=upload.cid)
assert [record.cid for record in page.uploads] == [upload.cid]
assert page.uploads[0].created_at.tzinfo is not None

pin = pin_cid.sync(upload.cid, client=client, body=PinCidBody(custom_name="mine"))
assert (pin.cid, pin.custom_name) == (upload.cid, "mine")

assert "@" in get_me.sync(client=client).email
assert {plan.code for plan in list_plans.sync(client=client)} >= {"free", "premium"}
assert len(list_peers.sync(client=client).peers) > 1
assert get_health.sync(client=client).status == "ok"
assert get_status.sync(upload.cid, client=client).cid == upload.cid
assert get_allocations.sync(upload.cid, client=client).nodes

body = GenerateTokenBody(name="made", scopes=[GenerateTokenBodyScopesItem.FILESREAD])
assert generate_token.sync(client=client, body=body).scopes == ["files:read"]
assert "made" in {token.name for token in list_tokens.sync(client=client).tokens}
assert revoke_token.sync_detailed("made", client=client).status_code == 200

assert remove_file.sync(upload.cid, client=client).removed
gone = remove_file.sync_detailed(upload.cid, client=client)
assert (gone.status_code, gone.parsed.error) == (404, "Not Found")
print("done")
"""


def run(*command: str | Path, **environment: str) -> str:
    """Run a program, and return all that it says."""
    found = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", **environment}
    done = subprocess.run(  # noqa: S603
        list(map(str, command)), capture_output=True, text=True, env=found, timeout=120, check=False
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    return said


def test_openapi_python_client_makes_a_client_that_works(
    tmp_path: Path, pinarkive_sandbox: Sandbox
) -> None:
    made, openapi = tmp_path / "made", SCHEMAS / "openapi.json"
    said = run(BIN / "openapi-python-client", "generate", "--path", openapi, "--output-path", made)
    assert said.split() == ["Generating", str(made)]
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    key, base_url = pinarkive_sandbox.api_key, pinarkive_sandbox.base_url
    assert run(sys.executable, program, base_url, key, PYTHONPATH=str(made)) == "done\n"


KINDS = [
    ("openapi.json", "openapi"),
    ("UploadPage.json", "jsonschema"),
    ("User.json", "jsonschema"),
]


@pytest.mark.parametrize(("file", "kind"), KINDS)
def test_datamodel_code_generator_makes_one_class_for_each_thing(
    tmp_path: Path, file: str, kind: str
) -> None:
    made = tmp_path / "made.py"
    options = ["--output-model-type", "pydantic_v2.BaseModel", "--formatters", "builtin"]
    source = ["--input", str(SCHEMAS / file), "--input-file-type", kind]
    said = run(BIN / "datamodel-codegen", *source, *options, "--output", made)
    assert said == ""
    classes = re.findall(r"(?m)^class (\w+)", made.read_text())
    assert len(classes) == len(set(classes))
    assert [name for name in classes if name[-1].isdigit()] == []
    if kind == "openapi":
        program = (
            "import sys; sys.path.insert(0, sys.argv[1]); from made import UploadPage; "
            "print(UploadPage.model_validate_json(sys.argv[2]).uploads[0].uploadId)"
        )
        record = UploadRecord(cid="bafk", upload_id="65f0")
        page = f'{{"uploads": [{{"cid": "{record.cid}", "uploadId": "{record.upload_id}"}}]}}'
        assert run(sys.executable, "-c", program, tmp_path, page) == "65f0\n"
