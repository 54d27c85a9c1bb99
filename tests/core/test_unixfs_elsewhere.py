"""CIDs are those that another implementation works out, in both profiles."""

import json

import pytest

from pinarkive.unixfs import FileBuilder, Node, Profile, file_node, tree

from ..npm import javascript

CHUNK = 262_144
PATTERN = bytes(range(251))
Content = int | str
Found = dict[str, dict[Profile, dict[str, str]]]

CASES: dict[str, list[tuple[str, Content]]] = {
    "files of all sizes": [
        *((f"{size}.bin", size) for size in (0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK)),
    ],
    "a file of two levels": [("large", 174 * CHUNK), ("larger", 175 * CHUNK + 1)],
    "nested": [("a/b/c/d.txt", "d"), ("a/b.txt", "b"), ("a.txt", "a"), ("z/y/x", "")],
    "names": [
        ("ma\u00f1ana.txt", "composed"),
        ("man\u0303ana.txt", "decomposed"),
        ("\u65e5\u672c/\U0001f600.txt", "emoji"),
        (" leading and trailing ", "spaces"),
        ("%41&<>'\"#?", "odd"),
    ],
    "300 entries": [(f"entry {number}", f"{number}") for number in range(300)],
    "sharded": [(f"a rather long name of a file {number:06}", "x") for number in range(4500)],
}


def content(value: Content) -> bytes:
    if isinstance(value, str):
        return value.encode()
    return (PATTERN * (value // len(PATTERN) + 1))[:value]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Found:
    """Return the CIDs of every case from elsewhere; Node.js takes a while to start."""
    path = tmp_path_factory.mktemp("cases") / "cases.json"
    path.write_text(json.dumps(CASES), "utf-8")
    cids: Found = json.loads(javascript("import.mjs", path))
    return cids


@pytest.mark.parametrize("profile", ["kubo-v0", "kubo-v1"])
@pytest.mark.parametrize("title", CASES)
def test_cids_are_those_of_another_implementation(
    title: str, profile: Profile, found: Found
) -> None:
    files: dict[str, Node] = {}
    for path, value in CASES[title]:
        files[path] = file_node(content(value), profile=profile)
    folders = tree(files, profile=profile)
    ours = {f"root/{path}": str(node.cid) for path, node in {**files, **folders}.items() if path}
    assert {**ours, "root": str(folders[""].cid)} == found[title][profile]


@pytest.mark.parametrize("profile", ["kubo-v0", "kubo-v1"])
@pytest.mark.parametrize("step", [1000, CHUNK - 1, CHUNK + 1, 3 * CHUNK])
def test_splits_do_not_matter(step: int, profile: Profile) -> None:
    data = content(3 * CHUNK + 17)
    builder = FileBuilder(profile=profile)
    for start in range(0, len(data), step):
        builder.update(data[start : start + step])
    assert builder.finish() == file_node(data, profile=profile)
