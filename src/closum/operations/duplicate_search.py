"""Finds leads that look alike, as background work: by what changed since the last time, and where that is much, or not known,
by a search of all leads.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import combinations, groupby
from typing import Any

from closum.model import duplicates
from closum.model.change import ERASE, UPDATE
from closum.model.duplicates import MOST_NAMES, RULES, Lead
from closum.model.relations import Row
from closum.model.terms import words
from closum.operations.alike import Finder
from closum.operations.runner import Kind, Work
from closum.resources.email import EMAIL
from closum.resources.lead import LEAD
from closum.resources.phone import PHONE
from closum.store import background, duplicate_place, history, tally
from closum.store import duplicates as store
from closum.store.background import Progress
from closum.store.duplicate_place import AGAIN, Place
from closum.store.duplicates import Block
from closum.store.history import Past
from closum.store.unit import Unit, timestamp

FEW = 1_000  # changes
SHARE = 40
"""A change takes as long as so many leads in a search of all of them, which is faster where there are more changes."""
VALUES = 20  # ids of e-mail addresses for each lead that a step looks at
PER_BLOCK, PER_LOOK, PER_COUNTED = 5, 5, 1 / 30
"""A hash, a lead or pair that is compared, and a lead that has a hash take as long as so many leads whose hashes are made."""
LEAST_BLOCKS = 64  # hashes that are read together

LOWEST = -(2**63)


def kind() -> Kind:
    return Kind(duplicate_place.KIND, step, behind=_behind)


def begin(unit: Unit) -> None:
    """Have the search go on at once, where it has not begun already."""
    background.begin(unit, duplicate_place.KIND)


def is_going_on(unit: Unit) -> bool:
    found = background.found(unit, duplicate_place.KIND)
    return found is not None and found.state in (background.PENDING, background.RUNNING)


def _behind(unit: Unit, after: int, most: int) -> tuple[list[int], int | None]:
    return duplicate_place.behind(unit, RULES, timestamp(unit.now - AGAIN), after, most)


def step(unit: Unit, work: Work) -> Progress:
    """Look at some more changes, or leads."""
    place = duplicate_place.place(unit)
    if place.walk is None and _is_far(unit, place):
        place = Place(history.last(unit), place.run + 1, RULES, [0, None])
    if place.walk is None:
        most = max(1, work.size // SHARE)
        done, place = _follow(unit, place, most)
        ended = done < most
    else:
        done, place = _walk(unit, place, work.size)
        ended = place.walk is None and place.position == history.last(unit)
    duplicate_place.set_place(unit, place)
    return Progress(done=work.progress.done + done, ended=ended)


def _is_far(unit: Unit, place: Place) -> bool:
    if place.rules != RULES:
        return True
    oldest = history.since(unit, 0, 1)
    if oldest and oldest[0].position > place.position + 1:
        return True
    behind = history.last(unit) - place.position
    return behind > FEW and behind * SHARE > tally.last_id(unit, LEAD)


def _follow(unit: Unit, place: Place, most: int) -> tuple[int, Place]:
    """What changed, lead by lead: each finds what is like it among those before it."""
    found = history.since(unit, place.position, most)
    changed: dict[int, list[Past]] = {}
    for one in found:
        if one.resource == LEAD.name:
            changed.setdefault(one.id, []).append(one)
    present = {lead.id: lead for lead in store.leads(unit, changed)}
    for lead_id, past in changed.items():
        _look(unit, Finder(unit, place.run), lead_id, present.get(lead_id), past)
    return len(found), place._replace(position=found[-1].position if found else history.last(unit))


def _look(unit: Unit, finder: Finder, lead_id: int, lead: Lead | None, past: Sequence[Past]) -> None:
    """Find what a lead is like, and what those are like that come into a group, or out of one, with it."""
    _renew(unit, lead_id, lead, past)
    known = [one.before for one in past if one.before]
    if known or lead is None:
        _leave(unit, finder, lead_id, lead, known)
    if lead is not None:
        finder.find(lead)
    finder.write()
    changed = list(finder.changed.values())
    for one in changed:
        store.drop_pairs(unit, one.id)
    for one in changed:
        finder.find(one)
    finder.write()


def _renew(unit: Unit, lead_id: int, lead: Lead | None, past: Sequence[Past]) -> None:
    """Keep the hashes of the lead's name, and none of those that it had."""
    store.drop_pairs(unit, lead_id)
    if any(one.verb == UPDATE and one.before is None for one in past):
        store.drop_all_hashes(unit, lead_id)
    names = [one.before["name"] for one in past if one.before and "name" in one.before]
    store.drop_hashes(unit, lead_id, {one for name in names for one in duplicates.hashes(words(name))})
    if lead is not None:
        store.add_hashes(unit, [(lead_id, duplicates.hashes(lead.words))])
    elif any(one.verb == ERASE for one in past):
        store.forget_dismissals(unit, lead_id)


def _leave(unit: Unit, finder: Finder, lead_id: int, lead: Lead | None, known: Sequence[Row]) -> None:
    """Look again at what the lead was like before."""
    for group in store.groups_of(unit, [lead_id]):
        finder.regroup(group.bucket)
    for kind in ("email", "phone"):
        for value in {before[f"{kind}_id"] for before in known if before.get(f"{kind}_id")}:
            finder.regroup(f"{kind}:{value}")
    names = {tuple(words(before["name"])) for before in known if "name" in before}
    cities = {before["city_id"] for before in known if "city_id" in before}
    if (names or cities) and lead is not None:
        names, cities = names | {lead.words}, cities | {lead.city_id}
    for name in names:
        finder.leave(name, cities)


def _walk(unit: Unit, place: Place, size: int) -> tuple[int, Place]:
    """Go on with a search of all leads."""
    finder, left = Finder(unit, place.run), size
    number, at = place.walk
    while left > 0 and number < len(_PHASES):
        at, done = _PHASES[number](unit, finder, at, left)
        left -= max(done, 1)
        if at is None:
            number += 1
    finder.write()
    return size - left, place._replace(walk=[number, at] if number < len(_PHASES) else None)


def _clear(unit: Unit, finder: Finder, at: Any, size: int) -> tuple[Any, int]:
    return (0, size) if store.cut_hashes(unit, size) else (None, 1)


def _hash(unit: Unit, finder: Finder, at: Any, size: int) -> tuple[Any, int]:
    """Names in their order, so that hashes of one name are written together; from the beginning if the last lead has changed."""
    after = store.name(unit, *at) if at else None
    found = store.names(unit, (after, at[0]) if after is not None else ("", 0), size)
    rows: list[tuple[int, list[int]]] = []
    for name, same in groupby(found, lambda one: one[0]):
        hashes = duplicates.hashes(words(name))
        rows += [(lead_id, hashes) for _, lead_id in same]
    store.add_hashes(unit, rows)
    if len(found) < size:
        return None, len(found)
    last = found[-1][1]
    return [last, store.version(unit, last)], len(found)


def _by_email(unit: Unit, finder: Finder, at: Any, size: int) -> tuple[Any, int]:
    return _by_record(unit, finder, "email", at or 0, size, tally.last_id(unit, EMAIL))


def _by_phone(unit: Unit, finder: Finder, at: Any, size: int) -> tuple[Any, int]:
    return _by_record(unit, finder, "phone", at or 0, size, tally.last_id(unit, PHONE))


def _by_record(
    unit: Unit, finder: Finder, kind: str, at: int, size: int, last: int
) -> tuple[int | None, int]:
    end = at + VALUES * size
    for value in store.shared(unit, f"{kind}_id", at, end):
        finder.of_record(kind, value)
    return (end, size) if end < last else (None, 1)


def _by_name(unit: Unit, finder: Finder, at: Any, size: int) -> tuple[Any, int]:
    """Hashes in their order: those with one upper half together. It goes on behind a hash, or in the middle of what follows it,
    behind an item."""
    after, behind = at or (LOWEST, None)
    found, is_last = _whole_blocks(unit, after, max(size // (2 * PER_BLOCK), LEAST_BLOCKS))
    done = int(sum(PER_BLOCK + PER_COUNTED * one.number for one in found))
    for upper, some in groupby(found, lambda one: duplicates.upper(one.hash)):
        blocks = list(some)
        if behind and duplicates.upper(behind[1]) != upper:  # the names of the item are gone
            behind = None
        for item, look in _items(unit, finder, blocks):
            if behind is None or item > behind:
                looked = finder.looked
                look()
                done += PER_LOOK * (finder.looked - looked)
                if done >= size:
                    return [after, item], done
        after, behind = blocks[-1].hash, None
    return (None if is_last else [after, None]), done


def _whole_blocks(unit: Unit, after: int, most: int) -> tuple[list[Block], bool]:
    """The next ones, about so many, without those that are the beginning of what follows; and whether they are the last ones."""
    while True:
        most = min(most, MOST_NAMES + 1)
        found = store.blocks(unit, after, most)
        if len(found) < most:
            return found, True
        last = duplicates.upper(found[-1].hash)
        whole = [one for one in found if duplicates.upper(one.hash) != last]
        if whole or most > MOST_NAMES:
            return whole or found, False
        most *= 4


Item = list[int]
"""What is looked at in one go, in an order: 0 and the hash of a name, or 1 and those of two that differ by a letter."""


def _items(
    unit: Unit, finder: Finder, blocks: Sequence[Block]
) -> Iterator[tuple[Item, Callable[[], object]]]:
    """Of names that have all words but one in common: each with what looks at it."""
    for one in blocks:
        if one.is_whole and one.number > 1:
            yield [0, one.hash], partial(finder.of_name, one.hash)
    if 1 < len(blocks) <= MOST_NAMES:
        for one, other, leads in _one_letter(unit, blocks):
            count = one.number + other.number
            yield [1, one.hash, other.hash], partial(finder.of_letter, *leads, (one.hash, other.hash), count)


def _one_letter(unit: Unit, found: Sequence[Block]) -> Iterator[tuple[Block, Block, tuple[Lead, Lead]]]:
    """Those whose words differ by a letter, with a lead of each."""
    leads = {lead.id: lead for lead in store.leads(unit, (one.lead_id for one in found))}
    near: defaultdict[str, list[Block]] = defaultdict(list)
    for one in found:
        lead = leads.get(one.lead_id)
        if lead and (word := duplicates.word_of(lead.words, one.hash)):
            for rest in duplicates.without_a_letter(word):
                near[rest].append(one)
    pairs = {pair for several in near.values() if len(several) > 1 for pair in combinations(several, 2)}
    for one, other in sorted(pairs):
        lead, another = leads[one.lead_id], leads[other.lead_id]
        if duplicates.differing(lead.words, another.words):
            yield one, other, (lead, another)


def _older(unit: Unit, finder: Finder, at: Any, size: int) -> tuple[Any, int]:
    """Remove what this search has not found again."""
    finder.write()
    return store.cut_older(unit, finder.run, at or 0, size), size


_PHASES: tuple[Callable[[Unit, Finder, Any, int], tuple[Any, int]], ...] = (
    _clear,
    _hash,
    _by_email,
    _by_phone,
    _by_name,
    _older,
)
