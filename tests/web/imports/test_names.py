"""The file of failed rows is named after the file that was sent, in the language of the page."""

from urllib.parse import quote

import pytest

from tests.support.client import Client
from tests.support.import_pages import checked, imported, sent
from tests.support.pages import Pages

FILE = "Nome,Email\nAna,ana@example.pt\nRui,rui@@example.pt\n"


def disposition(pages: Pages, name: str, **headers: str) -> str:
    number = sent(pages, FILE, name)
    checked(pages, number)
    imported(pages, number)
    found: str = pages.get(f"/imports/{number}/faults", headers=headers).headers["content-disposition"]
    return found


def saved(plain: str, named: str) -> str:
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(named)}"


@pytest.mark.parametrize(
    ("name", "plain", "named"),
    [
        ("contactos-feira.csv", "contactos-feira-failed.csv", "contactos-feira-failed.csv"),
        ("Exposição de maio.v2.csv", "Exposicao-de-maio.v2-failed.csv", "Exposição de maio.v2-failed.csv"),
        ("日本.csv", "import-1-failed.csv", "日本-failed.csv"),
        ("a;b='c'%.csv", "a-b-c-failed.csv", "a;b='c'%-failed.csv"),
        ("feira\u202evsc.csv", "feiravsc-failed.csv", "feiravsc-failed.csv"),
        (".csv", "csv-failed.csv", "csv-failed.csv"),
        (f"{'x' * 150}.csv", f"{'x' * 80}-failed.csv", f"{'x' * 80}-failed.csv"),
    ],
)
def test_it_is_named_after_the_file_that_was_sent(pages: Pages, name: str, plain: str, named: str) -> None:
    assert disposition(pages, name) == saved(plain, named)


def test_it_is_named_in_the_language_of_the_page(pages: Pages) -> None:
    pages.headers["accept-language"] = "pt"
    assert disposition(pages, "contactos-feira.csv") == saved(*["contactos-feira-falhas.csv"] * 2)


def test_the_file_of_a_call_keeps_its_name(pages: Pages, api: Client) -> None:
    disposition(pages, "contactos-feira.csv")
    answer = api.get("/api/import/1/faults")
    assert answer.headers["content-disposition"] == 'attachment; filename="import-1-faults.csv"'
