"""The same calls made of the real 3.1.1 and of the SDK: what arrived, and what came back."""

from collections.abc import Mapping
from typing import Any, TypeAlias

import pytest

from .case import METHODS, Call, MadeError, Why
from .compare import differences, unlike
from .received import MADE_ERRORS, RECEIVED
from .sent import SENT

CALLS = (*SENT, *RECEIVED)

Runs: TypeAlias = tuple[Mapping[str, Any], Mapping[str, Any]]


def test_each_call_has_a_name_of_its_own() -> None:
    # What came of it is found by that name.
    assert len({call.name for call in CALLS}) == len(CALLS)


def test_each_difference_has_a_reason_and_each_reason_a_difference() -> None:
    cases: list[Call | MadeError] = [*CALLS, *MADE_ERRORS]
    assert [case.name for case in cases if (case.why is None) == bool(case.differs)] == []
    assert {case.why for case in cases} == {None, *Why}


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.name)
def test_nothing_differs_but_what_is_meant_to(call: Call, runs: Runs) -> None:
    old, new = (run["calls"][call.name] for run in runs)
    assert differences(old, new) == call.differs, call.why


@pytest.mark.parametrize("made", MADE_ERRORS, ids=lambda made: made.name)
def test_an_error_can_be_made_as_before(made: MadeError, runs: Runs) -> None:
    old, new = (run["errors"][made.name] for run in runs)
    assert unlike(old, new) == made.differs, made.why


@pytest.mark.parametrize("method", METHODS)
def test_a_signature_is_what_it_was(method: str, runs: Runs) -> None:
    old, new = (run["signatures"][method] for run in runs)
    assert new == old


def test_the_constructor_takes_what_it_took(runs: Runs) -> None:
    old, new = (run["constructor"] for run in runs)
    assert new[: len(old)] == old


def test_the_version_can_be_read(runs: Runs) -> None:
    old, new = (run["version"] for run in runs)
    assert old == "3.1.1"
    assert new.split(".")[0] == "4"


def test_the_session_is_gone(runs: Runs) -> None:
    # It is an object of requests, which the SDK does not have.
    assert [run["session"] for run in runs] == [True, False]
