"""What a model's constructor takes, as people and type checkers see it."""

from inspect import Parameter, Signature, signature
from types import SimpleNamespace
from typing import get_type_hints

from pydantic import BaseModel

__all__ = ["show_plain_signature"]


class PlainSignature:
    """A model's signature without what Pydantic needs to know; made when it is asked for."""

    def __get__(self, instance: object, owner: type[BaseModel]) -> Signature:
        if instance is not None:
            # An object of the model cannot be called.
            raise AttributeError("__signature__")
        # By a class that takes more types than it keeps.
        if "__init__" in vars(owner):
            _, *declared = signature(owner.__init__).parameters.values()
            return Signature(declared)
        fields = owner.model_fields
        noted = {name: info.annotation for name, info in fields.items()}
        types = get_type_hints(SimpleNamespace(__annotations__=noted))
        return Signature(
            [
                Parameter(
                    name,
                    Parameter.KEYWORD_ONLY,
                    default=Parameter.empty if info.is_required() else info.default,
                    annotation=types[name],
                )
                for name, info in fields.items()
            ]
        )


PLAIN_SIGNATURE = PlainSignature()


def show_plain_signature(model: type[BaseModel]) -> None:
    """Let help and completion show the plain signature of a model."""
    setattr(model, "__signature__", PLAIN_SIGNATURE)  # noqa: B010  # declared as a Signature
