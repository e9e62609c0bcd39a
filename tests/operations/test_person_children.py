"""Erasing a person takes what belongs to their leads, and its history; what was not shown is not erased."""

import pytest

from closum.cli import plans
from closum.model import draft
from closum.model.resource import Resource
from closum.operations import person, records
from closum.resources.email import EMAIL
from closum.resources.lead import LEAD
from closum.store import history
from closum.store.identity import Account
from closum.store.session import Session
from tests.support import memos
from tests.support.family import change, family, faults, ids, state, undone
from tests.support.memos import COMMENT, MEMO
from tests.support.stored import create, erase

ADDRESS = "ana@example.com"


@pytest.fixture(autouse=True)
def _memos(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    memos.add_tables(session)
    memos.declare(monkeypatch)


def look(session: Session, account: Account, text: str = ADDRESS) -> person.Plan:
    with session.read() as unit:
        return person.look(unit.of(account.id), text)


def carry_out(session: Session, account: Account, plan: person.Plan) -> person.Erased:
    erasure = person.Erasure(plan)
    session.write_steps(erasure.steps(), account.id)
    return erasure.total


def former(session: Session, account: Account) -> list[tuple[str, int, str]]:
    """What the history has of the past, by record."""
    with session.read() as unit:
        past = history.since(unit.of(account.id), 0, 1_000)
    return [(one.resource, one.id, str(one.before)) for one in past if one.before]


def update(session: Session, account: Account, resource: Resource, record_id: int, body: object) -> None:
    with session.write(account.id) as unit:
        assert isinstance(body, dict)
        records.update(unit, resource, record_id, draft.parse(resource, body))


def test_what_belongs_to_the_leads_goes(session: Session, account: Account) -> None:
    family(session, account)
    change(session, account, 1, {"text": "Secret"})
    change(session, account, 3, {"text": "Plain"})
    plan = look(session, account)
    assert plan.size == (1, 1, 0, 3)
    assert [(one.name, row["id"]) for one, row in plan.first_records] == [
        ("email", 1),
        ("memo", 1),
        ("memo", 2),
        ("comment", 1),
    ]
    assert carry_out(session, account, plan) == plan.size
    assert ids(session, account) == [[2], [3], []]
    assert former(session, account) == [("memo", 3, "{'text': 'C'}")]
    assert look(session, account).size == (0, 0, 0, 0)
    assert faults(session) == []


def test_it_is_shown_before(session: Session, account: Account, capsys: pytest.CaptureFixture[str]) -> None:
    family(session, account)
    plans.show(look(session, account), account)
    shown = [line.strip() for line in capsys.readouterr().out.splitlines()]
    assert {"memo 1     A", "memo 2     B", "comment 1  D"} <= set(shown)


def test_the_person_gets_it_too(session: Session, account: Account) -> None:
    family(session, account)
    with session.read() as unit:
        found = person.retrieve(unit.of(account.id), ADDRESS)
    assert {name: [one["id"] for one in some] for name, some in found.items()} == {
        "leads": [1],
        "unqualified_leads": [],
        "emails": [1],
        "phones": [],
        "notes": [],
        "tasks": [],
        "lead_audience_lists": [],
        "consents": [],
        "unqualified_lead_consents": [],
        "memos": [1, 2],
        "comments": [1],
        "history": [],
    }


@pytest.mark.parametrize(
    "meanwhile",
    [
        (MEMO, {"lead_id": 1, "text": "New"}),
        (COMMENT, {"memo_id": 2, "text": "New"}),
    ],
)
def test_a_lead_to_which_something_was_added_stays(
    session: Session, account: Account, meanwhile: tuple[Resource, dict[str, object]]
) -> None:
    family(session, account)
    plan = look(session, account)
    with session.write(account.id) as unit:
        create(unit, meanwhile[0], [meanwhile[1]])
    assert carry_out(session, account, plan) == (0, 0, 0, 0)
    assert look(session, account).size == (1, 1, 0, 4)


def test_a_lead_whose_note_was_changed_stays(session: Session, account: Account) -> None:
    family(session, account)
    plan = look(session, account)
    change(session, account, 1, {"text": "New"})
    assert carry_out(session, account, plan) == (0, 0, 0, 0)


def test_a_lead_whose_note_has_gone_goes(session: Session, account: Account) -> None:
    family(session, account)
    plan = look(session, account)
    with session.write(account.id) as unit:
        erase(unit, MEMO, [1])
    assert carry_out(session, account, plan) == (1, 1, 0, 1)


def test_a_note_that_went_before_leaves_nothing(session: Session, account: Account) -> None:
    family(session, account)
    with session.write(account.id) as unit:
        records.delete(unit, MEMO, 1)  # with its comment
    assert [one[:2] for one in former(session, account)] == [("comment", 1), ("memo", 1)]
    plan = look(session, account)
    assert plan.size == (1, 1, 2, 1)
    carry_out(session, account, plan)
    assert former(session, account) == []


def test_a_note_that_moved_away_keeps_nothing_of_the_time_before(session: Session, account: Account) -> None:
    family(session, account)
    change(session, account, 1, {"text": "Secret"})
    change(session, account, 1, {"lead_id": 2, "text": "Plain"})
    change(session, account, 1, {"text": "Plainer"})
    plan = look(session, account)
    assert plan.size == (1, 1, 2, 1)  # memo 1 and its comment, which stay
    carry_out(session, account, plan)
    assert former(session, account) == [("memo", 1, "{'text': 'Plain'}")]
    assert ids(session, account) == [[2], [1, 3], [1]]


def test_memos_of_a_lead_that_went_with_the_address_leave_nothing(session: Session, account: Account) -> None:
    operations = family(session, account)
    for place in (5, 3, 2, 0):  # the comment, the memos and the lead with its address
        assert undone(session, account, operations[place]).left == []
    assert {one[:2] for one in former(session, account)} == {
        ("lead", 1),
        ("email", 1),
        ("memo", 1),
        ("memo", 2),
        ("comment", 1),
    }
    carry_out(session, account, look(session, account))
    assert former(session, account) == []


def test_memos_of_a_lead_that_is_another_persons_now(session: Session, account: Account) -> None:
    """They stay, without what they were while the lead was the person's."""
    family(session, account)
    change(session, account, 1, {"text": "Then"})
    update(session, account, LEAD, 1, {"name": "Eva", "email": {"email": "eva@example.com"}})
    change(session, account, 1, {"text": "Now"})
    assert state(session, account)["email"][1][0]["email"] == "eva@example.com"
    carry_out(session, account, look(session, account))
    assert former(session, account) == [("memo", 1, "{'text': 'Then'}")]
    assert ids(session, account) == [[1, 2], [1, 2, 3], [1]]


def test_an_address_without_leads_goes_as_ever(session: Session, account: Account) -> None:
    with session.write(account.id) as unit:
        create(unit, EMAIL, [{"email": ADDRESS}])
    assert carry_out(session, account, look(session, account)) == (0, 1, 0, 0)
