"""What was done to a record: who, what, when, and how it is taken back."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple

from markupsafe import Markup

from closum.model.change import CREATE, DELETE, RESTORE, UPDATE
from closum.model.consents import WITHDRAWN
from closum.model.fields import Document, Field
from closum.model.resource import Resource
from closum.operations import past, taken, undone
from closum.operations.taken import Taken
from closum.store import history as rows
from closum.store import imports
from closum.store.operation import UNDO
from closum.store.unit import Unit
from closum.web import telephone
from closum.web.done import listed, small, turned
from closum.web.locale import broken, said
from closum.web.named import named_by
from closum.web.page import Page
from closum.web.records import beside, extra, merges, takes
from closum.web.records.beside import Told
from closum.web.records.facts import Teller
from closum.web.records.merges import Gone, Merges
from closum.web.records.takes import FEW, IMPORT
from closum.web.views import View

MOST = 10
"""Changes that a record's page shows; the others follow on pages of their own."""
SHORT = 240
"""Characters of a value that a line of the history shows."""


class File(NamedTuple):
    """The file of an import, "" where nobody knows its name."""

    number: int
    name: str


class Past(NamedTuple):
    """Changes of a record as `past.read` has them; `undone` are those that are taken back of it, `files` those of imports,
    `merged` the records that went into this one and `unmerged` those that an undo took out of it again, by operation; `made` is
    the change that made it, where that is known. What the user may undo `takes` back what its operation did."""

    changes: list[dict[str, Any]]
    next: int | None
    undone: frozenset[int]
    files: Mapping[int, File]
    merged: Merges
    unmerged: Mapping[int, Sequence[Gone]]
    made: Mapping[str, Any] | None = None
    takes: Mapping[int, Taken] = MappingProxyType({})


class Difference(NamedTuple):
    """A property before and after: "" where it was not there. `name` is what people have called it themselves."""

    label: str
    before: str | Markup
    after: str | Markup
    name: str = ""


class Line(NamedTuple):
    """One change: `undo` is its operation where it can be taken back, and `takes` what the button for it says.

    Differences are `labelled` where the text does not say of what they are. A merge says whether it `is_undone`.
    """

    text: Markup
    at: Markup
    differences: list[Difference]
    undo: int | None
    takes: Markup
    labelled: bool
    is_undone: bool


def read(
    unit: Unit,
    resource: Resource,
    record_id: int,
    most: int = MOST,
    before: int | None = None,
    others: Told = MappingProxyType({}),
    since: str | None = None,
) -> Past:
    """With what was done to `others`, and what the user may undo: what was done `since` a time, nothing without one.

    Raises NotFound where nothing is known of the record.
    """
    if resource.shared:
        return Past([], None, frozenset(), {}, {}, {})
    own = past.read(unit, resource, record_id, most, before, telephone.prefixes(resource).items())
    told = merges.read(unit, resource, record_id, own, before)
    found = beside.among(told.own, beside.read(unit, others, before), most)
    taken_back = undone.of_record(unit, resource, record_id, (one["operation"] for one in found.changes))
    files = _files(unit, {one["operation"] for one in found.changes if one["cause"] == IMPORT})
    made = _created_by(found.changes)
    if made is None and found.next and before is None:
        made, of_first = _first(unit, resource, record_id)
        files |= of_first
    recent = {one["operation"] for one in found.changes if since is not None and one["at"] >= since}
    what = taken.read(unit, recent - taken_back, FEW)
    return Past(found.changes, found.next, taken_back, files, told.merges, told.undos, made, what)


def _first(
    unit: Unit, resource: Resource, record_id: int
) -> tuple[Mapping[str, Any] | None, Mapping[int, File]]:
    """The change that made a record of which the newest changes are others, and the file of its import."""
    found = past.created(unit, resource, record_id)
    if found is None:
        return None, {}
    change, number = found
    if number is None or change["cause"] != IMPORT:
        return change, {}
    return change, {change["operation"]: _of_import(unit, number)}


def _files(unit: Unit, operations: Iterable[int]) -> dict[int, File]:
    heads = [(one.position, one.by.cause_id) for one in rows.at(unit, operations)]
    return {operation: _of_import(unit, number) for operation, number in heads if number is not None}


def _of_import(unit: Unit, number: int) -> File:
    found = imports.find(unit, number)
    return File(number, found.name if found else "")


def undoable_since(page: Page) -> str | None:
    """When what the user may undo was done, at the earliest; None for who may undo nothing."""
    days = timedelta(days=page.request.services.kept_days)
    return (datetime.fromisoformat(page.now) - days).isoformat() if page.may("operation:write") else None


def wanted(resource: Resource, found: Past) -> Iterator[tuple[str, int]]:
    """What the changes name of others."""
    fields = {one.name: one for one in resource.fields}
    for change in found.changes:
        for name, value in (change["properties"] or {}).items():
            if field := fields.get(name):
                for end in value.values():
                    yield from named_by(field, end)
    yield from merges.wanted(resource, found.merged)


class Historian:
    """Tells the changes of a record."""

    def __init__(self, page: Page, view: View, tell: Teller, users: Mapping[int, str]) -> None:
        self._page, self._view, self._tell, self._users = page, view, tell, users
        self._fields = {one.name: one for one in view.resource.fields}
        self._prefixes = telephone.prefixes(view.resource)
        self._now = page.now

    def lines(self, found: Past) -> list[Line]:
        words = self._page.words
        told = [one for one in found.changes if "of" not in one or f"past.{one['of']}" in words]
        lasts = {one["operation"]: place for place, one in enumerate(told)}
        takes_back = {one: self._takes(told, found, one) for one in found.takes}
        return [
            self._line(change, found, takes_back if lasts[change["operation"]] == place else {})
            for place, change in enumerate(told)
        ]

    def _takes(self, told: Iterable[Mapping[str, Any]], found: Past, operation: int) -> Markup:
        """What the button for an operation says; of a merge what it says of one change."""
        names = [self._names(one) for one in told if one["operation"] == operation]
        alone = operation in found.merged or operation in found.unmerged
        return takes.text(self._page, self._view.resource, found.takes[operation], names, alone=alone)

    def _names(self, change: Mapping[str, Any]) -> list[str]:
        """What a change is about."""
        if of := change.get("of"):
            return [small(self._page.words(of.partition(".")[0]))]
        names = [one.name or small(one.label) for one in self._differences(change)]
        return names or [small(self._page.words(self._view.name))]

    def _line(self, change: Mapping[str, Any], found: Past, takes_back: Mapping[int, Markup]) -> Line:
        locale, operation = self._page.locale, change["operation"]
        differences, into = self._differences(change), found.merged.get(operation, ())
        every = differences if "of" in change else [*differences, *self._given_up(into)]
        return Line(
            self._text(change, found, differences),
            locale.time(change["at"], locale.lately(change["at"], self._now)),
            every,
            operation if operation in takes_back else None,
            takes_back.get(operation, Markup()),
            len(every) > 1 or bool((into or operation in found.unmerged) and "of" not in change),
            bool(into) and "of" not in change and operation in found.undone,
        )

    def _text(self, change: Mapping[str, Any], found: Past, differences: list[Difference]) -> Markup:
        words, verb = self._page.words, change["verb"]
        who = self.who(change, found.files)
        if of := change.get("of"):
            return said(words(f"past.{of}"), who=who)
        if into := found.merged.get(change["operation"]):
            return said(words.merged_x, who=who, what=self._merged(into))
        if gone := found.unmerged.get(change["operation"]):
            by = self.who({**change, "cause": None}, found.files)
            return said(words.unmerged_x, who=by, what=self._merged(gone))
        if verb != UPDATE:
            return said(words(f"past.{verb}{'.binned' if _was_binned(change, found) else ''}"), who=who)
        names = [*dict.fromkeys(one.name or small(one.label) for one in differences)]
        key = self._turned(change) or _of_consents(change) or _told(differences)
        return said(words(key), who=who, what=listed(names, words) or words("past.something"))

    def _merged(self, gone: Iterable[Gone]) -> Markup:
        name = self._view.name
        return Markup(", ").join(merges.named(self._page, name, one.record_id, one.title) for one in gone)

    def _turned(self, change: Mapping[str, Any]) -> str:
        """The key of what says that a property came or went, where that has a verb of its own: `enabled the rule`."""
        ends = change["properties"] or {}
        for name, value in ends.items():
            key = f"past.{self._view.name}{turned(name, was=value.get('before'))}"
            if (
                len(ends) == 1
                and key in self._page.words
                and not (value.get("before") and value.get("after"))
            ):
                return key
        return ""

    def who(self, change: Mapping[str, Any], files: Mapping[int, File]) -> Markup:
        """The user, or what else it was: `<b>Rita Moura</b>`."""
        words, user = self._page.words, change["user"]
        if file := files.get(change["operation"]):
            name = said(words.by_import, file=file.name or f"{words.id} {file.number}")
            return Markup('<a href="{}/imports/{}">{}</a>').format(
                self._page.site.root_path, file.number, name
            )
        called = words("past.nobody")
        if key := change.get("key"):
            called = key["name"] or words("past.key")
        elif user:
            called = self._users.get(user["id"]) or user["email"] or words("past.former")
        bold, key = Markup("<b>{}</b>").format(broken(called)), f"past.by_{change['cause']}"
        return said(words(key), who=bold) if key in words else bold

    def _differences(self, change: Mapping[str, Any]) -> list[Difference]:
        if "of" in change:
            return [Difference("", "", _short(change["text"]))]
        if change["verb"] != UPDATE or self._turned(change):
            return []
        found = change["properties"] or {}
        numbers = {one: prefix for one, prefix in self._prefixes.items() if one in found}
        return [
            one
            for name, ends in found.items()
            if name not in numbers.values()
            for one in (
                self._of_number(name, found[numbers[name]], ends) if name in numbers else self._of(name, ends)
            )
        ]

    def _given_up(self, gone: Iterable[Gone]) -> Iterator[Difference]:
        """What records had that went into this one, and what stayed instead."""
        nested = {one.name: one.resource.name for one in self._view.resource.nested}
        for name, ends in (each for one in gone for each in one.properties.items()):
            if name not in nested:
                yield from (self._not(one) for one in self._of(name, ends) if one.before)
            else:
                was, now = (self._tell.other(nested[name], ends[end]) for end in ("before", "after"))
                yield self._not(Difference(self._page.words(f"{self._view.name}.{name}"), was, now))

    def _not(self, one: Difference) -> Difference:
        """`Abrantes, not Moura`: what stayed was there before, too."""
        if not one.after:
            return one
        kept = said(self._page.words.kept_not, what=broken(one.after), other=broken(one.before))
        return one._replace(before="", after=kept)

    def _of_number(
        self, name: str, prefix: Mapping[str, Any], ends: Mapping[str, Any]
    ) -> Iterator[Difference]:
        """Of a number as it is dialled; as it is written where that is all that differs."""
        label, both = self._page.words(self._key(name)), ("before", "after")
        typed = [str(ends.get(one) or "") for one in both]
        shown = [
            telephone.shown(str(prefix.get(one) or ""), text).text
            for one, text in zip(both, typed, strict=True)
        ]
        yield Difference(label, *(typed if shown[0] == shown[1] else shown))

    def _of(self, name: str, ends: Mapping[str, Any]) -> Iterator[Difference]:
        field = self._fields.get(name)
        if isinstance(field, Document):
            yield from self._of_document(field, ends)
        elif field or not name.endswith(".id"):
            label = self._page.words(self._key(name))
            yield Difference(label, self._shown(field, ends, "before"), self._shown(field, ends, "after"))

    def _key(self, name: str) -> str:
        """What a property is called: that by which a shown record is known as that record, such as the number of a phone."""
        group, dot, key = name.rpartition(".")
        keys = {one.name: one.key for one in self._view.resource.nested}
        return f"{self._view.name}.{group}" if dot and keys.get(group) == key else self._view.label(name)

    def _of_document(self, field: Field, ends: Mapping[str, Any]) -> Iterator[Difference]:
        """Of each member of a document that is another one."""
        texts = [ends.get(end) for end in ("before", "after")]
        both = [None if text is None else extra.members(text) for text in texts]
        if any(one is None and text is not None for one, text in zip(both, texts, strict=True)):
            label = self._page.words(self._view.label(field.name))
            yield Difference(label, _short(texts[0] or ""), _short(texts[1] or ""))
            return
        before, after = ({one.row.name: one for one in some or ()} for some in both)
        for name in dict.fromkeys((*before, *after)):
            old, new = before.get(name), after.get(name)
            if not (old and new and old.value == new.value):
                was, now = (_short(self._tell.member(one.row)) if one else "" for one in (old, new))
                yield Difference(name, was, now, name)

    def _shown(self, field: Field | None, ends: Mapping[str, Any], end: str) -> str | Markup:
        value = ends.get(end)
        if value is None:
            return ""
        return _cut(self._tell.text(field, value)) if field else _short(str(value))


def _was_binned(change: Mapping[str, Any], found: Past) -> bool:
    """Whether a record came back from the bin, and not from a merge."""
    own = list[Mapping[str, Any]](one for one in found.changes if "of" not in one)
    before = own[own.index(change) + 1 :]
    return change["verb"] == RESTORE and bool(before) and before[0]["verb"] == DELETE


def _of_consents(change: Mapping[str, Any]) -> str:
    """Where all that changed is what somebody agreed to: whether they withdrew all of it; "" of anything else, and of an undo."""
    ends = change["properties"] or {}
    if not ends or change["cause"] == UNDO or not all(one.startswith("consent_") for one in ends):
        return ""
    return "withdrawn_x" if all(one.get("after") == WITHDRAWN for one in ends.values()) else "recorded_x"


def _told(differences: Sequence[Difference]) -> str:
    """Whether all of it came, went, or something was there before and after."""
    if differences and not any(one.before for one in differences):
        return "set_x"
    return "removed_x" if differences and not any(one.after for one in differences) else "changed_x"


def _cut(text: str | Markup) -> str | Markup:
    return text if isinstance(text, Markup) else _short(text)


def _short(text: str) -> str:
    return text if len(text) <= SHORT else f"{text[:SHORT]}…"


def _created_by(changes: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """The change that made the record, where it is among these."""
    last = next((one for one in reversed(changes) if "of" not in one), None)
    return last if last and last["verb"] == CREATE else None
