"""The history: what each row keeps, in which order, and how it is cut."""

from closum.accounts import users
from closum.model import draft
from closum.model.change import COMMAND
from closum.operations import records
from closum.resources.lead import LEAD
from closum.store import history
from closum.store.history import Past
from closum.store.identity import Account
from closum.store.opening import open_session
from closum.store.session import Session
from closum.store.unit import timestamp
from tests.support.inprocess import Clock
from tests.support.stored import create


def test_a_row_for_each_record_with_what_differed(session: Session, account: Account, url: str) -> None:
    clock = Clock()
    clock.now = 2_000_000_000
    at = timestamp(2_000_000_000)
    with open_session(url, clock=clock) as timed, timed.write(account.id) as unit:
        create(unit, LEAD, [{"name": "Ana", "city_id": 1, "email": {"email": "ana@example.com"}}])
        records.update(unit, LEAD, 1, draft.parse(LEAD, {"name": "Eva", "city_id": 1, "email": None}))
        found = history.since(unit, 0, 10)
    assert found == [
        Past(1, 1, "email", 1, "create", at, COMMAND, None),
        Past(2, 1, "lead", 1, "create", at, COMMAND, None),
        Past(
            3,
            3,
            "lead",
            1,
            "update",
            at,
            COMMAND,
            {"name": "Ana", "email_id": 1},
            shown=("email.id", "email.email"),
        ),
    ]


def test_the_oldest_are_cut_and_positions_go_on(session: Session, account: Account, url: str) -> None:
    clock = Clock()
    with open_session(url, clock=clock) as timed:
        for clock.now in (1_000, 2_000, 1_500, 3_000):  # a clock that goes back is not followed
            with timed.write(account.id) as unit:
                create(unit, LEAD, [{"name": "Ana"}])
        with timed.write(account.id) as unit:
            assert history.cut(unit, timestamp(2_000), 10) == 1
            assert history.cut(unit, timestamp(2_001), 1) == 1
            assert history.cut(unit, timestamp(2_001), 10) == 1
            assert history.cut(unit, timestamp(2_001), 10) == 0
            assert [one.position for one in history.since(unit, 0, 10)] == [4]
            create(unit, LEAD, [{"name": "Ana"}])
            assert [one.position for one in history.since(unit, 4, 10)] == [5]


def test_numbers_beyond_64_bits_are_beyond_every_position(session: Session, account: Account) -> None:
    with session.write(account.id) as unit:
        create(unit, LEAD, [{"name": "Ana"}])
        for beyond in (2**63, 10**30):
            assert history.since(unit, beyond, 10) == []
            assert [one.position for one in history.since(unit, -beyond, beyond)] == [1]
            assert history.of_operation(unit, beyond) == []
            assert history.with_before(unit, beyond, 10) == []


def test_half_an_operation_is_none(session: Session, account: Account) -> None:
    with session.write(account.id) as unit:
        create(unit, LEAD, [{"name": "Ana", "email": {"email": "ana@example.com"}}])
        assert len(history.of_operation(unit, 1)) == 2
        assert history.of_operation(unit, 2) == []
        history.cut(unit, timestamp(unit.now + 1), 1)
        assert history.of_operation(unit, 1) == history.of_operation(unit, 2) == []


def test_the_history_of_a_foreign_record_is_empty(session: Session, account: Account) -> None:
    with session.write() as unit:
        other = users.add_account(unit, "Other")
    with session.write(account.id) as unit:
        create(unit, LEAD, [{"name": "Ana", "email": {"email": "ana@example.com"}}])
        records.update(unit, LEAD, 1, draft.parse(LEAD, {"name": "Eva"}))
        assert len(history.of_records(unit, LEAD, [1], 0)[1]) == 2
    with session.write(other.id) as unit:
        assert history.of_records(unit, LEAD, [1], 0) == {}
        assert history.since(unit, 0, 10) == history.with_before(unit, 0, 10) == []
        assert history.of_operation(unit, 1) == []
        history.forget(unit, LEAD, 1)
        assert history.cut(unit, timestamp(unit.now + 1), 10) == 0
    with session.read() as unit:
        assert [one.before for one in history.since(unit.of(account.id), 0, 10)] == [
            None,
            None,
            {"name": "Ana"},
        ]
