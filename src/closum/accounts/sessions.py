"""Sessions: who is signed in to the pages, by a random text that the browser keeps in a cookie.

The database has only its hash. A session ends 14 days after its last use, 90 days after its beginning, and with whatever
revokes the user's tokens: another password, `sign-out`, disabling. Removing the user removes it.
"""

import hmac
import re
import secrets
from typing import NamedTuple

from closum.accounts import codes
from closum.accounts.keys import derived
from closum.store import web_sessions
from closum.store.unit import Unit

SLIDING = 14 * 24 * 3600  # seconds since the last use
ABSOLUTE = 90 * 24 * 3600  # seconds since the beginning
NOTED = 15 * 60  # seconds between two notes of the last use

_DIGEST = 32  # bytes of SHA-256
_CSRF = re.compile(f"[0-9a-f]{{{4 * _DIGEST}}}")


class Session(NamedTuple):
    """A session that counts, with its user and account as they are now.

    `language` is the user's choice, None where there is none, `theme` is system, light or dark, and `seen` is when the user
    last saw the account's news, in seconds since 1970. `is_later` is whether the account follows the later revisions of the
    API; `number` is that of the user's tokens. Where it `is_due`, `touch` notes the use.
    """

    key: str
    user_id: int
    name: str | None
    email: str
    role: str
    language: str | None
    theme: str
    shortcuts: bool
    seen: int | None
    account_id: int
    account_name: str
    account_language: str
    zone: str
    country: str | None
    is_later: bool
    number: int
    is_due: bool


def begin(unit: Unit, user_id: int, before: str = "") -> str:
    """Begin a session of a user; its text, 43 characters of base64url. The session that the browser had `before` ends."""
    if before:
        end(unit, before)
    text = codes.link()
    web_sessions.add(unit, codes.hashed(text), user_id, SLIDING)
    return text


def find(unit: Unit, text: str) -> Session | None:
    """The session with this text; None where it has ended, or the user or the account is disabled."""
    row = web_sessions.find(unit, codes.hashed(text))
    if row is None:
        return None
    *values, used = row
    found = Session._make((*values, not unit.now - NOTED < used <= unit.now))
    return found._replace(shortcuts=bool(found.shortcuts), is_later=bool(found.is_later))


def touch(unit: Unit, session: Session) -> None:
    """Note that a session is used now."""
    web_sessions.touch(unit, session.key, SLIDING, ABSOLUTE)


def end(unit: Unit, text: str) -> None:
    """End the session with this text, where there is one."""
    web_sessions.remove(unit, codes.hashed(text))


def forget_expired(unit: Unit, most: int) -> int:
    """Remove at most `most` sessions that have expired; how many there were."""
    return web_sessions.cut(unit, most)


def csrf(key: bytes, session_text: str) -> str:
    """What a form of this session sends along: 128 hexadecimal digits, others each time. `key` is the signing key.

    Random bytes, and the session's own with these as a mask: what a page is compressed to tells nothing of them.
    """
    mask = secrets.token_bytes(_DIGEST)
    return (mask + _masked(_of_session(key, session_text), mask)).hex()


def is_csrf(key: bytes, session_text: str, given: str) -> bool:
    """Whether a form that sends this is of the session; it takes as long whatever is given."""
    digits = given if _CSRF.fullmatch(given) else "0" * 4 * _DIGEST
    mask, sent = (bytes.fromhex(one) for one in (digits[: 2 * _DIGEST], digits[2 * _DIGEST :]))
    return hmac.compare_digest(_of_session(key, session_text), _masked(sent, mask))


def _of_session(key: bytes, session_text: str) -> bytes:
    text = session_text.encode("utf-8", "surrogatepass")
    return hmac.digest(derived(key, "csrf"), text, "sha256")


def _masked(text: bytes, mask: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(text, mask, strict=True))
