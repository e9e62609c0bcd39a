"""The tables of closum in a database, as the catalogue of the database describes them."""

from itertools import groupby
from typing import NamedTuple

from closum.store import migrate
from closum.store.unit import Unit

TENANT = "account_id"
"""The first column of the primary key of a table that has the data of each account."""

_COLUMNS = {
    "sqlite": """
SELECT tables.name, columns.name, columns.pk FROM sqlite_schema AS tables, pragma_table_info(tables.name) AS columns
WHERE tables.type = 'table' AND tables.name NOT LIKE 'sqlite~_%' ESCAPE '~'
ORDER BY tables.name, columns.cid
""",
    "postgres": """
SELECT relname::text, attname::text, COALESCE(array_position(conkey, attnum), 0)
FROM pg_class
JOIN pg_attribute ON attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped
LEFT JOIN pg_constraint ON conrelid = pg_class.oid AND contype = 'p'
WHERE relkind IN ('r', 'p') AND relnamespace = current_schema()::regnamespace
AND NOT EXISTS (SELECT 1 FROM pg_depend WHERE objid = pg_class.oid AND deptype = 'e')
ORDER BY relname, attnum
""",
}


class Table(NamedTuple):
    """Columns in their order, and those of the primary key in that of the key."""

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]

    @property
    def shared(self) -> bool:
        """Whether its rows belong to all accounts."""
        return self.key[:1] != (TENANT,)

    @property
    def rows(self) -> str:
        """The statement that gives every row, in the order of the key."""
        order = f" ORDER BY {', '.join(self.key)}" if self.key else ""
        return f"SELECT {', '.join(self.columns)} FROM {self.name}{order}"


def tables(unit: Unit) -> list[Table]:
    """Every table of closum, by name: one that a migration made, and that has a primary key.

    Whatever else is in the database belongs to somebody else.
    """
    made = migrate.tables(unit.engine)
    rows = unit.all(_COLUMNS[unit.engine])
    found = [_table(name, [row[1:] for row in some]) for name, some in groupby(rows, lambda row: str(row[0]))]
    return [table for table in found if table.name in made and table.key]


def _table(name: str, columns: list[tuple[str, int]]) -> Table:
    key = sorted((place, column) for column, place in columns if place)
    return Table(name, tuple(column for column, _ in columns), tuple(column for _, column in key))
