"""Background work of servers: what is due, which server does it, how far it is.

Work of an account is account data; work for all accounts lies in a table of its own, since a transaction never writes
both. In a unit of account 0 everything here is about the latter. It is no record: it has no history, and nothing follows
from it, so it is written here and not through `changes`.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from closum.store.unit import Result, Unit, latest, timestamp

PENDING, RUNNING, DONE, FAILED = "pending", "running", "done", "failed"
KEPT_DAYS = 30
DAY = 24 * 3600

_COLUMNS = "kind, number, state, done, total, due, error, modified"


class Key(NamedTuple):
    """Which work it is: its kind, and the number of what it works on (0 where there is one of the kind)."""

    account_id: int
    kind: str
    number: int = 0


class Progress(NamedTuple):
    """How far work is: `place` is JSON for its next step, `done` and `total` are for people, `ended` says that it is all done."""

    place: Any = None
    done: int = 0
    total: int | None = None
    ended: bool = False


class Claim(NamedTuple):
    """Work that a server has: what was asked for, how far it is, and how often it failed since its last step."""

    argument: Any
    progress: Progress
    attempts: int

    @property
    def of_step(self) -> tuple[Any, Any]:
        """The same for two claims that come before the same step."""
        return self.argument, self.progress.place


class Listed(NamedTuple):
    """Work as it is shown. `due` is when it begins, or is taken over; None once it has ended for good."""

    kind: str
    number: int
    state: str
    done: int
    total: int | None
    due: int | None
    error: str
    modified: str


class Job(NamedTuple):
    """Work that somebody asked for: what it was asked for, how far it is, and when."""

    kind: str
    number: int
    state: str
    done: int
    total: int | None
    error: str
    created: str
    modified: str
    argument: Any
    place: Any


ALL = 2**31 - 1
"""More pieces of work than there are."""

_JOB = "kind, number, state, done, total, error, created, modified, argument, place"


def add(unit: Unit, kind: str, number: int = 0, argument: Any = None) -> bool:
    """Have work begin at once; False, and nothing else, where it is there already.

    `argument` is JSON, without a person's data, unless it is forgotten: it stays for KEPT_DAYS days after the end of the work.
    """
    now = timestamp(unit.now)
    row: dict[str, Any] = {"account_id": unit.account_id} if unit.account_id else {}
    row |= {"kind": kind, "number": number, "state": PENDING, "argument": _encode(argument)}
    row |= {"place": _encode(None), "done": 0, "owner": "", "due": unit.now, "attempts": 0, "error": ""}
    row |= {"created": now, "modified": now}
    sql = f"INSERT INTO {_table(unit)} ({', '.join(row)}) VALUES ({', '.join('?' * len(row))}) ON CONFLICT DO NOTHING"
    return bool(unit.run(sql, tuple(row.values())))


def claim(unit: Unit, key: Key, owner: str, until: int, latest: int) -> Claim | None:
    """Take up work that is due, or go on with one's own; None where it is neither.

    What is due after `latest` has been put off by a clock that was ahead: it is due, too. Nobody else takes it up until `until`, in seconds since 1970. What begins once more begins from its argument.
    """
    where, values = _scope(unit)
    row = unit.one(
        f"UPDATE {_table(unit)} SET owner = ?, due = ? WHERE {where} AND kind = ? AND number = ? AND due IS NOT NULL"
        " AND (due <= ? OR due > ? OR owner = ?) RETURNING state, argument, place, done, total, attempts",
        (owner, until, *values, key.kind, key.number, unit.now, latest, owner),
    )
    if row is None:
        return None
    state, argument, place, done, total, attempts = row
    if state in (DONE, FAILED):
        return Claim(json.loads(argument), Progress(), 0)
    return Claim(json.loads(argument), Progress(json.loads(place), done, total), attempts)


def save(unit: Unit, key: Key, progress: Progress, again: int | None) -> None:
    """Note what a step has come to. Where the work has ended, `again` is when it begins once more."""
    ended = {"state": DONE, "owner": "", "due": again} if progress.ended else {"state": RUNNING}
    place, done, total, _ = progress
    _update(unit, key, **ended, place=_encode(place), done=done, total=total, attempts=0, error="")


def forget_argument(unit: Unit, key: Key) -> None:
    """Keep nothing of what was asked for."""
    _update(unit, key, argument=_encode(None))


def forget_place(unit: Unit, kind: str, number: int) -> None:
    """Keep nothing of what work of an account has come to."""
    _update(unit, Key(unit.account_id, kind, number), place=_encode(None))


def fail(unit: Unit, key: Key, error: str, attempts: int, due: int | None) -> None:
    """Note that a step failed `attempts` times, and when it is tried again."""
    _update(unit, key, state=PENDING, owner="", due=due, attempts=attempts, error=error)


def give_up(unit: Unit, key: Key, error: str, again: int | None) -> None:
    """Note that it is not tried again, until it begins once more."""
    _update(unit, key, state=FAILED, owner="", due=again, error=error)


def stop(unit: Unit, key: Key, error: str) -> bool:
    """Do nothing more of work that has not ended; False where it has. A step that is being done is waited for."""
    where, values = _scope(unit)
    sql = (
        f"UPDATE {_table(unit)} SET state = ?, owner = '', due = NULL, error = ?, modified = ?"
        f" WHERE {where} AND kind = ? AND number = ? AND state IN (?, ?)"
    )
    now, going_on = timestamp(unit.now), (PENDING, RUNNING)
    return bool(unit.run(sql, (FAILED, error, now, *values, key.kind, key.number, *going_on)))


def hasten(unit: Unit, kind: str, number: int = 0) -> bool:
    """Have work that waits, failed or ended begin, or go on, at once; False where there is none."""
    where, values = _scope(unit)
    sql = f"UPDATE {_table(unit)} SET due = ? WHERE {where} AND kind = ? AND number = ? AND state <> ?"
    return bool(unit.run(sql, (unit.now, *values, kind, number, RUNNING)))


def begin(unit: Unit, kind: str) -> bool:
    """Have work of an account begin at once: for the first time, or once more where it has ended or was given up."""
    if add(unit, kind):
        return True
    where, values = _scope(unit)
    sql = f"UPDATE {_table(unit)} SET due = ? WHERE {where} AND kind = ? AND number = 0 AND state IN (?, ?)"
    return bool(unit.run(sql, (unit.now, *values, kind, DONE, FAILED)))


def begin_again(
    unit: Unit,
    kind: str,
    number: int,
    argument: Any,
    place: Any = None,
    done: int = 0,
    total: int | None = None,
) -> None:
    """Have work of an account begin at once, for the first time or once more, and, with `place`, there, where so much is done;
    it has ended, or was given up."""
    add(unit, kind, number, argument)
    key = Key(unit.account_id, kind, number)
    _update(unit, key, state=PENDING, argument=_encode(argument), place=_encode(place), due=unit.now)
    _update(unit, key, owner="", attempts=0, error="", done=done, total=total)


def release(unit: Unit, key: Key, owner: str) -> None:
    """Let another server go on at once, where this one has the work."""
    _update(unit, key, owner, state=PENDING, owner="", due=unit.now)


def forget_ended(unit: Unit) -> None:
    """Remove work that ended for good more than KEPT_DAYS days ago, or by a clock that was ahead."""
    where, values = _scope(unit)
    sql = f"DELETE FROM {_table(unit)} WHERE {where} AND due IS NULL AND (modified < ? OR modified > ?)"
    unit.run(sql, (*values, timestamp(unit.now - KEPT_DAYS * DAY), latest(unit.now)))


def found(unit: Unit, kind: str, number: int = 0) -> Listed | None:
    """One piece of work, as it is shown."""
    where, values = _scope(unit)
    sql = f"SELECT {_COLUMNS} FROM {_table(unit)} WHERE {where} AND kind = ? AND number = ?"
    row = unit.one(sql, (*values, kind, number))
    return Listed(*row) if row else None


def job(unit: Unit, kind: str, number: int) -> Job | None:
    """One piece of work of the unit's account."""
    sql = f"SELECT {_JOB} FROM job WHERE account_id = ? AND kind = ? AND number = ?"
    row = unit.one(sql, (unit.account_id, kind, number))
    return _job(row) if row else None


def jobs(unit: Unit, most: int, kind: str = "") -> list[Job]:
    """At most so many pieces of work that somebody asked for, the newest first; of one kind, where it is named."""
    sql = f"SELECT {_JOB} FROM job WHERE account_id = ? AND number > 0 AND (? = '' OR kind = ?)"
    found = unit.all(
        f"{sql} ORDER BY created DESC, number DESC, kind LIMIT ?", (unit.account_id, kind, kind, most)
    )
    return [_job(row) for row in found]


def going_on(unit: Unit, kinds: Sequence[str] = ()) -> list[Job]:
    """Work of the unit's account that somebody asked for, and that has not ended, by its number; of some kinds, where they are named."""
    named = f" AND kind IN ({', '.join('?' * len(kinds))})" if kinds else ""
    sql = f"SELECT {_JOB} FROM job WHERE account_id = ? AND number > 0 AND state IN (?, ?){named} ORDER BY number"
    return [_job(row) for row in unit.all(sql, (unit.account_id, PENDING, RUNNING, *kinds))]


def _job(row: Result) -> Job:
    return Job._make((*row[:-2], *map(json.loads, row[-2:])))


def next_number(unit: Unit, kind: str, last: int) -> int:
    """A number for new work of a kind in the unit's account, above `last`, which rises with what such work writes."""
    row = unit.one("SELECT MAX(number) FROM job WHERE account_id = ? AND kind = ?", (unit.account_id, kind))
    return max(last, (row[0] or 0) if row else 0) + 1


def listed(unit: Unit) -> list[Listed]:
    """All work of the unit's account, or of account 0."""
    where, values = _scope(unit)
    sql = f"SELECT {_COLUMNS} FROM {_table(unit)} WHERE {where} ORDER BY kind, number"
    return [Listed(*row) for row in unit.all(sql, values)]


def due(unit: Unit, kinds: Mapping[str, int], ahead: int, most: int) -> list[Key]:
    """Work of every account, and of none, that may be taken up within `ahead` seconds: the longest due first, at most so
    many of each table.

    `kinds` has of each kind the longest pause, in seconds: what is due after that has been put off by a clock that was
    ahead, and may be taken up, too.
    """
    found = _due(unit, "due <= ?", unit.now + ahead, list(kinds), most)
    for pause in sorted(set(kinds.values())):
        names = [name for name, longest in kinds.items() if longest == pause]
        found += _due(unit, "due > ?", unit.now + pause, names, most)
    return found


def _due(unit: Unit, when: str, time: int, kinds: Sequence[str], most: int) -> list[Key]:
    where = f"{when} AND kind IN ({', '.join('?' * len(kinds))}) ORDER BY due LIMIT ?"
    values = (time, *kinds, most)
    shared = unit.all(f"SELECT kind, number FROM shared_job WHERE {where}", values)
    own = unit.all(f"SELECT account_id, kind, number FROM job WHERE {where}", values)
    return [*(Key(0, *row) for row in shared), *(Key(*row) for row in own)]


def next_accounts(unit: Unit, after: int, most: int) -> list[int]:
    """The ids of the next accounts behind an id, at most so many."""
    rows = unit.all("SELECT id FROM account WHERE id > ? ORDER BY id LIMIT ?", (after, most))
    return [row[0] for row in rows]


def accounts_without(unit: Unit, kind: str, after: int, most: int) -> tuple[list[int], int | None]:
    """Of the next accounts behind an id those that have no work of a kind, and the last id looked at; None at the end."""
    ids = next_accounts(unit, after, most)
    if not ids:
        return [], None
    sql = "SELECT account_id FROM job WHERE account_id > ? AND account_id <= ? AND kind = ?"
    having = {row[0] for row in unit.all(sql, (after, ids[-1], kind))}
    return [one for one in ids if one not in having], ids[-1]


def _table(unit: Unit) -> str:
    return "job" if unit.account_id else "shared_job"


def _scope(unit: Unit) -> tuple[str, tuple[int, ...]]:
    """The first condition of a statement, with its value."""
    return "account_id = ?" if unit.account_id else "? = 0", (unit.account_id,)


def _update(unit: Unit, key: Key, of: str | None = None, **columns: Any) -> bool:
    """Set columns; with `of`, only while that owner has it."""
    columns["modified"] = timestamp(unit.now)
    where, values = _scope(unit)
    owned, owner = (" AND owner = ?", (of,)) if of is not None else ("", ())
    sets = ", ".join(f"{name} = ?" for name in columns)
    sql = f"UPDATE {_table(unit)} SET {sets} WHERE {where} AND kind = ? AND number = ?{owned}"
    return bool(unit.run(sql, (*columns.values(), *values, key.kind, key.number, *owner)))


def _encode(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))
