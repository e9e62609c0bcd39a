"""Links: by one of them somebody joins an account, by another a user who has forgotten the password chooses a new one.

A link is shown once, to the user who made it. It counts for 7 days, once, and while who made it is an owner of the account;
another one for the same address replaces it.
"""

from typing import cast

from closum.accounts import attempts, codes, users
from closum.accounts.newcomers import Invited
from closum.accounts.roles import Role
from closum.errors import Invalid, LinkEnded, NotFound, Refusal, fault
from closum.model.address import lookup_key
from closum.model.change import By
from closum.store import identity, ledger
from closum.store import invitations as stored
from closum.store.identity import Account, User
from closum.store.invitations import Invitation, NewInvitation
from closum.store.unit import Unit, timestamp

LIFETIME = 7 * 24 * 3600  # seconds


def invite(unit: Unit, account_id: int, who: Invited, by: By) -> str:
    """The text of a link, by which somebody joins an account."""
    text = codes.link()
    new = NewInvitation(codes.hashed(text), who.email, who.email_key, who.role, by.user_id)
    number = stored.add(unit, account_id, new, LIFETIME)
    ledger.add(unit.of(0, by), "invited", account_id, role=who.role, invitation=number)
    return text


def reset(unit: Unit, account_id: int, user_id: int, by: By) -> str:
    """The text of a link, by which a user of an account chooses a new password. Raises NotFound, Refusal for who is disabled."""
    user = identity.user(unit, user_id)
    if user is None or user.account_id != account_id:
        raise NotFound
    if not user.enabled:
        raise Refusal(f"{user.email} is disabled: enable them first")
    text = codes.link()
    new = NewInvitation(
        codes.hashed(text), user.email, lookup_key(user.email), user.role, by.user_id, user.id
    )
    stored.add(unit, account_id, new, LIFETIME)
    ledger.add(unit.of(0, by), "password_link_made", account_id, user_id)
    return text


def find(unit: Unit, text: str) -> Invitation | None:
    """What the link with this text is for; None where it does not count."""
    return stored.find(unit, codes.hashed(text))


def join(unit: Unit, text: str, name: str | None, password_hash: str, by: By) -> User:
    """Use a link: the user who has joined, or who has a new password. Raises LinkEnded, Invalid for an address in use."""
    found = find(unit, text)
    if found is None or not stored.remove(unit, found.account_id, found.id):
        raise LinkEnded
    own = unit.of(0, by)
    user_id = _joined(own, found, name, password_hash) if found.user_id is None else found.user_id
    if found.user_id is not None:
        identity.set_password(own, user_id, password_hash)
        attempts.forgive(own, found.email)
    user = identity.user(own, user_id)
    assert user
    return user


def _joined(unit: Unit, found: Invitation, name: str | None, password_hash: str) -> int:
    if identity.user_by_key(unit, lookup_key(found.email)):
        raise Invalid({"email": fault("_isUnique")})
    account = Account(found.account_id, found.account_name, True)
    user_id = users.add_user(
        unit, account, found.email, password_hash, role=cast("Role", found.role), name=name
    )
    ledger.add(unit, "joined", account.id, user_id, invitation=found.id, invited=timestamp(found.created))
    return user_id


def listed(unit: Unit, account_id: int) -> list[Invitation]:
    """The links of an account that count, the newest last."""
    return stored.of_account(unit, account_id)


def withdraw(unit: Unit, account_id: int, invitation_id: int, by: By) -> None:
    """End a link of an account. Raises NotFound."""
    whose = {one.id: one.user_id for one in listed(unit, account_id)}
    if not stored.remove(unit, account_id, invitation_id):
        raise NotFound
    ledger.add(unit.of(0, by), "invitation_withdrawn", account_id, whose.get(invitation_id))


def forget_expired(unit: Unit, most: int) -> int:
    """Remove at most `most` links that have expired; how many there were."""
    return stored.cut(unit, most)
