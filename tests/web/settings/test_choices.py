"""Stages, contact types and assignment rules: a row for each, and what can be done with it."""

import re

import pytest

from closum.resources.contact_lifecycle_stage import CONTACT_LIFECYCLE_STAGE
from closum.web.settings.order import STEP, moved
from tests.support.client import Client
from tests.support.visiting import Visitor, text

STAGES, TYPES, RULES = "/settings/stages", "/settings/contact-types", "/settings/rules"
FIXED = CONTACT_LIFECYCLE_STAGE.fixed

each = pytest.mark.parametrize


def names(page: str) -> list[str]:
    """The labels in their order."""
    rows = page.partition('<ol class="lines">')[2].partition("</ol>")[0]
    return re.findall(r'<span class="grow">([^<]*)</span>', rows)


def id_of(page: str, label: str) -> str:
    found = re.search(rf'id="label-(\d+)"[^>]* value="{re.escape(label)}"', page)
    assert found
    return found[1]


def do(owner: Visitor, path: str, what: str, status: int = 303, label: str = "") -> str:
    answer = owner.form(path, [("do", what), ("label", label)], STAGES)
    assert answer.status_code == status, text(answer.text)
    return answer.text


def test_a_stage_of_ones_own_is_added_named_moved_archived_and_deleted(owner: Visitor, api: Client) -> None:
    before = names(owner.page(STAGES))
    assert len(before) == 9
    assert owner.form(STAGES, [("label", "Proposta")], STAGES).status_code == 303
    page = owner.page(STAGES)
    assert names(page) == [*before, "Proposta"]
    path = f"{STAGES}/{id_of(page, 'Proposta')}"
    do(owner, path, "up")
    do(owner, path, "up")
    assert names(owner.page(STAGES)) == [*before[:7], "Proposta", *before[7:]]
    do(owner, path, "down")
    assert names(owner.page(STAGES)) == [*before[:8], "Proposta", before[8]]
    do(owner, path, "save", label="Proposta enviada")
    do(owner, path, "archive")
    assert "Take out of the archive" in owner.page(STAGES)
    do(owner, path, "restore")
    do(owner, path, "delete")
    assert names(owner.page(STAGES)) == before
    assert len(api.data("GET", "/api/contact-lifecycle-stage")) == 9


@each("last", [100, 105, 1_000_000])
def test_a_new_stage_comes_last(owner: Visitor, api: Client, last: int) -> None:
    api.new("contact_lifecycle_stage", {"label": "Proposta", "position": last})
    assert owner.form(STAGES, [("label", "Assinado")], STAGES).status_code == 303
    assert names(owner.page(STAGES))[-2:] == ["Proposta", "Assinado"]


@each("places", [(), (10, 20), (100, 110, 120), (1_000_000,)])
def test_a_new_rule_comes_last(owner: Visitor, api: Client, places: tuple[int, ...]) -> None:
    before = [api.new("assignment_rule", {"position": one, "user_ids": []}) for one in places]
    (user,) = api.data("GET", "/api/user")
    typed = [("source", "fair"), ("user_ids", str(user["id"])), ("enabled", "1")]
    assert owner.form("/assignment-rules", typed, "/assignment-rules/new").status_code == 303
    *others, new = api.data("GET", "/api/assignment-rule?sort=position")
    assert [one["id"] for one in others] == before
    assert new["position"] == (min(places[-1] + STEP, 1_000_000) if places else 100)


def test_each_of_it_is_an_operation_that_can_be_undone(owner: Visitor) -> None:
    owner.form(TYPES, [("label", "Fornecedor")], TYPES)
    page = owner.page(TYPES)
    assert "Created the contact type Fornecedor ." in text(page)
    assert re.search(r'action="/undo/\d+"', page)


def test_what_every_account_has_stays(owner: Visitor) -> None:
    for what in ("save", "archive", "delete", "up"):
        text_of = do(owner, f"{STAGES}/1", what, 303 if what == "up" else 422, "Other")
        assert what == "up" or "Every account has this one" in text_of
    assert names(owner.page(STAGES))[0] == "Unqualified"


def test_a_stage_that_a_lead_has_is_not_deleted(owner: Visitor, api: Client) -> None:
    owner.form(STAGES, [("label", "Proposta")], STAGES)
    stage = id_of(owner.page(STAGES), "Proposta")
    api.new("lead", {"name": "Ana", "contact_lifecycle_stage_id": int(stage)})
    do(owner, f"{STAGES}/{stage}", "delete", 422)
    assert "Proposta" in names(owner.page(STAGES))


@each("path", [STAGES, TYPES])
@each("label", ["", "x" * 256, " "])
def test_faults_of_a_label(owner: Visitor, path: str, label: str) -> None:
    answer = owner.form(path, [("label", label)], path)
    assert answer.status_code == 422
    assert 'href="#label-new"' in answer.text
    owner.form(path, [("label", "Good")], path)
    record = id_of(owner.page(path), "Good")
    answer = owner.form(f"{path}/{record}", [("label", label)], path)
    assert answer.status_code == 422
    assert f'href="#label-{record}"' in answer.text
    assert "Good" in names(owner.page(path))


@each("path", [STAGES, TYPES, RULES])
def test_a_record_of_another_account_is_none(owner: Visitor, stranger: Visitor, path: str) -> None:
    if path != RULES:
        stranger.form(path, [("label", "Theirs")], path)
    for what in ("save", "delete", "up", "archive", "enable"):
        assert owner.form(f"{path}/100", [("do", what), ("label", "Mine")], path).status_code == 404, what
    assert "Mine" not in stranger.page(path)


@each("path", [STAGES, TYPES, RULES])
def test_others_see_them_and_have_no_button(member: Visitor, reader: Visitor, path: str) -> None:
    for visitor in (member, reader):
        page = visitor.page(path)
        assert f'action="{path}' not in page
        assert "/new" not in page.partition('class="tabs"')[2]


def test_rules_are_told_in_words_and_put_in_order(owner: Visitor, api: Client) -> None:
    users = api.data("GET", "/api/user")
    audience = api.new("audience_list", {"name": "Feira <b>"})
    first = api.new(
        "assignment_rule", {"position": 10, "city_id": 213, "source": "fair", "user_ids": [users[0]["id"]]}
    )
    second = api.new("assignment_rule", {"position": 20, "audience_list_id": audience, "user_ids": []})
    page = owner.page(RULES)
    shown = text(page)
    assert "New leads, " in shown
    assert "source fair" in shown
    assert "Leads put on “Feira <b>”" in shown
    assert owner.email in shown
    assert "Nobody" in shown
    assert page.index(f"{RULES}/{first}") < page.index(f"{RULES}/{second}")
    assert owner.form(f"{RULES}/{second}", [("do", "up")], RULES).status_code == 303
    page = owner.page(RULES)
    assert page.index(f"{RULES}/{second}") < page.index(f"{RULES}/{first}")
    assert owner.form(f"{RULES}/{first}", [("do", "disable")], RULES).status_code == 303
    assert api.data("GET", f"/api/assignment-rule/{first}")["enabled"] == 0
    assert owner.form(f"{RULES}/{first}", [("do", "enable")], RULES).status_code == 303
    assert api.data("GET", f"/api/assignment-rule/{first}")["enabled"] == 1
    assert owner.form(f"{RULES}/{first}", [("do", "delete")], RULES).status_code == 303
    assert api.get(f"/api/assignment-rule/{first}").status_code == 404
    assert owner.form(f"{RULES}/{second}", [("do", "anything")], RULES).status_code == 404


@each(
    ("positions", "moving", "step", "order"),
    [
        ({1: 10, 2: 20, 100: 30}, 100, -1, [1, 100, 2]),
        ({1: 10, 2: 20, 100: 30}, 100, -9, [100, 1, 2]),
        ({1: 10, 2: 20, 100: 30, 101: 30}, 100, 1, [1, 2, 101, 100]),
        ({1: 10, 100: 11, 101: 11, 2: 20}, 101, -1, [1, 101, 100, 2]),
        ({100: 5, 101: 5, 102: 5}, 102, -1, [100, 102, 101]),
        ({100: 0}, 100, -1, [100]),
        ({1: 10, 100: 15, 2: 20}, 100, 1, [1, 2, 100]),
    ],
)
def test_what_moves_comes_to_its_place(
    positions: dict[int, int], moving: int, step: int, order: list[int]
) -> None:
    rows = [{"id": one, "position": position} for one, position in positions.items()]
    after = positions | moved(rows, FIXED, moving, step)
    assert sorted(after, key=lambda one: (after[one], one)) == order
    assert all(after[one] == positions[one] for one in positions if FIXED and FIXED.has(one))
    assert min(after.values()) >= 0
