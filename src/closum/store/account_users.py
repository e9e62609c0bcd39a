"""The users of an account, as its own users see them."""

from closum.store.unit import Result, Unit

_NEWEST = "SELECT id, email, enabled, name, role FROM account_user WHERE account_id = ? AND id < ? ORDER BY id DESC LIMIT ?"


def newest(unit: Unit, most: int, before: int) -> list[Result]:
    """Id, address, whether enabled, name and role, of at most so many users of the unit's account before an id, the newest first."""
    return unit.all(_NEWEST, (unit.account_id, before, most))
