"""A number that changed is one line of a history: as it is dialled, without the codes that are stored."""

import pytest

from tests.support.clerk import Clerk, hidden, text_of
from tests.support.client import Client

OLD = {"extension": "00351", "number": "935049666"}
NEW = {"extension": "0044", "number": "+44 7400 123457"}
TOLD = "+351 935 049 666 → +44 7400 123457"


def past(clerk: Clerk, path: str) -> str:
    return text_of(clerk.page(f"{path}/history"))


@pytest.mark.parametrize("name", ["lead", "unqualified_lead"])
def test_the_number_of_a_lead_is_one_line_in_each_language(owner: Clerk, api: Client, name: str) -> None:
    record = api.new(name, {"name": "Ana", "phone": OLD})
    path = f"/{name.replace('_', '-')}s/{record}"
    api.data("PATCH", f"/api/{name.replace('_', '-')}/{record}", {"phone": NEW})
    assert f"changed phone {TOLD} " in past(owner, path)
    assert "0035" not in past(owner, path)
    owner.headers["accept-language"] = "pt"
    assert f"alterou o registo: telefone {TOLD} " in past(owner, path)


def test_a_number_with_the_same_prefix_keeps_it_in_its_line(owner: Clerk, api: Client) -> None:
    lead = api.new("lead", {"name": "Ana", "phone": OLD})
    api.data("PATCH", f"/api/lead/{lead}", {"phone": {"extension": "00351", "number": "934 599 606"}})
    assert "changed phone +351 935 049 666 → +351 934 599 606 " in past(owner, f"/leads/{lead}")
    api.data("PATCH", f"/api/lead/{lead}", {"phone": None})
    api.data("PATCH", f"/api/lead/{lead}", {"source": "fair", "utm_source": "flyer"})
    assert "removed phone +351 934 599 606 → empty" in past(owner, f"/leads/{lead}")
    owner.headers["accept-language"] = "pt"
    told = past(owner, f"/leads/{lead}")
    assert "retirou dados do registo: telefone +351 934 599 606 → vazio" in told
    assert "completou o registo: origem e origem UTM" in told


def test_the_history_of_the_phone_itself_says_the_same(owner: Clerk, api: Client) -> None:
    phone = api.new("phone", OLD)
    api.data("PATCH", f"/api/phone/{phone}", NEW)
    assert f"changed number {TOLD} " in past(owner, f"/phones/{phone}")


def test_a_number_that_is_only_written_in_another_way_is_told_as_it_is_written(
    owner: Clerk, api: Client
) -> None:
    phone = api.new("phone", OLD)
    api.data("PATCH", f"/api/phone/{phone}", {"number": "935 049 666"})
    assert "935049666 → 935 049 666" in past(owner, f"/phones/{phone}")


def test_clients_read_what_differed_as_before(api: Client) -> None:
    lead = api.new("lead", {"name": "Ana", "phone": OLD})
    api.data("PATCH", f"/api/lead/{lead}", {"phone": {"extension": "00351", "number": "934 599 606"}})
    changes = api.data("GET", f"/api/lead/{lead}/history")
    assert sorted(changes[0]["properties"]) == ["phone.number"]


def test_who_did_what_names_the_number_alone(owner: Clerk, api: Client) -> None:
    phone = api.new("phone", OLD)
    api.data("PATCH", f"/api/phone/{phone}", NEW)
    assert "Changed number of +44 7400 123457 ." in text_of(owner.page("/settings/audit"))


def test_two_people_who_change_one_number_choose_between_numbers(owner: Clerk, api: Client) -> None:
    lead = api.new("lead", {"name": "Ana", "phone": OLD})
    was = hidden(owner.page(f"/leads/{lead}/edit"))
    api.data("PATCH", f"/api/lead/{lead}", {"phone": NEW})
    mine = {"phone.extension": "00351", "phone.number": "934599606"}
    asked = text_of(owner.fill(f"/leads/{lead}", {**was, **mine}, 409).text)
    assert "+44 7400 123457 as it is now" in asked
    assert "+351 934 599 606 what you wrote" in asked
    assert "00351" not in asked


def test_an_undo_of_a_phone_shows_no_code_as_it_is_stored(owner: Clerk, api: Client) -> None:
    phone = api.new("phone", OLD)
    operation = api.patch(f"/api/phone/{phone}", json=NEW).headers["x-operation"]
    api.data("PATCH", f"/api/phone/{phone}", {"extension": "0034", "number": "612345678"})
    shown = text_of(owner.page(f"/undo/{operation}"))
    assert "Country code +34 as it is now +351 as it was before" in shown
