"""Makes the JSON Schemas of all requests and answers, and of the body of errors.

Everything is read from the models: Pydantic makes the schemas, and the texts below the fields
become their descriptions. An answer is described in its documented shape; the models accept more.
"""

import ast
import inspect
import json
import textwrap
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel

from pinarkive import models
from pinarkive.errors import ErrorBody
from pinarkive.models import Request, Response
from pinarkive.models._wire import AS_ASKED

Schema = dict[str, Any]

FOLDER = Path("schemas")
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def any_of(*choices: Schema) -> Schema:
    """Return the schema of a value that fits one of several schemas."""
    flat = [inner for it in choices for inner in (it["anyOf"] if set(it) == {"anyOf"} else [it])]
    return flat[0] if len(flat) == 1 else {"anyOf": flat}


def list_of(item: Schema) -> Schema:
    """Return the schema of a list."""
    return {"type": "array", "items": item}


def ref(name: str) -> Schema:
    """Return a reference to a model's schema."""
    return {"$ref": f"#/$defs/{name}"}


def exported(kind: type[BaseModel]) -> list[Any]:
    """Return the public subclasses of a model, sorted by name."""
    found = (getattr(models, name) for name in sorted(models.__all__))
    return [it for it in found if inspect.isclass(it) and issubclass(it, kind) and it is not kind]


# Answers that the service sends as a bare list.
BARE_LISTS = {"PlanList", "ClusterList", "LocaleList"}

REQUESTS: list[type[Request[Any]]] = exported(Request)
RESPONSES: list[type[Response]] = exported(Response)
ANSWERS: list[type[BaseModel]] = [*RESPONSES, ErrorBody]


def field_docs(model: type[BaseModel]) -> dict[str, str]:
    """Return the docstring below each of a model's fields."""
    docs: dict[str, str] = {}
    for base in model.__bases__:
        if issubclass(base, BaseModel) and base not in (BaseModel, Response, Request):
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


def answers(request: type[Request[Any]]) -> list[type[Response]]:
    """Return the models of a request's answer: one, several alternatives, or none."""
    answer = request.endpoint.answer
    if answer is None:
        return []
    return [answer] if isinstance(answer, type) else [*get_args(answer)]


def answer_schema(model: type[BaseModel]) -> Schema:
    """Return the schema of an answer, or of a part of one, in its documented shape."""
    schema = model.model_json_schema(by_alias=True, mode="validation")
    docs = field_docs(model)
    # In the order of the model's fields, which is that of the schema's properties.
    texts = [docs.get(name, "") for name in model.model_fields]
    properties: dict[str, Schema] = {
        key: described(without_noise(field), text)
        for (key, field), text in zip(schema["properties"].items(), texts, strict=True)
    }
    required = [
        key
        for key, info in zip(properties, model.model_fields.values(), strict=True)
        # Values that the request already has may be missing in the answer.
        if info.is_required() and AS_ASKED not in info.metadata
    ]
    found: Schema = {"title": model.__name__, "description": doc(model)}
    if model.__name__ in BARE_LISTS:
        (items,) = properties.values()
        return {**found, **items, "description": found["description"]}
    found |= {"type": "object", "properties": properties}
    if required:
        found["required"] = required
    return found


def without_noise(field: Schema) -> Schema:
    """Return a field's schema without its title and default, which add nothing."""
    return {key: value for key, value in field.items() if key not in {"title", "default"}}


def definitions() -> dict[str, Schema]:
    """Return the schemas of all answers and their parts, and of the body of errors."""
    return {model.__name__: answer_schema(model) for model in ANSWERS}


def request_schema(model: type[BaseModel]) -> Schema:
    """Return the schema of a request as JSON, with its names on the wire."""
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
    """Return the names of the definitions that a schema refers to, directly or indirectly."""
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
    """Return a document as the text of its file."""
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
