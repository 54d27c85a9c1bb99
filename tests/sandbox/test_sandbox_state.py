"""The parts that need no server."""

import base64
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pinarkive.cid import CID
from pinarkive.sandbox import Sandbox
from pinarkive.sandbox.blobs import Sink, Spool
from pinarkive.sandbox.clock import wire_time
from pinarkive.sandbox.database import Database
from pinarkive.sandbox.errors import ApiError
from pinarkive.sandbox.gateway import read_range
from pinarkive.sandbox.multipart import read_disposition
from pinarkive.sandbox.store import Entry, Store
from pinarkive.sandbox.totp import accepted_step, totp_code
from pinarkive.unixfs import file_node

NOW = datetime(2031, 1, 1, tzinfo=UTC)
RFC_SECRET = base64.b32encode(b"12345678901234567890").decode()


# RFC 6238, appendix B; its codes have eight digits, of which ours are the last six.
@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_codes_are_those_of_the_rfc(seconds: int, code: str) -> None:
    assert totp_code(RFC_SECRET, seconds // 30) == code


@pytest.mark.parametrize(("steps", "accepted"), [(-2, False), (-1, True), (1, True), (2, False)])
def test_a_code_of_a_neighbouring_step_is_accepted(steps: int, accepted: bool) -> None:
    moment = datetime.fromtimestamp(1111111111, UTC)
    code = totp_code(RFC_SECRET, 1111111111 // 30 + steps)
    assert (accepted_step(RFC_SECRET, code, moment) is not None) == accepted


def test_times_have_milliseconds_and_a_z() -> None:
    assert wire_time(NOW + timedelta(microseconds=1500)) == "2031-01-01T00:00:00.001Z"


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (b'form-data; name="file"; filename="a.txt"', "a.txt"),
        (b"form-data; name=file; filename=a.txt", "a.txt"),
        (b'FORM-DATA ;NAME="file" ; FileName = "a.txt"', "a.txt"),
        (b'form-data; filename="a.txt"; name="file"', "a.txt"),
        (b'form-data; name="file"; filename="a;b=\'c\'.txt"', "a;b='c'.txt"),
        (b'form-data; name="file"; filename="a\\"b.txt"', 'a"b.txt'),
        (b'form-data; name="file"; filename="a%22b.txt"', 'a"b.txt'),
        (b'form-data; name="file"; filename="100%25.txt"', "100%25.txt"),
        (b'form-data; name="file"; filename="C:\\dir\\a.txt"', "C:\\dir\\a.txt"),
        ('form-data; name="file"; filename="ñ/日本.txt"'.encode(), "ñ/日本.txt"),
        (b'form-data; name="file"; filename="x"; filename*=UTF-8\'\'%C3%B1%22', 'ñ"'),
        (b'form-data; name="file"; filename*=utf-8\'en\'%C3%B1; filename="x"', "ñ"),
        (b"form-data; name=\"file\"; filename*=UTF-8''a%2522", "a%22"),
        (b'form-data; name="file"; filename*=ISO-8859-1\'\'%F1; filename="x"', "ñ"),
        (b'form-data; name="file"; filename*=UTF-8\'\'%FF; filename="x"', "x"),
        (b'form-data; name="file"; filename*=EBCDIC\'\'x; filename="y"', "y"),
        (b'form-data; name="file"; filename="a"; filename="b"', "a"),
        (b'form-data; name="file"; filename=""', ""),
    ],
)
def test_names_are_read_as_the_service_reads_them(header: bytes, expected: str) -> None:
    parameters = read_disposition(header)
    assert parameters["filename"] == expected
    assert parameters["name"] == "file"


def test_another_disposition_is_no_form_data() -> None:
    assert read_disposition(b'attachment; name="file"; filename="a"') == {}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, None),
        ("bytes=0-4", range(5)),
        ("bytes=5-", range(5, 10)),
        ("bytes=-3", range(7, 10)),
        ("bytes=-30", range(10)),
        ("bytes=0-999", range(10)),
        ("bytes=9-9", range(9, 10)),
        ("bytes=5-4", None),
        ("bytes=-", None),
        ("bytes=0-1,3-4", None),
        ("lines=0-1", None),
        ("bytes=" + "9" * 30 + "-", None),
    ],
)
def test_one_range_is_understood(text: str | None, expected: range | None) -> None:
    assert read_range(text, 10) == expected


@pytest.mark.parametrize(("text", "size"), [("bytes=10-", 10), ("bytes=0-0", 0), ("bytes=-0", 10)])
def test_a_range_that_is_not_there_is_refused(text: str, size: int) -> None:
    with pytest.raises(ApiError) as caught:
        read_range(text, size)
    assert caught.value.status == 416


def add_file(store: Store, spool: Spool, data: bytes) -> CID:
    sink = Sink(spool)
    sink.write(data)
    node, blob = sink.finish()
    store.add_file(node, blob)
    return node.cid


def entry(expires: datetime | None = None) -> Entry:
    return Entry("name", 1, "file", "cl0-global", expires)


def test_content_lasts_as_long_as_somebody_has_it() -> None:
    spool = Spool()
    store = Store(spool, Database())
    cid = add_file(store, spool, b"both have this")
    store.put("a", cid, entry(), NOW)
    store.put("b", cid, entry(), NOW)
    assert store.remove("a", cid)
    assert store.content(cid) is not None
    assert not store.remove("a", cid)
    assert store.remove("b", cid)
    assert store.content(cid) is None


def test_a_file_outlives_one_of_its_directories() -> None:
    spool = Spool()
    store = Store(spool, Database())
    data = b"in two directories"
    node = file_node(data)
    one = store.add_tree({"x/a": (node, spool.keep(data))})
    two = store.add_tree({"b": (node, spool.keep(data))})
    store.put("a", one.cid, entry(), NOW)
    store.put("a", two.cid, entry(), NOW)
    store.remove("a", one.cid)
    assert [path for path, _ in store.files_of(two.cid)] == ["b"]
    assert store.content(node.cid) is not None
    store.remove("a", two.cid)
    assert store.content(node.cid) is None


def test_a_pinned_part_outlives_its_directory() -> None:
    spool = Spool()
    store = Store(spool, Database())
    files = {path: (file_node(b"1"), spool.keep(b"1")) for path in ("in/a", "b")}
    root = store.add_tree(files)
    store.put("a", root.cid, entry(), NOW)
    inner = store.add_tree({"a": (file_node(b"1"), spool.keep(b"1"))})
    store.put("a", inner.cid, entry(), NOW)
    store.remove("a", root.cid)
    assert store.content(root.cid) is None
    assert [path for path, _ in store.files_of(inner.cid)] == ["a"]


def test_both_versions_of_a_cid_name_the_same_content() -> None:
    store = Store(Spool(), Database())
    version_0 = CID.parse("QmUNLLsPACCz1vLxQVkXqqLX5R1X345qqfHbsf67hvA3Nn")
    store.put("a", version_0, entry(), NOW)
    version_1 = CID(1, version_0.codec, version_0.hash_code, version_0.digest)
    assert store.record("a", version_1) is not None
    assert store.remove("a", version_1)


def test_what_has_ended_is_removed() -> None:
    spool = Spool()
    store = Store(spool, Database())
    cid = add_file(store, spool, b"for a while")
    store.put("a", cid, entry(NOW + timedelta(seconds=1)), NOW)
    store.expire(NOW)
    assert store.record("a", cid) is not None
    store.expire(NOW + timedelta(seconds=1))
    assert store.record("a", cid) is None
    assert store.content(cid) is None


def files_of(spool: Spool) -> list[Path]:
    return list(spool.new_file().parent.iterdir())


def test_large_contents_are_files_that_go() -> None:
    spool = Spool()
    store = Store(spool, Database())
    small, large = add_file(store, spool, b"small"), add_file(store, spool, bytes(1024**2 + 1))
    kept = files_of(spool)
    assert [path.stat().st_size for path in kept] == [1024**2 + 1]
    store.put("a", small, entry(), NOW)
    store.put("a", large, entry(), NOW)
    store.remove("a", large)
    assert not kept[0].exists()
    add_file(store, spool, bytes(1024**2 + 2))
    spool.close()
    assert not kept[0].parent.exists()


def test_many_small_contents_do_not_fill_the_memory() -> None:
    spool = Spool()
    store = Store(spool, Database())
    for number in range(70):
        add_file(store, spool, number.to_bytes(2, "big") * 2**19)
    assert sum(path.stat().st_size for path in files_of(spool)) == 6 * 2**20
    spool.close()


def test_contents_that_are_there_already_are_kept_once() -> None:
    spool = Spool()
    store = Store(spool, Database())
    for _ in range(3):
        add_file(store, spool, bytes(1024**2 + 1))
    assert len(files_of(spool)) == 1
    spool.close()


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"port": 99_999}, "port must be from 0 to 65535"),
        ({"port": -1}, "port must be from 0 to 65535"),
        ({"plan": "gold"}, "there is no plan 'gold'"),
        ({"data": ""}, "data must not be empty"),
        ({"quota": -1}, "quota must not be negative"),
        ({"max_file_size": -1}, "max_file_size must not be negative"),
        ({"pin_seconds": float("nan")}, "pin_seconds must not be negative"),
    ],
)
def test_what_no_sandbox_can_be_is_refused(options: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        Sandbox(**options)


def test_a_port_that_is_taken_is_named() -> None:
    with Sandbox() as first:
        port = int(first.base_url.split(":")[2].split("/")[0])
        with (
            pytest.raises(OSError, match=f"port {port} of 127.0.0.1 is in use"),
            Sandbox(port=port),
        ):
            pass
