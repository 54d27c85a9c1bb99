"""Everything that one sandbox knows, and what it was told to be like."""

from dataclasses import dataclass, field

from .accounts import Accounts
from .blobs import Spool
from .clock import Clock
from .logs import Logs
from .payments import Payments
from .pinning import Pinning
from .store import Store

__all__ = ["World"]


@dataclass(slots=True)
class World:
    """The state of a sandbox. Only the thread that serves touches it once it serves."""

    clock: Clock
    spool: Spool
    payments: Payments | None = None
    pinning: Pinning = field(default_factory=Pinning)
    accounts: Accounts = field(init=False)
    store: Store = field(init=False)
    logs: Logs = field(default_factory=Logs)

    def __post_init__(self) -> None:
        self.accounts = Accounts(self.clock)
        self.store = Store(self.spool)
