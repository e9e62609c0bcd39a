"""What an entry of the ledger says, in a sentence that names whom and what it is about.

The ledger has ids alone: a name is looked up, and is gone with the user, the key, the link, the import or the view that had it.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from markupsafe import Markup

from closum.accounts import invitations
from closum.model.property import BEGINNING
from closum.store import api_keys, imports, ledger, saved_views
from closum.store.ledger import Entry
from closum.store.unit import Unit, timestamp
from closum.web import done, titles
from closum.web.locale import broken, said
from closum.web.page import SAME, Page
from closum.web.settings.frame import API, USERS
from closum.web.views import View

_OWN = ("joined", "password_changed", "set_up", "sign_in", "user_added")
"""What people do to themselves before they are signed in."""

_COUNTED = {"records": "records_n", "rows": "rows", "leads": "lead.n"}
"""How each number of a detail is told."""

Link = tuple[int, str]
"""A link by which somebody joins: its id, and when it was made."""


class Names(NamedTuple):
    """What users, keys, imports and the views that everybody sees are called, by id, and the addresses that links are, or were, for.
    `working` are keys that are not revoked.
    """

    users: Mapping[int, str]
    keys: Mapping[int, str]
    working: frozenset[int]
    files: Mapping[int, str]
    views: Mapping[int, str]
    invited: Mapping[Link, str]


def names(unit: Unit, entries: Iterable[Entry]) -> Names:
    """Those that entries of the unit's account are told with."""
    entries = list(entries)
    users, keys = titles.of_users(unit), api_keys.keys(unit, unit.account_id)
    numbers = {int(one.detail["number"] or 0) for one in entries if "number" in one.detail}
    return Names(
        users,
        {one.id: one.name for one in keys},
        frozenset(one.id for one in keys if one.revoked is None),
        {one.id: one.name for one in imports.some(unit, numbers)},
        saved_views.shared_names(unit, {_number(one, "view") for one in entries if "view" in one.detail}),
        dict(_invited(unit, users, [one for one in entries if one.event == "invited"])),
    )


def _invited(unit: Unit, users: Mapping[int, str], entries: list[Entry]) -> Iterator[tuple[Link, str]]:
    """Who a link is for while it counts, and the user who joined by it."""
    if not entries:
        return
    for one in invitations.listed(unit, unit.account_id):
        yield (one.id, timestamp(one.created)), one.email
    last = dt.datetime.fromisoformat(max(one.at for one in entries))
    until = (last + dt.timedelta(seconds=invitations.LIFETIME)).isoformat()
    for entry in ledger.of_event(unit, unit.account_id, "joined", min(one.at for one in entries), until):
        if called := users.get(entry.user_id or 0):
            yield (_number(entry, "invitation"), str(entry.detail.get("invited"))), called


def who(page: Page, entry: Entry, names: Names) -> str:
    """Who did it."""
    words, user = page.words, actor(entry)
    if user is not None:
        return names.users.get(user, words.former_user)
    if entry.operator:
        return words.by_operator.format(name=entry.operator)
    if key := _number(entry, "by_key"):
        return words.by_key.format(name=names.keys.get(key, key))
    return words.by_server


def actor(entry: Entry) -> int | None:
    """The user who did it."""
    is_own = entry.actor_id is None and not entry.operator and entry.event in _OWN
    return entry.user_id if is_own else entry.actor_id


def told(page: Page, entry: Entry, names: Names) -> Markup:
    """`Invited eva@example.com as member.`: an event that has no words by its name."""
    words, detail = page.words, entry.detail
    key = f"event.{entry.event}"
    if entry.user_id in (None, actor(entry)) and f"{key}.own" in words:
        key = f"{key}.own"
    if detail.get("filters"):
        key = f"{key}.filtered"
    view = _number(entry, "view")
    if view and view not in names.views:
        key = f"{key}.unnamed"
    return said(
        words(key) if key in words else entry.event,
        who=_person(page, entry, names),
        role=_small(page, str(detail.get("role"))),
        key=_key(page, _number(entry, "key"), names),
        kind=_small(page, f"key.{detail.get('kind')}"),
        file=_file(page, _number(entry, "number"), names),
        what=_settings(page, str(detail.get("changed", ""))),
        size=_size(page, entry),
        format=str(detail.get("format", "")).upper(),
        filters=_filters(page, entry),
        records=_records(page, entry),
        view=_view(page, entry, names.views.get(view, "")),
    )


def said_of(page: Page, event: str, *, who: str = "", key: str = "", role: str = "") -> Markup:
    """The same to who has just done it, when everything still has its name."""
    words, own = page.words, f"said.{event}"
    bold = Markup("<b>{}</b>")
    return said(
        words(own if own in words else f"event.{event}"),
        who=bold.format(broken(who)),
        key=bold.format(key),
        role=_small(page, role),
    )


def said_of_company(page: Page, changed: Sequence[str]) -> Markup | str:
    """Likewise of its columns that were changed."""
    if not changed:
        return SAME
    return said(page.words("event.account_changed"), what=_settings(page, ", ".join(changed)))


def _number(entry: Entry, name: str) -> int:
    return int(entry.detail.get(name) or 0)


def _small(page: Page, key: str) -> str:
    return done.small(page.words(key)) if key in page.words else ""


def _person(page: Page, entry: Entry, names: Names) -> Markup:
    """Whom it is about: a user, or who was invited."""
    if entry.user_id is None:
        email = names.invited.get((_number(entry, "invitation"), entry.at))
        return _bold(page, USERS.path, email) if email else said(page.words.somebody)
    called = names.users.get(entry.user_id)
    return _bold(page, f"{USERS.path}/{entry.user_id}", called) if called else said(page.words.former_user)


def _key(page: Page, number: int, names: Names) -> Markup:
    path = f"{API.path}/keys/{number}" if number in names.working else API.path
    return _bold(page, path, names.keys.get(number, str(number)))


def _file(page: Page, number: int, names: Names) -> Markup:
    """The file of an import, which may be gone."""
    called = names.files.get(number)
    if called is None:
        return said(page.words.file_unnamed)
    return _bold(page, f"/imports/{number}", called or page.words.file_unnamed)


def _bold(page: Page, path: str, text: str) -> Markup:
    return Markup('<a href="{}{}"><b>{}</b></a>').format(page.site.root_path, path, text)


def _settings(page: Page, changed: str) -> Markup:
    """`time zone and country`: what the columns of an account are called."""
    return done.listed([_small(page, one) for one in changed.split(", ")], page.words)


def _size(page: Page, entry: Entry) -> Markup:
    """How much long work was about, or a file has."""
    name = next((one for one in _COUNTED if one in entry.detail), "leads")
    found = _of(page, entry)
    return page.locale.count(f"{found.name}.n" if found else _COUNTED[name], _number(entry, name))


def _of(page: Page, entry: Entry) -> View | None:
    """The pages of the records that it is about."""
    return page.site.views.get(str(entry.detail.get("resource")))


def _records(page: Page, entry: Entry) -> str:
    found = _of(page, entry)
    return done.small(page.words(found.resource.plural)) if found else ""


def _filters(page: Page, entry: Entry) -> Markup:
    """`city and search`: what the properties are called by which records were chosen."""
    found, names = _of(page, entry), str(entry.detail.get("filters") or "").split(", ")
    keys = {one: found.label(one) for one in names} if found else {}
    keys |= dict.fromkeys(("q", BEGINNING), "filter_words")
    labels = [page.words(key) if (key := keys.get(one, one)) in page.words else one for one in names]
    return done.listed([*map(done.small, labels)], page.words)


def _view(page: Page, entry: Entry, called: str) -> Markup:
    found = _of(page, entry)
    return _bold(page, f"{found.path}/views", called) if found else said(called)
