"""Sessions: who is signed in to the pages, by a random text that the browser keeps in a cookie.

The database has only its hash. A session ends 14 days after its last use, 90 days after its beginning, and with whatever
revokes the user's tokens: another password, `sign-out`, disabling. Removing the user removes it.
"""

import hashlib
import hmac
from typing import NamedTuple

from closum.accounts import codes
from closum.accounts.keys import derived
from closum.store import web_sessions
from closum.store.unit import Unit

SLIDING = 14 * 24 * 3600  # seconds since the last use
ABSOLUTE = 90 * 24 * 3600  # seconds since the beginning
NOTED = 15 * 60  # seconds between two notes of the last use


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
    zone: str
    country: str | None
    account_language: str
    is_later: bool
    number: int
    is_due: bool


def begin(unit: Unit, user_id: int) -> str:
    """Begin a session of a user; its text, 43 characters of base64url."""
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
    """What a form of this session sends along: 64 hexadecimal digits. `key` is the signing key."""
    text = session_text.encode("utf-8", "surrogatepass")
    return hmac.new(derived(key, "csrf"), text, hashlib.sha256).hexdigest()


def is_csrf(key: bytes, session_text: str, given: str) -> bool:
    """Whether a form that sends this is of the session; it takes as long whatever is given."""
    right, sent = (one.encode("utf-8", "surrogatepass") for one in (csrf(key, session_text), given))
    return hmac.compare_digest(right, sent)
