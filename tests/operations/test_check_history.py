"""`closum check` finds whatever does not agree between the history and the records, and nothing in what does."""

import pytest

from closum.errors import Internal
from closum.model import draft
from closum.operations import check, check_history, records, undo
from closum.resources import RESOURCES
from closum.resources.email import EMAIL
from closum.resources.lead import LEAD
from closum.store import history, integrity_history, tally
from closum.store.identity import Account
from closum.store.progress import no_progress
from closum.store.recompute import Rules, recompute
from closum.store.session import Session
from closum.store.unit import timestamp
from tests.support.engine import ON_SQLITE
from tests.support.every_operation import erase
from tests.support.stored import create


@pytest.fixture
def filled(session: Session, account: Account) -> Account:
    """An account with the changes 1 to 9: of lead 1 and email 1, which stay, lead 2, which is gone, and email 3, erased."""
    with session.write(account.id) as unit:
        create(unit, LEAD, [{"name": "Ana", "email": {"email": "ana@example.com"}}])  # 1, 2
        records.update(unit, LEAD, 1, draft.parse(LEAD, {"name": "Eva"}))  # 3
        create(unit, LEAD, [{"name": "Rui", "email": {"id": 1}}])  # 4
        undo.undo(unit, 4)  # 5
        create(unit, EMAIL, [{"email": "ida@example.com"}, {"email": "gone@example.com"}])  # 6, 7
        records.update(unit, EMAIL, 2, draft.parse(EMAIL, {"email": "eva@example.com"}))  # 8
        erase(unit, account.id, "gone@example.com")  # 9
        assert [one.position for one in history.since(unit, 0, 20)] == list(range(1, 10))
    return account


def faults(session: Session) -> list[str]:
    with session.read() as unit:
        return list(check.faults(unit, lambda done, total: None))


def falsify(session: Session, account: Account, statement: str) -> None:
    with session.write(account.id) as unit:
        unit.run(statement)


def test_nothing_in_a_sound_one(session: Session, filled: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    assert faults(session) == []
    for size in (1, 2, 3):  # batches that end between and within records
        monkeypatch.setattr(check, "AT_ONCE", size)
        assert faults(session) == []
    with session.write(filled.id) as unit:
        assert history.cut(unit, timestamp(unit.now + 1), 1) == 1  # in the middle of an operation
    assert faults(session) == []
    with session.write(filled.id) as unit:
        assert history.cut(unit, timestamp(unit.now + 1), 100) == 7  # the last change stays
    assert faults(session) == []


def passed(session: Session, account: Account) -> None:
    """As after a restore that has replaced a database with 20 changes: change 21 says so, and 22 and 23 follow."""
    with session.write(account.id) as unit:
        history.pass_over(unit, 20)
        create(unit, EMAIL, [{"email": "new@example.com"}, {"email": "newer@example.com"}])


def test_positions_that_a_restore_has_passed_over_are_not_missing(session: Session, filled: Account) -> None:
    passed(session, filled)
    assert faults(session) == []
    with session.read() as unit:
        assert [one.position for one in history.since(unit.of(filled.id), 8, 9)] == [9, 21, 22, 23]


@pytest.mark.parametrize(
    ("statement", "position"),
    [
        ("DELETE FROM change WHERE position = 9", 21),
        ("DELETE FROM change WHERE position = 21", 22),
        ("DELETE FROM change WHERE position = 22", 23),
        ("UPDATE change SET id = 11 WHERE position = 21", 21),
        ("UPDATE change SET operation = 9 WHERE position = 21", 21),
    ],
)
def test_what_is_lost_beside_them_is(
    session: Session, filled: Account, statement: str, position: int
) -> None:
    passed(session, filled)
    falsify(session, filled, statement)
    assert f"change {position} of account {filled.id}: changes before it are missing" in faults(session)


MISSING = "it is not there, and the history has no deletion of it"
THERE = "it is there, and the history has its deletion"
UNNOTED = "it has been changed more often than the history has it"
VERSION = "it has been changed less often than the history has it"
MISCOUNTED = "the history of account {}: "


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE tally SET count = 10 WHERE resource = 'change'", MISCOUNTED + "10 changes counted, 9 there"),
        ("DELETE FROM tally WHERE resource = 'change'", MISCOUNTED + "0 changes counted, 9 there"),
        ("DELETE FROM change WHERE position = 9", MISCOUNTED + "9 changes counted, 8 there"),
        (
            "UPDATE tally SET last_id = 12 WHERE resource = 'change'",
            MISCOUNTED + "the last change is number 12 by the count, 9 is there",
        ),
        (
            "UPDATE tally SET last_id = 3 WHERE resource = 'change'",
            MISCOUNTED + "the last change is number 3 by the count, 9 is there",
        ),
        ("DELETE FROM change WHERE position = 3", "change 4 of account {}: changes before it are missing"),
        (
            "UPDATE change SET operation = 4 WHERE position = 3",
            "change 3 of account {}: its operation begins elsewhere",
        ),
        (
            "UPDATE change SET operation = 1 WHERE position = 4",
            "change 4 of account {}: its operation begins elsewhere",
        ),
        (
            "UPDATE change SET operation = 2 WHERE position = 1",
            "change 1 of account {}: its operation begins behind it",
        ),
        (
            "UPDATE change SET at = '2001' WHERE position = 3",
            "change 3 of account {}: it is older than the one before it",
        ),
        (
            "UPDATE change SET resource = 'x' WHERE position = 3",
            "change 3 of account {}: it is of an unknown resource",
        ),
        (
            "UPDATE change SET resource = 'city' WHERE position = 3",
            "change 3 of account {}: it is of an unknown resource",
        ),
        ("UPDATE change SET verb = 'delete' WHERE position = 3", f"lead 1 of account {{}}: {THERE}"),
        (
            "UPDATE change SET verb = 'erase', before = NULL WHERE position = 3",
            f"lead 1 of account {{}}: {THERE}",
        ),
        ("UPDATE change SET verb = 'update' WHERE position = 2", f"lead 1 of account {{}}: {VERSION}"),
        ("UPDATE lead SET version = 1 WHERE id = 1", f"lead 1 of account {{}}: {VERSION}"),
        (
            "UPDATE lead SET name = 'zz', name_sort = 'zz', version = version + 1 WHERE id = 1",
            f"lead 1 of account {{}}: {UNNOTED}",
        ),
        (
            "UPDATE change SET verb = 'create', before = NULL WHERE position = 3",
            "lead 1 of account {}: change 3 is not possible after those before it",
        ),
        (
            "UPDATE change SET verb = 'update', before = '{{}}' WHERE position = 4",
            "lead 2 of account {}: change 5 deletes another version of it",
        ),
        (
            "UPDATE change SET verb = 'erase', before = NULL WHERE position = 5",
            "lead 2 of account {}: change 5 does not say what the record was before",
        ),
        (
            "UPDATE change SET verb = 'erase', before = 'null' WHERE position = 5",
            "lead 2 of account {}: change 5 does not say what the record was before",
        ),
        (
            "UPDATE change SET verb = 'update', before = '{{}}' WHERE position = 9",
            f"email 3 of account {{}}: {MISSING}",
        ),
        (
            "UPDATE change SET id = 999 WHERE position = 3",
            "change 3 of account {}: it is of a record that never was",
        ),
        (
            "UPDATE change SET id = -1 WHERE position = 3",
            "change 3 of account {}: it is of a record that never was",
        ),
        ("UPDATE change SET cause = 'x' WHERE position = 3", "change 3 of account {}: its cause is unknown"),
        (
            "UPDATE change SET cause_id = 1 WHERE position = 3",
            "change 3 of account {}: its cause is not said",
        ),
        (
            "UPDATE change SET cause = 'bulk' WHERE position = 3",
            "change 3 of account {}: its cause is not said",
        ),
        (
            "UPDATE change SET cause_id = NULL WHERE position = 5",
            "change 5 of account {}: its cause is not said",
        ),
        (
            "UPDATE change SET cause_id = 77 WHERE position = 5",
            "change 5 of account {}: it undoes an operation that is not there",
        ),
        (
            "UPDATE change SET cause_id = 2 WHERE position = 5",
            "change 5 of account {}: it undoes an operation that is not there",
        ),
        (
            "UPDATE change SET at = 'garbage' WHERE position = 9",
            "change 9 of account {}: its time cannot be read",
        ),
        (
            "UPDATE change SET user_id = 9 WHERE position = 2",
            "change 2 of account {}: its operation is another one's",
        ),
        ("DELETE FROM lead WHERE id = 1", f"lead 1 of account {{}}: {MISSING}"),
        ("UPDATE change SET verb = 'update' WHERE position = 5", f"lead 2 of account {{}}: {MISSING}"),
        ("UPDATE change SET verb = 'update' WHERE position = 9", f"email 3 of account {{}}: {MISSING}"),
    ],
)
def test_each_disagreement_is_found(session: Session, filled: Account, statement: str, found: str) -> None:
    falsify(session, filled, statement)
    lines = faults(session)
    assert found.format(filled.id) in lines
    assert not [line for line in lines if "Ana" in line or "example.com" in line]


def test_background_work_that_a_call_began_has_its_number(session: Session, filled: Account) -> None:
    falsify(session, filled, "UPDATE change SET cause = 'bulk', cause_id = 1 WHERE position = 3")
    assert not [line for line in faults(session) if "cause" in line]


@pytest.mark.parametrize(
    ("verb", "before"),
    [
        ("x", None),
        ("create", "{}"),
        ("erase", "{}"),
        ("update", ""),
        ("update", '{"name":"Ana"'),
        ("update", None),
        ("delete", None),
        ("delete", "{}"),
        ("erase", None),
        ("create", "null"),
        ("update", '{"name":5}'),
        ("update", '{"name":true}'),
        ("update", '{"city_id":"1"}'),
        ("update", '{"city_id":1.5}'),
        ("update", '{"city_id":true}'),
        ("update", '{"city_id":0}'),
        ("update", '{"city_id":99999}'),
        ("update", '{"city_id":9223372036854775808}'),
        ("update", '{"email_id":-1}'),
        ("update", '{"email_id":"1"}'),
        ("update", '{"custom_data":{"a":1}}'),
        ("update", '{"creation_date":null}'),
        ("update", '["name"]'),
        ("update", '{"name_sort":"ana"}'),
        ("delete", '{"name":"Ana","modified":1}'),
        ("delete", '{"name":"Ana","version":"1"}'),
        ("update", '{"name":"Ana","version":1}'),
        ("update", "[" * 100_000),
    ],
)
def test_what_a_change_keeps_is_looked_at(
    session: Session, filled: Account, verb: str, before: str | None
) -> None:
    with session.write(filled.id) as unit:
        unit.run("UPDATE change SET verb = ?, before = ? WHERE position = 3", (verb, before))
    wrong = f"lead 1 of account {filled.id}: change 3 does not say what the record was before"
    assert wrong in faults(session)


@pytest.mark.parametrize(
    ("position", "shown"), [(3, "name"), (3, "email.email,x"), (3, ","), (1, "email.email")]
)
def test_what_a_change_names_is_looked_at(
    session: Session, filled: Account, position: int, shown: str
) -> None:
    with session.write(filled.id) as unit:
        unit.run("UPDATE change SET shown = ? WHERE position = ?", (shown, position))
    wrong = f"change {position} of account {filled.id}: it names what the record does not show"
    assert wrong in faults(session)


@ON_SQLITE
def test_what_is_no_text_is_told_and_passed(session: Session, filled: Account) -> None:
    for column, position in (("before", 3), ("resource", 4), ("verb", 8)):
        falsify(
            session, filled, f"UPDATE change SET {column} = CAST(x'ff' AS TEXT) WHERE position = {position}"
        )
    falsify(session, filled, "UPDATE change SET operation = 1 WHERE position = 7")
    place = "of account " + str(filled.id)
    assert faults(session) == [
        f"change 3 {place}: what it holds cannot be read",
        f"change 4 {place}: what it holds cannot be read",
        f"change 7 {place}: its operation begins elsewhere",
        f"change 8 {place}: what it holds cannot be read",
    ]


@ON_SQLITE
@pytest.mark.parametrize(
    "assignment",
    [
        "user_id = 'abc'",
        "request_id = x'ff'",
        "operation = 'x'",
        "cause = x'00'",
        "before = x'7b7d'",
        "shown = x'6e'",
    ],
)
def test_what_is_of_another_type_is_told(session: Session, filled: Account, assignment: str) -> None:
    """SQLite keeps in a column whatever is put there."""
    falsify(session, filled, f"UPDATE change SET {assignment} WHERE position = 3")
    assert f"change 3 of account {filled.id}: what it holds cannot be read" in faults(session)


def test_versions_are_known_behind_a_deletion_and_above_what_is_cut(
    session: Session, filled: Account
) -> None:
    """What came before the oldest change is not known: then a record may have been changed more often."""
    with session.write(filled.id) as unit:
        undo.undo(unit, 5)  # lead 2 is there again, with version 2
    assert faults(session) == []
    falsify(session, filled, "UPDATE lead SET version = 3 WHERE id = 2")
    assert faults(session) == [f"lead 2 of account {filled.id}: {UNNOTED}"]
    with session.write(filled.id) as unit:
        unit.run("DELETE FROM change WHERE position < 5")
        tally.discount(unit, tally.CHANGE, 4)
    assert faults(session) == [f"lead 2 of account {filled.id}: {UNNOTED}"]
    with session.write(filled.id) as unit:
        unit.run("DELETE FROM change WHERE position = 5")
        tally.discount(unit, tally.CHANGE, 1)
        unit.run("UPDATE lead SET version = version + 7")
    assert faults(session) == []
    falsify(session, filled, "UPDATE lead SET version = 1 WHERE id = 2")
    assert faults(session) == [f"lead 2 of account {filled.id}: {VERSION}"]


@pytest.mark.parametrize(
    "assignment",
    [
        "before = NULL",
        "before = '{'",
        "before = '[]'",
        """before = '{"name":5}'""",
        """before = '{"name_sort":"x"}'""",
        """before = '{"city_id":99999}'""",
        """before = '{"email_id":"1"}'""",
        "resource = 'x'",
        "resource = 'city'",
        "verb = 'x'",
        "verb = 'delete'",
    ],
)
def test_what_is_damaged_is_not_undone(session: Session, filled: Account, assignment: str) -> None:
    falsify(session, filled, f"UPDATE change SET {assignment} WHERE position = 3")
    assert faults(session)
    with pytest.raises(Internal, match="'closum check' names the damage"), session.write(filled.id) as unit:
        undo.undo(unit, 3)
    with session.read() as unit:
        assert len(history.since(unit.of(filled.id), 0, 99)) == 9


@pytest.mark.parametrize("assignment", ["before = '{'", "before = NULL", "verb = 'x'"])
def test_nor_is_what_depends_on_it(session: Session, filled: Account, assignment: str) -> None:
    falsify(session, filled, f"UPDATE change SET {assignment} WHERE position = 3")
    with pytest.raises(Internal, match="'closum check' names the damage"), session.write(filled.id) as unit:
        undo.undo(unit, 1)


@ON_SQLITE
def test_nor_what_is_no_text(session: Session, filled: Account) -> None:
    falsify(session, filled, "UPDATE change SET before = CAST(x'ff' AS TEXT) WHERE position = 3")
    for operation in (1, 3):
        with pytest.raises(Internal, match="'closum check'"), session.write(filled.id) as unit:
            undo.undo(unit, operation)


def test_nor_what_no_rule_takes_any_more(session: Session, filled: Account) -> None:
    """As after an upgrade to stricter rules: the history is sound."""
    falsify(session, filled, """UPDATE change SET before = '{"email":"no address"}' WHERE position = 8""")
    assert faults(session) == []
    with pytest.raises(Internal, match="no rule of this version takes"), session.write(filled.id) as unit:
        undo.undo(unit, 8)


def test_a_record_that_was_changed_by_a_recompute_alone_is_sound(session: Session, filled: Account) -> None:
    falsify(session, filled, "UPDATE lead SET name_sort = 'old'")
    recompute(session, Rules(RESOURCES, no_progress))
    assert faults(session) == []
    with session.read() as reading:
        unit = reading.of(filled.id)
        (noted,) = history.since(unit, 9, 9)
        assert integrity_history.versions(unit, LEAD, [1]) == {1: 3}
    assert (noted.resource, noted.id, noted.verb, noted.before) == ("lead", 1, "update", {})


def test_each_record_is_compared_once(session: Session, filled: Account) -> None:
    steps = [(1, "create", None), (1, "update", None), (2, "create", None), (2, "delete", 1)]
    with session.read() as reading:
        unit = reading.of(filled.id)
        found = list(integrity_history.by_record(unit, LEAD, 2))
        assert [(one.id, one.verb, one.version) for one in found] == steps
        assert list(check_history.records(unit, LEAD, 1)) == []
