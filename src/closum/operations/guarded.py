"""Writes of a signed-in user: looked at again inside the transaction that writes, which knows from here on who writes.

So nothing is written after the answer that disabled the user or ended the token.
"""

from collections.abc import Container, Sequence
from typing import NamedTuple

from closum.accounts import account
from closum.accounts.tokens import Identity, confirm
from closum.errors import Error, Faults, Forbidden, Unauthorized
from closum.model.change import By
from closum.model.draft import Draft
from closum.model.resource import Resource, Row
from closum.operations import duplicates, records
from closum.operations.plan import Create
from closum.operations.records import Written
from closum.store.unit import Unit


class Caller(NamedTuple):
    """Who sends a request, and which."""

    identity: Identity
    request_id: str

    @property
    def by(self) -> By:
        return By(self.identity.user_id, self.request_id, "api")


def create_many(
    unit: Unit, resource: Resource, items: Sequence[tuple[Caller, Draft]]
) -> list[Written | Error]:
    """New records of several users of the unit's account."""
    refused = {who: error for who in {caller.identity for caller, _ in items} if (error := _fault(unit, who))}
    if not refused:
        return records.write(unit, resource, [Create(caller.by, draft) for caller, draft in items])
    asks = [Create(caller.by, draft) for caller, draft in items if caller.identity not in refused]
    outcomes = iter(records.write(unit, resource, asks))
    return [refused.get(caller.identity) or next(outcomes) for caller, _ in items]


def update(
    unit: Unit,
    caller: Caller,
    resource: Resource,
    record_id: int,
    draft: Draft,
    seen: Container[str] | None = None,
) -> Written:
    """`records.update` by a user."""
    confirm(unit, caller.identity)
    return records.update(unit.of(unit.account_id, caller.by), resource, record_id, draft, seen)


def dismiss_duplicates(unit: Unit, caller: Caller, ids: Sequence[int]) -> None:
    """`duplicates.dismiss` by a user."""
    confirm(unit, caller.identity)
    duplicates.dismiss(unit, ids)


def update_account(
    unit: Unit, caller: Caller, values: Row, faults: Faults, seen: Container[str] | None = None
) -> None:
    """`account.change` of the user's own account, by the user: noted in the ledger, so it is no operation."""
    confirm(unit, caller.identity)
    account.change(unit.of(0, caller.by), caller.identity.account_id, values, faults, seen)


def _fault(unit: Unit, who: Identity) -> Error | None:
    try:
        confirm(unit, who)
    except (Unauthorized, Forbidden) as error:
        return error
    return None
