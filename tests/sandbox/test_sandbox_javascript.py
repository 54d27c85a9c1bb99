"""What programs in JavaScript send, by the `fetch` and `FormData` of Node.js."""

import json
from typing import Any

from pinarkive.sandbox import Sandbox
from pinarkive.unixfs import file_cid

from ..npm import javascript


def test_uploads_from_javascript_arrive_as_they_were_sent(shared: Sandbox) -> None:
    printed = javascript("uploads.mjs", shared.base_url, shared.api_key)
    found: dict[str, dict[str, Any]] = json.loads(printed)
    assert {name: each["status"] for name, each in found.items()} == {
        "blob": 201,
        "named": 201,
        "folder": 201,
        "refused": 400,
        "revoked": 200,
    }
    blob, named, folder = (found[name]["body"] for name in ("blob", "named", "folder"))
    assert (blob["name"], blob["cid"], blob["clusterId"]) == ("blob", file_cid(b"a blob"), "cl1-eu")
    assert (named["name"], named["cid"]) == ('ñ "1".txt', file_cid(b"a file"))
    assert [(each["path"], each["size"]) for each in folder["files"]] == [
        ("assets/ñ.svg", 4),
        ("x", 1),
    ]
    assert found["refused"]["body"]["code"] == "LIMIT_UNEXPECTED_FILE"
