"""Whom an e-mail address or a number names: the keys under which an account has its records."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from closum import resources
from closum.errors import Refusal
from closum.model import number
from closum.model.address import address_key
from closum.model.relations import Row
from closum.model.resource import Resource
from closum.operations.importing import countries
from closum.resources.email import EMAIL
from closum.resources.phone import PHONE
from closum.store import identity, rows
from closum.store.integrity import UNREADABLE
from closum.store.unit import Unit

_EXTENSION = ";", "<"
"""Behind the key of a main number the key of an extension goes on with the first, and is less than the second."""

_BEHIND_NUMBERS = ","
"""More than the key of every number: what follows are keys of texts that no number was found in."""

AT_ONCE = 1_000

_WHOLE = re.compile(r"[(\s]*(?:\+|00)(.*)", re.DOTALL)


class Subject(NamedTuple):
    """What somebody typed, and the keys that it may have, all of one resource."""

    text: str
    resource: Resource
    keys: tuple[str, ...]


def named(unit: Unit, text: str) -> Subject:
    """Whom a text names in an account: `read` with the country of the account."""
    account = identity.account_row(unit, unit.account_id)
    return read(text, account["country"] if account else None)


def read(text: str, country: str | None = None) -> Subject:
    """An e-mail address, or a number with its prefix, or without one where it is of this country. Raises Refusal for anything
    else.
    """
    text = text.strip()
    if "@" in text:
        return Subject(text, EMAIL, (_address(text),))
    keys = tuple(dict.fromkeys(_number_keys(unicodedata.normalize("NFKC", text), country)))
    if not keys:
        raise Refusal(
            f"'{text}' is neither an e-mail address nor a number with its prefix: write ana@example.com, +351 912 345 678 or, at"
            " a switchboard, '+351 212 345 678 ext. 12'"
        )
    return Subject(text, PHONE, keys)


def personal() -> list[Resource]:
    """Whose key leads to a person."""
    return [one for one in resources.RESOURCES if one.unique and one.unique.personal]


def find(unit: Unit, subject: Subject) -> list[int]:
    """Ids of the records that the subject names, also of one whose key another record of the number has."""
    column = subject.resource.key
    found = rows.rows_by(unit, subject.resource, column, subject.keys)
    apart = _set_apart(unit, subject)
    return sorted(
        {row["id"] for row in found.values()} | {row["id"] for row, key in apart if key in subject.keys}
    )


def at_extensions(unit: Unit, subject: Subject, most: int) -> list[Row]:
    """Records of the numbers at the extensions of a main number: other people."""
    if subject.resource is not PHONE:
        return []
    low_end, high_end = _EXTENSION
    ranges = [(f"{key}{low_end}", f"{key}{high_end}") for key in subject.keys if number.is_number(key)]
    found = [rows.between(unit, PHONE, "number_key", (low, high), most) for low, high in ranges]
    apart = _set_apart(unit, subject)
    found.append([row for row, key in apart if any(low <= key < high for low, high in ranges)])
    return [row for some in found for row in some][:most]


def is_named(subject: Subject, row: Row) -> bool:
    """Whether the subject names a record with these values."""
    return key_of(subject.resource, row) in subject.keys


def key_of(resource: Resource, row: Row) -> str | None:
    """The key that a record has by the rules of today; another record may have it, where this one has an older one."""
    try:
        key = resource.derive(row)[resource.key]
    except UNREADABLE:
        return None
    return str(key) if key is not None else None


def _set_apart(unit: Unit, subject: Subject) -> Iterator[tuple[Row, str]]:
    """Phone records with another key than that of their number, and this: see `closum.store.recompute`.

    Addresses have the same keys as ever.
    """
    if subject.resource is not PHONE:
        return
    ids = rows.ids_without(unit, PHONE, PHONE.key, _BEHIND_NUMBERS)
    for start in range(0, len(ids), AT_ONCE):
        for row in rows.rows_by(unit, PHONE, "id", ids[start : start + AT_ONCE]).values():
            key = key_of(PHONE, row)
            if key is not None and key != row[PHONE.key]:
                yield row, key


def _address(text: str) -> str:
    try:
        return address_key(text)
    except ValueError as error:
        raise Refusal(f"'{text}' is not an e-mail address ({error}): write it as ana@example.com") from None


def _number_keys(text: str, country: str | None) -> Iterator[str]:
    """E.164 with the extension, and the key that the number has where it cannot be read behind its prefix.

    Prefixes have one to three digits, and behind them up to three of an area, such as 1 242.
    """
    whole = _WHOLE.fullmatch(text.removeprefix("tel:"))
    if not whole:
        usual = countries.extension(country) if country else None
        if usual:  # without a prefix it may be anybody's
            yield from filter(number.is_number, _known([number.parse(usual, text)[0]]))
        return
    digits = whole[1].replace(")", "", 1).lstrip()
    prefixes = [digits[:length] for length in range(1, 7) if number.prefix(digits[:length])]
    for prefix in prefixes:
        rest = digits[len(prefix) :]
        if _digits(rest) >= number.LEAST_DIGITS:
            yield from _known(number.parse(prefix, typed)[0] for typed in (f"+{digits}", rest))


def _known(keys: Iterable[str | None]) -> Iterator[str]:
    return (key for key in keys if key is not None)


def _digits(text: str) -> int:
    return sum(map(str.isdigit, text))
