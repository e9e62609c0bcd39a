import json
import re
import subprocess
import sys
from collections import Counter
from itertools import islice
from math import gcd
from random import Random
from time import thread_time
from typing import Any

import pytest

from closum.model.address import address_key
from closum.model.draft import Put, parse
from closum.model.number import parse as parse_number
from closum.model.number import prefix
from closum.operations import people as module
from closum.operations.people import Body, people
from closum.resources.lead import LEAD

pytestmark = pytest.mark.slow


MANY = 200_000
PINNED: dict[int, Body] = {
    0: {
        "name": "Nuno Ramos",
        "city_id": 80,
        "custom_data": '{"source":"landing page","plan":"team","company":{"sector":"restauração","employees":"1-9"}}',
        "email": {"email": "Nuno.Ramos.0@webmail.example"},
        "phone": {"extension": "00351", "number": "969-329-686"},
    },
    1_000_000: {
        "name": "Pilar Sánchez",
        "custom_data": '{"source":"telephone","plan":"team","company":{"sector":"restauração","employees":"1-9"}}',
        "email": {"email": "psanchez1000000@correio.example"},
        "phone": {"extension": "0034", "number": "600329686"},
    },
    39_999_999: {
        "name": "Luís Antunes",
        "city_id": 219,
        "custom_data": '{"source":"telephone","plan":"basic","company":{"sector":"health","employees":"50-249"}}',
        "email": {"email": "lantunes39999999@correio.example"},
        "phone": {"extension": "00351", "number": "934-893-925"},
    },
}


@pytest.fixture(scope="module")
def crowd() -> list[Body]:
    return list(people(0, MANY))


@pytest.fixture(scope="module")
def addresses(crowd: list[Body]) -> list[str]:
    return [person["email"]["email"] for person in crowd if "email" in person]


@pytest.fixture(scope="module")
def phones(crowd: list[Body]) -> list[dict[str, str]]:
    return [person["phone"] for person in crowd if "phone" in person]


def share(crowd: list[Body], name: str) -> float:
    return sum(name in person for person in crowd) / len(crowd)


def test_person_depends_on_its_number_alone(crowd: list[Body]) -> None:
    assert list(people(777, 50)) == crowd[777:827]
    assert list(islice(people(1000, MANY), 1)) == [crowd[1000]]
    assert list(people(5, 0)) == []


@pytest.mark.parametrize("number", PINNED)
def test_person_stays_the_same_in_every_version(number: int) -> None:
    assert next(people(number, 1)) == PINNED[number]


def test_person_is_drawn_by_what_no_version_of_python_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of all methods of a generator, `random()` alone gives the same numbers after the same seed for good."""
    used: list[str] = []

    class Watched:
        def __init__(self) -> None:
            self._random = Random()

        def __getattr__(self, name: str) -> Any:
            used.append(name)
            return getattr(self._random, name)

    expected = list(people(0, 500))
    monkeypatch.setattr(module, "Random", Watched)
    assert list(people(0, 500)) == expected
    assert set(used) == {"seed", "random"}


def test_person_is_the_same_in_another_process() -> None:
    """Nothing depends on the order of a set, or on the hash of a text."""
    code = "import json; from closum.operations.people import people; print(json.dumps(list(people(5_000, 300))))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == list(people(5_000, 300))


def test_shares(crowd: list[Body]) -> None:
    wanted = {"name": 1, "city_id": 0.83, "custom_data": 0.6, "email": 0.92, "phone": 0.81}
    assert {column: share(crowd, column) for column in wanted} == pytest.approx(wanted, abs=0.03)


def test_people_without_a_name_are_rare_and_not_among_the_first(crowd: list[Body]) -> None:
    nameless = [number for number, person in enumerate(crowd) if "name" not in person]
    assert nameless[0] >= 1_000
    assert (
        len([number for number in nameless if number < 25_000]) < 30
    )  # not a page or two of the list by name
    assert len(nameless) > MANY / 2_000


def test_addresses_are_nobodys_and_of_many_domains(addresses: list[str]) -> None:
    domains = {one.lower().partition("@")[2] for one in addresses}
    assert all(re.search(r"(^|\.)example(\.(com|net|org))?$", domain) for domain in domains)
    assert len(domains) > 25
    assert len({one.lower().partition("@")[2] for one in addresses[:25]}) > 8


def test_custom_data_has_varied_keys(crowd: list[Body]) -> None:
    documents = [json.loads(person["custom_data"]) for person in crowd[:300] if "custom_data" in person]
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


@pytest.mark.parametrize("start", [0, 9_990_000, 39_990_000])
def test_each_is_a_body_that_makes_a_lead(start: int) -> None:
    """Without a fault, with all that it has in the lead, and with a number that is valid."""
    for person in people(start, 10_000):
        draft = parse(LEAD, person)
        assert draft.faults == {}
        assert set(person) == {name for name in draft.values if person.get(name)} | set(draft.nested)
        assert draft.nested
        if isinstance(phone := draft.nested.get("phone"), Put):
            assert person["phone"].items() <= phone.values.items()
            assert parse_number(phone.values["extension"], phone.values["number"])[1] == 1


def test_addresses_and_numbers_are_unique(addresses: list[str], phones: list[dict[str, str]]) -> None:
    for keys in (
        [address_key(one) for one in addresses],
        [parse_number(one["extension"], one["number"])[0] for one in phones],
    ):
        assert len(keys) > MANY * 0.75
        assert len(set(keys)) == len(keys)


def test_numbers_of_a_country_do_not_repeat_below_the_documented_bound() -> None:
    for table in set(module._tables()):
        size = len(table.starts) * table.size
        assert size >= 40_000_000
        assert gcd(size, module._PRIME) == 1  # so the multiplication is a permutation of the range


def test_every_range_of_every_country_is_valid_throughout() -> None:
    for table in set(module._tables()):
        code = table.extensions[-1]
        for first in table.starts:
            for step in range(0, table.size, table.size // 97):
                assert parse_number(code, str(first + step)) == (f"+{code}{first + step}", 1)


def test_values_fit_the_limits_of_the_first_revision(
    crowd: list[Body], addresses: list[str], phones: list[dict[str, str]]
) -> None:
    assert {person.get("city_id") for person in crowd} == {None, *range(1, 309)}
    assert max(len(person.get("name", "")) for person in crowd) <= 255
    assert max(map(len, addresses)) <= 254
    assert max(len(phone["extension"]) for phone in phones) <= 8
    assert max(len(phone["number"]) for phone in phones) <= 32


def test_values_are_varied(crowd: list[Body], addresses: list[str], phones: list[dict[str, str]]) -> None:
    extensions = {phone["extension"] for phone in phones}
    assert {prefix(extension) for extension in extensions} == {351, 55, 34, 33, 49, 44, 1}
    assert {"00351", "+351", "351", "001"} <= extensions
    assert any(one != address_key(one) for one in addresses)
    names = {person["name"] for person in crowd if "name" in person}
    assert any("ß" in name for name in names)
    assert len(names) > 3000
    assert any(" " in phone["number"] for phone in phones)
    assert any("-" in phone["number"] for phone in phones)


def test_custom_data_is_compact_json(crowd: list[Body]) -> None:
    texts = {person["custom_data"] for person in crowd if "custom_data" in person}
    assert len(texts) > 200
    for text in texts:
        assert json.dumps(json.loads(text), ensure_ascii=False, separators=(",", ":")) == text


def test_is_quick() -> None:
    next(people(0, 1))
    begin = thread_time()
    for _ in people(0, 20_000):
        pass
    assert thread_time() - begin < 20_000 * 100e-6  # of the processor; it takes 6 µs
