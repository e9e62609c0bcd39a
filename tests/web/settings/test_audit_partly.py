"""What is undone only in part says so in "Who did what", and what is left can still be taken back."""

from typing import Any

from closum.accounts import users
from closum.operations import bulk
from closum.store import identity
from tests.support import held
from tests.support.answers import faults
from tests.support.client import Client
from tests.support.import_calls import imported, leads
from tests.support.patience import wait_until
from tests.support.server import Server
from tests.support.visiting import Visitor, cells, new_leads

AUDIT = "/settings/audit"


def line(owner: Visitor, begins: str) -> tuple[str, str]:
    """What the line says that begins so, and what its button."""
    ((told, _, _, undo),) = [row for row in cells(owner.page(AUDIT)) if row[0].startswith(begins)]
    return told, undo


def restore(api: Client, name: str) -> None:
    (entry,) = [one for one in api.data("GET", "/api/bin?limit=1000") if one["record"].get("name") == name]
    api.data("POST", f"/api/bin/{entry['id']}/restore", {})


def delete_all(api: Client) -> int:
    """Deletes all leads at once; the operation."""
    path = "/api/lead?filter=id>0"
    counted = api.request("DELETE", path, json={"dry_run": True}).json()["data"]
    answer = api.request("DELETE", path, headers={"If-Count": counted["if_count"]})
    assert answer.status_code == 200, answer.text
    return int(api.data("GET", "/api/operation")[0]["id"])


def change_all(api: Client, values: dict[str, Any]) -> int:
    """Changes all leads at once; the operation."""
    path = "/api/lead?filter=id>0"
    counted = api.request("PATCH", path, json={**values, "dry_run": True}).json()["data"]
    answer = api.request("PATCH", path, json=values, headers={"If-Count": counted["if_count"]})
    assert answer.status_code == 200, answer.text
    return int(api.data("GET", "/api/operation")[0]["id"])


def undo(api: Client, operation: int) -> Any:
    return api.data("POST", f"/api/operation/{operation}/undo", {})


def test_a_deletion_of_several_of_which_one_is_restored_is_undone_in_part(
    owner: Visitor, api: Client
) -> None:
    for name in ("Ana", "Rui", "Eva"):
        api.new("lead", {"name": name})
    deleted = delete_all(api)
    assert line(owner, "Moved 3 leads") == ("Moved 3 leads to the bin.", "Undo")
    restore(api, "Ana")
    assert line(owner, "Moved 3 leads") == ("Moved 3 leads to the bin. Undone in part", "Undo")
    owner.form(f"/undo/{deleted}", [])
    assert {one["name"] for one in leads(api)} == {"Ana", "Rui", "Eva"}
    assert line(owner, "Moved 3 leads") == ("Moved 3 leads to the bin. Undone", "")


def test_a_deletion_whose_records_were_all_restored_one_by_one_is_undone(owner: Visitor, api: Client) -> None:
    for name in ("Ana", "Rui"):
        lead = api.new("lead", {"name": name})
        api.new("note", {"lead_id": lead, "text": "Called"})
    delete_all(api)
    restore(api, "Rui")
    assert line(owner, "Moved 2 leads")[0].endswith("Undone in part")
    restore(api, "Ana")
    assert line(owner, "Moved 2 leads")[0].endswith("to the bin. Undone")


def test_a_restore_that_is_undone_leaves_the_deletion_as_it_was(owner: Visitor, api: Client) -> None:
    for name in ("Ana", "Rui"):
        api.new("lead", {"name": name})
    delete_all(api)
    restore(api, "Ana")
    undo(api, api.data("GET", "/api/operation")[0]["id"])
    assert line(owner, "Moved 2 leads") == ("Moved 2 leads to the bin.", "Undo")


def test_an_undone_import_of_which_one_lead_is_restored_is_undone_in_part(
    owner: Visitor, api: Client
) -> None:
    done = imported(api, "Nome,Email\nAna,ana@example.pt\nRui,rui@example.pt\n")
    undo(api, done["operation"])
    assert line(owner, "Imported")[0].endswith("Undone")
    restore(api, "Ana")
    assert line(owner, "Imported") == ("Imported 2 leads from leads.csv . Undone in part", "Undo")
    assert line(owner, "Undid the import") == (
        "Undid the import of leads.csv . Undone in part",
        "Bring back",
    )


def test_what_else_an_undone_import_had_changed_is_not_restored_with_its_lead(
    owner: Visitor, api: Client
) -> None:
    eva = api.new("lead", {"name": "Eva", "email": {"email": "eva@example.pt"}})
    done = imported(
        api, "Nome,Email,Origem\nAna,ana@example.pt,fair\nEva,eva@example.pt,fair\n", on_match="update"
    )
    assert done["counts"]["updated"] == 1
    undo(api, done["operation"])
    restore(api, "Ana")
    assert line(owner, "Imported")[0].endswith("Undone in part")
    (restored, *_) = api.data("GET", "/api/operation")
    owner.form(f"/undo/{restored['undoes']}", [])
    assert line(owner, "Imported") == ("Imported 2 rows from leads.csv .", "Undo")
    assert api.data("GET", f"/api/lead/{eva}?fields=source")["source"] == "fair"


def test_a_long_deletion_is_undone_in_part_until_the_last_lead_is_there(
    server: Server, owner: Visitor, api: Client
) -> None:
    number = held.STEP + 2
    new_leads(api, number)
    with server.session() as session, session.write() as unit:
        account = identity.account_by_key(unit, users.name_key(api.account))
        assert account
        own = unit.of(account.id)
        held.begin_change(own, number, None)
        assert not held.turn(own, bulk.kind(), 7)
    entries = api.data("GET", "/api/bin?limit=1000")
    api.data("POST", f"/api/bin/{entries[-1]['id']}/restore", {})
    begins = f"Moved {number} leads"
    assert line(owner, begins)[0].endswith("Undone in part")
    undo(api, entries[0]["operation"])
    wait_until(lambda: not api.data("GET", "/api/bin"))
    assert line(owner, begins)[0].endswith("to the bin. Undone")


def test_what_was_changed_since_is_left_and_can_be_chosen_from(owner: Visitor, api: Client) -> None:
    ids = [api.new("lead", {"name": name}) for name in ("Ana", "Rui", "Eva")]
    operation = change_all(api, {"source": "fair"})
    api.data("PATCH", f"/api/lead/{ids[0]}", {"source": "shop"})
    api.data("DELETE", f"/api/lead/{ids[1]}")
    undo(api, operation)
    assert line(owner, "Changed 3 leads") == ("Changed 3 leads. Undone in part", "Undo")
    asked = f"/undo/{operation}/choice"
    kept = owner.form(asked, [(f"take.lead.{ids[0]}.source", "present")])
    assert "Nothing was changed" in owner.page(kept.headers["location"])
    assert line(owner, "Changed 3 leads")[0].endswith("Undone in part")
    api.data("DELETE", f"/api/lead/{ids[0]}")
    assert line(owner, "Changed 3 leads") == ("Changed 3 leads. Undone", "")


def test_nothing_is_left_of_what_was_taken_back_wholly(owner: Visitor, api: Client) -> None:
    lead = api.new("lead", {"name": "Ana", "email": {"email": "ana@example.pt"}})
    api.new("note", {"lead_id": lead, "text": "Called"})
    undo(api, api.data("GET", "/api/operation")[0]["id"])
    api.data("PATCH", f"/api/lead/{lead}", {"email": {"email": "eva@example.pt"}, "name": "Eva"})
    undo(api, api.data("GET", "/api/operation")[0]["id"])
    marks = [row[0] for row in cells(owner.page(AUDIT)) if "Undone" in row[0]]
    assert len(marks) == 2
    assert not [one for one in marks if "in part" in one]


def test_a_choice_of_the_earlier_value_leaves_nothing(owner: Visitor, api: Client) -> None:
    lead = api.new("lead", {"name": "Ana", "source": "web"})
    api.new("lead", {"name": "Rui"})
    operation = change_all(api, {"source": "fair"})
    api.data("PATCH", f"/api/lead/{lead}", {"source": "shop"})
    undo(api, operation)
    assert line(owner, "Changed 2 leads") == ("Changed 2 leads. Undone in part", "Undo")
    owner.form(f"/undo/{operation}/choice", [(f"take.lead.{lead}.source", "earlier")])
    assert api.data("GET", f"/api/lead/{lead}?fields=source")["source"] == "web"
    assert line(owner, "Changed 2 leads") == ("Changed 2 leads. Undone", "")


def test_what_is_left_is_found_wherever_in_the_operation_it_is(owner: Visitor, api: Client) -> None:
    new_leads(api, 300)
    operation = change_all(api, {"source": "fair", "name": "Fair"})
    api.data("PATCH", "/api/lead/271", {"source": "shop"})
    undo(api, operation)
    assert line(owner, "Changed 300 leads") == ("Changed 300 leads. Undone in part", "Undo…")
    owner.form(f"/undo/{operation}/choice", [("take.lead.271.source", "earlier")])
    assert line(owner, "Changed 300 leads") == ("Changed 300 leads. Undone", "")
    api.data("PATCH", "/api/lead/271", {"source": "later"})
    assert line(owner, "Changed 300 leads") == ("Changed 300 leads. Undone", "")
    assert faults(api.post(f"/api/operation/{operation}/undo", json={})) == {"operation": "_isUndone"}


def test_earlier_values_that_an_undo_brought_and_another_one_took_settle_nothing(
    owner: Visitor, api: Client
) -> None:
    ids = [api.new("lead", {"name": name, "source": "web"}) for name in ("Ana", "Rui")]
    operation = change_all(api, {"source": "fair"})
    undo(api, undo(api, operation)["operation"])
    api.data("PATCH", f"/api/lead/{ids[0]}", {"source": "shop"})
    undo(api, operation)
    assert line(owner, "Changed 2 leads") == ("Changed 2 leads. Undone in part", "Undo")
    assert [one["reason"] for one in undo(api, operation)["left"]] == ["changed since"]
    owner.form(f"/undo/{operation}/choice", [(f"take.lead.{ids[0]}.source", "earlier")])
    assert api.data("GET", f"/api/lead/{ids[0]}?fields=source")["source"] == "web"
    assert line(owner, "Changed 2 leads") == ("Changed 2 leads. Undone", "")
