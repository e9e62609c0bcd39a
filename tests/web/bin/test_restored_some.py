"""Some records that came back from the bin are told as what they are: by their restore, its undo, and the undo of that."""

import re

import pytest

from tests.support.client import Client
from tests.support.import_pages import checked, imported, sent
from tests.support.pages import Pages
from tests.support.visiting import cells, text

each = pytest.mark.parametrize
FILE = "Nome,Email\nAna,ana@example.pt\nRui,rui@example.pt\nEva,eva@example.pt\n"


def _undone_import(pages: Pages, api: Client) -> None:
    number = sent(pages, FILE)
    checked(pages, number)
    imported(pages, number)
    _undo(pages, api.data("GET", "/api/operation")[0]["id"])


def _undo(pages: Pages, operation: int) -> None:
    pages.submit(f"/undo/{operation}", {})


def _restore(pages: Pages, api: Client, names: tuple[str, ...]) -> None:
    shown = {
        one["record"].get("name") or one["record"].get("email"): one["id"]
        for one in api.data("GET", "/api/bin")
    }
    pages.submit("/bin/restore", {"id": [str(shown[name]) for name in names]})


def _told(pages: Pages) -> tuple[str, int]:
    """What the toast says, with its button, and the operation that this takes back."""
    toast = pages.shown("/bin").partition('<div class="toast" role="status">')[2].partition("</form>")[0]
    (operation,) = re.findall(r'action="/undo/(\d+)"', toast)
    return text(toast).removesuffix(" u").replace(" .", "."), int(operation)


def _lines(pages: Pages, number: int) -> tuple[str, ...]:
    rows = cells(pages.shown("/settings/audit"))[:number]
    return tuple(row[0].replace(" .", ".") for row in rows)


def _toasts(pages: Pages, number: int) -> tuple[str, ...]:
    said, operation = _told(pages)
    found = [said]
    while len(found) < number:
        _undo(pages, operation)
        said, operation = _told(pages)
        found.append(said)
    return tuple(found)


@each(
    ("language", "names", "toasts", "lines"),
    [
        (
            "en",
            ("Ana",),
            (
                "Ana restored. Undo",
                "Undone. Moved Ana to the bin. Bring back",
                "Ana restored. Undo",
                "Undone. Moved Ana to the bin. Bring back",
            ),
            (
                "Undo: moved Ana to the bin.",
                "Restored Ana. Undone",
                "Undo: moved Ana to the bin.",
                "Restored Ana. Undone",
            ),
        ),
        (
            "en",
            ("Ana", "Rui"),
            (
                "2 leads restored. Undo",
                "Undone. Moved 2 leads to the bin. Bring back",
                "2 leads restored. Undo",
            ),
            ("Restored 2 leads.", "Undo: moved 2 leads to the bin. Undone", "Restored 2 leads."),
        ),
        (
            "pt",
            ("Ana",),
            (
                "Repôs Ana. Anular",
                "Anulado. Moveu Ana para a reciclagem. Repor",
                "Repôs Ana. Anular",
            ),
            ("Repôs Ana.", "Anulação: moveu Ana para a reciclagem. Anulado", "Repôs Ana."),
        ),
        (
            "pt",
            ("Ana", "Rui"),
            (
                "Repôs 2 leads. Anular",
                "Anulado. Moveu 2 leads para a reciclagem. Repor",
                "Repôs 2 leads. Anular",
            ),
            (
                "Repôs 2 leads.",
                "Anulação: moveu 2 leads para a reciclagem. Anulado",
                "Repôs 2 leads.",
            ),
        ),
    ],
)
def test_the_undo_of_a_restore_out_of_an_undone_import_is_of_its_records(
    pages: Pages,
    api: Client,
    language: str,
    names: tuple[str, ...],
    toasts: tuple[str, ...],
    lines: tuple[str, ...],
) -> None:
    _undone_import(pages, api)
    pages.headers["accept-language"] = language
    _restore(pages, api, names)
    assert _toasts(pages, len(toasts)) == toasts
    assert _lines(pages, len(lines)) == lines


def test_the_whole_of_an_import_is_told_by_its_file_however_often_it_is_undone(
    pages: Pages, api: Client
) -> None:
    _undone_import(pages, api)
    back, off = "Brought back the import of leads.csv. Undo", "Undid the import of leads.csv. Bring back"
    assert _toasts(pages, 5) == (off, back, off, back, off)


@each(
    ("language", "toasts", "lines"),
    [
        (
            "en",
            (
                "1 lead and 2 emails restored. Undo",
                "Done again. Moved 1 lead and 2 emails to the bin. Undo",
            ),
            ("Done again: moved 1 lead and 2 emails to the bin.", "Restored 1 lead and 2 emails. Undone"),
        ),
        (
            "pt",
            (
                "Repôs 1 lead e 2 emails. Anular",
                "Refeito. Moveu 1 lead e 2 emails para a reciclagem. Anular",
            ),
            (
                "Refeito: moveu 1 lead e 2 emails para a reciclagem.",
                "Repôs 1 lead e 2 emails. Anulado",
            ),
        ),
    ],
)
def test_addresses_that_came_back_beside_a_lead_are_counted(
    pages: Pages, api: Client, language: str, toasts: tuple[str, ...], lines: tuple[str, ...]
) -> None:
    _undone_import(pages, api)
    api.data("DELETE", f"/api/lead/{api.new('lead', {'name': 'Zoe'})}")
    pages.headers["accept-language"] = language
    _restore(pages, api, ("Zoe", "ana@example.pt", "rui@example.pt"))
    assert _toasts(pages, len(toasts)) == toasts
    assert _lines(pages, len(lines)) == lines
