"""What an import did is listed by name, and what was undone of it says so."""

import pytest

from tests.support.client import Client
from tests.support.import_calls import leads, shown
from tests.support.import_pages import checked, imported, sent
from tests.support.pages import Pages, texts

each = pytest.mark.parametrize
FILE = "Nome,Email\nAna,ana@example.pt\n"


@each(
    ("language", "undone", "gone"), [("en", "Undone", "No longer exists"), ("pt", "Anulado", "Já não existe")]
)
def test_what_an_undone_import_did_is_named_and_marked(
    pages: Pages, api: Client, language: str, undone: str, gone: str
) -> None:
    api.new("lead", {"email": {"email": "eva@example.pt"}})
    number = sent(pages, f"{FILE}Eva,eva@example.pt\nRui,rui@example.pt\n")
    checked(pages, number)
    imported(pages, number)
    pages.submit("/settings/look", {"theme": "system", "language": language})
    api.data("DELETE", f"/api/lead/{leads(api)[-1]['id']}")
    assert f"Rui {gone}" in texts(pages.shown(f"/imports/{number}/leads"))
    api.data("POST", f"/api/operation/{shown(api, number)['operation']}/undo", {})
    page = texts(pages.shown(f"/imports/{number}/leads"))
    assert f"Ana {undone}" in page
    assert f"eva@example.pt {undone}" in page
    api.data("POST", f"/api/operation/{shown(api, number)['undone_by']}/undo", {})
    assert undone not in texts(pages.shown(f"/imports/{number}/leads"))
