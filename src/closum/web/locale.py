"""How numbers and times are written for a reader: in a language, and on the clocks of an account."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from closum.web.words import Words

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NAMED = re.compile(rf"([0-9]{{1,2}}) ({'|'.join(_MONTHS)}) ([0-9]{{4}})")
_SLASHED = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_GROUPED = re.compile(r"-?[1-9][0-9]{4,14}\.[0-9]+")
LAST_SECOND = "23:59:59"
"""Of a day: what is due by a day alone is due then."""
_SPACE = "\N{NO-BREAK SPACE}"
_BREAKS = re.compile(r'(?<=\S)(?=@\S)|(?<=\.)(?=[^\s@]{1,64}@\S)|(?<=[,:])(?=["\[{])')
_MARKUP_BREAKS = re.compile(r"(?:(?<=[^\s>])(?=@[^\s<])|(?<=\.)(?=[^\s<>@]{1,64}@[^\s<]))(?![^<>]*>)")
"""Outside tags."""


class Locale:
    """`now` and every time are text as it is stored: `2026-11-26T10:41:00+00:00`."""

    def __init__(self, language: str, words: Words, zone: str) -> None:
        self.language, self._words, self._zone = language, words, ZoneInfo(zone)
        self._is_english = language == "en"
        self._point = "." if self._is_english else ","

    def number(self, value: int) -> str:
        """`1,284,530`, `1 284 530`."""
        text = f"{value:,}"
        return text if self._is_english else text.replace(",", _SPACE)

    def flag(self, value: bool) -> str:
        return self._words.yes if value else self._words.no

    def decimal(self, text: str) -> str:
        """A number of JSON as people write it: `250,000.5`, `250 000,5`. A whole one may be a code, and has no gaps."""
        whole, point, more = text.partition(".")
        if _GROUPED.fullmatch(text):
            whole = self.number(int(whole))
        return f"{whole}{point and self._point}{more}"

    def read_decimal(self, text: str) -> str | None:
        """The number of JSON that somebody means; None for what is none, or may be one of two, as `1.234` in Portuguese is."""
        point, other = (".", ",") if self._is_english else (",", ".")
        text = _plain_spaces(text)
        if re.fullmatch(rf"-?[1-9][0-9]{{0,2}}\{other}[0-9]{{3}}", text):
            return None
        for gap in (" ", rf"\{other}"):
            if re.fullmatch(rf"-?[1-9][0-9]{{0,2}}({gap}[0-9]{{3}})+(\{point}[0-9]+)?", text):
                text = text.replace(gap[-1], "")
        text = text.replace(",", ".")
        return text if _DECIMAL.fullmatch(text) else None

    def read_integer(self, text: str) -> str:
        """The digits of a whole number that `number` writes so; another text as it is."""
        plain = _plain_spaces(text)
        for gap in (" ", r"\," if self._is_english else r"\."):
            if re.fullmatch(rf"[1-9][0-9]{{0,2}}({gap}[0-9]{{3}})+", plain):
                return plain.replace(gap[-1], "")
        return text

    def percent(self, part: float) -> str:
        """Of a share from 0 to 1: `93.4%`, `93,4 %`; none and all of it without decimals, and nothing else as these: `<0.1%`, `>99.9%`."""
        text = f"{100 * part:.1f}" if 0 < part < 1 else f"{100 * part:.0f}"
        text = {"0.0": "<0.1", "100.0": ">99.9"}.get(text, text)
        return f"{text}%" if self._is_english else f"{text.replace('.', ',')}{_SPACE}%"

    def there(self, stored: str) -> dt.datetime:
        """A stored time on the clocks of the account; in UTC in the first and the last hours that there are."""
        moment = dt.datetime.fromisoformat(stored)
        try:
            return moment.astimezone(self._zone)
        except OverflowError:
            return moment

    def begin(self, day: dt.date) -> str:
        """When a day begins on the clocks of the account, as times are stored."""
        there = dt.datetime.combine(day, dt.time(), self._zone)
        try:
            return there.astimezone(dt.UTC).isoformat()
        except OverflowError:
            return there.replace(tzinfo=dt.UTC).isoformat()

    def day(self, stored: str) -> str:
        """`26 Nov 2026`, `26/11/2026`."""
        return self.date(self.there(stored).date())

    def date(self, day: dt.date) -> str:
        if self._is_english:
            return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
        return f"{day:%d/%m/%Y}"

    def short(self, day: dt.date) -> str:
        """`26 Nov`, `26/11`."""
        return f"{day.day} {_MONTHS[day.month - 1]}" if self._is_english else f"{day:%d/%m}"

    def month(self, day: dt.date) -> str:
        """Its name: `November`, `novembro`."""
        return self._words(f"month.{day.month}")

    def month_of(self, day: dt.date) -> str:
        """With its year: `November 2026`, `novembro de 2026`."""
        return self._words.month_of_year.format(month=self.month(day), year=day.year)

    def read_date(self, text: str) -> dt.date | None:
        """The day that `date` writes so, or ISO 8601; None for what is none."""
        if self._is_english and (found := _NAMED.fullmatch(text)):
            text = f"{found[3]}-{_MONTHS.index(found[2]) + 1:02}-{found[1]:>02}"
        elif not self._is_english and (found := _SLASHED.fullmatch(text)):
            text = f"{found[3]}-{found[2]:>02}-{found[1]:>02}"
        return iso_day(text)

    def moment(self, stored: str) -> str:
        """Day and time: `26 Nov 2026, 10:41`."""
        there = self.there(stored)
        return f"{self.date(there.date())}, {there:%H:%M}"

    def until(self, stored: str, now: str = "") -> str:
        """A moment, with `now` `tomorrow, 10:41` where it is near; the day alone where it is the last second of that."""
        there = self.there(stored)
        day = self._near(there, now) if now else ""
        day = day or self.date(there.date())
        return day if f"{there:%H:%M:%S}" == LAST_SECOND else f"{day}, {there:%H:%M}"

    def lately(self, stored: str, now: str) -> str:
        """`today, 10:41`, `yesterday`, or the day and time."""
        there = self.there(stored)
        day = self._near(there, now)
        return day if day == self._words("near.-1") else f"{day or self.date(there.date())}, {there:%H:%M}"

    def _near(self, there: dt.datetime, now: str) -> str:
        """What the day is called that is yesterday, today or tomorrow; "" for another."""
        key = f"near.{(there.date() - self.there(now).date()).days}"
        return self._words(key) if key in self._words else ""

    def lasting(self, seconds: float) -> str:
        """`45 s`, `12 min`, `3 h 20 min`, `2 days 4 h`."""
        days, rest = divmod(round(seconds), 86_400)
        hours, minutes = rest // 3_600, rest % 3_600 // 60
        whole = [str(self.count("days", days)) if days else "", f"{hours} h" if hours else ""]
        parts = [*whole, f"{minutes} min" if minutes and not days else ""]
        return " ".join(filter(None, parts)) or f"{rest} s"

    def time(self, stored: str, text: str) -> Markup:
        """An element that tells machines the moment, and people the text."""
        return Markup(f'<time datetime="{escape(stored)}">{escape(text)}</time>')  # noqa: S704

    def count(self, key: str, number: int, *, most: int | None = None, **values: object) -> Markup:
        """The text with a number `{n}` in it; for 1 that of `<key>_one`, where there is one."""
        words = self._words
        chosen = f"{key}_one" if number == 1 and f"{key}_one" in words else key
        return said(
            words(chosen), n=self.number(number) if most is None else self.up_to(most, number), **values
        )

    def up_to(self, most: int, number: int) -> str:
        """A number of what is counted no further than `most`: `100+`."""
        return f"{self.number(most)}+" if number > most else self.number(number)


def _plain_spaces(text: str) -> str:
    return text.strip().replace(_SPACE, " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


def iso_day(text: str) -> dt.date | None:
    """The day that is written as `2026-11-26`; None for another text."""
    try:
        return dt.date.fromisoformat(text) if _ISO.fullmatch(text) else None
    except ValueError:
        return None


def broken(text: Any) -> Any:
    """What is shown as the text of an element: what has to break does so before the @ of an address, behind a dot before that, or
    between the members of a JSON value.
    """
    if not isinstance(text, str):
        return text
    if isinstance(text, Markup):
        return Markup(_MARKUP_BREAKS.sub("<wbr>", text))  # noqa: S704
    parts = _BREAKS.split(text)
    return Markup("<wbr>").join(parts) if len(parts) > 1 else text


def dotted(parts: Iterable[str | Markup]) -> Markup:
    """Those that say something, with dots between them within a line: whatever is no markup in them is escaped."""
    some = [escape(one) for one in parts if one]
    if len(some) < 2:
        return Markup().join(some)
    each = Markup(" ").join(Markup("<span>{}</span>").format(one) for one in some)
    return Markup('<span class="dots">{}</span>').format(each)


def said(text: str, **values: object) -> Markup:
    """A text with its placeholders filled: whatever is no markup in them is escaped."""
    return escape(text).format(**values)


@lru_cache(maxsize=1_024)
def _locale(language: str, zone: str, words: Words) -> Locale:
    return Locale(language, words, zone)


def locale_of(language: str, zone: str, words: Mapping[str, Words]) -> Locale:
    """The one of a language and a zone of the IANA database."""
    return _locale(language, zone, words[language])
