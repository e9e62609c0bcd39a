from collections.abc import Iterator
from time import thread_time

import phonenumbers
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from phonenumbers.phonemetadata import PhoneMetadata

from closum.model import number as module
from closum.model.number import international, parse, prefix

CODES = sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE)
KINDS = ["general_desc", *module._KINDS.split()]


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
    assert parse(f"+{code}", text) == module._parse(code, text)


@pytest.mark.parametrize("code", CODES)
def test_quick_path_agrees_on_the_examples_of_every_country(code: int) -> None:
    texts = {text[:-1] + digit for text in examples(code) for digit in "0369"}
    assert {text: parse(f"{code}", text) for text in texts} == {
        text: module._parse(code, text) for text in texts
    }


def test_quick_path_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    parse.cache_clear()
    monkeypatch.delattr(module, "_parse")
    assert parse("00351", "912 345 678") == ("+351912345678", 1)
    assert parse("001", "201-555-0123") == ("+12015550123", 1)
    assert parse("+44", "7400123456") == ("+447400123456", 1)


@pytest.mark.parametrize(
    ("extension", "code"),
    [
        *(
            ("001", 1),
            ("00351", 351),
            ("+351", 351),
            ("351", 351),
            ("+1", 1),
            ("1", 1),
            ("00800", 800),
            ("7", 7),
        ),
        *(
            (text, None)
            for text in ("", "+", "00", "0", "+00351", "0351", "++351", "351 ", "351\n", " 351", "-351")
        ),
        *(
            (text, None)
            for text in ("999", "00999", "3510", "+١", "３５１", "PT", "001242", "0", "000", "+0351")
        ),
    ],
)
def test_prefix(extension: str, code: int | None) -> None:
    assert prefix(extension) == code


@pytest.mark.parametrize("code", CODES)
def test_every_calling_code_is_a_prefix(code: int) -> None:
    assert {prefix(f"{start}{code}") for start in ("", "+", "00")} == {code}


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
        ("+351", "912345678 ext. 5"),
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
        ("00351", "12", ("+35112", 0)),
        ("00351", "1", ("351:1", 0)),
        ("00351", "None / Ç-ß\0\ud800", ("351:noneçss", 0)),
        ("00351", "", ("351:", 0)),
        ("0999", "n/a", ("0:na", 0)),
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


@settings(max_examples=500, deadline=None)
@given(near_numbers())
@pytest.mark.slow
def test_a_valid_key_is_a_number_with_the_same_key(case: tuple[int, str]) -> None:
    code, text = case
    key, valid = parse(f"{code}", text)
    assume(valid)
    assert parse(f"{code}", key) == parse(f"{code}", f"00{key[1:]}") == (key, 1)
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
        assert key.startswith("+") or ":" in key
        assert "\0" not in key
        key.encode()
    whole = international(number)
    assert whole is None or (whole.startswith("+") and whole[1:].isdigit())


@pytest.mark.parametrize("part", ["9", "x", "+", " ", "0", "9 ", "(", ";phone-context=", "1,", "#", "\u0301"])
def test_long_text_is_quick(part: str) -> None:
    texts = [part * (length // len(part) + 1) for length in (240, 100_000)]
    begin = thread_time()
    keys = [parse(extension, text)[0] for extension in ("351", "001", "800") for text in texts]
    assert all(key.startswith(("+", "351:", "1:", "800:")) for key in keys)
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
