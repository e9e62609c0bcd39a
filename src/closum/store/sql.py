"""SQL that carries its values: statements are put together from fragments, and nobody keeps count of placeholders."""

import itertools
from collections.abc import Callable, Iterable
from functools import lru_cache
from operator import itemgetter
from string import Formatter
from typing import Any, NamedTuple

Bound = tuple[str, tuple[Any, ...]]
"""A statement as a unit of work executes it: `unit.all(*bound)`."""

Prepared = Callable[..., Bound]
"""A statement whose text is made: called with values for its parameters it gives a Bound."""


Unbound = tuple[str, Callable[[tuple[Any, ...]], tuple[Any, ...]]]
"""The text of a statement, and what makes its values of a tuple of the parameters."""


class Parameter(NamedTuple):
    """Among the values of a fragment: one that is known when the statement is executed."""

    name: str


class Sql(NamedTuple):
    """A fragment of a statement, and the values of its placeholders in their order in it."""

    text: str
    values: tuple[Any, ...] = ()

    def __add__(self, other: "Sql") -> "Sql":  # type: ignore[override]  # the text and the values are joined
        return Sql(self.text + other.text, self.values + other.values)


def value(one: Any) -> Sql:
    """A placeholder, and its value."""
    return Sql("?", (one,))


def parameter(name: str) -> Sql:
    """A placeholder whose value comes when the statement is executed."""
    return value(Parameter(name))


def sql(template: str, **parts: Sql | str) -> Sql:
    """The template with a fragment in place of each `{name}`, as often as it is named; a str is a name or code of our own.

    Raises KeyError for a name without a fragment.
    """
    texts: list[str] = []
    values: tuple[Any, ...] = ()
    for code, name in _named(template):
        texts.append(code)
        if name is not None:
            part = parts[name]
            if isinstance(part, str):
                texts.append(part)
            else:
                texts.append(part.text)
                values += part.values
    return Sql("".join(texts), values)


@lru_cache(maxsize=1_024)
def _named(template: str) -> tuple[tuple[str, str | None], ...]:
    """Code, each with the name of what comes behind it."""
    return tuple((code, name) for code, name, _, _ in Formatter().parse(template))


def joined(separator: str, fragments: Iterable[Sql | str]) -> Sql:
    """The fragments in their order, with the separator between them."""
    parts = [Sql(one) if isinstance(one, str) else one for one in fragments]
    return Sql(
        separator.join(part.text for part in parts), tuple(value for part in parts for value in part.values)
    )


def prepared(statement: Sql, *names: str) -> Prepared:
    """The statement as a function of the parameters with these names, which its text may have in any order, often or never.

    Its text is made now. A call costs one look into a tuple, and nothing where the order is that of the names.
    Raises KeyError for a parameter that is not among the names, ValueError for a placeholder without a value.
    Called with too few values, it raises IndexError, or leaves it to the database to refuse them.
    """
    text, fixed, pick = _placed(statement, names)
    if fixed:
        return lambda *given: (text, pick((*fixed, *given)))
    return lambda *given: (text, pick(given))


def unbound(statement: Sql, *names: str) -> Unbound:
    """As `prepared`, without a step of its own for each execution. Raises ValueError where the statement has constants."""
    text, fixed, pick = _placed(statement, names)
    if fixed:
        raise ValueError(f"{fixed} are constants in {text}")
    return text, pick


def _placed(
    statement: Sql, names: tuple[str, ...]
) -> tuple[str, tuple[Any, ...], Callable[[tuple[Any, ...]], tuple[Any, ...]]]:
    """Text, constants, and what picks the values from the constants with the parameters behind them."""
    text, values = statement
    if text.count("?") != len(values):
        raise ValueError(f"{len(values)} values for {text.count('?')} placeholders in {text}")
    fixed = tuple(one for one in values if not isinstance(one, Parameter))
    order, constants = {name: place for place, name in enumerate(names, len(fixed))}, itertools.count()
    places = [order[one.name] if isinstance(one, Parameter) else next(constants) for one in values]
    if places == list(range(len(fixed) + len(names))):
        return text, fixed, tuple
    if len(places) < 2:  # `itemgetter` of one place gives no tuple, but of a slice it does
        return text, fixed, itemgetter(slice(*(places[0], places[0] + 1) if places else (0, 0)))
    return text, fixed, itemgetter(*places)
