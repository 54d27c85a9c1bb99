"""When a request may begin, by a clock that the tests turn."""

import heapq
import math
import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinarkive._core.decode import Answer
from pinarkive._core.pacing import Rate, Said, Window, what_is_left

NOW = datetime(2031, 5, 1, 12, 0, 0, 250_000, tzinfo=UTC)
HTTP_NOW = "Thu, 01 May 2031 12:00:00 GMT"
UNIX_NOW = int(NOW.timestamp())


def said(**headers: str) -> Said | None:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return what_is_left(Answer(200, named, b"", NOW))


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, None),
        ({"x_ratelimit_remaining": "0"}, None),
        ({"x_ratelimit_reset": "5"}, None),
        ({"x_ratelimit_remaining": "soon", "x_ratelimit_reset": "5"}, None),
        ({"x_ratelimit_remaining": "0", "x_ratelimit_reset": "soon"}, None),
        ({"x_ratelimit_remaining": "0", "x_ratelimit_reset": "5"}, (0, 5.0)),
        ({"ratelimit_remaining": "7", "ratelimit_reset": "5"}, (7, 5.0)),
        ({"x_ratelimit_remaining": "0", "x_ratelimit_reset": str(UNIX_NOW + 5)}, (0, 4.75)),
        ({"x_ratelimit_remaining": "0", "x_ratelimit_reset": "2031-05-01T12:00:05Z"}, (0, 4.75)),
        # Rounded down, it may be over by a moment.
        ({"x_ratelimit_remaining": "0", "x_ratelimit_reset": str(UNIX_NOW)}, (0, -0.25)),
        # Too far away, or long over, by a clock that is wrong.
        ({"x_ratelimit_remaining": "0", "x_ratelimit_reset": str(UNIX_NOW + 301)}, None),
        ({"x_ratelimit_remaining": "0", "x_ratelimit_reset": str(UNIX_NOW - 60)}, None),
        ({"x_ratelimit_remaining": "0", "x_ratelimit_reset": "9" * 15}, None),
        ({"x_ratelimit_remaining": "0", "x_ratelimit_reset": "99999999"}, None),
    ],
)
def test_what_an_answer_says(headers: dict[str, str], expected: tuple[int, float] | None) -> None:
    assert said(**headers) == (None if expected is None else Said(*expected))


@pytest.mark.parametrize("hours", [-5, -1, 1, 5])
def test_a_reset_is_read_by_the_clock_that_it_was_told_by(hours: int) -> None:
    there = NOW + timedelta(hours=hours)
    date = there.strftime("%a, %d %b %Y %H:%M:%S GMT")
    reset = str(int(there.timestamp()) + 10)
    found = said(x_ratelimit_remaining="0", x_ratelimit_reset=reset, date=date)
    assert found is not None
    assert found.seconds == pytest.approx(10)
    assert said(x_ratelimit_remaining="0", x_ratelimit_reset="10", date=date) == Said(0, 10.0)
    # What a second's rounding and an answer's way make is no other clock.
    assert said(
        x_ratelimit_remaining="0", x_ratelimit_reset=str(UNIX_NOW + 10), date=HTTP_NOW
    ) == Said(0, 9.75)
    for nonsense in ("", "yesterday", "Thu, 01 May 2031 12:00:00", "Thu, 99 May 2031 12:00:00 GMT"):
        found = said(x_ratelimit_remaining="0", x_ratelimit_reset=str(UNIX_NOW + 10), date=nonsense)
        assert found == Said(0, 9.75)


def begin(window: Window, turn: str, now: float) -> None:
    assert window.hold(turn, now) is None
    window.begin(turn, now)


def test_where_nothing_is_said_nobody_waits() -> None:
    window = Window()
    for number in range(1000):
        begin(window, f"{number}", 1.0)
    for number in range(0, 1000, 2):
        window.end(f"{number}", 2.0, None)
        begin(window, f"again {number}", 2.0)


def test_nothing_that_remains_is_believed_until_the_reset() -> None:
    window = Window()
    begin(window, "a", 1.0)
    window.end("a", 1.0, Said(0, 5.0))
    hold = window.hold("b", 2.0)
    assert hold is not None
    assert hold.seconds == hold.longest == pytest.approx(4.1)
    assert hold.fits(None, 60)
    assert hold.fits(4.2, 60)
    assert not hold.fits(4.0, 60)
    assert not hold.fits(None, 4)
    begin(window, "b", 6.1)


def test_what_remains_is_not_given_to_more_than_it_is_for() -> None:
    window = Window()
    for number in range(32):
        begin(window, f"{number}", 1.0)
    window.end("0", 1.1, Said(3, 50.0))
    # The others may not have been counted yet.
    hold = window.hold("new", 1.1)
    assert hold is not None
    assert hold.seconds == 0.05
    assert hold.longest == pytest.approx(50.1)
    window.leave("new")
    for number in range(1, 32):
        window.end(f"{number}", 1.2, Said(3 + number % 2, 50.0))
    began: list[int] = []
    for number in range(32):
        if window.hold(f"new {number}", 1.3) is None:
            window.begin(f"new {number}", 1.3)
            began.append(number)
    assert began == [0, 1, 2]


def test_those_that_have_long_been_under_way_have_been_counted() -> None:
    window = Window()
    for number in range(20):
        begin(window, f"large {number}", 1.0)
    begin(window, "small", 10.0)
    window.end("small", 10.5, Said(2, 50.0))
    begin(window, "next", 10.5)
    begin(window, "after", 10.5)
    assert window.hold("another", 10.5) is not None


def test_one_goes_ahead_into_a_new_window() -> None:
    window = Window()
    begin(window, "a", 1.0)
    window.end("a", 1.0, Said(0, 5.0))
    for turn in "bcd":
        assert window.hold(turn, 2.0) is not None
    # Whoever wakes first, the first that came is the first that goes.
    assert window.hold("d", 6.1) is not None
    begin(window, "b", 6.1)
    assert window.hold("c", 6.1) is not None
    window.end("b", 6.2, Said(2, 4.9))
    # Who comes later does not overtake.
    assert window.hold("e", 6.2) is not None
    begin(window, "c", 6.2)
    begin(window, "d", 6.2)
    assert window.hold("e", 6.2) is not None


def test_a_large_upload_that_goes_ahead_does_not_keep_the_others() -> None:
    window = Window()
    begin(window, "a", 1.0)
    window.end("a", 1.0, Said(0, 5.0))
    begin(window, "large", 7.0)
    assert window.hold("b", 7.9) is not None
    begin(window, "b", 8.0)
    assert window.hold("c", 8.5) is not None


def test_without_an_answer_there_is_nothing_to_go_by_any_more() -> None:
    window = Window()
    begin(window, "a", 1.0)
    window.end("a", 1.0, Said(0, 5.0))
    begin(window, "lost", 7.0)
    for turn in "bc":
        assert window.hold(turn, 7.0) is not None
    window.end("lost", 7.5, None)
    for turn in "bcdef":
        begin(window, turn, 7.5)
    # Nor is anybody left in the queue.
    window.end("b", 8.0, Said(6, 5.0))
    begin(window, "g", 8.0)


def test_answers_that_say_nothing_use_nothing_up() -> None:
    window = Window()
    begin(window, "a", 1.0)
    window.end("a", 1.0, Said(1, 50.0))
    for number in range(10):
        begin(window, f"{number}", 2.0)
        window.end(f"{number}", 2.0, None)


def test_answers_overtake_each_other() -> None:
    window = Window()
    for turn in "abc":
        begin(window, turn, 1.0)
    window.end("c", 1.2, Said(0, 5.0))
    window.end("a", 1.3, Said(2, 4.9))
    assert window.hold("d", 1.4) is not None
    # The end of a window before that is known already.
    window.end("b", 1.4, Said(9, -0.5))
    assert window.hold("d", 1.4) is not None


def test_the_newest_window_counts() -> None:
    window = Window()
    begin(window, "login", 1.0)
    window.end("login", 1.0, Said(0, 200.0))
    # Of another limit than the one before.
    window.begin("sent all the same", 2.0)
    window.end("sent all the same", 2.0, Said(90, 30.0))
    begin(window, "next", 2.0)


def test_a_refusal_says_when_the_next_may_come() -> None:
    window = Window()
    window.put_off(1.0, 5.0)
    begin(window, "nothing is known", 1.0)
    window.end("nothing is known", 1.0, Said(0, 30.0))
    window.put_off(1.0, 5.0)
    assert window.hold("a", 5.9) is not None
    begin(window, "a", 6.0)
    window.put_off(6.0, 1e9)
    assert window.hold("b", 7.0) is None


def schedule(per_minute: int, arrivals: list[float]) -> list[float]:
    """Return when requests begin that arrive at these moments and wait as they are told."""
    rate = Rate(per_minute)
    events = [(moment, number) for number, moment in enumerate(sorted(arrivals))]
    heapq.heapify(events)
    began: list[float] = []
    while events:
        now, number = heapq.heappop(events)
        hold = rate.hold(number, now)
        if hold is None:
            rate.begin(number, now)
            began.append(now)
        else:
            heapq.heappush(events, (now + hold.seconds, number))
    return began


@given(st.integers(1, 150), st.lists(st.floats(0, 200), max_size=300))
@settings(deadline=None)
def test_no_minute_has_more_than_it_may(per_minute: int, arrivals: list[float]) -> None:
    began = schedule(per_minute, arrivals)
    assert len(began) == len(arrivals)
    for number, moment in enumerate(began):
        assert sum(moment <= other < moment + 60 for other in began[number:]) <= per_minute


@pytest.mark.parametrize("per_minute", [1, 2, 10, 60, 100, 1000])
def test_a_minute_has_nearly_as_many_as_it_may_and_evenly(per_minute: int) -> None:
    began = schedule(per_minute, [0.0] * per_minute * 3)
    # What may go at once is kept back from the rest.
    assert began[-1] <= 180 * 1.06
    assert sum(moment < 1 for moment in began) <= 10 + per_minute / 50
    assert began == sorted(began)


def test_a_pace_is_for_as_many_as_a_program_can_send() -> None:
    rate = Rate(10**400)
    for number in range(1000):
        assert rate.hold(number, 1.0 + number / 1e6) is None
        rate.begin(number, 1.0 + number / 1e6)


def test_who_gives_up_uses_nothing_up() -> None:
    rate = Rate(1)
    assert rate.hold("a", 0.0) is None
    rate.begin("a", 0.0)
    for turn in ("b", "c"):
        assert rate.hold(turn, 0.0) is not None
    rate.leave("b")
    assert rate.hold("c", 60.2) is None


class Server:
    """Takes so many requests in a window, and tells it in whole seconds or to the moment."""

    def __init__(self, limit: int, length: float, *, is_sliding: bool) -> None:
        self.refused = 0
        self._limit = limit
        self._length = length
        self._is_sliding = is_sliding
        self._taken: list[float] = []

    def take(self, now: float) -> tuple[int, float]:
        """Return how many remain, and the moment of the reset."""
        start = now - self._length
        if self._is_sliding:
            self._taken = [moment for moment in self._taken if moment > start]
        elif self._taken and self._taken[0] <= start:
            self._taken = []
        if len(self._taken) >= self._limit:
            self.refused += 1
        else:
            self._taken.append(now)
        return self._limit - len(self._taken), self._taken[0] + self._length


@given(
    st.integers(1, 60),
    st.sampled_from([1.0, 2.0, 10.0, 60.0]),
    st.integers(1, 40),
    st.sampled_from(["fixed", "rounded", "sliding"]),
    st.floats(0.001, 0.5),
    st.integers(0, 2**32),
)
@settings(deadline=None, max_examples=100)
def test_a_server_refuses_nobody_that_it_has_told(
    limit: int, length: float, workers: int, kind: str, latency: float, seed: int
) -> None:
    """Workers send one request after another, each as soon as it may."""
    chance = random.Random(seed)  # noqa: S311  # a test that can be repeated
    server, window = Server(limit, length, is_sliding=kind == "sliding"), Window()
    events: list[tuple[float, int, str, Said | None]] = []
    done, number = 0, 0
    # What begins before the first answer is told of nothing.
    workers = min(workers, limit)
    if kind == "sliding":
        latency *= length / 60
    for number in range(workers):
        events.append((0.0, number, "ask", None))
    heapq.heapify(events)
    asked = workers
    while events and done < 150:
        now, number, what, told = heapq.heappop(events)
        if what == "ask":
            hold = window.hold(number, now)
            if hold is not None:
                heapq.heappush(events, (now + hold.seconds, number, "ask", None))
                continue
            window.begin(number, now)
            heapq.heappush(events, (now + chance.uniform(0, latency), number, "arrive", None))
        elif what == "arrive":
            remaining, reset = server.take(now)
            way = chance.uniform(0, latency)
            reset = math.ceil(reset) if kind == "rounded" else reset
            told = Said(remaining, reset - now - way)
            heapq.heappush(events, (now + way, number, "answer", told))
        else:
            window.end(number, now, told)
            done += 1
            heapq.heappush(events, (now, asked, "ask", None))
            asked += 1
    # One that counts the last so many seconds at each moment tells when the first of them leaves.
    assert server.refused <= (8 if kind == "sliding" else 0)
    assert done == 150
