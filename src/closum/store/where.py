"""Filters and searches as conditions on the records of a resource, and as clauses for its terms."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from closum.model.filters import Condition, is_one_id
from closum.model.property import BEGUN, CHANGED, CUSTOM, FEW, IMPORTED, KEY, MEMBER, TIME, WORDS
from closum.model.relations import Reference
from closum.model.resource import Resource
from closum.model.terms import exact, mark, marked, number, words
from closum.model.text import sort_key
from closum.model.words import Clause, Term, Word
from closum.store import begun, changed, meant, members, pages, tally, times, usual
from closum.store.scope import scope_of
from closum.store.search import ANY, NONE, Ids, Wanted
from closum.store.sql import Sql, joined, prepared, sql, value
from closum.store.unit import Unit

# Joined so that no planner turns it round.
_HITS = {
    "sqlite": "SELECT hit AS key, {column} AS place FROM (SELECT id AS hit FROM ({ids})) AS found"
    " CROSS JOIN {table} WHERE {where}",
    "postgres": "SELECT hit AS key, place FROM (SELECT id AS hit FROM ({ids}) AS ids) AS found"
    " CROSS JOIN LATERAL (SELECT {column} AS place FROM {record} WHERE {where} OFFSET 0) AS record",
}
# By its id alone: PostgreSQL would read the range of a condition on an index for each record, or make a join of all in
# another order.
_RECORD = {"sqlite": "{table}", "postgres": "(SELECT * FROM {table} WHERE {by_id} OFFSET 0) AS found_record"}


Bounds = tuple[Any, Any]
"""Of a range: its first value, and the first one behind it. None: it has no end there."""


_APART = {"sqlite": "", "postgres": " OFFSET 0"}  # or a planner makes a join of it, which has no order


class Part(NamedTuple):
    """A condition on the columns of records; `column` is the one that it is on, "" where it is on several or another's.

    `bounds` are those of a range of ids, or of what goes with the ids as long as nobody sets it. `ids` is a query of the ids
    that it comes to, where records are found by them. Where it is `in_order`, one index has the records that fit, by their ids.
    `arms` are ranges of the column that it comes to, of which no record is in two.
    """

    column: str
    sql: Sql
    bounds: Bounds | None = None
    ids: Sql | None = None
    in_order: bool = False
    arms: Sequence[Sql] = ()


class Selection(NamedTuple):
    """What records have to fit: conditions on their columns, and clauses on their terms.

    `within` is what `ranges` come to, which are conditions on columns that go with the ids.
    """

    parts: list[Part]
    clauses: list[Clause]
    within: Ids = ANY
    ranges: Sequence[Part] = ()

    @property
    def wanted(self) -> Wanted:
        return Wanted(self.clauses, within=self.within)

    @property
    def conditions(self) -> list[Sql]:
        return [part.sql for part in self.parts]

    @property
    def source(self) -> Part | None:
        """The condition by which records are found, where the terms do not find them."""
        return None if self.clauses else next((part for part in self.parts if part.ids), None)

    @property
    def ranged(self) -> Part | None:
        """The condition that comes to ranges of an index."""
        return next((part for part in self.parts if part.arms), None)

    def each_range(self) -> list[list[Sql]]:
        """The conditions, once for each of these ranges."""
        rest = [part.sql for part in self.parts if part is not self.ranged]
        return [[one, *rest] for one in self.ranged.arms] if self.ranged else [rest]


def select(unit: Unit, resource: Resource, asked: Sequence[Condition], search: Sequence[Word]) -> Selection:
    """All that a list asks for."""
    found = Selection([], meant.clauses(unit, search))
    for one in sorted(asked, key=lambda one: one.property.column != ""):
        _add(unit, resource, one, found)
    return _by_ids(unit, resource, found) if found.clauses else found


def _by_ids(unit: Unit, resource: Resource, found: Selection) -> Selection:
    """The search itself can keep to a range of ids: so no record has to be looked at for it."""
    parts, within = ranges(unit, resource, found.parts)
    if not parts:
        return found
    rest = [part for part in found.parts if part not in parts]
    return Selection(rest, found.clauses, within, parts)


def ranges(unit: Unit, resource: Resource, parts: Sequence[Part]) -> tuple[list[Part], Ids]:
    """Those of the conditions that go with the ids, and the ids that they come to."""
    found = [part for part in parts if part.bounds]
    if any(part.column != "id" for part in found) and not tally.has_dates_by_ids(unit, resource):
        found = [part for part in found if part.column == "id"]
    within = [_ids(unit, resource, part) for part in found]
    least = max((one.least for one in within), default=ANY.least)
    most = min((one.most for one in within), default=ANY.most)
    return found, Ids(least, most) if least <= most else NONE


def _ids(unit: Unit, resource: Resource, part: Part) -> Ids:
    assert part.bounds
    ends: Bounds = part.bounds
    if part.column != "id":
        first, behind = (
            None if end is None else _first_from(unit, resource, part.column, end) for end in ends
        )
        if first is None and ends[0] is not None:
            return NONE
        ends = (first, behind)
    return Ids(max(ANY.least, ends[0] or 0), ANY.most if ends[1] is None else ends[1] - 1)


def _first_from(unit: Unit, resource: Resource, column: str, least: str) -> int | None:
    """The id of the first record with at least that value."""
    statement = sql(
        "SELECT id FROM {table} WHERE {where} ORDER BY {order} LIMIT 1",
        table=resource.name,
        where=scope_of(resource).where(sql("{column} >= {least}", column=column, least=value(least))),
        order=pages.order_by(column, "id", descending=False),
    )
    row = unit.one(*prepared(statement, "account_id")(unit.account_id))
    return row[0] if row else None


def joined_hits(unit: Unit, resource: Resource, ids: Sql, column: str, conditions: Sequence[Sql]) -> Sql:
    """Of these ids (`id`) those whose records fit the conditions (`key`), with a column of theirs (`place`)."""
    record = _record(unit, resource, "found.hit")
    within = scope_of(resource).where("id = found.hit", *conditions)
    table = resource.name
    return sql(_HITS[unit.engine], column=column, ids=ids, table=table, record=record, where=within)


def fits(unit: Unit, resource: Resource, key: str, conditions: Sequence[Sql]) -> Sql:
    """Whether the record whose id is in the column `key` fits the conditions."""
    return sql(
        f"EXISTS (SELECT 1 FROM {{record}} WHERE {{where}}{_APART[unit.engine]})",
        record=_record(unit, resource, key),
        where=scope_of(resource).where(f"id = {key}", *conditions),
    )


def _record(unit: Unit, resource: Resource, key: str) -> Sql:
    by_id = scope_of(resource).where(f"id = {key}")
    return sql(_RECORD[unit.engine], table=resource.name, by_id=by_id)


def first_hits(unit: Unit, resource: Resource, found: Selection, wanted: Wanted, most: int) -> Sql:
    """The first records (`key`), by their ids, that are wanted and fit the conditions of a selection."""
    wanted = wanted._replace(within=found.within)
    if not found.parts:
        return sql(
            "SELECT id AS key FROM ({ids}) AS ids", ids=unit.search.first(unit, resource, wanted, most)
        )
    ids = unit.search.ids(unit, resource, wanted)
    than, direction = ("<", "DESC") if wanted.descending else (">", "ASC")
    behind = Sql("TRUE") if wanted.after is None else sql(f"key {than} {{id}}", id=value(wanted.after))
    return sql(
        f"SELECT key FROM (SELECT key FROM ({{hits}}) AS hits WHERE {{behind}} ORDER BY key {direction} LIMIT {{most}}) AS first",
        hits=joined_hits(unit, resource, ids, "id", found.conditions),
        behind=behind,
        most=value(most),
    )


def shows_nothing(resource: Resource, column: str) -> Clause | None:
    """What fits the records that have nothing in the column, because they show no other record there, where terms tell."""
    for nested in resource.nested if resource.terms else ():
        sort = f"{nested.name}.{nested.key}"
        if column in (resource.listing.sorts.get(sort), resource.listing.shown.get(sort)):
            return Clause(lacks=(Term("marks", mark(nested.name, "")),))
    return None


def _add(unit: Unit, resource: Resource, one: Condition, found: Selection) -> None:
    kind, operator = one.property.kind, one.operator
    if operator == WORDS:
        found.clauses.extend(_of_words(one))
    elif kind in (BEGUN, CHANGED, IMPORTED, MEMBER):
        found.parts.extend(_of_others(unit, resource, one))
    elif kind == CUSTOM:
        _add_custom(unit, one, found)
    elif kind == FEW:
        found.clauses.extend(usual.clauses(unit, one))
    elif not one.property.column and kind != KEY:
        found.clauses.extend(_of_marks(one))
    elif found.clauses and _is_marked(resource, one):
        found.clauses.append(_any_of(one.operator, _marks(one)))
    elif resource.terms and one.property.name in resource.terms.filled and None in one.values:
        found.clauses.append(_of_filled(one))
    elif kind == TIME and (by_id := _by_id(unit, resource, one)):
        found.parts.append(by_id)
    elif one.property.nested and not (kind == KEY and _is_compared(one)):
        found.parts.append(Part("", _of_shown(unit, one)))
    else:
        condition, bounds = _of_row(unit, resource, one), _bounds(unit, resource, one)
        found.parts.append(Part(one.property.column, condition, bounds, in_order=is_one_id(one)))


def _of_others(unit: Unit, resource: Resource, one: Condition) -> Iterator[Part]:
    if one.property.kind == MEMBER:
        yield Part("", *members.among(unit.account_id, one))
        return
    if one.property.kind == BEGUN:
        arms = begun.ranges(unit, one)
        yield Part(begun.PLACE, sql("({any})", any=joined(" OR ", arms)), arms=arms)
        return
    ids, condition = changed.found(unit, resource, one)
    if ids:
        yield Part("", sql("id IN ({ids})", ids=ids), ids=ids)
    if condition:
        yield Part("", condition)


def _by_id(unit: Unit, resource: Resource, one: Condition) -> Part | None:
    """A range of ids, of the record or of the one that it shows, where times go with them."""
    nested = one.property.nested
    owner, key = (nested.resource, nested.link) if nested else (resource, "id")
    if not times.goes_by_id(owner, one.property.column):
        return None
    return Part(key, times.by_id(unit, owner, one, key))


def _is_compared(one: Condition) -> bool:
    """Whether a key is compared by the text that the row has of it, not by the record that it is the key of."""
    return one.operator not in ("=", "!=") or one.values == (None,)


def _of_row(unit: Unit, resource: Resource, one: Condition) -> Sql:
    kind, column = one.property.kind, one.property.column
    if kind == TIME:
        return times.fits(unit, one)
    if kind == KEY and not _is_compared(one):
        assert resource.unique is not None
        same = _compared(resource.unique.column, one.operator, _keys(resource, one))
        is_null = None in one.values and not one.property.nested
        return sql(f"({{same}} OR {column} IS NULL)", same=same) if is_null else same
    if kind == KEY and None not in one.values:
        return _compared(column, one.operator, tuple(map(sort_key, one.values)))
    return _compared(column, one.operator, _spelled(one))


def _spelled(one: Condition) -> tuple[Any, ...]:
    spellings = one.property.spellings
    if spellings is None:
        return one.values
    return tuple(each for text in one.values for each in ((None,) if text is None else spellings(text)))


def _keys(resource: Resource, one: Condition) -> tuple[Any, ...]:
    assert resource.unique is not None
    return tuple(key for text in one.values if text is not None for key in resource.unique.keys(text))


def _of_words(one: Condition) -> Iterator[Clause]:
    """Each word of the value is the beginning of one of the property's."""
    start = marked(one.property.name) if one.property.kind == CUSTOM else ""
    for word in words(one.values[0]):
        yield Clause((Term(one.property.words, start + word, True),))


def _add_custom(unit: Unit, one: Condition, found: Selection) -> None:
    name, operator = one.property.name, one.operator
    is_there = Term("marks", mark(name, ""))
    if operator not in ("=", "!="):
        found.clauses.append(Clause((is_there,)))
        found.parts.append(Part("", unit.search.compared(*_document(one))))
    elif None not in one.values:
        found.clauses.append(_any_of(operator, _custom_marks(one)))
    elif operator == "!=":
        found.clauses.append(Clause((is_there,)))
    else:
        found.clauses.append(Clause(_custom_marks(one), lacks=(is_there,)))


def _custom_marks(one: Condition) -> tuple[Term, ...]:
    """A text that is a number means both the text and the number."""
    given = [text for text in one.values if text is not None]
    numbers = [found for text in given if (found := number(text)) is not None]
    return tuple(Term("marks", mark(one.property.name, exact(each))) for each in (*given, *numbers))


def _document(one: Condition) -> tuple[str, str, str, str | int | float]:
    """Column, key, operator and value: a number is compared with numbers, any other text with texts by their sort keys."""
    column, _, key = one.property.name.partition(".")
    (text,) = one.values
    found = number(text)
    return column, key, one.operator, found if found is not None else sort_key(text) or ""


def _is_marked(resource: Resource, one: Condition) -> bool:
    """Whether the terms have the value, too: they are looked at all the same."""
    if one.operator not in ("=", "!=") or None in one.values or one.property.nested:
        return False
    name = one.property.name
    if resource.terms and name in resource.terms.filled:
        return True
    return any(isinstance(field, Reference) and field.name == name for field in resource.fields)


def _of_filled(one: Condition) -> Clause:
    """Null, among other values or alone, of what has a mark where it is not null."""
    is_there = Term("marks", mark(one.property.name, ""))
    return Clause((is_there,)) if one.operator == "!=" else Clause(_marks(one), lacks=(is_there,))


def _of_marks(one: Condition) -> Iterator[Clause]:
    """What a record shows of another one, which is null where it shows none, and where that one has none."""
    assert one.property.nested is not None
    is_shown = Term("marks", mark(one.property.nested.name, ""))
    is_null = Term("marks", mark(one.property.name, ""))
    if None not in one.values:
        yield _any_of(one.operator, _marks(one))
    elif one.operator == "=":
        yield Clause((*_marks(one), is_null), lacks=(is_shown,))
    else:
        yield from (Clause((is_shown,)), Clause(lacks=(is_null,)))


def _marks(one: Condition) -> tuple[Term, ...]:
    return tuple(Term("marks", mark(one.property.name, each)) for each in _spelled(one) if each is not None)


def _any_of(operator: str, terms: tuple[Term, ...]) -> Clause:
    return Clause(lacks=terms) if operator == "!=" else Clause(terms)


def _of_shown(unit: Unit, one: Condition) -> Sql:
    """By the record that is shown."""
    nested = one.property.nested
    assert nested is not None
    if one.operator == "!=" and None not in one.values:
        same = _of_shown(unit, one._replace(operator="="))
        return sql("({link} IS NULL OR NOT {same})", link=nested.link, same=same)
    there = _of_row(unit, nested.resource, one)
    ids = sql(
        "SELECT id FROM {table} WHERE {where}",
        table=nested.resource.name,
        where=_bound(scope_of(nested.resource).where(there), unit.account_id),
    )
    within = sql("{link} IN ({ids})", link=nested.link, ids=ids)
    if None in one.values and one.operator == "=":
        return sql("({link} IS NULL OR {within})", link=nested.link, within=within)
    return within


def _bounds(unit: Unit, resource: Resource, one: Condition) -> Bounds | None:
    """Those of a range of ids, or of dates that may go with them."""
    column = one.property.column
    if (
        one.operator == "!="
        or len(one.values) > 1
        or None in one.values
        or column not in ("id", resource.dated)
    ):
        return None
    start, end = (one.values[0], one.values[0] + 1) if column == "id" else times.stretches(unit, one)[0]
    return {"=": (start, end), "<": (None, start), "<=": (None, end), ">": (end, None), ">=": (start, None)}[
        one.operator
    ]


def _compared(column: str, operator: str, values: tuple[Any, ...]) -> Sql:
    if operator == "=":
        given = [value(one) for one in values if one is not None]
        arms = [sql(f"{column} IN ({{all}})", all=joined(", ", given))] if len(given) > 1 else []
        arms += [sql(f"{column} = {{one}}", one=given[0])] if len(given) == 1 else []
        arms += [Sql(f"{column} IS NULL")] if None in values else []
        return sql("({any})", any=joined(" OR ", arms)) if arms else Sql("1 = 0")
    if operator == "!=":
        if values == (None,):
            return Sql(f"{column} IS NOT NULL")
        if not values:
            return Sql("1 = 1")
        return sql(f"({column} IS NULL OR {column} NOT IN ({{all}}))", all=joined(", ", map(value, values)))
    return sql(f"{column} {operator} {{one}}", one=value(values[0]))


def _bound(found: Sql, account_id: int) -> Sql:
    """With the account in place of its parameter."""
    values = (account_id if getattr(one, "name", "") == "account_id" else one for one in found.values)
    return Sql(found.text, tuple(values))
