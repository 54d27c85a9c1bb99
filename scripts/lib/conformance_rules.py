"""What schemathesis is told of the sandbox: how to log in, and which rules no schema tells.

Schemathesis itself reads this file.
"""

import importlib
import os
import re
from typing import Any

import httpx

# The checks run without it, since it is in an extra of its own.
schemathesis: Any = importlib.import_module("schemathesis")

URL = os.environ["SANDBOX_URL"]
KEY = os.environ["SANDBOX_KEY"]
LOGIN = {"email": os.environ["SANDBOX_EMAIL"], "password": os.environ["SANDBOX_PASSWORD"]}
SESSION_PATHS = ("/auth/", "/cluster/", "/payments/")

# A refusal's message, and why a schema that is right does not tell that the request is refused.
RULES = {
    r"Invalid CID": "a CID carries a hash function and the length of its digest",
    r"Invalid timelock: it must be in the future": "what is past depends on the time",
    r"Invalid timelock": "RFC 3339 allows a leap second, which Python's datetime cannot hold",
    r"Invalid dirPath": "which folders the server has is known to the server",
    r"Unknown planId": "which plans there are is known to the server",
    r"The password must have at least \d+ characters": "how strong is not documented",
    r"The token is not valid, was used or has expired": "it was mailed",
    r"The two-factor code is not valid": "it is right for half a minute",
    r"Set up two-factor authentication first": "it depends on what was called before",
    r"Two-factor authentication is (not on|on already)": "it depends on what was called before",
    r"name: a token name": "which characters can be seen is more than a pattern can say",
    r"No files? uploaded": "a part is a file by its filename, which OpenAPI cannot ask for",
    r"Invalid (path|name)": "it is the part's filename, which OpenAPI cannot describe",
    r"Malformed multipart body": "the parts' headers are no part of a schema",
    r"Field name missing": "a part's name is no member that a schema could forbid to be empty",
    r"Unexpected field": "how often a part may come is told by no media type",
}


class Credential:
    """An API key, or a session where the service asks for one."""

    def get(self, case: Any, _: Any) -> str:
        """Return a credential that is good for an operation."""
        if not case.operation.path.startswith(SESSION_PATHS):
            return KEY
        answer = httpx.post(f"{URL}/auth/login", json=LOGIN, trust_env=False)
        return str(answer.raise_for_status().json()["token"])

    def set(self, case: Any, data: str, _: Any) -> None:
        """Put it into a request."""
        case.headers["Authorization"] = f"Bearer {data}"


def filter_failure(_: Any, failure: Any, case: Any, response: Any) -> bool:
    """Keep a failure, unless the refusal is by one of the rules."""
    if "RejectedPositiveData" not in type(failure).__name__ or response.status_code != 400:
        return True
    message = response.json().get("message", "")
    return not any(re.match(rule, message) for rule in RULES)


schemathesis.auth()(Credential)
schemathesis.hook(filter_failure)
