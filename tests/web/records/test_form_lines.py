"""How a form asks: a box for what is ticked, and short inputs in two columns."""

import re

from tests.support.clerk import Clerk, hidden
from tests.support.client import Client


def _task(api: Client) -> int:
    return api.new("task", {"lead_id": api.new("lead", {"name": "Ana"}), "text": "Call back"})


def _form(owner: Clerk, task: int) -> dict[str, str]:
    kept = hidden(owner.page(f"/tasks/{task}/edit"))
    return {name: kept[name] for name in ("tag", "was", "done")}


def test_a_follow_up_is_done_by_a_box_that_is_ticked(owner: Clerk, api: Client) -> None:
    task = _task(api)
    shown = owner.page(f"/tasks/{task}/edit")
    assert '<input type="checkbox" id="done" name="done" value="true">' in shown
    assert "done.day" not in shown
    owner.fill(f"/tasks/{task}", {**_form(owner, task), "done": ["false", "true"]})
    done = api.data("GET", f"/api/task/{task}")["done"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", done)
    assert 'name="done" value="true" checked' in owner.page(f"/tasks/{task}/edit")


def test_the_time_when_it_was_done_stays_until_the_box_is_empty(owner: Clerk, api: Client) -> None:
    task, then = _task(api), "2026-01-31T17:00:00+00:00"
    api.patch(f"/api/task/{task}", json={"done": then}).raise_for_status()
    owner.fill(f"/tasks/{task}", {**_form(owner, task), "done": ["false", "true"], "text": "Call again"})
    record = api.data("GET", f"/api/task/{task}")
    assert (record["done"], record["text"]) == (then, "Call again")
    owner.fill(f"/tasks/{task}", _form(owner, task))
    assert api.data("GET", f"/api/task/{task}")["done"] is None


def test_a_new_follow_up_is_open_and_can_be_done_already(owner: Clerk, api: Client) -> None:
    lead = str(api.new("lead", {"name": "Ana"}))
    for sent, is_done in ((["false"], False), (["false", "true"], True)):
        task = owner.made("/tasks", {"lead_id": lead, "text": "Call back", "done": sent})
        assert (api.data("GET", f"/api/task/{task}")["done"] is not None) is is_done


def test_short_inputs_stand_in_two_columns_what_a_lead_is_reached_by_does_not(owner: Clerk) -> None:
    _, *pairs = owner.page("/leads/new").split('<div class="two">')
    names = [re.findall(r' name="([a-z_]+)"', one.partition("</details>")[0])[:2] for one in pairs]
    assert names[:2] == [["city_id", "contact_lifecycle_stage_id"], ["owner_id", "source"]]
    assert not any("name" in one for one in names)
