"""The users of an account as the cells of a file name them: by their ids, or by their addresses, of which only digests are kept
with the import."""

from hashlib import blake2b

from closum.model import address
from closum.store import identity
from closum.store.unit import Unit


def users(unit: Unit) -> dict[str, int]:
    """Ids of the users of the unit's account, by both tokens of each."""
    found = identity.users(unit, unit.account_id)
    return {token(text): one.id for one in found for text in (one.email, str(one.id))}


def token(text: str) -> str:
    """What a user is looked up by: the digits of an id, or a digest of the key of an address."""
    if text.isascii() and text.isdigit():
        return text.lstrip("0")
    return blake2b(address.lookup_key(text).encode(), digest_size=16).hexdigest()
