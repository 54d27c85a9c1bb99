"""Feeds parsers with bytes from a coverage-guided fuzzer: fuzz.py TARGET [OPTIONS].

A finding ends the run with a traceback, and its input is saved in .fuzz/; pass that file after the
target to reproduce it. The options are those of libFuzzer, such as -max_total_time=60.
"""

import hashlib
import importlib
import json
import random
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

# It has no types, and must be imported before the modules that it instruments.
atheris: Any = importlib.import_module("atheris")

with atheris.instrument_imports(include=["pinarkive"]):
    from pinarkive._core.decode import Answer
    from pinarkive._values.json import is_list, is_object
    from tests.core.invariants import (
        NOW,
        ODD_VALUES,
        REQUESTS,
        check_answer,
        check_cid,
        check_input,
    )

FOLDER = Path(".fuzz")
EXAMPLES = Path("tests/contract/examples.json")
CIDS = Path("tests/core/data/cid.json")
STATUSES = (200, 201, 204, 302, 400, 401, 403, 404, 409, 410, 413, 429, 500, 502, 503, 100, 600)
HEADERS = (
    "content-type",
    "content-encoding",
    "retry-after",
    "location",
    "x-request-id",
    "x-ratelimit-limit",
    "x-ratelimit-reset",
    "ratelimit-remaining",
)


def names(value: object) -> Iterator[str]:
    """Yield every name in decoded JSON."""
    if is_object(value):
        yield from value
    for item in items_of(value):
        yield from names(item)


def strings(value: object) -> Iterator[str]:
    """Yield every text in decoded JSON."""
    if isinstance(value, str):
        yield value
    for item in items_of(value):
        yield from strings(item)


def items_of(value: object) -> list[object]:
    """Return the values in an array or object of decoded JSON."""
    if is_object(value):
        return list(value.values())
    return value if is_list(value) else []


WORDS = sorted(
    {word for example in json.loads(EXAMPLES.read_text()) for word in names(example["body"])}
)
MOSTLY = 0.8
HALF = 0.5


def decode(data: bytes) -> None:
    """Read bytes as an answer: its request, status, one header with its length, and the body."""
    if len(data) < 4:
        return
    end = 4 + data[3]
    header = {HEADERS[data[2] % len(HEADERS)]: data[4:end].decode("latin-1")}
    answer = Answer(STATUSES[data[1] % len(STATUSES)], header, data[end:], NOW)
    check_answer(data[0] % len(REQUESTS), answer)


def inputs(data: bytes) -> None:
    """Read bytes as a request: its type and its JSON."""
    if data:
        check_input(type(REQUESTS[data[0] % len(REQUESTS)]), data[1:])


def cid(data: bytes) -> None:
    """Read bytes as a CID."""
    check_cid(data.decode("utf-8", "surrogateescape"))


def answers() -> Iterator[bytes]:
    """Yield the documented answers for `decode`, each as the answer to several requests."""
    for number, example in enumerate(json.loads(EXAMPLES.read_text())):
        body = json.dumps(example["body"], ensure_ascii=False).encode()
        status = STATUSES.index(example["status"]) if example["status"] in STATUSES else 0
        for step in range(3):
            request = (number + step * 5) % len(REQUESTS)
            yield bytes([request, status, number % len(HEADERS), 1]) + b"5" + body


def requests() -> Iterator[bytes]:
    """Yield a request of each type for `inputs`."""
    for number, request in enumerate(REQUESTS):
        yield bytes([number]) + request.model_dump_json().encode()
        yield bytes([number]) + request.model_dump_json(by_alias=True).encode()


def cids() -> Iterator[bytes]:
    """Yield texts that are CIDs, and texts that are not."""
    yield from (text.encode() for text in strings(json.loads(CIDS.read_text())))


def change(value: object, chance: random.Random) -> object:
    """Return decoded JSON with one value replaced, renamed, added, repeated or removed."""
    if is_object(value) and value and chance.random() < MOSTLY:
        name = chance.choice(list(value))
        rest = {key: each for key, each in value.items() if key != name}
        other = chance.choice(WORDS)
        match chance.randrange(6):
            case 0:
                return rest
            case 1:
                return {**rest, other: value[name]}
            case 2:
                return {**value, other: chance.choice(ODD_VALUES)}
            case _:
                return {**value, name: change(value[name], chance)}
    if is_list(value) and value and chance.random() < MOSTLY:
        place = chance.randrange(len(value))
        end = place + chance.randrange(2)
        return [*value[:place], change(value[place], chance), *value[end:]]
    return chance.choice(ODD_VALUES)


def mutator(start_of_json: Callable[[bytes], int]) -> Callable[[bytes, int, int], bytes]:
    """Return a function that changes a target's input, half the time as bytes, else as JSON."""

    def mutate(data: bytes, max_size: int, seed: int) -> bytes:
        chance = random.Random(seed)  # noqa: S311  # the fuzzer's own seed, so that runs repeat
        start = start_of_json(data)
        if chance.random() < HALF:
            try:
                changed = (
                    data[:start] + json.dumps(change(json.loads(data[start:]), chance)).encode()
                )
            except (ValueError, RecursionError):
                pass
            else:
                if len(changed) <= max_size:
                    return changed
        mutated: bytes = atheris.Mutate(data, max_size)
        return mutated

    return mutate


def kept(name: str, feed: Callable[[bytes], None]) -> Callable[[bytes], None]:
    """Return a target that saves the input of each finding, which libFuzzer does not always do."""

    def feed_and_keep(data: bytes) -> None:
        try:
            feed(data)
        except BaseException:
            FOLDER.joinpath(f"{name}-{hashlib.sha256(data).hexdigest()[:16]}").write_bytes(data)
            raise

    return feed_and_keep


@dataclass(frozen=True)
class Target:
    """A function to fuzz, its first inputs, and how they are changed."""

    feed: Callable[[bytes], None]
    seeds: Callable[[], Iterator[bytes]]
    options: dict[str, Any] = field(default_factory=dict[str, Any])


TARGETS = {
    "decode": Target(decode, answers, {"custom_mutator": mutator(lambda data: 4 + sum(data[3:4]))}),
    "inputs": Target(inputs, requests, {"custom_mutator": mutator(lambda data: 1)}),
    "cid": Target(cid, cids),
}


def main(arguments: list[str]) -> int:
    """Fuzz a target until its time is up or there is a finding, and return the exit code."""
    if not arguments or arguments[0] not in TARGETS:
        print(f"usage: scripts/fuzz {{{'|'.join(TARGETS)}}} [--seconds N]", file=sys.stderr)
        return 2
    name, *options = arguments
    target = TARGETS[name]
    corpus = FOLDER / name
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(target.seeds()):
        corpus.joinpath(f"seed-{number}").write_bytes(seed)
    settings = [
        *("-max_len=4096", "-timeout=10", "-rss_limit_mb=2048", "-print_final_stats=1"),
        f"-artifact_prefix={FOLDER}/{name}-",
    ]
    is_replay = any(not option.startswith("-") for option in options)
    atheris.Setup(
        [name, *settings, *options, *([] if is_replay else [str(corpus)])],
        kept(name, target.feed),
        **target.options,
    )
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
