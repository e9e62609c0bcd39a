"""Second factors: codes of an app (TOTP, RFC 6238: 6 digits, 30 seconds), and recovery codes for who has lost it.

The database has no secret of an app: it is made of a random salt, which it has, and the signing key. A code counts once.
"""

import base64
import hashlib
import hmac
import secrets
from typing import NamedTuple

import pyotp

from closum.accounts import codes
from closum.accounts.keys import derived, key_id
from closum.errors import Invalid, NotFound, fault
from closum.model.change import By
from closum.store import identity, ledger, second_factors
from closum.store.identity import User
from closum.store.unit import Unit

STEP = 30  # seconds
TOLERANCE = 1  # steps by which a clock may be wrong, either way
RECOVERY_CODES = 10
LETTERS = 16  # of a recovery code: 80 bits
ISSUER = "closum"
MARK_BYTES = 6
BYTES = 20  # of a secret, as RFC 4226 recommends


class Enrolment(NamedTuple):
    """What an app is to know: the secret in base 32, to be typed, and a URI that has it too, to be scanned."""

    secret: str
    uri: str

    @property
    def qr(self) -> str:
        """The URI as a QR code: an SVG element without styles, black on white, which takes the size of its place."""
        import segno

        code = segno.make(self.uri, error="m", micro=False)
        return code.svg_inline(dark="#000", light="#fff", svgclass="qr", lineclass=None, omitsize=True)


def is_on(unit: Unit, user_id: int) -> bool:
    """Whether a user signs in with a second factor."""
    found = second_factors.find(unit, user_id)
    return found is not None and bool(found.confirmed)


def mark(unit: Unit, user: User) -> int | None:
    """A number for how a user's second factor is now, and the user's tokens: another one after each code that was used.

    None where no second factor counts.
    """
    found = second_factors.find(unit, user.id)
    if found is None or not found.confirmed:
        return None
    state = (user.token_number, found.salt, found.step, *second_factors.recovery_codes(unit, user.id))
    return int.from_bytes(hashlib.sha256(repr(state).encode()).digest()[:MARK_BYTES])


def begin(unit: Unit, key: bytes, user: User) -> Enrolment:
    """Begin to add a second factor, which counts once it is confirmed. Raises Invalid where one counts. `key` is the signing key."""
    salt = secrets.token_hex(BYTES)
    if not second_factors.put(unit, user.id, salt, key_id(key)):
        raise Invalid({"code": fault("_isOn")})
    return _enrolment(key, salt, user)


def pending(unit: Unit, key: bytes, user: User) -> Enrolment | None:
    """What was begun, and is not confirmed."""
    found = second_factors.find(unit, user.id)
    if found is None or found.confirmed or found.key_id != key_id(key):
        return None
    return _enrolment(key, found.salt, user)


def confirm(unit: Unit, key: bytes, user: User, code: str, by: By) -> list[str]:
    """Have what was begun count from now on; the recovery codes, which are shown this once. Raises Invalid for a wrong code."""
    found = second_factors.find(unit, user.id)
    step = _step(unit, key, found, code) if found and not found.confirmed else None
    if found is None or step is None or not second_factors.turn_on(unit, user.id, found.salt, step):
        raise Invalid({"code": fault("_code")})
    ledger.add(unit.of(0, by), "second_factor_added", user.account_id, user.id)
    return _new_recovery_codes(unit, user.id)


def use(unit: Unit, key: bytes, user_id: int, code: str) -> bool:
    """Use a code of the app, or a recovery code: neither counts again. False for one that does not count."""
    found = second_factors.find(unit, user_id)
    if found is None or not found.confirmed:
        return False
    step = _step(unit, key, found, code)
    if step is not None:
        return second_factors.use_step(unit, user_id, step)
    return second_factors.use_recovery_code(unit, user_id, codes.hashed_code(code))


def remove(unit: Unit, account_id: int, user_id: int, by: By) -> bool:
    """Remove the second factor of a user of an account, with the recovery codes; False where none counts. Raises NotFound."""
    user = identity.user(unit, user_id)
    if user is None or user.account_id != account_id:
        raise NotFound
    removed = second_factors.remove(unit, user_id)
    if removed:
        ledger.add(unit.of(0, by), "second_factor_removed", account_id, user_id)
    return removed


def make_recovery_codes(unit: Unit, user: User, by: By) -> list[str]:
    """New recovery codes instead of those before, which are shown this once. Raises Invalid where no second factor counts."""
    if not is_on(unit, user.id):
        raise Invalid({"code": fault("_isOff")})
    ledger.add(unit.of(0, by), "recovery_codes_made", user.account_id, user.id)
    return _new_recovery_codes(unit, user.id)


def _new_recovery_codes(unit: Unit, user_id: int) -> list[str]:
    made = [codes.made(LETTERS) for _ in range(RECOVERY_CODES)]
    second_factors.set_recovery_codes(unit, user_id, map(codes.hashed_code, made))
    return made


def _step(unit: Unit, key: bytes, found: second_factors.Factor, code: str) -> int | None:
    """The step that a code is of, if it was not used yet and the clock is near enough."""
    if found.key_id != key_id(key):
        return None
    app, now = pyotp.TOTP(_secret(key, found.salt)), unit.now // STEP
    sent = "".join(code.split()).encode("utf-8", "surrogatepass")
    near = range(now - TOLERANCE, now + TOLERANCE + 1)
    right = [step for step in near if hmac.compare_digest(app.generate_otp(step).encode(), sent)]
    return next((step for step in right if step > found.step), None)


def _enrolment(key: bytes, salt: str, user: User) -> Enrolment:
    secret = _secret(key, salt)
    return Enrolment(secret, pyotp.TOTP(secret).provisioning_uri(name=user.email, issuer_name=ISSUER))


def _secret(key: bytes, salt: str) -> str:
    own = hmac.new(derived(key, "second factor"), salt.encode(), hashlib.sha256).digest()
    return base64.b32encode(own[:BYTES]).decode()
