"""What is worth looking at in a record, and yet is saved: numbers that are not valid, and leads that look alike."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from closum.model import duplicates, number
from closum.model.address import lookup_key
from closum.model.duplicates import MOST_ALIKE
from closum.model.relations import Row
from closum.model.resource import Resource
from closum.model.text import sort_key
from closum.resources.email import EMAIL
from closum.resources.lead import LEAD
from closum.resources.phone import PHONE
from closum.store import duplicates as store
from closum.store import rows
from closum.store.unit import Unit
from closum.web import telephone, titles
from closum.web.locale import Locale
from closum.web.records import countries
from closum.web.words import Words

MOST = 3
"""Leads that a notice names."""


def of_number(extension: str, typed: str, words: Words, locale: Locale) -> str:
    """What is not valid in a phone number; "" for a valid one, and for none."""
    if not typed.strip():
        return ""
    prefix = number.agreeing(extension or None, typed) or extension
    key, is_valid = number.parse(prefix, typed)
    country = number.country(key or f"{number.prefix(prefix) or ''}:")
    if is_valid or country is None:
        return "" if is_valid else words("n.number")
    name, lengths = countries.name(country, words), countries.lengths(country)
    digits = _national_digits(prefix, typed)
    if lengths and digits not in lengths:
        several = _several(lengths, words, locale)
        return words("n.digits").format(country=name, n=several, m=locale.number(digits))
    return words("n.country").format(country=name)


def _national_digits(prefix: str, typed: str) -> int:
    """How many digits a number has without its calling code."""
    digits = "".join(one for one in typed if one.isdecimal())
    code = str(number.prefix(prefix) or "")
    if typed.strip().startswith("+"):
        return len(digits.removeprefix(code))
    return len(digits.removeprefix(f"00{code}"))


def _several(lengths: list[int], words: Words, locale: Locale) -> str:
    """`9`, `from 6 to 12`."""
    if len(lengths) == 1:
        return locale.number(lengths[0])
    return words("n.span").format(a=locale.number(min(lengths)), b=locale.number(max(lengths)))


def of_lead(unit: Unit, lead: Row) -> list["Alike"]:
    """Other leads that look like one that is there, and of which nobody has said that they are not it."""
    own = duplicates.lead(lead["id"], lead["name"], lead["city_id"], lead["email_id"], lead["phone_id"])
    found = _alike(unit, own, lead["name"])
    if found:
        numbers = store.dismissals(unit, [own.id, *found])
        of_own = numbers.get(own.id, set())
        found = [one for one in found if not numbers.get(one, set()) & of_own]
    return of_ids(unit, found[:MOST])


class Alike(NamedTuple):
    """A lead that may be the same as another one: what it is called, "" for what it has not, and when it was made."""

    id: int
    title: str
    email: str
    phone: str
    created: str


_TOLD = ("name", "email.email", "phone.extension", "phone.number", "creation_date")


def of_draft(unit: Unit, texts: Mapping[str, str]) -> list[Alike]:
    """Leads that look like one that is being written, by what its form has."""
    city = texts.get("city_id", "")
    address, typed = texts.get("email.email", ""), texts.get("phone.number", "")
    email = _id(unit, EMAIL, lookup_key(address)) if address else None
    phone = _id(unit, PHONE, number.parse(texts.get("phone.extension", ""), typed)[0]) if typed else None
    name = texts.get("name") or None
    is_id = city.isascii() and city.isdigit() and len(city) < 19
    own = duplicates.lead(0, name, int(city) if is_id else None, email, phone)
    return of_ids(unit, _alike(unit, own, name)[:MOST])


def of_ids(unit: Unit, ids: list[int]) -> list[Alike]:
    """Those of the leads that there are, in their order."""
    found = rows.listed(unit, LEAD, ids, _TOLD)
    return [_told(one, found[one]) for one in ids if one in found]


def _told(record_id: int, record: Any) -> Alike:
    email, phone = record["email"], record["phone"]
    number_text = telephone.shown(str(phone["extension"]), str(phone["number"])).text if phone else ""
    return Alike(
        record_id,
        titles.title(LEAD, record),
        email["email"] if email else "",
        number_text,
        record["creation_date"],
    )


def _id(unit: Unit, resource: Resource, key: str | None) -> int | None:
    """The record with a unique key."""
    found = rows.rows_by(unit, resource, resource.key, [key]) if key else {}
    return next((row["id"] for row in found.values()), None)


def _alike(unit: Unit, own: duplicates.Lead, name: str | None) -> list[int]:
    """Leads with the same address or number, or with the same name in the same city or where one has none.

    A name that many leads have says little: what has been found of a lead is then all that is known of it.
    """
    found, known = list[duplicates.Lead](), list[int]()
    for column, value in (("email_id", own.email_id), ("phone_id", own.phone_id)):
        if value is not None:
            found += store.sharing(unit, column, value, MOST + 1)
    if own.words:
        same = rows.ids_by(unit, LEAD, "name_sort", sort_key(name), MOST_ALIKE + 1)
        if len(same) <= MOST_ALIKE:
            found += store.leads(unit, same)
        elif own.id:
            known = [
                one for pair in store.pairs_of(unit, [own.id]) for one in (pair.first_id, pair.second_id)
            ]
    alike = [one.id for one in found if duplicates.alike(own, one)]
    return [one for one in dict.fromkeys([*alike, *known]) if one != own.id]
