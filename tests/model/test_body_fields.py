"""Bodies of calls that are no records: their values, every fault, and what is ignored."""

import json
from typing import Any

import pytest

from closum.errors import Invalid
from closum.model import body_fields, draft
from closum.model.body_fields import Array, Object
from closum.model.fields import Document, Field, Flag, Integer, Text
from closum.resources.lead import LEAD

NOTE = Object("note", fields=(Text("text", required=True), Flag("is_open")))
FIELDS: tuple[Field, ...] = (
    Integer("other_id", required=True),
    Object("keep", fields=(Array("notes", of=NOTE, max_items=2), Document("details"))),
)


def test_every_field_has_a_value() -> None:
    assert body_fields.read(FIELDS, {"other_id": "7", "more": 1}) == {"other_id": 7, "keep": None}
    keep = {"notes": [{"text": 5}], "details": {"a": [True]}}
    read = {"notes": [{"text": "5", "is_open": None}], "details": '{"a":[true]}'}
    assert body_fields.read(FIELDS, {"other_id": 7, "keep": keep}) == {"other_id": 7, "keep": read}


@pytest.mark.parametrize("empty", [{}, []])
def test_an_empty_object_is_one(empty: object) -> None:
    found = body_fields.read(FIELDS, {"other_id": 7, "keep": empty})
    assert found["keep"] == {"notes": None, "details": None}


@pytest.mark.parametrize("empty", [None, "", []])
def test_an_empty_array_is_null(empty: object) -> None:
    assert body_fields.read((Array("ids", of=Integer("id")),), {"ids": empty}) == {"ids": None}
    with pytest.raises(Invalid) as caught:
        body_fields.read((Array("ids", of=Integer("id"), required=True),), {"ids": empty})
    assert list(caught.value.faults["ids"]) == ["_empty"]


def test_faults_are_where_the_values_are() -> None:
    keep: dict[str, Any] = {"notes": [{"text": ""}, {"is_open": "maybe"}], "details": "{"}
    with pytest.raises(Invalid) as caught:
        body_fields.read(FIELDS, {"keep": keep})
    faults: Any = caught.value.faults
    assert caught.value.count == 5
    assert list(faults["other_id"]) == ["_required"]
    assert list(faults["keep"]["notes"]["0"]["text"]) == ["_empty"]
    assert list(faults["keep"]["notes"]["1"]["text"]) == ["_required"]
    assert list(faults["keep"]["notes"]["1"]["is_open"]) == ["_flag"]
    assert list(faults["keep"]["details"]) == ["_json"]


@pytest.mark.parametrize("value", ["a", 1, True, {"0": 1}])
def test_what_is_no_array(value: object) -> None:
    with pytest.raises(Invalid) as caught:
        body_fields.read((Array("ids", of=Integer("id")),), {"ids": value})
    assert caught.value.faults == {"ids": {"_array": "This value must be an array"}}


def test_what_is_ignored_is_named_with_its_place() -> None:
    body = {
        "other_id": 7,
        "id": 1,
        "keep": {"notes": [{"text": "a", "x": 1}, 7], "details": {"y": 1}, "z": 2},
    }
    assert list(body_fields.ignored(FIELDS, body | {"w": None})) == [
        *(("keep", "notes", "0", "x"), ("keep", "z"), ("w",)),
    ]


TOO_DEEP = json.loads("[" * 33 + "]" * 33)
TOO_MANY = dict.fromkeys(map(str, range(1001)))
DETAILS = Document("details")


@pytest.mark.parametrize("document", [TOO_DEEP, TOO_MANY, {"a": [TOO_MANY]}, ["\0"], ["\ud800"]])
@pytest.mark.parametrize(
    ("field", "path"),
    [
        (DETAILS, ("details",)),
        (Object("keep", fields=(DETAILS,)), ("keep", "details")),
        (Array("keep", of=DETAILS), ("keep", "0")),
        (Array("keep", of=Object("one", fields=(DETAILS,))), ("keep", "0", "details")),
    ],
)
def test_a_document_has_the_limits_of_its_text_wherever_it_is(
    field: Field, path: tuple[str, ...], document: object
) -> None:
    def within(value: Any, *names: str) -> Any:
        if not names:
            return value
        inner = within(value, *names[1:])
        return [inner] if names[0] == "0" else {names[0]: inner}

    for value in (document, json.dumps(document)):
        with pytest.raises(Invalid) as caught:
            body_fields.read((field,), within(value, *path))
        faults: Any = caught.value.faults
        for name in path:
            faults = faults[name]
        assert list(faults) == ["_json"]


def test_a_record_has_them_too() -> None:
    """What a verb writes into a record is not always what a body had."""
    assert list(draft.parse(LEAD, {"custom_data": TOO_MANY}).faults["custom_data"]) == ["_json"]
    assert list(draft.parse(LEAD, {"custom_data": TOO_DEEP}).faults["custom_data"]) == ["_json"]
