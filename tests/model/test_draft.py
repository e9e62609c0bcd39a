"""What a body asks for: values, intents of the nested objects, and every fault at once."""

from typing import Any

import pytest

from closum.model import draft
from closum.model.draft import MAX_ID, Draft, Link, Put, Unlink, complete_nested
from closum.resources.email import EMAIL
from closum.resources.lead import LEAD
from closum.resources.phone import PHONE

EMAILS, PHONES = LEAD.nested


def create(**body: Any) -> Draft:
    """What a body comes to in a create."""
    asked = draft.parse(LEAD, body)
    values, faults = draft.complete(LEAD, asked)
    nested = dict(asked.nested)
    for one in LEAD.nested:
        if isinstance(put := nested.get(one.name), Put):
            whole, nested_faults = complete_nested(one, put, None)
            faults |= {one.name: nested_faults} if nested_faults else {}
            nested[one.name] = Put(whole)
    return Draft(values, {name: intent for name, intent in nested.items() if intent != Put({})}, faults)


def update(**body: Any) -> Draft:
    return draft.parse(LEAD, body)


def rules(faults: Any) -> Any:
    """The faults without their messages."""
    return {
        name: rules(value) if any(isinstance(one, dict) for one in value.values()) else sorted(value)
        for name, value in faults.items()
    }


def test_an_absent_key_is_null_in_a_create_and_nothing_in_an_update() -> None:
    values = {"name": "Ana", "city_id": None, "custom_data": None}
    assert create(name="Ana").values.items() >= values.items()
    assert update(name="Ana").values == {"name": "Ana"}
    assert update().values == {}


@pytest.mark.parametrize("blank", [None, ""])
def test_null_and_no_text_clear_a_value(blank: Any) -> None:
    assert update(name=blank, city_id=blank, custom_data=blank).values == {
        "name": None,
        "city_id": None,
        "custom_data": None,
    }


def test_a_create_has_the_derived_columns_and_one_with_faults_has_none() -> None:
    assert create(name="Águeda").values["name_sort"] == "agueda"
    assert "name_sort" not in create(name="Águeda", city_id="x").values
    assert "name_sort" not in update(name="Águeda").values


def test_unknown_and_read_only_keys_are_not_read() -> None:
    asked = create(name="Ana", id=7, creation_date="x", junk=True, email_key="x")
    assert asked.faults == {}
    assert not {"id", "creation_date", "junk", "email_key"} & asked.values.keys()


def test_every_fault_is_told_at_once() -> None:
    asked = create(
        name=True,
        city_id="x",
        custom_data="{",
        email={"email": "none"},
        phone={"extension": "x", "number": []},
    )
    assert rules(asked.faults) == {
        "name": ["_scalar"],
        "city_id": ["_integer"],
        "custom_data": ["_json"],
        "email": {"email": ["_email"]},
        "phone": {"extension": ["_prefix"], "number": ["_scalar"]},
    }


@pytest.mark.parametrize(
    ("body", "rule"),
    [({}, "_required"), ({"email": None}, "_empty"), ({"email": ""}, "_empty"), ({"email": "  "}, "_empty")],
)
def test_what_is_required_is_absent_or_empty(body: dict[str, Any], rule: str) -> None:
    asked = draft.parse(EMAIL, body)
    assert rules(draft.complete(EMAIL, asked)[1]) == {"email": [rule]}
    assert rules(draft.changed(EMAIL, asked)[1]) == ({"email": [rule]} if body else {})


@pytest.mark.parametrize(
    ("value", "intent"),
    [
        (None, Unlink()),
        ("", Unlink()),
        ({}, None),
        ({"junk": 1}, None),
        ({"id": None}, None),
        ({"id": ""}, None),
        ({"id": 7}, Link(7)),
        ({"id": "7"}, Link(7)),
        ({"id": 0}, Link(0)),
        ({"id": -7}, Link(0)),
        ({"id": MAX_ID}, Link(MAX_ID)),
        ({"id": MAX_ID + 1}, Link(0)),
        ({"email": None}, Unlink()),
        ({"email": " ", "id": 7}, Unlink()),
        ({"email": "ana@example.com", "id": 7}, Put({"email": "ana@example.com"})),
    ],
)
def test_what_an_update_asks_of_the_email(value: Any, intent: Any) -> None:
    asked = update(email=value)
    assert asked.faults == {}
    assert asked.nested.get("email") == intent


@pytest.mark.parametrize(
    ("value", "faults"),
    [
        ("text", ["_object"]),
        (7, ["_object"]),
        ({"id": "x"}, {"id": ["_integer"]}),
        ({"id": True}, {"id": ["_integer"]}),
        ({"email": "none"}, {"email": ["_email"]}),
    ],
)
def test_what_is_no_email_object(value: Any, faults: Any) -> None:
    assert rules(update(email=value).faults) == {"email": faults}


def test_a_part_of_a_phone_is_kept_as_one_until_the_present_one_is_known() -> None:
    assert update(phone={"number": "912345678"}).nested == {"phone": Put({"number": "912345678"})}
    assert update(phone={"number": "912345678", "extension": " "}).nested == {
        "phone": Put({"number": "912345678"})
    }
    assert update(phone={"extension": "351"}).nested == {"phone": Put({"extension": "351"})}
    assert update(phone={"extension": "351", "number": ""}).nested == {"phone": Unlink()}


def test_a_prefix_alone_is_no_phone_in_a_create() -> None:
    assert create(name="Ana", phone={"extension": "351"}).nested == {}
    assert create(name="Ana", phone={"extension": "351"}).faults == {}


def test_a_put_of_a_create_is_whole() -> None:
    put = create(phone={"extension": "351", "number": "912 345 678"}).nested["phone"]
    assert isinstance(put, Put)
    assert put.values.keys() >= {"extension", "number", "number_key", "is_valid", "number_sort"}
    assert (put.values["number_key"], put.values["is_valid"]) == ("+351912345678", 1)


def test_missing_parts_are_the_present_ones() -> None:
    present = {"id": 3, "extension": "351", "number": "912345678", "is_valid": 1}
    values, faults = complete_nested(PHONES, Put({"number": "912345679"}), present)
    assert faults == {}
    assert (values["extension"], values["number"], values["number_key"]) == (
        "351",
        "912345679",
        "+351912345679",
    )
    values, _ = complete_nested(PHONES, Put({"extension": "34"}), present)
    assert (values["extension"], values["number"]) == ("34", "912345678")
    assert "id" not in values
    assert complete_nested(PHONES, Put({"extension": "351"}), None) == ({}, {})


def test_a_phone_record_of_its_own_needs_both_parts() -> None:
    assert rules(draft.complete(PHONE, draft.parse(PHONE, {}))[1])["number"] == ["_required"]
    assert draft.parse(PHONE, {"number": "912345678"}).values == {"number": "912345678"}
