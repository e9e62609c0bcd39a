"""An entry of the ledger that a SQLite file has in a form that is no text."""

from closum.operations import check
from closum.store import ledger
from closum.store.session import Session


def test_check_names_it_and_looks_at_the_others(session: Session) -> None:
    with session.write() as unit:
        for _ in range(3):
            ledger.add(unit, "cities_loaded")
        unit.run("UPDATE ledger SET event = CAST(x'ff' AS TEXT) WHERE id = 2")
        unit.run("UPDATE ledger SET detail = '[' WHERE id = 3")
    with session.read() as unit:
        faults = list(check.faults(unit, lambda done, total: None))
    assert faults == [f"ledger: the entry {number} cannot be read" for number in (2, 3)]
