"""What an operation did, in a sentence for people."""

from collections.abc import Iterator, Mapping
from typing import Any

from markupsafe import Markup

from closum.model.change import MERGE, RESTORE, UPDATE
from closum.model.resource import Resource
from closum.operations.performed import MOST_COUNTED
from closum.web.locale import Locale, said
from closum.web.words import Words

Counts = Mapping[str, Mapping[str, int]]
"""How many records of each resource: created, changed, deleted and so on, by the verb."""


def told(operation: Mapping[str, Any], words: Words, locale: Locale, *, own: bool = False) -> Markup:
    """`Moved to the bin: 3 leads.`: of an operation as `performed.retrieve` has it.

    To who has done it just now, its `own`: `3 leads moved to the bin.`
    """
    counts: Counts = operation["counts"] or {}
    verbs = {verb for some in counts.values() for verb in some}
    if operation["undoes"] is not None and verbs != {RESTORE}:
        return said(words.undone)
    if operation["counts"] is None:
        return said(words.done_many, n=locale.number(MOST_COUNTED))
    if MERGE in verbs:
        counts = _merged(counts)
    parts = list(_parts(counts, words, locale, own))
    return Markup(" ").join(parts) if parts else said(words.saved)


def meant(counts: Counts, resources: Mapping[str, Resource]) -> Counts:
    """What somebody meant to do, without what went with it: the address that a lead shows, the notes of a lead that was deleted,
    the lead that a note belongs to.
    """
    gone = set[str]()
    for of in (resources[name] for name in counts if name in resources):
        gone |= {one.resource.name for one in of.nested}
        for parent in (one.resource.name for one in of.parents if one.resource.name in counts):
            gone.add(parent if counts[parent].keys() == {UPDATE} else of.name)
    return {name: verbs for name, verbs in counts.items() if name not in gone}


def _merged(counts: Counts) -> Counts:
    """How many records became one, and nothing of what that changed."""
    return {name: {MERGE: verbs[MERGE] + 1} for name, verbs in counts.items() if MERGE in verbs}


def _parts(counts: Counts, words: Words, locale: Locale, own: bool) -> Iterator[Markup]:
    for resource, verbs in counts.items():
        for verb, number in verbs.items():
            key = f"did.{verb}" if own else f"done.{verb}"
            key = own_key if (own_key := f"{key}.{resource}") in words else key
            if key in words:
                yield locale.count(key, number, what=locale.count(f"{resource}.n", number))
