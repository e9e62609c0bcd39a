"""The views of a list over it: all, those that every account has, and those that people have saved."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from closum.model.property import properties
from closum.store.saved_views import SavedView
from closum.web.lists import asked as asking
from closum.web.lists.asked import Filter, ListQuery
from closum.web.words import Words

BUILT_IN = (("v_nophone", Filter("phone", "=", "")), ("v_invalid", Filter("phone.is_valid", "=", "0")))
"""By the key of their name, for lists that can be filtered so."""


class Tab(NamedTuple):
    """`is_current` is the first whose list is shown."""

    text: str
    url: str
    is_current: bool


def of(asked: ListQuery, saved: Sequence[SavedView], words: Words) -> list[Tab]:
    shown = asked.having().text
    found = [(name, one.having()) for name, one in _all(asked, saved, words)]
    at = next((place for place, (_, one) in enumerate(found) if one.text == shown), None)
    return [Tab(name, one.list_url(), place == at) for place, (name, one) in enumerate(found)]


def _all(asked: ListQuery, saved: Sequence[SavedView], words: Words) -> Iterator[tuple[str, ListQuery]]:
    usual = asking.parse(asked.view, ())
    yield words(f"{asked.view.name}.all"), usual
    for key, one in BUILT_IN:
        if one.name in properties(asked.resource):
            yield words(key), usual.having(filters=(one,))
    for each in saved:
        yield each.name, asking.of_text(asked.view, each.query)
