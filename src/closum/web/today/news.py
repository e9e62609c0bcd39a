"""What others have changed, record by record: what belongs to a record, such as a note, is told of that."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from closum.model.change import DELETIONS, UPDATE, By
from closum.model.relations import Row
from closum.operations import feed
from closum.store import api_keys
from closum.store.history import Past
from closum.store.unit import Unit
from closum.web import called, deeds, placed
from closum.web.done import small
from closum.web.views import View
from closum.web.words import Words

MOST = 20
"""Records that are told."""
MOST_LOOKED_AT = 200
"""Changes that are looked at for them."""

Key = tuple[str, int]


class Changed(NamedTuple):
    """A record, what it is called, its page, "" where it has none, what was done to it, and the last change."""

    title: str
    href: str
    what: Sequence[str]
    by: By
    at: str


class Told(NamedTuple):
    """The newest, how many more there are among the changes that were looked at, and what the keys are called that made some."""

    records: Sequence[Changed]
    more: int
    keys: Mapping[int, str]


def read(
    unit: Unit, views: Mapping[str, View], may: Callable[[str], bool], words: Words, changes: Sequence[Past]
) -> Told:
    """Of changes, the newest first, those of records that a reader may see."""
    seen = [one for one in changes if one.resource in views and may(f"{one.resource}:read")]
    seen = _without_shown(seen, views)
    parts = placed.parts_of(
        unit, [(views[one.resource].resource, one) for one in seen if _is_part(one, views)]
    )
    groups = defaultdict[Key, list[Past]](list)
    for one in seen:
        groups[_key(one, views, parts)].append(one)
    shown = dict([*groups.items()][:MOST])
    titles = _titles(unit, views, shown, words)
    told = [_changed(views, words, key, some, titles) for key, some in shown.items()]
    keys = api_keys.names(unit, {one.by.key_id for one in told if one.by.key_id is not None})
    return Told(told, len(groups) - len(shown), keys)


def _without_shown(changes: Sequence[Past], views: Mapping[str, View]) -> list[Past]:
    """Without the addresses that changed with the records that show them."""
    shown = {
        (one.operation, nested.resource.name)
        for one in changes
        for nested in views[one.resource].resource.nested
    }
    return [one for one in changes if (one.operation, one.resource) not in shown]


def _is_part(one: Past, views: Mapping[str, View]) -> bool:
    return bool(views[one.resource].resource.parents)


def _key(one: Past, views: Mapping[str, View], parts: Mapping[int, Row]) -> Key:
    """Of the record itself, or the one that it belongs to, as far as that is known."""
    for parent in views[one.resource].resource.parents[:1]:
        if owner := parts.get(one.position, {}).get(parent.name):
            return parent.resource.name, owner
    return one.resource, one.id


def _titles(
    unit: Unit, views: Mapping[str, View], groups: Mapping[Key, Sequence[Past]], words: Words
) -> dict[Key, str]:
    """Of those that are there; and of the others what they were called when they were deleted."""
    ids = defaultdict[str, set[int]](set)
    for name, record_id in groups:
        ids[name].add(record_id)
    found = dict[Key, str]()
    for name, numbers in ids.items():
        there = called.of_records(unit, views[name].resource, numbers, words)
        found |= {(name, one): title for one, title in there.items()}
    gone = {
        key: one.before
        for key, some in groups.items()
        for one in some
        if key not in found and one.verb in DELETIONS and (one.resource, one.id) == key and one.before
    }
    return found | deeds.called_once(unit, views, gone, words)


def _changed(
    views: Mapping[str, View], words: Words, key: Key, some: Sequence[Past], titles: Mapping[Key, str]
) -> Changed:
    name, record_id = key
    title = titles.get(key) or f"{words(name)} {record_id}"
    done = defaultdict[str, dict[str, None]](dict)
    for one in reversed(some):
        done[_what(views, words, key, one)] |= dict.fromkeys(_names(views, words, key, one))
    what = [f"{text} ({', '.join(names)})" if names else text for text, names in done.items()]
    return Changed(title, f"{views[name].path}/{record_id}", what, some[0].by, some[0].at)


def _what(views: Mapping[str, View], words: Words, key: Key, one: Past) -> str:
    if (one.resource, one.id) != key:
        return small(words(views[one.resource].name))
    return words(f"changed.{feed.verb(one)}")


def _names(views: Mapping[str, View], words: Words, key: Key, one: Past) -> Iterable[str]:
    """What the properties are called that an update of the record itself changed."""
    if (one.resource, one.id) != key or feed.verb(one) != UPDATE:
        return ()
    labels = (views[one.resource].label(name) for name in feed.names(one) or ())
    return [small(words(label)) for label in labels if label in words]
