"""Files of other records than leads, and which column is to blame for what the write refuses."""

from typing import Any

from closum.accounts import roles, users
from tests.conftest import sign_up
from tests.support.answers import failure
from tests.support.client import Client
from tests.support.import_calls import imported, send, shown, started
from tests.support.server import Server

LISTS = "audience-list"


def sent(api: Client, resource: str, content: str) -> int:
    return send(api, content, resource=resource)


def names(api: Client) -> list[Any]:
    return [one["name"] for one in api.data("GET", f"/api/{LISTS}")]


def refused(found: Any) -> list[tuple[int, int, str, str]]:
    """The line, the column, the property and the rule of each fault."""
    return [
        (row["line"], one["column"], one["property"], one["rule"])
        for row in found["faults"]
        for one in row["faults"]
    ]


def test_rows_become_records_of_the_resource(api: Client) -> None:
    number = sent(api, "audience_list", "Nome;x\nNews;1\nFairs;2\n;none\n")
    found = shown(api, number)
    assert (found["resource"], found["match"], found["on_match"]) == ("audience_list", ["id"], "update")
    assert [one["to"] for one in found["columns"]] == ["name", None]
    tried = started(api, number, dry_run=True)
    assert tried["counts"] == {"created": 2, "updated": 0, "skipped": 0, "faulty": 1, "left_out": 0}
    assert tried["preview"][0] == {"line": 2, "result": "created", "lead": {}, "record": {"name": "News"}}
    assert names(api) == []
    done = started(api, number)
    assert (done["counts"], names(api)) == (tried["counts"], ["News", "Fairs"])
    assert refused(done) == [(4, 1, "name", "_required")]
    api.data("POST", f"/api/operation/{done['operation']}/undo")
    assert names(api) == []


def test_a_row_with_an_id_changes_that_record(api: Client) -> None:
    news = api.new(LISTS, {"name": "News"})
    number = sent(
        api, "audience_list", f"id,name\n{news},Letters\n{news},Letters\n{news + 9},Fairs\n,Shops\n"
    )
    assert {one["heading"]: one["to"] for one in shown(api, number)["columns"]} == {
        "id": None,
        "name": "name",
    }
    api.data("PUT", f"/api/import/{number}", {"mapping": [{"heading": "id", "to": "id"}], "on_match": "fail"})
    assert started(api, number, dry_run=True)["counts"] == started(api, number)["counts"]
    done = shown(api, number)
    assert done["counts"] == {"created": 1, "updated": 2, "skipped": 0, "faulty": 1, "left_out": 0}
    assert refused(done) == [(4, 1, "id", "_existsIn")]
    assert names(api) == ["Letters", "Shops"]


def test_records_of_a_lead_name_it(api: Client) -> None:
    ana = api.new("lead", {"name": "Ana", "email": {"email": "ana@example.com"}})
    for _ in range(2):
        api.new("lead", {"name": "Rui"})
    rows = f"lead,text,kind\nAna,One,call\nana@example.com,Two,\n{ana},Three,\nRui,Four,\nEva,Five,\n"
    number = sent(api, "note", rows)
    done = started(api, number)
    assert [(one["lead_id"], one["text"]) for one in api.data("GET", "/api/note")] == [
        (ana, "One"),
        (ana, "Two"),
        (ana, "Three"),
    ]
    assert refused(done) == [(5, 1, "lead_id", "_ambiguous"), (6, 1, "lead_id", "_existsIn")]


def test_leads_are_what_rows_become_otherwise(api: Client) -> None:
    assert shown(api, send(api, "Nome,E-mail\nAna,ana@example.com\n"))["resource"] == "lead"


def test_a_resource_without_imports_is_refused(api: Client) -> None:
    for name in ("", "city", "email", "unqualified_lead", "account", "gadget"):
        answer = api.post(f"/api/import?resource={name}", content=b"name\nNews\n")
        assert failure(answer, 400)["message"].startswith("'resource' must be one of lead, "), name


def test_who_may_not_write_records_imports_none(server: Server, api: Client) -> None:
    member = sign_up(server, api.account)
    with server.session() as session, session.write() as unit:
        users.set_role(unit, users.user_named(unit, member.email), roles.MEMBER)
    number = sent(api, "contact_type", "label\nShop\n")
    with member:
        assert sent(member, "audience_list", "name\nNews\n")
        assert member.post("/api/import?resource=contact_type", content=b"label\nShop\n").status_code == 403
        assert member.post(f"/api/import/{number}/start").status_code == 403
        assert member.request("PUT", f"/api/import/{number}", json={}).status_code == 403
    assert started(api, number)["counts"]["created"] == 1


def test_a_mapping_is_kept_for_the_resource_alone(api: Client) -> None:
    content = "what,name\nNews,Ana\n"
    number = sent(api, "audience_list", content)
    api.data("PUT", f"/api/import/{number}", {"mapping": [{"heading": "what", "to": "name"}]})
    for resource, to in (("audience_list", ["name", None]), ("lead", ["name", "custom_data.what"])):
        columns = shown(api, sent(api, resource, content))["columns"]
        assert [one["to"] for one in columns] == to


def test_what_the_write_refuses_of_a_lead_names_its_column(api: Client) -> None:
    rows = "Nome,Fase,E-mail\nAna,77,ana@example.com\n"
    mapping = [{"heading": "Fase", "to": "contact_lifecycle_stage_id"}]
    found = imported(api, rows, mapping=mapping)
    assert refused(found) == [(2, 2, "contact_lifecycle_stage_id", "_existsIn")]


def test_numbers_alone_are_no_sum_and_texts_alone_no_title(api: Client) -> None:
    ana, news = api.new("lead", {"name": "Ana"}), api.new(LISTS, {"name": "News"})
    number = sent(api, "lead_audience_list", f"id,lead_id,audience_list_id\n,{ana},{news}\n")
    assert started(api, number)["counts"]["created"] == 1
    number = sent(api, "audience_list", "name;x\nFair: Lisbon;\nSummit 2026-11-10;\nTotal;12\nSource: CRM\n")
    done = started(api, number)
    assert (done["counts"]["left_out"], names(api)) == (2, ["News", "Fair: Lisbon", "Summit 2026-11-10"])


def test_a_record_that_is_there_already_is_no_new_one(api: Client) -> None:
    ana, news = api.new("lead", {"name": "Ana"}), api.new(LISTS, {"name": "News"})
    rows = "lead,audience_list\n" + f"{ana},{news}\n" * 2
    for created in (1, 0):
        number = sent(api, "lead_audience_list", rows)
        tried, done = started(api, number, dry_run=True), started(api, number)
        assert done["counts"]["created"] == tried["counts"]["created"] == created
        assert done["counts"]["updated"] == tried["counts"]["updated"] == 2 - created
    assert done["operation"] is None


def test_an_export_names_the_same_users(api: Client) -> None:
    rule = {"source": "web", "user_ids": [one["id"] for one in api.data("GET", "/api/user")]}
    api.new("assignment-rule", rule)
    for kind in ("csv", "xlsx", "ndjson"):
        file = api.get("/api/assignment-rule/export", params={"format": kind}).content
        number = send(api, file, resource="assignment_rule")
        assert refused(started(api, number)) == []
    found = api.data("GET", "/api/assignment-rule")
    assert [{name: one[name] for name in rule} for one in found] == [rule] * 8


def test_a_number_without_a_prefix_is_one_of_the_country_of_the_account(api: Client) -> None:
    for name, typed in (("Ana", "+351 912 345 678"), ("Eva", "+34 912 345 678"), ("Rui", "+34 612 345 678")):
        api.new("lead", {"name": name, "phone": {"number": typed}})
    content = "lead_id,text\n912 345 678,Called\n612 345 678,Called\n+34 912345678,Called\n"
    found = started(api, sent(api, "note", content))
    assert refused(found) == [(2, 1, "lead_id", "_ambiguous")]
    api.data("PATCH", "/api/account", {"country": "PT"})
    found = started(api, sent(api, "note", content))
    assert found["counts"]["created"] == 3
    assert [one["lead_id"] for one in api.data("GET", "/api/note?sort=id")] == [3, 2, 1, 3, 2]
