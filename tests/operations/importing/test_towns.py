"""Which city a cell means: by its name, as people shorten it where only one can be meant, or as somebody has said."""

import pytest

from closum.operations.importing.towns import Cities
from tests.support.importing import cities

NAMES = {
    1: "Vila Nova de Gaia",
    2: "Vila Nova de Famalicão",
    3: "São João da Madeira",
    4: "Santo Tirso",
    5: "Santa Maria da Feira",
    6: "Vila Nova de Gaio",
    7: "Vale Nobre de Gaio",
    8: "Santa Cruz",
}


@pytest.mark.parametrize(
    ("name", "city"),
    [
        ("V. N. Gaia", 1),
        ("v.n. de gaia", 1),
        ("Vª Nª de Gaia", 1),
        ("V. N. Famalicão", 2),
        ("S. João da Madeira", 3),
        ("Sto. Tirso", 4),
        ("Sto Tirso", 4),
        ("St.ª Maria da Feira", 5),
        ("Sta. Maria da Feira", 5),
        ("V. N. Gaio", None),  # two can be meant
        ("V. N.", None),
        ("Santa C.", None),
        ("VN Gaia", None),
        ("N. V. Gaia", None),
        ("Springfield.", None),
        (".", None),
        ("V. N. " * 60 + "Gaia", None),
    ],
)
def test_a_shortened_name_means_the_one_city_that_it_can_mean(name: str, city: int | None) -> None:
    assert Cities.of(NAMES.items()).find(name) == city


def test_somebody_says_which_city_a_name_means() -> None:
    found = Cities.of(NAMES.items(), {"Gaia (Porto)": 1, "Feira": 99})
    assert (found.find("gaia (porto)"), found.find("Feira"), found.find("Gaia")) == (1, None, None)


def test_the_cities_there_are_mean_themselves() -> None:
    there = cities()
    assert (there.find("Lisbon"), there.find("LISBOA"), there.find("V. N. Gaia")) == (169, 169, 211)
