"""The service itself: its health, the peers of its cluster, languages and countries."""

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic_core import from_json

from .._values.json import is_list, is_object
from ._request import Endpoint, Request
from ._response import Response
from ._wire import Text, YesNo, names

__all__ = [
    "ClusterPeer",
    "GetHealth",
    "GetInfo",
    "Health",
    "Info",
    "ListCountries",
    "ListLanguages",
    "ListPeers",
    "Locale",
    "LocaleList",
    "PeerList",
]


class Health(Response, frozen=True):
    """Whether the service works."""

    ok: Annotated[YesNo, names("ok")] = True
    """True if the service answered with success."""
    status: Annotated[Text | None, names("status")] = None
    """Its own word for its state, such as `ok`."""


class ClusterPeer(Response, frozen=True, wrappers=()):
    """One peer of an IPFS cluster."""

    id: Annotated[Text, names("id", "ID", "peer", "peerId")]
    """The peer's id in the cluster."""
    name: Annotated[Text | None, names("peername", "peerName", "name")] = None
    """The peer's name."""
    version: Annotated[Text | None, names("version")] = None
    """The version of its software."""
    addresses: Annotated[list[Text], names("addresses")] = []
    """Where it can be reached, as multiaddrs."""
    error: Annotated[Text | None, names("error")] = None
    """What is wrong with it; empty if nothing is."""


def with_relayed_peers(data: Mapping[str, object]) -> Mapping[str, object]:
    """Return a list of peers, taken from where a relayed cluster answer has them."""
    if data.get("peers"):
        return data
    details = data.get("details")
    if isinstance(details, str):
        details = parse_lines(details)
    if is_object(details):
        details = [details]
    return {**data, "peers": details} if is_list(details) and details else data


def parse_lines(text: str) -> list[object] | None:
    """Return the values of newline-delimited JSON, or `None` where it is none."""
    lines = ",".join(line for line in text.splitlines() if line.strip())
    try:
        found: object = from_json(f"[{lines}]", allow_inf_nan=False, cache_strings="keys")
    except ValueError:
        return None
    return found if is_list(found) else None


class PeerList(Response, frozen=True, bare="peers", reshape=with_relayed_peers):
    """The peers of the default cluster."""

    peers: Annotated[list[ClusterPeer], names("peers", "data", "items", "result")]
    """The peers, in the service's order."""


class GetHealth(Request[Health], frozen=True):
    """GET /health: ask whether the service is up."""

    endpoint: ClassVar[Endpoint] = Endpoint("GET", "/health", Health, auth=False)


class ListPeers(Request[PeerList], frozen=True):
    """GET /peers/: list the peers of the default cluster."""

    endpoint: ClassVar[Endpoint] = Endpoint("GET", "/peers/", PeerList, auth=False)


class Info(Response, frozen=True):
    """The service's name and version. All other fields are in `model_extra`."""

    name: Annotated[Text | None, names("name", "service")] = None
    """Its name."""
    version: Annotated[Text | None, names("version", "apiVersion")] = None
    """Its version."""
    status: Annotated[Text | None, names("status")] = None
    """Its state, such as `ok`."""


class Locale(Response, frozen=True, bare="code", wrappers=()):
    """A language or a country."""

    code: Annotated[Text | None, names("code", "id", "value", "locale")] = None
    """Its code, such as `en` or `ES`."""
    name: Annotated[Text | None, names("name", "label", "nativeName")] = None
    """Its name for people."""


def with_locales(data: Mapping[str, object]) -> Mapping[str, object]:
    """Turn a list of texts, or names by code, into a list of objects."""
    for key in LOCALES:
        found = data.get(key)
        if is_object(found):
            return {**data, key: [{"code": code, "name": name} for code, name in found.items()]}
        if is_list(found):
            listed = [{"code": each} if isinstance(each, str) else each for each in found]
            return {**data, key: listed}
    return data


LOCALES = ("locales", "languages", "countries", "data", "items", "result")


class LocaleList(Response, frozen=True, bare="locales", reshape=with_locales):
    """Languages or countries. The service does not document the form of the list."""

    locales: Annotated[list[Locale], names(*LOCALES)]
    """The languages or countries, in the service's order."""


class GetInfo(Request[Info], frozen=True):
    """GET /: ask the service for its name and version."""

    endpoint: ClassVar[Endpoint] = Endpoint("GET", "/", Info, auth=False)


class ListLanguages(Request[LocaleList], frozen=True):
    """GET /locales/languages: list the languages that an account can choose."""

    endpoint: ClassVar[Endpoint] = Endpoint("GET", "/locales/languages", LocaleList, auth=False)


class ListCountries(Request[LocaleList], frozen=True):
    """GET /locales/countries: list the countries that an account can choose."""

    endpoint: ClassVar[Endpoint] = Endpoint("GET", "/locales/countries", LocaleList, auth=False)
