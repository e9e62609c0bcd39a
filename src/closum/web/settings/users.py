"""The users of the account: their roles, the links that count, and what an owner does with one of them."""

from typing import Any, NamedTuple

from markupsafe import Markup

from closum.accounts import invitations, newcomers, second_factor
from closum.accounts.roles import ROLES
from closum.errors import Faults, Invalid, NotFound
from closum.http.answer import Answer
from closum.http.route import Route
from closum.operations import guarded
from closum.operations.guarded import Caller
from closum.store.identity import User
from closum.store.invitations import Invitation
from closum.store.unit import Unit, timestamp
from closum.web.forms import EMPTY, Form, Kept
from closum.web.page import SAME, SAVED, Page
from closum.web.settings import noted, people
from closum.web.settings.frame import USERS, show
from closum.web.settings.people import People, Refused
from closum.web.table import Table

MANAGES = "user:write"
MOST_TOLD = 4
"""Changed roles that are told one by one."""


def routes(to: Table) -> list[Route]:
    return [
        to.show(USERS.path, users, USERS.needs),
        to.send("/settings/users/roles", set_roles, MANAGES),
        to.send("/settings/users/invite", invite, MANAGES),
        to.send("/settings/users/invitations/{id}/withdraw", withdraw, MANAGES),
        to.show("/settings/users/{id}", user, MANAGES),
        to.send("/settings/users/{id}/link", make_link, MANAGES),
        to.send("/settings/users/{id}/second-step", remove_second_step, MANAGES),
        to.send("/settings/users/{id}/disable", disable, MANAGES),
        to.send("/settings/users/{id}/enable", enable, MANAGES),
        to.send("/settings/users/{id}/remove", remove, MANAGES),
    ]


class Link(NamedTuple):
    """A link that is shown this once."""

    address: str
    email: str


class Shown(NamedTuple):
    """What the page of all users shows."""

    people: People
    links: list[Invitation]


def _read(unit: Unit) -> Shown:
    return Shown(people.read(unit), invitations.listed(unit, unit.account_id))


async def users(page: Page) -> Answer:
    return await _shown(page, link=_link(page))


def _link(page: Page) -> Link | None:
    """That which the form before has made."""
    return Link(page.url(f"/join/{page.once['text']}"), page.once["email"]) if page.once else None


async def _shown(
    page: Page,
    status: int = 200,
    faults: Faults | None = None,
    link: Link | None = None,
    typed: dict[str, str] | None = None,
    chosen: Form = EMPTY,
) -> Answer:
    """`chosen` are the roles that were not saved."""
    found = await page.read(_read)
    return show(
        page,
        "settings-users.html",
        USERS,
        status,
        faults=faults,
        roles=ROLES,
        link=link,
        chosen=chosen,
        given={"email": "", "role": "member", **(typed or {})},
        links=[(one, timestamp(one.expires)) for one in found.links],
        names={one.id: one.name or one.email for one in found.people.users},
        **_of(found.people),
    )


def _of(found: People) -> dict[str, Any]:
    return {
        "people": found.users,
        "secured": found.secured,
        "last": {user_id: timestamp(used) for user_id, used in found.last.items()},
    }


async def set_roles(page: Page, form: Form) -> Answer:
    try:
        wanted = people.roles_in(form)
        of = (people.set_roles, page.session.account_id, wanted)
        changed = await page.write_shared(guarded.do_shared, *of)
    except Refused as refused:
        return await _shown(page, refused.status, {"roles": page.words(refused.key)}, chosen=form)
    except Kept:
        return await _shown(page, chosen=form)
    done = [noted.said_of(page, "role_changed", who=_called(user), role=role) for user, role in changed]
    told = Markup(" ").join(done) if len(done) <= MOST_TOLD else SAVED
    return page.to(USERS.path, saying=told or SAME)


async def invite(page: Page, form: Form) -> Answer:
    """The link is shown once; the owner sends it, since closum sends no mail."""
    typed = {"email": form("email"), "role": form("role")}
    try:
        text, email = await page.write_shared(_invite, page.session.account_id, typed)
    except Invalid as invalid:
        taken = "_isUnique" in str(invalid.faults.get("email"))
        faults = invalid.faults | ({"email": page.words.user_there} if taken else {})
        return await _shown(page, invalid.status, faults, typed=typed)
    return page.to_once(USERS.path, text=text, email=email)


def _invite(unit: Unit, caller: Caller, account_id: int, typed: dict[str, str]) -> tuple[str, str]:
    return guarded.do_shared(unit, caller, _invited, account_id, typed, caller)


def _invited(unit: Unit, account_id: int, typed: dict[str, str], caller: Caller) -> tuple[str, str]:
    who = newcomers.invited(unit, typed)
    return invitations.invite(unit, account_id, who, caller.by), who.email


async def withdraw(page: Page, form: Form) -> Answer:
    link_id, account_id = page.request.record_id, page.session.account_id
    links = await page.read(lambda unit: invitations.listed(unit, account_id))
    await page.write_shared(_with_by, invitations.withdraw, account_id, link_id)
    who = next((one.email for one in links if one.id == link_id), page.words.somebody)
    return page.to(USERS.path, saying=noted.said_of(page, "link_withdrawn", who=who))


def _with_by(unit: Unit, caller: Caller, function: Any, account_id: int, record_id: int) -> Any:
    return guarded.do_shared(unit, caller, function, account_id, record_id, caller.by)


async def user(page: Page) -> Answer:
    return await _user(page, link=_link(page))


async def _user(
    page: Page, status: int = 200, faults: Faults | None = None, link: Link | None = None, notice: str = ""
) -> Answer:
    found = await page.read(people.read)
    one = _of_id(found, page.request.record_id)
    heirs = [other for other in found.users if other.enabled and other.id != one.id]
    return show(
        page,
        "settings-user.html",
        USERS,
        status,
        faults=faults,
        one=one,
        heirs=heirs,
        link=link,
        notice=notice,
        **_of(found),
    )


def _of_id(found: People, user_id: int) -> User:
    """Raises NotFound."""
    for one in found.users:
        if one.id == user_id:
            return one
    raise NotFound


async def make_link(page: Page, form: Form) -> Answer:
    """A link by which the user chooses a new password."""
    found = await page.read(people.read)
    one = _of_id(found, page.request.record_id)
    try:
        text = await page.write_shared(_with_by, people.new_password_link, page.session.account_id, one.id)
    except Refused as refused:
        return await _user(page, refused.status, notice=page.words(refused.key))
    return page.to_once(f"{USERS.path}/{one.id}", text=text, email=one.email)


async def remove_second_step(page: Page, form: Form) -> Answer:
    """For who has lost the phone and the recovery codes."""
    user_id = page.request.record_id
    await page.write_shared(_with_by, second_factor.remove, page.session.account_id, user_id)
    one = _of_id(await page.read(people.read), user_id)
    saying = noted.said_of(page, "second_factor_removed", who=_called(one))
    return page.to(f"/settings/users/{user_id}", saying=saying)


async def disable(page: Page, form: Form) -> Answer:
    return await _change(page, people.disable, "user_disabled")


async def enable(page: Page, form: Form) -> Answer:
    return await _change(page, people.enable, "user_enabled")


async def _change(page: Page, change: Any, event: str) -> Answer:
    user_id = page.request.record_id
    try:
        one = await page.write_shared(guarded.do_shared, change, page.session.account_id, user_id)
    except Refused as refused:
        return await _user(page, refused.status, notice=page.words(refused.key))
    return page.to(f"/settings/users/{user_id}", saying=noted.said_of(page, event, who=_called(one)))


def _called(user: User) -> str:
    return user.name or user.email


async def remove(page: Page, form: Form) -> Answer:
    """The user's address is typed: this cannot be undone. What they have goes to another one in background work."""
    found = await page.read(people.read)
    one, account_id = _of_id(found, page.request.record_id), page.session.account_id
    if page.is_kept:
        return await _user(page)
    if form("typed").strip().casefold() != one.email.casefold():
        return await _user(page, 422, {"typed": page.words.type_email})
    try:
        await page.write(guarded.do, people.begin_removal, one.id, people.heir_in(form))
        await page.write_shared(guarded.do_shared, people.remove, account_id, one.id)
    except Refused as refused:
        return await _user(page, refused.status, notice=page.words(refused.key))
    page.request.services.wake()
    return page.to(USERS.path, saying=noted.said_of(page, "user_removed", who=_called(one)))
