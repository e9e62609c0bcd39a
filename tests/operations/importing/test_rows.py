"""What a row becomes: a lead, faults at its cells, or nothing."""

import tracemalloc
from typing import Any

from closum.formats.form import NDJSON, XLSX, Broken, Record
from closum.model import document
from closum.operations.importing.rows import Faulty, Ready
from tests.support.importing import CITIES, NOW, read_row, rows_of, shown


def lead(cells: dict[str, Any], wanted: Any = (), **options: Any) -> dict[str, Any]:
    read = read_row(cells, wanted, **options)
    assert isinstance(read, Ready), read
    return {name: value for name, value in shown(read).items() if name != "line"}


def faults(cells: dict[str, Any], wanted: Any = (), **options: Any) -> list[tuple[int, str, str]]:
    read = read_row(cells, wanted, **options)
    assert isinstance(read, Faulty), read
    assert all(one.message[-1:] not in ". " for one in read.faults)
    assert [*read.cells] == [*cells.values()]
    return [one[:3] for one in read.faults]


def test_a_name_is_the_whole_one_else_its_parts() -> None:
    parts = {"First Name": "Ana", "Middle Name": "", "Last Name": "Sá"}
    assert lead(parts) == {"name": "Ana Sá"}
    assert lead({"Name": "Ana Maria Sá"} | parts) == {"name": "Ana Maria Sá"}
    assert lead({"Name": ""} | parts) == {"name": "Ana Sá"}
    assert lead({"Name": "Empresa"} | parts) == {
        "name": "Empresa",
        "custom_data": {"First Name": "Ana", "Last Name": "Sá"},
    }
    assert lead({"First Name": "Ana", "Last Name": "[not provided]"}) == {"name": "Ana"}
    assert lead({"Name": "[Not Provided]", "E-mail": "a@example.com"}) == {"email": "a@example.com"}


def test_the_first_valid_address_is_the_leads_and_others_are_kept_once() -> None:
    cells = {
        "E-mail": "no; A@example.com",
        "E-mail 2 Address": "a@example.com, b@example.com",
        "Secondary Email": "b@EXAMPLE.com",
    }
    assert lead(cells) == {
        "email": "A@example.com",
        "custom_data": {"E-mail": "no", "E-mail 2 Address": "b@example.com"},
    }
    assert lead({"E-mail": '"a;b"@example.com'}) == {"email": '"a;b"@example.com'}


def test_the_first_number_is_the_leads_and_others_are_kept() -> None:
    cells = {"Telefone": "210 000 002, +44 7700 900456", "Telemóvel": "-", "Fax": "+351 210 000 005"}
    found = lead(cells)
    assert found["phone"]["key"] == "+351210000002"
    assert found["custom_data"] == {
        "Fax": "+351 210 000 005",
        "Telemóvel": "-",
        "Telefone": "+44 7700 900456",
    }


def test_a_number_without_prefix_gets_that_of_the_row_else_of_the_import_else_a_fault() -> None:
    cells = {"Phone": "07700 900123", "Country": "Reino Unido"}
    assert lead(cells)["phone"]["extension"] == "0044"
    assert lead(cells)["custom_data"] == {"Country": "Reino Unido"}
    assert lead(cells | {"Country": ""})["phone"]["extension"] == "00351"
    assert lead(cells | {"Country": ""}, country="ES")["phone"]["extension"] == "0034"
    assert faults(cells | {"Country": ""}, country=None) == [(1, "phone.extension", "_required")]
    assert faults(cells | {"Country": "Atlantis"}) == [(2, "country", "_country")]
    assert lead({"Phone": "+44 7700 900123", "Country": "Atlantis"})["phone"]["extension"] == "0044"


def test_a_column_may_have_the_prefix() -> None:
    cells = {"Prefix": "+44", "Phone": "7700 900123"}
    wanted = [{"heading": "Prefix", "to": "phone.extension"}]
    assert lead(cells, wanted)["phone"]["extension"] == "+44"
    assert lead(cells | {"Phone": "+34 612 345 678"}, wanted)["phone"]["extension"] == "0034"
    assert faults(cells | {"Prefix": "999"}, wanted) == [(1, "phone.extension", "_prefix")]
    assert lead(cells | {"Phone": "", "Name": "Ana"}, wanted) == {"name": "Ana"}


def test_a_city_is_known_by_its_name() -> None:
    named = {"Name": "Ana"}
    for name, number in (
        ("LISBOA", 169),
        ("Lisbon", 169),
        ("oporto", 206),
        ("agueda", 17),
        ("Lagoa", 123),
        ("Calheta", 295),
    ):
        assert lead(named | {"City": name}) == {"name": "Ana", "city_id": number}
    read = read_row(named | {"Home City": "Springfield", "Business City": "Faro"})
    assert shown(read) == {
        "line": 2,
        "name": "Ana",
        "city_id": 122,
        "custom_data": {"Home City": "Springfield"},
    }
    assert [(one.line, one.rule) for one in read.warnings] == [(2, "_city_unknown")]
    assert lead(named | {"Home City": "Faro", "Business City": "Porto"})["custom_data"] == {
        "Business City": "Porto"
    }


def test_a_city_id_exists() -> None:
    wanted = [{"heading": "Concelho n", "to": "city_id"}]
    for number in ("8", 307):
        assert lead({"Name": "Ana", "Concelho n": number}, wanted, format=NDJSON)["city_id"] == int(number)
    assert faults({"Name": "Ana", "Concelho n": "309"}, wanted) == [(2, "city_id", "_existsIn")]
    assert faults({"Name": "Ana", "Concelho n": "Faro"}, wanted) == [(2, "city_id", "_integer")]
    assert max(CITIES.ids) == 308


def test_the_id_of_a_lead_is_read_where_it_is_mapped() -> None:
    wanted = [{"heading": "Record ID", "to": "id"}]
    cells = {"Name": "Ana", "Record ID": "7"}
    assert (
        read_row(cells, wanted).values["id"]
        == read_row(cells | {"Record ID": 7}, wanted, format=NDJSON).values["id"]
        == 7
    )
    assert "id" not in read_row(cells).values
    assert "id" not in read_row(cells | {"Record ID": ""}, wanted).values
    assert faults(cells | {"Record ID": "x"}, wanted) == [(2, "id", "_integer")]
    for number in ("0", str(2**63)):
        assert faults(cells | {"Record ID": number}, wanted) == [(2, "id", "_existsIn")]


def test_a_creation_date_is_kept_where_it_is_mapped() -> None:
    cells, wanted = (
        {"Name": "Ana", "Create Date": "2025-01-31 17:05"},
        [{"heading": "Create Date", "to": "creation_date"}],
    )
    read = read_row(cells, wanted)
    assert read.values["creation_date"] == "2025-01-31T17:05:00+00:00"
    assert "creation_date" not in read_row(cells).values
    assert "creation_date" not in read_row(cells | {"Create Date": ""}, wanted).values
    assert faults(cells | {"Create Date": "31/01/2025"}, wanted) == [(2, "creation_date", "_date")]
    assert faults(cells | {"Create Date": "2999-01-01"}, wanted) == [(2, "creation_date", "_date")]
    assert NOW < 2**31


def test_other_columns_are_custom_data_as_they_are_written() -> None:
    cells = {
        "Name": "Ana",
        "Data": "04/03/2025",
        "Vazio": " ",
        "Valor (€)": "1.234,50",
        "Notas": 'a\n"b"\t\x01/é🏡',
    }
    assert read_row(cells).values["custom_data"] == document.write(
        {"Data": "04/03/2025", "Valor (€)": "1.234,50", "Notas": 'a\n"b"\t\x01/é🏡'}
    )
    assert read_row({"Name": "Ana", "Vazio": ""}).values["custom_data"] is None


def test_custom_columns_have_the_type_that_is_asked_for() -> None:
    cells = {"Name": "Ana", "Valor": "1.234,50", "Sócio": "sim", "Dados": '{"a": [1.50]}', "Código": "007"}
    wanted = [
        {"heading": "Valor", "to": "custom_data.value", "type": "number"},
        {"heading": "Sócio", "to": "custom_data.member", "type": "boolean"},
        {"heading": "Dados", "to": "custom_data.data", "type": "json"},
    ]
    assert (
        read_row(cells, wanted).values["custom_data"]
        == '{"Código":"007","value":1234.50,"member":true,"data":{"a":[1.50]}}'
    )
    cells |= {"Valor": "1.234", "Sócio": "talvez", "Dados": "{"}
    named = [(2, "custom_data.value"), (3, "custom_data.member"), (4, "custom_data.data")]
    assert faults(cells, wanted) == [(*one, "_type") for one in named]


def test_several_columns_of_one_key_are_a_list() -> None:
    wanted = [{"heading": "A", "to": "custom_data.x"}, {"heading": "B", "to": "custom_data.x"}]
    assert lead({"Name": "Ana", "A": "1", "B": "2"}, wanted)["custom_data"] == {"x": ["1", "2"]}
    assert lead({"Name": "Ana", "A": "", "B": "2"}, wanted)["custom_data"] == {"x": "2"}


def test_a_whole_document_is_kept_byte_for_byte_and_joined_by_other_columns() -> None:
    wanted = [{"heading": "Doc", "to": "custom_data"}]
    text = '{ "b":1.50,"a" : [ ] }'
    assert read_row({"Name": "Ana", "Doc": text}, wanted).values["custom_data"] == text
    assert (
        read_row({"Name": "Ana", "Doc": text, "Notas": "x"}, wanted).values["custom_data"]
        == '{"b":1.50,"a":[],"Notas":"x"}'
    )
    assert lead({"Name": "Ana", "Doc": "[1]", "Notas": "x"}, wanted)["custom_data"] == {
        "Doc": [1],
        "Notas": "x",
    }
    for broken in ("{", '{"a":1,"a":2}', "NaN"):
        assert faults({"Name": "Ana", "Doc": broken}, wanted) == [(2, "custom_data", "_json")]
        assert faults({"Name": "Ana", "Doc": broken, "Notas": "x"}, wanted) == [(2, "custom_data", "_json")]


def test_custom_data_has_a_limit() -> None:
    least = len('{"Notas":""}')
    assert len(read_row({"Name": "Ana", "Notas": "x" * (65_536 - least)}).values["custom_data"]) == 65_536
    assert faults({"Name": "Ana", "Notas": "x" * (65_537 - least)}) == [(0, "custom_data", "_maxLength")]


def test_all_faults_of_a_row_are_told_at_their_cells() -> None:
    cells = {"Name": "x" * 256, "E-mail": "a@@example.com", "Telemóvel": "9,12346E+11", "Notas": "a\0b"}
    assert sorted(faults(cells)) == [
        (1, "name", "_maxLength"),
        (2, "email", "_email"),
        (3, "phone", "_damaged"),
        (4, "custom_data.Notas", "_character"),
    ]
    assert faults({"Name": "Ana", "Phone": "1" * 65}) == [(2, "phone", "_maxLength")]
    assert faults({"Name": "Ana", "E-mail": "\ud800@example.com"}) == [(2, "email", "_character")]
    assert faults({"Name": "", "Notas": "x"}) == [(0, "name", "_atLeastOne")]
    assert faults({"Name": "", "E-mail": ";", "Phone": ", "}) == [
        (2, "email", "_email"),
        (3, "phone", "_number"),
    ]


def test_no_row_has_anything_of_another_one() -> None:
    rows = rows_of(["Name", "E-mail", "City", "E-mail 2"])
    cells = [
        ["", "@", "Nope", ""],
        ["Ana", "@", "", ""],
        ["Rui", "a@example.com", "Nope", "b@example.com"],
        ["Sara", "", "", ""],
    ]
    read = [rows.read(Record(line, row)) for line, row in enumerate(cells, 2)]
    assert [type(one) for one in read] == [Faulty, Faulty, Ready, Ready]
    assert [[each.line for each in one.warnings] for one in read if isinstance(one, Faulty | Ready)] == [
        [2],
        [],
        [4],
        [],
    ]
    assert [len(one.faults) for one in read if isinstance(one, Faulty)] == [1, 1]
    assert [one.values["custom_data"] is None for one in read if isinstance(one, Ready)] == [False, True]


def test_nothing_of_long_cells_is_remembered() -> None:
    rows = rows_of(["E-mail", "Phone", "City", "Country"])
    tracemalloc.start()
    try:
        for line in range(30):
            read = rows.read(
                Record(line, ["@" * 1_000_000, "912345678", f"{line}" * 500_000, f"{line} " * 300_000])
            )
            assert isinstance(read, Faulty)
        assert tracemalloc.get_traced_memory()[0] < 10_000_000
    finally:
        tracemalloc.stop()


def test_a_broken_record_is_a_fault_of_the_row() -> None:
    read = rows_of(["Name"]).read(Broken(7, "_unclosed", "A quote is not closed"))
    assert isinstance(read, Faulty)
    assert (read.line, [tuple(one) for one in read.faults]) == (
        7,
        [(0, "", "_unclosed", "A quote is not closed")],
    )


def test_short_rows_are_filled_up_and_long_ones_are_faults() -> None:
    rows = rows_of(["Name", "E-mail", "Notas"])
    read = rows.read(Record(2, ["Ana", "a@example.com"]))
    assert isinstance(read, Ready)
    assert isinstance(rows.read(Record(3, ["Ana", "", "x", "", " "])), Ready)
    long = rows.read(Record(4, ["Ana", "", "x", "y"]))
    assert isinstance(long, Faulty)
    assert [one[:3] for one in long.faults] == [(0, "", "_columns")]


def test_cells_of_a_sheet_without_a_heading_are_kept() -> None:
    read = rows_of(["Name"], format=XLSX).read(Record(2, ["Ana", "", "x"]))
    assert isinstance(read, Ready)
    assert read.values["custom_data"] == '{"Column 3":"x"}'


def test_json_values_keep_their_type_in_custom_data_and_are_texts_elsewhere() -> None:
    cells = {
        "name": 12,
        "email": ["x", "a@example.com"],
        "phone": 912345678,
        "n": 1,
        "yes": False,
        "l": [1, None],
        "z": None,
    }
    found = lead(cells, format=NDJSON)
    assert (found["name"], found["email"], found["phone"]["number"]) == ("12", "a@example.com", "912345678")
    assert found["custom_data"] == {"email": "x", "n": 1, "yes": False, "l": [1, None]}
    assert faults({"name": True, "email": {"a": 1}}, format=NDJSON) == [
        (1, "name", "_scalar"),
        (2, "email", "_scalar"),
    ]
    assert lead({"name": "'=1", "x": "'=1 "}, format=NDJSON) == {"name": "'=1", "custom_data": {"x": "'=1 "}}
    deep: Any = 1
    for _ in range(40):
        deep = [deep]
    assert faults({"name": "Ana", "x": deep}, format=NDJSON) == [(0, "custom_data", "_json")]
    assert read_row({"name": None, "x": ""}, format=NDJSON) is None


def test_our_own_export_is_taken_as_it_is() -> None:
    cells = {
        "id": "7",
        "name": " '=x",
        "email.email": '"a;b"@example.com',
        "phone.extension": "00351",
        "phone.number": "912341212, 912341213",
        "city_id": "8",
        "creation_date": "2025-01-31T17:05:44+00:00",
        "custom_data": ' {"a" : 1}',
    }
    read = read_row(cells)
    assert shown(read) == {
        "line": 2,
        "name": " '=x",
        "city_id": 8,
        "email": '"a;b"@example.com',
        "phone": {
            "extension": "00351",
            "number": "912341212, 912341213",
            "key": "351:912341212912341213",
            "is_valid": 0,
        },
        "custom_data": {"a": 1},
    }
    assert read.values["custom_data"] == ' {"a" : 1}'
    assert read.values["creation_date"] == "2025-01-31T17:05:44+00:00"
    assert lead(cells | {"name": "''=x", "phone.number": "sem telefone"})["name"] == "'=x"
    assert lead(cells | {"name": "'=x"}, format=NDJSON)["name"] == "'=x"
    assert faults(cells | {"phone.number": "9,12346E+11"}) == [(5, "phone", "_damaged")]
    assert faults(cells | {"email.email": "a@example.com; b@example.com"}) == [(3, "email", "_email")]
