"""An assignment rule has no name: pages call it by the leads that it holds for, and whom they go to."""

from tests.support.clerk import Clerk
from tests.support.client import Client
from tests.support.visiting import text


def test_a_rule_is_called_by_what_it_does(owner: Clerk, api: Client) -> None:
    fields = {"city_id": 1, "source": "fair", "user_ids": [owner.user_id]}
    path = f"/assignment-rules/{api.new('assignment_rule', fields)}"
    city = api.data("GET", "/api/city/1")["city_name"]
    called = f"New leads, {city}, source fair → Owner"
    assert f"<h1>{called}</h1>" in owner.page(path)
    assert "Source fair" in text(owner.page(path))
    assert f"<h1>Edit {called}</h1>" in owner.page(f"{path}/edit")
    owner.headers["accept-language"] = "pt"
    assert f"<h1>Novos leads, {city}, origem fair → Owner</h1>" in owner.page(path)


def test_a_rule_of_a_list_without_users_is_called_so(owner: Clerk, api: Client) -> None:
    fields = {"audience_list_id": api.new("audience_list", {"name": "Fair"}), "user_ids": []}
    path = f"/assignment-rules/{api.new('assignment_rule', fields)}"
    assert "<h1>Leads put on “Fair” → Nobody</h1>" in owner.page(path)


def test_every_page_calls_a_rule_so(owner: Clerk, api: Client) -> None:
    fields = {"city_id": 1, "source": "fair", "user_ids": [owner.user_id]}
    rule = api.new("assignment_rule", fields)
    city = api.data("GET", "/api/city/1")["city_name"]
    called = f"New leads, {city}, source fair → Owner"
    said = " ".join(called.split())
    assert f'title="{called}"' in owner.page("/assignment-rules")
    history = owner.page(f"/assignment-rules/{rule}/history")
    assert f"{called}</a>" in history
    assert f"Created {said} ." in text(owner.page("/settings/audit"))
    saved = owner.fill(f"/assignment-rules/{rule}", {"source": "web"})
    assert saved.status_code == 303
    renamed, said = called.replace("fair", "web"), said.replace("fair", "web")
    assert f"Changed source of {said} ." in text(owner.page(f"/assignment-rules/{rule}"))
    owner.fill(f"/assignment-rules/{rule}/delete", {})
    assert f"{said} moved to the bin." in text(owner.page("/assignment-rules"))
    assert f'title="{renamed}"' in owner.page("/bin")
    assert f"Moved {said} to the bin." in text(owner.page("/settings/audit"))


def test_the_form_of_a_rule_says_what_it_means_that_nothing_is_chosen(owner: Clerk) -> None:
    form = owner.page("/assignment-rules/new")
    for name, said in (("city_id", "Any"), ("audience_list_id", "None: new leads")):
        options = form.partition(f'name="{name}"')[2].partition("</select>")[0]
        assert f'<option value="" selected>{said}</option>' in options, name


def test_a_city_and_a_list_call_their_rules_so(owner: Clerk, api: Client) -> None:
    listed = api.new("audience_list", {"name": "Fair"})
    fields = {"city_id": 1, "audience_list_id": listed, "user_ids": [owner.user_id]}
    rule = api.new("assignment_rule", fields)
    city = api.data("GET", "/api/city/1")["city_name"]
    line = f'<a href="/assignment-rules/{rule}">Leads put on “Fair”, {city} → Owner</a>'
    pages = "/cities/1", f"/audience-lists/{listed}"
    for path in pages:
        assert f'{line}<span class="mark good">Enabled</span>' in owner.page(path), path
    api.data("PUT", f"/api/assignment-rule/{rule}", {"enabled": 0})
    for path in pages:
        assert f'{line}<span class="mark ">Disabled</span>' in owner.page(path), path
