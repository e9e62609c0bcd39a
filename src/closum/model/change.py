"""What a write does to records, and who asked for it."""

from typing import NamedTuple


class By(NamedTuple):
    """Who writes, and why.

    `cause` is `api`, `command`, `server`, `import` or `undo`; `cause_id` is the number of the import, or of the operation undone.
    """

    user_id: int | None
    request_id: str
    cause: str
    cause_id: int | None = None
    operator: str | None = None

    def __str__(self) -> str:
        return self.cause if self.cause_id is None else f"{self.cause}:{self.cause_id}"


COMMAND = By(None, "", "command")
"""An operator at a terminal."""
