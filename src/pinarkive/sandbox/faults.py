"""Faults on demand: what goes wrong, and for which requests."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import ClassVar

from pydantic import ConfigDict

__all__ = ["Fault", "Faults"]

KNOWN_STATUSES = frozenset(int(each) for each in HTTPStatus if each >= HTTPStatus.OK)
REDIRECTS = (301, 302, 303, 307, 308)
BASE = "/api/"
# A longer delay is certainly a mistake.
LONGEST_DELAY = 3600.0


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong with a request; `Faults.add` explains the fields."""

    # It can also be read from JSON.
    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid", strict=True)

    status: int | None = None
    json: object = None
    retry_after: float | None = None
    drop: bool = False
    delay: float = 0.0
    truncate: bool = False
    html: bool = False
    redirect: str | None = None
    early_413: bool = False
    corrupt: bool = False
    method: str | None = None
    path: str | None = None
    times: int | None = 1

    def __post_init__(self) -> None:
        chosen = [
            name
            for name, is_chosen in (
                ("drop", self.drop),
                ("truncate", self.truncate),
                ("html", self.html),
                ("redirect", self.redirect is not None),
                ("early_413", self.early_413),
                ("corrupt", self.corrupt),
            )
            if is_chosen
        ]
        if len(chosen) > 1:
            raise ValueError(f"{chosen[0]} and {chosen[1]} cannot both happen to one request")
        kind = chosen[0] if chosen else None
        self._check_status(kind)
        if self.json is not None and kind is not None:
            raise ValueError(f"json cannot be combined with {kind}, which has its own answer")
        if self.retry_after is not None and self.status is None and kind != "html":
            raise ValueError("retry_after needs a status, such as 429 or 503")
        if self.retry_after is not None and not 0 <= self.retry_after < float("inf"):
            raise ValueError(f"retry_after must be at least 0 seconds, not {self.retry_after}")
        if not 0 <= self.delay <= LONGEST_DELAY:
            raise ValueError(f"delay must be from 0 to 3600 seconds, not {self.delay}")
        if kind is None and self.status is None and self.json is None and not self.delay:
            raise ValueError("say what goes wrong: for example status=503, drop=True or delay=0.5")
        if self.times is not None and self.times < 1:
            raise ValueError(f"times must be at least 1, or None for always, not {self.times}")
        if self.path is not None and not self.path.startswith("/"):
            raise ValueError(
                f"path must begin with a slash, such as '/files' or '/ipfs', not {self.path!r}"
            )
        if self.path is not None and self.path.startswith(BASE):
            raise ValueError(
                f"path must be below the API's base, such as '/files', not {self.path!r}"
            )
        if self.redirect is not None and not (
            self.redirect.isascii() and self.redirect.isprintable()
        ):
            raise ValueError(f"redirect must be a URL in printable ASCII, not {self.redirect!r}")
        if self.method is not None and not (self.method.isascii() and self.method.isalpha()):
            raise ValueError(f"method must be an HTTP method such as 'POST', not {self.method!r}")

    def _check_status(self, kind: str | None) -> None:
        if self.status is None:
            return
        if self.status not in KNOWN_STATUSES:
            raise ValueError(f"status must be an HTTP status of at least 200, not {self.status}")
        if kind == "redirect" and self.status not in REDIRECTS:
            raise ValueError(f"redirect needs a status of {REDIRECTS}, not {self.status}")
        if kind not in (None, "html", "redirect"):
            raise ValueError(f"status cannot be combined with {kind}, which has its own outcome")

    def fits(self, method: str, path: str) -> bool:
        """Return whether it applies to a request, whose path is below the API's base or `/ipfs`."""
        if self.method is not None and self.method.upper() != method:
            return False
        prefix = (self.path or "").rstrip("/")
        return path == prefix or path.startswith(f"{prefix}/")


class Faults:
    """The pending faults. Any thread may add one."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._lock = threading.Lock()

    def add(
        self,
        *,
        status: int | None = None,
        json: Mapping[str, object] | list[object] | None = None,
        retry_after: float | None = None,
        drop: bool = False,
        delay: float = 0.0,
        truncate: bool = False,
        html: bool = False,
        redirect: str | None = None,
        early_413: bool = False,
        corrupt: bool = False,
        method: str | None = None,
        path: str | None = None,
        times: int | None = 1,
    ) -> None:
        """Make the next requests to the API or the gateway fail.

        A request meets the first fault that matches it. It is not carried out, so nothing is
        stored, except with `delay`, `truncate` and `corrupt`.

        Args:
            status: The status of the answer; the body is like that of the service's errors.
            json: Another body for the answer, with status 200 by default.
            retry_after: Seconds for the header `Retry-After`, and for `retryAfter` in the body.
            drop: Cut the connection without an answer, after the whole request was read.
            delay: Seconds to wait before the answer, or before another fault.
            truncate: Cut the connection after half of the answer's declared length.
            html: Answer with the page of a proxy, with status 502 by default.
            redirect: Answer with this `Location`, with status 302 by default.
            early_413: Answer 413 before the body was read, and close the connection.
            corrupt: Put a wrong CID into the answer to an upload or pin, and change a byte of what
                the gateway sends.
            method: The method of the matching requests; left out, any.
            path: The start of their paths, as whole segments below the API's base (`/files`) or the
                gateway's (`/ipfs`); left out, any.
            times: How many requests to match; `None` matches all until `clear`.

        Raises:
            ValueError: The arguments contradict each other, or one of them is out of range.

        Example:
            sandbox.faults.add(status=429, retry_after=2, times=3, method="POST", path="/files")
        """
        fault = Fault(
            status=status,
            json=json,
            retry_after=retry_after,
            drop=drop,
            delay=delay,
            truncate=truncate,
            html=html,
            redirect=redirect,
            early_413=early_413,
            corrupt=corrupt,
            method=method,
            path=path,
            times=times,
        )
        self.put(fault)

    def put(self, fault: Fault) -> None:
        """Add an existing fault."""
        with self._lock:
            self._faults.append(fault)

    def clear(self) -> None:
        """Remove all faults."""
        with self._lock:
            self._faults.clear()

    @property
    def pending(self) -> list[Fault]:
        """The pending faults, each with the remaining `times`."""
        with self._lock:
            return self._faults.copy()

    def take(self, method: str, path: str) -> Fault | None:
        """Return the fault that matches a request, if any, and count the match."""
        with self._lock:
            for place, fault in enumerate(self._faults):
                if fault.fits(method, path):
                    if fault.times == 1:
                        del self._faults[place]
                    elif fault.times is not None:
                        self._faults[place] = replace(fault, times=fault.times - 1)
                    return fault
        return None
