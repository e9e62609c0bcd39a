"""Examples of a resource: bodies and records for people to read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Examples:
    """What the reference shows, and tests send.

    `sample` is a body that creates a record, as the published documentation has it; of a resource that cannot be created,
    a whole record. `update_sample` is a body that updates it, where that differs; `patch_sample` one that changes parts of
    it; `retrieved_sample` what a retrieved record has otherwise than the fields' examples; `sample_count` how many records the list of the reference has.
    """

    sample: Mapping[str, Any]
    update_sample: Mapping[str, Any] | None = None
    patch_sample: Mapping[str, Any] | None = None
    retrieved_sample: Mapping[str, Any] = field(default_factory=dict)
    sample_count: int = 25

    @property
    def change(self) -> Mapping[str, Any]:
        """A body that updates the record that `sample` creates."""
        return self.sample if self.update_sample is None else self.update_sample

    @property
    def patch(self) -> Mapping[str, Any]:
        """A body that changes parts of it."""
        return self.change if self.patch_sample is None else self.patch_sample
