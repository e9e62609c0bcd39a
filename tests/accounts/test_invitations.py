"""Links by which people join an account, or choose a new password."""

from collections.abc import Callable

import pytest

from closum.accounts import invitations, newcomers, sessions, users
from closum.accounts.invitations import LIFETIME
from closum.accounts.roles import MEMBER, OWNER
from closum.errors import Invalid, LinkEnded, NotFound, Refusal
from closum.model.change import By
from closum.store import identity, ledger
from closum.store.identity import Account
from closum.store.session import Session
from closum.store.unit import Unit

NOW = 1_800_000_000
EVA = "eva@example.com"


@pytest.fixture
def ana(session: Session, account: Account) -> By:
    """An owner, who invites."""
    with session.write() as unit:
        return By(users.add_user(unit, account, "ana@example.com", "hash"), "request-1", "page")


def invite(
    session: Session, account: Account, ana: By, email: str = EVA, role: str = "member", now: int = NOW
) -> str:
    with session.write() as unit:
        unit.now = now
        who = newcomers.invited(unit, {"email": email, "role": role})
        return invitations.invite(unit, account.id, who, ana)


def join(session: Session, text: str, now: int = NOW, name: str | None = "Eva") -> identity.User:
    with session.write() as unit:
        unit.now = now
        return invitations.join(unit, text, name, "new hash", By(None, "request-2", "page"))


def ended(session: Session, text: str, now: int = NOW) -> bool:
    """Whether a link does not count."""
    with session.read() as unit:
        unit.now = now
        found = invitations.find(unit, text)
    if found is None:
        with pytest.raises(LinkEnded):
            join(session, text, now)
    return found is None


def test_somebody_joins_by_a_link(session: Session, account: Account, ana: By) -> None:
    text = invite(session, account, ana, " Eva@example.com", "reader")
    with session.read() as unit:
        unit.now = NOW
        found = invitations.find(unit, text)
        assert found
        assert found[1:6] == (account.id, "Acme", "Eva@example.com", "reader", None)
        assert found.maker_id == ana.user_id
        assert invitations.listed(unit, account.id) == [found]
    user = join(session, text)
    assert (user.email, user.role, user.name, user.password_hash) == (
        "Eva@example.com",
        "reader",
        "Eva",
        "new hash",
    )
    with session.read() as unit:
        assert invitations.listed(unit, account.id) == []
        entries = [(one.event, one.actor_id, one.cause) for one in ledger.entries(unit)][-3:]
    assert entries == [
        ("invited", ana.user_id, "page"),
        ("user_added", None, "page"),
        ("joined", None, "page"),
    ]
    assert ended(session, text)


def test_a_link_ends_after_a_week(session: Session, account: Account, ana: By) -> None:
    text = invite(session, account, ana)
    assert not ended(session, text, NOW + LIFETIME - 1)
    assert ended(session, text, NOW + LIFETIME)
    with session.write() as unit:
        unit.now = NOW + LIFETIME
        assert invitations.listed(unit, account.id) == []
        assert invitations.forget_expired(unit, 9) == 1


def test_another_link_for_the_same_address_replaces_it(session: Session, account: Account, ana: By) -> None:
    before, text = (invite(session, account, ana, email) for email in (EVA, EVA.upper()))
    assert ended(session, before)
    assert join(session, text).role == "member"


def test_only_the_hash_of_a_link_is_stored(session: Session, account: Account, ana: By) -> None:
    text = invite(session, account, ana)
    with session.read() as unit:
        assert text not in str(unit.all("SELECT * FROM invitation"))
        assert invitations.find(unit, "\udcff") is None


def test_a_link_can_be_withdrawn_by_its_account_alone(session: Session, account: Account, ana: By) -> None:
    text = invite(session, account, ana)
    with session.write() as unit:
        other = users.add_account(unit, "Other")
        (found,) = invitations.listed(unit, account.id)
        with pytest.raises(NotFound):
            invitations.withdraw(unit, other.id, found.id, ana)
    assert not ended(session, text)
    with session.write() as unit:
        invitations.withdraw(unit, account.id, found.id, ana)
    assert ended(session, text)


def test_an_account_that_is_disabled_is_not_joined(session: Session, account: Account, ana: By) -> None:
    text = invite(session, account, ana)
    with session.write() as unit:
        identity.enable_account(unit, account.id, False)
    assert ended(session, text)


@pytest.mark.parametrize(
    ("email", "role", "faults"),
    [
        ("ANA@example.com", "member", {"email": "_isUnique"}),
        ("ana@", "boss", {"email": "_email", "role": "_inList"}),
        ("", "", {"email": "_empty", "role": "_empty"}),
    ],
)
def test_who_cannot_be_invited(
    session: Session, ana: By, email: str, role: str, faults: dict[str, str]
) -> None:
    with pytest.raises(Invalid) as refused, session.read() as unit:
        newcomers.invited(unit, {"email": email, "role": role})
    assert {name: rule for name, rules in refused.value.faults.items() for rule in rules} == faults


def test_who_became_a_user_meanwhile_does_not_join_again(session: Session, account: Account, ana: By) -> None:
    text = invite(session, account, ana)
    with session.write() as unit:
        users.add_user(unit, users.add_account(unit, "Other"), EVA, "hash")
    with pytest.raises(Invalid):
        join(session, text)


def test_a_user_chooses_a_new_password_by_a_link(session: Session, account: Account, ana: By) -> None:
    with session.write() as unit:
        user_id = users.add_user(unit, account, EVA, "forgotten", role="reader", name="Eva")
        other = users.add_account(unit, "Other")
        kept = sessions.begin(unit, user_id)
        with pytest.raises(NotFound):
            invitations.reset(unit, other.id, user_id, ana)
        unit.now = NOW
        text = invitations.reset(unit, account.id, user_id, ana)
        assert [one[3:6] for one in invitations.listed(unit, account.id)] == [(EVA, "reader", user_id)]
    user = join(session, text, name="Somebody else")
    assert (user.id, user.password_hash, user.role, user.name) == (user_id, "new hash", "reader", "Eva")
    assert ended(session, text)
    with session.read() as unit:
        assert sessions.find(unit, kept) is None
        events = [(one.event, one.user_id) for one in ledger.entries(unit)]
    assert events[-2:] == [("password_link_made", user_id), ("password_changed", user_id)]


@pytest.mark.parametrize("gone", ["disabled", "removed"])
def test_the_link_of_a_user_who_is_gone_ends(session: Session, account: Account, ana: By, gone: str) -> None:
    with session.write() as unit:
        user_id = users.add_user(unit, account, EVA, "forgotten")
        unit.now = NOW
        text = invitations.reset(unit, account.id, user_id, ana)
        if gone == "disabled":
            identity.enable_user(unit, user_id, False)
        else:
            identity.remove_user(unit, user_id)
    assert ended(session, text)


def test_the_link_for_a_new_password_can_be_withdrawn(session: Session, account: Account, ana: By) -> None:
    with session.write() as unit:
        user_id = users.add_user(unit, account, EVA, "forgotten")
        unit.now = NOW
        text = invitations.reset(unit, account.id, user_id, ana)
        (found,) = invitations.listed(unit, account.id)
        invitations.withdraw(unit, account.id, found.id, ana)
        assert [(one.event, one.user_id) for one in ledger.entries(unit)][-1] == (
            "invitation_withdrawn",
            user_id,
        )
    assert ended(session, text)


def test_no_link_is_made_for_a_user_who_is_disabled(session: Session, account: Account, ana: By) -> None:
    with session.write() as unit:
        user_id = users.add_user(unit, account, EVA, "forgotten")
        identity.enable_user(unit, user_id, False)
        with pytest.raises(Refusal):
            invitations.reset(unit, account.id, user_id, ana)
        assert unit.all("SELECT id FROM invitation") == []


def removed(unit: Unit, user: identity.User) -> None:
    identity.remove_user(unit, user.id)


def disabled(unit: Unit, user: identity.User) -> None:
    users.disable(unit, user)


def demoted(unit: Unit, user: identity.User) -> None:
    users.set_role(unit, user, MEMBER)


@pytest.mark.parametrize("gone", [removed, disabled, demoted])
@pytest.mark.parametrize("kind", ["invitation", "password"])
def test_links_end_with_the_owner_who_made_them(
    session: Session, account: Account, ana: By, gone: Callable[[Unit, identity.User], None], kind: str
) -> None:
    with session.write() as unit:
        other = users.add_user(unit, account, "rui@example.com", "hash")
        unit.now = NOW
        kept = invitations.reset(unit, account.id, other, By(None, "", "command"))
    if kind == "invitation":
        text = invite(session, account, ana)
    else:
        with session.write() as unit:
            user_id, unit.now = users.add_user(unit, account, EVA, "forgotten"), NOW
            text = invitations.reset(unit, account.id, user_id, ana)
    assert not ended(session, text)
    with session.write() as unit:
        gone(unit, users.user_named(unit, "ana@example.com"))
    assert ended(session, text)
    with session.write() as unit:
        if gone is not removed:  # being an owner again brings no link back
            users.enable(unit, users.user_named(unit, "ana@example.com"))
            users.set_role(unit, users.user_named(unit, "ana@example.com"), OWNER)
        unit.now = NOW
        assert [one.email for one in invitations.listed(unit, account.id)] == ["rui@example.com"]
    assert ended(session, text)
    assert not ended(session, kept)


@pytest.mark.parametrize("column", ["enabled = 0", "role = 'member'", "account_id = 2"])
def test_a_link_counts_only_while_its_maker_is_an_owner_who_is_enabled(
    session: Session, account: Account, ana: By, column: str
) -> None:
    """However it came that they are not."""
    text = invite(session, account, ana)
    with session.write() as unit:
        assert users.add_account(unit, "Other").id == 2
        unit.run(f"UPDATE account_user SET {column} WHERE id = ?", (ana.user_id,))
    assert ended(session, text)
