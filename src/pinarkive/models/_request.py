"""Describes requests: frozen values that know their endpoint."""

from collections.abc import Callable
from enum import StrEnum
from functools import cache, wraps
from types import UnionType
from typing import (
    TYPE_CHECKING,
    Any,
    ClassVar,
    Concatenate,
    Generic,
    Literal,
    NamedTuple,
    ParamSpec,
    Self,
    TypeVar,
)

from pydantic import AliasGenerator, BaseModel, ValidationError
from pydantic.alias_generators import to_camel
from pydantic.config import ExtraValues
from pydantic_core import ErrorDetails

from .._values.json import is_object
from ..errors import InvalidInputError
from ..inputs import Scope, brief
from ._response import Response
from ._signature import show_plain_signature

__all__ = ["Endpoint", "Replay", "Request", "takes"]

R = TypeVar("R")
M = TypeVar("M", bound="Request[Any]")
P = ParamSpec("P")


class Replay(StrEnum):
    """When a request may be sent again after a failure."""

    ALWAYS = "always"
    """After any failure: sending it twice has the same effect as once."""

    WHEN_REFUSED = "when-refused"
    """Only if it certainly did not happen: it was not sent completely, or the server deferred
    it."""

    NEVER = "never"
    """Only if no connection was made: its content works only once."""


class Endpoint(NamedTuple):
    """Where a request goes, and which rules apply to it.

    Attributes:
        method: The HTTP method.
        path: The path below the base URL; `{name}` stands for the request's attribute.
        answer: The model of the answer, or several, of which the first that fits is taken; `None`
            where there is nothing to tell.
        body: How the other attributes travel.
        auth: Whether a credential is sent.
        scope: What an API token must be allowed to do.
        replay: When the request may be sent again.
        min_timeout: The seconds that a call is given at least, where the server may work long.
        when_in_doubt: How to find out whether it happened, if it must not happen twice.
    """

    method: Literal["GET", "POST", "PUT", "DELETE"]
    path: str
    answer: type[Response] | UnionType | None
    body: Literal["none", "query", "json", "multipart"] = "none"
    auth: bool = True
    scope: Scope | None = None
    replay: Replay = Replay.ALWAYS
    min_timeout: float = 0.0
    when_in_doubt: str = ""


@cache
def wire_name(name: str) -> str:
    """Return the name that a request's attribute has on the wire."""
    return "cl" if name == "cluster_id" else to_camel(name)


class Request(
    BaseModel,
    Generic[R],
    frozen=True,
    extra="forbid",
    alias_generator=AliasGenerator(validation_alias=wire_name, serialization_alias=wire_name),
    validate_by_name=True,
    validate_by_alias=True,
    loc_by_alias=False,
    hide_input_in_errors=True,
    defer_build=True,
):
    """A call as a value, which is checked when it is created; any client sends it with `send`.

    Requests can be compared, hashed, pickled and written as JSON, so one program can create them
    and another can send them. Bad input raises `InvalidInputError`; inside another Pydantic model
    or a `TypeAdapter` it is Pydantic's `ValidationError`.

        request = PinCid(cid="bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku")
        pin = client.send(request)
    """

    endpoint: ClassVar[Endpoint]

    if not TYPE_CHECKING:

        @classmethod
        def __class_getitem__(cls, answer: object) -> type[Self]:
            """Return the class itself: the type of the answer is for type checkers.

            Pydantic would make a class for each, which takes longer than any other part of an
            import, and nothing would use it.
            """
            return cls

    @classmethod
    def __pydantic_init_subclass__(cls, **config: object) -> None:
        """Show the signature that type checkers see."""
        show_plain_signature(cls)

    @classmethod
    def __pydantic_on_complete__(cls) -> None:
        """Show it again: Pydantic has made its own anew."""
        show_plain_signature(cls)

    def __init__(self, /, **data: object) -> None:
        if not hasattr(type(self), "endpoint"):
            raise TypeError("Request is abstract: use one of its subclasses")
        problem = None
        try:
            super().__init__(**data)
        except ValidationError as error:
            problem = invalid_input(error)
        # Raised here, not above, so that no input hangs on the error as its context; nor does a
        # traceback with locals show it.
        if problem is not None:
            del data
            raise problem

    @classmethod
    def model_validate(
        cls,
        obj: object,
        *,
        strict: bool | None = None,
        extra: ExtraValues | None = None,
        from_attributes: bool | None = None,
        context: object = None,
        by_alias: bool | None = None,
        by_name: bool | None = None,
    ) -> Self:
        """Return a request made of a mapping, as Pydantic does, under Python's or wire names.

        Raises:
            InvalidInputError: A value cannot be used; `.field` names it.
        """
        if is_object(obj) and not all(isinstance(name, str) for name in list[object](obj)):
            raise InvalidInputError("the names of a request's attributes are text")
        try:
            return super().model_validate(
                obj,
                strict=strict,
                extra=extra,
                from_attributes=from_attributes,
                context=context,
                by_alias=by_alias,
                by_name=by_name,
            )
        except ValidationError as error:
            problem = invalid_input(error)
        del obj
        raise problem

    @classmethod
    def model_validate_json(
        cls,
        json_data: str | bytes | bytearray,
        *,
        strict: bool | None = None,
        extra: ExtraValues | None = None,
        context: object = None,
        by_alias: bool | None = None,
        by_name: bool | None = None,
    ) -> Self:
        """Return a request made of JSON, such as `model_dump_json` wrote.

        Raises:
            InvalidInputError: The text is no JSON, or a value cannot be used.
        """
        try:
            return super().model_validate_json(
                json_data,
                strict=strict,
                extra=extra,
                context=context,
                by_alias=by_alias,
                by_name=by_name,
            )
        except ValidationError as error:
            problem = invalid_input(error)
        del json_data
        raise problem


def takes(constructor: Callable[Concatenate[M, P], None]) -> Callable[Concatenate[M, P], None]:
    """Return the constructor of all requests with the signature of another, which never runs.

    For requests that take more types than they keep: the text of a path, and keep a `Path`.
    """

    @wraps(constructor)
    def __init__(self: M, /, *args: P.args, **data: P.kwargs) -> None:  # noqa: N807
        if args:
            raise TypeError(f"{type(self).__name__} takes keyword arguments only")
        try:
            Request[object].__init__(self, **data)
        finally:
            # A traceback with locals would show a secret.
            del data

    return __init__


def invalid_input(error: ValidationError) -> InvalidInputError:
    """Return Pydantic's findings as one error that names the arguments."""
    findings = [describe(finding) for finding in error.errors(include_url=False)]
    return InvalidInputError("; ".join(text for _, text in findings), findings[0][0])


def describe(finding: ErrorDetails) -> tuple[str, str]:
    """Return the argument that a finding is about, and what to tell the caller."""
    cause = finding.get("ctx", {}).get("error")
    if isinstance(cause, InvalidInputError):
        return cause.field, cause.message
    field = str(finding["loc"][0]) if finding["loc"] else ""
    match finding["type"]:
        case "missing":
            text = "is required"
        case "extra_forbidden":
            text = "is not an argument of this request"
        case "value_error":
            text = str(cause)
        case "greater_than_equal" | "less_than_equal" | "int_type" | "bool_type":
            text = f"{finding['msg']}, not {brief(finding['input'])}"
        case _:
            text = finding["msg"]
    return field, f"{field}: {text}" if field else text
