"""Random sequences of the verbs on two accounts, beside a model of the contract in plain Python."""

from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from closum.errors import Invalid, NotFound
from closum.model import draft
from closum.model.query import Page, Query
from closum.model.resource import Resource
from closum.operations import check, records
from closum.resources.email import EMAIL
from closum.resources.lead import LEAD
from closum.resources.phone import PHONE
from closum.store import identity
from closum.store.session import Session
from closum.store.sqlite.session import SQLiteSession
from tests.support.engine import Engine
from tests.support.every_operation import erase
from tests.support.model.account import NESTED, WHOSE, Account, Refused, erase_record, expected
from tests.support.model.bodies import EMAILS, FIRST, LEADS, PHONES, WHICH, Body
from tests.support.model.same import key, read
from tests.support.stored import written

EXAMPLES = {"sqlite": 20, "postgres": 10}  # each takes five times as long there
DATABASES = 6
"""With so many examples each: every one checks all that those before it have left in its database."""


class Machine(RuleBasedStateMachine):
    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.accounts: list[Account] = []
        with session.write() as unit:
            for _ in range(2):
                name = f"Account {len(identity.accounts(unit))}"
                self.accounts.append(Account(identity.add_account(unit, name, name)))
        for body in FIRST:
            self.call(0, LEAD, body, None)

    def call(self, which: int, resource: Resource, body: Body, record_id: int | None) -> None:
        """The same call to closum and to the model: both refuse the same fields, or both do it."""
        account, refused, found = self.accounts[which], set[str](), set[str]()
        after = account
        try:
            after = expected(account, resource.name, body, record_id)
        except Refused as error:
            refused = set(error.args)
        try:
            asked = draft.parse(resource, body)
            with self.session.write(account.id) as unit:
                if record_id is None:
                    (outcome,) = records.create_many(unit.of(account.id), resource, [asked])
                    if isinstance(outcome, Invalid):
                        raise outcome
                    assert written(outcome).id == after.last[resource.name]
                else:
                    records.update(unit.of(account.id), resource, record_id, asked)
        except Invalid as error:
            found = set(error.faults)
        assert found == refused
        self.accounts[which] = after

    @rule(which=WHICH, body=LEADS)
    def create_lead(self, which: int, body: Body) -> None:
        self.call(which, LEAD, body, None)

    @rule(which=WHICH, body=EMAILS)
    def create_email(self, which: int, body: Body) -> None:
        self.call(which, EMAIL, body, None)

    @rule(which=WHICH, body=PHONES)
    def create_phone(self, which: int, body: Body) -> None:
        self.call(which, PHONE, body, None)

    @rule(which=WHICH, body=LEADS, data=st.data())
    def update_lead(self, which: int, body: Body, data: st.DataObject) -> None:
        self.update(which, LEAD, body, data)

    @rule(which=WHICH, body=EMAILS, data=st.data())
    def update_email(self, which: int, body: Body, data: st.DataObject) -> None:
        self.update(which, EMAIL, body, data)

    @rule(which=WHICH, body=PHONES, data=st.data())
    def update_phone(self, which: int, body: Body, data: st.DataObject) -> None:
        self.update(which, PHONE, body, data)

    def update(self, which: int, resource: Resource, body: Body, data: st.DataObject) -> None:
        """One that is there, as a rule; else the other account's, or none's: not found, nothing changed."""
        known = sorted(getattr(self.accounts[which], resource.name))
        record_id = data.draw(st.sampled_from([*known, *known, *known, 10_000]))
        if record_id in known:
            self.call(which, resource, body, record_id)
            return
        asked = draft.parse(resource, body)
        with self.session.write(self.accounts[which].id) as unit, pytest.raises(NotFound):
            records.update(unit.of(self.accounts[which].id), resource, record_id, asked)

    @rule(which=WHICH, text=st.sampled_from(tuple(WHOSE)))
    def erase(self, which: int, text: str) -> None:
        account = self.accounts[which]
        with self.session.write(account.id) as unit:
            erase(unit, account.id, text)
        for table in NESTED:
            for one, record in list(getattr(account, table).items()):
                if WHOSE[text] and key(record) == WHOSE[text]:
                    erase_record(account, table, one)

    @invariant()
    def records_are_those_of_the_model(self) -> None:
        with self.session.read() as unit:
            for account in self.accounts:
                for resource in (LEAD, EMAIL, PHONE):
                    shown = {one: shape(account, resource, one) for one in getattr(account, resource.name)}
                    found, count = records.page(
                        unit.of(account.id), resource, Query("id", window=Page(limit=1000))
                    )
                    listed = msgspec.to_builtins(found)
                    assert count == len(shown)
                    assert [one["id"] for one in listed] == sorted(shown)
                    for listing in listed:
                        record = msgspec.to_builtins(
                            records.retrieve(unit.of(account.id), resource, listing["id"])
                        )
                        assert {name: record[name] for name in shown[record["id"]]} == shown[record["id"]]
                        assert {name: without_id(value) for name, value in record.items()} == listing

    def teardown(self) -> None:
        with self.session.read() as unit:
            assert list(check.faults(unit, lambda done, total: None)) == []


def shape(account: Account, resource: Resource, record_id: int) -> Body:
    record: Body = getattr(account, resource.name)[record_id]
    if resource is PHONE:
        return record | {"is_valid": read(record)[1]}
    return account.shown(record) if resource is LEAD else record | {"status": 1}


def without_id(value: Any) -> Any:
    return {name: part for name, part in value.items() if name != "id"} if isinstance(value, dict) else value


@pytest.mark.slow
@pytest.mark.parametrize("_database", range(DATABASES))
def test_any_sequence_of_calls(session: Session, engine: Engine, _database: int) -> None:
    if isinstance(session, SQLiteSession):
        session.connection.pragma("synchronous", "off")

    class Bound(Machine):
        def __init__(self) -> None:
            super().__init__(session)

    steps = settings(max_examples=EXAMPLES[engine.name], stateful_step_count=40, deadline=None)
    run_state_machine_as_test(Bound, settings=settings(steps, suppress_health_check=list(HealthCheck)))
