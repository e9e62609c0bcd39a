"""What a cell of a list shows, by the kind of its column."""

from collections.abc import Callable, Mapping
from typing import Any

from markupsafe import Markup, escape

from closum.web import telephone
from closum.web.icons import icon
from closum.web.lists.columns import Column
from closum.web.locale import Locale, broken
from closum.web.telephone import Telephone
from closum.web.words import Words

Text = str | Markup
_LABELS = {"id": ' data-label="{}"', "number": ' data-label="{}:"', "flag": ' data-label="{}:"'}
"""What says what a value is on a phone, where there are no headings, by the kind of its column."""
_NARROWEST, _PHONE = 10, 16
"""Letters that fit every column, and that of phones."""


def text(value: Any, kind: str, label: str, words: Words, locale: Locale) -> Text:
    """Of a value that is there; `label` is the key of what its property is called."""
    show = _SHOWN.get(kind)
    return show(value, label, words, locale) if show else clipped(str(value))


def attributes(column: Column, name: str, *, is_labelled: bool = False) -> Markup:
    """Of the elements of a column that is called so, with a space before."""
    usual = _LABELS["number"] if is_labelled else ""
    label = Markup(_LABELS.get(column.kind, usual)).format(escape(name))  # noqa: S704
    classes = ("num" if column.is_right or column.kind == "phone" else "", "right" if column.is_right else "")
    named = " ".join(filter(None, classes))
    return Markup(' class="{}"').format(named) + label if named else label


def whole(text: Text, column: Column | None = None) -> Markup:
    """The attribute with all of a text that a table may cut: none for what fits every column."""
    plain = text.striptags() if isinstance(text, Markup) else text
    always_fits = column and (column.is_right or column.kind in ("flag", "validity"))
    most = _PHONE if column and column.kind == "phone" else _NARROWEST
    return Markup() if always_fits or len(plain) <= most else Markup(' title="{}"').format(plain)


def clipped(text: Text) -> Markup:
    """In two lines where one is too short: what an account names itself often begins alike, and addresses often end so."""
    return Markup('<span class="clip">{}</span>').format(broken(text))


def _choice(value: str, label: str, words: Words, _: Locale) -> Text:
    key = f"{label}.{value}"
    return words(key) if key in words else value


def _flag(value: bool, _label: str, words: Words, _: Locale) -> Text:
    text: str = words.yes if value else words.no
    return text


def _validity(value: bool, _label: str, words: Words, _: Locale) -> Text:
    """What is as it should be says nothing."""
    if value:
        return ""
    return Markup('<span class="mark warn">{}{}</span>').format(icon("warn"), words.not_valid)


def _number(value: int, _label: str, _: Words, locale: Locale) -> Text:
    return locale.number(value)


def _time(value: str, _label: str, _: Words, locale: Locale) -> Text:
    return locale.time(value, locale.day(value))


def _phone(value: Telephone, _label: str, words: Words, _: Locale) -> Text:
    return telephone.cell(value, words)


_SHOWN: Mapping[str, Callable[[Any, str, Words, Locale], Text]] = {
    "choice": _choice,
    "flag": _flag,
    "validity": _validity,
    "number": _number,
    "time": _time,
    "phone": _phone,
}
"""The others are shown as they are."""
