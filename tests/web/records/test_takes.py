"""The button beside a change in a history: it says what it takes back before it does."""

import re

import pytest

from closum.web.records.takes import FEW
from tests.support import import_calls
from tests.support.clerk import Clerk
from tests.support.client import Client
from tests.support.visiting import new_leads, text
from tests.web.records.test_call import WHOLE, sent

each = pytest.mark.parametrize

LANGUAGES = each("language", ["en", "pt"])
THIS = {"en": "Undo this change", "pt": "Anular esta alteração"}
OF_THREE = {"en": "Undo for 3 leads", "pt": "Anular em 3 leads"}
MANY = {"en": "Undo many changes…", "pt": "Anular muitas alterações…"}
_BUTTON = re.compile(r'<button class="button link" name="few" value="1">(.*?)</button>')


def buttons(clerk: Clerk, path: str, language: str = "en") -> list[str]:
    """What the buttons of a history say, the newest first: on the page of the record, and of its history."""
    clerk.headers["accept-language"] = language
    found = [text(one) for one in _BUTTON.findall(clerk.page(f"{path}/history"))]
    assert [text(one) for one in _BUTTON.findall(clerk.page(path))] == found
    clerk.headers["accept-language"] = "en"
    return found


def edit(clerk: Clerk, ids: list[int], do: str = "save") -> None:
    """Change, or delete, many leads at once."""
    fields = {"query": "", "count": str(len(ids)), "do": do, "id": [*map(str, ids)], "f.source": "fair"}
    clerk.fill("/leads/bulk", fields)


def undo(clerk: Clerk, api: Client) -> None:
    """The last operation."""
    clerk.fill(f"/undo/{api.data('GET', '/api/operation')[0]['id']}")


@LANGUAGES
def test_a_change_of_several_leads_says_how_many(owner: Clerk, api: Client, language: str) -> None:
    for name in ("Ana", "Rui", "Eva"):
        api.new("lead", {"name": name})
    edit(owner, [1, 2, 3])
    owner.fill("/leads/1", {"name": "Bea"})
    assert buttons(owner, "/leads/1", language) == [THIS[language], OF_THREE[language], THIS[language]]
    assert buttons(owner, "/leads/2", language) == [OF_THREE[language], THIS[language]]


@LANGUAGES
def test_a_batch_of_the_api_says_how_many(owner: Clerk, api: Client, language: str) -> None:
    items = [{"action": "create", "data": {"name": "Ana"}} for _ in range(3)]
    api.data("POST", "/api/lead/batch", {"items": items})
    assert buttons(owner, "/leads/2", language) == [OF_THREE[language]]


@LANGUAGES
@each("rows", [2, FEW + 1])
def test_a_change_by_an_import_takes_the_import(owner: Clerk, api: Client, language: str, rows: int) -> None:
    """With more than few changes a page asks first."""
    import_calls.imported(api, "Name\n" + "Ana\n" * rows)
    said = {"en": "Undo the import", "pt": "Anular a importação"}[language]
    assert buttons(owner, "/leads/1", language) == [said if rows == 2 else f"{said}…"]
    answer = owner.fill("/undo/1", {"few": "1", "back": "/leads/1"})
    assert answer.headers["location"].startswith("/undo/1?") is (rows > FEW)


@LANGUAGES
def test_a_change_of_many_leads_says_that_it_asks(owner: Clerk, api: Client, language: str) -> None:
    new_leads(api, FEW + 1)
    edit(owner, [*range(1, FEW + 2)])
    assert buttons(owner, "/leads/1", language) == [MANY[language]] * 2


def test_as_many_changes_as_are_undone_at_once_are_counted(owner: Clerk, api: Client) -> None:
    new_leads(api, FEW + 1)
    edit(owner, [*range(1, FEW + 1)])
    assert buttons(owner, "/leads/1")[0] == f"Undo for {FEW} leads"


@each(
    ("language", "for_three", "bring_back", "all_parts"),
    [
        ("en", "Bring back for 3 leads", "Bring back", "Bring back stage, note and follow-up"),
        ("pt", "Repor em 3 leads", "Repor", "Repor: fase, nota e tarefa"),
    ],
)
def test_what_was_undone_is_brought_back(
    owner: Clerk, api: Client, language: str, for_three: str, bring_back: str, all_parts: str
) -> None:
    new_leads(api, 3)
    for said in (for_three, OF_THREE[language]):
        if said == for_three:
            edit(owner, [1, 2, 3])
        undo(owner, api)
        assert buttons(owner, "/leads/1", language)[0] == said
    owner.fill("/leads/2", {"name": "Bea"})
    undo(owner, api)
    assert buttons(owner, "/leads/2", language)[0] == bring_back
    owner.fill("/leads/3/call", sent(owner, 3, **WHOLE))
    undo(owner, api)
    assert buttons(owner, "/leads/3", language)[0] == all_parts


def test_leads_that_came_back_from_the_bin_go_there_again_together(owner: Clerk, api: Client) -> None:
    new_leads(api, 3)
    edit(owner, [1, 2, 3], "delete")
    undo(owner, api)
    assert buttons(owner, "/leads/1") == ["Undo for 3 leads"] * 2


def test_what_goes_with_a_lead_is_no_change_of_another(owner: Clerk, api: Client) -> None:
    lead = owner.made("/leads", {"name": "Ana", "email.email": "ana@example.pt"})
    owner.fill("/notes", {"lead_id": str(lead), "text": "Wants an offer"})
    owner.fill("/consents", {"lead_id": str(lead), "channel": "email", "state": "given"})
    owner.fill(f"/leads/{lead}/delete", {})
    undo(owner, api)
    assert set(buttons(owner, f"/leads/{lead}")) == {"Undo this change"}


def test_an_entry_of_each_lead_is_told_of_the_leads(owner: Clerk, api: Client) -> None:
    new_leads(api, 3)
    items = [{"action": "patch", "id": one, "data": {"lead_opt_in": {"email": True}}} for one in (1, 2, 3)]
    api.data("POST", "/api/lead/batch", {"items": items})
    assert buttons(owner, "/leads/1")[0] == "Undo for 3 leads"


def test_a_record_that_leads_show_says_for_how_many(owner: Clerk, api: Client) -> None:
    """Whose page it is: with an address all leads that show it change back."""
    first = api.new("lead", {"name": "Ana", "email": {"email": "ana@example.pt"}})
    shown = api.data("GET", f"/api/lead/{first}")["email"]["id"]
    second = api.new("lead", {"name": "Rui", "email": {"id": shown}})
    owner.fill(f"/emails/{shown}", {"email": "anna@example.pt"})
    assert buttons(owner, f"/emails/{shown}") == ["Undo for 2 leads", "Undo for 1 lead"]
    for lead in (first, second):
        assert buttons(owner, f"/leads/{lead}") == ["Undo for 2 leads", "Undo this change"]


def test_a_part_of_a_call_says_what_else_goes(owner: Clerk) -> None:
    lead = owner.made("/leads", {"name": "Ana"})
    owner.fill(f"/leads/{lead}/call", sent(owner, lead, **WHOLE))
    assert buttons(owner, "/notes/1") == ["Undo for 1 note, 1 lead and 1 follow-up"]
    assert buttons(owner, "/notes/1", "pt") == ["Anular em 1 nota, 1 lead e 1 tarefa"]
    assert buttons(owner, f"/leads/{lead}")[0] == "Undo stage, note and follow-up"


def test_a_merge_and_its_undo_are_one_change(owner: Clerk, api: Client) -> None:
    api.new("lead", {"name": "Ana"})
    api.new("lead", {"name": "Bea", "source": "fair"})
    api.data("POST", "/api/lead/1/merge", {"ids": [2]})
    assert buttons(owner, "/leads/1")[0] == "Undo this change"
    undo(owner, api)
    assert buttons(owner, "/leads/1")[0] == "Undo this change"


def test_who_may_not_undo_has_no_button(reader: Clerk, api: Client) -> None:
    new_leads(api, 1)
    assert buttons(reader, "/leads/1") == []
