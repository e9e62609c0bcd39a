"""The address of the page: whose follow-ups, and which of them, from where on."""

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlencode

from closum.errors import NotFound
from closum.operations.agenda import LATER, OVERDUE, TODAY, UNTIMED
from closum.store.agenda import Place

PATH = "/today"
ALL = "all"
LISTS = (OVERDUE, TODAY, LATER, UNTIMED)
"""Those that have pages of their own."""


class Asked(NamedTuple):
    """`who` is the id of a user, None for everybody; `kind` is one of LISTS, "" for the page of all; `after` is where it goes on."""

    who: int | None
    kind: str = ""
    after: Place | None = None


def read(given: Mapping[str, str], own: int) -> Asked:
    """Raises NotFound for what means nothing."""
    kind, who = given.get("list", ""), given.get("who", "")
    if kind and kind not in LISTS:
        raise NotFound
    user = own if not who else None if who == ALL else _number(who)
    return Asked(user, kind, _place(given.get("after", "")))


def url(own: int, who: int | None, kind: str = "", after: Place | None = None) -> str:
    """The path, without what the server is served below."""
    wanted = {} if who == own else {"who": ALL if who is None else str(who)}
    wanted |= {"list": kind} if kind else {}
    wanted |= {"after": f"{after.id}~{after.due}"} if after else {}
    return f"{PATH}?{urlencode(wanted)}" if wanted else PATH


def _place(text: str) -> Place | None:
    number, _, due = text.partition("~")
    return Place(due, _number(number)) if text else None


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise NotFound
    return int(text)
