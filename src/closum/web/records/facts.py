"""What a page shows of the properties of a record."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple
from urllib.parse import quote

from markupsafe import Markup

from closum.model import number
from closum.model.fields import Document, Field
from closum.model.relations import Nested, Row
from closum.model.resource import Resource
from closum.web import called, telephone, titles
from closum.web.kinds import kind_of
from closum.web.locale import broken
from closum.web.named import Named, named_by
from closum.web.page import Page
from closum.web.records import countries, extra, linked
from closum.web.records.inputs import Ask, asks
from closum.web.views import View


class Mark(NamedTuple):
    """A state in a word; `kind` is good or warn."""

    kind: str
    text: str


class Fact(NamedTuple):
    """One property: `href` is where its value leads, below the root where it begins with /; `small` explains it. `page` is that
    of the record that it is of, where that is another one."""

    label: str
    text: str | Markup
    href: str = ""
    mark: Mark | None = None
    small: str | Markup = ""
    lines: bool = False
    page: str = ""


class Teller:
    """Tells properties in the words of a page."""

    def __init__(self, page: Page, view: View, named: Named) -> None:
        self._page, self._view, self._named = page, view, named
        self._words, self._locale = page.words, page.locale

    def fact(self, field: Field, row: Row) -> Fact | None:
        """A property of a row; None where there is nothing."""
        value = row.get(field.name)
        if value is None or value == "[]":
            return None
        label = self._words(self._view.label(field.name))
        href = self._href(field, value)
        return Fact(label, self.text(field, value), href, lines="\n" in str(value))

    def text(self, field: Field, value: Any) -> str | Markup:
        """A value for people."""
        kind, words, locale = kind_of(field), self._words, self._locale
        if value is None:
            return words.no_value
        if kind == "flag":
            return words.yes if value else words.no
        if kind == "number":
            return locale.number(value)
        if kind == "time":
            return locale.time(value, locale.until(value))
        if kind == "choice":
            key = f"{self._view.name}.{field.name}.{value}"
            return words(key) if key in words else str(value)
        if field.name in telephone.prefixes(self._view.resource).values():
            return telephone.code(value)
        names = [self._called(*one) for one in named_by(field, value)]
        return ", ".join(names) if names or kind == "users" else str(value)

    def title(self, record: Row) -> str:
        """What a record is called that a list has."""
        resource = self._view.resource
        read = {name: record[name] for name in titles.properties(resource)}
        return called.title(resource, read, self._named, self._words)

    def state(self, enabled: object) -> Mark:
        """Whether a record is in use."""
        of = self._view.name
        return (
            Mark("good", self._words(f"{of}.enabled")) if enabled else Mark("", self._words(f"{of}.disabled"))
        )

    def other(self, name: str, record_id: int | None) -> str:
        """What another record is called; "" without one."""
        return "" if record_id is None else self._called(name, record_id)

    def _called(self, name: str, record_id: int) -> str:
        title = self._named.get((name, record_id))
        return self._words.called(name, record_id, title) if title else f"{self._words.id} {record_id}"

    def _href(self, field: Field, value: Any) -> str:
        if kind_of(field) != "reference":
            return ""
        other: Resource = field.resource  # type: ignore[attr-defined]
        if other.shared:
            return f"{self._view.path}?filter={quote(f'{field.name}={value}', safe='')}"
        return f"{self._page.site.views[other.name].path}/{value}"

    def own(self, row: Row) -> list[Fact]:
        """What people write in a record, but for its title, its documents and what it shows of others."""
        resource = self._view.resource
        title, label = resource.called_by, self._words(self._view.name)
        if reached := self.reached(resource, row, label):
            return [reached]
        untold = () if titles.names_others(resource) else (title,)
        fields = [
            one for one in resource.writable if not isinstance(one, Document) and one.name not in untold
        ]
        return [found for one in fields if (found := self.fact(one, row))]

    def called(self, row: Row) -> Fact | None:
        """What a record is called by, as it is written; None for an address or a number, which is told as what it is."""
        resource, name = self._view.resource, self._view.resource.called_by
        field = next((one for one in resource.writable if one.name == name), None)
        return None if field is None or self.reached(resource, row, "") else self.fact(field, row)

    def kept(self, row: Row, hidden: Collection[str] = ()) -> list[Fact]:
        """What the product writes in a record, but for what is `hidden`."""
        fields = (one for one in self._view.resource.fields if one.read_only and one.name not in hidden)
        found = (self.fact(one, row) for one in fields)
        return [Fact(self._words.id, str(row["id"])), *(one for one in found if one)]

    def documents(self, row: Row) -> Iterator[tuple[str, str, Sequence[extra.Row] | None, str]]:
        """Of each document its name, its label, its rows, and its text."""
        for field in self._view.resource.fields:
            if isinstance(field, Document) and (text := row[field.name]):
                found = extra.members(text)
                rows = None if found is None else [self._member(one.row) for one in found]
                label = self._words(self._view.label(field.name))
                yield field.name, label, rows, text

    def _member(self, row: extra.Row) -> extra.Row:
        if row.kind == extra.TEXT:
            return row._replace(text=self._linked(row))
        return extra.typed(row, self._locale)

    def member(self, row: extra.Row) -> str:
        """The value of a member of a document for people."""
        if row.kind == extra.FLAG:
            return self._locale.flag(row.text == extra.YES)
        return extra.typed(row, self._locale).text

    def _linked(self, row: extra.Row) -> str | Markup:
        prefix = countries.prefix_of(self._page.session.country)
        return linked.lines(row.name, row.text, prefix)

    def contact(self, nested: Nested, other: Row) -> Fact:
        """What a record shows of another one."""
        label = self._words(f"{self._view.name}.{nested.name}")
        found = self.reached(nested.resource, other, label)
        path = f"{self._page.site.views[nested.resource.name].path}/{other['id']}"
        return found._replace(page=path) if found else Fact(label, str(other[nested.key]), path)

    def reached(self, resource: Resource, row: Row, label: str) -> Fact | None:
        """How one writes to an address, or calls a number; None for what is neither."""
        kinds = {one.kind: one for one in asks(resource) if not one.is_nested}
        text = str(row[resource.called_by])
        if "email" in kinds:
            return Fact(
                label, broken(text), f"mailto:{quote(text, safe='@')}", Mark("good", self._words.valid)
            )
        return self._number(label, row, kinds["prefix"], text) if "prefix" in kinds else None

    def _number(self, label: str, other: Row, prefix: Ask, typed: str) -> Fact:
        found = telephone.shown(str(other[prefix.name]), typed)
        words = self._words
        mark = Mark("good", words.valid) if found.is_valid else Mark("warn", words.not_valid)
        country = number.country(number.parse(str(other[prefix.name]), typed)[0])
        return Fact(label, found.text, found.href, mark, countries.name(country, words))
