"""Calls in any order, with faults between, beside a model of what they must come to.

The model knows of each upload and token whether it is certainly there, certainly not, or maybe,
going by nothing but what the calls gave back or raised.
"""

from collections import Counter, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import ClassVar, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, rule

from pinarkive import ConflictError, NotFoundError, PinarkiveClient, PinarkiveError
from pinarkive.sandbox import Sandbox
from pinarkive.unixfs import file_cid, file_node, tree

from ..wire.proxy import ANSWER_LOST, RESET_BEFORE, TRUNCATED, Fault, FaultProxy

__all__ = ["Account", "Faults", "Line"]

R = TypeVar("R")

CONTENTS = [f"content {number}".encode() * 50 for number in range(3)]
FOLDERS = [{"a.txt": CONTENTS[0]}, {"a.txt": CONTENTS[0], "b/c.txt": CONTENTS[1]}]
NAMES = ["ci", "laptop", "ünïcode name"]

LINE = [RESET_BEFORE, ANSWER_LOST, TRUNCATED]
FAULTS: list[Fault | None] = [
    *LINE,
    *(Fault("answer", status) for status in (400, 403, 408, 500, 502, 503)),
    *(Fault("answer", status, acted=True) for status in (500, 502, 504)),
    *(Fault("answer", status, retry_after=0) for status in (429, 503)),
    Fault("answer", 429, retry_after=3_600),
]
"""What can happen to a request; not what a sane server never does, such as a 400 after the deed."""

# Most requests fail, so that calls see several faults in a row.
SOME_FAULTS: st.SearchStrategy[list[Fault | None]] = st.just([]) | st.lists(
    st.sampled_from([None, *LINE, *LINE, *LINE, *FAULTS]), max_size=4
)


class Standing(Enum):
    """What is known of a thing."""

    THERE = "there"
    GONE = "gone"
    MAYBE = "maybe"


class Faults:
    """What is done to the next requests: the proxy's plan."""

    def __init__(self) -> None:
        self._next: deque[Fault | None] = deque()
        self.acted = 0
        """How many of the requests since then the server acted on, or tried to."""

    def prepare(self, faults: Iterable[Fault | None]) -> None:
        """Say what is done to the next requests; those that follow are passed on."""
        self._next = deque(faults)
        self.acted = 0

    def __call__(self, number: int, method: str, path: str) -> Fault | None:
        """Return what is done to a request."""
        fault = self._next.popleft() if self._next else None
        spared = fault is not None and fault.kind in {"reset-before", "answer"} and not fault.acted
        self.acted += not spared
        return fault


@dataclass(frozen=True)
class Line:
    """A server, what is in front of it, and what that does."""

    sandbox: Sandbox
    proxy: FaultProxy
    faults: Faults


class Account(RuleBasedStateMachine):
    """An account at the other end of a line on which faults happen."""

    line: ClassVar[Line]

    def __init__(self) -> None:
        super().__init__()
        self._sandbox = self.line.sandbox
        self._faults = self.line.faults
        self._client = PinarkiveClient(
            api_key=self._sandbox.api_key, base_url=self.line.proxy.base_url
        )
        self._uploads: dict[str, Standing] = {}
        self._tokens: dict[str, Standing] = {"sandbox": Standing.THERE}

    cids = Bundle[str]("cids")

    # What changes something ----------------------------------------------------------------------

    @rule(target=cids, content=st.sampled_from(CONTENTS), faults=SOME_FAULTS)
    def upload(self, content: bytes, faults: list[Fault | None]) -> str:
        cid = file_cid(content)
        upload = self._make(
            self._uploads, cid, faults, lambda: self._client.files.upload(content, filename="f")
        )
        assert upload is None or upload.cid == cid
        return cid

    @rule(target=cids, folder=st.sampled_from(FOLDERS), faults=SOME_FAULTS)
    def upload_directory(self, folder: dict[str, bytes], faults: list[Fault | None]) -> str:
        cid = str(tree({path: file_node(data) for path, data in folder.items()})[""].cid)
        upload = self._make(
            self._uploads, cid, faults, lambda: self._client.files.upload_directory_dag(folder)
        )
        assert upload is None or upload.cid == cid
        return cid

    @rule(cid=cids, faults=SOME_FAULTS)
    def pin(self, cid: str, faults: list[Fault | None]) -> None:
        self._make(self._uploads, cid, faults, lambda: self._client.files.pin(cid))

    @rule(cid=cids, faults=SOME_FAULTS)
    def remove(self, cid: str, faults: list[Fault | None]) -> None:
        removal = self._end(self._uploads, cid, faults, lambda: self._client.files.remove(cid))
        assert removal is None or removal.removed

    @rule(name=st.sampled_from(NAMES), faults=SOME_FAULTS)
    def generate(self, name: str, faults: list[Fault | None]) -> None:
        token = self._make(self._tokens, name, faults, lambda: self._client.tokens.generate(name))
        assert token is None or token.name == name

    @rule(name=st.sampled_from(NAMES), faults=SOME_FAULTS)
    def revoke(self, name: str, faults: list[Fault | None]) -> None:
        self._end(self._tokens, name, faults, lambda: self._client.tokens.revoke(name))

    # What only looks -----------------------------------------------------------------------------

    @rule(faults=SOME_FAULTS, size=st.integers(1, 3))
    def list_uploads(self, faults: list[Fault | None], size: int) -> None:
        self._faults.prepare(faults)
        try:
            found = [each.cid for each in self._client.users.iter_uploads(page_size=size)]
        except PinarkiveError:
            return
        self._compare(self._uploads, found)

    @rule(faults=SOME_FAULTS)
    def list_tokens(self, faults: list[Fault | None]) -> None:
        self._faults.prepare(faults)
        try:
            found = [each.name for each in self._client.tokens.list().tokens]
        except PinarkiveError:
            return
        self._compare(self._tokens, found)

    @rule(cid=cids, faults=SOME_FAULTS)
    def look_up(self, cid: str, faults: list[Fault | None]) -> None:
        self._faults.prepare(faults)
        try:
            found = self._client.users.uploads(cid=cid).uploads
        except PinarkiveError:
            return
        self._compare({cid: self._uploads[cid]}, [each.cid for each in found])
        self._uploads[cid] = Standing.THERE if found else Standing.GONE

    # The model -----------------------------------------------------------------------------------

    def _make(
        self,
        things: dict[str, Standing],
        key: str,
        faults: list[Fault | None],
        call: Callable[[], R],
    ) -> R | None:
        """Do what makes a thing, and note what comes of it."""
        before = things.setdefault(key, Standing.GONE)
        self._faults.prepare(faults)
        try:
            made = call()
        except ConflictError:
            # The server's own answer: there is one, which is news only where it was in doubt.
            assert before is not Standing.GONE
            things[key] = Standing.THERE
            return None
        except PinarkiveError as error:
            if error.sent == "maybe" and before is Standing.GONE:
                things[key] = Standing.MAYBE
            self._check_claim(error)
            return None
        finally:
            assert self._faults.acted <= 1, "what must not happen twice was sent twice"
        things[key] = Standing.THERE
        return made

    def _end(
        self,
        things: dict[str, Standing],
        key: str,
        faults: list[Fault | None],
        call: Callable[[], R],
    ) -> R | None:
        """Do what ends a thing, and note what comes of it."""
        before = things.setdefault(key, Standing.GONE)
        self._faults.prepare(faults)
        try:
            ended = call()
        except NotFoundError:
            assert before is not Standing.THERE
            things[key] = Standing.GONE
            return None
        except PinarkiveError as error:
            if error.sent == "maybe" and before is Standing.THERE:
                things[key] = Standing.MAYBE
            self._check_claim(error)
            return None
        things[key] = Standing.GONE
        return ended

    def _check_claim(self, error: PinarkiveError) -> None:
        """Fail if an error says that nothing happened after the server acted."""
        assert error.sent == "maybe" or self._faults.acted == 0

    def _compare(self, things: dict[str, Standing], found: list[str]) -> None:
        """Fail unless the account holds what the model says; after that there is no maybe."""
        assert [key for key, times in Counter(found).items() if times > 1] == []
        for key in {*things, *found}:
            standing = things.get(key, Standing.GONE)
            is_there = key in found
            assert standing is Standing.MAYBE or is_there is (standing is Standing.THERE)
            things[key] = Standing.THERE if is_there else Standing.GONE

    def teardown(self) -> None:
        """Look without any fault, compare, and leave an empty account."""
        self._client.close()
        sandbox = self._sandbox
        with PinarkiveClient(api_key=sandbox.api_key, base_url=sandbox.base_url) as client:
            uploads = [each.cid for each in client.users.iter_uploads()]
            tokens = [each.name for each in client.tokens.list().tokens]
            for cid in set(uploads):
                client.files.remove(cid)
            for name in {*tokens} - {"sandbox"}:
                client.tokens.revoke(name)
        self._compare(self._uploads, uploads)
        self._compare(self._tokens, tokens)
