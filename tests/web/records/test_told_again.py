"""What is said of an operation, of its undo, of the undo of that, and so on: beside the button for the next step, and in the audit."""

import re
from collections.abc import Callable, Mapping

import pytest

from closum.store import background
from closum.store.operation import UNDO
from tests.support.clerk import Clerk, text_of
from tests.support.client import Client
from tests.support.server import Server
from tests.support.visiting import cells, text
from tests.web.records.test_call import WHOLE, sent

each = pytest.mark.parametrize

Lines = tuple[str, ...]
Do = Callable[[Clerk, Client], object]


def _lead(api: Client, name: str = "Ana", **more: object) -> int:
    return api.new("lead", {"name": name, **more})


def _delete_two(owner: Clerk, api: Client) -> None:
    """One of them has what goes to the bin with it."""
    ids = [str(_lead(api, name)) for name in ("Ana", "Rui")]
    of_first = {"lead_id": int(ids[0])}
    api.new("note", {**of_first, "text": "Asks"})
    api.new("task", {**of_first, "text": "Call", "due_date": "2027-01-05"})
    on = api.new("audience_list", {"name": "Newsletter"})
    api.new("lead_audience_list", {**of_first, "audience_list_id": on})
    api.new("consent", {**of_first, "channel": "email", "state": "given"})
    owner.form(
        "/leads/bulk", [("query", ""), ("count", "2"), ("do", "delete"), *(("id", one) for one in ids)]
    )


def _create(owner: Clerk, api: Client) -> None:
    owner.made("/leads", {"name": "Ana", "email.email": "ana@example.pt"})


def _update(owner: Clerk, api: Client) -> None:
    owner.fill(f"/leads/{_lead(api)}", {"name": "Ana", "source": "fair"})


def _call(owner: Clerk, api: Client) -> None:
    lead = _lead(api)
    owner.page(f"/leads/{lead}")
    owner.fill(f"/leads/{lead}/call", sent(owner, lead, **WHOLE))


def _note(owner: Clerk, api: Client) -> None:
    owner.made("/notes", {"lead_id": str(_lead(api)), "text": "Asks", "kind": "call"})


def _edit_note(owner: Clerk, api: Client) -> None:
    note = api.new("note", {"lead_id": _lead(api), "text": "Asks"})
    owner.fill(f"/notes/{note}", {"text": "Asks again"})


def _merge(owner: Clerk, api: Client) -> None:
    lead, other = _lead(api), _lead(api, "Eva", source="fair")
    merged = api.post(f"/api/lead/{lead}/merge", json={"ids": [other]})
    owner.cookies.set("closum-done", merged.headers["X-Operation"], domain="127.0.0.1", path="/")


def _move(owner: Clerk, api: Client) -> None:
    stages = [
        api.new("contact_lifecycle_stage", {"label": label, "position": 200 + number})
        for number, label in enumerate(("Offer", "Interested"))
    ]
    owner.form(f"/settings/stages/{stages[1]}", [("do", "up")], "/settings/stages")


CHAINS: Mapping[str, Mapping[Do, tuple[Lines, Lines]]] = {
    "en": {
        _delete_two: (
            (
                "2 leads moved to the bin. Undo",
                "2 leads restored. Undo",
                "Done again. Moved 2 leads to the bin. Undo",
                "2 leads restored. Undo",
            ),
            (
                "Restored 2 leads.",
                "Done again: moved 2 leads to the bin. Undone",
                "Restored 2 leads.",
                "Moved 2 leads to the bin. Undone",
            ),
        ),
        _create: (
            (
                "Ana created. Undo",
                "Undone. Moved Ana to the bin. Bring back",
                "Ana restored. Undo",
                "Undone. Moved Ana to the bin. Bring back",
            ),
            (
                "Undo: moved Ana to the bin.",
                "Restored Ana. Undone",
                "Undo: moved Ana to the bin.",
                "Created Ana. Undone",
            ),
        ),
        _update: (
            (
                "Changed source of Ana. Undo",
                "Undone. Gave Ana the earlier values back. Bring back",
                "Done again. Changed source of Ana. Undo",
                "Undone. Gave Ana the earlier values back. Bring back",
            ),
            (
                "Undo: gave Ana the earlier values back.",
                "Done again: changed source of Ana. Undone",
                "Undo: gave Ana the earlier values back.",
                "Changed source of Ana. Undone",
            ),
        ),
        _call: (
            (
                "Ana: noted a call, changed the stage, added a follow-up. Undo",
                "Ana: undid note, stage and follow-up. Bring back",
                "Ana: did note, stage and follow-up again. Undo",
                "Ana: undid note, stage and follow-up. Bring back",
            ),
            (
                "Ana: undid note, stage and follow-up.",
                "Ana: did note, stage and follow-up again. Undone",
                "Ana: undid note, stage and follow-up.",
                "Ana: noted a call, changed the stage, added a follow-up. Undone",
            ),
        ),
        _note: (
            (
                "Ana: noted a call. Undo",
                "Undone. Moved a note of Ana to the bin. Bring back",
                "Restored a note of Ana. Undo",
                "Undone. Moved a note of Ana to the bin. Bring back",
            ),
            (
                "Undo: moved a note of Ana to the bin.",
                "Restored a note of Ana. Undone",
                "Undo: moved a note of Ana to the bin.",
                "Ana: noted a call. Undone",
            ),
        ),
        _edit_note: (
            (
                "Changed a note of Ana. Undo",
                "Undone. Gave a note of Ana the earlier values back. Bring back",
                "Done again. Changed a note of Ana. Undo",
                "Undone. Gave a note of Ana the earlier values back. Bring back",
            ),
            (
                "Undo: gave a note of Ana the earlier values back.",
                "Done again: changed a note of Ana. Undone",
                "Undo: gave a note of Ana the earlier values back.",
                "Changed a note of Ana. Undone",
            ),
        ),
        _merge: (
            (
                "2 leads merged into Ana. Undo",
                "Undone. Restored Eva. Undo",
                "Done again. Merged 2 leads into Ana. Undo",
                "Undone. Restored Eva. Undo",
            ),
            (
                "Undo: restored Eva.",
                "Done again: merged 2 leads into Ana. Undone",
                "Undo: restored Eva.",
                "Merged 2 leads into Ana. Undone",
            ),
        ),
        _move: (
            (
                "Moved Interested to another place in its list. Undo",
                "Undone. Moved Interested to another place in its list. Bring back",
                "Done again. Moved Interested to another place in its list. Undo",
                "Undone. Moved Interested to another place in its list. Bring back",
            ),
            (
                "Undo: moved Interested to another place in its list.",
                "Done again: moved Interested to another place in its list. Undone",
                "Undo: moved Interested to another place in its list.",
                "Moved Interested to another place in its list. Undone",
            ),
        ),
    },
    "pt": {
        _delete_two: (
            (
                "Moveu 2 leads para a reciclagem. Anular",
                "Repôs 2 leads. Anular",
                "Refeito. Moveu 2 leads para a reciclagem. Anular",
                "Repôs 2 leads. Anular",
            ),
            (
                "Repôs 2 leads.",
                "Refeito: moveu 2 leads para a reciclagem. Anulado",
                "Repôs 2 leads.",
                "Moveu 2 leads para a reciclagem. Anulado",
            ),
        ),
        _update: (
            (
                "Alterou Ana: origem. Anular",
                "Anulado. Repôs os valores anteriores de Ana. Repor",
                "Refeito. Alterou Ana: origem. Anular",
                "Anulado. Repôs os valores anteriores de Ana. Repor",
            ),
            (
                "Anulação: repôs os valores anteriores de Ana.",
                "Refeito: alterou Ana: origem. Anulado",
                "Anulação: repôs os valores anteriores de Ana.",
                "Alterou Ana: origem. Anulado",
            ),
        ),
        _call: (
            (
                "Ana: registou uma chamada, alterou a fase, acrescentou uma tarefa. Anular",
                "Ana: anulou nota, fase e tarefa. Repor",
                "Ana: refez nota, fase e tarefa. Anular",
                "Ana: anulou nota, fase e tarefa. Repor",
            ),
            (
                "Ana: anulou nota, fase e tarefa.",
                "Ana: refez nota, fase e tarefa. Anulado",
                "Ana: anulou nota, fase e tarefa.",
                "Ana: registou uma chamada, alterou a fase, acrescentou uma tarefa. Anulado",
            ),
        ),
        _edit_note: (
            (
                "Alterou uma nota de Ana. Anular",
                "Anulado. Repôs os valores anteriores de uma nota de Ana. Repor",
                "Refeito. Alterou uma nota de Ana. Anular",
                "Anulado. Repôs os valores anteriores de uma nota de Ana. Repor",
            ),
            (
                "Anulação: repôs os valores anteriores de uma nota de Ana.",
                "Refeito: alterou uma nota de Ana. Anulado",
                "Anulação: repôs os valores anteriores de uma nota de Ana.",
                "Alterou uma nota de Ana. Anulado",
            ),
        ),
    },
}


@each(
    ("language", "do", "toasts", "lines"),
    [(language, do, *told) for language, some in CHAINS.items() for do, told in some.items()],
)
def test_each_undo_of_an_undo_says_what_is_true(
    owner: Clerk, api: Client, language: str, do: Do, toasts: Lines, lines: Lines
) -> None:
    owner.headers["accept-language"] = language
    do(owner, api)
    said, operation = _toast(owner)
    found = [said]
    while len(found) < len(toasts):
        owner.fill(f"/undo/{operation}")
        said, operation = _toast(owner)
        found.append(said)
    assert tuple(found) == toasts
    rows = cells(owner.page("/settings/audit"))[: len(lines)]
    assert tuple(_joined(row[0]) for row in rows) == lines


def _toast(owner: Clerk) -> tuple[str, int]:
    """What it says, with its button, and the operation that this takes back."""
    toast = owner.page("/leads").partition('<div class="toast" role="status">')[2].partition("</form>")[0]
    (operation,) = re.findall(r'action="/undo/(\d+)"', toast)
    return _joined(text(toast).removesuffix(" u")), int(operation)


def _joined(line: str) -> str:
    """Without the spaces that stand for the ends of links."""
    return line.replace(" .", ".").replace(" :", ":")


OF_PAGES = {
    "en": (
        "What was done: Moved 2 leads to the bin.",
        "What was done: Restored 2 leads.",
        "What was done: Done again. Moved 2 leads to the bin.",
    ),
    "pt": (
        "O que foi feito: Moveu 2 leads para a reciclagem.",
        "O que foi feito: Repôs 2 leads.",
        "O que foi feito: Refeito. Moveu 2 leads para a reciclagem.",
    ),
}


@each("language", OF_PAGES)
def test_the_pages_of_an_undo_do_not_list_what_went_with_the_records(
    server: Server, owner: Clerk, api: Client, language: str
) -> None:
    owner.headers["accept-language"] = language
    _delete_two(owner, api)
    deleted = operation = _toast(owner)[1]
    for what in OF_PAGES[language]:
        assert f"{what} " in _joined(text_of(owner.page(f"/undo/{operation}")))
        owner.fill(f"/undo/{operation}")
        operation = _toast(owner)[1]
    argument = {"operation": deleted, "user_id": owner.user_id, "last": deleted, "size": 7}
    with server.session() as session, session.write(owner.account_id) as unit:
        unit.now += 3_000
        background.add(unit, UNDO, 7, argument)
    assert f"{OF_PAGES[language][0]} " in _joined(text_of(owner.page("/jobs/undo-7")))
