"""The plans on offer, and the account's own plan."""

from collections.abc import Mapping
from typing import Annotated, ClassVar

from ..inputs import RecordId, Scope
from ._request import Endpoint, Replay, Request
from ._response import Response
from ._wire import Id, Instant, Number, Text, Texts, YesNo, names
from .done import Done

__all__ = [
    "ChangePlan",
    "ChangeUserPlan",
    "CurrentPlan",
    "GetMyPlan",
    "GetUserPlan",
    "ListAllPlans",
    "ListPlans",
    "ListUserPlans",
    "Plan",
    "PlanList",
]


class Plan(Response, frozen=True, bare="code", wrappers=()):
    """What a plan allows, and what it costs."""

    id: Annotated[Id | None, names("_id", "id", "planId")] = None
    """The plan's id."""
    code: Annotated[Text | None, names("code")] = None
    """The plan's short name, such as `free`."""
    name: Annotated[Text | None, names("name")] = None
    """The plan's name for people."""
    storage_limit: Annotated[Number | None, names("storageLimit")] = None
    """How much may be stored, in a unit that the service does not document."""
    price_per_month: Annotated[Number | None, names("pricePerMonth")] = None
    """The price, in the service's own currency."""
    allowed_cluster_ids: Annotated[list[Text], names("allowedClusterIds")] = []
    """The clusters that may be used."""
    timelock_allowed: Annotated[YesNo | None, names("timelockAllowed")] = None
    """Whether uploads and pins may have a timelock."""
    max_file_size_bytes: Annotated[Number | None, names("maxFileSizeBytes")] = None
    """The largest file, in bytes."""
    max_directory_size_bytes: Annotated[Number | None, names("maxDirectorySizeBytes")] = None
    """The largest directory, in bytes."""
    descriptions: Annotated[Texts, names("descriptions")] = {}
    """A description for each language code."""


class PlanList(Response, frozen=True, bare="plans", wrappers=("result", "data")):
    """The plans that are on offer."""

    plans: Annotated[list[Plan], names("plans", "data", "items", "result")]
    """The plans, in the service's order."""


def with_own_plan(data: Mapping[str, object]) -> Mapping[str, object]:
    """Wrap a plan that stands alone, as the account's current plan."""
    is_plan = "currentPlan" not in data and "plan" not in data and ("code" in data or "_id" in data)
    return {"currentPlan": data} if is_plan else data


class CurrentPlan(
    Response,
    frozen=True,
    bare="plan",
    identity=("plan", "default", "fallback"),
    reshape=with_own_plan,
):
    """The account's current plan, and those that it falls back to."""

    plan: Annotated[Plan | None, names("currentPlan", "plan")] = None
    """The current plan."""
    default: Annotated[Plan | None, names("planDefault", "default")] = None
    """The account's own default instead of the free plan, if any."""
    fallback: Annotated[Plan | None, names("planFallback", "fallback")] = None
    """The plan that follows when this one ends."""
    expires_at: Annotated[Instant | None, names("planExpiry", "expiresAt")] = None
    """When the plan ends; `None` if never."""
    is_early_bird: Annotated[YesNo | None, names("isEarlyBird")] = None
    """Whether the account is one of the first."""
    is_user_default: Annotated[YesNo | None, names("isUserDefault")] = None
    """Whether the current plan is the account's default."""


class ListPlans(Request[PlanList], frozen=True):
    """GET /plans/: list the plans on offer."""

    endpoint: ClassVar[Endpoint] = Endpoint("GET", "/plans/", PlanList, auth=False)


class ListAllPlans(Request[PlanList], frozen=True):
    """GET /plans/all: list all plans, including the account's own if it is not public."""

    endpoint: ClassVar[Endpoint] = Endpoint("GET", "/plans/all", PlanList, scope=Scope.PLANS_READ)


class GetMyPlan(Request[CurrentPlan], frozen=True):
    """GET /plans/my-plan: read the account's plan."""

    endpoint: ClassVar[Endpoint] = Endpoint(
        "GET", "/plans/my-plan", CurrentPlan, scope=Scope.PLANS_READ
    )


class ChangePlan(Request[Done], frozen=True):
    """PUT /plans/change: change the account's plan."""

    endpoint: ClassVar[Endpoint] = Endpoint(
        "PUT", "/plans/change", Done, "json", scope=Scope.PLANS_WRITE, replay=Replay.ALWAYS
    )

    plan_id: RecordId
    """The plan's `id`."""


class ListUserPlans(ListAllPlans, frozen=True):
    """GET /users/me/plans: list the public plans, and the private ones that concern the account."""

    endpoint: ClassVar[Endpoint] = ListAllPlans.endpoint._replace(path="/users/me/plans")


class GetUserPlan(GetMyPlan, frozen=True):
    """GET /users/me/plan: read the account's plan, by another path."""

    endpoint: ClassVar[Endpoint] = GetMyPlan.endpoint._replace(path="/users/me/plan")


class ChangeUserPlan(ChangePlan, frozen=True):
    """PUT /users/me/plan: change the account's plan, by another path."""

    endpoint: ClassVar[Endpoint] = ChangePlan.endpoint._replace(path="/users/me/plan")
