"""After any sequence of calls, deletions, restores and removals for good, records and bin are those of the model."""

from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule, run_state_machine_as_test

from closum.errors import Invalid, NotFound
from closum.model import draft
from closum.operations import bin as bins
from closum.operations import records, undo
from closum.resources.email import EMAIL
from closum.resources.lead import LEAD
from closum.resources.note import CONTACTS, KINDS, NOTE
from closum.resources.phone import PHONE
from closum.resources.task import TASK
from closum.store import bin as entries
from closum.store import rows
from closum.store.session import Session
from closum.store.sqlite.session import SQLiteSession
from tests.operations.test_records_state import Machine
from tests.support.engine import Engine
from tests.support.model.account import NESTED, WHOSE, Account, Refused
from tests.support.model.bodies import WHICH, Body
from tests.support.model.same import key
from tests.support.stored import written

EXAMPLES = {"sqlite": 40, "postgres": 15}
DELETED = {"lead": LEAD, "email": EMAIL, "phone": PHONE}
Bin = dict[tuple[str, int], Body]


def restored(account: Account, binned: Bin, table: str, record_id: int) -> tuple[Account, Bin, set[str]]:
    """The account and its bin after a restore, and what the record does not show any more. Raises Refused."""
    after = replace(account, lead=dict(account.lead), email=dict(account.email), phone=dict(account.phone))
    left_in_bin, lost = dict(binned), set[str]()
    record = dict(left_in_bin.pop((table, record_id)))
    taken = set[str]()
    for name in NESTED if table == "lead" else ():
        link = record[name]
        if link is None or link in getattr(after, name):
            continue
        if (linked := left_in_bin.pop((name, link), None)) is None:
            record[name] = None
            lost.add(name)
        elif after.find(name, linked) is not None:
            taken.add(name)
        else:
            getattr(after, name)[link] = linked
    if table != "lead" and after.find(table, record) is not None:
        taken.add(NESTED[table][-1])
    if not taken and table == "lead" and all(record[name] is None for name in ("name", "email", "phone")):
        taken.add("name")
    if taken:
        raise Refused(*taken)
    getattr(after, table)[record_id] = record
    return after, left_in_bin, lost


class BinMachine(Machine):
    def __init__(self, session: Session) -> None:
        self.binned: dict[int, Bin] = {0: {}, 1: {}}
        self.work: dict[int, dict[tuple[str, int], Body]] = {0: {}, 1: {}}
        super().__init__(session)

    @rule(which=WHICH, table=st.sampled_from(tuple(DELETED)), data=st.data())
    def delete(self, which: int, table: str, data: st.DataObject) -> None:
        account = self.accounts[which]
        known = sorted(getattr(account, table))
        record_id = data.draw(st.sampled_from([*known, *known, *known, 10_000]))
        is_shown = table != "lead" and any(lead[table] == record_id for lead in account.lead.values())
        refused = NotFound if record_id not in known else Invalid if is_shown else None
        with self.session.write(account.id) as unit:
            if refused:
                with pytest.raises(refused):
                    records.delete(unit, DELETED[table], record_id)
                return
            records.delete(unit, DELETED[table], record_id)
        self.binned[which][table, record_id] = getattr(account, table).pop(record_id)

    @rule(
        which=WHICH,
        kind=st.sampled_from(KINDS),
        day=st.integers(1, 28),
        is_done=st.booleans(),
        data=st.data(),
    )
    def work_on(self, which: int, kind: str, day: int, is_done: bool, data: st.DataObject) -> None:
        """A note and a task, which go into the bin with their lead, come back with it, and are gone with it."""
        if not self.accounts[which].lead:
            return
        lead_id = data.draw(st.sampled_from(sorted(self.accounts[which].lead)))
        due = f"2026-01-{day:02}T10:00:00+00:00"
        note = {"lead_id": lead_id, "kind": kind, "text": "Wants an offer"}
        task = {"lead_id": lead_id, "text": "Call", "due": due, "done": due if is_done else None}
        for resource, body in ((NOTE, note), (TASK, task)):
            with self.session.write(self.accounts[which].id) as unit:
                (outcome,) = records.create_many(unit, resource, [draft.parse(resource, body)])
            self.work[which][resource.name, written(outcome).id] = body

    def entry(self, which: int, data: st.DataObject) -> tuple[str, int, int] | None:
        """A record in the bin, and its entry."""
        if not self.binned[which]:
            return None
        table, record_id = data.draw(st.sampled_from(sorted(self.binned[which])))
        with self.session.read() as unit:
            own = unit.of(self.accounts[which].id)
            (found,) = entries.of_records(own, [(DELETED[table], record_id)])
        return table, record_id, found.position

    @rule(which=WHICH, data=st.data())
    def restore(self, which: int, data: st.DataObject) -> None:
        if not (drawn := self.entry(which, data)):
            return
        table, record_id, entry = drawn
        refused, found, lost = set[str](), set[str](), set[str]()
        after = self.accounts[which], self.binned[which]
        try:
            *after, lost = restored(*after, table, record_id)  # type: ignore[assignment]
        except Refused as error:
            refused = set(error.args)
        try:
            with self.session.write(self.accounts[which].id) as unit:
                done = bins.restore(unit, entry)
            assert (done.resource, done.id) == (table, record_id)
            assert {name for one in done.left for name in one.names} == lost
        except Invalid as error:
            found = set(error.faults)
        assert found == refused
        self.accounts[which], self.binned[which] = after

    @rule(which=WHICH, data=st.data(), is_undone=st.booleans())
    def restore_some(self, which: int, data: st.DataObject, is_undone: bool) -> None:
        """Several, whatever deleted them, of which what is refused stays: one operation, which an undo takes back."""
        account = self.accounts[which]
        for lead_id in data.draw(st.sets(st.sampled_from(sorted(account.lead)))) if account.lead else ():
            with self.session.write(account.id) as unit:
                records.delete(unit, LEAD, lead_id)
            self.binned[which]["lead", lead_id] = account.lead.pop(lead_id)
        if not self.binned[which]:
            return
        known = sorted(self.binned[which])
        chosen = data.draw(st.permutations(known))[: data.draw(st.integers(1, len(known)))]
        account, binned = before = self.accounts[which], self.binned[which]
        with self.session.write(account.id) as unit:
            of = {
                (one.resource, one.record_id): one.position for some in entries.walk(unit, 7) for one in some
            }
            found = bins.restore_some(unit, [of[one] for one in chosen])
        refused = set[int]()
        for table, record_id in chosen:
            with suppress(KeyError):  # what has come back with another one
                try:
                    account, binned, _ = restored(account, binned, table, record_id)
                except Refused:
                    refused.add(of[table, record_id])
        assert found.refused.keys() == refused
        assert {one.operation for one in found.restored} <= {found.operation}
        if is_undone and found.operation:
            with self.session.write(account.id) as unit:
                assert undo.undo(unit, found.operation).left == []
            back = before[1].keys() - binned.keys()
            binned = binned | {(table, one): getattr(account, table)[one] for table, one in back}
            account = replace(before[0], last=account.last)
        self.accounts[which], self.binned[which] = account, binned

    @rule(which=WHICH, data=st.data())
    def purge(self, which: int, data: st.DataObject) -> None:
        if drawn := self.entry(which, data):
            with self.session.write(self.accounts[which].id) as unit:
                bins.purge(unit, drawn[2])
            del self.binned[which][drawn[0], drawn[1]]

    @rule(which=WHICH, text=st.sampled_from(tuple(WHOSE)))
    def erase(self, which: int, text: str) -> None:
        """Which also takes out of the bin what names the person, and what showed or shares that."""
        super().erase(which, text)
        left = self.in_the_bin(which)
        assert left <= self.binned[which].keys()
        self.binned[which] = {one: record for one, record in self.binned[which].items() if one in left}
        for (table, _), record in self.binned[which].items():
            assert table == "lead" or not WHOSE[text] or key(record) != WHOSE[text]

    def in_the_bin(self, which: int) -> set[tuple[str, int]]:
        with self.session.read() as unit:
            own = unit.of(self.accounts[which].id)
            return {(one.resource, one.record_id) for some in entries.walk(own, 7) for one in some}

    @invariant()
    def bins_are_those_of_the_model(self) -> None:
        for which, binned in self.binned.items():
            assert self.in_the_bin(which) == binned.keys()

    @invariant()
    def work_is_that_of_the_model(self) -> None:
        for which, account in enumerate(self.accounts):
            present = {one: body for one, body in self.work[which].items() if body["lead_id"] in account.lead}
            with self.session.read() as unit:
                own = unit.of(account.id)
                leads = rows.rows_by(own, LEAD, "id", account.lead)
                found = {
                    (resource.name, row["id"]): row["lead_id"]
                    for resource in (NOTE, TASK)
                    for row in rows.all_by(own, resource, "lead_id", range(1, account.last["lead"] + 1))
                }
            assert found == {one: body["lead_id"] for one, body in present.items()}
            for one, lead in leads.items():
                bodies = [body for body in present.values() if body["lead_id"] == one]
                open_days = [body["due"][:10] for body in bodies if "due" in body and not body["done"]]
                assert (lead["next_due"] or "")[:10] == min(open_days, default="")
                assert (lead["first_contact"] is not None) == any(
                    body.get("kind") in CONTACTS for body in bodies
                )


@pytest.mark.slow
def test_any_sequence_of_calls_and_deletions(session: Session, engine: Engine) -> None:
    if isinstance(session, SQLiteSession):
        session.connection.pragma("synchronous", "off")

    class Bound(BinMachine):
        def __init__(self) -> None:
            super().__init__(session)

    steps = settings(max_examples=EXAMPLES[engine.name], stateful_step_count=40, deadline=None)
    run_state_machine_as_test(Bound, settings=settings(steps, suppress_health_check=list(HealthCheck)))
