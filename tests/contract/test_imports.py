"""Imports: a file is sent, looked at, tried, imported, and taken back."""

import json
from typing import Any

import pytest

from tests.support.answers import failure, faults
from tests.support.client import Client
from tests.support.import_calls import ended, imported, leads, send, shown, started
from tests.support.server import Server

each = pytest.mark.parametrize

FILE = """Nome,E-mail,Telemóvel,Cidade,Origem
Ana Sá,ana@example.pt,912 345 678,Águeda,feira
Rui,rui@@example.pt,,,
Eva,eva@example.pt,+34 612 345 678,Nenhures,loja
"""


def test_a_file_is_looked_at(api: Client) -> None:
    found = shown(api, send(api, FILE, "feira%20de%20maio.csv"))
    assert found["phase"] == "ready"
    assert found["file"]["name"] == "feira de maio.csv"
    assert (found["format"], found["encoding"], found["delimiter"], found["header_line"]) == (
        "csv",
        "utf-8",
        ",",
        1,
    )
    meanings = {one["heading"]: one["to"] for one in found["columns"]}
    assert meanings == {
        "Nome": "name",
        "E-mail": "email",
        "Telemóvel": "phone",
        "Cidade": "city",
        "Origem": "custom_data.Origem",
    }
    assert next(one for one in found["columns"] if one["heading"] == "Nome")["samples"] == [
        "Ana Sá",
        "Rui",
        "Eva",
    ]
    assert leads(api) == []


def test_a_dry_run_counts_and_changes_nothing(api: Client) -> None:
    number = send(api, FILE)
    api.data("PUT", f"/api/import/{number}", {"country": "PT"})
    found = started(api, number, dry_run=True)
    assert (found["phase"], found["is_dry_run"], found["rows"]) == ("ready", True, 3)
    assert found["counts"] == {"created": 2, "updated": 0, "skipped": 0, "faulty": 1, "left_out": 0}
    assert [(one["line"], one["result"], one["lead"]["name"]) for one in found["preview"]] == [
        (2, "created", "Ana Sá"),
        (4, "created", "Eva"),
    ]
    assert [(one["line"], [each["rule"] for each in one["faults"]]) for one in found["faults"]] == [
        (3, ["_email"])
    ]
    assert [one["line"] for one in found["warnings"]] == [4]
    assert leads(api) == []


def test_an_import_is_one_operation_and_can_be_taken_back(api: Client) -> None:
    found = imported(api, FILE, country="PT")
    assert (found["phase"], found["is_dry_run"], found["rows"]) == ("done", False, 3)
    assert found["counts"]["created"] == 2
    ana, eva = leads(api)
    assert (ana["name"], ana["email"], ana["phone"]) == (
        "Ana Sá",
        {"email": "ana@example.pt"},
        {"extension": "00351", "number": "912 345 678"},
    )
    assert json.loads(ana["custom_data"]) == {"Origem": "feira"}
    assert json.loads(eva["custom_data"]) == {"Origem": "loja", "Cidade": "Nenhures"}
    assert eva["phone"] == {"extension": "0034", "number": "612 345 678"}
    operation = api.data("GET", f"/api/operation/{found['operation']}")
    assert (operation["cause"], operation["counts"]["lead"]) == ("import", {"create": 2})
    undone = api.data("POST", f"/api/operation/{found['operation']}/undo", {})
    assert undone["left"] == []
    assert leads(api) == []
    assert shown(api, found["id"])["undone_by"] == undone["operation"]


def test_rows_that_are_refused_come_back_with_reasons_and_can_be_sent_again(api: Client) -> None:
    found = imported(api, FILE)
    answer = api.get(f"/api/import/{found['id']}/faults")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["content-disposition"]
    text = answer.content.decode("utf-8-sig")
    assert text.splitlines()[0] == "closum line,closum reasons,Nome,E-mail,Telemóvel,Cidade,Origem"
    again = imported(api, text.replace("@@", "@").encode("utf-8-sig"), country="PT")
    assert again["counts"]["created"] == 2
    assert {one["name"] for one in leads(api)} == {"Ana Sá", "Rui", "Eva"}


def test_what_a_person_says_of_the_columns_is_kept_for_the_next_file(api: Client) -> None:
    number = send(api, "Kontakt;Wert\nAna;12,5\n")
    mapping = [
        {"heading": "Kontakt", "to": "name"},
        {"heading": "Wert", "to": "custom_data.value", "type": "number"},
    ]
    api.data("PUT", f"/api/import/{number}", {"mapping": mapping})
    started(api, number)
    assert json.loads(leads(api)[0]["custom_data"]) == {"value": 12.5}
    found = imported(api, "Kontakt;Wert\nEva;3\n")
    assert found["counts"]["created"] == 1
    assert json.loads(leads(api)[1]["custom_data"]) == {"value": 3}


def test_refused_rows_keep_what_a_person_said_of_the_columns(api: Client) -> None:
    number = send(api, "Kontakt;Wert\nana@@example.pt;1\n")
    mapping = [{"heading": "Kontakt", "to": "email"}, {"heading": "Wert", "to": "name"}]
    api.data("PUT", f"/api/import/{number}", {"mapping": mapping})
    assert started(api, number)["counts"]["faulty"] == 1
    refused = api.get(f"/api/import/{number}/faults").content
    assert imported(api, refused.replace(b"@@", b"@"))["counts"]["created"] == 1
    assert (leads(api)[0]["name"], leads(api)[0]["email"]) == ("1", {"email": "ana@example.pt"})


@each("body, wrong", [({"match": "id"}, "match"), ({"mapping": [{"column": 1, "to": None}]}, "mapping")])
def test_an_import_of_which_nothing_can_come_is_not_started(body: Any, wrong: str, api: Client) -> None:
    number = send(api, "Nome;Cor\nAna;azul\n")
    api.data("PUT", f"/api/import/{number}", body)
    for start in ({}, {"dry_run": True}):
        answer = api.post(f"/api/import/{number}/start", json=start)
        assert list(faults(answer)) == [wrong]
    assert shown(api, number)["phase"] == "ready"


def test_a_row_is_found_by_the_id_that_it_has(api: Client) -> None:
    one = api.new("lead", {"name": "Ana"})
    number = send(api, f"id;name\n{one};Ana Sá\n")
    api.data("PUT", f"/api/import/{number}", {"match": "id", "on_match": "update"})
    assert started(api, number)["counts"]["updated"] == 1
    assert [lead["name"] for lead in leads(api)] == ["Ana Sá"]


def test_a_form_that_was_found_out_wrongly_can_be_said(api: Client) -> None:
    number = send(api, "Nome;Notas\nJo\xe3o;a,b\n".encode("cp1252"))
    assert shown(api, number)["encoding"] == "cp1252"
    api.data("PUT", f"/api/import/{number}", {"encoding": "cp1250"})
    assert ended(api, number)["encoding"] == "cp1250"
    started(api, number)
    assert leads(api)[0]["name"] == "Joăo"


@each(
    "on_match, counts, names",
    [
        ("skip", {"created": 1, "skipped": 2}, ["Ana", "Eva"]),
        ("update", {"created": 1, "updated": 2}, ["Ana Maria", "Eva"]),
        ("fill_empty", {"created": 1, "updated": 2}, ["Ana", "Eva"]),
        ("create", {"created": 3}, ["Ana", "Ana Sá", "Eva", "Ana Maria"]),
        ("fail", {"created": 1, "faulty": 2}, ["Ana", "Eva"]),
    ],
)
def test_what_happens_to_rows_that_match(
    on_match: str, counts: dict[str, int], names: list[str], api: Client
) -> None:
    api.new("lead", {"name": "Ana", "email": {"email": "ana@example.pt"}, "custom_data": {"a": 1}})
    text = "Name,Email,b\nAna Sá,ANA@example.pt,2\nEva,eva@example.pt,\nAna Maria,ana@example.pt,3\n"
    number = send(api, text)
    api.data("PUT", f"/api/import/{number}", {"on_match": on_match})
    tried = started(api, number, dry_run=True)
    found = started(api, number)
    usual = dict.fromkeys(found["counts"], 0)
    assert found["counts"] == tried["counts"] == usual | counts
    assert [one["name"] for one in leads(api)] == names
    if on_match == "update":
        assert json.loads(leads(api)[0]["custom_data"]) == {"a": 1, "b": "3"}
    api.data("POST", f"/api/operation/{found['operation']}/undo", {})
    (ana,) = leads(api)
    assert (ana["name"], json.loads(ana["custom_data"])) == ("Ana", {"a": 1})


def test_several_leads_that_match_are_a_fault(api: Client) -> None:
    for name in ("Ana", "Rui"):
        api.new("lead", {"name": name, "phone": {"number": "+351 912 345 678"}})
    found = imported(api, "Nome,Telefone\nEva,+351912345678\n", on_match="update")
    (fault,) = found["faults"][0]["faults"]
    assert [fault[one] for one in ("column", "property", "rule")] == [2, "phone", "_ambiguous"]
    assert found["counts"]["faulty"] == 1


def test_a_country_is_that_of_the_import_or_of_the_account_and_never_a_guess(api: Client) -> None:
    text = "Nome,Telefone\nAna,912 345 678\n"
    found = imported(api, text)
    assert [one["rule"] for one in found["faults"][0]["faults"]] == ["_required"]
    api.data("PATCH", "/api/account", {"country": "PT"})
    assert imported(api, text)["counts"]["created"] == 1
    imported(api, text, country="BR", on_match="create")
    assert [one["phone"]["extension"] for one in leads(api)] == ["00351", "0055"]


def test_dates_of_creation_are_kept_where_a_column_has_them(api: Client) -> None:
    mapping = [{"heading": "Criado", "to": "creation_date"}]
    text = "Nome,Criado\nAna,2020-02-03 10:00\nEva,2019-01-01T00:00:00+01:00\nRui,amanhã\n"
    found = imported(api, text, mapping=mapping)
    assert [one["creation_date"] for one in leads(api)] == [
        "2020-02-03T10:00:00+00:00",
        "2018-12-31T23:00:00+00:00",
    ]
    assert found["counts"]["faulty"] == 1
    by_date = api.get("/api/lead?sort=creation_date").json()["data"]
    assert [one["name"] for one in by_date] == ["Eva", "Ana"]


def test_what_an_import_does_not_take_at_a_point_is_told(api: Client) -> None:
    number = send(api, FILE)
    failure(api.post(f"/api/import/{number}/start", json={"sha256": "0" * 64}), 409)
    started(api, number)
    for path, body in (("start", {}), ("cancel", None)):
        assert "has ended" in failure(api.post(f"/api/import/{number}/{path}", json=body), 409)["message"]
    failure(api.put(f"/api/import/{number}", json={"country": "PT"}), 409)


def test_an_import_that_was_cancelled_before_its_start_can_be_started(api: Client) -> None:
    number = send(api, FILE)
    assert api.data("POST", f"/api/import/{number}/cancel")["phase"] == "cancelled"
    failure(api.put(f"/api/import/{number}", json={"country": "PT"}), 409)
    assert started(api, number)["counts"]["faulty"] >= 1


def test_imports_are_of_their_account(api: Client, other_api: Client) -> None:
    number = send(api, FILE)
    for method, path, body in (
        ("GET", "", None),
        ("PUT", "", {"country": "PT"}),
        ("POST", "/start", {}),
        ("POST", "/cancel", None),
        ("GET", "/faults", None),
    ):
        answer = other_api.request(method, f"/api/import/{number}{path}", json=body)
        failure(answer, 404)
    assert other_api.get("/api/import").json()["data"] == []
    assert [one["id"] for one in api.get("/api/import").json()["data"]] == [number]


@each(
    "headers, content, status",
    [
        ({}, b"", 400),
        ({"Content-Type": "multipart/form-data; boundary=x"}, b"--x", 415),
        ({"Content-Encoding": "gzip"}, b"x", 415),
    ],
)
def test_a_body_that_is_no_file_is_refused(
    headers: dict[str, str], content: bytes, status: int, api: Client
) -> None:
    failure(api.post("/api/import", content=content, headers=headers), status)
    assert api.get("/api/import").json()["data"] == []


@each(
    "body, wrong",
    [
        ({"match": "name"}, {"match": "_inList"}),
        ({"on_match": "x"}, {"on_match": "_inList"}),
        ({"country": "Portugal"}, {"country": "_country"}),
        ({"mapping": [{"heading": "Missing", "to": "name"}]}, {"mapping": {"0": {"heading": "_existsIn"}}}),
    ],
)
def test_what_cannot_be_wanted_is_told(body: Any, wrong: Any, api: Client) -> None:
    assert faults(api.put(f"/api/import/{send(api, FILE)}", json=body)) == wrong


def test_a_file_that_cannot_be_read_says_why(api: Client, server: Server) -> None:
    found = shown(api, send(api, b"\xd0\xcf\x11\xe0" + bytes(600), "old.xls"))
    assert found["phase"] == "failed"
    assert found["error"]
    assert "Traceback" not in server.log.read_text()
