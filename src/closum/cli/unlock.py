"""closum user unlock."""

from typing import NamedTuple

import click

from closum.accounts import attempts, clients, keys, users
from closum.accounts.attempts import LIMITS, Limit
from closum.cli.options import database, database_url, flag, open_session
from closum.errors import Refusal
from closum.settings import load
from closum.store import identity, ledger
from closum.store.session import Session
from closum.store.unit import Unit

UNIX = "unix"  # what a client on the UNIX socket is called where no proxy names its address


class Locked(NamedTuple):
    """A subject of the throttle as messages call it, and what is counted against it."""

    name: str
    subject: str
    limit: Limit
    counted: int = 0
    seconds: int = 0


@click.command()
@click.argument("email_or_address")
@flag("dry-run", help="Show what is counted and the name that the log uses, and forget nothing.")
@database
def unlock(email_or_address: str, dry_run: bool, database: str | None) -> None:
    """Forget the wrong passwords for an e-mail address, or from the address of a client, such as 203.0.113.21.

    Running servers accept the right password again at once. If both limits lock somebody out, unlock both. The log names
    the address by a keyed hash, which this command prints: search for it to see when the lock began.
    """
    url = database_url(database)
    found = _named(email_or_address)
    with open_session(database) as session, session.write() if not dry_run else session.read() as unit:
        found, key = _counted(unit, found), _key(session, unit, url)
        if not dry_run:
            attempts.forget(unit, found.subject)
            _note(unit, found, key)
    click.echo(_state(found) if dry_run else _done(found))
    if key:
        click.echo(f"The log calls it subject {keys.keyed_hash(key, found.subject)}.")


def _named(text: str) -> Locked:
    """Raises Refusal for what is neither."""
    text = text.strip()
    by_email, by_client = LIMITS
    if "@" in text:
        users.email_key(text)
        return Locked(text, attempts.of_email(text), by_email)
    if text != UNIX and clients.address_of(text) is None:
        raise Refusal(
            f"'{text}' is neither an e-mail address nor the IP address of a client, such as 203.0.113.21"
        )
    return Locked(clients.counted_as(text), attempts.of_client(text), by_client)


def _counted(unit: Unit, found: Locked) -> Locked:
    times = attempts.of_subject(unit, found.subject, found.limit)
    return found._replace(counted=len(times), seconds=attempts.wait(found.limit.most, times, unit.now))


def _note(unit: Unit, found: Locked, key: bytes | None) -> None:
    """In the ledger, under what the log calls it."""
    by_email = found.limit is LIMITS[0]
    user = identity.user_by_key(unit, users.email_key(found.name)) if by_email else None
    whose = (user.account_id, user.id) if user else (None, None)
    subject = keys.keyed_hash(key, found.subject) if key else None
    ledger.add(unit, "sign_in_unlocked", *whose, limit=found.limit.subject, subject=subject)


def _key(session: Session, unit: Unit, url: str) -> bytes | None:
    """The signing key, where it may be read: unlocking goes without."""
    setting = load({"database": url}).signing_key
    if setting is not None:
        return str(setting).encode()
    try:
        return session.stored_key(unit)
    except Refusal as refusal:
        click.echo(f"closum: The name that the log uses is not known: {refusal}", err=True)
        return None


def _state(found: Locked) -> str:
    if found.seconds:
        return f"{found.name} is locked for {found.seconds} s more, after {_passwords(found.counted)}."
    return f"{found.name} is not locked: {_passwords(found.counted)} of {found.limit.most} in 15 minutes."


def _done(found: Locked) -> str:
    if found.seconds:
        return f"{found.name} is unlocked: {_passwords(found.counted)} are forgotten."
    forgotten = f"{_passwords(found.counted)} forgotten" if found.counted else "nothing was stored"
    return f"{found.name} was not locked: {forgotten}. What a running server has counted in memory is forgotten too."


def _passwords(number: int) -> str:
    return f"{number} wrong password{'' if number == 1 else 's'}"
