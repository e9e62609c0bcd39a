"""The ledger of a database that is replaced by a backup goes on in the backup."""

import contextlib
from pathlib import Path

from closum.errors import Refusal
from closum.store import identity, ledger
from closum.store.sqlite.connection import SQLiteUnit, connect, refusing
from closum.store.sqlite.transfer import SQLiteFilling, last_ids
from closum.store.unit import Unit


def carry_over(unit: Unit, replaced: Path) -> int | None:
    """Add what the SQLite database at a path has noted since the backup was made; how many entries.

    None where it has noted something else than the backup, or cannot be read whole.
    """
    if not replaced.exists():
        return None
    try:
        with contextlib.closing(connect(replaced, read_only=True)) as connection, refusing(replaced):
            return _carry_over(unit, SQLiteUnit(connection, 0))
    except (Refusal, ValueError):
        return None


def _carry_over(unit: Unit, before: Unit) -> int | None:
    last, count = ledger.last_id(unit), 0
    common = ledger.row(before, last)
    if not identity.births(unit) <= identity.births(before) or common not in (None, ledger.row(unit, last)):
        return None
    for found in ledger.rows(before, last):
        ledger.put(unit, found)
        count += len(found)
    SQLiteFilling(unit).go_on_after({"ledger": last_ids(before).get("ledger", 0)})
    return count
