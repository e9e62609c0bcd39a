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
