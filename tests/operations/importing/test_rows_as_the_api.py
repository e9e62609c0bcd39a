"""A row becomes exactly what the API would make of the same values, and nothing that the API refuses."""

import string
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from closum.formats.form import NDJSON
from closum.model.draft import Put, complete, complete_nested, parse
from closum.operations.importing.rows import Faulty, Ready
from closum.resources.lead import LEAD
from tests.support.importing import CITIES, read_row

LETTERS = f"{string.ascii_letters}{string.digits} .,;:-_@+()'\"=/\\\u00a0\u200b\u0301éçãøßłŞ\u0130𝔘🏡\u2800\ud800\0\n\t\x1f\x7f"
TEXTS = st.text(st.sampled_from(LETTERS), max_size=20) | st.text(max_size=8)
NAMES = TEXTS | st.sampled_from(["Ana Sá", "x" * 255, "x" * 256, "\u2800", "[not provided]"])
ADDRESSES = TEXTS | st.sampled_from(
    [
        "a@example.com",
        "Ana@EXAMPLE.com",
        '"a;b"@example.com',
        "ana@example",
        "inês@exemplo.pt",
        f"{'a' * 65}@example.com",
    ]
)
DIGITS = st.text(st.sampled_from("0123456789 -()."), min_size=1, max_size=14)
NUMBERS = TEXTS | st.builds(
    "{}{}".format,
    st.sampled_from(["", "+351 ", "+1", "0044", "+44 (0)", "9", "+351 +351 ", "(+34) "]),
    DIGITS,
)
CITY_IDS = st.sampled_from(["", "8", "008", "308", "309", "0", "-1", "Faro"])
VALUES = TEXTS | st.sampled_from(["x" * 65_530, "x" * 65_600])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner),
    max_leaves=8,
)
DOCUMENTS = st.sampled_from(["", '{"a" : 1.50}', "[1, 2]", "{", '"x"', "1e999"]) | TEXTS
CELLS = st.fixed_dictionaries(
    {
        "Name": NAMES,
        "E-mail": ADDRESSES,
        "Phone": NUMBERS,
        "City": st.sampled_from(["", "Lisbon", "faro"]),
        "Notas": VALUES,
    }
)
SHOWN = {"email": ("email",), "phone": ("extension", "number")}
EXPORTED = st.fixed_dictionaries(
    {
        "name": NAMES,
        "email.email": ADDRESSES,
        "phone.extension": st.sampled_from(["", "00351", "+351", "351", "001", "999", "x"]),
        "phone.number": NUMBERS,
        "city_id": CITY_IDS,
        "custom_data": DOCUMENTS,
    }
)


def body_of(read: Ready) -> dict[str, Any]:
    """What a client of the API would send for the same lead."""
    shown = {name: {each.name: read.nested[name][each.name] for each in nested.resource.writable if each.name in read.nested[name]}
             for nested in LEAD.nested if (name := nested.name) in read.nested}  # fmt: skip
    return {each.name: read.values[each.name] for each in LEAD.writable} | shown


def made(body: dict[str, Any]) -> tuple[Any, Any, Any]:
    """The values of a lead and of what it shows, and the faults, as the API makes them of a body."""
    draft = parse(LEAD, body)
    values, faults = complete(LEAD, draft)
    nested = {}
    for one in LEAD.nested:
        intent = draft.nested.get(one.name)
        if isinstance(intent, Put):
            nested[one.name], more = complete_nested(one, intent, None)
            faults = faults | more
    return values, nested, faults


def check(read: Any) -> None:
    if isinstance(read, Ready):
        values, nested, faults = made(body_of(read))
        assert faults == {}
        assert read.values == values
        assert read.nested == nested
        assert read.values["name"] or read.nested
        if read.values["city_id"] is not None:
            assert read.values["city_id"] in CITIES.ids
    elif isinstance(read, Faulty):
        assert read.faults


@settings(deadline=None)
@given(cells=CELLS)
@example(cells={"Name": "Ana", "E-mail": "", "Phone": "+351 +351 912345678", "City": "", "Notas": ""})
@example(
    cells={"Name": "Ana", "E-mail": "", "Phone": "00351912345678x00351912345678", "City": "", "Notas": ""}
)
def test_a_row_is_what_the_api_makes_of_its_values(cells: dict[str, Any]) -> None:
    check(read_row(cells))
    check(read_row(cells, country=None))


@settings(deadline=None)
@given(cells=EXPORTED)
def test_a_row_of_our_own_export_is_what_the_api_makes_of_it(cells: dict[str, Any]) -> None:
    read = read_row(cells, format=NDJSON)
    check(read)
    body = {name: cells[name] for name in ("name", "city_id", "custom_data")}
    email, phone = ({key: cells[f"{name}.{key}"] for key in keys} for name, keys in SHOWN.items())
    values, nested, faults = made(body | {"email": email, "phone": phone})
    if isinstance(read, Ready) and cells["phone.extension"] and not faults:
        assert (read.values, read.nested) == (values, nested)


@settings(deadline=None)
@given(name=JSON, notes=JSON)
def test_json_values_are_stored_as_the_api_stores_them(name: Any, notes: Any) -> None:
    read = read_row({"name": name, "email": "a@example.com", "notes": notes}, format=NDJSON)
    check(read)
    if isinstance(read, Ready) and notes not in (None, ""):
        sent = parse(LEAD, {"custom_data": {"notes": notes}}).values
        assert read.values["custom_data"] == sent["custom_data"]
