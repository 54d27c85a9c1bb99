"""Whoever reads an answer, every documented shape is read alike."""

import inspect
import json
from typing import Any

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError, create_model, model_validator

from pinarkive import (
    Cluster,
    DirectoryUpload,
    GatewayList,
    GenerateToken,
    ListUploads,
    PinStatus,
    Plan,
    Request,
    Response,
    ServerDirectoryUpload,
    Upload,
    UploadFile,
    UploadPage,
    UploadRecord,
    User,
    models,
)
from pinarkive._core.read import UnreadableAnswer, read_body

from .test_examples import ANSWERS, EXAMPLES, REQUESTS, VARIANTS

BODIES = [
    pytest.param(REQUESTS[it["endpoint"]], it["body"], id=it["name"])
    for it in EXAMPLES
    if it["name"] in ANSWERS and it["status"] != 204
] + [pytest.param(REQUESTS[endpoint], body, id=str(body)) for endpoint, body, *_ in VARIANTS]


def models_of(kind: type[BaseModel]) -> list[type[Any]]:
    """Return the public models of a kind, in the order of their names."""
    found = [getattr(models, name) for name in sorted(models.__all__)]
    return [it for it in found if isinstance(it, type) and issubclass(it, kind) and it is not kind]


@pytest.mark.parametrize(("request_", "body"), BODIES)
def test_every_reader_reads_alike(request_: Request[Any], body: Any) -> None:
    text = json.dumps(body)
    sent: Any = read_body(request_, text.encode())
    model: Any = sent.__class__
    models_list: Any = list.__class_getitem__(model)

    holder: Any = create_model("Holder", answer=(model, ...), others=(models_list, []))

    # What the request tells is missing where nobody asks.
    try:
        answer: Any = model.model_validate(body)
    except ValidationError:
        assert "cid" in sent.model_fields_set
        return
    one: Any = holder.model_validate({"answer": body, "others": [body, body]})
    other: Any = holder.model_validate_json(f'{{"answer": {text}, "others": [{text}]}}')
    adapter: TypeAdapter[Any] = TypeAdapter(models_list)
    found: list[Any] = [
        model.model_validate_json(text),
        one.answer,
        *one.others,
        other.answer,
        *other.others,
        *adapter.validate_python([body]),
        *adapter.validate_json(f"[{text}]"),
    ]
    assert len(found) == 8
    for each in found:
        assert type(each) is model
        assert each == answer
        assert each.model_extra == answer.model_extra
        assert each.model_fields_set == answer.model_fields_set
    fields: set[str] = {*model.model_fields}
    for name in fields - {*type(request_).model_fields}:
        assert getattr(answer, name) == getattr(sent, name)
    assert json.loads(one.model_dump_json())["answer"] == json.loads(answer.model_dump_json())


@pytest.mark.parametrize(
    ("request_", "body"),
    [
        pytest.param(models.GetHealth(), {"error": "down"}, id="error"),
        pytest.param(models.GetHealth(), {"success": False}, id="failure"),
        pytest.param(models.GetMe(), {"name": "Ada"}, id="no-identity"),
        pytest.param(models.ListUploads(), {"uploads": [{"name": "a"}]}, id="record"),
        pytest.param(models.ListUploads(), {"uploads": [None]}, id="null"),
        pytest.param(models.ListPlans(), ["free"], id="text-in-a-list"),
        pytest.param(models.ListPlans(), [["free"]], id="list-in-a-list"),
    ],
)
def test_every_reader_refuses_alike(request_: Request[Any], body: object) -> None:
    text = json.dumps(body)
    with pytest.raises(UnreadableAnswer) as caught:
        read_body(request_, text.encode())
    model: Any = request_.endpoint.answer
    for read in (model.model_validate, TypeAdapter[Any](model).validate_python):
        with pytest.raises(ValidationError) as refused:
            read(body)
        assert str(caught.value) in str(refused.value)
    with pytest.raises(ValidationError, match="Value error"):
        model.model_validate_json(text)


def test_a_numeric_id_is_its_text() -> None:
    record = UploadRecord.model_validate({"cid": "a", "id": 100001})
    assert record == UploadRecord(cid="a", upload_id="100001")
    assert not record.model_extra
    assert UploadRecord.model_validate({"cid": "a", "id": True}).upload_id is None
    assert UploadRecord.model_validate({"cid": "a", "_id": 1.5, "id": 2**70}).upload_id == str(
        2**70
    )
    assert User.model_validate({"_id": 5}).id == "5"
    assert Plan.model_validate({"_id": 5}).id == "5"


@pytest.mark.parametrize(
    "names", [("name", "filename"), ("filename", "name")], ids=["in-order", "in-reverse"]
)
def test_the_first_name_wins_whatever_comes_first(names: tuple[str, str]) -> None:
    data = {"cid": "a", **{key: f"the {key}" for key in names}}
    record = UploadRecord.model_validate(data)
    assert record.name == "the name"
    assert record.model_extra == {"filename": "the filename"}


def test_the_first_name_that_fits_wins_among_many() -> None:
    data = {"cid": "a", "originalName": "o", "customName": "c", "filename": 5, "name": None}
    record = UploadRecord.model_validate(data)
    assert record.name == "c"
    assert record.model_extra == {"originalName": "o", "filename": 5}


def test_a_record_in_a_list_made_by_hand_stays_the_same() -> None:
    record = UploadRecord(cid="a")
    page = UploadPage(uploads=[record])
    assert page.uploads[0] is record
    assert UploadPage.model_validate({"uploads": [record, {"cid": "b"}]}).uploads[0] is record
    assert Upload.model_validate(upload := Upload(cid="a")) is upload


class Noted(Upload, frozen=True):
    """An answer with fields of a user's own."""

    note: str = "none"
    tags: list[int] = []
    either: int | str = 0


def test_a_model_of_the_users_own_reads_as_the_one_below() -> None:
    found = Noted.model_validate({"data": {"hash": "a", "note": "mine", "tags": ["1", 2]}})
    assert (found.cid, found.note, found.tags) == ("a", "mine", [1, 2])
    assert Noted.model_validate({"cid": "a", "either": "text"}).either == "text"
    assert Noted.model_validate({"cid": "a", "tags": "many"}).model_extra == {"tags": "many"}
    assert Noted(cid="a").tags is not Noted(cid="a").tags


def test_validators_on_an_answer_are_refused_as_they_would_not_run() -> None:
    class Checked(Upload, frozen=True):
        @model_validator(mode="after")
        def check(self) -> "Checked":
            raise AssertionError

    with pytest.raises(TypeError, match="validators would not run"):
        Checked.model_validate({"cid": "a"})


# What an editor offers

JUDGED: dict[type[Response], set[str]] = {
    PinStatus: {"is_pinned", "is_pending", "failed_peers"},
    Cluster: {"gateway_url"},
    GatewayList: {"gateway_url"},
    Upload: {"verified"},
    DirectoryUpload: {"verified"},
    ServerDirectoryUpload: {"verified"},
}


def public(of: object) -> set[str]:
    """Return what a user sees of an object beyond what Pydantic gives every model."""
    return {name for name in set(dir(of)) - set(dir(BaseModel)) if not name.startswith("_")}


@pytest.mark.parametrize("model", models_of(Response))
def test_an_answer_shows_its_fields_and_how_it_came(model: type[Response]) -> None:
    samples: dict[str, object] = {"uploads": [], "tokens": [], "plans": [], "peers": []}
    samples |= {"clusters": [], "gateways": [], "locales": [], "logs": [], "referrals": []}
    samples |= {"enabled": True, "plan": {"code": "free"}}
    required = [name for name, it in model.model_fields.items() if it.is_required()]
    some = [name for name in model.model_fields if name in {"id", "cid", "ok", "plan"}]
    record = model.model_validate({name: samples.get(name, "x") for name in required or some})
    assert public(record) == {*model.model_fields, "meta"} | JUDGED.get(model, set())


@pytest.mark.parametrize("model", models_of(Request))
def test_a_request_shows_its_fields_and_its_endpoint(model: type[Request[Any]]) -> None:
    assert public(model) == {"endpoint"}
    assert public(model.model_construct()) <= {*model.model_fields, "endpoint"}


@pytest.mark.parametrize("model", [*models_of(Request), *models_of(Response)])
def test_a_signature_says_what_is_taken_and_no_more(model: type[BaseModel]) -> None:
    signature = inspect.signature(model)
    assert list(signature.parameters) == list(model.model_fields)
    text = str(signature)
    for noise in ("Annotated", "Validator", "FieldInfo", "<function", "object at"):
        assert noise not in text
    for name, parameter in signature.parameters.items():
        assert parameter.kind is inspect.Parameter.KEYWORD_ONLY
        is_required = model.model_fields[name].is_required()
        assert (parameter.default is inspect.Parameter.empty) is is_required


def test_a_signature_tells_what_is_taken_and_not_what_is_kept() -> None:
    parameters = inspect.signature(UploadFile).parameters
    assert "str" in str(parameters["file"].annotation)
    assert "datetime" in str(parameters["timelock"].annotation)
    assert str(inspect.signature(ListUploads)).startswith("(*, page: int = 1, limit: int = 20")
    assert "Set" in str(inspect.signature(GenerateToken).parameters["scopes"])
