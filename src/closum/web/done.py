"""What an operation did, in a sentence for people."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from closum.model.change import CREATE, DELETE, MERGE, RESTORE, UPDATE
from closum.model.resource import Resource
from closum.operations import performed, undone
from closum.store.unit import Unit
from closum.web.locale import Locale, said
from closum.web.words import Words

_NOWHERE = Markup()

Counts = Mapping[str, Mapping[str, int]]
"""How many records of each resource: created, changed, deleted and so on, by the verb."""


def read(unit: Unit, operation: int, kept_days: int) -> Mapping[str, Any]:
    """One operation as `performed.retrieve` has it, with `redoes`. Raises NotFound."""
    return with_redoes(unit, performed.retrieve(unit, operation, kept_days))


def with_redoes(unit: Unit, found: Mapping[str, Any]) -> Mapping[str, Any]:
    """With whether it takes an undo back."""
    return {**found, "redoes": found["undoes"] is not None and undone.is_redo(unit, found["id"])}


def each_with_redoes(unit: Unit, found: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Likewise of several."""
    begun = undone.begun(unit, {one["id"]: one["undoes"] for one in found if one["undoes"]})
    return [{**one, "redoes": one["id"] in begun and begun[one["id"]].is_redo} for one in found]


def brings_back(operation: Mapping[str, Any]) -> bool:
    """Whether its undo brings back what it has taken back; where it has restored records, these go again, as after any operation."""
    return is_undo(operation) and not operation["redoes"] and RESTORE not in _verbs(operation)


def is_undo(operation: Mapping[str, Any]) -> bool:
    """Whether it is told as one; what has only restored records is told as that."""
    return operation["undoes"] is not None and _verbs(operation) != {RESTORE}


def _verbs(operation: Mapping[str, Any]) -> set[str]:
    return {verb for some in (operation["counts"] or {}).values() for verb in some}


def told(
    operation: Mapping[str, Any],
    words: Words,
    locale: Locale,
    order: Sequence[str],
    *,
    own: bool = False,
    places: Markup = _NOWHERE,
) -> Markup:
    """`Moved 3 leads to the bin.`: of an operation as `read` has it; of an undo its resources in an order.

    To who has done it just now, its `own`: `3 leads moved to the bin.` The `places` are those that records were put on.
    """
    counts: Counts = operation["counts"] or {}
    if operation["undoes"] is not None or _verbs(operation) == {RESTORE}:  # out of the bin
        return Markup(" ").join(_undid(operation, words, locale, order, places, own=own))
    if operation["counts"] is None:
        return locale.count("done_many", operation["changes"])
    if MERGE in _verbs(operation):
        counts = _merged(counts)
    parts = list(_parts(counts, words, locale, own, places))
    return Markup(" ").join(parts) if parts else said(words.saved)


def meant(counts: Counts, resources: Mapping[str, Resource]) -> Counts:
    """What somebody meant to do, without what went with it: the address that a lead shows, the notes of a lead that was deleted,
    the lead that a note belongs to.
    """
    counts = without_shown(counts, resources)
    gone = set[str]()
    for of in (resources[name] for name in counts if name in resources):
        for parent in (one.resource.name for one in of.parents if one.resource.name in counts):
            if counts[parent].keys() == {UPDATE} and of.earliest:
                continue  # such as a note: it changes nothing of its lead that a history has
            if not _is_for_others(of, resources.get(parent), counts):
                gone.add(parent if counts[parent].keys() == {UPDATE} else of.name)
    return {name: verbs for name, verbs in counts.items() if name not in gone}


def without_shown(counts: Counts, resources: Mapping[str, Resource]) -> Counts:
    """Without the addresses that records show that were made or changed with them; an address that changed may be of several, and
    where more are deleted or come back than records that can show them, some of them are alone.
    """
    gone = set[str]()
    for of in (resources[name] for name in counts if name in resources):
        showing = counts[of.name]
        for address in (one.resource.name for one in of.nested):
            verbs = counts.get(address, {})
            is_of_several = 0 < verbs.get(UPDATE, 0) < showing.get(UPDATE, 0)
            most = max(verbs.get(DELETE, 0), verbs.get(RESTORE, 0))
            if not is_of_several and most <= sum(showing.values()):
                gone.add(address)
    return {name: verbs for name, verbs in counts.items() if name not in gone}


def by_itself(counts: Counts, resources: Mapping[str, Resource]) -> Counts:
    """Without what goes with others: the addresses that records show, and what went to the bin with what it belongs to, or came
    back with it, such as the notes of a lead.
    """
    found = dict[str, Mapping[str, int]]()
    for name, verbs in without_shown(counts, resources).items():
        parents = resources[name].parents if name in resources else ()
        carried = {verb for one in parents for verb in counts.get(one.resource.name, ())} & {DELETE, RESTORE}
        found[name] = {verb: number for verb, number in verbs.items() if verb not in carried}
    return {name: verbs for name, verbs in found.items() if verbs}


def _is_for_others(of: Resource, parent: Resource | None, counts: Counts) -> bool:
    """Whether a record was made to put others on it, such as a list for leads."""
    if parent is None or len(of.parents) == 1 or parent.listing.members:
        return False
    return CREATE in counts[of.name] and CREATE in counts[parent.name]


def _undid(
    operation: Mapping[str, Any],
    words: Words,
    locale: Locale,
    order: Sequence[str],
    places: Markup = _NOWHERE,
    *,
    own: bool = False,
) -> Iterator[Markup]:
    """How many records an undo has moved to the bin, set back and restored, or were restored by who reads it, its `own`."""
    is_own = own and not is_undo(operation)
    if operation["counts"] is None:
        yield locale.count("done_many", operation["changes"])
        return
    counts: Counts = operation["counts"]
    counts = _merged(counts) if MERGE in _verbs(operation) else counts
    by_verb, alone = dict[str, list[Markup]](), list[Markup]()
    for resource in sorted(counts, key=order.index):
        for verb, number in counts[resource].items():
            own_key = f"{'did' if is_own else 'done'}.{verb}.{resource}"
            if own_key in words:
                alone.append(_count(own_key, number, words, locale, places))
            else:
                by_verb.setdefault(verb, []).append(locale.count(f"{resource}.n", number))
    for verb, parts in by_verb.items():
        key = f"did.{verb}" if is_own else key_of(operation, verb)
        yield said(words(key), what=listed(parts, words))
    yield from alone


def key_of(operation: Mapping[str, Any], verb: str) -> str:
    """Of what it did to records: an undo that is not undone itself has set back what it updated."""
    is_back = verb == UPDATE and is_undo(operation) and not operation["redoes"]
    return "undid.update" if is_back else f"done.{verb}"


def small(label: str) -> str:
    """A label as it is written in a sentence: `UTM source` keeps its letters."""
    return label if label[:2].isupper() else f"{label[:1].lower()}{label[1:]}"


def turned(name: str, *, was: object) -> str:
    """The end of the keys of texts about a property that was empty or not before it changed: `.enabled.off`."""
    return f".{name}.{'off' if was else 'on'}"


def listed(names: Sequence[str], words: Words) -> Markup:
    """`stage, owner and city`."""
    return _joined(names, words.both)


def either(names: Sequence[str], words: Words) -> Markup:
    """`stage, owner or city`."""
    return _joined(names, words.either)


def _joined(names: Sequence[str], last_two: str) -> Markup:
    if len(names) < 2:
        return Markup("").join(names)
    return said(last_two, names=Markup(", ").join(names[:-1]), last=names[-1])


def _merged(counts: Counts) -> Counts:
    """How many records became one, and nothing of what that changed."""
    return {name: {MERGE: verbs[MERGE] + 1} for name, verbs in counts.items() if MERGE in verbs}


def _count(key: str, number: int, words: Words, locale: Locale, places: Markup) -> Markup:
    """Of what has sentences of its own: with the places that it is about, where they are known."""
    key = f"{key}.on" if places and f"{key}.on" in words else key
    return locale.count(key, number, places=places)


def _parts(counts: Counts, words: Words, locale: Locale, own: bool, places: Markup) -> Iterator[Markup]:
    for resource, verbs in counts.items():
        for verb, number in verbs.items():
            key = f"did.{verb}" if own else f"done.{verb}"
            if (own_key := f"{key}.{resource}") in words:
                yield _count(own_key, number, words, locale, places)
            elif key in words:
                yield locale.count(key, number, what=locale.count(f"{resource}.n", number))
