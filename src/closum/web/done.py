"""What an operation did, in a sentence for people."""

from collections.abc import Iterator, Mapping
from typing import Any

from markupsafe import Markup

from closum.model.change import RESTORE
from closum.operations.performed import MOST_COUNTED
from closum.web.locale import Locale, said
from closum.web.words import Words


def told(operation: Mapping[str, Any], words: Words, locale: Locale) -> Markup:
    """`3 leads moved to the bin.`: of an operation as `performed.retrieve` has it."""
    counts: Mapping[str, Mapping[str, int]] = operation["counts"] or {}
    verbs = {verb for some in counts.values() for verb in some}
    if operation["undoes"] is not None and verbs != {RESTORE}:
        return said(words.undone)
    if operation["counts"] is None:
        return said(words.done_many, n=locale.number(MOST_COUNTED))
    parts = list(_parts(counts, words, locale))
    return Markup(" ").join(parts) if parts else said(words.saved)


def _parts(counts: Mapping[str, Mapping[str, int]], words: Words, locale: Locale) -> Iterator[Markup]:
    for resource, verbs in counts.items():
        for verb, number in verbs.items():
            if f"done.{verb}" in words:
                yield said(words(f"done.{verb}"), what=locale.count(f"{resource}.n", number))
