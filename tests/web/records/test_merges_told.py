"""A merge is told on both leads, with what was given up and its undo, also where the lead that stays keeps all that it had."""

import pytest

from tests.support.clerk import Clerk, text_of
from tests.support.client import Client

UNDO = 'action="/undo/{}"'


def past(clerk: Clerk, path: str) -> str:
    return text_of(clerk.page(f"{path}/history"))


def two(api: Client, first: dict[str, object], second: dict[str, object]) -> tuple[int, int, int]:
    """Two leads of which the second has gone into the first, and the operation."""
    kept, gone = api.new("lead", {"name": "Dupla", **first}), api.new("lead", {"name": "Dupla", **second})
    return kept, gone, merged(api, kept, gone)


def merged(api: Client, kept: int, *gone: int) -> int:
    answer = api.post(f"/api/lead/{kept}/merge", json={"ids": [*gone]})
    assert answer.status_code == 200
    return int(answer.headers["x-operation"])


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "Owner (API) merged Dupla (no. {}) into this lead Source Abrantes, not Moura"),
        ("pt", "Owner (API) uniu Dupla (n.º {}) a este lead Origem Abrantes, e não Moura"),
    ],
)
def test_one_that_changed_nothing_says_what_was_given_up_and_is_undone(
    owner: Clerk, api: Client, language: str, told: str
) -> None:
    kept, gone, operation = two(api, {"source": "Abrantes"}, {"source": "Moura"})
    owner.headers["accept-language"] = language
    page = owner.page(f"/leads/{kept}")
    assert told.format(gone) in text_of(page)
    assert UNDO.format(operation) in page
    assert f'<a href="/leads/{gone}">Dupla (' in page
    owner.fill(f"/undo/{operation}", {"few": "1", "back": f"/leads/{kept}"})
    assert "Moura" not in past(owner, f"/leads/{kept}")
    assert "Moura" in owner.page(f"/leads/{gone}")


def test_the_history_of_clients_stays_as_it_was(api: Client) -> None:
    kept, _, _ = two(api, {"source": "Abrantes"}, {"source": "Moura"})
    assert [one["verb"] for one in api.data("GET", f"/api/lead/{kept}/history")] == ["create"]


def test_what_it_took_and_what_was_given_up_are_told_together(owner: Clerk, api: Client) -> None:
    phone = {"extension": "00351", "number": "935049666"}
    kept, gone, _ = two(
        api,
        {"source": "Abrantes", "phone": {"extension": "00351", "number": "934599606"}},
        {"source": "Moura", "phone": phone, "email": {"email": "dupla@example.pt"}},
    )
    shown = past(owner, f"/leads/{kept}")
    assert f"merged Dupla (no. {gone}) into this lead" in shown
    assert "Email dupla@example.pt" in shown
    assert "Source Abrantes, not Moura" in shown
    assert "Phone +351 934 599 606, not +351 935 049 666" in shown
    assert "Name" not in shown


def test_of_additional_data_what_differs_is_told_member_by_member(owner: Clerk, api: Client) -> None:
    kept, _, _ = two(
        api,
        {"custom_data": {"seats": "4", "budget": "100"}},
        {"custom_data": {"seats": "5", "colour": "red"}},
    )
    shown = past(owner, f"/leads/{kept}")
    assert "colour red" in shown
    assert "seats 4, not 5" in shown
    assert "budget" not in shown


def test_several_that_went_at_once_and_one_over_another(owner: Clerk, api: Client) -> None:
    kept, middle = (
        api.new("lead", {"name": "A", "source": "a"}),
        api.new("lead", {"name": "A", "source": "b"}),
    )
    others = [api.new("lead", {"name": "A", "source": one}) for one in "cd"]
    merged(api, middle, others[0])
    merged(api, kept, middle, others[1])
    shown = past(owner, f"/leads/{kept}")
    assert f"merged A (no. {middle}), A (no. {others[1]}) into this lead" in shown
    assert "a, not b" in shown
    assert "a, not d" in shown
    assert "b, not c" not in shown


def test_it_is_told_on_the_page_of_its_time(owner: Clerk, api: Client) -> None:
    kept, gone, _ = two(api, {"source": "Abrantes"}, {"source": "Moura"})
    for number in range(12):
        api.data("PATCH", f"/api/lead/{kept}", {"name": f"Dupla {number}"})
    page = owner.page(f"/leads/{kept}")
    assert f"merged Dupla (no. {gone})" not in text_of(page)
    before = page.partition(f'href="/leads/{kept}/history?before=')[2].partition('"')[0]
    assert (
        text_of(owner.page(f"/leads/{kept}/history?before={before}")).count(f"merged Dupla (no. {gone})") == 1
    )


@pytest.mark.parametrize(
    ("language", "told", "button"),
    [
        ("en", "Dupla was merged into Dupla", "Undo the merge"),
        ("pt", "O registo Dupla foi unido a Dupla", "Anular a união"),
    ],
)
def test_the_lead_that_has_gone_offers_the_undo(
    owner: Clerk, reader: Clerk, api: Client, language: str, told: str, button: str
) -> None:
    _, gone, operation = two(api, {}, {"source": "Moura"})
    for one in (owner, reader):
        one.headers["accept-language"] = language
    page = owner.page(f"/leads/{gone}", 404)
    assert told in text_of(page)
    assert button in text_of(page)
    assert UNDO.format(operation) in page
    assert "/undo/" not in reader.page(f"/leads/{gone}", 404)
    sent = owner.fill(f"/undo/{operation}", {"few": "1", "back": f"/leads/{gone}"})
    assert sent.headers["location"] == f"/leads/{gone}"
    assert "Moura" in owner.page(f"/leads/{gone}")


def test_what_comes_back_from_the_bin_says_so_and_from_a_merge_does_not(owner: Clerk, api: Client) -> None:
    _, gone, operation = two(api, {}, {})
    api.data("POST", f"/api/operation/{operation}/undo", {})
    assert "(undo) restored it today" in past(owner, f"/leads/{gone}")
    api.data("DELETE", f"/api/lead/{gone}")
    api.data("POST", f"/api/bin/{api.get('/api/bin').json()['data'][0]['id']}/restore", {})
    assert "restored it from the bin" in past(owner, f"/leads/{gone}")


@pytest.mark.parametrize(
    ("language", "told", "undone"),
    [
        (
            "en",
            "merged Dupla (no. {}) into this lead Undone Source Moura",
            "Owner undid the merge with Dupla (no. {}) Source Moura",
        ),
        (
            "pt",
            "uniu Dupla (n.º {}) a este lead Anulado Origem Moura",
            "Owner anulou a união com Dupla (n.º {}) Origem Moura",
        ),
    ],
)
def test_one_that_was_undone_is_still_told_as_what_it_was(
    owner: Clerk, api: Client, language: str, told: str, undone: str
) -> None:
    kept, gone, operation = two(api, {"city": {"name": "Abrantes"}}, {"source": "Moura"})
    owner.headers["accept-language"] = language
    owner.fill(f"/undo/{operation}", {"few": "1", "back": f"/leads/{kept}"})
    shown = past(owner, f"/leads/{kept}")
    assert told.format(gone) in shown
    assert undone.format(gone) in shown
    again = merged(api, kept, gone)
    shown = past(owner, f"/leads/{kept}")
    assert shown.count(told.format(gone)) == 1
    assert f"/undo/{again}" in owner.page(f"/leads/{kept}")


def test_a_merge_that_was_done_again_is_no_undone_one(owner: Clerk, api: Client) -> None:
    kept, gone, operation = two(api, {}, {"source": "Moura"})
    undo = api.post(f"/api/operation/{operation}/undo", json={}).headers["x-operation"]
    api.data("POST", f"/api/operation/{undo}/undo", {})
    shown = past(owner, f"/leads/{kept}")
    assert shown.count(f"merged Dupla (no. {gone}) into this lead") == 2
    assert f"undid the merge with Dupla (no. {gone})" in shown
    assert "Undone" not in shown


@pytest.mark.parametrize(
    ("language", "told", "kept"),
    [
        (
            "en",
            "merged Eva (no. {}), lead {} into this lead",
            "Merged from Eva (no. {}) , lead {}",
        ),
        (
            "pt",
            "uniu Eva (n.º {}), lead {} a este lead",
            "Unido com Eva (n.º {}) , lead {}",
        ),
    ],
)
def test_leads_that_went_into_one_are_named(
    owner: Clerk, api: Client, language: str, told: str, kept: str
) -> None:
    lead, eva, nameless = (
        api.new("lead", {"name": "Ana"}),
        api.new("lead", {"name": "Eva"}),
        api.new("lead", {"email": {"email": "eva@example.pt"}}),
    )
    merged(api, lead, eva, nameless)
    owner.headers["accept-language"] = language
    shown = text_of(owner.page(f"/leads/{lead}"))
    assert told.format(eva, nameless) in shown
    assert kept.format(eva, nameless) in shown
