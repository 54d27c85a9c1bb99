from functools import partial

import pytest

from pinarkive.sandbox import Sandbox

from .command import RunHere, run_here


@pytest.fixture
def sandbox(pinarkive_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    """A sandbox as new, which the environment names."""
    monkeypatch.setenv("PINARKIVE_API_KEY", pinarkive_sandbox.api_key)
    monkeypatch.setenv("PINARKIVE_API_BASE_URL", pinarkive_sandbox.base_url)
    return pinarkive_sandbox


@pytest.fixture
def here(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> RunHere:
    """What runs a command in this process, on the sandbox."""
    return partial(run_here, capsys)
