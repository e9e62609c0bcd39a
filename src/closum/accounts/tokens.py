"""Tokens: JWT, HS256, one signing key."""

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import jwt
from jwt.types import Options

from closum import resources
from closum.accounts import roles
from closum.accounts.keys import key_id
from closum.accounts.roles import EVERYTHING, Rights
from closum.errors import Forbidden, Unauthorized
from closum.store import identity
from closum.store.unit import Unit

LIFETIME = 7 * 24 * 3600  # seconds
HEADER_MEMBERS = {"alg", "typ", "kid"}
REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class Claims:
    """What a valid signature vouches for. Times in seconds since 1970."""

    user_id: int
    number: int
    expires: int


class Identity(NamedTuple):
    """The user or the API key that a request comes from, the account that it may see, and what it may do there.

    A key has no user. `proof` is the number of the user's tokens, or the hash of the key's secret, and `is_later` whether the
    account follows the later revisions of the published API.
    """

    user_id: int | None
    account_id: int
    proof: int | str
    rights: Rights = frozenset()
    is_later: bool = False
    key_id: int | None = None

    @property
    def holder(self) -> int:
        """The number by which the store knows who it is: a key has its id below zero."""
        return self.user_id or -(self.key_id or 0)

    def require(self, needs: str) -> None:
        """Raises Forbidden without the permission."""
        if not self.allows(needs):
            raise Forbidden(needs)

    def allows(self, needs: str) -> bool:
        """Whether it has the permission."""
        return needs in self.rights or EVERYTHING in self.rights

    @property
    def sees_records(self) -> bool:
        """Whether answers show it any: a key that only creates is shown none."""
        return not self.rights.isdisjoint(roles.rights(roles.READ, resources.RESOURCES))


class Tokens:
    """Issues and reads the tokens of one signing key (at least 32 bytes)."""

    def __init__(self, key: bytes, lifetime: int = LIFETIME) -> None:
        self._key = key
        self.lifetime = lifetime
        self._kid = key_id(key)
        self._jwt = jwt.PyJWT(options={"enforce_minimum_key_length": True})
        self._claims = lru_cache(REMEMBERED)(self._verify)

    def issue(self, user_id: int, number: int, now: int) -> str:
        """A token for a user with this token number, valid for `lifetime` seconds."""
        claims = {"sub": str(user_id), "ver": number, "iat": now, "exp": now + self.lifetime}
        return self._jwt.encode(claims, self._key, algorithm="HS256", headers={"kid": self._kid})

    def read(self, token: str, now: float) -> Claims:
        """The claims of a token. Raises Unauthorized for any fault, with one and the same message."""
        claims = self._claims(token)
        if claims.expires <= now:
            raise Unauthorized
        return claims

    def _verify(self, token: str) -> Claims:
        options: Options = {"require": ["exp", "sub", "iat"], "verify_exp": False, "verify_iat": False}
        try:
            decoded = self._jwt.decode_complete(token, self._key, algorithms=["HS256"], options=options)
        except (jwt.InvalidTokenError, ValueError, RecursionError):
            raise Unauthorized from None
        header, payload = decoded["header"], decoded["payload"]
        if not header.keys() <= HEADER_MEMBERS or header.get("kid") != self._kid:
            raise Unauthorized
        return _claims(payload.get("sub"), payload.get("ver"), payload.get("iat"), payload.get("exp"))


def _claims(sub: object, number: object, issued: object, expires: object) -> Claims:
    numbers = [value for value in (number, issued, expires) if type(value) is int and 0 <= value < 2**53]
    if (
        len(numbers) < 3
        or not isinstance(sub, str)
        or not (sub.isascii() and sub.isdigit() and len(sub) < 19)
    ):
        raise Unauthorized
    return Claims(int(sub), numbers[0], numbers[2])


def identify(found: identity.Found | None, claims: Claims) -> Identity:
    """The user of whom this was found, if the claims bear the token number. Raises Unauthorized."""
    if found is None or found[1] != claims.number:
        raise Unauthorized
    rights = roles.rights(found[3], resources.RESOURCES)
    return Identity(claims.user_id, found[0], claims.number, rights, found[2] == 1)


def confirm(unit: Unit, who: Identity) -> None:
    """Look again, within the transaction that writes: nothing is written after a user was disabled, or a key was revoked.

    Raises Unauthorized; Forbidden for rights that the user has not any more.
    """
    found = identity.identity(unit, who.holder)
    if found is None or found[:2] != (who.account_id, who.proof):
        raise Unauthorized
    if not who.rights <= roles.rights(found[3], resources.RESOURCES):
        raise Forbidden
