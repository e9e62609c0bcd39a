"""What owners do with the users of their account, and users with themselves; nobody reaches a user of another account."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from closum.accounts import invitations, users
from closum.accounts.roles import OWNER, ROLES, Role
from closum.errors import Error, Invalid, NotFound, Refusal, fault
from closum.http.request import id_of
from closum.model import body_fields
from closum.model.change import By
from closum.operations import handover
from closum.operations.guarded import Caller
from closum.resources.account import NAME
from closum.store import identity, second_factors, web_sessions
from closum.store.identity import User
from closum.store.unit import Unit
from closum.web.forms import Form

_NAME = replace(NAME, required=False)


class Refused(Error):
    """What cannot be done; `key` is that of the text that says why."""

    status = 422
    when = "A form asks for what the account does not allow"

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(key)


class People(NamedTuple):
    """The users of an account; when each was last here, by id, in seconds since 1970; and who has a second step."""

    users: list[User]
    last: Mapping[int, int]
    secured: set[int]


def read(unit: Unit) -> People:
    users_of = identity.users(unit, unit.account_id)
    return People(users_of, web_sessions.last_uses(unit), second_factors.users(unit, unit.account_id))


def find(unit: Unit, account_id: int, user_id: int) -> User:
    """A user of an account. Raises NotFound."""
    found = next((one for one in identity.users(unit, account_id) if one.id == user_id), None)
    if found is None:
        raise NotFound
    return found


def own(caller: Caller) -> int:
    """The id of the user who writes."""
    user_id = caller.identity.user_id
    assert user_id is not None
    return user_id


def name_in(form: Form) -> str | None:
    """The name that a form gives a user. Raises Invalid."""
    name: str | None = body_fields.read((_NAME,), {"name": form("name")})["name"]
    return name


def rename(unit: Unit, user_id: int, name: str | None) -> None:
    identity.set_name(unit, user_id, name)


def roles_in(form: Form) -> dict[int, Role]:
    """The roles by the ids of users, as `role-<id>` sends them, but for those that are as they were. Raises Invalid."""
    found: dict[int, Role] = {}
    for name, value in form:
        text = name.removeprefix("role-")
        if text != name and text.isascii() and text.isdigit() and len(text) < 19:
            if value not in ROLES:
                raise Invalid({name: fault("_inList", names=", ".join(ROLES))})
            if value != form(f"was-{text}"):
                found[int(text)] = value
    return found


def heir_in(form: Form) -> int | None:
    """The user who gets what another one leaves; None for nobody. Raises NotFound for what is no id."""
    return id_of(form("heir")) if form("heir") else None


def set_roles(unit: Unit, account_id: int, roles: Mapping[int, Role]) -> list[tuple[User, Role]]:
    """Those that differ, new owners first; who they are of. Raises NotFound, Refused for the last owner."""
    there = {one.id: one for one in identity.users(unit, account_id)}
    if not roles.keys() <= there.keys():
        raise NotFound
    changed = [(there[one], role) for one, role in roles.items() if there[one].role != role]
    for user, role in sorted(changed, key=lambda one: one[1] != OWNER):
        _unless_last(users.set_role, unit, user, role)
    return changed


def disable(unit: Unit, account_id: int, user_id: int) -> User:
    """Raises NotFound, Refused for the last owner."""
    found = find(unit, account_id, user_id)
    _unless_last(users.disable, unit, found)
    return found


def enable(unit: Unit, account_id: int, user_id: int) -> User:
    """Raises NotFound."""
    found = find(unit, account_id, user_id)
    users.enable(unit, found)
    return found


def new_password_link(unit: Unit, account_id: int, user_id: int, by: By) -> str:
    """The text of a link. Raises NotFound, Refused for who is disabled."""
    try:
        return invitations.reset(unit, account_id, user_id, by)
    except Refusal:
        raise Refused("enable_first") from None


def begin_removal(unit: Unit, user_id: int, heir: int | None) -> None:
    """Have what a user leaves go to another one, or to nobody. Raises NotFound, Refused for who cannot go, or get it."""
    leaving = find(unit, unit.account_id, user_id)
    try:
        users.refuse_last_owner(unit, leaving)
    except Refusal:
        raise Refused("last_owner") from None
    if heir is not None and (heir == user_id or not find(unit, unit.account_id, heir).enabled):
        raise Refused("no_heir")
    handover.begin(unit, user_id, heir)


def remove(unit: Unit, account_id: int, user_id: int) -> None:
    """Raises NotFound, Refused for the last owner."""
    _unless_last(users.remove, unit, find(unit, account_id, user_id))


def _unless_last(change: Callable[..., None], unit: Unit, user: User, *args: Any) -> None:
    try:
        change(unit, user, *args)
    except Refusal:
        raise Refused("last_owner") from None
