"""Whatever became of the rows of a file is counted and named, in the check as in the result, before anything is stored too."""

import csv
import re
from html import unescape

import pytest

from tests.support.client import Client
from tests.support.import_calls import leads, send, shown, started
from tests.support.import_pages import checked, imported, sent
from tests.support.pages import Pages, texts
from tests.support.spreadsheets import HEADER, book, text_row

each = pytest.mark.parametrize

RAGGED = """Contactos da feira de 2026
Nome;Email;Telefone
Ana;ana@example.pt;
Rui Costa
# contactos por rever

Eva;eva@@example.pt;
Nome;Email;Telefone
BLANK;;
Zoe
Total: 12
""".replace("BLANK", '"="""""')
LEFT = (
    "5 # contactos por rever It has one cell alone",
    "8 Nome Email Telefone The headings, once more.",
    "9 There is nothing in it.",
    "11 Total: 12 It has one cell alone",
)


def figures(page: str) -> list[int]:
    return [int(one) for one in re.findall(r'class="stat"><dt>[^<]*</dt><dd>([^<]*)</dd>', page)]


def heading(page: str) -> str:
    (found,) = re.findall(r"<h1[^>]*>(.*?)</h1>", page, re.DOTALL)
    return unescape(re.sub("<[^>]*>", "", found)).strip()


def test_a_row_of_a_name_alone_is_a_row_and_all_others_are_named(pages: Pages, api: Client) -> None:
    number = sent(pages, RAGGED)
    said = texts(pages.shown(f"/imports/{number}/columns"))
    assert "8 rows" in said
    assert "headings in line 2" in said
    assert "5 Left out # contactos por rever It has one cell alone" in said
    for page, taken in ((checked(pages, number), "New 3"), (imported(pages, number), "New 3")):
        said = texts(page)
        assert taken in said
        assert figures(page) == [3, 0, 0, 1]
        assert "4 of the 8 rows read are no records" in said
        assert [one for one in LEFT if one not in said] == []
    assert [one["name"] for one in leads(api)] == ["Ana", "Rui Costa", "Zoe"]
    found = shown(api, number)
    assert sum(found["counts"].values()) == found["rows"] == 8
    assert [one["line"] for one in found["warnings"]] == [5, 8, 11]
    assert "Total: 12" in found["warnings"][-1]["message"]


def test_a_row_of_a_name_alone_in_a_spreadsheet_is_a_row(pages: Pages, api: Client) -> None:
    """No program writes the empty cells behind it."""
    number = sent(
        pages, book(HEADER + text_row(2, "Ana", "ana@example.pt") + text_row(3, "Rui Costa")), "a.xlsx"
    )
    checked(pages, number)
    imported(pages, number)
    assert [one["name"] for one in leads(api)] == ["Ana", "Rui Costa"]


def test_of_many_rows_that_are_left_out_the_first_are_named(pages: Pages) -> None:
    number = sent(pages, "Nome,Email\nAna,ana@example.pt\n" + "# nota\n" * 130)
    page = checked(pages, number)
    assert "130 of the 131 rows read are no records" in texts(page)
    assert "The first 100, of 130" in texts(page)
    assert page.count("# nota") == 100


ANA, RUI, EVA = "Ana,ana@example.pt\n", "Rui,rui@example.pt\n", "Eva,eva@@example.pt\n"


@each(
    "before, rows, on_match, en, pt",
    [
        ("", ANA + RUI, "fill_empty", "2 rows imported", "2 linhas importadas"),
        ("", ANA + EVA, "fill_empty", "1 row imported", "1 linha importada"),
        (ANA, ANA + RUI, "fill_empty", "1 row imported", "1 linha importada"),
        (ANA + RUI, ANA + RUI, "fill_empty", "2 rows, nothing new", "2 linhas, nada de novo"),
        (ANA, ANA, "fill_empty", "1 row, nothing new", "1 linha, nada de novo"),
        (ANA + RUI, ANA + RUI, "update", "2 rows, nothing new", "2 linhas, nada de novo"),
        (ANA + RUI, ANA + RUI, "skip", "2 rows, all already there", "2 linhas, todas já existiam"),
        (ANA, ANA, "skip", "1 row, already there", "1 linha, já existia"),
        (ANA, ANA + EVA, "fill_empty", "None of 2 rows imported", "Nenhuma de 2 linhas importada"),
        ("", EVA, "fill_empty", "The row was not imported", "A linha não foi importada"),
        ("", "# nota\n", "fill_empty", "No rows imported", "Nenhuma linha importada"),
    ],
)
def test_the_heading_says_what_has_happened(
    before: str, rows: str, on_match: str, en: str, pt: str, pages: Pages, api: Client
) -> None:
    for row in before.splitlines():
        name, address = row.split(",")
        api.new("lead", {"name": name, "email": {"email": address}})
    number = sent(pages, "Nome,Email\n" + rows)
    checked(pages, number, on_match=on_match)
    assert heading(imported(pages, number)) == en
    pages.headers["Accept-Language"] = "pt"
    assert heading(pages.shown(f"/imports/{number}")) == pt


def test_a_check_that_finds_nothing_new_offers_no_import(pages: Pages, api: Client) -> None:
    api.new("lead", {"name": "Ana", "email": {"email": "ana@example.pt"}})
    said = texts(checked(pages, sent(pages, "Nome,Email\n" + ANA + EVA)))
    assert (
        "This import would change nothing 1 row changes nothing: its lead was there before, or another row of the file has it too."
        in said
    )
    assert "Import 1 row" not in said


def refused(pages: Pages, number: int) -> list[list[str]]:
    """The rows of the file of refused rows, without its headings."""
    answer = pages.get(f"/imports/{number}/faults")
    assert answer.headers["content-disposition"].startswith("attachment")
    return [*csv.reader(answer.text.splitlines())][1:]


def test_all_rows_that_would_be_refused_are_there_before_the_import(pages: Pages, api: Client) -> None:
    rows = "".join(f"Ana {place},ana{place}@@example.pt\n" for place in range(130))
    number = sent(pages, f"Nome,Email\n{rows}{RUI}")
    page = checked(pages, number)
    assert f'href="/imports/{number}/faults" download' in page
    assert "Download the 130 rows not imported" in texts(page)
    assert [one[2] for one in refused(pages, number)] == [f"Ana {place}" for place in range(130)]
    assert len(shown(api, number)["faults"]) == 20
    assert leads(api) == []
    file = pages.get(f"/imports/{number}/faults").text
    imported(pages, number)
    assert pages.get(f"/imports/{number}/faults").text == file
    again = sent(pages, file.replace("@@", "@").encode(), "again.csv")
    assert "New 130" in texts(checked(pages, again))


def test_rows_of_a_check_are_kept_no_longer_than_it(pages: Pages, api: Client) -> None:
    number = sent(pages, f"Nome,Email\n{ANA}{EVA}")
    for _ in range(2):
        checked(pages, number, on_match="fill_empty")
        assert len(refused(pages, number)) == 1
    pages.submit(f"/imports/{number}/columns", {"on_match": "update"})
    assert refused(pages, number) == []
    checked(pages, number)
    pages.submit(f"/imports/{number}/format", {"header_line": "1"})
    pages.arrives(f"/imports/{number}/columns")
    assert refused(pages, number) == []
    checked(pages, number)
    pages.submit(f"/imports/{number}/delete")
    assert pages.get(f"/imports/{number}/faults").status_code == 404


def test_a_dry_run_of_a_call_has_the_file_too(api: Client) -> None:
    number = send(api, f"Nome,Email\n{ANA}{EVA}")
    found = started(api, number, dry_run=True)
    assert [one["line"] for one in found["faults"]] == [3]
    assert "eva@@example.pt" in api.get(f"/api/import/{number}/faults").text


NUMBER = "The phone number is not valid. It is kept as it is, and marked as not valid."


@each(
    "on_match, expected",
    [
        ("fill_empty", "2 rows: 3, 6"),
        ("update", "4 rows: 3, 4, 5, 6"),
        ("skip", "2 rows: 3, 6"),
        ("create", "4 rows: 3, 4, 5, 6"),
    ],
)
def test_numbers_that_are_kept_though_not_valid_are_told_alike(
    on_match: str, expected: str, pages: Pages, api: Client
) -> None:
    """Of a row that gives its number to a lead; the number of one that stays as it is was never asked for."""
    for name in ("there", "same"):
        api.new(
            "lead",
            {
                "name": name,
                "email": {"email": f"{name}@example.pt"},
                "phone": {"extension": "00351", "number": "912 345 678" if name == "there" else "123"},
            },
        )
    rows = (
        "Ana,ana@example.pt,912 345 679,\nRui,rui@example.pt,123,\nthere,there@example.pt,124,feira\n"
        "same,same@example.pt,123,\nEva,eva@example.pt,125,\nZoe,zoe@@example.pt,126,\n"
    )
    number = sent(pages, f"Nome,Email,Telefone,Notas\n{rows}")
    check = texts(checked(pages, number, country="PT", on_match=on_match))
    result = texts(imported(pages, number))
    link = "See these leads "
    assert f"{NUMBER} {expected} " in f"{check} "
    assert f"{NUMBER} {link}{expected} " in f"{result} "
    found = f"/leads?filter=import%3D{number}&filter=phone.is_valid%3D0"
    assert unescape(pages.shown(f"/imports/{number}")).count(f'href="{found}"') == 1
    pages.shown(found)


@each(
    ("language", "told"),
    [
        (
            "en",
            (
                "Row with a remark This row is imported. Check that it is what you meant.",
                "See this lead",
                "There is more than one @ in it. Write the whole address, such as ana@example.pt.",
            ),
        ),
        (
            "pt",
            (
                "Linha com uma observação Esta linha é importada. Confirme se é o que pretende.",
                "Ver este lead",
                "Tem mais do que um @. Escreva o endereço completo, como ana@example.pt.",
            ),
        ),
    ],
)
def test_one_row_is_told_as_one_and_an_address_as_in_a_form(
    language: str, told: tuple[str, str, str], pages: Pages
) -> None:
    pages.submit("/settings/look", {"theme": "system", "language": language})
    rows = "Rui,rui@example.pt,123\nZoe,zoe@@example.pt,\n"
    number = sent(pages, f"Nome,Email,Telefone\n{rows}")
    checked(pages, number, country="PT")
    result = texts(imported(pages, number))
    assert [one for one in told if one not in result] == []


def test_remarks_are_counted_by_what_they_say(pages: Pages) -> None:
    rows = "".join(f"Ana {one},ana{one}@example.pt,Nenhures\n" for one in range(130))
    rows += "".join(f"Rui {one},rui{one}@example.pt,Lugar {one}\n" for one in range(60))
    number = sent(pages, f"Nome,Email,Cidade\n{rows}Eva,eva@@example.pt,Nenhures\n")
    for page in (checked(pages, number), imported(pages, number)):
        said = texts(page)
        assert (
            "No city is called “Nenhures”: it is kept in the additional data. 130 rows: 2, 3, 4, 5, 6" in said
        )
        assert "No city is called “Lugar 48”" in said
        assert (
            "Other texts that are the name of no city: they are kept in the additional data. 11 rows" in said
        )
