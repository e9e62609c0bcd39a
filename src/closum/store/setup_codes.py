"""The code by which the first user is made: the statements. There is one at most, of which the database has the hash."""

from closum.store.unit import Unit


def has_users(unit: Unit) -> bool:
    """Whether there is a user, of any account."""
    return unit.one("SELECT 1 FROM account_user LIMIT 1") is not None


def is_set(unit: Unit, code_hash: str) -> bool:
    """Whether the code is the one with this hash."""
    return unit.one("SELECT 1 FROM setup_code WHERE hash = ?", (code_hash,)) is not None


def put(unit: Unit, code_hash: str) -> None:
    """Instead of any before."""
    unit.run(
        "INSERT INTO setup_code (id, hash) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET hash = excluded.hash",
        (code_hash,),
    )


def take(unit: Unit, code_hash: str) -> bool:
    """Remove the code with this hash: of two transactions that take it, one has it."""
    return bool(unit.run("DELETE FROM setup_code WHERE hash = ?", (code_hash,)))


def remove(unit: Unit) -> None:
    """Whatever it is."""
    unit.run("DELETE FROM setup_code")
