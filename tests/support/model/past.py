"""What a model remembers of an account: every change, with what its record showed before and after it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tests.support.model.account import BELONGING, CHANNELS, NESTED, OWN, Account
from tests.support.model.same import key, read

Key = tuple[str, int]
"""The name of a resource, and the id of a record."""
View = dict[str, Any]
"""Every property of a record by its name, of others that it shows too: `email.id`."""

DATES = {
    "lead": "creation_date",
    "email": "register_date",
    "phone": "date_add",
    **dict.fromkeys(BELONGING, "creation_date"),
}
TOLD = tuple(f"consent_{channel}" for channel in CHANNELS)
"""What a lead keeps of its consents."""
UNASKED = (*OWN[3:], *TOLD)
"""Properties of a lead that no answer has which was not asked for them."""


class Event(NamedTuple):
    """A change of a record; `operation` is the position of the first one that came with it."""

    operation: int
    verb: str
    key: Key
    at: str
    before: View | None
    after: View | None

    @property
    def differing(self) -> list[str]:
        before, after = self.before or {}, self.after or {}
        names = dict.fromkeys((*before, *after))
        return [name for name in names if before.get(name, ...) != after.get(name, ...)]

    @property
    def properties(self) -> list[str] | None:
        """Those that an update changed, as the feed tells them."""
        return self.differing if self.verb == "update" else None

    @property
    def values(self) -> dict[str, View]:
        """What the history of the record tells of it."""
        ends = {
            end: view for end, view in (("before", self.before), ("after", self.after)) if view is not None
        }
        return {
            name: {end: view[name] for end, view in ends.items()}
            for name in self.differing
            if name not in UNASKED or any(view[name] is not None for view in ends.values())
        }


@dataclass
class Past:
    """All changes of an account in their order, one for each position from 1 on, and the records as they are.

    `forgotten` are records of which an erasure or the end of one may have taken what they were up to a position, `unknown`
    those of an erasure, which came with the operation `erasure` at last. Of `unstaged` ones, which were gone at an erasure,
    nobody knows in which stages they were up to a position. `undoes` has what each undo has undone, `merges` by
    operation and record the id of the lead that it went into; what went into a lead that is gone for good is `lost`.
    """

    events: list[Event] = field(default_factory=list)
    views: dict[Key, View] = field(default_factory=dict)
    forgotten: dict[Key, int] = field(default_factory=dict)
    unknown: set[Key] = field(default_factory=set)
    unstaged: dict[Key, int] = field(default_factory=dict)
    erasure: int = 0
    undoes: dict[int, int] = field(default_factory=dict)
    merges: dict[tuple[int, Key], int] = field(default_factory=dict)
    lost: set[Key] = field(default_factory=set)

    def note(
        self,
        account: Account,
        at: str,
        *,
        come: str = "create",
        gone: str = "delete",
        merged: Mapping[Key, int] | None = None,
    ) -> list[Event]:
        """What became of the records by one call: those that others show before the others. Those that are `merged` went into
        others."""
        operation, before, noted = len(self.events) + 1, self.views, list[Event]()
        self.views = views(account, self.made | {one: at for one in keys(account) if one not in self.made})
        for one in sorted({*before, *self.views}):
            old, new = before.get(one), self.views.get(one)
            if old != new:
                away = "merge" if merged and one in merged else gone
                verb = come if old is None else away if new is None else "update"
                noted.append(Event(operation, verb, one, at, old, new))
        self.events += noted
        self.merges |= {(operation, one): into for one, into in (merged or {}).items()}
        return noted

    def into(self, one: Event) -> int | None:
        """The id of the lead that one went into before an undo brought it back."""
        undone = self.undoes.get(one.operation, 0) if one.verb == "restore" else 0
        return self.merges.get((undone, one.key))

    def _merged_into(self, targets: set[Key]) -> set[Key]:
        """What went into records, over chains, and has not come back."""
        last = {one.key: one for one in self.events}
        found = {
            one.key
            for one in last.values()
            if one.verb == "merge" and ("lead", self.merges[one.operation, one.key]) in targets
        }
        return found | (self._merged_into(found) if found else set())

    def with_merged(self, one: Key) -> set[Key]:
        """A record, and what went into it."""
        return {one} | self._merged_into({one})

    @property
    def made(self) -> dict[Key, str]:
        """When each record was created that there ever was."""
        return {one.key: one.at for one in reversed(self.events) if one.verb in ("create", "restore")}

    @property
    def modified(self) -> dict[Key, str]:
        """When each record was changed last."""
        return {one.key: one.at for one in self.events}

    def of(self, one: Key) -> list[Event]:
        """The changes of a record, the newest first; none of one that is erased."""
        found = [event for event in reversed(self.events) if event.key == one]
        return [] if found and found[0].verb in ("erase", "purge") else found

    def went_into(self, account: Account, whose: str | None) -> set[Key]:
        """What leads of the person went into, over chains."""
        last = {one.key: one for one in self.events}
        todo = [one for one in last.values() if one.verb == "merge" and self._named(account, one, whose)]
        found = set[Key]()
        while todo:
            one = todo.pop()
            key = ("lead", self.merges[one.operation, one.key])
            found.add(key)
            todo += [last[key]] if last[key].verb == "merge" else []
        return found

    def _named(self, account: Account, merge: Event, whose: str | None) -> bool:
        """Whether a lead that went into another one showed what was the person's then, or is now."""
        shown = links(merge.before)
        present = [getattr(account, table).get(number) for table, number in shown]
        later = [one for one in self.events if one.key in shown and one.operation >= merge.operation]
        now = whose is not None and any(key(record) == whose for record in present if record)
        return now or any(names(one._replace(after=None), whose) for one in later)

    def showed(self, account: Account, whose: str | None, merged: Iterable[Key]) -> dict[Key, bool | None]:
        """What the leads of a person showed when they were merged last, and whether that is what it was then; None where an
        erasure may have taken that from the history."""
        last = {one.key: one for one in self.events}
        present = {
            ("lead", number)
            for number, lead in account.lead.items()
            if whose
            and any(lead[name] and key(getattr(account, name)[lead[name]]) == whose for name in NESTED)
        }
        deleted = {
            one.key
            for one in last.values()
            if (one.verb, one.key[0]) == ("delete", "lead") and self._named(account, one, whose)
        }
        into = {*merged, *present, *deleted}
        merges = [(one, last[one].operation) for one in self._merged_into(into)]
        found = dict[Key, int]()
        for one, operation in sorted(merges, key=lambda merge: merge[1]):
            both = (one, ("lead", self.merges[operation, one]))
            for event in self.events:
                if event.operation == operation and event.key in both:
                    found |= dict.fromkeys(links(event.before), operation)
        return {link: self._is_same(link, operation) for link, operation in found.items()}

    def _is_same(self, one: Key, operation: int) -> bool | None:
        """Whether a record is still what it was at an operation."""
        if self.forgotten.get(one, 0) > operation:
            return None
        then = [event.after for event in self.events if event.key == one and event.operation <= operation][-1]
        now = self.views.get(one)
        return now is not None and then is not None and _value(now) == _value(then)

    def erased(self, account: Account, at: str, whose: str | None, merged: Iterable[Key]) -> None:
        """Note an erasure: also of what remaining records were that named the person once, or showed who did, and of those
        that leads of the person went into."""
        gone = {one.key for one in self.note(account, at, gone="erase")} | {*merged}
        named = gone | self._merged_into(gone) | {one.key for one in self.events if names(one, whose)}
        unknown = self._forget(self._linking(named))
        self.unknown |= unknown
        self.erasure = len(self.events)
        self.unstaged |= dict.fromkeys(unknown - self.views.keys(), self.erasure)

    def purged(self, gone: Iterable[Key], at: str) -> None:
        """Note that records of the bin are gone for good."""
        operation = len(self.events) + 1
        self.events += [Event(operation, "purge", one, at, None, None) for one in gone]
        lost = self._merged_into({*gone})
        self.lost |= lost
        self._forget({*gone} | lost)

    def _linking(self, named: set[Key]) -> set[Key]:
        """Records, and those that ever showed them or belonged to them, over chains."""
        found, more = set[Key](), named
        while more:
            found |= more
            more = {one.key for one in self.events if more & {*links(one.before), *links(one.after)}} - found
        return found

    def _forget(self, named: set[Key]) -> set[Key]:
        """Of records, and of those that ever showed them, nobody may know any more what they were; which these are."""
        found = {
            one.key
            for one in self.events
            if one.key in named or named & {*links(one.before), *links(one.after)}
        }
        self.forgotten |= dict.fromkeys(found, len(self.events))
        return found

    @property
    def operations(self) -> list[int]:
        """Those behind the last erasure."""
        return sorted({one.operation for one in self.events if one.operation > self.erasure})


def keys(account: Account) -> list[Key]:
    return [(table, one) for table in DATES for one in getattr(account, table)]


def views(account: Account, made: dict[Key, str]) -> dict[Key, View]:
    found: dict[Key, View] = {}
    for table, one in keys(account):
        record = getattr(account, table)[one]
        dated = {DATES[table]: made[table, one]}
        if table == "email":
            found[table, one] = {**record, "status": 1, **dated}
        elif table == "phone":
            found[table, one] = {**record, "is_valid": read(record)[1], **dated}
        elif table in BELONGING:
            found[table, one] = record | dated
        else:
            found[table, one] = lead_view(account, one, dated)
    return found


def lead_view(account: Account, lead_id: int, dated: View) -> View:
    """Its properties in their order."""
    lead = account.lead[lead_id]
    first, rest = {name: lead[name] for name in OWN[:3]}, {name: lead[name] for name in OWN[3:]}
    return first | dated | rest | account.told(lead_id) | dict(shown(account, lead))


def shown(account: Account, lead: View) -> Iterator[tuple[str, Any]]:
    for table, names in NESTED.items():
        yield f"{table}.id", lead[table]
        other = getattr(account, table)[lead[table]] if lead[table] else {}
        yield from ((f"{table}.{name}", other.get(name)) for name in names)


def _value(view: View) -> Any:
    return key(view) or {name: view[name] for name in ("email", "extension", "number") if name in view}


def names(one: Event, whose: str | None) -> bool:
    """Whether a record was the person's, before a change or after it."""
    views = [view for view in (one.before, one.after) if view and one.key[0] in NESTED]
    return whose is not None and any(key(view) == whose for view in views)


def links(view: View | None) -> list[Key]:
    """What a record shows, or belongs to."""
    found = [(table, (view or {}).get(f"{table}.id")) for table in NESTED]
    return [(table, link) for table, link in (*found, ("lead", (view or {}).get("lead_id"))) if link]
