"""Keys that records are found by are made again: of two that become one, one takes it, wherever that was interrupted."""

import itertools
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from closum.model.resource import Derived, Resource, Unique
from closum.operations import check
from closum.resources.city import CITY
from closum.resources.email import EMAIL
from closum.resources.lead import LEAD
from closum.resources.phone import PHONE
from closum.store import recompute
from closum.store.identity import Account
from closum.store.opening import open_session
from closum.store.place import is_postgres, path_of
from closum.store.progress import no_progress
from closum.store.recompute import Rules
from closum.store.session import Pace, Session
from closum.store.unit import Unit
from tests.support import stored
from tests.support.before import Keys, before, rekeyed
from tests.support.engine import Engine
from tests.support.server import Server, closum

STEP = 10
"""The migration that has keys made again."""
LATER = (
    "email_status",
    "phone_number_shown",
    *(one.name for one in LEAD.fields if one.name not in {*LEAD.listing.listed, *LEAD.listing.retrieved}),
)
"""Columns that no rule makes, and that came with a later migration."""

Held = dict[str, list[tuple[Any, ...]]]


NAMED = frozenset("efgh")
"""Keys that nobody keeps who is to have another one."""


def numbered(resource: Resource) -> Resource:
    """Phones whose key is the number itself, none for `-`: a rule that a test can give any keys by."""
    key = Derived(
        ("number_key",), ("number",), lambda number: (None if number == "-" else number,), ("number_key",)
    )
    return replace(resource, derived=(key,), unique=Unique("number_key", "number", NAMED.__contains__))


BY_NUMBER = numbered(PHONE)


def put(unit: Unit, account_id: int, keys: Keys) -> None:
    unit.run("DELETE FROM phone WHERE account_id = ?", (account_id,))
    unit.run("DELETE FROM tally WHERE account_id = ?", (account_id,))
    unit.run("DELETE FROM change WHERE account_id = ?", (account_id,))
    made = [
        {
            "extension": "351",
            "number": new,
            "number_key": old,
            "is_valid": 0,
            "number_sort": "",
            "country": None,
            "number_shown": "",
        }
        for old, new in keys
    ]
    stored.insert(unit.of(account_id), PHONE, made)


def keys_of(session: Session, account_id: int) -> list[str | None]:
    with session.read() as unit:
        sql = "SELECT number_key FROM phone WHERE account_id = ? ORDER BY id"
        return [row[0] for row in unit.all(sql, (account_id,))]


@pytest.fixture
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recompute, "LARGE_STEP", 2)
    monkeypatch.setattr(recompute, "SMALL_STEP", 2)


@pytest.mark.usefixtures("small_steps")
@pytest.mark.parametrize(
    ("keys", "after"),
    [
        ([("a", "x"), ("b", "x")], ["x", "b"]),  # the lower id
        ([("a", "x"), ("x", "x")], ["a", "x"]),  # who has it already
        ([("a", "x"), ("x", "y"), ("c", "x")], ["x", "y", "c"]),  # the lower id, once it is free
        ([("a", "x"), ("x", "-"), ("c", "-")], ["x", None, None]),
        ([("a", "b"), ("b", "c"), ("c", "d"), ("d", "e")], ["b", "c", "d", "e"]),
        ([("a", "b"), ("b", "c"), ("c", "d"), ("d", "d")], ["a", "b", "c", "d"]),
        ([("a", "b"), ("b", "a")], ["a", "b"]),  # each has the other's: both keep theirs
        ([("a", "x"), ("f", "x")], ["x", None]),  # a key that is another's by the rules
        ([("a", "f"), ("b", "x"), ("f", "x")], ["f", "x", None]),
        ([("e", "f"), ("f", "e")], ["f", "e"]),
    ],
)
def test_of_two_records_with_one_key_one_takes_it(
    session: Session, account: Account, keys: Keys, after: list[str | None]
) -> None:
    assert rekeyed(keys, NAMED.__contains__) == after
    with session.write(account.id) as unit:
        put(unit, account.id, keys)
    recompute.recompute(session, Rules((BY_NUMBER,), no_progress))
    assert keys_of(session, account.id) == after


class Killed(Exception):
    pass


def interrupted(session: Session, transactions: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Recompute, and fail in the transaction after so many."""
    numbers = itertools.count()
    write = type(session).write

    def failing(*arguments: Any) -> Any:
        if next(numbers) == transactions:
            raise Killed
        return write(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(type(session), "write", failing)
        recompute.recompute(session, Rules((BY_NUMBER,), no_progress))


keys = st.lists(
    st.tuples(st.sampled_from("abcdefgh"), st.sampled_from("abcdef-")),
    max_size=8,
    unique_by=lambda pair: pair[0],
)


@pytest.mark.usefixtures("small_steps")
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(keys=keys, transactions=st.integers(0, 8))
def test_an_interruption_changes_nothing(
    session: Session, account: Account, keys: Keys, transactions: int
) -> None:
    with session.write(account.id) as unit:
        put(unit, account.id, keys)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(session), "pace", lambda self: Pace(0.0, pauses=False))
        try:
            interrupted(session, transactions, patch)
        except Killed:
            recompute.recompute(session, Rules((BY_NUMBER,), no_progress))
    assert keys_of(session, account.id) == rekeyed(keys, NAMED.__contains__)


class Old(NamedTuple):
    url: str
    before: Held
    after: Held


def plain(resource: Resource) -> list[str]:
    """Columns that no rule makes."""
    made = {column for derived in resource.derived for column in derived.columns}
    return [
        name
        for name in resource.columns
        if name not in made | {"version", "modified", *LATER} and not name.endswith("_sort")
    ]


def without_rules(unit: Unit) -> Held:
    return {
        one.name: unit.all(
            f"SELECT {', '.join(plain(one))} FROM {one.name} ORDER BY {'id' if one.shared else 'account_id, id'}"
        )
        for one in (CITY, EMAIL, PHONE, LEAD)
    }


def by_rules(unit: Unit) -> Held:
    """What each record is to have afterwards, made one by one from what there is before."""
    found: Held = {}
    for resource in (PHONE, EMAIL, LEAD):
        made = [column for derived in resource.derived for column in derived.columns]
        unique = [resource.unique.column] if resource.unique else []
        names = [
            "account_id",
            "id",
            *unique,
            *(name for name in resource.columns if name not in (*made, *LATER)),
        ]
        records = [
            dict(zip(names, row, strict=True))
            for row in unit.all(f"SELECT {', '.join(names)} FROM {resource.name} ORDER BY account_id, id")
        ]
        new = [resource.derive(record) for record in records]
        if resource.unique:
            column = resource.unique.column
            for account_id in {record["account_id"] for record in records}:
                places = [place for place, record in enumerate(records) if record["account_id"] == account_id]
                old_and_new = [(records[place][column], new[place][column] or "-") for place in places]
                keys = rekeyed(old_and_new, resource.unique.names)
                for place, key in zip(places, keys, strict=True):
                    new[place][column] = key
        found[resource.name] = [tuple(one[name] for name in made) for one in new]
    return found


@pytest.fixture
def old(engine: Engine, folder: Path) -> Old:
    """A database of the version before, with values whose rules changed; what it holds and what it is to hold."""
    url = engine.url(folder)
    return Old(url, *before(url, STEP, lambda unit: (without_rules(unit), by_rules(unit))))


@pytest.mark.slow
@pytest.mark.parametrize("by", ["command", "server"])
def test_a_database_of_the_version_before(old: Old, by: str, folder: Path) -> None:
    if by == "server":
        with Server(folder):
            pass
    else:
        assert closum("check", "--database", old.url, folder=folder).stdout.count("is sound") == 1
    with open_session(old.url) as session, session.read() as unit:
        assert list(check.faults(unit, lambda done, total: None)) == []
        assert without_rules(unit) == old.before
        for resource in (PHONE, EMAIL, LEAD):
            made = [column for derived in resource.derived for column in derived.columns]
            assert (
                unit.all(f"SELECT {', '.join(made)} FROM {resource.name} ORDER BY account_id, id")
                == old.after[resource.name]
            )
    if not is_postgres(old.url):
        saved = path_of(old.url).with_name(f"closum.db.before-{STEP:04}")
        assert saved.exists()
