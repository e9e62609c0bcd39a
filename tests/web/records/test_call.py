"""What is written down of a lead on its page: whichever parts are filled in are saved at once, and taken back at once."""

import html
import re

import pytest

from tests.support.clerk import Clerk, hidden, text_of
from tests.support.client import Client

each = pytest.mark.parametrize

STAGE, OWNER = "contact_lifecycle_stage_id", "owner_id"


def sent(clerk: Clerk, lead: int, **fields: str) -> dict[str, str]:
    """The form of a lead's page as it is, with what somebody types and chooses."""
    page = clerk.page(f"/leads/{lead}")
    own = page[page.index('id="pick"') :].partition("</form>")[0]
    names = {name.replace("__", "."): value for name, value in fields.items()}
    first = {"note.kind": "note", "task.when": "", "task.user_id": str(clerk.user_id), STAGE: "", OWNER: ""}
    return {**first, **{name: hidden(own)[name] for name in ("was", "once")}, **names}


def undo(clerk: Clerk, page: str) -> None:
    number = page.rpartition('action="/undo/')[2].partition('"')[0]
    clerk.fill(f"/undo/{number}", {})


def of(api: Client, name: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = api.get(f"/api/{name}").json()["data"]
    return found


WHOLE = {
    "note__text": "Wants an offer",
    "note__kind": "call",
    "task__text": "Send it",
    "task__when": "1",
    STAGE: "3",
}


def test_all_that_is_filled_in_is_one_operation_with_one_undo(owner: Clerk, api: Client) -> None:
    lead = owner.made("/leads", {"name": "Ana"})
    answer = owner.fill(f"/leads/{lead}/call", sent(owner, lead, **WHOLE))
    assert answer.headers["location"] == f"/leads/{lead}#call"
    page = owner.page(f"/leads/{lead}")
    assert ": noted a call, changed the stage, added a follow-up." in text_of(page)
    assert [one["text"] for one in of(api, "note")] == ["Wants an offer"]
    assert [one["text"] for one in of(api, "task")] == ["Send it"]
    undo(owner, page)
    after = text_of(owner.page(f"/leads/{lead}"))
    assert "Ana : undid note, stage and follow-up." in after
    assert (of(api, "note"), of(api, "task")) == ([], [])
    assert '<option value="" selected>' in owner.page(f"/leads/{lead}")


@each(
    ("fields", "told"),
    [
        ({"note__text": "Asks"}, ": added a note."),
        ({"note__text": "Asks", "note__kind": "meeting"}, ": noted a meeting."),
        ({STAGE: "3"}, ": changed the stage."),
        ({STAGE: "3", "note__text": "Asks", "note__kind": "email"}, ": noted an email, changed the stage."),
        ({"task__when": "7"}, ": added a follow-up."),
        ({"task__text": "Send it"}, ": added a follow-up."),
        ({}, "Nothing was changed: it was like that already."),
        ({"note__text": "  \n "}, "Nothing was changed: it was like that already."),
    ],
)
def test_what_is_empty_makes_nothing(owner: Clerk, api: Client, fields: dict[str, str], told: str) -> None:
    lead = owner.made("/leads", {"name": "Ana"})
    owner.page(f"/leads/{lead}")
    owner.fill(f"/leads/{lead}/call", sent(owner, lead, **fields))
    assert told in text_of(owner.page(f"/leads/{lead}"))
    assert len(of(api, "note")) == any("note__text" in one and fields[one].strip() for one in fields)
    assert len(of(api, "task")) == any(one.startswith("task") for one in fields)


def test_an_owner_that_is_chosen_is_told(owner: Clerk) -> None:
    lead = owner.made("/leads", {"name": "Ana"})
    owner.page(f"/leads/{lead}")
    owner.fill(f"/leads/{lead}/call", sent(owner, lead, **{STAGE: "3", OWNER: str(owner.user_id)}))
    assert ": changed the stage, changed the owner." in text_of(owner.page(f"/leads/{lead}"))


def test_a_follow_up_for_tomorrow_is_one_choice(owner: Clerk, member: Clerk, api: Client) -> None:
    lead = owner.made("/leads", {"name": "Ana"})
    chosen = {"task__due.day": "2030-02-01", "task__due.time": "09:30", "task__user_id": str(member.user_id)}
    for fields in (
        {"task__when": "1", **chosen},
        {"task__text": "Whenever", **chosen},
        {"task__when": "day", **chosen},
        {"task__when": "day", **chosen, "task__due.time": ""},
    ):
        owner.fill(f"/leads/{lead}/call", sent(owner, lead, **fields))
    tomorrow, open_ended, timed, whole = (api.get(f"/api/task/{one}").json()["data"] for one in range(1, 5))
    page = owner.page(f"/leads/{lead}")
    assert f'name="task.due.day" value="{tomorrow["due"][:10]}"' in page
    assert (tomorrow["text"], tomorrow["due"][10:]) == ("Call", "T23:59:59+00:00")
    assert (open_ended["text"], open_ended["due"]) == ("Whenever", None)
    assert [one["user_id"] for one in (tomorrow, open_ended, timed)] == [owner.user_id] * 2 + [member.user_id]
    assert (timed["due"], whole["due"]) == ("2030-02-01T09:30:00+00:00", "2030-02-01T23:59:59+00:00")


@each(
    ("wrong", "where"),
    [
        ({"task__when": "day", "task__due.day": ""}, "task-due"),
        ({"task__text": "x" * 1_001}, "task-text"),
        ({"note__text": "x" * 65_537}, "note-text"),
        ({STAGE: "999"}, STAGE),
    ],
)
def test_with_a_fault_nothing_is_saved_and_everything_stays(
    owner: Clerk, api: Client, wrong: dict[str, str], where: str
) -> None:
    lead = owner.made("/leads", {"name": "Ana"})
    fields = sent(owner, lead, **{**WHOLE, **wrong})
    shown = owner.fill(f"/leads/{lead}/call", fields, 422).text
    assert f'href="#{where}"' in shown
    assert f'id="{where}-said"' in shown
    assert (of(api, "note"), of(api, "task")) == ([], [])
    kept = [fields[one] for one in ("note.text", "task.text") if len(fields[one]) < 99]
    for text in kept:
        assert text in html.unescape(shown)
    assert re.search(r'value="call" checked', shown)
    right = sent(owner, lead, **WHOLE)
    owner.fill(f"/leads/{lead}/call", {**right, "was": fields["was"]})
    assert (len(of(api, "note")), len(of(api, "task"))) == (1, 1)


def test_two_people_choose_and_nothing_that_was_typed_is_lost(
    owner: Clerk, member: Clerk, api: Client
) -> None:
    lead = owner.made("/leads", {"name": "Ana"})
    fields = sent(owner, lead, **WHOLE)
    member.fill(f"/leads/{lead}/call", sent(member, lead, **{STAGE: "4"}))
    asked = owner.fill(f"/leads/{lead}/call", fields, 409).text
    assert f'action="/leads/{lead}/call"' in asked
    assert (of(api, "note"), of(api, "task")) == ([], [])
    kept = {name: value for name, value in hidden(asked[asked.index("<main") :]).items() if name != "_token"}
    assert kept["note.text"] == "Wants an offer"
    again = owner.fill(f"/leads/{lead}/call", kept, 422).text
    assert f'id="choose.{STAGE}-said"' in again
    assert (of(api, "note"), of(api, "task")) == ([], [])
    owner.fill(f"/leads/{lead}/call", {**kept, f"choose.{STAGE}": "theirs"})
    assert ": noted a call, added a follow-up." in text_of(owner.page(f"/leads/{lead}"))
    assert (len(of(api, "note")), len(of(api, "task"))) == (1, 1)


def test_save_and_next_leads_to_the_next_lead_of_the_list(owner: Clerk) -> None:
    for name in ("Ana", "Bea"):
        owner.made("/leads", {"name": name})
    path = "/leads/1/call?sort=name&at=1"
    assert f'action="{path.replace("&", "&amp;")}"' in owner.page("/leads/1?sort=name&at=1")
    fields = sent(owner, 1, note__text="Asks", next="1")
    assert owner.fill(path, fields).headers["location"] == "/leads/2?sort=name&at=2&from=1"
    assert ": added a note." in text_of(owner.page("/leads/2"))
    last = owner.page("/leads/2?sort=name&at=2")
    assert 'name="next"' not in last
    assert owner.fill("/leads/2/call?sort=name&at=2", {"next": "1"}).headers["location"].endswith("#call")


def test_what_somebody_else_has_changed_meanwhile_stays(owner: Clerk, member: Clerk) -> None:
    lead = owner.made("/leads", {"name": "Ana"})
    fields = sent(owner, lead, note__text="Asks")
    member.fill(f"/leads/{lead}/call", sent(member, lead, **{STAGE: "4"}))
    owner.fill(f"/leads/{lead}/call", fields)
    page = owner.page(f"/leads/{lead}")
    assert ": added a note." in text_of(page)
    assert '<option value="4" selected>' in page


def test_a_form_that_is_sent_twice_is_saved_once(owner: Clerk, api: Client) -> None:
    lead = owner.made("/leads", {"name": "Ana"})
    fields = sent(owner, lead, **WHOLE)
    for _ in range(2):
        owner.fill(f"/leads/{lead}/call", fields)
    assert (len(of(api, "note")), len(of(api, "task"))) == (1, 1)
    shown = owner.fill(f"/leads/{lead}/call", {**fields, "note.text": "Another one"}, 422).text
    assert "Another one" in shown
    assert "This form was saved already." in text_of(shown)
    again = {**fields, "note.text": "Another one", "once": hidden(shown)["once"]}
    owner.fill(f"/leads/{lead}/call", again)
    assert [one["text"] for one in of(api, "note")] == ["Wants an offer", "Another one"]


def test_what_was_typed_for_a_lead_that_is_gone_is_shown(owner: Clerk, api: Client) -> None:
    lead = owner.made("/leads", {"name": "Ana"})
    fields = sent(owner, lead, **WHOLE)
    owner.fill(f"/leads/{lead}/delete")
    gone = owner.fill(f"/leads/{lead}/call", fields, 404).text
    assert "Wants an offer" in text_of(gone)
    assert "Send it" in text_of(gone)
    carried = hidden(gone[gone.index("<main") :])
    back = owner.fill("/bin/restore", {name: carried[name] for name in ("id", "next", "kept")}, 200).text
    assert "Wants an offer" in html.unescape(back)


def test_the_kind_of_the_last_note_is_that_of_the_next_for_its_author_alone(
    owner: Clerk, member: Clerk
) -> None:
    lead = owner.made("/leads", {"name": "Ana"})
    owner.fill(f"/leads/{lead}/call", sent(owner, lead, note__text="Asks", note__kind="call"))
    said = next(one.value for one in owner.cookies.jar if one.name == "closum-note")
    member.cookies.set("closum-note", str(said))
    assert 'value="call" checked' in owner.page(f"/leads/{lead}")
    assert 'value="note" checked' in member.page(f"/leads/{lead}")


def test_a_hint_says_what_becomes_the_first_contact(owner: Clerk) -> None:
    lead = owner.made("/leads", {"name": "Ana"})
    hint = "becomes the first contact of this lead"
    assert hint in text_of(owner.page(f"/leads/{lead}"))
    owner.fill(f"/leads/{lead}/call", sent(owner, lead, note__text="Asks", note__kind="note"))
    assert hint in text_of(owner.page(f"/leads/{lead}"))
    owner.fill(f"/leads/{lead}/call", sent(owner, lead, note__text="Asks", note__kind="call"))
    assert hint not in text_of(owner.page(f"/leads/{lead}"))


def test_the_history_tells_each_part_and_offers_one_undo(owner: Clerk) -> None:
    lead = owner.made("/leads", {"name": "Ana"})
    owner.fill(f"/leads/{lead}/call", sent(owner, lead, **WHOLE))
    owner.page(f"/leads/{lead}")
    past = owner.page(f"/leads/{lead}").partition('id="h"')[2]
    for text in ("noted a call Wants an offer", "added a follow-up Send it", "set stage"):
        assert text in text_of(f"<main{past}")
    assert past.count("/undo/") == 2  # of the call, and of the lead


@each(
    ("language", "both", "one"),
    [
        ("en", "Undo stage, note and follow-up", "Undo this change"),
        ("pt", "Anular: fase, nota e tarefa", "Anular esta alteração"),
    ],
)
def test_an_undo_in_the_history_names_all_that_it_takes_back(
    owner: Clerk, language: str, both: str, one: str
) -> None:
    lead = owner.made("/leads", {"name": "Ana"})
    owner.fill(f"/leads/{lead}/call", sent(owner, lead, **WHOLE))
    owner.headers["accept-language"] = language
    owner.page(f"/leads/{lead}")
    told = text_of(owner.page(f"/leads/{lead}"))
    assert (told.count(both), told.count(one)) == (1, 1)


def test_the_page_leads_to_its_parts(owner: Clerk) -> None:
    lead = owner.made("/leads", {"name": "Ana"})

    def parts() -> list[str]:
        nav = owner.page(f"/leads/{lead}").partition('aria-label="On this page"')[2].partition("</nav>")[0]
        return re.findall('href="#([^"]+)"', nav)

    assert parts() == ["r", "h"]
    owner.fill(f"/leads/{lead}/call", sent(owner, lead, **WHOLE))
    page = owner.page(f"/leads/{lead}")
    assert parts() == ["notes", "tasks", "r", "h"]
    assert [one for one in parts() if f'id="{one}"' not in page] == []


def test_who_may_add_stages_is_led_to_them_until_there_is_one(owner: Clerk, member: Clerk) -> None:
    lead, link = owner.made("/leads", {"name": "Ana"}), 'href="/settings/stages">New stage<'
    assert link in owner.page(f"/leads/{lead}")
    assert link not in member.page(f"/leads/{lead}")
    owner.made("/contact-lifecycle-stages", {"label": "No answer"})
    page = owner.page(f"/leads/{lead}")
    assert ">No answer</option>" in page
    assert link not in page


def test_a_lead_of_another_account_is_not_there(owner: Clerk, stranger: Clerk, api: Client) -> None:
    lead = owner.made("/leads", {"name": "Secret"})
    gone = stranger.fill(f"/leads/{lead}/call", {"note.text": "In", "task.when": "1"}, 404).text
    assert "Secret" not in gone
    assert (of(api, "note"), of(api, "task")) == ([], [])


def test_who_did_what_names_the_lead_of_a_call(owner: Clerk, api: Client) -> None:
    lead, other = owner.made("/leads", {"name": "Ana"}), owner.made("/leads", {"name": "Rui"})
    owner.fill(f"/leads/{lead}/call", sent(owner, lead, **WHOLE))
    owner.fill(f"/leads/{other}/call", sent(owner, other, **{**WHOLE, STAGE: ""}))
    told = text_of(owner.page("/settings/audit"))
    assert "Rui : noted a call, added a follow-up." in told
    assert "Ana : noted a call, changed the stage, added a follow-up." in told
