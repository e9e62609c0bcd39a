"""The ledger: sign-ins, exports, saved views, and what is done to users, accounts, keys and the database as a whole.

An entry is only ever added, in the transaction of what it tells of; `cut` alone removes, what has been kept for long
enough. It has ids, counts and the name that an operator has on the machine, and no other data of a person.
"""

import contextlib
import json
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

from closum.store.session import Session
from closum.store.unit import Result, Unit, Values, timestamp

Event = Literal[
    "account_added",
    "account_changed",
    "account_disabled",
    "account_enabled",
    "account_exported",
    "account_renamed",
    "all_tokens_ended",
    "cities_loaded",
    "database_copied",
    "database_distributed",
    "database_restored",
    "exported",
    "import_removed",
    "invited",
    "invitation_withdrawn",
    "joined",
    "key_added",
    "key_revoked",
    "password_changed",
    "password_link_made",
    "person_exported",
    "recovery_codes_made",
    "refused_rows_exported",
    "role_changed",
    "second_factor_added",
    "second_factor_removed",
    "set_up",
    "sign_in",
    "sign_in_locked",
    "sign_in_unlocked",
    "signing_key_set",
    "tokens_ended",
    "user_added",
    "user_disabled",
    "user_enabled",
    "user_removed",
    "user_renamed",
    "view_changed",
    "view_removed",
    "view_restored",
    "view_saved",
]
Work = Literal["bin_empty", "database_recompute", "demo", "import", "person_erase"]
"""What takes more than one transaction: it has an entry with `_started` before the first, and one with `_done` after the last."""

State = Literal["started", "done"]

Value = str | int | None
"""Of a detail."""

AT_ONCE = 1_000

COLUMNS = (
    "id",
    "at",
    "event",
    "account_id",
    "user_id",
    "actor_id",
    "operator",
    "request_id",
    "cause",
    "detail",
)
_READ = f"SELECT {', '.join(COLUMNS)} FROM ledger"
_ADD = f"INSERT INTO ledger ({', '.join(COLUMNS[1:])}) VALUES ({', '.join('?' * len(COLUMNS[1:]))})"
_PUT = f"INSERT INTO ledger ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"


class Entry(NamedTuple):
    """`account_id` and `user_id` are whom it is about; `actor_id` is the user who did it, `operator` the one at a terminal.

    `at` is a timestamp, `cause` that of the unit's `by`: api, page, command or server.
    """

    id: int
    at: str
    event: str
    account_id: int | None
    user_id: int | None
    actor_id: int | None
    operator: str | None
    request_id: str | None
    cause: str
    detail: dict[str, Value]


def add(
    unit: Unit, event: Event, account_id: int | None = None, user_id: int | None = None, **detail: Value
) -> None:
    """Note what the unit's `by` does in this transaction, which writes no data of an account."""
    _add(unit, event, account_id, user_id, detail)


@contextlib.contextmanager
def noted(
    session: Session, work: Work, account_id: int | None, **detail: Value
) -> Iterator[dict[str, Value]]:
    """Note the begin of long work with its detail, and its end, unless it raises, with what was put into the dict.

    So work that was interrupted has its begin alone, and nothing is done that the ledger does not tell of.
    """
    with session.write() as unit:
        note(unit, work, "started", account_id, **detail)
    done: dict[str, Value] = {}
    yield done
    with session.write() as unit:
        note(unit, work, "done", account_id, **done)


def note(unit: Unit, work: Work, state: State, account_id: int | None, **detail: Value) -> None:
    """Note the begin, or the end, of long work: see `noted`."""
    _add(unit, f"{work}_{state}", account_id, None, detail)


def _add(
    unit: Unit, event: str, account_id: int | None, user_id: int | None, detail: dict[str, Value]
) -> None:
    by = unit.by
    detail = detail if by.key_id is None else {**detail, "by_key": by.key_id}
    whose = (account_id, user_id, by.user_id, by.operator, by.request_id or None, by.cause)
    unit.run(_ADD, (timestamp(unit.now), event, *whose, json.dumps(detail)))


def entries(unit: Unit, since: str = "", account_id: int | None = None, after: int = 0) -> Iterator[Entry]:
    """Those from a timestamp on, of one account or of all, behind an id, in the order in which they were noted.

    Raises ValueError for one that cannot be read.
    """
    own, values = ("", ()) if account_id is None else (" AND account_id = ?", (account_id,))
    sql = f"{_READ} WHERE id > ? AND at >= ?{own} ORDER BY id LIMIT ?"
    while found := unit.all(sql, (after, since, *values, AT_ONCE)):
        yield from map(_entry, found)
        after = found[-1][0]


def newest(unit: Unit, account_id: int, before: int, most: int) -> list[Entry]:
    """At most so many of an account, the newest first, before an id. Raises ValueError likewise."""
    sql = f"{_READ} WHERE account_id = ? AND id < ? ORDER BY id DESC LIMIT ?"
    return [_entry(row) for row in unit.all(sql, (account_id, before, most))]


def since(unit: Unit, at: str) -> int:
    """The id of the first entry, of any account, that was noted at a time or later; one behind the last one where there is none."""
    found = unit.one("SELECT id FROM ledger WHERE at >= ? ORDER BY at, id LIMIT 1", (at,))
    return int(found[0]) if found else last_id(unit) + 1


def of_event(unit: Unit, account_id: int, event: Event, since: str, until: str) -> list[Entry]:
    """Those of an account that tell of an event between two timestamps. Raises ValueError likewise."""
    sql = f"{_READ} WHERE at >= ? AND at <= ? AND account_id = ? AND event = ? ORDER BY at, id"
    return [_entry(row) for row in unit.all(sql, (since, until, account_id, event))]


def unreadable(unit: Unit) -> Iterator[int]:
    """Ids of the entries that cannot be read."""
    after = 0
    while ids := [
        row[0] for row in unit.all("SELECT id FROM ledger WHERE id > ? ORDER BY id LIMIT ?", (after, AT_ONCE))
    ]:
        if not _can_read(unit, (after, ids[-1])):
            yield from (one for one in ids if not _can_read(unit, (one - 1, one)))
        after = ids[-1]


def rows(unit: Unit, after: int) -> Iterator[list[Result]]:
    """All behind an id as they are stored, some at a time: for `put`."""
    while found := unit.all(f"{_READ} WHERE id > ? ORDER BY id LIMIT ?", (after, AT_ONCE)):
        yield found
        after = found[-1][0]


def row(unit: Unit, entry_id: int) -> Result | None:
    """One as it is stored."""
    return unit.one(f"{_READ} WHERE id = ?", (entry_id,))


def last_id(unit: Unit) -> int:
    """Of the newest entry; 0 where there is none."""
    found = unit.one("SELECT COALESCE(MAX(id), 0) FROM ledger")
    return int(found[0]) if found else 0


def put(unit: Unit, found: list[Result]) -> None:
    """Add entries of another database, which keep their ids and times."""
    unit.run_many(_PUT, found)


def has_many(unit: Unit, event: Event, since: str, most: int) -> bool:
    """Whether `most` entries, or more, tell of an event of nobody known from a timestamp on."""
    sql = "SELECT id FROM ledger WHERE at >= ? AND event = ? AND user_id IS NULL ORDER BY at, id LIMIT 1 OFFSET ?"
    return unit.one(sql, (since, event, most - 1)) is not None


def cut(unit: Unit, before: str, most: int) -> int:
    """Remove the oldest entries, at most `most`, that were noted before a timestamp; how many there were."""
    old = unit.all("SELECT id FROM ledger WHERE at < ? ORDER BY at, id LIMIT ?", (before, most))
    unit.run_many("DELETE FROM ledger WHERE id = ?", old)
    return len(old)


def _can_read(unit: Unit, between: Values) -> bool:
    try:
        for found in unit.all(f"{_READ} WHERE id > ? AND id <= ?", between):
            _entry(found)
    except ValueError:
        return False
    return True


def _entry(found: Result) -> Entry:
    values: Any = json.loads(found[-1])
    if not isinstance(values, dict):
        raise ValueError("a detail is no object")
    return Entry._make((*found[:-1], values))
