"""The throttle of wrong passwords, kept in the database: 10 for an address, 50 from a client, in 15 minutes."""

import hashlib
import ipaddress

from closum.errors import TooManyAttempts
from closum.model.address import lookup_key
from closum.store import identity
from closum.store.unit import Unit

WINDOW = 15 * 60  # seconds
MOST_PER_ADDRESS = 10
MOST_PER_CLIENT = 50

Subjects = tuple[str, str]


def subjects(email: str, client: str) -> Subjects:
    """What wrong passwords are counted by: the address (known or not) and the client, as digests."""
    return _digest("email", lookup_key(email)), _digest("client", _network(client))


def check(unit: Unit, who: Subjects) -> None:
    """Raises TooManyAttempts, with the seconds until one attempt is free again."""
    for subject, most in zip(who, (MOST_PER_ADDRESS, MOST_PER_CLIENT), strict=True):
        failures = identity.sign_in_failures(unit, subject, unit.now - WINDOW, most)
        if len(failures) == most:
            raise TooManyAttempts(retry_after=failures[-1] + WINDOW - unit.now)


def fail(unit: Unit, who: Subjects) -> None:
    """Count a wrong password. Raises TooManyAttempts when it was one too many, and does not count it."""
    identity.lock_sign_in_subjects(unit, who)
    check(unit, who)
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
