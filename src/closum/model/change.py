"""What a write does to records, and who asked for it."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from closum.model.relations import Row
from closum.model.resource import Resource


class By(NamedTuple):
    """Who writes, and why.

    `cause` is `api`, `page`, `reference`, `command`, `server`, `undo` or a kind of background work, such as `import`; `cause_id` is the id of
    the operation that is undone, of each record that comes back from the bin, or the number of what the work is about. `key_id`
    is the API key of a program, which is no user. `operator` is the name that the person who runs a command has on the machine.
    """

    user_id: int | None
    request_id: str
    cause: str
    cause_id: int | None = None
    key_id: int | None = None
    operator: str | None = None

    @property
    def kept(self) -> tuple[int | None, str | None, str, int | None, int | None]:
        """What the history keeps of it: the user, the request, the cause with its number, and the key."""
        return self.user_id, self.request_id or None, self.cause, self.cause_id, self.key_id

    @classmethod
    def of_kept(cls, user_id: int | None, request_id: str | None, *rest: Any) -> "By":
        """Likewise what was kept."""
        return cls(user_id, request_id or "", *rest)

    def __str__(self) -> str:
        return self.cause if self.cause_id is None else f"{self.cause}:{self.cause_id}"


API, PAGE, REFERENCE = "api", "page", "reference"
"""The causes of what programs and people ask a server for; the last one is a call that somebody runs from the reference."""

COMMAND = By(None, "", "command")
"""An operator at a terminal."""

CAUSES = frozenset({API, PAGE, REFERENCE, "bulk", "bin", "command", "handover", "import", "server", "undo"})
"""Why records are changed: another kind of work that changes records adds its name."""

NUMBERED = frozenset({"bulk", "handover", "import", "undo"})
"""The causes that have a `cause_id`: each of these was asked for by a call, and is one operation to people."""

CREATE, UPDATE, DELETE, ERASE = "create", "update", "delete", "erase"

MERGE = "merge"
"""A record went into another one: a deletion that keeps what it was, and INTO, the id of the other one."""
INTO = "merged_into"
DELETIONS = frozenset({DELETE, MERGE})
"""The verbs of records that are gone, and of which it is known what they were."""

PURGE = "purge"
"""The verb of a row of the history that is no change of a record: a deleted one is gone for good. Nothing is kept of it."""

RESTORE = "restore"
"""The verb of a row of the history that is no change of a record: a backup was put back. The positions from its `id` up to
its own were given, or may have been, in the database that was there before."""
CLOCK = "clock"
"""Likewise: what comes before it was dated by a clock that was ahead, and is at least as old as this."""


VERBS = (CREATE, UPDATE, DELETE, MERGE, RESTORE, PURGE, ERASE)
"""What clients are told of a record; one that comes back is restored."""


class Change(NamedTuple):
    """One record before and after a write: whole rows, None before a create and after a deletion.

    `verb` is CREATE, UPDATE, DELETE, MERGE, or ERASE: a deletion of which nothing is kept.
    """

    verb: str
    resource: Resource
    before: Row | None
    after: Row | None

    @property
    def row(self) -> Row:
        """The record as it is afterwards, or was before its deletion."""
        row = self.after or self.before
        assert row is not None
        return row


class Operation(NamedTuple):
    """The changes that one request or command asks for, in an order in which they can be written.

    `id` is that of the operation that they are a part of, where it was begun in the same transaction, and was the last one.
    """

    by: By
    changes: Sequence[Change]
    id: int | None = None
