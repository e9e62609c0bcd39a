"""The functions of the store on how people get in, for `tests/store/test_reading.py`: what they give, and those that write."""

from collections.abc import Callable
from typing import Any

from closum.store import identity, invitations, second_factors, setup_codes, web_sessions
from closum.store.invitations import NewInvitation
from closum.store.unit import Unit

READING: dict[str, tuple[Callable[[Any], Any], Any]] = {
    "identity.user": (lambda unit: [(identity.user(unit, one) or ())[:2] for one in (1, 9)], [(1, 1), ()]),
    "invitations.find": (
        lambda unit: [(invitations.find(unit, one) or ())[1:4] for one in ("link", "other")],
        [(1, "Acme", "eva@example.com"), ()],
    ),
    "invitations.of_account": (
        lambda unit: [[one.email for one in invitations.of_account(unit, account)] for account in (1, 2)],
        [["eva@example.com"], []],
    ),
    "second_factors.find": (lambda unit: second_factors.find(unit, 1), ("salt", "key", 1, 7)),
    "second_factors.recovery_codes": (lambda unit: second_factors.recovery_codes(unit, 1), ["a", "b"]),
    "second_factors.recovery_codes_left": (lambda unit: second_factors.recovery_codes_left(unit, 1), 2),
    "second_factors.users": (
        lambda unit: [second_factors.users(unit, account) for account in (1, 2)],
        [{1}, set()],
    ),
    "setup_codes.has_users": (setup_codes.has_users, True),
    "setup_codes.is_set": (
        lambda unit: [setup_codes.is_set(unit, one) for one in ("code", "other")],
        [True, False],
    ),
    "web_sessions.last_uses": (
        lambda unit: [set(web_sessions.last_uses(unit.of(account))) for account in (1, 2)],
        [{1}, set()],
    ),
    "web_sessions.find": (
        lambda unit: [(web_sessions.find(unit, key) or ())[:5] for key in ("one", "other")],
        [("one", 1, None, "ana@example.com", "owner"), ()],
    ),
}

WRITING = {
    "invitations.add",
    "invitations.cut",
    "invitations.remove",
    "invitations.remove_all",
    "invitations.remove_made",
    "second_factors.put",
    "second_factors.remove",
    "second_factors.set_recovery_codes",
    "second_factors.turn_on",
    "second_factors.use_recovery_code",
    "second_factors.use_step",
    "setup_codes.put",
    "setup_codes.remove",
    "setup_codes.take",
    "web_sessions.add",
    "web_sessions.cut",
    "web_sessions.remove",
    "web_sessions.renumber",
    "web_sessions.set_preferences",
    "web_sessions.set_seen",
    "web_sessions.touch",
}


def entered(unit: Unit, user_id: int) -> None:
    """A row in each table."""
    web_sessions.add(unit, "one", user_id, 10**9)
    setup_codes.put(unit, "code")
    user = identity.user(unit, user_id)
    assert user
    new = NewInvitation("link", "eva@example.com", "eva@example.com", "owner", user_id)
    invitations.add(unit, user.account_id, new, 10**9)
    second_factors.put(unit, user_id, "salt", "key")
    second_factors.turn_on(unit, user_id, "salt", 7)
    second_factors.set_recovery_codes(unit, user_id, ["a", "b"])
