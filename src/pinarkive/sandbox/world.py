"""Everything that one sandbox knows, and what it was told to be like."""

from dataclasses import dataclass, field

from .accounts import Accounts
from .blobs import Spool
from .clock import MovableClock
from .database import Database
from .faults import Faults
from .logs import Logs
from .payments import Payments
from .pinning import Pinning
from .recording import Recorder
from .store import Store

__all__ = ["World"]


@dataclass(slots=True)
class World:
    """The state of a sandbox. Only the thread that serves touches it once it serves.

    The clock, the faults and the recorder are for any thread.
    """

    clock: MovableClock
    database: Database
    spool: Spool
    pinning: Pinning
    payments: Payments | None = None
    api_key: str = ""
    accounts: Accounts = field(init=False)
    store: Store = field(init=False)
    logs: Logs = field(init=False)
    faults: Faults = field(default_factory=Faults)
    recorder: Recorder = field(default_factory=Recorder)

    def __post_init__(self) -> None:
        self.accounts = Accounts(self.clock, self.database)
        self.store = Store(self.spool, self.database)
        self.logs = Logs(self.database)

    def reset(self) -> None:
        """Be as at first: what was uploaded, done, asked for and moved is forgotten."""
        self.clock.reset()
        self.accounts.restore()
        self.store.clear()
        self.logs.clear()
        self.pinning.reset()
        self.faults.clear()
        self.recorder.clear()
        if self.payments is not None:
            self.payments.orders.clear()
        self.database.commit()
        self.spool.remove_discarded()
