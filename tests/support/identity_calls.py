"""The functions of the store that write users and accounts, for `tests/store/test_reading.py`."""

WRITING = {
    "identity.add_account",
    "identity.add_sign_in_failure",
    "identity.add_sign_in_failures",
    "identity.add_user",
    "identity.change_account",
    "identity.enable_account",
    "identity.enable_user",
    "identity.end_all_tokens",
    "identity.end_tokens",
    "identity.forget_sign_in_failures",
    "identity.lock_sign_in_subjects",
    "identity.remove_user",
    "identity.rename_account",
    "identity.set_name",
    "identity.set_password",
    "identity.set_role",
    "identity.set_signing_key",
    "identity.set_user_key",
    "identity.take_sign_in_failures",
}
