"""Each profile answers in its own shapes, and in no other's."""

import json
from collections.abc import Mapping
from typing import Any, get_args

import pytest

from pinarkive.sandbox import Sandbox
from pinarkive.sandbox.shapes import ProfileName

from .raw import UNKNOWN_CID, api_client, bare_client

FIELDS: Mapping[ProfileName, Mapping[str, str]] = {
    "ts": {
        "upload": "cid status uploadId",
        "folder": "cid filename files message size total_files total_size type",
        "server": "cid status uploadId",
        "pin": "customName pinned",
        "uploads": "pagination uploads",
        "item": "cid clusterId name size uploadedAt",
        "token": "name scopes token",
        "clusters": "country id label region",
        "rename": "newName updated",
    },
    "v2": {
        "upload": "cid size",
        "folder": "dagCid files",
        "server": "cid size",
        "pin": "cid message operation pinned status timestamp",
        "uploads": "pagination uploads",
        "item": "cid filename size status type uploadedAt",
        "tokens": "createdAt name permissions",
        "status": "allocations cid peers size status",
        "allocations": "allocations cid",
        "remove": "cid removed success",
        "error": "error",
    },
    "cluster": {
        "upload": "cid path size success timestamp type",
        "server": "count items success timestamp type",
        "status": "allocations cid created metadata name origins peer_map",
        "peers": "count details peers success timestamp",
        "unknown": "cid code error success",
    },
}


def answers(profile: ProfileName) -> dict[str, Any]:
    """Return what a sandbox answers to calls of each kind."""
    with Sandbox(profile=profile) as sandbox, api_client(sandbox) as api:
        upload = api.post("/files/", files={"file": ("a", b"a")}).json()
        folder = {"files": ("b/c", b"c")}
        found: dict[str, Any] = {
            "upload": upload,
            "folder": api.post("/files/directory-dag", files=folder).json(),
            "server": api.post("/files/directory", json={"dirPath": "/data/example"}).json(),
            "pin": api.post(f"/files/pin/{UNKNOWN_CID}", json={"customName": "c"}).json(),
            "uploads": api.get("/users/me/uploads").json(),
            "token": api.post("/tokens/generate", json={"name": "t"}).json(),
            "tokens": api.get("/tokens/list").json(),
            "clusters": api.get("/users/me/clusters").json()[-1],
            "status": api.get(f"/status/{upload['cid']}").json(),
            "allocations": api.get(f"/allocations/{upload['cid']}").json(),
            "peers": api.get("/peers").json(),
            "plans": api.get("/plans").json(),
            "remove": api.delete(f"/files/remove/{UNKNOWN_CID}").json(),
            "error": api.get("/status/x").json(),
            "unknown": api.get(f"/allocations/{UNKNOWN_CID}").json(),
        }
        found["item"] = found["uploads"]["uploads"][-1]
        if "uploadId" in upload:
            path = f"/files/rename/{upload['uploadId']}"
            found["rename"] = api.put(path, json={"newName": "d"}).json()
        return found


@pytest.mark.parametrize("profile", FIELDS)
def test_a_profile_has_the_fields_of_its_source_alone(profile: ProfileName) -> None:
    found = answers(profile)
    if isinstance(found["tokens"], list):
        found["tokens"] = found["tokens"][-1]
    fields = {name: " ".join(sorted(found[name])) for name in FIELDS[profile]}
    assert fields == FIELDS[profile]


def test_the_documented_shapes_have_the_typescript_fields_beside() -> None:
    docs, ts = answers("docs"), answers("ts")
    for name in FIELDS["ts"]:
        assert set(ts[name]) <= set(docs[name]), name
    assert set(docs["uploads"]) > {"total", "pagination"}
    assert set(docs["uploads"]["pagination"]) > {"total", "page", "limit"}
    assert set(docs["item"]) > {"createdAt", "uploadedAt", "name", "filename", "_id"}
    assert set(docs["upload"]) > {"cid", "clusterId", "expiresAt", "status", "uploadId"}
    assert set(docs["clusters"]) > {"clusterId", "id", "gateways"}
    assert {each["order"] for each in docs["clusters"]["gateways"]} == {0}
    assert docs["clusters"]["gateways"][0]["publicUrl"].endswith("/ipfs/")


def test_the_cluster_streams_its_peers_and_tells_of_pins_as_they_are() -> None:
    found = answers("cluster")
    lines = [json.loads(line) for line in found["peers"]["details"].splitlines()]
    assert (found["peers"]["peers"], found["peers"]["count"]) == ([], 0)
    assert [each["peername"] for each in lines] == ["sandbox-1", "sandbox-2", "sandbox-3"]
    assert found["allocations"]["replication_factor_max"] == 2
    assert found["pin"]["allocations"] == found["allocations"]["allocations"]
    assert (found["pin"]["success"], found["pin"]["operation"]) == (True, "pin")
    entry = found["status"]["peer_map"][lines[0]["id"]]
    assert {"peername", "status", "timestamp", "error", "attempt_count"} < set(entry)
    assert found["unknown"]["code"] == 404


def test_version_2_wraps_plans_and_lists_tokens_bare() -> None:
    found = answers("v2")
    assert [each["code"] for each in found["plans"]["plans"]] == ["free", "premium"]
    assert [each["name"] for each in found["tokens"]] == ["sandbox", "t"]
    assert found["error"] == {"error": "Invalid CID"}
    assert found["status"]["status"] == "pinned"
    assert [each["status"] for each in found["allocations"]["allocations"]] == ["pinned"] * 2


def test_what_older_versions_answer_is_the_same_in_every_profile() -> None:
    for profile in get_args(ProfileName):
        with Sandbox(profile=profile) as sandbox, bare_client(sandbox.gateway_url) as api:
            for path in ("/api/v1/files", "/api/v2/users/me"):
                answer = api.post(path)
                assert (answer.status_code, answer.json()["error"]) == (
                    410,
                    "api_version_deprecated",
                )
                assert answer.json()["currentApiBase"] == "/api/v3"


def test_an_unknown_profile_is_refused() -> None:
    with pytest.raises(ValueError, match="there is no profile 'v1'"):
        Sandbox(profile="v1")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
