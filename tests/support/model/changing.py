"""The rules of a state machine that merges, matches, deletes, restores and undoes, beside the model."""

import random
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple

import msgspec
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import rule

from closum.errors import CountChanged, Error, Gone, Invalid, Malformed, NotFound
from closum.model import draft, matching
from closum.model import query as queries
from closum.model.change import COMMAND
from closum.model.draft import Draft
from closum.model.resource import Resource
from closum.operations import batch, bulk, idempotent, merging, records, undo, undoing, upsert
from closum.operations import bin as bins
from closum.operations.batch import Done, Item
from closum.operations.deletion import Delete
from closum.operations.idempotent import Call, Key, Told
from closum.operations.plan import Create, Update
from closum.operations.upsert import Upsert, Upserted
from closum.resources.email import EMAIL
from closum.resources.lead import LEAD
from closum.resources.phone import PHONE
from closum.store.idempotency import KEPT
from closum.store.unit import Unit, timestamp
from tests.operations.test_records_state import Machine
from tests.support.model import undoing as undos
from tests.support.model import writes
from tests.support.model.account import Account, Refused
from tests.support.model.asked import Asked, Model, hits, shown
from tests.support.model.asks import a_search, several
from tests.support.model.bodies import WHICH, Body, to_find
from tests.support.model.past import Key as PastKey
from tests.support.model.past import Past, links
from tests.support.model.scan import Bad
from tests.support.model.told import DAYS, compare_bin, compare_operations, entries
from tests.support.model.writes import MATCHES, ON_MATCH, Missing, Written

SEEDS = st.integers(0, 2**32)
"""Of what is drawn by chance, which Hypothesis would do more slowly, and with shorter lists."""
NOBODY = 10_000
"""The id of no record."""


class Planned(NamedTuple):
    """The account after a call, and its outcome: id and result, or why it is refused."""

    after: Account
    outcome: tuple[int, str] | str


class Sent(NamedTuple):
    """A call with a key: when it was carried out, its body and its answer."""

    at: int
    body: Body
    told: Told


def refusal(error: Exception) -> str:
    """The fields that are refused, or the status."""
    if isinstance(error, Refused):
        return names(dict.fromkeys(error.args))
    if isinstance(error, Invalid):
        return names(error.faults)
    return str(error.status) if isinstance(error, Error) else "404"


def names(faults: Mapping[str, Any]) -> str:
    return ", ".join(sorted(faults))


def told(outcome: Done | Upserted | Error) -> tuple[int, str] | str:
    return refusal(outcome) if isinstance(outcome, Error) else (outcome.id, outcome.result)


def reasons(left: list[undo.Left]) -> set[undos.Left]:
    return {(one.resource.name, one.id, one.reason, one.belonging) for one in left}


def into(ids: list[int], target: int) -> dict[PastKey, int]:
    return {("lead", one): target for one in ids}


def tell(written: records.Written) -> Told:
    return Told(201, str(written.id), [])


def show(unit: Unit, record_id: int) -> idempotent.Record:
    raise NotImplementedError  # the answers of these rules show no record


class Changing(Machine):
    """Beside each account it has its past, and what was sent with which key."""

    pasts: list[Past]
    sent: dict[tuple[int, str], Sent]

    def model(self, which: int) -> Model:
        raise NotImplementedError

    def at(self, which: int) -> str:
        return timestamp(self.model(which).moment.now)

    def note(
        self, which: int, after: Account, come: str = "create", merged: Mapping[PastKey, int] | None = None
    ) -> int | None:
        """What became of an account by one call: its operation, None where that changed nothing."""
        self.accounts[which] = after
        noted = self.pasts[which].note(after, self.at(which), come=come, merged=merged)
        return noted[0].operation if noted else None

    def ask(self, which: int, function: Callable[..., Any], *args: Any) -> Any:
        with self.session.write(self.accounts[which].id) as unit:
            return function(unit, *args)

    def both(
        self, which: int, model: Callable[[], Written], function: Callable[..., Any], *args: Any
    ) -> None:
        """The same of closum and of the model: both refuse the same fields, or both do it."""
        expected = planned(self.accounts[which], model)
        try:
            done = self.ask(which, function, *args)
        except Error as error:
            done = error
        operation = self.note(which, expected.after)
        if isinstance(done, Error):
            assert refusal(done) == expected.outcome
        else:
            assert done.operation == operation
            assert done.id == expected.outcome[0]

    def one_of(self, which: int, table: str, choice: random.Random) -> int:
        """The id of a record, or, sometimes, of none."""
        known: list[int] = sorted(getattr(self.accounts[which], table))
        return choice.choice([*known, NOBODY])

    @rule(which=WHICH, seed=SEEDS)
    def patch(self, which: int, seed: int) -> None:
        choice, account = random.Random(seed), self.accounts[which]
        lead, body = self.one_of(which, "lead", choice), to_find(choice)
        model = partial(writes.patch, account, body, lead)
        self.both(which, model, records.update, LEAD, lead, draft.parse_patch(LEAD, body))

    @rule(which=WHICH, resource=st.sampled_from((LEAD, EMAIL, PHONE)), seed=SEEDS)
    def delete(self, which: int, resource: Resource, seed: int) -> None:
        one = self.one_of(which, resource.name, random.Random(seed))
        model = partial(writes.delete, self.accounts[which], resource.name, one)
        self.both(which, model, records.delete, resource, one)

    @rule(which=WHICH, seed=SEEDS)
    def merge(self, which: int, seed: int) -> None:
        choice, account = random.Random(seed), self.accounts[which]
        leads, number = sorted(account.lead), choice.randint(2, 4)
        is_fine = len(leads) >= number and choice.random() < 0.8
        target, *ids = choice.sample(leads, number) if is_fine else choice.choices([*leads, NOBODY], k=number)
        names = [name for name in merging.names(LEAD) if choice.random() < 0.2]
        winners = {name: choice.choice((target, *ids)) for name in names}
        expected = planned(account, partial(writes.merge, account, target, ids, winners))
        of = (LEAD, target, Draft({merging.IDS: ids, merging.PROPERTIES: winners}, {}, {}))
        if isinstance(expected.outcome, str):
            for function in (merging.preview, merging.write):
                with pytest.raises(Error) as found:
                    self.ask(which, function, *of)
                assert refusal(found.value) == expected.outcome
            return
        dry = self.ask(which, merging.preview, *of)
        done = self.ask(which, merging.write, *of)
        assert done == (target, ids, self.note(which, expected.after, merged=into(ids, target)))
        record = self.ask(which, records.retrieve, LEAD, target)
        assert msgspec.to_builtins(dry["record"]) == msgspec.to_builtins(record)

    @rule(which=WHICH, seed=SEEDS, match=st.sampled_from(MATCHES), then=st.sampled_from(ON_MATCH))
    def upsert(self, which: int, seed: int, match: str, then: str) -> None:
        item, expected = self.an_upsert(which, self.accounts[which], random.Random(seed), match, then)
        (outcome,) = self.ask(which, upsert.write, LEAD, [item])
        assert told(outcome) == expected.outcome
        operation = self.note(which, expected.after)
        assert isinstance(outcome, Error) or outcome.operation == operation

    def a_body(self, which: int, choice: random.Random) -> Body:
        """Without links to what the same batch has made: no client knows its id, and closum may refuse it."""
        body, last = to_find(choice), self.accounts[which].last
        links = {table: body.get(table) or {} for table in ("email", "phone")}
        return body | {table: None for table, link in links.items() if link.get("id", 0) > last[table]}

    def an_upsert(
        self, which: int, account: Account, choice: random.Random, match: str, then: str
    ) -> tuple[Item, Planned]:
        """Of an account that may not be noted yet."""
        body = self.a_body(which, choice)
        while match != "id" and not body.get(match.partition(".")[0]) and choice.random() < 0.9:
            body = self.a_body(which, choice)
        body["id"] = self.one_of(which, "lead", choice)
        new, given = draft.parse(LEAD, body), matching.parse(LEAD, {"match": match, "on_match": then})
        assert given
        item = Upsert(COMMAND, new, given, matching.wanted(LEAD, given, body, new))
        past, moment = Past([*self.pasts[which].events], self.pasts[which].views), self.model(which).moment
        past.note(account, timestamp(moment.now))
        return item, planned(account, partial(writes.upsert, account, past, moment, body, match, then))

    @rule(which=WHICH, seed=SEEDS, number=st.integers(1, 6), atomic=st.booleans())
    def write_batch(self, which: int, seed: int, number: int, atomic: bool) -> None:
        items, plan = zip(*self.a_batch(which, random.Random(seed), number), strict=True)
        refused = [str(place) for place, one in enumerate(plan) if isinstance(one.outcome, str)]
        if atomic and refused:
            with pytest.raises(Invalid) as found:
                self.ask(which, partial(batch.write, atomic=True), LEAD, COMMAND, items)
            assert [*found.value.faults["items"]] == refused
            return
        done = self.ask(which, partial(batch.write, atomic=atomic), LEAD, COMMAND, items)
        assert [told(one) for one in done.outcomes] == [one.outcome for one in plan]
        assert done.operation == self.note(which, plan[-1].after)

    def a_batch(self, which: int, choice: random.Random, number: int) -> list[tuple[Item, Planned]]:
        """No two items change one record: it could have two changes in one operation then, which the model does not know."""
        plan, touched, after = list[tuple[Item, Planned]](), set[Any](), self.accounts[which]
        while len(plan) < number:
            item, expected = self.an_item(which, after, choice)
            changed = writes.changed(after, expected.after)
            if not changed & touched:
                touched |= changed
                plan.append((item, expected))
                after = expected.after
        return plan

    def an_item(self, which: int, account: Account, choice: random.Random) -> tuple[Item, Planned]:
        kind, lead = (
            choice.choice(("create", "update", "delete", "upsert")),
            self.one_of(which, "lead", choice),
        )
        if kind == "upsert":
            return self.an_upsert(which, account, choice, choice.choice(MATCHES), choice.choice(ON_MATCH))
        body = self.a_body(which, choice)
        new = draft.parse(LEAD, body)
        if kind == "delete":
            return Delete(COMMAND, lead), planned(account, partial(writes.delete, account, "lead", lead))
        if kind == "create":
            return Create(COMMAND, new), planned(account, partial(writes.create, account, body))
        return Update(COMMAND, new, lead), planned(account, partial(writes.put, account, body, lead))

    @rule(which=WHICH, seed=SEEDS, deletes=st.booleans())
    def write_many(self, which: int, seed: int, deletes: bool) -> None:
        """The leads that a filter finds: counted first, and not written where they are not so many any more."""
        choice, model = random.Random(seed), self.model(which)
        asked = Asked("lead", several(choice, "lead"), a_search(choice) if choice.random() < 0.2 else None)
        try:
            found = hits(asked, model)
        except Bad:
            with pytest.raises(Malformed):
                queries.parse(LEAD, asked.pairs)
            return
        body = None if deletes else to_find(choice)
        ask = bulk.Asked(LEAD, queries.parse(LEAD, asked.pairs), asked.pairs, body)
        try:
            counted = self.ask(which, bulk.count, ask)
        except Invalid:  # what no record can have
            for one in found:
                with pytest.raises(Refused):
                    writes.patch(self.accounts[which], body or {}, one["id"])
            return
        sample = [shown(one, "lead") for one in found[: bulk.SAMPLE]]
        assert (counted.total, msgspec.to_builtins(counted.sample)) == (len(found), sample)
        with pytest.raises(CountChanged):
            self.ask(which, bulk.write, ask, len(found) + 1)
        self.write_found(which, ask, [one["id"] for one in found])

    def write_found(self, which: int, ask: bulk.Asked, ids: list[int]) -> None:
        after, refused, changed = self.accounts[which], list[Any](), 0
        for one in ids:
            before = after
            try:
                done = (
                    writes.delete(after, "lead", one)
                    if ask.body is None
                    else writes.patch(after, ask.body, one)
                )
                after = done.after
            except Refused as error:
                refused.append((one, refusal(error)))
            changed += after != before
        found = self.ask(which, bulk.write, ask, len(ids))
        assert (found.total, found.changed, found.operation) == (len(ids), changed, self.note(which, after))
        assert [(one["id"], names(one["errors"])) for one in found.refused] == refused

    @rule(which=WHICH, seed=SEEDS)
    def restore(self, which: int, seed: int) -> None:
        account, past = self.accounts[which], self.pasts[which]
        gone, there = undos.deletions(past), entries(self.session, account)
        one = random.Random(seed).choice(sorted(gone)) if gone else None
        if one is None or (steps := undos.with_shown(past, one)) is None:
            return
        after, left, _ = undos.undo(past, account, steps)
        own = {one, *links(gone[one].before)}
        if one not in undos.state_of(after) or left & {(*each, undos.TAKEN, ()) for each in own}:
            with pytest.raises(Invalid):
                self.ask(which, bins.restore, there[one]["id"])
            return
        done = self.ask(which, bins.restore, there[one]["id"])
        operation = self.note(which, after, "restore")
        assert (done.resource, done.id, done.operation, reasons(done.left)) == (*one, operation, left)
        past.undoes[done.operation] = gone[one].operation

    @rule(which=WHICH, seed=SEEDS)
    def purge(self, which: int, seed: int) -> None:
        past = self.pasts[which]
        if not (gone := undos.deletions(past)):
            return
        one = random.Random(seed).choice(sorted(gone))
        if (going := undos.with_belonging(past, gone[one])) is None:
            return
        entry = entries(self.session, self.accounts[which])[one]["id"]
        operation = self.ask(which, bins.purge, entry)
        past.purged([event.key for event in going], self.at(which))
        assert operation == past.events[-1].operation
        for function in (bins.restore, bins.purge):
            with pytest.raises(NotFound):
                self.ask(which, function, entry)

    @rule(which=WHICH, seed=SEEDS)
    def undo(self, which: int, seed: int) -> None:
        """Any operation, often one of the last ones, which may be an undo itself, or one of records that came back."""
        choice, past = random.Random(seed), self.pasts[which]
        back = {one.key for one in past.events if one.verb == "restore"}
        ever = {one.operation for one in past.events if one.key in back}
        some = choice.choice((past.operations[-4:], past.operations, sorted(ever & {*past.operations})))
        if some:
            self.undo_one(which, choice.choice(some))

    def undo_one(self, which: int, operation: int) -> int | None:
        """The operation that undid one; None where it changed nothing."""
        past = self.pasts[which]
        steps = undos.steps(past, operation)
        is_old = past.events[operation - 1].at < timestamp(self.model(which).moment.now - DAYS * 24 * 3600)
        if is_old or not steps:
            with pytest.raises(Gone if is_old else Invalid):
                self.ask(which, undoing.begin, operation, DAYS, {})
            return None
        if not undos.is_known(past, self.accounts[which], steps):
            return None
        after, left, merged = undos.undo(past, self.accounts[which], steps)
        dry = self.ask(which, undoing.preview, operation, DAYS, {})
        done = self.ask(which, undoing.begin, operation, DAYS, {})
        noted = self.note(which, after, "restore", merged)
        assert (reasons(done.left), done.operation) == (left, noted)
        assert undoing.shown(done) == dry | {"operation": noted}
        if noted:
            past.undoes[noted] = operation
        return noted

    @rule(which=WHICH, name=st.sampled_from("ab"), seed=SEEDS, again=st.booleans())
    def create_once(self, which: int, name: str, seed: int, again: bool) -> None:
        """A create with a key. Within a day another one is answered as the first was, or refused if its body is another one."""
        before, body = self.sent.get((which, name)), to_find(random.Random(seed))
        now = self.model(which).moment.now
        if before and before.at <= now - KEPT:
            before = None
        body = before.body if before and again else body
        pair = Call(Key(name, repr(body)), tell, show), draft.parse(LEAD, body)
        (answered,) = self.ask(which, idempotent.write_each, records.create_many, LEAD, [pair])
        if before and before.body == body:
            assert answered == idempotent.Answered(before.told, None, True)
        elif before:
            assert refusal(answered) == idempotent.HEADER
        else:
            self.created_once(which, name, body, answered)

    def created_once(self, which: int, name: str, body: Body, answered: idempotent.Answered | Error) -> None:
        account = self.accounts[which]
        done = planned(account, partial(writes.create, account, body))
        self.note(which, done.after)
        if isinstance(answered, Error):
            assert refusal(answered) == done.outcome
            return
        assert not answered.replayed
        assert (int(answered.told.body), "created") == done.outcome
        self.sent[which, name] = Sent(self.model(which).moment.now, body, answered.told)

    @rule(which=WHICH, most=st.sampled_from((1, 3, 100)))
    def read_the_bin_and_the_operations(self, which: int, most: int) -> None:
        compare_bin(self.session, self.accounts[which], self.pasts[which])
        compare_operations(self.session, self.accounts[which], self.pasts[which], most)


def planned(account: Account, model: Callable[[], Written]) -> Planned:
    """What the model makes of a call."""
    try:
        done = model()
    except (Refused, Missing) as error:
        return Planned(account, refusal(error))
    return Planned(done.after, (done.id, done.result))
