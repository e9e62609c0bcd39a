"""The stays of leads in stages, beside what leads say: through all that changes them, and in what `closum check` finds."""

from pathlib import Path

import pytest

from closum.model import draft
from closum.operations import check, person, records
from closum.operations.importing.files import Files
from closum.resources.lead import LEAD
from closum.store import stays
from closum.store.identity import Account
from closum.store.session import Session
from closum.store.unit import Unit
from tests.support.import_jobs import imported
from tests.support.writing import filled

STAGE = "contact_lifecycle_stage_id"
ANA = {"name": "Ana", "email": {"email": "ana@example.com"}}


def faults(unit: Unit) -> list[str]:
    return [*check.faults(unit, lambda done, total: None)]


def kept(unit: Unit) -> list[tuple[int, int, bool]]:
    """Of each stay its lead, its stage, and whether it goes on."""
    rows = unit.all("SELECT lead_id, stage_id, departed FROM lead_stage ORDER BY lead_id, position")
    return [(lead, stage, departed is None) for lead, stage, departed in rows]


DAMAGES = {
    "UPDATE lead SET contact_lifecycle_stage_id = 4 WHERE id = 1": "lead 1 of account 1: lead_stage does not have it in its stage",
    "UPDATE lead_stage SET departed = entered": "lead 1 of account 1: lead_stage does not have it in its stage",
    "UPDATE lead_stage SET stage_id = 5": "lead 1 of account 1: lead_stage does not have it in its stage",
    "DELETE FROM lead_stage": "lead 1 of account 1: lead_stage does not have it in its stage",
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
