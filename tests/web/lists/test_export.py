"""A list as a file: what is on the page, and never shown as a page."""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import pytest
from openpyxl import load_workbook  # type: ignore[import-untyped]

from closum.operations.importing import sheet
from closum.resources.lead import LEAD
from closum.web.lists import columns
from closum.web.views import View
from closum.web.words import load
from tests.support.client import Client
from tests.support.import_calls import imported, leads
from tests.support.visiting import Visitor, new_leads, text

each = pytest.mark.parametrize
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "api": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "everything": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ndjson": "application/x-ndjson",
}
HEADINGS = {
    "csv": ("Name", "City", "closum no."),
    "xlsx": ("Name", "City", "closum no."),
}
EVERYTHING = ("everything", "api", "ndjson")
PEOPLE = ("csv", "xlsx")


@each("format_", TYPES)
def test_it_is_saved_not_shown(visitor: Visitor, api: Client, format_: str) -> None:
    new_leads(api, 3, city_id=213)
    answer = visitor.get(f"/leads/export?columns=city_id&sort=name&direction=desc&format={format_}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == TYPES[format_]
    assert answer.headers["content-disposition"].startswith('attachment; filename="leads-')
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert rows(format_, answer.content) == [("N002", "Abrantes"), ("N001", "Abrantes"), ("N000", "Abrantes")]


def rows(format_: str, content: bytes) -> list[tuple[str, str]]:
    if format_ == "ndjson":
        read = [json.loads(line) for line in content.splitlines()[:-1]]
        return [(one["name"], "Abrantes" if one["city_id"] == 213 else "") for one in read]
    headings, *lines = cells(format_, content)
    assert format_ in EVERYTHING or headings == HEADINGS[format_]
    name, city = ("name", "city.city_name") if format_ in EVERYTHING else ("Name", "City")
    places = headings.index(name), headings.index(city)
    return [(str(line[places[0]]), str(line[places[1]])) for line in lines]


def cells(format_: str, content: bytes, delimiter: str = ",") -> list[tuple[Any, ...]]:
    if format_ in ("xlsx", "everything"):
        return [*load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)]
    read = csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=delimiter)
    return [tuple(one) for one in read]


def test_it_has_all_that_fit_not_one_page(visitor: Visitor, api: Client) -> None:
    new_leads(api, 60)
    answer = visitor.get("/leads/export?q=n00&columns=id&format=csv&page=2")
    assert len(answer.text.splitlines()) == 1 + 10
    assert len(visitor.get("/leads/export").text.splitlines()) == 1 + 60


def test_formulas_stay_text(visitor: Visitor, api: Client) -> None:
    api.new("lead", {"name": "=HYPERLINK(1)"})
    assert "'=HYPERLINK(1)" in visitor.get("/leads/export").text


def test_there_is_no_other_format(visitor: Visitor, api: Client) -> None:
    new_leads(api, 1)
    assert visitor.get("/leads/export?format=html").status_code == 404
    assert visitor.get("/cities/export").status_code == 404


EVERY = "email,phone,city_id,contact_lifecycle_stage_id,owner_id,creation_date,next_due,source,utm_medium,last_source,consent_email"
LANGUAGES = {
    "en": {
        "headings": "Name|Email|Phone|City|Stage|Owner|Created|Next follow-up|Source|UTM medium|Last source"
        "|Consent to emails|closum no.",
        "stage": "Customer",
        "consent": "given",
    },
    "pt": {
        "headings": "Nome|Email|Telefone|Localidade|Fase|Responsável|Criação|Próxima tarefa|Origem|Meio UTM|Última origem"
        "|Consentimento para emails|N.º closum",
        "stage": "Cliente",
        "consent": "dado",
    },
}
DELIMITERS = {"en": ",", "pt": ";"}
"""What a spreadsheet takes for the end of a cell where each language is spoken."""
MADE = "2026-07-01T22:30:40+00:00"
"""In Lisbon it is half past eleven in the evening."""


@pytest.fixture
def lead(api: Client) -> int:
    """A lead with a value in every column, of an account on the clocks of Lisbon."""
    api.data("PATCH", "/api/account", {"zone": "Europe/Lisbon"})
    done = imported(api, f"name,creation_date,phone.number\nAna Sá,{MADE},00351912345678\n")
    assert done["counts"]["created"] == 1
    (one,) = leads(api)
    owner = api.data("GET", "/api/user")[0]["id"]
    api.data(
        "PATCH",
        f"/api/lead/{one['id']}",
        {
            "email": {"email": "ana@example.pt"},
            "city_id": 213,
            "contact_lifecycle_stage_id": 7,
            "owner_id": owner,
            "source": "=fair",
            "utm_medium": "cpc",
            "last_source": "shop",
            "lead_opt_in": {"email": True},
        },
    )
    return int(one["id"])


def shown(
    visitor: Visitor, format_: str, language: str = "en", names: str = EVERY
) -> Sequence[tuple[Any, ...]]:
    answer = visitor.get(
        f"/leads/export?columns={names}&format={format_}", headers={"accept-language": language}
    )
    assert answer.status_code == 200, answer.text
    return cells(format_, answer.content, DELIMITERS[language])


@each("language", LANGUAGES)
def test_people_read_what_the_page_shows(visitor: Visitor, lead: int, language: str) -> None:
    said = LANGUAGES[language]
    headings, row = shown(visitor, "csv", language)
    assert "|".join(headings) == said["headings"]
    of = dict(zip(headings, row, strict=True))
    owner = row[5]
    assert row == (
        *(
            "Ana Sá",
            "ana@example.pt",
            "+351 912 345 678",
            "Abrantes",
            said["stage"],
            owner,
            "2026-07-01 23:30",
        ),
        *("", "'=fair", "cpc", "shop", said["consent"], str(lead)),
    )
    assert owner
    assert len(of) == len(headings)


def test_a_spreadsheet_has_dates_widths_and_headings_that_stay(visitor: Visitor, lead: int) -> None:
    answer = visitor.get(f"/leads/export?columns={EVERY}&format=xlsx")
    found = load_workbook(io.BytesIO(answer.content)).active
    created = found["G2"]
    assert created.value == datetime(2026, 7, 1, 23, 30)  # noqa: DTZ001 - a spreadsheet knows no zones
    assert created.is_date
    assert created.number_format.replace("\\", "") == "yyyy-mm-dd hh:mm"
    assert found.freeze_panes == "A2"
    assert found["A1"].font.bold
    assert found["M2"].value == lead
    assert (found["C2"].value, found["I2"].value) == ("+351 912 345 678", "'=fair")
    assert all(found.column_dimensions[one].width >= 10 for one in "ABCDEFGHIJKLM")


@each("language", LANGUAGES)
@each("format_", ["csv", "xlsx"])
def test_an_import_reads_it_back(
    visitor: Visitor, api: Client, other_api: Client, lead: int, format_: str, language: str
) -> None:
    asked = f"columns={EVERY}&format={format_}"
    content = visitor.get(f"/leads/export?{asked}", headers={"accept-language": language}).content
    fields = "name,email.email,phone.extension,phone.number,city_id,contact_lifecycle_stage_id,owner_id,creation_date,source"
    fields += ",utm_medium,last_source,consent_email,custom_data"
    before = api.get(f"/api/lead?fields={fields}").json()["data"]
    api.delete(f"/api/lead/{lead}")
    done = imported(api, content)
    assert (done["counts"]["created"], done["counts"]["faulty"]) == (1, 0), done
    (after,) = api.get(f"/api/lead?fields={fields}").json()["data"]
    assert before == [{**after, "creation_date": MADE}]
    assert after["creation_date"] == "2026-07-01T22:30:00+00:00"


def test_an_import_finds_leads_by_their_numbers(visitor: Visitor, api: Client, lead: int) -> None:
    content = visitor.get("/leads/export?columns=email&format=csv").content.replace("Ana Sá".encode(), b"Eva")
    imported(api, content, match=["id"], on_match="update")
    assert [(one["id"], one["name"]) for one in leads(api)] == [(lead, "Eva")]


def test_a_table_of_somebody_else_means_what_it_meant(api: Client) -> None:
    imported(api, "Nome,Fase,Criação,N.º\nEva,Quente,ontem,7\n")
    (one,) = leads(api)
    assert json.loads(one["custom_data"]) == {"Fase": "Quente", "Criação": "ontem", "N.º": "7"}


def test_the_import_knows_every_heading_of_the_pages() -> None:
    offered = columns.offered(LEAD)
    for words in load().values():
        for name in ("name", *offered):
            heading = words.sheet_number if name == "id" else words(View(LEAD).label(name))
            meant = {"city_id": "city"}.get(name, name)
            if name in ("id", "next_due", "first_contact"):
                meant = ""
            assert sheet.meaning(heading) == meant, heading
        called = [words(f"contact_lifecycle_stage.{one}") for one in range(1, 10)]
        assert [sheet.stage(one, sheet.stages(())) for one in called] == [*range(1, 10)]
        assert sheet.is_sheet([words.sheet_number])
        states = [words(f"lead.consent_email.{one}") for one in ("given", "withdrawn")]
        assert [sheet.state(one) for one in states] == ["given", "withdrawn"]


@each(
    ("extension", "typed", "cell"),
    [
        ("00351", "912345678", "+351 912 345 678"),
        ("00351", "+351 (91) 2345678", "+351 912 345 678"),
        ("00351", "ab12", "'+351 ab12"),
        ("001", "517-388-1452", "+1 517-388-1452"),
    ],
)
def test_a_number_has_one_column(
    visitor: Visitor, api: Client, extension: str, typed: str, cell: str
) -> None:
    api.new("lead", {"phone": {"extension": extension, "number": typed}})
    for format_ in ("csv", "xlsx"):
        headings, row = shown(visitor, format_, names="phone")
        assert headings == ("Name", "Phone", "closum no.")
        assert row[1] == cell


LISTS = (
    "emails|phones|unqualified-leads|audience-lists|contact-lifecycle-stages|contact-types|assignment-rules"
)


@each("name", LISTS.split("|"))
def test_every_list_is_a_table(visitor: Visitor, api: Client, lead: int, name: str) -> None:
    for format_ in ("csv", "xlsx"):
        answer = visitor.get(f"/{name}/export?format={format_}", headers={"accept-language": "pt"})
        assert answer.status_code == 200, answer.text
        headings, *_ = cells(format_, answer.content, ";")
        assert headings[-1] == "N.º closum"


def test_what_every_account_has_is_called_as_on_the_page(visitor: Visitor, lead: int) -> None:
    answer = visitor.get("/contact-lifecycle-stages/export?format=csv")
    assert "Customer" in [one[0] for one in cells("csv", answer.content)]


def test_the_menu_says_how_many(visitor: Visitor, api: Client) -> None:
    new_leads(api, 12)
    everything = "Everything, with additional data Excel CSV NDJSON"
    assert f"Export 12 leads: the columns of this page Excel CSV {everything}" in text(visitor.page("/leads"))
    assert "Export 1 lead: the columns" in text(visitor.page("/leads?name=N003"))
    api.new("audience_list", {"name": "Fair"})
    assert "Everything Excel CSV NDJSON" in text(visitor.page("/audience-lists"))


@each("format_", EVERYTHING)
@each("language", DELIMITERS)
def test_everything_has_what_no_column_shows_and_comes_back(
    visitor: Visitor, api: Client, lead: int, format_: str, language: str
) -> None:
    more = {
        "contact_lifecycle_stage_id": 3,
        "source": "Fair",
        "utm_campaign": "Autumn",
        "last_source": "Form",
    }
    api.data("PATCH", f"/api/lead/{lead}", {"custom_data": '{"shoe":"38"}', **more})
    new_leads(api, 1)
    fields = ",".join(("name,email.email,phone.extension,phone.number,city_id,custom_data", *more))
    before = api.get(f"/api/lead?fields={fields}&q=ana").json()["data"]
    asked = f"q=ana&columns=email&format={format_}"
    content = visitor.get(f"/leads/export?{asked}", headers={"accept-language": language}).content
    api.delete(f"/api/lead/{lead}")
    done = imported(api, content)
    assert (done["counts"]["created"], done["counts"]["faulty"]) == (1, 0), done
    assert api.get(f"/api/lead?fields={fields}&q=ana").json()["data"] == before
    assert '"shoe"' in before[0]["custom_data"]


def test_everything_is_the_same_in_every_format(visitor: Visitor, api: Client) -> None:
    (user,) = api.get("/api/user").json()["data"]
    more = {"city_id": 213, "contact_lifecycle_stage_id": 3, "owner_id": user["id"], "source": "Fair"}
    api.new(
        "lead",
        {
            "name": "Ana",
            "email": {"email": "ana@example.com"},
            "phone": {"extension": "351", "number": "912345678"},
            **more,
        },
    )
    table, lines = (visitor.get(f"/leads/export?columns=email&format={one}") for one in ("api", "ndjson"))
    headings, values = cells("api", table.content)
    record = dict(flattened(json.loads(lines.content.splitlines()[0])))
    assert {name: str(value or "") for name, value in record.items()} == dict(
        zip(headings, values, strict=True)
    )
    assert (record["contact_lifecycle_stage.label"], record["source"]) == ("Lead", "Fair")
    listed = api.get("/api/lead/export?format=ndjson").content.splitlines()[0]
    assert [*json.loads(listed)] == [
        "id",
        "name",
        "city_id",
        "custom_data",
        "creation_date",
        "phone",
        "email",
    ]


def flattened(record: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in record.items():
        if isinstance(value, dict):
            yield from ((f"{name}.{key}", one) for key, one in value.items())
        else:
            yield name, value


def test_ticked_leads_are_exported_in_the_language_of_the_page(visitor: Visitor, api: Client) -> None:
    one = api.new("lead", {"name": "Ana"})
    answer = visitor.get(
        f"/leads/export?id={one}&columns=email&format=csv", headers={"accept-language": "pt"}
    )
    assert answer.content.decode("utf-8-sig").splitlines() == ["Nome;Email;N.º closum", f"Ana;;{one}"]


def test_an_address_that_cannot_be_read_is_no_form(visitor: Visitor) -> None:
    page = visitor.page("/leads/export?format=csv&filter=nonsense", 400)
    assert "This address cannot be read" in page
    assert "This form" not in page
