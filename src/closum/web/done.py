"""What an operation did, in a sentence for people."""

from collections.abc import Iterator, Mapping
from typing import Any

from markupsafe import Markup

from closum.model.change import MERGE, RESTORE
from closum.operations.performed import MOST_COUNTED
from closum.web.locale import Locale, said
from closum.web.words import Words


def told(operation: Mapping[str, Any], words: Words, locale: Locale, *, own: bool = False) -> Markup:
    """`Moved to the bin: 3 leads.`: of an operation as `performed.retrieve` has it.

    To who has done it just now, its `own`: `3 leads moved to the bin.`
    """
    counts: Mapping[str, Mapping[str, int]] = operation["counts"] or {}
    verbs = {verb for some in counts.values() for verb in some}
    if operation["undoes"] is not None and verbs != {RESTORE}:
        return said(words.undone)
    if operation["counts"] is None:
        return said(words.done_many, n=locale.number(MOST_COUNTED))
    if MERGE in verbs:
        counts = _merged(counts)
    parts = list(_parts(counts, words, locale, own))
    return Markup(" ").join(parts) if parts else said(words.saved)


def _merged(counts: Mapping[str, Mapping[str, int]]) -> Mapping[str, Mapping[str, int]]:
    """How many records became one, and nothing of what that changed."""
    return {name: {MERGE: verbs[MERGE] + 1} for name, verbs in counts.items() if MERGE in verbs}


def _parts(
    counts: Mapping[str, Mapping[str, int]], words: Words, locale: Locale, own: bool
) -> Iterator[Markup]:
    for resource, verbs in counts.items():
        for verb, number in verbs.items():
            key = f"did.{verb}" if own else f"done.{verb}"
            key = own_key if (own_key := f"{key}.{resource}") in words else key
            if key in words:
                yield locale.count(key, number, what=locale.count(f"{resource}.n", number))
