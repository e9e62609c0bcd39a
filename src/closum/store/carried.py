"""The ledger of a database that is replaced by a backup goes on in the backup."""

from closum.errors import Refusal
from closum.store import identity, ledger, numbered
from closum.store.location import Before
from closum.store.unit import Unit


def carry_over(unit: Unit, before: Before) -> int | None:
    """Add what the database that is replaced has noted since the backup was made; how many entries.

    None where there was none, where it has noted something else than the backup, or cannot be read whole.
    """
    if not before.is_there:
        return None
    try:
        with before.look() as replaced:
            return _carry_over(unit, replaced)
    except (Refusal, ValueError):
        return None


def _carry_over(unit: Unit, replaced: Unit) -> int | None:
    last, count = ledger.last_id(unit), 0
    common = ledger.row(replaced, last)
    if not identity.births(unit) <= identity.births(replaced) or common not in (None, ledger.row(unit, last)):
        return None
    for found in ledger.rows(replaced, last):
        ledger.put(unit, found)
        count += len(found)
    numbered.go_on_after(unit, {"ledger": numbered.last_ids(replaced).get("ledger", 0)})
    return count
