# generated from src/pinarkive/_async/plans.py by scripts/generate; change that file
"""`client.plans`: the account's plan, and the plans that it may have."""

from ..models import ChangePlan, CurrentPlan, Done, GetMyPlan, ListAllPlans, PlanList
from .sender import Sender

__all__ = ["Plans"]


class Plans:
    """The account's plan. `client.system.plans()` lists all plans, without a credential."""

    def __init__(self, client: Sender) -> None:
        self._client = client

    def mine(self) -> CurrentPlan:
        """GET /plans/my-plan: read the account's plan.

        Returns:
            `CurrentPlan`, with the current `plan`, and the `default` and `fallback`.

        Raises:
            AuthenticationError: The credential is wrong or has expired.
            MissingScopeError: The API token lacks `plans:read`.

        Example:
            plan = client.plans.mine().plan
        """
        return self._client.send(GetMyPlan())

    def all(self) -> PlanList:
        """GET /plans/all: list all plans, including the account's own if it is not public.

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
        """PUT /plans/change: change the account's plan.

        Args:
            plan_id: The plan's `id` from `all`, not its `code`.

        Returns:
            `Done`, with the service's `message`, if any. The service documents nothing else.

        Raises:
            InvalidInputError: The id is malformed; nothing was sent.
            BadRequestError: There is no such plan.
            PermissionDeniedError: The account cannot have this plan, or has to pay first.
            MissingScopeError: The API token lacks `plans:write`.

        Example:
            client.plans.change(ids["free"])
        """
        return self._client.send(ChangePlan(plan_id=plan_id))
