"""Makes the JSON Schema of every request, of every answer and of the body of an error.

Everything is read from the models. The tables below hold what their declarations do not say: how a
converted value looks on the wire, and the shapes that a model rearranges before it reads them.
"""

import ast
import inspect
import json
import textwrap
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, TypeAdapter

from pinarkive import models
from pinarkive.errors import ErrorBody
from pinarkive.models import Request, Response
from pinarkive.models import _wire as wire
from pinarkive.models._response import required_fields, wire_keys
from pinarkive.models.users import read_count

Schema = dict[str, Any]

FOLDER = Path("schemas")
DIALECT = "https://json-schema.org/draft/2020-12/schema"

PRESENT: Schema = {"not": {"type": "null"}}
TEXT: Schema = {"type": "string"}
SOME_TEXT: Schema = {"type": "string", "minLength": 1}


def any_of(*choices: Schema) -> Schema:
    """Return the schema of what fits one of several."""
    flat = [inner for it in choices for inner in (it["anyOf"] if set(it) == {"anyOf"} else [it])]
    return flat[0] if len(flat) == 1 else {"anyOf": flat}


def or_null(schema: Schema) -> Schema:
    """Return the schema of what may also be `null`."""
    kind = schema.get("type")
    if isinstance(kind, str):
        return {**schema, "type": [kind, "null"]}
    return any_of(schema, {"type": "null"})


def list_of(item: Schema) -> Schema:
    """Return the schema of a list."""
    return {"type": "array", "items": item}


def map_of(item: Schema) -> Schema:
    """Return the schema of an object that is used as a map."""
    return {"type": "object", "additionalProperties": item}


def having(key: str, value: Schema) -> Schema:
    """Return the schema of an object with a certain member."""
    return {"type": "object", "required": [key], "properties": {key: value}}


def ref(name: str) -> Schema:
    """Return a reference to a model's schema."""
    return {"$ref": f"#/$defs/{name}"}


# What each converter of models/_wire.py takes.
FORMS: dict[Callable[[Any], object], Schema] = {
    wire.read_text: TEXT,
    wire.read_cid: any_of(SOME_TEXT, having("/", SOME_TEXT)),
    wire.read_secret: SOME_TEXT,
    wire.read_instant: {"type": "string", "format": "date-time"},
    wire.read_integer: {"type": "integer"},
    wire.read_number: {"type": "number"},
    wire.read_texts: map_of(TEXT),
    wire.read_flag: any_of({"type": "boolean"}, {"enum": [0, 1]}),
    read_count: any_of({"type": "integer", "minimum": 0}, {"type": "array"}),
}

PEERS = list_of(any_of(SOME_TEXT, ref("PeerStatus")))
PEER_MAP = map_of({"type": "object", "properties": {"status": or_null(TEXT)}})

# What a model's `reshape` finds: members of the object beyond its fields, or in another form. A
# member that is no field of the model identifies an answer like the fields that do.
RESHAPED: dict[str, dict[str, Schema]] = {
    "PinStatus": {"peers": PEERS, "peer_map": PEER_MAP, "allocations": PEERS},
    "Allocation": {
        "peers": PEERS,
        "nodes": PEERS,
        "allocations": PEERS,
        "Allocations": PEERS,
        "peer_map": PEER_MAP,
        "pin_info": {"type": "object", "properties": {"allocations": or_null(PEERS)}},
    },
    "PeerList": {"details": any_of(SOME_TEXT, ref("ClusterPeer"), list_of(ref("ClusterPeer")))},
    "UploadPage": {
        "pagination": {
            "type": "object",
            "properties": {
                name: or_null({"type": "integer"}) for name in ("total", "page", "limit")
            },
        }
    },
    "User": {"plan": any_of(ref("Plan"), SOME_TEXT)},
    "ErrorBody": {
        "code": any_of(TEXT, {"type": "integer"}),
        "required": any_of(TEXT, list_of(TEXT)),
        "retryAfter": any_of({"type": "number"}, TEXT),
        "resetTime": any_of(TEXT, {"type": "number"}),
    },
}

# What tells nothing of which thing an answer is.
ASIDE = {"pagination"}

IDENTITY = {"ErrorBody": ("error", "message", "code")}


def exported(kind: type[BaseModel]) -> list[Any]:
    """Return the public models of a kind, in the order of their names."""
    found = (getattr(models, name) for name in sorted(models.__all__))
    return [it for it in found if inspect.isclass(it) and issubclass(it, kind) and it is not kind]


REQUESTS: list[type[Request[Any]]] = exported(Request)
RESPONSES: list[type[Response]] = exported(Response)
ANSWERS: list[type[BaseModel]] = [*RESPONSES, ErrorBody]


def field_docs(model: type[BaseModel]) -> dict[str, str]:
    """Return the text that stands below each of a model's fields."""
    docs: dict[str, str] = {}
    for base in model.__bases__:
        if issubclass(base, Response) and base is not Response:
            docs.update(field_docs(base))
    tree = ast.parse(textwrap.dedent(inspect.getsource(model))).body[0]
    name = ""
    for node in tree.body if isinstance(tree, ast.ClassDef) else []:
        match node:
            case ast.AnnAssign(target=ast.Name(id=name)):
                continue
            case ast.Expr(value=ast.Constant(value=str(text))) if name:
                docs[name] = " ".join(text.split())
            case _:
                pass
        name = ""
    return docs


def described(schema: Schema, text: str) -> Schema:
    """Return the schema with a description, if there is one."""
    return {**schema, "description": text} if text else schema


def doc(model: type[BaseModel]) -> str:
    """Return a model's docstring."""
    return inspect.getdoc(model) or ""


def value_schema(annotation: Any, metadata: Iterable[object] = ()) -> Schema:
    """Return the schema of what a field of an answer holds on the wire, without `null`."""
    for item in metadata:
        if isinstance(item, wire.Wire):
            return FORMS[item.convert]
    arguments = get_args(annotation)
    match get_origin(annotation):
        case origin if origin is Annotated:
            return value_schema(arguments[0], arguments[1:])
        case origin if origin in (Union, UnionType):
            return any_of(*(value_schema(item) for item in arguments if item is not NoneType))
        case origin if origin is list:
            return list_of(value_schema(arguments[0]))
        case origin if origin is dict:
            return map_of(value_schema(arguments[1]))
        case _ if inspect.isclass(annotation) and issubclass(annotation, Response):
            return ref(annotation.__name__)
        case _:
            return TypeAdapter(annotation).json_schema()


@dataclass(frozen=True)
class Member:
    """One way in which a field of an answer may come."""

    field: str
    path: tuple[str, ...]
    value: Schema
    text: str


def members(model: type[BaseModel]) -> Iterator[Member]:
    """Yield every way in which the fields of an answer may come."""
    docs = field_docs(model)
    reshaped = RESHAPED.get(model.__name__, {})
    for name, info in model.model_fields.items():
        paths = wire_keys(name, info)
        for path in paths if issubclass(model, Response) else paths[:1]:
            text = docs.get(name, "") if path == paths[0] else f"Another name of `{paths[0][0]}`."
            value = value_schema(info.annotation, info.metadata)
            yield Member(name, path, reshaped.get(".".join(path), value), text)


def object_schema(model: type[BaseModel]) -> Schema:
    """Return the schema of the plain object that an answer, or a part of one, is."""
    found = list(members(model))
    reshaped = RESHAPED.get(model.__name__, {})
    properties: dict[str, Schema] = {}
    for member in found:
        key, *inner = member.path
        value = described(or_null(member.value), member.text)
        if inner:
            outer = properties.setdefault(key, {"type": ["object", "null"], "properties": {}})
            outer["properties"][inner[0]] = value
        else:
            properties[key] = value
    other_shapes = {key: value for key, value in reshaped.items() if key not in properties}
    properties.update({key: or_null(value) for key, value in other_shapes.items()})

    required = required_fields(model) if issubclass(model, Response) else frozenset[str]()
    needed = required - known_fields().get(model, set())
    wanted = needed or set(identity_fields(model)) or required
    choices = [holding(member.path) for member in found if member.field in wanted]
    choices += [holding((key,)) for key in other_shapes if choices and key not in ASIDE]
    if model in known_fields():
        properties["success"] = {"not": {"const": False}, "description": "`false` is a failure."}
        if not (needed or identity_fields(model)):
            # Nothing needs to be there, but an error that comes alone is no success.
            choices.append({"properties": {"error": {"enum": [None, False, ""]}}})
    schema: Schema = {"type": "object", "properties": properties}
    return {**schema, "anyOf": choices} if choices else schema


def holding(path: tuple[str, ...]) -> Schema:
    """Return the schema of an object in which a path leads to a value that is not `null`."""
    schema = PRESENT
    for key in reversed(path):
        schema = {"required": [key], "properties": {key: schema}}
    return schema


def identity_fields(model: type[BaseModel]) -> tuple[str, ...]:
    """Return the fields of which an answer holds at least one."""
    if issubclass(model, Response):
        return model.identity
    return IDENTITY[model.__name__]


@cache
def known_fields() -> dict[type[BaseModel], set[str]]:
    """Return the models of whole answers, with the fields that the request fills in."""
    known: dict[type[BaseModel], set[str]] = {}
    for request in REQUESTS:
        source = textwrap.dedent(inspect.getsource(request.read_answer))
        keywords = {
            node.arg for node in ast.walk(ast.parse(source)) if isinstance(node, ast.keyword)
        }
        for model in answers(request):
            known[model] = {name for name in keywords if name}
    return known


def answers(request: type[Request[Any]]) -> list[type[Response]]:
    """Return the models of a request's answer: one, several alternatives, or none."""
    annotation = inspect.signature(request.read_answer).return_annotation
    return [it for it in get_args(annotation) or [annotation] if it is not None]


def definitions() -> dict[str, Schema]:
    """Return the schema of every answer, of its parts and of the body of an error."""
    found: dict[str, Schema] = {}
    for model in ANSWERS:
        name = model.__name__
        plain = object_schema(model)
        variants: list[Schema] = []
        if issubclass(model, Response):
            variants += [having(key, ref(f"Plain{name}")) for key in model.wrappers]
            if model.items:
                variants.append(value_schema(model.model_fields[model.items].annotation))
        title = {"title": name, "description": doc(model)}
        if variants:
            found[f"Plain{name}"] = {"title": f"Plain{name}", **plain}
            found[name] = {**title, "anyOf": [ref(f"Plain{name}"), *variants]}
        else:
            found[name] = {**title, **plain}
    return found


def request_schema(model: type[BaseModel]) -> Schema:
    """Return the schema of a request as JSON, under the names that go over the wire."""
    schema = model.model_json_schema(by_alias=True, mode="validation")
    docs = field_docs(model)
    properties: dict[str, Schema] = {}
    for name, info in model.model_fields.items():
        key = str(info.validation_alias)
        field: Schema = schema["properties"][key]
        shown = {k: v for k, v in field.items() if k != "title" and (k, v) != ("default", None)}
        properties[key] = described(shown, docs.get(name, ""))
    return {
        "title": model.__name__,
        "description": doc(model),
        "type": "object",
        "properties": properties,
        "required": schema.get("required", []),
        "additionalProperties": False,
    }


def references(schema: Schema, found: dict[str, Schema]) -> set[str]:
    """Return the names of the definitions that a schema needs, its own and theirs."""
    names: set[str] = set()
    waiting = [schema]
    while waiting:
        text = json.dumps(waiting.pop())
        for name in found:
            if f'"#/$defs/{name}"' in text and name not in names:
                names.add(name)
                waiting.append(found[name])
    return names


def as_text(document: Schema) -> str:
    """Return a document as it is written to a file."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def schema_files() -> dict[Path, str]:
    """Return the text of every schema file."""
    found = definitions()
    files: dict[Path, str] = {}
    own = {model.__name__: request_schema(model) for model in REQUESTS}
    own.update({model.__name__: found[model.__name__] for model in ANSWERS})
    for name, body in own.items():
        schema = {"$schema": DIALECT, **body}
        if needed := references(schema, found):
            schema["$defs"] = {key: found[key] for key in sorted(needed)}
        files[FOLDER / f"{name}.json"] = as_text(schema)
    return files
