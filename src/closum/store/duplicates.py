"""Leads that look alike: the hashes by which they are found, the pairs and groups that were found, and what was dismissed.

None of it is a record: it has no history, servers make it of leads. So it is written here, and not through `changes`.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from closum.model import duplicates
from closum.model.change import Change
from closum.model.duplicates import Lead
from closum.model.terms import words
from closum.store import statements
from closum.store.scope import OF_ACCOUNT
from closum.store.sql import Bound, Prepared, Sql
from closum.store.unit import Unit

PAIR = ""
"""The bucket of a pair."""
_IS_PAIR = Sql("record.second_id > 0")  # as the index of second leads has it
_LEAD = ("id", "name", "city_id", "email_id", "phone_id")
_SHOWN = ("rank", "first_id", "second_id", "bucket", "reasons")
_OF_LEAD = ", ".join(f"lead.{name}" for name in _LEAD)


class Found(NamedTuple):
    """A pair, or a group (`second_id` is 0), in the order in which they are listed."""

    rank: int
    first_id: int
    second_id: int
    bucket: str
    reasons: int


class Block(NamedTuple):
    """Leads with one hash: how many, and the lowest id. Of more than MOST_NAMED, not all may be counted."""

    hash: int
    is_whole: bool
    number: int
    lead_id: int


OPEN = "SELECT COUNT(*) FROM duplicate WHERE account_id = ? AND is_open = 1"
MOST_COUNTED = duplicates.MOST_NAMED + 1
NUMBER = (
    "SELECT COUNT(*) FROM (SELECT 1 FROM duplicate_key WHERE account_id = ? AND hash = ? LIMIT ?) AS counted"
)
BLOCKS = (
    "SELECT hash, MAX(is_whole), COUNT(*), MIN(lead_id) FROM"
    " (SELECT hash, is_whole, lead_id FROM duplicate_key WHERE account_id = ? AND hash > ?"
    " ORDER BY hash, lead_id LIMIT ?) AS counted GROUP BY hash ORDER BY hash"
)


def follow_gone(unit: Unit, changes: Sequence[Change]) -> None:
    """Keep nothing of leads that go but that they were dismissed: they may come back."""
    gone = [change.row for change in changes if change.after is None and change.resource.name == "lead"]
    unit.run_each(one for lead in gone for one in _forgetting(unit.account_id, lead["id"], lead["name"]))


def _forgetting(account_id: int, lead_id: int, name: str | None) -> Iterator[Bound]:
    for one in duplicates.hashes(words(name)):
        yield _DROP_HASH, (account_id, one, lead_id)
    for text in _DROP_PAIRS:
        yield text, (account_id, lead_id)


_DROP_HASH = "DELETE FROM duplicate_key WHERE account_id = ? AND hash = ? AND lead_id = ?"
_DROP_PAIRS = (
    f"DELETE FROM duplicate WHERE account_id = ? AND first_id = ? AND bucket = '{PAIR}'",
    "DELETE FROM duplicate WHERE account_id = ? AND second_id = ? AND second_id > 0",
)
"""What the indexes leave out has to be said: no plan infers it from a parameter."""


def drop_pairs(unit: Unit, lead_id: int) -> None:
    for text in _DROP_PAIRS:
        unit.run(text, (unit.account_id, lead_id))


def drop_hashes(unit: Unit, lead_id: int, hashes: Iterable[int]) -> None:
    unit.run_many(_DROP_HASH, [(unit.account_id, one, lead_id) for one in hashes])


def drop_all_hashes(unit: Unit, lead_id: int) -> None:
    """Also of names that nobody knows any more: it reads all hashes of the account."""
    unit.run("DELETE FROM duplicate_key WHERE account_id = ? AND lead_id = ?", (unit.account_id, lead_id))


def cut_hashes(unit: Unit, most: int) -> bool:
    """Remove at most so many of the account's; whether there are more."""
    sql = "SELECT hash FROM duplicate_key WHERE account_id = ? ORDER BY hash LIMIT 1 OFFSET ?"
    row = unit.one(sql, (unit.account_id, most))
    ends, values = (" AND hash < ?", (row[0],)) if row else ("", ())
    cut = unit.run(f"DELETE FROM duplicate_key WHERE account_id = ?{ends}", (unit.account_id, *values))
    if row and not cut:  # as many leads have one name
        unit.run("DELETE FROM duplicate_key WHERE account_id = ? AND hash <= ?", (unit.account_id, row[0]))
    return row is not None


def add_hashes(unit: Unit, found: Sequence[tuple[int, list[int]]]) -> None:
    """Of leads by their id; the first hash of each is of its whole name."""
    rows = [
        (unit.account_id, one, lead_id, int(one == hashes[0])) for lead_id, hashes in found for one in hashes
    ]
    unit.run_many(
        "INSERT INTO duplicate_key (account_id, hash, lead_id, is_whole) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
        rows,
    )


def names(unit: Unit, after: tuple[str, int], most: int) -> list[tuple[str, int]]:
    """Sort keys of names, each with the id of its lead, in their order, behind one."""
    return unit.all(
        "SELECT name_sort, id FROM lead WHERE account_id = ? AND (name_sort, id) > (?, ?)"
        " ORDER BY name_sort, id LIMIT ?",
        (unit.account_id, *after, most),
    )


def name(unit: Unit, lead_id: int, version: int) -> str | None:
    """The sort key of a lead's name, where the lead is as it was."""
    row = unit.one(
        "SELECT name_sort FROM lead WHERE account_id = ? AND id = ? AND version = ?",
        (unit.account_id, lead_id, version),
    )
    return row[0] if row else None


def version(unit: Unit, lead_id: int) -> int:
    row = unit.one("SELECT version FROM lead WHERE account_id = ? AND id = ?", (unit.account_id, lead_id))
    return row[0] if row else 0


def shared(unit: Unit, column: str, after: int, most: int) -> list[int]:
    """Values of `email_id` or `phone_id` from one to another that several leads have."""
    rows = unit.all(
        f"SELECT {column} FROM lead WHERE account_id = ? AND {column} > ? AND {column} <= ?"
        f" GROUP BY {column} HAVING MIN(id) < MAX(id) ORDER BY {column}",
        (unit.account_id, after, most),
    )
    return [row[0] for row in rows]


def number(unit: Unit, hash_: int) -> int:
    """How many leads have a hash, at most MOST_COUNTED."""
    row = unit.one(NUMBER, (unit.account_id, hash_, MOST_COUNTED))
    return int(row[0]) if row else 0


def blocks(unit: Unit, after: int, most: int) -> list[Block]:
    """The next hashes behind one, at most so many."""
    found, is_more = list[Block](), True
    while is_more and len(found) < most:
        some, is_more = _blocks(unit, found[-1].hash if found else after, max(most, MOST_COUNTED))
        found += some
    return found[:most]


def _blocks(unit: Unit, after: int, most: int) -> tuple[list[Block], bool]:
    """Those of the next rows behind a hash, without the last one, which may have more; and whether there may be more rows."""
    rows = unit.all(BLOCKS, (unit.account_id, after, most))
    found = [Block(one, bool(is_whole), number, lead_id) for one, is_whole, number, lead_id in rows]
    if sum(one.number for one in found) < most:
        return found, False
    return found[:-1] or found, True


def leads(unit: Unit, ids: Iterable[int]) -> list[Lead]:
    """Those that there are."""
    found: dict[int, Lead] = {}
    for chunk in statements.chunks(ids):
        rows = unit.all(*_by("lead", _LEAD, "id", len(chunk), unit.engine)(unit.account_id, *chunk))
        found |= {row[0]: duplicates.lead(*row) for row in rows}
    return list(found.values())


def sharing(unit: Unit, column: str, value: int, most: int) -> list[Lead]:
    """The first leads with an e-mail address, or a number, by its id."""
    rows = unit.all(
        f"SELECT {', '.join(_LEAD)} FROM lead WHERE account_id = ? AND {column} = ? ORDER BY id LIMIT ?",
        (unit.account_id, value, most),
    )
    return [duplicates.lead(*row) for row in rows]


def named(unit: Unit, hashes: Sequence[int], most: int, city: Sequence[int | None] = ()) -> list[Lead]:
    """The first leads with one of some hashes, of a city alone where it is given."""
    values = [unit.account_id, *hashes]
    where = f"hash IN ({', '.join('?' * len(hashes))})"
    if city:
        where += " AND lead.city_id IS NULL" if city[0] is None else " AND lead.city_id = ?"
        values += [one for one in city if one is not None]
    rows = unit.all(
        f"SELECT {_OF_LEAD} FROM duplicate_key AS found"
        " JOIN lead ON lead.account_id = found.account_id AND lead.id = found.lead_id"
        f" WHERE found.account_id = ? AND {where} ORDER BY lead_id LIMIT ?",
        (*values, most),
    )
    return [duplicates.lead(*row) for row in rows]


def hits(unit: Unit, hashes: Iterable[int]) -> list[int]:
    """Which of the hashes there are."""
    found: set[int] = set()
    for chunk in statements.chunks(hashes):
        rows = unit.all(
            *_by("duplicate_key", ("hash",), "hash", len(chunk), unit.engine)(unit.account_id, *chunk)
        )
        found.update(row[0] for row in rows)
    return sorted(found)


@lru_cache
def _by(
    table: str, columns: tuple[str, ...], column: str, number: int, engine: str, *conditions: Sql
) -> Prepared:
    """Takes account, values."""
    return statements.look_up(OF_ACCOUNT, table, columns, column, conditions, number, engine, ())


def put(unit: Unit, rows: Sequence[tuple[int, int, str, int, bool]], run: int) -> None:
    """Note pairs and groups: both ids, the bucket, the reasons, whether it is open."""
    unit.run_many(
        "INSERT INTO duplicate (account_id, first_id, second_id, bucket, rank, reasons, run, is_open)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (account_id, first_id, second_id, bucket) DO UPDATE"
        " SET rank = excluded.rank, reasons = excluded.reasons, run = excluded.run, is_open = excluded.is_open",
        [
            (
                unit.account_id,
                first,
                second,
                bucket,
                100 - duplicates.score(reasons),
                reasons,
                run,
                int(is_open),
            )
            for first, second, bucket, reasons, is_open in rows
        ],
    )


def group(unit: Unit, bucket: str) -> Found | None:
    row = unit.one(
        f"SELECT {', '.join(_SHOWN)} FROM duplicate WHERE account_id = ? AND bucket = ? AND bucket <> ''",
        (unit.account_id, bucket),
    )
    return Found(*row) if row else None


def groups_of(unit: Unit, first_ids: Iterable[int]) -> list[Found]:
    """Groups whose first lead is one of these."""
    return sorted(one for one in _found(unit, "first_id", first_ids) if one.bucket != PAIR)


def _found(unit: Unit, column: str, ids: Iterable[int], *conditions: Sql) -> set[Found]:
    found = set[Found]()
    for chunk in statements.chunks(ids):
        look_up = _by("duplicate", _SHOWN, column, len(chunk), unit.engine, *conditions)
        found.update(Found(*row) for row in unit.all(*look_up(unit.account_id, *chunk)))
    return found


def drop_group(unit: Unit, bucket: str) -> None:
    unit.run(
        "DELETE FROM duplicate WHERE account_id = ? AND bucket = ? AND bucket <> ''",
        (unit.account_id, bucket),
    )


def cut_older(unit: Unit, run: int, after: int, most: int) -> int | None:
    """Remove what was last found in an earlier run, of the next `most` ids behind one; the last of them, None at the end."""
    row = unit.one(
        "SELECT first_id FROM duplicate WHERE account_id = ? AND first_id > ? ORDER BY first_id LIMIT 1 OFFSET ?",
        (unit.account_id, after, most),
    )
    last = row[0] if row else 2**63 - 1
    unit.run(
        "DELETE FROM duplicate WHERE account_id = ? AND first_id > ? AND first_id <= ? AND run < ?",
        (unit.account_id, after, last, run),
    )
    return last if row else None


def dismissals(unit: Unit, ids: Iterable[int]) -> dict[int, set[int]]:
    """Of each of the leads that were dismissed the numbers of the dismissals."""
    found: dict[int, set[int]] = {}
    if not unit.one("SELECT 1 FROM duplicate_dismissed WHERE account_id = ? LIMIT 1", (unit.account_id,)):
        return found
    for chunk in statements.chunks(ids):
        columns = ("lead_id", "number")
        rows = unit.all(
            *_by("duplicate_dismissed", columns, "lead_id", len(chunk), unit.engine)(unit.account_id, *chunk)
        )
        for lead_id, number in rows:
            found.setdefault(lead_id, set()).add(number)
    return found


def dismiss(unit: Unit, ids: Sequence[int]) -> None:
    """Remember that these leads, all of which there are, are not one."""
    row = unit.one("SELECT MAX(number) FROM duplicate_dismissed WHERE account_id = ?", (unit.account_id,))
    number = ((row and row[0]) or 0) + 1
    unit.run_many(
        "INSERT INTO duplicate_dismissed (account_id, lead_id, number) VALUES (?, ?, ?)",
        [(unit.account_id, one, number) for one in ids],
    )


def forget_dismissals(unit: Unit, lead_id: int) -> None:
    unit.run(
        "DELETE FROM duplicate_dismissed WHERE account_id = ? AND lead_id = ?", (unit.account_id, lead_id)
    )


def forget_dismissal(unit: Unit, ids: Sequence[int], number: int) -> None:
    """Have leads be no part of a dismissal."""
    sql = "DELETE FROM duplicate_dismissed WHERE account_id = ? AND lead_id = ? AND number = ?"
    unit.run_many(sql, [(unit.account_id, one, number) for one in ids])


def close(unit: Unit, found: Iterable[Found]) -> None:
    """Show these no more."""
    _set_open(unit, found, 0)


def reopen(unit: Unit, found: Iterable[Found]) -> None:
    """Show these again."""
    _set_open(unit, found, 1)


def _set_open(unit: Unit, found: Iterable[Found], is_open: int) -> None:
    unit.run_many(
        "UPDATE duplicate SET is_open = ? WHERE account_id = ? AND first_id = ? AND second_id = ? AND bucket = ?",
        [(is_open, unit.account_id, one.first_id, one.second_id, one.bucket) for one in found],
    )


def pairs_among(unit: Unit, ids: Iterable[int]) -> list[Found]:
    among = set(ids)
    found = _found(unit, "first_id", among)
    return sorted(one for one in found if one.bucket == PAIR and one.second_id in among)


def pairs_of(unit: Unit, ids: Iterable[int]) -> list[Found]:
    """All that one of the leads is in, open or not."""
    leads = set(ids)
    found = _found(unit, "first_id", leads, _IS_PAIR) | _found(unit, "second_id", leads, _IS_PAIR)
    return sorted(one for one in found if one.bucket == PAIR)


def page(unit: Unit, after: Sequence[Any], most: int) -> list[Found]:
    """The next open ones behind a place (`rank`, `first_id`, `second_id`, `bucket`), those with the highest score first."""
    return _page(unit, ">", after, "", most)


def page_back(unit: Unit, before: Sequence[Any], most: int) -> list[Found]:
    """As `page`, those in front of a place, the last one first."""
    return _page(unit, "<", before, " DESC", most)


def _page(unit: Unit, sign: str, place: Sequence[Any], order: str, most: int) -> list[Found]:
    names = ("rank", "first_id", "second_id", "bucket")
    rows = unit.all(
        f"SELECT {', '.join(_SHOWN)} FROM duplicate WHERE account_id = ? AND is_open = 1"
        f" AND ({', '.join(names)}) {sign} (?, ?, ?, ?) ORDER BY {', '.join(f'{one}{order}' for one in names)} LIMIT ?",
        (unit.account_id, *place, most),
    )
    return [Found(*row) for row in rows]


def position(unit: Unit, place: Sequence[Any], most: int) -> int:
    """How many open ones are in front of a place, at most so many."""
    row = unit.one(
        "SELECT COUNT(*) FROM (SELECT 1 FROM duplicate WHERE account_id = ? AND is_open = 1"
        " AND (rank, first_id, second_id, bucket) < (?, ?, ?, ?) LIMIT ?) AS counted",
        (unit.account_id, *place, most),
    )
    return int(row[0]) if row else 0


def is_open(unit: Unit, found: Found) -> bool:
    sql = (
        "SELECT is_open FROM duplicate WHERE account_id = ? AND first_id = ? AND second_id = ? AND bucket = ?"
    )
    row = unit.one(sql, (unit.account_id, found.first_id, found.second_id, found.bucket))
    return bool(row and row[0])


def count(unit: Unit) -> int:
    """How many are open."""
    row = unit.one(OPEN, (unit.account_id,))
    return int(row[0]) if row else 0
