"""The filters of a list in words, each with the address of the list without it."""

import datetime as dt
from typing import NamedTuple

from closum.model.choices import Choice
from closum.model.fields import Field, Flag, Timestamp
from closum.model.resource import Resource
from closum.web.lists import controls
from closum.web.lists.asked import Filter, ListQuery
from closum.web.lists.reading import Names
from closum.web.locale import Locale, said
from closum.web.words import Words

_OPERATORS = {"!=": "≠", "<": "<", "<=": "≤", ">": ">", ">=": "≥"}


class Chip(NamedTuple):
    """`label` is what is compared and how, `text` with what, and `url` the path of the list without it."""

    label: str
    text: str
    url: str


def of(asked: ListQuery, names: Names, words: Words, locale: Locale) -> list[Chip]:
    said = _Said(asked, names, words, locale)
    return [Chip(said.label(one), said.text(one), asked.without(one).list_url()) for one in asked.filters]


class _Said:
    """What says filters in a language."""

    def __init__(self, asked: ListQuery, names: Names, words: Words, locale: Locale) -> None:
        self._asked, self._names, self._words, self._locale = asked, names, words, locale

    def label(self, one: Filter) -> str:
        """`City`, `Created from`."""
        name, field = self._name(one.name), _field(self._asked.resource, one.name)
        if one.operator == "=" or not one.value:
            return f"{name}:"
        if one.operator == "~=":
            return str(said(self._words.words_with, what=name))
        if isinstance(field, Timestamp) and one.operator in (">=", "<="):
            end = self._words("from" if one.operator == ">=" else "to")
            return f"{name} {end[:1].lower()}{end[1:]}"
        return f"{name} {_OPERATORS[one.operator]}"

    def _name(self, name: str) -> str:
        name = name.removesuffix(".id")  # of a record that is shown, which has a name
        view, (group, _, key) = self._asked.view, name.partition(".")
        keys = [view.label(name), *([f"{view.name}.{group}"] if key else [])]
        is_flag = isinstance(_field(self._asked.resource, name), Flag)
        if key and not is_flag and all(one in self._words for one in keys):
            return f"{self._words(keys[1])}, {self._words(keys[0])}"
        return self._words(keys[0]) if keys[0] in self._words else key or name

    def text(self, one: Filter) -> str:
        field = _field(self._asked.resource, one.name)
        if not one.value:
            return self._words.has_none if one.operator == "=" else self._words.any
        if one.name in self._names:
            (value,) = one.condition(self._asked.resource).values
            return self._called(one, value)
        if isinstance(field, Flag):
            (value,) = one.condition(self._asked.resource).values
            return self._words.yes if value else self._words.no
        if isinstance(field, Timestamp):
            return self._day(one.value)
        key = f"{self._asked.view.label(one.name)}.{one.value}"
        return self._words(key) if isinstance(field, Choice) and key in self._words else one.value

    def _called(self, one: Filter, value: int) -> str:
        named, title = (
            controls.named(self._asked.resource, one.name),
            self._names[one.name].get(value, one.value),
        )
        return self._words.called(named.name, value, title) if isinstance(named, Resource) else title

    def _day(self, text: str) -> str:
        try:
            return self._locale.date(dt.date.fromisoformat(text))
        except ValueError:
            return text


def _field(resource: Resource, name: str) -> Field | None:
    """That of a property, also of a record that is shown."""
    group, dot, key = name.partition(".")
    shown = {one.name: one for one in resource.nested}
    if group in shown:
        nested = shown[group]
        resource, name = nested.resource, key if dot else nested.key
    return next((one for one in resource.fields if one.name == name), None)
