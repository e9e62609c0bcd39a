"""What changed, as clients are told: from a position of the feed on, in the order in which it became visible."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from closum.errors import Gone
from closum.model import position
from closum.model.change import CREATE, RESTORE, UPDATE
from closum.operations import authors, kept
from closum.store import feed
from closum.store.history import Past
from closum.store.unit import Unit

NOW = "now"
UNDO = "undo"


class Changes(NamedTuple):
    """Some changes, the position to go on from, and whether there are more behind it already."""

    changes: list[dict[str, Any]]
    next: str
    has_more: bool = False


def read(unit: Unit, since: str, most: int) -> Changes:
    """At most so many changes behind a position.

    `since` is empty for the oldest change that is kept, and `now` for what will come. Raises Malformed for what is no
    position, Gone where changes behind it are not kept, or it is of a database that a backup has replaced.
    """
    if since == NOW:
        return Changes([], str(feed.end(unit)))
    part = feed.after(unit, position.read(since), most) if since else feed.beginning(unit, most)
    if part is None:
        raise Gone
    return Changes(_shown(unit, part.changes), str(part.next), part.has_more)


def _shown(unit: Unit, found: Sequence[Past]) -> list[dict[str, Any]]:
    who = authors.find(unit, (one.by for one in found))
    return [
        {
            "position": str(feed.at(unit, one)),
            "verb": verb(one),
            "resource": one.resource,
            "id": one.id,
            "properties": names(one),
            "at": one.at,
            **who.shown(one.by),
            "cause": one.by.cause,
            "operation": one.operation,
        }
        for one in found
    ]


def verb(one: Past) -> str:
    """A record that an undo creates was there before: it comes back with its id."""
    return RESTORE if one.verb == CREATE and one.by.cause == UNDO else one.verb


def names(one: Past) -> list[str] | None:
    """The properties that an update changed, also of what the record shows.

    None where a reader has to look at the whole record: its change is of all of it, or keeps nothing any more.
    """
    resource = kept.resource_of(one.resource)
    if one.verb != UPDATE or one.before is None or resource is None:
        return None
    own = [field.name for field in resource.fields if field.name in one.before]
    return [*own, *one.shown] or None
