"""What all tests share."""

import os

import pytest
from hypothesis import settings

# How long an example takes is the machine's affair.
settings.register_profile("short", deadline=None)
settings.load_profile("short")
# What is made up, at greater length: scripts/test --hypothesis-profile long
settings.register_profile("long", max_examples=10_000, deadline=None)

# OpenTelemetry reads this once, when the first test uses it.
os.environ["OTEL_SEMCONV_STABILITY_OPT_IN"] = "http"

CREDENTIALS = ("PINARKIVE_TOKEN", "PINARKIVE_API_KEY", "PINARKIVE_API_BASE_URL")


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the machine's own credentials out of the tests."""
    for name in CREDENTIALS:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def anyio_backend() -> str:
    """Run the asynchronous tests on asyncio, the one event loop that the SDK is made for."""
    return "asyncio"
