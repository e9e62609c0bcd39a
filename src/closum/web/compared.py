"""Two leads side by side: of each property which one stays can be chosen, and what belongs to each is counted."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from closum.errors import NotFound
from closum.model import document
from closum.model.document import Fraction
from closum.model.fields import Field
from closum.model.relations import Nested, Reference, Row, Use
from closum.model.resource import Resource
from closum.operations import merging
from closum.operations.edit import children_of
from closum.resources.lead import LEAD
from closum.resources.phone import PHONE
from closum.store import rows
from closum.store.unit import Unit
from closum.web import called, telephone, titles
from closum.web.kinds import kind_of
from closum.web.locale import Locale, iso_day
from closum.web.words import Words

MOST_COUNTED = 1_000
"""Records that belong to a lead are counted up to one more."""
MOST_KEYS = 12
"""Keys of a document that are shown."""
_LONGEST = 200  # characters of a value

_FIELDS: Mapping[str, Field] = {one.name: one for one in LEAD.writable}


class Property(NamedTuple):
    """A property that one of the leads has: the value of each, of a kind as `kind_of` says it, and which of the two is proposed."""

    name: str
    kind: str
    values: tuple[Any, Any]
    is_same: bool
    proposed: int


class Compared(NamedTuple):
    """Two leads with their versions, their properties, and how many records of each kind belong to either."""

    leads: tuple[Row, Row]
    properties: list[Property]
    belonging: list[tuple[Resource, int]]


def read(unit: Unit, first_id: int, second_id: int, words: Words, locale: Locale, own: int = 0) -> Compared:
    """What the lead `own` has is proposed; of two without such a lead, what the first one has. Raises NotFound."""
    found = rows.rows_by(unit, LEAD, "id", [first_id, second_id])
    for lead_id in (first_id, second_id):
        if lead_id not in found:
            raise merging.elsewhere(unit, LEAD, lead_id) or NotFound
    both = (found[first_id], found[second_id])
    named = _named(unit, both, words)
    first = int(own == second_id)
    properties = [one for name in merging.names(LEAD) if (one := _property(name, both, named, locale, first))]
    return Compared(both, properties, _belonging(unit, first_id, second_id))


def versions(both: Sequence[Row]) -> str:
    """The same as long as neither of the leads changes."""
    return "-".join(str(one["version"]) for one in both)


def _property(
    name: str, both: tuple[Row, Row], named: Mapping[tuple[str, int], str], locale: Locale, first: int
) -> Property | None:
    nested = next((one for one in LEAD.nested if one.name == name), None)
    stored = tuple(one[nested.link if nested else name] for one in both)
    if stored == (None, None):
        return None
    if nested:
        texts = [_shown(nested, one) for one in both]
        return Property(name, "text", (texts[0], texts[1]), stored[0] == stored[1], _proposed(stored, first))
    field = _FIELDS[name]
    shown = [_value(field, value, named, locale) for value in stored]
    kind = "document" if kind_of(field) == "document" else "text"
    return Property(name, kind, (shown[0], shown[1]), stored[0] == stored[1], _proposed(stored, first))


def _shown(nested: Nested, lead: Row) -> str:
    """What a lead shows of another record."""
    shown = [str(lead[f"{nested.name}_{key}"] or "") for key in nested.shows]
    return (
        telephone.shown(*shown).text if nested.resource is PHONE and all(shown) else " ".join(shown).strip()
    )


def _proposed(stored: Sequence[Any], first: int) -> int:
    """The place `first`, where there is a value; else the other."""
    return first if stored[first] is not None else 1 - first


def _value(field: Field, value: Any, named: Mapping[tuple[str, int], str], locale: Locale) -> Any:
    if value is None:
        return None
    if kind_of(field) == "document":
        return _document(value, locale)
    if isinstance(value, int):
        return named.get((field.name, value)) or str(value)
    return str(value)


def _document(text: str, locale: Locale) -> list[tuple[str, str]]:
    """The first keys of an object with their values; all of another document under no key."""
    found = document.read(text)
    if not isinstance(found, dict):
        return [("", text[:_LONGEST])]
    some = [*found.items()][:MOST_KEYS]
    shown = [(key, _member(one, locale)) for key, one in some]
    return [(key, one[:_LONGEST]) for key, one in shown]


def _member(value: Any, locale: Locale) -> str:
    """The value of a key of a document for people."""
    if isinstance(value, bool):
        return locale.flag(value)
    if isinstance(value, str):
        day = iso_day(value)
        return locale.date(day) if day else value
    if isinstance(value, Fraction):
        return locale.decimal(value.text)
    return document.write(value)


def _named(unit: Unit, both: Sequence[Row], words: Words) -> dict[tuple[str, int], str]:
    """What the records and users are called that leads name, by property and id."""
    found = dict[tuple[str, int], str]()
    for field in LEAD.writable:
        ids = {one[field.name] for one in both if one[field.name] is not None}
        if not ids:
            continue
        if kind_of(field) == "user":
            found |= {(field.name, key): text for key, text in titles.of_users(unit).items() if key in ids}
        elif isinstance(field, (Reference, Use)):
            read = called.of_records(unit, field.resource, ids, words)
            found |= {(field.name, key): text for key, text in read.items()}
    return found


def _belonging(unit: Unit, *both: int) -> list[tuple[Resource, int]]:
    found = []
    for child, parent in children_of(LEAD):
        counted = [len(rows.ids_by(unit, child, parent.name, one, MOST_COUNTED + 1)) for one in both]
        if any(counted):
            found.append((child, sum(counted) - _twice(unit, child, parent.name, both, counted)))
    return found


def _twice(unit: Unit, child: Resource, link: str, both: Sequence[int], counted: Sequence[int]) -> int:
    """How many are there for each of the two, such as the lists that both are on: of these one stays."""
    if child.unique is None or not all(counted) or max(counted) > MOST_COUNTED:
        return 0
    name = child.unique.field
    held = rows.all_by(unit, child, link, both)
    return len(held) - len({one[name] for one in held})
