"""An account's name and settings: shown and changed, by its own users or by a command."""

from collections.abc import Container, Mapping
from typing import Any

from closum.accounts import users
from closum.errors import Changed, Faults, Invalid, NotFound, fault
from closum.resources.account import ACCOUNT
from closum.store import identity
from closum.store.unit import Unit
from closum.store.version import tag_of

Row = dict[str, Any]


def retrieve(unit: Unit, account_id: int) -> tuple[Row, str]:
    """The account as an answer shows it, and the tag of its state."""
    row = _row(unit, account_id)
    return {name: row[name] for name in ACCOUNT.listing.retrieved}, _tag(row)


def change(
    unit: Unit, account_id: int, values: Row, faults: Faults, seen: Container[str] | None = None
) -> None:
    """Store the values, read already, that differ; `faults` are those of values that could not be read.

    `seen` are the tags of the states that it is meant for, None for any. Raises Invalid, Changed.
    """
    row = _row(unit, account_id)
    changes = {column: value for column, value in values.items() if value != row[column]}
    name: str | None = changes.get("name")
    if name and users.holder(unit, name, account_id):
        faults = faults | {"name": fault("_isUnique")}
    if faults:
        raise Invalid(faults)
    if seen is not None and _tag(row) not in seen:
        raise Changed
    if name:
        changes["name_key"] = users.name_key(name)
    version = None if seen is None else row["version"]
    if changes and not identity.change_account(unit, account_id, changes, version):
        raise Changed  # by another server, since the row was read


def _row(unit: Unit, account_id: int) -> Row:
    row = identity.account_row(unit, account_id)
    if row is None:
        raise NotFound
    return row


def _tag(row: Mapping[str, Any]) -> str:
    return tag_of(row["version"], row["modified"])
