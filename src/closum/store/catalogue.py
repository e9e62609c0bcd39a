"""The tables that a database has, as its own catalogue tells."""

from itertools import groupby
from typing import NamedTuple

from closum.store.unit import Unit

SHARED = ("account", "city", "user", "token", "sign_in", "schema", "shared")
"""How the names of tables begin that belong to all accounts; the others have the data of each."""

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
        return self.name.startswith(SHARED)

    @property
    def rows(self) -> str:
        """The statement that gives every row, in the order of the key."""
        order = f" ORDER BY {', '.join(self.key)}" if self.key else ""
        return f"SELECT {', '.join(self.columns)} FROM {self.name}{order}"


def tables(unit: Unit) -> list[Table]:
    """Every table but those that an extension made, by name."""
    rows = unit.all(_COLUMNS[unit.engine])
    return [
        _table(name, [row[1:] for row in found]) for name, found in groupby(rows, lambda row: str(row[0]))
    ]


def _table(name: str, columns: list[tuple[str, int]]) -> Table:
    key = sorted((place, column) for column, place in columns if place)
    return Table(name, tuple(column for column, _ in columns), tuple(column for _, column in key))
