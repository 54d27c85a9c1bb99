"""Run every call of the table with the `pinarkive_client` that is found first, and print what came.

The tests run it twice, as a program: once where 3.1.1 is, and once where the SDK is.
"""

import importlib
import inspect
import json
import os
import socket
import sys
import warnings
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any, TypeGuard

from .case import METHODS, Call, MadeError, Open
from .received import MADE_ERRORS, RECEIVED
from .recorder import Recorder
from .sent import SENT

ATTRIBUTES = ("status_code", "message", "body", "error", "code", "required", "retry_after")
SETTABLE = ("token", "api_key", "base_url", "request_source")


def main() -> None:
    module = importlib.import_module("pinarkive_client")
    # Bound and not listening: connections to it are refused, and nobody else gets the port.
    with Recorder() as recorder, socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        nobody = f"127.0.0.1:{deaf.getsockname()[1]}"
        calls = {call.name: run(module, call, recorder, nobody) for call in (*SENT, *RECEIVED)}
    found = {
        "file": module.__file__,
        "version": module.__version__,
        "signatures": {name: signature(module, name) for name in METHODS},
        "constructor": signature(module, "__init__"),
        "session": hasattr(module.PinarkiveClient(), "session"),
        "errors": {made.name: make(module, made) for made in MADE_ERRORS},
        "calls": calls,
    }
    json.dump(found, sys.stdout)


def run(module: ModuleType, call: Call, recorder: Recorder, nobody: str) -> dict[str, Any]:
    places = {"{server}": recorder.address, "{nobody}": nobody}
    before = dict(os.environ)
    os.environ.update({name: put(value, places) for name, value in call.environment.items()})
    recorder.begin(call.answers)
    client: Any = None

    def do() -> object:
        nonlocal client
        client = module.PinarkiveClient(
            *(put(value, places) for value in call.client_args),
            **{name: put(value, places) for name, value in call.client.items()},
        )
        if call.once and hasattr(client, "with_options"):
            client = client.with_options(max_retries=0)
        if call.used_before:
            client.health()
            recorder.received.clear()
        for name, value in call.settings.items():
            setattr(client, name, put(value, places))
        return getattr(client, call.method)(
            *(opened(value) for value in call.args),
            **{name: opened(value) for name, value in call.kwargs.items()},
        )

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            outcome = outcome_of(module, do)
    finally:
        os.environ.clear()
        os.environ.update(before)
    return {
        "outcome": outcome,
        "requests": recorder.received,
        "attributes": {
            name: take(repr(getattr(client, name)), places)
            for name in SETTABLE
            if client is not None
        },
    }


def outcome_of(module: ModuleType, do: Callable[[], object]) -> dict[str, Any]:
    """Return what a call returned, written so that 1, 1.0 and True differ, or what it raised."""
    try:
        return {"returned": repr(do())}
    except Exception as error:
        return {
            "raised": [cls.__name__ for cls in type(error).__mro__],
            "error": described(error) if isinstance(error, module.PinarkiveError) else {},
        }


def make(module: ModuleType, made: MadeError) -> dict[str, str]:
    """Return what an error that a program makes itself looks like."""
    error = module.PinarkiveError(*made.args, **made.kwargs)
    return {**described(error), "args": repr(error.args)}


def described(error: Exception) -> dict[str, str]:
    return {"str": str(error), **{name: attribute(error, name) for name in ATTRIBUTES}}


def attribute(error: object, name: str) -> str:
    try:
        value: object = getattr(error, name)
        # Seconds are seconds: 30 == 30.0.
        return repr(int(value) if isinstance(value, float) and value.is_integer() else value)
    except Exception as problem:
        return f"raises {type(problem).__name__}"


def signature(module: ModuleType, name: str) -> list[list[str]]:
    parameters = inspect.signature(getattr(module.PinarkiveClient, name)).parameters.values()
    return [[each.name, each.kind.name, repr(each.default)] for each in parameters]


def put(value: Any, places: Mapping[str, str]) -> Any:
    """Return the value with the addresses of this run in it."""
    if isinstance(value, str):
        for name, address in places.items():
            value = value.replace(name, address)
    return value


def take(text: str, places: Mapping[str, str]) -> str:
    """Return the text without the addresses of this run."""
    for name, address in places.items():
        text = text.replace(address, name)
    return text


def opened(value: object) -> object:
    """Return the argument with the files that it names opened."""
    if isinstance(value, Open):
        return value.open()
    if is_object(value):
        return {name: opened(each) for name, each in value.items()}
    return value


def is_object(value: object) -> TypeGuard[dict[object, object]]:
    """Tell the type checkers what the keys and values of a dict are."""
    return isinstance(value, dict)


if __name__ == "__main__":
    main()
