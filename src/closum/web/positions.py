"""Where a page of a long list begins: a number in its address."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeVar

from closum.http.request import Request
from closum.model import query
from closum.model.draft import MAX_ID

T = TypeVar("T")


class Window(NamedTuple):
    """Some of a long list; where the pages before and behind it end and begin, None where there are none."""

    some: Sequence[Any]
    before: int | None
    after: int | None


class Place(NamedTuple):
    """Which page is asked for: the one behind a position, or in front of one."""

    after: int
    before: int | None


def place(request: Request) -> Place:
    """What `?after=` or `?before=` says. Raises Malformed."""
    before = given(request, "before", 0)
    return Place(given(request, "after", 0), before or None)


def given(request: Request, name: str, usual: int) -> int:
    """The number with a name in the query string, the usual one without. Raises Malformed."""
    return query.number(name, dict(request.pairs).get(name), usual)


def window(
    wanted: Place,
    most: int,
    forth: Callable[[int, int], list[T]],
    back: Callable[[int, int], list[T]],
    position: Callable[[T], int],
) -> Window:
    """A page of at most so many: `forth(after, number)` reads those behind a position, `back(before, number)` those in front of
    one, the last one first.
    """
    if wanted.before is not None:
        found = back(min(wanted.before, MAX_ID), most + 1)
        some, has_before, has_after = found[:most][::-1], len(found) > most, True
    else:
        found = forth(wanted.after, most + 1)
        some, has_before, has_after = found[:most], wanted.after > 0, len(found) > most
    first, last = (position(some[0]), position(some[-1])) if some else (0, 0)
    return Window(some, first if has_before and some else None, last if has_after and some else None)
