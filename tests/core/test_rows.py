"""Tables into requests: rows of every kind, and no error but ours."""

import json
import math
import pickle
import tracemalloc
from collections import UserDict
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from importlib import import_module
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinarkive import (
    GenerateToken,
    InvalidInputError,
    ListUploads,
    PinCid,
    Request,
    UploadFile,
    iter_rows,
    models,
    validate_rows,
)
from pinarkive.unixfs import file_cid

# It has no types.
pa: Any = import_module("pyarrow")

CIDS = [file_cid(b"%d" % number) for number in range(4)]
SOON = datetime(2031, 12, 31, 12, tzinfo=UTC) + timedelta(days=3650)


def test_a_bad_row_stops_no_other() -> None:
    given = [
        {"cid": CIDS[0], "custom_name": "one"},
        {"cid": "/ipfs/no"},
        {"cid": CIDS[1], "customName": "two", "cl": "cl1-eu"},
        {"custom_name": "three"},
        {"cid": CIDS[2], "colour": "red"},
        7,
        {"cid": CIDS[3], "timelock": "2001-01-01T00:00:00Z"},
        {1: 2},
    ]
    rows = validate_rows(PinCid, given)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  # 7 is no row
    assert rows.requests == [
        PinCid(cid=CIDS[0], custom_name="one"),
        PinCid(cid=CIDS[1], custom_name="two", cluster_id="cl1-eu"),
    ]
    assert [bad.index for bad in rows.errors] == [1, 3, 4, 5, 6, 7]
    assert [bad.row for bad in rows.errors] == [given[each] for each in (1, 3, 4, 5, 6, 7)]
    assert [bad.error.field for bad in rows.errors] == ["cid", "cid", "colour", "", "timelock", ""]
    assert "not int" in str(rows.errors[3].error)
    copy = pickle.loads(pickle.dumps(rows))  # noqa: S301
    assert copy.requests == rows.requests
    assert repr(copy) == repr(rows)


def test_rows_are_checked_when_their_turn_comes() -> None:
    taken: list[int] = []

    def source() -> Iterator[dict[str, object]]:
        for number in range(3):
            taken.append(number)
            yield {"cid": CIDS[number] if number != 1 else None}

    found = iter_rows(PinCid, source())
    assert taken == []
    first = next(found)
    assert (first.index, first.request, first.error) == (0, PinCid(cid=CIDS[0]), None)
    assert taken == [0]
    second = next(found)
    assert (second.index, second.row, second.request) == (1, {"cid": None}, None)
    assert "cid: is required" in str(second.error)


LINES = [
    json.dumps({"cid": CIDS[0], "customName": "ü"}, ensure_ascii=False),
    "",
    "{nonsense",
    json.dumps({"cid": CIDS[1], "custom_name": None, "timelock": math.nan}),
    "[1]",
    # One line, whatever else ends lines elsewhere.
    json.dumps({"cid": "no\u2028"}, ensure_ascii=False),
]


@pytest.mark.parametrize(
    "given",
    [
        LINES,
        [line.encode() for line in LINES],
        "\r\n".join(LINES) + "\n",
        "\n".join(LINES).encode(),
        StringIO("\n".join(LINES)),
        BytesIO("\n".join(LINES).encode()),
    ],
    ids=["texts", "bytes", "one text", "bytes of many lines", "file", "binary file"],
)
def test_lines_of_json(given: Any) -> None:
    rows = validate_rows(PinCid, given)
    assert rows.requests == [PinCid(cid=CIDS[0], custom_name="ü"), PinCid(cid=CIDS[1])]
    assert [bad.index for bad in rows.errors] == [2, 4, 5]
    assert "is not JSON" in str(rows.errors[0].error)


def test_a_request_that_was_written_as_json_is_read_again(tmp_path: Path) -> None:
    requests: list[Request[Any]] = [
        PinCid(cid=CIDS[0], timelock=SOON, cluster_id="cl1-eu"),
        UploadFile(file=b"bytes"),
        UploadFile(file=tmp_path / "report.pdf", filename="r.pdf"),
    ]
    for request in requests:
        rows = validate_rows(type(request), [request.model_dump_json()])
        assert rows.requests == [request]


MISSING = [None, math.nan, np.nan, np.float32("nan"), pd.NA, pd.NaT, np.datetime64("NaT", "ns")]


@pytest.mark.parametrize("value", [*MISSING, Decimal("NaN")], ids=repr)
def test_what_is_missing_is_left_out(value: object) -> None:
    row = {"cid": CIDS[0], "custom_name": value, "timelock": value}
    assert validate_rows(PinCid, [row]).requests == [PinCid(cid=CIDS[0])]
    assert validate_rows(PinCid, [{"cid": value}]).errors[0].error.field == "cid"


def test_scalars_of_numpy_and_pandas() -> None:
    rows: list[Mapping[str, object]] = [
        {"page": np.int64(3), "limit": np.float64(50.0), "has_expiration": np.bool_(True)},
        {"page": 3.0, "limit": 50, "has_expiration": True, "cid": np.str_(CIDS[0])},
        {"page": 3.5},
        {"page": np.float64("inf")},
        {"page": np.array([1])},
        {"page": np.array(1.5)},
    ]
    found = validate_rows(ListUploads, rows)
    assert found.requests == [
        ListUploads(page=3, limit=50, has_expiration=True),
        ListUploads(page=3, limit=50, has_expiration=True, cid=CIDS[0]),
    ]
    assert [bad.index for bad in found.errors] == [2, 3, 4, 5]


@pytest.mark.parametrize(
    "value",
    [
        pd.Timestamp(SOON),
        pd.Timestamp(SOON).tz_convert("Asia/Tokyo"),
        pd.Timestamp(SOON) + pd.Timedelta(nanoseconds=123),
        SOON.isoformat(),
    ],
)
def test_a_timestamp_of_pandas_is_a_datetime(value: object) -> None:
    (request,) = validate_rows(PinCid, [{"cid": CIDS[0], "timelock": value}]).requests
    assert request == PinCid(cid=CIDS[0], timelock=SOON)
    assert type(request.timelock) is datetime
    assert request.model_dump_json() == PinCid(cid=CIDS[0], timelock=SOON).model_dump_json()
    assert type(PinCid(cid=CIDS[0], timelock=pd.Timedelta(days=1)).timelock) is datetime


TABLE = {
    "cid": [CIDS[0], None, CIDS[2]],
    "custom_name": ["a", "b", None],
    "timelock": [SOON, None, None],
}
WANTED = [PinCid(cid=CIDS[0], custom_name="a", timelock=SOON), PinCid(cid=CIDS[2])]


@pytest.mark.parametrize(
    "records",
    [
        pd.DataFrame(TABLE).to_dict("records"),
        pd.DataFrame(TABLE).convert_dtypes().to_dict("records"),
        pd.DataFrame(TABLE).convert_dtypes(dtype_backend="pyarrow").to_dict("records"),
        pl.DataFrame(TABLE).iter_rows(named=True),
        pa.table(TABLE).to_pylist(),
    ],
    ids=["pandas", "pandas, nullable", "pandas, arrow", "polars", "pyarrow"],
)
def test_the_records_of_a_table(records: Any) -> None:
    rows = validate_rows(PinCid, records)
    assert rows.requests == WANTED
    assert [bad.index for bad in rows.errors] == [1]


def test_whole_numbers_of_a_column_with_gaps() -> None:
    frame = pd.DataFrame({"name": ["a", "b"], "expires_in_days": [30, None]})
    rows = validate_rows(GenerateToken, frame.to_dict("records"))
    assert rows.requests == [GenerateToken(name="a", expires_in_days=30), GenerateToken(name="b")]


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"cid": CIDS[0]}, "put it into a list"),
        (pd.DataFrame(TABLE), "pass its records"),
        (pl.DataFrame(TABLE), "pass its records"),
        (pa.table(TABLE), "pass its records"),
        (None, "this is None"),
        (7, "this is 7"),
    ],
    ids=["a row", "pandas", "polars", "pyarrow", "None", "a number"],
)
def test_what_is_no_rows(given: Any, text: str) -> None:
    with pytest.raises(InvalidInputError, match=text) as caught:
        iter_rows(PinCid, given)
    assert caught.value.field == "rows"


@pytest.mark.parametrize("kind", [Request, dict, "PinCid", PinCid(cid=CIDS[0])], ids=str)
def test_what_is_no_kind_of_request(kind: Any) -> None:
    with pytest.raises(InvalidInputError, match="such as PinCid") as caught:
        validate_rows(kind, [])
    assert caught.value.field == "request"


def test_an_error_keeps_no_frames_and_no_row_shows_its_values() -> None:
    row = {"email": "me@example.com", "password": "a secret", "x": 1}
    (checked,) = iter_rows(models.Login, [row])
    assert checked.error is not None
    assert checked.error.__traceback__ is None
    assert "a secret" not in f"{checked!r}{validate_rows(models.Login, [row])!r}"


def test_the_rows_of_a_stream_take_no_memory() -> None:
    def source(count: int) -> Iterator[dict[str, object]]:
        for number in range(count):
            yield {"cid": CIDS[number % 4] if number % 3 else "no", "custom_name": f"n{number}"}

    def peak(count: int) -> int:
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        for _ in iter_rows(PinCid, source(count)):
            pass
        return tracemalloc.get_traced_memory()[1] - before

    tracemalloc.start()
    try:
        peak(1_000)
        assert peak(20_000) < 2 * peak(1_000) + 10_000
    finally:
        tracemalloc.stop()


class Hostile(UserDict[str, object]):
    def items(self) -> Any:
        raise RuntimeError("no")


class Odd:
    __hash__ = None  # type: ignore[assignment]

    def __ne__(self, other: object) -> bool:
        raise RuntimeError("no")

    def __repr__(self) -> str:
        raise RuntimeError("no")

    def __str__(self) -> str:
        raise RuntimeError("no")


KINDS: list[type[Request[Any]]] = [
    each
    for each in vars(models).values()
    if isinstance(each, type) and issubclass(each, Request) and each is not Request
]
NAMES: list[str] = sorted(
    {name for kind in KINDS for name in kind.model_fields} | {"cl", "customName", "x"}
)
ODD: list[object] = [
    *MISSING,
    *(Odd(), Hostile(), object(), object, b"\xff", "\ud800", "", "x" * 10_000, 10**400, -1, True),
    *(math.inf, 1.5, Decimal("sNaN"), 1j, [], [[]], {}, {1: 2}, {"path": "x"}, {"base64": "="}),
    *(np.array([1.0, math.nan]), np.array(math.nan), np.datetime64("2031-01-01"), np.int8(3)),
    *(pd.Timestamp("2031-01-01"), pd.Timedelta(days=1), pd.Series([1]), pd.DataFrame({"a": [1]})),
    *(datetime(2031, 1, 1), SOON, timedelta(-1), timedelta.max, CIDS[0], range(3), print),
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)
VALUES = st.sampled_from(ODD) | JSON | st.binary() | st.datetimes()
ROWS = (
    st.dictionaries(st.sampled_from(NAMES), VALUES)
    | st.dictionaries(st.text() | st.integers(), VALUES)
    | st.sampled_from([*ODD, Hostile()])
    | JSON.map(json.dumps)
    | st.text()
    | st.binary()
)


@settings(deadline=None)
@given(kind=st.sampled_from(KINDS), row=ROWS)
def test_any_row_for_any_request_gives_a_request_or_our_error(kind: Any, row: Any) -> None:
    for each in iter_rows(kind, [row]):
        assert (each.request is None) != (each.error is None)
        assert isinstance(each.request, kind) or type(each.error) is InvalidInputError
        assert each.row is row
        assert str(each.error)


@pytest.mark.parametrize("kind", KINDS)
def test_every_odd_value_in_every_attribute(kind: Any) -> None:
    rows = [{name: value} for name in kind.model_fields for value in ODD]
    assert len(list(iter_rows(kind, rows))) == len(rows)
