"""The set-up code: the user who has it makes the first account, and nobody else does.

A server without users makes a new one at each start. It is used once; 10 wrong ones in 15 minutes are heard, and no more.
"""

import contextlib
from pathlib import Path

from closum.accounts import account as accounts
from closum.accounts import attempts, codes, users
from closum.accounts.newcomers import First
from closum.errors import SetUpRefused, TooManyAttempts
from closum.model.change import By
from closum.store import identity, ledger, setup_codes, sign_ins
from closum.store.identity import User
from closum.store.unit import Unit

LETTERS = 26  # 130 bits
MOST = 10  # wrong codes in 15 minutes
LIMIT = attempts.Limit(MOST, "set-up code", "set-up codes")


def needed(unit: Unit) -> bool:
    """Whether there is no user yet."""
    return not setup_codes.has_users(unit)


def make(unit: Unit) -> str:
    """A new code, instead of any before; wrong ones are forgotten."""
    code = codes.made(LETTERS)
    setup_codes.put(unit, codes.hashed_code(code))
    attempts.forget(unit, attempts.OF_SETUP)
    return code


def forget_file(file: Path | None) -> None:
    """Remove the file with a code that does not count any more."""
    if file:
        with contextlib.suppress(OSError):
            file.unlink(missing_ok=True)


def is_right(unit: Unit, code: str) -> bool:
    """Whether this is the code; a wrong one is counted. Raises TooManyAttempts for a right one, too."""
    sign_ins.lock_sign_in_subjects(unit, (attempts.OF_SETUP,))
    wrong = attempts.of_subject(unit, attempts.OF_SETUP, LIMIT)
    if seconds := attempts.wait(LIMIT.most, wrong, unit.now):
        raise TooManyAttempts(LIMIT.told, seconds)
    if needed(unit) and setup_codes.is_set(unit, codes.hashed_code(code)):
        return True
    sign_ins.add_sign_in_failures(unit, (attempts.OF_SETUP,), unit.now - attempts.WINDOW)
    return False


def use(unit: Unit, code: str, first: First, password_hash: str, by: By) -> User:
    """Make the first account and its owner. Raises SetUpRefused, also where another one was first."""
    if not setup_codes.take(unit, codes.hashed_code(code)) or not needed(unit):
        raise SetUpRefused
    own = unit.of(0, by)
    there = identity.account_by_key(own, users.name_key(first.company))  # with users who were all removed
    account = there or users.add_account(own, first.company)
    if not there:
        accounts.change(own, account.id, first.settings, {})
    user_id = users.add_user(own, account, first.email, password_hash, name=first.name)
    user = identity.user(own, user_id)
    assert user
    ledger.add(own, "set_up", account.id, user_id)
    return user
