"""The throttle of wrong passwords: 10 for an address, 50 from a client, in 15 minutes.

They are counted in the database, and while it stores nothing, in the memory of the server that heard them.
"""

import hashlib
import ipaddress
from collections import defaultdict, deque

from closum.errors import TooManyAttempts
from closum.model.address import lookup_key
from closum.store import identity
from closum.store.unit import Unit

WINDOW = 15 * 60  # seconds
MOST_PER_ADDRESS = 10
MOST_PER_CLIENT = 50
MOST_HELD = 50_000  # wrong passwords in memory: about what two hashes at once allow in 15 minutes

Subjects = tuple[str, str]
Times = tuple[tuple[int, ...], tuple[int, ...]]
"""Of each subject when wrong passwords were counted, in seconds since 1970."""
NONE: Times = (), ()


def subjects(email: str, client: str) -> Subjects:
    """What wrong passwords are counted by: the address (known or not) and the client, as digests."""
    return _digest("email", lookup_key(email)), _digest("client", _network(client))


class Held:
    """Wrong passwords that could not be stored: the newest `MOST_HELD` of the last 15 minutes. For one thread."""

    def __init__(self) -> None:
        self._attempts: deque[tuple[int, Subjects]] = deque()
        self._times: defaultdict[str, deque[int]] = defaultdict(deque)

    def times(self, who: Subjects, now: int) -> Times:
        """When those of the two were counted."""
        self._forget(now, MOST_HELD)
        return self._of(who[0]), self._of(who[1])

    def fail(self, who: Subjects, stored: Times, now: int) -> None:
        """Count a wrong password beside those stored. Raises TooManyAttempts as `fail` does."""
        refuse_too_many(stored, self.times(who, now), now)
        self._forget(now, MOST_HELD - 1)
        self._attempts.append((now, who))
        for subject in who:
            self._times[subject].append(now)

    def _of(self, subject: str) -> tuple[int, ...]:
        return tuple(self._times.get(subject, ()))

    def _forget(self, now: int, most: int) -> None:
        while self._attempts and (self._attempts[0][0] <= now - WINDOW or len(self._attempts) > most):
            _, who = self._attempts.popleft()
            for subject in who:
                self._times[subject].popleft()
                if not self._times[subject]:
                    del self._times[subject]


def stored(unit: Unit, who: Subjects) -> Times:
    """When the database last counted those of the two."""
    since = unit.now - WINDOW
    address, client = (
        tuple(identity.sign_in_failures(unit, subject, since, most))
        for subject, most in zip(who, (MOST_PER_ADDRESS, MOST_PER_CLIENT), strict=True)
    )
    return address, client


def refuse_too_many(one: Times, other: Times, now: int) -> None:
    """Raises TooManyAttempts, with the seconds until one attempt is free again."""
    for number, most in enumerate((MOST_PER_ADDRESS, MOST_PER_CLIENT)):
        newest = sorted(one[number] + other[number], reverse=True)
        if len(newest) >= most:
            raise TooManyAttempts(retry_after=newest[most - 1] + WINDOW - now)


def check(unit: Unit, who: Subjects, held: Times = NONE) -> None:
    """Raises TooManyAttempts for who has used up what is allowed, with those `held` elsewhere."""
    refuse_too_many(stored(unit, who), held, unit.now)


def fail(unit: Unit, who: Subjects, held: Times = NONE) -> None:
    """Count a wrong password. Raises TooManyAttempts when it was one too many, and does not count it."""
    identity.lock_sign_in_subjects(unit, who)
    check(unit, who, held)
    identity.add_sign_in_failures(unit, who, unit.now - WINDOW)


def forgive(unit: Unit, email: str) -> None:
    """Forget the wrong passwords for an address: an operator has set a new one."""
    identity.forget_sign_in_failures(unit, _digest("email", lookup_key(email)))


def _digest(kind: str, text: str) -> str:
    return hashlib.sha256(f"{kind}:{text}".encode()).hexdigest()


def _network(client: str) -> str:
    """An IPv6 client may choose its last 64 bits at will."""
    try:
        address = ipaddress.ip_address(client)
    except ValueError:
        return client
    if address.version == 6 and not address.ipv4_mapped:
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)
