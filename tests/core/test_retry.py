"""When a request is sent again, and after how long."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinarkive import Replay
from pinarkive._core.retry import (
    BUDGET,
    Failure,
    RateGate,
    RetryBudget,
    failure_of_status,
    wait_before_retry,
)

# replay, and the failures after which it may go again
ALLOWED = {
    Replay.ALWAYS: {Failure.NOT_CONNECTED, Failure.NOT_SENT, Failure.REFUSED, Failure.UNKNOWN},
    Replay.WHEN_REFUSED: {Failure.NOT_CONNECTED, Failure.NOT_SENT, Failure.REFUSED},
    Replay.NEVER: {Failure.NOT_CONNECTED},
}


def wait(
    replay: Replay = Replay.ALWAYS,
    failure: Failure = Failure.UNKNOWN,
    *,
    attempt: int = 1,
    max_retries: int = 2,
    rewindable: bool = True,
    retry_after: float | None = None,
    left: float | None = 60.0,
    jitter: float = 1.0,
) -> float | None:
    return wait_before_retry(
        replay,
        failure,
        attempt=attempt,
        max_retries=max_retries,
        rewindable=rewindable,
        retry_after=retry_after,
        left=left,
        jitter=jitter,
    )


@pytest.mark.parametrize("replay", Replay)
@pytest.mark.parametrize("failure", Failure)
def test_what_may_be_repeated(replay: Replay, failure: Failure) -> None:
    assert (wait(replay, failure) is not None) == (failure in ALLOWED[replay])


@pytest.mark.parametrize("failure", Failure)
def test_a_body_that_can_not_be_rewound_goes_again_only_if_it_was_not_begun(
    failure: Failure,
) -> None:
    again = wait(Replay.ALWAYS, failure, rewindable=False) is not None
    assert again == (failure is Failure.NOT_CONNECTED)


@pytest.mark.parametrize(
    ("attempt", "longest"), [(1, 0.5), (2, 1.0), (3, 2.0), (4, 4.0), (5, 8.0), (6, 8.0), (99, 8.0)]
)
def test_the_wait_doubles_up_to_eight_seconds(attempt: int, longest: float) -> None:
    assert wait(attempt=attempt, max_retries=100) == longest
    assert wait(attempt=attempt, max_retries=100, jitter=0.0) == 0.0
    assert wait(attempt=attempt, max_retries=100, jitter=0.5) == longest / 2


@pytest.mark.parametrize(("attempt", "again"), [(1, True), (2, True), (3, False), (4, False)])
def test_two_retries_follow_the_first_attempt(attempt: int, again: bool) -> None:
    assert (wait(attempt=attempt) is not None) == again


@pytest.mark.parametrize(
    ("retry_after", "left", "expected"),
    [
        (3.0, 60.0, 3.0),
        (0.0, 60.0, 0.5),
        (60.0, 61.0, 60.0),
        (60.0, None, 60.0),
        (61.0, None, None),
        (3.0, 3.0, None),
        (3.0, 2.0, None),
        (None, 0.5, None),
        (None, 0.6, 0.5),
        (None, -1.0, None),
    ],
)
def test_the_servers_time_is_kept_and_the_limit_never_passed(
    retry_after: float | None, left: float | None, expected: float | None
) -> None:
    assert wait(retry_after=retry_after, left=left) == expected


@given(
    st.sampled_from(Replay),
    st.sampled_from(Failure),
    st.integers(1, 50),
    st.integers(0, 50),
    st.booleans(),
    st.none() | st.floats(0, 1e6),
    st.none() | st.floats(-10, 1e6),
    st.floats(0, 1),
)
def test_no_wait_undercuts_the_server_or_passes_the_limit(
    replay: Replay,
    failure: Failure,
    attempt: int,
    max_retries: int,
    rewindable: bool,
    retry_after: float | None,
    left: float | None,
    jitter: float,
) -> None:
    found = wait(
        replay,
        failure,
        attempt=attempt,
        max_retries=max_retries,
        rewindable=rewindable,
        retry_after=retry_after,
        left=left,
        jitter=jitter,
    )
    if found is not None:
        assert attempt <= max_retries
        assert found >= (retry_after or 0)
        assert left is None or found < left
        assert found <= 60


@pytest.mark.parametrize(
    ("status", "retry_after", "failure"),
    [
        (408, None, Failure.REFUSED),
        (425, None, Failure.REFUSED),
        (429, None, Failure.REFUSED),
        (503, 1.0, Failure.REFUSED),
        (503, None, Failure.UNKNOWN),
        (500, None, Failure.UNKNOWN),
        (500, 1.0, Failure.UNKNOWN),
        (502, None, Failure.UNKNOWN),
        (504, None, Failure.UNKNOWN),
        (501, None, Failure.FINAL),
        (200, None, Failure.FINAL),
        (307, None, Failure.FINAL),
        (400, None, Failure.FINAL),
        (404, None, Failure.FINAL),
        (409, None, Failure.FINAL),
        (413, None, Failure.FINAL),
    ],
)
def test_how_a_status_failed(status: int, retry_after: float | None, failure: Failure) -> None:
    assert failure_of_status(status, retry_after) is failure


def test_the_budget_runs_out_and_comes_back() -> None:
    budget = RetryBudget()
    spent = 0
    while budget.spend(Failure.UNKNOWN):
        spent += 1
    assert spent == BUDGET // 14
    for _ in range(14):
        budget.reward()
    assert budget.spend(Failure.UNKNOWN)
    assert not budget.spend(Failure.UNKNOWN)


def test_a_refusal_costs_less_and_the_budget_has_a_top() -> None:
    budget = RetryBudget()
    for _ in range(1000):
        budget.reward()
    spent = 0
    while budget.spend(Failure.REFUSED):
        spent += 1
    assert spent == BUDGET // 5


def test_a_run_waits_longer_than_a_call() -> None:
    for longest, expected in ((60.0, None), (300.0, 90.0)):
        assert expected == wait_before_retry(
            Replay.WHEN_REFUSED,
            Failure.REFUSED,
            attempt=1,
            max_retries=2,
            rewindable=True,
            retry_after=90.0,
            left=300.0,
            jitter=0.0,
            longest=longest,
        )


def test_a_gate_is_closed_for_the_longest_wait_that_was_asked_for() -> None:
    gate = RateGate()
    assert gate.wait(100.0) == 0
    gate.close(100.0, 5.0)
    gate.close(101.0, 1.0)
    gate.close(101.0, None)
    assert gate.wait(101.0) == 4
    gate.close(101.0, 90.0)
    assert gate.wait(101.0) == 90
    assert gate.wait(200.0) == 0
