"""The fixed data of the sandbox: its plans, clusters and peers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

from pydantic import PlainSerializer, PlainValidator

__all__ = [
    "ALLOCATED",
    "CLUSTERS",
    "COUNTRIES",
    "DEFAULT_CLUSTER",
    "LANGUAGES",
    "PEERS",
    "PLACES",
    "PLANS",
    "SERVER_DIRECTORY",
    "SERVER_FILES",
    "KeptPlan",
    "Peer",
    "Plan",
    "PlanCode",
]

PlanCode: TypeAlias = Literal["free", "premium", "partner"]

DEFAULT_CLUSTER = "cl0-global"
CLUSTERS = (DEFAULT_CLUSTER, "cl1-eu", "cl1-na", "cl2-us", "cl2-de", "cl2-es")

PLACES: Mapping[str, tuple[str, str, str | None]] = {
    "cl0-global": ("Global", "global", None),
    "cl1-eu": ("Europe", "eu", None),
    "cl1-na": ("North America", "na", None),
    "cl2-us": ("United States", "na", "US"),
    "cl2-de": ("Germany", "eu", "DE"),
    "cl2-es": ("Spain", "eu", "ES"),
}
"""The label, region and country of each cluster."""

LANGUAGES: Mapping[str, str] = {
    "en": "English",
    "es": "Español",
    "ca": "Català",
    "eu": "Euskara",
    "de": "Deutsch",
    "fr": "Français",
    "it": "Italiano",
    "pt": "Português",
    "ru": "Русский",
}
"""The languages that an account can choose, by code."""

COUNTRIES: Mapping[str, str] = {
    "AR": "Argentina",
    "BR": "Brazil",
    "DE": "Germany",
    "ES": "Spain",
    "FR": "France",
    "GB": "United Kingdom",
    "IT": "Italy",
    "JP": "Japan",
    "MX": "Mexico",
    "PT": "Portugal",
    "US": "United States",
}
"""The countries that an account can choose, by code."""

SERVER_DIRECTORY = "/data/example"
"""The only directory on the server."""

SERVER_FILES: Mapping[str, bytes] = {
    "hello.txt": b"Hello from the sandbox.\n",
    "notes/today.txt": b"This file is on the server.\n",
}
"""The files in it, by path."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan: what an account may do."""

    id: str
    code: PlanCode
    name: str
    storage_limit: int
    price_per_month: float
    cluster_ids: tuple[str, ...]
    timelock_allowed: bool
    max_file_size: int
    is_public: bool = True

    def on_the_wire(self) -> dict[str, object]:
        """Return the plan as the service lists it."""
        return {
            "_id": self.id,
            "id": self.id,
            "code": self.code,
            "name": self.name,
            "descriptions": {"en": f"{self.name} plan of the sandbox"},
            "storageLimit": self.storage_limit,
            "pricePerMonth": self.price_per_month,
            "allowedClusterIds": list(self.cluster_ids),
            "timelockAllowed": self.timelock_allowed,
            "maxFileSizeBytes": self.max_file_size,
            "maxDirectorySizeBytes": self.max_file_size,
            "isPublic": self.is_public,
            "isDefault": self.code == "free",
        }


PLANS: Mapping[PlanCode, Plan] = {
    "free": Plan(
        id="65f0c0ffee0000000000f4ee",
        code="free",
        name="Free",
        storage_limit=100 * 1024**2,
        price_per_month=0,
        cluster_ids=(DEFAULT_CLUSTER,),
        timelock_allowed=False,
        max_file_size=100 * 1024**2,
    ),
    "premium": Plan(
        id="65f0c0ffee000000000042e1",
        code="premium",
        name="Premium",
        storage_limit=100 * 1024**3,
        price_per_month=9.99,
        cluster_ids=CLUSTERS,
        timelock_allowed=True,
        max_file_size=10 * 1024**3,
    ),
    "partner": Plan(
        id="65f0c0ffee00000000009a47",
        code="partner",
        name="Partner",
        storage_limit=1024**4,
        price_per_month=0,
        cluster_ids=CLUSTERS,
        timelock_allowed=True,
        max_file_size=10 * 1024**3,
        is_public=False,
    ),
}


def plan_of(code: PlanCode | Plan) -> Plan:
    """Return the plan with a code; a plan is returned unchanged."""
    return code if isinstance(code, Plan) else PLANS[code]


def code_of(plan: Plan) -> PlanCode:
    """Return the code of a plan."""
    return plan.code


KeptPlan: TypeAlias = Annotated[Plan, PlainValidator(plan_of), PlainSerializer(code_of)]
"""One of these plans, which is stored as its code."""


@dataclass(frozen=True, slots=True)
class Peer:
    """One peer of a cluster."""

    id: str
    name: str
    ipfs_id: str


PEERS = (
    Peer(
        "12D3KooWNnxcNBFCPwqiwU4YC2tkEbT6GyrYrmi7CpYSwC59iX8S",
        "sandbox-1",
        "12D3KooWGNxNvf3EwcP5jRUEcQjcuDT7bL1NyeKsoUYdsb4pWo6x",
    ),
    Peer(
        "12D3KooWJ8ybfbHtJ5CVDdqZn4FzWnsGepWRRGLNeYRrCGN4kUhC",
        "sandbox-2",
        "12D3KooWLgLYcDG3m7r9xUMjEaz8g3VZgLekKiqiLRxxF7xNbqUj",
    ),
    Peer(
        "12D3KooWSfN6hwKb4dt1Lt3mUNmzdH8TaiyCJDM3Hv7MLWQPt1kq",
        "sandbox-3",
        "12D3KooWFt4JmAyG9X5mSQFP4thjh722vQV2w7B8nPpGNAbVTJt9",
    ),
)
ALLOCATED = 2
"""How many of the peers hold a pin; the others report `remote`."""
