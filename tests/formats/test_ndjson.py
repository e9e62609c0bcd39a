"""JSON objects, one a line or in an array: their keys become headings, and what is no strict JSON is told."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from closum.errors import Refusal
from closum.formats.form import NDJSON, Broken, Form
from closum.formats.reading import records
from closum.model.document import Fraction
from tests.support.formats import read, refusal

ANA = '{"name": "Ana", "email": {"email": "a@example.pt"}}'


def test_keys_become_headings(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        f'{ANA}\n{{"phone": {{"number": "1", "of": {{"x": 2}}}}, "name": "Rui", "tags": ["a", {{}}]}}\n',
    )
    assert (found.form.format, found.form.header_line) == ("ndjson", 0)
    assert found.form.headings == ("name", "email.email", "phone.number", "phone.of.x", "tags")
    assert found.rows == {1: ["Ana", "a@example.pt", "", "", ""], 2: ["Rui", "", "1", 2, ["a", {}]]}


def test_custom_data_stays_whole(tmp_path: Path) -> None:
    found = read(tmp_path, '{"custom_data": {"a": {"b": 1}}, "lead": {"custom_data": {"c": 2}}}\n')
    assert found.form.headings == ("custom_data", "lead.custom_data")
    assert found.cells == [[{"a": {"b": 1}}, {"c": 2}]]


def test_null_is_nothing(tmp_path: Path) -> None:
    found = read(tmp_path, '{"name": "Ana", "email": null, "x": {"y": null}}\n{"email": {"email": "b"}}\n')
    assert found.form.headings == ("name", "email.email")
    assert found.cells == [["Ana", ""], ["", "b"]]


def test_values_keep_their_type_and_numbers_how_they_are_written(tmp_path: Path) -> None:
    [cells] = read(
        tmp_path, '{"a": 1.50, "b": true, "c": 12345678901234567890, "d": "x", "e": [null]}\n'
    ).cells
    assert cells[1:] == [True, 12345678901234567890, "x", [None]]
    assert isinstance(cells[0], Fraction)
    assert cells[0].text == "1.50"


def test_a_key_that_comes_late_is_a_heading(tmp_path: Path) -> None:
    found = read(tmp_path, '{"name": "Ana"}\n' * 3_000 + '{"late": 1}\n')
    assert found.form.headings == ("name", "late")
    assert found.rows[3001] == ["", 1]


def test_line_ends_blank_lines_and_the_mark(tmp_path: Path) -> None:
    found = read(tmp_path, '\ufeff{"name": "Ana"}\r\n\r\n \t\r\n{"name": "Rui"}\r{"name": "Zé"}')
    assert (found.form.encoding, found.rows) == ("utf-8-sig", {1: ["Ana"], 4: ["Rui"], 5: ["Zé"]})
    assert read(tmp_path, '{"name": "Zé"}\n'.encode("utf-16")).cells == [["Zé"]]


@pytest.mark.parametrize(
    ("line", "rule", "reason"),
    [
        ('{"name": "Ana", "name": "Rui"}', "_json", "an object has the same key twice"),
        ('{"name": NaN}', "_json", "NaN is not JSON"),
        ('{"name": 1e999}', "_json", "a number is too large"),
        ('{"name": "\\ud800"}', "_json", "a text has a lone surrogate"),
        ('{"name": "\\u0000"}', "_json", "a text has a NUL character"),
        ('{"name": ' + "[" * 40 + "]" * 40 + "}", "_json", "it is nested more than 32 levels deep"),
        ('{"a": ' * 100_000, "_json", "it is nested more than 32 levels deep"),
        ('{"name": "Ana"', "_json", "Expecting ',' delimiter (column 15)"),
        ('{"name": "Ana"} {"name": "Rui"}', "_json", "Extra data (column 17)"),
        ("{'name': 'Ana'}", "_json", "Expecting property name"),
        ('{"a.b": 1, "a": {"b": 2}}', "_json", "a key with a dot names another value too"),
        ('["Ana"]', "_object", "This is no JSON object"),
        ("name", "_json", "Expecting value"),
        ('{"name": "A\0na"}', "_printable", "NUL"),
        ('{"name": "' + "x" * 2**20 + '"}', "_maxLength", "longer than 1 MiB"),
        ("{" + ",".join(f'"{number}": 1' for number in range(1_001)) + "}", "_json", "more than 1000 keys"),
    ],
)
def test_a_line_that_is_no_object(tmp_path: Path, line: str, rule: str, reason: str) -> None:
    """It is told with its line, and the others are read."""
    found = read(tmp_path, f'{{"name": "Ana"}}\n{line}\n{{"name": "Rui"}}\n')
    assert found.broken == [(2, rule)]
    assert {number: cells[0] for number, cells in found.rows.items()} == {1: "Ana", 3: "Rui"}
    [broken] = [one for one in found.records if isinstance(one, Broken)]
    assert reason in broken.reason


def test_bytes_that_are_not_utf_8(tmp_path: Path) -> None:
    found = read(tmp_path, '{"name": "Zé é"}\n'.encode() + b'{"name": "Z\xe9"}\n')
    assert (found.broken, found.rows) == ([(2, "_encoding")], {1: ["Zé é"]})


def test_more_keys_than_a_table_has_columns(tmp_path: Path) -> None:
    lines = "".join(f'{{"key {number}": 1}}\n' for number in range(1_002))
    found = read(tmp_path, lines)
    assert (len(found.form.headings), found.broken) == (1_000, [(1_001, "_columns"), (1_002, "_columns")])


@pytest.mark.parametrize("content", ['{\n  "name": "Ana"\n}\n', '{"a\n', "[]", "[ ]\n", "{}\n{}\n"])
def test_a_file_without_an_object(tmp_path: Path, content: str) -> None:
    assert "is a JSON object: write one object a line, or an array of objects" in refusal(tmp_path, content)


def test_an_array(tmp_path: Path) -> None:
    text = f'\r\n[{ANA},\r\n\r\n  {{\r\n "name": "a]}}\\",{{[", "x": [1, {{"y": [2]}}]}}\r\n , 5, "a,b", {{"z" 1}}, {ANA} ]\r\n'
    found = read(tmp_path, text)
    assert found.form.headings == ("name", "email.email", "x")
    assert found.rows == {
        2: ["Ana", "a@example.pt", ""],
        4: ['a]}",{[', "", [1, {"y": [2]}]],
        6: ["Ana", "a@example.pt", ""],
    }
    assert found.broken == [(6, "_object"), (6, "_object"), (6, "_json")]


@pytest.mark.parametrize("rest", ["", ",", ',{"name": "R', ',{"name": [[[', ',{"name": [}]'])
def test_an_array_that_does_not_end(tmp_path: Path, rest: str) -> None:
    """Nobody takes a part for the whole."""
    assert "The JSON array does not end: a bracket is not closed" in refusal(tmp_path, f"[{ANA}{rest}")


def test_what_stands_behind_an_array(tmp_path: Path) -> None:
    found = read(tmp_path, f"[{ANA}]\n[{ANA}]\nx")
    assert ([*found.rows], found.broken) == ([1, 2], [(2, "_json")])


def test_an_array_with_a_value_above_one_mebibyte(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(f'[{ANA},{{"name": "{"x" * 2_000_000}"}},{ANA}]')
    with pytest.raises(
        Refusal, match="The JSON value at line 1 does not end within 1 MiB: write one object a line"
    ):
        list(records(path, Form(NDJSON, "utf-8", headings=("name", "email.email"))))


KEY = st.text(st.characters(codec="utf-8", exclude_characters=".\0"), min_size=1, max_size=5)
VALUE = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_characters="\0")), st.integers(), st.booleans()
)
VALUES = st.recursive(VALUE, lambda inner: st.lists(inner) | st.dictionaries(KEY, inner), max_leaves=5)


def flat(value: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    found = dict[str, Any]()
    for key, one in value.items():
        found |= flat(one, f"{prefix}{key}.") if isinstance(one, dict) else {f"{prefix}{key}": one}
    return found


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.dictionaries(KEY, VALUES, max_size=4), min_size=1, max_size=4),
    st.booleans(),
    st.sampled_from([None, 1]),
    st.booleans(),
)
def test_objects_are_read_as_they_were_written(
    tmp_path: Path, objects: list[dict[str, Any]], in_array: bool, indent: int | None, is_ascii: bool
) -> None:
    objects = [{"name": "Ana"}, *objects]
    lines = "\n".join(json.dumps(one, ensure_ascii=is_ascii) for one in objects)
    written = json.dumps(objects, indent=indent, ensure_ascii=is_ascii) if in_array else lines
    found = read(tmp_path, written)
    shown = [dict(zip(found.form.headings, cells, strict=True)) for cells in found.cells]
    assert [{key: one for key, one in row.items() if one != ""} for row in shown] == [
        {key: one for key, one in flat(value).items() if one != ""} for value in objects
    ]
