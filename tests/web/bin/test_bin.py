"""The bin: what was deleted is seen, comes back, or goes for good."""

import re
from typing import Any

import pytest

from closum.accounts import roles
from tests.support.client import Client
from tests.support.import_calls import leads, shown
from tests.support.import_pages import checked, imported, sent
from tests.support.pages import Pages, colleague, texts
from tests.support.patience import wait_until
from tests.support.server import Server

each = pytest.mark.parametrize


def deleted(api: Client, name: str, **more: Any) -> int:
    """The id of a lead that was deleted."""
    number = api.new("lead", {"name": name, **more})
    api.data("DELETE", f"/api/lead/{number}")
    return number


def positions(page: str) -> dict[str, str]:
    """What can be chosen, by what it is called."""
    found = re.findall(r'name="id" value="(\d+)" aria-label="Select ([^"]*)"', page)
    return {name: position for position, name in found}


def test_what_was_deleted_is_listed_and_comes_back(pages: Pages, api: Client) -> None:
    number = deleted(api, "Ana")
    page = pages.shown("/bin")
    said = texts(page)
    assert f"Ana Lead {api.email} today," in said
    assert "30 days" in said
    answer = pages.submit("/bin/restore", {"id": positions(page)["Ana"]})
    assert answer.headers["location"] == "/bin"
    told = pages.shown("/bin")
    assert "Ana restored." in texts(told)
    assert "Nothing here" in texts(told)
    assert [one["id"] for one in leads(api)] == [number]
    (operation,) = re.findall(r'action="/undo/(\d+)"', told)
    api.data("POST", f"/api/operation/{operation}/undo", {})
    assert leads(api) == []


def test_a_note_and_a_follow_up_say_whose_they_are(pages: Pages, api: Client) -> None:
    lead = api.new("lead", {"name": "Ana"})
    for name in ("note", "task"):
        api.data("DELETE", f"/api/{name}/{api.new(name, {'lead_id': lead, 'text': f'Call about a {name}'})}")
    assert {*positions(pages.shown("/bin"))} == {"Call about a note, Ana", "Call about a task, Ana"}
    api.data("DELETE", f"/api/lead/{lead}")
    assert {*positions(pages.shown("/bin"))} == {"Ana", "Call about a note", "Call about a task"}


def test_a_record_comes_back_by_the_button_of_its_row_whatever_is_ticked(pages: Pages, api: Client) -> None:
    for name in ("Ana", "Rui", "Eva"):
        deleted(api, name)
    page = pages.shown("/bin")
    chosen = positions(page)
    buttons = re.findall(r'name="one" value="(\d+)">.*?Restore<span class="hide">: ([^<]*)<', page)
    assert {name: position for position, name in buttons} == chosen
    pages.submit("/bin/restore", {"one": chosen["Rui"], "id": [chosen["Ana"], chosen["Eva"]]})
    assert [one["name"] for one in leads(api)] == ["Rui"]
    pages.submit("/bin/restore", {"one": "x"}, 404)


def test_several_come_back_and_what_is_refused_says_why(pages: Pages, api: Client) -> None:
    email = {"email": "ana@example.pt"}
    deleted(api, "Rui")
    number = api.new("lead", {"name": "Ana", "email": email})
    address = api.data("GET", f"/api/lead/{number}?fields=email.id")["email"]["id"]
    api.data("DELETE", f"/api/lead/{number}")
    api.data("DELETE", f"/api/email/{address}")
    holder = api.new("email", email)
    chosen = positions(pages.shown("/bin"))
    assert {*chosen} == {"Rui", "Ana", "ana@example.pt"}
    answer = pages.submit("/bin/restore", {"id": [chosen["ana@example.pt"], chosen["Rui"]]}, 422)
    said = texts(answer.text)
    assert "1 record could not be restored" in said
    assert "belongs to another record by now" in said
    assert "1 other is back." in said
    assert f'href="/emails/{holder}"' in answer.text
    assert [one["name"] for one in leads(api)] == ["Rui"]
    (operation,) = re.findall(r'action="/undo/(\d+)"', answer.text)
    pages.submit(f"/undo/{operation}", {})
    assert leads(api) == []


@each(
    ("language", "told", "line"),
    [
        ("en", "2 leads restored.", "Restored 2 leads."),
        ("pt", "Repôs 2 leads.", "Repôs 2 leads."),
    ],
)
def test_several_come_back_in_one_operation_with_one_undo(
    pages: Pages, api: Client, language: str, told: str, line: str
) -> None:
    names = ["Ana", "Rui"]
    for name in names:
        deleted(api, name)
    pages.headers["accept-language"] = language
    page = pages.shown("/bin")
    pages.submit("/bin/restore", {"id": re.findall(r'name="id" value="(\d+)"', page)})
    said = pages.shown("/bin")
    assert told in texts(said)
    (operation,) = re.findall(r'action="/undo/(\d+)"', said)
    assert re.search(r'<button class="button" aria-keyshortcuts="u">', said)
    done = texts(pages.shown("/settings/audit"))
    assert done.count(line) == done.count(line.split(maxsplit=1)[0]) == 1
    assert sorted(one["name"] for one in leads(api)) == names
    pages.submit(f"/undo/{operation}", {})
    assert leads(api) == []
    (toast,) = re.findall(r'<div class="toast".*?</div>', pages.shown("/bin"), re.DOTALL)
    assert 'aria-keyshortcuts="u"' not in toast


def test_what_several_deletions_deleted_is_undone_by_one_restore(pages: Pages, api: Client) -> None:
    for name in ("Ana", "Rui"):
        deleted(api, name)
    pages.submit("/bin/restore", {"id": [*positions(pages.shown("/bin")).values()]})
    restore, *others = api.data("GET", "/api/operation")
    assert (restore["counts"], restore["undoes"]) == ({"lead": {"restore": 2}}, None)
    deletions = [one for one in others if one["counts"] == {"lead": {"delete": 1}}]
    assert [one["undone_by"] for one in deletions] == [restore["id"]] * 2
    for one in deletions:
        faults = api.data("POST", f"/api/operation/{one['id']}/undo", {}, 422)["errors"]
        assert [*faults["operation"]] == ["_isUndone"]
    undo = api.data("POST", f"/api/operation/{restore['id']}/undo", {})["operation"]
    assert leads(api) == []
    api.data("POST", f"/api/operation/{undo}/undo", {})
    assert sorted(one["name"] for one in leads(api)) == ["Ana", "Rui"]


def test_some_of_the_leads_of_an_undone_import_are_told_as_leads(pages: Pages, api: Client) -> None:
    number = sent(pages, "Nome,Email\nAna,ana@example.pt\nRui,rui@example.pt\nEva,eva@example.pt\n")
    checked(pages, number)
    imported(pages, number)
    pages.submit(f"/undo/{shown(api, number)['operation']}")
    chosen = positions(pages.shown("/bin?resource=lead"))
    pages.submit("/bin/restore", {"id": [chosen["Ana"], chosen["Eva"]]})
    assert "2 leads restored." in texts(pages.shown("/bin"))
    assert "Restored 2 leads." in texts(pages.shown("/settings/audit"))


def test_the_bin_comes_in_pages_and_by_kinds(pages: Pages, api: Client) -> None:
    for number in range(30):
        deleted(api, f"Lead {number:02}")
    api.data("DELETE", f"/api/email/{api.new('email', {'email': 'ana@example.pt'})}")
    first = pages.shown("/bin?resource=lead")
    assert len(positions(first)) == 25
    (after,) = re.findall(r'href="/bin\?resource=lead&amp;before=(\d+)"', first)
    assert [*positions(pages.shown(f"/bin?resource=lead&before={after}"))] == [
        f"Lead {number:02}" for number in range(4, -1, -1)
    ]
    assert [*positions(pages.shown("/bin?resource=email"))] == ["ana@example.pt"]
    assert len(positions(pages.shown("/bin?resource=<b>"))) == 25
    pages.shown("/bin?before=x", 400)


def test_records_go_for_good_once_their_number_is_typed(pages: Pages, api: Client) -> None:
    for name in ("Ana", "Rui", "Eva"):
        deleted(api, name)
    chosen = positions(pages.shown("/bin"))
    ids = [chosen["Ana"], chosen["Rui"]]
    page = pages.submit("/bin/purge", {"id": ids}, 200).text
    assert "Delete 2 records for good?" in texts(page)
    pages.submit("/bin/purge", {"id": ids, "typed": "3"}, 422)
    assert "The number is 2" in texts(pages.submit("/bin/purge", {"id": ids, "typed": ""}, 422).text)
    assert {*positions(pages.shown("/bin"))} == {"Ana", "Rui", "Eva"}
    pages.submit("/bin/purge", {"id": ids, "typed": " 2 "})
    page = pages.shown("/bin")
    assert "2 leads deleted for good." in texts(page)
    assert {*positions(page)} == {"Eva"}
    for action in ("purge", "restore"):
        assert "Nothing is selected." in texts(pages.submit(f"/bin/{action}", status=422).text)
    pages.submit("/bin/purge", {"id": "x"}, 404)


def test_the_bin_is_emptied_once_its_number_is_typed(pages: Pages, api: Client) -> None:
    assert pages.get("/bin/empty").headers["location"] == "/bin"
    for number in range(3):
        deleted(api, f"Lead {number}")
    page = pages.shown("/bin/empty")
    (last,) = re.findall(r'name="last" value="(\d+)"', page)
    assert "Type 3 to go on" in texts(page)
    pages.submit("/bin/empty", {"last": last, "typed": "2"}, 422)
    deleted(api, "Ana")  # and now there is another one that nobody has seen
    page = pages.submit("/bin/empty", {"last": last, "typed": "3"}, 422).text
    (last,) = re.findall(r'name="last" value="(\d+)"', page)
    pages.submit("/bin/empty", {"last": last, "typed": "4"})
    wait_until(lambda: "Nothing here" in pages.shown("/bin"))
    assert pages.arrives("/bin")[0] == "/bin"
    assert api.data("GET", "/api/bin") == []


def test_a_member_restores_and_an_owner_alone_deletes_for_good(
    pages: Pages, api: Client, server: Server
) -> None:
    deleted(api, "Ana")
    chosen = positions(pages.shown("/bin"))["Ana"]
    with colleague(server, api, roles.READER) as reader:
        assert 'method="post"' not in reader.shown("/bin").partition("<main")[2].partition("</main>")[0]
        reader.submit("/bin/restore", {"id": chosen}, 403)
        reader.submit("/bin/purge", {"id": chosen, "typed": "1"}, 403)
    with colleague(server, api, roles.MEMBER) as member:
        page = member.shown("/bin")
        assert "/bin/purge" not in page
        assert "/bin/empty" not in page
        member.submit("/bin/purge", {"id": chosen, "typed": "1"}, 403)
        member.shown("/bin/empty", 403)
        member.submit("/bin/empty", {"last": chosen, "typed": "1"}, 403)
        member.submit("/bin/restore", {"id": chosen})
    assert [one["name"] for one in leads(api)] == ["Ana"]


def test_every_entry_is_of_its_account_alone(pages: Pages, other_pages: Pages, api: Client) -> None:
    for name in ("Ana", "Rui"):
        deleted(api, name)
    chosen = [*positions(pages.shown("/bin")).values()]
    assert "Ana" not in other_pages.shown("/bin")
    other_pages.submit("/bin/restore", {"id": chosen})
    other_pages.submit("/bin/purge", {"id": chosen, "typed": "2"})
    assert {*positions(pages.shown("/bin"))} == {"Ana", "Rui"}
    assert pages.post("/bin/restore", data={"id": chosen}).status_code == 403
    assert leads(api) == []


def test_what_was_deleted_is_text_and_nothing_else(pages: Pages, api: Client) -> None:
    evil = '<img src=x onerror="alert(1)">'
    deleted(api, evil)
    page = pages.shown("/bin")
    assert "<img" not in page
    assert evil in texts(page)


@each(
    ("text", "found"),
    [
        ("ana", {"Ana Sá"}),
        ("SA an", {"Ana Sá"}),
        ("rui@example", {"Rui"}),
        ("912 345", {"Eva"}),
        ("+351 912345678", {"Eva"}),
        ("34", set()),
        ("na", set()),
        ("%", set()),
    ],
)
def test_the_bin_is_searched_by_name_address_and_number(
    pages: Pages, api: Client, text: str, found: set[str]
) -> None:
    deleted(api, "Ana Sá")
    deleted(api, "Rui", email={"email": "rui@example.pt"})
    deleted(api, "Eva", phone={"extension": "00351", "number": "912345678"})
    page = pages.get("/bin", params={"q": text}).text
    assert set(positions(page)) == found
    assert "Looked through 3 records; there are no older ones." in texts(page)
    assert ("Nothing in the bin matches" in texts(page)) is not bool(found)


def test_what_is_no_lead_is_found_by_what_it_is_called(pages: Pages, api: Client) -> None:
    lead = api.new("lead", {"name": "Ana"})
    for resource, body in (
        ("audience-list", {"name": "Fair 2026"}),
        ("contact-type", {"label": "Fair visitor"}),
        ("contact-lifecycle-stage", {"label": "Fair done"}),
        ("note", {"lead_id": lead, "text": "Fair enough"}),
        ("unqualified-lead", {"name": "Fair Lady"}),
        ("assignment-rule", {"source": "fair"}),
    ):
        api.data("DELETE", f"/api/{resource}/{api.new(resource, body)}")
    found = positions(pages.get("/bin", params={"q": "fair"}).text)
    assert {"Fair 2026", "Fair visitor", "Fair done", "Fair enough, Ana", "Fair Lady"} <= {*found}


def test_the_heading_counts_and_each_part_says_which_records_it_has(pages: Pages, api: Client) -> None:
    for number in range(30):
        deleted(api, f"Lead {number}")
    page = pages.shown("/bin")
    said = texts(page)
    assert "Bin 30" in said
    assert "1–25 of 30" in said
    following = re.search(r'href="([^"]*)" rel="next"', page)
    assert following
    said = texts(pages.shown(following[1]))
    assert "Bin 30" in said
    assert "26–30 of 30" in said
