"""Erasing a person: a plan of what goes and what stays, and the steps that erase exactly what the plan has."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple, TypeVar

from closum import resources
from closum.model.change import ERASE, Operation
from closum.model.relations import Row
from closum.model.resource import Resource
from closum.operations import former, person_merges, records, subjects
from closum.operations.deletion import look_up_children
from closum.operations.edit import Edit, Key, Known, below, shown_by
from closum.operations.former import Names
from closum.operations.person_merges import Sources
from closum.operations.plan import known_of
from closum.resources.city import CITY
from closum.resources.phone import PHONE
from closum.store import changes, history, rows
from closum.store.unit import Unit

AT_ONCE = 50
SHOWN = 20  # of each kind, before the question
ALL = 2**31

T = TypeVar("T")


class Erased(NamedTuple):
    """How many records that show others (leads), records that those show, records whose former states went, and records that
    belong to what went (notes)."""

    showing: int
    records: int
    former: int = 0
    belonging: int = 0


class Kept(NamedTuple):
    """A record that stays, the first of the others that show it, and how many those are."""

    resource: Resource
    row: Row
    shown_by: list[tuple[Resource, Row]]
    shown_count: int


@dataclass
class Plan:
    """What an e-mail address or a number leads to in an account, as it was at one moment.

    `showing` and `records` are all that go, each with its version then; `found` are the records with the address or
    number itself, `others` further ones that go where nothing that remains shows them. `keys` has the keys of `records`.
    `children` are the records that belong to those, and go with them.
    `position` is that of the last change in the history then.
    `first_…` and `kept` have the rows of the first `most`, with `cities` the names of their cities; `at_extensions` are
    people behind the same main number, who stay. `merged` are those that a record of the person went into: of `showing`,
    where they are there. `sources` is what merges into them tell. `former` are records that stay and named the person once, with the last
    operation after which they did not; `first_former` has what they were, as text.
    """

    account_id: int
    found: list[Key]
    most: int = SHOWN
    others: Sequence[Key] = ()
    merged: Sequence[Key] = ()
    showing: dict[Key, int] = field(default_factory=dict)
    records: dict[Key, int] = field(default_factory=dict)
    children: dict[Key, int] = field(default_factory=dict)
    first_showing: list[tuple[Resource, Row]] = field(default_factory=list)
    first_records: list[tuple[Resource, Row]] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)
    kept_count: int = 0
    at_extensions: list[Kept] = field(default_factory=list)
    keys: dict[Key, str] = field(default_factory=dict)
    former: dict[Key, int] = field(default_factory=dict)
    first_former: dict[Key, list[str]] = field(default_factory=dict)
    cities: dict[int, str] = field(default_factory=dict)
    position: int = 0
    sources: Sources = field(default_factory=Sources)

    @property
    def size(self) -> Erased:
        return Erased(len(self.showing), len(self.records), len(self.former), len(self.children))

    def add_former(self, unit: Unit, names: Names) -> None:
        """Look for the person in the history."""
        gone = {*self.records, *self.showing}
        self.position = history.last(unit)
        found = former.naming(unit, names, {*gone, *self.sources.leads}, self.sources.changed)
        gone |= self.children.keys()
        found |= dict.fromkeys((*self.merged, *self.sources.leads), self.position)
        self.former = {key: operation for key, operation in found.items() if key not in gone}
        some = former.in_order(self.former)[: self.most]
        self.first_former = {
            key: former.values(unit, key, operation, self.records) for key, operation in some
        }


def look(unit: Unit, text: str, most: int = SHOWN) -> Plan:
    """What would go with an e-mail address or a number (with its prefix, +351…, or of the country of the account). Raises Refusal for what is neither.

    The leads that show it go, with their other records where no remaining lead shows them; then itself.
    """
    subject = subjects.named(unit, text)
    found = [(subject.resource, one) for one in subjects.find(unit, subject)]
    plan = whole(
        unit,
        found,
        lambda resource, row, _: resource is subject.resource and subjects.is_named(subject, row),
        most=most,
    )
    for row in subjects.at_extensions(unit, subject, most):
        plan.at_extensions.append(_kept(unit, PHONE, row, _showing(unit, (PHONE, row["id"]))))
    return plan


def whole(unit: Unit, found: list[Key], names: Names, others: Sequence[Key] = (), most: int = SHOWN) -> Plan:
    """What would go with these records, and with what named the person once: see `Plan`.

    A merge says that two leads are one person: where one of the person went into another one, that goes, too, and so do
    the records that any of them showed until then.
    """
    plan = Plan(unit.account_id, found, most, others)
    _fill(unit, plan, names)
    if merged := person_merges.targets(unit, plan.found, plan.former):
        plan = Plan(unit.account_id, found, most, others, merged)
        _fill(unit, plan, names)
    sources = person_merges.sources(unit, (*plan.showing, *plan.merged), plan.found, plan.former)
    if sources.leads:
        plan = Plan(unit.account_id, found, most, others, plan.merged, sources=sources)
        _fill(unit, plan, names)
    return plan


def _fill(unit: Unit, plan: Plan, names: Names) -> None:
    links = _add_showing(unit, plan)
    keys = {**dict.fromkeys(plan.found), **links, **dict.fromkeys((*plan.others, *plan.sources.shown))}
    for resource in subjects.personal():
        ids = [record_id for one, record_id in keys if one is resource]
        for some in _parts(ids):
            for _, row in sorted(rows.rows_by(unit, resource, "id", some).items()):
                _add_record(unit, plan, resource, row)
    _add_children(unit, plan)
    plan.add_former(unit, names)


Found = dict[str, list[Any]]
"""All that an account has of a person: records as the API shows them, by what several are called (`leads`, `emails`, …), and
in `history` what records had before they were changed or deleted."""


def retrieve(unit: Unit, text: str) -> Found:
    """What an e-mail address or a number leads to, the records that others share with the person included, and those that
    belong to any of them."""
    plan = look(unit, text, most=ALL)
    shared = [(kept.resource, kept.row["id"]) for kept in plan.kept]
    present = [*plan.showing, *plan.records, *shared, *plan.children]
    found: Found = {
        resource.plural: [
            records.retrieve(unit, resource, record_id, _whole(resource))
            for record_id in sorted(one for other, one in present if other is resource)
        ]
        for resource in kinds()
    }
    own = [key for key in present if key not in shared]
    return found | {"history": former.of_person(unit, plan.former, own)}


def _whole(resource: Resource) -> tuple[str, ...]:
    """All that is known of a record: what is shown of it, and the rest of its properties."""
    shown = resource.listing.retrieved
    return (*shown, *(one.name for one in resource.fields if one.name not in shown))


def kinds() -> list[Resource]:
    """Whose records may be a person's."""
    own = [*showers(), *subjects.personal()]
    children = frozenset[Resource]().union(*map(below, own))
    return [*own, *(one for one in resources.RESOURCES if one in children and one not in own)]


def showers() -> list[Resource]:
    """Who shows records that lead to a person."""
    shown = {other for resource in subjects.personal() for other, _ in shown_by(resource)}
    return [one for one in resources.RESOURCES if one in shown]


class Erasure:
    """A plan that is carried out; `total` is what has gone so far.

    Only what is still as the plan has it goes: a lead that was changed since may be another person's, or show other
    records, and what was added to it has not been seen. So does a record only if nothing shows it any more.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._since = former.Links(plan.position)
        self.total = Erased(0, 0)

    def steps(self) -> Iterator[Callable[[Unit], None]]:
        """To be run one after the other. Interrupted between two, the rest is found by a new plan: by the records of the
        person, which go last.
        """
        shown = [key for key in self._plan.sources.shown if key not in self._plan.found]
        for keys in _parts(shown):  # without the leads nothing leads to them
            yield partial(self._erase_records, keys)
        for key in self._plan.merged:  # with the former states goes what leads to them
            if key in self._plan.showing:
                yield partial(self._erase_showing, key[0], [key[1]])
        for marks in _parts(former.in_order(self._plan.former)):
            yield partial(self._erase_former, marks)
        for resource in showers():
            for some in _parts([one for other, one in self._plan.showing if other is resource]):
                yield partial(self._erase_showing, resource, some)
        for keys in _parts([*self._plan.found, *self._plan.others]):
            yield partial(self._erase_records, keys)

    def _erase_showing(self, resource: Resource, ids: list[int], unit: Unit) -> None:
        if going := self._erase(unit, resource, {one: self._plan.showing[resource, one] for one in ids}):
            self._add(showing=len(going))
            self._erase_records(_links(resource, going), unit)

    def _erase_records(self, keys: Iterable[Key], unit: Unit) -> None:
        unshown = [key for key in keys if key in self._plan.records and not self._is_shown(unit, key)]
        for resource in subjects.personal():
            versions = {key[1]: self._plan.records[key] for key in unshown if key[0] is resource}
            self._add(records=len(self._erase(unit, resource, versions)))

    def _forget_since(self, unit: Unit, keys: Sequence[Key]) -> None:
        """Keep nothing of what showed or belonged to records since the plan was made: without them nothing leads to it."""
        self._since.read(unit)
        former.forget(unit, former.linking(unit, self._since, keys, {}).items())

    def _erase(self, unit: Unit, resource: Resource, versions: Mapping[int, int]) -> list[Row]:
        """Erase records that still have these versions, with what belongs to them; the former alone."""
        known = known_of(unit)
        known.add(resource, rows.rows_by(unit, resource, "id", versions).values())
        look_up_children(unit, known, resource, list(versions))
        edit, going = Edit(known), list[Row]()
        for record_id, version in versions.items():
            row = known.row(resource, record_id)
            if row and row["version"] == version and self._was_seen(known, resource, record_id):
                going.append(row)
                edit.delete(resource, record_id, ERASE)
        if going:
            done = edit.changes()
            changes.write(unit, [Operation(unit.by, done)], known.counters)
            self._forget_since(unit, [(one.resource, one.row["id"]) for one in done])
            self._add(belonging=len(done) - len(going))
        return going

    def _was_seen(self, known: Known, resource: Resource, record_id: int) -> bool:
        """Whether all that belongs to a record is as the plan has it."""
        seen = self._plan.children
        return all(
            seen.get(key) == known.rows[key[0]][key[1]]["version"]
            for key in known.belonging(resource, record_id)
        )

    def _erase_former(self, marks: list[tuple[Key, int]], unit: Unit) -> None:
        former.forget(unit, marks)
        self._add(former=len(marks))

    def _add(self, **more: int) -> None:
        self.total = self.total._replace(
            **{name: getattr(self.total, name) + number for name, number in more.items()}
        )

    def _is_shown(self, unit: Unit, key: Key) -> bool:
        resource, record_id = key
        return any(
            rows.ids_by(unit, other, nested.link, record_id, 1) for other, nested in shown_by(resource)
        )


def _add_showing(unit: Unit, plan: Plan) -> Counter[Key]:
    """The records that show what was found; what they show, and how many of them show each."""
    found = {one for key in plan.found for one in _showing(unit, key)}.union(plan.merged)
    links: Counter[Key] = Counter()
    for resource in showers():
        for some in _parts(sorted(one for other, one in found if other is resource)):
            present = sorted(rows.rows_by(unit, resource, "id", some).items())
            plan.showing |= {(resource, record_id): row["version"] for record_id, row in present}
            first = present[: plan.most - len(plan.first_showing)]
            plan.first_showing += [(resource, row) for _, row in first]
            links.update(_links(resource, (row for _, row in present)))
    cities = {row.get("city_id") for _, row in plan.first_showing} - {None}
    named = rows.rows_by(unit, CITY, "id", cities)
    plan.cities = {city_id: row["city_name"] for city_id, row in named.items()}
    return links


def _add_record(unit: Unit, plan: Plan, resource: Resource, row: Row) -> None:
    others = [one for one in _showing(unit, (resource, row["id"])) if one not in plan.showing]
    if not others:
        plan.records[resource, row["id"]] = row["version"]
        key = row[resource.key] or subjects.key_of(resource, row)
        if key is not None:
            plan.keys[resource, row["id"]] = key
        if len(plan.first_records) < plan.most:
            plan.first_records.append((resource, row))
        return
    plan.kept_count += 1
    if len(plan.kept) < plan.most:
        plan.kept.append(_kept(unit, resource, row, others))


def _add_children(unit: Unit, plan: Plan) -> None:
    """What belongs to the leads and records that go."""
    gone = [*plan.showing, *plan.records]
    for resource in dict.fromkeys(one for one, _ in gone):
        ids = [one for other, one in gone if other is resource]
        for some in _parts(ids):
            known = Known("", {})
            look_up_children(unit, known, resource, some)
            for child in (one for one in kinds() if one in known.rows):
                for child_id, row in sorted(known.rows[child].items()):
                    plan.children[child, child_id] = row["version"]
                    if len(plan.first_records) < plan.most:
                        plan.first_records.append((child, row))


def _kept(unit: Unit, resource: Resource, row: Row, showing: list[Key]) -> Kept:
    first = [(one, rows.rows_by(unit, one, "id", [record_id])[record_id]) for one, record_id in showing[:3]]
    return Kept(resource, row, first, len(showing))


def _showing(unit: Unit, key: Key) -> list[Key]:
    """The records that show one."""
    resource, record_id = key
    return [
        (other, one)
        for other, nested in shown_by(resource)
        for one in rows.ids_by(unit, other, nested.link, record_id, ALL)
    ]


def _links(resource: Resource, showing: Iterable[Row]) -> list[Key]:
    """The records that those of a resource show, one for each time."""
    return [
        (nested.resource, row[nested.link])
        for row in showing
        for nested in resource.nested
        if row[nested.link] is not None
    ]


def _parts(many: list[T]) -> Iterator[list[T]]:
    return (many[start : start + AT_ONCE] for start in range(0, len(many), AT_ONCE))
