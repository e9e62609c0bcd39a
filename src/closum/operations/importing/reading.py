"""What reading a row gives, and what is noted while it is read."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from closum.errors import BrokenRule
from closum.model.relations import Row


class Fault(NamedTuple):
    """Why a row is not taken: the column of the cell, from 1, or 0 for the whole row, and the rule that it breaks."""

    column: int
    property: str
    rule: str
    message: str


class RowWarning(NamedTuple):
    """What is left out of a row that is taken, or a row that is left out."""

    line: int
    rule: str
    message: str


class Ready(NamedTuple):
    """A new lead: its own values with the derived ones, and those of the records that it shows, likewise.

    `creation_date`, the `id` of the lead that a row means, and consents are among its values only where a column gives them.
    """

    line: int
    values: Row
    nested: dict[str, Row]
    warnings: Sequence[RowWarning]


class Taken(NamedTuple):
    """A row of which the server makes a record: its cells, without what spreadsheets put before them."""

    line: int
    cells: Sequence[Any]


class Faulty(NamedTuple):
    """A row that cannot be taken, with its cells as they were."""

    line: int
    faults: Sequence[Fault]
    cells: Sequence[Any]
    warnings: Sequence[RowWarning]


class LeftOut(NamedTuple):
    """A row that is no record: why, one of `feet.MESSAGES`, and what is in it."""

    line: int
    reason: str
    text: str
    warning: RowWarning


class Reading:
    """A row that is being read: `left` has, by the heading of their column, values that the lead has no other place for.

    One is used for all rows of a file: making its lists costs as much as reading a name.
    """

    __slots__ = ("cells", "faults", "left", "line", "warnings")

    def __init__(self) -> None:
        self.line, self.cells = 0, list[Any]()
        self.faults: list[Fault] = []
        self.warnings: list[RowWarning] = []
        self.left: dict[str, list[str]] = {}

    def begin(self, line: int, cells: list[Any]) -> None:
        self.line = line
        self.cells = cells
        if self.faults:
            self.faults = []
        if self.warnings:
            self.warnings = []
        if self.left:
            self.left = {}

    def blame(self, place: int, name: str, broken: BrokenRule) -> None:
        """Note what a cell breaks, the one at an index, or -1 for the whole row."""
        self.faults += (Fault(place + 1, name, rule, str(text)) for rule, text in broken.faults.items())

    def keep(self, heading: str, text: str) -> None:
        self.left.setdefault(heading, []).append(text)

    def warn(self, rule: str, message: str) -> None:
        self.warnings.append(RowWarning(self.line, rule, message))


class Places(NamedTuple):
    """The columns of a file by what they become: their indexes, in the order in which they are tried."""

    headings: Sequence[str]
    by_target: Mapping[str, Sequence[int]]

    def of(self, target: str) -> Sequence[int]:
        return self.by_target.get(target, ())

    def one(self, target: str) -> int:
        """The index of a target that has one column; -1 without."""
        return next(iter(self.of(target)), -1)
