"""Values as people read them on a terminal: times of the local zone, phone numbers in one form."""

import re
from collections.abc import Iterator
from datetime import datetime

# Calling codes of one digit and of two; all others have three.
SHORT_CODES = re.compile("1|7|20|27|3[0-4]|36|39|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]")
# What is dialled before a national number within its country, where that is not 0; none belongs to the number itself.
TRUNKS = {"1": "1", "7": "8", "36": "06"}
WITHOUT_TRUNK = frozenset({"39", "225", "229", "241", "242", "378", "379"})
AT_SWITCHBOARD = r"(?:ext\.?|x\.?|#|;ext=|ramal\.?)\s*(?P<extension>[0-9]{1,7})"
NUMBER = re.compile(rf"(?P<main>[^a-z#;]*?)(?:{AT_SWITCHBOARD})?", re.IGNORECASE)
# White space, brackets, dots and dashes, and marks that nobody sees.
IGNORED = re.compile(r"[\s().\-\u2010-\u2015\u00ad\u00b7\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]+")
LONGEST = 15  # digits of an international number


def local_time(text: str) -> str:
    """`2026-07-01 19:00 WEST`: the timestamp of an answer in the zone of this machine; other text as it is."""
    try:
        time = datetime.fromisoformat(text)
        if time.tzinfo is not None:
            local = time.astimezone()
            return f"{local.replace(tzinfo=None).isoformat(' ', 'minutes')} {local.tzname()}"
    except (ValueError, OverflowError, OSError):
        pass
    return text


def international(extension: str, number: str) -> str:
    """`+351 912 341 208`, however it was typed; what is not one plain number stays as typed, after its extension."""
    found = NUMBER.fullmatch(number.strip())
    main = IGNORED.sub("", found["main"].replace("(0)", "")) if found else ""  # +49 (0)171 …
    code, national = (
        _divided(IGNORED.sub("", extension), main) if re.fullmatch(r"\+?[0-9]+", main) else ("", "")
    )
    if not found or not code or not 4 <= len(national) <= LONGEST - len(code):
        return f"{extension} {number}".strip()
    at_switchboard = ("ext.", found["extension"]) if found["extension"] else ()
    return " ".join((f"+{code}", *_groups(national), *at_switchboard))


def _divided(extension: str, main: str) -> tuple[str, str]:
    """Calling code and national number; an empty code where there is none."""
    if main.startswith(("+", "00")):
        return _coded(main)
    code, area = _coded(extension)
    if len(code) == 3 and main.startswith(code) and len(main) >= 11:  # typed whole, without its plus
        main = main.removeprefix(code)
    national = _without_trunk(code, main)
    return code, national if national.startswith(area) else area + national


def _coded(text: str) -> tuple[str, str]:
    """The calling code that `+351…`, `00351…` or `351…` begins with, and the digits after it."""
    digits = text.removeprefix("+").removeprefix("00")
    if not digits.isascii() or not digits.isdigit() or digits.startswith("0"):
        return "", ""
    short = SHORT_CODES.match(digits)
    length = short.end() if short else 3
    return digits[:length], digits[length:]


def _without_trunk(code: str, national: str) -> str:
    if code in WITHOUT_TRUNK or (code in ("1", "7") and len(national) <= 10):  # a number may begin so there
        return national
    return national.removeprefix(TRUNKS.get(code, "0"))


def _groups(digits: str) -> Iterator[str]:
    """Groups of three; two digits more come first, one more is the fourth of the last group."""
    first = len(digits) % 3 if len(digits) % 3 == 2 else 0
    if first:
        yield digits[:first]
    rest = digits[first:]
    last = len(rest) - 4 if len(rest) % 3 == 1 else len(rest)
    yield from (rest[place : place + 3] for place in range(0, last, 3))
    if last < len(rest):
        yield rest[last:]
