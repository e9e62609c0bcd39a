"""The throttle of wrong passwords: 10 for an address, 50 from a client, in 15 minutes.

They are counted in the database, and while it stores nothing, in the memory of the server that heard them.
"""

import hashlib
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from typing import NamedTuple

from closum.accounts.clients import counted_as
from closum.errors import TooManyAttempts
from closum.model.address import lookup_key
from closum.store import sign_ins
from closum.store.unit import Unit

WINDOW = 15 * 60  # seconds
MOST_PER_ADDRESS = 10
MOST_PER_CLIENT = 50
MOST_HELD = 50_000  # wrong passwords in memory: about what two hashes at once allow in 15 minutes


class Limit(NamedTuple):
    """How many wrong passwords a subject may have in 15 minutes, and what it and they are called."""

    most: int
    subject: str
    told: str


LIMITS = (
    Limit(MOST_PER_ADDRESS, "e-mail address", "passwords for this e-mail address"),
    Limit(MOST_PER_CLIENT, "client address", "passwords from this client address"),
)
Subjects = tuple[str, str]
"""One for each of `LIMITS`."""
Times = tuple[tuple[int, ...], tuple[int, ...]]
"""Of each subject when wrong passwords were counted, in seconds since 1970."""
NONE: Times = (), ()
Marks = tuple[int, int]
"""Of each subject a number that rises when its wrong passwords are forgiven; 0 where they were not lately."""


def _digest(kind: str, text: str) -> str:
    return hashlib.sha256(f"{kind}:{text}".encode()).hexdigest()


OF_SETUP = _digest("set-up code", "")
"""What wrong set-up codes are counted by, from all clients together."""


def subjects(email: str, client: str) -> Subjects:
    """What wrong passwords are counted by: the address (known or not) and the client, as digests."""
    return of_email(email), of_client(client)


def of_email(email: str) -> str:
    return _digest("email", lookup_key(email))


def of_client(client: str) -> str:
    return _digest("client", counted_as(client))


class Held:
    """Wrong passwords that could not be stored: the newest `MOST_HELD` of the last 15 minutes. For one thread."""

    def __init__(self) -> None:
        self._attempts: deque[tuple[int, tuple[str, ...]]] = deque()
        self._times: defaultdict[str, deque[int]] = defaultdict(deque)
        self._marks: dict[str, int] = {}

    def times(self, who: Subjects, now: int, marks: Marks = (0, 0)) -> Times:
        """When those of the two were counted that were not forgiven since."""
        if self._attempts and self._attempts[-1][0] > now:
            self.align(now)
        for subject, mark in zip(who, marks, strict=True):
            if mark > self._marks.get(subject, mark):
                self._drop(subject)
        self._forget(now, MOST_HELD)
        return self._of(who[0]), self._of(who[1])

    def fail(self, who: Subjects, stored: Times, now: int, marks: Marks = (0, 0)) -> list[Limit]:
        """Count a wrong password beside those stored; what it used up. Raises TooManyAttempts as `fail` does."""
        held = self.times(who, now, marks)
        refuse_too_many(stored, held, now)
        self._forget(now, MOST_HELD - 1)
        self._attempts.append((now, who))
        for subject, mark in zip(who, marks, strict=True):
            self._times[subject].append(now)
            self._marks[subject] = mark
        return _used_up(stored, held)

    def align(self, now: int, jump: int = 0) -> None:
        """Count on by a clock that was set: see `aligned`."""
        self._change(lambda at, who: (aligned(at, now, jump), who))

    def _drop(self, dropped: str) -> None:
        self._change(lambda at, who: (at, tuple(subject for subject in who if subject != dropped)))

    def _change(self, change: Callable[[int, tuple[str, ...]], tuple[int, tuple[str, ...]]]) -> None:
        changed = sorted((change(*one) for one in self._attempts), key=lambda one: one[0])
        self._attempts = deque((at, who) for at, who in changed if who)
        self._times.clear()
        for at, who in self._attempts:
            for subject in who:
                self._times[subject].append(at)
        self._marks = {subject: self._marks[subject] for subject in self._times}

    def _of(self, subject: str) -> tuple[int, ...]:
        return tuple(self._times.get(subject, ()))

    def _forget(self, now: int, most: int) -> None:
        while self._attempts and (self._attempts[0][0] <= now - WINDOW or len(self._attempts) > most):
            _, who = self._attempts.popleft()
            for subject in who:
                self._times[subject].popleft()
                if not self._times[subject]:
                    del self._times[subject], self._marks[subject]


def stored(unit: Unit, who: Subjects) -> Times:
    """When the database last counted those of the two."""
    address, client = (of_subject(unit, *one) for one in zip(who, LIMITS, strict=True))
    return address, client


def of_subject(unit: Unit, subject: str, limit: Limit) -> tuple[int, ...]:
    """When the database last counted those of one subject, as many as its limit at most."""
    return tuple(sign_ins.sign_in_failures(unit, subject, unit.now - WINDOW, limit.most))


def marks(unit: Unit, who: Subjects) -> Marks:
    """Which of those that a server holds are forgiven: the ones held under a lesser mark."""
    found = sign_ins.forgiveness(unit, who)
    return found.get(who[0], 0), found.get(who[1], 0)


def wait(most: int, times: Sequence[int], now: int) -> int:
    """Seconds until an attempt is free again, 0 where one is: never above `WINDOW`, whatever the clock was."""
    newest = sorted((min(at, now) for at in times), reverse=True)
    return max(0, newest[most - 1] + WINDOW - now) if len(newest) >= most else 0


def refuse_too_many(one: Times, other: Times, now: int) -> None:
    """Raises TooManyAttempts that names the limit which lasts longest, with the seconds until one attempt is free."""
    waits = [wait(limit.most, one[number] + other[number], now) for number, limit in enumerate(LIMITS)]
    longest = max(waits)
    if longest:
        raise TooManyAttempts(LIMITS[waits.index(longest)].told, retry_after=longest)


def check(unit: Unit, who: Subjects, held: Times = NONE) -> None:
    """Raises TooManyAttempts for who has used up what is allowed, with those `held` elsewhere."""
    refuse_too_many(stored(unit, who), held, unit.now)


def fail(unit: Unit, who: Subjects, held: Times = NONE) -> list[Limit]:
    """Count a wrong password; the limits that it used up: from now on the subject is locked.

    Raises TooManyAttempts when it was one too many, and does not count it.
    """
    sign_ins.lock_sign_in_subjects(unit, who)
    before = stored(unit, who)
    refuse_too_many(before, held, unit.now)
    sign_ins.add_sign_in_failures(unit, who, unit.now - WINDOW)
    return _used_up(before, held)


def _used_up(one: Times, other: Times) -> list[Limit]:
    """By one more."""
    counts = (len(one[number]) + len(other[number]) + 1 for number in range(len(LIMITS)))
    return [limit for limit, count in zip(LIMITS, counts, strict=True) if count == limit.most]


def is_ahead(times: Times, now: int) -> bool:
    """Whether the clock was set back since some of them were counted."""
    return any(at > now for one in times for at in one)


def align(unit: Unit, jump: int = 0) -> None:
    """Count on by a clock that was set, `jump` seconds forward: see `aligned`."""
    since = unit.now - (WINDOW + jump if jump else 0)
    found = tuple(sorted(sign_ins.sign_in_subjects_after(unit, since)))
    sign_ins.lock_sign_in_subjects(unit, found)
    for subject in found:
        for at in sign_ins.take_sign_in_failures(unit, subject, since):
            sign_ins.add_sign_in_failure(unit, subject, aligned(at, unit.now, jump))


def aligned(at: int, now: int, jump: int = 0) -> int:
    """When a wrong password was, by a clock that was set.

    One that lies in the future now counts as of now: nobody waits longer than `WINDOW`. After a jump forward, those from
    before it are as old as they were.
    """
    return min(now, at + jump if jump and at <= now - jump else at)


def forgive(unit: Unit, email: str) -> None:
    """Forget the wrong passwords for an address: an operator has set a new one."""
    forget(unit, of_email(email))


def forget(unit: Unit, subject: str) -> None:
    """Forget the wrong passwords of a subject, also those that servers hold."""
    sign_ins.lock_sign_in_subjects(unit, (subject,))
    sign_ins.forget_sign_in_failures(unit, subject)
