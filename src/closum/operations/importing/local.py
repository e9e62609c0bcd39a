"""An import by a command, without a server: the same steps, as large as the database can take."""

import contextlib
import secrets
import time
from collections.abc import Callable

from closum.errors import Refusal
from closum.operations.importing.work import MOST
from closum.operations.runner import LEASE, Kind, Prepared, claim, note_failure, turn
from closum.store import background
from closum.store.background import DONE, FAILED, Claim, Key
from closum.store.session import Session
from closum.store.unit import Unit

SMALL = 150  # rows of a step beside a server
_WAIT = 1.0  # seconds
_TAKEN_OVER = "Another process has taken over this import: 'closum job list' shows how far it is"

Report = Callable[[int, int | None], None]
"""Called with how many rows are done, and how many there are, None where nobody knows."""


def carry_out(
    session: Session, kind: Kind, key: Key, report: Report, waits: Callable[[], None] = lambda: None
) -> None:
    """Do the work until it has ended, also where another command has begun it and was killed; `waits` is called if the lease
    of that one has to end first. Raises Refusal, also where another process does the work.
    """
    owner = f"command-{secrets.token_hex(8)}"
    claimed = _claimed(session, kind, key, owner, waits)
    try:
        if claimed:
            _Steps(session, kind, key, owner, report).go_on(claimed)
    finally:
        assert kind.preparing
        kind.preparing.forget(key)


def _claimed(session: Session, kind: Kind, key: Key, owner: str, waits: Callable[[], None]) -> Claim | None:
    """None where it has ended already."""
    until, is_told = time.monotonic() + LEASE + 2 * _WAIT, False
    while time.monotonic() < until:
        with session.write(key.account_id) as unit:
            found = background.found(unit, *key[1:])
            if found is None or found.state in (DONE, FAILED):
                return None
            if claimed := claim(unit, kind, key, owner):
                return claimed
        if not is_told:
            waits()
        is_told = True
        time.sleep(_WAIT)
    raise Refusal("Another process does this import at the moment: 'closum job list' shows how far it is")


class _Steps:
    """The steps of one import, many in a transaction where the pace lets them: then fewer pages are written twice."""

    def __init__(self, session: Session, kind: Kind, key: Key, owner: str, report: Report) -> None:
        self._session, self._kind, self._key, self._owner, self._report = session, kind, key, owner, report
        self._look_at_pace()

    def go_on(self, claimed: Claim) -> None:
        """Raises Refusal, once what was done before it is stored."""
        prepared: Prepared | Refusal | None = self._prepared(claimed)
        seconds = 0.0  # the first step is stored at once, so that what cannot be stored is told early
        while isinstance(prepared, Prepared):
            self._look_at_pace()
            begun = time.monotonic()
            try:
                with self._session.write(self._key.account_id) as unit:
                    prepared = self._transaction(unit, prepared, seconds)
            except Refusal as refusal:
                with contextlib.suppress(Refusal):  # the disk may be full still
                    self._fail(refusal)
                raise
            seconds = self._pace.seconds
            if self._pace.pauses:
                time.sleep(time.monotonic() - begun)
        if isinstance(prepared, Refusal):
            self._fail(prepared)
            raise prepared

    def _fail(self, refusal: Refusal) -> None:
        """Let the next command go on at once."""
        with self._session.write(self._key.account_id) as unit:
            note_failure(unit, self._kind, self._key, self._owner, str(refusal), final=True)

    def _look_at_pace(self) -> None:
        self._pace = self._session.pace()
        self._size = SMALL if self._pace.pauses else MOST

    def _transaction(self, unit: Unit, prepared: Prepared, seconds: float) -> Prepared | Refusal | None:
        """At least one step, and no more than so many seconds of them; what follows, None at the end."""
        begun = last = time.monotonic()
        while True:
            taken = turn(unit, self._kind, self._key, self._owner, self._size, prepared)
            if taken is None:
                raise Refusal(_TAKEN_OVER)
            following = self._prepared(taken.left) if taken.left else None
            now = time.monotonic()
            # A step as long as this one would be too much.
            if not isinstance(following, Prepared) or now - begun + (now - last) > seconds:
                return following
            prepared, last = following, now

    def _prepared(self, claimed: Claim) -> Prepared | Refusal:
        assert self._kind.preparing
        self._report(claimed.progress.done, claimed.progress.total)
        try:
            return Prepared(claimed, self._kind.preparing.prepare(self._key, claimed, self._size))
        except Refusal as refusal:
            return refusal
