"""What the cells of a row mean as values of a resource's properties: as people write them, in the words of the pages."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain
from typing import Any

from closum.errors import BrokenRule, Invalid, Malformed
from closum.model import filters, number
from closum.model.choices import Choice
from closum.model.draft import MAX_ID, Draft
from closum.model.fields import Field, Flag, Integer
from closum.model.query import Page, Query
from closum.model.relations import Nested, Parent, Reference
from closum.model.resource import Resource
from closum.model.text import sort_key, strip_invisible
from closum.model.user_fields import User, Users
from closum.operations.importing import cells as contents
from closum.operations.importing import countries, owners
from closum.operations.importing.declared import Said
from closum.operations.importing.headings import ID
from closum.operations.importing.mapping import Column
from closum.operations.importing.towns import Cities
from closum.operations.plan import Create, Update
from closum.resources.city import CITY
from closum.resources.phone import PHONE
from closum.store import cities, identity, rows
from closum.store.unit import Unit

_ID = Integer(ID)
_SEVERAL = re.compile(r'[;,"\r\n]+')
_WHOLE = re.compile(r"([0-9]+|[0-9]{1,3}(?:([.,'\s])[0-9]{3})(?:\2[0-9]{3})*)(?:[.,]0{1,2})?")
"""A whole number, perhaps with a sign between its thousands, and with decimals that are all 0."""
_NO_DIGIT = re.compile(r"[^0-9]")
_BEGINS_AS_NUMBER = re.compile(r"[+(0-9]")
"""What begins otherwise is looked for as no phone number: that takes milliseconds where it has digits and no prefix."""
_MOST = 2  # records: of more than one it is unknown which is meant


class Reader:
    """Reads rows of one set; what it has looked up it knows for the rest of them."""

    def __init__(self, unit: Unit, resource: Resource, columns: Sequence[Column], said: Said) -> None:
        self._unit, self._said, self._resource = unit, said, resource
        fields = {one.name: one for one in resource.writable}
        self._fields = [(fields[one.to], one.column - 1) for one in columns if one.to in fields]
        self._id = next((one.column - 1 for one in columns if one.to == ID), -1)
        self._zone = identity.zone(unit)
        self._named: dict[tuple[str, str], list[int]] = {}

    def ask(self, values: Sequence[str]) -> Create | Update | Invalid:
        """What a row asks for: of the record with its id the properties that have something in their cells, else a new one."""
        draft = Draft({}, {}, {})
        for field, cell in self._filled(values):
            self._note(field, cell, draft)
        cell = strip_invisible(values[self._id]) if self._id >= 0 else ""
        if not cell:
            return Create(self._unit.by, draft)
        try:
            record_id = _ID.parse(cell)
            if not 0 < record_id <= MAX_ID:
                raise BrokenRule("_existsIn")
        except BrokenRule as broken:
            return Invalid({**draft.faults, ID: broken.faults})
        return Update(self._unit.by, draft, record_id)

    def _filled(self, values: Sequence[str]) -> Iterator[tuple[Field, str]]:
        for field, place in self._fields:
            if cell := strip_invisible(values[place]):
                yield field, cell

    def _note(self, field: Field, cell: str, draft: Draft) -> None:
        try:
            meant = self._meant(field, cell)
            draft.values[field.name] = contents.value(field, meant, self._unit.now, self._zone)
        except BrokenRule as broken:
            draft.faults[field.name] = broken.faults

    def _meant(self, field: Field, cell: str) -> Any:
        """What a body would have for it. Raises BrokenRule."""
        match field:
            case Choice():
                return self._choices[field.name].get(sort_key(cell), cell)
            case User():
                return self._user(cell)
            case Users():
                return [self._user(one) for one in _several(cell)]
            case Reference() | Parent():
                return self._record(field.resource, cell)
            case Integer() if not isinstance(field, Flag):
                return _whole(cell)
        return cell

    @cached_property
    def _choices(self) -> Mapping[str, Mapping[str | None, str]]:
        """Values by what pages call them, of each property that has one of few."""
        return {
            field.name: {
                sort_key(text): value
                for value in field.among
                for text in self._said(f"{self._resource.name}.{field.name}.{value}")
            }
            for field, _ in self._fields
            if isinstance(field, Choice)
        }

    @cached_property
    def _users(self) -> Mapping[str, int]:
        return owners.known(self._unit)

    def _user(self, text: str) -> int:
        found = self._users.get(owners.token(text))
        if found is None:
            raise BrokenRule("_existsIn")
        return found

    def _record(self, resource: Resource, text: str) -> int:
        """The record that a text names: by its id, else by what it is called."""
        if text.isascii() and text.isdigit():
            return _ID.parse(text)
        key = (resource.name, text)
        if key not in self._named:
            self._named[key] = [*self._called(resource, text)]
        found = self._named[key]
        if len(found) > 1:
            raise BrokenRule("_ambiguous", ids=", ".join(map(str, found)))
        if not found:
            raise BrokenRule("_existsIn")
        return found[0]

    def _called(self, resource: Resource, text: str) -> Iterable[int]:
        if resource is CITY:
            found = self._cities.find(text)
            return [found] if found else []
        if fixed := _fixed(resource, self._said).get(sort_key(text)):
            return [fixed]
        shown = (one for nested in resource.nested for one in self._shown(nested, text))
        asked = chain([(resource.called_by, text)], shown)
        return next(filter(None, (self._with(resource, *one) for one in asked)), [])

    def _shown(self, nested: Nested, text: str) -> Iterator[tuple[str, str]]:
        """What is looked for in what a record shows; a number that is one of the account's country is that first."""
        name = f"{nested.name}.{nested.key}"
        if nested.resource is PHONE:
            if not _BEGINS_AS_NUMBER.match(text):
                return
            key, is_valid = number.parse(self._prefix, text) if self._prefix else (None, 0)
            if key and is_valid:
                yield name, key
        yield name, text

    @cached_property
    def _prefix(self) -> str | None:
        account = identity.account_row(self._unit, self._unit.account_id)
        country = account["country"] if account else None
        return countries.extension(country) if country else None

    def _with(self, resource: Resource, name: str, text: str) -> list[int]:
        try:
            where = filters.parse(resource, (), [(name, text)])
        except Malformed:
            return []
        query = Query("id", where=where, window=Page(1, _MOST), fields=("id",), counted=False)
        return [one["id"] for one in rows.window(self._unit, resource, query).records]

    @cached_property
    def _cities(self) -> Cities:
        return Cities.of(cities.names(self._unit))


def _fixed(resource: Resource, said: Said) -> Mapping[str | None, int]:
    """Ids of the records that every account has, by what pages call them."""
    number = len(resource.fixed.values) if resource.fixed else 0
    return {sort_key(text): one for one in range(number, 0, -1) for text in said(f"{resource.name}.{one}")}


def _several(text: str) -> Iterator[str]:
    """The parts of a cell, which may be a JSON array, as exports have it."""
    is_array = text.startswith("[") and text.endswith("]")
    return filter(None, map(strip_invisible, _SEVERAL.split(text[1:-1] if is_array else text)))


def _whole(text: str) -> str:
    """The digits of a whole number as people write it; another text as it is."""
    found = _WHOLE.fullmatch(text)
    return _NO_DIGIT.sub("", found[1]) if found else text
