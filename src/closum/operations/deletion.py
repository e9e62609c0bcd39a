"""How a deletion is decided: what goes with a record, and what shows it, which keeps it from going."""

from collections.abc import Container, Sequence
from typing import NamedTuple

from closum.errors import Changed, Invalid, NotFound, fault
from closum.model.change import By
from closum.model.resource import Resource
from closum.operations.edit import Edit, Key, Known, children_of, shown_by, used_by
from closum.store import rows, stays
from closum.store.unit import Unit
from closum.store.version import is_seen

NAMED = 10  # records that show one, in a message
COUNTED = 1_000  # that are counted behind these
_ARCHIVE = "set its 'archived' to 1 instead, since the server keeps which leads were in it"


class Delete(NamedTuple):
    """The end of a record: `seen` are the tags of the states that it is meant for, None for any."""

    by: By
    id: int
    seen: Container[str] | None = None


def look_up(unit: Unit, known: Known, resource: Resource, ids: Sequence[int]) -> None:
    """What the deletion of records that are known depends on."""
    there = [one for one in ids if known.row(resource, one) is not None]
    look_up_children(unit, known, resource, there)
    for other, nested in shown_by(resource):
        for record_id in there:
            found = rows.ids_by(unit, other, nested.link, record_id, NAMED + COUNTED)
            showing = known.showing.setdefault((resource, record_id), set())
            showing.update((other, one) for one in found)
    look_up_using(unit, known, resource, there)


def look_up_using(unit: Unit, known: Known, resource: Resource, ids: Sequence[int]) -> None:
    """Records that name these, not all where they are many."""
    for record_id in ids:
        known.using.setdefault((resource, record_id), set())
    for other, use in used_by(resource):
        for record_id in ids:
            found = rows.ids_by(unit, other, use.name, record_id, NAMED + COUNTED)
            known.using[resource, record_id].update((other, one) for one in found)
            if use.stays:
                stayed = stays.in_stage(unit, other, record_id, NAMED + COUNTED)
                known.stayed.setdefault((resource, record_id), set()).update((other, one) for one in stayed)


def look_up_showing(unit: Unit, known: Known, resource: Resource, ids: Sequence[int]) -> None:
    """The records that show these."""
    for record_id in ids:
        known.showing.setdefault((resource, record_id), set())
    for other, nested in shown_by(resource):
        for row in rows.all_by(unit, other, nested.link, ids):
            known.showing[resource, row[nested.link]].add((other, row["id"]))
            if known.row(other, row["id"]) is None:
                known.add(other, (row,))


def look_up_children(unit: Unit, known: Known, resource: Resource, ids: Sequence[int]) -> None:
    """The records that belong to these, and those that belong to them: what a deletion takes with it."""
    kinds = children_of(resource)
    if not kinds or not ids:
        return
    for record_id in ids:
        known.children.setdefault((resource, record_id), set())
    for child, parent in kinds:
        found = rows.all_by(unit, child, parent.name, ids)
        for row in found:
            known.children[resource, row[parent.name]].add((child, row["id"]))
            if known.row(child, row["id"]) is None:
                known.add(child, (row,))
        look_up_children(unit, known, child, [row["id"] for row in found])


def decide(known: Known, edit: Edit, resource: Resource, ask: Delete) -> int:
    """Delete the record, with those that belong to it; its id. Raises NotFound, Changed, and Invalid where others need it."""
    present = known.row(resource, ask.id)
    if present is None:
        raise NotFound
    if not is_seen(present, ask.seen):
        raise Changed
    refuse_fixed(resource, ask.id)
    if showing := known.showing.get((resource, ask.id)):
        text, them = _keeping(showing, "shows", "show")
        raise Invalid({"id": fault("_isShown", showing=text, them=them)})
    _refuse_used(known, (resource, ask.id))
    edit.delete(resource, ask.id)
    return ask.id


def refuse_fixed(resource: Resource, record_id: int) -> None:
    """Raises Invalid for a record that every account has as it is."""
    if resource.fixed and resource.fixed.has(record_id):
        raise Invalid({"id": fault("_isFixed")})


def _refuse_used(known: Known, key: Key) -> None:
    using, stayed = known.using.get(key), known.stayed.get(key)
    if using:
        text, them = _keeping(using, "uses", "use")
        advice = f"give {them} another one or none, or delete {them}, then delete this"
        raise Invalid({"id": fault("_isUsed", using=text, advice=_ARCHIVE if stayed else advice)})
    if stayed:
        text, _ = _keeping(stayed, "was in", "were in")
        raise Invalid({"id": fault("_isUsed", using=text, advice=_ARCHIVE)})


def _keeping(others: set[Key], does: str, do: str) -> tuple[str, str]:
    """Names the first records that keep one, with what they do, and says how many others do; and what to call them."""
    kinds = sorted({one for one, _ in others}, key=lambda one: one.name)
    named = [_named(kind, sorted(number for one, number in others if one is kind)) for kind in kinds]
    is_one = len(others) == 1
    text = f"{' and '.join(named)} {does if is_one else do}"
    return text[:1].upper() + text[1:], "it" if is_one else "them"


def _named(kind: Resource, ids: Sequence[int]) -> str:
    """Lead 3; leads 3 and 17; leads 3, 17 and 5 more."""
    if len(ids) == 1:
        return f"{kind.one} {ids[0]}"
    first = [str(one) for one in ids[:NAMED]]
    more = len(ids) - len(first)
    rest = "" if not more else f"{'at least ' if more == COUNTED else ''}{more} more"
    *some, last = [*first, *([rest] if rest else [])]
    return f"{kind.several} {', '.join(some)} and {last}"
