# generated from src/pinarkive/_async/system.py by scripts/generate; change that file
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
from .sender import Sender

__all__ = ["System"]


class System:
    """The service's health, plans, peers and locales. None of it needs a credential."""

    def __init__(self, client: Sender) -> None:
        self._client = client

    def health(self) -> Health:
        """GET /health: ask whether the service is up.

        Returns:
            `Health`, with `ok`, and the service's own word in `status`.

        Raises:
            APIConnectionError: It cannot be reached.
            ServerError: It can be reached, but is not healthy.

        Example:
            if client.system.health().ok: ...
        """
        return self._client.send(GetHealth())

    def plans(self) -> PlanList:
        """GET /plans/: list the plans on offer, with their limits and prices.

        Returns:
            `PlanList`, with the `plans`. Limits whose names end in `_bytes` are in bytes; the unit
            of `storage_limit` is the service's own.

        Raises:
            APIConnectionError: The service cannot be reached.

        Example:
            for plan in client.system.plans().plans:
                print(plan.name, plan.price_per_month)
        """
        return self._client.send(ListPlans())

    def peers(self) -> PeerList:
        """GET /peers/: list the peers of the default cluster.

        Returns:
            `PeerList`, with the `peers`.

        Raises:
            ServiceUnavailableError: The cluster cannot be reached.

        Example:
            names = [peer.name for peer in client.system.peers().peers]
        """
        return self._client.send(ListPeers())

    def info(self) -> Info:
        """GET /: ask the service for its name and version.

        Returns:
            `Info`, with `name`, `version` and `status`, if known. The service does not document its
            fields; all others are in `model_extra`.

        Raises:
            APIConnectionError: It cannot be reached.

        Example:
            print(client.system.info().version)
        """
        return self._client.send(GetInfo())

    def languages(self) -> LocaleList:
        """GET /locales/languages: list the languages that an account can choose.

        Returns:
            `LocaleList`, with a `code` and a `name` for each of the `locales`.

        Raises:
            APIConnectionError: The service cannot be reached.

        Example:
            codes = [each.code for each in client.system.languages().locales]
        """
        return self._client.send(ListLanguages())

    def countries(self) -> LocaleList:
        """GET /locales/countries: list the countries that an account can choose.

        Returns:
            `LocaleList`, with a `code` and a `name` for each of the `locales`.

        Raises:
            APIConnectionError: The service cannot be reached.

        Example:
            names = {each.code: each.name for each in client.system.countries().locales}
        """
        return self._client.send(ListCountries())
