"""Links by which somebody joins an account, or a user chooses a new password: the statements."""

from typing import NamedTuple

from closum.store.unit import AHEAD, Unit

_INVITATION = """
SELECT invitation.id, invitation.account_id, account.name, invitation.email, invitation.role, user_id,
invitation.created, expires, maker_id, account.language
FROM invitation JOIN account ON account.id = invitation.account_id
LEFT JOIN account_user ON account_user.id = user_id
LEFT JOIN account_user AS maker ON maker.id = maker_id
WHERE account.enabled = 1 AND COALESCE(account_user.enabled, 1) = 1 AND
(maker_id IS NULL OR maker.account_id = invitation.account_id AND maker.enabled = 1 AND maker.role = 'owner')
"""


class Invitation(NamedTuple):
    """A link, without its text. With a `user_id` it is for a new password of that user. Times in seconds since 1970.

    `maker_id` is the owner who made it, None for a command.
    """

    id: int
    account_id: int
    account_name: str
    email: str
    role: str
    user_id: int | None
    created: int
    expires: int
    maker_id: int | None
    account_language: str


class NewInvitation(NamedTuple):
    """What a link begins with."""

    hash: str
    email: str
    email_key: str
    role: str
    maker_id: int | None
    user_id: int | None = None


def add(unit: Unit, account_id: int, new: NewInvitation, lifetime: int) -> int:
    """The id of the new one, which is instead of any before for the same address in the account."""
    unit.run("DELETE FROM invitation WHERE account_id = ? AND email_key = ?", (account_id, new.email_key))
    row = unit.one(
        f"INSERT INTO invitation (account_id, {', '.join(NewInvitation._fields)}, created, expires)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
        (account_id, *new, unit.now, unit.now + lifetime),
    )
    assert row is not None
    return int(row[0])


def find(unit: Unit, link_hash: str) -> Invitation | None:
    """The one whose link has this hash, if it counts; not one that a clock far ahead has made."""
    row = unit.one(
        f"{_INVITATION} AND hash = ? AND expires > ? AND invitation.created <= ?",
        (link_hash, unit.now, unit.now + AHEAD),
    )
    return Invitation(*row) if row else None


def of_account(unit: Unit, account_id: int) -> list[Invitation]:
    """Those that count, the newest last."""
    sql = f"{_INVITATION} AND invitation.account_id = ? AND expires > ? ORDER BY invitation.id"
    return [Invitation(*row) for row in unit.all(sql, (account_id, unit.now))]


def remove(unit: Unit, account_id: int, invitation_id: int) -> bool:
    """False where there is none: of two transactions that remove it, one has it."""
    sql = "DELETE FROM invitation WHERE account_id = ? AND id = ?"
    return bool(unit.run(sql, (account_id, invitation_id)))


def remove_made(unit: Unit, user_id: int) -> None:
    """Those that a user has made."""
    unit.run("DELETE FROM invitation WHERE maker_id = ?", (user_id,))


def remove_all(unit: Unit) -> None:
    """Of every account."""
    unit.run("DELETE FROM invitation")


def cut(unit: Unit, most: int) -> int:
    """Remove at most `most` that have expired; how many there were."""
    old = unit.all("SELECT id FROM invitation WHERE expires <= ? ORDER BY expires LIMIT ?", (unit.now, most))
    unit.run_many("DELETE FROM invitation WHERE id = ?", old)
    return len(old)
