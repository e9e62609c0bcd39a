"""What is noted of the consents of a row."""

from collections.abc import Iterator, Mapping, Sequence

from closum.model.change import By
from closum.model.consents import CHANNELS, GIVEN, column
from closum.model.relations import Row
from closum.operations.edit import Known
from closum.operations.importing.headings import CONSENTS
from closum.resources.consent import CONSENT
from closum.resources.lead import LEAD
from closum.store.unit import Result

(_SENT,) = LEAD.sent
_CHANNELS = {column(channel): channel for channel in CHANNELS}


def sent(states: Sequence[str | None], present: Row, *, fills: bool) -> Mapping[str, Sequence[Row]] | None:
    """What a row tells of a lead that is there, as a body would send it: the states that differ; with `fills` only where
    nothing was told before."""
    told = zip(CONSENTS, states, strict=True)
    rows = [
        _entry(name, one)
        for name, one in told
        if one not in (None, present[name]) and not (fills and present[name])
    ]
    return {_SENT.name: rows} if rows else None


class Consents:
    """The records of new leads. `new` are those that have to be written."""

    def __init__(self, known: Known, by: By) -> None:
        self.new: list[Result] = []
        initial, self._ids = known.new(CONSENT)
        self._blank = {**initial, **CONSENT.blank, CONSENT.author: by.user_id}

    def add(self, lead_id: int, states: Sequence[str | None]) -> Iterator[str | None]:
        """Note what a row tells of a new lead; what holds then, in the order of `CONSENTS`: there is nothing to withdraw."""
        assert CONSENT.told
        for name, one in zip(CONSENTS, states, strict=True):
            if one == GIVEN:
                row = self._blank | _entry(name, one) | {CONSENT.told.parent: lead_id, "id": next(self._ids)}
                self.new.append(tuple(row[each] for each in CONSENT.columns))
            yield one if one == GIVEN else None


def _entry(name: str, state: str | None) -> Row:
    return {"channel": _CHANNELS[name], "state": state}
