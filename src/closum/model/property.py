"""What of a resource's records a filter may name, derived from its declaration."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from closum.model import when
from closum.model.choices import Choice
from closum.model.fields import Document, Field, Flag, Integer, Text, Timestamp
from closum.model.relations import Nested
from closum.model.resource import Resource
from closum.model.terms import Member
from closum.model.text import sort_key

EQUAL = ("=", "!=")
ORDERED = (*EQUAL, "<", "<=", ">", ">=")
WORDS = "~="

TEXT, NUMBER, FLAG, TIME, EXACT, KEY, CUSTOM = "text", "number", "flag", "time", "exact", "key", "custom"
FEW = "few"  # numbers of which there are few different ones
CHANGED = "changed"  # compared by the history
IMPORTED = "imported"  # likewise, by the number of an import
IMPORT = "import"
"""The name of the property that an import is found by which has made or changed a record: it is shown nowhere."""
BEGUN = "begun"  # by the first digits of a number
BEGINNING = "number.begins"
"""The name of the property that phone numbers are found by whose first digits are typed: it is shown nowhere."""
MEMBER = "member"  # compared by the rows that put a record on another one

_MOST = 2**63 - 1


class Property(NamedTuple):
    """One name that a filter takes, and how its values are compared.

    `column` holds what is compared, in the row of the record, or with `nested` in that of the record that it shows;
    without one the terms of a record tell. `read` makes it of a filter's text (ValueError says why it cannot). The kind
    KEY is compared by the unique key of the record itself or of the one that it shows. `words` says which of a record's
    terms are its words, where they are kept; `spellings` gives every value that is stored for the one that is meant. `usual` is
    the value that a new record has; of the kind FEW, records have a term of every other one. An `ambiguous` key may mean
    many, which take milliseconds to find.
    """

    name: str
    kind: str
    column: str
    read: Callable[[str], Any]
    operators: tuple[str, ...]
    words: str = ""
    nested: Nested | None = None
    spellings: Callable[[str], Sequence[str]] | None = None
    usual: Any = None
    ambiguous: bool = False
    member: Member | None = None

    @property
    def is_narrow(self) -> bool:
        """Whether an index finds the records that have one value of it at once, and they are few in most lists."""
        is_key = (self.kind == KEY and not self.ambiguous) or self.name.rpartition(".")[2] == "id"
        return is_key or (self.kind == NUMBER and self.column.endswith("_id"))


@lru_cache
def properties(resource: Resource) -> Mapping[str, Property]:
    """By name; what begins with `custom_data.` and has a key behind it is found by `find`.

    The name of a record that is shown, as `email`, means its key: the property that is called `email.email`.
    """
    found = {one.name: one for one in _properties(resource)}
    return found | {one.name: found[f"{one.name}.{one.key}"] for one in resource.nested}


def _properties(resource: Resource) -> Iterator[Property]:
    yield Property("id", NUMBER, "id", integer, ORDERED)
    for field in resource.fields:
        yield from _of_field(resource, field)
    for name, exact in resource.listing.filters.items():
        yield Property(name, EXACT, exact.column, exact.read, EQUAL)
    for name, member in resource.listing.members.items():
        yield Property(name, MEMBER, "", integer, EQUAL, member=member)
    for nested in resource.nested:
        yield from _of_nested(resource, nested)


def _of_field(resource: Resource, field: Field) -> Iterator[Property]:
    name = field.name
    if resource.terms and name in resource.terms.exact:
        yield Property(name, CUSTOM, "", str, EQUAL)
    elif isinstance(field, Document) and resource.terms:
        yield Property(f"{name}.<key>", CUSTOM, name, str, (*ORDERED, WORDS), words="marks")
    elif isinstance(field, Timestamp):
        yield Property(name, TIME, name, when.read, ORDERED)
    elif isinstance(field, Flag):
        yield Property(name, FLAG, name, flag, EQUAL)
    elif isinstance(field, Integer):
        yield Property(name, NUMBER, name, integer, ORDERED, usual=field.initial)
    elif isinstance(field, Choice):
        yield Property(name, TEXT, name, _among(field), ORDERED)
    elif isinstance(field, Text):
        yield _of_text(resource, name)


def _among(field: Choice) -> Callable[[str], str]:
    """Reads one of its values, in which accents and case make no difference."""
    spelled = {sort_key(one) or "": one for one in field.among}

    def read(text: str) -> str:
        folded = sort_key(text) or ""
        return spelled.get(folded, folded)

    return read


def _of_text(resource: Resource, name: str) -> Property:
    column = resource.listing.sorts.get(name, name)
    if resource.unique and resource.unique.field == name:
        return Property(name, KEY, column, str, ORDERED, ambiguous=resource.unique.ambiguous)
    if spellings := resource.listing.spellings.get(name):
        return Property(name, TEXT, name, str, EQUAL, spellings=spellings)
    if column == name:
        return Property(name, TEXT, name, str, ORDERED)
    words = "name" if resource.terms else ""
    return Property(name, TEXT, column, sort_key, (*ORDERED, *((WORDS,) if words else ())), words)


def _of_nested(resource: Resource, nested: Nested) -> Iterator[Property]:
    """Of the record that is shown: what the row keeps of it, what the terms of the row have, and the rest of its own."""
    yield Property(f"{nested.name}.id", NUMBER, nested.link, integer, ORDERED)
    for one in _properties(nested.resource):
        shown = one._replace(name=f"{nested.name}.{one.name}", nested=nested)
        if one.name == nested.key:
            column = resource.listing.sorts.get(shown.name, "")
            operators = (*one.operators, *((WORDS,) if nested.words else ()))
            key = shown._replace(column=column, operators=operators, words=nested.words)
            yield from (key, key._replace(name=nested.name))
        elif resource.terms and (one.kind in (EXACT, FLAG) or one.spellings):
            yield shown._replace(column="")
        elif resource.terms and one.usual is not None and one.column in nested.copies:
            yield shown._replace(kind=FEW)
        elif one.column in nested.copies:
            yield shown._replace(column=f"{nested.name}_{one.column}", nested=None)
        elif one.name != "id" and one.kind != CUSTOM:
            yield shown._replace(words="", operators=tuple(each for each in one.operators if each != WORDS))


def find(resource: Resource, name: str) -> Property | None:
    """The property with a name, also one of a document by its key, and the import that made or changed a record."""
    known = properties(resource)
    if found := known.get(name):
        return found
    if name == IMPORT and resource.imported:
        return Property(IMPORT, IMPORTED, "", integer, ("=",))
    if name == BEGINNING and "number" in resource.listing.shown:
        return Property(BEGINNING, BEGUN, "", str, ("=",))
    field, dot, key = name.partition(".")
    custom = known.get(f"{field}.<key>") if dot and key else None
    return custom and custom._replace(name=name)


def integer(text: str) -> int:
    digits = text.strip().removeprefix("-")
    if not (digits.isascii() and digits.isdigit()):
        raise ValueError("it must be a whole number")
    number = int(digits[:20])
    return min(number, _MOST) if not text.strip().startswith("-") else -min(number, _MOST)


def flag(text: str) -> int:
    lowered = text.strip().lower()
    if lowered not in ("0", "1", "true", "false"):
        raise ValueError("it must be 1 or 0")
    return int(lowered in ("1", "true"))
