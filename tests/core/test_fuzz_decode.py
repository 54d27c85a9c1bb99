"""Whatever comes as an answer or an input, the outcome is typed, or an error of our tree."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pinarkive._core.decode import Answer
from pinarkive._values.json import is_list, is_object
from pinarkive.models import Request

from .invariants import KEY, NOW, ODD_VALUES, REQUESTS, check_answer, check_cid, check_input

EXAMPLES: list[dict[str, Any]] = json.loads(
    Path(__file__).parents[1].joinpath("contract/examples.json").read_text()
)
BODIES: list[object] = [example["body"] for example in EXAMPLES]
KEYS = sorted({key for body in BODIES if is_object(body) for key in body})

NUMBERS = st.integers(0, len(REQUESTS) - 1)
STATUSES = st.one_of(
    st.sampled_from([200, 201, 204, 301, 400, 401, 403, 404, 409, 429, 500, 503]),
    st.integers(100, 999),
)
ODD = st.sampled_from(ODD_VALUES)
LEAVES = st.one_of(ODD, st.text(max_size=20), st.integers(), st.floats(allow_nan=False))
NAMES = st.one_of(st.sampled_from(KEYS), st.text(max_size=8))
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=12,
)
HEADER = st.one_of(
    st.sampled_from(["", "0", "1.5", "-1", "nan", "inf", "1e400", "٣", "9" * 400, KEY]),
    st.sampled_from(["Tue, 01 Jan 2030 00:00:09 GMT", "Fri, 31 Dec 9999 23:59:59 -2359"]),
    st.sampled_from(["https://[", "//x", "javascript:1", "https://other.example/x", "gzip"]),
    st.text(st.characters(max_codepoint=255), max_size=40),
)
HEADERS = st.dictionaries(
    st.sampled_from(
        [
            *("content-type", "content-encoding", "retry-after", "location", "x-request-id"),
            *("x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"),
            *("ratelimit-limit", "ratelimit-remaining", "ratelimit-reset"),
        ]
    ),
    HEADER,
    max_size=4,
)


def change(draw: st.DrawFn, value: object) -> object:
    """Return a value with something in it replaced, renamed, added, repeated or left out."""
    if is_object(value) and value and draw(st.booleans()):
        name = draw(st.sampled_from(sorted(value)))
        rest = {key: each for key, each in value.items() if key != name}
        match draw(st.integers(0, 4)):
            case 0:
                return rest
            case 1:
                return {**rest, draw(NAMES): value[name]}
            case 2:
                return {**value, draw(NAMES): draw(VALUES)}
            case _:
                return {**value, name: change(draw, value[name])}
    if is_list(value) and value and draw(st.booleans()):
        place = draw(st.integers(0, len(value) - 1))
        return [
            *value[:place],
            change(draw, value[place]),
            *value[place + draw(st.integers(0, 1)) :],
        ]
    return draw(VALUES)


@st.composite
def changed_bodies(draw: st.DrawFn) -> bytes:
    """Draw a documented body with up to three changes, in some encoding, now and then cut."""
    body = draw(st.sampled_from(BODIES))
    for _ in range(draw(st.integers(0, 3))):
        body = change(draw, body)
    text = json.dumps(body, ensure_ascii=draw(st.booleans()))
    encoding = draw(st.sampled_from(["utf-8", "utf-8", "utf-8-sig", "utf-16", "latin-1"]))
    data = text.encode(encoding, "replace")
    return data[: draw(st.integers(0, len(data)))] if draw(st.integers(0, 9)) == 0 else data


# How fast it goes is not what is tested, on whatever machine.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

CLASSES: list[type[Request[Any]]] = [type(request) for request in REQUESTS]


@patient
@given(NUMBERS, STATUSES, HEADERS, changed_bodies())
def test_changed_answers(number: int, status: int, headers: dict[str, str], body: bytes) -> None:
    check_answer(number, Answer(status, headers, body, NOW))


@patient
@given(NUMBERS, STATUSES, HEADERS, VALUES)
def test_made_up_answers(number: int, status: int, headers: dict[str, str], body: object) -> None:
    check_answer(number, Answer(status, headers, json.dumps(body).encode(), NOW))


@patient
@given(NUMBERS, STATUSES, HEADERS, st.binary(max_size=200))
@example(0, 200, {}, b"[" * 100_000)
@example(3, 401, {}, b'{"":' * 100_000)
@example(10, 200, {}, b'{"id":' + b"9" * 4_299 + b"}")
@example(10, 429, {}, b'{"limit":' + b"9" * 4_299 + b"}")
@example(10, 403, {}, b'{"code":' + b"-" + b"9" * 4_299 + b"}")
@example(11, 200, {}, b'{"uploads":[],"total":' + b"9" * 4_299 + b"}")
@example(10, 200, {}, b'{"id":"a","id":1,"id":null}')
@example(10, 200, {}, b'{"id":"\\ud800"}')
@example(10, 200, {}, b'{"id":"a","x":1e400}')
@example(10, 200, {}, b'{"id":"a","x":-1E-400}')
def test_any_bytes(number: int, status: int, headers: dict[str, str], body: bytes) -> None:
    check_answer(number, Answer(status, headers, body, NOW))


@pytest.mark.parametrize("number", range(len(REQUESTS)), ids=[each.__name__ for each in CLASSES])
@pytest.mark.parametrize("status", [200, 404])
def test_every_documented_body_as_an_answer_to_every_request(number: int, status: int) -> None:
    for body in BODIES:
        check_answer(number, Answer(status, {}, json.dumps(body).encode(), NOW))


@patient
@given(st.sampled_from(CLASSES), st.data())
def test_made_up_requests(kind: type[Request[Any]], data: st.DataObject) -> None:
    names = sorted(kind.model_fields)
    values = st.dictionaries(st.sampled_from(names) if names else st.text(), VALUES, max_size=6)
    check_input(kind, json.dumps(data.draw(values)).encode())


@patient
@given(st.sampled_from(CLASSES), st.binary(max_size=60))
def test_any_bytes_as_a_request(kind: type[Request[Any]], text: bytes) -> None:
    check_input(kind, text)


@patient
@given(st.text(max_size=80) | st.text("bafkreiQmz123456789", max_size=60))
def test_any_text_as_a_cid(text: str) -> None:
    check_cid(text)
