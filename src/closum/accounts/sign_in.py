"""Signing in with an e-mail address, a password and perhaps a code: look up, check, count what is wrong, note what succeeds.

It is used by every way in which a person signs in, and knows nothing of how the request came.
"""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol, TypeVar

from closum.accounts import attempts, passwords, second_factor
from closum.accounts.attempts import Limit, Subjects, Times
from closum.accounts.credentials import Credentials
from closum.accounts.keys import derived, keyed_hash
from closum.accounts.tokens import Tokens
from closum.errors import (
    CodeNeeded,
    CodeRefused,
    SignInRefused,
    TicketEnded,
    TooManyAttempts,
    Unavailable,
)
from closum.model.address import lookup_key
from closum.model.change import By
from closum.store import identity, ledger, noting, sign_ins
from closum.store.database import Database
from closum.store.identity import User
from closum.store.unit import Unit, timestamp

MOST_HASHING = 2  # passwords at once
MAX_WAITING = 32
TICKET_LIFETIME = 5 * 60  # seconds between the password and the code
DAY = 24 * 3600
MOST_LOCKS = 1_000  # of clients' addresses that the ledger notes in a day: anybody can begin them

T = TypeVar("T")

log = logging.getLogger("closum.api")


class ClockWatch(Protocol):
    def forward(self) -> int:
        """Whole seconds that the wall clock was set forward since the last call."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What somebody signs in with. `client` is their address, "" where there is none; `cause` is what the ledger has: api, page."""

    credentials: Credentials
    client: str
    request_id: str
    cause: str = "api"

    @property
    def who(self) -> Subjects:
        return attempts.subjects(self.credentials.email, self.client)

    def by(self, user: User | None = None) -> By:
        return By(user.id if user else None, self.request_id, self.cause)


class SignIn:
    """What the sign-ins of one server share. For one event loop."""

    def __init__(self, clock_watch: ClockWatch, key: bytes) -> None:
        """`key` is the signing key."""
        self._clock_watch, self._key = clock_watch, key
        self._pseudonym = partial(keyed_hash, key)
        """What the log calls a subject of `attempts`."""
        self._tickets = Tokens(derived(key, "ticket"), TICKET_LIFETIME)
        self._held = attempts.Held()
        self._hashing = ThreadPoolExecutor(MOST_HASHING, "closum-hashing")
        self._waiting = 0

    async def user(self, db: Database, attempt: Attempt) -> User:
        """Who signs in. Raises SignInRefused, TooManyAttempts, Unavailable.

        Unknown address, wrong password and disabled user are refused alike, after the same work. Raises CodeNeeded, with a
        ticket for `second`, where the user has a second factor.
        """
        user = await self.confirmed(db, attempt)
        if (mark := await db.read(second_factor.mark, user)) is not None:
            raise CodeNeeded(self._tickets.issue(user.id, mark, _now(db)))
        await noting.note(db, attempt.by(user), "sign_in", user.account_id, user.id)
        return user

    async def second(
        self, db: Database, ticket: str, code: str, client: str, request_id: str, cause: str = "page"
    ) -> User:
        """Who signs in with a ticket, 5 minutes old at most, and a code: each lets in once.

        Raises Unauthorized for a forged ticket or an old one, TicketEnded, CodeRefused, TooManyAttempts, Unavailable.
        """
        claims = self._tickets.read(ticket, _now(db))
        user = await db.read(identity.user, claims.user_id)
        if user is None:
            raise TicketEnded
        attempt = Attempt(Credentials(user.email, ""), client, request_id, cause)
        await self._use_code(db, attempt, user, claims.number, code)
        await noting.note(db, attempt.by(user), "sign_in", user.account_id, user.id)
        return user

    async def confirmed(self, db: Database, attempt: Attempt) -> User:
        """Whose address and password these are, without signing in. Raises SignInRefused, TooManyAttempts, Unavailable."""
        if jump := self._clock_watch.forward():
            await self._align(db, jump)
        try:
            return await self._checked(db, attempt)
        except (TooManyAttempts, Unavailable) as refusal:
            _log_refusal(attempt, str(refusal))
            raise

    async def hashed(self, password: str) -> str:
        """The text to store for a password, made where passwords are checked. Raises Unavailable."""
        return await self._hash(passwords.hashed, password)

    def close(self) -> None:
        self._hashing.shutdown()

    async def _checked(self, db: Database, attempt: Attempt) -> User:
        user = await self._look_up(db, attempt)
        if not await self._matches(attempt.credentials, user):
            _log_refusal(attempt, _reason(user))
            await self._fail(db, attempt, user)
            raise SignInRefused
        # Attempts that ran beside this one may have used up what is allowed, or the user may have changed.
        if user is None or await self._look_up(db, attempt) != user:
            _log_refusal(attempt, "the user was changed meanwhile")
            raise SignInRefused
        return user

    async def _look_up(self, db: Database, attempt: Attempt) -> User | None:
        """The user, where there is one. Raises TooManyAttempts."""
        who = attempt.who
        stored, marks, user = await db.read(_found, who, attempt.credentials)
        if attempts.is_ahead(stored, _now(db)):
            await self._align(db)
            stored, marks, user = await db.read(_found, who, attempt.credentials)
        now = _now(db)
        attempts.refuse_too_many(stored, self._held.times(who, now, marks), now)
        return user

    async def _align(self, db: Database, jump: int = 0) -> None:
        """Count on by a clock that was set."""
        self._held.align(_now(db), jump)
        try:
            await db.write(None, attempts.align, jump)
        except Unavailable:
            return  # they are moved with the next sign-in; until then those from the future count as of now
        except Exception as error:
            log.error("the times of wrong passwords could not be moved with the clock", exc_info=error)

    async def _matches(self, credentials: Credentials, user: User | None) -> bool:
        stored = user.password_hash if user and user.enabled else None
        return await self._hash(passwords.matches, credentials.password, stored)

    async def _hash(self, function: Callable[..., T], *args: Any) -> T:
        if self._waiting >= MAX_WAITING:
            raise Unavailable("Too many sign-ins are waiting: try again")
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._hashing, function, *args)
        finally:
            self._waiting -= 1

    async def _use_code(self, db: Database, attempt: Attempt, user: User, mark: int, code: str) -> None:
        """Use a code of a user's second factor, whose wrong ones count as wrong passwords do, while it has this mark.

        Raises TicketEnded, CodeRefused, TooManyAttempts; Unavailable where the database cannot note that the code was used.
        """
        who = attempt.who
        marks = await db.read(attempts.marks, who)
        held = self._held.times(who, _now(db), marks)
        own = (self._key, user, mark, code, attempt.by(), self._pseudonym)
        used_up = await db.write(None, use_code, who, held, *own)
        if used_up is None:
            return
        _log_refusal(attempt, f"wrong code of user {user.id}")
        for limit in used_up:
            self._log_lock(who, limit)
        raise CodeRefused

    async def _fail(self, db: Database, attempt: Attempt, user: User | None) -> None:
        """Count a wrong password, in memory where the database does not store it. Raises TooManyAttempts."""
        who = attempt.who
        of: tuple[Any, ...] = (user, attempt.by(), self._pseudonym)
        try:
            used_up = await db.write(None, count_failure, who, self._held.times(who, _now(db)), *of)
        except TooManyAttempts:
            raise
        except Exception as error:
            if not isinstance(error, Unavailable):
                log.error(
                    "a wrong password is counted in memory, since it could not be stored", exc_info=error
                )
            stored, marks = await db.read(_counted, who)
            used_up = self._held.fail(who, stored, _now(db), marks)
        for limit in used_up:
            self._log_lock(who, limit)

    def _log_lock(self, who: Subjects, limit: attempts.Limit) -> None:
        """Who has the address finds its lines by what `closum user unlock` calls it."""
        log.warning(
            "sign-in is locked: %d wrong passwords in %d minutes for one %s, subject %s",
            limit.most,
            attempts.WINDOW // 60,
            limit.subject,
            self._pseudonym(who[attempts.LIMITS.index(limit)]),
        )


def _reason(user: User | None) -> str:
    """Why nobody signs in with what was given; answers do not tell it."""
    if user is None:
        return "no user has this e-mail address"
    return f"wrong password of user {user.id}" if user.enabled else f"user {user.id} is disabled"


def _log_refusal(attempt: Attempt, reason: str) -> None:
    log.debug("sign-in refused: %s, request %s", reason, attempt.request_id)


def _found(unit: Unit, who: Subjects, credentials: Credentials) -> tuple[Times, attempts.Marks, User | None]:
    user = identity.user_by_key(unit, lookup_key(credentials.email))
    return attempts.stored(unit, who), attempts.marks(unit, who), user


def _counted(unit: Unit, who: Subjects) -> tuple[Times, attempts.Marks]:
    return attempts.stored(unit, who), attempts.marks(unit, who)


def _now(db: Database) -> int:
    return int(db.clock())


def use_code(
    unit: Unit,
    who: Subjects,
    held: Times,
    key: bytes,
    user: User,
    mark: int,
    code: str,
    by: By,
    pseudonym: Callable[[str], str],
) -> list[Limit] | None:
    """None for a code that counts, which is used; a wrong one is counted: the limits that it used up.

    Raises TooManyAttempts, TicketEnded where the user's second factor has another mark.
    """
    sign_ins.lock_sign_in_subjects(unit, who)
    attempts.check(unit, who, held)
    present = identity.user(unit, user.id)
    if present is None or not present.enabled or second_factor.mark(unit, present) != mark:
        raise TicketEnded
    if second_factor.use(unit, key, user.id, code):
        return None
    return count_failure(unit, who, held, user, by, pseudonym)


def count_failure(
    unit: Unit, who: Subjects, held: Times, user: User | None, by: By, pseudonym: Callable[[str], str]
) -> list[Limit]:
    """As `attempts.fail`, which says who is locked from now on: the ledger has it, with what the log calls the subject."""
    used_up = attempts.fail(unit, who, held)
    own = unit.of(0, by)
    for limit in used_up:
        whose = user if limit is attempts.LIMITS[0] else None
        if _is_noted(own, limit, whose):
            known = (whose.account_id, whose.id) if whose else (None, None)
            subject = pseudonym(who[attempts.LIMITS.index(limit)])
            ledger.add(own, "sign_in_locked", *known, limit=limit.subject, subject=subject)
    return used_up


def _is_noted(unit: Unit, limit: Limit, whose: User | None) -> bool:
    """The address of nobody is not; the addresses of clients are until there were too many of them."""
    if limit is attempts.LIMITS[0]:
        return whose is not None
    return not ledger.has_many(unit, "sign_in_locked", timestamp(unit.now - DAY), MOST_LOCKS)
