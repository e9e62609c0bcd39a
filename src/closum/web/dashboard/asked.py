"""The address of the page: by which periods new leads are shown, and of which leads the rest is."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import NamedTuple
from urllib.parse import urlencode

from closum.errors import NotFound
from closum.http.request import id_of
from closum.model.when import When
from closum.operations.dashboard import NUMBERS, Wanted, starts
from closum.operations.reports import Asked as Of

PATH = "/dashboard"
BY = (*NUMBERS,)
ALL, MONTHS = "all", "12m"
DAYS = {"90d": 90, "30d": 30}
SINCE = (ALL, MONTHS, *DAYS)
NOBODY = "none"
"""In the place of the owner: of leads that nobody looks after."""


class Asked(NamedTuple):
    """`by` is one of BY, `since` one of SINCE, and `owner` the id of a user, NOBODY, or "" for all leads."""

    by: str = BY[0]
    since: str = ALL
    owner: str = ""

    @property
    def url(self) -> str:
        """The path, without what the server is served below and without what is usual."""
        usual = Asked()
        pairs = {name: value for name, value in self._asdict().items() if value != getattr(usual, name)}
        return f"{PATH}?{urlencode(pairs)}" if pairs else PATH

    def first(self, today: date) -> date | None:
        """The day from which on leads were made, None for all."""
        if self.since in DAYS:
            return today - timedelta(days=DAYS[self.since] - 1)
        return starts("month", today)[0] if self.since == MONTHS else None

    def wanted(self, today: date) -> Wanted:
        first = self.first(today)
        owner = {"": None, NOBODY: ""}.get(self.owner, self.owner)
        return Wanted(self.by, Of(When(first) if first else None, None, owner))


def read(given: Mapping[str, str]) -> Asked:
    """What means nothing is as if it were not there."""
    by, since, owner = (given.get(name, "") for name in Asked._fields)
    return Asked(by if by in BY else BY[0], since if since in SINCE else ALL, _owner(owner))


def _owner(text: str) -> str:
    try:
        return text if text == NOBODY else str(id_of(text))
    except NotFound:
        return ""
