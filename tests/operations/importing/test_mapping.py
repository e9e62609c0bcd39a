"""Mappings: what the headings of a file propose, and what a person changes by hand."""

from typing import Any

import pytest

from closum.errors import Invalid
from closum.operations.importing.mapping import (
    Column,
    changed,
    check,
    is_export,
    of_refused,
    propose,
    with_id,
)
from tests.support.importing import mapped

EXPORTED = [
    "id",
    "name",
    "email.email",
    "phone.extension",
    "phone.number",
    "city_id",
    "creation_date",
    "custom_data",
]


def rules(faults: Any) -> Any:
    return {name: rules(part) if isinstance(part, dict) and part else "" for name, part in faults.items()}


def refused(headings: list[str], wanted: Any) -> Any:
    with pytest.raises(Invalid) as refusal:
        changed(propose(headings), wanted)
    return rules(refusal.value.faults)["mapping"]


def test_every_column_is_proposed_and_others_are_custom_data() -> None:
    assert propose(["Notas", "E-mail"]) == [
        Column(2, "E-mail", "email"),
        Column(1, "Notas", "custom_data.Notas"),
    ]


def test_columns_of_one_target_come_in_the_order_of_trial() -> None:
    columns = propose(
        [
            "Home Phone",
            "Phone 2",
            "Phone",
            "Telemóvel",
            "E-mail 2 Address",
            "Secondary Email",
            "E-mail Address",
        ]
    )
    assert mapped(columns) == {
        "phone": ["Telemóvel", "Phone", "Phone 2", "Home Phone"],
        "email": ["E-mail Address", "E-mail 2 Address", "Secondary Email"],
    }


@pytest.mark.parametrize(
    ("headings", "found"),
    [
        (["Nome", "Apelido"], {"first_name": ["Nome"], "last_name": ["Apelido"]}),
        (["Nome", "Sobrenome", "Apelido"], {"first_name": ["Nome"], "last_name": ["Sobrenome"]}),
        (["Name", "Last Name"], {"first_name": ["Name"], "last_name": ["Last Name"]}),
        (["Nome completo", "Apelido"], {"name": ["Nome completo"], "last_name": ["Apelido"]}),
        (
            ["Nome", "Nome próprio", "Apelido"],
            {"name": ["Nome"], "first_name": ["Nome próprio"], "last_name": ["Apelido"]},
        ),
    ],
)
def test_names_mean_what_they_mean_beside_each_other(headings: list[str], found: Any) -> None:
    assert mapped(propose(headings)) == found


def test_one_column_alone_is_proposed_for_a_target_that_takes_one() -> None:
    assert mapped(propose(["Country", "País"])) == {"country": ["Country"]}


def test_our_own_export_is_known_by_its_headings() -> None:
    assert mapped(propose(EXPORTED)) == {
        **{one: [one] for one in ("name", "phone.extension", "city_id", "creation_date", "custom_data")},
        "email": ["email.email"],
        "phone": ["phone.number"],
        "": ["id"],
    }
    assert mapped(propose([*EXPORTED, "email.status", "version"]))[""] == ["id", "email.status"]
    assert is_export(["id", "city_id", "name"])
    assert not is_export(["id", "name", "email"])
    assert mapped(propose(["id", "name"])) == {"name": ["name"]}


def test_the_city_of_our_own_export_is_read_where_its_id_is_missing() -> None:
    assert mapped(propose(["email.email", "city.city_name"])) == {
        "email": ["email.email"],
        "city": ["city.city_name"],
    }
    assert mapped(propose(["email.email", "city_id", "city.city_name"]))[""] == ["city.city_name"]


def test_the_file_of_refused_rows_is_sent_again_as_the_file_was() -> None:
    refused = propose(["closum line", "closum reasons", "Nome", "Notas"])
    assert [one.to for one in refused] == ["name", "", "", "custom_data.Notas"]
    exported = mapped(propose(["closum line", "closum reasons", *EXPORTED]))
    assert exported[""] == ["closum line", "closum reasons", "id"]
    assert mapped(propose(["Nome", "closum line"])) == {"name": ["Nome"]}
    portuguese = propose(["closum linha", "closum motivos", "Nome", "Notas"])
    assert [one.to for one in portuguese] == ["name", "", "", "custom_data.Notas"]


def test_what_other_files_call_id_or_city_id_is_custom_data() -> None:
    columns = propose(["id", "city_id", "creation_date", "E-mail"])
    assert [one.to for one in columns[1:]] == [
        "custom_data.id",
        "custom_data.city_id",
        "custom_data.creation_date",
    ]


def test_a_person_maps_columns_by_heading_or_number() -> None:
    headings = ["Nome", "E-mail", "Valor", "Notas"]
    wanted = [
        {"heading": "Notas", "to": "custom_data.notes"},
        {"column": 3, "to": "custom_data.value", "type": "number"},
        {"heading": "e-mail ", "to": None},
    ]
    assert changed(propose(headings), wanted) == [
        Column(4, "Notas", "custom_data.notes"),
        Column(3, "Valor", "custom_data.value", "number"),
        Column(2, "E-mail", ""),
        Column(1, "Nome", "name"),
    ]


def test_columns_that_a_person_names_are_tried_first() -> None:
    columns = changed(propose(["Telemóvel", "Trabalho"]), [{"heading": "Trabalho", "to": "phone.number"}])
    assert mapped(columns) == {"phone": ["Trabalho", "Telemóvel"]}


def test_a_proposal_gives_way_where_one_column_alone_can_be_taken() -> None:
    columns = changed(propose(["First name", "Alcunha"]), [{"heading": "Alcunha", "to": "first_name"}])
    assert [one.to for one in columns] == ["first_name", "custom_data.First name"]


def test_faults_of_a_mapping_are_told_by_the_place_of_the_entry() -> None:
    wanted = [
        {"heading": "Nope", "to": "email"},
        {"column": 9, "to": "email"},
        {"column": True, "to": "email"},
        {"to": "name"},
        {"heading": "A", "to": "city_id"},
        {"heading": "A", "to": "name"},
        {"heading": "B", "to": "city_id"},
        {"heading": "C", "to": "colour"},
        {"heading": "C", "to": "custom_data."},
        {"heading": "C", "to": "custom_data.c", "type": "date"},
        {"heading": "C", "to": "name", "type": "number"},
        {"heading": "C"},
        "C",
    ]
    assert refused(["A", "B", "C"], wanted) == {
        "0": {"heading": {"_existsIn": ""}},
        "1": {"column": {"_existsIn": ""}},
        "2": {"column": {"_existsIn": ""}},
        "3": {"heading": {"_required": ""}},
        "5": {"heading": {"_isTwice": ""}},
        "6": {"to": {"_isTwice": ""}},
        "7": {"to": {"_inList": ""}},
        "8": {"to": {"_inList": ""}},
        "9": {"type": {"_inList": ""}},
        "10": {"type": {"_inList": ""}},
        "11": {"to": {"_required": ""}},
        "12": {"_object": ""},
    }
    assert refused(["A"], {"heading": "A"}) == {"_array": ""}


@pytest.mark.parametrize("to", [1, ["email"], "custom_data.\0", "custom_data.\ud800", True])
def test_a_target_is_a_text_that_can_be_stored(to: Any) -> None:
    assert refused(["A"], [{"heading": "A", "to": to}]) == {"0": {"to": {"_inList": ""}}}


@pytest.mark.parametrize(
    "headings",
    [
        ["name", "email", "phone", "creation_date"],
        ["name", "email", "phone", "custom_data"],
        ["name", "email", "email.email", "phone", "city_id"],
    ],
)
def test_an_address_and_a_number_are_never_left_out(headings: list[str]) -> None:
    """Also among the headings of our own export, which has them under others."""
    found = {one.heading: one.to for one in propose(headings)}
    assert (found["email"], found["phone"]) == ("email", "phone")


def test_the_id_that_a_row_is_found_by_is_in_the_column_of_that_name() -> None:
    columns = propose(["ID", "Nome"])
    assert {one.heading: one.to for one in columns} == {"ID": "custom_data.ID", "Nome": "name"}
    found = with_id(columns)
    assert {one.heading: one.to for one in found} == {"ID": "id", "Nome": "name"}
    assert with_id(found) == found
    mapped_by_hand = changed(propose(["id", "Code", "Nome"]), [{"heading": "Code", "to": "id"}])
    assert with_id(mapped_by_hand) == mapped_by_hand


@pytest.mark.parametrize(
    ("headings", "match", "wrong"),
    [
        (["ana@example.pt"], ["email"], "mapping"),
        (["Cor", "Tamanho"], ["email"], "mapping"),
        (["Nome"], ["id"], "match"),
        (["Nome"], ["custom_data.crm"], "match"),
    ],
)
def test_a_file_whose_rows_cannot_be_leads_is_refused(
    headings: list[str], match: list[str], wrong: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        check(propose(headings), match)
    assert list(refusal.value.faults) == [wrong]


@pytest.mark.parametrize(
    ("headings", "match"),
    [
        (["Nome"], ["email", "phone"]),
        (["Nome", "crm"], ["custom_data.crm"]),
        (["name", "custom_data"], ["custom_data.crm"]),
        (["E-mail"], ["email"]),
    ],
)
def test_a_file_whose_rows_may_be_leads_is_taken(headings: list[str], match: list[str]) -> None:
    check(propose(headings), match)


@pytest.mark.parametrize("start", [("closum line", "closum reasons"), ("closum linha", "closum motivos")])
def test_refused_rows_mean_what_the_file_meant(start: tuple[str, str]) -> None:
    sent = changed(propose(["Kontakt", "Nome"]), [{"heading": "Kontakt", "to": "email"}])
    assert sorted(of_refused(sent, start)) == [
        Column(1, start[0], ""),
        Column(2, start[1], ""),
        Column(3, "Kontakt", "email"),
        Column(4, "Nome", "name"),
    ]


def test_a_heading_that_was_kept_from_coming_alive_is_what_it_was() -> None:
    assert propose(["'=cmd", "'n"]) == [
        Column(1, "'=cmd", "custom_data.=cmd"),
        Column(2, "'n", "custom_data.'n"),
    ]
