"""What the tests of all hooks share."""

import pytest


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Repeat a call at once."""
    monkeypatch.setattr("pinarkive._core.retry.FIRST_WAIT", 0.0)
