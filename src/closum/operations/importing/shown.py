"""The e-mail addresses and phone numbers of a set of rows: those that there are, who shows them, and new ones."""

from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import Any

from closum.model.relations import Nested, Row
from closum.operations.edit import Known
from closum.operations.importing.wire import SHOWN
from closum.resources.lead import LEAD
from closum.store import rows
from closum.store.unit import Result, Unit


class Shown:
    """Records of one kind by their keys, and the leads that show each. `new` are those that have to be written."""

    def __init__(self, nested: Nested, names: Sequence[str], unit: Unit, known: Known) -> None:
        self.nested = nested
        self.showing: dict[Any, list[int]] = {}
        self.new: list[Result] = []
        self._unit, self._key = unit, names.index(nested.resource.key)
        self._sure = (
            names.index(nested.resource.unique.sure)
            if nested.resource.unique and nested.resource.unique.sure
            else None
        )
        self._present: dict[Any, Result] = {}  # what a lead has of each: id and copies
        self._keys: dict[int, Any] = {}  # of those that were looked up
        initial, self._ids = known.new(nested.resource)
        columns = nested.resource.columns
        self._copied = itemgetter("id", *nested.copies)
        self._nothing = (None,) * len(nested.columns)
        # Of an id, the values of a row, and what every record gets by itself.
        flat = ["id", *names, *initial]
        self._rest = tuple(initial.values())
        self._whole = itemgetter(*map(flat.index, columns))
        self._copies = itemgetter(*map(columns.index, ("id", *nested.copies)))

    def key(self, values: Sequence[Any] | None) -> Any:
        return None if values is None else values[self._key]

    def is_sure(self, values: Sequence[Any] | None) -> bool:
        """Whether the key of these values means one person alone."""
        return self._sure is None or (values is not None and bool(values[self._sure]))

    def has(self, values: Sequence[Any] | None) -> bool:
        """Whether the record with these values is there, perhaps in another spelling."""
        return values is not None and values[self._key] in self._present

    def look_up(self, keys: Iterable[Any], leads: dict[int, Row]) -> None:
        """Find the records with these keys, and the leads that show them, which are added to `leads`."""
        resource, link = self.nested.resource, self.nested.link
        found = rows.rows_by(self._unit, resource, resource.key, keys)
        self._present = {key: self._copied(row) for key, row in found.items()}
        self._keys = {row["id"]: key for key, row in found.items()}
        showing: dict[int, list[int]] = {}
        for row in rows.all_by(self._unit, LEAD, link, [row["id"] for row in found.values()]):
            leads[row["id"]] = row
            showing.setdefault(row[link], []).append(row["id"])
        self.showing = {key: sorted(showing.get(row["id"], ())) for key, row in found.items()}

    def put(self, values: Sequence[Any] | None, lead_id: int) -> Result:
        """What a new lead has of the record with these values, which is made where there is none."""
        if values is None:
            return self._nothing
        key = values[self._key]
        if key is None:
            return self._made(values)
        copied: Result | None = self._present.get(key)
        if copied is None:
            copied = self._present[key] = self._made(values)
        if key in self.showing:
            self.showing[key].append(lead_id)
        else:
            self.showing[key] = [lead_id]
        return copied

    def _made(self, values: Sequence[Any]) -> Result:
        row = self._whole((next(self._ids), *values, *self._rest))
        self.new.append(row)
        copies: Result = self._copies(row)
        return copies

    def present_key(self, lead: Row) -> Any:
        """The key of the record that a lead of the database shows."""
        record_id = lead[self.nested.link]
        if record_id is None:
            return None
        found = rows.rows_by(self._unit, self.nested.resource, "id", [record_id])
        return found[record_id][self.nested.resource.key]

    def keys_of(self, record_id: int | None) -> list[Any]:
        """The key of a record that was looked up."""
        return [self._keys[record_id]] if record_id in self._keys else []


def of_row(unit: Unit, known: Known) -> list[Shown]:
    """One for each kind of record that leads show."""
    return [Shown(one, names, unit, known) for one, names in zip(LEAD.nested, SHOWN, strict=True)]
