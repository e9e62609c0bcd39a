"""A unit of work: what everything above the store is handed to read and write with."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Protocol

from closum.model.change import By

Values = Sequence[Any]
Result = tuple[Any, ...]
Clock = Callable[[], float]
Effect = tuple[str, Values, int]
"""A statement, its values, and how many rows it changes."""


class Unit(Protocol):
    """One transaction, or one read, on either database. Placeholders are `?`.

    `now` is the clock of the whole unit, in seconds since 1970; `engine` is "sqlite" or "postgres". `account_id` is whose
    records it reads and writes, 0 for what all accounts share; `by` is who writes.
    """

    engine: str
    now: int
    account_id: int
    by: By

    @property
    def search(self) -> Any:
        """What its database keeps terms in: a `closum.store.search.Index`."""

    def of(self, account_id: int, by: By | None = None) -> "Unit":
        """The same transaction, or read, for the records of an account; by the same as this, where nobody else is given."""

    def all(self, sql: str, values: Values = ()) -> list[Result]:
        """Every row of the result, fetched whole."""

    def all_of(self, statements: Sequence[tuple[str, Values]]) -> list[list[Result]]:
        """Every row of each statement, sent together where that can be done."""

    def one(self, sql: str, values: Values = ()) -> Result | None:
        """The first row of the result."""

    def run(self, sql: str, values: Values = ()) -> int:
        """Execute a statement; the number of rows that it changed."""

    def run_many(self, sql: str, rows: Iterable[Values]) -> None:
        """Execute a statement once for each row of values."""

    def insert(self, table: str, columns: Sequence[str], rows: Iterable[Values]) -> None:
        """Insert many rows in the fastest way that the database has."""

    def insert_counting(
        self, table: str, columns: Sequence[str], first: Values, counted: Collection[str], number: int
    ) -> None:
        """Insert `number` rows: the first one, and others in which each `counted` column is by 1 more than in the row before."""

    def run_each(self, statements: Iterable[tuple[str, Values]]) -> int:
        """Execute statements one after the other, sent together where that can be done; how many rows they changed."""


class Stream(Unit, Protocol):
    """A unit that reads results which do not fit into memory."""

    def of(self, account_id: int, by: By | None = None) -> "Stream": ...

    def each(self, sql: str, values: Values, take: Callable[[Result], object]) -> None:
        """Hand each row of the result to `take` as it comes: all are of one moment."""

    def pieces(self, sql: str, values: Values, size: int) -> Iterator[list[Result]]:
        """The rows of the result, so many at a time: all are of one moment."""


class Conflict(Exception):
    """Nothing of the transaction is stored; run again whole, it may succeed."""


class Disconnected(Conflict):
    """The connection is lost; what it had not committed is not stored."""


class Unreachable(Exception):
    """A machine behind the database did not answer it: nothing of the statement is stored, the connection stays open."""


class Overdue(Exception):
    """A statement took longer than its deadline: nothing of the transaction is stored."""


AHEAD = 24 * 3600
"""Seconds: what is dated further ahead of the clock has been dated by another one that was wrong."""


def latest(now: int) -> str:
    """The last timestamp that was given by a clock that was right, when it is `now`."""
    return timestamp(now + AHEAD)


@lru_cache(maxsize=16)
def timestamp(seconds: int) -> str:
    """`2018-01-01T10:00:00+00:00`: UTC, whole seconds. As text it sorts by time."""
    return datetime.fromtimestamp(seconds, UTC).isoformat()
