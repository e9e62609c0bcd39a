"""E-mail addresses: whether one is valid, and the key by which two are the same."""

import re
import unicodedata
from functools import lru_cache

from closum.model.text import strip_invisible

_MOST = 254  # characters; the library counts bytes, so it refuses whatever has more characters
_LABEL = "[a-z0-9]+(?:-[a-z0-9]+)*"
_ATOM = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_PLAIN = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@((?:{_LABEL}\.)+([a-z]+))")
_RESERVED = frozenset(("arpa", "invalid", "local", "localhost", "onion", "test"))
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def check(address: str) -> None:
    """Pass a valid address.

    ValueError has the reason, a short clause that repeats nothing of the address.
    """
    address_key(address)


@lru_cache(
    maxsize=2_048
)  # asked for twice, by the check and, once its group or batch is written, for the record
def address_key(address: str) -> str:
    """NFC, local part lower-cased and without needless quotes, ASCII form of the domain: one for all spellings.

    ValueError, as `check` raises it, for an address that is not valid.
    """
    lowered = address.lower()
    if address.isascii() and _is_plain(lowered):
        return lowered
    return _library_key(address)


def lookup_key(text: str) -> str:
    """The key of any text, for counting attempts under it: at most a few hundred characters, storable.

    It is the address's key where the text is a valid address with or without something invisible round it.
    """
    text = strip_invisible(text)
    try:
        return address_key(text)
    except ValueError:
        # Cut first: normalising takes quadratic time for a long run of combining marks.
        lowered = strip_invisible(unicodedata.normalize("NFC", text[:_MOST])).lower()
        return _UNSTORABLE.sub("?", lowered)


def _is_plain(lowered: str) -> bool:
    """Whether an ASCII address is so simple that it is valid without asking the library."""
    if len(lowered) > _MOST:
        return False
    match = _PLAIN.fullmatch(lowered)
    return match is not None and len(match[1]) <= 63 and match[2] not in _RESERVED


def _library_key(address: str) -> str:
    from email_validator import EmailNotValidError, validate_email

    if len(address) > _MOST:
        raise ValueError(f"it is longer than {_MOST} characters")
    try:
        valid = validate_email(address, check_deliverability=False, allow_quoted_local=True)
    except EmailNotValidError as error:
        raise ValueError(_reason(str(error))) from None
    local = unicodedata.normalize("NFC", valid.local_part.lower())
    return f"{local}@{valid.ascii_domain}"


def _reason(message: str) -> str:
    """The library's message as a clause, without what it quotes after a colon or in brackets."""
    message = message.removeprefix("After Unicode normalization: ").replace("email", "e-mail")
    clause = re.split(r": | \(", message)[0].rstrip(".")
    return clause[:1].lower() + clause[1:]
