"""Columns that are headed as pages call a stage or an owner: they become that, where each of their first cells names one.

In somebody else's file such a heading may mean something else, so the heading alone says nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from closum.operations.importing import owners, sheet, stages
from closum.operations.importing.headings import OWNER
from closum.operations.importing.mapping import KEY, Column
from closum.store.unit import Unit

IsKnown = Callable[[str], bool]


def proposed(unit: Unit, mapping: Sequence[Sequence[Any]], first: Sequence[Sequence[str]]) -> list[Column]:
    """What the columns of a file of leads become, by what the headings say and the first rows."""
    columns = [Column(*one) for one in mapping]
    there = {one.to for one in columns}
    for place, one in enumerate(columns):
        to = sheet.meaning(one.heading) or ""
        if (
            to in _KNOWN
            and to not in there
            and one.to.startswith(KEY)
            and _fits(one, first, _KNOWN[to](unit))
        ):
            columns[place] = one._replace(to=to)
            there.add(to)
    return columns


def _fits(column: Column, first: Sequence[Sequence[str]], is_known: IsKnown) -> bool:
    cells = [
        text for row in first for cell in row[column.column - 1 : column.column] if (text := cell.strip())
    ]
    return bool(cells) and all(map(is_known, cells))


def _stages(unit: Unit) -> IsKnown:
    found = stages.known(unit).ids
    numbers = {*map(str, found.values())}
    return lambda text: text in numbers or sheet.stage(text, found) is not None


def _owners(unit: Unit) -> IsKnown:
    found = owners.known(unit)
    return lambda text: owners.token(text) in found


_KNOWN: Mapping[str, Callable[[Unit], IsKnown]] = {sheet.STAGE: _stages, OWNER: _owners}
