"""What a case of the comparison is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import IO, Any, TypeAlias

from .recorder import Answer

__all__ = [
    "BASE_URL",
    "CID",
    "FILES",
    "KEY",
    "METHODS",
    "OPTIONAL",
    "REQUIRED",
    "TOKEN",
    "Call",
    "Differences",
    "MadeError",
    "Open",
    "Why",
    "done",
]

CID = "bafybeiczsscdsbs7ffqz55asqdf3smv6klcw3gofszvwlyarci47bgf354"
BASE_URL = "http://{server}/api/v3"
KEY: Mapping[str, object] = {"api_key": "the-key", "base_url": BASE_URL}
TOKEN: Mapping[str, object] = {"token": "the-token", "base_url": BASE_URL}

METHODS = (
    "health",
    "get_plans",
    "get_peers",
    "login",
    "verify_2fa_login",
    "upload_file",
    "upload_directory",
    "upload_directory_dag",
    "pin_cid",
    "remove_file",
    "get_me",
    "list_uploads",
    "generate_token",
    "list_tokens",
    "revoke_token",
    "get_status",
    "get_allocations",
)

REQUIRED: Mapping[str, Mapping[str, object]] = {
    "login": {"email": "me@example.com", "password": "p\u00e4ss w\u00f6rd"},
    "verify_2fa_login": {"temporary_token": "temporary", "code": "012345"},
    "upload_file": {"file_path": "report.txt"},
    "upload_directory": {"dir_path": "/data/example"},
    "upload_directory_dag": {"files_dict": {"a.txt": b"a", "b/c.txt": b"c"}},
    "pin_cid": {"cid": CID},
    "remove_file": {"cid": CID},
    "generate_token": {"name": "ci"},
    "revoke_token": {"name": "ci"},
    "get_status": {"cid": CID},
    "get_allocations": {"cid": CID},
}
"""The arguments that a method must be given, in their order."""

OPTIONAL: Mapping[str, Mapping[str, object]] = {
    "upload_file": {"cluster_id": "cl1-eu", "timelock": "2999-12-31T23:59:59Z"},
    "upload_directory": {"cluster_id": "cl1-eu", "timelock": "2999-12-31T23:59:59Z"},
    "upload_directory_dag": {
        "dir_name": "site",
        "cluster_id": "cl1-eu",
        "timelock": "2999-12-31T23:59:59Z",
    },
    "pin_cid": {
        "original_name": "original",
        "custom_name": "custom",
        "cluster_id": "cl1-eu",
        "timelock": "2999-12-31T23:59:59Z",
    },
    "list_uploads": {"page": 3, "limit": 7},
    "generate_token": {
        "label": "label",
        "expires_in_days": 30,
        "scopes": ["files:read", "files:write"],
        "totp_code": "012345",
    },
    "revoke_token": {"totp_code": "012345"},
    "get_status": {"cluster_id": "cl1-eu"},
    "get_allocations": {"cluster_id": "cl1-eu"},
}
"""The others, in their order."""

FILES: Mapping[str, bytes] = {
    "report.txt": b"a report\n",
    "empty": b"",
    "sub/nested.bin": bytes(range(256)),
    "with space.txt": b"1",
    "\u00fcml\u00e4ut.txt": b"2",
    "\U0001f389.txt": b"3",
    'quo"te.txt': b"4",
    "it's.txt": b"5",
    "100%.txt": b"6",
    "a%20b.txt": b"7",
    "semi;colon=x.txt": b"8",
    "back\\slash.txt": b"9",
    "line\nbreak.txt": b"10",
    ".hidden": b"11",
    " around ": b"12",
    "large.bin": bytes(range(256)) * 8192,
    "netrc": b"machine 127.0.0.1 login user password secret\n",
}
"""What is in the working directory of both runs."""

Differences: TypeAlias = Mapping[str, tuple[object, object]]
"""By aspect, what 3.1.1 does and what the SDK does."""


class Why(Enum):
    """The differences that are meant: docs/upgrading.md tells users of each."""

    ENCODED = "path segments are encoded; '', '.', '..' and control characters are refused"
    REDIRECT = "redirects are not followed, and no 3xx is a success"
    NETRC = "a .netrc does not replace credentials"
    CREDENTIAL = "a credential is printable ASCII"
    REPEATED = "failures that allow it are repeated"
    NETWORK = "what requests raised is a PinarkiveError"
    NOT_JSON = "a body that is not JSON is an error of the SDK, or nothing; JSON is read as such"
    NO_OBJECT = "an error's body that is no JSON object does not crash"
    TOLD = "errors tell more, and their attributes have the types that they promise"
    NO_JSON = "a value that has no JSON form is refused, by one class of error for all of them"
    HIDDEN = "an error holds neither the credential nor a password"
    CONTENT = "contents that were sent as their str() are sent as what they mean, or refused"


@dataclass(frozen=True)
class Open:
    """A file of the working directory that the call is given open."""

    name: str
    mode: str = "rb"
    position: int = 0

    def open(self) -> IO[Any]:
        encoding = None if "b" in self.mode else "utf-8"
        file = open(self.name, self.mode, encoding=encoding)  # noqa: PTH123, SIM115  # the call closes it
        file.seek(self.position)
        return file


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call of one client, the answers that it gets, and what is meant to differ.

    `{server}` and `{nobody}` in texts for the client stand for the recorder's address and for one
    where connections are refused.
    """

    name: str
    method: str
    args: tuple[object, ...] = ()
    kwargs: Mapping[str, object] = field(default_factory=dict[str, object])
    client_args: tuple[object, ...] = ()
    client: Mapping[str, object] = field(default_factory=lambda: KEY)
    used_before: bool = False
    """Whether the client has made a call before its attributes are set."""
    settings: Mapping[str, object] = field(default_factory=dict[str, object])
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    answers: tuple[Answer, ...] = (Answer(),)
    once: bool = False
    """Whether the SDK is told not to repeat what failed, as 3.1.1 never did."""
    why: Why | None = None
    differs: Differences = field(default_factory=dict[str, tuple[object, object]])


@dataclass(frozen=True, kw_only=True)
class MadeError:
    """An error as programs make them for their own tests."""

    name: str
    args: tuple[object, ...] = ()
    kwargs: Mapping[str, object] = field(default_factory=dict[str, object])
    why: Why | None = None
    differs: Differences = field(default_factory=dict[str, tuple[object, object]])


def done(method: str) -> str:
    """Return the outcome of a method that is answered as usual."""
    return "returned None" if method in {"remove_file", "revoke_token"} else "returned {'ok': True}"
