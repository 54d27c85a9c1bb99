"""Rows of tables become requests, one by one, and nothing that is in them stops the rest."""

import csv
import io
import json
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy
import pandas
import polars
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinarkive import models
from pinarkive.errors import InvalidInputError
from pinarkive.models import GenerateToken, ListUploads, PinCid, Request
from pinarkive.rows import iter_rows, validate_rows

CID = "bafybeidskjjd4zmr7oh6ku6wp72vvbxyibcli2r6if3ocdcy7jjjusvl2u"
OTHER = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"
FUTURE = datetime.now(UTC).replace(microsecond=0) + timedelta(days=400)
REQUESTS: list[type[Request[Any]]] = [
    each
    for each in map(vars(models).get, models.__all__)
    if isinstance(each, type) and issubclass(each, Request) and each is not Request
]


def test_good_and_bad_rows_are_told_apart_in_order() -> None:
    rows: list[dict[str, object]] = [{"cid": CID}, {"cid": "no"}, {}, {"cid": OTHER, "more": 1}]
    checked = validate_rows(PinCid, [*rows, {"cid": OTHER, "custom_name": "last"}])
    assert checked.requests == [PinCid(cid=CID), PinCid(cid=OTHER, custom_name="last")]
    assert [(each.index, each.row, each.error.field) for each in checked.errors] == [
        (1, rows[1], "cid"),
        (2, rows[2], "cid"),
        (3, rows[3], "more"),
    ]
    found = list(iter_rows(PinCid, rows))
    assert [each.index for each in found] == [0, 1, 2, 3]
    assert [each.request is None for each in found] == [False, True, True, True]
    assert [each.error is None for each in found] == [True, False, False, False]


def test_both_spellings_and_lines_of_json_are_rows() -> None:
    lines: list[str | bytes] = [
        json.dumps({"cid": CID, "customName": "a"}),
        json.dumps({"cid": CID, "custom_name": "a"}).encode(),
    ]
    assert validate_rows(PinCid, lines).requests == [PinCid(cid=CID, custom_name="a")] * 2


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("{", "a line of JSON"),
        (b"\xff", "a line of JSON"),
        ("[" * 100_000, "a line of JSON"),
        ("[1]", "a mapping"),
        (7, "a mapping"),
        (None, "a mapping"),
        ([("cid", CID)], "a mapping"),
        ({1: CID}, "names of a row's columns are text"),
    ],
)
def test_what_is_no_row_is_told(row: object, problem: str) -> None:
    table: list[object] = [row, {"cid": CID}]
    checked = validate_rows(PinCid, table)  # type: ignore[arg-type]  # what callers hand over anyway
    assert problem in str(checked.errors[0].error)
    assert len(checked.requests) == 1


@pytest.mark.parametrize(
    "nothing",
    [None, float("nan"), numpy.nan, numpy.float32("nan"), pandas.NaT, pandas.NA, Decimal("NaN")],
    ids=repr,
)
def test_what_is_missing_in_a_cell_is_left_out(nothing: object) -> None:
    row = {"cid": CID, "custom_name": nothing, "timelock": nothing}
    assert validate_rows(PinCid, [row]).requests == [PinCid(cid=CID)]


def test_a_signaling_number_is_told_and_stops_nothing() -> None:
    row = {"cid": CID, "custom_name": Decimal("sNaN")}
    assert validate_rows(PinCid, [row]).errors[0].error.field == "custom_name"


def test_an_array_in_a_cell_is_told_and_stops_nothing() -> None:
    row = {"cid": CID, "custom_name": numpy.array([1, 2])}
    assert validate_rows(PinCid, [row]).errors[0].error.field == "custom_name"


def test_frames_of_pandas_and_polars_and_csv_files() -> None:
    columns = {
        "cid": [CID, OTHER],
        "custom_name": ["a", None],
        "timelock": [FUTURE, None],
    }
    wanted = [PinCid(cid=CID, custom_name="a", timelock=FUTURE), PinCid(cid=OTHER)]
    frame = pandas.DataFrame(columns)
    records = frame.to_dict("records")
    assert validate_rows(PinCid, records).requests == wanted  # type: ignore[arg-type]  # Hashable keys
    rows = polars.DataFrame(columns).iter_rows(named=True)
    assert validate_rows(PinCid, rows).requests == wanted
    lines = csv.DictReader(io.StringIO(f"cid,custom_name\n{CID},a\n{OTHER},b\n"))
    assert [each.custom_name for each in validate_rows(PinCid, lines).requests] == ["a", "b"]


def test_numbers_of_numpy_are_refused_with_a_reason() -> None:
    checked = validate_rows(ListUploads, [{"page": numpy.int64(2)}, {"page": 2}])
    assert checked.requests == [ListUploads(page=2)]
    assert checked.errors[0].error.field == "page"


@given(
    st.dictionaries(
        st.sampled_from(["cid", "name", "scopes", "email", "page", "file", "x"]) | st.text(),
        st.none() | st.floats() | st.text() | st.binary() | st.lists(st.integers()),
    )
    | st.text()
    | st.integers()
)
def test_any_row_of_any_request_gives_a_request_or_its_error(row: object) -> None:
    table: list[object] = [row]
    for model in REQUESTS:
        (found,) = iter_rows(model, table)  # type: ignore[arg-type]  # what callers hand over anyway
        assert (found.request is None) is isinstance(found.error, InvalidInputError)


def test_a_secret_in_a_bad_row_is_in_no_error() -> None:
    row = {"name": "ci", "totp_code": "a secret code"}
    (error,) = validate_rows(GenerateToken, [row]).errors
    assert "a secret code" not in f"{error.error!r}"


def test_rows_are_read_in_constant_memory() -> None:
    def table() -> Iterator[dict[str, object]]:
        for number in range(20_000):
            yield {"cid": CID if number % 2 else "no", "custom_name": f"{number}"}

    assert sum(1 for _ in iter_rows(PinCid, [{"cid": CID}, {"cid": "no"}])) == 2
    tracemalloc.start()
    try:
        count = sum(1 for _ in iter_rows(PinCid, table()))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (count, peak < 256 * 1024) == (20_000, True), peak
