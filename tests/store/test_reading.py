"""Every function of the store that reads is run by a server's readers, quick and long, on both engines.

A new one is added to READING, with a call and what it gives, or to WRITING.
"""

import inspect
import pkgutil
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import msgspec
import pytest

from closum import store
from closum.accounts import users
from closum.model.query import Query
from closum.model.relations import Row
from closum.model.resource import Resource
from closum.resources.city import CITY
from closum.resources.email import EMAIL
from closum.resources.lead import LEAD
from closum.store import (
    account_users,
    api_keys,
    background,
    catalogue,
    cities,
    counts,
    gaps,
    history,
    identity,
    integrity,
    integrity_history,
    ledger,
    numbered,
    rows,
    sign_ins,
    tally,
    together,
)
from closum.store.database import Database
from closum.store.identity import Account
from closum.store.session import Session
from closum.store.together import Read
from closum.store.unit import Stream, Unit
from tests.support import (
    bin_calls,
    duplicate_calls,
    entry_calls,
    feed_calls,
    find_calls,
    identity_calls,
    import_reads,
    migrate_calls,
    operation_calls,
    report_calls,
    today_calls,
    view_calls,
    work_calls,
)
from tests.support.feed_calls import changed
from tests.support.write_calls import WRITING
from tests.support.writing import Run, filled

Call = Callable[[Any], Any]

ANA = {"id": 1, "email": "ana@example.com"}
BY_NAME = Query("name")


def streamed(unit: Stream) -> tuple[list[int], int]:
    shown: list[int] = []
    return shown, rows.each(unit, LEAD, BY_NAME, lambda record: shown.append(record["id"]))


def some(record: Any) -> Any:
    """Of rows what the tests know beforehand."""
    return record and {name: record[name] for name in ANA}


def existing(unit: Unit, resource: Resource, ids: list[int]) -> set[int]:
    found: set[int] = set()
    together.read(unit, [rows.reading_ids(unit, resource, ids, found.update)])
    return found


def users_among(unit: Unit, ids: list[int]) -> set[int]:
    found: set[int] = set()
    together.read(unit, [identity.reading_users(unit, ids, found.update)])
    return found


def together_found(unit: Unit) -> list[Any]:
    leads: list[Row] = []
    counted: dict[str, tally.Tally] = {}
    nothing = Read([], list)
    reads = [rows.reading(unit, LEAD, "id", [1, 2, 9], leads.extend), nothing, tally.reading(unit, counted)]
    together.read(unit, reads)
    return [[row["id"] for row in leads], counted["lead"].records]


def batch(found: integrity.Batch) -> tuple[list[int], int | None]:
    return [row["id"] for row in found.rows], found.last


READING: dict[str, tuple[Call, Any]] = {
    "integrity_history.by_record": (
        lambda unit: [one[:4] for one in integrity_history.by_record(unit, LEAD, 1)],
        [(1, 2, "create", "command"), (2, 3, "create", "command")],
    ),
    "integrity_history.begun": (lambda unit: integrity_history.begun(unit, [0, 1, 2, 3, 10**30]), {1, 3}),
    "integrity_history.counts": (integrity_history.counts, {1: (3, 3)}),
    "integrity_history.tallies": (
        lambda unit: list(integrity_history.tallies(unit, integrity_history.counts(unit))),
        [],
    ),
    "integrity_history.versions": (
        lambda unit: integrity_history.versions(unit, LEAD, [1, 2, 3]),
        {1: 1, 2: 1},
    ),
    "integrity_history.walk": (
        lambda unit: [[one.position for one in some] for some in integrity_history.walk(unit, 2)],
        [[1, 2], [3]],
    ),
    "integrity.batch": (
        lambda unit: [batch(integrity.batch(unit, one, ("id",), (1, 2))) for one in (LEAD, CITY)],
        [([2], 2), ([2, 3], 3)],
    ),
    "integrity.count": (lambda unit: integrity.count(unit, LEAD), 2),
    "integrity.counts": (
        lambda unit: (integrity.counts(unit, LEAD), integrity.counts(unit, CITY)),
        ({1: 2}, {0: 308}),
    ),
    "integrity.faults": (lambda unit: list(integrity.faults(unit)), []),
    "integrity.rows_by": (
        lambda unit: some(integrity.rows_by(unit, EMAIL, "id", [1, 5, None])[1]),
        ANA,
    ),
    "integrity.scan": (
        lambda unit: [(one.account_id, *batch(found)) for one, found in integrity.scan(unit, LEAD, 1)],
        [(1, [1], 1), (1, [2], 2), (1, [], None)],
    ),
    "integrity.tallies": (lambda unit: [*integrity.tallies(unit, LEAD), *integrity.tallies(unit, CITY)], []),
    "integrity.walk": (
        lambda unit: [batch(found) for found in integrity.walk(unit, LEAD, 2)],
        [([1, 2], 2), ([], None)],
    ),
    "background.accounts_without": (
        lambda unit: [background.accounts_without(unit, kind, 0, 9) for kind in ("import", "other")],
        [([], 1), ([1], 1)],
    ),
    "background.due": (
        lambda unit: background.due(unit, {"import": 3_600, "rest": 86_400}, 60, 9),
        [background.Key(0, "rest"), background.Key(1, "import", 7)],
    ),
    "background.found": (
        lambda unit: [(background.found(unit.of(one), "import", 7) or ())[:4] for one in (0, 1)],
        [(), ("import", 7, background.PENDING, 0)],
    ),
    "background.next_accounts": (
        lambda unit: [background.next_accounts(unit, *page) for page in ((0, 0), (0, 9), (1, 9))],
        [[], [1], []],
    ),
    "background.listed": (
        lambda unit: [work.kind for one in (0, 1) for work in background.listed(unit.of(one))],
        ["rest", "import"],
    ),
    "catalogue.tables": (lambda unit: "lead" in {table.name for table in catalogue.tables(unit)}, True),
    "counts.of_account": (
        lambda unit: [counts.of_account(unit).counts[one] for one in ("lead", "city", counts.DUPLICATE)],
        [2, 308, 0],
    ),
    "cities.are_missing": (cities.are_missing, False),
    **bin_calls.READING,
    **identity_calls.READING,
    **duplicate_calls.READING,
    **entry_calls.READING,
    **report_calls.READING,
    **migrate_calls.READING,
    **feed_calls.READING,
    **find_calls.READING,
    **import_reads.READING,
    **operation_calls.READING,
    **today_calls.READING,
    **view_calls.READING,
    **work_calls.READING,
    "gaps.kept": (lambda unit: gaps.kept(unit, LEAD), {}),
    "history.last": (history.last, 3),
    "history.of_operation": (
        lambda unit: changed(history.of_operation(unit, 1)),
        [("email", 1), ("lead", 1)],
    ),
    "history.of_records": (
        lambda unit: {key: changed(some) for key, some in history.of_records(unit, LEAD, [1, 2], 2).items()},
        {2: [("lead", 2)]},
    ),
    "history.since": (lambda unit: changed(history.since(unit, 1, 9)), [("lead", 1), ("lead", 2)]),
    "history.with_before": (lambda unit: history.with_before(unit, 0, 9), []),
    "identity.accesses": (
        lambda unit: identity.accesses(unit)["ana@example.com"][:2],
        ("ana@example.com", "none"),
    ),
    "identity.account_by_key": (
        lambda unit: identity.account_by_key(unit, identity.accounts(unit)[0].name.lower()),
        Account(1, "Acme", True),
    ),
    "identity.account_row": (
        lambda unit: [(identity.account_row(unit, one) or {}).get("zone") for one in (1, 9)],
        ["UTC", None],
    ),
    "identity.accounts": (identity.accounts, [Account(1, "Acme", True)]),
    "identity.births": (lambda unit: [account_id for account_id, _ in identity.births(unit)], [1]),
    "identity.identity": (lambda unit: identity.identity(unit, 1) == identity.identity_at(unit, 1)[0], True),
    "identity.identity_at": (lambda unit: identity.identity_at(unit, 9)[0], None),
    "identity.revoked": (lambda unit: identity.revoked(unit, 0)[1], [1]),
    "identity.signing_key": (lambda unit: isinstance(identity.signing_key(unit), str | None), True),
    "identity.user_by_key": (
        lambda unit: (identity.user_by_key(unit, "ana@example.com") or ())[:3],
        (1, 1, "ana@example.com"),
    ),
    "identity.user_keys": (identity.user_keys, [identity.UserKey(1, "ana@example.com", "ana@example.com")]),
    "identity.user_set_apart": (
        lambda unit: (identity.user_set_apart(unit, "ana@example.com", "b") or ())[:1],
        (1,),
    ),
    "identity.users": (lambda unit: [user.id for user in identity.users(unit, 1)], [1]),
    "ledger.entries": (
        lambda unit: [(one.event, one.user_id) for one in ledger.entries(unit)],
        [("account_added", None), ("user_added", 1), ("tokens_ended", 1), ("key_added", None)],
    ),
    "ledger.has_many": (
        lambda unit: [ledger.has_many(unit, "account_added", "", most) for most in (1, 2)],
        [True, False],
    ),
    "ledger.last_id": (ledger.last_id, 4),
    "ledger.newest": (
        lambda unit: [[one.id for one in ledger.newest(unit, 1, before, 2)] for before in (99, 3)],
        [[4, 3], [2, 1]],
    ),
    "ledger.of_event": (
        lambda unit: [
            [one.id for one in ledger.of_event(unit, 1, "user_added", "", until)] for until in ("", "9")
        ],
        [[], [2]],
    ),
    "ledger.row": (
        lambda unit: (ledger.row(unit, 5), (ledger.row(unit, 3) or ())[2]),
        (None, "tokens_ended"),
    ),
    "ledger.rows": (lambda unit: [[row[0] for row in some] for some in ledger.rows(unit, 1)], [[2, 3, 4]]),
    "ledger.since": (lambda unit: [ledger.since(unit, "2018"), ledger.since(unit, "9")], [1, 5]),
    "ledger.unreadable": (lambda unit: list(ledger.unreadable(unit)), []),
    "numbered.last_ids": (
        lambda unit: [
            numbered.last_ids(unit)[name] for name in ("account", "account_user", "api_key", "ledger")
        ],
        [1, 1, 1, 4],
    ),
    "rows.all_by": (
        lambda unit: sorted(row["id"] for row in rows.all_by(unit, LEAD, "city_id", [40, 41, 40])),
        [2],
    ),
    "rows.between": (
        lambda unit: [
            *map(some, rows.between(unit, EMAIL, "email_key", ("ana", "anb"), 9)),
            *(row["id"] for row in rows.between(unit, CITY, "city_name", ("Abrantes", "Abrantes!"), 9)),
        ],
        [ANA, 213],
    ),
    "rows.each": (streamed, ([1, 2], 2)),
    "identity.zone": (identity.zone, "UTC"),
    "account_users.newest": (lambda unit: [one[0] for one in account_users.newest(unit, 9, 9)], [1]),
    "identity.reading_users": (lambda unit: users_among(unit, [1, 2, 2**63, -1]), {1}),
    "rows.tag": (lambda unit: [rows.tag(unit, CITY, 213), rows.tag(unit, LEAD, 9)], ["", ""]),
    "rows.reading": (together_found, [[1, 2], 2]),
    "tally.reading": (together_found, [[1, 2], 2]),
    "together.read": (together_found, [[1, 2], 2]),
    "rows.reading_ids": (
        lambda unit: [existing(unit, one, [1, 308, 309, 2**63, -1]) for one in (CITY, LEAD)],
        [{1, 308}, {1}],
    ),
    "rows.ids_by": (
        lambda unit: (
            rows.ids_by(unit, LEAD, "city_id", 40, 9) + rows.ids_by(unit, CITY, "city_name", "Abrantes", 9)
        ),
        [2, 213],
    ),
    "rows.ids_without": (
        lambda unit: [
            rows.ids_without(unit, LEAD, "email_email_sort", "~"),
            rows.ids_without(unit, CITY, "city_name", "~"),
        ],
        [[2], [17, 26, 108, 159]],
    ),
    "rows.page": (
        lambda unit: (
            [one["id"] for one in rows.page(unit, LEAD, BY_NAME)[0]],
            rows.page(unit, CITY, Query("id"))[1],
        ),
        ([1, 2], 308),
    ),
    "rows.retrieve": (
        lambda unit: [plain(one) for one in rows.retrieve(unit, CITY, 213) or ()],
        [{"id": 213, "city_name": "Abrantes"}, ""],
    ),
    "rows.rows_by": (
        lambda unit: [
            {key: some(row) for key, row in rows.rows_by(unit, EMAIL, "id", [1, 7, 1, None]).items()},
            rows.rows_by(unit, CITY, "city_name", ["Abrantes", "Nowhere"])["Abrantes"]["id"],
        ],
        [{1: ANA}, 213],
    ),
    "tally.counters": (
        lambda unit: {name: one[:2] for name, one in tally.counters(unit).items()},
        {"change": (3, 3), "contact_lifecycle_stage": (9, 99), "email": (1, 1), "lead": (2, 2)},
    ),
    "tally.has_dates_by_ids": (lambda unit: tally.has_dates_by_ids(unit, LEAD), True),
    "tally.last_id": (lambda unit: (tally.last_id(unit, LEAD), tally.last_id(unit.of(2), LEAD)), (2, 0)),
    "tally.last_timestamp": (lambda unit: tally.last_timestamp(unit.of(2), LEAD), None),
}


def functions() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Public functions of the store whose first argument is a unit of work."""
    for module in pkgutil.iter_modules(store.__path__):
        if module.ispkg:
            continue
        found = import_module(f"closum.store.{module.name}")
        for name, function in inspect.getmembers(found, inspect.isfunction):
            if function.__module__ == found.__name__ and not name.startswith("_") and unit_of(function):
                yield f"{module.name}.{name}", function


def unit_of(function: Callable[..., Any]) -> type | None:
    """Unit or Stream, where that is what a function takes first."""
    annotations = [one.annotation for one in inspect.signature(function).parameters.values()][:1]
    return annotations[0] if annotations and annotations[0] in (Unit, Stream) else None


@pytest.fixture
def filled_account(session: Session, account: Account) -> None:
    """An account with a user, whose tokens have ended once, two leads, an e-mail address and background work."""
    with session.write() as unit:
        user_id = users.add_user(unit, account, "ana@example.com", "none")
        identity.end_tokens(unit, user_id)
        entry_calls.entered(unit, user_id)
        api_keys.add(unit, account.id, "Web form", "create", "hash")
        for at in (7, 8):
            sign_ins.add_sign_in_failure(unit, "x", at)
        unit.run("INSERT INTO sign_in_subject (subject, last_failure) VALUES (?, ?)", ("forgiven:a", 7))
        background.add(unit, "rest")
    with session.write(account.id) as unit:
        background.add(unit, "import", 7)
    filled(
        session,
        account,
        {"name": "Ana", "email": {"email": "ana@example.com"}},
        {"name": "Eva", "city_id": 40, "contact_lifecycle_stage_id": 7},
    )
    with session.write(account.id) as unit:
        work_calls.put_raw_rows(unit)


def plain(result: Any) -> Any:
    """Records of the API as dictionaries, to be compared."""
    return msgspec.to_builtins(result) if isinstance(result, msgspec.Struct) else result


async def answers(db: Database, call: Call, account_id: int, is_stream: bool) -> list[Any]:
    """What a call gives by each kind of a server's readers that takes it."""
    if is_stream:
        return [await db.stream(call, account_id=account_id)]
    return [await db.read(call, account_id=account_id, long=long) for long in (False, True)]


def test_every_function_has_its_place_here() -> None:
    found = {name for name, _ in functions()}
    assert found == READING.keys() | WRITING
    assert not READING.keys() & WRITING


def test_every_one_reads_for_a_server(run: Run, account: Account, filled_account: None) -> None:
    streams = {name for name, function in functions() if unit_of(function) is Stream}

    async def scenario(db: Database) -> None:
        for name, (call, expected) in READING.items():
            for found in await answers(db, call, account.id, name in streams):
                assert (name, found) == (name, expected)
        await db.write(account.id, work_calls.without_raw_rows)

    run(scenario)
