import json
import re
from collections import Counter
from itertools import islice
from math import gcd
from time import thread_time

import pytest

from closum.model.address import address_key
from closum.model.number import parse, prefix
from closum.operations import people as module
from closum.operations.people import Person, people

pytestmark = pytest.mark.slow


MANY = 200_000
PINNED = Person(
    name="Conceição Moreira",
    city_id=308,
    custom_data='{"source":"fair","interest":"language course","budget":150000}',
    email="Conceicao.Moreira.1000000@ginasio.example",
    email_key="conceicao.moreira.1000000@ginasio.example",
    extension="351",
    number="910 329 686",
    number_key="+351910329686",
    is_valid=1,
)


@pytest.fixture(scope="module")
def crowd() -> list[Person]:
    return list(people(0, MANY))


def share(crowd: list[Person], column: str) -> float:
    return sum(getattr(person, column) is not None for person in crowd) / len(crowd)


def test_person_depends_on_its_number_alone(crowd: list[Person]) -> None:
    assert list(people(777, 50)) == crowd[777:827]
    assert list(islice(people(1000, MANY), 1)) == [crowd[1000]]
    assert list(people(5, 0)) == []


def test_person_stays_the_same_in_every_version() -> None:
    assert next(people(1_000_000, 1)) == PINNED


def test_shares(crowd: list[Person]) -> None:
    wanted = {"name": 1, "city_id": 0.83, "custom_data": 0.6, "email": 0.92, "number": 0.81}
    assert {column: share(crowd, column) for column in wanted} == pytest.approx(wanted, abs=0.03)


def test_people_without_a_name_are_rare_and_not_among_the_first(crowd: list[Person]) -> None:
    nameless = [number for number, person in enumerate(crowd) if person.name is None]
    assert nameless[0] >= 1_000
    assert (
        len([number for number in nameless if number < 25_000]) < 30
    )  # not a page or two of the list by name
    assert len(nameless) > MANY / 2_000


def test_addresses_are_nobodys_and_of_many_domains(crowd: list[Person]) -> None:
    domains = {person.email_key.partition("@")[2] for person in crowd if person.email_key}
    assert all(re.search(r"(^|\.)example(\.(com|net|org))?$", domain) for domain in domains)
    assert len(domains) > 25
    first = {person.email_key.partition("@")[2] for person in crowd[:25] if person.email_key}
    assert len(first) > 8


def test_custom_data_has_varied_keys(crowd: list[Person]) -> None:
    documents = [json.loads(person.custom_data) for person in crowd[:300] if person.custom_data]
    keys = Counter(key for document in documents for key in document)
    assert keys.keys() >= {
        "source",
        "interest",
        "budget",
        "plan",
        "company",
        "utm",
        "newsletter",
        "seats",
        "tags",
    }
    assert len({tuple(document) for document in documents}) >= 4


def test_each_has_a_name_an_address_or_a_number_and_whole_ones(crowd: list[Person]) -> None:
    assert all(person.name or person.email or person.number for person in crowd)
    assert all((person.email is None) == (person.email_key is None) for person in crowd)
    assert {tuple(part is None for part in person[5:]) for person in crowd} == {(True,) * 4, (False,) * 4}
    assert {person.is_valid for person in crowd} == {None, 1}


def test_addresses_and_numbers_are_unique(crowd: list[Person]) -> None:
    for column in ("email_key", "number_key"):
        keys = [getattr(person, column) for person in crowd if getattr(person, column)]
        assert len(keys) > MANY * 0.75
        assert len(set(keys)) == len(keys)


def test_numbers_of_a_country_do_not_repeat_below_the_documented_bound() -> None:
    for table in set(module._tables()):
        size = len(table.starts) * table.size
        assert size >= 40_000_000
        assert gcd(size, module._PRIME) == 1  # so the multiplication is a permutation of the range


@pytest.mark.parametrize("start", [0, 9_990_000, 39_990_000])
def test_derived_columns_are_those_of_the_model(start: int) -> None:
    for person in people(start, 10_000):
        if person.email is not None:
            assert address_key(person.email) == person.email_key
        if person.number is not None and person.extension is not None:
            assert parse(person.extension, person.number) == (person.number_key, person.is_valid)


def test_every_range_of_every_country_is_valid_throughout() -> None:
    for table in set(module._tables()):
        for first in table.starts:
            for step in range(0, table.size, table.size // 97):
                assert parse(str(table.code), str(first + step)) == (f"+{table.code}{first + step}", 1)


def test_values_fit_the_limits_of_the_api(crowd: list[Person]) -> None:
    assert {person.city_id for person in crowd} == {None, *range(1, 309)}
    assert max(len(person.name or "") for person in crowd) <= 255
    assert max(len(person.email or "") for person in crowd) <= 254
    assert max(len(person.extension or "") for person in crowd) <= 8
    assert max(len(person.number or "") for person in crowd) <= 32


def test_values_are_varied(crowd: list[Person]) -> None:
    assert {prefix(person.extension) for person in crowd if person.extension} == {351, 55, 34, 33, 49, 44, 1}
    assert {"00351", "+351", "351", "001"} <= {person.extension for person in crowd}
    assert any(person.email != person.email_key for person in crowd)
    assert any("ß" in (person.name or "") for person in crowd)
    assert len({person.name for person in crowd}) > 3000
    assert any(" " in (person.number or "") for person in crowd)
    assert any("-" in (person.number or "") for person in crowd)


def test_custom_data_is_compact_json(crowd: list[Person]) -> None:
    texts = {person.custom_data for person in crowd if person.custom_data}
    assert len(texts) > 200
    for text in texts:
        assert json.dumps(json.loads(text), ensure_ascii=False, separators=(",", ":")) == text


def test_is_quick() -> None:
    next(people(0, 1))
    begin = thread_time()
    for _ in people(0, 20_000):
        pass
    assert thread_time() - begin < 20_000 * 100e-6  # of the processor; it takes 6 µs
