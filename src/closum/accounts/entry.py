"""What people do to get in, and with their own password: the first account, a link, another password.

Passwords are hashed in the threads of a server's SignIn, outside any unit of work.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from closum.accounts import invitations, newcomers, setup
from closum.accounts.credentials import Credentials
from closum.accounts.sessions import Session
from closum.accounts.sign_in import Attempt, SignIn
from closum.errors import LinkEnded, SetUpRefused, SignInRefused
from closum.model.change import By
from closum.store import identity, web_sessions
from closum.store.database import Database
from closum.store.identity import User
from closum.store.unit import Unit


async def set_up(
    db: Database, sign_in: SignIn, code: str, given: Mapping[str, Any], by: By, file: Path | None
) -> User:
    """Make the first account and its owner, of `company`, `email`, `name` and `password`; the `file` with the code is removed.

    Raises SetUpRefused, TooManyAttempts, Invalid, Unavailable. The code is looked at first, and used by success alone.
    """
    if not await db.write(None, setup.is_right, code):
        raise SetUpRefused
    first = newcomers.first(given)
    password_hash = await sign_in.hashed(first.password)
    user: User = await db.write(None, setup.use, code, first, password_hash, by)
    setup.forget_file(file)
    return user


async def join(db: Database, sign_in: SignIn, text: str, given: Mapping[str, Any], by: By) -> User:
    """Use the link with this text, with `name` and `password`. Raises LinkEnded, Invalid, Unavailable."""
    if await db.read(invitations.find, text) is None:
        raise LinkEnded
    who = newcomers.joining(given)
    password_hash = await sign_in.hashed(who.password)
    user: User = await db.write(None, invitations.join, text, who.name, password_hash, by)
    return user


async def change_password(
    db: Database,
    sign_in: SignIn,
    session: Session,
    present: str,
    given: Mapping[str, Any],
    client: str,
    by: By,
) -> None:
    """Set a new `password` for who is signed in, and knows the present one: this session goes on, and nothing else does.

    Raises Invalid, SignInRefused for another present password, TooManyAttempts, Unavailable.
    """
    password = newcomers.new_password(given)
    attempt = Attempt(Credentials(session.email, present), client, by.request_id, cause=by.cause)
    user = await sign_in.confirmed(db, attempt)
    if user.id != session.user_id:
        raise SignInRefused
    password_hash = await sign_in.hashed(password)
    await db.write(None, set_password, session, password_hash, by)


def set_password(unit: Unit, session: Session, password_hash: str, by: By) -> None:
    """A new password for the user of a session; their tokens and their other sessions end."""
    identity.set_password(unit.of(0, by), session.user_id, password_hash)
    web_sessions.renumber(unit, session.key)
