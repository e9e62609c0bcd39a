"""The contract of the calls that write, in plain Python: what an account's records are after each of them."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from tests.support.model.bodies import ADDRESSES, EXTENSIONS, Body
from tests.support.model.same import WHOLE, key
from tests.support.model.touched import TOUCHES, of_changed, of_new

CHANNELS = ("email", "sms")
OWN = ("name", "city_id", "custom_data", "contact_lifecycle_stage_id", "owner_id", *TOUCHES)
"""What a lead has of its own, and clients may change."""
BELONGING = ("consent", "note", "task")
"""Tables of records that belong to a lead, by `lead_id`."""
TABLES = ("lead", "email", "phone", *BELONGING)


class Refused(Exception):
    """The fields of which the contract refuses the values."""


@dataclass
class Account:
    """The contract's view of an account: what each record shows, by id. `user` is the id of who writes, None for a command."""

    id: int
    lead: dict[int, Body] = field(default_factory=dict)
    email: dict[int, Body] = field(default_factory=dict)
    phone: dict[int, Body] = field(default_factory=dict)
    last: dict[str, int] = field(default_factory=lambda: dict.fromkeys(TABLES, 0))
    note: dict[int, Body] = field(default_factory=dict)
    task: dict[int, Body] = field(default_factory=dict)
    consent: dict[int, Body] = field(default_factory=dict)
    user: int | None = None

    def copy(self) -> "Account":
        """Another one, of which the tables can be changed."""
        tables: dict[str, Any] = {table: dict(getattr(self, table)) for table in (*TABLES, "last")}
        return replace(self, **tables)

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

    def of_lead(self, table: str, lead_id: int) -> dict[int, Body]:
        """The records of a table that belong to a lead, the oldest first."""
        own = {one: row for one, row in getattr(self, table).items() if row["lead_id"] == lead_id}
        return dict(sorted(own.items()))

    def told(self, lead_id: int) -> Body:
        """What the newest consents to each channel say."""
        newest = {row["channel"]: row["state"] for row in self.of_lead("consent", lead_id).values()}
        return {f"consent_{channel}": newest.get(channel) for channel in CHANNELS}

    def shown(self, lead: Body) -> Body:
        """A retrieved lead, as far as the model knows it."""
        nested = {
            name: lead[name] and {"id": lead[name], **getattr(self, name)[lead[name]]} for name in NESTED
        }
        return {name: lead[name] for name in ("name", "city_id", "custom_data")} | nested


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
    code = WHOLE.get(record.get("number") or "")
    replaced = code is not None and str(record.get("extension")).lstrip("+0") != code
    return record | ({"extension": f"00{code}"} if replaced else {})


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


CITIES = {"1": 1, "40": 40, "213": 213}
STAGES = {str(one): one for one in range(1, 10)}
THERE = {"city_id": CITIES, "contact_lifecycle_stage_id": STAGES, "owner_id": dict[str, int]()}
TICKS = dict.fromkeys((True, "1", "on", "true"), True) | dict.fromkeys((False, "0", "false", "", None), False)
"""What a box of a form says."""


def plain_of(name: str, value: Any) -> Any:
    """The normal form of a lead's own property."""
    if value is None or value == "":
        return None
    if name == "name":
        return text_of(name, value)
    if name in TOUCHES:
        return str(value).strip() or None
    if isinstance(value, bool):
        raise Refused(name)
    if name == "custom_data":
        return document_of(value)
    if str(value) not in THERE[name]:
        raise Refused(name)
    return THERE[name][str(value)]


def document_of(value: Any) -> str:
    """The text of a JSON document: given as text it is kept, else it is written compactly."""
    if not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    try:
        json.loads(value)
    except ValueError:
        raise Refused("custom_data") from None
    return value


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
    lead = dict(account.lead[present]) if present else dict.fromkeys((*OWN, *NESTED))
    faults = set[str]() if opted(body) is not None else {"lead_opt_in"}
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
    given, document = {name: lead[name] for name in TOUCHES if name in body}, lead["custom_data"]
    if not present:
        return lead | of_new(given, document)
    return lead | of_changed(account.lead[present], given, document if "custom_data" in body else None)


def opted(body: Body) -> list[Body] | None:
    """The consents that a body sends with a lead; None where it sends what nobody can read."""
    given = body.get("lead_opt_in") or {}
    if not isinstance(given, dict) or not {given[one] for one in CHANNELS if one in given} <= TICKS.keys():
        return None
    environment = given.get("enviroment") or given.get("environment")
    states = {one: "given" if TICKS[given[one]] else "withdrawn" for one in CHANNELS if one in given}
    text = None if environment is None else document_of(environment)
    return [{"channel": one, "state": state, "environment": text} for one, state in states.items()]


def consent(account: Account, lead_id: int, body: Body) -> None:
    """Note the consents of a body: a box that is not ticked is none, unless it takes back what holds."""
    for one in opted(body) or ():
        if one["state"] == "given" or account.told(lead_id)[f"consent_{one['channel']}"] == "given":
            account.add("consent", {"lead_id": lead_id, **one, "user_id": account.user})


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
    is_whole = not present or body.keys() >= set(names)
    whole = agreed(whole) if is_whole and not faults else whole
    faults |= {name for name in names if name in whole and whole[name] is None}
    whole = agreed(whole) if body.keys() & set(names) else whole
    if not faults and account.find(table, whole) not in (None, present):
        faults.add(names[-1])
    if faults:
        raise Refused(*sorted(faults))
    return whole


def expected(account: Account, table: str, body: Body, present: int | None) -> Account:
    """The account after a call. Raises Refused, the account as it was."""
    after = account.copy()
    put = put_lead(after, body, present) if table == "lead" else put_record(after, table, body, present)
    if present:
        getattr(after, table)[present] = put
    record_id = present or after.add(table, put)
    if table == "lead":
        consent(after, record_id, body)
    return after


def erase_record(account: Account, table: str, record_id: int) -> None:
    """The record, the leads that show it, and what these alone showed."""
    erase_leads(account, [one for one, lead in account.lead.items() if lead[table] == record_id])
    getattr(account, table).pop(record_id, None)


def erase_leads(account: Account, gone: Iterable[int]) -> None:
    """The leads, what belongs to them, and what these alone showed."""
    gone = list(gone)
    lost = [account.lead.pop(one) for one in gone]
    remove_belonging(account, gone)
    for other in NESTED:
        left = {lead[other] for lead in account.lead.values()}
        for orphan in {lead[other] for lead in lost} - left - {None}:
            getattr(account, other).pop(orphan)


def remove_belonging(account: Account, leads: Iterable[int]) -> None:
    """What goes with leads that are gone."""
    for table in BELONGING:
        records = getattr(account, table)
        for one in [one for lead in leads for one in account.of_lead(table, lead)]:
            del records[one]
