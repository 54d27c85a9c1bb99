"""What two runs of the same call have not in common."""

import json
from collections.abc import Mapping
from typing import Any, TypeAlias

__all__ = ["Run", "differences", "unlike"]

Run: TypeAlias = Mapping[str, Any]


def differences(old: Run, new: Run) -> dict[str, tuple[object, object]]:
    """Return by aspect what 3.1.1 did and what the SDK did, where that is not the same."""
    before, after = old["outcome"], new["outcome"]
    raised: list[str] = before.get("raised", [""])
    # What a caller caught of 3.1.1 is caught by the same `except`.
    if raised[0] not in after.get("raised", []):
        found = unlike({"outcome": summary(before)}, {"outcome": summary(after)})
    elif raised[0] == "PinarkiveError":
        found = unlike(before["error"], after["error"])
    else:
        found = {}
    found |= unlike({"requests": len(old["requests"])}, {"requests": len(new["requests"])})
    for first, second in zip(old["requests"], new["requests"], strict=False):
        found |= unlike(first, second)
    # There are none where the constructor raised.
    if new["attributes"]:
        found |= unlike(old["attributes"], new["attributes"])
    return found


def summary(outcome: Run) -> str:
    if "returned" in outcome:
        return f"returned {outcome['returned']}"
    return f"raised {outcome['raised'][0]}"


def unlike(old: Run, new: Run) -> dict[str, tuple[object, object]]:
    """Return the values of all names that are not the same on both sides."""
    return {
        name: (old.get(name), new.get(name))
        for name in {**old, **new}
        if written(old.get(name)) != written(new.get(name))
    }


def written(value: object) -> str:
    """Return decoded JSON as text, so that 1, 1.0 and true are not the same."""
    return json.dumps(value, sort_keys=True)
