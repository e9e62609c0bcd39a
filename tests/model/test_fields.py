"""How each kind of property reads a value, and what it says of itself in the schema."""

from typing import Any

import pytest

from closum.errors import BrokenRule
from closum.model.fields import Document, Field, Flag, Integer, Text, Timestamp


def upper(text: str) -> None:
    if not text.isupper():
        raise ValueError("it is not in capitals")


NAME = Text("name", max_length=5)
CODE = Text("code", max_length=5, strip=True, required=True, rule=("_email", upper))
COUNT = Integer("count")
NOTES = Document("notes", max_bytes=20)


def rule(field: Field, value: Any) -> str:
    """The rule that a value breaks."""
    with pytest.raises(BrokenRule) as broken:
        field.parse(value)
    (name,) = broken.value.faults
    return name


@pytest.mark.parametrize(
    ("field", "value", "parsed"),
    [
        (NAME, "Rita", "Rita"),
        (NAME, " Ana ", " Ana "),
        (NAME, 12, "12"),
        (NAME, "éééééé"[:5], "ééééé"),
        (CODE, " \u2003AB\t", "AB"),
        (CODE, "ABCDE     ", "ABCDE"),
        (COUNT, 213, 213),
        (COUNT, "213", 213),
        (COUNT, "000213", 213),
        (COUNT, "0", 0),
        (COUNT, -1, -1),
        (NOTES, '{"a": 1}', '{"a": 1}'),
        (NOTES, {"b": 1, "a": "é"}, '{"b":1,"a":"é"}'),
        (NOTES, [None, True], "[null,true]"),
        (NOTES, 5, "5"),
        (NOTES, "[" + "1" * 18 + "]", "[" + "1" * 18 + "]"),
    ],
)
def test_a_value_is_read(field: Field, value: Any, parsed: Any) -> None:
    assert field.parse(value) == parsed
    assert type(field.parse(value)) is type(parsed)


@pytest.mark.parametrize(
    ("field", "value", "broken"),
    [
        (NAME, "Sylvia", "_maxLength"),
        (NAME, 123456, "_maxLength"),
        (NAME, True, "_scalar"),
        (NAME, 1.5, "_scalar"),
        (NAME, ["Ana"], "_scalar"),
        (NAME, {}, "_scalar"),
        (CODE, "ABCDEF", "_maxLength"),
        (CODE, "ab", "_email"),
        (COUNT, True, "_integer"),
        (COUNT, 1.5, "_integer"),
        (COUNT, "1.5", "_integer"),
        (COUNT, "+5", "_integer"),
        (COUNT, "-5", "_integer"),
        (COUNT, " 5", "_integer"),
        (COUNT, "٣", "_integer"),
        (COUNT, "²", "_integer"),
        (COUNT, [], "_integer"),
        (NOTES, "{", "_json"),
        (NOTES, "text", "_json"),
        (NOTES, '{"a":1,"a":1}', "_json"),
        (NOTES, False, "_scalar"),
        (NOTES, "[" + "1" * 19 + "]", "_maxLength"),
        (NOTES, '["ééééééééé"]', "_maxLength"),
        (NOTES, ["éééééééée"], "_maxLength"),
    ],
)
def test_a_value_is_refused_by_its_rule(field: Field, value: Any, broken: str) -> None:
    assert rule(field, value) == broken


def test_the_reason_of_a_rule_stands_in_its_message() -> None:
    with pytest.raises(BrokenRule) as broken:
        CODE.parse("ab")
    assert broken.value.faults == {"_email": "This value must be an e-mail address: it is not in capitals"}
    with pytest.raises(BrokenRule) as broken:
        NAME.parse("Sylvia")
    assert broken.value.faults == {"_maxLength": "This value is too long: at most 5 characters"}


def test_a_text_of_nothing_is_null_and_asks_no_rule() -> None:
    assert CODE.parse(" \t ") is None


def test_digits_beyond_any_number_are_still_one() -> None:
    assert COUNT.parse("9" * 5000) > 2**63
    assert COUNT.parse("0" * 5000 + "7") == 7


@pytest.mark.parametrize("value", [True, 1.5, "a\0b", "secret", []])
def test_no_message_repeats_the_value(value: Any) -> None:
    for field in (COUNT, NOTES):
        with pytest.raises(BrokenRule) as broken:
            field.parse({"secret": value} if field is COUNT else f"{value} secret")
        assert "secret" not in str(broken.value.faults)


@pytest.mark.parametrize(
    ("field", "most"),
    [(NAME, 20), (NOTES, 20), (COUNT, 32), (Timestamp("at"), 32)],
    ids=lambda one: str(one)[:9],
)
def test_how_long_a_stored_value_may_be(field: Field, most: int) -> None:
    assert field.most_bytes == most


def test_what_may_be_missing_is_null_in_the_schema() -> None:
    assert NAME.accepts()["type"] == ["string", "integer", "null"]
    assert CODE.accepts()["type"] == ["string", "integer"]
    assert CODE.accepts()["minLength"] == 1
    assert "minLength" not in NAME.accepts()
    assert NAME.shows()["type"] == ["string", "null"]
    assert CODE.shows()["type"] == "string"
    assert Flag("is_valid").shows()["enum"] == [0, 1]
    assert Timestamp("at").shows() == {"type": "string", "format": "date-time"}


def test_description_and_example_go_with_the_schema() -> None:
    field = Text("name", description="The **name**", example="Ana")
    assert field.described({}) == {"description": "The **name**", "examples": ["Ana"]}
    assert Text("name").described({"type": "string"}) == {"type": "string"}
    assert Integer("id", example=0).described({}) == {"examples": [0]}
