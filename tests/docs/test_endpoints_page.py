"""docs/endpoints.md has every route of the service, each with what the service says of it."""

import inspect
import re
from pathlib import Path

import pytest

import pinarkive
from pinarkive import AsyncPinarkiveClient, PinarkiveClient
from tests.contract.routes import ROUTES, Route, segments

TEXT = (Path(__file__).parents[2] / "docs" / "endpoints.md").read_text()
TABLES, _, LEFT_OUT = TEXT.partition("## Left out")
ROUTE = re.compile(r"`(GET|POST|PUT|DELETE) (\S+)`")
ROWS = [
    [cell.strip() for cell in line.strip("|").split(" | ")]
    for line in TABLES.splitlines()
    if line.startswith("| `")
]

Key = tuple[str, tuple[str, ...]]


def key_of(method: str, path: str) -> Key:
    return method, segments(path)


def documented() -> dict[Key, list[str]]:
    found: dict[Key, list[str]] = {}
    for row in ROWS:
        match = ROUTE.fullmatch(row[0])
        assert match, row
        assert key_of(*match.groups()) not in found, row
        found[key_of(*match.groups())] = row
    return found


DOCUMENTED = documented()
WITHOUT_METHOD = {key_of(*match.groups()) for match in ROUTE.finditer(LEFT_OUT)}


def name_of(route: Route) -> str:
    return f"{route.method} {route.path}"


@pytest.mark.parametrize("route", ROUTES, ids=name_of)
def test_a_route_is_in_the_table_or_left_out(route: Route) -> None:
    key = key_of(route.method, route.path)
    assert (key in DOCUMENTED) is not (key in WITHOUT_METHOD)


def test_nothing_is_made_up() -> None:
    known = {key_of(route.method, route.path) for route in ROUTES}
    assert DOCUMENTED.keys() | WITHOUT_METHOD == known
    assert len(known) == len(ROUTES)


@pytest.mark.parametrize(
    "route",
    [route for route in ROUTES if key_of(route.method, route.path) in DOCUMENTED],
    ids=name_of,
)
def test_a_route_needs_what_the_service_says(route: Route) -> None:
    scope = DOCUMENTED[key_of(route.method, route.path)][1]
    without = "*nothing*" if route.auth == "none" else "*a credential*"
    assert scope == (f"`{route.scope}`" if route.scope else without)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0].strip("`"))
def test_a_call_is_there_in_both_clients(row: list[str]) -> None:
    request, sync = row[2].strip("`"), row[4].strip("`")
    path = sync.partition("(")[0].split(".")[1:]
    sync_method: object = PinarkiveClient(api_key="none")
    async_method: object = AsyncPinarkiveClient(api_key="none")
    for name in path:
        sync_method, async_method = getattr(sync_method, name), getattr(async_method, name)
    assert inspect.ismethod(sync_method)
    assert inspect.iscoroutinefunction(async_method)
    assert (request in sync) is (path == ["send"])
    assert hasattr(pinarkive, request)
