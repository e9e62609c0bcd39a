"""Random sequences of writes, and between them lists, walks, the feed and histories, beside a naive scan of a model."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule, run_state_machine_as_test

from closum.model.property import properties
from closum.model.resource import Resource
from closum.operations import undo
from closum.resources import RESOURCES
from closum.resources.lead import LEAD
from closum.store import filtered, identity
from closum.store.progress import no_progress
from closum.store.recompute import Rules, recompute
from closum.store.session import Session
from closum.store.sqlite.session import SQLiteSession
from closum.store.unit import timestamp
from tests.operations.test_records_state import Machine
from tests.support import engine as engines
from tests.support.engine import Engine, session_of
from tests.support.model import scan
from tests.support.model.account import WHOSE, Account
from tests.support.model.asked import Asked, Model
from tests.support.model.asks import TIMES, lists
from tests.support.model.bodies import TO_FIND, WHICH, Body
from tests.support.model.compared import Walk, compare_feed, compare_history, compare_list
from tests.support.model.door import Direct
from tests.support.model.past import Past
from tests.support.model.scan import Moment

EXAMPLES = {"sqlite": 40, "postgres": 20}
ZONES = ("UTC", "Europe/Lisbon", "America/New_York", "Asia/Kolkata")
BEGIN = 1_774_654_200
"""28 March 2026, 23:30 UTC: clocks in Lisbon go forward two hours later."""
HOUR = 3_600
LEADS = st.just(LEAD.name)
Bodies, Many = list[Body], list[Asked]
PATHS = [(20_000, 30_000), (0, 30_000), (0, 3), (0, 0)]
"""How few hits are fetched, and how far an index is walked: each way of finding a page."""
RULES = Rules(RESOURCES, no_progress)


class Clock:
    now = BEGIN

    def __call__(self) -> float:
        return self.now


class FindMachine(Machine):
    """Keeps beside each account its past; what is asked for in between is compared with a scan of the model."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self.clock = clock
        self.clock.now = BEGIN
        self.pasts, self.zones = [Past(), Past()], ["UTC", "UTC"]
        self.undoable: dict[int, tuple[int, Account]] = {}
        self.walks: list[tuple[int, Walk]] = []
        super().__init__(session)
        self.doors = [Direct(session, account.id) for account in self.accounts]

    def model(self, which: int) -> Model:
        return Model(self.accounts[which], self.pasts[which], Moment(self.clock.now, self.zones[which]))

    def call(self, which: int, resource: Resource, body: Body, record_id: int | None) -> None:
        before = self.accounts[which]
        super().call(which, resource, body, record_id)
        if noted := self.pasts[which].note(self.accounts[which], timestamp(self.clock.now)):
            self.undoable[which] = (noted[0].operation, before)

    @initialize(several=st.lists(TO_FIND, min_size=8, max_size=12))
    def begin(self, several: Bodies) -> None:
        self.create_lead(0, several)

    @rule(which=WHICH, several=st.lists(TO_FIND, min_size=1, max_size=3))
    def create_lead(self, which: int, several: Bodies) -> None:
        for body in several:
            self.call(which, LEAD, body, None)

    @rule(which=WHICH, body=TO_FIND, data=st.data())
    def update_lead(self, which: int, body: Body, data: st.DataObject) -> None:
        self.update(which, LEAD, body, data)

    @rule(which=WHICH, text=st.sampled_from(tuple(WHOSE)))
    def erase(self, which: int, text: str) -> None:
        super().erase(which, text)
        self.pasts[which].erased(self.accounts[which], timestamp(self.clock.now), WHOSE[text])
        self.undoable.pop(which, None)

    @rule(which=WHICH)
    def undo(self, which: int) -> None:
        if which not in self.undoable:
            return
        operation, before = self.undoable[which]
        now = self.accounts[which]
        with self.session.write(now.id) as unit:
            assert undo.undo(unit, operation).left == []
        self.accounts[which] = replace(before, last=now.last)
        (first, *_) = self.pasts[which].note(self.accounts[which], timestamp(self.clock.now), come="restore")
        self.undoable[which] = (first.operation, now)

    @rule(hours=st.integers(1, 30))
    def time_passes(self, hours: int) -> None:
        self.clock.now += hours * HOUR

    @rule(which=WHICH, zone=st.sampled_from(ZONES))
    def move_away(self, which: int, zone: str) -> None:
        """The account's days are others from now on."""
        with self.session.write() as unit:
            identity.change_account(unit, self.accounts[which].id, {"zone": zone})
        self.zones[which] = zone

    @rule(number=st.integers(1, 9))
    def move_terms(self, number: int) -> None:
        """Some get into the index of the search, where an engine leaves them beside it at first."""
        with self.session.write(self.accounts[0].id) as unit:
            if hasattr(unit.search, "move"):
                unit.search.move(unit, number)

    @rule(which=WHICH, several=st.lists(lists(LEADS), min_size=5, max_size=8), path=st.sampled_from(PATHS))
    def list_leads(self, which: int, several: Many, path: tuple[int, int]) -> None:
        with on(path):
            for asked in several:
                compare_list(self.doors[which], asked, self.model(which))

    @rule(which=WHICH, several=st.lists(lists(), min_size=3, max_size=5), path=st.sampled_from(PATHS))
    def list(self, which: int, several: Many, path: tuple[int, int]) -> None:
        self.list_leads(which, several, path)

    @rule(which=WHICH, asked=lists(), data=st.data())
    def list_what_changed(self, which: int, asked: Asked, data: st.DataObject) -> None:
        """Since a time, or behind the last change of an operation."""
        events = self.pasts[which].events
        ends = [number for number, one in enumerate(events[1:], 1) if one.operation == number + 1]
        number = data.draw(st.sampled_from((None, *ends, *([len(events)] if events else ()))))
        if number is None:
            since = None, data.draw(st.sampled_from(TIMES))
        else:
            since = number, self.doors[which].changes("", 1_000).data[number - 1]["position"]
        compare_list(self.doors[which], asked._replace(since=since), self.model(which))

    @rule(which=WHICH, asked=lists(), path=st.sampled_from(PATHS))
    def begin_to_walk(self, which: int, asked: Asked, path: tuple[int, int]) -> None:
        walk = Walk(asked._replace(limit=100 if asked.resource == "city" else min(asked.limit, 3)))
        with on(path):
            if walk.go_on(self.doors[which], self.model(which)):
                self.walks.append((which, walk))

    @rule(path=st.sampled_from(PATHS))
    def walk_on(self, path: tuple[int, int]) -> None:
        with on(path):
            self.walks = [
                (which, walk)
                for which, walk in self.walks
                if walk.go_on(self.doors[which], self.model(which))
            ]

    @rule(which=WHICH, most=st.sampled_from((1, 2, 5, 100)))
    def read_the_feed(self, which: int, most: int) -> None:
        compare_feed(self.doors[which], self.model(which), most)

    @rule(which=WHICH, most=st.sampled_from((1, 2, 5, 100)), data=st.data())
    def read_a_history(self, which: int, most: int, data: st.DataObject) -> None:
        known = sorted({one.key for one in self.pasts[which].events})
        key = data.draw(st.sampled_from((*known, ("lead", 10_000))))
        compare_history(self.doors[which], key, self.model(which), most)

    def records_are_those_of_the_model(self) -> None:
        """At the end alone: lists are compared all the time."""

    def teardown(self) -> None:
        recompute(self.session, RULES)
        super().teardown()
        super().records_are_those_of_the_model()
        for which, door in enumerate(self.doors):
            model = self.model(which)
            compare_feed(door, model, 3)
            for key in {one.key for one in model.past.events}:
                compare_history(door, key, model, 3)
        while self.walks:
            self.walk_on((20_000, 30_000))


@contextmanager
def on(path: tuple[int, int]) -> Iterator[None]:
    """Pages are found in another way."""
    few, walked = path
    with mock.patch.object(filtered, "FEW", few), mock.patch.object(filtered, "WALKED", walked):
        yield


def test_the_model_knows_every_property() -> None:
    for resource in RESOURCES:
        assert sorted(scan.NAMES[resource.name]) == sorted(properties(resource))
        for name, one in properties(resource).items():
            assert set(one.operators) == set(scan.takes(resource.name, name)), name
        sorts = {*resource.listing.sorts, *(["relevance"] if resource.terms else [])}
        assert set(scan.SORTS[resource.name]) == sorts


@pytest.mark.slow
def test_what_is_found_is_what_a_scan_finds(folder: Path, engine: Engine) -> None:
    clock = Clock()
    engines.current.fill(folder)
    with session_of(folder, clock=clock) as session:
        if isinstance(session, SQLiteSession):
            session.connection.pragma("synchronous", "off")

        class Bound(FindMachine):
            def __init__(self) -> None:
                super().__init__(session, clock)

        steps = settings(max_examples=EXAMPLES[engine.name], stateful_step_count=30, deadline=None)
        run_state_machine_as_test(Bound, settings=settings(steps, suppress_health_check=list(HealthCheck)))
