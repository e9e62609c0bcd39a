"""A dry run: what an import would do with each row, those before it considered. Nothing is written."""

from collections.abc import Sequence
from typing import Any

from closum.model.change import By
from closum.model.document import read
from closum.model.draft import Draft
from closum.model.matching import FILL_EMPTY
from closum.model.relations import Row
from closum.model.terms import scalar
from closum.operations import upsert
from closum.operations.importing import having, writing
from closum.operations.importing.having import NOTHING
from closum.operations.importing.imagined import Imagined
from closum.operations.importing.policy import Policy
from closum.operations.importing.wire import Ready
from closum.operations.importing.writing import NAME, NESTED, REFUSED, Outcome, Set, token
from closum.store.unit import Unit


def imagined(policy: Policy) -> Imagined:
    """What the dry run of a file remembers from set to set."""
    return Imagined(len(NESTED) + sum(bool(one.key) for one in policy.matches))


def decide(unit: Unit, policy: Policy, ready: Sequence[Ready], by: By, known: Imagined) -> list[Outcome]:
    """Of each row what the import would do with it; `known` goes on behind them."""
    return _Dry(unit, policy, by, ready, known).outcomes(ready)


class _Dry(Set):
    def __init__(self, unit: Unit, policy: Policy, by: By, ready: Sequence[Ready], known: Imagined) -> None:
        super().__init__(unit, policy, by, ready)
        self._imagined = known
        self._keyed = [one for one in self._matches if one.key]
        self._fills = policy.on_match == FILL_EMPTY

    def outcomes(self, ready: Sequence[Ready]) -> list[Outcome]:
        found = self.decide(ready)
        for place, faults in self.refused.items():
            found[place] = Outcome(REFUSED, faults)
        return found

    def _matching(self, row: Ready) -> Sequence[int]:
        for match in self._matches:
            place, self._found_by = NESTED.get(match.name), match.property
            if place is not None:
                if (showing := self._showing(place, row)) is not None:
                    return showing
            elif (found := token(match, row)) is not None:
                stored = self._with(match, found)
                if not match.key:
                    return [self._imagined.with_id(one) for one in stored]
                place = len(NESTED) + self._keyed.index(match)
                return self._imagined.matching(place, found[1], stored)
        return ()

    def _showing(self, place: int, row: Ready) -> Sequence[int] | None:
        one, values = self._shown[place], row.nested[place]
        if (key := one.key(values)) is None:
            return None
        found = self._imagined.matching(place, key, one.showing.get(key, ()))
        return found if one.is_sure(values) else self._with_name(found, row.values[NAME])

    def _with_name(self, found: Sequence[int], name: str | None) -> Sequence[int] | None:
        stored = [one for one in found if one < 0 and self._leads[-one]["name_sort"] == name]
        return [*stored, *self._imagined.called(found, name)] or None

    def _named(self, found: Sequence[int]) -> str:
        names = [upsert.named([-one for one in found if one < 0])] if min(found) < 0 else []
        return ", ".join([*names, *(["the leads of rows before"] if max(found) > 0 else [])])

    def _create(self, row: Ready) -> None:
        has = having.of_new(row, self._owner(row.values)) if self._fills else NOTHING
        self._imagined.create(self._keys(row), row.values[NAME], has)

    def _update(self, row: Ready, lead_id: int, place: int) -> Outcome | None:
        number = lead_id
        if number < 0:
            present = self._leads[-lead_id]
            outcome = self.add_update(row, present, place)
        else:
            present = having.as_row(self._imagined.has(number))
            outcome = self.updated(self._draft(row, present), present)
        if outcome.is_unchanged:
            return outcome
        has = having.of_changed(present, self._draft(row, present)) if self._fills else None
        if number < 0:
            number = self._imagined.take(-lead_id, self._present_keys(present), present["name_sort"])
        self._imagined.update(number, self._keys(row), row.values[NAME], has)
        return outcome

    def _draft(self, row: Ready, present: Row) -> Draft:
        return writing.draft(row, self._policy.on_match, present)

    def _keys(self, row: Ready) -> list[Any]:
        keys = [one.key(values) for one, values in zip(self._shown, row.nested, strict=True)]
        return [*keys, *((found := token(one, row)) and found[1] for one in self._keyed)]

    def _present_keys(self, present: Row) -> list[Any]:
        keys = [one.present_key(present) for one in self._shown]
        return [*keys, *(_under(present, one.name, one.key) for one in self._keyed)]


def _under(present: Row, name: str, key: str) -> str | None:
    document = read(present[name]) if present[name] else None
    return scalar(document.get(key)) if isinstance(document, dict) else None
