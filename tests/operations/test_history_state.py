"""After any sequence of calls and undos the history explains the records: taken back from them, it leaves nothing."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import invariant, rule, run_state_machine_as_test
from hypothesis.strategies import sampled_from

from closum.model.change import COMMAND, CREATE, DELETE, ERASE, UPDATE
from closum.model.resource import Resource
from closum.operations import undo
from closum.resources import RESOURCES
from closum.store import history, integrity, tally
from closum.store.session import Session
from closum.store.sqlite.session import SQLiteSession
from closum.store.unit import Unit
from tests.operations.test_records_state import Machine
from tests.support.engine import Engine
from tests.support.model.account import WHOSE, Account
from tests.support.model.bodies import WHICH, Body

EXAMPLES = {"sqlite": 40, "postgres": 15}
OWNED = {resource.name: resource for resource in RESOURCES if not resource.shared}
UNKNOWN: dict[str, Any] = {}
"""What an erased record was."""


def taken_back(unit: Unit) -> dict[tuple[str, int], Any]:
    """The records of an account before all of its history: own columns by resource and id."""
    state = {
        (name, row["id"]): {column: row[column] for column in resource.own_columns}
        for name, resource in OWNED.items()
        for batch in integrity.walk(unit, resource, 1_000)
        for row in batch.rows
    }
    for one in reversed(history.since(unit, 0, 1_000_000)):
        key = (one.resource, one.id)
        assert one.by == COMMAND or one.by.cause == "undo"
        if one.verb == CREATE:
            del state[key]
        elif one.verb == UPDATE:
            differing = {
                name for name, value in (one.before or {}).items() if state[key].get(name, ...) != value
            }
            assert state[key] is UNKNOWN or differing == (one.before or {}).keys()
            state[key] = {**state[key], **(one.before or {})}
        else:
            assert one.verb in (DELETE, ERASE)
            assert key not in state
            state[key] = one.before or UNKNOWN
    return state


class HistoryMachine(Machine):
    """Remembers of each account its last operation and the model before it; none after an erasure."""

    def __init__(self, session: Session) -> None:
        self.last: dict[int, tuple[int, Account]] = {}
        super().__init__(session)

    def position(self, which: int) -> int:
        with self.session.read() as unit:
            counted = tally.counters(unit.of(self.accounts[which].id))
        return counted.get(tally.CHANGE, tally.NEVER).last_id

    def call(self, which: int, resource: Resource, body: Body, record_id: int | None) -> None:
        before, position = self.accounts[which], self.position(which)
        super().call(which, resource, body, record_id)
        if self.position(which) > position:
            self.last[which] = (position + 1, before)
            with self.session.read() as reading:
                found = history.of_operation(reading.of(before.id), position + 1)
            changed = {(one.resource, one.id): one.verb for one in found}
            key = (resource.name, record_id or self.accounts[which].last[resource.name])
            assert changed[key] == (UPDATE if record_id else CREATE)
            assert set(changed.values()) <= {CREATE, UPDATE}

    @rule(which=WHICH, text=sampled_from(tuple(WHOSE)))
    def erase(self, which: int, text: str) -> None:
        super().erase(which, text)
        self.last.pop(which, None)

    @rule(which=WHICH)
    def undo(self, which: int) -> None:
        """Of the last operation, also where that is an undo: all is as it was, but for the ids that were given."""
        if which not in self.last:
            return
        operation, before = self.last[which]
        now = self.accounts[which]
        with self.session.write(now.id) as unit:
            done = undo.undo(unit, operation)
        assert done.left == []
        assert done.operation
        self.last[which] = (done.operation, now)
        self.accounts[which] = replace(before, last=now.last)

    @invariant()
    def history_explains_the_records(self) -> None:
        with self.session.read() as unit:
            assert [taken_back(unit.of(account.id)) for account in self.accounts] == [{}, {}]


@pytest.mark.slow
def test_any_sequence_of_calls_and_undos(session: Session, engine: Engine) -> None:
    if isinstance(session, SQLiteSession):
        session.connection.pragma("synchronous", "off")

    class Bound(HistoryMachine):
        def __init__(self) -> None:
            super().__init__(session)

    steps = settings(max_examples=EXAMPLES[engine.name], stateful_step_count=30, deadline=None)
    run_state_machine_as_test(Bound, settings=settings(steps, suppress_health_check=list(HealthCheck)))
