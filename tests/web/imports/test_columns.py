"""The columns of a file: what they become, how the file is read, and what is said of them is kept."""

import json
import re
from html import unescape

import pytest

from tests.support.client import Client
from tests.support.import_calls import leads, send, shown
from tests.support.import_pages import checked, imported, sent
from tests.support.pages import Pages, texts
from tests.support.spreadsheets import book, text_row

each = pytest.mark.parametrize

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504
FILE = "Kontakt;Wert;Mail\nAna;12,5;ana@example.pt\nRui;x;\n"


def chosen(page: str) -> dict[str, str]:
    """What each column becomes, by its field."""
    found = {}
    for name, inside in re.findall(
        r'<select [^>]*name="(column-[0-9]+)"[^>]*>(.*?)</select>', page, re.DOTALL
    ):
        (value,) = re.findall(r'<option value="([^"]*)" selected>', inside)
        found[name] = unescape(value)
    return found


def test_what_is_said_of_columns_is_kept_for_the_next_file(pages: Pages, api: Client) -> None:
    number = sent(pages, FILE)
    assert chosen(pages.shown(f"/imports/{number}/columns")) == {
        "column-1": "text custom_data.Kontakt",
        "column-2": "text custom_data.Wert",
        "column-3": "text email",
    }
    wanted = {"column-1": "text name", "column-2": "number custom_data.Wert", "column-3": "text email"}
    answer = pages.submit(f"/imports/{number}/columns", wanted)
    assert answer.headers["location"] == f"/imports/{number}/columns"
    page = pages.shown(f"/imports/{number}/columns")
    assert chosen(page) == wanted
    assert "Additional data: Wert (number)" in unescape(page)
    said = texts(page)
    assert "2 New Ana ana@example.pt" in said
    assert "3 Not imported Wert: This value is of another kind" in said
    checked(pages, number)
    imported(pages, number)
    assert json.loads(leads(api)[0]["custom_data"]) == {"Wert": 12.5}
    assert chosen(pages.shown(f"/imports/{sent(pages, FILE)}/columns")) == wanted


def test_a_column_is_left_out(pages: Pages, api: Client) -> None:
    number = sent(pages, FILE)
    checked(pages, number, **{"column-1": "text name", "column-2": "", "column-3": "text email"})
    imported(pages, number)
    assert [one["custom_data"] for one in leads(api)] == [None, None]


def test_numbers_without_a_country_are_told_of(pages: Pages, api: Client) -> None:
    told = "Phone numbers without a country code cannot be read"
    number = sent(pages, "Nome,Telefone\nAna,912 345 678\n")
    path = f"/imports/{number}/columns"
    assert told in texts(pages.shown(path))
    checked(pages, number)
    check = pages.shown(f"/imports/{number}/check")
    assert told in texts(check)
    assert f'href="/imports/{number}/columns#country"' in check
    pages.submit(path, {"column-2": ""})
    assert told not in texts(pages.shown(path))
    pages.submit(path, {"column-2": "text phone", "country": "PT"})
    assert told not in texts(pages.shown(path))
    pages.submit(path, {"country": ""})
    assert told in texts(pages.shown(path))
    api.data("PATCH", "/api/account", {"country": "PT"})
    shown = texts(pages.shown(path))
    assert told not in shown
    assert "That of the company: Portugal" in shown


@each(
    "fields, text",
    [
        ({"column-1": "text first_name", "column-2": "text first_name"}, "Another column already goes there"),
        ({"column-1": "text city_id", "column-2": "", "column-3": ""}, "No column is a name"),
        ({"column-1": "text nothing"}, "Choose one of the places in the list"),
        ({"column-1": "nothing custom_data.a"}, "Choose one of the places in the list"),
        ({"match": "id"}, "No column has the number of the lead"),
        ({"match": "<b>"}, "No column has the number of the lead"),
        ({"on_match": "explode"}, "Choose what happens"),
        ({"country": "XX"}, "Choose a country"),
    ],
)
def test_what_cannot_be_is_told_and_what_was_chosen_stays(
    fields: dict[str, str], text: str, pages: Pages, api: Client
) -> None:
    number = sent(pages, FILE)
    answer = pages.submit(f"/imports/{number}/columns", {"go": "check", **fields}, 422)
    assert text in texts(answer.text)
    for name, value in fields.items():
        if name.startswith("column-") and f'value="{value}"' in answer.text:
            assert chosen(answer.text)[name] == value
    assert (shown(api, number)["phase"], shown(api, number)["is_dry_run"]) == ("ready", False)


def test_a_file_is_read_in_another_way(pages: Pages, api: Client) -> None:
    number = sent(pages, "Nome;Notas\nJo\xe3o;a,b\n".encode("cp1252"))
    fields = {"format": "csv", "encoding": "cp1250", "delimiter": "semicolon", "header_line": "1"}
    path, page = pages.arrives(pages.submit(f"/imports/{number}/format", fields).headers["location"])
    assert path == f"/imports/{number}/columns"
    assert "Joăo" in page
    path, page = pages.arrives(
        pages.submit(f"/imports/{number}/format", {"header_line": "0"}).headers["location"]
    )
    assert "no line of headings" in texts(page)
    assert shown(api, number)["header_line"] == 0


@each("line", ["-1", "one"])
def test_a_way_to_read_a_file_that_there_is_not_is_told_beside_it(pages: Pages, line: str) -> None:
    number = sent(pages, FILE)
    page = pages.submit(f"/imports/{number}/format", {"header_line": line, "encoding": "cp1252"}, 422).text
    assert 'href="#header_line"' in page
    assert re.search(r'<p class="fault" id="header_line-said">', page)
    assert f'value="{line}"' in page
    assert '<details class="menu" open>' in page
    assert '<option value="cp1252" selected>' in page


def test_a_lead_that_is_there_is_shown_as_what_happens_to_it(pages: Pages, api: Client) -> None:
    api.new("lead", {"name": "Ana", "email": {"email": "ana@example.pt"}})
    number = sent(pages, "Nome,Email,Nota\nAna,ana@example.pt,\nAna Sá,ana@example.pt,VIP\n")
    assert "2 Nothing new Ana" in texts(pages.shown(f"/imports/{number}/columns"))
    for on_match, text in (
        ("fill_empty", "3 Filled in Ana Sá"),
        ("update", "3 Overwritten Ana Sá"),
        ("skip", "3 Already there Ana Sá"),
        ("create", "3 New Ana Sá"),
        ("fail", "3 Not imported Email: A lead already has this."),
    ):
        pages.submit(f"/imports/{number}/columns", {"on_match": on_match})
        assert text in texts(pages.shown(f"/imports/{number}/columns"))
    assert [one["name"] for one in leads(api)] == ["Ana"]


def test_a_script_gets_the_preview_of_what_is_chosen(pages: Pages) -> None:
    number = sent(pages, FILE)
    fields = {"_token": pages.token, "column-1": "text name"}
    answer = pages.post(
        f"/imports/{number}/columns", data=fields, headers={"HX-Request": "true"}, follow_redirects=True
    )
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert "New Ana ana@example.pt" in texts(answer.text)


def test_headings_are_text_and_nothing_else(pages: Pages, api: Client) -> None:
    evil = ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7*7 }}", "=cmd|' /C calc'!A0"]
    content = "Nome,Email," + ",".join('"' + one.replace('"', '""') + '"' for one in evil) + "\n"
    content += (
        "<b>Ana</b>,ana@example.pt," + ",".join('"' + one.replace('"', '""') + '"' for one in evil) + "\n"
    )
    content += "Rui,<script>alert(2)</script>,,,,\n"
    number = sent(pages, content)
    page = pages.shown(f"/imports/{number}/columns")
    assert all(one in unescape(page) for one in evil)
    for shown_page in (
        page,
        checked(pages, number),
        imported(pages, number),
        pages.shown(f"/imports/{number}/leads"),
    ):
        assert "<script>alert" not in shown_page
        assert "<img" not in shown_page
        assert "<b>Ana" not in shown_page


def test_many_columns_come_in_pages(pages: Pages, api: Client) -> None:
    names = [f"c{number}" for number in range(250)]
    number = sent(pages, f"Nome,{','.join(names)}\nAna,{','.join(names)}\n")
    first = pages.shown(f"/imports/{number}/columns")
    assert len(chosen(first)) == 100
    assert "Page 1 of 3" in texts(first)
    last = pages.shown(f"/imports/{number}/columns?page=3")
    assert [*chosen(last)][-1] == "column-251"
    pages.submit(f"/imports/{number}/columns?page=3", {"column-251": ""})
    assert chosen(pages.shown(f"/imports/{number}/columns?page=99"))["column-251"] == ""
    assert shown(api, number)["columns"][0]["to"] == "name"


def test_a_call_and_a_page_speak_of_the_same_import(pages: Pages, api: Client) -> None:
    number = send(api, FILE)
    assert "Kontakt" in pages.shown(f"/imports/{number}/columns")


NOTES = 'Nome,Notas\nAna,"ligar\ndepois\nda feira"\nRui,"uma\nduas"\n'


@each(
    "content, told, check",
    [
        (NOTES.encode(), "2 rows CSV", "Check all 2 rows"),
        (NOTES.replace(",", "\t").encode("utf-16"), "2 rows CSV", "Check all 2 rows"),
        (b"Nome,E-mail\nAna,ana@example.pt", "1 row CSV", "Check 1 row"),
    ],
    ids=["line breaks", "UTF-16", "one"],
)
def test_the_rows_of_a_file_are_its_records(content: bytes, told: str, check: str, pages: Pages) -> None:
    _, page = pages.arrives(pages.upload(content).headers["location"])
    said = texts(page)
    assert told in said
    assert check in said
    assert 'value="check"' in page


def test_a_row_of_a_spreadsheet_has_its_own_number(pages: Pages) -> None:
    rows = text_row(3, "Ana\nSá", "ana@example.pt") + text_row(7, "Rui", "rui@example.pt")
    _, page = pages.arrives(pages.upload(book(rows), "leads.xlsx").headers["location"])
    said = texts(page)
    assert "2 rows Excel" in said
    assert "3 New Ana" in said
    assert "7 New Rui rui@example.pt" in said


@each("delimiter", [",", ";"])
@each("cells", [3, 1_202])
def test_a_file_of_too_many_columns_is_told_so(delimiter: str, cells: int, pages: Pages) -> None:
    headings = ["Nome", "E-mail", *(f"c{number}" for number in range(1_200))]
    row = ["Ana", "ana@example.pt", *("x" * 1_200)][:cells]
    content = "\n".join(delimiter.join(one) for one in (headings, row, row))
    _, page = pages.arrives(pages.upload(content.encode()).headers["location"])
    assert "more than 1,000 columns: delete those that you do not need" in texts(page)


def test_a_file_without_headings_is_told_of_at_once(pages: Pages) -> None:
    told = "No column is a name, an email or a phone: choose which one is, or say where the headings are"
    number = sent(pages, "ana@example.pt;912345678\nrui@example.pt;912345679\n")
    path = f"/imports/{number}/columns"
    assert told in texts(pages.shown(path))
    pages.submit(path, {"column-1": "text email"})
    assert told not in texts(pages.shown(path))


@each(
    "content, name, told",
    [
        (b"%PDF-1.7\n%\xe2\xe3\n1 0 obj\n", "leads.xlsx", "This is a PDF"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "leads.xlsx", "This is a picture: send the table itself"),
        (
            OLE + "Workbook".encode("utf-16-le") + b"\0" * 2_000,
            "leads.xls",
            "This is a document of another kind",
        ),
        (
            OLE + "EncryptedPackage".encode("utf-16-le") + b"\0" * 2_000,
            "leads.xlsx",
            "protected by a password",
        ),
        (b"\x1f\x8b\x08\0\0\0", "leads.csv.gz", "This file is compressed: unpack it"),
        (bytes(range(32)) * 100, "leads.csv", "This is no table: open it, and save the rows"),
        (b" \n \n", "leads.csv", "The file is empty: choose one with rows."),
    ],
    ids=["PDF", "picture", "old", "password", "packed", "binary", "blank"],
)
def test_what_is_no_table_is_told_what_it_is(content: bytes, name: str, told: str, pages: Pages) -> None:
    _, page = pages.arrives(pages.upload(content, name).headers["location"])
    assert told in texts(page)


SEVERAL = "Nome;Email;Email;Telefone;Telemóvel\nAna;;ana2@example.pt;211 234 567;912 345 678\n"


def goals(page: str) -> list[str]:
    """What each column says that it becomes."""
    selects = re.findall(r'<select [^>]*name="column-[0-9]+"[^>]*>(.*?)</select>', page, re.DOTALL)
    return [unescape(one) for inside in selects for one in re.findall(r" selected>([^<]*)<", inside)]


def test_several_columns_for_the_same_say_which_is_tried_first(pages: Pages, api: Client) -> None:
    number = sent(pages, SEVERAL)
    path = f"/imports/{number}/columns"
    page = pages.shown(path)
    assert goals(page) == ["Name", "Email, choice 1", "Email, choice 2", "Phone, choice 2", "Phone, choice 1"]
    assert "it gets the first choice that its row has" in texts(page)
    before = shown(api, number)["columns"]
    pages.submit(path, chosen(page))
    assert shown(api, number)["columns"] == before
    other = {"column-4": "text phone", "column-5": "text phone 2", "column-3": ""}
    page = pages.arrives(pages.submit(path, {**chosen(page), **other}).headers["location"])[1]
    assert goals(page) == ["Name", "Email", "Leave out", "Phone, choice 1", "Phone, choice 2"]
    pages.headers["Accept-Language"] = "pt"
    assert goals(pages.shown(path))[3:] == ["Telefone, 1.ª opção", "Telefone, 2.ª opção"]
    checked(pages, number, country="PT")
    imported(pages, number)
    (lead,) = leads(api)
    assert lead["phone"]["number"] == "211 234 567"
    assert json.loads(lead["custom_data"]) == {"Telemóvel": "912 345 678"}


def test_columns_that_are_chosen_alike_are_tried_in_their_order(pages: Pages) -> None:
    number = sent(pages, "Nome;A;B\nAna;a@example.pt;b@example.pt\n")
    path = f"/imports/{number}/columns"
    pages.submit(path, {"column-2": "text email", "column-3": "text email"})
    page = pages.shown(path)
    assert goals(page) == ["Name", "Email, choice 1", "Email, choice 2"]
    assert "Ana a@example.pt" in texts(page)
    page = pages.submit(path, {"column-2": "text email 2", "column-3": "text email 99999"}, 422).text
    assert "Choose one of the places in the list." in texts(page)
