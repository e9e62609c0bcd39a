"""The stays of leads in stages, beside what leads say: through all that changes them, and in what `closum check` finds."""

import contextlib
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from closum.accounts import users
from closum.errors import Error
from closum.model import draft
from closum.model.draft import Draft
from closum.operations import check, merging, person, records, undo
from closum.operations.importing.files import Files
from closum.operations.merging import IDS, PROPERTIES
from closum.resources.contact_lifecycle_stage import CONTACT_LIFECYCLE_STAGE
from closum.resources.lead import LEAD
from closum.store import history, imports, stays
from closum.store.identity import Account
from closum.store.session import Session
from closum.store.unit import Unit
from tests.support.import_jobs import imported
from tests.support.stored import create
from tests.support.writing import filled

STAGE = "contact_lifecycle_stage_id"
ANA = {"name": "Ana", "email": {"email": "ana@example.com"}}


def faults(unit: Unit) -> list[str]:
    return [*check.faults(unit, lambda done, total: None)]


def kept(unit: Unit, account_id: int = 1) -> list[tuple[int, int, bool]]:
    """Of each stay its lead, its stage, and whether it goes on."""
    sql = "SELECT lead_id, stage_id, departed FROM lead_stage WHERE account_id = ? ORDER BY lead_id, position"
    rows = unit.all(sql, (account_id,))
    return [(lead, stage, departed is None) for lead, stage, departed in rows]


DAMAGES = {
    "UPDATE lead SET contact_lifecycle_stage_id = 4 WHERE id = 1": "lead 1 of account 1: lead_stage does not have it in its stage",
    "UPDATE lead_stage SET departed = entered": "lead 1 of account 1: lead_stage does not have it in its stage",
    "UPDATE lead_stage SET stage_id = 5": "lead 1 of account 1: lead_stage does not have it in its stage",
    "DELETE FROM lead_stage": "lead 1 of account 1: lead_stage does not have it in its stage",
    "UPDATE lead_stage SET lead_id = 9": "lead 9 of account 1: lead_stage has it in a stage, and there is no such record",
    "DELETE FROM contact_lifecycle_stage WHERE id = 3": "lead 1 of account 1: it names the contact_lifecycle_stage 3, which is not there",
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_check_finds_a_stay_that_no_lead_has(session: Session, account: Account, damage: str) -> None:
    filled(session, account, ANA | {STAGE: 3}, {"name": "Rui"})
    with session.read() as unit:
        assert faults(unit) == []
    with session.write(account.id) as unit:
        unit.run(damage)
    with session.read() as unit:
        assert DAMAGES[damage] in faults(unit)


def test_check_finds_every_stay_of_a_lead_that_is_gone(
    session: Session, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many; one that has ended may be of a lead in the bin."""
    filled(session, account, *[{"name": "Ana", STAGE: 3}] * 5)
    with session.write(account.id) as unit:
        records.delete(unit.of(account.id), LEAD, 5)
        assert faults(unit) == []
        unit.run("UPDATE lead_stage SET departed = NULL WHERE lead_id = 5")
        unit.run("UPDATE lead_stage SET lead_id = lead_id + 10 WHERE lead_id < 4")
    monkeypatch.setattr(check, "AT_ONCE", 2)
    with session.read() as unit:
        told = [one for one in faults(unit) if "no such record" in one]
    assert [one.split()[1] for one in told] == ["5", "11", "12", "13"]


def test_a_person_who_is_erased_leaves_none(session: Session, account: Account) -> None:
    filled(session, account, ANA | {STAGE: 3}, {"name": "Rui", STAGE: 4})
    with session.write(account.id) as unit:
        records.update(unit.of(account.id), LEAD, 1, draft.parse(LEAD, {STAGE: 5}))
        plan = person.look(unit.of(account.id), "ana@example.com")
        for step in person.Erasure(plan).steps():
            step(unit.of(account.id))
        assert kept(unit) == [(2, 4, True)]
        assert faults(unit) == []


def test_a_lead_in_the_bin_whose_person_is_erased_leaves_none(session: Session, account: Account) -> None:
    filled(session, account, ANA | {STAGE: 3})
    with session.write(account.id) as unit:
        records.delete(unit.of(account.id), LEAD, 1)
        assert kept(unit) == [(1, 3, False)]
        plan = person.look(unit.of(account.id), "ana@example.com")
        for step in person.Erasure(plan).steps():
            step(unit.of(account.id))
        assert kept(unit) == []


@pytest.mark.slow  # a process reads the file
def test_an_import_enters_stages(session: Session, account: Account, folder: Path) -> None:
    filled(session, account, ANA | {STAGE: 3})
    files = Files(folder / "files")
    file = (
        f"name,email.email,{STAGE}\nAna,ana@example.com,4\nRui,rui@example.com,5\nEva,eva@example.com,\n"
        "Bad,bad@example.com,99\nWorse,worse@example.com,x\n"
    )
    imported(session, account.id, files, file.encode(), on_match="update")
    with session.read() as unit:
        assert kept(unit) == [(1, 3, False), (1, 4, True), (2, 5, True)]
        names = unit.all("SELECT name FROM lead ORDER BY id")
        assert [row[0] for row in names] == ["Ana", "Rui", "Eva"]
        own = unit.of(account.id)
        assert stays.present(own, LEAD, [1, 2, 3, 2]) == {1: [4], 2: [5]}
        assert faults(unit) == []


@pytest.mark.slow  # a process reads the file
def test_an_import_gives_no_lead_an_archived_stage(session: Session, account: Account, folder: Path) -> None:
    """Unless it is in it already, as where an export is imported again."""
    with session.write(account.id) as unit:
        create(unit, CONTACT_LIFECYCLE_STAGE, [{"label": "Proposta"}])
    filled(session, account, ANA | {STAGE: 100}, {"name": "Rui", "email": {"email": "rui@example.com"}})
    with session.write(account.id) as unit:
        records.update(
            unit, CONTACT_LIFECYCLE_STAGE, 100, draft.parse(CONTACT_LIFECYCLE_STAGE, {"archived": 1})
        )
    file = f"name,email.email,{STAGE}\nAna Sá,ana@example.com,100\nRui Sá,rui@example.com,100\nEva,eva@example.com,100\n"
    number = imported(session, account.id, Files(folder / "files"), file.encode(), on_match="update")
    with session.read() as unit:
        own = unit.of(account.id)
        assert [row[0] for row in unit.all("SELECT name FROM lead ORDER BY id")] == ["Ana Sá", "Rui"]
        found = imports.faults(own, number, 0, 9)
        assert [(one.line, *(some[1:3] for some in one.faults)) for one in found] == [
            (3, [STAGE, "_archived"]),
            (4, [STAGE, "_archived"]),
        ]


STAGES = (1, 3, 9, None)
ACTIONS = st.one_of(
    st.tuples(st.just("create"), st.sampled_from(STAGES), st.just(0)),
    st.tuples(st.just("update"), st.sampled_from(STAGES), st.integers(1, 4)),
    st.tuples(st.just("delete"), st.just(None), st.integers(1, 4)),
    st.tuples(st.just("merge"), st.integers(1, 4), st.integers(1, 4)),
    st.tuples(st.just("undo"), st.just(None), st.integers(0, 3)),
)


def act(unit: Unit, action: str, value: int | None, number: int) -> None:
    """What cannot be done is left."""
    with contextlib.suppress(Error):
        if action == "create":
            records.create_many(unit, LEAD, [draft.parse(LEAD, {"name": "Ana", STAGE: value})])
        elif action == "update":
            records.update(unit, LEAD, number, draft.parse(LEAD, {STAGE: value}))
        elif action == "delete":
            records.delete(unit, LEAD, number)
        elif action == "merge":
            merging.write(unit, LEAD, number, Draft({IDS: [value], PROPERTIES: {}}, {}, {}))
        else:
            undo.undo(unit, history.last(unit) - number)


def in_stages(unit: Unit) -> dict[int, int]:
    sql = f"SELECT id, {STAGE} FROM lead WHERE account_id = ? AND {STAGE} IS NOT NULL"
    return dict(unit.all(sql, (unit.account_id,)))


def test_stays_are_what_leads_said(session: Session) -> None:
    """Each time that a lead has another stage than before, or is not there any more, a stay ends."""

    @settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.lists(ACTIONS, max_size=12))
    def agree(actions: list[tuple[str, int | None, int]]) -> None:
        with session.write() as unit:
            account = users.add_account(unit, uuid4().hex)
        expected: list[tuple[int, int, bool]] = []
        before: dict[int, int] = {}
        for action in actions:
            with session.write(account.id) as unit:
                act(unit.of(account.id), *action)
            with session.read() as unit:
                after = in_stages(unit.of(account.id))
            for lead in sorted(before.keys() | after.keys()):
                if before.get(lead) != after.get(lead):
                    expected = [(one, stage, goes_on and one != lead) for one, stage, goes_on in expected]
                    expected += [(lead, after[lead], True)] if lead in after else []
            before = after
        with session.read() as unit:
            assert kept(unit, account.id) == sorted(expected, key=lambda one: one[0])

    agree()
    with session.read() as unit:
        assert faults(unit) == []
