"""Reads answers, with one reader for each model, compiled from its declaration at first use.

It is lenient, and never passes a value off as something else: the first of a field's names whose
value fits wins, `null` does not count, and what does not fit stays with what is not known. Only the
identity of a thing is required.
"""

import math
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from itertools import repeat
from operator import contains
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    NoReturn,
    TypeAlias,
    TypeGuard,
    TypeVar,
    Union,
    get_args,
    get_origin,
)

from pydantic import BaseModel, TypeAdapter
from pydantic.fields import FieldInfo

from .._values.json import is_list, is_object
from ._shape import Key, UnreadableAnswer, follow, model_in, nested_model, shape_of, wire_keys
from ._wire import AS_ASKED, Kind

__all__ = ["fill", "has_json_alone", "make"]

MISSING = "is missing or of the wrong type"

M = TypeVar("M", bound=BaseModel)
Read: TypeAlias = Callable[[object], object]


# How the value under one key is read: its field, the type that needs no reading, the function, and
# the key's place among the field's names, the lower going before the higher. It is a plain tuple,
# since a named one takes three times as long to take apart.
Rule: TypeAlias = tuple[str, type | None, Read, int]
NO_RULE: tuple[str, None, None, int] = ("", None, None, 0)


def make(model: type[M], data: object, asked: BaseModel | None = None) -> M:
    """Return the answer that a whole body holds.

    Args:
        model: The answer's model.
        data: The decoded JSON, or an answer of that model already.
        asked: The request, which has some values where the answer has none.

    Raises:
        UnreadableAnswer: It is no such object, reports a failure, or has no identity.
    """
    if isinstance(data, model):
        return data
    record = model.__new__(model)
    reader_of(model).fill(record, data, asked, is_whole=True)
    return record


def has_json_alone(record: BaseModel) -> bool:
    """Say whether all of an answer can have come from JSON, whose numbers are finite."""
    return reader_of(type(record)).has_json_alone(record)


def fill(record: BaseModel, data: Mapping[str, object]) -> None:
    """Put values by name into an answer that is made by hand.

    Raises:
        UnreadableAnswer: A required one is missing.
    """
    reader_of(type(record)).fill(record, data)


@cache
def reader_of(model: type[BaseModel]) -> "Reader":
    """Return the reader of a model."""
    return Reader(model)


# What each object of a list holds, as Pydantic keeps it: the values of the fields, the names of
# those that came, and the rest. Three lists, which can be put in place by loops in C.
Contents: TypeAlias = tuple[list[dict[str, object]], list[set[str]], list[dict[str, object]]]


class Reader:
    """Reads the records of one model.

    Those of a list are read together: a page may have a thousand of them, and one more call for
    each takes as long as decoding a part of it.
    """

    def __init__(self, model: type[BaseModel]) -> None:
        self._model = model
        self._shape = shape_of(model)
        self._rules, self._deep = rules_of(model)
        fields = model.model_fields
        self._required = [name for name, info in fields.items() if info.is_required()]
        self._as_asked = [name for name, info in fields.items() if AS_ASKED in info.metadata]
        bare = fields.get(self._shape.bare)
        self._is_bare_list = bare is not None and get_origin(bare.annotation) is list
        self._recognised_by = frozenset(self._required or self._shape.identity)
        self._identity = frozenset([*self._required, *self._shape.identity])
        # What is required has its place among the others, to be filled in.
        self._defaults: dict[str, object] = {
            name: None if info.is_required() else info.default for name, info in fields.items()
        }
        self._fresh = [
            (name, maker) for name, info in fields.items() if (maker := default_maker(info))
        ]
        self._nested = [
            (name, inner) for name, info in fields.items() if (inner := model_in(info.annotation))
        ]

    def read(self, data: object) -> BaseModel:
        """Return the record that decoded JSON holds; a record stays as it is."""
        if isinstance(data, self._model):
            return data
        record = self._model.__new__(self._model)
        self.fill(record, data)
        return record

    def read_list(self, items: list[object]) -> list[BaseModel]:
        """Return the records of a list; each must have its identity."""
        if not are_objects(items):
            records: list[BaseModel] = []
            try:
                for item in items:
                    # A bare text or list stands for a record that is alone.
                    is_bare = isinstance(item, str) or is_list(item)
                    records.append(no_object(item) if is_bare else self.read(item))
            except UnreadableAnswer as error:
                raise error.within(f"[{len(records)}]") from None
            return records
        found: Contents = ([], [], [])
        all_values, all_names, all_extras = found
        try:
            self._sort(items, found)
        except UnreadableAnswer as error:
            raise error.within(f"[{len(all_extras)}]") from None
        for name in self._required:
            if not all(map(contains, all_names, repeat(name))):
                index = next(i for i, names in enumerate(all_names) if name not in names)
                raise UnreadableAnswer(MISSING, f"[{index}].{name}")
        records = list(map(self._model.__new__, repeat(self._model, len(items))))
        # Each loop in C: in Python they take half as long again.
        deque(map(set_dict, records, all_values), maxlen=0)
        deque(map(set_names, records, all_names), maxlen=0)
        deque(map(set_extra, records, all_extras), maxlen=0)
        deque(map(set_private, records, repeat(None)), maxlen=0)
        return records

    def has_json_alone(self, record: BaseModel) -> bool:
        """Say whether what is kept of a record can have come from JSON; fields see to their own."""
        extra = record.model_extra
        if extra and not is_json(extra):
            return False
        for name, model in self._nested:
            value: object = getattr(record, name)
            inner = value if is_list(value) else [value]
            check = reader_of(model).has_json_alone
            if not all(check(each) for each in inner if isinstance(each, BaseModel)):
                return False
        return True

    def fill(
        self,
        record: BaseModel,
        data: object,
        asked: BaseModel | None = None,
        *,
        is_whole: bool = False,
    ) -> None:
        """Put what decoded JSON holds into a new record, which may be a whole body."""
        item = data if is_object(data) else self._as_object(data)
        found = self._sort([item], ([], [], []))
        if self._recognised_by.isdisjoint(found[1][0]):
            for key in self._shape.wrappers:
                if is_object(inner := item.get(key)):
                    # What stands beside the wrapper is kept, the wrapped values win.
                    beside = {name: item[name] for name in item if name != key}
                    found = self._sort([{**beside, **inner}], ([], [], []))
                    break
        [values], [names], [extra] = found
        if is_whole:
            self._refuse_failure(values, names, extra)
        if asked is not None:
            for name in self._as_asked:
                value = getattr(asked, name, None)
                if name not in names and value is not None and not self._is_misfit(name, extra):
                    values[name] = value
                    names.add(name)
        for name in self._required:
            if name not in names:
                raise UnreadableAnswer(MISSING, name)
        set_dict(record, values)
        set_names(record, names)
        set_extra(record, extra)
        set_private(record, None)

    def _as_object(self, data: object) -> Mapping[str, object]:
        """Return the object that a bare list or text stands for, else raise."""
        bare = self._shape.bare
        if bare and (is_list(data) if self._is_bare_list else isinstance(data, str) and data):
            return {bare: data}
        return no_object(data)

    def _sort(self, items: Sequence[Mapping[str, object]], found: Contents) -> Contents:
        """Add what each object holds: the fields' values, which of them came, and the rest."""
        rule_of, new_values, reshape = self._rules.get, self._defaults.copy, self._shape.reshape
        deep, fresh = self._deep, self._fresh
        all_values, all_names, all_extras = found
        for item in items:
            data = item if reshape is None else reshape(item)
            values = new_values()
            names: set[str] = set()
            extra: dict[str, object] = {}
            for key, value in data.items():
                rule = rule_of(key)
                if rule is None:
                    extra[key] = value
                elif value is not None:
                    field, plain, read, _ = rule
                    if type(value) is plain and value:
                        fit = value
                    else:
                        try:
                            fit = read(value)
                        except UnreadableAnswer as error:
                            raise error.within(field) from None
                        except ValueError:
                            extra[key] = value
                            continue
                    if field in names and not self._takes_over(key, data, extra):
                        extra[key] = value
                    else:
                        values[field] = fit
                        names.add(field)
            if deep:
                self._add_deep(data, values, names)
            if fresh:
                for name, make_default in fresh:
                    if name not in names:
                        values[name] = make_default()
            all_values.append(values)
            all_names.append(names)
            all_extras.append(extra)
        return found

    def _add_deep(
        self, data: Mapping[str, object], values: dict[str, object], names: set[str]
    ) -> None:
        """Add what lies deeper in an object."""
        for field, way, read in self._deep:
            if field not in names and (value := follow(data, way)) is not None:
                with suppress(ValueError):
                    values[field] = read(value)
                    names.add(field)

    def _takes_over(self, key: str, data: Mapping[str, object], extra: dict[str, object]) -> bool:
        """Say whether a key goes before the one that has filled its field, which is extra then."""
        field, _, _, rank = self._rules[key]
        for other, value in data.items():
            other_field, _, _, other_rank = self._rules.get(other, NO_RULE)
            if other_field == field and value is not None and other not in extra:
                if other_rank <= rank:
                    break
                extra[other] = value
                return True
        return False

    def _is_misfit(self, name: str, extra: Mapping[str, object]) -> bool:
        """Say whether a required value came, and is of another type."""
        return name in self._required and any(
            key in extra for key, (field, *_) in self._rules.items() if field == name
        )

    def _refuse_failure(
        self, values: Mapping[str, object], names: set[str], extra: Mapping[str, object]
    ) -> None:
        """Raise if a body under a 2xx status reports a failure, or nothing."""
        if extra.get("success") is False:
            raise UnreadableAnswer("says success: false")
        for name in self._identity:
            if name in names and values[name] != []:
                return
        if extra.get("error"):
            raise UnreadableAnswer("reports an error")
        if self._shape.identity:
            wanted = ", ".join(sorted(self._identity))
            raise UnreadableAnswer(f"is no answer: none of {wanted} is there")


# The setters of the slots that Pydantic gives each model: a frozen one refuses others, and
# `object.__setattr__` takes twice as long.
Setter: TypeAlias = Callable[[BaseModel, object], None]
set_dict: Setter = vars(BaseModel)["__dict__"].__set__
set_names: Setter = vars(BaseModel)["__pydantic_fields_set__"].__set__
set_extra: Setter = vars(BaseModel)["__pydantic_extra__"].__set__
set_private: Setter = vars(BaseModel)["__pydantic_private__"].__set__


def no_object(data: object) -> NoReturn:
    """Raise for a value that should be an object."""
    kind = "null" if data is None else type(data).__name__
    raise UnreadableAnswer(f"should be an object, not {kind}")


def are_objects(items: list[object]) -> TypeGuard[list[dict[str, object]]]:
    """Say whether all items of a list are JSON objects."""
    return {*map(type, items)} <= {dict}


def default_maker(info: FieldInfo) -> Callable[[], object] | None:
    """Return what makes a field's default, where each record has one of its own."""
    default: object = info.default
    if is_list(default):
        return default.copy
    if isinstance(default, dict | set) or info.default_factory is not None:
        return lambda: info.get_default(call_default_factory=True)
    return None


def rules_of(model: type[BaseModel]) -> tuple[dict[str, Rule], list[tuple[str, Key, Read]]]:
    """Return how the value under each key is read, and what lies deeper in the object."""
    rules: dict[str, Rule] = {}
    deep: list[tuple[str, Key, Read]] = []
    for name, info in model.model_fields.items():
        plain, read = reader_for(info.annotation, info.metadata)
        for rank, key in enumerate(wire_keys(name, info)):
            if len(key) == 1:
                rules.setdefault(key[0], (name, plain, read, rank))
            else:
                deep.append((name, key, read))
    return rules, deep


def reader_for(annotation: Any, notes: Sequence[object] = ()) -> tuple[type | None, Read]:
    """Return how a field's value is read: the type that needs no reading, and the function.

    The function raises `ValueError` where a value does not fit.
    """
    for note in notes:
        if isinstance(note, Kind):
            return note.plain, note.read
    arguments = get_args(annotation)
    match get_origin(annotation):
        case origin if origin is Annotated:
            return reader_for(arguments[0], arguments[1:])
        case origin if origin in (Union, UnionType) and is_optional(arguments):
            return reader_for(next(each for each in arguments if each is not NoneType))
        case origin if origin is list and (model := nested_model(arguments[0])) is not None:
            return None, lambda value: read_records(model, value)
        case origin if origin is list:
            return None, list_reader(*reader_for(arguments[0]))
        case _:
            model = nested_model(annotation)
    if model is not None:
        return None, lambda value: read_record(model, value)
    kind: Any = annotation
    for note in notes:
        kind = Annotated[kind, note]
    return None, TypeAdapter[object](kind).validate_python


def is_optional(types: tuple[object, ...]) -> bool:
    """Say whether the types of a union are `None` and one other."""
    return NoneType in types and len(types) == 2


def list_reader(plain: type | None, read: Read) -> Read:
    """Return what reads a list in which every value fits."""
    kinds = {plain}

    def read_list(value: object) -> list[object]:
        if not is_list(value):
            raise ValueError("should be a list")
        if {*map(type, value)} == kinds and all(value):
            return value.copy()
        return [read(item) for item in value]

    return read_list


def read_records(model: type[BaseModel], value: object) -> list[BaseModel]:
    """Return the records of a list, else raise `ValueError`."""
    if not is_list(value):
        raise ValueError("should be a list")
    return reader_of(model).read_list(value)


def read_record(model: type[BaseModel], value: object) -> BaseModel:
    """Return a record inside another; one that cannot be read is no reason to lose the rest."""
    try:
        return reader_of(model).read(value)
    except UnreadableAnswer as error:
        raise ValueError(str(error)) from None


def is_json(value: object) -> bool:
    """Say whether what was decoded can have come from JSON, all of its numbers being finite."""
    if isinstance(value, float):
        return math.isfinite(value)
    if is_object(value):
        return all(map(is_json, value.values()))
    return all(map(is_json, value)) if is_list(value) else True
