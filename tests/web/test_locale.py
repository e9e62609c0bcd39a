"""How numbers and times are written for a reader."""

import pytest
from markupsafe import Markup

from closum.web.locale import Locale, broken, dotted, said
from closum.web.words import LANGUAGES, load

WORDS = load()
NOW = "2026-11-26T10:41:00+00:00"

each = pytest.mark.parametrize


def locale(language: str, zone: str = "Europe/Lisbon") -> Locale:
    return Locale(language, WORDS[language], zone)


@each(
    ("language", "number", "text"),
    [
        ("en", 0, "0"),
        ("en", 1_284_530, "1,284,530"),
        ("pt", 999, "999"),
        ("pt", 1_284_530, "1\N{NO-BREAK SPACE}284\N{NO-BREAK SPACE}530"),
    ],
)
def test_numbers(language: str, number: int, text: str) -> None:
    assert locale(language).number(number) == text


@each(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (59.4, "59 s"),
        (60, "1 min"),
        (3_599, "59 min"),
        (3_600, "1 h"),
        (12_000.5, "3 h 20 min"),
        (86_400, "1 day"),
        (2 * 86_400 + 4 * 3_600 + 59 * 60, "2 days 4 h"),
    ],
)
def test_how_long_something_took(seconds: float, text: str) -> None:
    assert locale("en").lasting(seconds) == text


@each(("language", "text"), [("en", "93.4%"), ("pt", "93,4\N{NO-BREAK SPACE}%")])
def test_shares(language: str, text: str) -> None:
    assert locale(language).percent(0.934) == text


@each(
    ("language", "texts"),
    [("en", ["<0.1%", "0.1%", "99.9%", ">99.9%"]), ("pt", ["<0,1 %", "0,1 %", "99,9 %", ">99,9 %"])],
)
def test_what_is_not_none_or_all_is_never_written_so(language: str, texts: list[str]) -> None:
    parts = (0.0004, 0.0006, 0.9994, 0.9996)
    assert [locale(language).percent(one) for one in parts] == [
        one.replace(" ", "\N{NO-BREAK SPACE}") for one in texts
    ]


@each(
    ("language", "texts"),
    [("en", ["0%", "100%"]), ("pt", ["0\N{NO-BREAK SPACE}%", "100\N{NO-BREAK SPACE}%"])],
)
def test_none_and_all_have_no_decimals(language: str, texts: list[str]) -> None:
    assert [locale(language).percent(part) for part in (0, 1)] == texts


@each(
    ("language", "day", "moment"),
    [("en", "26 Nov 2026", "26 Nov 2026, 10:41"), ("pt", "26/11/2026", "26/11/2026, 10:41")],
)
def test_days_and_times(language: str, day: str, moment: str) -> None:
    assert locale(language).day(NOW) == day
    assert locale(language).moment(NOW) == moment


def test_times_are_those_of_the_clocks_of_the_account() -> None:
    assert locale("en", "Asia/Tokyo").moment("2026-11-26T20:00:00+00:00") == "27 Nov 2026, 05:00"


@each(
    ("stored", "text"),
    [
        ("2026-11-26T00:05:00+00:00", "today, 00:05"),
        ("2026-11-25T23:59:00+00:00", "yesterday"),
        ("2026-11-24T09:14:00+00:00", "24 Nov 2026, 09:14"),
    ],
)
def test_what_was_lately(stored: str, text: str) -> None:
    assert locale("en").lately(stored, NOW) == text


@each(
    ("due", "text"),
    [
        ("2026-11-25T15:00:00+00:00", "ontem, 15:00"),
        ("2026-11-26T23:59:59+00:00", "hoje"),
        ("2026-11-27T15:00:00+00:00", "amanhã, 15:00"),
        ("2026-11-28T15:00:00+00:00", "28/11/2026, 15:00"),
    ],
)
def test_when_something_is_due(due: str, text: str) -> None:
    assert locale("pt").until(due, NOW) == text


@each("language", LANGUAGES)
def test_one_is_not_several(language: str) -> None:
    one, two = (locale(language).count("lead.n", number) for number in (1, 2))
    assert (one, two) == ("1 lead", "2 leads")


def test_what_is_filled_in_is_escaped_unless_it_is_markup() -> None:
    assert said("<{a}> {b}", a="<b>", b=Markup("<i>")) == "&lt;&lt;b&gt;&gt; <i>"


def test_a_time_says_its_moment_to_machines() -> None:
    assert locale("en").time(NOW, "<now>") == f'<time datetime="{NOW}">&lt;now&gt;</time>'


@each(
    ("value", "shown"),
    [
        ("a@b.pt", "a<wbr>@b.pt"),
        ("See x.y. a.b@c.pt", "See x.y. a.<wbr>b<wbr>@c.pt"),
        (Markup('<b title="a.b@c">a.b@c</b> d.e'), '<b title="a.b@c">a.<wbr>b<wbr>@c</b> d.e'),
        ("<b>@x, y@z", "&lt;b&gt;<wbr>@x, y<wbr>@z"),
        ('{"a":{"b":[1,2]},"c":1}', "{&#34;a&#34;:<wbr>{&#34;b&#34;:<wbr>[1,2]},<wbr>&#34;c&#34;:1}"),
        ("Rua A, 1:2 @.", "Rua A, 1:2 @."),
        (Markup('<a href="mailto:a@b">a@b</a> · c@d'), '<a href="mailto:a@b">a<wbr>@b</a> · c<wbr>@d'),
        (Markup("a<wbr>@b"), "a<wbr>@b"),
        (12, 12),
        (None, None),
    ],
)
def test_where_a_text_may_break(value: object, shown: object) -> None:
    assert broken(value) == shown


def test_parts_of_a_line_are_escaped_unless_they_are_markup_and_those_that_say_nothing_are_left_out() -> None:
    assert dotted(["<a>", "", Markup("<b>b</b>")]) == (
        '<span class="dots"><span>&lt;a&gt;</span> <span><b>b</b></span></span>'
    )
    assert (dotted(["", "<a>"]), dotted(["", ""])) == ("&lt;a&gt;", "")
