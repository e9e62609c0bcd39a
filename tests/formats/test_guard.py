"""Cells that would come alive in a spreadsheet, and come back as they were."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from closum.formats.guard import guarded, unguarded

each = pytest.mark.parametrize

ALIVE = [
    "=1+1",
    "+351 912",
    "-5",
    "@SUM(A1)",
    "\tx",
    "\rx",
    " =1",
    "\u200b=1",
    "\ufeff\n+1",
    "＝1",
    "－1",
    "\x00@a",
    "\u00a0=x",
]
PLAIN = ["", "Ana", "'", "''", "'Twas", "a=b", "1-2", "Ána", "😀=1", '"=1"', "{}", "\n", "\u200b", "#1", " x"]
PARTS = st.sampled_from([*"'=+-@＝\t\r\n aZ0é", "\u200b", "\ufeff", "\x01", "😀"])
TEXTS = st.text() | st.lists(PARTS, max_size=6).map("".join)


@each("text", ALIVE)
def test_what_would_come_alive_has_an_apostrophe(text: str) -> None:
    assert guarded(text) == f"'{text}"
    assert unguarded(f"'{text}") == text


@each("text", PLAIN)
def test_what_stays_text_is_as_it_is(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert guarded(text) == (f"'{text}" if text.startswith("''") else text)


@given(TEXTS)
def test_every_text_comes_back(text: str) -> None:
    assert unguarded(guarded(text)) == text


@given(TEXTS)
def test_no_text_comes_alive(text: str) -> None:
    assert guarded(text)[:1] not in tuple("=+-@＝＋－＠\t\r")
