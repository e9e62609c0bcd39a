"""What an import does with a row that matches a lead, and how it finds that."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from closum.model import matching
from closum.model.matching import SKIP, UPDATE
from closum.operations.importing.headings import ID
from closum.resources.lead import LEAD

MATCH = tuple(one.name for one in LEAD.nested)
"""By the address, and where a row has none by the number."""


class Policy(NamedTuple):
    """A row means the lead that has what the row has in the first property of `match` that the row has at all; `on_match`
    says what is done then. `country` is that of numbers without a prefix, None for that of the account. `cities` are what
    cells call cities, each with `name` and `city_id`; `empty` are what cells have that say nothing."""

    match: Sequence[str] = MATCH
    on_match: str = SKIP
    country: str | None = None
    cities: Sequence[Mapping[str, Any]] = ()
    empty: Sequence[str] = ()

    @property
    def called(self) -> dict[str, int]:
        """Ids of cities by what cells call them."""
        return {one["name"]: one["city_id"] for one in self.cities}

    @property
    def matches(self) -> list[matching.Match]:
        return [matching.match(LEAD, one, self.on_match) for one in self.match]


BY_ID = Policy((ID,), UPDATE)
"""That of resources other than leads: a row with the id of a record changes it, and others are new."""


def read(kept: Mapping[str, Any]) -> Policy:
    """A policy as it is kept."""
    return Policy(**kept)
