"""Writes of a signed-in user: looked at again inside the transaction that writes.

So nothing is written after the answer that disabled the user or ended the token.
"""

from collections.abc import Container, Sequence

from closum.accounts.tokens import Identity, confirm
from closum.errors import Error, Unauthorized
from closum.model.draft import Draft
from closum.model.resource import Resource
from closum.operations import records
from closum.store.unit import Unit


def create_many(unit: Unit, resource: Resource, items: Sequence[tuple[Identity, Draft]]) -> list[int | Error]:
    """`records.create_many` for drafts of several users of one account."""
    refused = {who for who in {who for who, _ in items} if not _is_current(unit, who)}
    ids = iter(records.create_many(unit, resource, [d for who, d in items if who not in refused]))
    return [Unauthorized() if who in refused else next(ids) for who, _ in items]


def update(
    unit: Unit,
    who: Identity,
    resource: Resource,
    record_id: int,
    draft: Draft,
    seen: Container[str] | None = None,
) -> None:
    """`records.update` in the user's account."""
    confirm(unit, who)
    records.update(unit, resource, record_id, draft, seen)


def _is_current(unit: Unit, who: Identity) -> bool:
    try:
        confirm(unit, who)
    except Unauthorized:
        return False
    return True
