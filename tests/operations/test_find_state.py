"""Random sequences of writes, and between them lists, walks, the feed and histories, beside a naive scan of a model."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule, run_state_machine_as_test

from closum.model.property import properties
from closum.model.resource import Resource
from closum.resources import RESOURCES
from closum.resources.contact_lifecycle_stage import CONTACT_LIFECYCLE_STAGE
from closum.resources.email import EMAIL
from closum.resources.lead import LEAD
from closum.resources.phone import PHONE
from closum.store import filtered, fixed, identity, rows
from closum.store.progress import no_progress
from closum.store.recompute import Rules, recompute
from closum.store.session import Session
from closum.store.sqlite.session import SQLiteSession
from tests.support import engine as engines
from tests.support.engine import Engine, session_of
from tests.support.model import scan
from tests.support.model.account import WHOSE, Account, erase_leads
from tests.support.model.asked import Asked, Model
from tests.support.model.asks import TIMES, lists
from tests.support.model.begun import compare_begun
from tests.support.model.bodies import WHICH, Body, to_find
from tests.support.model.changing import SEEDS, Sent
from tests.support.model.compared import Walk, compare_feed, compare_history, compare_list
from tests.support.model.door import Direct
from tests.support.model.past import Key, Past
from tests.support.model.scan import Moment
from tests.support.model.told import compare_bin, compare_operations, entries, names_person
from tests.support.model.touched import TOUCHES
from tests.support.model.working import MADE, Working

EXAMPLES = {"sqlite": 40, "postgres": 15}
ZONES = ("UTC", "Europe/Lisbon", "America/New_York", "Asia/Kolkata")
LISTS = 8  # after each step
BEGIN = 1_774_701_000
"""28 March 2026, 12:30 UTC: clocks in Lisbon go forward in the night."""
HOUR = 3_600
PATHS = [(20_000, 30_000), (0, 30_000), (0, 3), (0, 0)]
"""How few hits are fetched, and how far an index is walked: each way of finding a page."""
SHOWN = {one.name: one for one in (EMAIL, PHONE)}
RULES = Rules(RESOURCES, no_progress)
ALL_OF_WORK = Asked("lead", limit=1000, fields=("id", *scan.OF_WORK[:6], *TOUCHES))
"""What leads have of the records that belong to them, and their stages."""


class Clock:
    now = BEGIN

    def __call__(self) -> float:
        return self.now


class FindMachine(Working):
    """Keeps beside each account its past; what is asked for in between is compared with a scan of the model."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self.clock = clock
        self.clock.now = BEGIN
        self.pasts, self.zones = [Past(), Past()], ["UTC", "UTC"]
        self.sent: dict[tuple[int, str], Sent] = {}
        self.walks: list[tuple[int, Walk]] = []
        super().__init__(session)
        with session.write() as unit:
            for account in self.accounts:
                fixed.seed(unit.of(account.id), CONTACT_LIFECYCLE_STAGE)
        self.doors = [Direct(session, account.id) for account in self.accounts]

    def model(self, which: int) -> Model:
        return Model(self.accounts[which], self.pasts[which], Moment(self.clock.now, self.zones[which]))

    def call(self, which: int, resource: Resource, body: Body, record_id: int | None) -> None:
        super().call(which, resource, body, record_id)
        self.note(which, self.accounts[which])

    @initialize(seed=SEEDS)
    def begin(self, seed: int) -> None:
        self.chance = random.Random(seed)
        for which, number in ((0, 12), (1, 6)):
            self.move_away(which, self.chance.choice(ZONES))
            for _ in range(number):
                self.create_leads(which, self.chance.getrandbits(32), 1)
                self.time_passes(self.chance.randrange(6))
            self.work_on(which, self.chance.getrandbits(32), 2 * number)

    @rule(which=WHICH, seed=SEEDS, number=st.integers(1, 3))
    def create_leads(self, which: int, seed: int, number: int) -> None:
        choice = random.Random(seed)
        for _ in range(number):
            self.call(which, LEAD, to_find(choice), None)

    @rule(which=WHICH, seed=SEEDS, data=st.data())
    def change_lead(self, which: int, seed: int, data: st.DataObject) -> None:
        self.update(which, LEAD, to_find(random.Random(seed)), data)

    @rule(which=WHICH, text=st.sampled_from(tuple(WHOSE)))
    def erase(self, which: int, text: str) -> None:
        account, past = self.accounts[which], self.pasts[which]
        merged = past.went_into(account, WHOSE[text])
        showed = past.showed(account, WHOSE[text], merged)
        super().erase(which, text)
        erase_leads(account, [one for _, one in merged if one in account.lead])
        self.erase_unshown(account, showed)
        past.erased(account, self.at(which), WHOSE[text], {*merged, *showed})
        for one in entries(self.session, self.accounts[which]).values():
            assert not names_person(one["record"], WHOSE[text])

    def erase_unshown(self, account: Account, showed: dict[Key, bool | None]) -> None:
        """What merged leads showed goes, unless a lead shows it, or it is another's; where nobody can know it may go."""
        for (table, number), is_same in showed.items():
            shown = number in {lead[table] for lead in account.lead.values()}
            if shown or number not in getattr(account, table) or is_same is False:
                continue
            with self.session.read() as unit:
                is_there = number in rows.rows_by(unit.of(account.id), SHOWN[table], "id", [number])
            assert not (is_there and is_same)
            if not is_there:
                getattr(account, table).pop(number)

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

    @invariant()
    def lists_have_what_a_scan_finds(self) -> None:
        for asked in lists(self.chance, LISTS):
            which = self.chance.choice((0, 0, 0, 1))
            with on(self.chance.choice(PATHS)):
                compare_list(self.doors[which], asked, self.model(which))

    @invariant()
    def phones_are_found_by_their_first_digits(self) -> None:
        for _ in range(3):
            which = self.chance.choice((0, 0, 0, 1))
            compare_begun(self.session, self.model(which), self.chance)

    @invariant()
    def leads_have_what_belongs_to_them(self) -> None:
        which = self.chance.choice((0, 0, 0, 1))
        for asked in (ALL_OF_WORK, Asked(self.chance.choice(sorted(MADE)), limit=1000)):
            compare_list(self.doors[which], asked, self.model(which))
        if leads := sorted(self.accounts[which].lead):
            self.compare_stays(which, self.chance.choice(leads))

    @rule(which=WHICH, seed=SEEDS)
    def list_what_changed(self, which: int, seed: int) -> None:
        """Since a time, or behind the last change of an operation."""
        choice, events = random.Random(seed), self.pasts[which].events
        last = {one.operation: number for number, one in enumerate(events, 1)}
        positions = [one["position"] for one in self.doors[which].changes("", 1_000).data]
        for asked in lists(choice, 9):
            number = choice.choice([*last.values()][-9:] or [None]) if choice.random() < 0.6 else None
            times = (*TIMES, *(one.at for one in events[-9:]))
            text = choice.choice(times) if number is None else positions[number - 1]
            compare_list(self.doors[which], asked._replace(since=(number, text)), self.model(which))

    @rule(which=WHICH, seed=SEEDS, path=st.sampled_from(PATHS))
    def begin_to_walk(self, which: int, seed: int, path: tuple[int, int]) -> None:
        with on(path):
            for asked in lists(random.Random(seed), 3):
                limit = 100 if asked.resource == "city" else min(asked.limit, 3)
                walk = Walk(asked._replace(limit=limit))
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
            compare_bin(self.session, model.account, model.past)
            compare_operations(self.session, model.account, model.past, 3)
            for table in ("lead", *MADE):
                compare_list(door, Asked(table, limit=1000), model)
            for lead in range(1, model.account.last["lead"] + 1):
                self.compare_stays(which, lead)
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


UNKNOWN = {
    *("contact_lifecycle_stage", "audience_list", "lead_audience_list"),
    *("contact_type", "unqualified_lead", "unqualified_lead_consent"),
    "assignment_rule",
}
"""What the model does not know: leads have the nine stages alone and are on no list; nobody is unqualified; leads have no owner,
since there are no users. Tests in `tests/resources` have these."""


def test_the_model_knows_every_property() -> None:
    assert {one.name for one in RESOURCES} == {*scan.NAMES} | UNKNOWN
    for resource in [one for one in RESOURCES if one.name not in UNKNOWN]:
        found, lists = properties(resource), resource.listing.members
        known = {name: one for name, one in found.items() if name not in lists}
        assert sorted(scan.NAMES[resource.name]) == sorted(known)
        for name, one in known.items():
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
