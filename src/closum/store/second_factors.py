"""Second factors of users and their recovery codes: the statements."""

from collections.abc import Iterable
from typing import NamedTuple

from closum.store.unit import Unit


class Factor(NamedTuple):
    """`key_id` is of the signing key that its secret is made of, `step` that of the last code that was used."""

    salt: str
    key_id: str
    confirmed: int
    step: int


def find(unit: Unit, user_id: int) -> Factor | None:
    """A user's second factor, also one that is not confirmed."""
    row = unit.one("SELECT salt, key_id, confirmed, step FROM second_factor WHERE user_id = ?", (user_id,))
    return Factor(*row) if row else None


def users(unit: Unit, account_id: int) -> set[int]:
    """The users of an account who have one that is confirmed."""
    rows = unit.all(
        "SELECT user_id FROM second_factor JOIN account_user ON account_user.id = user_id"
        " WHERE account_id = ? AND confirmed = 1",
        (account_id,),
    )
    return {row[0] for row in rows}


def put(unit: Unit, user_id: int, salt: str, key_id: str) -> bool:
    """One to be confirmed, instead of any before that was not; False, and nothing else, where there is one that was."""
    return bool(
        unit.run(
            "INSERT INTO second_factor (user_id, salt, key_id, confirmed, step) VALUES (?, ?, ?, 0, 0)"
            " ON CONFLICT (user_id) DO UPDATE SET salt = excluded.salt, key_id = excluded.key_id"
            " WHERE second_factor.confirmed = 0",
            (user_id, salt, key_id),
        )
    )


def turn_on(unit: Unit, user_id: int, salt: str, step: int) -> bool:
    """Have the one with this salt count, whose code of a step was used; False where it is not there, or counts already."""
    sql = "UPDATE second_factor SET confirmed = 1, step = ? WHERE user_id = ? AND salt = ? AND confirmed = 0"
    return bool(unit.run(sql, (step, user_id, salt)))


def use_step(unit: Unit, user_id: int, step: int) -> bool:
    """Use the code of a step; False where that one, or a later one, was used."""
    sql = "UPDATE second_factor SET step = ? WHERE user_id = ? AND confirmed = 1 AND step < ?"
    return bool(unit.run(sql, (step, user_id, step)))


def remove(unit: Unit, user_id: int) -> bool:
    """With the recovery codes; False where none counts. One that is not confirmed goes too."""
    unit.run("DELETE FROM recovery_code WHERE user_id = ?", (user_id,))
    unit.run("DELETE FROM second_factor WHERE user_id = ? AND confirmed = 0", (user_id,))
    return bool(unit.run("DELETE FROM second_factor WHERE user_id = ?", (user_id,)))


def set_recovery_codes(unit: Unit, user_id: int, hashes: Iterable[str]) -> None:
    """Instead of those before."""
    unit.run("DELETE FROM recovery_code WHERE user_id = ?", (user_id,))
    unit.run_many(
        "INSERT INTO recovery_code (user_id, hash) VALUES (?, ?)", [(user_id, one) for one in hashes]
    )


def use_recovery_code(unit: Unit, user_id: int, code_hash: str) -> bool:
    """Remove the one with this hash; False where there is none."""
    return bool(unit.run("DELETE FROM recovery_code WHERE user_id = ? AND hash = ?", (user_id, code_hash)))


def recovery_codes(unit: Unit, user_id: int) -> list[str]:
    """The hashes of those that are not used."""
    rows = unit.all("SELECT hash FROM recovery_code WHERE user_id = ? ORDER BY hash", (user_id,))
    return [row[0] for row in rows]


def recovery_codes_left(unit: Unit, user_id: int) -> int:
    """How many recovery codes of a user are not used."""
    row = unit.one("SELECT COUNT(*) FROM recovery_code WHERE user_id = ?", (user_id,))
    return int(row[0]) if row else 0
