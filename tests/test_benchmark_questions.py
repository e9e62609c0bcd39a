"""What the benchmark of finding asks for: of leads that are there."""

from collections.abc import Iterator
from urllib.parse import parse_qsl

import pytest

from benchmarks import messy
from benchmarks.data import Data
from benchmarks.find import questions
from closum.model import query
from closum.resources.lead import LEAD
from closum.store import filtered
from closum.store.sqlite.session import SQLiteSession
from closum.store.unit import Unit

LEADS = 300


@pytest.fixture(scope="module")
def unit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Unit]:
    file = tmp_path_factory.mktemp("messy") / "closum.db"
    messy.fill(f"sqlite:///{file}", Data({"main": [LEADS]}))
    with SQLiteSession(file) as session, session.read() as found:
        yield found.of(1)


def found(unit: Unit, text: str) -> int:
    """How many leads a query string finds."""
    asked = query.parse(LEAD, parse_qsl(text, keep_blank_values=True))
    return filtered.find(unit, LEAD, asked, 1_000).total or 0


@pytest.mark.parametrize("kind", ["filter by address", "a name", "a word in four properties"])
def test_what_is_asked_of_one_lead_finds_it(unit: Unit, kind: str) -> None:
    asked = questions.several(questions.KINDS[kind], LEADS)
    assert len(asked) == questions.QUERIES
    assert all(found(unit, one.closum) for one in asked)


def test_a_search_with_filters_finds_the_lead_that_it_is_made_of(unit: Unit) -> None:
    asked = questions.any_search(LEADS)
    assert len(set(asked)) > 0.8 * questions.RANDOM
    assert all(found(unit, one) for one in asked)


def test_each_filter_is_asked_in_each_order(unit: Unit) -> None:
    asked = questions.any_order(LEADS)
    orders = len(questions.SORTS) * len(questions.DIRECTIONS) * questions.PER_ORDER
    assert len(asked) % orders == 0
    counts = [found(unit, one) for one in asked]
    assert 0 in counts
    assert all(found(unit, one) for one in questions.broad(LEADS))
    assert max(counts) > 0.9 * LEADS


def test_a_product_is_asked_in_its_own_language() -> None:
    one = questions.Question("q=ana", 'name_sort~"ana"')
    assert questions.asked([one], "closum") == ["q=ana"]
    assert questions.asked([one], "pocketbase") == ["filter=%28name_sort~%22ana%22%29"]


def test_leads_have_200_000_names_of_which_none_is_in_half_of_them() -> None:
    names = [messy.body(number)["name"].split() for number in range(3_000)]
    for place in (0, 1):
        words = [one[place] for one in names]
        assert max(words.count(word) for word in set(words)) < 0.1 * len(words)
    assert len({messy.name(number) for number in range(messy.NAMES)}) > 0.99 * messy.NAMES
