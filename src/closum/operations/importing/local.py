"""An import by a command, without a server: the same steps, as large as the database can take."""

import secrets
import time
from collections.abc import Callable

from closum.errors import Refusal
from closum.operations.importing.work import MOST
from closum.operations.runner import LEASE, Kind, Prepared, claim, note_failure, turn
from closum.store import background
from closum.store.background import DONE, FAILED, Claim, Key
from closum.store.session import Session

SMALL = 150  # rows of a step beside a server
_WAIT = 1.0  # seconds

Report = Callable[[int, int | None], None]
"""Called with how many rows are done, and how many there are, None where nobody knows."""


def carry_out(session: Session, kind: Kind, key: Key, report: Report) -> None:
    """Do the work until it has ended, also where another command, which was killed, has begun it.

    Raises Refusal, also where another process does it.
    """
    owner = f"command-{secrets.token_hex(8)}"
    claimed = _claimed(session, kind, key, owner)
    assert kind.preparing
    try:
        while claimed:
            report(claimed.progress.done, claimed.progress.total)
            claimed = _step(session, kind, key, owner, claimed)
    finally:
        kind.preparing.forget(key)


def _claimed(session: Session, kind: Kind, key: Key, owner: str) -> Claim | None:
    """None where it has ended already."""
    until = time.monotonic() + LEASE + 2 * _WAIT
    while time.monotonic() < until:
        with session.write(key.account_id) as unit:
            found = background.found(unit, *key[1:])
            if found is None or found.state in (DONE, FAILED):
                return None
            if claimed := claim(unit, kind, key, owner):
                return claimed
        time.sleep(_WAIT)
    raise Refusal("Another process does this import at the moment: 'closum job list' shows how far it is")


def _step(session: Session, kind: Kind, key: Key, owner: str, claimed: Claim) -> Claim | None:
    """One transaction; what is left to do."""
    assert kind.preparing
    pauses = session.pace().pauses
    size = SMALL if pauses else MOST
    try:
        prepared = Prepared(claimed, kind.preparing.prepare(key, claimed, size))
        begun = time.monotonic()
        with session.write(key.account_id) as unit:
            taken = turn(unit, kind, key, owner, size, prepared)
    except Refusal as refusal:
        with session.write(key.account_id) as unit:
            note_failure(unit, kind, key, owner, str(refusal), final=True)
        raise
    if taken is None:
        raise Refusal("Another process has taken over this import: 'closum job list' shows how far it is")
    if pauses:
        time.sleep(time.monotonic() - begun)
    return taken.left
