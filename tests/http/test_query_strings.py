"""A query string is read as a form is: what is plain in it takes a shorter way to the same parameters."""

from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from closum.errors import Malformed
from closum.http.request import Request, unknown_parameter
from closum.model import query
from closum.model.query import PARAMETERS
from closum.resources.lead import LEAD

NAMES = ("limit", "page", "sort", "direction", "", "_", "other", "pa%67e", "p+age", "é")
VALUES = ("", "1", "25", "07", "id", "name", "desc", "%31", "1+1", "=", "a=b", "é", "%", ";")
PARTS = st.builds(
    lambda name, sign, value: name + sign + value, *map(st.sampled_from, (NAMES, ("=", ""), VALUES))
)
TEXTS = st.lists(PARTS, max_size=4).map("&".join) | st.text("pae=&+%1;é", max_size=12)


def asked(text: bytes) -> Any:
    nothing: Any = None
    try:
        return Request({"query_string": text}, nothing, nothing, LEAD, nothing).asked
    except Malformed as refused:
        return str(refused)


def parsed(pairs: list[tuple[str, str]]) -> Any:
    try:
        return query.parse(LEAD, pairs)
    except Malformed as refused:
        return str(refused)


@given(text=TEXTS)
def test_a_query_string_is_read_as_the_standard_library_reads_it(text: str) -> None:
    given_bytes = text.encode("latin-1")
    pairs = parse_qsl(text, keep_blank_values=True)
    assert asked(given_bytes) == parsed(pairs)
    for known in ((), PARAMETERS):
        wrong = query.unknown((name for name, _ in pairs), known)
        assert unknown_parameter(known, given_bytes) == wrong


@pytest.mark.parametrize("text", [b"page=2&", b"&&page=2", b"page=2&_", b"page=2&_=&_=1"])
def test_what_is_empty_or_begins_with_an_underscore_says_nothing(text: bytes) -> None:
    assert asked(text).window.number == 2
    assert unknown_parameter(PARAMETERS, text) is None
