"""What is round every page: how many records there are, and what was done last."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from closum.errors import NotFound
from closum.store import counts
from closum.store.unit import Unit
from closum.web import deeds, placed
from closum.web import done as operations
from closum.web.views import View
from closum.web.words import Words


class Shell(NamedTuple):
    """`counts` are numbers of records by the name of their resource, and `last` the last ids that were given; `done` is the
    operation that the page before was left with, as `done.read` has it, with what it was `about`, as `deeds.of` has it.
    """

    counts: Mapping[str, int]
    last: Mapping[str, int]
    done: Mapping[str, Any] | None = None


def read(unit: Unit, views: Mapping[str, View], words: Words, done: int | None, kept_days: int) -> Shell:
    found = counts.of_account(unit)
    return Shell(*found, _operation(unit, views, words, done, kept_days) if done else None)


def _operation(
    unit: Unit, views: Mapping[str, View], words: Words, operation: int, kept_days: int
) -> Mapping[str, Any] | None:
    try:
        found = operations.read(unit, operation, kept_days)
        (found,) = placed.with_places(unit, views, [found], words)
    except NotFound:
        return None
    return {**found, "about": deeds.of(unit, views, [found], words).get(operation)}
