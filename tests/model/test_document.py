import json
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from closum.model import document


@pytest.mark.parametrize(
    "text",
    ['{"b":1.10,"a":[1E5,-0.0,12345678901234567.5,0.1234567890123456789]}', '["é",null,true,{"":{}}]', "12"],
)
def test_a_value_is_written_as_it_was_read(text: str) -> None:
    assert document.write(document.read(text)) == text


def test_white_space_between_is_not_kept() -> None:
    assert document.write(document.read('{ "b" : [ 1.10 , 2 ],\n "a":"x y" }')) == '{"b":[1.10,2],"a":"x y"}'


@pytest.mark.parametrize("text", ["1e999", "-1e999", '{"a":[1e400]}'])
def test_a_number_that_overflows_is_refused(text: str) -> None:
    with pytest.raises(document.DocumentError, match="too large"):
        document.read(text)


NON_ASCII = '"\\u00e9"'  # an escape, so that every value is looked at


@pytest.mark.parametrize(("begin", "end"), [("[", "]"), ('{"a":', "}")])
def test_32_levels_and_no_more(begin: str, end: str) -> None:
    def nested(levels: int) -> str:
        return begin * levels + NON_ASCII + end * levels

    assert document.write(document.read(nested(32))).count("\u00e9") == 1
    with pytest.raises(document.DocumentError, match="more than 32 levels deep"):
        document.read(nested(33))


def test_1000_keys_and_no_more() -> None:
    def keys(number: int) -> str:
        return "{" + ",".join(f'"{n}":{NON_ASCII}' for n in range(number)) + "}"

    assert len(document.read(keys(1000))) == 1000
    with pytest.raises(document.DocumentError, match="more than 1000 keys"):
        document.read(keys(1001))


@pytest.mark.parametrize("code", ["d800", "dbff", "dc00", "dffe", "dfff"])
def test_a_lone_surrogate_is_refused(code: str) -> None:
    for text in (f'"\\u{code}"', f'{{"\\u{code}":1}}', f'["a\\u{code}b"]'):
        with pytest.raises(document.DocumentError, match="lone surrogate"):
            document.read(text)


@pytest.mark.parametrize("character", ["\ud7ff", "\ue000", "\U0001f600"])
def test_what_stands_beside_the_surrogates_is_taken(character: str) -> None:
    assert document.read(json.dumps(character)) == character


def test_nul_is_refused_where_it_is_written_out() -> None:
    with pytest.raises(document.DocumentError, match="NUL"):
        document.read('{"a":["b\\u0000"]}')


@pytest.mark.parametrize("text", ['{"a":1,"a":1}', '[{"b":{"a":1,"\\u0061":2}}]'])
def test_a_key_that_is_there_twice_is_refused(text: str) -> None:
    with pytest.raises(document.DocumentError, match="same key twice"):
        document.read(text)


def test_a_message_repeats_nothing_of_the_text() -> None:
    with pytest.raises(document.NotJSON) as refused:
        document.read('{"secret": secret}')
    assert "secret" not in str(refused.value)


@given(
    st.sampled_from(["", "-"]),
    st.from_regex("(0|[1-9][0-9]{0,9})", fullmatch=True),
    st.from_regex(r"([.][0-9]{1,9})?", fullmatch=True),
    st.from_regex(r"([eE][+-]?0{0,2}[0-9]{1,2})?", fullmatch=True),
)
def test_a_number_is_whole_by_its_digits(sign: str, integer: str, fraction: str, exponent: str) -> None:
    assume(fraction or exponent)
    text = f"{sign}{integer}{fraction}{exponent}"
    exact = Fraction(Decimal(text))
    assert document.whole(document.read(text)) == (str(exact.numerator) if exact.denominator == 1 else None)


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("9007199254740993.0", "9007199254740993"),
        ("-0.0", "0"),
        ("0e999999999999", "0"),
        (f"0e{'9' * 5000}", "0"),
        (f"1e-{'9' * 5000}", None),
        ("1e-400", None),
        (f"0.{'0' * 100_000}1e100001", "1"),
        (f"1{'0' * 100_000}e-100000", "1"),
        ("1e0000000000000000002", "100"),
    ],
)
def test_a_long_number_is_whole_by_its_digits(text: str, digits: str | None) -> None:
    assert document.whole(document.read(text)) == digits


def nested(levels: int) -> object:
    return [] if levels == 1 else [nested(levels - 1)]


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (nested(document.MAX_DEPTH + 1), "more than 32 levels deep"),
        (nested(900), "more than 32 levels deep"),
        (dict.fromkeys(map(str, range(document.MAX_KEYS + 1))), "more than 1000 keys"),
        ([{"a": dict.fromkeys(map(str, range(document.MAX_KEYS)))}], "more than 1000 keys"),
        (["\0"], "NUL"),
        ({"\0": 1}, "NUL"),
        (["\ud800"], "lone surrogate"),
        ({"é\udfff": 1}, "lone surrogate"),
        ([float("nan")], "not finite"),
        ([float("-inf")], "not finite"),
    ],
)
def test_nothing_is_written_that_would_not_be_read(value: object, why: str) -> None:
    with pytest.raises(document.DocumentError, match=why):
        document.write(value)


def test_what_is_written_at_the_limits_is_read() -> None:
    for value in (
        nested(document.MAX_DEPTH),
        dict.fromkeys(map(str, range(document.MAX_KEYS))),
        {"é\n": [0.5, ":["]},
    ):
        assert document.read(document.write(value)) == value


def test_a_key_is_a_text() -> None:
    with pytest.raises(TypeError, match="not int"):
        document.write({1: 2})
