"""Rows of a file become records: those of a set are looked up together, decided in their order, and written together."""

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import cached_property
from operator import itemgetter
from typing import Any, NamedTuple

from closum.errors import Error, Faults, Invalid, fault
from closum.model.change import By
from closum.model.document import read
from closum.model.draft import Draft, Put
from closum.model.fields import Document
from closum.model.matching import CREATE, FAIL, FILL_EMPTY, SKIP, Match, Wanted
from closum.model.relations import Row
from closum.model.resource import Resource
from closum.model.terms import scalar
from closum.operations import assigning, plan, records, upsert
from closum.operations.edit import Known
from closum.operations.importing import consents, shown
from closum.operations.importing.consents import Consents
from closum.operations.importing.headings import CITY_ID, CONSENTS, PLAIN
from closum.operations.importing.policy import Policy
from closum.operations.importing.wire import OWN, SHOWN, Ready
from closum.operations.plan import Update
from closum.resources.consent import CONSENT
from closum.resources.lead import LEAD
from closum.store import changes, rows, together
from closum.store.search import Texts
from closum.store.unit import Result, Unit

CREATED, UPDATED, SKIPPED, REFUSED = "created", "updated", "skipped", "faulty"

_DOCUMENTS = [one.name for one in LEAD.writable if isinstance(one, Document)]
_DATE, _ID, _OWNER = OWN.index(LEAD.dated), OWN.index("id"), OWN.index(LEAD.assigned)
NAME = OWN.index("name_sort")
_NEEDED = {one.name: OWN.index(one.name) for one in PLAIN if one.needed}
_INITIAL = {one.name: one.initial for one in PLAIN if one.initial is not None}
_CONSENTS = slice(OWN.index(CONSENTS[0]), OWN.index(CONSENTS[-1]) + 1)

Token = tuple[str, Any]
"""What a row has in a property by which leads are found."""


_SHOWN = frozenset(one.name for one in LEAD.nested)


class Outcome(NamedTuple):
    """What became of a row, and why where it is refused; of one that was to fill in a lead, whether that had everything already;
    and which of the records that leads show it puts, where it has them."""

    result: str
    faults: Faults
    is_unchanged: bool = False
    puts: Collection[str] = _SHOWN


_CREATED = Outcome(CREATED, {})


class Written(NamedTuple):
    """Of each row its outcome; the operation, None where nothing had to change."""

    outcomes: list[Outcome]
    operation: int | None


def write(unit: Unit, policy: Policy, ready: Sequence[Ready], by: By) -> Written:
    """Write rows in their order. One that depends on what a row before it has changed is looked up after that is written."""
    outcomes = list[Outcome]()
    operation: int | None = None
    size = len(ready)
    while rest := ready[len(outcomes) : len(outcomes) + size]:
        some = Set(unit, policy, by, rest)
        decided = some.decide(rest)
        operation = some.write(decided, operation)
        outcomes += decided
        # What is looked up behind a row that has to wait is looked up for nothing.
        size = 2 * (size if len(decided) == len(rest) else len(decided))
    return Written(outcomes, operation)


class Set:
    """Rows that are looked up together."""

    def __init__(self, unit: Unit, policy: Policy, by: By, ready: Sequence[Ready]) -> None:
        self._unit, self._policy, self._by = unit, policy, by
        self._matches = policy.matches
        self._keyed = [match for match in policy.matches if match.key]
        self._found_by = ""  # the property that a row has in common with the leads that it means
        self._known = plan.known_of(unit)
        self._shown = shown.of_row(unit, self._known)
        self._leads: dict[int, Row] = {}
        self._others: dict[Token, list[int]] = {}
        self._new: list[Result] = []
        self._new_names: dict[int, str | None] = {}
        self._terms: list[Texts] = []
        self._updates: dict[int, Update] = {}  # by the place of the row
        self._moving: set[Token] = set()  # what updates change, so that it is not known here any more
        for place, one in enumerate(self._shown):
            one.look_up([one.key(row.nested[place]) for row in ready], self._leads)
        _look_up_named(unit, self._known, ready)
        self._assigning = assigning.find(unit, self._known.counters)
        self._consents = Consents(self._known, by)
        initial, self._ids = self._known.new(LEAD)
        self._date: str = initial[LEAD.dated]
        self._whole = _assembling(initial)

    def decide(self, ready: Sequence[Ready]) -> list[Outcome]:
        """Outcomes of the first rows, at least one; those of updates as they are unless they are refused."""
        outcomes = list[Outcome]()
        for row in ready:
            outcome = self._decided(row, len(outcomes))
            if outcome is None:
                break
            outcomes.append(outcome)
        return outcomes

    def _decided(self, row: Ready, place: int) -> Outcome | None:
        """None where the row has to be looked up again."""
        if self._updates and not self._moving.isdisjoint(self._tokens(row)):
            return None
        found, then = self._matching(row), self._policy.on_match
        if not found or then == CREATE:
            if faults := self._lacking(row):
                return Outcome(REFUSED, faults)
            self._create(row)
            return _CREATED
        if then == FAIL:
            return Outcome(REFUSED, {self._found_by: fault("_isUnique")})
        if len(found) > 1:
            return Outcome(REFUSED, {self._found_by: fault("_ambiguous", ids=self._named(found))})
        if then == SKIP:
            return Outcome(SKIPPED, {})
        return self._update(row, found[0], place)

    def _lacking(self, row: Ready) -> Faults:
        """The faults of what a new lead has to have, and of what it names that is not there, or is archived."""
        missing = self._known.missing({name: row.values[place] for name, place in NAMED.items()})
        empty = (name for name, place in _NEEDED.items() if row.values[place] is None)
        return missing | {name: fault("_empty") for name in empty}

    def _tokens(self, row: Ready) -> Iterator[Token]:
        """What leads are found by in a row, and what it puts."""
        for one, values in zip(self._shown, row.nested, strict=True):
            if (key := one.key(values)) is not None:
                yield one.nested.name, key
        for match in self._matches:
            if match.name not in NESTED:
                yield match.property, None

    def _matching(self, row: Ready) -> Sequence[int]:
        """The leads that a row means."""
        for match in self._matches:
            place, self._found_by = NESTED.get(match.name), match.property
            if place is None:
                if (found := token(match, row)) is not None:
                    return self._with(match, found)
            elif (showing := self._showing(place, row)) is not None:
                return showing
        return ()

    def _showing(self, place: int, row: Ready) -> Sequence[int] | None:
        """The leads that show what a row shows; None where that means nobody."""
        one, values = self._shown[place], row.nested[place]
        if (key := one.key(values)) is None:
            return None
        found = one.showing.get(key, ())
        return found if one.is_sure(values) else self._with_name(found, row.values[NAME])

    def _with_name(self, found: Sequence[int], name: str | None) -> Sequence[int] | None:
        """Those of the leads that have a name; None where none has."""
        return [one for one in found if self._name(one) == name] or None

    def _name(self, lead_id: int) -> str | None:
        name: str | None = (
            self._leads[lead_id]["name_sort"] if lead_id in self._leads else self._new_names[lead_id]
        )
        return name

    def _with(self, match: Match, wanted: Token) -> list[int]:
        """Likewise, by an id or a value of custom data, which is looked up now."""
        if wanted not in self._others:
            if match.key:
                found = upsert.with_text(self._unit, LEAD, Wanted(match.property, text=wanted[1]))
            else:
                found = list(rows.rows_by(self._unit, LEAD, "id", [wanted[1]]).values())
            self._leads |= {row["id"]: row for row in found}
            self._others[wanted] = [row["id"] for row in found]
        return self._others[wanted]

    def _named(self, found: Sequence[int]) -> str:
        return upsert.named(found)

    def _create(self, row: Ready) -> None:
        lead_id, values = next(self._ids), _with_initial(row.values) if _INITIAL else row.values
        owner = self._owner(values)
        if owner is not None:
            values = [*values[:_OWNER], owner, *values[_OWNER + 1 :]]
        if any(values[_CONSENTS]):
            values = [*values[: _CONSENTS.start], *self._consents.add(lead_id, values[_CONSENTS])]
        are_there = any(one.has(some) for one, some in zip(self._shown, row.nested, strict=True))
        copies = [one.put(some, lead_id) for one, some in zip(self._shown, row.nested, strict=True)]
        new = self._whole(lead_id, values[_DATE] or self._date, values, copies)
        self._new.append(new)
        self._new_names[lead_id] = values[NAME]
        is_other = are_there or owner is not None or bool(_INITIAL)
        self._terms.append((lead_id, _terms(new) if is_other else row.terms))
        for match in self._keyed:
            if (found := token(match, row)) is not None:
                self._with(match, found).append(lead_id)

    def _owner(self, values: Sequence[Any]) -> int | None:
        """Who gets a new lead that names nobody."""
        if self._assigning is None or values[_OWNER] is not None:
            return None
        return self._assigning.owner(dict(zip(OWN, values, strict=True)))

    def _update(self, row: Ready, lead_id: int, place: int) -> Outcome | None:
        present = self._leads.get(lead_id)
        if present is None:  # a row before this one makes it
            return None
        outcome = self.add_update(row, present, place)
        self._moving.update(self._tokens(row))
        for one in self._shown:
            self._moving.update((one.nested.name, key) for key in one.keys_of(present[one.nested.link]))
        return outcome

    def add_update(self, row: Ready, present: Row, place: int) -> Outcome:
        """A row changes a lead."""
        new = draft(row, self._policy.on_match, present)
        self._updates[place] = Update(self._by, new, present["id"], None, present)
        return self.updated(new, present)

    def updated(self, new: Draft, present: Row) -> Outcome:
        """What becomes of a row that changes a lead."""
        is_unchanged = self._policy.on_match == FILL_EMPTY and adds_nothing(new, present)
        return Outcome(UPDATED, {}, is_unchanged, new.nested)

    def write(self, outcomes: list[Outcome], begun: int | None) -> int | None:
        """Write what was decided, and put right the outcomes of updates that are refused; the operation."""
        operation = self._write_new(begun) if self._new else begun
        if self._updates:
            asks = list(self._updates.values())
            written, operation = records.write_together(self._unit, LEAD, asks, self._by, operation)
            for place, one in zip(self._updates, written, strict=True):
                if isinstance(one, Error):
                    outcomes[place] = Outcome(REFUSED, faults_of(one))
        return operation

    def _write_new(self, begun: int | None) -> int:
        new: dict[Resource, Sequence[Result]] = {
            one.nested.resource: one.new for one in self._shown if one.new
        }
        new[LEAD] = self._new
        if self._consents.new:
            new[CONSENT] = self._consents.new
        counters, terms = self._known.counters, {LEAD: self._terms}
        operation = changes.write_new(self._unit, self._by, new, terms, counters, begun)
        if self._assigning:
            assigning.note(self._unit, self._assigning)
        return operation

    @cached_property
    def refused(self) -> dict[int, Faults]:
        """Which updates would be refused, and why, by the place of the row: nothing is written."""
        asks = list(self._updates.values())
        if not asks:
            return {}
        decided = plan.decide(plan.look_up(self._unit, LEAD, asks), LEAD, asks)
        both = zip(self._updates, decided.outcomes, strict=True)
        return {place: faults_of(one) for place, one in both if isinstance(one, Error)}


NESTED = {one.name: place for place, one in enumerate(LEAD.nested)}
_NAMING = (*LEAD.references, *LEAD.users)
NAMED = {one.name: OWN.index(one.name) for one in _NAMING if one.name != CITY_ID}
"""The places of ids that have to exist. Those of cities are looked up where the file is read."""


def _look_up_named(unit: Unit, known: Known, ready: Sequence[Ready]) -> None:
    """Which of the records and users that rows name by ids there are."""
    named = {tuple(row.values[place] for place in NAMED.values()) for row in ready}
    values = [dict(zip(NAMED, one, strict=True)) for one in named]
    together.read(unit, [*plan.references(unit, known, LEAD, values)])


def token(match: Match, row: Ready) -> Token | None:
    """What a row has of an id, or under a key of its custom data."""
    if not match.key:
        return None if row.values[_ID] is None else ("id", row.values[_ID])
    text = row.values[OWN.index(match.name)]
    document = read(text) if text else None
    found = scalar(document.get(match.key)) if isinstance(document, dict) else None
    return None if found is None else (match.property, found)


def _with_initial(values: Sequence[Any]) -> list[Any]:
    """The values of a new lead, with the initial ones where its row has none."""
    row = dict(zip(OWN, values, strict=True))
    row |= {name: initial for name, initial in _INITIAL.items() if row[name] is None}
    return [*(row | LEAD.derive(row)).values()]


def _terms(new: Result) -> Sequence[str]:
    """What a lead is found by: of one that is not as its row has it, such as one that shows a record which was there."""
    assert LEAD.terms
    return LEAD.terms.make(dict(zip(LEAD.columns, new, strict=True))).texts()


def _assembling(initial: Row) -> Callable[[int, str, Sequence[Any], Sequence[Result]], Result]:
    """What makes a whole lead of its id, its date, its own values, and what it has of the records that it shows."""
    copies = [column for one in LEAD.nested for column in one.columns]
    flat = ["id", LEAD.dated, *OWN, *copies, *initial]
    take, rest = itemgetter(*map(flat.index, LEAD.columns)), tuple(initial.values())

    def whole(lead_id: int, date: str, own: Sequence[Any], shown: Sequence[Result]) -> Result:
        row: Result = take((lead_id, date, *own, *shown[0], *shown[1], *rest))
        return row

    return whole


def draft(row: Ready, then: str, present: Row) -> Draft:
    """What a row changes of a lead: its cells that are empty change nothing, and custom data is added to."""
    both = zip(OWN, row.values, strict=True)
    values = {name: value for name, value in both if value is not None and name in LEAD.writable_names}
    nested = {
        one.name: Put({name: record[names.index(name)] for name in one.resource.writable_names})
        for one, names, record in zip(LEAD.nested, SHOWN, row.nested, strict=True)
        if record is not None
    }
    fills = then == FILL_EMPTY
    sent = consents.sent(row.values[_CONSENTS], present, fills=fills)
    touched = upsert.touching(LEAD, Draft(values, nested, {}, sent=sent), present, fills=fills)
    values = touched.values
    if fills:
        return upsert.filling(LEAD, touched, present)
    patches = {name: read(values[name]) for name in _DOCUMENTS if name in values}
    patches = {name: patch for name, patch in patches.items() if isinstance(patch, dict)}
    plain = {name: value for name, value in values.items() if name not in patches}
    return Draft(plain, nested, {}, patches or None, sent)


def adds_nothing(new: Draft, present: Row) -> bool:
    """Whether the lead has everything already that a row is to fill in."""
    has_more = new.nested or new.faults or new.patches or any((new.sent or {}).values())
    return not has_more and all(present[name] == value for name, value in new.values.items())


def faults_of(error: Error) -> Faults:
    """What a refused row is told."""
    if isinstance(error, Invalid):
        return error.faults
    return fault("_refused", status=error.status, reason=error.message)
