"""Roles: what each has, and that an account keeps an owner."""

from collections.abc import Callable

import pytest

from closum import resources
from closum.accounts import roles, users
from closum.accounts.tokens import Claims, confirm, identify
from closum.errors import Forbidden, Refusal
from closum.store import identity
from closum.store.identity import Account, User
from closum.store.session import Session
from closum.store.unit import Unit

each = pytest.mark.parametrize

LEAVING: dict[str, Callable[[Unit, User], None]] = {
    "member": lambda unit, user: users.set_role(unit, user, roles.MEMBER),
    "reader": lambda unit, user: users.set_role(unit, user, roles.READER),
    "disabled": users.disable,
    "removed": users.remove,
}


def add(session: Session, account: Account, email: str, role: roles.Role = roles.OWNER) -> User:
    with session.write() as unit:
        users.add_user(unit, account, email, "none", role=role)
        return users.user_named(unit, email)


def test_each_role_has_what_the_one_behind_it_has() -> None:
    owner, member, reader = (roles.rights(one, resources.RESOURCES) for one in roles.ROLES)
    assert owner > member > reader
    assert roles.rights(roles.READ, resources.RESOURCES) == reader
    assert roles.rights(roles.CREATE, resources.RESOURCES) < member
    assert not roles.rights(roles.CREATE, resources.RESOURCES) & reader


def test_a_permission_that_no_role_names_is_of_owners_alone() -> None:
    assert [
        one
        for one in (*roles.ROLES, *roles.KINDS)
        if roles.EVERYTHING in roles.rights(one, resources.RESOURCES)
    ] == [
        roles.OWNER,
        roles.FULL,
    ]


@each("how", LEAVING)
def test_an_account_keeps_an_owner(how: str, session: Session, account: Account) -> None:
    ana, rui = add(session, account, "ana@example.com"), add(session, account, "rui@example.com")
    with session.write() as unit:
        LEAVING[how](unit, rui)
    with pytest.raises(Refusal, match="only owner"), session.write() as unit:
        LEAVING[how](unit, ana)
    with session.read() as unit:
        assert identity.owners(unit, account.id) == [ana.id]


@each("how", LEAVING)
def test_an_owner_of_a_disabled_account_is_its_last_all_the_same(
    how: str, session: Session, account: Account
) -> None:
    add(session, account, "ana@example.com")
    with session.write() as unit:
        identity.enable_account(unit, account.id, False)
    with pytest.raises(Refusal, match="only owner"), session.write() as unit:
        LEAVING[how](unit, users.user_named(unit, "ana@example.com"))


@each("how", LEAVING)
def test_who_is_no_owner_may_always_go(how: str, session: Session, account: Account) -> None:
    add(session, account, "ana@example.com")
    rui = add(session, account, "rui@example.com", roles.MEMBER)
    with session.write() as unit:
        LEAVING[how](unit, rui)


def test_a_role_that_is_lost_before_the_write_writes_nothing(session: Session, account: Account) -> None:
    add(session, account, "ana@example.com")
    rui = add(session, account, "rui@example.com")
    with session.read() as unit:
        who = identify(identity.identity(unit, rui.id), Claims(rui.id, rui.token_number, 2**40))
    with session.write() as unit:
        confirm(unit, who)
        users.set_role(unit, rui, roles.MEMBER)
        with pytest.raises(Forbidden):
            confirm(unit, who)
        users.set_role(unit, rui, roles.OWNER)
        confirm(unit, who)


def test_a_role_of_a_newer_version_may_do_nothing(session: Session, account: Account) -> None:
    rui = add(session, account, "rui@example.com")
    with session.write() as unit:
        identity.set_role(unit, rui.id, "auditor")
        who = identify(identity.identity(unit, rui.id), Claims(rui.id, rui.token_number, 2**40))
    assert who.rights == frozenset()
