"""Everything that a database holds, moved into another one as it was at one moment, and compared afterwards.

The signing key is not among the rows: where it is kept differs.
"""

import contextlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Self

from closum.errors import Refusal
from closum.model.resource import Resource
from closum.store import catalogue, integrity_search, numbered, search
from closum.store.catalogue import Table
from closum.store.progress import Progress, Report, no_progress
from closum.store.unit import Result, Unit

AT_ONCE = 250  # rows, each of which may have 64 KiB
APART = ("token_key", "schema_version")

Rows = Iterator[list[Result]]
"""Rows of a table, some at a time."""
Found = dict[Table, tuple[int, int]]
"""Of each table how many rows it has, and a sum over them that does not depend on their order."""


class Source(ABC):
    """A database that is read as it was at one moment, and not changed. Errors are Refusals."""

    name: str

    @abstractmethod
    def read(self) -> AbstractContextManager[Unit]:
        """A view of one moment."""

    @abstractmethod
    def rows(self, unit: Unit, table: Table) -> Rows:
        """Every row, in the order of the key."""

    @abstractmethod
    def key(self) -> bytes | None:
        """The signing key that is kept with the database, if there is one."""

    @abstractmethod
    def close(self) -> None: ...

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Filling(ABC):
    """What fills tables within one transaction, `unit`."""

    unit: Unit

    @abstractmethod
    def put(self, table: Table, rows: Rows) -> None: ...


class Target(Source):
    """A database that holds nothing yet. Until it is released, no command and no server takes it for one.

    It is made with the signing key that it is to have, which is refused at once where it cannot be kept.
    """

    @abstractmethod
    def claim(self, source: Source) -> None:
        """Make it known as unfinished. Raises Refusal where another copy fills it, and for the source itself."""

    @abstractmethod
    def tables(self) -> list[Table]: ...

    @abstractmethod
    def empty(self, tables: Sequence[Table]) -> None:
        """Remove what an interrupted copy left in the tables of accounts' own data."""

    @abstractmethod
    def filling(self, tables: Sequence[Table], progress: Progress) -> AbstractContextManager[Filling]:
        """One transaction for tables of one kind, shared or not; it ends with the making of their indexes."""

    @abstractmethod
    def verify(self) -> None:
        """Nothing more is filled. Raises Refusal where the database itself finds a fault."""

    @abstractmethod
    def finish(self, change: Callable[[Unit], None]) -> None:
        """`change(unit)` in a transaction of its own, of accounts' data. The target has been verified."""

    @abstractmethod
    def release(self, last: Callable[[Unit], None]) -> None:
        """`last(unit)` and the key in a transaction of its own; from then on it is a database like any other."""


class Sums:
    """What is found in the rows that pass."""

    def __init__(self, report: Report, total: int) -> None:
        self.found: Found = {}
        self._report, self._done, self._total = report, 0, total

    def passing(self, table: Table, some: Rows) -> Rows:
        count = total = 0
        for rows in some:
            yield rows
            count += len(rows)
            total += sum(map(hash, rows))
            self._report(self._done + count, max(self._done + count, self._total))
        self._done += count
        self.found[table] = (count, total)


def copy(
    source: Source,
    target: Target,
    progress: Progress,
    resources: Sequence[Resource],
    last: Callable[[Unit], None],
    finish: Callable[[Unit], None] | None = None,
) -> dict[str, int]:
    """Fill the target, compare and release it; records by table. What searches find records of the `resources` by is made
    in the target.

    `finish(unit)` changes data of accounts in the target once it is compared; `last(unit)` is the last change, of what
    accounts share.

    Raises Refusal. Interrupted anywhere, the source is as it was, and the target is not released.
    """
    target.claim(source)
    with _to_be_repeated(source, target):
        copied = _filled(source, target, progress, resources)
        target.verify()
        _compare(source, target, progress, copied)
        if finish:
            target.finish(finish)
        target.release(last)
    return {table.name: count for table, (count, _) in copied.items()}


def _filled(source: Source, target: Target, progress: Progress, resources: Sequence[Resource]) -> Found:
    with contextlib.ExitStack() as moment:
        unit = moment.enter_context(source.read())
        tables = _tables(unit, source, target)
        shared = [table for table in tables if table.shared]
        own = [table for table in tables if not table.shared]
        target.empty(own)
        with target.filling(shared, no_progress) as filling:
            sums = _put(source, unit, filling, shared, no_progress)
            numbered.go_on_after(filling.unit, numbered.last_ids(unit))
        with target.filling(own, progress) as filling:
            copied = [table for table in own if not search.is_index(table.name)]
            sums |= _put(source, unit, filling, copied, progress)
            moment.close()  # indexes may take long, and need no view of the source
            integrity_search.make(filling.unit, resources, progress)
    return sums


def _tables(unit: Unit, source: Source, target: Target) -> list[Table]:
    """Those of closum, which have to be alike in both, but for what searches find records by."""
    theirs = [table for table in catalogue.tables(unit) if not search.is_index(table.name)]
    ours = target.tables()
    for table in ours:
        if table not in theirs and not search.is_index(table.name):
            raise Refusal(f"The table {table.name} of {source.name} is not closum's: it has other columns")
    for table in theirs:
        if table not in ours:
            raise Refusal(f"The table {table.name} of {target.name} is not closum's: it has other columns")
    return [table for table in ours if table.name not in APART]


def _put(source: Source, unit: Unit, filling: Filling, tables: Sequence[Table], progress: Progress) -> Found:
    with progress("Copying", "records") as report:
        sums = Sums(report, _expected(unit))
        for table in tables:
            filling.put(table, sums.passing(table, source.rows(unit, table)))
    return sums.found


def _expected(unit: Unit) -> int:
    """About how many rows there are, by what is kept of it."""
    row = unit.one("SELECT SUM(count) FROM tally")
    return int(row[0] or 0) if row else 0


def _compare(source: Source, target: Target, progress: Progress, copied: Found) -> None:
    with target.read() as unit, progress("Checking", "records") as report:
        sums = Sums(report, sum(count for count, _ in copied.values()))
        for table in copied:
            for _ in sums.passing(table, target.rows(unit, table)):
                pass
    for table, (count, total) in copied.items():
        found, found_total = sums.found[table]
        if found != count:
            raise Refusal(
                f"The table {table.name} has {count} rows in {source.name}, and {found} in {target.name}"
            )
        if found_total != total:
            raise Refusal(f"The table {table.name} differs between {source.name} and {target.name}")


@contextlib.contextmanager
def _to_be_repeated(source: Source, target: Target) -> Iterator[None]:
    try:
        yield
    except Refusal as refusal:
        raise Refusal(
            f"{refusal}. {source.name} is as it was, do not use {target.name}: run the same command again"
        ) from None
