"""Leads that have something in common: pairs of them, and where they are more than MOST_ALIKE, one group.

What leads have in common is a bucket: `email:7` and `phone:7`, by the id of the record; `name:<hash>:<city>`, a name in a
city (`` for leads without one, `*` for all); `letter:<hash>:<hash>:<city>`, two names that differ by a letter.
"""

from collections.abc import Container, Iterable, Sequence
from itertools import combinations
from typing import NamedTuple

from closum.model import duplicates
from closum.model.duplicates import CITY, EMAIL, LETTER, MOST_ALIKE, MOST_NAMED, NAME, PHONE, Lead, Words
from closum.store import duplicates as store
from closum.store.duplicates import PAIR
from closum.store.unit import Unit

SHOWN = 1_000  # leads of a group

_COLUMNS = {"email": ("email_id", EMAIL), "phone": ("phone_id", PHONE)}
_ANY_CITY = "*"


def members(unit: Unit, bucket: str, most: int) -> list[Lead]:
    """The first leads of a bucket."""
    kind, *rest = bucket.split(":")
    if kind in _COLUMNS:
        return store.sharing(unit, _COLUMNS[kind][0], int(rest[0]), most)
    city = () if rest[-1] == _ANY_CITY else (int(rest[-1]) if rest[-1] else None,)
    return store.named(unit, list(map(int, rest[:-1])), most, city)


def is_dismissed(unit: Unit, bucket: str) -> bool:
    """Whether all leads that a group shows were dismissed together."""
    shown = [one.id for one in members(unit, bucket, SHOWN)]
    numbers = store.dismissals(unit, shown)
    return bool(shown) and bool(set.intersection(*(numbers.get(one, set()) for one in shown)))


def shows_only(unit: Unit, bucket: str, ids: Container[int]) -> bool:
    """Whether all leads that a group shows are among these."""
    return all(one.id in ids for one in members(unit, bucket, SHOWN))


class _Row(NamedTuple):
    first_id: int
    second_id: int
    bucket: str
    reasons: int


class Finder:
    """Finds pairs and groups in one run; `write` notes what it found."""

    def __init__(self, unit: Unit, run: int) -> None:
        self._unit, self.run = unit, run
        self._found: dict[tuple[int, int, str], _Row] = {}
        self.changed: dict[int, Lead] = {}  # leads that became a group
        self.looked = 0
        """How many leads and pairs it has looked at, which tells how long it took."""

    def find(self, lead: Lead) -> None:
        """All that looks like one lead."""
        others: dict[int, Lead] = {}
        for kind, (column, reason) in _COLUMNS.items():
            if (value := getattr(lead, column)) is not None:
                found = store.sharing(self._unit, column, value, MOST_ALIKE + 1)
                self._join(f"{kind}:{value}", found, reason, others)
        if own := duplicates.hashes(lead.words):
            self._join_named(lead, own[0], others)
            for one in store.hits(self._unit, duplicates.variants(lead.words)):
                self._join_other(lead, own[0], one, others)
        others.pop(lead.id, None)
        for other in others.values():
            self._pair(lead, other)

    def of_record(self, kind: str, value: int) -> None:
        """All that has one e-mail address or number."""
        column, reason = _COLUMNS[kind]
        self._among(f"{kind}:{value}", store.sharing(self._unit, column, value, MOST_ALIKE + 1), reason)

    def of_name(self, whole: int) -> None:
        """All that has one name."""
        found = store.named(self._unit, [whole], MOST_NAMED + 1)
        self.looked += len(found)
        if len(found) <= MOST_ALIKE:
            self._among("", found, NAME)
        elif len(found) > MOST_NAMED:
            self._group(f"name:{whole}:{_ANY_CITY}", found, NAME)
        else:
            for city, some in _by_city(found).items():
                self._among(f"name:{whole}:{_text(city)}", some, _in(city, NAME))

    def of_letter(self, one: Lead, other: Lead, hashes: Sequence[int], count: int) -> None:
        """All that has one of two names, which differ by a letter: `count` leads."""
        if count > MOST_NAMED:
            return
        found = store.named(self._unit, hashes, MOST_NAMED)
        self.looked += len(found)
        if count <= MOST_ALIKE:
            self._among("", found, LETTER)
            return
        for city, some in _by_city(found).items():
            if len({duplicates.hashes(lead.words)[0] for lead in some if lead.words}) > 1:
                both = (duplicates.hashes(lead.words)[0] for lead in (one, other))
                bucket = f"{_letter(*both)}:{_text(city)}"
                self._among(bucket, some, _in(city, LETTER))

    def regroup(self, bucket: str) -> None:
        """A lead has left a bucket: what remains may be a group no more."""
        if (group := store.group(self._unit, bucket)) is None:
            return
        found = members(self._unit, bucket, MOST_ALIKE + 1)
        store.drop_group(self._unit, bucket)
        if len(found) > MOST_ALIKE:
            self._group(bucket, found, group.reasons)
        else:
            self._change(found)

    def leave(self, name: Words, cities: Iterable[int | None]) -> None:
        """A lead with this name has another one, or is in another city, or is gone."""
        if not name:
            return
        whole, *_ = duplicates.hashes(name)
        places = [_ANY_CITY, *map(_text, cities)]
        self._shrink([whole], [f"name:{whole}:{city}" for city in places])
        for one in store.hits(self._unit, duplicates.variants(name)):
            if (other := self._whole(one)) is not None:
                start = _letter(whole, other)
                self._shrink([whole, one], [f"{start}:{city}" for city in places])

    def _whole(self, hash_: int) -> int | None:
        """The hash of the whole name that has a hash; None where the leads with it have other names by now."""
        found = (duplicates.hashes(one.words) for one in store.named(self._unit, [hash_], MOST_ALIKE))
        return next((hashes[0] for hashes in found if hash_ in hashes), None)

    def _shrink(self, hashes: Sequence[int], buckets: Iterable[str]) -> None:
        for bucket in buckets:
            self.regroup(bucket)
        if sum(store.number(self._unit, one) for one in hashes) == MOST_ALIKE:
            self._change(store.named(self._unit, hashes, MOST_ALIKE))

    def write(self) -> None:
        found = self._found.values()
        ids = {one for row in found for one in (row.first_id, row.second_id)}
        numbers = store.dismissals(self._unit, ids)
        none: set[int] = set()
        rows = []
        for row in found:
            own = numbers.get(row.first_id, none)
            if row.bucket == PAIR:
                is_open = not own & numbers.get(row.second_id, none)
            else:
                is_open = not (own and is_dismissed(self._unit, row.bucket))
            rows.append((*row, is_open))
        store.put(self._unit, rows, self.run)
        self._found.clear()

    def _join_named(self, lead: Lead, whole: int, others: dict[int, Lead]) -> None:
        count = store.number(self._unit, whole)
        if count > MOST_NAMED:
            bucket = f"name:{whole}:{_ANY_CITY}"
            self._join(bucket, members(self._unit, bucket, MOST_ALIKE + 1), NAME, others)
        elif count > MOST_ALIKE:
            if count == MOST_ALIKE + 1:
                self._change(store.named(self._unit, [whole], count))
            bucket = f"name:{whole}:{_text(lead.city_id)}"
            found = members(self._unit, bucket, MOST_ALIKE + 1)
            self._join(bucket, found, _in(lead.city_id, NAME), others)
        else:
            others |= {one.id: one for one in store.named(self._unit, [whole], count)}

    def _join_other(self, lead: Lead, whole: int, hash_: int, others: dict[int, Lead]) -> None:
        count = store.number(self._unit, whole) + store.number(self._unit, hash_)
        if count > MOST_NAMED:
            return
        if count <= MOST_ALIKE:
            others |= {one.id: one for one in store.named(self._unit, [hash_], count)}
            return
        if count == MOST_ALIKE + 1:
            self._change(store.named(self._unit, [whole, hash_], count))
        city = lead.city_id
        other = self._whole(hash_)
        if other is not None and store.named(self._unit, [hash_], 1, (city,)):
            found = store.named(self._unit, [whole, hash_], MOST_ALIKE + 1, (city,))
            self._join(f"{_letter(whole, other)}:{_text(city)}", found, _in(city, LETTER), others)

    def _join(self, bucket: str, found: Sequence[Lead], reasons: int, others: dict[int, Lead]) -> None:
        if len(found) <= MOST_ALIKE:
            others |= {one.id: one for one in found}
        elif self._group(bucket, found, reasons):
            self._part(bucket)

    def _part(self, bucket: str) -> None:
        """Look again at the pairs of leads that have become a group."""
        found = {one.id: one for one in members(self._unit, bucket, SHOWN)}
        for pair in store.pairs_among(self._unit, found):
            self._change([found[pair.first_id], found[pair.second_id]])

    def _change(self, leads: Iterable[Lead]) -> None:
        self.changed |= {one.id: one for one in leads}

    def _among(self, bucket: str, found: Sequence[Lead], reasons: int) -> None:
        if len(found) > MOST_ALIKE:
            self._group(bucket, found, reasons)
            return
        self.looked += len(found) * (len(found) - 1) // 2
        for one, other in combinations(found, 2):
            self._pair(one, other)

    def _pair(self, one: Lead, other: Lead) -> None:
        first, second = sorted((one.id, other.id))
        if first != second and (reasons := duplicates.alike(one, other)):
            self._found[first, second, PAIR] = _Row(first, second, PAIR, reasons)

    def _group(self, bucket: str, found: Sequence[Lead], reasons: int) -> bool:
        """Whether it is a new one."""
        known = store.group(self._unit, bucket)
        first = known.first_id if known else min(one.id for one in found)
        is_new = known is None and (first, 0, bucket) not in self._found
        self._found[first, 0, bucket] = _Row(first, 0, bucket, reasons)
        return is_new


def _by_city(leads: Iterable[Lead]) -> dict[int | None, list[Lead]]:
    found: dict[int | None, list[Lead]] = {}
    for one in leads:
        found.setdefault(one.city_id, []).append(one)
    return found


def _letter(one: int, other: int) -> str:
    """How the buckets of two names begin."""
    return f"letter:{min(one, other)}:{max(one, other)}"


def _text(city: int | None) -> str:
    return "" if city is None else str(city)


def _in(city: int | None, reasons: int) -> int:
    return reasons if city is None else reasons | CITY
