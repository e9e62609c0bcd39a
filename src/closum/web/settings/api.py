"""Access to the API: the keys of the account, and how a program calls it."""

from typing import Any

from closum.accounts import api_keys
from closum.accounts.api_keys import Made
from closum.accounts.roles import KINDS
from closum.errors import Faults, Invalid, NotFound, Refusal
from closum.http.answer import Answer
from closum.http.route import Route
from closum.model import body_fields
from closum.model.choices import Choice
from closum.operations import guarded
from closum.resources.account import NAME
from closum.store import api_keys as stored
from closum.store.api_keys import Key
from closum.store.unit import Unit
from closum.web import titles
from closum.web.forms import Form
from closum.web.page import Page
from closum.web.settings import noted
from closum.web.settings.frame import API, show
from closum.web.settings.people import Refused
from closum.web.table import Table

MANAGES = "key:write"
_CALL = r"""curl {address} \
  -H 'Authorization: Bearer {key}' \
  -H 'Content-Type: application/json' \
  -d '{{"name": "Ana Silva", "email": {{"email": "ana@example.com"}}}}'"""
"""What creates a lead, in a shell."""

FIELDS = (NAME, Choice("kind", required=True, among=KINDS))


def routes(to: Table) -> list[Route]:
    return [
        to.show(API.path, keys, API.needs),
        to.send("/settings/api/keys", add, MANAGES),
        to.show("/settings/api/keys/{id}", key, MANAGES),
        to.send("/settings/api/keys/{id}/revoke", revoke, MANAGES),
    ]


def _read(unit: Unit) -> tuple[list[Key], Any]:
    """The keys, those that work first and the newest of them first, and what users are called."""
    found = stored.keys(unit, unit.account_id)
    return sorted(found, key=lambda one: (one.revoked is not None, -one.id)), titles.of_users(unit)


async def keys(page: Page) -> Answer:
    return await _shown(page, **page.once)


async def _shown(
    page: Page,
    status: int = 200,
    faults: Faults | None = None,
    made: str = "",
    name: str = "",
    kind: str = "create",
) -> Answer:
    found, called = await page.read(_read)
    return show(
        page,
        "settings-api.html",
        API,
        status,
        faults=faults,
        keys=found,
        called=called,
        kinds=KINDS,
        made=made,
        call=_CALL.format(address=page.url("/api/lead"), key=made or page.words.call_key),
        given={"name": name, "kind": kind},
    )


async def add(page: Page, form: Form) -> Answer:
    typed = {"name": form("name"), "kind": form("kind")}
    try:
        values = body_fields.read(FIELDS, typed)
        made = await page.write_shared(guarded.do_shared, _add, page.session.account_id, values)
    except Refused as refused:
        return await _shown(page, refused.status, {"name": page.words(refused.key)}, **typed)
    except Invalid as invalid:
        return await _shown(page, invalid.status, invalid.faults, **typed)
    return page.to_once(API.path, made=made.text, name=values["name"])


def _add(unit: Unit, account_id: int, values: Any) -> Made:
    try:
        return api_keys.add(unit, account_id, values["name"], values["kind"])
    except Refusal:
        raise Refused("key_taken") from None


async def key(page: Page) -> Answer:
    return await _key(page)


async def _key(page: Page, status: int = 200, faults: Faults | None = None) -> Answer:
    found, called = await page.read(_read)
    one = _valid(found, page.request.record_id)
    return show(page, "settings-key.html", API, status, faults=faults, one=one, called=called)


def _valid(found: list[Key], key_id: int) -> Key:
    """A key that works. Raises NotFound."""
    for one in found:
        if one.id == key_id and one.revoked is None:
            return one
    raise NotFound


async def revoke(page: Page, form: Form) -> Answer:
    """The name is typed: this cannot be undone."""
    found, _ = await page.read(_read)
    one = _valid(found, page.request.record_id)
    if page.is_kept:
        return await _key(page)
    if form("typed").strip() != one.name:
        return await _key(page, 422, {"typed": page.words.type_key})
    await page.write_shared(guarded.do_shared, _revoke, page.session.account_id, one.id)
    return page.to(API.path, saying=noted.said_of(page, "key_revoked", key=one.name))


def _revoke(unit: Unit, account_id: int, key_id: int) -> None:
    try:
        api_keys.revoke(unit, account_id, key_id)
    except Refusal:
        raise NotFound from None
