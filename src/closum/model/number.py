"""Phone numbers: the country of a dialling prefix, the key of a number, and whether it is valid."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import phonenumbers

from closum.model import numbering
from closum.model.text import IGNORABLE, sort_key

LEAST_DIGITS = 3
"""How many digits a text has at least that is somebody's number."""

_LONGEST = 250  # characters that the library reads
_GAPS = str.maketrans("", "", " \t\u00a0\u2007\u2009\u202f.()[]/-\u2010\u2011\u2012\u2013\u2014\u2015\u2212")
_HYPHENS = r"\-\u2010-\u2015\u2212"
_PREFIX = re.compile(rf"[\s()\[\]{IGNORABLE}+0-9][\s()\[\]{IGNORABLE}+0-9{_HYPHENS}]*")
_CODE = re.compile(r"\+?([0-9]{1,3})")
_CODE_END = 4  # characters
_DIALLED = re.compile(r"(?:\+|00)?([1-9][0-9]*)")
_UNREAD = re.compile(rf"[\s\u00b7{IGNORABLE}]+")
_INTERNATIONAL = re.compile(r"[^\w+]*(?:tel:)?(\+|00)[^\w+]*([0-9](?:[^\w+]*[0-9]){0,2})", re.IGNORECASE)
_START = re.compile("[+0-9]")
_FOREIGN = re.compile(rf"[^0-9.()\[\]{_HYPHENS}\u30fc\uff08\uff09\uff0d\uff0e\uff3b\uff3d]+")
_LINE = re.compile(
    rf"[,;.(\[{_HYPHENS}]*"
    r"(?:;ext=|ext(?:n|ension|ensão|ensao)?[.:]*|ramal[.:]*|(?<![^\W\d_])x[.:]?|\#)([0-9]{1,7})\Z",
    re.IGNORECASE,
)


class Prefix(NamedTuple):
    """A calling code, and the digits of an area, put before a number that is not valid without them."""

    code: int
    area: str = ""


class Reading(NamedTuple):
    """A text as one number."""

    is_valid: bool
    code: int
    key: str


@lru_cache(maxsize=256)
def dialling(extension: str) -> Prefix | None:
    """The calling code and area of a dialling prefix; None for another text.

    `001`, `00351`, `+351`, `351`, also `(+351)`, `00 351`; with an area `+1242`, `1-876`, `44-1481`, `61 891`.
    """
    match = _PREFIX.fullmatch(extension) and _DIALLED.fullmatch(re.sub("[^+0-9]", "", extension))
    code = numbering.calling_code(match[1]) if match else None
    if not match or not code or str(code) not in extension:
        return None
    area = match[1].removeprefix(str(code))
    return Prefix(code, area) if not area or numbering.is_area(code, area) else None


def prefix(extension: str) -> int | None:
    """The calling code of a dialling prefix, None when it is none."""
    found = dialling(extension)
    return found.code if found else None


def agreeing(extension: str | None, number: str) -> str | None:
    """The dialling prefix to keep beside a number: the one given, or another where the number says another country.

    That is so for a number that begins with + and a calling code, and for one that begins with 00 and cannot be
    dialled under the prefix. None where none is given and the number has none.
    """
    if "1" <= number[:1] <= "9":
        return extension
    match = _INTERNATIONAL.match(_normal(number))
    code = numbering.calling_code(_digits(match[2])) if match else None
    if not match or not code or (extension and prefix(extension) == code):
        return extension
    if match[1] == "00" and (extension is None or parse(extension, number)[1]):
        return extension
    return f"00{code}"


@lru_cache(maxsize=8_192)
def spaced(key: str) -> str:
    """The number with this key as it is written for people anywhere: `+351 912 345 678`. Another key stays as it is."""
    try:
        number = _simple(key) or phonenumbers.parse(key)
    except phonenumbers.NumberParseException:
        return key
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL))


def _simple(key: str) -> phonenumbers.PhoneNumber | None:
    """What the library finds in a key, in a sixth of the time; None where it may find something else."""
    code = numbering.calling_code(key[1:4]) if key[1:].isdecimal() else None
    national = key[1 + len(str(code)) :]
    if code is None or national[:1] == "0" or _plain(code, national) != national:
        return None
    return phonenumbers.PhoneNumber(country_code=code, national_number=int(national))


@lru_cache(maxsize=2_048)  # asked for twice, for the record and for the terms of its lead; a batch has 1 000
def parse(extension: str, number: str) -> tuple[str | None, int]:
    """Key and validity of any two texts. An extension that is no prefix counts as 0.

    The key is E.164 (with the extension at a switchboard: `+351212999001;ext=12`), or prefix, colon, letters and digits
    where the text is not one number (`351:ab123`), or None where it is nobody's number. Validity is 1 when the number is
    valid and has the calling code of its prefix, else 0.
    """
    found = dialling(extension) or Prefix(0)
    if found.code and (national := _plain(found.code, number)):
        return f"+{found.code}{national}", 1
    return _parse(found, number)


def _plain(code: int, number: str) -> str | None:
    """The digits behind the calling code of a number that is so simple that `_parse` would find it valid; else None."""
    digits, (pattern, least) = number.translate(_GAPS), numbering.plain(code)
    match = pattern.fullmatch(digits) if len(number) <= _LONGEST else None
    if match is None:
        return None
    if "/" in number and len(number[: number.rindex("/")].translate(_GAPS)) >= least:
        return None  # two numbers, perhaps
    national = match["national"]
    if len(national) < len(digits) and digits.startswith("00") and not number.startswith("00"):
        return None  # what is dialled for + is not the same everywhere
    return national


def international(text: str) -> str | None:
    """The key of a number given whole (`+351 912 345 678`, `00351…`), valid or not; None for anything else."""
    text = _normal(text)
    whole = re.sub(r"\A00", "+", text)
    if not whole.startswith("+") or _count(text) < LEAST_DIGITS:
        return None
    reading = _read(whole, None)
    return reading.key if reading else None


def country(key: str | None) -> str | None:
    """Two letters of ISO 3166 for the country of a number's key; that of its prefix where it is no number. None for none."""
    return (_only_country(key[:_CODE_END]) or _country(key)) if key else None


@lru_cache(maxsize=1_024)
def _only_country(start: str) -> str | None:
    """The country whose calling code a key begins with, where no other one has it."""
    found = _CODE.match(start)
    regions = _regions(found[1]) if found else ()
    return regions[0] if len(regions) == 1 and regions[0] in phonenumbers.SUPPORTED_REGIONS else None


@lru_cache(maxsize=2_048)
def _country(key: str) -> str | None:
    found = _CODE.match(key)
    regions = _regions(found[1]) if found else ()
    if not regions:
        return None
    region = regions[0]
    if len(regions) > 1 and is_number(key):
        phone = _library(key.partition(";")[0], None)
        region = (phone and phonenumbers.region_code_for_number(phone)) or region
    return None if region == phonenumbers.REGION_CODE_FOR_NON_GEO_ENTITY else region


@lru_cache(maxsize=1_024)
def _regions(digits: str) -> tuple[str, ...]:
    """Those that share the calling code that digits begin with, the main one first; none where it is no code."""
    code = numbering.calling_code(digits)
    return () if code is None else tuple(phonenumbers.COUNTRY_CODE_TO_REGION_CODE[code])


def keys(text: str) -> tuple[str, ...]:
    """The keys that a number may have that somebody looks for, in any spelling: with its prefix, or under each there is.

    A + in a query string that was not encoded comes as a space.
    """
    text = f"+{text.strip()}" if text[:1] == " " and text.strip()[:1].isdigit() else text.strip()
    if whole := international(text):
        return (whole,)
    codes = phonenumbers.COUNTRY_CODE_TO_REGION_CODE
    found = (parse(f"00{code}", text)[0] for code in codes)
    return tuple(dict.fromkeys(key for key in found if key))


def digits(key: str | None) -> str:
    """The digits of a number's key, from its calling code on, without an extension at a switchboard: what it is found by."""
    main = (key or "").partition(";")[0]
    return main[1:] if is_number(main) else re.sub("[^0-9]", "", main)


def national(digits: str) -> str:
    """Those behind the calling code that digits begin with, "" where they begin with none."""
    code = numbering.calling_code(digits)
    return "" if code is None else digits[len(str(code)) :]


def place(key: str | None, typed: str) -> str:
    """What a number is listed by where pages show it: its key, or as it was typed, without gaps, where it cannot be dialled."""
    return key if key and is_number(key) else bare(typed)


def bare(text: str) -> str:
    """A text without what is written between the digits of a number, in small letters without accents."""
    return (sort_key(text) or "").translate(_GAPS)


def is_number(key: str) -> bool:
    """Whether a key is that of one number, E.164, and not of a text that none was found in."""
    return key.startswith("+")


def _parse(dialled: Prefix, number: str) -> tuple[str | None, int]:
    """What `parse` answers, by the library alone: the first valid reading with the code, else the best."""
    text = _normal(number)
    if _count(text) < LEAST_DIGITS:
        return None, 0
    best: tuple[bool, ...] = ()
    key = f"{dialled.code}{dialled.area}:{_characters(text)}"
    for whole, region, priority in _spellings(dialled, text):
        if reading := _read(whole, region):
            rank = reading.is_valid, reading.code == dialled.code
            if (*rank, priority) > best:
                best, key = (*rank, priority), reading.key
            if all(rank):
                return key, 1
    return key, 0


def _spellings(dialled: Prefix, text: str) -> Iterator[tuple[str, str | None, bool]]:
    """Ways to read a text, each with the region to read it in, and whether it is the one to keep if none is valid."""
    region = phonenumbers.region_code_for_country_code(dialled.code)
    if text.startswith("00"):  # typed for + in all countries, also where something else is dialled
        yield f"+{text[2:]}", None, False
    if region != phonenumbers.REGION_CODE_FOR_NON_GEO_ENTITY:
        yield text, region, False
    else:  # the library reads no national numbers there
        yield text if text.startswith("+") else f"+{dialled.code}{text}", None, False
    if "(0)" in text:  # dialled within the country alone
        yield from _spellings(dialled, text.replace("(0)", ""))
    elif dialled.area and not text.startswith(("+", "00")):
        yield f"+{dialled.code}{dialled.area}{text}", None, True


def _read(text: str, region: str | None) -> Reading | None:
    """A text as one number, with nothing behind it but an extension at a switchboard."""
    start = _START.search(text)
    if start is None or len(text) > _LONGEST:
        return None
    text = _without_end(text)
    line = _LINE.search(text, start.start())
    main = _without_end(text[start.start() : line.start() if line else None])
    if any(_is_whole(main[:place], region) for place in _breaks(main)):
        return None
    phone = _library(main, region)
    if phone is None or phone.extension:
        return None
    key = phonenumbers.format_number(phone, phonenumbers.PhoneNumberFormat.E164)
    key = f"{key};ext={line[1]}" if line else key
    return Reading(phonenumbers.is_valid_number(phone), phone.country_code or 0, key)


def _breaks(text: str) -> Iterator[int]:
    """The first position of anything that is neither a digit nor white space, hyphens, dots or brackets between digits."""
    return (found.start() for found in _FOREIGN.finditer(text, 1))


def _is_whole(text: str, region: str | None) -> bool:
    phone = _library(text, region)
    return phone is not None and phonenumbers.is_valid_number(phone)


def _library(text: str, region: str | None) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None


def _normal(text: str) -> str:
    """Without what is read as nothing; + and digits of any script as ASCII ones."""
    if text.isascii():
        return "".join(text.split())
    shown = _UNREAD.sub("", text).replace("\uff0b", "+")
    return "".join(map(_ascii_digit, shown))


def _ascii_digit(character: str) -> str:
    return str(unicodedata.decimal(character)) if character.isdecimal() else character


def _without_end(text: str) -> str:
    """Without the punctuation at the end."""
    end = len(text)
    while end and unicodedata.category(text[end - 1]).startswith("P"):
        end -= 1
    return text[:end]


def _digits(text: str) -> str:
    return re.sub("[^0-9]", "", text)


def _count(text: str) -> int:
    """How many digits a text has beside a calling code at its beginning."""
    digits = _digits(text)
    match = _INTERNATIONAL.match(text)
    if not match:
        return len(digits)
    digits = digits.removeprefix("00") if match[1] == "00" else digits
    return len(digits) - len(str(numbering.calling_code(digits) or ""))


def _characters(text: str) -> str:
    return "".join(c for c in text.casefold() if unicodedata.category(c)[0] in "LMN")
