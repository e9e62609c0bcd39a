"""Databases to be copied, and what they hold."""

from collections.abc import Callable
from typing import Any

from closum.accounts import users
from closum.accounts.roles import FULL
from closum.model import draft
from closum.operations import cities, demo, records
from closum.resources.lead import LEAD
from closum.store import (
    api_keys,
    background,
    catalogue,
    identity,
    reports,
    saved_views,
    search,
    setup_codes,
    sign_ins,
)
from closum.store.opening import open_session
from tests.support import entry_calls
from tests.support.every_operation import every_verb

Place = Callable[[str, str], str]
"""`place("postgres", "first")` is the URL of a database of that name, which is not there yet, or has no tables."""
Held = dict[str, list[tuple[Any, ...]]]


def fill(url: str) -> None:
    """Two accounts, a user, leads with gaps between them, cities and whatever else has a table."""
    with open_session(url, create=True) as session:
        with session.setup() as unit:
            cities.seed(unit)
        every_verb(session, url)
        with session.write() as unit:
            account = users.add_account(unit, "Odd")
            user_id = users.add_user(unit, account, "odd@example.com", "none")
            identity.end_tokens(unit, user_id)
            entry_calls.entered(unit, user_id)
            sign_ins.lock_sign_in_subjects(unit, ("subject",))
            sign_ins.add_sign_in_failures(unit, ("subject",), 0)
            identity.remove_user(unit, users.add_user(unit, account, "gone@example.com", "none"))
            key_id = api_keys.add(unit, account.id, "ERP", FULL, "none")
            setup_codes.put(unit, "code")  # a new user ends the one before
            background.add(unit, "work for all", 7, {"text": ODD[4]})
        odd = [draft.parse(LEAD, {"name": text, "custom_data": {"a": text}}) for text in ODD]
        with session.write(account.id) as unit:
            own = unit.of(account.id)
            records.create_many(own, LEAD, odd)
            reports.count(own, LEAD, 1_000)
            by_user = unit.of(account.id, unit.by._replace(user_id=user_id))
            saved_views.add(by_user, LEAD.name, ODD[4], "q=a", 1)
            by_key = unit.of(account.id, unit.by._replace(key_id=key_id))
            records.update(by_key, LEAD, 1, draft.parse(LEAD, {"city_id": 1}))


ODD = ("\\N", "\\", "a\t\n\r", "'\"", "😀 日本", "a\u2028", "\x01", "x" * 255, "NULL", "\\.")
"""What a format of lines and columns could take for its own."""


def crowd(url: str, leads: int) -> None:
    """A database with demo leads in one account."""
    with open_session(url, create=True) as session:
        with session.setup() as unit:
            cities.seed(unit)
            account_id = users.add_account(unit, "Acme").id
        for step in demo.steps(0, leads, lambda: 5_000, lambda done, total: None):
            with session.write(account_id) as unit:
                step(unit)


def held(url: str) -> Held:
    """Every row of every table that is copied; without the entries of the ledger that tell of moves."""
    with open_session(url) as session, session.read() as unit:
        found = {
            table.name: unit.all(table.rows)
            for table in catalogue.tables(unit)
            if not table.name.startswith(("token_key", "schema_")) and not search.is_index(table.name)
        }
    found["ledger"] = [one for one in found["ledger"] if not MOVES & set(one)]
    return found


MOVES = {"database_copied", "database_distributed"}
