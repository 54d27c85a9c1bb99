"""What the tests on real sockets share."""

from collections.abc import Iterator

import pytest

from .long_uploads import LongUploads

PROXY_VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


@pytest.fixture(autouse=True)
def no_proxy_between(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the machine's own proxies out of the tests."""
    for name in PROXY_VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture(scope="session")
def long_uploads() -> Iterator[LongUploads]:
    """Give two uploads that are under way."""
    with LongUploads() as uploads:
        yield uploads


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Look at the long uploads last, and begin them with the first test of this folder."""
    long = [item for item in items if "long_uploads" in getattr(item, "fixturenames", ())]
    here = [item for item in items if "tests/wire/" in item.nodeid and item not in long]
    for item in here[:1] if long else []:
        if isinstance(item, pytest.Function):
            item.fixturenames.insert(0, "long_uploads")
    items[:] = [*(item for item in items if item not in long), *long]
