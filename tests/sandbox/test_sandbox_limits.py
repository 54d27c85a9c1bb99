"""Rate limits: for each caller, in windows that the clock ends."""

from datetime import timedelta

import pytest

from pinarkive.sandbox import Sandbox
from pinarkive.sandbox.clock import utc_now
from pinarkive.sandbox.limits import MANY_WINDOWS, Limit, RateLimiter

from .raw import MovableClock, api_client, bare_client

LOGIN = {"email": "nobody@example.com", "password": "not a password"}


def test_each_caller_has_calls_of_its_own() -> None:
    with Sandbox(rate_limit=2, clock=MovableClock()) as sandbox, api_client(sandbox) as api:
        other = api.post("/tokens/generate", json={"name": "other"}).json()["token"]
        assert api.get("/users/me").status_code == 200
        assert api.get("/users/me").status_code == 429
        with api_client(sandbox, other) as its, bare_client(sandbox.base_url) as nobody:
            assert its.get("/users/me").headers["x-ratelimit-remaining"] == "1"
            assert nobody.get("/health").headers["x-ratelimit-remaining"] == "1"


def test_a_window_may_be_of_any_length() -> None:
    clock = MovableClock()
    with Sandbox(rate_limit=1, rate_window=2, clock=clock) as sandbox, api_client(sandbox) as api:
        assert api.get("/health").status_code == 200
        clock.advance(seconds=1)
        refused = api.get("/health")
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "1")
        assert "code" not in refused.json()
        clock.advance(seconds=1)
        assert api.get("/health").status_code == 200


def test_the_tightest_of_two_limits_is_told() -> None:
    clock = MovableClock()
    with (
        Sandbox(rate_limit=5, rate_limit_per_second=2, clock=clock) as sandbox,
        api_client(sandbox) as api,
    ):

        def told() -> tuple[int, str, str]:
            answer = api.get("/health")
            headers = answer.headers
            return (
                answer.status_code,
                headers["x-ratelimit-limit"],
                headers["x-ratelimit-remaining"],
            )

        assert [told() for _ in range(3)] == [(200, "2", "1"), (200, "2", "0"), (429, "2", "0")]
        clock.advance(seconds=1)
        assert [told() for _ in range(2)] == [(200, "2", "1"), (200, "2", "0")]
        clock.advance(seconds=1)
        assert [told() for _ in range(2)] == [(200, "5", "0"), (429, "5", "0")]
        assert api.get("/health").headers["retry-after"] == "58"


def test_of_two_limits_that_are_reached_the_one_that_lasts_longer_is_told() -> None:
    clock = MovableClock()
    with (
        Sandbox(rate_limit=1, rate_limit_per_second=1, clock=clock) as sandbox,
        api_client(sandbox) as api,
    ):
        assert api.get("/health").status_code == 200
        assert api.get("/health").headers["retry-after"] == "60"


def test_logins_are_limited_by_address() -> None:
    clock = MovableClock()
    with (
        Sandbox(login_limit=3, clock=clock) as sandbox,
        bare_client(sandbox.base_url) as nobody,
        api_client(sandbox) as api,
    ):
        assert nobody.post("/auth/login", json=LOGIN).status_code == 401
        assert nobody.post("/auth/forgot-password", json=LOGIN).status_code == 200
        assert api.post("/auth/reset-password", json={"token": "x"}).status_code == 400
        refused = api.post("/auth/signup", json={})
        assert (refused.status_code, refused.json()["code"]) == (429, "RATE_LIMIT")
        assert (refused.headers["retry-after"], refused.json()["limit"]) == ("900", 3)
        challenge = {"temporaryToken": "x", "code": "012345"}
        assert nobody.post("/auth/2fa/verify-login", json=challenge).status_code == 401
        assert nobody.get("/health").status_code == 200
        clock.advance(minutes=15)
        assert nobody.post("/auth/login", json=LOGIN).status_code == 401


def test_a_call_that_is_refused_counts_for_nothing() -> None:
    now = utc_now()
    limiter = RateLimiter((Limit(1, timedelta(seconds=1)), Limit(2, timedelta(minutes=1))))
    limiter.count("me", now)
    for _ in range(3):
        with pytest.raises(Exception, match="Rate limit exceeded"):
            limiter.count("me", now)
    assert limiter.count("me", now + timedelta(seconds=1))["X-RateLimit-Remaining"] == "0"


def test_windows_that_ended_are_forgotten() -> None:
    now = utc_now()
    limiter = RateLimiter((Limit(1, timedelta(seconds=1)),))
    for number in range(MANY_WINDOWS + 1):
        limiter.count(f"caller {number}", now)
    limiter.count("the next", now + timedelta(seconds=1))
    assert len(limiter.windows) == 1


@pytest.mark.parametrize(("calls", "seconds"), [(0, 60), (-1, 60), (1, 0)])
def test_a_limit_of_nothing_is_refused(calls: int, seconds: float) -> None:
    with pytest.raises(ValueError, match="at least one call"):
        Sandbox(rate_limit=calls, rate_window=seconds)
