"""The base of all answers: frozen records, with the metadata of the exchange."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Unpack

from pydantic import (
    AliasGenerator,
    BaseModel,
    ConfigDict,
    GetCoreSchemaHandler,
    SerializerFunctionWrapHandler,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
)
from pydantic.alias_generators import to_camel
from pydantic_core import CoreSchema, core_schema

from .._dag.blocks import Profile
from ._reader import fill, has_json_alone, make
from ._shape import Shape, UnreadableAnswer, declare, shape_of
from ._signature import show_plain_signature

__all__ = [
    "Acknowledgement",
    "RateLimit",
    "Response",
    "ResponseMeta",
    "attach_meta",
    "attach_profile",
    "profile_attached",
]


@dataclass(frozen=True, slots=True)
class RateLimit:
    """The rate limit, as the headers of the answer state it."""

    limit: int | None = None
    """How many requests the window allows."""
    remaining: int | None = None
    """How many requests are left."""
    reset: datetime | None = None
    """When the window ends, in UTC."""


@dataclass(frozen=True, slots=True)
class ResponseMeta:
    """The metadata of an answer, which is not part of its equality, repr or dump."""

    status_code: int | None = None
    """The HTTP status."""
    request_id: str | None = None
    """The server's id of the request."""
    rate_limit: RateLimit | None = None
    """The rate limit, if the server sent it."""
    attempts: int | None = None
    """How many times the request was sent or tried."""
    elapsed: float | None = None
    """The seconds from the call to its answer, including waits."""


class Response(
    BaseModel,
    frozen=True,
    extra="allow",
    alias_generator=AliasGenerator(validation_alias=cache(to_camel)),
    validate_by_name=True,
    validate_by_alias=True,
    defer_build=True,
):
    """An answer, or a part of one: frozen, and safe to compare, pickle and log.

    Whoever makes one (`client.send`, `model_validate`, a `TypeAdapter`, a model that has a field of
    it), every documented shape of the service is read alike. What came beyond the known fields is
    in `model_extra`, and so is a value that does not fit its field, which then is `None`.
    """

    def __init_subclass__(
        cls,
        *,
        wrappers: tuple[str, ...] | None = None,
        identity: tuple[str, ...] | None = None,
        bare: str | None = None,
        reshape: Callable[[Mapping[str, object]], Mapping[str, object]] | None = None,
        **config: Unpack[ConfigDict],
    ) -> None:
        """Take the keywords of the class statement, which apply to the whole model: see `Shape`."""
        super().__init_subclass__(**config)
        above = shape_of(cls.__mro__[1])
        declare(
            cls,
            Shape(
                above.wrappers if wrappers is None else wrappers,
                above.identity if identity is None else identity,
                above.bare if bare is None else bare,
                above.reshape if reshape is None else reshape,
            ),
        )

    @classmethod
    def __pydantic_init_subclass__(cls, **config: object) -> None:
        """Show the signature that type checkers see."""
        show_plain_signature(cls)

    @classmethod
    def __pydantic_on_complete__(cls) -> None:
        """Show it again: Pydantic has made its own anew."""
        show_plain_signature(cls)

    if not TYPE_CHECKING:
        # Type checkers make the signature of the fields.
        def __init__(self, /, **data: object) -> None:
            try:
                fill(self, data)
            except UnreadableAnswer as error:
                problem = invalid(self, error, data)
            else:
                return
            raise problem

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: type[BaseModel], handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Make our reader the model's validator; the schema of its fields stays for the rest."""
        schema = handler(source)
        if cls.__pydantic_complete__:
            return schema
        model = handler.resolve_ref_schema(schema)
        if model["type"] != "model":
            raise TypeError(
                f"{cls.__name__} is an answer and read by its declaration, so its validators would "
                "not run; put them on a model that holds it"
            )
        dumped = core_schema.wrap_serializer_function_ser_schema(dump_once)
        fields = core_schema.model_schema(
            cls, model["schema"], config=model.get("config"), serialization=dumped
        )
        # Under the same reference, so that whoever holds the model gets the whole.
        ref = model.get("ref")
        return core_schema.with_info_wrap_validator_function(reader(cls), fields, ref=ref)

    @property
    def meta(self) -> ResponseMeta:
        """The metadata of this answer; all `None` on an object that you created yourself."""
        # Kept beside the fields, where Pydantic's equality, repr and dump do not look.
        meta = self.__dict__.get("_meta")
        return meta if isinstance(meta, ResponseMeta) else ResponseMeta()

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        """Show only the declared fields: others may be secrets."""
        shown = [(name, info) for name, info in type(self).model_fields.items() if info.repr]
        # What identifies the thing comes first.
        for name, _ in sorted(shown, key=lambda field: not field[1].is_required()):
            yield name, getattr(self, name)


class Acknowledgement(Response, frozen=True):
    """An answer that only says that something was done."""


def attach_meta(answer: Response, meta: ResponseMeta) -> None:
    """Attach the metadata to an answer."""
    vars(answer)["_meta"] = meta


def attach_profile(answer: Response, profile: Profile) -> None:
    """Attach to an answer the profile in which its CID matches what was sent."""
    vars(answer)["_verified"] = profile


def profile_attached(answer: Response) -> Profile | None:
    """Return the profile that was attached to an answer."""
    found: Profile | None = vars(answer).get("_verified")
    return found


def reader(
    model: type[Response],
) -> Callable[[object, ValidatorFunctionWrapHandler, ValidationInfo], Response]:
    """Return a model's reader as Pydantic calls it."""

    def read(
        value: object, handler: ValidatorFunctionWrapHandler, info: ValidationInfo
    ) -> Response:
        answer = make(model, value)
        # Pydantic takes NaN and Infinity for numbers, which JSON does not have.
        if info.mode == "json" and not has_json_alone(answer):
            raise ValueError("a number is not finite, which JSON does not have")
        return answer

    return read


def dump_once(answer: Response, handler: SerializerFunctionWrapHandler) -> dict[str, object]:
    """Dump each key once; if a value did not fit its field, dump the original value."""
    # Pydantic writes the field and the extra of one name both; a dict holds the latter.
    dumped: dict[str, object] = handler(answer)
    return dumped


def invalid(answer: Response, error: UnreadableAnswer, data: object) -> ValidationError:
    """Return Pydantic's error for an answer that cannot be created like this."""
    return ValidationError.from_exception_data(
        type(answer).__name__,
        [{"type": "value_error", "loc": (), "input": data, "ctx": {"error": error}}],
    )
