"""`client.plans`: the account's plan, and the plans that it may have."""

from ..models import ChangePlan, CurrentPlan, Done, GetMyPlan, ListAllPlans, PlanList
from .sender import AsyncSender

__all__ = ["AsyncPlans"]


class AsyncPlans:
    """The account's plan. `client.system.plans()` lists what is on offer without a credential."""

    def __init__(self, client: AsyncSender) -> None:
        self._client = client

    async def mine(self) -> CurrentPlan:
        """GET /plans/my-plan: read the account's plan.

        Returns:
            `CurrentPlan`, with the `plan` that holds now, and the `default` and `fallback`.

        Raises:
            AuthenticationError: The credential is wrong or has expired.
            MissingScopeError: The API token lacks `plans:read`.

        Example:
            plan = (await client.plans.mine()).plan
        """
        return await self._client.send(GetMyPlan())

    async def all(self) -> PlanList:
        """GET /plans/all: list all plans, also those that are not public and concern the account.

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
            await client.plans.change(ids["free"])
        """
        return await self._client.send(ChangePlan(plan_id=plan_id))
