"""Random consents, merges, deletions and undos: what a lead says is always what its newest entries say."""

from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from closum.errors import Error, Invalid
from closum.model import draft
from closum.model.consents import CHANNELS, STATES
from closum.model.draft import Draft
from closum.model.relations import Row
from closum.model.resource import Resource
from closum.operations import check, merging, records, undo
from closum.resources.consent import CONSENT
from closum.resources.lead import LEAD
from closum.store import identity, rows
from closum.store.session import Session
from closum.store.sqlite.session import SQLiteSession
from tests.support.engine import Engine

EXAMPLES = {"sqlite": 60, "postgres": 15}
MOST = 4  # leads

Entry = tuple[str, str]
TICKS = st.dictionaries(
    st.sampled_from(CHANNELS), st.sampled_from([True, False, 1, "0", "on", "", None]), max_size=2
)
YES = (True, 1, "on")
PLACES = st.integers(0, 20)


class Machine(RuleBasedStateMachine):
    """`entries` are those that each lead has, as calls have made them; an undo is compared with the state before it."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.operations: list[int] = []
        with session.write() as unit:
            name = f"Account {len(identity.accounts(unit))}"
            self.account = identity.add_account(unit, name, name)

    @initialize()
    def begin(self) -> None:
        self.create({"email": True})

    @rule(ticks=TICKS)
    def create(self, ticks: dict[str, Any]) -> None:
        if len(self.leads()) < MOST:
            self.call(LEAD, {"name": "Ana", "lead_opt_in": ticks}, None)
            last = max(self.leads())
            assert self.entries(last) == [
                (one, "given") for one in CHANNELS if ticks.get(one) in YES and one in ticks
            ]

    @rule(ticks=TICKS, place=PLACES)
    def send(self, ticks: dict[str, Any], place: int) -> None:
        if lead := self.one(place):
            before, held = self.entries(lead), self.held(lead)
            self.call(LEAD, {"lead_opt_in": ticks}, lead)
            added = [
                (one, "given" if ticks[one] in YES else "withdrawn")
                for one in CHANNELS
                if one in ticks and (ticks[one] in YES or held[one] == "given")
            ]
            assert self.entries(lead) == before + added

    @rule(channel=st.sampled_from(CHANNELS), state=st.sampled_from(STATES), place=PLACES)
    def note(self, channel: str, state: str, place: int) -> None:
        if lead := self.one(place):
            before, may = self.entries(lead), state == "given" or self.held(lead)[channel] == "given"
            body = {"lead_id": lead, "channel": channel, "state": state}
            if may:
                self.call(CONSENT, body, None)
                assert self.entries(lead) == [*before, (channel, state)]
            else:
                with pytest.raises(Invalid):
                    self.call(CONSENT, body, None)
                assert self.entries(lead) == before

    @rule(place=PLACES)
    def delete(self, place: int) -> None:
        if lead := self.one(place):
            with self.session.write(self.account) as unit:
                self.noted(records.delete(unit.of(self.account), LEAD, lead).operation)
            assert self.entries(lead) == []

    @rule(place=PLACES, other=PLACES)
    def merge(self, place: int, other: int) -> None:
        target, gone = self.one(place), self.one(other)
        if target and gone and target != gone:
            both = sorted(self.ids(target) + self.ids(gone))
            with self.session.write(self.account) as unit:
                wanted = Draft({merging.IDS: [gone], merging.PROPERTIES: {}}, {}, {})
                self.noted(merging.write(unit.of(self.account), LEAD, target, wanted).operation)
            assert self.ids(target) == both

    @rule(place=PLACES)
    def undo(self, place: int) -> None:
        if self.operations:
            with self.session.write(self.account) as unit:
                try:
                    done = undo.undo(unit.of(self.account), self.operations[place % len(self.operations)])
                except Invalid:
                    return  # undone already
            self.noted(done.operation)

    @invariant()
    def leads_say_what_their_newest_entries_say(self) -> None:
        for lead in self.leads():
            assert self.held(lead) == dict.fromkeys(CHANNELS) | dict(self.entries(lead))

    def call(self, resource: Resource, body: dict[str, Any], record_id: int | None) -> None:
        asked = draft.parse(resource, body)
        with self.session.write(self.account) as unit:
            if record_id is None:
                (outcome,) = records.create_many(unit.of(self.account), resource, [asked])
                if isinstance(outcome, Error):
                    raise outcome
                self.noted(outcome.operation)
            else:
                self.noted(records.update(unit.of(self.account), resource, record_id, asked).operation)

    def noted(self, operation: int | None) -> None:
        self.operations += [operation] if operation else []

    def leads(self) -> dict[int, Row]:
        with self.session.read() as unit:
            return rows.rows_by(unit.of(self.account), LEAD, "id", range(1, 100))

    def one(self, place: int) -> int | None:
        known = sorted(self.leads())
        return known[place % len(known)] if known else None

    def held(self, lead: int) -> dict[str, Any]:
        row = self.leads()[lead]
        return {one: row[f"consent_{one}"] for one in CHANNELS}

    def _rows(self, lead: int) -> list[Row]:
        with self.session.read() as unit:
            found = rows.all_by(unit.of(self.account), CONSENT, "lead_id", [lead])
        return sorted(found, key=lambda row: row["id"])

    def entries(self, lead: int) -> list[Entry]:
        return [(row["channel"], row["state"]) for row in self._rows(lead)]

    def ids(self, lead: int) -> list[int]:
        return [row["id"] for row in self._rows(lead)]

    def teardown(self) -> None:
        with self.session.read() as unit:
            assert list(check.faults(unit, lambda done, total: None)) == []


@pytest.mark.slow
def test_any_sequence_of_consents(session: Session, engine: Engine) -> None:
    if isinstance(session, SQLiteSession):
        session.connection.pragma("synchronous", "off")

    class Bound(Machine):
        def __init__(self) -> None:
            super().__init__(session)

    steps = settings(max_examples=EXAMPLES[engine.name], stateful_step_count=30, deadline=None)
    run_state_machine_as_test(Bound, settings=settings(steps, suppress_health_check=list(HealthCheck)))
