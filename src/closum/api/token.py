"""POST /api/token: an e-mail address and a password for a token."""

import asyncio
import logging

from closum.accounts import attempts, passwords
from closum.accounts.credentials import Credentials, ignored, parse
from closum.api import envelope
from closum.api.call import Answer, Call, Services
from closum.errors import SignInRefused, TooManyAttempts, Unavailable
from closum.model.address import lookup_key
from closum.store import identity
from closum.store.identity import User
from closum.store.unit import Unit, timestamp

MAX_WAITING = 32

log = logging.getLogger("closum.api")


async def token(call: Call) -> Answer:
    """Unknown address, wrong password and disabled user are answered alike, after the same work."""
    body = await call.body()
    call.ignored = ignored(body)
    credentials = parse(body)
    who = attempts.subjects(credentials.email, call.client)
    user = await call.db.read(_look_up, who, _held(call, who), credentials)
    if not await _matches(call.services, credentials, user):
        await _fail(call, who)
        raise SignInRefused
    # Attempts that ran beside this one may have used up what is allowed, or the user may have changed.
    if user is None or await call.db.read(_look_up, who, _held(call, who), credentials) != user:
        raise SignInRefused
    return 200, envelope.success(_issued(call, user))


def _look_up(
    unit: Unit, who: attempts.Subjects, held: attempts.Times, credentials: Credentials
) -> User | None:
    attempts.check(unit, who, held)
    return identity.user_by_key(unit, lookup_key(credentials.email))


async def _fail(call: Call, who: attempts.Subjects) -> None:
    """Count a wrong password, in memory where the database does not store it. Raises TooManyAttempts."""
    try:
        await call.db.write(None, attempts.fail, who, _held(call, who))
    except TooManyAttempts:
        raise
    except Exception as error:
        if not isinstance(error, Unavailable):
            log.error("a wrong password is counted in memory, since it could not be stored", exc_info=error)
        stored = await call.db.read(attempts.stored, who)
        call.services.held.fail(who, stored, int(call.db.clock()))


def _held(call: Call, who: attempts.Subjects) -> attempts.Times:
    return call.services.held.times(who, int(call.db.clock()))


async def _matches(services: Services, credentials: Credentials, user: User | None) -> bool:
    if services.hashing_waits >= MAX_WAITING:
        raise Unavailable("Too many sign-ins are waiting: try again")
    password_hash = user.password_hash if user and user.enabled else None
    services.hashing_waits += 1
    try:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(
            services.hashing, passwords.matches, credentials.password, password_hash
        )
    finally:
        services.hashing_waits -= 1


def _issued(call: Call, user: User) -> dict[str, object]:
    tokens, now = call.services.tokens, int(call.db.clock())
    return {
        "token": tokens.issue(user.id, user.token_number, now),
        "expires_in": tokens.lifetime,
        "expiration_date": timestamp(now + tokens.lifetime),
    }
