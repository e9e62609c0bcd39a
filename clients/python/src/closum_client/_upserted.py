"""What became of a record that is made unless it is there."""

import dataclasses
from typing import Any, Self

from closum_client import _reading as reading


@dataclasses.dataclass(frozen=True, slots=True)
class Upserted:
    """The `id` of the record, and the `result`: "created", "updated", "unchanged" or "skipped"."""

    id: int
    result: str

    @classmethod
    def from_json(cls, data: Any) -> Self:
        """Read it from an answer's JSON. Raises ValueError for what is missing."""
        return cls(
            id=reading.required(data, "id", reading.integer),
            result=reading.required(data, "result", reading.text),
        )
