import re
from collections.abc import Iterator
from time import thread_time

import phonenumbers
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from phonenumbers.phonemetadata import PhoneMetadata

from closum.model import number as module
from closum.model import numbering
from closum.model.number import Prefix, agreeing, country, international, parse, prefix

CODES = sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE)
KINDS = ["general_desc", *numbering._KINDS.split()]


def examples(code: int) -> Iterator[str]:
    """The library's example numbers of every kind in every region of a calling code."""
    for region in phonenumbers.COUNTRY_CODE_TO_REGION_CODE[code]:
        plan = PhoneMetadata.metadata_for_region_or_calling_code(code, region)
        for kind in KINDS:
            description = getattr(plan, kind)
            if description and description.example_number:
                yield description.example_number


EXAMPLES = [(code, text) for code in CODES for text in sorted(set(examples(code)))]


@st.composite
def near_numbers(draw: st.DrawFn) -> tuple[int, str]:
    """A calling code and an example of its numbers with a few digits changed, put before it or cut off."""
    code, text = draw(st.sampled_from(EXAMPLES))
    digits = list(text)
    for _ in range(draw(st.integers(0, 4))):
        digits[draw(st.integers(0, len(digits) - 1))] = draw(st.sampled_from("0123456789"))
    start = draw(
        st.sampled_from(["", "", "", "0", "00", "1", "8", "011", str(code), f"00{code}", f"+{code}"])
    )
    text = start + "".join(digits)[: draw(st.sampled_from([99, 99, -1, -2]))]
    for gap in draw(st.lists(st.sampled_from([" ", "-", " - "]), max_size=3)):
        place = draw(st.integers(0, len(text)))
        text = text[:place] + gap + text[place:]
    return code, text


@settings(max_examples=3000, deadline=None)
@given(near_numbers())
@example((1, "8765550123"))
@example((39, "0612345678"))
@example((800, "12345678"))
@pytest.mark.slow
def test_quick_path_never_disagrees_with_the_library(case: tuple[int, str]) -> None:
    code, text = case
    assert parse(f"+{code}", text) == module._parse(Prefix(code), text)


@pytest.mark.parametrize("code", CODES)
def test_quick_path_agrees_on_the_examples_of_every_country(code: int) -> None:
    texts = {text[:-1] + digit for text in examples(code) for digit in "0369"}
    assert {text: parse(f"{code}", text) for text in texts} == {
        text: module._parse(Prefix(code), text) for text in texts
    }


def test_quick_path_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    parse.cache_clear()
    monkeypatch.delattr(module, "_parse")
    assert parse("00351", "912 345 678") == ("+351912345678", 1)
    assert parse("001", "201-555-0123") == ("+12015550123", 1)
    assert parse("+44", "7400123456") == ("+447400123456", 1)


@pytest.mark.parametrize(
    ("extension", "number"),
    [
        *(
            ("00351", text)
            for text in ("912345678", "912 345 678", "912-345-678", "(912) 345.678", "９１２３４５６７８")
        ),
        *(
            ("351", text)
            for text in ("+351 912 345 678", "00351912345678", "351912345678", "tel:+351-912-345-678")
        ),
        *(
            ("351", text)
            for text in (
                "912\u2009345 678",
                "912\u200e345678",
                "912·345·678",
                "\uff0b351 912345678",
                "(+351) 912345678",
                "+351 (0) 912345678",
                "٩١٢٣٤٥٦٧٨",
                "casa 912345678",
                "912345678.",
                "\u2066912345678\u2069",
                "912\u00a0345\u3000678",
            )
        ),
    ],
)
def test_spellings_of_one_number_have_one_key(extension: str, number: str) -> None:
    assert parse(extension, number) == ("+351912345678", 1)
    assert parse(extension, number) == ("+351912345678", 1)


@pytest.mark.parametrize(
    ("extension", "number", "answer"),
    [
        ("001", "204 234 5678", ("+12042345678", 1)),  # Canada
        ("001", "876-555-0123", ("+18765550123", 1)),  # Jamaica
        ("001", "0012015550123", ("+12015550123", 1)),  # 00 is not dialled there, but typed
        ("001", "+351 912 345 678", ("+351912345678", 0)),
        ("001", "00351 912 345 678", ("+351912345678", 0)),
        (
            "0055",
            "0055 34 91234 5678",
            ("+5534912345678", 1),
        ),  # 0055 selects a carrier when dialled in Brazil
        ("0066", "0066 62 185 4567", ("+66621854567", 1)),  # 006 as well, in Thailand
        ("0049", "0151 23456789", ("+4915123456789", 1)),
        ("0039", "06 12345678", ("+390612345678", 1)),
        ("0044", "01534 456789", ("+441534456789", 1)),  # Jersey
        ("00800", "1234 5678", ("+80012345678", 1)),
        ("00800", "+800 1234 5678", ("+80012345678", 1)),
        ("00800", "0080012345678", ("+80012345678", 1)),
        ("00800", "+351 912345678", ("+351912345678", 0)),
        ("00351", "123", ("+351123", 0)),
        ("00351", "no 123 / Ç-ß\0\ud800", ("351:no123çss", 0)),
        ("0999", "n/a 12/3", ("0:na123", 0)),
    ],
)
def test_numbers(extension: str, number: str, answer: tuple[str, int]) -> None:
    assert parse(extension, number) == answer


@pytest.mark.parametrize(
    ("code", "digits"),
    [
        ("1", "11417776"),
        ("7", "785645"),
        ("55", "55003"),
        ("61", "6162267"),
        ("886", "886770531"),
        ("800", "800609703"),
    ],
)
def test_00_is_read_as_plus_where_no_reading_is_valid_either(code: str, digits: str) -> None:
    """Of two readings that are equally good it is the first that counts."""
    assert parse(code, f"00{digits}") == parse(code, f"+{digits}") == (f"+{digits}", 0)


@pytest.mark.parametrize("code", CODES)
def test_examples_of_every_country_are_valid(code: int) -> None:
    example_number = next(examples(code))
    assert parse(f"00{code}", example_number)[1] == parse(f"+{code}", f"+{code} {example_number}")[1] == 1


@pytest.mark.parametrize("code", CODES)
def test_the_country_of_a_number_is_that_of_the_library(code: int) -> None:
    main, *_ = phonenumbers.COUNTRY_CODE_TO_REGION_CODE[code]
    for text in examples(code):
        key, is_valid = parse(f"00{code}", text)
        region = phonenumbers.region_code_for_number(phonenumbers.parse(key)) if is_valid and key else main
        assert country(key) == (None if region == "001" else region)
    assert country(f"{code}:abc") == (None if main == "001" else main)


def test_nobodys_number_has_no_country() -> None:
    assert country(None) is country("") is country("0:abc") is country("+") is None


@settings(max_examples=500, deadline=None)
@given(near_numbers())
@pytest.mark.slow
def test_a_valid_key_is_a_number_with_the_same_key(case: tuple[int, str]) -> None:
    code, text = case
    key, valid = parse(f"{code}", text)
    assume(valid)
    assert key is not None
    assert parse(f"{code}", key) == parse(f"{code}", f"00{key[1:]}") == (key, 1)
    assert agreeing(f"{code}", text) == f"{code}"
    assert agreeing(None, key) == f"00{code}"
    assert international(key) == key


NASTY = st.lists(
    st.sampled_from(
        [
            *"+0159 -();,x#*~.A٣\0\ud800",
            "00",
            "351",
            "tel:",
            ";phone-context=",
            ";isub=",
            "ext",
            "+351",
            "a.b",
        ]
    ),
    max_size=40,
).map("".join)


@settings(max_examples=1000, deadline=None)
@given(NASTY | st.text(st.characters(), max_size=8), NASTY | st.text(st.characters()))
@pytest.mark.slow
def test_never_raises_and_is_storable(extension: str, number: str) -> None:
    for some in (extension, "351", "001", "800"):
        key, valid = parse(some, number)
        assert valid in (0, 1)
        assert key is None or key.startswith("+") or ":" in key
        assert "\0" not in (key or "")
        (key or "").encode()
    assert re.fullmatch(r"\+[0-9]{3,}(;ext=[0-9]{1,7})?", international(number) or "+000")
    prefixes = (None, extension, agreeing(None, number), agreeing("351", number))
    assert all(
        prefix(one or "") for one in {agreeing(given, number) for given in prefixes} - {None, extension}
    )


@pytest.mark.parametrize("part", ["9", "x", "+", " ", "0", "9 ", "(", ";phone-context=", "1,", "#", "\u0301"])
def test_long_text_is_quick(part: str) -> None:
    texts = [part * (length // len(part) + 1) for length in (240, 100_000)]
    begin = thread_time()
    keys = [parse(extension, text)[0] for extension in ("351", "001", "800") for text in texts]
    assert all(key is None or key.startswith(("+", "351:", "1:", "800:")) for key in keys)
    assert {agreeing("351", f"+{text}") for text in texts} <= {"351", "001", "007"}
    assert [international(f"+{text}") for text in texts][1] is None
    assert thread_time() - begin < 20  # of the processor; it takes 0.1


@pytest.mark.parametrize(
    ("text", "key"),
    [
        *((text, "+351912345678") for text in ("+351 912 345 678", "00351912345678", " 00 351 912-345-678 ")),
        ("001 (201) 555-0123", "+12015550123"),
        ("+800 12345678", "+80012345678"),
        *(
            (text, None)
            for text in ("", "+", "00", "912345678", "351912345678", "+0", "+999 123456", "a", "ana@x.pt")
        ),
    ],
)
def test_international(text: str, key: str | None) -> None:
    assert international(text) == key


LINE_12 = [
    "ext. 12",
    "ext 12",
    "EXT12",
    "x12",
    "x 12",
    "#12",
    ";ext=12",
    "ramal 12",
    ", ext. 12",
    "(ramal 12)",
    "ext. 1\u200b2",
]


@pytest.mark.parametrize("line", LINE_12)
def test_an_extension_at_a_switchboard_is_part_of_the_key(line: str) -> None:
    key = "+351212999001;ext=12"
    assert parse("351", f"212 999 001 {line}") == (key, 1)
    assert international(f"+351 212999001 {line}") == key


def test_people_at_one_switchboard_differ() -> None:
    texts = ["212999001", *(f"212999001 ext {line}" for line in ("1", "01", "12", "1234567"))]
    assert len({parse("351", text) for text in texts}) == len(texts)


NOT_ONE = [
    ("351", "912341212; 912341213", "351:912341212912341213"),
    ("351", "912341212 / 912341213", "351:912341212912341213"),
    ("351", "912341212x912341213", "351:912341212x912341213"),
    ("351", "212 999 001/2", "351:2129990012"),
    ("351", "212 999 001 ext 12345678", "351:212999001ext12345678"),
    ("351", "212 999 001 ext", "351:212999001ext"),
    ("351", "212 999 001 ext 1 ext 2", "351:212999001ext1ext2"),
    ("351", "212999001, 5", "351:2129990015"),
    ("351", "912341212 casa", "351:912341212casa"),
    ("351", "912341212 (mãe)", "351:912341212mãe"),
    ("351", "912341212 e 912341213", "351:912341212e912341213"),
    ("351", "912341212+912341213", "351:912341212912341213"),
    ("49", "030 123456/7", "49:0301234567"),
    ("49", "030 123456 Ana", "49:030123456ana"),
    ("001", "517-388-1452, call me", "1:5173881452callme"),
    ("001", "1-800-FLOWERS / 9", None),
]


@pytest.mark.parametrize(("extension", "number", "key"), NOT_ONE)
def test_what_is_more_than_one_number_is_not_valid(extension: str, number: str, key: str | None) -> None:
    found, is_valid = parse(extension, number)
    assert is_valid == 0
    assert key in (found, None)


def test_letters_and_slashes_within_one_number() -> None:
    assert parse("001", "1-800-FLOWERS") == ("+18003569377", 1)
    assert parse("001", "1-800-FLOWERS ext 5") == ("+18003569377;ext=5", 1)
    assert parse("49", "030/1234567") == ("+49301234567", 1)


@pytest.mark.parametrize(
    "number",
    ["", "-", "?", "n/a", "sem telefone", "12", "+351", "+351 12", "00351", "1a2", "\u0661\u0662", "x12"],
)
def test_less_than_three_digits_are_nobodys_number(number: str) -> None:
    assert parse("351", number) == parse("0999", number) == (None, 0)
    assert international(number) is None


@pytest.mark.parametrize(
    ("extension", "number", "answer"),
    [
        ("+1242", "359 1234", ("+12423591234", 1)),
        ("+1242", "242 359 1234", ("+12423591234", 1)),
        ("+1242", "+1 876 922 0642", ("+18769220642", 1)),
        ("+1242", "555", ("+1242555", 0)),
        ("1-876", "922-0642", ("+18769220642", 1)),
        ("44-1481", "712345", ("+441481712345", 1)),
        ("44-1481", "01481 712345", ("+441481712345", 1)),
        ("61 891", "62 1234", ("+61891621234", 1)),
        ("7 7", "01 111 2222", ("+77011112222", 1)),
        ("7", "701 111 2222", ("+77011112222", 1)),
        ("39", "+39 (0)6 12345678", ("+390612345678", 1)),
        ("44", "+44 (0)1534 456789", ("+441534456789", 1)),
        ("351", "0034 612345678", ("+34612345678", 0)),
    ],
)
def test_numbers_with_an_area_or_a_trunk_digit(extension: str, number: str, answer: tuple[str, int]) -> None:
    assert parse(extension, number) == answer


@pytest.mark.parametrize(
    ("extension", "number", "kept"),
    [
        (None, "+351 912 340 999", "00351"),
        (None, "\uff0b351912340999", "00351"),
        (None, "(+351) 912 340 999", "00351"),
        (None, "tel:+351-912-340-999", "00351"),
        (None, "\u200e+ 351 912 340 999", "00351"),
        (None, "+1 242 359 1234", "001"),
        (None, "912340999", None),
        (None, "00351 912340999", None),
        (None, "+999 123", None),
        (None, "+", None),
        ("351", "+34 612 345 678", "0034"),
        ("351", "+34 1", "0034"),
        ("351", "+34", "0034"),
        ("351", "0034 612345678", "0034"),
        ("351", "612 345 678", "351"),
        ("351", "34 612345678", "351"),
        ("351", "+999 123", "351"),
        ("+34", "+34 612 345 678", "+34"),
        ("1242", "+1 876 922 0642", "1242"),
        ("55", "0055 34 91234 5678", "55"),
        ("66", "0066 62 185 4567", "66"),
        ("351", "00", "351"),
    ],
)
def test_a_number_tells_its_prefix(extension: str | None, number: str, kept: str | None) -> None:
    assert agreeing(extension, number) == kept


def test_a_prefix_is_replaced_for_00_only_where_it_cannot_be_dialled() -> None:
    for code in CODES:
        for text in list(examples(code))[:3]:
            if parse(f"{code}", f"00{text}")[1]:
                assert agreeing(f"{code}", f"00{text}") == f"{code}"
