"""Everything that is done with account data, for the tests that look at the statements, and what `closum check` may."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from closum.accounts import users
from closum.accounts.roles import OWNER
from closum.accounts.tokens import Identity
from closum.app import background_work
from closum.errors import Invalid
from closum.model import draft
from closum.model.draft import Draft
from closum.model.query import Page, Query
from closum.model.resource import Resource
from closum.operations import (
    alone,
    cities,
    demo,
    duplicates,
    guarded,
    idempotent,
    jobs,
    merging,
    performed,
    person,
    records,
    runner,
    stays,
    undo,
    undoing,
)
from closum.operations import bin as bins
from closum.operations.guarded import Caller
from closum.operations.idempotent import Call, Told
from closum.operations.runner import Runner
from closum.resources import RESOURCES
from closum.resources.email import EMAIL
from closum.resources.lead import LEAD
from closum.resources.phone import PHONE
from closum.settings import load
from closum.store import history, idempotency, identity, merged, pages, rows, search
from closum.store.background import Job, Key
from closum.store.database import Database
from closum.store.idempotency import Kept
from closum.store.session import Session
from closum.store.unit import Unit, timestamp
from tests.support import import_jobs, report_calls, today_calls, view_calls
from tests.support.client import JSON
from tests.support.resources import by_need, change, several
from tests.support.stored import written
from tests.support.writing import opened

OWNED = [resource for resource in RESOURCES if not resource.shared]

SEARCHED = [resource for resource in OWNED if resource.terms]
_DUPLICATES = ["duplicate", "duplicate_key", "duplicate_dismissed", "duplicate_place"]
_TABLES = [
    *(resource.name for resource in OWNED),
    "tally",
    "tally_span",
    "change",
    "lead_stage",
    "bin",
    "merged",
    "job",
    "idempotency",
    *("import", "import_fault", "import_mapping", "saved_view", "user_visit"),
    *_DUPLICATES,
    *("report", "report_count", "report_changed"),
]
_TERMS = {
    "sqlite": [f"{resource.name}{search.PENDING}" for resource in SEARCHED],
    "postgres": search.tables(SEARCHED),
}
ACCOUNT_TABLES = "|".join([*_TABLES, *_TERMS["sqlite"], *_TERMS["postgres"]])
"""Of either engine."""

Bodies = list[tuple[Resource, list[dict[str, Any]], dict[str, Any]]]
"""Of a resource bodies that create records, and one that changes the last of them."""


def account_tables(engine: str) -> set[str]:
    """Those of one engine, but for virtual ones."""
    return {*_TABLES, *_TERMS[engine]}


def orders(numbers: tuple[int, ...] = (1, 3)) -> Iterator[tuple[Resource, Query]]:
    """Every list: the first page and a later one of each sort, both ways."""
    for resource in RESOURCES:
        for sort in resource.listing.sorts:
            for descending in (False, True):
                for page in numbers:
                    yield resource, Query(sort, descending, Page(page))


def skipping_orders(page: int) -> Iterator[tuple[Resource, Query]]:
    """Those lists whose pages are found by skipping the keys before them."""
    for resource, query in orders((page,)):
        if resource.listing.sorts[query.sort] != "id" and not resource.shared:
            yield resource, query


def every_verb(session: Session, url: str) -> None:
    """Each once at least, as commands do it and as a server does."""
    with session.write() as unit:
        account = users.add_account(unit, "Traced")
        who = Identity(users.add_user(unit, account, "traced@example.com", "none"), account.id, unit.now)
        cities.load(unit, {1: "Abrantes"})
    with session.write(account.id) as unit:
        for step in demo.steps(0, 60, lambda: 30, lambda done, total: None):
            step(unit)
    for resource, new, changes in bodies():
        drafts = [(Caller(who, "traced"), draft.parse(resource, body)) for body in new]
        with session.write(account.id) as unit:
            ids = guarded.create_many(unit.of(account.id), resource, drafts)
            guarded.update(
                unit.of(who.account_id),
                Caller(who, "traced"),
                resource,
                written(ids[-1]).id,
                draft.parse(resource, changes),
            )
    with session.write(account.id) as unit:
        guarded.update(
            unit.of(who.account_id),
            Caller(who, "traced"),
            LEAD,
            61,
            draft.parse(LEAD, {"email": {"id": 2}, "phone": None}),
        )
        erase(unit, account.id, "new@example.org")
    deleted(session, account.id)
    merged_leads(session, account.id)
    import_jobs.everything(session, account.id)
    view_calls.everything(session, account.id)
    today_calls.everything(session, account.id)
    undone_and_cut(session, account.id)
    report_calls.everything(session, account.id)
    with session.read() as unit:
        for resource, query in orders():
            records.page(
                unit.of(account.id),
                resource,
                Query(query.sort, query.descending, Page(query.window.number, 7)),
            )
            records.retrieve(unit.of(account.id), resource, 2)
        for resource, query in orders((2 + pages.NEAR // 7, 2 + pages.FAR[unit.engine] // 7)):
            window = Page(query.window.number, 7)
            rows.page(unit.of(account.id), resource, Query(query.sort, query.descending, window))
        assert identity.identity(unit, who.holder)
        stays.read(unit.of(account.id), LEAD, 61, 10)
    asyncio.run(served(url, who))


def deleted(session: Session, account_id: int) -> None:
    """Records into the bin, back from it, and out of it for good."""
    with session.write(account_id) as unit:
        new = records.create_many(
            unit, LEAD, [draft.parse(LEAD, {"email": {"email": "deleted@example.org"}, "phone": {"id": 1}})]
        )
        lead = rows.rows_by(unit, LEAD, "id", [written(new[0]).id])[written(new[0]).id]
        gone = [records.delete(unit, LEAD, lead["id"]), records.delete(unit, EMAIL, lead["email_id"])]
        found = bins.read(unit, bins.Wanted(), 9, 30)
        assert [one["operation"] for one in found.entries] == [one.operation for one in reversed(gone)]
        bins.read(unit, bins.Wanted(resource="lead", record_id=lead["id"]), 9, 30)
        bins.retrieve(unit, found.entries[1]["id"], 30)
        bins.restore(unit, found.entries[1]["id"])
        again = records.delete(unit, LEAD, lead["id"]).operation
        assert again
        bins.purge(unit, again)
        with suppress(Invalid):
            records.delete(unit, PHONE, 1)
        records.delete(unit, EMAIL, lead["email_id"])
        extent = bins.extent(unit)
        assert bins.purge_some(unit, extent.last, 9) == extent.number == 1
        (email,) = records.create_many(unit, EMAIL, [draft.parse(EMAIL, {"email": "binned@example.org"})])
        records.delete(unit, EMAIL, written(email).id)


def undone_and_cut(session: Session, account_id: int) -> None:
    """An undo of each kind of change, what was done, and the end of the oldest history."""
    with session.write(account_id) as unit:
        (new,) = records.create_many(
            unit, LEAD, [draft.parse(LEAD, {"email": {"email": "undone@example.org"}})]
        )
        record_id, created = written(new)
        changed = records.update(unit, LEAD, record_id, draft.parse(LEAD, {"name": "Undone"})).operation
        for operation in (changed, created):
            assert operation
            gone = undo.undo(unit, operation).operation
        assert gone
        undo.undo(unit, gone)
        undone_in_steps(unit)
        assert history.cut(unit, timestamp(unit.now + 1), 5) == 5


def merged_leads(session: Session, account_id: int) -> None:
    """Leads that go into another one, come back, and go there again; that one is removed for good, and others are not."""
    with session.write(account_id) as unit:
        ids = [
            written(one).id for one in records.create_many(unit, LEAD, [draft.parse(LEAD, {"name": "M"})] * 5)
        ]
        wanted = Draft({merging.IDS: ids[1:3], merging.PROPERTIES: {"name": ids[1]}}, {}, {})
        merging.preview(unit, LEAD, ids[0], wanted)
        operation = merging.write(unit, LEAD, ids[0], wanted).operation
        assert operation
        assert merged.final(unit, LEAD, ids[1]) == ids[0]
        back = undo.undo(unit, operation).operation
        assert back
        undo.undo(unit, back)
        again = records.delete(unit, LEAD, ids[0]).operation
        assert again
        bins.purge(unit, again)
        merging.write(unit, LEAD, ids[3], Draft({merging.IDS: ids[4:]}, {}, {}))


def undone_in_steps(unit: Unit) -> None:
    """As background work does it, with what is seen of that."""
    last = performed.page(unit, 1, 30).operations[0]["id"]
    undoing.preview(unit, last, 30, {})
    most, undoing.AT_ONCE = undoing.AT_ONCE, 0
    try:
        begun = undoing.begin(unit, last, 30, {})
    finally:
        undoing.AT_ONCE = most
    assert isinstance(begun, Job)
    assert (alone.waits_for(unit), jobs.going_on(unit)) == (jobs.job_id(begun.kind, begun.number), set())
    runner.turn(unit, undoing.kind(), Key(unit.account_id, begun.kind, begun.number), "traced", 1)
    assert jobs.read(unit, 1)[0][0]["operation"]
    assert performed.retrieve(unit, last, 30)["undone_by"]


def erase(unit: Unit, account_id: int, text: str) -> person.Erased:
    """Erase a person in one transaction; what went."""
    erasure = person.Erasure(person.look(unit.of(account_id), text))
    for step in erasure.steps():
        step(unit.of(account_id))
    return erasure.total


def bodies() -> Bodies:
    found: Bodies = [
        (EMAIL, [{"email": f"{n}@example.org"} for n in range(5)], {"email": "other@example.org"}),
        (PHONE, [{"extension": "351", "number": f"91234567{n}"} for n in range(5)], {"number": "912345699"}),
        (
            LEAD,
            [
                {"name": "A", "city_id": 1, "email": {"id": 1}, "phone": {"id": 1}},
                {
                    "contact_lifecycle_stage_id": 3,
                    "email": {"email": "3@example.org"},
                    "phone": {"extension": "351", "number": "912345673"},
                },
            ],
            {
                "contact_lifecycle_stage_id": 4,
                "name": "B",
                "email": {"email": "new@example.org"},
                "phone": {"number": "912000000"},
            },
        ),
    ]
    return found + [(one, list(different(one, 20)), change(one)) for one in by_need(OWNED)]


def different(resource: Resource, count: int) -> Iterator[JSON]:
    """Bodies of which each creates a record, also where what they belong to is the key."""
    for number, body in enumerate(several(resource, count), 1):
        is_key = resource.unique and resource.unique.repeated
        yield {**body, **({one.name: number for one in resource.parents} if is_key else {})}


async def served(url: str, who: Identity) -> None:
    """As a request does it."""
    db, body = await opened(url), {"name": "Served"}
    try:
        assert await db.identity(who.holder, who.proof) == (who.account_id, who.proof, 0, OWNER)
        caller = Caller(who, "served")
        lead = await db.write_set(
            who.account_id, guarded.create_many, LEAD, item=(caller, draft.parse(LEAD, body))
        )
        await repeated(db, caller)
        changes = draft.parse(LEAD, {"name": "Changed"})
        await db.write(who.account_id, guarded.update, caller, LEAD, lead.id, changes)
        own = who.account_id
        assert (await db.read(records.retrieve, LEAD, lead.id, account_id=own))["name"] == "Changed"
        await db.read(records.page, LEAD, Query("id"), account_id=own)
        await alike(db, caller)
    finally:
        await db.close()


async def repeated(db: Database, caller: Caller) -> None:
    """A call with a key, twice, and an answer that is too old."""
    told = Told(201, "{}", ())
    call = Call(idempotent.Key("key", "content"), lambda outcome: told, lambda unit, record_id: ({}, ""))
    for replayed in (False, True):
        item = (call, (caller, draft.parse(LEAD, {"name": "Once"})))
        found = await db.write_set(
            caller.identity.account_id, idempotent.write_each, guarded.create_many, LEAD, item=item
        )
        assert found.replayed is replayed
    assert await db.write(caller.identity.account_id, _too_old) == {}


def _too_old(unit: Unit) -> dict[str, Kept]:
    idempotency.keep(unit, [Kept("old", "content", unit.now - idempotency.KEPT, 201, "[]", "{}", None)])
    return idempotency.find(unit, ["old"])


async def alike(db: Database, caller: Caller) -> None:
    """Background work, which finds leads that look alike: of all, and of what changes; pairs and groups of each kind."""
    own, shared = caller.identity.account_id, {"email": {"email": "info@example.com"}}
    runner = Runner(db, background_work(load({}, {})))
    for bodies in (
        [shared] * 21 + [{"name": "Zita Brava", "city_id": 1}] * 21 + [{"name": "Zita Bravo", "city_id": 1}],
        [{"name": "Zita Brava"}] * 2,
    ):
        drafts = [draft.parse(LEAD, body) for body in bodies]
        await db.write(own, records.create_many, LEAD, drafts)
        await runner.work()
    last = written((await db.write(own, records.create_many, LEAD, drafts))[-1]).id
    await db.write(own, duplicates.dismiss, [last - 1, last])
    for body in ({"name": "Zita Bravo", "city_id": 2}, shared, {"email": None, "city_id": 1}):
        await db.write(own, records.update, LEAD, last, draft.parse(LEAD, body))
        await runner.work()
    await db.write(own, history.forget, LEAD, last)
    await runner.work()
    shown: list[dict[str, Any]] = []
    await db.read(duplicates.each, None, 25, lambda one, place: shown.append(one), account_id=own)
    await db.write(own, duplicates.dismiss, max((one["ids"] for one in shown), key=len))


def across_accounts(engine: str) -> dict[str, list[str]]:
    """What `closum check` reads of all accounts, with the table, and where a server finds work; nothing else may."""
    found = {
        "SELECT account_id FROM job WHERE account_id > ? AND account_id <= ? AND kind = ?": ["job"],
        **{statement: ["job"] for statement in _looks_for_work()},
        "SELECT account_id, count, last_id FROM tally WHERE resource = ?": ["tally"],
        "SELECT account_id, count FROM tally WHERE resource = ? ORDER BY account_id": ["tally"],
        "SELECT account_id, COUNT(*), MAX(position) FROM change GROUP BY account_id": ["change"],
    }
    for name in (resource.name for resource in OWNED):
        found[f"SELECT COUNT(*) FROM {name}"] = [name]
        found[f"SELECT account_id, COUNT(*), MAX(id) FROM {name} GROUP BY account_id"] = [name]
    for resource in SEARCHED:
        found |= _of_search(resource, engine)
    if engine == "postgres":  # SQLite looks for references that lead nowhere by itself
        found |= {sql: [resource.name] for resource in OWNED for sql in _lost_references(resource)}
    return found


def _looks_for_work() -> Iterator[str]:
    """A server looks for what is due, and for what has been put off for longer than work of its kind ever is."""
    kinds = background_work(load({}, {}))
    pauses = Counter(kind.longest for kind in kinds)
    for when, number in [("<=", len(kinds)), *((">", number) for number in pauses.values())]:
        names = ", ".join(["?"] * number)
        yield f"SELECT account_id, kind, number FROM job WHERE due {when} ? AND kind IN ({names}) ORDER BY due LIMIT ?"


def _of_search(resource: Resource, engine: str) -> dict[str, list[str]]:
    """What finds the accounts that have terms, and terms that wait for their index."""
    index, pending = f"{resource.name}{search.INDEX}", f"{resource.name}{search.PENDING}"
    columns = "name, address, data, marks"
    if engine == "postgres":
        return {f"SELECT DISTINCT account_id FROM {index} ORDER BY 1": [index]}
    return {
        f"SELECT DISTINCT account_id FROM {pending} WHERE marks <> ''": [pending],
        f"SELECT 1 FROM {pending} LIMIT 1 OFFSET ?": [pending],
        f"SELECT 1 FROM {index} LIMIT 1": [index],
        f"SELECT account_id, id FROM {pending} ORDER BY account_id, id LIMIT ?": [pending],
        f"INSERT OR REPLACE INTO {index} (rowid, {columns}) SELECT (account_id << 40) | id, {columns} FROM {pending}"
        " WHERE (account_id, id) <= (?, ?) AND marks <> '' ORDER BY account_id, id": [pending],
        f"DELETE FROM {index} WHERE rowid IN (SELECT (account_id << 40) | id FROM {pending}"
        " WHERE (account_id, id) <= (?, ?) AND marks = '')": [index, pending],
        f"DELETE FROM {pending} WHERE (account_id, id) <= (?, ?)": [pending],
    }


def _lost_references(resource: Resource) -> Iterator[str]:
    links = [(other.name, ["account_id", column]) for other, column in resource.links]
    links += [(one.resource.name, [one.name]) for one in resource.references if one.resource.shared]
    for table, columns in links:
        given = " AND ".join(f"here.{column} IS NOT NULL" for column in columns)
        pairs = zip(["account_id", "id"][-len(columns) :], columns, strict=True)
        matches = " AND ".join(f"there.{theirs} = here.{ours}" for theirs, ours in pairs)
        there = f"SELECT 1 FROM {table} AS there WHERE {matches}"
        yield f"SELECT 1 FROM {resource.name} AS here WHERE {given} AND NOT EXISTS ({there}) LIMIT 1"


def add_others(unit: Unit, count: int) -> None:
    """So many records of each resource of which `demo` makes none."""
    for resource in by_need([one for one in OWNED if one not in (LEAD, EMAIL, PHONE)]):
        drafts = [draft.parse(resource, body) for body in different(resource, count)]
        records.create_many(unit, resource, drafts)
