"""The signing key: a setting, or kept with the database."""

import hashlib
import hmac

from closum.store.keys import checked
from closum.store.opening import locate

SETTING = "CLOSUM_SIGNING_KEY"


def keyed_hash(key: bytes, text: str) -> str:
    """What a text is called where it must not appear itself: nobody can try texts without the signing key."""
    return hmac.new(derived(key, "log"), text.encode(), hashlib.sha256).hexdigest()[:16]


def derived(key: bytes, use: str) -> bytes:
    """A key of 32 bytes for one use, which says nothing of the signing key."""
    return hashlib.sha256(f"{use}:".encode() + key).digest()


def key_id(key: bytes) -> str:
    """What a signing key is called where two are told apart: it says nothing of the key."""
    return derived(key, "kid").hex()[:16]


def signing_key(setting: str | None, database: str) -> bytes:
    """The key that tokens are signed with, made at first start. Raises Refusal for one that is too weak.

    `database` is the URL of one that is up to date.
    """
    if setting is not None:
        return checked(setting.encode(), SETTING)
    return locate(database).key()


def refuse_weak_key(setting: str | None, database: str) -> None:
    """Refusal for a key that cannot be used, where one is set or is a file already; none is made."""
    if setting is not None:
        checked(setting.encode(), SETTING)
    else:
        locate(database).refuse_weak_key()
