"""Secrets in what a server gives back."""

import html
import json
from urllib.parse import quote, quote_plus

import pytest

from pinarkive._core.redact import redact, redact_key, redact_text, secrets_in, written_forms

SECRET = "sécret & \"quoted\" <a/b> 'c' \\d+e%20f"


@pytest.mark.parametrize(
    "written",
    [
        SECRET,
        json.dumps(SECRET)[1:-1],
        json.dumps(SECRET, ensure_ascii=False)[1:-1],
        quote(SECRET),
        quote(SECRET, safe=""),
        quote_plus(SECRET),
        html.escape(SECRET),
        html.escape(SECRET, quote=False),
        repr(SECRET)[1:-1],
        ascii(SECRET)[1:-1],
        repr(SECRET.encode())[2:-1],
        SECRET.encode().decode("latin-1"),
    ],
)
def test_a_secret_is_hidden_in_whatever_form_it_is_written(written: str) -> None:
    assert redact_text(f"<{written}>", written_forms([SECRET])) == "<****>"


def test_a_short_secret_is_hidden_where_it_stands_alone() -> None:
    forms = written_forms(["code"])
    assert redact_text("code", forms) == "****"
    assert redact_text("a code", forms) == "a code"
    assert redact_key("code", forms) == "code"
    assert redact({"code": ["code", "a code"]}, forms) == {"code": ["****", "a code"]}


def test_what_holds_no_secret_is_not_copied() -> None:
    value = {"a": [{"b": "c"}], "d": [1, None]}
    assert redact(value, written_forms([SECRET])) is value
    other = {**value, "e": [SECRET]}
    hidden = redact(other, written_forms([SECRET]))
    assert hidden == {**value, "e": ["****"]}
    assert other["e"] == [SECRET]


def test_the_secrets_of_a_request_without_a_model() -> None:
    body = {"newPassword": "a", "nested": [{"totpCode": "b", "other": "c"}], "Token": ["d"], "n": 1}
    assert set(secrets_in([body, None])) == {"a", "b", "d"}
    deep: object = {"password": "e"}
    for _ in range(5_000):
        deep = [deep]
    assert list(secrets_in(deep)) == ["e"]
