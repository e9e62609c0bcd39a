"""Writes of a signed-in user: looked at again inside the transaction that writes, which knows from here on who writes.

So nothing is written after the answer that disabled the user or ended the token.
"""

from collections.abc import Callable, Container, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from closum.accounts import account
from closum.accounts.tokens import Identity, confirm
from closum.errors import Error, Faults, Forbidden, Unauthorized
from closum.model.change import API, By
from closum.model.draft import Draft
from closum.model.relations import Row
from closum.model.resource import Resource
from closum.operations import batch, records, upsert
from closum.operations.batch import Batch, Item
from closum.operations.plan import Create
from closum.operations.records import Written
from closum.operations.upsert import Upsert, Upserted
from closum.store.unit import Unit

T = TypeVar("T")


class Caller(NamedTuple):
    """Who sends a request, and which; `cause` is API, PAGE or REFERENCE."""

    identity: Identity
    request_id: str
    cause: str = API

    @property
    def by(self) -> By:
        return By(self.identity.user_id, self.request_id, self.cause, key_id=self.identity.key_id)


def create_many(
    unit: Unit, resource: Resource, items: Sequence[tuple[Caller, Draft]]
) -> list[Written | Error]:
    """New records of several users of the unit's account."""
    refused = _refused(unit, items)
    asks = [Create(caller.by, draft) for caller, draft in items if caller.identity not in refused]
    return _with_refused(items, refused, records.write(unit, resource, asks))


def upsert_many(
    unit: Unit, resource: Resource, items: Sequence[tuple[Caller, Upsert]]
) -> list[Upserted | Error]:
    """`upsert.write` for several users of the unit's account."""
    refused = _refused(unit, items)
    asks = [ask for caller, ask in items if caller.identity not in refused]
    return _with_refused(items, refused, upsert.write(unit, resource, asks))


def write_batch(unit: Unit, caller: Caller, resource: Resource, items: Sequence[Item], atomic: bool) -> Batch:
    """`batch.write` by a user."""
    confirm(unit, caller.identity)
    return batch.write(unit, resource, caller.by, items, atomic=atomic)


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


def do(unit: Unit, caller: Caller, operation: Callable[..., Any], *args: Any) -> Any:
    """Any operation that writes, by a user: `operation(unit, *args)`."""
    confirm(unit, caller.identity)
    return operation(unit.of(unit.account_id, caller.by), *args)


def do_shared(unit: Unit, caller: Caller, operation: Callable[..., T], *args: Any) -> T:
    """What writes no data of an account, but users, keys and the like, by a user: `operation(unit, *args)`."""
    confirm(unit, caller.identity)
    return operation(unit.of(0, caller.by), *args)


def update_account(
    unit: Unit, caller: Caller, values: Row, faults: Faults, seen: Container[str] | None = None
) -> None:
    """`account.change` of the user's own account, by the user: noted in the ledger, so it is no operation."""
    confirm(unit, caller.identity)
    account.change(unit.of(0, caller.by), caller.identity.account_id, values, faults, seen)


def _refused(unit: Unit, items: Sequence[tuple[Caller, object]]) -> dict[Identity, Error]:
    """Who may not write any more, and why."""
    return {who: error for who in {caller.identity for caller, _ in items} if (error := _fault(unit, who))}


def _with_refused(
    items: Sequence[tuple[Caller, object]], refused: Mapping[Identity, Error], outcomes: list[T | Error]
) -> list[T | Error]:
    """The outcomes of all items, of which some were refused before they were looked at."""
    if not refused:
        return outcomes
    rest = iter(outcomes)
    return [refused.get(caller.identity) or next(rest) for caller, _ in items]


def _fault(unit: Unit, who: Identity) -> Error | None:
    try:
        confirm(unit, who)
    except (Unauthorized, Forbidden) as error:
        return error
    return None
