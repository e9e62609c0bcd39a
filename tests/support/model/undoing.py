"""What undo and the bin make of an account, in plain Python: written from the contract alone.

An undo sets back each property that is still as the operation left it, and names what it leaves.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice, takewhile
from typing import Any, NamedTuple

from tests.support.model.account import BELONGING, OWN, Account
from tests.support.model.past import UNASKED, Event, Key, Past, View, links
from tests.support.model.same import key

CHANGED, GONE, PURGED, ERASED = "changed since", "deleted since", "purged", "erased"
SHOWN, TAKEN = "shown by another record", "its value is another record's now"
MISSING, THERE = "what it shows is not there any more", "there again"
ELSEWHERE = "what it went into is not there any more"
NEEDED = "needed, since the record has nothing else"
ORPHANED = "what it belongs to is not there any more"
HELD = "what belongs to it was added or changed since"

NAMES = {
    "lead": (*OWN, "email.id", "phone.id"),
    "email": ("email",),
    "phone": ("extension", "number"),
    "consent": ("lead_id", "channel", "state", "environment", "user_id"),
    "note": ("lead_id", "kind", "text", "user_id"),
    "task": ("lead_id", "text", "due", "user_id", "done"),
}
"""What a record has of its own, and an undo sets back."""
LINKS = {"email": "email.id", "phone": "phone.id"}
State = dict[Key, View]
Counts = tuple[tuple[str, int], ...]
Left = tuple[str, int, str, Counts]
"""A record that is not as it was, or not all of it, and why; of one that would have gone how many of each table belong to it."""


class Step(NamedTuple):
    """A change to undo, of an update these properties."""

    event: Event
    names: frozenset[str]


class Undone(NamedTuple):
    """The account, what is left, and the leads that went into others again."""

    account: Account
    left: set[Left]
    merged: dict[Key, int]


def state_of(account: Account) -> State:
    tables = [name for name in NAMES if name != "lead"]
    found: State = {
        (table, one): dict(row) for table in tables for one, row in getattr(account, table).items()
    }
    for one, lead in account.lead.items():
        own = {name: lead[name] for name in OWN}
        found["lead", one] = own | {link: lead[table] for table, link in LINKS.items()}
    return found


def account_of(state: State, account: Account) -> Account:
    found = Account(account.id, last=account.last, user=account.user)
    for (table, one), row in sorted(state.items()):
        links = {link: other for other, link in LINKS.items()}
        getattr(found, table)[one] = {links.get(name, name): value for name, value in row.items()}
    return found


def in_force(past: Past, operation: int) -> list[int]:
    """The undos of an operation that are not undone themselves."""
    undos = [one for one, undone in past.undoes.items() if undone == operation]
    return [one for one in undos if not in_force(past, one)]


def steps(past: Past, operation: int) -> list[Step]:
    """What of an operation is not undone yet. Of what is lost nobody knows that."""
    undos = in_force(past, operation)
    lost = past.lost | {one.key for one in past.events if one.verb == "purge"}
    found = []
    for one in past.events:
        if one.operation == operation:
            done = [other for other in past.events if other.operation in undos and other.key == one.key]
            names = frozenset(own(one)).difference(*(own(other) for other in done))
            is_left = one.verb != "update" or names or one.key in lost
            if all(other.verb == "update" for other in done) and is_left:
                found.append(Step(one, names))
    return found


def own(one: Event) -> list[str]:
    return [name for name in one.differing if name in NAMES[one.key[0]]]


def turn(step: Step) -> int:
    """When a change is undone, among those of its operation."""
    (table, _), is_new = step.event.key, step.event.verb in ("create", "restore")
    if table in BELONGING:
        return 0 if is_new else 3
    return 2 if table == "lead" else 4 if is_new else 1


def undo(past: Past, account: Account, todo: Iterable[Step]) -> Undone:
    """What is left of two records that would have the same key is the one that asks for it, from the bin before all."""
    todo, taken = list(todo), set[Key]()
    while True:
        undoing = _Undoing(past, account, taken, todo)
        undoing.undo(todo)
        if (clash := next(undoing.clashes(todo), None)) is None:
            return Undone(account_of(undoing.state, account), undoing.left, undoing.merged)
        taken.add(clash)


class _Undoing:
    def __init__(self, past: Past, account: Account, taken: set[Key], todo: list[Step]) -> None:
        now = state_of(account)
        asking = {one.event.key for one in todo}
        self._binned = {one: event for one, event in deletions(past).items() if one not in asking}
        self._back = set[Key]()
        self._purged = {one.key for one in past.events if one.verb == "purge"}
        self._past, self._now, self._taken = past, now, taken
        self.state: State = {one: dict(row) for one, row in now.items()}
        self.left, self.merged = set[Left](), dict[Key, int]()

    def undo(self, todo: list[Step]) -> None:
        """First what others may show, last what nobody shows then; what belongs to leads goes before them, and comes behind."""
        for step in sorted(todo, key=turn):
            if step.event.key in self._purged:
                self._leave(step.event.key, PURGED)
            elif step.event.key in self._past.lost:
                self._leave(step.event.key, ERASED)
            elif step.event.verb == "update":
                self._set_back(step)
            elif step.event.verb in ("delete", "merge"):
                self._bring_back(step.event)
            else:
                self._remove(step.event)
        self.left = {one for one in self.left if one[:2] in self.state or one[:2] not in self._now}

    def clashes(self, todo: list[Step]) -> Iterator[Key]:
        """Records that were set back to a key that another one has."""
        asking = {one.event.key for one in todo if one.event.verb in ("update", "delete")} - self._taken
        for one in (*sorted(self._back), *sorted(asking & self.state.keys())):
            if one[0] in LINKS and self.state[one] != self._now.get(one):
                mine = key(self.state[one])
                others = (row for other, row in self.state.items() if other[0] == one[0] and other != one)
                if mine is not None and any(key(row) == mine for row in others):
                    yield one

    def _leave(self, one: Key, reason: str, belonging: Counts = ()) -> None:
        self.left.add((*one, reason, belonging))

    def _differing(self, event: Event, names: Iterable[str]) -> set[str]:
        now, after = self._now[event.key], event.after or {}
        return {name for name in names if now[name] != after[name]}

    def _remove(self, event: Event) -> None:
        table, one = event.key
        if event.key not in self.state:
            self._leave(event.key, GONE)
        elif self._differing(event, NAMES[table]):
            self._leave(event.key, CHANGED, self._counted(event.key))
        elif table in LINKS and any(row.get(LINKS[table]) == one for row in self._leads()):
            self._leave(event.key, SHOWN)
        elif (into := self._past.into(event)) is None:
            if belonging := self._counted(event.key):  # what the operation made is gone by now
                self._leave(event.key, HELD, belonging)
            else:
                del self.state[event.key]
        elif ("lead", into) not in self.state:
            self._leave(event.key, ELSEWHERE)
        else:
            del self.state[event.key]
            self.merged[event.key] = into
            for other in self._belonging(event.key):
                self.state[other] = self.state[other] | {"lead_id": into}

    def _counted(self, lead: Key) -> Counts:
        return tuple(sorted(Counter(table for table, _ in self._belonging(lead)).items()))

    def _belonging(self, lead: Key) -> list[Key]:
        return [
            one for one, row in self.state.items() if one[0] in BELONGING and lead == ("lead", row["lead_id"])
        ]

    def _leads(self) -> list[View]:
        return [row for (table, _), row in self.state.items() if table == "lead"]

    def _set_back(self, step: Step) -> None:
        event = step.event
        if event.key not in self.state:
            self._leave(event.key, GONE)
            return
        is_phone = event.key[0] == "phone"  # of which the parts mean something together alone
        changed = self._differing(event, NAMES["phone"] if is_phone and step.names else step.names)
        changed = set(step.names) if is_phone and changed else changed
        if changed:
            self._leave(event.key, CHANGED)
        values = {name: (event.before or {})[name] for name in step.names - changed}
        if event.key in self._taken:
            self._leave(event.key, TAKEN)
            return
        for name in (*self._missing(event.key, values), *self._orphaned(event.key, values)):
            del values[name]
        self._put(event.key, self.state[event.key] | values, is_there=True)

    def _bring_back(self, event: Event) -> None:
        if event.key in self.state:
            self._leave(event.key, THERE)
        elif event.key in self._taken:
            self._leave(event.key, TAKEN)
        else:
            values = {name: (event.before or {})[name] for name in NAMES[event.key[0]]}
            if self._orphaned(event.key, values):
                return
            gone = self._missing(event.key, values)
            self._put(event.key, values | dict.fromkeys(gone), is_there=False)

    def _missing(self, one: Key, values: View) -> list[str]:
        """Which of the values are links to what is not there."""
        links = [(table, link) for table, link in LINKS.items() if values.get(link) is not None]
        found = [link for table, link in links if not self._is_there((table, values[link]))]
        if found:
            self._leave(one, MISSING)
        return found

    def _orphaned(self, one: Key, values: View) -> list[str]:
        """Whether they name a lead that is not there."""
        if "lead_id" not in values or ("lead", values["lead_id"]) in self.state:
            return []
        self._leave(one, ORPHANED)
        return ["lead_id"]

    def _is_there(self, one: Key) -> bool:
        """Whether a record is there, or comes back from the bin."""
        if one not in self.state and one in self._binned:
            if one in self._taken:
                self._leave(one, TAKEN)
            else:
                self.state[one] = {name: (self._binned[one].before or {})[name] for name in NAMES[one[0]]}
                self._back.add(one)
        return one in self.state

    def _put(self, one: Key, values: View, *, is_there: bool) -> None:
        needed = ("name", *LINKS.values())
        if one[0] == "lead" and all(values[name] is None for name in needed):
            self._leave(one, NEEDED)
        else:
            self.state[one] = values


def is_known(past: Past, account: Account, todo: Iterable[Step]) -> bool:
    """Whether no erasure may have touched what an undo would bring back from the bin."""
    links = {(table, (one.event.before or {}).get(link)) for one in todo for table, link in LINKS.items()}
    return not links & (past.unknown - state_of(account).keys())


def deletions(past: Past) -> dict[Key, Event]:
    """What is in the bin: the last change of each record in it, which went with no lead."""
    return {
        one: event for one, event in gone(past).items() if event.verb == "delete" and not leads(past, event)
    }


def gone(past: Past) -> dict[Key, Event]:
    """The last change of each record that is gone, and of which it is known what it was."""
    last = {one.key: one for one in past.events}
    return {
        one: event
        for one, event in last.items()
        if event.verb in ("delete", "merge") and one not in past.unknown
    }


def leads(past: Past, event: Event) -> bool:
    """Whether a record went together with the lead that it belonged to."""
    lead = ("lead", (event.before or {}).get("lead_id"))
    return any(other.key == lead and other.after is None for other in beside(past, event))


def beside(past: Past, event: Event) -> list[Event]:
    """The changes of the same operation."""
    behind = islice(past.events, event.operation - 1, None)
    return [*takewhile(lambda one: one.operation == event.operation, behind)]


def with_belonging(past: Past, event: Event) -> list[Event] | None:
    """A deletion, and those of what went with it; None where an erasure may have touched that."""
    some = [
        one
        for one in beside(past, event)
        if one.verb == "delete" and ("lead", (one.before or {}).get("lead_id")) == event.key
    ]
    return None if any(one.key in past.unknown for one in some) else [event, *some]


def with_shown(past: Past, one: Key) -> list[Step] | None:
    """What comes back with a record of the bin: what went with it, what it showed and what it belonged to; None where an
    erasure may have touched that."""
    binned, found, todo = deletions(past), dict[Key, Event](), [one]
    while todo:
        some = with_belonging(past, binned[todo.pop()])
        if some is None:
            return None
        found |= {event.key: event for event in some}
        linked = [link for event in some for link in links(event.before)]
        if any(link in past.unknown for link in linked):
            return None
        todo += [link for link in linked if link in binned and link not in found]
    return [Step(event, frozenset()) for event in found.values()]


def entry(past: Past, account: Account, one: Key) -> dict[str, Any]:
    """The record of an entry of the bin, as a call for it would show it."""
    gone, state = deletions(past), state_of(account)
    before = gone[one].before or {}
    shown = {"id": one[1], **{name: value for name, value in before.items() if "." not in name}}
    if one[0] != "lead":
        return shown
    shown = {name: value for name, value in shown.items() if name not in UNASKED}
    for table, link in LINKS.items():
        other = (table, before[link])
        row = state.get(other) or (gone[other].before if other in gone else None)
        part = {name: row[name] for name in NAMES[table]} if row else {}
        shown[table] = {"id": before[link], **part} if row else None
    return shown
