"""Random sequences of the verbs on two accounts, beside a model of the contract in plain Python."""

from dataclasses import dataclass, field
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
from tests.support.same import key, read
from tests.support.stored import written

ADDRESSES = (
    "ana@example.com",
    " Ana@Example.COM\t",
    "bob@example.com",
    "josé@exämple.com",
    "o'x@example.com",
)
NO_ADDRESSES = ("no address", 7, True, ["a@example.com"])
EXTENSIONS = ("351", "00351", " +351", "001", 351)
NO_EXTENSIONS: tuple[Any, ...] = ("999", "abc", {})
NUMBERS = ("912 345 678", "912345678", "+351912345678", 912345679, "abc", "A-b c", "2015550123")
NO_NUMBERS = (1.5, "9" * 65)
BLANK = (None, "")
WHICH = st.sampled_from((0, 0, 0, 1))
IDS = st.integers(1, 5)
Body = dict[str, Any]
ABSENT = object()
EXAMPLES = {"sqlite": 120, "postgres": 60}  # each takes five times as long there


def given_keys(**values: Any) -> st.SearchStrategy[Body]:
    """Objects that have each of the keys or not."""
    parts = st.fixed_dictionaries({key: st.just(ABSENT) | value for key, value in values.items()})
    return parts.map(lambda body: {key: value for key, value in body.items() if value is not ABSENT})


def often(good: tuple[Any, ...], bad: tuple[Any, ...] = ()) -> st.SearchStrategy[Any]:
    return st.sampled_from(good * 3 + bad + BLANK)


EMAILS = given_keys(email=often(ADDRESSES, NO_ADDRESSES), junk=st.just(1))
PHONES = given_keys(extension=often(EXTENSIONS, NO_EXTENSIONS), number=often(NUMBERS, NO_NUMBERS))
LINKS = st.builds(lambda one: {"id": one}, IDS | st.just("1") | st.just("x"))
ANY_LEADS = given_keys(
    name=often(("Ana", " ", 12, "Águeda"), (True, "n" * 256)),
    city_id=often((1, "213"), (999, "x", 2.0)),
    custom_data=often(('{"a":1}', "[ ]", {"b": "é"}, [None], 5), ("{", False)),
    email=EMAILS | LINKS | st.sampled_from((None, "", {}, "text")),
    phone=PHONES | LINKS | st.sampled_from((None, "", {}, 3)),
)
GOOD_LEADS = given_keys(
    name=st.sampled_from(("Rita", None)),
    email=st.fixed_dictionaries({"email": st.sampled_from(ADDRESSES)}) | LINKS,
    phone=given_keys(extension=st.sampled_from(EXTENSIONS), number=st.sampled_from(NUMBERS)) | LINKS,
)
LEADS = st.one_of(GOOD_LEADS, GOOD_LEADS, GOOD_LEADS, ANY_LEADS)
FIRST: tuple[Body, ...] = (
    {"name": "Ana", "email": {"email": ADDRESSES[0]}, "phone": {"extension": "351", "number": "912345678"}},
    {"email": {"id": 1}},
    {"email": {"email": "bob@example.com"}, "phone": {"id": 1}},
    {"phone": {"extension": "001", "number": "2015550123"}},
)


class Refused(Exception):
    """The fields of which the contract refuses the values."""


@dataclass
class Account:
    """The contract's view of an account: what each record shows, by id."""

    id: int
    lead: dict[int, Body] = field(default_factory=dict)
    email: dict[int, Body] = field(default_factory=dict)
    phone: dict[int, Body] = field(default_factory=dict)
    last: dict[str, int] = field(default_factory=lambda: {"lead": 0, "email": 0, "phone": 0})

    def add(self, table: str, record: Body) -> int:
        self.last[table] += 1
        getattr(self, table)[self.last[table]] = record
        return self.last[table]

    def find(self, table: str, record: Body) -> int | None:
        """The id of the record that is the same by its key."""
        ids = (
            one for one, other in getattr(self, table).items() if key(record) and key(other) == key(record)
        )
        return next(ids, None)

    def shown(self, lead: Body) -> Body:
        """A retrieved lead."""
        nested = {
            name: lead[name] and {"id": lead[name], **getattr(self, name)[lead[name]]} for name in NESTED
        }
        return lead | nested


NESTED = {"email": ("email",), "phone": ("extension", "number")}
WHOSE = {address: address.strip().lower() for address in ADDRESSES[:4]} | {
    "+351 912 345 678": "+351912345678",
    "00351912345679": "+351912345679",
    "nobody@example.com": None,
}
"""What is erased by a text: every record with this key."""
CHECKS: dict[str, Any] = {
    "email": lambda text: text in [str(good).strip() for good in ADDRESSES],
    "extension": lambda text: text in [str(good).strip() for good in EXTENSIONS],
    "number": lambda text: len(text) <= 64,
    "name": lambda text: len(text) <= 255,
}


def agreed(record: Body) -> Body:
    """With the prefix that the number names."""
    replaced = record.get("number") == "+351912345678" and str(record.get("extension"))[-3:] != "351"
    return record | ({"extension": "00351"} if replaced else {})


def text_of(name: str, value: Any) -> str | None:
    """The normal form of a text; white space round it counts in a name alone."""
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise Refused(name)
    text = str(value) if name == "name" else str(value).strip()
    if not CHECKS[name](text):
        raise Refused(name)
    return text if text.strip() else None


CUSTOM = {'{"a":1}': '{"a":1}', "[ ]": "[ ]", "{'b': 'é'}": '{"b":"é"}', "[None]": "[null]", "5": "5"}
CITIES = {"1": 1, "213": 213}


def plain_of(name: str, value: Any) -> Any:
    """The normal form of a lead's own property."""
    if value is None or value == "":
        return None
    if name == "name":
        return text_of(name, value)
    known: dict[str, Any] = CITIES if name == "city_id" else CUSTOM
    if isinstance(value, bool) or str(value) not in known:
        raise Refused(name)
    return known[str(value)]


def nested_of(account: Account, table: str, value: Any, present: int | None, shared: bool) -> int | None:
    """The id that the contract's table of nested objects gives, with what it changes on the way."""
    keyed, names = NESTED[table][-1], NESTED[table]
    if value is None or value == "":
        return None
    if not isinstance(value, dict):
        raise Refused(table)
    parts = {name: text_of(name, value[name]) for name in names if name in value}
    if keyed in parts and parts[keyed] is None:
        return None
    parts = {name: part for name, part in parts.items() if part is not None}
    records = getattr(account, table)
    if not parts:
        if "id" not in value:
            return present
        if str(value["id"]) not in map(str, records):
            raise Refused(table)
        return int(value["id"])
    return put_nested(account, table, parts, present, shared)


def put_nested(account: Account, table: str, parts: Body, present: int | None, shared: bool) -> int | None:
    """The same where an address, a number or part of one is given."""
    records, names = getattr(account, table), NESTED[table]
    whole = ({name: records[present][name] for name in names} if present else {}) | parts
    if names[-1] not in whole:
        return present
    whole = agreed(whole)
    if len(whole) < len(names):
        raise Refused(table)
    if present and (records[present] == whole or None is not key(whole) == key(records[present])):
        return present
    if (found := account.find(table, whole)) is not None:
        return found
    if present and not shared:
        records[present] = whole
        return present
    return account.add(table, whole)


def put_lead(account: Account, body: Body, present: int | None) -> Body:
    """The lead after a call; nothing of the model may be kept where it raises."""
    lead = (
        dict(account.lead[present]) if present else dict.fromkeys(("name", "city_id", "custom_data", *NESTED))
    )
    faults: set[str] = set()
    for name in lead:
        if name not in body:
            continue
        try:
            if name in NESTED:
                old = lead[name]
                shared = any(other[name] == old for one, other in account.lead.items() if one != present)
                lead[name] = nested_of(account, name, body[name], old, shared)
            else:
                lead[name] = plain_of(name, body[name])
        except Refused:
            faults.add(name)
    if not any(lead[name] is not None or name in faults for name in ("name", "email", "phone")):
        faults.add("name")
    if faults:
        raise Refused(*sorted(faults))
    return lead


def put_record(account: Account, table: str, body: Body, present: int | None) -> Body:
    """An e-mail or phone record after a call."""
    records, names = getattr(account, table), NESTED[table]
    whole = dict(records[present]) if present else {}
    faults: set[str] = set()
    for name in names:
        try:
            if name in body or not present:
                whole[name] = text_of(name, body.get(name))
        except Refused:
            faults.add(name)
    whole = agreed(whole) if not present or body.keys() >= set(names) else whole
    faults |= {name for name in names if name in whole and whole[name] is None}
    whole = agreed(whole) if body.keys() & set(names) else whole
    if not faults and account.find(table, whole) not in (None, present):
        faults.add(names[-1])
    if faults:
        raise Refused(*sorted(faults))
    return whole


def expected(account: Account, table: str, body: Body, present: int | None) -> Account:
    """The account after a call. Raises Refused, the account as it was."""
    after = Account(
        account.id, dict(account.lead), dict(account.email), dict(account.phone), dict(account.last)
    )
    put = put_lead(after, body, present) if table == "lead" else put_record(after, table, body, present)
    if present:
        getattr(after, table)[present] = put
    else:
        after.add(table, put)
    return after


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


def erase_record(account: Account, table: str, record_id: int) -> None:
    """The record, the leads that show it, and what these alone showed."""
    gone = [one for one, lead in account.lead.items() if lead[table] == record_id]
    lost = [account.lead.pop(one) for one in gone]
    for other in NESTED:
        left = {lead[other] for lead in account.lead.values()}
        for orphan in {lead[other] for lead in lost} - left - {None}:
            getattr(account, other).pop(orphan)
    getattr(account, table).pop(record_id, None)


@pytest.mark.slow
def test_any_sequence_of_calls(session: Session, engine: Engine) -> None:
    if isinstance(session, SQLiteSession):
        session.connection.pragma("synchronous", "off")

    class Bound(Machine):
        def __init__(self) -> None:
            super().__init__(session)

    steps = settings(max_examples=EXAMPLES[engine.name], stateful_step_count=40, deadline=None)
    run_state_machine_as_test(Bound, settings=settings(steps, suppress_health_check=list(HealthCheck)))
