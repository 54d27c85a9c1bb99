"""Turns that threads, views and forked processes share, or do not."""

import os
import threading

import pytest

from pinarkive._core.pacing import Said
from pinarkive._io.turns import Turns, rate_of


def tell(turns: Turns, remaining: int) -> None:
    """Let a request tell that so many remain for 30 s."""
    turns.begin("told", 1.0)
    turns.end("told", 1.0, Said(remaining, 30.0))


def test_threads_share_what_remains() -> None:
    turns = Turns(rate_of(None))
    tell(turns, 50)
    began: list[int] = []
    ready = threading.Barrier(20)

    def ask(number: int) -> None:
        ready.wait()
        began.extend(each for each in range(10) if turns.ask((number, each), 2.0) is None)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(began) == 50


def test_a_child_neither_waits_for_its_parents_lock_nor_for_its_calls(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    turns = Turns(rate_of(1))
    tell(turns, 0)
    asked, go_on = threading.Event(), threading.Event()

    class Slow:
        """What is held by the lock while it is looked at."""

        def __hash__(self) -> int:
            asked.set()
            go_on.wait(10)
            return 1

    parent = threading.Thread(target=turns.ask, args=(Slow(), 2.0))
    parent.start()
    asked.wait()
    process = os.getpid()
    monkeypatch.setattr("os.getpid", lambda: process + 1)
    assert turns.ask("in the child", 2.0) is None
    turns.end("in the child", 2.0, None)
    go_on.set()
    parent.join()


@pytest.mark.parametrize(
    ("max_per_minute", "is_other_account", "waits"),
    [
        (..., False, True),
        (..., True, True),
        (None, True, False),
        (None, False, True),
        (5, True, False),
    ],
)
def test_what_a_view_shares(
    max_per_minute: int | None, is_other_account: bool, waits: bool
) -> None:
    turns = Turns(rate_of(1))
    tell(turns, 0)
    view = turns.inherit(max_per_minute, is_other_account=is_other_account)
    assert (view.ask("mine", 2.0) is not None) == waits


def test_who_waits_for_its_pace_keeps_nobody_from_a_window() -> None:
    turns = Turns(rate_of(None))
    tell(turns, 0)
    slow = turns.inherit(1, is_other_account=False)
    slow.begin("before", 2.0)
    assert slow.ask("slow", 3.0) is not None
    # The window is over, and the first to come may go into the next.
    assert turns.ask("quick", 40.0) is None
    turns.end("quick", 40.0, Said(5, 30.0))
    slow.leave("slow")
    assert slow.ask("slow", 70.0) is None
