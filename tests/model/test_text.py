from hypothesis import given
from hypothesis import strategies as st

from closum.model.text import sort_key


def test_accented_capital_sorts_beside_plain_small_letter() -> None:
    assert sort_key("Águeda") == sort_key("agueda") == "agueda"
    assert sorted(
        ["Vouzela", "Águeda", "agrela", "Abrantes", "Ávila"], key=lambda name: sort_key(name) or ""
    ) == [
        "Abrantes",
        "agrela",
        "Águeda",
        "Ávila",
        "Vouzela",
    ]


def test_forms_of_the_same_text_have_one_key() -> None:
    assert sort_key("Straße") == sort_key("STRASSE") == "strasse"
    assert sort_key("Z\u0327e\u0301lia") == sort_key("Zélia")
    assert sort_key("ﬁm ２") == "fim 2"
    assert sort_key("\u0301") == ""


def test_null_stays_null_and_empty_stays_empty() -> None:
    assert sort_key(None) is None
    assert sort_key("") == ""


@given(st.text())
def test_key_of_a_key_is_itself(text: str) -> None:
    key = sort_key(text)
    assert sort_key(key) == key


@given(st.text(st.characters(max_codepoint=127)))
def test_ascii_is_only_lower_cased(text: str) -> None:
    assert sort_key(text) == text.casefold()
