"""Whatever happens on the line, the account holds what the answers said."""

import random

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from pinarkive.sandbox import Sandbox

from ..wire.proxy import FaultProxy
from .machine import Account, Faults, Line

# The usual number of examples for a property; a sequence of calls is one, and takes longer.
USUAL = 100
SHARE = 3


def test_the_account_holds_what_the_answers_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(random, "random", lambda: 0.0)
    faults = Faults()
    most = settings.default.max_examples if settings.default is not None else USUAL
    limits = settings(
        max_examples=most // SHARE,
        stateful_step_count=25,
        deadline=None,
        derandomize=most <= USUAL,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    with Sandbox() as sandbox, FaultProxy(sandbox.base_url, faults) as proxy:
        monkeypatch.setattr(Account, "line", Line(sandbox, proxy, faults), raising=False)
        run_state_machine_as_test(Account, settings=limits)
