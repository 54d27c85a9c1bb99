"""Faults on demand: what goes wrong next, and for which requests."""

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
# Nobody waits longer for what is to be a fault.
LONGEST_DELAY = 3600.0


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong with a request, as `Faults.add` explains it."""

    # It also comes as JSON.
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
            raise ValueError(f"json is the body of an answer of its own, and {kind} has another")
        if self.retry_after is not None and self.status is None and kind != "html":
            raise ValueError("retry_after needs a status, as 429 or 503")
        if self.retry_after is not None and not 0 <= self.retry_after < float("inf"):
            raise ValueError(f"retry_after is a number of seconds from 0, not {self.retry_after}")
        if not 0 <= self.delay <= LONGEST_DELAY:
            raise ValueError(f"delay is in seconds, from 0 to 3600, not {self.delay}")
        if kind is None and self.status is None and self.json is None and not self.delay:
            raise ValueError("say what goes wrong: status=, drop=True, delay=0.5 or another")
        if self.times is not None and self.times < 1:
            raise ValueError(f"times is a number from 1, or None for always, not {self.times}")
        if self.path is not None and not self.path.startswith("/"):
            raise ValueError(f"path begins with a slash, as '/files' or '/ipfs', not {self.path!r}")
        if self.path is not None and self.path.startswith(BASE):
            raise ValueError(f"path is below the API's base, as '/files', not {self.path!r}")
        if self.redirect is not None and not (
            self.redirect.isascii() and self.redirect.isprintable()
        ):
            raise ValueError(f"redirect is a URL in printable ASCII, not {self.redirect!r}")
        if self.method is not None and not (self.method.isascii() and self.method.isalpha()):
            raise ValueError(f"method is one of HTTP, as 'POST', not {self.method!r}")

    def _check_status(self, kind: str | None) -> None:
        if self.status is None:
            return
        if self.status not in KNOWN_STATUSES:
            raise ValueError(f"status is one of HTTP from 200, not {self.status}")
        if kind == "redirect" and self.status not in REDIRECTS:
            raise ValueError(f"redirect takes a status of {REDIRECTS}, not {self.status}")
        if kind not in (None, "html", "redirect"):
            raise ValueError(f"status cannot be given with {kind}, which has its own outcome")

    def fits(self, method: str, path: str) -> bool:
        """Tell whether it is meant for a request to a path below the API's base, or `/ipfs`."""
        if self.method is not None and self.method.upper() != method:
            return False
        prefix = (self.path or "").rstrip("/")
        return path == prefix or path.startswith(f"{prefix}/")


class Faults:
    """The faults that are still to happen. Any thread may add some."""

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
        """Let something go wrong with the requests that come next, of the API and the gateway.

        The first fault that fits a request happens to it. But for `delay`, `truncate` and `corrupt`
        the request is not carried out, so that nothing is stored.

        Args:
            status: The status to answer with; the body is that of the service's refusals.
            json: The body to answer with instead, with 200 where no status is given.
            retry_after: Seconds for the header `Retry-After`, and for `retryAfter` in the body.
            drop: Cut the connection after the whole request was read, without an answer.
            delay: Seconds to wait before the answer, or before what else goes wrong.
            truncate: Cut the connection after half of the answer's declared length.
            html: Answer with a proxy's page, with 502 where no status is given.
            redirect: Answer with this `Location`, with 302 where no status is given.
            early_413: Answer 413 before the body was read, and close the connection.
            corrupt: Answer an upload or pin with a wrong CID, and change a byte of what comes from
                the gateway.
            method: The method of the requests that it happens to; left out, any.
            path: The beginning of their paths, whole segments below the API's base (`/files`), or
                of the gateway's (`/ipfs`); left out, any.
            times: How many requests it happens to; `None` is all until `clear`.

        Raises:
            ValueError: The arguments do not go together, or one of them is out of range.

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
        """Add a fault that was made already."""
        with self._lock:
            self._faults.append(fault)

    def clear(self) -> None:
        """Let nothing go wrong any more."""
        with self._lock:
            self._faults.clear()

    @property
    def pending(self) -> list[Fault]:
        """The faults that are still to happen, each with the `times` that are left."""
        with self._lock:
            return self._faults.copy()

    def take(self, method: str, path: str) -> Fault | None:
        """Return the fault that happens to a request now, if one does, and count it."""
        with self._lock:
            for place, fault in enumerate(self._faults):
                if fault.fits(method, path):
                    if fault.times == 1:
                        del self._faults[place]
                    elif fault.times is not None:
                        self._faults[place] = replace(fault, times=fault.times - 1)
                    return fault
        return None
