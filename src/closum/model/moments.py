"""Times that people set: with an offset, or on the clocks of their account."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from closum.errors import BrokenRule
from closum.model import when
from closum.model.fields import Schema, Timestamp, text_of

_TIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[Tt ]([0-9]{2}:[0-9]{2}(?::[0-9]{2})?)(?:\.[0-9]+)?\s?([Zz]|[+-][0-9]{2}:?[0-9]{2})?)?"
)
_LAST = "23:59:59"
_TICKS = {"true": True, "false": False}
"""As booleans, and as text, which is all that a command line has."""


class Local(NamedTuple):
    """A time on the clocks of the account; None for the time of the write."""

    moment: datetime | None

    def settled(self, zone: str, now: str) -> str:
        """In the form in which times are stored. Raises BrokenRule for one that the clocks leave out.

        Of a time that comes twice it is the first.
        """
        if self.moment is None:
            return now
        there = ZoneInfo(zone)
        found = _utc(self.moment.replace(tzinfo=there))
        if found.astimezone(there).replace(tzinfo=None) != self.moment:
            raise BrokenRule("_gap", zone=zone)
        return found.isoformat()


@dataclass(frozen=True, slots=True)
class Moment(Timestamp):
    """A time that a client sets: stored in UTC, in whole seconds.

    Without an offset it is in the time zone of the account, and a day alone is its last second. Where it `takes_now`, true is
    the time of the write, and false no time.
    """

    takes_now: bool = field(default=False, kw_only=True)

    def parse(self, value: Any) -> str | Local | None:
        if self.takes_now and (ticked := _TICKS.get(str(value).strip().lower())) is not None:
            return Local(None) if ticked else None
        match = _TIME.fullmatch(text_of(value).strip())
        if match is None:
            raise BrokenRule("_time")
        day, time, offset = match.groups()
        if day.startswith("0000"):
            raise _out_of_range()
        try:
            read = datetime.fromisoformat(
                f"{day}T{time or _LAST}{(offset or '').upper().replace('Z', '+00:00')}"
            )
            return _utc(read).isoformat() if read.tzinfo else Local(read)
        except ValueError:
            raise BrokenRule("_time") from None

    def accepts(self) -> Schema:
        types = ("string", "boolean") if self.takes_now else ("string",)
        return self.described(self._types(*types, always=self.required))

    def shows(self) -> Schema:
        return self.described(self._types("string", always=self.always) | {"format": "date-time"})


def _utc(moment: datetime) -> datetime:
    """Raises BrokenRule where no calendar has it."""
    try:
        return moment.astimezone(UTC)
    except (OverflowError, ValueError):
        raise _out_of_range() from None


def _out_of_range() -> BrokenRule:
    return BrokenRule("_between", least=when.FIRST, most=when.LAST)
