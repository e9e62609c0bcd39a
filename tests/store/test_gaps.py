"""Ids that are missing: the record at a position is found, whatever was deleted and came back."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from closum.resources.email import EMAIL
from closum.resources.lead import LEAD
from closum.store import gaps, identity, integrity, tally
from closum.store.gaps import BLOCK, LEAST, PARTS
from closum.store.opening import open_session
from closum.store.session import Session
from closum.store.sql import parameter, prepared
from closum.store.sqlite.session import SQLiteSession
from closum.store.unit import Unit
from tests.support.engine import Engine

TAKEN = st.tuples(st.just("take"), st.sampled_from((1, LEAST, BLOCK - 1, BLOCK, 5_000, 70_000)), st.just(1))
LENGTHS = st.sampled_from((1, 2, LEAST, LEAST + 1, BLOCK, 3 * BLOCK + 5, 20_000))
CHANGED = st.tuples(st.sampled_from(("forget", "fill")), st.integers(0, 75_000), LENGTHS)
STEPS = st.lists(TAKEN | CHANGED, min_size=2, max_size=12)


@pytest.fixture(scope="module")
def shared(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """One database for all examples, each of which has an account of its own."""
    folder = tmp_path_factory.mktemp("gaps")
    with open_session(engine.fill(folder)) as session:
        if isinstance(session, SQLiteSession):
            session.connection.pragma("synchronous", "off")
        yield session
    engine.forget(folder)


def fresh_account(session: Session) -> int:
    with session.write() as unit:
        name = f"Account {len(identity.accounts(unit)) + 1}"
        return identity.add_account(unit, name, name)


@dataclass
class Ids:
    """What the ids of a list are, as a plain set, and the same in the database."""

    last: int = 0
    missing: set[int] = field(default_factory=set)

    def take(self, unit: Unit, number: int) -> None:
        assert tally.take(unit, LEAD, number).first_id == self.last + 1
        self.last += number

    def forget(self, unit: Unit, ids: Iterable[int]) -> None:
        going = [one for one in ids if 0 < one <= self.last and one not in self.missing]
        tally.forget(unit, LEAD, going)
        self.missing.update(going)

    def fill(self, unit: Unit, ids: Iterable[int]) -> None:
        back = self.missing.intersection(ids)
        tally.fill(unit, LEAD, back)
        self.missing -= back

    @property
    def count(self) -> int:
        return self.last - len(self.missing)

    def positions(self) -> set[int]:
        """Both ends, and both sides of each place where a gap or a span of the tree ends."""
        ordered = sorted(self.missing)
        edges = {edge for one in ordered if one + 1 not in self.missing for edge in (one, one + 1)}
        edges |= {edge for size in (LEAST, BLOCK, BLOCK * PARTS) for edge in (size, size + 1)}
        some = sorted(edges)[:: 1 + len(edges) // 100]
        near = {one - bisect_right(ordered, one) + off for one in some for off in (-1, 0, 1)}
        return {one for one in (*near, self.count // 2, self.count - 1) if 0 <= one < self.count}


def found(unit: Unit, position: int, descending: bool = False) -> tuple[int, int] | None:
    statement = prepared(tally.place(LEAD, parameter("others"), descending), "account_id", "others")
    row = unit.one(*statement(unit.account_id, position))
    return (row[0], row[1]) if row else None


def id_at(ids: Ids, place: tuple[int, int] | None) -> int:
    """The id at a place, which is near."""
    assert place is not None
    after_id, skip = place
    assert 0 <= skip < LEAST
    present = (one for one in range(after_id + 1, after_id + 2 * LEAST) if one not in ids.missing)
    return next(one for number, one in enumerate(present) if number == skip)


def assert_same(unit: Unit, ids: Ids) -> None:
    """The database tells of the list what the set does."""
    row = unit.one(
        "SELECT count, last_id FROM tally WHERE account_id = ? AND resource = 'lead'", (unit.account_id,)
    )
    assert row == (ids.count, ids.last)
    runs = [(one - 1, one + 1) for one in ids.missing]
    assert gaps.kept(unit, LEAD) == gaps.of_runs(runs, ids.last)
    ordered = sorted(ids.missing)
    for position in ids.positions():
        one = id_at(ids, found(unit, position))
        assert one not in ids.missing
        assert one - bisect_right(ordered, one) == position + 1
        assert id_at(ids, found(unit, ids.count - 1 - position, descending=True)) == one


@settings(max_examples=60, deadline=None)
@given(steps=STEPS)
def test_any_deletions_and_returns(shared: Session, steps: list[tuple[str, int, int]]) -> None:
    account_id, ids = fresh_account(shared), Ids()
    with shared.write(account_id) as unit:
        ids.take(unit, 1)
        for verb, start, length in steps:
            if verb == "take":
                ids.take(unit, start)
            elif verb == "forget":
                ids.forget(unit, range(start % ids.last + 1, start % ids.last + 1 + length))
            else:
                first = min((one for one in ids.missing if one > start), default=1)
                ids.fill(unit, range(first, first + length))
            assert_same(unit, ids)
        ids.fill(unit, list(ids.missing))
        assert gaps.kept(unit, LEAD) == {}
        assert_same(unit, ids)


@settings(max_examples=20, deadline=None)
@given(
    deleted=st.sets(st.integers(1, 20_000), max_size=2_000),
    back=st.sets(st.integers(1, 20_000), max_size=2_000),
    more=st.sampled_from((0, 1, 50_000)),
)
def test_sets_spread_over_the_list(shared: Session, deleted: set[int], back: set[int], more: int) -> None:
    account_id, ids = fresh_account(shared), Ids()
    with shared.write(account_id) as unit:
        ids.take(unit, 20_000)
        ids.forget(unit, deleted)
        ids.take(unit, more)
        ids.fill(unit, back)
        assert_same(unit, ids)


def test_a_list_that_grows_keeps_its_gaps(shared: Session) -> None:
    """Past each size at which the tree gets a new top, by one id and by many at once."""
    for numbers in (
        (BLOCK, 1, BLOCK * PARTS - BLOCK - 1, 1),
        (1, BLOCK * PARTS**2),
        (BLOCK * PARTS + 1, 10**10),
    ):
        account_id, ids = fresh_account(shared), Ids()
        with shared.write(account_id) as unit:
            for number in numbers:
                ids.take(unit, number)
                ids.forget(unit, [ids.last])
                assert_same(unit, ids)


def test_positions_outside_the_list(shared: Session) -> None:
    account_id, ids = fresh_account(shared), Ids()
    with shared.write(account_id) as unit:
        assert found(unit, 0) is None
        ids.take(unit, BLOCK)
        for _ in range(2):
            assert found(unit, -1) is None
            assert found(unit, ids.count, descending=True) is None
            after_id, skip = found(unit, ids.count) or (0, 0)
            assert skip + len([one for one in range(1, after_id + 1) if one not in ids.missing]) >= ids.count
            ids.forget(unit, range(BLOCK - 20, BLOCK + 1))


def test_ids_that_were_never_given_are_refused(shared: Session) -> None:
    account_id = fresh_account(shared)
    for change in (tally.forget, tally.fill):
        with (
            pytest.raises(ValueError, match="leads have ids from 1 to 0, not from 1 to 1"),
            shared.write(account_id) as unit,
        ):
            change(unit, LEAD, [1])
    with shared.write(account_id) as unit:
        tally.take(unit, LEAD, 10)
        tally.forget(unit, LEAD, [3])
    for change in (tally.forget, tally.fill):
        for ids in ([11], [3, 0], [-1]):
            with (
                pytest.raises(ValueError, match="leads have ids from 1 to 10"),
                shared.write(account_id) as unit,
            ):
                change(unit, LEAD, ids)
    with (
        pytest.raises(ValueError, match="more ids of leads come back than are missing"),
        shared.write(account_id) as unit,
    ):
        tally.fill(unit, LEAD, [3, 4])
    with shared.read() as unit:
        assert_same(unit.of(account_id), Ids(10, {3}))


def test_lists_and_accounts_do_not_meet(shared: Session) -> None:
    first, second = fresh_account(shared), fresh_account(shared)
    for account_id in (first, second):
        with shared.write(account_id) as unit:
            for resource in (LEAD, EMAIL):
                tally.take(unit, resource, BLOCK)
    with shared.write(first) as unit:
        tally.forget(unit, LEAD, [5])
        assert gaps.kept(unit, EMAIL) == gaps.kept(unit.of(second), LEAD) == {}
        assert [found(one, 7) for one in (unit, unit.of(second))] == [(0, 7), (7, 0)]


def test_nothing_changes_nothing(shared: Session) -> None:
    with shared.write(fresh_account(shared)) as unit:
        tally.forget(unit, LEAD, [])
        tally.fill(unit, LEAD, [])


def test_more_ids_than_are_held_in_memory(shared: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tally, "AT_ONCE", 100)
    account_id, ids = fresh_account(shared), Ids()
    with shared.write(account_id) as unit:
        ids.take(unit, 1_000)
        ids.forget(unit, range(50, 951))
        assert_same(unit, ids)
        ids.fill(unit, range(1, 900))
        assert_same(unit, ids)


def test_check_finds_each_count_that_is_another(shared: Session) -> None:
    """In a list of which every record was deleted, over three sizes of spans."""
    account_id, last = fresh_account(shared), BLOCK * PARTS + 300
    with shared.write(account_id) as unit:
        tally.take(unit, LEAD, last)
        tally.forget(unit, LEAD, range(1, last + 1))

    def faults(unit: Unit) -> list[str]:
        return [line for line in integrity.tallies(unit, LEAD) if f"account {account_id}:" in line]

    places = ((BLOCK, 2 * BLOCK), (BLOCK * PARTS, 0), (BLOCK * PARTS, BLOCK * PARTS), (BLOCK * PARTS**2, 0))
    for span, after_id in places:
        where = (account_id, span, after_id)
        for change in ("SET missing_3 = missing_3 + {}", "SET span = span + {}"):
            sql = f"UPDATE tally_span {change} WHERE account_id = ? AND span = ? AND after_id = ?"
            with shared.write(account_id) as unit:
                assert faults(unit) == []
                unit.run(sql.format(1), where)
                assert faults(unit)
                there = (account_id, span + 1, after_id) if "span +" in change else where
                unit.run(sql.format(-1), there)
