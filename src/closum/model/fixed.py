"""Records that every account has from its beginning."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple


class Fixed(NamedTuple):
    """The values of records that nobody changes, which have the ids from 1 on; an account's own begin behind `last_id`."""

    values: Sequence[Mapping[str, Any]]
    last_id: int

    def has(self, record_id: int) -> bool:
        """Whether it is one of them."""
        return 0 < record_id <= len(self.values)

    def reserves(self, sent: object) -> bool:
        """Whether a new record asks for an id that no record of an account gets."""
        digits = str(sent).strip()
        return digits.isascii() and digits.isdigit() and int(digits[:20]) <= self.last_id
