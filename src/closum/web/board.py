"""The board: leads by their stage, each of which moves to another one by a menu, which a script also lets people do with the mouse."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlencode

from closum.errors import Changed, Invalid, Merged, NotFound
from closum.http.answer import Answer
from closum.http.request import id_of
from closum.http.route import Route
from closum.operations import board, guarded
from closum.operations.board import MOST_SHOWN, STAGE, Column
from closum.resources.contact_lifecycle_stage import CONTACT_LIFECYCLE_STAGE
from closum.resources.lead import LEAD
from closum.store import rows, stays, tally
from closum.store.staged import NONE
from closum.store.unit import Unit
from closum.web import away, telephone, titles
from closum.web.forms import Form
from closum.web.lists import asked as asking
from closum.web.lists.asked import ListQuery
from closum.web.locale import said
from closum.web.page import SAME, Page
from closum.web.table import Table
from closum.web.views import View
from closum.web.words import Words

READ, WRITE = "lead:read", "lead:write"
PATH = "/board"
ON_A_PAGE = 10
"""Leads of a column."""
_REFUSED = {
    Changed: "board_changed",
    Invalid: "board_refused",
    NotFound: "board_gone",
    Merged: "board_gone",
}
_FIELDS = ("id", *titles.properties(LEAD), "creation_date", "next_due", "owner_id")


class Read(NamedTuple):
    """The columns, their leads by id, when each entered its stage, and what users are called."""

    columns: list[Column]
    leads: Mapping[int, Any]
    entered: Mapping[tuple[int, int], str]
    users: Mapping[int, str]


class Card(NamedTuple):
    """A lead: what it is called, where its page is, how one reaches it, who looks after it, since when it is there, and whether a
    task of it is overdue."""

    id: int
    title: str
    url: str
    contact: str
    owner: str
    since: str
    is_overdue: bool


class Shown(NamedTuple):
    """A column: what its stage is called, the list of all its leads, and where its first and its next leads are; "" where they are here."""

    stage: int
    title: str
    total: int
    url: str
    cards: Sequence[Card]
    first: str
    next: str


def routes(to: Table) -> list[Route]:
    return [to.show(PATH, show, READ), to.send(f"{PATH}/move", move, WRITE)]


async def show(page: Page) -> Answer:
    behind = _behind(page.given)
    read = await page.read(_read, behind, one_moment=True)
    columns = [_column(page, one, read, behind) for one in read.columns]
    targets = [(one.stage, _called(page, one)) for one in read.columns[:MOST_SHOWN] if not one.is_archived]
    return page.show(
        "board.html",
        columns=columns,
        targets=targets,
        most=MOST_SHOWN,
        paged=next(iter(behind.items()), None),
    )


async def move(page: Page, form: Form) -> Answer:
    """Put a lead into another stage, unless somebody else has done so meanwhile, and back to the board as it was."""
    page.check_writable()
    lead_id, was, to = id_of(form("id")), _stage(form("was")), _stage(form("stage"))
    behind = _behind({"stage": form("in"), "after": form("after")})
    back = f"{_path(behind)}#lead-{lead_id}"
    try:
        operation = await page.write(guarded.do, board.move, lead_id, was, to)
    except (Changed, Invalid, NotFound) as error:
        name = await page.read(_name, page.site.views, page.words, lead_id)
        return page.to(back, saying=said(page.words(_REFUSED[type(error)]), name=name))
    return page.to(back, operation, saying=SAME)


def _read(unit: Unit, behind: Mapping[int, int]) -> Read:
    columns = board.columns(unit, behind, ON_A_PAGE)
    ids = [one for column in columns for one in column.ids]
    entered = dict[tuple[int, int], str]()
    for lead_id, stage, at in stays.entered(unit, LEAD, ids):
        entered[lead_id, stage] = max(at, entered.get((lead_id, stage), at))
    return Read(columns, rows.listed(unit, LEAD, ids, _FIELDS), entered, titles.of_users(unit))


def _name(unit: Unit, views: Mapping[str, View], words: Words, lead_id: int) -> str:
    """What a lead is called, or was before it went into the bin or into another one. Raises NotFound where there never was one."""
    if lead_id > tally.last_id(unit, LEAD):
        raise NotFound
    key = LEAD.name, lead_id
    title = titles.of_records(unit, LEAD, [lead_id]).get(lead_id)
    if title is None:
        once = away.read(unit, views, [key], words).get(key)
        title = once.title if once else ""
    return _called_by(words, lead_id, title)


def _stage(text: str) -> int:
    """The id of a stage that a form has, NONE for no stage. Raises NotFound."""
    return NONE if text == str(NONE) else id_of(text)


def _behind(given: Mapping[str, str]) -> dict[int, int]:
    """The column that an address or a form pages, and behind which lead it begins; nothing where it says nothing that means something."""
    try:
        return {_stage(given["stage"]): id_of(given["after"])}
    except (KeyError, IndexError, NotFound):
        return {}


def _path(behind: Mapping[int, int]) -> str:
    (more,) = [urlencode({"stage": stage, "after": after}) for stage, after in behind.items()] or [""]
    return f"{PATH}?{more}" if more else PATH


def _column(page: Page, column: Column, read: Read, behind: Mapping[int, int]) -> Shown:
    stage = column.stage
    of_list = asking.parse(page.site.views[LEAD.name], [("filter", f"{STAGE}={stage or ''}")])
    cards = [_card(page, stage, read.leads[one], read, of_list) for one in column.ids if one in read.leads]
    anchor = f"#stage-{stage}"
    first = f"{PATH}{anchor}" if stage in behind else ""
    following = f"{_path({stage: column.next})}{anchor}" if column.next else ""
    return Shown(stage, _called(page, column), column.total, of_list.list_url(), cards, first, following)


def _called(page: Page, column: Column) -> str:
    if column.stage == NONE:
        return page.words.board_none
    return page.words.called(CONTACT_LIFECYCLE_STAGE.name, column.stage, column.label)


def _card(page: Page, stage: int, lead: Any, read: Read, of_list: ListQuery) -> Card:
    lead_id, due = lead["id"], lead["next_due"]
    title = _called_by(page.words, lead_id, titles.title(LEAD, lead))
    phone, email = lead["phone"], lead["email"]
    contacts = [
        telephone.shown(phone["extension"], phone["number"]).text if phone else "",
        email["email"] if email else "",
    ]
    return Card(
        lead_id,
        title,
        of_list.record_url(lead_id, None),
        next((one for one in contacts if one and one != title), ""),
        read.users.get(lead["owner_id"], ""),
        read.entered.get((lead_id, stage), lead["creation_date"]),
        bool(due and due < page.now),
    )


def _called_by(words: Words, lead_id: int, title: str) -> str:
    """What a lead is called; by its number where it has no title."""
    return titles.shortened(title) or f"{words(LEAD.name)} {lead_id}"
