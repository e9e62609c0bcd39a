"""Filters and searches as conditions on the records of a resource, and as clauses for its terms."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from closum.model.filters import Condition
from closum.model.property import CHANGED, CUSTOM, KEY, TIME, WORDS
from closum.model.resource import Reference, Resource
from closum.model.terms import mark, marked, words
from closum.model.text import sort_key
from closum.model.words import Clause, Term, Word
from closum.store import changed, identity
from closum.store.scope import scope_of
from closum.store.sql import Sql, joined, sql, value
from closum.store.unit import Unit

_NUMBER = re.compile(r"-?[0-9]{1,18}(\.[0-9]+)?")


class Selection(NamedTuple):
    """What records have to fit: conditions on their columns, and clauses on their terms."""

    conditions: list[Sql]
    clauses: list[Clause]


def select(unit: Unit, resource: Resource, asked: Sequence[Condition], search: Sequence[Word]) -> Selection:
    """All that a list asks for."""
    found = Selection([], [_clause(unit, word) for word in search])
    for one in sorted(asked, key=lambda one: one.property.column != ""):
        _add(unit, resource, one, found)
    return found


def _add(unit: Unit, resource: Resource, one: Condition, found: Selection) -> None:
    kind, operator = one.property.kind, one.operator
    if operator == WORDS:
        found.clauses.extend(_of_words(one))
    elif kind == CHANGED:
        found.conditions.append(changed.since(unit, resource, one.values[0]))
    elif kind == CUSTOM:
        _add_custom(unit, one, found)
    elif not one.property.column:
        _add_mark(one, found)
    elif found.clauses and _is_marked(resource, one):
        found.clauses.append(_any_of(one.property.name, one, one.values))
    elif kind == TIME:
        found.conditions.append(_of_time(unit, one))
    elif kind == KEY and operator in ("=", "!=") and one.values != (None,):
        found.conditions.append(_of_key(unit, resource, one))
    else:
        found.conditions.append(_compared(one.property.column, operator, one.values))


def _clause(unit: Unit, word: Word) -> Clause:
    cities = unit.all("SELECT id, city_name FROM city") if not word.is_number else []
    named = [
        Term("marks", mark("city_id", city))
        for city, name in cities
        if any(one.startswith(word.text) for one in words(name))
    ]
    return Clause((*word.terms, *named))


def _of_words(one: Condition) -> Iterator[Clause]:
    """Each word of the value is the beginning of one of the property's."""
    start = marked(one.property.name) if one.property.kind == CUSTOM else ""
    for word in words(one.values[0]):
        yield Clause((Term(one.property.words, start + word, True),))


def _add_custom(unit: Unit, one: Condition, found: Selection) -> None:
    name, operator = one.property.name, one.operator
    is_there = Clause((Term("marks", mark(name, "")),))
    if operator in ("=", "!="):
        texts = [mark(name, f"={sort_key(text)}") for text in one.values if text is not None]
        _add_marks(one, found, texts, is_there)
    else:
        found.clauses.append(is_there)
        found.conditions.append(_of_document(unit, one))


def _of_document(unit: Unit, one: Condition) -> Sql:
    """A number is compared with numbers, any other text with texts."""
    column, _, key = one.property.name.partition(".")
    (text,) = one.values
    is_number = _NUMBER.fullmatch(text) is not None
    if unit.engine == "sqlite":
        escaped = key.replace("\\", "\\\\").replace('"', '\\"')
        kinds = "'integer', 'real'" if is_number else "'text'"
        return sql(
            f"(json_type({column}, {{path}}) IN ({kinds}) AND json_extract({column}, {{path}}) {one.operator} {{text}})",
            path=value(f'$."{escaped}"'),
            text=value(float(text) if is_number else text),
        )
    kind, cast = ("number", "NUMERIC") if is_number else ("string", "TEXT")
    return sql(
        f"(CASE WHEN jsonb_typeof(CAST({column} AS JSONB) -> {{key}}) = '{kind}'"
        f" THEN CAST(CAST({column} AS JSONB) ->> {{key}} AS {cast}) {one.operator} CAST({{text}} AS {cast}) ELSE FALSE END)",
        key=value(key),
        text=value(text),
    )


def _is_marked(resource: Resource, one: Condition) -> bool:
    """Whether the terms have the value, too: they are looked at all the same."""
    if one.operator not in ("=", "!=") or None in one.values or one.property.nested:
        return False
    return any(isinstance(field, Reference) and field.name == one.property.name for field in resource.fields)


def _add_mark(one: Condition, found: Selection) -> None:
    """What a record shows of another one, which is null where it shows none."""
    assert one.property.nested is not None
    there = [mark(one.property.name, each) for each in one.values if each is not None]
    link = Sql(f"{one.property.nested.link} IS NULL")
    if None not in one.values:
        _add_marks(one, found, there, None)
    elif one.operator == "!=":
        found.conditions.append(Sql(f"{one.property.nested.link} IS NOT NULL"))
    elif not there:
        found.conditions.append(link)


def _add_marks(one: Condition, found: Selection, marks: Sequence[str], is_there: Clause | None) -> None:
    """That a property has one of the values that these marks are of, or none of them; null is among them."""
    is_not = one.operator == "!="
    if None in one.values and is_there and not marks:
        found.clauses.append(is_there._replace(negated=not is_not))
    elif marks:
        found.clauses.append(Clause(tuple(Term("marks", text) for text in marks), negated=is_not))


def _any_of(name: str, one: Condition, values: Sequence[Any]) -> Clause:
    return Clause(tuple(Term("marks", mark(name, each)) for each in values), negated=one.operator == "!=")


def _of_time(unit: Unit, one: Condition) -> Sql:
    column, operator = one.property.column, one.operator
    if one.values == (None,):
        return _compared(column, operator, one.values)
    times = [when for when in one.values if when is not None]
    zone = "UTC" if all(when.has_zone for when in times) else identity.zone(unit)
    stretches = [when.stretch(unit.now, zone) for when in times]
    if operator in ("=", "!="):
        arms = [_within(column, *stretch) for stretch in stretches]
        arms += [Sql(f"{column} IS NULL")] if None in one.values else []
        within = joined(" OR ", arms)
        return sql("NOT ({any})" if operator == "!=" else "({any})", any=within)
    start, end = stretches[0]
    compared, moment = {"<": ("<", start), "<=": ("<", end), ">": (">=", end), ">=": (">=", start)}[operator]
    return sql(f"{column} {compared} {{moment}}", moment=value(moment))


def _within(column: str, start: str, end: str) -> Sql:
    return sql(f"({column} >= {{start}} AND {column} < {{end}})", start=value(start), end=value(end))


def _of_key(unit: Unit, resource: Resource, one: Condition) -> Sql:
    """By the unique key of the record, or of the one that it shows."""
    nested = one.property.nested
    keyed = nested.resource if nested else resource
    assert keyed.unique is not None
    keys = tuple(key for text in one.values if text is not None for key in keyed.unique.keys(text))
    if nested is None:
        return _compared(keyed.unique.column, one.operator, keys)
    there = scope_of(keyed).where(_compared(keyed.unique.column, "=", keys))
    ids = sql(f"SELECT id FROM {keyed.name} WHERE {{there}}", there=_bound(there, unit.account_id))
    within = sql(f"{nested.link} IN ({{ids}})", ids=ids)
    missing = f"{nested.link} IS NULL"
    if one.operator == "!=":
        return sql(f"({missing} OR NOT ({{within}}))", within=within)
    return sql(f"({missing} OR {{within}})", within=within) if None in one.values else within


def _compared(column: str, operator: str, values: tuple[Any, ...]) -> Sql:
    if operator == "=":
        given = [value(one) for one in values if one is not None]
        arms = [sql(f"{column} IN ({{all}})", all=joined(", ", given))] if given else []
        arms += [Sql(f"{column} IS NULL")] if None in values else []
        return sql("({any})", any=joined(" OR ", arms)) if arms else Sql("1 = 0")
    if operator == "!=":
        if values == (None,):
            return Sql(f"{column} IS NOT NULL")
        return sql(f"({column} IS NULL OR {column} NOT IN ({{all}}))", all=joined(", ", map(value, values)))
    return sql(f"{column} {operator} {{one}}", one=value(values[0]))


def _bound(found: Sql, account_id: int) -> Sql:
    """With the account in place of its parameter."""
    values = (account_id if getattr(one, "name", "") == "account_id" else one for one in found.values)
    return Sql(found.text, tuple(values))
