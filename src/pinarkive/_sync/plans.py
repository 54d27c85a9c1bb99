# generated from src/pinarkive/_async/plans.py by scripts/generate; change that file
"""`client.plans`: the account's plan, and the plans that it may have."""

from ..models import ChangePlan, CurrentPlan, Done, GetMyPlan, ListAllPlans, PlanList
from .sender import Sender

__all__ = ["Plans"]


class Plans:
    """The account's plan. `client.system.plans()` lists what is on offer without a credential."""

    def __init__(self, client: Sender) -> None:
        self._client = client

    def mine(self) -> CurrentPlan:
        """GET /plans/my-plan: read the account's plan.

        Returns:
            `CurrentPlan`, with the `plan` that holds now, and the `default` and `fallback`.

        Raises:
            AuthenticationError: The credential is wrong or has expired.
            MissingScopeError: The API token lacks `plans:read`.

        Example:
            plan = client.plans.mine().plan
        """
        return self._client.send(GetMyPlan())

    def all(self) -> PlanList:
        """GET /plans/all: list all plans, also those that are not public and concern the account.

        Returns:
            `PlanList`, with the `plans`.

        Raises:
            AuthenticationError: The credential is wrong or has expired.
            MissingScopeError: The API token lacks `plans:read`.

        Example:
            ids = {plan.code: plan.id for plan in client.plans.all().plans}
        """
        return self._client.send(ListAllPlans())

    def change(self, plan_id: str) -> Done:
        """PUT /plans/change: give the account another plan.

        Args:
            plan_id: The plan's `id`, as `all` lists it; its `code` is another thing.

        Returns:
            `Done`, with the service's `message`, if it has one. The service's documentation does
            not tell more.

        Raises:
            InvalidInputError: The id is malformed; nothing was sent.
            BadRequestError: There is no such plan.
            PermissionDeniedError: The account may not have it, or not without paying.
            MissingScopeError: The API token lacks `plans:write`.

        Example:
            client.plans.change(ids["free"])
        """
        return self._client.send(ChangePlan(plan_id=plan_id))
