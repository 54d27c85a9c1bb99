"""`client.system`: the service itself."""

from ..models import (
    GetHealth,
    GetInfo,
    Health,
    Info,
    ListCountries,
    ListLanguages,
    ListPeers,
    ListPlans,
    LocaleList,
    PeerList,
    PlanList,
)
from .sender import AsyncSender

__all__ = ["AsyncSystem"]


class AsyncSystem:
    """The service's health, plans, peers and locales. None of it needs a credential."""

    def __init__(self, client: AsyncSender) -> None:
        self._client = client

    async def health(self) -> Health:
        """GET /health: ask whether the service is up.

        Returns:
            `Health`, with `ok`, and the service's own word in `status`.

        Raises:
            APIConnectionError: It cannot be reached.
            ServerError: It can be reached, but is not healthy.

        Example:
            if (await client.system.health()).ok: ...
        """
        return await self._client.send(GetHealth())

    async def plans(self) -> PlanList:
        """GET /plans/: list the plans on offer, with their limits and prices.

        Returns:
            `PlanList`, with the `plans`. Limits whose names end in `_bytes` are in bytes; the unit
            of `storage_limit` is the service's own.

        Raises:
            APIConnectionError: The service cannot be reached.

        Example:
            for plan in (await client.system.plans()).plans:
                print(plan.name, plan.price_per_month)
        """
        return await self._client.send(ListPlans())

    async def peers(self) -> PeerList:
        """GET /peers/: list the peers of the default cluster.

        Returns:
            `PeerList`, with the `peers`.

        Raises:
            ServiceUnavailableError: The cluster cannot be reached.

        Example:
            names = [peer.name for peer in (await client.system.peers()).peers]
        """
        return await self._client.send(ListPeers())

    async def info(self) -> Info:
        """GET /: ask the service for its name and version.

        Returns:
            `Info`, with `name`, `version` and `status`, if known. The service does not document its
            fields; all others are in `model_extra`.

        Raises:
            APIConnectionError: It cannot be reached.

        Example:
            print((await client.system.info()).version)
        """
        return await self._client.send(GetInfo())

    async def languages(self) -> LocaleList:
        """GET /locales/languages: list the languages that an account can choose.

        Returns:
            `LocaleList`, with a `code` and a `name` for each of the `locales`.

        Raises:
            APIConnectionError: The service cannot be reached.

        Example:
            codes = [each.code for each in (await client.system.languages()).locales]
        """
        return await self._client.send(ListLanguages())

    async def countries(self) -> LocaleList:
        """GET /locales/countries: list the countries that an account can choose.

        Returns:
            `LocaleList`, with a `code` and a `name` for each of the `locales`.

        Raises:
            APIConnectionError: The service cannot be reached.

        Example:
            names = {each.code: each.name for each in (await client.system.countries()).locales}
        """
        return await self._client.send(ListCountries())
