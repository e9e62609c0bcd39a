"""A search also finds who is in a city that it names."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from closum.accounts import users
from closum.model import query
from closum.model.terms import words
from closum.operations import cities
from closum.resources.lead import LEAD
from closum.store import meant
from closum.store.sqlite.session import SQLiteSession
from closum.store.unit import Unit


@pytest.fixture
def unit(tmp_path: Path) -> Iterator[Unit]:
    with SQLiteSession(tmp_path / "closum.db", create=True) as session:
        with session.write() as setup:
            cities.seed(setup)
            account = users.add_account(setup, "Mine").id
        with session.read() as found:
            yield found.of(account)


def terms(unit: Unit, text: str) -> list[int]:
    """How many terms each word of a search asks for: itself, and the cities that it begins a word of."""
    search = query.parse(LEAD, [("q", text)]).words
    return [len(one.terms) for one in meant.clauses(unit, search)]


def test_only_cities_that_may_be_meant_are_read(unit: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str | None] = []

    def counted(text: str | None) -> list[str]:
        made.append(text)
        return words(text)

    monkeypatch.setattr(meant, "words", counted)
    terms(unit, "lis")
    assert "Lisboa" in made
    assert len(made) < 20


def test_a_word_finds_cities_by_the_beginning_of_each_of_their_words(unit: Unit) -> None:
    (vila,), (real,), (eal,) = (terms(unit, text) for text in ("vila", "real", "eal"))
    assert vila > real > eal
