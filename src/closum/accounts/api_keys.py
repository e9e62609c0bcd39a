"""API keys: made, listed and revoked; and what a request that is signed with one may do.

A key is `closum_`, its id, and a secret of 256 random bits, of which the database has the SHA-256 alone. It belongs to the
account, so it goes on when the user who made it is removed.
"""

import hashlib
import re
import secrets
from typing import NamedTuple

from closum import resources
from closum.accounts import roles, users
from closum.accounts.tokens import Identity
from closum.errors import Refusal, Unauthorized
from closum.store import api_keys, identity
from closum.store.api_keys import Key
from closum.store.unit import Unit

PREFIX = "closum_"
"""By which scanners find keys where they should not be; no token begins with it."""

_TEXT = re.compile(rf"{PREFIX}([1-9][0-9]{{0,17}})_([0-9a-f]{{64}})")


class Claims(NamedTuple):
    """What a request says: the id of a key, and the hash of the secret that it came with."""

    key_id: int
    hash: str


class Made(NamedTuple):
    """A new key; nobody can read its text again."""

    id: int
    text: str


def read(text: str) -> Claims:
    """Raises Unauthorized for what is no key."""
    found = _TEXT.fullmatch(text)
    if found is None:
        raise Unauthorized
    return Claims(int(found[1]), _hashed(found[2]))


def identify(found: identity.Found | None, claims: Claims) -> Identity:
    """The key of which this was found, if the secret is its own. Raises Unauthorized."""
    if found is None or found[1] != claims.hash:
        raise Unauthorized
    rights = roles.rights(found[3], resources.RESOURCES)
    return Identity(None, found[0], claims.hash, rights, found[2] == 1, claims.key_id)


def add(unit: Unit, account_id: int, name: str, kind: roles.Kind) -> Made:
    """A new key of an account. Raises Refusal for a name that is empty, too long, or that of another key that works."""
    name = users.printable(name, "The name of a key")
    if any(one.name == name for one in valid(unit, account_id)):
        raise Refusal(f"There is a key '{name}' already: choose another name, or revoke that key first")
    secret = secrets.token_hex(32)
    key_id = api_keys.add(unit, account_id, name, kind, _hashed(secret))
    return Made(key_id, f"{PREFIX}{key_id}_{secret}")


def valid(unit: Unit, account_id: int) -> list[Key]:
    """The keys of an account that are not revoked, in the order in which they were made."""
    return [one for one in api_keys.keys(unit, account_id) if one.revoked is None]


def revoke(unit: Unit, account_id: int, key_id: int) -> Key:
    """The key, which signs nothing any more. Raises Refusal where the account has no such key that works."""
    for one in valid(unit, account_id):
        if one.id == key_id:
            api_keys.revoke(unit, one)
            return one
    raise Refusal(f"There is no key {key_id} that works")


def named(unit: Unit, account_id: int, name: str) -> Key:
    """The key of an account with a name. Raises Refusal that names those that work."""
    found = valid(unit, account_id)
    for one in found:
        if one.name == name.strip():
            return one
    names = ", ".join(f"'{one.name}'" for one in found) or "none"
    raise Refusal(f"There is no key '{name}' that works; there are: {names}")


def _hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
