"""What the ledger has of what writes nothing else, such as a sign-in: noted by a server."""

import logging

from closum.errors import Unavailable
from closum.model.change import By
from closum.store import ledger
from closum.store.database import Database
from closum.store.ledger import Event, Value
from closum.store.unit import Unit

log = logging.getLogger("closum.ledger")


async def note(
    db: Database, by: By, event: Event, account_id: int, user_id: int | None = None, **detail: Value
) -> None:
    """Where the ledger cannot be written the log has it: a full disk shuts nobody out."""
    try:
        await db.write(None, _add, by, event, account_id, user_id, detail)
    except Exception as error:
        fault = None if isinstance(error, Unavailable) else error
        told = "'%s' of user %s may be missing in the ledger: request %s"
        log.error(told, event, by.user_id or "-", by.request_id, exc_info=fault)


def _add(
    unit: Unit, by: By, event: Event, account_id: int, user_id: int | None, detail: dict[str, Value]
) -> None:
    ledger.add(unit.of(0, by), event, account_id, user_id, **detail)
