"""The complete state of a sandbox."""

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
    """The state of a sandbox, which only the server's thread may use while it is running.

    Any thread may use the clock, the faults and the recorder.
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
        """Return to the initial state: remove uploads, logs, requests and faults."""
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
