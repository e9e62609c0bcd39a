"""Records that are not there: what they were called, and which others they went into."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from closum.store import merged
from closum.store.merged import Pointer
from closum.store.unit import Unit
from closum.web import called, deeds
from closum.web.deeds import Key
from closum.web.views import View
from closum.web.words import Words


class Away(NamedTuple):
    """What a record was called, "" where nobody knows it, the record that it went into at last, 0 where it went into none, and what
    that one is called. Nothing is known of what is gone for good.
    """

    title: str
    into: int = 0
    into_title: str = ""

    def into_called(self, kind: str) -> str:
        """What the record that it went into is called; one without a name is of a kind, with a number."""
        return self.into_title or f"{kind} {self.into}"


def read(unit: Unit, views: Mapping[str, View], keys: Iterable[Key], words: Words) -> dict[Key, Away]:
    """Of those of the records that are in the bin, or in another one."""
    keys = [*dict.fromkeys(keys)]
    into = _into(unit, views, keys)
    ends = {(name, one.into_id) for (name, _), one in into.items()}
    there = _there(unit, views, ends, words)
    binned = deeds.in_bin(unit, views, {*keys, *ends} - into.keys() - there.keys())
    since = min((one.operation for one in into.values()), default=0) - 1
    were = binned | deeds.merged(unit, views, into, since)
    titles = there | deeds.called_once(unit, views, were, words)
    found = {key: Away(titles.get(key, "")) for key in keys if key in binned}
    for key, one in into.items():
        found[key] = Away(titles.get(key, ""), one.into_id, titles.get((key[0], one.into_id), ""))
    return found


def _into(unit: Unit, views: Mapping[str, View], keys: Iterable[Key]) -> dict[Key, Pointer]:
    return {
        (name, one): pointer
        for name, ids in _by_resource(keys).items()
        for one, pointer in merged.finals(unit, views[name].resource, ids).items()
    }


def _there(unit: Unit, views: Mapping[str, View], keys: Iterable[Key], words: Words) -> dict[Key, str]:
    return {
        (name, one): title
        for name, ids in _by_resource(keys).items()
        for one, title in called.of_records(unit, views[name].resource, ids, words).items()
    }


def _by_resource(keys: Iterable[Key]) -> Mapping[str, list[int]]:
    found = defaultdict[str, list[int]](list)
    for name, record_id in keys:
        found[name].append(record_id)
    return found
