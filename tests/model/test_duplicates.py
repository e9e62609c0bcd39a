"""Which leads look alike, and why."""

import random
from itertools import combinations

import pytest

from closum.model import duplicates
from closum.model.duplicates import CITY, EMAIL, LETTER, NAME, ORDER, PHONE, alike, lead
from closum.model.terms import words


def named(one: str | None, other: str | None) -> int:
    return alike(lead(1, one, None, None, None), lead(2, other, None, None, None))


@pytest.mark.parametrize(
    ("one", "other", "reasons"),
    [
        ("Ana Silva", "ana  SILVA", NAME),
        ("José Conceição", "Jose Conceicao", NAME),
        ("João Gonçalves", "Joa\u0303o Goncalves", NAME),
        ("Łukasz Nowak", "Lukasz Nowak", NAME),
        ("D'Almeida", "D Almeida", NAME),
        ("Silva, Ana", "Ana Silva", ORDER),
        ("Ana Maria Silva", "Silva Ana Maria", ORDER),
        ("Ana Silva", "Ana Silvo", LETTER),
        ("Ana Silva", "Ana Silvaa", LETTER),
        ("Ana Silva", "Ana Slva", LETTER),
        ("Ana Silva", "Ema Silva", 0),
        ("Silvo, Ana", "Ana Silva", LETTER),
        ("Ana Bento", "Cna Bento", LETTER),
        ("Mariana", "Marianna", LETTER),
        ("Mariana", "Fariana", LETTER),
        ("Rui Costa", "Ruy Costa", LETTER),
        ("Ζωη Παππα", "Ζωη Παπα", LETTER),
        ("Иван Петров", "Иван Петрев", LETTER),
        ("Ana", "Ane", 0),
        ("Ana Sa", "Ana So", 0),
        ("Ana Silva", "Eva Silvo", 0),
        ("Ana Silva", "Ana Maria Silva", 0),
        ("Ana Silva", "Anasilva", 0),
        ("Joao Silva", "Jaoo Silva", 0),
        ("Lead 1234", "Lead 1235", 0),
        ("Loja 12", "Loja 21", 0),
        ("a b c d e f g h silva", "a b c d e f g h silvo", 0),
        ("---", "---", 0),
        (None, None, 0),
        ("Ana Silva", None, 0),
    ],
)
def test_names(one: str | None, other: str | None, reasons: int) -> None:
    assert named(one, other) == named(other, one) == reasons


def test_cities() -> None:
    ana = lead(1, "Ana Silva", 1, None, None)
    assert alike(ana, lead(2, "Ana Silva", 1, None, None)) == NAME | CITY
    assert alike(ana, lead(2, "Ana Silva", None, None, None)) == NAME
    assert alike(ana, lead(2, "Ana Silva", 2, None, None)) == 0
    assert alike(ana, lead(2, "Rui Costa", 1, None, None)) == 0


def test_addresses_and_numbers() -> None:
    ana = lead(1, "Ana Silva", 1, 7, 8)
    assert alike(ana, lead(2, None, None, 7, None)) == EMAIL
    assert alike(ana, lead(2, "Rui", 1, None, 8)) == PHONE
    assert alike(ana, lead(2, "Ana Silvo", 2, 7, 8)) == EMAIL | PHONE | LETTER
    assert alike(ana, lead(2, None, 1, 8, 7)) == 0


def test_scores() -> None:
    assert duplicates.score(EMAIL) == 85
    assert duplicates.score(EMAIL | NAME) == 93
    assert duplicates.score(EMAIL | PHONE | NAME | CITY) == 99
    kinds = [NAME | CITY, ORDER | CITY, LETTER | CITY, NAME, ORDER, LETTER]
    scores = [duplicates.score(one) for one in kinds]
    assert scores == sorted(scores, reverse=True) == [68, 64, 58, 50, 45, 35]


def test_what_is_alike_is_found_by_its_hashes() -> None:
    """Names are found by another with one letter more, less or changed, in whatever order, and no others are."""
    draw = random.Random(18)
    parts = [
        "ana",
        "anna",
        "ama",
        "maria",
        "mario",
        "silva",
        "silvo",
        "slva",
        "souza",
        "sousa",
        "rui",
        "ruy",
        "joana",
        "loana",
        "mariana",
        "fariana",
        "12",
        "13",
    ]
    names = list({" ".join(draw.choices(parts, k=draw.randint(1, 4))) for _ in range(300)})
    for one, other in combinations(names, 2):
        ours, theirs = tuple(words(one)), tuple(words(other))
        reasons = named(one, other)
        has_same = duplicates.hashes(ours)[0] == duplicates.hashes(theirs)[0]
        by_letter = not {*duplicates.variants(ours)}.isdisjoint(duplicates.hashes(theirs))
        halves = ({duplicates.upper(hash_) for hash_ in duplicates.hashes(name)} for name in (ours, theirs))
        assert has_same == bool(reasons & (NAME | ORDER)), (one, other)
        assert by_letter == bool(reasons & LETTER), (one, other)
        assert not reasons & LETTER or set.intersection(*halves), (one, other)
