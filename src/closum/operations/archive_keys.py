"""The API keys of an account in its archive: what they are called, and nothing that signs a call."""

from collections.abc import Iterator, Sequence

import msgspec

from closum.accounts.roles import Kind
from closum.errors import Refusal
from closum.model.relations import Row
from closum.store import api_keys
from closum.store.identity import Account
from closum.store.session import Session
from closum.store.unit import Unit


class ArchivedKey(msgspec.Struct):
    id: int
    name: str
    kind: Kind


def rows(unit: Unit) -> list[Row]:
    """Those of the unit's account, also the revoked ones, which the history names."""
    return [
        {"id": one.id, "name": one.name, "kind": one.kind} for one in api_keys.keys(unit, unit.account_id)
    ]


def read(found: Iterator[Row], part: str) -> list[ArchivedKey]:
    """What a part of an archive has. Raises Refusal."""
    try:
        return msgspec.convert(list(found), list[ArchivedKey])
    except msgspec.MsgspecError:
        raise Refusal(f"The archive is damaged: {part} cannot be read") from None


def make(session: Session, account: Account, keys: Sequence[ArchivedKey]) -> dict[int, int]:
    """Add revoked keys for the history to name; their ids, by those in the archive."""
    with session.write() as unit:
        ids = {one.id: api_keys.add(unit, account.id, one.name, one.kind, "") for one in keys}
        for one in api_keys.keys(unit, account.id):
            if one.id in ids.values():
                api_keys.revoke(unit, one)
    return ids


def remove(session: Session, ids: dict[int, int]) -> None:
    """As if they had not been made."""
    with session.write() as unit:
        api_keys.remove(unit, ids.values())
