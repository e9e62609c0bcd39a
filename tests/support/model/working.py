"""The rules of a state machine that works leads: notes, tasks and consents, and the stages that leads were in."""

import random
from collections import Counter
from functools import partial

from hypothesis import strategies as st
from hypothesis.stateful import rule

from closum.errors import Error, NotFound
from closum.model import draft
from closum.model.resource import Resource
from closum.operations import records, stays
from closum.resources.consent import CONSENT
from closum.resources.lead import LEAD
from closum.resources.note import NOTE
from closum.resources.task import TASK
from tests.support.model import work, writes
from tests.support.model.account import Account
from tests.support.model.bodies import WHICH, Body, to_do
from tests.support.model.changing import SEEDS, Changing, planned, told
from tests.support.model.stayed import stayed
from tests.support.model.writes import Missing, Written

MADE = {"note": NOTE, "task": TASK, "consent": CONSENT}
CHANGED = (NOTE, TASK)
"""Nobody changes or deletes a consent by itself."""
MOST = 1_000


class Working(Changing):
    @rule(which=WHICH, seed=SEEDS, number=st.integers(3, 9))
    def work_on(self, which: int, seed: int, number: int) -> None:
        choice = random.Random(seed)
        for _ in range(number):
            resource = choice.choice(CHANGED)
            kind = choice.choices((self.make_one, self.change_one, self.delete_one), (5, 4, 1))[0]
            kind(which, choice, resource)

    def make_one(self, which: int, choice: random.Random, resource: Resource) -> None:
        table = choice.choice((resource.name, resource.name, "consent"))
        self.make(which, table, to_do(choice, table, self.one_of(which, "lead", choice)))

    def make(self, which: int, table: str, body: Body) -> None:
        expected = planned(self.accounts[which], partial(self.written, which, table, body, None))
        (done,) = self.ask(which, records.create_many, MADE[table], [draft.parse(MADE[table], body)])
        operation = self.note(which, expected.after)
        if isinstance(done, Error):
            assert told(done) == expected.outcome
        else:
            assert (done.id, done.operation) == (expected.outcome[0], operation)

    def written(self, which: int, table: str, body: Body, record_id: int | None) -> Written:
        account = self.accounts[which]
        if record_id and record_id not in getattr(account, table):
            raise Missing
        after = work.put(account, table, body, record_id, self.model(which).moment)
        return Written(after, record_id or after.last[table], "written")

    def change_one(self, which: int, choice: random.Random, resource: Resource) -> None:
        one = self.one_of(which, resource.name, choice)
        body = to_do(choice, resource.name, self.one_of(which, "lead", choice))
        model = partial(self.written, which, resource.name, body, one)
        self.both(which, model, records.update, resource, one, draft.parse_patch(resource, body))

    def delete_one(self, which: int, choice: random.Random, resource: Resource) -> None:
        one = self.one_of(which, resource.name, choice)
        model = partial(writes.delete, self.accounts[which], resource.name, one)
        self.both(which, model, records.delete, resource, one)

    @rule(which=WHICH, seed=SEEDS)
    def undo_and_do_again(self, which: int, seed: int) -> None:
        """What was done, often of leads that went away by it, with work on these leads between; or undo it alone."""
        choice, past = random.Random(seed), self.pasts[which]
        away = {one.operation for one in past.events if one.key[0] == "lead" and one.after is None}
        operations = sorted(away & {*past.operations}) if choice.random() < 0.7 else past.operations[-4:]
        if operations and (undone := self.undo_one(which, choice.choice(operations))):
            leads = [one.key[1] for one in past.events[undone - 1 :] if one.key[0] == "lead"]
            for lead in leads[:2]:
                table = choice.choice(sorted(MADE))
                self.make(which, table, to_do(choice, table, lead))
            if choice.random() < 0.6:
                self.undo_one(which, undone)

    def compare_stays(self, which: int, lead: int) -> None:
        """When a lead entered and left each stage; of one that is not there nobody is told."""
        account: Account = self.accounts[which]
        with self.session.read() as unit:
            try:
                found = stays.read(unit.of(account.id), LEAD, lead, MOST).stays
            except NotFound:
                assert lead not in account.lead
                return
        shown = [(one["contact_lifecycle_stage_id"], one["entered"], one["left"]) for one in found]
        expected = stayed(self.pasts[which], lead)
        # Of one operation each change has its place, which the model has not.
        assert Counter(shown) == Counter(expected)
        assert [entered for _, entered, _ in shown] == [entered for _, entered, _ in expected]
