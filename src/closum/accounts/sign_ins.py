"""What the ledger has of signing in: who did, and the locks that begin."""

from collections.abc import Callable

from closum.accounts import attempts
from closum.accounts.attempts import Limit, Subjects, Times
from closum.model.change import By
from closum.store import ledger
from closum.store.identity import User
from closum.store.unit import Unit, timestamp

DAY = 24 * 3600
MOST_LOCKS = 1_000  # of clients' addresses that are noted in a day: anybody can begin them


def note(unit: Unit, user: User, request_id: str) -> None:
    """A user has signed in."""
    ledger.add(unit.of(0, By(user.id, request_id, "api")), "sign_in", user.account_id, user.id)


def fail(
    unit: Unit,
    who: Subjects,
    held: Times,
    user: User | None,
    request_id: str,
    pseudonym: Callable[[str], str],
) -> list[Limit]:
    """As `attempts.fail`, which says who is locked from now on: that is noted, with what the log calls the subject."""
    used_up = attempts.fail(unit, who, held)
    own = unit.of(0, By(None, request_id, "api"))
    for limit in used_up:
        whose = user if limit is attempts.LIMITS[0] else None
        if _is_noted(own, limit, whose):
            known = (whose.account_id, whose.id) if whose else (None, None)
            subject = pseudonym(who[attempts.LIMITS.index(limit)])
            ledger.add(own, "sign_in_locked", *known, limit=limit.subject, subject=subject)
    return used_up


def _is_noted(unit: Unit, limit: Limit, whose: User | None) -> bool:
    """The address of nobody is not; the addresses of clients are until there were too many of them."""
    if limit is attempts.LIMITS[0]:
        return whose is not None
    return not ledger.has_many(unit, "sign_in_locked", timestamp(unit.now - DAY), MOST_LOCKS)
