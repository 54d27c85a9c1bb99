"""`client.plans`: the account's plan, and the plans that it may have."""

from ..models import ChangePlan, CurrentPlan, Done, GetMyPlan, ListAllPlans, PlanList
from .sender import AsyncSender

__all__ = ["AsyncPlans"]


class AsyncPlans:
    """The account's plan. `client.system.plans()` lists all plans, without a credential."""

    def __init__(self, client: AsyncSender) -> None:
        self._client = client

    async def mine(self) -> CurrentPlan:
        """GET /plans/my-plan: read the account's plan.

        Returns:
            `CurrentPlan`, with the current `plan`, and the `default` and `fallback`.

        Raises:
            AuthenticationError: The credential is wrong or has expired.
            MissingScopeError: The API token lacks `plans:read`.

        Example:
            plan = (await client.plans.mine()).plan
        """
        return await self._client.send(GetMyPlan())

    async def all(self) -> PlanList:
        """GET /plans/all: list all plans, including the account's own if it is not public.

        Returns:
            `PlanList`, with the `plans`.

        Raises:
            AuthenticationError: The credential is wrong or has expired.
            MissingScopeError: The API token lacks `plans:read`.

        Example:
            ids = {plan.code: plan.id for plan in (await client.plans.all()).plans}
        """
        return await self._client.send(ListAllPlans())

    async def change(self, plan_id: str) -> Done:
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
            await client.plans.change(ids["free"])
        """
        return await self._client.send(ChangePlan(plan_id=plan_id))
