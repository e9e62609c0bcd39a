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


@each("resource", ["lead", "email"])
def test_an_undone_import_of_which_a_part_is_restored_says_so(
    pages: Pages, api: Client, resource: str
) -> None:
    number = sent(pages, f"{FILE}Rui,rui@example.pt\n")
    checked(pages, number)
    imported(pages, number)
    path, operation = f"/imports/{number}", shown(api, number)["operation"]
    undone_by = api.data("POST", f"/api/operation/{operation}/undo", {})["operation"]
    entry = next(one for one in api.data("GET", "/api/bin") if one["resource"] == resource)
    api.data("POST", f"/api/bin/{entry['id']}/restore", {})
    page = pages.shown(path)
    said = texts(page)
    assert "Only a part of this import is undone" in said
    assert ("rows imported" in said, "All that it created" in said) == (False, False)
    assert f'action="/undo/{undone_by}"' in page
    assert "Bring back what was imported" in said
    assert f'action="/undo/{operation}"' in page
    assert "Undo the rest" in said
    assert "Undone in part" in texts(pages.shown("/imports"))
    pages.submit(f"/undo/{operation}")
    assert leads(api) == []
    assert "This import was undone" in texts(pages.shown(path))
    assert "Undone in part" not in texts(pages.shown("/imports"))
    pages.submit(f"/undo/{undone_by}")
    assert "Only a part of this import is undone" in texts(pages.shown(path))


def test_what_is_left_of_an_undone_import_is_brought_back(pages: Pages, api: Client) -> None:
    number = sent(pages, f"{FILE}Rui,rui@example.pt\n")
    checked(pages, number)
    imported(pages, number)
    path, operation = f"/imports/{number}", shown(api, number)["operation"]
    undone_by = api.data("POST", f"/api/operation/{operation}/undo", {})["operation"]
    entry = next(one for one in api.data("GET", "/api/bin") if one["resource"] == "lead")
    api.data("POST", f"/api/bin/{entry['id']}/restore", {})
    pages.submit(f"/undo/{undone_by}")
    assert len(leads(api)) == 2
    assert "2 rows imported" in texts(pages.shown(path))
