"""POST /api/token: an e-mail address and a password for a token."""

import asyncio
import logging

from closum.accounts import attempts, passwords, sign_ins
from closum.accounts.credentials import Credentials, ignored, parse
from closum.errors import SignInRefused, TooManyAttempts, Unavailable
from closum.http import envelope
from closum.http.request import Answer, Call, Services
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
    if jump := call.services.clock_watch.forward():
        await _align(call, jump)
    user = await _look_up(call, who, credentials)
    if not await _matches(call.services, credentials, user):
        await _fail(call, who, user)
        raise SignInRefused
    # Attempts that ran beside this one may have used up what is allowed, or the user may have changed.
    if user is None or await _look_up(call, who, credentials) != user:
        raise SignInRefused
    await _note(call, user)
    return 200, envelope.success(_issued(call, user))


async def _look_up(call: Call, who: attempts.Subjects, credentials: Credentials) -> User | None:
    """The user, where there is one. Raises TooManyAttempts."""
    stored, marks, user = await call.db.read(_found, who, credentials)
    if attempts.is_ahead(stored, _now(call)):
        await _align(call)
        stored, marks, user = await call.db.read(_found, who, credentials)
    now = _now(call)
    attempts.refuse_too_many(stored, call.services.held.times(who, now, marks), now)
    return user


def _found(
    unit: Unit, who: attempts.Subjects, credentials: Credentials
) -> tuple[attempts.Times, attempts.Marks, User | None]:
    user = identity.user_by_key(unit, lookup_key(credentials.email))
    return attempts.stored(unit, who), attempts.marks(unit, who), user


async def _align(call: Call, jump: int = 0) -> None:
    """Count on by a clock that was set."""
    call.services.held.align(_now(call), jump)
    try:
        await call.db.write(None, attempts.align, jump)
    except Unavailable:
        return  # they are moved with the next sign-in; until then those from the future count as of now
    except Exception as error:
        log.error("the times of wrong passwords could not be moved with the clock", exc_info=error)


async def _note(call: Call, user: User) -> None:
    """Where the ledger cannot be written the log has it: nobody is shut out by a full disk."""
    try:
        await call.db.write(None, sign_ins.note, user, call.request_id)
    except Exception as error:
        fault = None if isinstance(error, Unavailable) else error
        told = "user %d signed in, which may be missing in the ledger: request %s"
        log.error(told, user.id, call.request_id, exc_info=fault)


async def _fail(call: Call, who: attempts.Subjects, user: User | None) -> None:
    """Count a wrong password, in memory where the database does not store it. Raises TooManyAttempts."""
    held = call.services.held
    try:
        counted = held.times(who, _now(call))
        pseudonym = call.services.pseudonym
        used_up = await call.db.write(None, sign_ins.fail, who, counted, user, call.request_id, pseudonym)
    except TooManyAttempts:
        raise
    except Exception as error:
        if not isinstance(error, Unavailable):
            log.error("a wrong password is counted in memory, since it could not be stored", exc_info=error)
        stored, marks = await call.db.read(_counted, who)
        used_up = held.fail(who, stored, _now(call), marks)
    for limit in used_up:
        _log_lock(call, who, limit)


def _counted(unit: Unit, who: attempts.Subjects) -> tuple[attempts.Times, attempts.Marks]:
    return attempts.stored(unit, who), attempts.marks(unit, who)


def _log_lock(call: Call, who: attempts.Subjects, limit: attempts.Limit) -> None:
    """Who has the address finds its lines by what `closum user unlock` calls it."""
    log.warning(
        "sign-in is locked: %d wrong passwords in %d minutes for one %s, subject %s",
        limit.most,
        attempts.WINDOW // 60,
        limit.subject,
        call.services.pseudonym(who[attempts.LIMITS.index(limit)]),
    )


def _now(call: Call) -> int:
    return int(call.db.clock())


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
    tokens, now = call.services.tokens, _now(call)
    return {
        "token": tokens.issue(user.id, user.token_number, now),
        "expires_in": tokens.lifetime,
        "expiration_date": timestamp(now + tokens.lifetime),
    }
