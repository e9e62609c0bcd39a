"""What a form sends is read as it was typed, or refused."""

import pytest

from closum.errors import Malformed
from closum.web.forms import MOST_FIELDS, parse, typed

each = pytest.mark.parametrize


def test_fields_are_in_the_order_in_which_they_were_sent() -> None:
    form = parse("b=1&a=%C3%A1+b&b=2&empty=")
    assert list(form) == [("b", "1"), ("a", "á b"), ("b", "2"), ("empty", "")]
    assert (form("b"), form.every("b"), form("none"), form("none", "x")) == ("2", ["1", "2"], "", "x")
    assert ("empty" in form, "none" in form) == (True, False)


@each("text", ["a=%FF", "a=%00", "%00=a", "a=%ED%A0%80"])
def test_what_is_no_text_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        parse(text)


def test_what_no_database_takes_is_shown_and_named() -> None:
    form = typed("a=x%00y&b=1&a=2")
    assert list(form) == [("a", "x\ufffdy"), ("b", "1"), ("a", "2")]
    assert [*form.odd] == ["a"]
    for text in ("a=%FF", "%00=a", "a=%ED%A0%80"):
        with pytest.raises(Malformed):
            typed(text)


def test_too_many_fields_are_refused() -> None:
    assert len(list(parse("&".join(["a=1"] * MOST_FIELDS)))) == MOST_FIELDS
    with pytest.raises(Malformed, match="too many fields"):
        parse("&".join(["a=1"] * (MOST_FIELDS + 1)))
