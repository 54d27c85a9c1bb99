"""Reads every shape of an answer, in pairs with `json.loads` of the same bytes.

The two take turns in one process, so that each pair finds the same machine.
"""

import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from typing import Any

from pydantic import JsonValue, TypeAdapter

from pinarkive._core.read import read_body
from pinarkive.models import (
    GetMe,
    ListPeers,
    ListPlans,
    ListTokens,
    ListUploads,
    PeerList,
    PlanList,
    Request,
    Response,
    TokenList,
    UploadPage,
    User,
)

READ: dict[str, tuple[Request[Any], type[Response]]] = {
    "GET /users/me/uploads": (ListUploads(), UploadPage),
    "GET /users/me": (GetMe(), User),
    "GET /tokens/list": (ListTokens(), TokenList),
    "GET /plans/": (ListPlans(), PlanList),
    "GET /peers/": (ListPeers(), PeerList),
}
LISTS = ("uploads", "tokens", "plans", "peers")
MEASURED = 0.004


@dataclass(frozen=True)
class Example:
    """A documented body."""

    name: str
    endpoint: str
    status: int
    body: JsonValue


def scaled(body: JsonValue, records: int) -> JsonValue:
    """Return a body whose list, or whose lines, are repeated to so many records."""
    if isinstance(body, list):
        return list(islice(cycle(body), records))
    assert isinstance(body, dict)  # noqa: S101
    for key, value in body.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            return {**body, key: list(islice(cycle(value), records))}
        if isinstance(value, str) and "\n" in value:
            return {**body, key: "\n".join(islice(cycle(value.splitlines()), records))}
    return body


def parsed(body: bytes) -> object:
    """Decode a body, and the lines of JSON that stand in it as text."""
    found: JsonValue = json.loads(body)
    if isinstance(found, dict):
        for value in found.values():
            if isinstance(value, str) and "\n" in value:
                return found, [json.loads(line) for line in value.splitlines()]
    return found


def seconds_of(function: Callable[[bytes], object], body: bytes, times: int) -> float:
    """Return how long a call takes, from a number of them."""
    started = time.perf_counter()
    for _ in range(times):
        function(body)
    return (time.perf_counter() - started) / times


def has_unknown_fields(answer: Response) -> bool:
    """Say whether an answer, or a record of its list, holds what no field takes."""
    records: list[Response] = [answer]
    for name in LISTS:
        records += getattr(answer, name, [])
    return any(each.model_extra for each in records)


def read_shape(example: Example, records: int, rounds: int) -> dict[str, object]:
    """Measure one body; the keys are the attributes of `benchmarks.shapes.Shape`."""
    body = json.dumps(scaled(example.body, records), separators=(",", ":")).encode()
    request, model = READ[example.endpoint]

    def ours(text: bytes) -> Response:
        answer: Response = read_body(request, text)
        return answer

    def validated(text: bytes) -> Response:
        return model.model_validate_json(text)

    # What is compiled at first use is not counted.
    validated(body)
    times = max(1, round(MEASURED / seconds_of(ours, body, 5)))
    functions = [ours, parsed, validated]
    found: list[tuple[float, float, float]] = []
    for number in range(rounds):
        order = functions if number % 2 else functions[::-1]
        taken = {it: seconds_of(it, body, times) for it in order}
        bare = taken[parsed]
        found.append((taken[ours], taken[ours] / bare, taken[validated] / bare))
    seconds, ratio, ratio_of_pydantic = (median(column) for column in zip(*found, strict=True))
    return {
        "name": example.name,
        "endpoint": example.endpoint,
        "records": records,
        "has_unknown_fields": has_unknown_fields(ours(body)),
        "seconds": seconds,
        "ratio": ratio,
        "validated": ratio_of_pydantic,
    }


def main() -> None:
    """Print what each shape of the examples took, as JSON."""
    path, rounds, *sizes = sys.argv[1:]
    examples = TypeAdapter(list[Example]).validate_json(Path(path).read_bytes())
    shapes = [
        read_shape(example, records, int(rounds))
        for records in (1, *map(int, sizes))
        for example in examples
        if example.endpoint in READ
        and example.status == 200
        and (example.endpoint == "GET /users/me") == (records == 1)
    ]
    print(json.dumps(shapes))


if __name__ == "__main__":
    main()
