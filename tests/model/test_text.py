import pytest
from hypothesis import given
from hypothesis import strategies as st

from closum.model.text import is_visible, sort_key, strip_invisible


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


@pytest.mark.parametrize(
    ("text", "key"),
    [
        *(("Łukasz", "lukasz"), ("Øre", "ore"), ("Đorđe", "dorde"), ("ĦAL", "hal"), ("ɖ", "d"), ("Ǿ", "o")),
        *(("\u0131", "i"), ("Æ", "ae"), ("ǽ", "ae"), ("Œ", "oe"), ("Þór", "thor"), ("Ð", "d"), ("Ŋ", "n")),
        *(("Ə", "e"), ("ẞ", "ss"), ("ß", "ss"), ("ơ", "o"), ("İ", "i"), ("Ƀ", "b")),
        *((text, text) for text in ("ɔ", "ʒ", "я", "ж", "日本", "😀", "λ", "ĸ", "ƿ")),
    ],
)
def test_latin_letters_have_plain_keys_and_nothing_else(text: str, key: str) -> None:
    assert sort_key(text) == key


@given(st.text(st.characters(max_codepoint=255) | st.sampled_from("\u0301\u0327")))
def test_a_letter_of_another_language_changes_nothing_before_it(text: str) -> None:
    """What is Latin-1 has a key by a table, and all else by the rules of Unicode."""
    assert sort_key(f"{text}ł") == f"{sort_key(text)}l"


@pytest.mark.slow
def test_the_key_of_every_characters_key_is_itself() -> None:
    """By blocks, some thousand characters each; marks at the joints are dropped by both."""
    for start in range(0, 0x110000, 0x4000):
        key = sort_key("".join(map(chr, range(start, start + 0x4000))))
        assert sort_key(key) == key


INVISIBLE = "\t \u0085\u00a0\u00ad\u034f\u061c\u115f\u1680\u180e\u2003\u200b\u200e\u2028\u202e\u2060\u2066\u2069\u3000\u3164"


@pytest.mark.parametrize(
    "invisible", [*INVISIBLE, *"\ufe0f\ufeff\uffa0\ufff8\U0001bca0\U0001d173\U000e0001", INVISIBLE]
)
def test_what_is_invisible_goes_at_both_ends_alone(invisible: str) -> None:
    assert strip_invisible(f"{invisible}a{invisible}é{invisible}") == f"a{invisible}é"
    assert strip_invisible(invisible) == ""
    assert not is_visible(invisible)
    assert is_visible(f"{invisible}.{invisible}")


@given(st.text())
def test_stripping_twice_is_stripping_once(text: str) -> None:
    stripped = strip_invisible(text)
    assert strip_invisible(stripped) == stripped
    assert stripped in text
    assert text.strip() == stripped or not text.isascii()


def test_long_invisible_text_is_read_in_one_go() -> None:
    """Quadratic, it would take hours."""
    text = "é" + "\u200b" * 1_000_000 + "é"
    assert strip_invisible(text) == text
    assert is_visible(text)
