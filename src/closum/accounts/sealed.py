"""Texts that a browser keeps for a session, and can neither read nor change: only the session with which one was sealed opens it.

A text is encrypted with a pad and carries a code (HMAC-SHA256) of what it became. Both keys are made of the signing key, the
session's text and random bytes, which are others for each text: no pad is used twice.
"""

import base64
import binascii
import hashlib
import hmac
import secrets

from closum.accounts.keys import derived

_SALT = 16  # bytes
_CODE = 32  # of SHA-256


def seal(key: bytes, session_text: str, text: str) -> str:
    """A text of letters that a cookie may have. `key` is the signing key."""
    salt = secrets.token_bytes(_SALT)
    of_pad, of_code = _keys(key, session_text, salt)
    body = _padded(text.encode(), of_pad)
    return base64.urlsafe_b64encode(salt + hmac.digest(of_code, body, "sha256") + body).decode()


def unseal(key: bytes, session_text: str, sealed: str) -> str | None:
    """The text; None for what was not sealed with this key, for this session."""
    try:
        given = base64.b64decode(sealed, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    salt, code, body = given[:_SALT], given[_SALT : _SALT + _CODE], given[_SALT + _CODE :]
    of_pad, of_code = _keys(key, session_text, salt)
    if not hmac.compare_digest(hmac.digest(of_code, body, "sha256"), code):
        return None
    return _padded(body, of_pad).decode()


def _keys(key: bytes, session_text: str, salt: bytes) -> tuple[bytes, bytes]:
    text = salt + session_text.encode("utf-8", "surrogatepass")
    both = hmac.digest(derived(key, "sealed"), text, "sha512")
    return both[:32], both[32:]


def _padded(text: bytes, of_pad: bytes) -> bytes:
    pad = hashlib.shake_256(of_pad).digest(len(text))
    return bytes(a ^ b for a, b in zip(text, pad, strict=True))
