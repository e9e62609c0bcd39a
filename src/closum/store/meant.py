"""What the words of a search mean, as clauses for the terms of records."""

from collections.abc import Sequence

from closum.model.terms import mark, words
from closum.model.words import Clause, Term, Word
from closum.store.sql import joined, sql, value
from closum.store.unit import Result, Unit


def clauses(unit: Unit, search: Sequence[Word]) -> list[Clause]:
    """What each word of a search asks for; a word that a word in the name of a city begins with finds who is there."""
    cities = _cities(unit, [one.text for one in search])
    return [_clause(word, cities) for word in search]


def _cities(unit: Unit, texts: Sequence[str]) -> list[Result]:
    """The id and the name of each that may be meant: it has one of the texts somewhere."""
    if not texts:
        return []
    has = joined(" OR ", [sql("city_name_sort LIKE {text}", text=value(f"%{text}%")) for text in texts])
    return unit.all(*sql("SELECT id, city_name FROM city WHERE {has}", has=has))


def _clause(word: Word, cities: Sequence[Result]) -> Clause:
    named = (city for city, name in cities if any(one.startswith(word.text) for one in words(name)))
    return Clause((*word.terms, *(Term("marks", mark("city_id", city)) for city in named)))
