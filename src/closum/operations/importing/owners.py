"""How the cells of a file name users of an account: by their ids, or by their addresses, of which an import keeps only digests."""

from collections import Counter
from hashlib import blake2b

from closum.model import address
from closum.store import identity
from closum.store.unit import Unit


def token(text: str) -> str:
    """What a user is looked up by: the digits of an id, or a digest of the key of an address or a name."""
    if text.isascii() and text.isdigit():
        return text.lstrip("0")
    return blake2b(address.lookup_key(text).encode(), digest_size=16).hexdigest()


def known(unit: Unit) -> dict[str, int]:
    """Ids of the users of the unit's account, by their tokens, among them that of a name that no other one has."""
    found = identity.users(unit, unit.account_id)
    ids = {token(text): one.id for one in found for text in (one.email, str(one.id))}
    tokens = [(token(one.name), one.id) for one in found if one.name]
    number = Counter(name for name, _ in tokens)
    return {name: one for name, one in tokens if number[name] == 1} | ids
