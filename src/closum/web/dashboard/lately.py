"""What was done lately, in the sentences of "Who did what"."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from markupsafe import Markup

from closum.operations import performed
from closum.store.unit import Unit
from closum.web import deeds, done, placed, telling
from closum.web.page import Page
from closum.web.views import View
from closum.web.words import Words

READS = "operation:read"
MOST = 8


class Done(NamedTuple):
    """Operations, the newest first, and what they were about, as `deeds.of` has it."""

    operations: Sequence[Mapping[str, Any]] = ()
    about: Mapping[int, deeds.About] = {}


class Line(NamedTuple):
    told: Markup
    who: str
    at: str


def read(unit: Unit, views: Mapping[str, View], words: Words, kept_days: int) -> Done:
    found = done.each_with_redoes(unit, performed.page(unit, MOST, kept_days).operations)
    operations = placed.with_places(unit, views, found, words)
    return Done(operations, deeds.of(unit, views, operations, words))


def lines(page: Page, found: Done, users: Mapping[int, str]) -> list[Line]:
    return [
        Line(
            telling.told(page, one, found.about.get(one["id"]), listed=True),
            telling.who(page, one, users),
            one["at"] or "",
        )
        for one in found.operations
    ]
