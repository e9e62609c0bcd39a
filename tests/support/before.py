"""Databases as earlier versions left them."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

from closum.operations import cities
from closum.store import ledger, migrate
from closum.store.opening import open_session
from closum.store.unit import Unit

FIXTURES = Path(__file__).parents[1] / "store" / "fixtures"


T = TypeVar("T")
ADD = ledger.add


def know(patch: pytest.MonkeyPatch, known: list[migrate.Migration]) -> None:
    """Make this program one that knows these migrations; before there was a ledger it noted nothing."""
    has_ledger = any("CREATE TABLE ledger" in one.text for one in known)
    patch.setattr(migrate, "migrations", lambda: list(known))
    patch.setattr(ledger, "add", ADD if has_ledger else lambda *noted, **detail: None)


def before(url: str, version: int, look: Callable[[Unit], T]) -> T:
    """Make the database as it was before the migration `version`: its tables, and the rows of the fixture.

    What `look` finds in it is returned.
    """
    known = migrate.migrations()[: version - 1]
    with pytest.MonkeyPatch.context() as patch:
        know(patch, known)
        with open_session(url, create=True) as session, session.setup() as unit:
            cities.seed(unit)
            load(unit, (FIXTURES / f"before_{version:04}.sql").read_text(encoding="utf-8"))
            return look(unit)


def load(unit: Unit, text: str) -> None:
    """Run the statements of a text, one to a line."""
    for line in text.splitlines():
        if line and not line.startswith("--"):
            unit.run(line.rstrip(";"))
    if unit.engine == "postgres":
        for table in ("account", "account_user"):
            unit.one(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT MAX(id) FROM {table}))")


Keys = list[tuple[str | None, str]]
"""Of each record its old key and its new one."""


def rekeyed(keys: Keys, names: Callable[[str], bool] = lambda key: False) -> list[str | None]:
    """The rule, said in another way: as long as there is a key that somebody wants and nobody has, the first one takes it,
    if no record before it that is still to move wants the same. A key that names somebody else is given up at once."""
    now = [old for old, _ in keys]
    wants = [None if new == "-" else new for _, new in keys]
    movers = [place for place, want in enumerate(wants) if want != now[place]]
    for place in movers:
        now[place] = None if names(now[place] or "") else now[place]
    for want in {wants[place] for place in movers} - {None}:
        if any(now[place] == want == wants[place] for place in range(len(keys))):
            movers = [place for place in movers if wants[place] != want]
        else:
            first = min(place for place in movers if wants[place] == want)
            movers = [place for place in movers if wants[place] != want or place == first]
    while free := [place for place in movers if wants[place] is None or wants[place] not in now]:
        now[free[0]] = wants[free[0]]
        movers.remove(free[0])
    return now
