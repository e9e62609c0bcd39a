"""What a record keeps of those that belong to it."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from closum.model.relations import Row


class Told(NamedTuple):
    """What the newest records of one parent tell it: a column of `columns`, by what is in `by`, has what is in `of`.

    A record with `ends` in `of` is refused unless the column has `begins`.
    """

    parent: str
    by: str
    of: str
    columns: Mapping[str, str]
    begins: str
    ends: str

    def column(self, row: Row) -> str:
        """The column of the parent that a record is about."""
        return self.columns[row[self.by]]

    def kept(self, rows: Iterable[Row]) -> Row:
        """The columns of the parent, of all its records from the oldest to the newest."""
        told = {self.column(row): row[self.of] for row in rows if row[self.by] in self.columns}
        return dict.fromkeys(self.columns.values()) | told


class Earliest(NamedTuple):
    """The least time in `of` among the records of one parent, kept in a `column` of that.

    Only those count that have nothing in `until`, or in the column of `among` one of its values.
    """

    parent: str
    column: str
    of: str
    until: str = ""
    among: tuple[str, tuple[str, ...]] = ("", ())

    def part(self, row: Row | None) -> tuple[int, str | None] | None:
        """The parent's id, and the time, of a record that counts; None for another."""
        if row is None or (self.until and row[self.until] is not None):
            return None
        column, values = self.among
        return (row[self.parent], row[self.of]) if not column or row[column] in values else None
