"""Tells schemathesis how to log in to the sandbox, and which rules no schema can express.

Schemathesis imports this file.
"""

import importlib
import os
import re
from typing import Any

import httpx

# Imported dynamically, as the type checkers run without it.
schemathesis: Any = importlib.import_module("schemathesis")

URL = os.environ["SANDBOX_URL"]
KEY = os.environ["SANDBOX_KEY"]
LOGIN = {"email": os.environ["SANDBOX_EMAIL"], "password": os.environ["SANDBOX_PASSWORD"]}
SESSION_PATHS = ("/auth/", "/cluster/", "/payments/")

# Messages of rejections, and why a correct schema cannot predict them.
RULES = {
    r"Invalid CID": "a CID contains a hash function and the length of its digest",
    r"Invalid timelock: it must be in the future": "what is past depends on the time",
    r"Invalid timelock": "RFC 3339 allows a leap second, which Python's datetime cannot hold",
    r"Invalid dirPath": "only the server knows its folders",
    r"Unknown planId": "only the server knows its plans",
    r"The password must have at least \d+ characters": "the required strength is not documented",
    r"The token is not valid, was used or has expired": "the token is sent by mail",
    r"The two-factor code is not valid": "a code is valid for half a minute",
    r"Set up two-factor authentication first": "it depends on earlier calls",
    r"Two-factor authentication is (not on|on already)": "it depends on earlier calls",
    r"name: a token name": "no pattern can say which characters are visible",
    r"No files? uploaded": "a filename makes a part a file, and OpenAPI cannot require one",
    r"Invalid (path|name)": "it is the part's filename, which OpenAPI cannot describe",
    r"Malformed multipart body": "a schema does not cover the headers of parts",
    r"Field name missing": "a schema cannot forbid a part with an empty name",
    r"Unexpected field": "a media type cannot say how often a part may occur",
}


class Credential:
    """An API key, or a session for the operations that require one."""

    def get(self, case: Any, _: Any) -> str:
        """Return a credential that an operation accepts."""
        if not case.operation.path.startswith(SESSION_PATHS):
            return KEY
        answer = httpx.post(f"{URL}/auth/login", json=LOGIN, trust_env=False)
        return str(answer.raise_for_status().json()["token"])

    def set(self, case: Any, data: str, _: Any) -> None:
        """Add the credential to a request."""
        case.headers["Authorization"] = f"Bearer {data}"


def filter_failure(_: Any, failure: Any, case: Any, response: Any) -> bool:
    """Keep a failure, unless one of the rules explains the rejection."""
    if "RejectedPositiveData" not in type(failure).__name__ or response.status_code != 400:
        return True
    message = response.json().get("message", "")
    return not any(re.match(rule, message) for rule in RULES)


schemathesis.auth()(Credential)
schemathesis.hook(filter_failure)
