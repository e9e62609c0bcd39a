"""Users of the account: roles, and what an owner does with one of them."""

import re

import pytest

from closum.settings import SETTINGS
from closum.store import identity
from tests.support.client import Client
from tests.support.patience import wait_until
from tests.support.server import Server
from tests.support.visiting import Visitor, text

USERS = "/settings/users"

each = pytest.mark.parametrize


def id_of(server: Server, email: str) -> int:
    with server.session() as session, session.read() as unit:
        (found,) = (one.id for one in identity.users(unit) if one.email == email)
        return found


def row(server: Server, email: str) -> tuple[str, bool] | None:
    """The role of a user, and whether they are enabled; None where there is no such user."""
    with server.session() as session, session.read() as unit:
        return next(((one.role, one.enabled) for one in identity.users(unit) if one.email == email), None)


def test_an_owner_gives_roles(server: Server, owner: Visitor, reader: Visitor) -> None:
    fields = [(f"role-{id_of(server, reader.email)}", "member")]
    assert owner.form(f"{USERS}/roles", fields, USERS).status_code == 303
    assert row(server, reader.email) == ("member", True)
    shown = reader.page(USERS)
    assert "<select" not in shown
    assert 'data-label="Last seen"' in shown


def test_the_account_always_has_an_owner(server: Server, owner: Visitor, reader: Visitor) -> None:
    own, other = id_of(server, owner.email), id_of(server, reader.email)
    answer = owner.form(f"{USERS}/roles", [(f"role-{own}", "member"), (f"role-{other}", "member")], USERS)
    assert answer.status_code == 422
    assert "The account needs an owner who is active" in answer.text
    assert (row(server, owner.email), row(server, reader.email)) == (("owner", True), ("reader", True))
    handed = owner.form(f"{USERS}/roles", [(f"role-{own}", "member"), (f"role-{other}", "owner")], USERS)
    assert handed.status_code == 303
    assert (row(server, owner.email), row(server, reader.email)) == (("member", True), ("owner", True))
    assert owner.form(f"{USERS}/roles", [(f"role-{own}", "owner")], USERS).status_code == 403


@each("role", ["admin", "", "OWNER"])
def test_what_is_no_role_is_refused(server: Server, owner: Visitor, reader: Visitor, role: str) -> None:
    answer = owner.form(f"{USERS}/roles", [(f"role-{id_of(server, reader.email)}", role)], USERS)
    assert answer.status_code == 422
    assert row(server, reader.email) == ("reader", True)


def test_nobody_reaches_a_user_of_another_account(server: Server, owner: Visitor, stranger: Visitor) -> None:
    other = id_of(server, stranger.email)
    assert owner.form(f"{USERS}/roles", [(f"role-{other}", "reader")], USERS).status_code == 404
    owner.page(f"{USERS}/{other}", 404)
    for what in ("link", "disable", "enable", "remove", "second-step"):
        answer = owner.form(f"{USERS}/{other}/{what}", [("typed", stranger.email)], USERS)
        assert answer.status_code == 404, what
    assert row(server, stranger.email) == ("owner", True)
    assert stranger.email not in owner.page(USERS)


def test_an_heir_of_another_account_gets_nothing(
    server: Server, owner: Visitor, reader: Visitor, stranger: Visitor
) -> None:
    path = f"{USERS}/{id_of(server, reader.email)}/remove"
    fields = [("typed", reader.email), ("heir", str(id_of(server, stranger.email)))]
    assert owner.form(path, fields, USERS).status_code == 404
    assert row(server, reader.email) == ("reader", True)


def test_who_is_disabled_is_out_until_enabled(server: Server, owner: Visitor, reader: Visitor) -> None:
    path = f"{USERS}/{id_of(server, reader.email)}"
    assert owner.form(f"{path}/disable", [], USERS).status_code == 303
    assert "Disabled" in text(owner.page(path))
    assert reader.get(USERS).status_code == 303
    assert owner.form(f"{path}/enable", [], USERS).status_code == 303
    assert row(server, reader.email) == ("reader", True)


def test_the_last_owner_can_not_go(server: Server, owner: Visitor) -> None:
    path = f"{USERS}/{id_of(server, owner.email)}"
    for what in ("disable", "remove"):
        answer = owner.form(f"{path}/{what}", [("typed", owner.email)], USERS)
        assert answer.status_code == 422
        assert "The account needs an owner who is active" in answer.text
    assert row(server, owner.email) == ("owner", True)


def test_who_is_removed_leaves_their_leads_to_another(
    server: Server, owner: Visitor, member: Visitor, api: Client
) -> None:
    leaving, heir = id_of(server, member.email), id_of(server, owner.email)
    lead = api.new("lead", {"name": "Rui", "owner_id": leaving})
    path = f"{USERS}/{leaving}"
    wrong = owner.form(f"{path}/remove", [("typed", "yes"), ("heir", str(heir))], path)
    assert wrong.status_code == 422
    assert 'href="#typed"' in wrong.text
    answer = owner.form(f"{path}/remove", [("typed", f" {member.email.upper()} "), ("heir", str(heir))], path)
    assert (answer.status_code, answer.headers["location"]) == (303, USERS)
    assert row(server, member.email) is None
    wait_until(lambda: api.data("GET", f"/api/lead/{lead}?fields=owner_id")["owner_id"] == heir)
    assert member.get(USERS).status_code == 303


def test_what_is_done_to_users_is_in_the_ledger(server: Server, owner: Visitor, reader: Visitor) -> None:
    other = id_of(server, reader.email)
    owner.form(f"{USERS}/roles", [(f"role-{other}", "member")], USERS)
    owner.form(f"{USERS}/{other}/disable", [], USERS)
    owner.form(f"{USERS}/invite", [("email", "new@example.com"), ("role", "reader")], USERS)
    audit = text(owner.page("/settings/audit"))
    for told in (
        f"Changed the role of {reader.email} to member.",
        f"Disabled {reader.email} .",
        "Invited new@example.com as reader.",
    ):
        assert told in audit, told


@each(
    ("given", "faulty"),
    [
        ([("email", "ana"), ("role", "member")], ["email"]),
        ([("email", ""), ("role", "")], ["email", "role"]),
        ([("email", "a@b.example"), ("role", "admin")], ["role"]),
    ],
)
def test_faults_of_an_invitation(owner: Visitor, given: list[tuple[str, str]], faulty: list[str]) -> None:
    answer = owner.form(f"{USERS}/invite", given, USERS)
    assert answer.status_code == 422
    assert re.findall(r'<li><a href="#(\w+)"', answer.text) == faulty


def links(visitor: Visitor) -> list[str]:
    """What the page of users has of each link that works: whose, what for, and who has made it."""
    rows = re.findall(r"<tr.*?</tr>", visitor.page(USERS), re.DOTALL)
    return [text(one) for one in rows if "/invitations/" in one]


def test_links_are_listed_and_withdrawn(server: Server, owner: Visitor, reader: Visitor) -> None:
    path = f"{USERS}/{id_of(server, reader.email)}"
    owner.form(f"{USERS}/invite", [("email", "new@example.com"), ("role", "reader")], USERS)
    made = owner.form(f"{path}/link", [], path)
    link = re.search(r">[^<]*(/join/[\w-]{43})</textarea>", owner.behind(made))
    assert link
    reader.page(link[1])
    told = links(owner)
    assert [one.startswith(who) for one, who in zip(told, ("new@example.com", reader.email), strict=True)]
    assert "Invitation (Reader)" in told[0]
    assert "New password" in told[1]
    assert all(owner.email in one for one in told)
    withdraw = re.findall(r"/settings/users/invitations/\d+/withdraw", owner.page(USERS))[1]
    assert owner.form(withdraw, [], USERS).status_code == 303
    assert [one.partition(" ")[0] for one in links(owner)] == ["new@example.com"]
    reader.page(link[1], 404)


def test_links_end_with_the_role_of_who_made_them(server: Server, owner: Visitor, reader: Visitor) -> None:
    other = f"role-{id_of(server, reader.email)}"
    assert owner.form(f"{USERS}/roles", [(other, "owner")], USERS).status_code == 303
    made = reader.form(f"{USERS}/invite", [("email", "new@example.com"), ("role", "owner")], USERS)
    link = re.search(r">[^<]*(/join/[\w-]{43})</textarea>", reader.behind(made))
    assert link
    owner.page(link[1])
    assert owner.form(f"{USERS}/roles", [(other, "member")], USERS).status_code == 303
    assert links(owner) == []
    fields = [("name", "Eva"), ("password", "quite another password")]
    assert reader.form(link[1], fields).status_code == 404
    assert row(server, "new@example.com") is None


def test_no_link_is_made_for_who_is_disabled(server: Server, owner: Visitor, reader: Visitor) -> None:
    path = f"{USERS}/{id_of(server, reader.email)}"
    assert f"{path}/link" in owner.page(path)
    owner.form(f"{path}/disable", [], path)
    assert f"{path}/link" not in owner.page(path)
    answer = owner.form(f"{path}/link", [], path)
    assert answer.status_code == 422
    assert "enable them first" in answer.text
    assert links(owner) == []


def test_who_is_a_user_already_is_not_invited(owner: Visitor, stranger: Visitor) -> None:
    answer = owner.form(f"{USERS}/invite", [("email", stranger.email), ("role", "member")], USERS)
    assert answer.status_code == 422
    assert "There is a user with this address already." in answer.text
    assert re.findall(r'<li><a href="#(\w+)"', answer.text) == ["email"]


def test_an_invitation_of_another_account_is_none(owner: Visitor, stranger: Visitor) -> None:
    stranger.form(f"{USERS}/invite", [("email", "eva@other.example"), ("role", "member")], USERS)
    found = re.search(r"/settings/users/invitations/\d+/withdraw", stranger.page(USERS))
    assert found
    assert owner.form(found[0], [], USERS).status_code == 404
    assert "eva@other.example" in stranger.page(USERS)
    assert "eva@other.example" not in owner.page(USERS)


@each("language", ["en", "pt"])
def test_a_link_that_others_cannot_open_says_how_they_reach_closum(owner: Visitor, language: str) -> None:
    owner.headers["accept-language"] = language
    made = owner.form(f"{USERS}/invite", [("email", "new@example.com"), ("role", "member")], USERS)
    told = text(owner.behind(made))
    options = re.findall(r"--([a-z-]+)", told)
    assert options == ["host", "tls-cert", "tls-key"]
    assert {one.replace("-", "_") for one in options} <= {one.name for one in SETTINGS}
