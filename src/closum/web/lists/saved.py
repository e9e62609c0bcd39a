"""The views that people save: a name for the address of a list, for themselves or for everybody."""

from markupsafe import Markup

from closum.errors import Forbidden, NotFound
from closum.http.answer import Answer
from closum.model.text import is_visible
from closum.operations import guarded
from closum.store import noting, saved_views
from closum.store.ledger import Event
from closum.store.saved_views import SavedView
from closum.store.unit import Unit
from closum.web.forms import Form
from closum.web.lists import asked as asking
from closum.web.lists import chips, controls, reading, shown
from closum.web.lists.asked import ListQuery
from closum.web.lists.reading import Names
from closum.web.locale import dotted, said
from closum.web.page import SAME, Page
from closum.web.views import View

LONGEST_NAME = 60
LONGEST_QUERY = 4_000
OWNER = "owner"


async def form(view: View, page: Page) -> Answer:
    """To name the list of an address, or of what is chosen over it."""
    asked = asking.parse(view, controls.pairs(view.resource, page.request.pairs, page.locale))
    return await _form(page, view, asked.having().text)


async def _form(
    page: Page, view: View, query: str, name: str = "", fault: str = "", taken: SavedView | None = None
) -> Answer:
    """`taken` is the view of the user's own that has the name, to be replaced."""
    asked = asking.of_text(view, query)
    found, names = await page.read(_around, asked, page.session.user_id)
    return page.show(
        "view-new.html",
        422 if fault else 200,
        here=view.resource.plural,
        view=view,
        query=query,
        told=told(page, asked, names),
        name=name,
        own=[one.name for one in found if one.user_id == page.session.user_id],
        fault=fault,
        taken=taken,
        may_share=page.may(f"{view.name}:write"),
    )


def _around(unit: Unit, asked: ListQuery, user_id: int) -> tuple[list[SavedView], Names]:
    """The views that a user sees, and what the filters of a new one name."""
    found = saved_views.of_user(unit, user_id, asked.view.name)
    return found, reading.names(unit, asked.view.resource, asked.filters)


async def save(view: View, page: Page, form: Form) -> Answer:
    """A new view; or one of the user's own has its list replaced, by a button that says so."""
    asked, name = asking.of_text(view, form("query")), form("name").strip()
    query, shared = asked.having().text, _shared(page, view, form)
    if page.is_kept:
        return await _form(page, view, query, name)
    if not _is_name(name) or len(query) > LONGEST_QUERY:
        return await _form(page, view, query, name, page.words.view_name_fault)
    taken = _taken(page, await page.read(saved_views.of_user, page.session.user_id, view.name), name)
    if taken and form("replace") != str(taken.id):
        text = said(page.words.view_taken, name=name)
        return await _form(page, view, query, name, text, taken)
    if taken:
        await page.write(guarded.do, saved_views.replace, taken.id, query, max(shared, taken.shared))
        await _note(view, page, "view_changed", taken.id)
        return page.to(asked.having().list_url())
    number = await page.write(guarded.do, saved_views.add, view.name, name, query, shared)
    if number is None:
        return await _form(page, view, query, name, page.words.too_many_views)
    await _note(view, page, "view_saved", number)
    return page.to(asked.having().list_url())


async def _note(view: View, page: Page, event: Event, number: int) -> None:
    """The ledger has which view, and not what it is called."""
    of = (page.request.db, page.caller.by, event, page.session.account_id)
    await noting.note(*of, view=number, resource=view.name)


def _taken(page: Page, found: list[SavedView], name: str, but: int = 0) -> SavedView | None:
    """The view of the user's own that has a name already."""
    own = (one for one in found if one.user_id == page.session.user_id and one.id != but)
    return next((one for one in own if one.name == name), None)


def _is_name(text: str) -> bool:
    return is_visible(text) and len(text) <= LONGEST_NAME


def _shared(page: Page, view: View, form: Form) -> int:
    return int(bool(form("shared")) and page.may(f"{view.name}:write"))


async def manage(view: View, page: Page) -> Answer:
    return await _managed(view, page)


async def _managed(
    view: View, page: Page, wrong: int | None = None, name: str = "", fault: str = ""
) -> Answer:
    """All views that the user sees; the user's own can be changed. `wrong` is the one that `name` was refused for.

    One that was removed just now can be brought back.
    """
    removed = SavedView(*page.once["removed"]) if "removed" in page.once else None
    path = f"{view.path}/views/{removed.id}" if removed else ""
    found, names = await page.read(_read, view, page.session.user_id)
    asked = [asking.of_text(view, one.query) for one in found]
    return page.show(
        "views.html",
        422 if wrong else 200,
        wrong=wrong,
        name=name,
        fault=fault,
        removed=removed,
        path=path,
        carried=page.carrying(path, view=removed),
        here=view.resource.plural,
        view=view,
        saved=[
            (one, of.list_url(), told(page, of, names), _may_change(page, one))
            for one, of in zip(found, asked, strict=True)
        ],
        may_share=page.may(f"{view.name}:write"),
        may_move=page.may(f"{view.name}:write") or not any(one.shared for one in found),
    )


def _read(unit: Unit, view: View, user_id: int) -> tuple[list[SavedView], Names]:
    """The views that a user sees, and what their filters name."""
    found = saved_views.of_user(unit, user_id, view.name)
    asked = [asking.of_text(view, one.query) for one in found]
    return found, reading.names(unit, view.resource, [one for each in asked for one in each.filters])


def told(page: Page, asked: ListQuery, names: Names) -> Markup | str:
    """What a view shows: its search, filters, order and columns, where they are not the usual ones."""
    words, view, usual = page.words, asked.view, asking.parse(asked.view, ())
    parts = [f"{words.search}: {asked.q}"] if asked.q else []
    parts += [f"{one.label} {one.text}" for one in chips.of(asked, names, words, page.locale)]
    if (asked.sort, asked.descending) != (usual.sort, usual.descending):
        way = words.descending if asked.descending else words.ascending
        parts.append(f"{words.sort_by}: {shown.label(page, view, asked.sort)}, {way.lower()}")
    if asked.columns != usual.columns:
        parts.append(
            f"{words.columns}: {', '.join(words(view.label(one)) for one in asked.columns) or words.none}"
        )
    return dotted(parts) or words(f"{view.name}.all")


def _may_change(page: Page, one: SavedView) -> bool:
    """The user who made it may; where all see it, an owner of the account may too."""
    return one.user_id == page.session.user_id or (bool(one.shared) and page.session.role == OWNER)


async def change(view: View, page: Page, form: Form) -> Answer:
    """Rename, share, move or delete one, or bring it back."""
    if form("do") == "restore":
        return await _restore(view, page, form)
    found = await page.read(saved_views.of_user, page.session.user_id, view.name)
    one = next((each for each in found if str(each.id) == page.request.params["id"]), None)
    if one is None:
        raise NotFound
    what, name = form("do"), form("name").strip()
    if what in ("up", "down"):
        await _move(view, page, found, one, -1 if what == "up" else 1)
    elif not _may_change(page, one):
        raise Forbidden(f"{view.name}:write")
    elif what == "delete":
        await page.write(guarded.do, saved_views.remove, one.id)
        await _note(view, page, "view_removed", one.id)
        return page.to_once(f"{view.path}/views", removed=one)
    elif page.is_kept:
        return await _managed(view, page, one.id, name)
    elif not _is_name(name):
        return await _managed(view, page, one.id, name, page.words.view_name_fault)
    elif _taken(page, found, name, one.id):
        return await _managed(view, page, one.id, name, page.words.view_name_taken)
    elif (name, _shared(page, view, form)) == (one.name, one.shared):
        return page.to(f"{view.path}/views", saying=SAME)
    else:
        await page.write(guarded.do, saved_views.change, one.id, name, _shared(page, view, form))
        await _note(view, page, "view_changed", one.id)
    return page.to(f"{view.path}/views")


async def _restore(view: View, page: Page, form: Form) -> Answer:
    """Bring back a view as it was: the form of the page behind its removal carries it."""
    found = page.carried(page.again, form("removed"))
    if not found:
        raise NotFound
    one = SavedView(*found["view"])
    if not _may_change(page, one):
        raise Forbidden(f"{view.name}:write")
    await page.write(guarded.do, saved_views.restore, view.name, one)
    await _note(view, page, "view_restored", one.id)
    return page.to(f"{view.path}/views", saying=said(page.words.view_restored, name=one.name))


async def _move(view: View, page: Page, found: list[SavedView], one: SavedView, step: int) -> None:
    """Let two that stand beside each other change places; of those that all see, by who may share any."""
    needs, ids, place = f"{view.name}:write", [each.id for each in found], found.index(one)
    other = place + step
    if not 0 <= other < len(ids):
        return
    if any(each.shared for each in found) and not page.may(needs):
        raise Forbidden(needs)
    ids[place], ids[other] = ids[other], ids[place]
    await page.write(guarded.do, saved_views.arrange, ids)
