"""Who asked for changes, as clients are told: users by their addresses, API keys by their names."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from closum.model.change import By
from closum.store import api_keys, identity
from closum.store.unit import Unit


class Authors(NamedTuple):
    """The addresses of users and the names of keys, by id."""

    emails: dict[int, str]
    keys: dict[int, str]

    def shown(self, by: By | None) -> dict[str, Any]:
        """The user who asked for a change, without an address where there is no such user any more, and with `key` the key.

        Where none of them did, a command or the server has; None where that is not known.
        """
        user_id, key_id = (by.user_id, by.key_id) if by else (None, None)
        user = None if user_id is None else {"id": user_id, "email": self.emails.get(user_id)}
        if key_id is None:
            return {"user": user}
        return {"user": user, "key": {"id": key_id, "name": self.keys.get(key_id)}}


def find(unit: Unit, asked: Iterable[By | None]) -> Authors:
    """Those of the unit's account that asked for changes."""
    some = [by for by in asked if by]
    emails = identity.emails(unit, {by.user_id for by in some if by.user_id is not None})
    return Authors(emails, api_keys.names(unit, {by.key_id for by in some if by.key_id is not None}))
