"""The imports that there were: how far each is, and those that were given up, which go on or are removed."""

import re

import pytest

from tests.support.client import Client
from tests.support.import_calls import leads, shown
from tests.support.import_pages import checked, imported, sent
from tests.support.pages import Pages, texts
from tests.support.server import Server
from tests.web.imports.test_uploads import files_of

FILE = "Nome,Email\nAna,ana@example.pt\nRui,rui@@example.pt\n"
EVERY_STEP = ("/imports/new", "/imports/1/columns", "/imports/1/check", "/imports/2")


def rows(pages: Pages) -> dict[str, str]:
    """What is said of each import, by its number."""
    page = pages.shown("/imports")
    found = re.findall(r"<tr [^>]*>(.*?)</tr>", page.partition("<tbody")[2], re.DOTALL)
    return {re.findall(r'href="/imports/(\d+)"', one)[0]: texts(f"<main>{one}</main>") for one in found}


def removable(pages: Pages) -> list[str]:
    return re.findall(r'href="/imports/(\d+)/delete\?back=/imports"', pages.shown("/imports"))


def test_each_state_has_its_words_and_only_what_was_imported_has_figures(pages: Pages, api: Client) -> None:
    for _ in range(4):
        sent(pages, FILE)
    checked(pages, 2)
    for number in (3, 4):
        checked(pages, number)
        imported(pages, number)
    pages.submit(f"/undo/{shown(api, 3)['operation']}")
    pages.arrives(pages.upload(b"\x89PNG", "picture.png").headers["location"])
    said = rows(pages)
    states = {number: re.split("leads.csv |picture.png ", text)[1] for number, text in said.items()}
    states = {number: re.sub(r"\S+@\S+ ", "", text) for number, text in states.items()}
    assert states["1"].startswith("To be checked today")
    assert states["2"].startswith("To be imported today")
    assert states["3"].startswith("Undone 1 0 1 ")
    assert states["4"].startswith("Done 0 0 1 ")
    assert states["5"].startswith("Failed today")


def test_what_was_given_up_goes_on_or_is_removed(pages: Pages, api: Client, server: Server) -> None:
    before = files_of(server)
    sent(pages, FILE), sent(pages, FILE)
    checked(pages, 2)
    assert removable(pages) == ["2", "1"]
    assert pages.arrives("/imports/1")[0] == "/imports/1/columns"
    assert pages.arrives("/imports/2")[0] == "/imports/2/check"
    assert pages.submit("/imports/2/delete").headers["location"] == "/imports"
    assert [*rows(pages)] == ["1"]
    pages.shown("/imports/2", 404)
    assert api.get("/api/import/2").status_code == 404
    assert len(files_of(server) - before) == 1
    assert sent(pages, FILE) == 3
    assert [*rows(pages)] == ["3", "1"]


@pytest.mark.parametrize(
    ("language", "question", "told", "noted"),
    [
        (
            "en",
            "Delete leads.csv and its check? This cannot be undone. Nothing of it was imported.",
            "Deleted leads.csv; nothing of it was imported.",
            "Deleted the file of an import, of which nothing was imported.",
        ),
        (
            "pt",
            "Eliminar leads.csv e a respetiva verificação? Não é possível anular. Nada deste ficheiro foi importado.",
            "Eliminou leads.csv; nada deste ficheiro foi importado.",
            "Eliminou o ficheiro de uma importação, do qual nada foi importado.",
        ),
    ],
)
def test_what_cannot_be_undone_is_asked_and_told(
    pages: Pages, language: str, question: str, told: str, noted: str
) -> None:
    sent(pages, FILE)
    checked(pages, 1)
    pages.headers["accept-language"] = language
    for path in ("/imports", "/imports/1/columns", "/imports/1/check"):
        address = f"/imports/1/delete?back={path}"
        assert f'href="{address}"' in pages.shown(path)
        asked = pages.shown(address)
        assert question in texts(asked)
        assert f'<a class="button" href="{path}">' in asked
    assert [*rows(pages)] == ["1"]
    pages.submit("/imports/1/delete")
    assert told in texts(pages.shown("/imports"))
    assert noted in texts(pages.shown("/settings/audit"))
    pages.shown("/imports/1/delete", 404)


def test_what_has_written_something_stays(pages: Pages, api: Client) -> None:
    number = sent(pages, FILE)
    checked(pages, number)
    imported(pages, number)
    assert removable(pages) == []
    assert pages.submit(f"/imports/{number}/delete").headers["location"] == f"/imports/{number}"
    assert pages.get(f"/imports/{number}/delete").headers["location"] == f"/imports/{number}"
    assert len(leads(api)) == 1
    assert "1 row imported" in texts(pages.shown(f"/imports/{number}"))


def test_a_file_that_cannot_be_read_is_removed(pages: Pages) -> None:
    path, page = pages.arrives(pages.upload(b"\x89PNG", "picture.png").headers["location"])
    assert 'href="/imports/1/delete?back=/imports/1/columns"' in page
    pages.submit("/imports/1/delete")
    pages.shown(path, 404)


def test_each_page_of_an_import_leads_to_all_of_them(pages: Pages) -> None:
    sent(pages, FILE), sent(pages, FILE)
    for number in (1, 2):
        checked(pages, number)
    imported(pages, 2)
    for path in EVERY_STEP:
        assert re.search(r'<a class="button bare" href="/imports"><svg.*?</svg>Import</a>', pages.shown(path))


LISTED = r'<td role="cell" class="title"[^>]*><a href="/imports/(\d+)"'


@pytest.mark.parametrize("gap", [1, 2])
def test_pages_of_imports_follow_each_other_where_some_are_removed(
    gap: int, pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(28):
        pages.upload(FILE.encode())
    for number in range(1, 28):
        pages.arrives(f"/imports/{number}")
    for number in range(20, 20 + gap):
        pages.submit(f"/imports/{number}/delete")
    first = pages.shown("/imports")
    (older,) = re.findall(r'href="(/imports\?before=\d+)"', first)
    second = pages.shown(older)
    (newer,) = re.findall(r'href="(/imports\?before=\d+)"', second)
    numbers = [re.findall(LISTED, page) for page in (first, second)]
    assert len(numbers[0]) == 25
    assert len({*numbers[0], *numbers[1]}) == 28 - gap
    assert re.findall(LISTED, pages.shown(newer)) == numbers[0]
