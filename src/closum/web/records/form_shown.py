"""The inputs of a form, as its template shows them."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from markupsafe import Markup

from closum.model.choices import Choice
from closum.model.fields import Order, Text
from closum.model.relations import Parent, Reference
from closum.web import telephone
from closum.web.page import Page
from closum.web.records import countries, extra, inputs, notices, options
from closum.web.records.form_reading import Read
from closum.web.records.inputs import Ask, Texts
from closum.web.records.options import Choices
from closum.web.views import SETTINGS, View, values_of

_LONG = 1_000
"""Characters of a text from which on it is written in an area of several lines."""
_SHORT = frozenset({"text", "choice", "reference", "user"})
"""Kinds of which two are in a row."""
_HEADINGS = {"assignment_rule.source": "holds_for", "assignment_rule.user_ids": "goes_to"}
"""Headings above the inputs from one on."""
_NONE = {"assignment_rule.city_id": "any", "assignment_rule.audience_list_id": "rule_no_list"}
"""What it means that nothing is chosen, where that is more than none."""


class Input(NamedTuple):
    """One input; `kind` names its macro. `options` are values with their texts, `more` those that are the same in every
    form, and `code` is the name of the input that has the calling code of a number."""

    name: str
    label: str
    kind: str
    value: str = ""
    fault: str = ""
    notice: str = ""
    options: Sequence[tuple[str, str]] = ()
    more: Markup = Markup("")
    chosen: Sequence[str] = ()
    length: int = 0
    is_long: bool = False
    is_whole: bool = True
    sought: str = ""
    results: str = ""
    is_fixed: bool = False
    is_first: bool = False
    needed: bool = False
    heading: str = ""
    none: str = ""
    code: str = ""
    rows: Sequence[extra.Row] | None = None
    names: Sequence[str] = ()
    faults: Mapping[str, str] = {}

    @property
    def is_short(self) -> bool:
        """Whether it shares a row with another one; what a record is called by, and what it shows of others, has its own."""
        return self.kind in _SHORT and self.is_whole and not (self.is_first or self.is_long or self.is_fixed)


class Line(NamedTuple):
    """Inputs in a row; `look` has the classes of the row, "" where one input is all of it."""

    inputs: Sequence[Input]
    look: str = ""


def lines(groups: Iterable[Sequence[Input]]) -> list[Line]:
    """The rows of a form: short inputs that follow each other are in two columns."""
    found: list[Line] = []
    for are_short, some in groupby(groups, lambda group: len(group) == 1 and group[0].is_short):
        if not are_short:
            found += [Line(group, "two phone" if len(group) > 1 else "") for group in some]
            continue
        short = [one for group in some for one in group]
        look = "two" if len(short) > 1 else ""
        found += [Line(short[at : at + 2], look) for at in range(0, len(short), 2)]
    return found


class Maker:
    """Makes the inputs of one form."""

    def __init__(self, page: Page, view: View, found: Read, texts: Texts, faults: Mapping[str, str]) -> None:
        self._page, self._view, self._found = page, view, found
        self._texts, self._faults = texts, faults

    def groups(self) -> list[list[Input]]:
        """Those of records that this one shows stand together, and a prefix with its number; what it belongs to, and nobody
        changes here, comes first.
        """
        made: list[list[Input]] = []
        for some in inputs.groups(self._view.resource).values():
            shown = [self._input(one) for one in some if one.kind != "document" and not self._is_moved(one)]
            if made and made[-1][-1].kind == "prefix":
                made[-1] += shown
            elif shown:
                made.append(shown)
        return sorted(made, key=lambda some: not some[0].is_fixed)

    def _is_moved(self, ask: Ask) -> bool:
        """Whether it is a place among others that people choose by moving the record in the settings."""
        return isinstance(ask.field, Order) and self._view.place == SETTINGS

    def documents(self) -> list[Input]:
        return [self._input(one) for one in inputs.asks(self._view.resource) if one.kind == "document"]

    def _input(self, ask: Ask) -> Input:
        text = self._texts.get(ask.name, "")
        made = Input(
            ask.name,
            self.label(ask),
            ask.kind,
            text,
            self._faults.get(ask.name, "") or self._faults.get(ask.group, ""),
            heading=_HEADINGS.get(self._view.label(ask.name), ""),
            none=self._page.words(_NONE.get(self._view.label(ask.name), "none")),
            needed=ask.field.needed and not ask.is_nested,
            is_fixed=isinstance(ask.field, Parent) and bool(text),
            is_first=ask.is_nested or ask.name == self._view.resource.called_by,
        )
        return made._replace(**self._own(ask, text))

    def label(self, ask: Ask) -> str:
        words = self._page.words
        if ask.is_nested and ask.field.name in (one.key for one in self._view.resource.nested):
            return words(f"{self._view.name}.{ask.group}")
        return words(self._view.label(ask.name))

    def _own(self, ask: Ask, text: str) -> dict[str, Any]:
        """What depends on the kind."""
        if ask.kind in ("text", "email"):
            length = ask.field.max_length if isinstance(ask.field, Text) else 0
            return {
                "length": length,
                "is_long": length > _LONG or "\n" in text,
                "code": self._code(ask),
                "notice": self._notice(ask),
            }
        if ask.kind == "choice":
            return {"options": self._values(ask)}
        if ask.kind == "prefix":
            return self._prefix(text)
        if ask.kind == "document":
            return self._document(ask, text)
        if choices := self._found.choices.get(ask.name):
            if isinstance(ask.field, Reference | Parent):
                choices = choices.in_words(ask.field.resource, self._page.words)
            named = [(str(one), title) for one, title in choices.titles.items()]
            own = {"options": named, "is_whole": choices.is_whole, "chosen": text.split(",")}
            return own | {"sought": choices.sought, "results": self._results(choices)}
        if ask.kind == "time":
            return {"chosen": inputs.day_and_time(text)}
        return {}

    def _values(self, ask: Ask) -> list[tuple[str, str]]:
        words, view = self._page.words, self._view
        own = [(one, words(f"{view.label(ask.name)}.{one}")) for one in values_of(ask.field)]
        return own or [(one, one) for one in (ask.field.among if isinstance(ask.field, Choice) else ())]

    def _results(self, choices: Choices) -> str:
        """How many records a search has found, for people; "" before anybody searches."""
        if choices.is_whole or not choices.sought:
            return ""
        words, most = self._page.words, self._page.locale.number(options.MOST_FOUND)
        if choices.number > options.MOST_FOUND:
            return words.results_most.format(n=most)
        if not choices.number:
            return words.nothing_found
        return words.results_n.format(n=self._page.locale.number(choices.number))

    def _prefix(self, text: str) -> dict[str, Any]:
        """The one that is there, the last one of the account, that of its country; then all."""
        own = countries.prefix_of(self._page.session.country)
        first = dict.fromkeys(one for one in (text, self._found.prefix, own) if one)
        named = [(one, countries.called(one, self._page.words)) for one in first]
        return {
            "options": named,
            "more": countries.options(self._page.words),
            "value": text or next(iter(first), ""),
        }

    def _document(self, ask: Ask, text: str) -> dict[str, Any]:
        begins = f"{ask.name}."
        faults = {
            name.removeprefix(begins): said for name, said in self._faults.items() if name.startswith(begins)
        }
        return {"rows": extra.parsed(text), "faults": faults, "names": self._found.names.get(ask.name, ())}

    def _code(self, ask: Ask) -> str:
        """The name of the input of the calling code of a number; "" for anything else."""
        name = ask.name.removesuffix(ask.field.name) + "extension"
        return name if ask.field.name == "number" and name in self._texts else ""

    def _notice(self, ask: Ask) -> str:
        """What is worth looking at in a number."""
        prefix = self._code(ask)
        if not prefix or ask.name in self._faults:
            return ""
        page = self._page
        typed = self._texts.get(ask.name, "")
        return notices.of_number(self._texts[prefix], typed, page.words, page.locale)

    def together(self, some: Sequence[Ask]) -> str:
        """What is in inputs that stand together, as text: a number as it is dialled."""
        if len(some) > 1 and some[0].kind == "prefix":
            return telephone.shown(*(self._texts.get(one.name, "") for one in some)).text
        return " ".join(self.plain(one) for one in some).strip()

    def plain(self, ask: Ask) -> str:
        """What is in an input, as text."""
        text = self._texts.get(ask.name, "")
        made = self._input(ask)
        if ask.kind == "document":
            return (
                "\n".join(f"{one.name}: {one.text}" for one in made.rows) if made.rows is not None else text
            )
        named = dict(made.options)
        if ask.kind in ("reference", "user", "users", "choice"):
            return ", ".join(named.get(one, one) for one in text.split(","))
        if ask.kind in ("flag", "tick"):
            return self._page.words.yes if text in ("1", inputs.TICKED) else self._page.words.no
        if ask.kind == "prefix":
            return telephone.code(text)
        return text.replace("T", " ") if ask.kind == "time" else text
