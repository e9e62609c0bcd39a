"""Contact lifecycle stages: nine that every account has, its own ones, and the leads that are in them."""

from itertools import pairwise
from typing import Any

import pytest

from tests.conftest import sign_up
from tests.support.answers import DATE, faults
from tests.support.client import Client
from tests.support.server import Server

each = pytest.mark.parametrize
STAGE, STAGES = "contact_lifecycle_stage_id", "/api/contact-lifecycle-stage"
FIXED = [f"{STAGES}/{number}" for number in (1, 9)]


def stage(api: Client, label: str = "Proposta", **more: Any) -> int:
    return api.new("contact-lifecycle-stage", {"label": label} | more)


def lead(api: Client, stage_id: int | None) -> int:
    return api.new("lead", {"name": "Ana", STAGE: stage_id})


def stage_of(api: Client, number: int) -> Any:
    return api.data("GET", f"/api/lead/{number}?fields={STAGE}")[STAGE]


def stays(api: Client, number: int, query: str = "") -> Any:
    return api.data("GET", f"/api/lead/{number}/stages{query}")


def ids(api: Client, query: str) -> list[int]:
    return [one["id"] for one in api.data("GET", f"/api/lead?{query}")]


def test_its_own_come_behind_the_nine_in_their_order(api: Client) -> None:
    assert [stage(api), stage(api, "Entre", position=35), stage(api, "Último", archived=True)] == [
        100,
        101,
        102,
    ]
    found = api.data("GET", f"{STAGES}?fields=id,label,position,archived")
    assert [one["id"] for one in found] == [1, 2, 3, 101, 4, 5, 6, 7, 8, 9, 100, 102]
    assert found[0] == {"id": 1, "label": "Não Qualificado", "position": 10, "archived": 0}
    assert found[-1] == {"id": 102, "label": "Último", "position": 100, "archived": 1}
    assert [one["id"] for one in api.data("GET", f"{STAGES}?sort=id&direction=desc&limit=4")] == [
        102,
        101,
        100,
        9,
    ]
    assert [one["id"] for one in api.data("GET", f"{STAGES}?sort=id&page=3&limit=5")] == [101, 102]


def test_an_account_knows_nothing_of_anothers(api: Client, other_api: Client) -> None:
    own = stage(api)
    assert other_api.get(f"{STAGES}/{own}").status_code == 404
    assert faults(other_api.post("/api/lead", json={"name": "Ana", STAGE: own})) == {STAGE: "_existsIn"}
    assert stage(other_api) == own


@each("path", FIXED)
def test_the_nine_stay_as_they_are(api: Client, path: str) -> None:
    before = api.data("GET", path)
    for method in ("PUT", "PATCH"):
        assert faults(api.request(method, path, json={"label": "Other"})) == {"id": "_isFixed"}
    assert faults(api.delete(path)) == {"id": "_isFixed"}
    assert api.data("GET", path) == before


@each("position", [-1, 1_000_001, 10**30, "1.5", True])
def test_a_position_that_is_none(api: Client, position: Any) -> None:
    answer = api.post(STAGES, json={"label": "Proposta", "position": position})
    (rule,) = faults(answer).values()
    assert rule in ("_between", "_integer")
    assert api.get(STAGES).json()["pagination"]["count"] == 9


@each("stage_id", [0, 10, 99, 100, -1, 10**30, "abc"])
def test_a_stage_that_is_not_there(api: Client, stage_id: Any) -> None:
    (rule,) = faults(api.post("/api/lead", json={"name": "Ana", STAGE: stage_id})).values()
    assert rule in ("_existsIn", "_integer")
    ana = lead(api, 3)
    assert faults(api.put(f"/api/lead/{ana}", json={STAGE: stage_id})).keys() == {STAGE}
    assert stage_of(api, ana) == 3


def test_every_write_of_leads_takes_it(api: Client) -> None:
    ana = api.new("lead", {"name": "Ana", STAGE: "3", "email": {"email": "ana@example.com"}})
    assert stage_of(api, ana) == 3
    for method, body in (("PUT", {STAGE: 4}), ("PATCH", {STAGE: 5})):
        api.data(method, f"/api/lead/{ana}", body)
        assert stage_of(api, ana) == body[STAGE]
    found = api.post(
        "/api/lead?match=email&on_match=update", json={"email": {"email": "ana@example.com"}, STAGE: 6}
    )
    assert (found.status_code, stage_of(api, ana)) == (200, 6)
    api.data("POST", "/api/lead/batch", {"items": [{"action": "patch", "id": ana, "data": {STAGE: 7}}]})
    assert stage_of(api, ana) == 7
    dry = api.request("PATCH", f"/api/lead?filter=id={ana}", json={STAGE: 8, "dry_run": True}).json()["data"]
    api.request("PATCH", f"/api/lead?filter=id={ana}", json={STAGE: 8, "if_count": dry["if_count"]})
    assert stage_of(api, ana) == 8
    api.data("PATCH", f"/api/lead/{ana}", {STAGE: None})
    assert stage_of(api, ana) is None


def test_leads_are_found_by_their_stage(api: Client) -> None:
    ana, rui, eva = (lead(api, one) for one in (3, 7, None))
    assert ids(api, f"{STAGE}=3") == [ana]
    assert ids(api, f"filter={STAGE}=3&filter={STAGE}=7") == [ana, rui]
    assert ids(api, f"filter={STAGE}>=4") == [rui]
    assert ids(api, f"filter={STAGE}!=3") == [rui, eva]
    assert ids(api, f"filter={STAGE}=") == [eva]
    assert ids(api, f"filter={STAGE}!=") == [ana, rui]
    assert ids(api, f"q=ana&filter={STAGE}=7") == [rui]
    assert ids(api, f"q=ana&filter={STAGE}=") == [eva]
    shown = api.data("GET", f"/api/lead/{ana}?fields=id,contact_lifecycle_stage.label")
    assert shown == {"id": ana, "contact_lifecycle_stage": {"label": "Lead"}}


def test_one_that_leads_are_in_is_not_deleted(api: Client) -> None:
    own = stage(api)
    first, second = lead(api, own), lead(api, own)
    answer = api.delete(f"{STAGES}/{own}")
    assert faults(answer) == {"id": "_isUsed"}
    text = answer.json()["data"]["errors"]["id"]["_isUsed"]
    assert text.startswith(f"Leads {first} and {second} use it: set its 'archived' to 1 instead")


def test_one_that_leads_were_in_is_not_deleted(api: Client) -> None:
    """Also where these are in the bin, and by an undo of its making."""
    made = api.post(STAGES, json={"label": "Proposta"})
    own = made.json()["data"]["id"]
    first, second = lead(api, own), lead(api, own)
    api.data("DELETE", f"/api/lead/{first}")
    api.data("PATCH", f"/api/lead/{second}", {STAGE: 1})
    answer = api.delete(f"{STAGES}/{own}")
    assert faults(answer) == {"id": "_isUsed"}
    text = answer.json()["data"]["errors"]["id"]["_isUsed"]
    assert text.startswith(f"Leads {first} and {second} were in it: set its 'archived' to 1 instead")
    done = api.data("POST", f"/api/operation/{made.headers['X-Operation']}/undo", {})
    assert [one["reason"] for one in done["left"]] == ["used by another record"]
    assert [one["label"] for one in stays(api, second)] == ["Não Qualificado", "Proposta"]
    (entry,) = api.data("GET", "/api/bin")
    api.data("DELETE", f"/api/bin/{entry['id']}")
    text = api.delete(f"{STAGES}/{own}").json()["data"]["errors"]["id"]["_isUsed"]
    assert text.startswith(f"Lead {second} was in it")
    api.data("DELETE", f"/api/lead/{second}")
    (entry,) = api.data("GET", "/api/bin")
    api.data("DELETE", f"/api/bin/{entry['id']}")
    api.data("DELETE", f"{STAGES}/{own}")


def forget_stays(server: Server, own: int) -> None:
    """As before versions that refuse to delete a stage which leads were in."""
    with server.session() as session, session.write() as unit:
        assert unit.run("DELETE FROM lead_stage WHERE stage_id = ? AND departed IS NOT NULL", (own,))


def test_what_comes_back_without_its_stage(server: Server, api: Client) -> None:
    for one in range(100, 105):
        assert stage(api) == one  # ids that no other account of the server has
    own = stage(api)
    ana = lead(api, own)
    change = api.patch(f"/api/lead/{ana}", json={STAGE: 2}).headers["X-Operation"]
    forget_stays(server, own)
    gone = api.delete(f"{STAGES}/{own}").headers["X-Operation"]
    left = api.data("POST", f"/api/operation/{change}/undo", {})["left"]
    assert left == [
        {
            "resource": "lead",
            "id": ana,
            "properties": [STAGE],
            "reason": "what it names is not there any more",
        }
    ]
    assert stage_of(api, ana) == 2
    api.data("POST", f"/api/operation/{gone}/undo", {})
    api.data("PATCH", f"/api/lead/{ana}", {STAGE: own})
    deleted = api.delete(f"/api/lead/{ana}").headers["X-Operation"]
    forget_stays(server, own)
    api.data("DELETE", f"{STAGES}/{own}")
    api.data("POST", f"/api/operation/{deleted}/undo", {})
    assert stage_of(api, ana) is None
    assert stays(api, ana)[0]["left"] is not None


def test_the_undo_of_a_new_stage_that_a_lead_is_in_by_now(api: Client) -> None:
    made = api.post(STAGES, json={"label": "Proposta"})
    lead(api, 100)
    done = api.data("POST", f"/api/operation/{made.headers['X-Operation']}/undo", {})
    assert [one["reason"] for one in done["left"]] == ["used by another record"]
    assert api.get(f"{STAGES}/100").status_code == 200


def test_no_lead_is_given_an_archived_stage(api: Client) -> None:
    own = stage(api)
    ana, rui = lead(api, own), lead(api, 1)
    api.data("PATCH", f"{STAGES}/{own}", {"archived": True})
    fault = {STAGE: "_archived"}
    assert faults(api.post("/api/lead", json={"name": "Eva", STAGE: own})) == fault
    assert faults(api.put(f"/api/lead/{rui}", json={STAGE: own})) == fault
    assert faults(api.patch(f"/api/lead/{rui}", json={STAGE: str(own)})) == fault
    items = [{"action": "patch", "id": one, "data": {STAGE: own}} for one in (rui, ana)]
    batch = api.data("POST", "/api/lead/batch", {"items": items})
    assert [one["status"] for one in batch] == [422, 200]
    many = api.request("PATCH", f"/api/lead?filter=id={rui}", json={STAGE: own, "dry_run": True})
    assert faults(many) == fault
    assert faults(api.put(f"/api/lead/{rui}", json={STAGE: 2**63 - 1})) == {STAGE: "_existsIn"}
    for body in ({STAGE: own}, {"name": "Ana Sá", STAGE: own}, {"name": "Ana"}):  # that it is in already
        assert api.put(f"/api/lead/{ana}", json=body).status_code == 200
    matched = api.post("/api/lead?match=id&on_match=update", json={"id": ana, "name": "Ana", STAGE: own})
    assert matched.status_code == 200
    api.data("PATCH", f"{STAGES}/{own}", {"archived": False})
    api.data("PUT", f"/api/lead/{rui}", {STAGE: own})


def test_an_archived_stage_comes_back_with_its_lead(api: Client) -> None:
    """By an undo, from the bin, and by a merge."""
    own = stage(api)
    ana, rui = lead(api, own), lead(api, None)
    change = api.patch(f"/api/lead/{ana}", json={STAGE: 1}).headers["X-Operation"]
    api.data("PATCH", f"{STAGES}/{own}", {"archived": True})
    assert api.data("POST", f"/api/operation/{change}/undo", {})["left"] == []
    assert stage_of(api, ana) == own
    api.data("DELETE", f"/api/lead/{ana}")
    (entry,) = api.data("GET", "/api/bin")
    api.data("POST", f"/api/bin/{entry['id']}/restore", {})
    assert stage_of(api, ana) == own
    api.data("POST", f"/api/lead/{rui}/merge", {"ids": [ana]})
    assert stage_of(api, rui) == own


def test_when_a_lead_entered_and_left_each(api: Client) -> None:
    ana = lead(api, None)
    assert stays(api, ana) == []
    for one in (3, 4, 3, None, 3):
        api.data("PATCH", f"/api/lead/{ana}", {STAGE: one})
    api.data("PATCH", f"/api/lead/{ana}", {"name": "Ana Sá"})
    found = stays(api, ana)
    assert [(one[STAGE], one["label"], one["left"] is None) for one in found] == [
        (3, "Lead", True),
        (3, "Lead", False),
        (4, "Marketing Qualified Lead", False),
        (3, "Lead", False),
    ]
    assert all(list(one) == [STAGE, "label", "entered", "left", "lead_id"] for one in found)
    assert {one["lead_id"] for one in found} == {ana}
    assert all(DATE.fullmatch(one["entered"]) for one in found)
    assert all(before["left"] <= after["entered"] for after, before in pairwise(found))


def test_they_are_read_in_pages(api: Client) -> None:
    ana = lead(api, 1)
    for one in range(2, 8):
        api.data("PATCH", f"/api/lead/{ana}", {STAGE: one})
    found: list[int] = []
    before: str | None = ""
    while before is not None:
        answer = api.get(f"/api/lead/{ana}/stages?limit=3{before and f'&before={before}'}").json()
        found += [one[STAGE] for one in answer["data"]]
        before = answer["pagination"]["next"]
    assert found == [7, 6, 5, 4, 3, 2, 1]
    assert api.get("/api/lead/999/stages").status_code == 404


def test_a_lead_that_goes_leaves_its_stage_and_enters_it_again(api: Client) -> None:
    ana = lead(api, 3)
    gone = api.delete(f"/api/lead/{ana}").headers["X-Operation"]
    assert api.get(f"/api/lead/{ana}/stages").status_code == 404
    api.data("POST", f"/api/operation/{gone}/undo", {})
    assert [(one[STAGE], one["left"] is None) for one in stays(api, ana)] == [(3, True), (3, False)]
    change = api.patch(f"/api/lead/{ana}", json={STAGE: 4}).headers["X-Operation"]
    api.data("POST", f"/api/operation/{change}/undo", {})
    assert [one[STAGE] for one in stays(api, ana)] == [3, 4, 3, 3]
    assert stage_of(api, ana) == 3


def test_a_lead_takes_the_stage_of_those_that_go_into_it(api: Client) -> None:
    ana, rui = lead(api, None), lead(api, 7)
    preview = api.data("POST", f"/api/lead/{ana}/merge", {"ids": [rui], "dry_run": True})
    assert STAGE not in preview["record"]
    merged = api.post(f"/api/lead/{ana}/merge", json={"ids": [rui]})
    assert (merged.status_code, stage_of(api, ana)) == (200, 7)
    api.data("POST", f"/api/operation/{merged.headers['X-Operation']}/undo", {})
    assert (stage_of(api, ana), stage_of(api, rui)) == (None, 7)
    assert [one["left"] is None for one in stays(api, rui)] == [True, False]


def test_a_lead_shows_the_stages_of_those_that_went_into_it(api: Client) -> None:
    """Over chains, until an undo gives them back."""
    ana, rui, eva = (lead(api, one) for one in (1, 2, 3))
    api.data("PATCH", f"/api/lead/{rui}", {STAGE: 4})
    merges = [
        api.post(f"/api/lead/{target}/merge", json={"ids": [one]}).headers["X-Operation"]
        for target, one in ((rui, eva), (ana, rui))
    ]
    expected = [(rui, 4), (eva, 3), (rui, 2), (ana, 1)]
    found = stays(api, ana)
    assert [(one["lead_id"], one[STAGE]) for one in found] == expected
    assert [one["left"] is None for one in found] == [False, False, False, True]
    pages = list[int]()
    before: str | None = ""
    while before is not None:
        answer = api.get(f"/api/lead/{ana}/stages?limit=1{before and f'&before={before}'}").json()
        pages += [one[STAGE] for one in answer["data"]]
        before = answer["pagination"]["next"]
    assert pages == [4, 3, 2, 1]
    api.data("POST", f"/api/operation/{merges[1]}/undo", {})
    assert [one["lead_id"] for one in stays(api, ana)] == [ana]
    assert [(one["lead_id"], one[STAGE]) for one in stays(api, rui)] == [(rui, 4), *expected[:3]]
    api.data("POST", f"/api/operation/{merges[0]}/undo", {})
    assert [(one["lead_id"], one[STAGE]) for one in stays(api, eva)] == [(eva, 3), (eva, 3)]
    assert {one["lead_id"] for one in stays(api, rui)} == {rui}


def test_a_purged_lead_leaves_nothing(api: Client) -> None:
    ana = lead(api, 3)
    api.data("DELETE", f"/api/lead/{ana}")
    (entry,) = api.data("GET", "/api/bin")
    api.data("DELETE", f"/api/bin/{entry['id']}")
    assert api.get(f"/api/lead/{ana}/stages").status_code == 404


def test_the_history_of_a_lead_has_its_stage(api: Client) -> None:
    ana = lead(api, 3)
    api.data("PATCH", f"/api/lead/{ana}", {STAGE: 4})
    changed, _ = api.data("GET", f"/api/lead/{ana}/history")
    assert changed["properties"] == {STAGE: {"before": 3, "after": 4}}


def test_a_new_account_has_the_nine(server: Server) -> None:
    with sign_up(server) as client:
        answer = client.get(f"{STAGES}/").json()
    assert answer["pagination"]["count"] == 9
    assert [list(one) for one in answer["data"]] == [["id", "label"]] * 9


@each("stage_id", [1, 5, "99", 0])
def test_an_id_of_those_that_every_account_has_is_refused(api: Client, stage_id: object) -> None:
    answer = api.post(STAGES, json={"id": stage_id, "label": "Proposta"})
    assert faults(answer) == {"id": "_isReserved"}
    assert len(api.data("GET", f"{STAGES}?limit=100")) == 9
    assert api.new("contact-lifecycle-stage", {"id": 200, "label": "Proposta"}) == 100
