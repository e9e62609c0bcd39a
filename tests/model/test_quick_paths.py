"""What is parsed without the libraries is parsed as they do: generated numbers and addresses, as many as one asks for.

`make test ARGS="tests/model/test_quick_paths.py --generated 100000"` tries 100 000 of each.
"""

import random
from collections.abc import Iterator

import phonenumbers
import pytest

from closum.model import address, number, numbering
from closum.model.number import dialling, parse
from tests.model.test_address import PIECES, library
from tests.model.test_number import CODES, EXAMPLES

PARTS = 10
COMMON = [1, 7, 33, 34, 39, 44, 49, 55, 61, 351]
BY_CODE = {code: [text for one, text in EXAMPLES if one == code] for code in CODES}
GAPS = [
    *(
        "",
        "",
        "",
        "",
        "",
        " ",
        " ",
        " ",
        "-",
        "-",
        ".",
        ".",
        "/",
        ")",
        "(",
        ") ",
        " (",
        ")(",
        "[",
        "]",
        " - ",
        "\t",
    ),
    *("\u00a0", "\u2007", "\u2009", "\u202f", "\u2010", "\u2011", "\u2013", "\u2014", "\u2212"),
]
ODD = [*GAPS, *"+0123x#;,~*\u00b7\u200b\u00ad\u0663\uff0b\uff0f\u3000\n", "ext. 1", "(0)", "00", "//"]
ODD_TRUNKS = ["0", "1", "8", "00", "011", "06", "80"]
ATOMS = "abcXYZ019!#$%&'*+/=?^_`{|}~-.."


@pytest.fixture(params=range(PARTS))
def chance(request: pytest.FixtureRequest) -> random.Random:
    """The same for a part in every run."""
    return random.Random(request.param)


@pytest.fixture
def size(pytestconfig: pytest.Config) -> int:
    """How many a part tries."""
    return int(pytestconfig.getoption("generated")) // PARTS


def numbers(chance: random.Random, size: int) -> Iterator[tuple[int, str]]:
    """Calling codes, and numbers as people write them, valid or nearly so."""
    for _ in range(size):
        code = chance.choice(COMMON if chance.random() < 0.5 else CODES)
        yield code, _odd(chance, _start(chance, code) + _grouped(chance, _digits(chance, code)))


def _digits(chance: random.Random, code: int) -> str:
    digits = list(chance.choice(BY_CODE[code]))
    for _ in range(chance.choice([0, 0, 0, 0, 1, 2, 4])):
        digits[chance.randrange(len(digits))] = chance.choice("0123456789")
    return "".join(digits)[: chance.choice([99, 99, 99, -1, -2])]


def _start(chance: random.Random, code: int) -> str:
    if chance.random() < 0.3:
        return ""
    own = numbering._plans(code)[0].national_prefix or ""
    trunk = chance.choice([own, own, f"({own})", "", "", "", *ODD_TRUNKS])
    dialled = [f"+{code}", f"00{code}", f"(+{code})", f"(00{code})", f"00 {code}", f"0 0{code}", str(code)]
    start = chance.choice(["", "", dialled[0], dialled[1], *dialled, f"+{chance.choice(CODES)}"])
    return start + chance.choice(GAPS) + trunk


def _grouped(chance: random.Random, digits: str) -> str:
    text, place = "", 0
    while place < len(digits):
        length = chance.randint(1, 5)
        text += digits[place : place + length] + chance.choice(GAPS)
        place += length
    return text


def _odd(chance: random.Random, text: str) -> str:
    for _ in range(chance.choice([0, 0, 0, 0, 1, 2])):
        place = chance.randint(0, len(text))
        text = text[:place] + chance.choice(ODD) + text[place:]
    return text


@pytest.mark.slow
def test_numbers_are_parsed_as_the_library_does(chance: random.Random, size: int) -> None:
    quick = 0
    for code, text in numbers(chance, size):
        found = dialling(f"+{code}")
        assert found
        assert parse.__wrapped__(f"+{code}", text) == number._parse(found, text), (code, text)
        quick += number._plain(code, text) is not None
    assert quick > size / 8  # it tries what it is for


@pytest.mark.slow
def test_numbers_are_written_as_the_library_does(chance: random.Random, size: int) -> None:
    quick = 0
    for code, text in numbers(chance, size):
        key, _ = parse.__wrapped__(f"+{code}", text)
        if key and (simple := number._simple(key)):
            assert simple == phonenumbers.parse(key), key
            quick += 1
    assert quick > size / 8  # it tries what it is for


def addresses(chance: random.Random, size: int) -> Iterator[str]:
    for _ in range(size):
        local = "".join(chance.choices(ATOMS, k=chance.randint(1, 12)))
        labels = [
            "".join(chance.choices("abcZ019-", k=chance.randint(1, 6))) for _ in range(chance.randint(1, 3))
        ]
        whole = (
            f"{local}@{'.'.join(labels)}.{chance.choice(['com', 'pt', 'PT', 'museum', 'c1', 'local', 'x'])}"
        )
        for _ in range(chance.choice([0, 0, 0, 1, 2])):
            place = chance.randint(0, len(whole))
            whole = whole[:place] + chance.choice(PIECES) + whole[place:]
        yield whole


def key(text: str) -> str | None:
    try:
        return address.address_key.__wrapped__(text)
    except ValueError:
        return None


@pytest.mark.slow
def test_addresses_are_read_as_the_library_does(chance: random.Random, size: int) -> None:
    quick = 0
    for text in addresses(chance, size):
        assert key(text) == library(text), text
        quick += text.isascii() and address._is_plain(text.lower())
    assert quick > size / 5


@pytest.mark.parametrize(
    ("extension", "text", "e164"),
    [
        ("00351", "912.345.678", "+351912345678"),
        ("00351", "(912) 345-678", "+351912345678"),
        ("00351", "912\u00a0345\u202f678", "+351912345678"),
        ("00351", "212/999 001", "+351212999001"),
        ("00351", "+351 912 345 678", "+351912345678"),
        ("00351", "00351 912 345 678", "+351912345678"),
        ("00351", "(+351) 912 345 678", "+351912345678"),
        ("0033", "06 12 34 56 78", "+33612345678"),
        ("0049", "030/1234567", "+49301234567"),
        ("0044", "+44 (0)7400 123456", "+447400123456"),
        ("007", "8 (912) 345-67-89", "+79123456789"),
        ("001", "1 (201) 555\u20110123", "+12015550123"),
        ("00351", "[21] 299 90 01", "+351212999001"),
    ],
)
def test_what_people_type_does_not_ask_the_library(
    monkeypatch: pytest.MonkeyPatch, extension: str, text: str, e164: str
) -> None:
    monkeypatch.delattr(number, "_parse")
    assert parse.__wrapped__(extension, text) == (e164, 1)


@pytest.mark.parametrize(
    "text", ["212999001/2", "212 999 001/002", "912341212/912341213", "+351 912341212/3"]
)
def test_two_numbers_are_not_one(text: str) -> None:
    assert number._plain(351, text) is None
    assert parse("00351", text)[1] == 0


def test_no_part_of_a_number_is_a_whole_one() -> None:
    """What is before a slash has to be shorter than any number of the country."""
    for code in CODES:
        least = numbering.plain(code).least
        assert all(len(text) >= least for text in BY_CODE[code])
