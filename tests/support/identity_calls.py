"""The functions of the store about users, keys and failed sign-ins, for `tests/store/test_reading.py`."""

from collections.abc import Callable
from typing import Any

from closum.store import api_keys, identity, sign_ins

WRITING = {
    "api_keys.add",
    "api_keys.note_use",
    "api_keys.remove",
    "api_keys.revoke",
    "identity.add_account",
    "sign_ins.add_sign_in_failure",
    "sign_ins.add_sign_in_failures",
    "identity.add_user",
    "identity.change_account",
    "identity.enable_account",
    "identity.enable_user",
    "identity.end_all_tokens",
    "identity.end_tokens",
    "sign_ins.forget_sign_in_failures",
    "sign_ins.lock_sign_in_subjects",
    "identity.note_revocation",
    "identity.remove_user",
    "identity.rename_account",
    "identity.set_name",
    "identity.set_password",
    "identity.set_role",
    "identity.set_signing_key",
    "identity.set_user_key",
    "sign_ins.take_sign_in_failures",
}

READING: dict[str, tuple[Callable[[Any], Any], Any]] = {
    "api_keys.keys": (lambda unit: [key.name for key in api_keys.keys(unit, 1)], ["Web form"]),
    "api_keys.names": (
        lambda unit: [api_keys.names(unit.of(one), [1, 2]) for one in (1, 2)],
        [{1: "Web form"}, {}],
    ),
    "sign_ins.forgiveness": (lambda unit: sign_ins.forgiveness(unit, ("a", "b")), {"a": 7}),
    "sign_ins.sign_in_failures": (lambda unit: sign_ins.sign_in_failures(unit, "x", 0, 9), [8, 7]),
    "sign_ins.sign_in_subjects_after": (lambda unit: sign_ins.sign_in_subjects_after(unit, 0), ["x"]),
    "identity.emails": (
        lambda unit: [identity.emails(unit.of(one), [1, 2]) for one in (1, 2)],
        [{1: "ana@example.com"}, {}],
    ),
    "identity.owners": (lambda unit: identity.owners(unit, 1), [1]),
}
